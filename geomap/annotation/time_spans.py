"""Calendar arithmetic of time expressions: spans of days relative to the day of publication. Pure; no language.

Months of the Solar Hijri calendar, which Persian news uses, are counted by the leap years of its 33-year cycle, exact
for the years 1178 to 1633 (1799 to 2254).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from geomap.annotation.parameters import DOUBTFUL_YEAR_DAYS, WEEKS_AGO_MARGIN_DAYS
from geomap.types import When

Unit = Literal["day", "week", "month", "year"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLAUSE_OPENS = (",", ";", " – ", "—", "“", '"')
CLAUSE_ENDS = (",", ";", " – ", "—", "”")
_SOLAR_LEAP_YEARS = (1, 5, 9, 13, 17, 22, 26, 30)
"""Of each 33 years."""
_SOLAR_ORIGIN = date(2021, 3, 21).toordinal() - 365 * 1399 - 340
"""The day before which no year of the calendar is counted: 1 Farvardin 1400 was 21 March 2021, after 340 leap years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A time expression and its half-open span in the sentence."""

    start: int
    end: int
    when: When
    is_of_statement: bool
    """Whether this is the day of the statement, not of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The first and the last day of a time expression, and why they may be wrong."""

    first: date
    last: date
    doubt: str | None = None

    def when(self, words: str) -> When:
        """Return the span as the record of an expression with these words."""
        return When(
            start=self.first.isoformat(), end=self.last.isoformat(), text=" ".join(words.split()), doubt=self.doubt
        )


def one_day(day: date, doubt: str | None = None) -> Span:
    """Return the span of a day."""
    return Span(first=day, last=day, doubt=doubt)


def day_of(published: str | None) -> date | None:
    """Return the calendar day of an ISO 8601 date or time, or None."""
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def last_of_month(first: date) -> date:
    """Return the last day of the month of ``first``."""
    return first.replace(day=monthrange(first.year, first.month)[1])


def weekday(number: int, *, step: int | None, ahead: str | None, today: date) -> Span:
    """Return the day of a weekday from 0, Monday.

    ``step`` is -1 for "last", 0 for "this", 1 for "next" and None for a bare weekday; ``ahead`` are the words that refer to the future.
    """
    back, forth = (today.weekday() - number) % 7, (number - today.weekday()) % 7
    label = WEEKDAYS[number].capitalize()
    if step == -1:
        day = today - timedelta(days=back or 7)
        return one_day(day, f"desks differ on last {label}: taken as the latest before publication")
    if step == 1:
        day = today + timedelta(days=forth or 7)
        return one_day(day, f"desks differ on next {label}: taken as the first after publication")
    if ahead:
        doubt = f"which {label} is not said; “{ahead}” looks ahead, so taken as the coming one"
        return one_day(today + timedelta(days=forth), doubt)
    if step == 0 and forth and back:
        day = today - timedelta(days=today.weekday() - number)
        return one_day(day, None if day <= today else "taken as the one in the week of publication")
    return one_day(today - timedelta(days=back))


def period(unit: Unit, step: int, today: date) -> Span:
    """Return the last (-1), this (0) or the next (1) week, from Monday, month or year."""
    if unit == "week":
        monday = today + timedelta(days=7 * step - today.weekday())
        return Span(first=monday, last=monday + timedelta(days=6))
    if unit == "month":
        n = today.year * 12 + today.month - 1 + step
        first = date(n // 12, n % 12 + 1, 1)
        return Span(first=first, last=last_of_month(first))
    return Span(first=date(today.year + step, 1, 1), last=date(today.year + step, 12, 31))


def weekend(step: int | None, today: date) -> Span:
    """Return the latest Saturday and Sunday; those after publication for "next" (1), and for "this" (0) before Saturday."""
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    if step == 1 or (step == 0 and today.weekday() < 5):
        saturday += timedelta(days=7)
        return Span(first=saturday, last=saturday + timedelta(days=1), doubt="taken as the weekend after publication")
    return Span(first=saturday, last=saturday + timedelta(days=1))


def ago(count: int, unit: Unit, today: date) -> Span:
    """Return the time ``count`` units ago, as exact as its unit."""
    if unit == "day":
        return one_day(today - timedelta(days=count))
    if unit == "week":
        day = today - timedelta(weeks=count)
        margin = timedelta(days=WEEKS_AGO_MARGIN_DAYS)
        return Span(first=day - margin, last=day + margin, doubt="counted in weeks; three days either way")
    span = period(unit, -count, today)
    return Span(first=span.first, last=span.last, doubt=f"counted in {unit}s")


def past_span(count: int, unit: Unit, today: date) -> Span:
    """Return the last ``count`` days or weeks up to publication."""
    return Span(first=today - timedelta(days=count * (7 if unit == "week" else 1)), last=today)


def month_near(month: int, *, is_ahead: bool, today: date, is_solar: bool = False) -> Span:
    """Return the latest such month, or with ``is_ahead`` the coming one, if it is later this year."""
    year = _solar_year(today) if is_solar else today.year
    first, last = _month_days(month, year, is_solar=is_solar)
    if first > today and is_ahead:
        return Span(first=first, last=last, doubt="the year is not said; taken as the coming such month")
    if first > today:
        first, last = _month_days(month, year - 1, is_solar=is_solar)
    return Span(first=first, last=last, doubt="the year is not said; taken as the latest such month")


def month_of(month: int, year: int, *, is_solar: bool = False) -> Span:
    """Return the month of a year."""
    first, last = _month_days(month, year, is_solar=is_solar)
    return Span(first=first, last=last)


def year_of(year: int, *, is_solar: bool = False) -> Span:
    """Return a year."""
    return Span(first=month_of(1, year, is_solar=is_solar).first, last=month_of(12, year, is_solar=is_solar).last)


def days_of(month: int, day: int, to: int, year: int, *, is_solar: bool = False) -> Span:
    """Return the days from ``day`` to ``to`` of a month; ValueError if there is no such day."""
    make = solar_date if is_solar else date
    return Span(first=make(year, month, day), last=make(year, month, to))


def days_near(month: int, day: int, to: int, *, step: int | None, today: date, is_solar: bool = False) -> Span:
    """Return the days of a month in the year that brings them nearest to ``today``, 29 February in a leap year.

    ``step`` is -1 for the latest such day and 1 for the coming one. ValueError if there is no such day.
    """
    middle = _solar_year(today) if is_solar else today.year
    some = []
    for year in range(middle - 4, middle + 5):
        first, last = _month_days(month, year, is_solar=is_solar)
        if day <= (last - first).days + 1:
            some.append(first + timedelta(days=day - 1))
    if step is not None:
        some = [one for one in some if (one <= today if step < 0 else one >= today)]
    start = min(some, key=lambda d: (abs((d - today).days), d))
    is_far = step is None and abs((start - today).days) > DOUBTFUL_YEAR_DAYS
    doubt = "the year is not said; taken as the nearest" if is_far else None
    return Span(first=start, last=start + timedelta(days=to - day), doubt=doubt)


def solar_date(year: int, month: int, day: int) -> date:
    """Return the Gregorian date of a Solar Hijri one; ValueError if there is no such day."""
    if not 1 <= month <= 12 or not 1 <= day <= (31 if month <= 6 else 30):
        raise ValueError(f"no day {day} of month {month}")
    if month == 12 and day == 30 and year % 33 not in _SOLAR_LEAP_YEARS:
        raise ValueError(f"{year} is no leap year")
    cycles, rest = divmod(year - 1, 33)
    leap_days = 8 * cycles + sum(leap <= rest for leap in _SOLAR_LEAP_YEARS)
    before = 31 * (month - 1) if month <= 6 else 186 + 30 * (month - 7)
    return date.fromordinal(_SOLAR_ORIGIN + 365 * (year - 1) + leap_days + before + day - 1)


def _solar_year(today: date) -> int:
    year = today.year - 621
    return year if solar_date(year, 1, 1) <= today else year - 1


def _month_days(month: int, year: int, *, is_solar: bool) -> tuple[date, date]:
    if not is_solar:
        first = date(year, month, 1)
        return first, last_of_month(first)
    following = solar_date(year + 1, 1, 1) if month == 12 else solar_date(year, month + 1, 1)
    return solar_date(year, month, 1), following - timedelta(days=1)


def n_days(when: When) -> int:
    """Return the number of days of a time."""
    return (date.fromisoformat(when.end) - date.fromisoformat(when.start)).days + 1


def clause_bounds(
    sentence: str,
    start: int,
    end: int,
    *,
    opens: tuple[str, ...] = CLAUSE_OPENS,
    ends: tuple[str, ...] = CLAUSE_ENDS,
) -> tuple[int, int]:
    """Return the clause around a span, delimited by commas, semicolons, dashes and quotes; the sentence if the clause is short."""
    left = max(sentence.rfind(mark, 0, start) for mark in opens) + 1
    right = min((n for mark in ends if (n := sentence.find(mark, end)) >= 0), default=len(sentence))
    return (left, right) if len(sentence[left:right].split()) > 4 else (0, len(sentence))
