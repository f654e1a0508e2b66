"""Split a text into tokens: words, abbreviations and signs. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TOKEN_LENGTH = 64
"""Code points of a token's text; the rest of a longer run is dropped, so that it cannot fill the caches. Not tuned."""

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., D.C.
    r"|[^\W_](?:[^\W_]|[\u0300-\u036f\u0483-\u0487\u064b-\u065f\u200c\u200d])*"  # letters, digits, combining marks and joiners
    r"|[^\w\s]|_"  # any other sign
)
_MOJIBAKE = re.compile(r"â(?=s?(?![^\W_]))")
"""The remains of a UTF-8 apostrophe or dash decoded as Latin-1, its unprintable bytes lost: "Minnesotaâ s school"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A run of letters and digits, an abbreviation with its full stops, or a single sign; ``start`` and ``end`` in code points, half-open."""

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
