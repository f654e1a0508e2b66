"""Resolve the time expressions of a sentence against the publication date of its article.

The rules follow news usage (English here, other languages in ``foreign.dates``, ISO and dotted dates in any), because a general date parser reads "may", "sat" or
"second" as dates and resolves "Thursday" without looking at the verb:

- a bare weekday is the latest one up to the day of publication, as agencies write it; where the clause of the date looks ahead ("will", "are
  scheduled", "play Serbia on Tuesday"), it is the next one, and a doubt is recorded; so is a bare month;
- "last" and "next" with a weekday have a doubt, since usage differs between newsrooms;
- a date without a year takes the year that brings it nearest to the publication, in the past or the future by the verb;
- "last week", "this month", "in 2020" are ranges of whole weeks (Monday to Sunday), months and years; "since" and "earlier this" end at publication;
- "the same day", "two days later" are counted from the day told before, in the sentence or in ``context``;
- a day directly after a reporting verb is the day of the statement, and is used only where the sentence has no other;
- a habit has no day: "Today she skates daily".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from geomap.annotation.english import clauses
from geomap.annotation.english.time_patterns import (
    NEEDS,
    NUMERIC,
    PATTERNS,
    TIME_SIGNS,
    TIME_WORDS,
    folded,
    may_match,
)
from geomap.annotation.english.time_rules import extended, is_after_reporting_verb, resolved
from geomap.annotation.english.told_times import told_times
from geomap.annotation.foreign import dates as foreign_dates
from geomap.annotation.parameters import MAX_EXACT_DAYS, MAX_LONG_DAYS, STORY_DAYS
from geomap.annotation.time_spans import Span, Timed, day_of, is_history, n_days
from geomap.types import When


def when_of(
    sentence: str,
    *,
    published: str | None,
    at: int,
    language: str = "en",
    end: int | None = None,
) -> When | None:
    """Return the time of the event at the place at offset ``at`` (to ``end``) of a sentence in ``language`` (ISO 639-1), or None.

    The day of an event is preferred to the day of a statement, then the time of the place's own clause, then a short span to a long one, then the nearest.
    """
    return nearest(sentence, _times(sentence, published, language), place=(at, end or at), language=language)


def nearest(sentence: str, times: tuple[Timed, ...], *, place: tuple[int, int], language: str) -> When | None:
    """Return the time of ``times`` that belongs to the place at an offset of the sentence, or None."""
    if not times or (language == "en" and clauses.is_origin(sentence, place[0])):
        return None
    ranked = []
    for time in times:
        # "Since the new year" is a time of the news, however long.
        n = n_days(time.when) if not time.when.text.lower().startswith("since") else 1
        cost = 0
        if language == "en" and not time.is_of_statement:
            found = clauses.cost(sentence, place=place, told=(time.start, time.end), is_long=n > MAX_LONG_DAYS)
            if found is None:
                continue
            cost = found
        distance = max(time.start - place[1], place[0] - time.end, 0)
        far = cost + 2 * (n > MAX_LONG_DAYS)
        ranked.append(((time.is_of_statement, far, n > MAX_EXACT_DAYS, distance), time))
    if not ranked:
        return None
    best = min(ranked, key=lambda pair: pair[0])[1]
    if best.is_of_statement:
        return replace(best.when, doubt=best.when.doubt or "the day it was said; the day it happened is not given")
    return best.when


@lru_cache(maxsize=64)  # every mention of a sentence needs the same
def _times(sentence: str, published: str | None, language: str) -> tuple[Timed, ...]:
    return tuple(find_times(sentence, published=published, language=language))


def find_times(
    sentence: str,
    *,
    published: str | None,
    language: str = "en",
    is_month_first: bool | None = None,
    told: Span | None = None,
) -> Iterator[Timed]:
    """Yield the time expressions in text order; relative expressions only if ``published`` is a date.

    ``is_month_first`` is the order of "3/11/2024", ``told`` the day told before the sentence, from which "two days later" is counted.
    In a language without tables only ISO and dotted dates are time expressions.
    """
    if language == "en":
        yield from _matched(sentence, day_of(published), PATTERNS, is_month_first=is_month_first, told=told)
        return
    numeric = list(_matched(sentence, None, NUMERIC))
    worded = [
        time
        for time in foreign_dates.find_times(sentence, published=published, language=language)
        if not any(time.start < other.end and other.start < time.end for other in numeric)
    ]
    yield from sorted([*numeric, *worded], key=lambda t: t.start)


def _matched(
    sentence: str,
    today: date | None,
    patterns: tuple[tuple[str, re.Pattern[str]], ...],
    *,
    is_month_first: bool | None = None,
    told: Span | None = None,
) -> Iterator[Timed]:
    """Yield what the patterns find; the first of two patterns that overlap counts."""
    words = folded(sentence)
    if not any(word in words for word in TIME_WORDS) and not TIME_SIGNS.search(sentence):
        return
    taken: list[Timed] = []
    is_old = bool(today and told and is_history(told.last.isoformat(), published=today.isoformat()))
    is_story = is_old and not clauses.tense_of(sentence).ahead
    missing = {name for needed, names in NEEDS if not needed.search(sentence) for name in names.split()}
    for name, pattern in patterns:
        if name in missing or not may_match(name, words):
            continue
        for match in pattern.finditer(sentence):
            if any(match.start() < t.end and t.start < match.end() for t in taken):
                continue
            if name in ("weekday", "near") and any(
                0 < t.start - match.end() <= 2 or match[0] == "overnight" for t in taken
            ):
                continue  # "Tuesday, 19 September", "overnight on Tuesday": the date says more
            # A story of the past goes on: "on 2 March" is the next after the day told before.
            day = told.last + timedelta(days=STORY_DAYS[name]) if told and is_story and name in STORY_DAYS else today
            span = resolved(name, match, day, is_month_first=is_month_first)
            if span and not (name in ("weekday", "near") and clauses.is_habit(sentence, match.start(), match.end())):
                taken.append(_timed(match, span, today))
    if patterns is not NUMERIC:
        taken += told_times(sentence, taken, told)
    yield from sorted(taken, key=lambda t: t.start)


def _timed(match: re.Match[str], span: Span, today: date | None) -> Timed:
    start, span = extended(match, span, today)
    when = span.when(match.string[start : match.end()])
    is_of_statement = is_after_reporting_verb(match.string, start)
    return Timed(start=start, end=match.end(), when=when, is_of_statement=is_of_statement)
