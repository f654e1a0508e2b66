"""The role head on the recogniser's network: means of token vectors, cues, and attention between the mentions of an article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from geomap.roles.features import N_SCALARS, WORD_POSITIONS
from geomap.roles.model import CLASSES, HEADS
from training.network import WIDTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

INSIDE = 128
"""Width of the head."""
WORD_WIDTH = 12
CONTEXTS = 5
"""Means of ``geomap.roles.features.context_vectors``."""


class RoleHead(nn.Module):
    """Features and contexts of an article's mentions in, scores of the classes out."""

    def __init__(self, mean: NDArray[np.float32], deviation: NDArray[np.float32], vocabulary: list[str]) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self.numbers = {word: n for n, word in enumerate(vocabulary, start=1)}
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("deviation", torch.from_numpy(deviation))
        self.words = nn.Embedding(len(vocabulary) + 1, WORD_WIDTH)
        self.scalars = nn.Linear(N_SCALARS, INSIDE)
        self.beside = nn.Linear(len(WORD_POSITIONS) * WORD_WIDTH, INSIDE)
        self.context = nn.Linear(CONTEXTS * WIDTH, INSIDE)
        self.enter, self.norm1, self.norm2 = (nn.LayerNorm(INSIDE) for _ in range(3))
        self.qkv, self.joined = nn.Linear(INSIDE, 3 * INSIDE), nn.Linear(INSIDE, INSIDE)
        self.up, self.down = nn.Linear(INSIDE, 2 * INSIDE), nn.Linear(2 * INSIDE, INSIDE)
        self.hidden, self.out = nn.Linear(INSIDE, INSIDE), nn.Linear(INSIDE, len(CLASSES))
        self.drop, self.drop_context = nn.Dropout(0.3), nn.Dropout(0.2)

    def forward(self, scalars: Tensor, words: Tensor, contexts: Tensor) -> Tensor:
        """Return (n, classes) for the n mentions of one article: (n, scalars), (n, positions), (n, contexts)."""
        told = self.scalars((scalars - self.mean) / self.deviation) + self.beside(self.words(words).flatten(1))
        x = self.drop(self.enter(torch.relu(told + self.context(self.drop_context(contexts)))))
        n = len(x)
        q, k, v = self.qkv(self.norm1(x)).view(n, 3, HEADS, INSIDE // HEADS).permute(1, 2, 0, 3).unbind(0)
        shares = torch.softmax(q @ k.transpose(-1, -2) * (INSIDE // HEADS) ** -0.5, -1)
        x = x + self.drop(self.joined((shares @ v).transpose(0, 1).reshape(n, INSIDE)))
        x = x + self.drop(self.down(torch.relu(self.up(self.norm2(x)))))
        return self.out(self.drop(torch.relu(self.hidden(x))))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the weights as ``geomap.roles.model`` reads them: linear maps transposed and in int8 with a scale for each column."""
        held: dict[str, NDArray[Any]] = {}
        for name, value in self.state_dict().items():
            array = value.detach().numpy()
            if name == "words.weight":
                held["words"] = array.astype(np.float16)
            elif array.ndim == 2:
                scale = np.abs(array.T).max(0) / 127
                held[name] = np.round(array.T / scale).astype(np.int8)
                held[f"{name}.scale"] = scale.astype(np.float16)
            else:
                held[name] = array.astype(np.float16)
        vocabulary = np.frombuffer("\n".join(self.vocabulary).encode(), dtype=np.uint8)
        return held | {"vocabulary": vocabulary}
