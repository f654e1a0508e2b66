"""Numbers of roles and focus, each with its source."""

from __future__ import annotations

MAX_FOCI = 3
"""Places of an event that is spread or lies between places."""
MIN_FOCUS_PROBABILITY = 0.2
"""Probability below which a place is not called the focus."""
FOCUS_WEIGHTS = (0.0,) * 24
"""Weights of ``focus.focus_candidates``, from training/focus.py."""
NONE_WEIGHTS = (0.0,) * 5
"""Weights of ``focus.none_features``, from training/focus.py."""
