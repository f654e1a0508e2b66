"""The kinds of event and their words, by language; users can extend them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from geomap.annotation.foreign.phrases import fold
from geomap.errors import LexiconError
from geomap.files import read_regular

_KNOWN = frozenset(("label", "icon", "words", "no", "silent"))
_OF_LANGUAGE = re.compile(r"(words|no)_([a-z]{2,3})")
WORD = re.compile(r"\w+")
PREFIX = 2
"""Letters of a word by which the words of events are sorted."""


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
        by_prefix.setdefault(re.split(r"\W", word, maxsplit=1)[0][:PREFIX], []).append(word)
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
    return (first, word != f"{first}*") if first.isascii() else (first[:PREFIX], False)


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
            isinstance(w, str) and WORD.match(w.strip()) and len(w.strip(" *")) >= PREFIX for w in given
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
