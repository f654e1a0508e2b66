"""Context words as evidence of a mention's kind: "in Baku" is literal, "Baku said" is associative. Pure."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from geomap.recognition.parameters import KIND_TOKENS_AFTER, KIND_TOKENS_BEFORE, KIND_WORD_WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geomap.text.tokens import Token

_LINKED = {"offices": "of", "motions": "to"}
_HELPING = frozenset({"has", "have", "had", "is", "was", "will"})


def kind_odds(words: Sequence[Token], start: int, end: int) -> float:
    """Return the sum of ``KIND_WORD_WEIGHTS`` around tokens ``start`` to ``end``: log odds of associative (government, team, people)."""
    listed = kind_words()
    before = [word.text.lower() for word in words[max(0, start - KIND_TOKENS_BEFORE) : start]]
    behind = [word.text.lower() for word in words[end : end + KIND_TOKENS_AFTER]]
    found: set[str] = set()
    while before and (before[-1] == "the" or before[-1] in listed["parts"]):
        found |= {"parts"} if before.pop() != "the" else set()
    found |= {sort for sort in ("places", "opponents") if before and before[-1] in listed[sort]}
    found |= {sort for sort, link in _LINKED.items() if before[-1:] == [link] and {*before[-2:-1]} & listed[sort]}
    acts = behind[1:2] if {*behind[:1]} & _HELPING else behind[:1]
    found |= {"acts"} if {*acts} & listed["acts"] else set()
    head = behind[2:] if behind[:2] in (["'", "s"], ["’", "s"]) else behind[:1]
    found |= {sort for sort in ("actors", "areas") if {*head} & listed[sort]}
    return sum(KIND_WORD_WEIGHTS[sort] for sort in sorted(found))


@lru_cache(maxsize=1)
def kind_words() -> Mapping[str, frozenset[str]]:
    """Return the context words of each list of ``data/kinds.toml``."""
    listed = tomllib.loads((files("geomap.recognition") / "data" / "kinds.toml").read_text(encoding="utf-8"))
    return {sort: frozenset(words.split()) for sort, words in listed.items()}
