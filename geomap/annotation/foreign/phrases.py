"""Words and phrases of the languages beside English: fold a text, split it, and look its phrases up in tables. Pure.

The tables are ``data/<language>.toml``. A phrase is one or more words; ``stem*`` matches any ending of its last
word and ``*ending`` any beginning of its only one. Time is linear in the text: a look-up reads a bounded number of words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

LANGUAGES = frozenset("ru uk hy az tr ar fa fr es de pt it pl he ka".split())
"""ISO 639-1 codes of the languages that have tables."""
_MARKS = "\u0301\u0640\u064b-\u0652\u0670\u05b0-\u05c7"
"""Stress marks, the Arabic elongation, vowel signs of Arabic and Hebrew: part of a word, ignored in its look-up."""
_MARK = re.compile(f"[{_MARKS}]")
_TOKEN = re.compile(rf"\d+(?:[.,:/٫٬]\d+)*+|(?:[^\W\d_]|[{_MARKS}])++|[^\w\s\u200b-\u200f\u202a-\u202e]")
_SAME = str.maketrans("’‘ʼ`´–—‑−\u0130\u200c", "'''''----i ")
_ARABIC = str.maketrans("أإآٱىی", "اااايي")
_PERSIAN = str.maketrans("يىكأإٱۀ", "ییکااا\u0647")
_TURKIC = str.maketrans("I", "ı")
_RUSSIAN = str.maketrans("Ёё", "ее")
_FOLDS = {"ru": _RUSSIAN, "ar": _ARABIC, "fa": _PERSIAN, "tr": _TURKIC, "az": _TURKIC}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, a number or a sign, folded, and its half-open span in the text."""

    text: str
    start: int
    end: int


def fold(text: str, language: str) -> str:
    """Return ``text`` in lower case with one form of equal letters, apostrophes and dashes; of the same length."""
    same = text.translate(_SAME)
    return (same.translate(_FOLDS[language]) if language in _FOLDS else same).lower()


def tokens_of(text: str, language: str) -> list[Token]:
    """Return the words, numbers and signs of ``text`` in order."""
    return [
        Token(text=_MARK.sub("", match[0]) or match[0], start=match.start(), end=match.end())
        for match in _TOKEN.finditer(fold(text, language))
    ]


class Phrases(Generic[Value]):
    """Phrases of a language and their values; at one word the longest phrase counts."""

    def __init__(self, entries: Iterable[tuple[str, Value]], *, language: str, proclitics: Sequence[str] = ()) -> None:
        """Take (phrase, value) pairs; the first of two equal phrases counts. ``proclitics`` are written onto a word."""
        self._exact: dict[tuple[str, ...], Value] = {}
        self._stems: dict[tuple[str, ...], Value] = {}
        self._endings: dict[str, Value] = {}
        self._openers: set[str] = set()
        self._proclitics = tuple(proclitics)
        for phrase, value in entries:
            words = tuple(token.text for token in tokens_of(phrase.strip("*"), language))
            if phrase.startswith("*"):
                self._endings.setdefault(words[0], value)
            else:
                (self._stems if phrase.endswith("*") else self._exact).setdefault(words, value)
                self._openers.update(words[:1] if len(words) > 1 else ())
        known = [*self._exact, *self._stems]
        self._longest = max((len(words) for words in known), default=1)
        self._stem_sizes = sorted({len(words[-1]) for words in self._stems}, reverse=True)
        self._ending_sizes = sorted({len(ending) for ending in self._endings}, reverse=True)

    def at(self, words: Sequence[str], i: int) -> tuple[int, Value] | None:
        """Return the number of words of the phrase at ``words[i]`` and its value, or None."""
        found = self._whole(words[i : i + self._longest])
        if found is None:
            for proclitic in self._proclitics:
                if words[i].startswith(proclitic) and len(words[i]) > len(proclitic) + 1:
                    bare = words[i][len(proclitic) :]
                    found = found or self._whole([bare, *words[i + 1 : i + self._longest]])
        return found

    def _whole(self, words: Sequence[str]) -> tuple[int, Value] | None:
        longest = len(words) if words[0] in self._openers else 1
        for n in range(longest, 0, -1):
            head, last = tuple(words[: n - 1]), words[n - 1]
            if (*head, last) in self._exact:
                return n, self._exact[*head, last]
            for size in self._stem_sizes:
                if size <= len(last) and (*head, last[:size]) in self._stems:
                    return n, self._stems[*head, last[:size]]
        for size in self._ending_sizes:
            if size < len(words[0]) and words[0][-size:] in self._endings:
                return 1, self._endings[words[0][-size:]]
        return None


def listed(text: str) -> list[str]:
    """Return the phrases of a table's entry, which commas separate."""
    return [phrase.strip() for phrase in text.split(",") if phrase.strip()]


@cache
def tables(language: str) -> dict[str, Any]:
    """Return the tables of a language of ``LANGUAGES``: dates, negation, quantities."""
    file = files("geomap.annotation") / "data" / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8"))
