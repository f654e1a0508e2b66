"""Aggregate the mentions of articles into one report per place, with evidence sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from geomap.annotation.events import Lexicon, leading_event, load_lexicon
from geomap.annotation.evidence import EvidenceReader
from geomap.gazetteer.protocol import names_of
from geomap.types import Article, GeoparsedArticle, MentionKind, Region, Report, Resolution

if TYPE_CHECKING:
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
) -> tuple[Report, ...]:
    """Return one report a place, in the order of first mention.

    Literal mentions have the time, quantities and event of their clause, by ``lexicon`` or the default; other mentions have none,
    since the reported event is not located where a government is.

    ``regions`` are the regions of each place, by its id; KeyError where a place has no entry.
    """
    mentioned: dict[str, list[tuple[Article, Resolution]]] = defaultdict(list)
    for geoparsed in read:
        for resolution in geoparsed.resolutions:
            if resolution.place:
                mentioned[resolution.place.id].append((geoparsed.article, resolution))
    lexicon = lexicon or load_lexicon()
    readers = {geoparsed.article.id: EvidenceReader(geoparsed, lexicon) for geoparsed in read}
    reports = []
    for place_id, found in mentioned.items():
        best = max((r for _, r in found), key=lambda r: (-_KINDS.index(r.mention.kind), r.score))
        if best.place is None:
            continue
        outline = atlas.outline(best.place)
        evidence = tuple(readers[a.id].evidence(r.mention) for a, r in found)
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
            )
        )
    return tuple(reports)
