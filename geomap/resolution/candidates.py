"""The places that a mention may mean, by its name. Pure, given the gazetteer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.resolution.containment import contains
from geomap.resolution.parameters import MAX_CONTAINER_WORDS, MAX_LOOKUP_CANDIDATES, MAX_OUTER_LOOKUP
from geomap.text.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.types import Article, Candidate, Mention


def candidates(mention: Mention, *, article: Article, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Return the places that ``mention`` may mean, most prominent first; empty for a name that no place has.

    In an article that is not in English, a place's name in the language of the article is its own: "Nova Iorque" is New York.
    """
    name = mention.antecedent or mention.text
    found = (
        gazetteer.lookup(name, limit=MAX_LOOKUP_CANDIDATES)
        or _split_at_comma(name, gazetteer=gazetteer)
        or _split_at_container(name, gazetteer=gazetteer)
    )
    language = language_of(article.text)
    return found if language == "en" else tuple(_named(candidate, language) for candidate in found)


def _named(candidate: Candidate, language: str) -> Candidate:
    """Return a candidate whose alternate name is one of ``language``, or of a script of its own, as matched by its name."""
    own = candidate.language
    is_own = candidate.match == "alternate" and own is not None and (own == language or own.startswith("und-"))
    return replace(candidate, match="name") if is_own else candidate


def candidates_of(
    mentions: Sequence[Mention], *, article: Article, gazetteer: Gazetteer
) -> list[tuple[Candidate, ...]]:
    """Return the ``candidates`` of each mention; each name is looked up once, however many mentions have it."""
    firsts = {mention.antecedent or mention.text: mention for mention in mentions}
    found = {name: candidates(mention, article=article, gazetteer=gazetteer) for name, mention in firsts.items()}
    return [found[mention.antecedent or mention.text] for mention in mentions]


def _split_at_container(name: str, *, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Return the towns of a name that ends in its country or state, or in that one's code, without a comma: "Dallas Texas", "NEW YORK NY"."""
    words = name.split()
    for n in range(1, min(MAX_CONTAINER_WORDS, len(words) - 1) + 1):
        tail = " ".join(words[-n:])
        outer = [
            c.place for c in gazetteer.lookup(tail, limit=MAX_OUTER_LOOKUP) if c.place.kind in ("country", "admin1")
        ]
        if outer:
            inner = gazetteer.lookup(" ".join(words[:-n]), limit=MAX_LOOKUP_CANDIDATES)
            towns = [c for c in inner if c.place.kind == "settlement" and any(contains(o, c.place) for o in outer)]
            if towns:
                return tuple(towns)
    return ()


def _split_at_comma(name: str, *, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """Return the places of a name that includes its container: "Washington, D.C.", "Tegh, Armenia"."""
    head, comma, tail = name.rpartition(",")
    if not comma or not head.strip() or not tail.strip():
        return ()
    containers = [candidate.place for candidate in gazetteer.lookup(tail, limit=MAX_OUTER_LOOKUP)]
    return tuple(
        candidate
        for candidate in gazetteer.lookup(head, limit=MAX_LOOKUP_CANDIDATES)
        if any(contains(outer, candidate.place) or outer.id == candidate.place.id for outer in containers)
    )
