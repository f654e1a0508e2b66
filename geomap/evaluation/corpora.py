"""Read annotated corpora from JSON lines.

One article per line: ``{"id", "title", "text", "published", "source", "url", "toponyms": [{"start",
"end", "text", "lat", "lon", "geonameid", "fcode", "group", "demonym", …}]}``. Offsets are code points
into ``text``, half-open. Unknown fields are ignored.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from geomap.errors import ArticleError, ArticleNotFound
from geomap.files import read_regular
from geomap.text.publication_dates import with_publication_date
from geomap.types import Article, Mention, Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Group = Literal["literal", "associative"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Toponym:
    """An annotated place name, in a gold corpus or in a prediction."""

    start: int
    end: int
    text: str
    lon: float | None = None
    """Degrees, EPSG:4326; None together with ``lat`` where the point is unknown."""
    lat: float | None = None
    geonameid: int | None = None
    group: Group | None = None
    """Whether something is reported from there; None where the corpus does not distinguish."""
    is_demonym: bool = False
    feature_code: str = ""
    is_resolvable: bool = True
    """False where the corpus excludes it from the evaluation of resolution (``in_resolution_eval``)."""

    @property
    def is_placed(self) -> bool:
        """Whether it has a point."""
        return self.lat is not None and self.lon is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldArticle:
    """An article and all its annotated toponyms."""

    article: Article
    toponyms: tuple[Toponym, ...]


def read_corpus(path: Path) -> tuple[GoldArticle, ...]:
    """Read a corpus, in the file's order; ArticleError names the invalid row."""
    try:
        lines = read_regular(path).decode("utf-8").split("\n")
    except FileNotFoundError as error:
        raise ArticleNotFound(f"no such corpus: {path}: give a .jsonl file of annotated articles") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ArticleError(f"cannot read the corpus {path}: {error}: it must be JSON lines in UTF-8") from error
    gold = tuple(_parse(line, where=f"{path}, row {row}") for row, line in enumerate(lines, 1) if line.strip())
    if not gold:
        raise ArticleError(f"the corpus {path} has no articles: give JSON lines, one article each")
    ids = [each.article.id for each in gold]
    if len(set(ids)) != len(ids):
        twice = next(id_ for id_ in ids if ids.count(id_) > 1)
        raise ArticleError(f"{path} has two articles with the id {twice!r}: make ids unique")
    return gold


def _parse(line: str, *, where: str) -> GoldArticle:
    try:
        row = json.loads(line)
        text = row["text"]
        article = with_publication_date(
            Article(
                id=str(row["id"]),
                text=text,
                title=row.get("title"),
                published=row.get("published"),
                source=row.get("source"),
                url=row.get("url"),
            )
        )
        toponyms = tuple(_toponym(each, text, where=where) for each in row.get("toponyms", ()))
    except ArticleError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ArticleError(f"{where}: not an annotated article ({error!r}): needs id, text and toponyms") from error
    return GoldArticle(article=article, toponyms=toponyms)


def _toponym(row: dict[str, Any], text: str, *, where: str) -> Toponym:
    start, end = row["start"], row["end"]
    if not 0 <= start < end <= len(text):
        raise ArticleError(f"{where}: the span {start}-{end} is outside the text: offsets count code points")
    if row.get("text", text[start:end]) != text[start:end]:
        raise ArticleError(
            f"{where}: the text at {start}-{end} is {text[start:end]!r}, not {row['text']!r}: "
            "offsets count code points into the text as given"
        )
    lon, lat = _point(row)
    group = row.get("group") or row.get("kind")
    is_demonym = bool(row.get("demonym")) or group == "demonym"
    if is_demonym and group not in ("literal", "associative"):
        group = "associative"
    geonameid = row.get("geonameid")
    return Toponym(
        start=start,
        end=end,
        text=text[start:end],
        lon=lon,
        lat=lat,
        geonameid=None if geonameid is None else int(geonameid),
        group=group if group in ("literal", "associative") else None,
        is_demonym=is_demonym,
        feature_code=row.get("fcode") or "",
        is_resolvable=row.get("in_resolution_eval") is not False,
    )


def _point(row: dict[str, Any]) -> tuple[float | None, float | None]:
    if row.get("lat") is None or row.get("lon") is None:
        return None, None
    lon, lat = float(row["lon"]), float(row["lat"])
    return (None, None) if math.isnan(lon) or math.isnan(lat) else (lon, lat)


def as_mentions(gold: GoldArticle) -> tuple[Mention, ...]:
    """Return the gold spans as mentions, so that resolution can be measured without recognition."""
    return tuple(
        Mention(
            start=each.start,
            end=each.end,
            text=each.text,
            kind="demonym" if each.is_demonym else each.group or "literal",
        )
        for each in gold.toponyms
    )


def as_toponyms(resolutions: Iterable[Resolution]) -> tuple[Toponym, ...]:
    """Return the resolutions of the text as toponyms, for scoring; corpora mark none in titles."""
    return tuple(
        Toponym(
            start=each.mention.start,
            end=each.mention.end,
            text=each.mention.text,
            lon=each.place.lon if each.place else None,
            lat=each.place.lat if each.place else None,
            geonameid=each.place.geonameid if each.place else None,
            group="literal" if each.mention.kind == "literal" else "associative",
            is_demonym=each.mention.kind == "demonym",
            feature_code=each.place.feature_code if each.place else "",
        )
        for each in resolutions
        if each.mention.part == "text"
    )


def to_json_line(article_id: str, toponyms: Sequence[Toponym]) -> str:
    """Return the predictions for one article as a line of the corpus format, without its text."""
    rows = [
        {
            "start": each.start,
            "end": each.end,
            "text": each.text,
            "lat": each.lat,
            "lon": each.lon,
            "geonameid": each.geonameid,
            "group": each.group,
            "demonym": each.is_demonym,
        }
        for each in toponyms
    ]
    return json.dumps({"id": article_id, "toponyms": rows}, ensure_ascii=False)
