"""Classify the event that a sentence reports by a lexicon that users can extend; ambiguous sentences have no label.

The words of a language count only in an article of that language. Beside English, what denies an event is a list of words
in the tables of the language; a language without tables has none.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

from geomap.annotation.english import clauses
from geomap.annotation.english.event_cues import COMPOUND_AFTER, COMPOUND_BEFORE, SIDES, Cue, is_reported
from geomap.annotation.foreign.phrases import LANGUAGES, Phrases, fold, listed, tables, tokens_of
from geomap.annotation.parameters import (
    CLAUSE_PROBABILITY,
    EVENT_CONTEXT_LENGTH,
    SENTENCE_PROBABILITY,
    TOPIC_SHARE,
)
from geomap.errors import LexiconError
from geomap.files import read_regular
from geomap.types import Event

_WORD = re.compile(r"\w+")
_PREFIX = 2
_KNOWN = frozenset(("label", "icon", "words", "no", "silent"))
_OF_LANGUAGE = re.compile(r"(words|no)_([a-z]{2,3})")
_CAPITAL_NOUNS = frozenset(("de",))
"""Languages that write every noun with a capital."""
_OPENING_SIGNS = frozenset(".:!?;…—–-\"“”„‘'([«»¿¡։՝")
_NEGATION_REACH = 3
"""Words before and after an event word among which a denial counts, as in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The event words of a language beside English, and those that suppress a match."""

    words: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of event and its words in lower case; a final ``*`` matches any ending."""

    key: str
    label: str
    icon: str | None
    words: tuple[str, ...]
    no: tuple[str, ...] = ()
    foreign: Mapping[str, Words] = field(default_factory=dict)
    """By language, ISO 639-1."""
    is_silent: bool = False
    """Whether the kind is never a label and only competes with other kinds, as a sports match with a battle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The event words with the same two first letters, as one pattern."""

    pattern: re.Pattern[str]
    """A group for each, the longest first."""
    kinds: tuple[str | None, ...]
    """The key of each word's kind; None for words that only suppress a match of another word."""
    words: Mapping[str, str]
    """First words with which some begin → the first letters of the words after them; empty where nothing need follow."""
    stems: tuple[str, ...]
    """Beginnings of the first word of the others."""

    def match(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """Return the match of an event word at ``start``, given the end of the word there; most words begin none."""
        word = text[start:end]
        if word.isascii() and not (word := word.lower()).startswith(self.stems):
            letters = self.words.get(word)
            if letters is None or (letters and _goes_on_otherwise(text, end, letters)):
                return None
        return self.pattern.match(text, start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Kinds of event, and their words in the order of matching."""

    kinds: tuple[Kind, ...]
    cues: dict[str, Cues] = field(repr=False)
    """Of English, by the first two letters."""
    foreign: Mapping[str, dict[str, Cues]] = field(default_factory=dict, repr=False)
    """Of other languages, by language and the first two letters; the words are folded."""


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
    for word in _WORD.finditer(text):
        first, end = word.span()
        if first < reached:
            continue
        starts = [first]
        if proclitics:
            starts += [first + len(p) for p in proclitics if word[0].startswith(p)]
        for start in starts:
            cues = cues_by_prefix.get(text[start : min(start + _PREFIX, end)].lower())
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


@cache
def load_lexicon(*paths: Path) -> Lexicon:
    """Return geomap's lexicon with the files of ``paths`` added to it, in order.

    Raise LexiconError where a file cannot be read or has another form.
    """
    embedded = files("geomap.annotation") / "data" / "events.toml"
    kinds: dict[str, Kind] = {}
    for name, text in [("events.toml", embedded.read_text("utf-8")), *((str(p), _text(p)) for p in paths)]:
        for kind in _kinds(text, name):
            kinds[kind.key] = _merged(kinds[kind.key], kind) if kind.key in kinds else kind
    named = (
        kind if kind.label else replace(kind, label=kind.key.replace("_", " ").capitalize()) for kind in kinds.values()
    )
    return lexicon_of(tuple(named))


def lexicon_of(kinds: Sequence[Kind]) -> Lexicon:
    """Return the lexicon of these kinds; at one position the longest word matches, and a suppressing word takes precedence."""
    languages = dict.fromkeys(language for kind in kinds for language in kind.foreign)
    foreign = {
        language: _cues_of((kind.key, kind.foreign.get(language, Words())) for kind in kinds) for language in languages
    }
    english = _cues_of((kind.key, Words(words=kind.words, no=kind.no)) for kind in kinds)
    return Lexicon(kinds=tuple(kinds), cues=english, foreign=foreign)


def _cues_of(kinds: Iterable[tuple[str, Words]]) -> dict[str, Cues]:
    """Return the cues of a language from the words of each kind."""
    owners: dict[str, str | None] = {}
    suppressed: dict[str, None] = {}
    for key, words in kinds:
        owners |= dict.fromkeys(words.words, key)
        suppressed |= dict.fromkeys(words.no)
    owners |= suppressed
    by_prefix: dict[str, list[str]] = {}
    for word in sorted(owners, key=lambda w: (-len(w), w)):
        by_prefix.setdefault(re.split(r"\W", word, maxsplit=1)[0][:_PREFIX], []).append(word)
    return {
        prefix: Cues(
            pattern=re.compile("|".join(f"({_pattern(word)})" for word in some), re.IGNORECASE),
            kinds=tuple(owners[word] for word in some),
            words=_first_words(some),
            stems=tuple(sorted({first for first, is_whole in map(_first_word, some) if not is_whole})),
        )
        for prefix, some in by_prefix.items()
    }


def _first_word(word: str) -> tuple[str, bool]:
    """Return the first word of an event word, and whether a text must have all of it; two letters where case may change others."""
    first = re.split(r"\W", word, maxsplit=1)[0]
    return (first, word != f"{first}*") if first.isascii() else (first[:_PREFIX], False)


def _first_words(words: Iterable[str]) -> dict[str, str]:
    """Return the first words of event words with the letters that may follow the space after them, as ``Cues.words``."""
    found: dict[str, str] = {}
    for word in words:
        first, is_whole = _first_word(word)
        _, space, after = word.partition(" ")
        letter = after[0] if space and word.startswith(f"{first} ") and after[0].isascii() else ""
        if is_whole:
            found[first] = found.get(first, letter) and letter and found.get(first, "") + letter
    return found


def _goes_on_otherwise(text: str, end: int, letters: str) -> bool:
    """Return whether a word in ASCII that begins with none of these letters stands one space after ``end``."""
    letter = text[end + 1 : end + 2].lower()
    return text[end : end + 1] == " " and letter.isascii() and letter.isalnum() and letter not in letters


def _pattern(word: str) -> str:
    stem = r"\s+".join(re.escape(part) for part in word.rstrip("*").split())
    return stem + (r"\w*" if word.endswith("*") else r"(?!\w)")


def _leader(counts: Counter[str]) -> str | None:
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _merged(old: Kind, new: Kind) -> Kind:
    return Kind(
        key=old.key,
        label=new.label or old.label,
        icon=new.icon or old.icon,
        words=tuple(dict.fromkeys((*old.words, *new.words))),
        no=tuple(dict.fromkeys((*old.no, *new.no))),
        foreign={
            language: Words(
                words=tuple(dict.fromkeys((*_words(old, language).words, *_words(new, language).words))),
                no=tuple(dict.fromkeys((*_words(old, language).no, *_words(new, language).no))),
            )
            for language in (*old.foreign, *new.foreign)
        },
        is_silent=old.is_silent or new.is_silent,
    )


def _words(kind: Kind, language: str) -> Words:
    return kind.foreign.get(language, Words())


def _text(path: Path) -> str:
    try:
        return read_regular(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise LexiconError(f"{path}: the event lexicon cannot be read ({why}); give a TOML file") from error


def _kinds(text: str, name: str) -> list[Kind]:
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise LexiconError(
            f"{name}: not TOML ({error}); see geomap/annotation/data/events.toml for the form"
        ) from error
    return [_kind(key, table, name) for key, table in tables.items()]


def _kind(key: str, table: Any, name: str) -> Kind:  # noqa: ANN401 - a TOML value
    if not isinstance(table, dict) or not all(name in _KNOWN or _OF_LANGUAGE.fullmatch(name) for name in table):
        raise LexiconError(f"{name}: [{key}] is not a table of label, icon, words, no and silent; fix or remove it")
    if not isinstance(table.get("silent", False), bool):
        raise LexiconError(f"{name}: [{key}] silent is not true or false; fix it")
    for field_name in (name for name in table if name not in ("label", "icon", "silent")):
        given = table[field_name]
        if not isinstance(given, list) or not all(
            isinstance(w, str) and _WORD.match(w.strip()) and len(w.strip(" *")) >= _PREFIX for w in given
        ):
            raise LexiconError(f"{name}: [{key}] {field_name} is not a list of words of two letters or more; fix it")
    for field_name in ("label", "icon"):
        if not isinstance(table.get(field_name, ""), str):
            raise LexiconError(f"{name}: [{key}] {field_name} is not text; fix it")
    return Kind(
        key=key,
        label=table.get("label", ""),
        icon=table.get("icon"),
        words=tuple(" ".join(w.lower().split()) for w in table.get("words", [])),
        no=tuple(" ".join(w.lower().split()) for w in table.get("no", [])),
        foreign={language: _folded(table, language) for language in _languages(table)},
        is_silent=table.get("silent", False),
    )


def _languages(table: Mapping[str, Any]) -> list[str]:
    """Return the languages beside English for which a kind has words."""
    return list(dict.fromkeys(match[2] for name in table if (match := _OF_LANGUAGE.fullmatch(name))))


def _folded(table: Mapping[str, Any], language: str) -> Words:
    words, no = (
        tuple(" ".join(fold(w, language).split()) for w in table.get(f"{name}_{language}", ()))
        for name in ("words", "no")
    )
    return Words(words=words, no=no)
