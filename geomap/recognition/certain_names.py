"""Recognize, in a language that no network reads, the names that are certain: of countries and great cities, by gazetteer look-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.recognition.parameters import (
    GAZETTEER_MATCH_SCORE,
    MAX_MATCH_TOKENS,
    MIN_CERTAIN_LETTERS,
    MIN_CERTAIN_POPULATION,
    MIN_CERTAIN_RATIO,
)
from geomap.text.sentences import sentence_spans
from geomap.text.tokens import Token, tokenize
from geomap.types import Candidate, Mention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer.protocol import Gazetteer

_COUNTRIES = frozenset(("country", "continent", "disputed"))


def certain_names(text: str, *, language: str, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """Return the names of countries and great cities in ``text``, in text order; the longest match is taken, none overlap.

    A name counts that is the place's own, or its name in ``language``.
    """
    words = tokenize(text)
    openings = frozenset(start for start, _ in sentence_spans(text))
    lower = frozenset(word.text for word in words if word.text[:1].islower())
    known: dict[str, bool] = {}
    found: list[Mention] = []
    at = 0
    while at < len(words):
        for size in range(_longest(text, words, at), 0, -1):
            name = text[words[at].start : words[at + size - 1].end]
            if name not in known:
                known[name] = _is_certain(name, language, gazetteer)
            if known[name] and not (words[at].start in openings and name.lower() in lower):
                found.append(_mention(text, words[at], words[at + size - 1]))
                at += size
                break
        else:
            at += 1
    return tuple(found)


def _longest(text: str, words: Sequence[Token], at: int) -> int:
    """Return the number of tokens from ``at`` that may be one name; 0 where a word in lower case or a sign begins there."""
    first = words[at].text
    if not first[0].isalpha() or first[0].islower():
        return 0
    size = 1
    while size < MAX_MATCH_TOKENS and at + size < len(words):
        before, word = words[at + size - 1], words[at + size]
        if word.text not in "-‑–" and not (word.text[0].isalpha() and text[before.end : word.start].strip() == ""):
            break
        size += 1
    return size


def _is_certain(name: str, language: str, gazetteer: Gazetteer) -> bool:
    """Return whether the most prominent place of a name is a country or a great city, far before others."""
    if len(name) < MIN_CERTAIN_LETTERS or not gazetteer.knows(name):
        return False
    found = gazetteer.lookup(name, limit=2)
    if not found or not _is_great(found[0], language):
        return False
    return len(found) == 1 or found[1].place.population * MIN_CERTAIN_RATIO <= found[0].place.population


def _is_great(candidate: Candidate, language: str) -> bool:
    place = candidate.place
    if candidate.match != "name" and not (candidate.match == "alternate" and candidate.language == language):
        return False
    is_town = place.kind == "settlement" and place.population >= MIN_CERTAIN_POPULATION
    return place.kind in _COUNTRIES or is_town


def _mention(text: str, first: Token, last: Token) -> Mention:
    return Mention(
        start=first.start,
        end=last.end,
        text=text[first.start : last.end],
        kind="literal",
        score=GAZETTEER_MATCH_SCORE,
    )
