"""Split a text into tokens: words, abbreviations and signs. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TOKEN_LENGTH = 64
"""Code points of a token's text; the rest of a longer run is dropped, so that it cannot fill the caches. Not tuned."""

UNSPACED = (
    "\u0e01-\u0e4e\u0e80-\u0ece\u1000-\u103f\u1050-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
)
"""Ranges, for a character class, of the letters of scripts that put no spaces between words."""
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
    "\u0981-\u0983\u09bc-\u09cd\u09d7\u09e2\u09e3\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71\u0a75\u0a81-\u0a83\u0abc-\u0acd\u0ae2\u0ae3"
    "\u0b01-\u0b03\u0b3c-\u0b57\u0b62\u0b63\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3c-\u0c56\u0c62\u0c63\u0c81-\u0c83\u0cbc-\u0cd6"
    "\u0ce2\u0ce3\u0d00-\u0d03\u0d3b-\u0d4d\u0d57\u0d62\u0d63\u0d81-\u0d83\u0dca-\u0ddf\u0df2\u0df3\u0f18\u0f19\u0f35\u0f37\u0f39"
    "\u0f3e\u0f3f\u0f71-\u0f84\u0f86\u0f87\u0f8d-\u0fbc\u135d-\u135f\u200c\u200d"
)
"""Ranges of the combining marks and joiners inside words: of Latin, Cyrillic, Hebrew, Arabic, the scripts of India, Tibetan, Ethiopic."""
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., D.C.
    rf"|[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{_MARKS}])*"  # letters, digits, combining marks and joiners
    r"|[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f]+"  # katakana, by which foreign names are written
    r"|[\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3]"
    r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u109f\u17b4-\u17d3]*"  # a letter with its marks
    r"|[^\w\s]|\w"  # any other sign, a Han character, a hiragana
)
CASELESS = "\u10d0-\u10ff"
"""Ranges, for a character class, of the Georgian letters, which Unicode calls lower case and whose capitals are not written."""
_MOJIBAKE = re.compile(r"â(?=s?(?![^\W_]))")
"""The remains of a UTF-8 apostrophe or dash decoded as Latin-1, its unprintable bytes lost: "Minnesotaâ s school"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A run of letters and digits, an abbreviation with its full stops, or a single sign; ``start`` and ``end`` in code points, half-open.

    Where no spaces part the words, a token is a Han character, a hiragana, a run of katakana, or a letter with its marks.
    """

    start: int
    end: int
    text: str
    """The first ``MAX_TOKEN_LENGTH`` code points of the token."""


def tokenize(text: str) -> list[Token]:
    """Return the tokens of ``text`` in order; only white space lies between them.

    A broken apostrophe is a token of its own: "Minnesotaâ s" has the tokens "Minnesota", "’", "s".
    """
    repaired = _MOJIBAKE.sub("’", text) if "â" in text else text
    return [Token(start=m.start(), end=m.end(), text=m.group()[:MAX_TOKEN_LENGTH]) for m in _TOKEN.finditer(repaired)]
