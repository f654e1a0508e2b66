"""Inference of the multilingual recognizer's ONNX network: tokens to scores of toponym, use and nesting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geomap.errors import GeodataError
from geomap.recognition.decoding import UNREAD, cut_windows
from geomap.recognition.features import Lexicon
from geomap.recognition.multilingual_features import MultilingualLexicon, PieceSplitter, shapes_of
from geomap.recognition.onnx_runtime import open_network
from geomap.recognition.parameters import WINDOW_PIECES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.text.tokens import Token

USES = 11
SCORES = 3 + USES + 2
"""Scores of a token: log probabilities of outside, begin, inside; of the uses of ``training.corpora.USES`` in their order; log odds of
being nested in a longer name, and of being in a person's name."""
USE = slice(3, 3 + USES)
NESTED, PERSON = 3 + USES, 4 + USES
BEGIN_ID, END_ID = 1, 2
"""Ids of the pieces at both ends of a window."""
_BLOCK, _BLOCK_BYTES = 32, 18


def unpack_embeddings(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return packed rows (n, blocks × 18 bytes) as float32 (n, blocks × 32).

    A block is a float16 scale and 16 bytes: weight j in the low half of byte j, weight j + 16 in the high half, both offset by 8.
    """
    blocks = rows.reshape(len(rows), -1, _BLOCK_BYTES)
    scale = blocks[..., :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1).astype(np.float32)
    return ((halves - 8) * scale).reshape(len(rows), -1)


class MultilingualModel:
    """The network, its vocabulary, embeddings and lexicon; safe to share among threads."""

    def __init__(
        self,
        *,
        network: Path,
        pieces: Path,
        embeddings: Path,
        lexicon: Path,
        english_lexicon: Path,
        width: int = 384,
        threads: int = 1,
    ) -> None:
        """Open the files; raise GeodataError where any cannot be used. ``width`` is that of the embeddings."""
        try:
            self._network = open_network(network, threads=threads)
            self._splitter = PieceSplitter(pieces)
            self._embeddings = np.memmap(embeddings, dtype=np.uint8, mode="r").reshape(
                -1, width // _BLOCK * _BLOCK_BYTES
            )
            self._lexicon = MultilingualLexicon(Lexicon.read(english_lexicon), Lexicon.read(lexicon))
        except Exception as error:  # onnxruntime and sentencepiece raise classes of their own for every sort of damage
            raise GeodataError(
                f"{network.parent}: the recogniser cannot be opened, its files are missing or damaged; install geomap again"
            ) from error

    def score(self, words: Sequence[Token], sentences: Sequence[int]) -> NDArray[np.float32]:
        """Return the scores (n, ``SCORES``) of ``words``; ``sentences`` are the indices of each sentence's first token, 0 first."""
        scores = np.zeros((len(words), SCORES), dtype=np.float32)
        scores[:, :3] = UNREAD
        if not words:
            return scores
        pieces = self._splitter.split(words)
        shapes = shapes_of(words, pieces)
        name, alone, stem = self._lexicon.features([word.text for word in words])
        sizes = np.bincount(pieces.owner, minlength=len(words)).tolist()
        for window in cut_windows(sizes, sentences, limit=WINDOW_PIECES):
            cut = slice(window.start, window.end)
            start, end = np.searchsorted(pieces.owner, [window.start, window.end]).tolist()
            n = window.end - window.start
            none = np.array([n], dtype=np.int64)  # the pieces at both ends belong to no token
            zero = np.zeros(1, dtype=np.int64)
            ids = np.concatenate([[BEGIN_ID], pieces.ids[start:end], [END_ID]])
            first = np.clip(pieces.first[cut] - start, 0, max(end - start - 1, 0)) + 1
            feed = {
                "embedded": unpack_embeddings(self._embeddings[ids]),
                "owner": np.concatenate([none, pieces.owner[start:end] - window.start, none]),
                "first": np.concatenate([first, zero]),
                "shape": np.concatenate([shapes[cut], zero]),
                "name": np.concatenate([name[cut], zero]),
                "alone": np.concatenate([alone[cut], zero]),
                "stem": np.concatenate([stem[cut], zero]),
            }
            (found,) = self._network.run(None, {key: value[None] for key, value in feed.items()})
            kept = slice(window.keep_start - window.start, window.keep_end - window.start)
            scores[window.keep_start : window.keep_end] = np.asarray(found, dtype=np.float32)[0, kept]
        return scores
