"""Facilities that the gazetteer lists by their whole name and the network does not mark: "Miami Valley Hospital".

Pure except for gazetteer look-ups. Spans are half-open token indices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.recognition.name_spans import institutions
from geomap.recognition.parameters import MAX_FACILITY_TOKENS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.text.tokens import Token

_LINKS = frozenset({"of", "the", "and", "'", "’", "s", "-", "–", "&", ".", "de", "la", "du"})
_HEADS = frozenset(
    "abbey barracks base bridge camp castle crossing dam gardens infirmary market memorial monument mosque palace park plant port reservoir "
    "square temple terminal tower tunnel".split()
)
"""Last words of the names of facilities, beside those of ``institutions``."""


def facility_spans(
    text: str, words: Sequence[Token], taken: Sequence[tuple[int, int]], *, gazetteer: Gazetteer
) -> list[tuple[int, int]]:
    """Return the spans of facilities, in text order, that overlap none of ``taken``: the longest name of a site that ends in a word for one."""
    covered = {i for start, end in taken for i in range(start, end)}
    found: list[tuple[int, int]] = []
    for last, word in enumerate(words):
        lower = word.text.lower()
        if word.text[0].isupper() and last not in covered and (lower in _HEADS or lower in institutions()):
            start = _start(text, words, last, covered, gazetteer)
            if start is not None:
                found.append((start, last + 1))
                covered.update(range(start, last + 1))
    return found


def _start(text: str, words: Sequence[Token], last: int, covered: set[int], gazetteer: Gazetteer) -> int | None:
    """Return the first token of the longest name of a site that ends at ``last``; None for no name of several words."""
    start = last
    while (
        start > max(0, last + 1 - MAX_FACILITY_TOKENS) and _is_joined(text, words, start) and start - 1 not in covered
    ):
        start -= 1
    for first in range(start, last):
        name = text[words[first].start : words[last].end]
        if words[first].text[0].isupper() and gazetteer.knows(name):
            found = gazetteer.lookup(name, limit=1)
            return first if found and found[0].place.kind == "site" else None
    return None


def _is_joined(text: str, words: Sequence[Token], i: int) -> bool:
    """Return whether the token before ``i`` may be of the same name: a capitalized word or a link, with at most a space between."""
    before = words[i - 1]
    is_word = before.text[0].isupper() or before.text in _LINKS
    return is_word and text[before.end : words[i].start] in ("", " ")
