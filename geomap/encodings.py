"""From bytes to text: UTF-8, or the encoding that the bytes speak for."""

from __future__ import annotations

from geomap.errors import ArticleError


def decode_utf8(data: bytes, *, where: str) -> str | None:
    """Return the text of bytes that are UTF-8, None where they are not; ArticleError where they are no text at all."""
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
