"""Sanitize untrusted text for JSON, XML, spreadsheets, links and terminals with the least loss."""

from __future__ import annotations

import json
import re
import unicodedata
from urllib.parse import quote, urlsplit

_SURROGATE = re.compile(r"[\ud800-\udfff]")
# XML 1.0 knows no other control characters, and a C string ends at NUL.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff￾￿]")
_SIGNS = "=+\\-@%⁺₊﬩﹢＋⁼₌﹦＝﹣－﹫＠"
_PARTS = ",;|\\t-\\r\\x85\u2028\u2029"
# Characters that a spreadsheet skips before a formula sign: spaces, quotation marks, invisible characters.
_PASSED = '" \\xa0\\xad\u061c\u1680\u180e\u2000-\u200f\u202a-\u202f\u205f-\u206f\u3000\ufeff'
_BEFORE_SIGN = re.compile(
    rf"(?:\A|(?<![{_PARTS}{_PASSED}])(?=[{_PARTS}{_PASSED}]))[{_PARTS}{_PASSED}]*'*(?=[{_SIGNS}])"
)
_PART = re.compile(rf"[{_PARTS}]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# RFC 3987 without what it has for other scripts; characters that are not seen, or change the direction, hide where a link leads.
_NOT_IN_URL = re.compile(rf"[{_PASSED}<>\\^`{{|}}\u2028\u2029\ufff0-\uffff]")
_PART_BEFORE_SIGN = re.compile(rf"(?<![,;])[,;]++(?='*[{_SIGNS}])")


def to_json(value: object, *, indent: int | None = None) -> str:
    """Return JSON in Unicode that UTF-8 can encode: lone surrogates stay as escapes; NaN raises ValueError.

    NUL becomes U+FFFD, code point for code point: GDAL, on which most readers are based, silently ends a text there.
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


def without_surrogates(text: str) -> str:
    """Return ``text`` with each lone surrogate replaced by U+FFFD, so that UTF-8 can encode it."""
    return _SURROGATE.sub("�", text)


def clean(text: str) -> str:
    """Return ``text`` with U+FFFD for characters invalid in XML or a C string: NUL, most controls, lone surrogates."""
    return _UNWRITABLE.sub("�", text)


def cell(text: str) -> str:
    """Return ``text`` for a spreadsheet's cell: an apostrophe stands before what would begin a formula.

    A spreadsheet parts columns at the comma, semicolon, tab or bar, as the country has it, and then neither the quotation
    marks nor the line breaks inside a cell hold. So every sign that follows one of these, or the beginning, is
    preceded, spaces and quotation marks between them or not. Apostrophes that stand there already stay: one less
    before each such sign is the text again. Method: OWASP, "CSV Injection"; the signs' full-width and small forms are
    there because some spreadsheets fold them. The page's written.js does the same.
    """
    return _BEFORE_SIGN.sub(_preceded, clean(text))


def _preceded(before: re.Match[str]) -> str:
    return f"{before[0]}'" if before.start() == 0 or _PART.search(before[0]) else before[0]


def link_cell(text: str) -> str:
    """Return addresses for a spreadsheet's cell, safe as by ``cell``: what parts is percent-encoded, as links stay links."""
    return cell(_PART_BEFORE_SIGN.sub(lambda parts: quote(parts[0], safe=""), text))


def web_link(url: str | None) -> str | None:
    """Return ``url`` as a link to the web, None where it is none: only http and https with a host are published as links.

    What no address may hold is percent-encoded. One with control characters is none: browsers pass over some of them.
    """
    url = url.strip() if url else ""
    if _CONTROL.search(url):
        return None
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return _NOT_IN_URL.sub(_escaped, url) if is_web and not _NOT_IN_URL.search(parts.netloc) else None


def _escaped(char: re.Match[str]) -> str:
    return quote(char[0], safe="")


def printable(text: str) -> str:
    """Return ``text`` on one line for a terminal: no escape sequence and no change of direction comes through."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "�" for c in text)


def width(text: str) -> int:
    """Return the columns a terminal gives ``text``: two for wide characters, none for combining ones."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
