"""What each form of an English time expression means, given the day of publication and the tense of its clause."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from geomap.annotation import time_spans
from geomap.annotation.english import clauses
from geomap.annotation.english.time_patterns import COUNTS
from geomap.annotation.parameters import MAX_RECENT_DAYS
from geomap.annotation.time_spans import WEEKDAYS, Span, Unit, one_day
from geomap.text.publication_dates import numeric_day

MONTHS = "january february march april may june july august september october november december".split()
_SHORT_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12}  # fmt: skip
_SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
_STEPS = {"last": -1, "this": 0, "next": 1, "coming": 1, "past": -1}
UNITS: dict[str, Unit] = {
    "day": "day",
    "night": "day",
    "week": "week",
    "month": "month",
    "year": "year",
    "fortnight": "week",
}
_NTH = {"first": 0, "second": 1, "third": 2, "last": -1}

_NO_WEEKDAY_BEFORE = re.compile(
    r"\b(?:Black|Good|Easter|Whit|Bloody|Palm|Ash|Cyber|Super|Shrove|Giving|Holy|Maundy|Ruby|Sheffield)\s+$"
)
_NO_WEEKDAY_AFTER = re.compile(
    r"\s+(?:Times|Telegraph|Mail|Mirror|Express|Herald|Post|Tribune|Independent|Night\s+(?:Live|Football))\b"
)
_LAST_YEAR = re.compile(r",?\s+(?:of\s+|in\s+)?(?P<which>last|this|next)\s+year\b")
_YEAR_AFTER = re.compile(r",?\s+(?:in\s+|of\s+)?(?P<year>(?:1[5-9]|20)\d\d)\b")
_NOWADAYS = re.compile(
    r"(?:^|[\s“])[Tt]oday,?\s+(?:has|have|is|are|there\s+(?:is|are)|home\s+to|known\s+as|part\s+of)\b|\b(?:is|are|remains?|until|of)\s+[Tt]oday\b"
)
_SINCE = re.compile(r"\b[Ss]ince\s+(?:early\s+|late\s+|the\s+(?:morning|evening|night)\s+of\s+)?$")
_NIGHT_OF = re.compile(r"\b[Nn]ight\s+(?:of|from)\s+(?:the\s+)?$")
_AT_HOLIDAY = re.compile(r"\b(?:on|at|over|this|last|next|since|during)\s+$", re.IGNORECASE)
_BARE_HOLIDAYS = frozenset(("christmas", "easter", "thanksgiving", "halloween"))
"""Holidays of one word, which are a day only after a preposition: "at Christmas", not "before Christmas"."""
_BETWEEN = re.compile(r"\b[Bb]etween\s+(?:the\s+)?$")
_CONTEXT_LENGTH = 24
"""Code points before a time in which "since" or "between" may stand: the longest is "since the morning of ". Not tuned."""
_REPORTING_VERBS = r"\b(?:said|told|announced|reported|added|stated|confirmed|warned|tweeted|wrote|claimed|declared|insisted|acknowledged)\s"
_REPORTING_VERB = re.compile(_REPORTING_VERBS)
_SAID = re.compile(
    rf"{_REPORTING_VERBS}\s*"
    r"(?:(?:in|to|at|by|with|an?|the|his|her|their|its|late|early|on|state|local|cabinet|news|press|live|televised|video"
    r"|statement|reporters|journalists|conference|briefing|meeting|parliament|lawmakers|interview|speech|address"
    r"|television|radio|media|post|letter|[A-Z]\w+)\s+){0,6}$"
)


def is_after_reporting_verb(sentence: str, at: int) -> bool:
    """Return whether only a reporting verb and its object directly precede ``at``."""
    return any(_SAID.match(sentence, verb, at) for verb in _reporting_verbs(sentence))


@lru_cache(maxsize=64)  # every date of a sentence needs the same
def _reporting_verbs(sentence: str) -> tuple[int, ...]:
    return tuple(match.start() for match in _REPORTING_VERB.finditer(sentence))


def resolved(name: str, match: re.Match[str], today: date | None, *, is_month_first: bool | None) -> Span | None:
    """Return the days of a match of the pattern ``name``; None where it is no time, or ``today`` is not known and needed."""
    try:
        if name == "slashed":
            day = numeric_day(
                int(match["first"]), int(match["second"]), int(match["year"]), is_first_month=is_month_first
            )
            return one_day(day) if day else None
        if name in _CALENDAR:
            return _CALENDAR[name](match, today)
        return _RELATIVE[name](match, today) if today else None
    except (ValueError, OverflowError):
        return None  # no such date: the 31st of September, the year 0


def extended(match: re.Match[str], span: Span, today: date | None) -> tuple[int, Span]:
    """Return where a time expression starts and its span: after "since" it lasts to the day of publication."""
    window = (max(0, match.start() - _CONTEXT_LENGTH), match.start())
    since = _SINCE.search(match.string, *window)
    if since and today and span.first <= today:
        return since.start(), replace(span, last=today)
    night = _NIGHT_OF.search(match.string, *window)
    return night.start() if night else match.start(), span


def _tense(match: re.Match[str]) -> clauses.Tense:
    if is_after_reporting_verb(match.string, match.start()):
        return clauses.Tense(is_past=True)
    return clauses.tense_at(match.string, match.start(), match.end())


def _given_year(match: re.Match[str], today: date | None) -> int | None:
    """Return the year of a date: written in it, or as "last year" after it."""
    groups = match.groupdict()
    if groups.get("year") or groups.get("year2"):
        return int(groups.get("year") or groups["year2"])
    relative = _LAST_YEAR.match(match.string, match.end())
    return today.year + _STEPS[relative["which"]] if relative and today else None


def _near_day(match: re.Match[str], month: int, day: int, to: int, today: date) -> Span:
    """Return a day without a year: the nearest in the direction of the verb, with a margin for texts that are late."""
    tense = _tense(match)
    span = time_spans.days_near(month, day, to, step=None, today=today)
    if tense.is_sure and span.first < today - timedelta(days=MAX_RECENT_DAYS):
        return time_spans.days_near(month, day, to, step=1, today=today)
    if tense.is_past and span.first > today:
        return time_spans.days_near(month, day, to, step=-1, today=today)
    return span


def _calendar_day(match: re.Match[str], today: date | None) -> Span | None:
    month, day = _month_number(match["month"]), int(match["day"])
    groups = match.groupdict()
    to = int(groups["to"]) if groups.get("to") else day
    if to < day:
        return None
    year = _given_year(match, today)
    if year:
        return time_spans.days_of(month, day, to, year)
    return _near_day(match, month, day, to, today) if today else None


def _days_across(match: re.Match[str], today: date | None) -> Span | None:
    if match["join"].strip() in ("and", "or") and not _BETWEEN.search(
        match.string, max(0, match.start() - _CONTEXT_LENGTH), match.start()
    ):
        return None
    (month, day), (month2, to) = (
        (_month_number(match[m]), int(match[d])) for m, d in (("month", "day"), ("month2", "to"))
    )
    year = _given_year(match, today)
    if year is None and today is None:
        return None
    last = time_spans.days_of(month2, to, to, year) if year else _near_day(match, month2, to, to, today or date.min)
    first = time_spans.days_of(month, day, day, last.first.year - (month > month2))
    return time_spans.days_between(first, last)


def _month(match: re.Match[str], today: date | None) -> Span | None:
    groups = match.groupdict()
    word = match["month"] or groups["month2"]
    month, year, lead = _month_number(word), _given_year(match, today), match[0].split()[0].lower()
    if year:
        return _until_now(time_spans.month_of(month, year), match, today)
    if today is None or (word == "May" and lead in ("of", "by", "from")):
        return None
    tense = _tense(match)
    is_ahead = lead in ("next", "until") or (lead not in ("last", "since") and bool(tense.ahead))
    return _until_now(time_spans.month_near(month, is_ahead=is_ahead, today=today), match, today)


def _months(match: re.Match[str], today: date | None) -> Span | None:
    if match["join"] and match["month2"] == "May" and not match["year2"]:
        return None
    year = _given_year(match, today)
    if year is None and today is None:
        return None
    month, month2 = _month_number(match["month"]), _month_number(match["month2"])
    is_ahead = bool(today and _tense(match).ahead)
    if year and match["year2"]:
        last = time_spans.month_of(month2, int(match["year2"]))
    else:
        last = (
            time_spans.month_of(month2, year)
            if year
            else time_spans.month_near(month2, is_ahead=is_ahead, today=today or date.min)
        )
    first = time_spans.month_of(month, int(match["year"]) if match["year"] else last.first.year - (month > month2))
    return time_spans.days_between(first, last)


def _week_of_month(match: re.Match[str], today: date | None) -> Span | None:
    span = _month(match, today)
    if span is None:
        return None
    nth = _NTH[match["nth"]]
    first = span.last - timedelta(days=6) if nth < 0 else span.first + timedelta(days=7 * nth)
    return Span(first=first, last=first + timedelta(days=6), doubt=span.doubt)


def _year(match: re.Match[str], today: date | None) -> Span:
    return _until_now(time_spans.year_of(int(match["year"])), match, today)


def _years(match: re.Match[str], _: date | None) -> Span | None:
    return time_spans.days_between(time_spans.year_of(int(match["year"])), time_spans.year_of(int(match["to"])))


def _decade(match: re.Match[str], _: date | None) -> Span:
    year = int(match["decade"])
    return Span(first=date(year, 1, 1), last=date(year + 9, 12, 31))


def _bare_weekday(match: re.Match[str], number: int, *, step: int | None, today: date) -> Span:
    """Return the day of a weekday by the tense of its clause."""
    tense = _tense(match) if step is None else clauses.Tense()
    words = (tense.ahead or "").split(" on ")[0].strip() or None
    return time_spans.weekday(number, step=step, ahead=words, today=today)


def _weekday(match: re.Match[str], today: date) -> Span | None:
    sentence = match.string
    if _NO_WEEKDAY_BEFORE.search(sentence, 0, match.start()) or _NO_WEEKDAY_AFTER.match(sentence, match.end()):
        return None
    which = (match["which"] or "").lower()
    if which in ("following", "previous"):
        return None
    name = match["weekday"].rstrip(".").lower()
    number = _SHORT_DAYS[name] if name in _SHORT_DAYS else WEEKDAYS.index(name)
    return _bare_weekday(match, number, step=_STEPS.get(which), today=today)


def _weekdays(match: re.Match[str], today: date) -> Span:
    if match["pair"]:
        names = re.findall(r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?:day)?", match["pair"])
        first, last = (WEEKDAYS.index(f"{name}day".lower()) for name in (names[0], names[-1]))
    else:
        first, last = (
            WEEKDAYS.index((match[one] or match[two]).lower())
            for one, two in (("from", "from2"), ("weekday", "weekday2"))
        )
    if _tense(match).ahead:
        begun = _bare_weekday(match, first, step=None, today=today)
        return Span(first=begun.first, last=begun.first + timedelta(days=(last - first) % 7), doubt=begun.doubt)
    end = _bare_weekday(match, last, step=None, today=today)
    return Span(first=end.first - timedelta(days=(last - first) % 7), last=end.first)


def _weekday_week(match: re.Match[str], today: date) -> Span:
    return time_spans.weekday_of(
        WEEKDAYS.index(match["weekday"].lower()), time_spans.period("week", _STEPS[match["which"]], today)
    )


def _holiday(match: re.Match[str], today: date) -> Span | None:
    name = " ".join(match["holiday"].lower().replace("’", "'").split())
    is_named = _AT_HOLIDAY.search(match.string, max(0, match.start() - _CONTEXT_LENGTH), match.start())
    if name in _BARE_HOLIDAYS and not is_named:
        return None
    written, year = _YEAR_AFTER.match(match.string, match.end()), _given_year(match, today)
    if written or year:
        return one_day(time_spans.holiday(name, int(written["year"]) if written else year or today.year))
    tense = _tense(match)
    step = 1 if tense.ahead else -1 if tense.is_past else None
    return time_spans.holiday_near(name, step=step, today=today)


def _near(match: re.Match[str], today: date) -> Span | None:
    if _NOWADAYS.search(
        match.string, max(0, match.start() - _CONTEXT_LENGTH), min(len(match.string), match.end() + _CONTEXT_LENGTH)
    ):
        return None
    word = " ".join(match["near"].lower().split())
    if word in ("last night", "overnight"):
        return Span(first=today - timedelta(days=1), last=today)
    return one_day(today + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(word, 0)))


def _before_yesterday(match: re.Match[str], today: date) -> Span:
    return one_day(today + timedelta(days=2 if match["after"] else -2))


def _part(match: re.Match[str], today: date) -> Span:
    return time_spans.part_of_period(UNITS[match["unit"]], today, is_past=match["part"].lower() != "later")


def _period(match: re.Match[str], today: date) -> Span:
    unit, which = UNITS[match["unit"]], match["which"].lower()
    if which == "past":
        return time_spans.past_span(1, unit, today)
    return time_spans.period(unit, _STEPS[which], today)


def _weekend(match: re.Match[str], today: date) -> Span:
    step = _STEPS.get((match["which"] or "").lower())
    return time_spans.weekend(1 if step is None and _tense(match).ahead else step, today)


def _ago(match: re.Match[str], today: date) -> Span | None:
    unit = match["unit"].lower()
    if unit in ("minute", "hour"):
        return one_day(today)
    if match["few"]:
        return None
    return time_spans.ago(number_of(match["count"]) * (2 if unit == "fortnight" else 1), UNITS[unit], today)


def _past_span(match: re.Match[str], today: date) -> Span:
    count, unit = number_of(match["count"]), match["unit"].lower()
    if unit == "hour":
        return time_spans.past_span(-(-count // 24), "day", today)
    return time_spans.past_span(count, UNITS[unit], today)


def _in_time(match: re.Match[str], today: date) -> Span:
    return time_spans.shifted(one_day(today), number_of(match["count"]), UNITS[match["unit"]])


def _nth(match: re.Match[str], today: date) -> Span | None:
    """Return the day of this month, or of the month before or after it, by the verb."""
    day = int(match["day"])
    months = [time_spans.period("month", step, today).first for step in (-1, 0, 1)]
    days = [month.replace(day=day) for month in months if day <= time_spans.last_of_month(month).day]
    if match.string.startswith(" of last", match.end()):
        days = days[:1]
    elif _tense(match).ahead:
        days = [one for one in days if one >= today]
    else:
        days = [one for one in days if one <= today][-1:]
    return one_day(days[0]) if days else None


def _new_year(_: re.Match[str], today: date) -> Span:
    return time_spans.part_of_period("year", today, is_past=True)


_CALENDAR = {
    "iso": _calendar_day,
    "dotted": _calendar_day,
    "day_month": _calendar_day,
    "month_day": _calendar_day,
    "days_across": _days_across,
    "month": _month,
    "month_year": _month,
    "months": _months,
    "week_of_month": _week_of_month,
    "year": _year,
    "years": _years,
    "decade": _decade,
}
_RELATIVE = {
    "weekday": _weekday,
    "weekdays": _weekdays,
    "weekday_week": _weekday_week,
    "holiday": _holiday,
    "near": _near,
    "before_yesterday": _before_yesterday,
    "new_year": _new_year,
    "part": _part,
    "period": _period,
    "weekend": _weekend,
    "ago": _ago,
    "span": _past_span,
    "in_time": _in_time,
    "nth": _nth,
}


def _until_now(span: Span, match: re.Match[str], today: date | None) -> Span:
    """Return a span with "since" extended to the publication date, other spans unchanged."""
    if today is None or not match[0].lower().startswith("since"):
        return span
    return replace(span, last=max(span.first, today))


def _month_number(word: str) -> int:
    if word.isdigit():
        return int(word)
    lower = word.rstrip(".").lower()
    return _SHORT_MONTHS[lower] if lower in _SHORT_MONTHS else MONTHS.index(lower) + 1


def number_of(word: str) -> int:
    """Return the number of a count in figures or in words."""
    return int(word) if word.isdigit() else COUNTS[word.lower()]
