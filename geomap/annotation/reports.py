"""Aggregate the mentions of articles into one report per place, with evidence sentences."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, get_args

from geomap.annotation.dates import when_of
from geomap.annotation.events import Lexicon, event_of, leading_event, load_lexicon
from geomap.annotation.movements import find_movements
from geomap.annotation.parameters import MAX_EVIDENCE_LENGTH
from geomap.annotation.proximity import is_near
from geomap.annotation.quantities import find_quantities
from geomap.gazetteer.protocol import names_of
from geomap.text.sentences import sentence_spans
from geomap.types import (
    PARTS,
    Article,
    Evidence,
    GeoparsedArticle,
    Mention,
    MentionKind,
    Movement,
    Place,
    Quantity,
    Region,
    Relation,
    Report,
    Resolution,
)

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
) -> tuple[Report, ...]:
    """Return one report a place, in the order of first mention.

    Literal mentions have the time, quantities and event of their sentence, by ``lexicon`` or the default; other mentions have none,
    since the reported event is not located where a government is.

    ``regions`` are the regions of each place, by its id; KeyError where a place has no entry.
    """
    mentioned = _evidence_by_place(read, lexicon or load_lexicon())
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
    read: Sequence[GeoparsedArticle], lexicon: Lexicon
) -> dict[str, list[tuple[Resolution, Evidence]]]:
    """Return the located mentions with their sentences by the id of their place, in the order of first mention."""
    mentioned: dict[str, list[tuple[Resolution, Evidence]]] = defaultdict(list)
    for geoparsed in read:
        article = geoparsed.article
        sentences = {part: sentence_spans(article.part(part)) for part in PARTS}
        for r in geoparsed.resolutions:
            if r.place:
                spans = sentences[r.mention.part]
                evidence = evidence_of(
                    article, r.mention, spans, lexicon, language=geoparsed.language, relation=r.relation
                )
                mentioned[r.place.id].append((r, evidence))
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


def evidence_of(
    article: Article,
    mention: Mention,
    spans: Sequence[tuple[int, int]],
    lexicon: Lexicon,
    *,
    language: str = "en",
    relation: Relation | None = None,
) -> Evidence:
    """Return the sentence of a mention with its time, quantities and event, by the words of ``language`` (ISO 639-1).

    ``spans`` are the ``sentence_spans`` of its part.
    """
    part = article.part(mention.part)
    start, end = spans[max(0, bisect_right(spans, (mention.start, len(part))) - 1)]
    end = max(end, mention.end)
    if end - start > MAX_EVIDENCE_LENGTH:
        start = max(start, mention.start - MAX_EVIDENCE_LENGTH // 2)
        end = min(end, mention.end + MAX_EVIDENCE_LENGTH // 2)
    text = part[start:end]
    if mention.kind != "literal":
        return Evidence(
            article_id=article.id,
            start=start,
            end=end,
            text=text,
            mention=mention,
            language=language,
            relation=relation,
        )
    return Evidence(
        article_id=article.id,
        relation=relation,
        start=start,
        end=end,
        text=text,
        mention=mention,
        language=language,
        when=when_of(text, published=article.published, at=mention.start - start, language=language),
        quantities=_quantities(text, language),
        # The toponym is masked: a town called Hurricane is not a storm.
        event=event_of(
            text[: mention.start - start] + "·" * len(mention.text) + text[mention.end - start :],
            lexicon=lexicon,
            language=language,
        ),
        is_near=is_near(text[: mention.start - start]),
    )


@lru_cache(maxsize=64)  # every mention of a sentence needs the same
def _quantities(sentence: str, language: str) -> tuple[Quantity, ...]:
    return tuple(find_quantities(sentence, language=language))
