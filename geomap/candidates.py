"""What places a mention may mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.vocabulary import Candidate, Mention

if TYPE_CHECKING:
    from geomap.gazetteer import Gazetteer

MAX_CANDIDATES = 50
"""Most candidates kept for a name; the gazetteer gives the most prominent first ("San José" has hundreds)."""


def candidates(mention: Mention, *, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Return the places that ``mention`` may mean, most prominent first; empty when nothing bears the name."""
    return gazetteer.lookup(mention.antecedent or mention.text, limit=MAX_CANDIDATES)
