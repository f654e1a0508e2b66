"""What places a mention may mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.resolution.senses import holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer.store import Gazetteer
    from geomap.types import Article, Candidate, Mention

MAX_CANDIDATES = 100
"""Most candidates kept for a name; the gazetteer gives the most prominent first ("San José" has hundreds)."""
_MAX_OUTER = 8


def candidates(mention: Mention, *, article: Article, gazetteer: Gazetteer) -> tuple[Candidate, ...]:  # noqa: ARG001
    """Return the places that ``mention`` may mean, most prominent first; empty when nothing bears the name."""
    name = mention.antecedent or mention.text
    found = gazetteer.lookup(name, limit=MAX_CANDIDATES)
    return found or _within_its_tail(name, gazetteer=gazetteer)


def candidates_of(
    mentions: Sequence[Mention], *, article: Article, gazetteer: Gazetteer
) -> list[tuple[Candidate, ...]]:
    """Return the ``candidates`` of each mention; a name is looked up once, however often the article says it."""
    firsts = {mention.antecedent or mention.text: mention for mention in mentions}
    found = {name: candidates(one, article=article, gazetteer=gazetteer) for name, one in firsts.items()}
    return [found[mention.antecedent or mention.text] for mention in mentions]


def _within_its_tail(name: str, *, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Return the places of a name written with what they lie in: "Washington, D.C.", "Tegh, Armenia"."""
    head, comma, tail = name.rpartition(",")
    if not comma or not head.strip() or not tail.strip():
        return ()
    outer = [one.place for one in gazetteer.lookup(tail, limit=_MAX_OUTER)]
    return tuple(
        one
        for one in gazetteer.lookup(head, limit=MAX_CANDIDATES)
        if any(holds(place, one.place) or place.id == one.place.id for place in outer)
    )
