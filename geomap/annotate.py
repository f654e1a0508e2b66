"""Gather what the articles report of each place: one report a place, with the sentences that name it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from geomap.vocabulary import (
    Article,
    Evidence,
    Mention,
    MentionKind,
    Name,
    Place,
    ReadArticle,
    Region,
    Report,
    Resolution,
)

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.gazetteer import Gazetteer

_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"”’')\]]))\s+(?=[\"“‘'(\[]?[^\Wa-z_])|\s*\n\s*\n\s*|\s*\n\s*")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|St|Gen|Col|Lt|Sgt|Sen|Rep|Gov|Prof|No|vs|Jan|Feb|Aug|Sept|Oct|Nov|Dec|[A-Z])\.$"
)
_MAX_SENTENCE = 600
"""Code points of evidence shown around a mention where the text has no sentence end."""
_KINDS: tuple[MentionKind, ...] = ("literal", "associative", "demonym")


def annotate(
    read: Sequence[ReadArticle],
    regions: Sequence[tuple[Region, ...]],
    *,
    gazetteer: Gazetteer,
    atlas: Atlas,
) -> tuple[Report, ...]:
    """Return one report a place, in the order of first mention.

    ``regions`` holds the regions of each distinct place in that same order (see ``places``).
    """
    mentioned: dict[str, list[tuple[Article, Resolution]]] = defaultdict(list)
    for one in read:
        for resolution in one.resolutions:
            if resolution.place:
                mentioned[resolution.place.id].append((one.article, resolution))
    sentences = {one.article.id: sentence_spans(one.article.text) for one in read}
    reports = []
    for found, held_by in zip(mentioned.values(), regions, strict=True):
        best = max((r for _, r in found), key=lambda r: (-_KINDS.index(r.mention.kind), r.score))
        if best.place is None:
            continue
        outline = atlas.outline(best.place)
        reports.append(
            Report(
                place=best.place,
                kind=best.mention.kind,
                score=best.score,
                reason=best.reason,
                regions=held_by,
                names=_names(best.place, gazetteer),
                evidence=tuple(_evidence(a, r.mention, sentences[a.id]) for a, r in found),
                runners_up=best.runners_up,
                geometry=outline.geometry if outline else None,
                geometry_note=outline.note if outline else None,
                correction=best.correction,
            )
        )
    return tuple(reports)


def _names(place: Place, gazetteer: Gazetteer) -> tuple[Name, ...]:
    """Return the names of a place; a place of the editor's own is in no gazetteer and has the one it was given."""
    return (Name(text=place.name),) if place.id.startswith("my:") else gazetteer.names(place.id)


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the sentences of ``text`` as half-open spans, white space between them left out."""
    cuts = [0]
    ends = []
    for match in _SENTENCE_END.finditer(text):
        if "\n" not in match[0] and _ABBREVIATION.search(text, max(0, match.start() - 8), match.start()):
            continue
        ends.append(match.start())
        cuts.append(match.end())
    spans = zip(cuts, [*ends, len(text)], strict=True)
    return tuple((start, end) for start, end in spans if text[start:end].strip())


def _evidence(article: Article, mention: Mention, spans: Sequence[tuple[int, int]]) -> Evidence:
    start, end = spans[max(0, bisect_right(spans, (mention.start, len(article.text))) - 1)]
    end = max(end, mention.end)
    if end - start > _MAX_SENTENCE:
        start = max(start, mention.start - _MAX_SENTENCE // 2)
        end = min(end, mention.end + _MAX_SENTENCE // 2)
    return Evidence(article_id=article.id, start=start, end=end, text=article.text[start:end], mention=mention)
