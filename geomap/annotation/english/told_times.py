"""Times that are counted from the day told before: "the same evening", "two days later", "the following Monday". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from geomap.annotation import time_spans
from geomap.annotation.english.time_patterns import TOLD, folded, may_match
from geomap.annotation.english.time_rules import UNITS, number_of
from geomap.annotation.parameters import MAX_EXACT_DAYS
from geomap.annotation.time_spans import WEEKDAYS, Span, Timed, n_days, one_day

_ANCHOR = re.compile(r"\s+(?:(?:the|a|an|his|her|their|its|that|he|she|they|it)\b|[A-Z]\w+)")
"""What follows "two days before" and says from when: "the vote", "Christmas"."""


def told_times(sentence: str, taken: Sequence[Timed], told: Span | None) -> Iterator[Timed]:
    """Yield the times that are counted from the last of ``taken`` before them, or else from ``told``, the day of a sentence before."""
    found: list[Timed] = []
    words = folded(sentence)
    for name, pattern in TOLD:
        if not may_match(name, words):
            continue
        for match in pattern.finditer(sentence):
            start, end = match.span()
            if any(start < t.end and t.start < end for t in (*taken, *found)):
                continue
            since = next((span_of(t) for t in reversed(taken) if t.end <= start and is_day(t)), told)
            span = _counted(name, match, since) if since else None
            if span:
                found.append(Timed(start=start, end=end, when=span.when(match[0]), is_of_statement=False))
    yield from found


def is_day(time: Timed) -> bool:
    """Return whether a time is exact enough to count from."""
    return n_days(time.when) <= MAX_EXACT_DAYS


def span_of(time: Timed) -> Span:
    """Return the first and the last day of a time."""
    return Span(first=date.fromisoformat(time.when.start), last=date.fromisoformat(time.when.end))


def _counted(name: str, match: re.Match[str], told: Span) -> Span | None:
    """Return the time of an expression, given the day told before; None where what follows says from when it counts."""
    told = replace(told, doubt=None)
    if name == "hours":
        return replace(told, doubt="counted in hours from the day told before")
    if name == "same":
        unit = UNITS.get(match[0].split()[-1].lower(), "day")
        return told if unit == "day" else time_spans.period(unit, 0, told.first)
    way, unit_name = match["way"].lower(), match["unit"].lower()
    if way in ("before", "after") and _ANCHOR.match(match.string, match.end()):
        return None
    is_after = way.startswith(("after", "later", "following", "next"))
    count = (number_of(match["count"]) if name == "shift" else 1) * (2 if unit_name == "fortnight" else 1)
    return _beside(told, unit_name, count if is_after else -count, is_whole=name == "beside")


def _beside(told: Span, unit_name: str, step: int, *, is_whole: bool) -> Span:
    """Return the time ``step`` units after the day told before; a week or a month, if ``is_whole``, and not a day so far away."""
    is_after = step > 0
    if unit_name in WEEKDAYS:
        return _weekday_beside(told, WEEKDAYS.index(unit_name), is_after=is_after)
    if unit_name == "weekend":
        return time_spans.weekend(1 if is_after else None, told.first)
    unit = UNITS.get(unit_name, "day")
    if is_whole and unit != "day":
        return time_spans.period(unit, step, told.first)
    return time_spans.shifted(one_day(told.last if is_after else told.first), step, unit)


def _weekday_beside(told: Span, number: int, *, is_after: bool) -> Span:
    """Return the first such weekday after a day, or the last before it."""
    if is_after:
        return one_day(told.last + timedelta(days=(number - told.last.weekday() - 1) % 7 + 1))
    return one_day(told.first - timedelta(days=(told.first.weekday() - number - 1) % 7 + 1))
