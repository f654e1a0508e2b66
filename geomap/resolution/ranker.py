"""The trained model that turns features into probabilities. Pure once loaded; needs only numpy, trains nothing.

There are three stages. The first scores candidates by their local features; each later stage adds context features,
computed from the probabilities of the stage before it. A stage is a small neural network. The softmax over the scores
of a name's candidates and of "none of these", whose score is 0, gives probabilities that sum to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from geomap.errors import GeodataError
from geomap.resolution.context_features import CONTEXT_FEATURES, context_features
from geomap.resolution.features import LOCAL_FEATURES
from geomap.resolution.parameters import CLIP_SD, MAX_SHORT_NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.resolution.features import FeatureMatrix, Floats

FILE = "resolver/ranker.npz"
"""Path of the weights in the folder of the geodata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A network: a hidden layer of rectified linear units beside a linear path."""

    mean: Floats
    scale: Floats
    hidden: Floats
    """Columns by hidden units."""
    hidden_bias: Floats
    output: Floats
    straight: Floats
    bias: float

    def score(self, table: Floats) -> Floats:
        """Return a score per row of features, which are clipped to ``CLIP_SD`` standard deviations."""
        z = np.clip((table - self.mean) / self.scale, -CLIP_SD, CLIP_SD)
        scores: Floats = np.maximum(z @ self.hidden + self.hidden_bias, 0) @ self.output + z @ self.straight + self.bias
        return scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranker:
    """The stages, and the calibration of the last one's probabilities."""

    stages: tuple[Stage, ...]
    chances: Floats
    """Knots of the calibration, ascending: the softmax probability of the best candidate."""
    worth: Floats
    """Per knot, the share of best candidates with that probability that were right, in cross-validation."""
    short_chances: Floats
    """The same two of texts of at most ``MAX_SHORT_NAMES`` names, which have less to go by."""
    short_worth: Floats

    def calibrated(self, chance: float, *, n_names: int) -> float:
        """Return the share, 0 to 1, of best candidates with this softmax probability that are right in texts of ``n_names`` names."""
        if n_names <= MAX_SHORT_NAMES:
            return float(np.interp(chance, self.short_chances, self.short_worth))
        return float(np.interp(chance, self.chances, self.worth))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The output of the ranker for the candidates of an article."""

    chance: Floats
    """Probability per row; the rows of a name sum to less than one, the rest is "none of these"."""
    table: Floats
    """The features given to the last stage."""


def rank(matrix: FeatureMatrix, ranker: Ranker) -> Ranking:
    """Return the probability of every candidate; the names of an article are decided together."""
    table = matrix.static
    chance = np.zeros(len(matrix.places), dtype=np.float32)
    for i, stage in enumerate(ranker.stages):
        if i:
            table = np.hstack([matrix.static, context_features(matrix, chance)])
        chance = softmax(matrix, stage.score(table))
    return Ranking(chance=chance, table=table)


def softmax(matrix: FeatureMatrix, scores: Floats) -> Floats:
    """Return probabilities from scores less penalties, per name, beside a "none of these" of score 0."""
    if not len(scores):
        return np.zeros(0, dtype=np.float32)
    scores = scores - matrix.penalty
    n = len(matrix.senses)
    top = np.zeros(n)
    np.maximum.at(top, matrix.sense, scores)
    exponentials = np.exp(scores - top[matrix.sense])
    total = np.bincount(matrix.sense, exponentials, n) + np.exp(-top)
    chances: Floats = (exponentials / total[matrix.sense]).astype(np.float32)
    return chances


def save_ranker(ranker: Ranker, path: Path) -> None:
    """Write the weights; equal rankers give equal bytes."""
    arrays: dict[str, NDArray[np.generic]] = {
        "columns": np.array([*LOCAL_FEATURES, *CONTEXT_FEATURES]),
        "chances": ranker.chances,
        "worth": ranker.worth,
        "short_chances": ranker.short_chances,
        "short_worth": ranker.short_worth,
    }
    for i, stage in enumerate(ranker.stages):
        for name in _ARRAYS:
            arrays[f"{i}.{name}"] = np.asarray(getattr(stage, name), dtype=np.float32)
    with path.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


_ARRAYS = ("mean", "scale", "hidden", "hidden_bias", "output", "straight", "bias")


@lru_cache(maxsize=4)
def load_ranker(path: Path) -> Ranker:
    """Read the weights; GeodataError where they are missing, broken, or were trained on other features."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            columns = arrays["columns"].tolist()
            n_stages = sum(name.endswith(".bias") for name in arrays.files)
            stages = tuple(
                Stage(**{n: arrays[f"{i}.{n}"] for n in _ARRAYS[:-1]}, bias=float(arrays[f"{i}.bias"]))
                for i in range(n_stages)
            )
            calibration = {name: arrays[name] for name in ("chances", "worth", "short_chances", "short_worth")}
            ranker = Ranker(stages=stages, **calibration)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise GeodataError(f"{path}: the resolver's weights cannot be read ({error}); reinstall geomap") from error
    if columns != [*LOCAL_FEATURES, *CONTEXT_FEATURES] or not stages:
        raise GeodataError(f"{path}: the resolver's weights were learned for other evidence; reinstall geomap")
    return ranker
