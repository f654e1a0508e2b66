"""Make places coarser before anything is shown, to protect people: names, coordinates and sentences alike.

It comes before regions and annotation, so that no later step ever sees what is finer. In an article where something
was made coarser, the names are taken out of text, title, source and id; its address, digest and copies are dropped,
for with them the name could be looked up, or found by trying villages until the digest fits. What the words around
still give away, a program cannot tell: read before you publish.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from geomap.errors import PlaceNotFound
from geomap.layer import words
from geomap.precision import precision_of
from geomap.vocabulary import Article, Mention, Place, Precision, ReadArticle, Region, RegionLevel, Resolution

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.gazetteer import Gazetteer

ORDER: tuple[Precision, ...] = get_args(Precision)
LIMITS: tuple[Precision, ...] = ("admin2", "admin1", "country")
"""What --max-precision may be."""
REGIONS_FOR: Mapping[Precision, tuple[RegionLevel, ...]] = {
    "admin2": ("disputed", "admin2", "admin1", "country"),
    "admin1": ("disputed", "admin1", "country"),
    "country": ("country",),
}
"""The regions that may stand for a place, the first that holds it: a disputed area before the side that holds it."""
WITHHELD = "[place withheld]"
_SHORTEST_FOLDED = 4
"""Code points of a name that is looked for in any case; shorter ones only as written, or "Ur" would take "our"."""


def generalise(
    read: Sequence[ReadArticle],
    *,
    finest: Precision,
    coarser: Mapping[str, Place | None],
    names: Callable[[Place], Iterable[str]],
) -> tuple[ReadArticle, ...]:
    """Return the articles with no place, name or offset finer than ``finest``.

    ``coarser`` gives for the id of each place that is too fine the place to show instead, or None for none;
    ``names`` gives what else a place is called. Mentions that were not placed are hidden too: how fine they are,
    nobody knows.
    """
    taken: set[str] = set()
    done = []
    for number, one in enumerate(read, start=1):
        changed = _generalised(one, finest, coarser, names, number)
        while changed.article.id in taken:
            changed = replace(changed, article=replace(changed.article, id=f"{changed.article.id}+"))
        taken.add(changed.article.id)
        done.append(changed)
    return tuple(done)


def too_fine(place: Place, finest: Precision) -> bool:
    """Tell whether a place is known more exactly than ``finest`` allows.

    Islands, lakes, mountains and a user's own areas may be as small as a village, so they count as fine; seas,
    continents and regions of the world do not.
    """
    if place.kind in ("continent", "macroregion") or place.feature_code in ("OCN", "SEA", "GULF"):
        return False
    if place.kind in ("island", "water", "physical") or (place.kind == "admin3" and place.id.startswith("my:")):
        return True
    return ORDER.index(precision_of(place)) < ORDER.index(finest)


def coarser_places(
    read: Iterable[ReadArticle], *, finest: Precision, atlas: Atlas, gazetteer: Gazetteer, on: str | None = None
) -> dict[str, Place | None]:
    """Return for each place that is too fine the region to show instead, by id; None where there is none to give.

    Where only a country may be shown, a place in a disputed area gets none: a country would take a side. A road or a
    corridor gets none either: it lies in several regions.
    """
    from geomap.regions import regions

    fine = {r.place.id: r.place for one in read for r in one.resolutions if r.place and too_fine(r.place, finest)}
    points = [replace(place, kind="site") for place in fine.values()]
    chains = regions(points, atlas=atlas, on=on)
    return {
        key: None if place.kind == "line" else _region_place(_standing_for(place, chain, finest), atlas, gazetteer)
        for (key, place), chain in zip(fine.items(), chains, strict=True)
    }


def _standing_for(place: Place, chain: Sequence[Region], finest: Precision) -> Region | None:
    levels = {place.kind, *(region.level for region in chain)}
    if finest == "country" and "disputed" in levels:
        return None
    by_level = {region.level: region for region in reversed(chain)}
    return next((by_level[level] for level in REGIONS_FOR[finest] if level in by_level), None)


def _region_place(region: Region | None, atlas: Atlas, gazetteer: Gazetteer) -> Place | None:
    """Return the gazetteer's place of a region, as one of the region's kind; a place of the region's own where it has none."""
    if region is None or region.level == "own":
        return None
    layer = atlas.layer({"country": "countries"}.get(region.level, region.level))
    row = layer.row(layer.by_id[region.id])
    for key in words(row["places"]):
        with suppress(PlaceNotFound):  # the boundaries know some regions that the gazetteer does not
            return replace(gazetteer.place(key), name=region.name, kind=region.level)
    lon, lat = row["lon"], row["lat"]
    return Place(id=region.id, name=region.name, kind=region.level, lon=lon, lat=lat, country=region.country)


def _generalised(
    read: ReadArticle,
    finest: Precision,
    coarser: Mapping[str, Place | None],
    names: Callable[[Place], Iterable[str]],
    number: int,
) -> ReadArticle:
    is_hidden = [r.place is None or too_fine(r.place, finest) for r in read.resolutions]
    if not any(is_hidden):
        return read
    hidden = [r for r, hide in zip(read.resolutions, is_hidden, strict=True) if hide]
    shown = {r.mention.text for r, hide in zip(read.resolutions, is_hidden, strict=True) if not hide}
    secret = _Secret([r.mention.text for r in hidden], [n for r in hidden if r.place for n in names(r.place)], shown)
    labels = {r.mention.start: _label(r, coarser) for r in hidden}
    spans = _merged([(r.mention.start, r.mention.end) for r in hidden], secret.spans(read.article.text))
    rewritten = _Rewritten(read.article.text, [(start, end, labels.get(start, WITHHELD)) for start, end in spans])
    resolutions = []
    for one, hide in zip(read.resolutions, is_hidden, strict=True):
        mention = rewritten.mention(one.mention)
        if mention is None:
            continue
        if hide:
            place = coarser[one.place.id] if one.place else None
            reason = f"shown no finer than {finest}, to protect people"
            # The bracketed words describe the region; no article ever called it that.
            mention = replace(mention, antecedent=place.name if place else None, is_description=True)
            resolutions.append(Resolution(mention=mention, place=place, score=one.score, reason=reason))
        else:
            resolutions.append(replace(one, mention=mention, reason=secret.out_of(one.reason), runners_up=()))
    article = _redacted(read.article, rewritten.text, secret, number)
    return ReadArticle(article=article, resolutions=tuple(resolutions))


def _label(one: Resolution, coarser: Mapping[str, Place | None]) -> str:
    place = coarser[one.place.id] if one.place else None
    return f"[place in {place.name}]" if place else WITHHELD


class _Rewritten:
    """A text with spans replaced, and where its offsets have gone."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int, str]]) -> None:
        """Take half-open spans in order, that do not overlap, each with the words to put there."""
        self._old = [(start, end) for start, end, _ in spans]
        self._new: list[tuple[int, int]] = []
        parts, reached, length = [], 0, 0
        for start, end, label in spans:
            length += start - reached
            parts += [text[reached:start], label]
            self._new.append((length, length + len(label)))
            length, reached = length + len(label), end
        self.text = "".join([*parts, text[reached:]])

    def mention(self, mention: Mention) -> Mention | None:
        """Return a mention where it stands now; None where it was inside a span, or cut by one, that began before it."""
        at = bisect_right(self._old, (mention.start, len(self.text) + mention.end)) - 1
        if at >= 0 and self._old[at][0] < mention.start < self._old[at][1]:
            return None
        start, end = self._moved(mention.start, is_end=False), self._moved(mention.end, is_end=True)
        return replace(mention, start=start, end=end, text=self.text[start:end], antecedent=None)

    def _moved(self, offset: int, *, is_end: bool) -> int:
        shift = 0
        for (old_start, old_end), (new_start, new_end) in zip(self._old, self._new, strict=True):
            if old_end <= offset:
                shift = new_end - old_end
            elif old_start < offset:
                return new_end if is_end else new_start
            else:
                break
        return offset + shift


def _merged(*spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order, those that overlap as one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(span for group in spans for span in group):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _redacted(article: Article, text: str, secret: _Secret, number: int) -> Article:
    return replace(
        article,
        id=f"article-{number}" if secret.is_in(article.id) else article.id,
        text=text,
        title=secret.out_of(article.title) if article.title else None,
        source=None if article.source and secret.is_in(article.source) else article.source,
        url=None,
        sha256=None,
        republished=(),
        page=None,
    )


class _Secret:
    """The names that may not be shown."""

    def __init__(self, written: Iterable[str], others: Iterable[str], shown: Iterable[str]) -> None:
        """Take the names as the article writes them, other names of the same places, and the names that stay."""
        kept = {name.casefold() for name in shown}
        self._names = {name for name in written if name.strip()}
        others = {name for name in others if len(name) > 1 and name.casefold() not in kept}
        # What the article writes is looked for in any case; of the other names some are words, so only as written.
        parts = [
            f"(?i:{re.escape(n)})" if len(n) >= _SHORTEST_FOLDED else re.escape(n) for n in _longest_first(self._names)
        ]
        parts += [f"{re.escape(n)}|{re.escape(n.upper())}" for n in _longest_first(others - self._names)]
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)" if parts else r"(?!)")
        self._folded = {folded for name in self._names | others if len(folded := _folded(name)) >= _SHORTEST_FOLDED}

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the names stand in ``text``."""
        return [match.span() for match in self._pattern.finditer(text)]

    def out_of(self, text: str) -> str:
        """Return ``text`` without the names."""
        return self._pattern.sub(WITHHELD, text)

    def is_in(self, key: str) -> bool:
        """Tell whether a name stands in ``key``, whatever its case, marks and separators: "TEGH_attack.txt"."""
        plain = _folded(key)
        return any(name in plain for name in self._folded) or bool(self._pattern.search(key))


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-len(name), name))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())
