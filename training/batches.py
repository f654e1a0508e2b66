"""Labelled documents as the network reads them: windows of words, padded together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch
from torch import Tensor

from geomap.recognition.decoding import Window, cut_windows
from geomap.recognition.features import Lexicon, WordPieces, shape
from training.corpora import IGNORE, Labelled

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from numpy.typing import NDArray

Sized_ = TypeVar("Sized_")
"""A window of either network, whose length is its number of pieces."""
MASK_PIECE = 103
"""[MASK] in the vocabulary."""


@dataclass(slots=True, kw_only=True)
class Item:
    """The words of one window: pieces, features and labels of each."""

    pieces: list[tuple[int, ...]]
    shape: NDArray[np.int64]
    name: NDArray[np.int64]
    alone: NDArray[np.int64]
    bio: NDArray[np.int64]
    plain: NDArray[np.int64]
    use: NDArray[np.int64]
    nested: NDArray[np.int64]
    person: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the pieces, the marks at both ends included."""
        return sum(map(len, self.pieces)) + 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows padded together: inputs as ``Network.forward`` takes them, and a label tensor (b, w) for each head."""

    pieces: Tensor
    word_of: Tensor
    first: Tensor
    shape: Tensor
    name: Tensor
    alone: Tensor
    bio: Tensor
    plain: Tensor
    use: Tensor
    nested: Tensor
    person: Tensor

    def inputs(self) -> tuple[Tensor, ...]:
        """Return the network's arguments in order."""
        return self.pieces, self.word_of, self.first, self.shape, self.name, self.alone


def pad(items: list[Item], vocabulary: WordPieces) -> Batch:
    """Return ``items`` as one batch; the last column of words is padding, where pieces of no word point."""
    n, w, s = len(items), max(len(i.pieces) for i in items) + 1, max(map(len, items))
    pieces, word_of, first = (
        torch.zeros(n, s, dtype=torch.long),
        torch.full((n, s), w - 1),
        torch.zeros(n, w, dtype=torch.long),
    )
    told = {name: torch.zeros(n, w, dtype=torch.long) for name in ("shape", "name", "alone")}
    labels = {name: torch.full((n, w), IGNORE) for name in ("bio", "plain", "use", "nested", "person")}
    for row, item in enumerate(items):
        sizes = torch.tensor([len(p) for p in item.pieces])
        k, m = len(sizes), int(sizes.sum())
        pieces[row, : m + 2] = torch.tensor([vocabulary.begin, *(i for p in item.pieces for i in p), vocabulary.end])
        word_of[row, 1 : m + 1] = torch.repeat_interleave(torch.arange(k), sizes)
        first[row, :k] = 1 + sizes.cumsum(0) - sizes
        for name, tensor in (told | labels).items():
            tensor[row, :k] = torch.as_tensor(getattr(item, name))
    return Batch(pieces=pieces, word_of=word_of, first=first, **told, **labels)


class Reader:
    """Turns documents into windows; ``ablate`` may hold "names" (no lexicon) and "case" (no shapes)."""

    def __init__(self, vocabulary: WordPieces, lexicon: Lexicon, *, ablate: frozenset[str] = frozenset()) -> None:
        self.vocabulary, self.lexicon, self.ablate = vocabulary, lexicon, ablate

    def windows(self, doc: Labelled, *, limit: int) -> list[tuple[Window, Item]]:
        """Return the windows of ``doc`` of at most ``limit`` pieces and what stands in each."""
        pieces = [self.vocabulary.pieces(word) for word in doc.words]
        name, alone = self.lexicon.features(doc.words)
        shapes = np.array([shape(word) for word in doc.words])
        if "names" in self.ablate:
            name, alone = name * 0, alone * 0
        if "case" in self.ablate:
            shapes = np.where(shapes == 7, 7, 1)
        found = []
        for window in cut_windows([len(p) for p in pieces], doc.sentences, limit=limit):
            cut = slice(window.start, window.end)
            labels = {f: np.array(getattr(doc, f)[cut]) for f in ("bio", "plain", "use", "nested", "person")}
            item = Item(pieces=pieces[cut], shape=shapes[cut], name=name[cut].copy(), alone=alone[cut].copy(), **labels)
            found.append((window, item))
        return found


def hide_words(item: Item, rng: np.random.Generator) -> None:
    """Hide some words, toponyms more often, and some of what the lexicon says: neither may be all the network goes by."""
    k = len(item.pieces)
    hidden = (rng.random(k) < np.where(item.bio > 0, 0.12, 0.04)) & (item.shape != 7)
    item.pieces = [(MASK_PIECE,) if hide else p for p, hide in zip(item.pieces, hidden, strict=True)]
    for feature in (item.name, item.alone):
        feature[rng.random(k) < 0.12] = 0


def group(items: Sequence[Sized_], *, budget: int, rng: random.Random) -> list[list[Sized_]]:
    """Return ``items`` in groups of like length, each at most ``budget`` pieces when padded, in random order."""
    found: list[list[Sized_]] = []
    now: list[Sized_] = []
    longest = 0
    for _, item in sorted(((len(i) + rng.random() * 12, i) for i in items), key=lambda pair: pair[0]):
        if now and max(longest, len(item)) * (len(now) + 1) > budget:
            found.append(now)
            now, longest = [], 0
        now.append(item)
        longest = max(longest, len(item))
    if now:
        found.append(now)
    rng.shuffle(found)
    return found
