"""Recognize toponyms of articles that are not in English by gazetteer look-up, with or without a case ending.

There is no network for these languages. A name is a toponym when the gazetteer lists it and its place is prominent enough; literal
and associative mentions are not distinguished.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from geomap.recognition.parameters import (
    DEFAULT_MIN_POPULATION,
    GAZETTEER_MATCH_SCORE,
    MAX_INFLECTED_FORMS,
    MAX_INFLECTED_NAMES,
    MAX_MATCH_TOKENS,
    MIN_POPULATION,
    SENTENCE_START_MIN_POPULATION,
)
from geomap.text.languages import FUNCTION_WORDS
from geomap.text.sentences import sentence_spans
from geomap.text.tokens import Token, tokenize
from geomap.types import Candidate, Mention

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.text.languages import Language

_ALWAYS = frozenset(("country", "continent", "macroregion", "disputed", "admin1", "water"))

# case endings and their replacements in the base form, the longest ending first: a simplification of each declension
_ENDINGS: Mapping[Language, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "ru": (
        ("ского", ("ский",)), ("ской", ("ская",)), ("скую", ("ская",)), ("ском", ("ский",)), ("ому", ("ый", "ий")),
        ("ого", ("ый", "ий")), ("ами", ("ы", "а")), ("ии", ("ия",)), ("ию", ("ия",)), ("ией", ("ия",)), ("иях", ("ии",)),
        ("ах", ("ы", "а")), ("ом", ("", "о", "ый", "ий")), ("ой", ("а", "ая")), ("ей", ("я", "ь")), ("ем", ("ь", "й", "е")),
        ("ым", ("ый",)), ("ую", ("ая",)), ("е", ("", "а", "о", "я", "ь", "й")), ("у", ("", "а", "о")), ("ю", ("ь", "я", "й")),
        ("и", ("а", "ь", "я", "ы")), ("ы", ("а", "")), ("а", ("", "о")), ("я", ("ь", "й", "е")),
    ),
    "uk": (
        ("єві", ("їв",)), ("єва", ("їв",)), ("єву", ("їв",)), ("ові", ("ів", "")), ("ова", ("ів",)), ("ову", ("ів",)),
        ("ської", ("ська",)), ("ській", ("ська",)), ("ську", ("ська",)), ("ії", ("ія",)), ("ію", ("ія",)), ("ією", ("ія",)),
        ("ями", ("і",)), ("ах", ("и",)), ("ою", ("а",)), ("ом", ("", "о")), ("ем", ("ь",)), ("єю", ("я",)),
        ("і", ("", "а", "о", "я", "ь")), ("и", ("а", "ь")), ("у", ("", "а", "о")), ("ю", ("ь", "я", "й")), ("а", ("", "о")), ("я", ("ь", "й")),
    ),
    "hy": (("վում", ("ու",)), ("ում", ("",)), ("ից", ("",)), ("ին", ("",)), ("ով", ("",)), ("վի", ("ու",)), ("ի", ("", "ի")), ("ը", ("",)), ("ն", ("",))),
    "az": tuple((e, ("",)) for e in ("dakı", "dəki", "ndan", "ndən", "nın", "nin", "nun", "nün", "dan", "dən", "nda", "ndə",
        "ın", "in", "un", "ün", "da", "də", "ya", "yə", "na", "nə", "a", "ə", "ı", "i", "u", "ü")),
    "tr": tuple((e, ("",)) for e in ("daki", "deki", "ndan", "nden", "dan", "den", "tan", "ten", "nda", "nde", "da", "de", "ta", "te",
        "nın", "nin", "nun", "nün", "ın", "in", "un", "ün", "ya", "ye")),
    "de": (("s", ("",)),),
}  # fmt: skip
_ARABIC_PREFIXES = ("و", "ف", "ب", "ك", "ل", "وب", "ول", "فب")


@dataclass(frozen=True, slots=True, kw_only=True)
class _TokenizedText:
    """The tokens of an article and the features by which names are recognized."""

    text: str
    words: Sequence[Token]
    language: Language
    openings: frozenset[int]
    """Offsets of sentence starts, where a capital is no evidence of a name."""
    lower: frozenset[str]
    """Words that occur in lower case in the article."""


def gazetteer_names(text: str, *, language: Language, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """Return the toponyms of ``text`` that ``gazetteer`` lists, in text order; the longest match is taken, none overlap.

    The antecedent of a mention with a case ending is the name without it.
    """
    words = tokenize(text)
    reading = _TokenizedText(
        text=text,
        words=words,
        language=language,
        openings=frozenset(start for start, _ in sentence_spans(text)),
        lower=frozenset(word.text for word in words if word.text[:1].islower()),
    )
    known: dict[tuple[str, ...], tuple[str, Candidate] | None] = {}
    found: list[Mention] = []
    at = 0
    while at < len(words):
        sizes = range(_longest(reading, at), 0, -1) if _may_begin(words[at], language) else ()
        for size in sizes:
            name = tuple(word.text for word in words[at : at + size])
            if name not in known:
                known[name] = _name(name, language, gazetteer, is_declined=len(known) < MAX_INFLECTED_NAMES)
            met = known[name]
            if met and _counts(met[1], at, size, reading):
                found.append(_mention(text, words[at], words[at + size - 1], *met))
                at += size
                break
        else:
            at += 1
    return tuple(found)


def _may_begin(word: Token, language: Language) -> bool:
    return len(word.text) > 1 and (word.text[0].isupper() or (language in ("ar", "und") and word.text[0].isalpha()))


def _longest(reading: _TokenizedText, at: int) -> int:
    """Return the number of consecutive words from ``at`` separated only by white space or a hyphen."""
    text, words, size = reading.text, reading.words, 1
    while size < MAX_MATCH_TOKENS and at + size < len(words):
        before, word = words[at + size - 1], words[at + size]
        if word.text not in "-‑–" and not (word.text[0].isalpha() and text[before.end : word.start].strip() == ""):
            break
        size += 1
    return size


def _name(
    name: tuple[str, ...], language: Language, gazetteer: Gazetteer, *, is_declined: bool
) -> tuple[str, Candidate] | None:
    """Return the form of ``name`` that the gazetteer lists and its most prominent place, or None.

    With ``is_declined`` the case ending of every word may be removed, not only of the last.
    """
    if not name[-1][0].isalpha():
        return None
    tried = set()
    for form in _forms(name, language, is_declined=is_declined):
        if form in tried:
            continue
        tried.add(form)
        if gazetteer.knows(form):
            places = gazetteer.lookup(form, limit=1)
            if places:
                return form, places[0]
    return None


def _forms(name: tuple[str, ...], language: Language, *, is_declined: bool) -> Iterator[str]:
    """Yield ``name``, then its forms without the case ending of the last word, then, with ``is_declined``, of every word."""
    yield _joined(name)
    if language == "ar":
        for prefix in _ARABIC_PREFIXES:
            bare = name[0].removeprefix(prefix)
            if len(bare) >= 3 and bare != name[0]:
                # the prefix "li-" assimilates the first letter of the article: "للقاهرة" for "القاهرة"
                yield _joined(("ا" + bare if prefix.endswith("ل") and bare.startswith("ل") else bare, *name[1:]))
        return
    if language not in _ENDINGS:
        return
    last = [*_without_ending(name[-1], language)]
    for form in last:
        yield _joined((*name[:-1], form))
    if is_declined and len(name) > 1 and language in ("ru", "uk"):
        options = [(word, *_without_ending(word, language)) for word in name]
        for number, chosen in enumerate(product(*options)):
            if number > MAX_INFLECTED_FORMS:
                return
            yield _joined(chosen)


def _without_ending(word: str, language: Language) -> Iterator[str]:
    for ending, bases in _ENDINGS[language]:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            for base in bases:
                yield word[: -len(ending)] + base


def _joined(name: Sequence[str]) -> str:
    joined = " ".join(name)
    return re.sub(r" ?([-‑–]) ?", r"\1", joined) if any(sign in joined for sign in "-‑–") else joined


def _counts(candidate: Candidate, at: int, size: int, reading: _TokenizedText) -> bool:
    """Return whether a match is a toponym: a prominent place, no common word at a sentence start, no part of a person's name."""
    words, language = reading.words, reading.language
    place = candidate.place
    first = words[at]
    small = first.text.lower()
    if size == 1 and (
        small in FUNCTION_WORDS.get(language, ()) or (first.start in reading.openings and small in reading.lower)
    ):
        return False
    if candidate.match == "demonym" or place.kind in _ALWAYS:
        return True
    least = (
        SENTENCE_START_MIN_POPULATION
        if first.start in reading.openings
        else MIN_POPULATION.get(language, DEFAULT_MIN_POPULATION)
    )
    if size == 1 and place.population < least:
        return False
    if language in ("ar", "und", "de"):
        return True
    after, before = words[at + size : at + size + 1], words[at - 1 : at] if at else []
    beside = [w for w in after if w.text[0].isupper() and w.start - words[at + size - 1].end == 1]
    beside += [
        w for w in before if w.text[0].isupper() and w.start not in reading.openings and first.start - w.end == 1
    ]
    return not beside


def _mention(text: str, first: Token, last: Token, name: str, candidate: Candidate) -> Mention:
    written = text[first.start : last.end]
    return Mention(
        start=first.start,
        end=last.end,
        text=written,
        kind="demonym" if candidate.match == "demonym" else "literal",
        score=GAZETTEER_MATCH_SCORE,
        antecedent=None if name == written else name,
    )
