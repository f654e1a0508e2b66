"""Where sentences begin and end in a news text."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median

_STOP = r"(?:(?<=[.!?…。！？։؟۔])|(?<=[.!?…][\"”’')\]]))"
_END = re.compile(rf"{_STOP}\s+(?=[\"“‘'(\[«]?[^\Wa-z_])|(?<=[。！？])|(?<!\s)\s*\n\s*")
"""A run of white space is tried from its first character only: trying each costs the square of its length."""
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|St|Gen|Col|Lt|Sgt|Sen|Rep|Gov|Prof|No|vs|Jan|Feb|Aug|Sept|Oct|Nov|Dec|[A-Z])\.$"
)
_WIDEST_LINE = 110
_NARROWEST_LINE = 50
_LOOK_BACK = 2_000
"""Not tuned: longer than nearly every sentence."""
_SPACE = re.compile(r"\s+")
_SOFT_BREAK = re.compile(r"[ \t]*\r?\n[ \t]*")


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the sentences of ``text`` as half-open spans of code points, white space between them left out.

    A line break ends a sentence, as it ends a heading or a paragraph, unless the text is broken at a column.
    """
    is_wrapped = _is_wrapped(text)
    cuts = [len(text) - len(text.lstrip())]
    ends = []
    for match in _END.finditer(text):
        if "\n" not in match[0]:
            if _ABBREVIATION.search(text, max(0, match.start() - 8), match.start()):
                continue
        elif is_wrapped and _is_soft(text, match):
            continue
        ends.append(match.start())
        cuts.append(match.end())
    spans = zip(cuts, [*ends, len(text)], strict=True)
    trimmed = ((start, start + len(text[start:end].rstrip())) for start, end in spans)
    return tuple((start, end) for start, end in trimmed if end > start)


def beginning_of(text: str, *, limit: int) -> int:
    """Return where to cut ``text`` so that at most ``limit`` code points remain: at the end of a sentence or a line, else of a word.

    The end is looked for in the last ``_LOOK_BACK`` code points; a text without any there is cut at ``limit``.
    """
    if len(text) <= limit:
        return len(text)
    for end in (_END, _SPACE):
        # Beyond the limit too: a sentence that ends there is known by what follows it.
        matches = end.finditer(text, max(0, limit - _LOOK_BACK), limit + _LOOK_BACK)
        ends = [match.start() for match in matches if 0 < match.start() <= limit]
        if ends:
            return ends[-1]
    return limit


def _is_wrapped(text: str) -> bool:
    """Tell whether lines break at a column: none is long, and those before a single break are mostly near the longest."""
    lines = [line.strip() for line in text.split("\n")]
    if any(len(line) > _WIDEST_LINE for line in lines):
        return False
    broken = [len(a) for a, b in pairwise(lines) if a and b]
    return bool(broken) and median(broken) >= _NARROWEST_LINE


def _is_soft(text: str, match: re.Match[str]) -> bool:
    """Tell whether a break in a wrapped text is one inside a sentence: single, and after no full stop."""
    return bool(_SOFT_BREAK.fullmatch(match[0])) and text[match.start() - 1 : match.start()] not in (*".!?…:。！？", "")
