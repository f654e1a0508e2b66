"""What places a mention may mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geomap.gazetteer import Gazetteer
    from geomap.vocabulary import Article, Candidate, Mention

MAX_CANDIDATES = 100
"""Most candidates kept for a name; the gazetteer gives the most prominent first ("San José" has hundreds)."""


def candidates(mention: Mention, *, article: Article, gazetteer: Gazetteer) -> tuple[Candidate, ...]:  # noqa: ARG001
    """Return the places that ``mention`` may mean, most prominent first; empty when nothing bears the name."""
    return gazetteer.lookup(mention.antecedent or mention.text, limit=MAX_CANDIDATES)
