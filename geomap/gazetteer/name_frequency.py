"""How often a name denotes a place in annotated English text. Pure."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

_UNLISTED = 1.0
"""Probability for a name that is not in the table: the table lists only names that often denote something else."""
_COMMON = 1 / 3
"""Probability below which a name is a common word: no hamlet that is known by nothing else is listed under it. Not tuned."""
_PRIOR_PLACES, _PRIOR_SEEN = 0.5, 1
"""Additive smoothing: half an occurrence as a place in one occurrence. Not tuned."""


def place_probability(name: str) -> float:
    """Return the probability, 0 to 1, that ``name`` in an English text denotes a place; 1 for a name without counts.

    Case-sensitive: "US" is a country more often than "Us".
    """
    counts = _counts().get(" ".join(name.split()))
    return _UNLISTED if counts is None else (counts[0] + _PRIOR_PLACES) / (counts[1] + _PRIOR_SEEN)


def common_words() -> tuple[str, ...]:
    """Return the names, and capitalized words, that in English texts denote something else than a place at least twice as often."""
    return tuple(name for name in _counts() if place_probability(name) < _COMMON)


@lru_cache(maxsize=1)
def _counts() -> dict[str, tuple[int, int]]:
    """Return for each listed name its occurrences as a place and all its occurrences (built by ``training/place_frequency.py``)."""
    text = files("geomap.gazetteer").joinpath("data/place_frequency.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {name: (int(n_places), int(n_seen)) for name, n_places, n_seen in rows}
