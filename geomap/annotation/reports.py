"""Aggregate the mentions of articles into one report per place, with evidence sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from geomap.annotation.event_lexicon import Lexicon, load_lexicon
from geomap.annotation.events import leading_event
from geomap.annotation.evidence import EvidenceReader
from geomap.annotation.movements import find_movements
from geomap.gazetteer.protocol import names_of
from geomap.types import Evidence, GeoparsedArticle, MentionKind, Movement, Place, Region, Report, Resolution

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.boundaries.atlas import Atlas
    from geomap.gazetteer.protocol import Gazetteer

_KINDS: tuple[MentionKind, ...] = get_args(MentionKind)


def annotate(
    read: Sequence[GeoparsedArticle],
    regions: Mapping[str, tuple[Region, ...]],
    *,
    gazetteer: Gazetteer,
    atlas: Atlas,
    lexicon: Lexicon | None = None,
    whole: Mapping[str, GeoparsedArticle] | None = None,
) -> tuple[Report, ...]:
    """Return one report a place, in the order of first mention.

    Literal mentions have the time, quantities and event of their clause, by ``lexicon`` or the default; other mentions have none,
    since the reported event is not located where a government is.

    ``regions`` are the regions of each place, by its id; KeyError where a place has no entry. ``whole`` are articles of which ``read`` has some
    mentions only, by id: which place a count is told of depends on all of them.
    """
    mentioned = _evidence_by_place(read, lexicon or load_lexicon(), whole or {})
    movements = _by_first_stop(mentioned.values(), atlas)
    reports = []
    for place_id, found in mentioned.items():
        best = max((r for r, _ in found), key=lambda r: (-_KINDS.index(r.mention.kind), r.score))
        if best.place is None:
            continue
        outline = atlas.outline(best.place)
        evidence = tuple(e for _, e in found)
        reports.append(
            Report(
                place=best.place,
                kind=best.mention.kind,
                score=best.score,
                reason=best.reason,
                regions=regions[place_id],
                names=names_of(best.place, gazetteer),
                evidence=evidence,
                runners_up=best.runners_up,
                geometry=outline.geometry if outline else None,
                geometry_note=outline.note if outline else None,
                event=leading_event(e.event for e in evidence if e.event),
                correction=best.correction,
                movements=tuple(movements[place_id]),
            )
        )
    return tuple(reports)


def _evidence_by_place(
    read: Sequence[GeoparsedArticle], lexicon: Lexicon, whole: Mapping[str, GeoparsedArticle]
) -> dict[str, list[tuple[Resolution, Evidence]]]:
    """Return the located mentions with their sentences by the id of their place, in the order of first mention."""
    mentioned: dict[str, list[tuple[Resolution, Evidence]]] = defaultdict(list)
    for geoparsed in read:
        reader = EvidenceReader(whole.get(geoparsed.article.id, geoparsed), lexicon)
        for r in geoparsed.resolutions:
            if r.place:
                mentioned[r.place.id].append((r, reader.evidence(r.mention, r.relation)))
    return mentioned


def _by_first_stop(
    mentioned: Iterable[Sequence[tuple[Resolution, Evidence]]], atlas: Atlas
) -> Mapping[str, list[Movement]]:
    """Return the movements of all articles by the place that they start at, in the order of their sentences."""
    in_article: dict[str, list[tuple[Resolution, Evidence]]] = defaultdict(list)
    for found in mentioned:
        for resolution, evidence in found:
            in_article[evidence.article_id].append((resolution, evidence))
    movements: dict[str, list[Movement]] = defaultdict(list)
    for found in in_article.values():
        for movement in find_movements(found, line_of=lambda place: _line_of(place, atlas)):
            movements[movement.stops[0].place_id].append(movement)
    return movements


def _line_of(place: Place, atlas: Atlas) -> BaseGeometry | None:
    outline = atlas.outline(place)
    return outline.geometry if outline else None
