"""Decode bytes: UTF-8, or the encoding that is detected from the bytes."""

from __future__ import annotations

import codecs
import re

from geomap.errors import ArticleError

_DECLARED = re.compile(
    r"ascii|utf-8|utf-16(?:-[bl]e)?|iso8859-\d\d?|cp(?:125\d|866|874|932|949|950)|koi8-[rtu]|mac-(?:roman|cyrillic)|tis-620"
    r"|gb(?:k|2312|18030)|big5(?:hkscs)?|euc_(?:jp|kr)|shift_jis|iso2022_(?:jp|kr)|ptcp154"
)
"""Python's names of the encodings of web pages (WHATWG Encoding Standard); without Python's codecs that are not text
encodings, take quadratic time on hostile bytes (punycode) or interpret escapes (unicode_escape)."""


def declared_encoding(label: str | None) -> str | None:
    """Return Python's name of an encoding that a server declares; None if it is not an encoding of web pages."""
    try:
        name = codecs.lookup(label or "").name
    except (LookupError, ValueError):
        return None
    return name if _DECLARED.fullmatch(name) else None


def decode_utf8(data: bytes, *, where: str) -> str | None:
    """Return the text of bytes that are UTF-8, None if they are not; ArticleError if they are binary."""
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ArticleError(f"{where}: is a binary file, not text; convert it to text or HTML")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def decode(data: bytes, *, where: str) -> str:
    """Return the text of ``data``; ArticleError where its encoding is not recognised."""
    text = decode_utf8(data, where=where)
    if text is not None:
        return text
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise ArticleError(f"{where}: its character encoding is not recognised; save it as UTF-8")
    return str(best).removeprefix("\ufeff")
