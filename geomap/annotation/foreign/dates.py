"""Find the time expressions of a sentence in a language beside English, by the rules of ``dates``.

Every word, number and sign of the sentence is given a role, one letter each, by the tables of the language; the patterns
are regular expressions over the letters. So one set of patterns serves all languages: "3 марта", "le 3 mars" and
"3 de marzo" all are a day, fillers and a month. A name that is also a month or a weekday ("Ekim", "Pazar", "mars") is
one only beside a number, a year, a preposition or a word such as "last".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from geomap.annotation import time_spans
from geomap.annotation.foreign.phrases import LANGUAGES, Phrases, Token, listed, tables, tokens_of
from geomap.annotation.time_spans import Span, Timed, Unit, day_of, one_day

Roles = tuple[tuple[str, int], ...]

_WORDS = {
    "last": "<", "this": "=", "next": ">", "day": "D", "week": "k", "month": "m", "year": "Y", "weekend": "E",
    "at_weekend": "iE", "ago": "A", "in": "i", "in_year": "iY", "since": "S", "until": "u", "on": "p", "of": "f", "to": "t",
    "suffix": "s", "locative": "l", "every": "h", "that": "q", "said": "v", "other": "0", "last_night": "L",
    "last_week": "<k", "last_month": "<m", "last_year": "<Y", "this_week": "=k", "this_month": "=m", "this_year": "=Y",
    "next_week": ">k", "next_month": ">m", "next_year": ">Y",
    "day_ago": "1DA", "week_ago": "1kA", "month_ago": "1mA", "year_ago": "1YA",
    "two_days": "2D", "two_weeks": "2k", "two_months": "2m", "two_years": "2Y",
}  # fmt: skip
"""Keys of the tables and the roles of their phrases; a digit is a count."""
_UNITS: dict[str, Unit] = {"D": "day", "k": "week", "m": "month", "Y": "year"}
_STEPS = {"<": -1, "=": 0, ">": 1, "A": -1}
_SIGNS = frozenset(",.-/()")
_CLAUSE_OPENS = (*time_spans.CLAUSE_OPENS, "،", "؛", "«", "„", "՝")
_CLAUSE_ENDS = (*time_spans.CLAUSE_ENDS, "،", "؛", "»", "՝")
_SOLAR = 100
"""Added to the number of a month of the Solar Hijri calendar."""
_SOLAR_YEARS = range(1250, 1500)

_DAY = r"(?P<day>[do])\.?[sl]?(?:[-t]f?(?P<to>[do])\.?[sl]?)?"
_MONTH = r"(?P<month>[MI])(?:/M|\(M\))?\.?[sl]?"
_YEAR = r"(?P<year>y)[sl]?(?:Y\.?[sl]?)?"
_YEAR_BEFORE = rf"(?:{_YEAR}|(?P<before>[<=>])Y[sl]?)"
_YEAR_AFTER = rf"(?:[fp,]?{_YEAR}|[fp]?(?P<of_year>[<=>])Y|[fp]?Y(?P<year_of>[<=>]))"
_AFTER = r"(?P<after>[<=>](?![kmY]))"
_PATTERNS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("year_day", rf"{_YEAR_BEFORE},?(?P<month>[MI])[sl]?f?{_DAY}"),
        ("year_day", rf"{_YEAR_BEFORE},?{_DAY}f?(?P<month>[MI])[sl]?"),
        ("month_day", rf"(?P<month>M)[sl]?f?{_DAY}(?:,?{_YEAR})?"),
        ("day", rf"(?P<step>[<>])?{_DAY}f?{_MONTH}{_YEAR_AFTER}?{_AFTER}?"),
        ("year_month", rf"{_YEAR_BEFORE},?f?{_MONTH}m?"),
        ("month", rf"(?P<lead>[iS])?(?:mf?)?{_MONTH}{_YEAR_AFTER}"),
        ("month", rf"(?P<lead>[iS])(?P<step>[<>])?(?:mf?)?(?P<month>[MI])(?:/M|\(M\))?{_AFTER}?(?!\.?[do])"),
        ("month", r"(?:(?P<step>[<>])|mf?)(?P<month>[MI])(?!\.?[do])"),
        ("month", r"(?P<month>M)(?:[sl]?m[sl]?|l|s?(?P<trail>S))|(?P<alone>I)(?!\.?d)"),
        ("year", r"(?P<lead>[iS])(?:Yf?)?(?P<year>y)(?:[sl]?Y)?|(?P<after>y)(?:[sl]?Y|l|s?(?P<trail>S))|Yf?(?P<of>y)"),
        ("weekday", rf"(?P<lead>[ipSu]f?p?)?(?P<step>[<=>])?p?(?P<weekday>[Ww])[sl]?(?P<trail>p?[Su]?){_AFTER}?"),
        ("near", r"(?P<near>[NL])"),
        ("weekend", r"(?P<lead>i)?(?P<step>[<=>])?f?E(?P<after>[<=>])?"),
        ("ago", r"(?P<count>[cdn])(?P<unit>[DkmY])A(?!f)|A(?P<number>[cdn])f?(?P<counted>[DkmY])(?!f)"),
        ("span", r"<(?P<count>[cdn])(?P<unit>[Dk])|(?P<number>[cdn])(?:<(?P<counted>[Dk])|(?P<of>[Dk])<)|(?P<days>[Dk])(?P<n>[cdn])<"),
        ("period", r"(?P<step>[<=>])(?P<unit>[kmY])|(?P<counted>[kmY])(?P<after>[<=>A])"),
    )
)  # fmt: skip
_STATEMENT = re.compile(r"v[0pifsl]{0,4}$")
_STATEMENT_WIDTH = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A phrase of a sentence in its role, with the number that it stands for."""

    role: str
    value: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The tables of a language, made ready for look-ups."""

    roles: Phrases[Roles]
    ahead: Phrases[bool]
    """Words that refer to the future."""
    is_month_first: bool
    """Whether the day may follow the month, and the month the year."""
    has_year_word: bool
    """Whether "in 2020" needs the word for year, as in Russian."""
    has_solar_years: bool
    """Whether years may be those of the Solar Hijri calendar."""
    is_step_after: bool
    """Whether "last" may follow its noun."""
    plural_ending: str
    """Of a noun behind a number that is no year: "en 1500 hogares"."""
    not_ago_after: tuple[str, ...]
    """Endings of the word before "two days ago" with which it is "two days before" that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A match of a pattern, with what its groups stand for."""

    match: re.Match[str]
    elements: tuple[Element, ...]
    tokens: tuple[Token, ...]
    rules: Rules
    sentence: str
    today: date | None

    @property
    def start(self) -> int:
        return self.elements[self.match.start()].start

    @property
    def end(self) -> int:
        return self.elements[self.match.end() - 1].end

    def has(self, group: str) -> bool:
        return bool(self.match.groupdict().get(group))

    def value(self, *groups: str) -> int:
        """Return the number of the first of these groups that took part."""
        return next(self.elements[self.match.start(group)].value for group in groups if self.has(group))

    def letter(self, *groups: str) -> str:
        """Return the role of the first of these groups that took part, or an empty text."""
        return next((self.match[group] for group in groups if self.has(group)), "")

    @property
    def step(self) -> int | None:
        return _STEPS.get(self.letter("step", "after"))

    @property
    def is_since(self) -> bool:
        return self.letter("lead").startswith("S") or self.letter("trail").endswith("S")

    def ahead(self) -> str | None:
        """Return the words of the clause that refer to the future, or None."""
        left, right = time_spans.clause_bounds(
            self.sentence, self.start, self.end, opens=_CLAUSE_OPENS, ends=_CLAUSE_ENDS
        )
        words = [token.text for token in self.tokens]
        for i, token in enumerate(self.tokens):
            if left <= token.start and token.end <= right and (found := self.rules.ahead.at(words, i)):
                return self.sentence[token.start : self.tokens[i + found[0] - 1].end]
        return None


def find_times(sentence: str, *, published: str | None, language: str) -> Iterator[Timed]:
    """Yield the time expressions of a sentence in text order; none for a language without tables."""
    if language not in LANGUAGES:
        return
    rules = rules_of(language)
    tokens = tuple(tokens_of(sentence, language))
    elements = tuple(_elements(tokens, rules))
    letters = "".join(element.role for element in elements)
    today = day_of(published)
    taken: list[Timed] = []
    for name, pattern in _PATTERNS:
        if name in ("year_day", "month_day", "year_month") and not rules.is_month_first:
            continue
        for match in pattern.finditer(letters):
            found = _Found(match=match, elements=elements, tokens=tokens, rules=rules, sentence=sentence, today=today)
            start, end = found.start, found.end
            if any(start < t.end and t.start < end for t in taken) or _is_beside_date(name, found, taken):
                continue
            span = _resolved(name, found)
            if span:
                words = sentence[start:end]
                is_of_statement = _is_of_statement(letters, match)
                taken.append(Timed(start=start, end=end, when=span.when(words), is_of_statement=is_of_statement))
    yield from sorted(taken, key=lambda t: t.start)


def _is_beside_date(name: str, found: _Found, taken: list[Timed]) -> bool:
    """Return whether a weekday stands beside a date, which says more: "во вторник, 19 сентября"."""
    return name in ("weekday", "near") and any(
        0 <= t.start - found.end <= 2 or 0 <= found.start - t.end <= 2 for t in taken
    )


def _is_of_statement(letters: str, match: re.Match[str]) -> bool:
    """Return whether a reporting verb with at most its subject is before the expression, or the verb directly after it."""
    before = letters[max(0, match.start() - _STATEMENT_WIDTH) : match.start()]
    return bool(_STATEMENT.search(before)) or letters.startswith("v", match.end())


def _resolved(name: str, found: _Found) -> Span | None:
    try:
        if name in ("year_day", "month_day", "day"):
            return _calendar_day(found)
        if name in ("month", "year_month"):
            return _month(found)
        if name == "year":
            return _year(found)
        return _RELATIVE[name](found, found.today) if found.today else None
    except (ValueError, OverflowError):
        return None  # no such date


def _of_year(found: _Found, *, is_solar: bool) -> int | None:
    """Return the year that stands beside a month, in words or in figures."""
    if found.has("year"):
        return found.value("year")
    step = _STEPS.get(found.letter("before", "of_year", "year_of"))
    if step is None or found.today is None or is_solar:
        return None
    return found.today.year + step


def _calendar_day(found: _Found) -> Span | None:
    is_solar, month = divmod(found.value("month"), _SOLAR)
    day = found.value("day")
    to = found.value("to") if found.has("to") else day
    if to < day:
        return None
    year = _of_year(found, is_solar=bool(is_solar))
    if year:
        return time_spans.days_of(month, day, to, year, is_solar=bool(is_solar))
    if found.today is None:
        return None
    step = found.step or None
    return time_spans.days_near(month, day, to, step=step, today=found.today, is_solar=bool(is_solar))


def _month(found: _Found) -> Span | None:
    is_solar, month = divmod(found.value("month", "alone"), _SOLAR)
    year = _of_year(found, is_solar=bool(is_solar))
    if year:
        return _until_now(time_spans.month_of(month, year, is_solar=bool(is_solar)), found)
    if found.today is None:
        return None
    is_ahead = found.step != -1 and not found.is_since and (found.step == 1 or found.ahead() is not None)
    span = time_spans.month_near(month, is_ahead=is_ahead, today=found.today, is_solar=bool(is_solar))
    return _until_now(span, found)


def _year(found: _Found) -> Span | None:
    year = found.value("year", "after", "of")
    following = found.sentence[found.end :].split(maxsplit=1)[:1]
    if found.has("year") and found.match[0] == "iy":
        if found.rules.has_year_word:
            return None
        ending = found.rules.plural_ending
        word = following[0].lower() if following and found.sentence[found.end].isspace() else ""
        if ending and len(word) > 4 and word.rstrip(",.;:").endswith(ending):
            return None
    return _until_now(time_spans.year_of(year, is_solar=year in _SOLAR_YEARS and found.rules.has_solar_years), found)


def _weekday(found: _Found, today: date) -> Span | None:
    start = found.match.start()
    is_alone = not (found.has("lead") or found.step is not None or found.has("trail") or found.match[0][0] == "p")
    if found.match["weekday"] == "w" and is_alone:
        return None
    if found.step is None and start and found.elements[start - 1].role == "h":
        return None  # "every Tuesday"
    ahead = None
    if found.letter("lead").startswith("u") or found.letter("trail").endswith("u"):
        ahead = found.sentence[found.start : found.end]
    elif not found.is_since and not _is_of_statement(found.match.string, found.match):
        ahead = found.ahead()
    span = time_spans.weekday(found.value("weekday"), step=found.step, ahead=ahead, today=today)
    return _until_now(span, found)


def _near(found: _Found, today: date) -> Span:
    if found.match["near"] == "L":
        return Span(first=today - timedelta(days=1), last=today)
    return one_day(today + timedelta(days=found.value("near")))


def _weekend(found: _Found, today: date) -> Span | None:
    if found.step is None and not found.has("lead"):
        return None
    return time_spans.weekend(found.step, today)


def _ago(found: _Found, today: date) -> Span | None:
    start = found.match.start()
    before = found.sentence[: found.start].split()[-1:] if start else []
    if before and before[0].lower().endswith(found.rules.not_ago_after or ("\0",)):
        return None
    return time_spans.ago(found.value("count", "number"), _UNITS[found.letter("unit", "counted")], today)


def _past_span(found: _Found, today: date) -> Span:
    count, unit = found.value("count", "number", "n"), _UNITS[found.letter("unit", "counted", "of", "days")]
    return time_spans.past_span(count, unit, today)


def _period(found: _Found, today: date) -> Span | None:
    if found.has("after") and not found.rules.is_step_after:
        return None
    step = _STEPS[found.letter("step", "after")]
    return time_spans.period(_UNITS[found.letter("unit", "counted")], step, today)


_RELATIVE = {
    "weekday": _weekday,
    "near": _near,
    "weekend": _weekend,
    "ago": _ago,
    "span": _past_span,
    "period": _period,
}


def _until_now(span: Span, found: _Found) -> Span:
    """Return a span after "since" extended to the day of publication, other spans unchanged."""
    if found.today is None or not found.is_since:
        return span
    return replace(span, last=max(span.first, found.today))


def _elements(tokens: tuple[Token, ...], rules: Rules) -> Iterator[Element]:
    words = [token.text for token in tokens]
    i = 0
    while i < len(tokens):
        token, n = tokens[i], 1
        found = rules.roles.at(words, i)
        if found:
            n, roles = found
        elif token.text.isdecimal():
            roles = ((_number_role(token.text), int(token.text[:9])),)
        else:
            roles = (("0" if token.text[0].isalnum() else token.text if token.text in _SIGNS else "x", 0),)
        for role, value in roles:
            yield Element(role=role, value=value, start=token.start, end=tokens[i + n - 1].end)
        i += n


def _number_role(digits: str) -> str:
    """Return the role of a number: a day, a year or a count."""
    number = int(digits[:9])
    if len(digits) <= 2 and 1 <= number <= 31:
        return "d"
    return "y" if len(digits) == 4 and 1000 <= number < 2100 else "n"


@cache
def rules_of(language: str) -> Rules:
    """Return the rules of a language of ``LANGUAGES``."""
    table = tables(language)["dates"]
    proclitics = listed(table.get("proclitics", ""))
    return Rules(
        roles=Phrases(_phrases(table), language=language, proclitics=proclitics),
        ahead=Phrases(((phrase, True) for phrase in listed(table["ahead"])), language=language),
        is_month_first=table.get("month_first", False),
        has_year_word=table.get("year_word", False),
        has_solar_years="solar_months" in table,
        is_step_after=table.get("step_after", False),
        plural_ending=table.get("plural_ending", ""),
        not_ago_after=tuple(listed(table.get("not_ago_after", ""))),
    )


def _phrases(table: dict[str, Any]) -> Iterator[tuple[str, Roles]]:
    """Yield the phrases of a table of dates with their roles."""
    numbered = (
        ("months", "M", 1), ("in_months", "I", 1), ("solar_months", "M", 1 + _SOLAR), ("weekdays", "W", 0),
        ("weak_weekdays", "w", 0), ("numbers", "c", 1), ("ordinals", "o", 1),
    )  # fmt: skip
    for offset, text in table["near"].items():
        yield from ((phrase, (("N", int(offset)),)) for phrase in listed(text))
    for key, text in table["words"].items():
        roles = tuple(
            ("c", int(letter)) if letter.isdigit() and letter != "0" else (letter, 0) for letter in _WORDS[key]
        )
        yield from ((phrase, roles) for phrase in listed(text))
    for key, role, first in numbered:
        for n, text in enumerate(table.get(key, ()), first):
            yield from ((phrase, ((role, n),)) for phrase in listed(text))
