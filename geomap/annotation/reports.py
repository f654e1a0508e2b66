"""Aggregate the mentions of articles into one report per place, with evidence sentences."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, get_args

from geomap.annotation.dates import when_of
from geomap.annotation.events import Lexicon, event_of, leading_event, load_lexicon
from geomap.annotation.parameters import MAX_EVIDENCE_LENGTH
from geomap.annotation.proximity import is_near
from geomap.annotation.quantities import find_quantities
from geomap.annotation.told_days import ToldDays
from geomap.gazetteer.protocol import names_of
from geomap.text.sentences import sentence_spans
from geomap.types import (
    PARTS,
    Article,
    ArticlePart,
    Evidence,
    GeoparsedArticle,
    Mention,
    MentionKind,
    Quantity,
    Region,
    Report,
    Resolution,
)

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

    Literal mentions have the time, quantities and event of their sentence, by ``lexicon`` or the default; other mentions have none,
    since the reported event is not located where a government is.

    ``regions`` are the regions of each place, by its id; KeyError where a place has no entry.
    """
    mentioned: dict[str, list[tuple[Article, Resolution]]] = defaultdict(list)
    for geoparsed in read:
        for resolution in geoparsed.resolutions:
            if resolution.place:
                mentioned[resolution.place.id].append((geoparsed.article, resolution))
    lexicon = lexicon or load_lexicon()
    told = {
        (geoparsed.article.id, part): told_days(geoparsed.article, part, language=geoparsed.language)
        for geoparsed in read
        for part in PARTS
    }
    reports = []
    for place_id, found in mentioned.items():
        best = max((r for _, r in found), key=lambda r: (-_KINDS.index(r.mention.kind), r.score))
        if best.place is None:
            continue
        outline = atlas.outline(best.place)
        evidence = tuple(evidence_of(r.mention, told[a.id, r.mention.part], lexicon) for a, r in found)
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


def told_days(article: Article, part: ArticlePart = "text", *, language: str = "en") -> ToldDays:
    """Return the sentences of a part of an article in ``language`` (ISO 639-1), for ``evidence_of``."""
    text = article.part(part)
    return ToldDays(article=article, text=text, spans=sentence_spans(text), language=language)


def evidence_of(mention: Mention, told: ToldDays, lexicon: Lexicon) -> Evidence:
    """Return the sentence of a mention with its time, quantities and event; ``told`` are the sentences of its part."""
    article, part, spans, language = told.article, told.text, told.spans, told.language
    start, end = spans[max(0, bisect_right(spans, (mention.start, len(part))) - 1)]
    end = max(end, mention.end)
    is_cut = end - start > MAX_EVIDENCE_LENGTH
    if is_cut:
        start = max(start, mention.start - MAX_EVIDENCE_LENGTH // 2)
        end = min(end, mention.end + MAX_EVIDENCE_LENGTH // 2)
    text = part[start:end]
    if mention.kind != "literal":
        return Evidence(article_id=article.id, start=start, end=end, text=text, mention=mention)
    at = mention.start - start
    return Evidence(
        article_id=article.id,
        start=start,
        end=end,
        text=text,
        mention=mention,
        when=when_of(text, published=article.published, at=at, end=mention.end - start, language=language)
        if is_cut
        else told.when(mention.start, mention.end),
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
