"""Make places coarser before anything is shown, to protect people: names, coordinates and sentences alike.

It comes before regions and annotation, so that no later step ever sees what is finer. In an article where something
was made coarser, the names are taken out of text, title, source and id; its address, digest and copies are dropped,
for with them the name could be looked up, or found by trying villages until the digest fits. What the words around
still give away, a program cannot tell: read before you publish.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from geomap.annotation.precision import precision_of
from geomap.boundaries.boundary_file import words
from geomap.editorial.redaction import WITHHELD, Names, redacted
from geomap.errors import PlaceNotFound, PrecisionError
from geomap.map_types import Change, Totals
from geomap.text.normalize import fold_letters
from geomap.text.spans import Spans, merged
from geomap.types import GeoparsedArticle, Mention, Place, Precision, Region, RegionLevel, Report, Resolution

if TYPE_CHECKING:
    from geomap.boundaries.atlas import Atlas
    from geomap.gazetteer.protocol import Gazetteer

ORDER: tuple[Precision, ...] = get_args(Precision)
REGIONS_FOR: Mapping[Precision, tuple[RegionLevel, ...]] = {
    "admin2": ("disputed", "admin2", "admin1", "country"),
    "admin1": ("disputed", "admin1", "country"),
    "country": ("country",),
}
"""The regions that may stand for a place, the first that holds it: a disputed area before the side that holds it."""


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
    ``names`` gives what else a place is called. Mentions that were not placed are hidden too: how fine they are,
    nobody knows. A name that is too fine in one article is taken out of all, where it is no mention too, and so are the
    names of ``elsewhere``.
    """
    fine = {r.place.id: r.place for one in read for r in one.resolutions if r.place and too_fine(r.place, finest)}
    called = {key: (place.name, *names(place)) for key, place in fine.items()}
    met = {name for one in read for name in names_too_fine(one.resolutions, finest)}
    known = Names((), elsewhere={*elsewhere, *met, *(name for group in called.values() for name in group)})
    taken: set[str] = set()
    done = []
    for number, one in enumerate(read, start=1):
        changed = _generalised(one, finest, coarser, called, known, number)
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
    """Raise PrecisionError where anything is finer than ``finest``: the last check before something is published."""
    if finest is None:
        return
    said: list[Report | Resolution] = [*reports, *(r for one in articles for r in one.resolutions)]
    shown = [place for one in said for place in (one.place, *(other.place for other in one.runners_up))]
    shown += [place for one in changes for place in (one.place, one.was)]
    is_fine = any(place and too_fine(place, finest) for place in shown)
    if is_fine or any(is_region_too_fine(region.level, finest) for one in reports for region in one.regions):
        raise PrecisionError(
            f"a place is finer than {finest}; generalise the articles first (geomap.pipeline.assemble)"
        )
    if totals and totals.cells:
        raise PrecisionError(f"cells of {totals.cell_degrees} degrees are finer than {finest}; leave them out")


def is_region_too_fine(level: RegionLevel, finest: Precision) -> bool:
    """Tell whether a region says more than ``finest`` allows; a user's own area may be as small as a village."""
    return level == "own" or (level != "disputed" and ORDER.index(level) < ORDER.index(finest))


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
    read: Iterable[GeoparsedArticle], *, finest: Precision, atlas: Atlas, gazetteer: Gazetteer, on: str | None = None
) -> dict[str, Place | None]:
    """Return for each place of the articles that is too fine the region to show instead, by id (see ``coarser``)."""
    places = (r.place for one in read for r in one.resolutions if r.place)
    return coarser(places, finest=finest, atlas=atlas, gazetteer=gazetteer, on=on)


def coarser(
    places: Iterable[Place], *, finest: Precision, atlas: Atlas, gazetteer: Gazetteer, on: str | None = None
) -> dict[str, Place | None]:
    """Return for each place that is too fine the region to show instead, by id; None where there is none to give.

    Where only a country may be shown, a place in a disputed area gets none: a country would take a side. A road or a
    corridor gets none either: it lies in several regions.
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


def _is_hidden(one: Resolution, finest: Precision) -> bool:
    return one.place is None or too_fine(one.place, finest)


def names_too_fine(resolutions: Iterable[Resolution], finest: Precision) -> set[str]:
    """Return the names by which an article calls what is too fine, without words such as "the village" that any may hold."""
    mentions = (r.mention for r in resolutions if _is_hidden(r, finest))
    return {one.text for one in mentions if not one.is_description and not one.text.islower()}


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
    inside = Spans((r.mention.start, r.mention.end) for r in shown)
    spans = [(r.mention.start, r.mention.end) for r in hidden] + secret.spans(article.text)
    spans += [span for span in known.spans(article.text, kept=stay) if not inside.hold(*span)]
    title = article.title and _out_of(article.title, secret, known, stay)
    is_clean = not (spans or secret.is_in_metadata(article) or known.is_in_metadata(article))
    if is_clean and title == article.title:
        return replace(read, resolutions=tuple(_plain(r, finest, secret, known, stay) for r in read.resolutions))
    labels = {r.mention.start: _label(r, coarser) for r in hidden}
    rewritten = _Rewritten(article.text, [(a, b, labels.get(a, WITHHELD)) for a, b in merged(spans)])
    resolutions = []
    for one in read.resolutions:
        mention = rewritten.mention(one.mention)
        if mention is None:
            continue
        if _is_hidden(one, finest):
            resolutions.append(_coarse(one, mention, coarser, finest))
        else:
            resolutions.append(replace(_plain(one, finest, secret, known, stay), mention=mention))
    safe = redacted(article, secret, text=rewritten.text, title=title, instead=f"article-{number}")
    safe = redacted(safe, known, text=rewritten.text, title=title, instead=f"article-{number}")
    return replace(read, article=safe, resolutions=tuple(resolutions))


def _names_shown(shown: Iterable[Resolution]) -> set[str]:
    """Return the names that stay: what the article calls the places that may be shown."""
    return {name for r in shown if r.place for name in (r.mention.text, r.mention.antecedent, r.place.name) if name}


def _out_of(text: str, secret: Names, known: Names, stay: frozenset[str]) -> str:
    return known.out_of(secret.out_of(text), kept=stay)


def _plain(one: Resolution, finest: Precision, secret: Names, known: Names, stay: frozenset[str]) -> Resolution:
    """Return a resolution that may be shown, without what it says of places that may not."""
    fine = [other.place.name for other in one.runners_up if too_fine(other.place, finest)]
    rivals = Names((), fine, kept=[one.mention.text])
    reason = _out_of(rivals.out_of(one.reason), secret, known, stay)
    correction = one.correction
    if correction:
        correction = known.out_of_correction(secret.out_of_correction(rivals.out_of_correction(correction)))
    return replace(one, reason=reason, runners_up=(), correction=correction)


def _coarse(one: Resolution, mention: Mention, coarser: Mapping[str, Place | None], finest: Precision) -> Resolution:
    """Return what is shown of a resolution that is too fine; ``mention`` is the label that stands for its name."""
    place = coarser[one.place.id] if one.place else None
    # The bracketed words describe the region; no article ever called it that.
    mention = replace(mention, antecedent=place.name if place else None, is_description=True)
    reason = f"shown no finer than {finest}, to protect people"
    return Resolution(mention=mention, place=place, score=one.score, reason=reason)


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
        at = bisect_left(self._old, (offset, 0)) - 1
        if at < 0:
            return offset
        (_, old_end), (new_start, new_end) = self._old[at], self._new[at]
        if old_end > offset:
            return new_end if is_end else new_start
        return offset + new_end - old_end
