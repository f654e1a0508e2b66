"""Half-open spans of a text: merged, replaced, and asked many times without going through all of them. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

Span = tuple[int, int]


class Spans:
    """Spans of any order, which may overlap; a question takes time in the logarithm of their number."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._furthest = list(accumulate((end for _, end in ordered), max))
        """The furthest end of the spans up to each."""

    def hold(self, start: int, end: int) -> bool:
        """Tell whether one of them holds the span from ``start`` to ``end``."""
        n = bisect_right(self._starts, start)
        return n > 0 and self._furthest[n - 1] >= end

    def meet(self, start: int, end: int) -> bool:
        """Tell whether one of them has a character in common with the span from ``start`` to ``end``."""
        n = bisect_left(self._starts, end)
        return n > 0 and self._furthest[n - 1] > start


def merged(*spans: Sequence[Span]) -> list[Span]:
    """Return the spans in order, those that overlap as one."""
    out: list[Span] = []
    for start, end in sorted(span for group in spans for span in group):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def replaced(text: str, spans: Iterable[Span], *, put: Callable[[str], str] | str) -> str:
    """Return ``text`` with ``put`` in place of each span, or what ``put`` makes of it; spans in order, none in another."""
    parts, reached = [], 0
    for start, end in spans:
        parts += [text[reached:start], put if isinstance(put, str) else put(text[start:end])]
        reached = end
    return "".join([*parts, text[reached:]])
