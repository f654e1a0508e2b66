"""The learned weights that turn evidence into chances. Pure once loaded: numpy alone, no learning here.

Three stages: the first sees each candidate by itself, the others see it among the article's other
places as the stage before them judged those. Each stage scores a candidate with a small network; the
chances of a name's candidates and of "none of these", whose score is 0, are a softmax and sum to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from geomap.errors import GeodataError
from geomap.resolution.context_features import CONTEXT, context
from geomap.resolution.features import STATIC

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.resolution.features import Floats, Rows

FILE = "resolver/ranker.npz"
"""Where geodata keep the weights."""
_REACH = 5.0
"""Columns are held within so many standard deviations: a freak value decides nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One network: a hidden layer of rectified units beside a straight path."""

    mean: Floats
    scale: Floats
    hidden: Floats
    """Columns by units."""
    hidden_bias: Floats
    output: Floats
    straight: Floats
    bias: float

    def score(self, table: Floats) -> Floats:
        """Return one score a row of evidence."""
        z = np.clip((table - self.mean) / self.scale, -_REACH, _REACH)
        scores: Floats = np.maximum(z @ self.hidden + self.hidden_bias, 0) @ self.output + z @ self.straight + self.bias
        return scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranker:
    """The stages, and what their chances are worth."""

    stages: tuple[Stage, ...]
    chances: Floats
    """Knots, rising: the softmax's chance of the winner …"""
    worth: Floats
    """… and how often a winner of that chance was right, in cross-validation."""

    def calibrated(self, chance: float) -> float:
        """Return how often a winner with this softmax chance is right, 0 to 1."""
        return float(np.interp(chance, self.chances, self.worth))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What the ranker made of an article's candidates."""

    chance: Floats
    """Per row; a name's rows sum to less than one, the rest is "none of these"."""
    table: Floats
    """The evidence the last stage saw."""


def rank(rows: Rows, ranker: Ranker) -> Ranking:
    """Return the chance of every candidate, the whole article decided together."""
    table = rows.static
    chance = np.zeros(len(rows.places), dtype=np.float32)
    for i, stage in enumerate(ranker.stages):
        if i:
            table = np.hstack([rows.static, context(rows, chance)])
        chance = softmax(rows, stage.score(table))
    return Ranking(chance=chance, table=table)


def softmax(rows: Rows, scores: Floats) -> Floats:
    """Return chances from scores, name by name, beside a "none of these" that scores 0."""
    if not len(scores):
        return np.zeros(0, dtype=np.float32)
    scores = scores - rows.handicap
    n = len(rows.senses)
    top = np.zeros(n)
    np.maximum.at(top, rows.sense, scores)
    risen = np.exp(scores - top[rows.sense])
    total = np.bincount(rows.sense, risen, n) + np.exp(-top)
    chances: Floats = (risen / total[rows.sense]).astype(np.float32)
    return chances


def save_ranker(ranker: Ranker, path: Path) -> None:
    """Write the weights; the same ranker gives the same bytes."""
    arrays: dict[str, NDArray[np.generic]] = {
        "columns": np.array([*STATIC, *CONTEXT]),
        "chances": ranker.chances,
        "worth": ranker.worth,
    }
    for i, stage in enumerate(ranker.stages):
        for name in _ARRAYS:
            arrays[f"{i}.{name}"] = np.asarray(getattr(stage, name), dtype=np.float32)
    with path.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


_ARRAYS = ("mean", "scale", "hidden", "hidden_bias", "output", "straight", "bias")


@lru_cache(maxsize=4)
def load_ranker(path: Path) -> Ranker:
    """Read the weights; GeodataError where they are missing, broken, or were learned for other evidence."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            columns = arrays["columns"].tolist()
            n_stages = sum(name.endswith(".bias") for name in arrays.files)
            stages = tuple(
                Stage(**{n: arrays[f"{i}.{n}"] for n in _ARRAYS[:-1]}, bias=float(arrays[f"{i}.bias"]))
                for i in range(n_stages)
            )
            ranker = Ranker(stages=stages, chances=arrays["chances"], worth=arrays["worth"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise GeodataError(f"{path}: the resolver's weights cannot be read ({error}); reinstall geomap") from error
    if columns != [*STATIC, *CONTEXT] or not stages:
        raise GeodataError(f"{path}: the resolver's weights were learned for other evidence; reinstall geomap")
    return ranker
