"""The tokens of a text with a vector each, from a network that read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class WordVectors:
    """Tokens in text order, with their half-open spans in code points."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    values: NDArray[np.float16]
    """(tokens, width); zeros for tokens that no network read."""
