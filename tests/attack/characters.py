"""The sets of characters of a regular expression, over a few characters that stand for all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

SAMPLE = " \t\r\n\u00a0\u2028azAZsS059_.,;:!?-'\"/\\()[]<>=&%#+*|$£€@’”“«—–…。éÉßİıяЯіא٣中\u0301\u200d😀\x00\x7f\ud800"
"""Characters of every sort; those that an expression names itself are added."""

CHARACTERS = frozenset((sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY))
"""The parts of an expression that read one character."""


def classes(tree: Any, flags: int, *, is_bytes: bool) -> tuple[str, ...]:
    """Return a character for each class of those that every set of the expression takes or leaves alike."""
    sets = [*_sets(tree, flags), (sre.LITERAL, 10, 0), (sre.IN, [(sre.CATEGORY, sre.CATEGORY_WORD)], 0)]
    named = {c for op, value, _ in sets for c in _named(op, value)}
    characters = {*SAMPLE, *named, *(other for c in named for other in (*c.lower(), *c.upper()))}
    if is_bytes:
        characters = {c for c in characters if ord(c) < 256}
    kinds: dict[tuple[bool, ...], str] = {}
    for char in sorted(characters, key=lambda c: (not c.isalnum() or not c.isascii(), c)):
        kinds.setdefault(tuple(holds(*one, char, is_bytes=is_bytes) for one in sets), char)
    return tuple(sorted(kinds.values()))


def _sets(items: Any, flags: int) -> Iterator[tuple[Any, Any, int]]:
    """Yield the sets of an expression and the flags that each is under."""
    for op, value in items:
        if op in CHARACTERS:
            yield op, value, flags
        elif op is sre.SUBPATTERN:
            yield from _sets(value[3], (flags | value[1]) & ~value[2])
        elif op is sre.ATOMIC_GROUP:
            yield from _sets(value, flags)
        elif op in (sre.BRANCH, sre.GROUPREF_EXISTS):
            for body in value[1] if op is sre.BRANCH else value[1:]:
                yield from _sets(body or [], flags)
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            yield from _sets(value[2], flags)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _sets(value[1], flags)


def _named(op: Any, value: Any) -> Iterator[str]:
    """Yield the characters at which a set begins and ends."""
    if op in (sre.LITERAL, sre.NOT_LITERAL):
        yield chr(value)
    elif op is sre.RANGE:
        yield from (chr(n) for n in (value[0] - 1, *value, value[1] + 1) if 0 <= n < 0x110000)
    elif op is sre.IN:
        for one in value:
            yield from _named(*one)


def holds(op: Any, value: Any, flags: int, char: str, *, is_bytes: bool) -> bool:
    """Return whether a set takes ``char``."""
    if op is sre.ANY:
        return bool(flags & re.DOTALL) or char != "\n"
    if op is sre.NOT_LITERAL:
        return not holds(sre.LITERAL, value, flags, char, is_bytes=is_bytes)
    if op is sre.IN:
        is_negated = value[0][0] is sre.NEGATE
        return any(holds(*one, flags, char, is_bytes=is_bytes) for one in value[is_negated:]) != is_negated
    forms = {char, *_other_cases(char, is_bytes=is_bytes)} if flags & re.IGNORECASE else {char}
    if op is sre.LITERAL:
        return chr(value) in forms
    if op is sre.RANGE:
        return any(value[0] <= ord(form) <= value[1] for form in forms)
    return _is_of(value, char, is_ascii=is_bytes or bool(flags & re.ASCII))


def _other_cases(char: str, *, is_bytes: bool) -> list[str]:
    return [c for c in (char.lower(), char.upper()) if len(c) == 1 and (not is_bytes or c.isascii())]


def _is_of(category: Any, char: str, *, is_ascii: bool) -> bool:
    name = str(category).removeprefix("CATEGORY_")
    plain = name.removeprefix("NOT_")
    pattern = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[plain]
    return (re.match(pattern, char, re.ASCII if is_ascii else 0) is not None) == (plain == name)


def is_word(char: str | None, *, is_ascii: bool) -> bool:
    return char is not None and _is_of(sre.CATEGORY_WORD, char, is_ascii=is_ascii)
