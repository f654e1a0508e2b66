"""Facilities that the gazetteer lists by their whole name and the network does not mark: "Miami Valley Hospital".

Pure except for gazetteer look-ups. Spans are half-open token indices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.recognition.name_spans import institutions, is_adjacent, may_join
from geomap.recognition.parameters import MAX_FACILITY_TOKENS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.text.tokens import Token

_HEADS = frozenset(
    "abbey barracks base bridge camp castle crossing dam gardens infirmary market memorial monument mosque palace park plant port reservoir "
    "square temple terminal tower tunnel".split()
)
"""Last words of the names of facilities, beside those of ``institutions``."""
_FIRST = frozenset(
    "centre colegio estadio gare hospital hôpital hotel hôtel mosteiro musée museo museu palacio palais palazzo piazza place plaza pont "
    "ponte port porte puente stade stadio tour università université universidad universidade university".split()
)
"""First words of the names of facilities: "Palais des Nations", "University of Khartoum"."""


def facility_spans(
    text: str, words: Sequence[Token], taken: Sequence[tuple[int, int]], *, gazetteer: Gazetteer
) -> list[tuple[int, int]]:
    """Return the spans of facilities, in text order, that overlap none of ``taken``.

    Each is the longest name of a site that ends, or begins, with a word for a facility.
    """
    covered = {i for start, end in taken for i in range(start, end)}
    found: list[tuple[int, int]] = []
    for last, word in enumerate(words):
        lower = word.text.lower()
        if word.text[0].isupper() and last not in covered and (lower in _HEADS or lower in institutions()):
            start = _start(text, words, last, covered, gazetteer)
            if start is not None:
                found.append((start, last + 1))
                covered.update(range(start, last + 1))
        if lower in _FIRST and word.text[0].isupper() and last not in covered:
            end = _end(text, words, last, covered, gazetteer)
            if end is not None:
                found.append((last, end))
                covered.update(range(last, end))
    return sorted(found)


def _start(text: str, words: Sequence[Token], last: int, covered: set[int], gazetteer: Gazetteer) -> int | None:
    """Return the first token of the longest name of a site that ends at ``last``; None for no name of several words."""
    start, least = last, max(0, last + 1 - MAX_FACILITY_TOKENS)
    while (
        start > least
        and start - 1 not in covered
        and is_adjacent(text, words, start - 1)
        and may_join(words, start - 1)
    ):
        start -= 1
    starts = (first for first in range(start, last) if words[first].text[0].isupper())
    return next((first for first in starts if _is_site(text[words[first].start : words[last].end], gazetteer)), None)


def _end(text: str, words: Sequence[Token], first: int, covered: set[int], gazetteer: Gazetteer) -> int | None:
    """Return the end of the longest name of a site that begins at ``first``; None for no name of several words."""
    end, most = first + 1, min(len(words), first + MAX_FACILITY_TOKENS)
    while end < most and end not in covered and is_adjacent(text, words, end - 1) and may_join(words, end):
        end += 1
    ends = (stop for stop in range(end, first + 1, -1) if words[stop - 1].text[0].isupper())
    return next((stop for stop in ends if _is_site(text[words[first].start : words[stop - 1].end], gazetteer)), None)


def _is_site(name: str, gazetteer: Gazetteer) -> bool:
    found = gazetteer.lookup(name, limit=1) if gazetteer.knows(name) else ()
    return bool(found) and found[0].place.kind == "site"
