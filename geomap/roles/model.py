"""The role model: features and context vectors of an article's literal mentions to probabilities, in numpy."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from geomap.errors import GeodataError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.roles.features import Features

FILE = "roles/model.npz"
"""In the geodata."""
CLASSES = ("scene", "from", "to", "via", "background", "reference", "container", "none")
"""The columns of the probabilities; ``from``, ``to``, ``via`` are ends of a route, ``none`` has no role, as a government."""
HEADS = 4
"""Of the attention between the mentions of an article."""
MAX_TOGETHER = 200
"""Mentions of one article that are read together; more are read in groups, so that the time is linear. Not tuned."""
_EPSILON = 1e-5


class RoleModel:
    """The weights; safe to share among threads."""

    def __init__(self, path: Path) -> None:
        """Read the weights; GeodataError where they cannot be used."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                held = {name: arrays[name] for name in arrays.files}
            words = bytes(held.pop("vocabulary")).decode().split("\n")
            self._numbers = {word: n for n, word in enumerate(words, start=1)}
            # Linear maps are int8 with a scale for each column.
            scales = {name: held.pop(name) for name in list(held) if name.endswith(".scale")}
            self._weights = {
                name: value.astype(np.float32) * scales.get(f"{name}.scale", np.float16(1)).astype(np.float32)
                for name, value in held.items()
            }
        except Exception as error:
            raise GeodataError(f"{path}: cannot be read ({error}); install geomap again") from error

    def probabilities(self, features: Features, contexts: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n, ``len(CLASSES)``) for n mentions with their ``contexts`` (n, 5 d)."""
        parts = [
            self._of_group(features, contexts, slice(start, start + MAX_TOGETHER))
            for start in range(0, len(contexts), MAX_TOGETHER)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, len(CLASSES)), dtype=np.float32)

    def _of_group(self, features: Features, contexts: NDArray[np.float32], group: slice) -> NDArray[np.float32]:
        w = self._weights
        scalars = (features.scalars[group] - w["mean"]) / w["deviation"]
        numbers = np.array([[self._numbers.get(word, 0) for word in row] for row in features.words[group]])
        beside = w["words"][numbers].reshape(len(numbers), -1)
        x = self._linear("scalars", scalars) + self._linear("beside", beside) + self._linear("context", contexts[group])
        x = self._norm("enter", np.maximum(x, 0))
        x = x + self._attention(self._norm("norm1", x))
        x = x + self._linear("down", np.maximum(self._linear("up", self._norm("norm2", x)), 0))
        scores = self._linear("out", np.maximum(self._linear("hidden", x), 0))
        return _softmax(scores)

    def _attention(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        n, d = x.shape
        q, k, v = self._linear("qkv", x).reshape(n, 3, HEADS, d // HEADS).transpose(1, 2, 0, 3)
        shares = _softmax(q @ k.transpose(0, 2, 1) * (d // HEADS) ** -0.5)
        return self._linear("joined", (shares @ v).transpose(1, 0, 2).reshape(n, d))

    def _linear(self, name: str, x: NDArray[np.float32]) -> NDArray[np.float32]:
        mapped: NDArray[np.float32] = x @ self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return mapped

    def _norm(self, name: str, x: NDArray[np.float32]) -> NDArray[np.float32]:
        centred = x - x.mean(-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(-1, keepdims=True) + _EPSILON)
        scaled: NDArray[np.float32] = centred / scale * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return scaled


def _softmax(x: NDArray[np.float32]) -> NDArray[np.float32]:
    e = np.exp(x - x.max(-1, keepdims=True))
    return np.asarray(e / e.sum(-1, keepdims=True), dtype=np.float32)


@cache
def load_role_model(path: Path) -> RoleModel:
    """Return the model of a file, read once."""
    return RoleModel(path)
