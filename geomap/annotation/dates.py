"""Resolve the time expressions of a sentence against the publication date of its article.

The rules follow news usage (English; ISO dates in any language), because a general date parser reads "may", "sat" or
"second" as dates and resolves "Thursday" without looking at the verb:

- a bare weekday is the latest one up to the day of publication, as agencies write it; where the words before or
  after it refer to the future ("will", "are scheduled"), it is the next one, and a doubt is recorded;
- "last" and "next" with a weekday have a doubt, since usage differs between newsrooms;
- a date without a year takes the year that brings it nearest to the publication;
- "last week", "this month", "in 2020" are ranges of whole weeks (Monday to Sunday), months and years;
- a day directly after a reporting verb is the day of the statement, and is used only where the sentence has no other.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from geomap.annotation.parameters import DOUBTFUL_YEAR_DAYS, MAX_EXACT_DAYS, WEEKS_AGO_MARGIN_DAYS
from geomap.types import When

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = "january february march april may june july august september october november december".split()
_SHORT_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12}  # fmt: skip
_SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
_NUMBERS = {
    word: n for n, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {"a": 1, "an": 1}

_MONTH = r"(?P<month>(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\s?[-–—]\s?(?P<to>[0-3]?\d)(?:st|nd|rd|th)?)?"
_YEAR = r"(?P<year>(?:1[0-9]|20)\d\d)"
# "In 1500 homes" is no year; verbs and small words in -s may follow one.
_NO_THINGS = (
    r"(?!\s+(?!(?:was|as|his|is|its|has|this|plus|across|towards|amongst|thus|perhaps|always|does)\b)[a-z]+s\b)"
)
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_PATTERNS = tuple(
    (name, re.compile(pattern, re.IGNORECASE if name in ("ago", "span") else 0))
    for name, pattern in (
        ("iso", r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b"),
        ("dotted", r"\b(?P<day>[0-3]?\d)\.(?P<month>[01]?\d)\.(?P<year>(?:19|20)\d\d)\b"),
        ("day_month", rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR}\b)?"),
        ("month_day", rf"\b{_MONTH}\s+{_DAY}\b(?!\.\d|:\d)(?:,?\s+{_YEAR}\b)?"),
        ("month_year", rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b"),
        ("month", r"\b(?:[Ii]n|[Ll]ast|[Ss]ince|[Dd]uring)\s+(?:early\s+|mid-|late\s+)?" + _MONTH + r"(?!\s+\d)"),
        ("year", rf"\b(?:[Ii]n|[Ss]ince|[Dd]uring)\s+(?:early\s+|mid-|late\s+)?{_YEAR}\b(?!\s*[-–]\s*\d){_NO_THINGS}"),
        (
            "weekday",
            (
                r"\b(?:(?P<which>[Ll]ast|[Nn]ext|[Tt]his|[Cc]oming)\s+)?"
                r"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|(?:Mon|Tues?|Thur?s?|Fri)\.)"
                r"(?:\s+(?:morning|afternoon|evening|night))?"
            ),
        ),
        ("before_yesterday", r"\b[Tt]he\s+day\s+before\s+yesterday\b"),
        ("near", r"\b(?P<near>[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight|[Ll]ast\s+night|[Tt]his\s+(?:morning|afternoon|evening))\b"),
        ("period", r"\b(?P<which>[Ll]ast|[Tt]his|[Nn]ext)\s+(?P<unit>week|month|year)\b(?!-)"),
        ("weekend", r"\b(?:(?P<which>[Ll]ast|[Tt]his|[Nn]ext)\s+|(?:[Oo]ver|[Aa]t)\s+the\s+)weekend\b"),
        ("ago", rf"\b{_COUNT}\s+(?P<unit>day|week|month|year)s?\s+ago\b"),
        ("span", rf"\b(?:[Pp]ast|[Ll]ast)\s+{_COUNT}\s+(?P<unit>day|week)s\b"),
    )
)  # fmt: skip
_MAY_BE_TIME = re.compile(
    r"\d|(?i:day|week|month|year|tomorrow|night|morning|afternoon|evening)|\b(?:Mon|Tues?|Thur?s?|Fri)\."
    r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
"""A necessary condition of every pattern, which most sentences do not meet."""
_NO_WEEKDAY_BEFORE = re.compile(
    r"\b(?:Black|Good|Easter|Bloody|Palm|Ash|Cyber|Super|Shrove|Giving|Holy|Maundy|Ruby|Sheffield)\s+$"
)
_NO_WEEKDAY_AFTER = re.compile(
    r"\s+(?:Times|Telegraph|Mail|Mirror|Express|Herald|Post|Tribune|Independent|Night\s+(?:Live|Football))\b"
)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|(?:is|are|was|were)\s+(?:scheduled|due|set|expected|planned|slated|to)|scheduled|plans? to|planned"
    r"|expects?|upcoming|ahead\s+of|later\s+this\s+week|(?:until|by)\s+(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z.]*)"
)
_LAST_YEAR = re.compile(r",?\s+(?:of\s+)?last\s+year\b")
_NOWADAYS = re.compile(r"[Tt]oday,?\s+(?:has|have|is|are|there\s+(?:is|are))\b")
_OPENS = re.compile(r"\b(?:opens?|starts?|begins?|ends?|closes?|takes? place|expires?|returns?)\s+(?:on\s+)?$")
_REPORTING_VERBS = r"\b(?:said|told|announced|reported|added|stated|confirmed|warned|tweeted|wrote|claimed|declared|insisted|acknowledged)\s"
_REPORTING_VERB = re.compile(_REPORTING_VERBS)
_SAID = re.compile(
    rf"{_REPORTING_VERBS}\s*"
    r"(?:(?:in|to|at|by|with|an?|the|his|her|their|its|late|early|on|state|local|cabinet|news|press|live|televised|video"
    r"|statement|reporters|journalists|conference|briefing|meeting|parliament|lawmakers|interview|speech|address"
    r"|television|radio|media|post|letter|[A-Z]\w+)\s+){0,6}$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A time expression and its half-open span in the sentence."""

    start: int
    end: int
    when: When
    is_of_statement: bool
    """Whether this is the day of the statement, not of the event."""


def when_of(sentence: str, *, published: str | None, at: int) -> When | None:
    """Return the time of the event mentioned at offset ``at`` of a sentence, or None.

    The day of an event is preferred to the day of a statement, then a short span to a long one, then the nearest expression.
    """
    found = _times(sentence, published)
    if not found:
        return None
    best = min(
        found,
        key=lambda t: (t.is_of_statement, _n_days(t.when) > MAX_EXACT_DAYS, min(abs(t.start - at), abs(t.end - at))),
    )
    if best.is_of_statement:
        return replace(best.when, doubt=best.when.doubt or "the day it was said; the day it happened is not given")
    return best.when


@lru_cache(maxsize=64)  # every mention of a sentence needs the same
def _times(sentence: str, published: str | None) -> tuple[Timed, ...]:
    return tuple(find_times(sentence, published=published))


def find_times(sentence: str, *, published: str | None) -> Iterator[Timed]:
    """Yield the time expressions in text order; relative expressions only if ``published`` is a date."""
    if not _MAY_BE_TIME.search(sentence):
        return
    today = _day_of(published)
    taken: list[Timed] = []
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(sentence):
            if any(match.start() < t.end and t.start < match.end() for t in taken):
                continue
            if name == "weekday" and any(0 < t.start - match.end() <= 2 for t in taken):
                continue  # "Tuesday, 19 September": the date says more
            when = _resolved(name, match, sentence, today)
            if when:
                is_of_report = _is_after_reporting_verb(sentence, match.start())
                taken.append(Timed(start=match.start(), end=match.end(), when=when, is_of_statement=is_of_report))
    yield from sorted(taken, key=lambda t: t.start)


def _is_after_reporting_verb(sentence: str, at: int) -> bool:
    """Return whether only a reporting verb and its object directly precede ``at``."""
    return any(_SAID.match(sentence, verb, at) for verb in _reporting_verbs(sentence))


@lru_cache(maxsize=64)  # every date of a sentence needs the same
def _reporting_verbs(sentence: str) -> tuple[int, ...]:
    return tuple(match.start() for match in _REPORTING_VERB.finditer(sentence))


def _resolved(name: str, match: re.Match[str], sentence: str, today: date | None) -> When | None:
    try:
        if name in ("iso", "dotted", "day_month", "month_day"):
            return _calendar_day(match, today)
        if name in ("month", "month_year"):
            return _month(match, sentence, today)
        if name == "year":
            return _until_now(_span(date(int(match["year"]), 1, 1), date(int(match["year"]), 12, 31), match), today)
        if today is None:
            return None
        return _RELATIVE[name](match, sentence, today)
    except (ValueError, OverflowError):
        return None  # no such date: the 31st of September, the year 0


def _calendar_day(match: re.Match[str], today: date | None) -> When | None:
    groups = match.groupdict()
    month, day = _month_number(match["month"]), int(match["day"])
    to = int(groups["to"]) if groups.get("to") else day
    if to < day:
        return None
    if match["year"]:
        return _span(date(int(match["year"]), month, day), date(int(match["year"]), month, to), match)
    if today is None:
        return None
    if _LAST_YEAR.match(match.string, match.end()):
        return _span(date(today.year - 1, month, day), date(today.year - 1, month, to), match)
    start = _nearest(month, day, today)
    doubt = "the year is not said; taken as the nearest" if abs((start - today).days) > DOUBTFUL_YEAR_DAYS else None
    return _span(start, start + timedelta(days=to - day), match, doubt)


def _month(match: re.Match[str], sentence: str, today: date | None) -> When | None:
    month, year = _month_number(match["month"]), match.groupdict().get("year")
    if year:
        first = date(int(year), month, 1)
        return _until_now(_span(first, _last_of(first), match), today)
    if today is None:
        return None
    is_past = match[0].lower().startswith(("last", "since"))
    if (
        month > today.month
        and not is_past
        and (_AHEAD.search(_clause(sentence, match.start(), match.end())) or _OPENS.search(sentence, 0, match.start()))
    ):
        first = date(today.year, month, 1)
        return _span(first, _last_of(first), match, "the year is not said; taken as the coming such month")
    first = date(today.year - (month > today.month), month, 1)
    doubt = "the year is not said; taken as the latest such month"
    return _until_now(_span(first, _last_of(first), match, doubt), today)


def _weekday(match: re.Match[str], sentence: str, today: date) -> When | None:
    if _NO_WEEKDAY_BEFORE.search(sentence, 0, match.start()) or _NO_WEEKDAY_AFTER.match(sentence, match.end()):
        return None
    name = match["weekday"].rstrip(".").lower()
    number = _SHORT_DAYS[name] if name in _SHORT_DAYS else WEEKDAYS.index(name)
    back, forth = (today.weekday() - number) % 7, (number - today.weekday()) % 7
    which, label = (match["which"] or "").lower(), WEEKDAYS[number].capitalize()
    if which == "last":
        day = today - timedelta(days=back or 7)
        return _span(day, day, match, f"desks differ on last {label}: taken as the latest before publication")
    if which in ("next", "coming"):
        day = today + timedelta(days=forth or 7)
        return _span(day, day, match, f"desks differ on next {label}: taken as the first after publication")
    clause = _clause(sentence, match.start(), match.end())
    ahead = _AHEAD.search(clause) or _OPENS.search(sentence, 0, match.start())
    if ahead and not _is_after_reporting_verb(sentence, match.start()):
        day = today + timedelta(days=forth)
        return _span(
            day,
            day,
            match,
            f"which {label} is not said; “{ahead[0].split(' on ')[0].strip()}” looks ahead, so taken as the coming one",
        )
    if which == "this" and forth and back:
        day = today - timedelta(days=today.weekday() - number)
        return _span(day, day, match, None if day <= today else "taken as the one in the week of publication")
    day = today - timedelta(days=back)
    return _span(day, day, match)


def _near(match: re.Match[str], sentence: str, today: date) -> When | None:
    if _NOWADAYS.match(sentence, match.start()):
        return None
    word = " ".join(match["near"].lower().split())
    if word == "last night":
        return _span(today - timedelta(days=1), today, match)
    day = today + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(word, 0))
    return _span(day, day, match)


def _before_yesterday(match: re.Match[str], _: str, today: date) -> When:
    day = today - timedelta(days=2)
    return _span(day, day, match)


def _period(match: re.Match[str], _: str, today: date) -> When:
    step = {"last": -1, "this": 0, "next": 1}[match["which"].lower()]
    if match["unit"] == "week":
        monday = today + timedelta(days=7 * step - today.weekday())
        return _span(monday, monday + timedelta(days=6), match)
    if match["unit"] == "month":
        n = today.year * 12 + today.month - 1 + step
        first = date(n // 12, n % 12 + 1, 1)
        return _span(first, _last_of(first), match)
    return _span(date(today.year + step, 1, 1), date(today.year + step, 12, 31), match)


def _weekend(match: re.Match[str], _: str, today: date) -> When:
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    which = (match["which"] or "").lower()
    if which == "next" or (which == "this" and today.weekday() < 5):
        saturday += timedelta(days=7)
        return _span(saturday, saturday + timedelta(days=1), match, "taken as the weekend after publication")
    return _span(saturday, saturday + timedelta(days=1), match)


def _ago(match: re.Match[str], _: str, today: date) -> When | None:
    count, unit = _number(match["count"]), match["unit"].lower()
    if unit == "day":
        day = today - timedelta(days=count)
        return _span(day, day, match)
    if unit == "week":
        day = today - timedelta(weeks=count)
        margin = timedelta(days=WEEKS_AGO_MARGIN_DAYS)
        return _span(day - margin, day + margin, match, "counted in weeks; three days either way")
    if unit == "month":
        n = today.year * 12 + today.month - 1 - count
        first = date(n // 12, n % 12 + 1, 1)
        return _span(first, _last_of(first), match, "counted in months")
    return _span(date(today.year - count, 1, 1), date(today.year - count, 12, 31), match, "counted in years")


def _past_span(match: re.Match[str], _: str, today: date) -> When:
    days = _number(match["count"]) * (7 if match["unit"].lower() == "week" else 1)
    return _span(today - timedelta(days=days), today, match)


_RELATIVE = {
    "weekday": _weekday,
    "near": _near,
    "before_yesterday": _before_yesterday,
    "period": _period,
    "weekend": _weekend,
    "ago": _ago,
    "span": _past_span,
}


def _span(start: date, end: date, match: re.Match[str], doubt: str | None = None) -> When:
    text = " ".join(match[0].split())
    return When(start=start.isoformat(), end=end.isoformat(), text=text, doubt=doubt)


def _until_now(when: When, today: date | None) -> When:
    """Return a span with "since" extended to the publication date, other spans unchanged."""
    if today is None or not when.text.lower().startswith("since"):
        return when
    return replace(when, end=max(when.start, today.isoformat()))


def _nearest(month: int, day: int, today: date) -> date:
    """Return the date with this month and day nearest to ``today``; for 29 February, in a leap year."""
    years = [year for year in range(today.year - 4, today.year + 5) if day <= monthrange(year, month)[1]]
    return min((date(year, month, day) for year in years), key=lambda d: (abs((d - today).days), d))


def _clause(sentence: str, start: int, end: int) -> str:
    """Return the clause around a span, delimited by commas, semicolons, dashes and quotes; the sentence if the clause is short."""
    left = max(sentence.rfind(mark, 0, start) for mark in (",", ";", " – ", "—", "“", '"')) + 1
    right = min(
        (n for mark in (",", ";", " – ", "—", "”") if (n := sentence.find(mark, end)) >= 0), default=len(sentence)
    )
    clause = sentence[left:right]
    return clause if len(clause.split()) > 4 else sentence


def _day_of(published: str | None) -> date | None:
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def _month_number(word: str) -> int:
    if word.isdigit():
        return int(word)
    lower = word.rstrip(".").lower()
    return _SHORT_MONTHS[lower] if lower in _SHORT_MONTHS else MONTHS.index(lower) + 1


def _last_of(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]


def _n_days(when: When) -> int:
    return (date.fromisoformat(when.end) - date.fromisoformat(when.start)).days + 1
