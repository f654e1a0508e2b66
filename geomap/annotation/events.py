"""Classify the event that a sentence reports by a lexicon that users can extend; ambiguous sentences have no label.

The words of a language count only in an article of that language. Beside English, what denies an event is a list of words
in the tables of the language; a language without tables has none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from geomap.annotation.english import clauses
from geomap.annotation.english.event_cues import COMPOUND_AFTER, COMPOUND_BEFORE, SIDES, Cue, is_reported
from geomap.annotation.event_lexicon import PREFIX, WORD, Cues, Lexicon
from geomap.annotation.foreign.phrases import LANGUAGES, Phrases, fold, listed, tables, tokens_of
from geomap.annotation.parameters import (
    CLAUSE_PROBABILITY,
    EVENT_CONTEXT_LENGTH,
    SENTENCE_PROBABILITY,
    TOPIC_SHARE,
)
from geomap.types import Event

_CAPITAL_NOUNS = frozenset(("de",))
"""Languages that write every noun with a capital."""
_OPENING_SIGNS = frozenset(".:!?;…—–-\"“”„‘'([«»¿¡։՝")
_NEGATION_REACH = 3
"""Words before and after an event word among which a denial counts, as in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denials:
    """What denies an event in a language beside English, and the prefixes that are written onto its words."""

    before: Phrases[bool]
    after: Phrases[bool]
    proclitics: tuple[str, ...]


def event_of(
    sentence: str,
    *,
    lexicon: Lexicon,
    language: str = "en",
    place: tuple[int, int] | None = None,
    cues: Sequence[Cue] | None = None,
) -> Event | None:
    """Return the kind of event that a sentence in ``language`` reports at a place, given by its offsets, or anywhere in it.

    ``cues`` are those of ``cues_in``, if they are known.

    The cues of the place's own clause count, in English; without any, those of the clauses beside it. The kind with the most
    distinct cues is taken; of two that tie the first, if they are two sides of one event, as a fire and an accident. None
    without cues, on any other tie, and where a silent kind has as many in those clauses.
    """
    if cues is None:
        cues = cues_in(sentence, lexicon=lexicon, language=language)
    if not cues:
        return None
    silent = {kind.key for kind in lexicon.kinds if kind.is_silent}
    is_placed = place is not None and language == "en"
    ranked = [(cost, cue) for cue in cues if (cost := _cost(sentence, cue, place if is_placed else None)) is not None]
    if not ranked:
        return None
    totals = _distinct(cue for _, cue in ranked)
    for reach in sorted({cost for cost, cue in ranked if cue.kind not in silent}):
        within = [cue for cost, cue in ranked if cost <= reach and cue.kind not in silent]
        leader = _leader_of(within, language=language, at=place[0] if place else 0)
        near = _distinct(cue for cost, cue in ranked if cost <= reach)
        n_silent = max((n for key, n in near.items() if key in silent), default=0)
        if leader and totals[leader.kind] > n_silent:
            kind = next(kind for kind in lexicon.kinds if kind.key == leader.kind)
            text = " ".join(leader.text.split())
            probability = SENTENCE_PROBABILITY if reach else CLAUSE_PROBABILITY
            return Event(kind=kind.key, label=kind.label, cue=text, icon=kind.icon, probability=probability)
    return None


def _cost(sentence: str, cue: Cue, place: tuple[int, int] | None) -> int | None:
    """Return how many boundaries of clauses are between a cue and a place; None where it does not tell of it."""
    return clauses.cost(sentence, place=place, told=(cue.start, cue.end)) if place else 0


def _distinct(cues: Iterable[Cue]) -> Counter[str]:
    """Return the number of distinct cues of each kind."""
    return Counter(kind for kind, _ in dict.fromkeys((cue.kind, " ".join(cue.text.lower().split())) for cue in cues))


def _leader_of(cues: Sequence[Cue], *, language: str, at: int) -> Cue | None:
    """Return a cue of the kind with the most distinct cues: its first, or the nearest to ``at`` where kinds tie."""
    counts = _distinct(cues).most_common()
    tied = [key for key, n in counts if n == counts[0][1]]
    if len(tied) > 1 and (language != "en" or not all(frozenset(pair) in SIDES for pair in combinations(tied, 2))):
        return None
    if set(tied) == {"attack", "accident"}:  # a blast in a mine
        tied = ["accident"]
    some = [cue for cue in cues if cue.kind in tied]
    return min(some, key=lambda cue: abs(cue.start - at)) if len(tied) > 1 else some[0]


def cues_in(sentence: str, *, lexicon: Lexicon, language: str = "en") -> tuple[Cue, ...]:
    """Return the cues of a sentence in ``language`` that report an event, in text order, those of silent kinds too."""
    if language != "en":
        return tuple(_foreign_cues_in(sentence, lexicon, language))
    return tuple(
        Cue(kind=kind, text=match[0], start=match.start(), end=match.end())
        for match, kind, _ in _matches(sentence, lexicon.cues)
        if is_reported(match, sentence)
    )


def _foreign_cues_in(sentence: str, lexicon: Lexicon, language: str) -> Iterator[Cue]:
    """Yield the cues of another language that report an event."""
    if language not in lexicon.foreign:
        return
    denials = denials_of(language)
    for match, kind, start in _matches(fold(sentence, language), lexicon.foreign[language], denials.proclitics):
        if _is_reported_abroad(start, match.end(), sentence, language):
            yield Cue(kind=kind, text=sentence[start : match.end()], start=start, end=match.end())


def _matches(
    text: str, cues_by_prefix: Mapping[str, Cues], proclitics: Sequence[str] = ()
) -> Iterator[tuple[re.Match[str], str, int]]:
    """Yield the cues of a text that do not overlap, with their kind and the start of their first word."""
    reached = 0
    for word in WORD.finditer(text):
        first, end = word.span()
        if first < reached:
            continue
        starts = [first]
        if proclitics:
            starts += [first + len(p) for p in proclitics if word[0].startswith(p)]
        for start in starts:
            cues = cues_by_prefix.get(text[start : min(start + PREFIX, end)].lower())
            match = cues.match(text, start, end) if cues else None
            if cues and match and match.lastindex:
                reached = match.end()
                kind = cues.kinds[match.lastindex - 1]
                if kind:
                    yield match, kind, first
                break


def _is_reported_abroad(start: int, end: int, sentence: str, language: str) -> bool:
    """Return whether a cue in another language is not denied, not part of a compound and not part of a name."""
    before = sentence[max(0, start - EVENT_CONTEXT_LENGTH) : start]
    if COMPOUND_BEFORE.search(before) or COMPOUND_AFTER.match(sentence, end):
        return False
    denials = denials_of(language)
    words_before = [token.text for token in tokens_of(before, language)]
    words_after = [token.text for token in tokens_of(sentence[end : end + EVENT_CONTEXT_LENGTH], language)]
    near_before = _same_phrase(words_before[::-1])[::-1]
    if _holds(denials.before, near_before) or _holds(denials.after, _same_phrase(words_after)):
        return False
    is_capital = sentence[start].isupper() and not sentence[start:end].isupper()
    if not is_capital or language in _CAPITAL_NOUNS:
        return True
    return not before.strip() or before.rstrip()[-1] in _OPENING_SIGNS


def _same_phrase(words: Sequence[str]) -> list[str]:
    """Return the first words up to a sign, an apostrophe excepted."""
    near: list[str] = []
    for word in words:
        if word != "'":
            if not word[0].isalnum() or len(near) == _NEGATION_REACH:
                break
            near.append(word)
    return near


def _holds(phrases: Phrases[bool], words: Sequence[str]) -> bool:
    return any(phrases.at(words, i) for i in range(len(words)))


@cache
def denials_of(language: str) -> Denials:
    """Return what denies an event in a language beside English."""
    table = tables(language).get("negation", {}) if language in LANGUAGES else {}
    before, after = (
        Phrases(((phrase, True) for phrase in listed(table.get(key, ""))), language=language)
        for key in ("before", "after")
    )
    proclitics = sorted((fold(p, language) for p in listed(table.get("proclitics", ""))), key=len, reverse=True)
    return Denials(before=before, after=after, proclitics=tuple(proclitics))


def topic_of(events: Sequence[Event | None], *, n_lead: int) -> Event | None:
    """Return the kind of event that an article is about, given those of its headline and sentences: of most that have one.

    One of the first ``n_lead`` must have it.
    """
    found = [event for event in events if event]
    leading = leading_event(found)
    if leading is None or all(event is None or event.kind != leading.kind for event in events[:n_lead]):
        return None
    return leading if sum(event.kind == leading.kind for event in found) >= TOPIC_SHARE * len(found) else None


def leading_event(events: Iterable[Event]) -> Event | None:
    """Return the first event of the kind that is most frequent, or None where two kinds tie."""
    found = list(events)
    leader = _leader(Counter(event.kind for event in found))
    return next((event for event in found if event.kind == leader), None)


def _leader(counts: Counter[str]) -> str | None:
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]
