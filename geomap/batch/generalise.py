"""Generalise a dataset, to protect people: count again by the places that may be shown, and redact the sentences."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from geomap.batch.aggregate import ROLE, SENTENCES_PER_PLACE, frames_of, is_reported, place_columns, place_of
from geomap.batch.dataset import Dataset
from geomap.batch.schema import mention_of, read_relation
from geomap.editorial.corrections import parse_corrections
from geomap.editorial.generalise import coarser, too_fine
from geomap.errors import OutputError
from geomap.types import Article, Evidence, GeoparsedArticle, Place, Precision, Report, Resolution

if TYPE_CHECKING:
    from collections.abc import Callable

    from geomap.resources import Resources

Key = tuple[str, int]
"""The input of an article and its row there."""
Start = tuple[str, int]
"""The part of an article, "title" or "text", and the offset in it where a sentence begins."""
MAX_METADATA = 300
"""Maximum code points of an article's title, source and id on a map."""
_APART = "\n\n"
_MENTION = ["article_part", "start", "end", "text", "kind", *ROLE, "antecedent", "score", "reason", "correction"]
_SENTENCE = ["sentence_start", "sentence_end", "sentence"]
_OF_ARTICLE = ["article_id", "title", "published", "source", "url"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coarse:
    """The reports of a dataset for the places that may be shown."""

    articles: tuple[GeoparsedArticle, ...]
    """The articles of the sentences, without their texts."""
    reports: tuple[Report, ...]
    """Of the places most reported from, with the number of their articles."""
    n_places: int


def coarse_map_of(
    dataset: Dataset,
    places: pd.DataFrame,
    *,
    resources: Resources,
    finest: Precision,
    on: str | None,
    limit: int,
    whole: Callable[[Sequence[str]], pd.DataFrame],
) -> Coarse:
    """Return the ``limit`` strongest places of a dataset with nothing finer than ``finest`` in them.

    ``places`` are the rows of places.parquet without their sentences, ``whole`` returns complete rows by place id.
    OutputError where parts of the dataset are missing, because the names in their sentences are unknown.
    """
    from geomap.pipeline import assemble

    every = [place_of(row) for row in places.to_dict("records")]
    instead = coarser(every, finest=finest, atlas=resources.atlas, gazetteer=resources.gazetteer, on=on)
    shown_as = {place.id: shown.id for place in every if (shown := instead.get(place.id, place)) is not None}
    parts = _parts(dataset)
    n_articles, n_reporting = _counts(dataset, parts, shown_as)
    chosen = sorted(n_articles, key=lambda key: (-n_reporting[key], -n_articles[key], key))[:limit]
    keys = _strongest(places, shown_as, chosen, whole)
    read = tuple(_articles(dataset, parts, keys))
    fine = [place.name for place in every if too_fine(place, finest)]
    made = assemble(read, resources=resources, finest=finest, elsewhere=fine, on=on)
    reports = {report.place.id: report for report in made.reports}
    return Coarse(
        articles=tuple(_without_text(article) for article in made.articles),
        reports=tuple(
            replace(reports[key], evidence=_first(reports[key]), n_articles=n_articles[key])
            for key in chosen
            if key in reports
        ),
        n_places=len(n_articles),
    )


def cut(text: str | None) -> str | None:
    """Return ``text`` cut to ``MAX_METADATA`` code points."""
    return text if text is None or len(text) <= MAX_METADATA else f"{text[: MAX_METADATA - 1]}…"


def _parts(dataset: Dataset) -> list[str]:
    parts = list(dataset.done_parts())
    if len(parts) != dataset.summary()["n_parts"]:
        raise OutputError(
            f"{dataset.folder}: parts of the dataset are missing, and without them its sentences cannot be protected; "
            "run the batch again"
        )
    return parts


def _counts(dataset: Dataset, parts: Sequence[str], shown_as: Mapping[str, str]) -> tuple[Counter[str], Counter[str]]:
    """Return the number of articles that name each shown place, and the number that report from it, by place id."""
    named: Counter[str] = Counter()
    reporting: Counter[str] = Counter()
    for frame in frames_of(dataset, parts, ["place_id", "kind", *ROLE, "input", "row"]):
        shown = frame.assign(shown=frame["place_id"].map(shown_as)).dropna(subset=["shown"])
        for counts, rows in ((named, shown), (reporting, shown[is_reported(shown)])):
            counts.update(rows.drop_duplicates(["shown", "input", "row"])["shown"].tolist())
    return named, reporting


def _strongest(
    places: pd.DataFrame,
    shown_as: Mapping[str, str],
    chosen: Sequence[str],
    whole: Callable[[Sequence[str]], pd.DataFrame],
) -> dict[Key, set[Start]]:
    """Return the articles with the strongest sentences of the chosen places, and where these sentences begin."""
    held: dict[str, list[str]] = defaultdict(list)
    for key in places.sort_values(["n_reporting", "n_articles"], ascending=False, kind="stable")["place_id"]:
        if key in shown_as and len(held[shown_as[key]]) < SENTENCES_PER_PLACE:
            held[shown_as[key]].append(key)
    wanted = [key for shown in chosen for key in held[shown]]
    rows = whole(wanted)
    sentences = {key: json.loads(text) for key, text in zip(rows["place_id"], rows["evidence"], strict=True)}
    found: dict[Key, set[Start]] = defaultdict(set)
    for shown in chosen:
        best = sorted((sentence for key in held[shown] for sentence in sentences[key]), key=_rank)
        first = {
            (sentence["input"], sentence["row"]): (sentence["article_part"], sentence["sentence_start"])
            for sentence in reversed(best)
        }
        for key in list(dict.fromkeys((sentence["input"], sentence["row"]) for sentence in best))[:SENTENCES_PER_PLACE]:
            found[key].add(first[key])
    return found


def _rank(sentence: Mapping[str, Any]) -> tuple[bool, float]:
    relation = sentence.get("relation")
    is_reported = mention_of(sentence).is_reported_by(read_relation(relation) if relation else None)
    return not is_reported, -sentence["score"]


def _articles(dataset: Dataset, parts: Sequence[str], keys: Mapping[Key, set[Start]]) -> Iterator[GeoparsedArticle]:
    """Yield the articles of these keys, reduced to the chosen sentences with all their mentions."""
    columns = ["input", "row", *_OF_ARTICLE, *_MENTION, *_SENTENCE, *place_columns()]
    inputs, numbers = {key[0] for key in keys}, {key[1] for key in keys}
    number = 0
    for frame in frames_of(dataset, parts, columns):
        near = frame[frame["input"].isin(inputs) & frame["row"].isin(numbers)]
        is_wanted = [key in keys for key in zip(near["input"], near["row"], strict=True)]
        rows = near[pd.Series(is_wanted, index=near.index, dtype=bool)].astype(object)
        for _, mentions in rows.where(rows.notna(), None).groupby(["input", "row"], sort=False):
            records = mentions.to_dict("records")
            yield _article(records, keys[records[0]["input"], records[0]["row"]], number=number)
            number += 1


def _article(rows: Sequence[dict[Any, Any]], starts: set[Start], *, number: int) -> GeoparsedArticle:
    """Return an article of the sentences of the text that begin at ``starts``, in their order, and the title."""
    of_text = [row for row in rows if row["article_part"] == "text"]
    title, resolutions = _title(rows)
    parts: list[str] = []
    length = reached = 0
    for start in sorted(start for part, start in starts if part == "text"):
        sentence = next((row for row in of_text if row["sentence_start"] == start), None)
        if sentence is None or start < reached:
            continue
        inside = _inside(sentence, of_text)
        if inside is None:
            continue
        resolutions += [_resolution(row, shift=length - start) for row in inside]
        parts.append(sentence["sentence"])
        length += len(sentence["sentence"]) + len(_APART)
        reached = sentence["sentence_end"]
    head = rows[0]
    article = Article(
        id=f"{head['article_id'] if len(head['article_id']) <= MAX_METADATA else ''}#{number}",
        text=_APART.join(parts),
        title=title,
        published=head["published"],
        source=head["source"],
        url=head["url"],
    )
    return GeoparsedArticle(article=article, resolutions=tuple(resolutions))


def _title(rows: Sequence[dict[Any, Any]]) -> tuple[str | None, list[Resolution]]:
    """Return the title and its resolutions; no title where a mention does not match it."""
    title: str | None = rows[0]["title"]
    inside = [row for row in rows if row["article_part"] == "title"]
    if title is None or any(title[row["start"] : row["end"]] != row["text"] for row in inside):
        return None, []
    return title, [_resolution(row, shift=0) for row in inside]


def _inside(sentence: Mapping[str, Any], rows: Sequence[dict[Any, Any]]) -> list[dict[Any, Any]] | None:
    """Return the mentions of a sentence; None where one crosses its end or does not match its text."""
    start, end = sentence["sentence_start"], sentence["sentence_end"]
    inside = [row for row in rows if row["start"] < end and row["end"] > start]
    is_true = all(
        start <= row["start"] and row["end"] <= end
        and sentence["sentence"][row["start"] - start : row["end"] - start] == row["text"]
        for row in inside
    )  # fmt: skip
    return inside if is_true else None


def _resolution(row: Mapping[str, Any], *, shift: int) -> Resolution:
    place: Place | None = place_of(row) if row["place_id"] else None
    mention = replace(
        mention_of(row),
        start=row["start"] + shift,
        end=row["end"] + shift,
        part=row["article_part"],
        antecedent=row["antecedent"],
    )
    table = row["correction"]
    return Resolution(
        mention=mention,
        place=place,
        score=row["score"],
        reason=row["reason"],
        correction=parse_corrections(table, where="mentions")[0] if table else None,
    )


def _first(report: Report) -> tuple[Evidence, ...]:
    """Return the strongest sentences of a report, each of another article."""
    ordered = sorted(report.evidence, key=lambda evidence: not evidence.is_reported)
    of_article = {evidence.article_id: evidence for evidence in reversed(ordered)}
    return tuple(
        of_article[key]
        for key in list(dict.fromkeys(evidence.article_id for evidence in ordered))[:SENTENCES_PER_PLACE]
    )


def _without_text(read: GeoparsedArticle) -> GeoparsedArticle:
    """Return an article as on a dataset's map, without its text: its sentences are in the reports."""
    return replace(
        read,
        article=replace(read.article, text="", title=cut(read.article.title), source=cut(read.article.source)),
        resolutions=tuple(r for r in read.resolutions if r.place),
    )
