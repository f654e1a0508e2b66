"""Resolve the time expressions of a sentence against the publication date of its article.

The rules follow news usage (English here, other languages in ``foreign_dates``, ISO and dotted dates in any), because a general date parser reads "may", "sat" or
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
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from geomap.annotation import foreign_dates, time_spans
from geomap.annotation.parameters import MAX_EXACT_DAYS
from geomap.annotation.time_spans import WEEKDAYS, Span, Timed, Unit, day_of, n_days, one_day
from geomap.types import When

MONTHS = "january february march april may june july august september october november december".split()
_SHORT_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12}  # fmt: skip
_SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
_STEPS = {"last": -1, "this": 0, "next": 1}
_UNITS: dict[str, Unit] = {"day": "day", "week": "week", "month": "month", "year": "year"}
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
_NUMERIC = _PATTERNS[:2]
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


def when_of(sentence: str, *, published: str | None, at: int, language: str = "en") -> When | None:
    """Return the time of the event mentioned at offset ``at`` of a sentence in ``language`` (ISO 639-1), or None.

    The day of an event is preferred to the day of a statement, then a short span to a long one, then the nearest expression.
    """
    found = _times(sentence, published, language)
    if not found:
        return None
    best = min(
        found,
        key=lambda t: (t.is_of_statement, n_days(t.when) > MAX_EXACT_DAYS, min(abs(t.start - at), abs(t.end - at))),
    )
    if best.is_of_statement:
        return replace(best.when, doubt=best.when.doubt or "the day it was said; the day it happened is not given")
    return best.when


@lru_cache(maxsize=64)  # every mention of a sentence needs the same
def _times(sentence: str, published: str | None, language: str) -> tuple[Timed, ...]:
    return tuple(find_times(sentence, published=published, language=language))


def find_times(sentence: str, *, published: str | None, language: str = "en") -> Iterator[Timed]:
    """Yield the time expressions in text order; relative expressions only if ``published`` is a date.

    In a language without tables only ISO and dotted dates are time expressions.
    """
    if language == "en":
        yield from _matched(sentence, day_of(published), _PATTERNS)
        return
    numeric = list(_matched(sentence, None, _NUMERIC))
    worded = [
        time
        for time in foreign_dates.find_times(sentence, published=published, language=language)
        if not any(time.start < other.end and other.start < time.end for other in numeric)
    ]
    yield from sorted([*numeric, *worded], key=lambda t: t.start)


def _matched(sentence: str, today: date | None, patterns: tuple[tuple[str, re.Pattern[str]], ...]) -> Iterator[Timed]:
    """Yield what the patterns find; the first of two patterns that overlap counts."""
    if not _MAY_BE_TIME.search(sentence):
        return
    taken: list[Timed] = []
    for name, pattern in patterns:
        for match in pattern.finditer(sentence):
            if any(match.start() < t.end and t.start < match.end() for t in taken):
                continue
            if name == "weekday" and any(0 < t.start - match.end() <= 2 for t in taken):
                continue  # "Tuesday, 19 September": the date says more
            span = _resolved(name, match, sentence, today)
            if span:
                is_of_report = _is_after_reporting_verb(sentence, match.start())
                when = span.when(match[0])
                taken.append(Timed(start=match.start(), end=match.end(), when=when, is_of_statement=is_of_report))
    yield from sorted(taken, key=lambda t: t.start)


def _is_after_reporting_verb(sentence: str, at: int) -> bool:
    """Return whether only a reporting verb and its object directly precede ``at``."""
    return any(_SAID.match(sentence, verb, at) for verb in _reporting_verbs(sentence))


@lru_cache(maxsize=64)  # every date of a sentence needs the same
def _reporting_verbs(sentence: str) -> tuple[int, ...]:
    return tuple(match.start() for match in _REPORTING_VERB.finditer(sentence))


def _resolved(name: str, match: re.Match[str], sentence: str, today: date | None) -> Span | None:
    try:
        if name in ("iso", "dotted", "day_month", "month_day"):
            return _calendar_day(match, today)
        if name in ("month", "month_year"):
            return _month(match, sentence, today)
        if name == "year":
            return _until_now(time_spans.year_of(int(match["year"])), match, today)
        if today is None:
            return None
        return _RELATIVE[name](match, sentence, today)
    except (ValueError, OverflowError):
        return None  # no such date: the 31st of September, the year 0


def _calendar_day(match: re.Match[str], today: date | None) -> Span | None:
    groups = match.groupdict()
    month, day = _month_number(match["month"]), int(match["day"])
    to = int(groups["to"]) if groups.get("to") else day
    if to < day:
        return None
    if match["year"]:
        return time_spans.days_of(month, day, to, int(match["year"]))
    if today is None:
        return None
    if _LAST_YEAR.match(match.string, match.end()):
        return time_spans.days_of(month, day, to, today.year - 1)
    return time_spans.days_near(month, day, to, step=None, today=today)


def _month(match: re.Match[str], sentence: str, today: date | None) -> Span | None:
    month, year = _month_number(match["month"]), match.groupdict().get("year")
    if year:
        return _until_now(time_spans.month_of(month, int(year)), match, today)
    if today is None:
        return None
    is_past = match[0].lower().startswith(("last", "since"))
    is_ahead = not is_past and bool(
        _AHEAD.search(_clause(sentence, match.start(), match.end())) or _OPENS.search(sentence, 0, match.start())
    )
    return _until_now(time_spans.month_near(month, is_ahead=is_ahead, today=today), match, today)


def _weekday(match: re.Match[str], sentence: str, today: date) -> Span | None:
    if _NO_WEEKDAY_BEFORE.search(sentence, 0, match.start()) or _NO_WEEKDAY_AFTER.match(sentence, match.end()):
        return None
    name = match["weekday"].rstrip(".").lower()
    number = _SHORT_DAYS[name] if name in _SHORT_DAYS else WEEKDAYS.index(name)
    step = {"last": -1, "this": 0, "next": 1, "coming": 1}.get((match["which"] or "").lower())
    clause = _clause(sentence, match.start(), match.end())
    ahead = _AHEAD.search(clause) or _OPENS.search(sentence, 0, match.start())
    words = None
    if ahead and not _is_after_reporting_verb(sentence, match.start()):
        words = ahead[0].split(" on ")[0].strip()
    return time_spans.weekday(number, step=step, ahead=words, today=today)


def _near(match: re.Match[str], sentence: str, today: date) -> Span | None:
    if _NOWADAYS.match(sentence, match.start()):
        return None
    word = " ".join(match["near"].lower().split())
    if word == "last night":
        return Span(first=today - timedelta(days=1), last=today)
    return one_day(today + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(word, 0)))


def _before_yesterday(_: re.Match[str], __: str, today: date) -> Span:
    return one_day(today - timedelta(days=2))


def _period(match: re.Match[str], _: str, today: date) -> Span:
    return time_spans.period(_UNITS[match["unit"]], _STEPS[match["which"].lower()], today)


def _weekend(match: re.Match[str], _: str, today: date) -> Span:
    return time_spans.weekend(_STEPS.get((match["which"] or "").lower()), today)


def _ago(match: re.Match[str], _: str, today: date) -> Span:
    return time_spans.ago(_number(match["count"]), _UNITS[match["unit"].lower()], today)


def _past_span(match: re.Match[str], _: str, today: date) -> Span:
    return time_spans.past_span(_number(match["count"]), _UNITS[match["unit"].lower()], today)


_RELATIVE = {
    "weekday": _weekday,
    "near": _near,
    "before_yesterday": _before_yesterday,
    "period": _period,
    "weekend": _weekend,
    "ago": _ago,
    "span": _past_span,
}


def _until_now(span: Span, match: re.Match[str], today: date | None) -> Span:
    """Return a span with "since" extended to the publication date, other spans unchanged."""
    if today is None or not match[0].lower().startswith("since"):
        return span
    return replace(span, last=max(span.first, today))


def _clause(sentence: str, start: int, end: int) -> str:
    left, right = time_spans.clause_bounds(sentence, start, end)
    return sentence[left:right]


def _month_number(word: str) -> int:
    if word.isdigit():
        return int(word)
    lower = word.rstrip(".").lower()
    return _SHORT_MONTHS[lower] if lower in _SHORT_MONTHS else MONTHS.index(lower) + 1


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]
