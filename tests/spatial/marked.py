"""Read sentences whose mentions are marked: ``[Goris]`` a place, ``{Syrian}`` a people or an adjective."""

from __future__ import annotations

import re

from geomap.spatial.expressions import Expression, find_expressions
from geomap.types import Mention


def unmarked(sentence: str) -> tuple[str, list[Mention]]:
    """Return the text without the marks, and its mentions."""
    text, mentions = "", []
    for part in re.split(r"(\[[^\]]*\]|\{[^}]*\})", sentence):
        name = part[1:-1] if part[:1] in ("[", "{") and part else None
        if name is not None:
            kind = "literal" if part[0] == "[" else "demonym"
            mentions.append(Mention(start=len(text), end=len(text) + len(name), text=name, kind=kind))
        text += part if name is None else name
    return text, mentions


def expressions(sentence: str, **kwargs) -> list[tuple[str, str]]:
    """Return the kind and the words of the expressions of a marked sentence."""
    text, mentions = unmarked(sentence)
    return [(e.kind, text[e.start : e.end]) for e in find_expressions(text, mentions, language="en", **kwargs)]


def only(sentence: str, **kwargs) -> Expression:
    """Return the one expression of a marked sentence."""
    text, mentions = unmarked(sentence)
    [found] = find_expressions(text, mentions, language="en", **kwargs)
    return found
