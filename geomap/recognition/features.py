"""Input features of the recognizer's network: token shapes, word pieces, lexicon classes, window boundaries.

Pure. Training and inference share this module, so that both compute the same features.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Self

import numpy as np

from geomap.text.normalize import strip_marks
from geomap.text.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

MAX_PIECES_PER_WORD = 8
"""Word pieces of a token that are used, from its start; 99.9 % of the words of news have fewer."""
MAX_GRAM = 5
"""Tokens of the longest name in the lexicon."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W\d_a-z])|\n+")
_NO_END = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Rev|Prof|Jr|Sr|No|vs|Mt|Ft|Ave|Jan|Feb|Mar|Apr"
    r"|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)|[A-Za-z]\.[A-Za-z])\.$"
)


def window_boundaries(text: str) -> list[int]:
    """Return the offsets, 0 first, at which the input of the network may be cut into windows: approximate starts of sentences.

    These are the rules by which the training data were cut, so they differ from ``text.sentences``, which everything else uses.
    Measured with the starts of ``sentence_spans`` instead: they differ in 74 of 692 texts of the dev corpora and tudloc, and in
    these 29 of 1,412 mentions change. Change the rules only together with the network.
    """
    ends = (
        m.end()
        for m in _SENTENCE_END.finditer(text)
        if "\n" in m.group() or not _NO_END.search(text, max(0, m.start() - 12), m.start() + 1)
    )
    return [0, *ends]


SHAPES = 8


@lru_cache(maxsize=65536)
def shape(word: str) -> int:
    """Return the shape class of ``word``: 1 lower, 2 Title, 3 UPPER, 4 single capital, 5 mIxed, 6 with digits, 7 sign; 0 is padding."""
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


class WordPieces:
    """The network's vocabulary; splits a word into the longest known pieces, from left to right."""

    def __init__(self, tokens: Sequence[str]) -> None:
        """``tokens`` in the order of their ids; "##" marks a piece that continues a word."""
        self._ids: Mapping[str, int] = {token: i for i, token in enumerate(tokens)}
        self.pad, self.unknown = self._ids["[PAD]"], self._ids["[UNK]"]
        self.begin, self.end = self._ids["[CLS]"], self._ids["[SEP]"]
        self._cache: dict[str, tuple[int, ...]] = {}

    def pieces(self, word: str) -> tuple[int, ...]:
        """Return the ids of the pieces of ``word``, 1 to ``MAX_PIECES_PER_WORD``."""
        known = self._cache.get(word)
        if known is None:
            known = self._cut(strip_marks(word))
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
"""Classes of names in the lexicon; a name of several classes has the first."""
FEATURES = 2 * len(LEXICON_CLASSES)


class Lexicon:
    """A fixed set of hashed place names, part of the network, so that its output does not depend on the gazetteer's version."""

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
        """Return the class of each hashed name, 0 for unknown names; any array shape."""
        wanted = np.asarray(hashes, dtype=np.uint32)
        at = np.minimum(np.searchsorted(self._hashes, wanted), len(self._hashes) - 1)
        return np.where(self._hashes[at] == wanted, self._classes[at], 0).astype(np.uint8)

    def features(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each word the longest listed name that covers it, and the class of the word alone.

        The first is the class at the name's first word and ``len(LEXICON_CLASSES) +`` class after it; 0 for none.
        """
        table = self.classes_of(gram_hashes(words, longest=MAX_GRAM))
        return longest_names(table), table[:, 0].astype(np.int64)


def gram_hashes(words: Sequence[str], *, longest: int) -> NDArray[np.uint32]:
    """Return the hashes (n, ``longest``) of the names of one to ``longest`` words that begin at each of ``words``; 0 past the end."""
    folded = [strip_marks(word).encode(errors="replace") for word in words]
    n = len(folded)
    spaced = [b" " + word for word in folded]
    grams = np.zeros((n, longest), dtype=np.uint32)
    running = list(map(zlib.crc32, folded))
    for k in range(min(n, longest)):
        if k:
            running = list(map(zlib.crc32, spaced[k:], running))
        grams[: n - k, k] = running
    return grams


def longest_names(table: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return for each word the class of the longest listed name that covers it, from left to right.

    ``table`` (n, longest) holds the classes of the names that begin at a word, 0 for none. The class stands at the name's first word,
    ``len(LEXICON_CLASSES) +`` class after it.
    """
    n, longest = table.shape
    sizes = np.where(table > 0, np.arange(1, longest + 1), 0).max(axis=1, initial=0).tolist()
    covering = np.zeros(n, dtype=np.int64)
    i = 0
    while i < n:
        size = sizes[i]
        if size:
            covering[i] = table[i, size - 1]
            covering[i + 1 : i + size] = len(LEXICON_CLASSES) + table[i, size - 1]
        i += max(size, 1)
    return covering


def name_hash(name: str) -> int:
    """Return the hash of ``name`` in the lexicon."""
    return zlib.crc32(b" ".join(strip_marks(word.text).encode(errors="replace") for word in tokenize(name)))
