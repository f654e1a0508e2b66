"""Inference of the recognizer's ONNX network: tokens to scores of toponym, kind and nesting."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from geomap.errors import GeodataError
from geomap.recognition.decoding import UNREAD, cut_windows
from geomap.recognition.features import LEXICON_CLASSES, Lexicon, WordPieces, name_hash, shape, window_boundaries
from geomap.recognition.onnx_runtime import open_network
from geomap.recognition.parameters import MIN_CAPITALIZED_SHARE_TO_SKIP, WINDOW_PIECES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.text.tokens import Token

SCORES = 6
"""Scores of a token: log probabilities of outside, begin, inside; of literal, associative; log odds of being nested in a longer name."""

WIDTH = 384
"""Numbers of a token's vector: the network's last layer at its first piece."""


class RecogniserModel:
    """The network, its vocabulary and its lexicon; safe to share among threads."""

    def __init__(self, *, network: Path, vocabulary: Path, lexicon: Path, threads: int = 1) -> None:
        """Open the network (ONNX), its vocabulary and its lexicon; raise GeodataError where any cannot be used."""
        try:
            self._network = open_network(network, threads=threads)
            self._pieces = WordPieces(vocabulary.read_text(encoding="utf-8").split("\n"))
            self._lexicon = Lexicon.read(lexicon)
        except Exception as error:  # onnxruntime raises a class of its own for every sort of damage
            raise GeodataError(
                f"{network.parent}: the recogniser cannot be opened, its files are missing or damaged; install geomap again"
            ) from error

    def read(self, text: str, words: Sequence[Token]) -> tuple[NDArray[np.float32], NDArray[np.float16]]:
        """Return the scores (n, ``SCORES``) and the vectors (n, ``WIDTH``) of the tokens of ``text``.

        Tokens of sentences without a possible name keep ``UNREAD`` and a vector of zeros.
        """
        scores = np.zeros((len(words), SCORES), dtype=np.float32)
        vectors = np.zeros((len(words), WIDTH), dtype=np.float16)
        scores[:, :3] = UNREAD
        shapes = np.array([shape(word.text) for word in words], dtype=np.int64)
        name, alone = self._lexicon.features([word.text for word in words])
        read, sentences = sentences_to_read(window_boundaries(text), words, shapes, alone)
        pieces = [self._pieces.pieces(words[i].text) for i in read]
        for window in cut_windows([len(p) for p in pieces], sentences, limit=WINDOW_PIECES):
            inside = read[window.start : window.end]
            found, context = self._run(pieces[window.start : window.end], shapes[inside], name[inside], alone[inside])
            kept = slice(window.keep_start - window.start, window.keep_end - window.start)
            scores[inside[kept]] = found[kept]
            vectors[inside[kept]] = context[kept]
        return scores, vectors

    def names_people(self, name: str) -> bool:
        """Return whether ``name`` is a demonym in the lexicon: "Russian", "Syrians"."""
        return LEXICON_CLASSES[self._lexicon.classes_of([name_hash(name)])[0]] == "demonym"

    def _run(
        self,
        pieces: Sequence[tuple[int, ...]],
        shapes: NDArray[np.int64],
        name: NDArray[np.int64],
        alone: NDArray[np.int64],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        sizes = np.array([len(p) for p in pieces], dtype=np.int64)
        n = len(sizes)
        flat = [i for word in pieces for i in word]
        padding = np.array([n], dtype=np.int64)  # [CLS] and [SEP] belong to no token
        zero = np.zeros(1, dtype=np.int64)
        feed = {
            "pieces": np.array([self._pieces.begin, *flat, self._pieces.end], dtype=np.int64),
            "word_of": np.concatenate([padding, np.repeat(np.arange(n), sizes), padding]),
            "first": np.concatenate([1 + np.cumsum(sizes) - sizes, zero]),
            "shape": np.concatenate([shapes, zero]),
            "name": np.concatenate([name, zero]),
            "alone": np.concatenate([alone, zero]),
        }
        found, context = self._network.run(None, {key: value[None] for key, value in feed.items()})
        return found[0, :n], context[0, :n]


def sentences_to_read(
    starts: Sequence[int], words: Sequence[Token], shapes: NDArray[np.int64], alone: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[int]]:
    """Return the tokens of the sentences that may contain a name, and the index among them of each sentence's first.

    A sentence may contain a name when it has a capital after its first word or its first word is in the lexicon; in a text
    without capitals, every sentence may.
    """
    begins = [word.start for word in words]
    firsts = sorted({bisect_right(begins, start - 1) for start in starts})
    capital = np.isin(shapes, (2, 3, 4, 5))
    if capital.sum() < MIN_CAPITALIZED_SHARE_TO_SKIP * len(words):
        return np.arange(len(words)), [f for f in firsts if f < len(words)] or [0]
    read: list[NDArray[np.int64]] = []
    sentences: list[int] = []
    n = 0
    for start, end in zip(firsts, [*firsts[1:], len(words)], strict=True):
        opening = start
        while opening < end - 1 and shapes[opening] == 7:
            opening += 1
        if start < end and (capital[opening + 1 : end].any() or (alone[opening : opening + 1] > 0).any()):
            read.append(np.arange(start, end))
            sentences.append(n)
            n += end - start
    return (np.concatenate(read) if read else np.zeros(0, dtype=np.int64)), sentences or [0]
