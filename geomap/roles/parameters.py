"""Numbers of roles and focus, each with its source."""

from __future__ import annotations

MAX_FOCI = 3
"""Places of an event that is spread or lies between places."""
MIN_FOCUS_PROBABILITY = 0.2
"""Probability below which a place is not called the focus."""
FOCUS_WEIGHTS = (
    1.378,
    -0.255,
    0.421,
    -0.751,
    -0.179,
    -0.135,
    -0.135,
    -0.357,
    0.798,
    0.26,
    0.832,
    -0.046,
    0.713,
    0.292,
    1.374,
    -0.247,
    -0.946,
    -0.642,
    0.432,
    -0.347,
    -0.493,
    0.651,
    -0.197,
)
"""Weights of ``focus.focus_candidates``, from training/focus.py."""
NONE_WEIGHTS = (0.694, -0.685, -0.263, -0.302, 0.659)
"""Weights of ``focus.none_features``, from training/focus.py."""
