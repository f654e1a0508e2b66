"""Calendar arithmetic of time expressions: spans of days relative to the day of publication. Pure; no language.

Months of the Solar Hijri calendar, which Persian news uses, are counted by the leap years of its 33-year cycle, exact
for the years 1178 to 1633 (1799 to 2254).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from geomap.annotation.parameters import DOUBTFUL_YEAR_DAYS, NEWS_DAYS, WEEKS_AGO_MARGIN_DAYS
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
    is_tie: bool = False
    """Whether it is no time but a word that takes up the day told before, as "also"."""


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
    """Return the last ``count`` days, weeks, months or years up to publication."""
    if unit in ("month", "year"):
        n = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
        month = date(n // 12, n % 12 + 1, 1)
        return Span(first=month.replace(day=min(today.day, last_of_month(month).day)), last=today)
    return Span(first=today - timedelta(days=count * (7 if unit == "week" else 1)), last=today)


def shifted(span: Span, count: int, unit: Unit) -> Span:
    """Return the time ``count`` units after a span, before it where negative; a month or a year is as exact as its unit."""
    if unit in ("day", "week"):
        step = timedelta(days=count * (7 if unit == "week" else 1))
        return Span(first=span.first + step, last=span.last + step)
    return period(unit, count, span.first)


def days_between(one: Span, other: Span) -> Span | None:
    """Return the days from the first of a span to the last of another; None where they are in the other order."""
    return Span(first=one.first, last=other.last, doubt=one.doubt or other.doubt) if one.first <= other.last else None


def part_of_period(unit: Unit, today: date, *, is_past: bool) -> Span:
    """Return this week, month or year up to the day of publication ("earlier this month"), or from it ("later this month")."""
    span = period(unit, 0, today)
    return Span(first=span.first, last=today) if is_past else Span(first=today, last=span.last)


def month_near(month: int, *, is_ahead: bool, today: date, is_solar: bool = False) -> Span:
    """Return the latest such month, this one included, or with ``is_ahead`` this one or the coming."""
    year = _solar_year(today) if is_solar else today.year
    first, last = _month_days(month, year, is_solar=is_solar)
    if is_ahead and last < today:
        first, last = _month_days(month, year + 1, is_solar=is_solar)
    if is_ahead and first > today:
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


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year, by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    n = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + n - 7 * ((a + 11 * h + 22 * n) // 451) + 114, 31)
    return date(year, month, day + 1)


_FIXED_HOLIDAYS = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25), "boxing day": (12, 26), "st stephen's day": (12, 26), "new year's eve": (12, 31),
    "new year's day": (1, 1), "epiphany": (1, 6), "valentine's day": (2, 14), "st patrick's day": (3, 17), "may day": (5, 1), "bastille day": (7, 14),
    "halloween": (10, 31), "all saints' day": (11, 1), "all souls' day": (11, 2), "guy fawkes night": (11, 5), "bonfire night": (11, 5), "armistice day": (11, 11),
    "veterans day": (11, 11), "anzac day": (4, 25), "canada day": (7, 1), "fourth of july": (7, 4), "midsummer's day": (6, 24), "juneteenth": (6, 19),
}  # fmt: skip
_EASTER_HOLIDAYS = {
    "ash wednesday": -46, "shrove tuesday": -47, "palm sunday": -7, "maundy thursday": -3, "good friday": -2, "holy saturday": -1, "easter sunday": 0, "easter": 0,
    "easter monday": 1, "ascension day": 39, "whit sunday": 49, "whit monday": 50, "corpus christi": 60,
}  # fmt: skip
_NTH_HOLIDAYS = {
    "thanksgiving": (11, 3, 4),
    "thanksgiving day": (11, 3, 4),
    "labor day": (9, 0, 1),
    "memorial day": (5, 0, -1),
    "remembrance sunday": (11, 6, 2),
}
"""Month, weekday from 0, and which of the month: -1 is the last."""
HOLIDAYS = tuple(sorted((*_FIXED_HOLIDAYS, *_EASTER_HOLIDAYS, *_NTH_HOLIDAYS), key=len, reverse=True))


def holiday(name: str, year: int) -> date:
    """Return the day of a holiday of ``HOLIDAYS`` in a year."""
    if name in _FIXED_HOLIDAYS:
        return date(year, *_FIXED_HOLIDAYS[name])
    if name in _EASTER_HOLIDAYS:
        return easter(year) + timedelta(days=_EASTER_HOLIDAYS[name])
    month, day_of_week, nth = _NTH_HOLIDAYS[name]
    first = date(year, month, 1)
    days = [first + timedelta(days=n) for n in range(31) if (first + timedelta(days=n)).month == month]
    return [day for day in days if day.weekday() == day_of_week][nth - 1 if nth > 0 else nth]


def holiday_near(name: str, *, step: int | None, today: date) -> Span:
    """Return the holiday nearest to ``today``: with ``step`` -1 the latest, with 1 the coming one."""
    days = [holiday(name, today.year + n) for n in (-1, 0, 1)]
    some = [day for day in days if step is None or (day <= today if step < 0 else day >= today)]
    return one_day(min(some, key=lambda day: abs((day - today).days)))


def weekday_of(number: int, week: Span) -> Span:
    """Return the day of a weekday from 0, Monday, in a week that begins on Monday."""
    return one_day(week.first + timedelta(days=number))


def n_days(when: When) -> int:
    """Return the number of days of a time."""
    return (date.fromisoformat(when.end) - date.fromisoformat(when.start)).days + 1


def is_history(last: str, *, published: str | None) -> bool:
    """Return whether a time, given its last day as ISO 8601, ended over ``NEWS_DAYS`` before publication, so that no time line of the news covers it."""
    today = day_of(published)
    return today is not None and date.fromisoformat(last) < today - timedelta(days=NEWS_DAYS)


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
