"""Extract the quantities of a sentence in a language beside English: "около 200 мирных жителей", "1.200 Häuser".

A number is a quantity only with a unit of the language's table within three words, which excludes years, ages, dates,
clock times and durations. The separators of thousands and decimals are those of the language; a space, followed by three
digits, separates thousands in all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from geomap.annotation.foreign.dates import rules_of
from geomap.annotation.foreign.phrases import LANGUAGES, Phrases, listed, tables, tokens_of
from geomap.annotation.parameters import MAX_RANGE_RATIO
from geomap.types import Quantity

_LONGEST_PHRASE = 4
"""Words of the longest phrase before a number. Not tuned."""
_MOST_WORDS_BEFORE_UNIT = 2
"""As in "200 мирных местных жителей". Not tuned."""
_DATE_ROLES = frozenset("MIWwDkmYy")
"""Of words after a number that make it a date or a duration."""
_MONEY = frozenset("$€£¥₽₺₴")
_PERCENT = frozenset("%٪")
_YEARS = range(1800, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The table of quantities of a language, made ready for look-ups."""

    decimal: str
    group: str
    numbers: Phrases[float]
    scales: Phrases[float]
    about: Phrases[bool]
    about_after: Phrases[bool]
    between: Phrases[bool]
    to: Phrases[bool]
    until: Phrases[bool]
    """Joins the ends of a range after a word of ``between`` only."""
    links: Phrases[bool]
    units: Phrases[bool]
    percent: Phrases[bool]
    percent_before: Phrases[bool]
    stops: Phrases[bool]
    """Words that end the search for a unit."""
    determiners: Phrases[bool]
    """Of known things ("die zwei Regierungen"), which exclude a number in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundQuantity:
    """A quantity and its half-open span in the sentence."""

    start: int
    end: int
    quantity: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """A number with its scale, and the half-open span of its tokens."""

    value: float
    scale: float
    start: int
    end: int
    is_word: bool
    is_year: bool


def locate_quantities(sentence: str, *, language: str) -> Iterator[FoundQuantity]:
    """Yield the quantities of a sentence in text order; none for a language without tables."""
    if language not in LANGUAGES or "quantities" not in tables(language):
        return
    reader = _Reader(sentence, language)
    i = 0
    while i < len(reader.tokens):
        found = reader.quantity(i)
        if found:
            yield found[0]
        i = max(i + 1, found[1] if found else 0)


class _Reader:
    """The tokens of a sentence, and what begins or ends at one of them."""

    def __init__(self, sentence: str, language: str) -> None:
        self._sentence, self._language = sentence, language
        self._measures = measures_of(language)
        self.tokens = tokens_of(sentence, language)
        self._words = [token.text for token in self.tokens]

    def quantity(self, i: int) -> tuple[FoundQuantity, int] | None:
        """Return the quantity whose first number is at token ``i``, and the token after it."""
        low = self._number(i)
        if low is None or self._is_part_of_name(i):
            return None
        about, is_between, first = self._before(i)
        high = self._upper(low, is_between=is_between)
        last = high or low
        after = self._at(self._measures.about_after, last.end)
        found = self._unit(last.end + after, i)
        if found is None or (low.is_year and not (about or after or high)):
            return None
        unit, end = found
        behind = self._at(self._measures.about_after, end)
        if low.is_word and self._ends_at(self._measures.determiners, i):
            return None
        scale = low.scale if low.scale != 1 or high is None else high.scale
        value, upper = low.value * scale, high.value * high.scale if high else None
        if upper is not None and not value < upper < MAX_RANGE_RATIO * value:
            return None
        span = self.tokens[first].start, self.tokens[end + behind - 1].end
        text = self._sentence[span[0] : span[1]]
        is_approximate = bool(about or after or behind)
        quantity = Quantity(
            text=" ".join(text.split()), value=value, upper=upper, unit=unit, is_approximate=is_approximate
        )
        return FoundQuantity(start=span[0], end=span[1], quantity=quantity), end + behind

    def _before(self, i: int) -> tuple[bool, bool, int]:
        """Return whether the number at ``i`` is approximate and the lower end of a range, and the first token of the quantity."""
        first = i
        if i and (self._words[i - 1] in _MONEY or self._ends_at(self._measures.percent_before, i)):
            first = i - 1
        between = self._ends_at(self._measures.between, first)
        about = self._ends_at(self._measures.about, first - between)
        return bool(about), bool(between), first - between - about

    def _number(self, i: int) -> _Number | None:
        if i >= len(self.tokens):
            return None
        text, end = self._words[i], i + 1
        is_word = not text[0].isdigit()
        if is_word:
            found = self._measures.numbers.at(self._words, i)
            if found is None:
                return None
            end, value = i + found[0], found[1]
        else:
            while end < len(self.tokens) and self._is_group(end):
                text, end = text + self._words[end], end + 1
            parsed = _value(text, self._measures)
            if parsed is None:
                return None
            value = parsed
        is_year = end == i + 1 and text.isdecimal() and len(text) == 4 and int(text) in _YEARS
        scale = self._measures.scales.at(self._words, end) if end < len(self.tokens) else None
        if scale:
            end += scale[0]
            end += end < len(self.tokens) and self._words[end] == "." and end + 1 < len(self.tokens)
        return _Number(
            value=value,
            scale=scale[1] if scale else 1.0,
            start=i,
            end=end,
            is_word=is_word,
            is_year=is_year and not scale,
        )

    def _is_group(self, i: int) -> bool:
        """Return whether token ``i`` is the next three digits of a number: "1 200"."""
        token, before = self.tokens[i], self.tokens[i - 1]
        whole = token.text.split(self._measures.decimal[0])[0]
        is_near = token.start - before.end == 1 and self._sentence[before.end].isspace()
        return is_near and before.text.isdecimal() and len(before.text) <= 3 and len(whole) == 3 and whole.isdecimal()

    def _upper(self, low: _Number, *, is_between: bool) -> _Number | None:
        """Return the upper end of a range after ``low``."""
        i = low.end
        if i >= len(self._words):
            return None
        if self._words[i] == "-":
            return self._number(i + 1)
        joint = self._at(self._measures.to, i) or (self._at(self._measures.until, i) if is_between else 0)
        return self._number(i + joint) if joint else None

    def _unit(self, i: int, first: int) -> tuple[str, int] | None:
        """Return the unit of the number from token ``first`` to ``i`` and the token after it: a sign, percent or words."""
        if first and self._words[first - 1] in _MONEY:
            return self._words[first - 1], i
        if self._ends_at(self._measures.percent_before, first):
            return "percent", i
        sign = self._words[i] if i < len(self._words) else ""
        if sign in _MONEY:
            return sign, i + 1
        n = self._at(self._measures.percent, i) or (sign in _PERCENT)
        return ("percent", i + n) if n else self._counted(i + self._at(self._measures.links, i))

    def _counted(self, i: int) -> tuple[str, int] | None:
        """Return the words from token ``i`` to a unit of the table and the token after it."""
        for j in range(i, min(i + _MOST_WORDS_BEFORE_UNIT + 1, len(self._words))):
            if n := self._at(self._measures.units, j):
                return " ".join(self._sentence[self.tokens[i].start : self.tokens[j + n - 1].end].split()), j + n
            if not self._words[j].isalpha() or self._at(self._measures.stops, j) or self._is_date(j):
                return None
        return None

    def _is_date(self, i: int) -> bool:
        found = rules_of(self._language).roles.at(self._words, i)
        return found is not None and found[1][0][0] in _DATE_ROLES

    def _is_part_of_name(self, i: int) -> bool:
        """Return whether the number is written onto a word or a sign before it: "Т-72", "covid-19"."""
        if not i or self.tokens[i - 1].end < self.tokens[i].start or not self._words[i][0].isdigit():
            return False
        before = self._words[i - 1]
        return before in "-./:" or (before[-1].isalnum() and self._language != "ar")

    def _at(self, phrases: Phrases[bool], i: int) -> int:
        """Return the number of words of a phrase at token ``i``, 0 for none."""
        found = phrases.at(self._words, i) if i < len(self._words) else None
        return found[0] if found else 0

    def _ends_at(self, phrases: Phrases[bool], end: int) -> int:
        """Return the number of words of the longest phrase that ends before token ``end``, 0 for none."""
        for n in range(min(_LONGEST_PHRASE, end), 0, -1):
            if self._at(phrases, end - n) == n:
                return n
        return 0


def _value(text: str, measures: Measures) -> float | None:
    """Return the value of a number in figures, None for a clock time, a date and the like.

    A sign that may separate thousands and decimals separates thousands where three digits follow it.
    """
    plain = text.replace("٬", ",").replace("٫", ".")
    signs = [char for char in plain if not char.isdecimal()]
    decimal = signs[-1] if signs and signs.count(signs[-1]) == 1 and signs[-1] in measures.decimal else ""
    if len(signs) == 1 and signs[0] in measures.group and len(plain.rpartition(signs[0])[2]) == 3:
        decimal = ""
    whole, fraction = plain.split(decimal) if decimal else (plain, "0")
    separator = signs[0] if len(signs) > bool(decimal) else ""
    first, *groups = whole.split(separator) if separator else [whole]
    if groups and (separator not in measures.group or len(first) > 3 or any(len(group) != 3 for group in groups)):
        return None
    digits = "".join((first, *groups))
    return float(f"{digits}.{fraction}") if digits.isdecimal() else None


@cache
def measures_of(language: str) -> Measures:
    """Return the measures of a language of ``LANGUAGES``."""
    table = tables(language)["quantities"]

    def phrases(key: str) -> Phrases[bool]:
        return Phrases(((phrase, True) for phrase in listed(table.get(key, ""))), language=language)

    counts = tables(language)["dates"]["numbers"]
    return Measures(
        decimal=table["decimal"],
        group=table.get("group", ""),
        numbers=Phrases(
            [
                *_valued(dict(enumerate(counts[1:], 2))),
                *_valued(dict(zip(range(20, 101, 10), table["tens"], strict=True))),
            ],
            language=language,
        ),
        scales=Phrases(_valued({float(value): text for value, text in table["scales"].items()}), language=language),
        about=phrases("about"),
        about_after=phrases("about_after"),
        between=phrases("between"),
        to=phrases("to"),
        until=phrases("until"),
        links=phrases("links"),
        units=phrases("units"),
        percent=phrases("percent"),
        percent_before=phrases("percent_before"),
        stops=phrases("stops"),
        determiners=phrases("determiners"),
    )


def _valued(texts: Mapping[int, str] | Mapping[float, str]) -> list[tuple[str, float]]:
    return [(phrase, float(value)) for value, text in texts.items() for phrase in listed(text)]
