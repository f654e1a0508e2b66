"""Replace places that are finer than allowed by regions, to protect people: in names, coordinates and sentences.

It runs before regions and annotation, so that no later step gets a finer place. In an article where a place was replaced,
its names are removed from text, title, source and id; the URL, digest and copies are dropped, because the name could be
looked up with them, or found by trying names until the digest matches. The other words of the text may still identify the
place: read the article before you publish.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from geomap.annotation.precision import precision_of
from geomap.boundaries.boundary_file import words
from geomap.editorial.redaction import SHORTEST, WITHHELD, Names, is_unspaced, mention_spans, redacted
from geomap.errors import PlaceNotFound, PrecisionError
from geomap.map_types import Change, Totals
from geomap.text.normalize import fold_letters
from geomap.text.spans import Spans, merged
from geomap.types import (
    PARTS,
    ArticlePart,
    GeoparsedArticle,
    Mention,
    Place,
    Precision,
    Region,
    RegionLevel,
    Report,
    Resolution,
)

if TYPE_CHECKING:
    from geomap.boundaries.atlas import Atlas
    from geomap.gazetteer.protocol import Gazetteer

ORDER: tuple[Precision, ...] = get_args(Precision)
REGIONS_FOR: Mapping[Precision, tuple[RegionLevel, ...]] = {
    "admin2": ("disputed", "admin2", "admin1", "country"),
    "admin1": ("disputed", "admin1", "country"),
    "country": ("country",),
}
"""The region levels that may replace a place, in order of preference: a disputed area before the side that controls it."""


def generalise(
    read: Sequence[GeoparsedArticle],
    *,
    finest: Precision,
    coarser: Mapping[str, Place | None],
    names: Callable[[Place], Iterable[str]],
    elsewhere: Iterable[str] = (),
) -> tuple[GeoparsedArticle, ...]:
    """Return the articles with no place, name or offset finer than ``finest``.

    ``coarser`` gives for the id of each place that is too fine the place to show instead, or None for none;
    ``names`` gives the other names of a place. Unresolved mentions are hidden too, because their precision is unknown.
    A name that is too fine in one article is removed from all articles, also outside mentions, and so are the names of
    ``elsewhere``.
    """
    fine = {
        r.place.id: r.place for article in read for r in article.resolutions if r.place and too_fine(r.place, finest)
    }
    called = {key: (place.name, *names(place)) for key, place in fine.items()}
    met = {name for article in read for name in names_too_fine(article.resolutions, finest)}
    known = Names((), elsewhere={*elsewhere, *met, *(name for group in called.values() for name in group)})
    taken: set[str] = set()
    done = []
    for number, article in enumerate(read, start=1):
        changed = _generalised(article, finest, coarser, called, known, number)
        while changed.article.id in taken:
            changed = replace(changed, article=replace(changed.article, id=f"{changed.article.id}+"))
        taken.add(changed.article.id)
        done.append(changed)
    return tuple(done)


def check_precision(
    finest: Precision | None,
    *,
    reports: Iterable[Report] = (),
    articles: Iterable[GeoparsedArticle] = (),
    changes: Iterable[Change] = (),
    totals: Totals | None = None,
) -> None:
    """Raise PrecisionError where anything is finer than ``finest``; the last check before publishing."""
    if finest is None:
        return
    reports = list(reports)
    resolutions = [r for article in articles for r in article.resolutions]
    relations = [*(r.relation for r in resolutions), *(e.relation for report in reports for e in report.evidence)]
    if any(relations):
        raise PrecisionError(
            f"a relative place is finer than {finest}; generalise the articles first (geomap.pipeline.assemble)"
        )
    shown_records: list[Report | Resolution] = [*reports, *resolutions]
    shown = [
        place for record in shown_records for place in (record.place, *(other.place for other in record.runners_up))
    ]
    shown += [place for change in changes for place in (change.place, change.was)]
    is_fine = any(place and too_fine(place, finest) for place in shown)
    if is_fine or any(is_region_too_fine(region.level, finest) for report in reports for region in report.regions):
        raise PrecisionError(
            f"a place is finer than {finest}; generalise the articles first (geomap.pipeline.assemble)"
        )
    if totals and totals.cells:
        raise PrecisionError(f"cells of {totals.cell_degrees} degrees are finer than {finest}; leave them out")


def is_region_too_fine(level: RegionLevel, finest: Precision) -> bool:
    """Return whether a region is finer than ``finest``; true for a user's own area, which may be as small as a village."""
    return level == "own" or (level != "disputed" and ORDER.index(level) < ORDER.index(finest))


def too_fine(place: Place, finest: Precision) -> bool:
    """Return whether a place is finer than ``finest``.

    Islands, lakes, mountains and a user's own areas may be as small as a village, so they count as fine; seas,
    continents and regions of the world do not.
    """
    if place.kind in ("continent", "macroregion") or place.feature_code in ("OCN", "SEA", "GULF"):
        return False
    if place.kind in ("island", "water", "physical") or (place.kind == "admin3" and place.id.startswith("my:")):
        return True
    return ORDER.index(precision_of(place)) < ORDER.index(finest)


def may_name_finer(name: str, *, country: str | None, finest: Precision, gazetteer: Gazetteer) -> bool:
    """Return whether the name of a region, or the beginning of one of its words, is that of a place finer than ``finest``.

    The state of Yerevan is "Erevan", and in Russian "Ереван", as an article names the town that may not be shown.
    """
    beginnings = {name} | {word[:end] for word in name.split() for end in range(_least(word), len(word) + 1)}
    return any(
        too_fine(candidate.place, finest)
        for beginning in sorted(beginnings)
        for candidate in gazetteer.lookup(beginning, country=country)
    )


def _least(word: str) -> int:
    """Return the number of letters of the shortest name that is looked for in a word; a Chinese one weighs twice."""
    return SHORTEST // 2 if is_unspaced(word) else SHORTEST


def coarser_places(
    read: Iterable[GeoparsedArticle], *, finest: Precision, atlas: Atlas, gazetteer: Gazetteer, on: str | None = None
) -> dict[str, Place | None]:
    """Return the region to show instead of each too fine place of the articles, by place id (see ``coarser``)."""
    places = (r.place for article in read for r in article.resolutions if r.place)
    return coarser(places, finest=finest, atlas=atlas, gazetteer=gazetteer, on=on)


def coarser(
    places: Iterable[Place], *, finest: Precision, atlas: Atlas, gazetteer: Gazetteer, on: str | None = None
) -> dict[str, Place | None]:
    """Return the region to show instead of each too fine place, by place id; None where there is none.

    If ``finest`` is a country, a place in a disputed area gets none: a country would take a side. A road or a corridor gets
    none either: it lies in several regions.
    """
    from geomap.boundaries.join import regions

    fine = {place.id: place for place in places if too_fine(place, finest)}
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
    """Return the gazetteer's place of a region with the region's kind; a place made of the region where there is none."""
    if region is None or region.level == "own":
        return None
    layer = atlas.layer({"country": "countries"}.get(region.level, region.level))
    row = layer.row(layer.by_id[region.id])
    for key in words(row["places"]):
        with suppress(PlaceNotFound):  # some regions of the boundaries are not in the gazetteer
            return replace(gazetteer.place(key), name=region.name, kind=region.level)
    lon, lat = row["lon"], row["lat"]
    return Place(id=region.id, name=region.name, kind=region.level, lon=lon, lat=lat, country=region.country)


def _is_hidden(resolution: Resolution, finest: Precision) -> bool:
    return resolution.place is None or too_fine(resolution.place, finest)


def names_too_fine(resolutions: Iterable[Resolution], finest: Precision) -> set[str]:
    """Return the names that an article uses for too fine or unresolved places, without descriptions such as "the village"."""
    mentions = (r.mention for r in resolutions if _is_hidden(r, finest))
    return {mention.text for mention in mentions if not mention.is_description and not mention.text.islower()}


def _generalised(
    read: GeoparsedArticle,
    finest: Precision,
    coarser: Mapping[str, Place | None],
    called: Mapping[str, Sequence[str]],
    known: Names,
    number: int,
) -> GeoparsedArticle:
    article = read.article
    hidden = [r for r in read.resolutions if _is_hidden(r, finest)]
    shown = [r for r in read.resolutions if not _is_hidden(r, finest)]
    kept = _names_shown(shown)
    written = [name for r in hidden for name in (r.mention.text, r.mention.antecedent) if name and name.strip()]
    secret = Names(written, [n for r in hidden if r.place for n in called[r.place.id]], kept=kept)
    stay = frozenset(map(fold_letters, kept))
    parts: dict[ArticlePart, _Rewritten] = {}
    for part in PARTS:
        text = article.part(part)
        inside = Spans(mention_spans(shown, part))
        spans = mention_spans(hidden, part) + secret.spans(text)
        spans += [span for span in known.spans(text, kept=stay) if not inside.hold(*span)]
        labels = {r.mention.start: _label(r, coarser) for r in hidden if r.mention.part == part}
        parts[part] = _Rewritten(text, [(a, b, labels.get(a, WITHHELD)) for a, b in merged(spans)])
    is_clean = not any(part.is_changed for part in parts.values())
    if is_clean and not (secret.is_in_metadata(article) or known.is_in_metadata(article)):
        return replace(read, resolutions=tuple(_plain(r, finest, secret, known, stay) for r in read.resolutions))
    resolutions = []
    for resolution in read.resolutions:
        mention = parts[resolution.mention.part].mention(resolution.mention)
        if mention is None:
            continue
        if _is_hidden(resolution, finest):
            resolutions.append(_coarse(resolution, mention, coarser, finest))
        else:
            resolutions.append(replace(_plain(resolution, finest, secret, known, stay), mention=mention))
    title = None if article.title is None else parts["title"].text
    safe = redacted(article, secret, text=parts["text"].text, title=title, instead=f"article-{number}")
    safe = redacted(safe, known, text=parts["text"].text, title=title, instead=f"article-{number}")
    return replace(read, article=safe, resolutions=tuple(resolutions))


def _names_shown(shown: Iterable[Resolution]) -> set[str]:
    """Return the names that stay: those that the article uses for the places that may be shown."""
    return {name for r in shown if r.place for name in (r.mention.text, r.mention.antecedent, r.place.name) if name}


def _out_of(text: str, secret: Names, known: Names, stay: frozenset[str]) -> str:
    return known.out_of(secret.out_of(text), kept=stay)


def _plain(resolution: Resolution, finest: Precision, secret: Names, known: Names, stay: frozenset[str]) -> Resolution:
    """Return a resolution that may be shown, without names and runners-up that are too fine, and without a relative place.

    A relative place of a coarse anchor may be finer than any region: "2 km inside the border".
    """
    fine = [other.place.name for other in resolution.runners_up if too_fine(other.place, finest)]
    rivals = Names((), fine, kept=[resolution.mention.text])
    reason = _out_of(rivals.out_of(resolution.reason), secret, known, stay)
    correction = resolution.correction
    if correction:
        correction = known.out_of_correction(secret.out_of_correction(rivals.out_of_correction(correction)))
    return replace(resolution, reason=reason, runners_up=(), correction=correction, relation=None)


def _coarse(
    resolution: Resolution, mention: Mention, coarser: Mapping[str, Place | None], finest: Precision
) -> Resolution:
    """Return a too fine resolution with its coarser place; ``mention`` is the label that replaces its name."""
    place = coarser[resolution.place.id] if resolution.place else None
    # The label describes the region; it is not a name from the article.
    mention = replace(mention, antecedent=place.name if place else None, is_description=True)
    reason = f"shown no finer than {finest}, to protect people"
    return Resolution(mention=mention, place=place, score=resolution.score, reason=reason)


def _label(resolution: Resolution, coarser: Mapping[str, Place | None]) -> str:
    place = coarser[resolution.place.id] if resolution.place else None
    return f"[place in {place.name}]" if place else WITHHELD


class _Rewritten:
    """A text with spans replaced, and a mapping from old to new offsets."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int, str]]) -> None:
        """Replace half-open spans, sorted and not overlapping, each by its own text."""
        self._old = [(start, end) for start, end, _ in spans]
        self._new: list[tuple[int, int]] = []
        parts, reached, length = [], 0, 0
        for start, end, label in spans:
            length += start - reached
            parts += [text[reached:start], label]
            self._new.append((length, length + len(label)))
            length, reached = length + len(label), end
        self.text = "".join([*parts, text[reached:]])
        self.is_changed = bool(spans)

    def mention(self, mention: Mention) -> Mention | None:
        """Return a mention with its new offsets; None if a span that begins before it contains or cuts it."""
        at = bisect_right(self._old, (mention.start, len(self.text) + mention.end)) - 1
        if at >= 0 and self._old[at][0] < mention.start < self._old[at][1]:
            return None
        start, end = self._moved(mention.start, is_end=False), self._moved(mention.end, is_end=True)
        return replace(mention, start=start, end=end, text=self.text[start:end], antecedent=None)

    def _moved(self, offset: int, *, is_end: bool) -> int:
        at = bisect_left(self._old, (offset, 0)) - 1
        if at < 0:
            return offset
        (_, old_end), (new_start, new_end) = self._old[at], self._new[at]
        if old_end > offset:
            return new_end if is_end else new_start
        return offset + new_end - old_end
