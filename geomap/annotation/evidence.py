"""The evidence of an article: the sentence of each mention, with the time, the quantities and the kind of event at its place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

from geomap.annotation.dates import when_of
from geomap.annotation.english import clauses
from geomap.annotation.english.event_cues import FORCES, Cue, effect_in
from geomap.annotation.english.told_days import ToldDays
from geomap.annotation.event_lexicon import Lexicon
from geomap.annotation.events import cues_in, event_of, topic_of
from geomap.annotation.foreign.quantities import FoundQuantity
from geomap.annotation.parameters import (
    ARTICLE_PROBABILITY,
    CLAUSE_PROBABILITY,
    MAX_COUNT_COST,
    MAX_EVIDENCE_LENGTH,
    MAX_LONG_DAYS,
    MIN_OTHER_ROLE,
    N_LEAD_SENTENCES,
    SENTENCE_PROBABILITY,
)
from geomap.annotation.proximity import is_near
from geomap.annotation.quantities import locate_quantities
from geomap.annotation.time_spans import n_days
from geomap.text.sentences import sentence_spans
from geomap.types import (
    PARTS,
    ArticlePart,
    Event,
    Evidence,
    GeoparsedArticle,
    Mention,
    Quantity,
    Relation,
    Resolution,
    When,
)

_WIDE = frozenset({"country", "continent", "macroregion", "admin1"})


_ON_THE_WAY = frozenset({"displacement", "aid"})
"""Kinds of event that are a movement themselves."""


class EvidenceReader:
    """Read the evidence of an article's mentions by the words of its language; each sentence is read once."""

    def __init__(self, read: GeoparsedArticle, lexicon: Lexicon) -> None:
        """Take an article with its resolutions, and the kinds of event."""
        self._article, self._language, self._lexicon = read.article, read.language, lexicon
        self._told = {part: told_days(read, part) for part in PARTS}
        self._literal = {part: [one for one in read.of_part(part) if one.mention.kind == "literal"] for part in PARTS}
        self._known_cues: dict[str, tuple[Cue, ...]] = {}
        self._starts = {part: [one.mention.start for one in self._literal[part]] for part in PARTS}

    def evidence(self, mention: Mention, relation: Relation | None = None) -> Evidence:
        """Return the sentence of a mention with its time, quantities and event; only the sentence of one that is not literal."""
        told = self._told[mention.part]
        start, end = told.spans[max(0, bisect_right(told.spans, (mention.start, len(told.text))) - 1)]
        end = max(end, mention.end)
        is_cut = end - start > MAX_EVIDENCE_LENGTH
        if is_cut:
            start = max(start, mention.start - MAX_EVIDENCE_LENGTH // 2)
            end = min(end, mention.end + MAX_EVIDENCE_LENGTH // 2)
        text = told.text[start:end]
        bare = Evidence(
            article_id=self._article.id,
            start=start,
            end=end,
            text=text,
            mention=mention,
            language=self._language,
            relation=relation,
        )
        if mention.kind != "literal":
            return bare
        place = (mention.start - start, mention.end - start)
        if is_cut:
            published = self._article.published
            when = when_of(text, published=published, at=place[0], end=place[1], language=self._language)
        else:
            when = told.when(mention.start, mention.end)
        return replace(
            bare,
            when=when,
            quantities=self._quantities(text, start, mention),
            event=_of_role(self._event(text, place, when), mention, relation),
            is_near=is_near(text[: place[0]]),
        )

    def _event(self, text: str, place: tuple[int, int], when: When | None) -> Event | None:
        """Return the event at a place by its sentence, else by what the article is about if the sentence tells a day or an effect."""
        # The toponym does not count: a town called Hurricane is not a storm.
        cues = [cue for cue in self._cues(text) if cue.end <= place[0] or cue.start >= place[1]]
        event = event_of(text, lexicon=self._lexicon, language=self._language, place=place, cues=cues)
        if self._language != "en" or (event and (event.kind not in FORCES or len(cues) > 1)):
            return event
        # The topic is read from all sentences, so only where it matters.
        if event:
            topic = self._topic if self._topic and self._topic.kind in FORCES else event
            is_other = event.kind != topic.kind
            return replace(topic, cue=event.cue, probability=SENTENCE_PROBABILITY) if is_other else event
        is_old = when is not None and n_days(when) > MAX_LONG_DAYS
        if is_old or clauses.is_home(text, place[0]) or clauses.is_origin(text, place[0]):
            return None
        effect = effect_in(text) if when is None else when.text
        is_now = when is not None or not clauses.is_earlier(text)
        if not effect or not is_now or self._topic is None or any(cue.kind != self._topic.kind for cue in cues):
            return None
        return replace(self._topic, cue=effect, probability=ARTICLE_PROBABILITY)

    def _cues(self, text: str) -> tuple[Cue, ...]:
        if text not in self._known_cues:
            self._known_cues[text] = cues_in(text, lexicon=self._lexicon, language=self._language)
        return self._known_cues[text]

    @cached_property
    def _topic(self) -> Event | None:
        told = self._told["text"]
        sentences = [told.text[start:end] for start, end in told.spans if end - start <= MAX_EVIDENCE_LENGTH]
        texts = [self._article.title or "", *sentences]
        events = [event_of(one, lexicon=self._lexicon, language=self._language, cues=self._cues(one)) for one in texts]
        return topic_of(events, n_lead=1 + N_LEAD_SENTENCES)

    def _quantities(self, text: str, start: int, mention: Mention) -> tuple[Quantity, ...]:
        """Return the quantities of a sentence that are told of this mention's place, and of no other in the sentence."""
        found = _found_quantities(text, self._language)
        if not found:
            return ()
        first, last = (bisect_right(self._starts[mention.part], at - 1) for at in (start, start + len(text)))
        beside = self._literal[mention.part][first:last]
        chosen = []
        for one in found:
            owner = _owner(
                one, text, beside, start=start, has_clauses=self._language == "en" and len(text) < MAX_EVIDENCE_LENGTH
            )
            if owner and owner[0].start == mention.start:
                chosen.append(replace(one.quantity, probability=owner[1]))
        return tuple(chosen)


def _of_role(event: Event | None, mention: Mention, relation: Relation | None) -> Event | None:
    """Return the event if it is at the place: a fire is not where the engines came from, nor where its victim was born."""
    if event is None or (mention.role_probability or 0.0) < MIN_OTHER_ROLE:
        return event
    if mention.role == "route":
        return event if event.kind in _ON_THE_WAY else None
    return event if mention.is_reported_by(relation) else None


def told_days(read: GeoparsedArticle, part: ArticlePart) -> ToldDays:
    """Return the days that the sentences of a part of an article tell."""
    text = read.article.part(part)
    return ToldDays(article=read.article, text=text, spans=sentence_spans(text), language=read.language)


def _owner(
    found: FoundQuantity, text: str, beside: Sequence[Resolution], *, start: int, has_clauses: bool
) -> tuple[Mention, float] | None:
    """Return the mention of whose place a quantity is told, and the probability; None where it is of none.

    It is the nearest by clauses, in a text without sentence ends by letters, and one where something is reported before all others; a country
    or a state only where no place in it can be meant.
    """
    ranked = []
    for one in beside:
        place = (one.mention.start - start, one.mention.end - start)
        if has_clauses and clauses.is_origin(text, place[0]):
            continue
        told = (found.start, found.end)
        cost = clauses.cost(text, place=place, told=told, limit=MAX_COUNT_COST) if has_clauses else 0
        if cost is None and len(beside) == 1:
            cost = MAX_COUNT_COST  # the only place of the sentence
        if cost is not None:
            is_wide = one.place is not None and one.place.kind in _WIDE
            is_from = text[: place[0]].endswith("from ")
            distance = max(found.start - place[1], place[0] - found.end, 0)
            ranked.append((not one.is_reported, is_wide, is_from, cost, distance, one.mention))
    if not ranked:
        return None
    *_, cost, _, mention = min(ranked, key=lambda row: row[:5])
    return mention, SENTENCE_PROBABILITY if cost else CLAUSE_PROBABILITY


@lru_cache(maxsize=64)  # every mention of a sentence needs the same
def _found_quantities(sentence: str, language: str) -> tuple[FoundQuantity, ...]:
    return tuple(locate_quantities(sentence, language=language))
