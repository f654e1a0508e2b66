"""Hostile text made safe for the format it goes into, without losing what can be kept."""

from __future__ import annotations

import json
import re
import unicodedata

_SURROGATE = re.compile(r"[\ud800-\udfff]")
# XML 1.0 knows no other control characters, and a C string ends at NUL.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff￾￿]")
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠|%]")


def to_json(value: object, *, indent: int | None = None) -> str:
    """Return JSON in Unicode that UTF-8 can encode: lone surrogates stay as escapes; NaN raises ValueError.

    NUL becomes U+FFFD, code point for code point: GDAL, which most readers stand on, silently ends a text there.
    """
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(_without_nul(value), ensure_ascii=False, allow_nan=False, separators=separators, indent=indent)
    return _SURROGATE.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def _without_nul(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\x00", "�")
    if isinstance(value, dict):
        return {key: _without_nul(item) for key, item in value.items()}
    return [_without_nul(item) for item in value] if isinstance(value, (list, tuple)) else value


def clean(text: str) -> str:
    """Return ``text`` with U+FFFD for what neither XML nor a C string can hold (NUL, most controls, lone surrogates)."""
    return _UNWRITABLE.sub("�", text)


def cell(text: str) -> str:
    """Return ``text`` for a spreadsheet's cell: what a spreadsheet would run as a formula begins with an apostrophe.

    Method: OWASP, "CSV Injection"; the full-width forms are there because some spreadsheets fold them.
    """
    text = clean(text)
    return f"'{text}" if _FORMULA.match(text) else text


def printable(text: str) -> str:
    """Return ``text`` on one line for a terminal: no escape sequence and no change of direction comes through."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in text)


def width(text: str) -> int:
    """Return the columns a terminal gives ``text``: two for wide characters, none for combining ones."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
