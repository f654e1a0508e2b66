"""Numbers of roles and focus, each with its source."""

from __future__ import annotations

MAX_FOCI = 3
"""Places of an event that is spread or lies between places."""
MIN_FOCUS_PROBABILITY = 0.2
"""Probability below which a place is not called the focus."""
FOCUS_WEIGHTS = (
    1.416,
    -0.207,
    0.344,
    -0.706,
    -0.152,
    -0.118,
    -0.118,
    -0.359,
    0.845,
    0.226,
    0.848,
    0.036,
    0.611,
    0.325,
    1.383,
    -0.302,
    -0.937,
    -0.673,
    0.433,
    -0.4,
    -0.447,
    0.663,
    -0.21,
)
"""Weights of ``focus.focus_candidates``, from training/focus.py."""
NONE_WEIGHTS = (0.703, -0.689, -0.261, -0.279, 0.681)
"""Weights of ``focus.none_features``, from training/focus.py."""
