"""Half-open spans of a text: merging, replacement, and queries in logarithmic time. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

Span = tuple[int, int]


class Spans:
    """Spans in any order, possibly overlapping; a query takes time logarithmic in their number."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._furthest = list(accumulate((end for _, end in ordered), max))
        """For each span, the largest end of it and the spans before it."""

    def hold(self, start: int, end: int) -> bool:
        """Return whether any span contains the span from ``start`` to ``end``."""
        n = bisect_right(self._starts, start)
        return n > 0 and self._furthest[n - 1] >= end

    def meet(self, start: int, end: int) -> bool:
        """Return whether any span overlaps the span from ``start`` to ``end``."""
        n = bisect_left(self._starts, end)
        return n > 0 and self._furthest[n - 1] > start


def merged(*spans: Sequence[Span]) -> list[Span]:
    """Return the spans in order, with overlapping spans joined."""
    out: list[Span] = []
    for start, end in sorted(span for group in spans for span in group):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def replaced(text: str, spans: Iterable[Span], *, put: Callable[[str], str] | str) -> str:
    """Return ``text`` with each span replaced by ``put`` or by its result; spans are in order and do not overlap."""
    parts, reached = [], 0
    for start, end in spans:
        parts += [text[reached:start], put if isinstance(put, str) else put(text[start:end])]
        reached = end
    return "".join([*parts, text[reached:]])
