"""Input features of the multilingual recognizer's network: sentence pieces, token shapes, names and stems in the lexicon.

Pure. Training and inference share this module, so that both compute the same features.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from geomap.recognition.features import Lexicon, gram_hashes, longest_names, shape
from geomap.text.normalize import strip_marks
from geomap.text.tokens import CASELESS, UNSPACED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.text.tokens import Token

MAX_NAME_TOKENS = 8
"""Tokens of the longest name in the lexicon; a Han character is one."""
MAX_RUN = 256
"""Tokens of an unspaced run that are cut into pieces together."""
MAX_PIECES_PER_WORD = 8
N_SHAPES = 12
"""Shapes of ``features.shape``, and: 8 letters without case; in unspaced scripts 9 a token at the start of a piece, 10 the second of
a piece, 11 a later one."""
SHORTEST_STEM = 4
"""Letters of a stem at least: shorter ones are the beginning of too many words. Not tuned."""
LONGEST_ENDING = 5
"""Letters that may follow the stem of a name. Not tuned."""
STEM_MARK = b"\x00"
"""Before a stem in its hash, so that stems and names do not meet."""
_UNSPACED = re.compile(f"[{UNSPACED}]")
_CASELESS = re.compile(f"[{CASELESS}]")
_FINAL_VOWELS = "аеёиоуыэюяіїєйьъաեէըիոօუაეიоუaeiouyąęėįıěůאהי"
_HEBREW_PREFIXES, _ARABIC_PREFIXES = frozenset("ובלמהכש"), frozenset("وفبلك")
"""Letters of the prepositions and conjunctions that are written together with a name."""
LONGEST_PREFIX = 3
_HEBREW, _ARABIC = re.compile("[\u05d0-\u05ea]"), re.compile("[\u0621-\u064a]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """The sentence pieces of a document's tokens."""

    ids: NDArray[np.int64]
    owner: NDArray[np.int64]
    """For each piece the token that it begins in, ascending."""
    first: NDArray[np.int64]
    """For each token the piece that its first character is in; several characters of Han script may share one."""


class PieceSplitter:
    """Cuts tokens into the pieces of a SentencePiece model."""

    def __init__(self, path: Path) -> None:
        """Open the model."""
        import sentencepiece

        self._model = sentencepiece.SentencePieceProcessor(model_file=str(path))
        self._cache: dict[str, tuple[int, ...]] = {}

    def split(self, words: Sequence[Token]) -> Pieces:
        """Return the pieces of ``words``, the tokens of a text in order."""
        ids: list[int] = []
        owner: list[int] = []
        first: list[int] = []
        i = 0
        while i < len(words):
            end = _end_of_run(words, i)
            if end == i:
                found = self._word(words[i].text)
                first.append(len(ids))
                ids.extend(found)
                owner.extend([i] * len(found))
                end = i + 1
            else:
                self._split_run(words, i, end, ids, owner, first)
            i = end
        return Pieces(ids=np.array(ids, np.int64), owner=np.array(owner, np.int64), first=np.array(first, np.int64))

    def _word(self, word: str) -> tuple[int, ...]:
        known = self._cache.get(word)
        if known is None:
            known = tuple(self._model.encode(word)[:MAX_PIECES_PER_WORD]) or (self._model.unk_id(),)
            if len(self._cache) < 200_000:
                self._cache[word] = known
        return known

    def _split_run(
        self, words: Sequence[Token], start: int, end: int, ids: list[int], owner: list[int], first: list[int]
    ) -> None:
        """Append the pieces of an unspaced run of tokens."""
        texts = [word.text for word in words[start:end]]
        begins = [0, *accumulate(len(text.encode(errors="replace")) for text in texts)]  # pieces are in bytes
        at = 0
        base = len(ids)
        for piece in self._model.encode("".join(texts), return_type="proto").pieces:
            while at + 1 < len(texts) and begins[at + 1] <= piece.begin:
                at += 1
            ids.append(piece.id)
            owner.append(start + at)
        if len(ids) == base:
            ids.append(self._model.unk_id())
            owner.append(start)
        reached = base
        for i in range(start, end):
            while reached + 1 < len(ids) and owner[reached + 1] <= i:
                reached += 1
            first.append(reached)


def _end_of_run(words: Sequence[Token], start: int) -> int:
    """Return the end of the run of adjacent unspaced tokens that begins at ``start``; ``start`` itself where none does."""
    if not _UNSPACED.match(words[start].text):
        return start
    end = start + 1
    while (
        end < len(words)
        and end - start < MAX_RUN
        and words[end].start == words[end - 1].end
        and _UNSPACED.match(words[end].text)
    ):
        end += 1
    return end


@lru_cache(maxsize=65536)
def _shape(word: str) -> int:
    if _UNSPACED.match(word):
        return 9
    known = shape(word)
    return 8 if known == 1 and (_CASELESS.match(word) or not any(c.islower() for c in word)) else known


def shapes_of(words: Sequence[Token], pieces: Pieces) -> NDArray[np.int64]:
    """Return the shape of each token, 1 to ``N_SHAPES`` - 1."""
    found = np.array([_shape(word.text) for word in words], dtype=np.int64)
    number = np.arange(len(words)) - pieces.owner[pieces.first] if len(words) else np.zeros(0, dtype=np.int64)
    return np.where(found == 9, 9 + np.minimum(number, 2), found)


class MultilingualLexicon:
    """Two sets of hashed names: that of the English network, and names in other scripts with the stems of inflected ones."""

    def __init__(self, english: Lexicon, others: Lexicon) -> None:
        self._english, self._others = english, others

    def features(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return for each token: the longest listed name that covers it, its class alone, and the class of its stem.

        The first is the class at the name's first token and ``len(LEXICON_CLASSES) +`` class after it; 0 for none.
        """
        grams = gram_hashes(words, longest=MAX_NAME_TOKENS)
        # of two classes the less prominent, as the network learned it
        table = np.maximum(self._others.classes_of(grams), self._english.classes_of(grams))
        return longest_names(table), table[:, 0].astype(np.int64), self._stems(words)

    def _stems(self, words: Sequence[str]) -> NDArray[np.int64]:
        forms = [stem_forms(word) for word in words]
        flat = np.array([h for group in forms for h in group], dtype=np.uint32)
        classes = self._others.classes_of(flat)
        found = np.zeros(len(words), dtype=np.int64)
        at = 0
        for i, group in enumerate(forms):
            for value in classes[at : at + len(group)]:
                if value:
                    found[i] = value
                    break
            at += len(group)
        return found


@lru_cache(maxsize=65536)
def stem_forms(word: str) -> tuple[int, ...]:
    """Return the hashes of the stems that ``word`` may be a form of, the longest first, then without a prefix."""
    if len(word) < SHORTEST_STEM or not word[0].isalpha() or _UNSPACED.match(word):
        return ()
    folded = strip_marks(word)
    shortest = max(SHORTEST_STEM, len(folded) - LONGEST_ENDING)
    ends = [_stem_hash(folded[:end]) for end in range(len(folded), shortest - 1, -1)]
    return (*ends, *(zlib.crc32(name.encode(errors="replace")) for name in _without_prefix(folded)))


def _without_prefix(word: str) -> Iterator[str]:
    """Yield a Hebrew or Arabic word without one to ``LONGEST_PREFIX`` letters that may be a prefix of the name after them."""
    letters = _HEBREW_PREFIXES if _HEBREW.match(word) else _ARABIC_PREFIXES if _ARABIC.match(word) else frozenset()
    for n in range(1, min(LONGEST_PREFIX, len(word) - 3) + 1):
        if word[n - 1] not in letters:
            return
        yield word[n:]
        if word[n - 1 : n + 1] == "لل":  # "للقاهرة": the preposition and the article of "القاهرة"
            yield "ال" + word[n + 1 :]


def stem_hash(name: str) -> int | None:
    """Return the hash of the stem of a name of one word, its final vowels cut off; None where it is too short."""
    stem = strip_marks(name)
    cut = stem.rstrip(_FINAL_VOWELS)
    stem = cut if len(stem) - len(cut) <= 2 else stem[:-2]
    return _stem_hash(stem) if len(stem) >= SHORTEST_STEM else None


def _stem_hash(stem: str) -> int:
    return zlib.crc32(STEM_MARK + stem.encode(errors="replace"))
