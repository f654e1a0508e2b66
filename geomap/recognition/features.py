"""How a text becomes what the recogniser's network reads: words, their shapes, word pieces, windows.

Pure. Training and running share this module, so that the network always meets the text it was taught.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

MAX_PIECES_PER_WORD = 8
"""A word longer than this many pieces is read by its beginning; 99.9 % of the words of news are shorter."""
MAX_LETTERS = 64
MAX_GRAM = 5
"""The longest name in the lexicon, in words."""

_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., D.C.
    r"|[^\W_](?:[^\W_]|[\u0300-\u036f\u0483-\u0487\u064b-\u065f\u200c\u200d])*"  # letters, digits and their marks
    r"|[^\w\s]|_"  # any other sign, alone
)
_MOJIBAKE = re.compile(r"â(?=s?(?![^\W_]))")
"""What is left of a UTF-8 apostrophe or dash that was read as Latin-1 and lost its unprintable half: "Minnesotaâ s school"."""
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W\d_a-z])|\n+")
_NO_END = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Rev|Prof|Jr|Sr|No|vs|Mt|Ft|Ave|Jan|Feb|Mar|Apr"
    r"|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|[A-Za-z]\.[A-Za-z])\.$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A run of letters and digits, an abbreviation with its points, or one other sign; code points, half-open."""

    start: int
    end: int
    text: str
    """The word, or its first ``MAX_LETTERS``: what nobody wrote as a word must not fill the caches."""


def split_words(text: str) -> list[Word]:
    """Return every word of ``text`` in order; what lies between words is white space.

    A broken apostrophe is a sign of its own: "Minnesotaâ s" is Minnesota's.
    """
    repaired = _MOJIBAKE.sub("’", text) if "â" in text else text
    return [Word(start=m.start(), end=m.end(), text=m.group()[:MAX_LETTERS]) for m in _WORD.finditer(repaired)]


def sentence_starts(text: str) -> list[int]:
    """Return where sentences begin, in code points; 0 is the first. A guess: it only decides where windows are cut."""
    ends = (
        m.end()
        for m in _SENTENCE_END.finditer(text)
        if "\n" in m.group() or not _NO_END.search(text, max(0, m.start() - 12), m.start() + 1)
    )
    return [0, *ends]


SHAPES = 8


@lru_cache(maxsize=65536)
def shape(word: str) -> int:
    """Return how ``word`` is written: 1 lower, 2 Title, 3 UPPER, 4 one capital, 5 mIxed, 6 has digits, 7 a sign. 0 pads."""
    if not word[0].isalnum():
        return 7
    if any(c.isdigit() for c in word):
        return 6
    letters = word.replace(".", "")
    if len(letters) == 1:
        return 4 if letters.isupper() else 1
    if letters.isupper():
        return 3
    if letters[0].isupper() and letters[1:].islower():
        return 2
    return 1 if letters.islower() or not any(c.isupper() for c in letters) else 5


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return ``word`` in lower case without diacritics, as the network's vocabulary is written."""
    low = word.lower()
    if low.isascii():
        return low
    return "".join(c for c in unicodedata.normalize("NFD", low) if unicodedata.category(c) != "Mn")


class WordPieces:
    """The network's vocabulary: cuts a word into the longest known pieces, first to last."""

    def __init__(self, tokens: Sequence[str]) -> None:
        """``tokens`` in the order of their numbers; "##" begins a piece that continues a word."""
        self._ids: Mapping[str, int] = {token: i for i, token in enumerate(tokens)}
        self.pad, self.unknown = self._ids["[PAD]"], self._ids["[UNK]"]
        self.begin, self.end = self._ids["[CLS]"], self._ids["[SEP]"]
        self._cache: dict[str, tuple[int, ...]] = {}

    def pieces(self, word: str) -> tuple[int, ...]:
        """Return the numbers of the pieces of ``word``, at least one and at most ``MAX_PIECES_PER_WORD``."""
        known = self._cache.get(word)
        if known is None:
            known = self._cut(fold(word))
            if len(self._cache) < 200_000:
                self._cache[word] = known
        return known

    def _cut(self, folded: str) -> tuple[int, ...]:
        if len(folded) > 1 and "." in folded:
            parts = re.findall(r"\.|[^.]+", folded)
            return tuple(i for part in parts for i in self._cut(part))[:MAX_PIECES_PER_WORD]
        found: list[int] = []
        start = 0
        while start < len(folded) and len(found) < MAX_PIECES_PER_WORD:
            prefix = "##" if start else ""
            for end in range(min(len(folded), start + 24), start, -1):
                number = self._ids.get(prefix + folded[start:end])
                if number is not None:
                    break
            else:
                return (self.unknown,)
            found.append(number)
            start = end
        return tuple(found) or (self.unknown,)


LEXICON_CLASSES = ("none", "country", "admin1", "admin2", "city", "town", "village", "demonym", "nature")
"""What sort of place a name in the lexicon usually is; a name in several takes the first that holds it."""
FEATURES = 2 * len(LEXICON_CLASSES)


class Lexicon:
    """A frozen set of place names by hash, part of the network: its answers must not change with the gazetteer's."""

    def __init__(self, hashes: NDArray[np.uint32], classes: NDArray[np.uint8]) -> None:
        """``hashes`` sorted and unique; ``classes`` beside them, numbers of ``LEXICON_CLASSES``."""
        self._hashes, self._classes = hashes, classes

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the hashes (uint32, little endian) and, behind them, the classes (uint8) of a file."""
        packed = np.fromfile(path, dtype=np.uint8)
        n = len(packed) // 5
        return cls(packed[: 4 * n].view("<u4"), packed[4 * n :])

    def classes_of(self, hashes: Sequence[int] | NDArray[np.uint32]) -> NDArray[np.uint8]:
        """Return the class of each hashed name, 0 for names it does not hold; any shape."""
        wanted = np.asarray(hashes, dtype=np.uint32)
        at = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        return np.where(self._hashes[at] == wanted, self._classes[at], 0).astype(np.uint8)

    def features(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each word the longest listed name that covers it, and the class of the word alone.

        The first is the class at the name's first word and ``len(LEXICON_CLASSES) +`` class after it; 0 for none.
        """
        folded = [fold(word).encode(errors="replace") for word in words]
        n = len(folded)
        spaced = [b" " + word for word in folded]
        grams = np.zeros((n, MAX_GRAM), dtype=np.uint32)
        running = list(map(zlib.crc32, folded))
        for k in range(min(n, MAX_GRAM)):
            if k:
                running = list(map(zlib.crc32, spaced[k:], running))
            grams[: n - k, k] = running
        table = self.classes_of(grams)
        sizes = np.where(table > 0, np.arange(1, MAX_GRAM + 1), 0).max(axis=1, initial=0).tolist()
        covering = np.zeros(n, dtype=np.int64)
        i = 0
        while i < n:
            size = sizes[i]
            if size:
                covering[i] = table[i, size - 1]
                covering[i + 1 : i + size] = len(LEXICON_CLASSES) + table[i, size - 1]
            i += max(size, 1)
        return covering, table[:, 0].astype(np.int64)


def name_hash(name: str) -> int:
    """Return the hash under which the lexicon holds ``name``."""
    return zlib.crc32(b" ".join(fold(word.text).encode(errors="replace") for word in split_words(name)))
