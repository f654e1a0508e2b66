"""A sentence as items: words, signs and the mentions in it; and the quantities among them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from geomap.spatial.templates import Language

_ITEM = re.compile(r"\d{1,3}+(?:[\u00a0\u202f]\d{3})++|\d++(?:[.,]\d++)*+|[^\W\d_]++|[^\w\s]")
_SAME = str.maketrans("’‘ʼ`´–‑−‐", "'''''----")
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}
_MAX_DIGITS = 7
"""Digits of the longest number that is read; more are farther than the earth is round."""
_MAX_PARENTHESIS = 8
"""Items in "(7.5 miles)" after a distance."""
_ROUGHNESS = 0.15
"""How far a stated distance may be off, as a share of it. Not tuned."""


class Item(NamedTuple):  # three times as fast to make as a frozen dataclass, and a text has thousands
    """A word, a number or a sign, in lower case and with one form of equal signs; or a mention, whose ``text`` is empty."""

    text: str
    start: int
    end: int
    mention: int | None = None
    written: str = ""
    """As in the article."""

    @property
    def is_capitalised(self) -> bool:
        """Whether it begins with a capital letter; false for a mention."""
        return self.written[:1].isupper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A distance in kilometres or a time in hours, from ``low`` to ``high``; ``stated`` is the number that the words give."""

    low: float
    high: float
    stated: float
    is_limit: bool = False
    """Whether it is an upper limit: "less than 10 km", "up to 10 km"."""


def words_of(text: str, start: int, end: int, mentions: Sequence[tuple[int, int, int]]) -> set[str]:
    """Return the words of the items of ``text[start:end]``, and perhaps an "s", without making the items."""
    edges = [start, *(edge for mention in mentions for edge in mention[:2]), end]
    beside = " ".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
    words = set(_ITEM.findall(beside.translate(_SAME).lower()))
    if "'" in words and "s" in words:
        words.add("'s")
    return words


def items_of(text: str, start: int, end: int, mentions: Sequence[tuple[int, int, int]]) -> list[Item]:
    """Return the items of ``text[start:end]``; ``mentions`` are (start, end, index) in order, without overlaps."""
    items: list[Item] = []
    at = start
    for mention_start, mention_end, index in mentions:
        items += _words(text, at, mention_start)
        items.append(Item("", mention_start, mention_end, mention=index))
        at = mention_end
    items += _words(text, at, end)
    return items


def _words(text: str, start: int, end: int) -> list[Item]:
    items: list[Item] = []
    for match in _ITEM.finditer(text, start, end):
        written = match[0]
        folded = (written if written.isascii() and written.isalnum() else written.translate(_SAME)).lower()
        first, last = match.span()
        if folded == "s" and items and items[-1].text == "'" and items[-1].end == first:
            items[-1] = Item("'s", items[-1].start, last)
        else:
            items.append(Item(folded, first, last, None, written))
    return items


class Sentence:
    """The items of a sentence with the quantities and directions at each."""

    def __init__(self, items: Sequence[Item], forms: Language) -> None:
        self.items = items
        self.words = [item.text for item in items]
        self._forms = forms
        self._spans: dict[tuple[int, str], tuple[tuple[int, Span], ...]] = {}

    def distances(self, i: int) -> tuple[tuple[int, Span], ...]:
        """Return the end and the value of the distance in kilometres that begins at item ``i``, or nothing."""
        return self._quantity(i, "lengths")

    def times(self, i: int) -> tuple[tuple[int, Span], ...]:
        """Return the end and the value of the time in hours that begins at item ``i``, or nothing."""
        return self._quantity(i, "times")

    def directions(self, i: int) -> Iterator[tuple[int, float]]:
        """Yield the end and the bearing in degrees of a direction at item ``i``: "north-west", "NW"."""
        for end, value in self._forms.phrases["directions"].at(self.words, i):
            if i == 0 or not self.items[i].is_capitalised:
                yield end, float(value)
                return
        yield from self._abbreviated(i)

    def adjectives(self, i: int) -> Iterator[tuple[int, float]]:
        """Yield the end and the bearing of an adjective of direction at item ``i``: "northern", "north"."""
        for table in ("adjectives", "directions"):
            for end, value in self._forms.phrases[table].at(self.words, i):
                # "South" at the beginning of a sentence may be of a name: "South Korea".
                if (i == 0 and table == "adjectives") or not self.items[i].is_capitalised:
                    yield end, float(value)
                    return

    def _abbreviated(self, i: int) -> Iterator[tuple[int, float]]:
        if i >= len(self.items) or not self.items[i].is_capitalised:
            return
        text = self.words[i].upper()
        for end, value in self._forms.phrases["abbreviations"].at([text], 0):
            yield i + end, float(value)

    def _quantity(self, i: int, table: str) -> tuple[tuple[int, Span], ...]:
        if (i, table) not in self._spans:
            found = self._read(i, table)
            self._spans[i, table] = () if found is None else (found,)
        return self._spans[i, table]

    def _read(self, i: int, table: str) -> tuple[int, Span] | None:
        at, is_limit = self._approximation(i)
        is_range = at < len(self.words) and self.words[at] == "between"
        first = self._number(at + is_range)
        if first is None:
            return None
        at, low, high = first
        unit = self._unit(at, table)
        until = next((end for end, _ in self._forms.phrases["range"].at(self.words, at)), None)
        if unit is None and until is not None and (second := self._number(until)):
            at, _, high = second
            unit = self._unit(at, table)
        elif is_range:
            return None
        if unit is None or high < low:
            return None
        at, factor = unit
        for end, part in self._forms.phrases["fractions"].at(self.words, at):
            at, low, high = end, low + float(part), high + float(part)
            break
        stated = (low + high) / 2 * factor
        if low == high:
            low, high = low * (1 - _ROUGHNESS), high * (1 + _ROUGHNESS)
        return self._conversion(at, table), Span(low=low * factor, high=high * factor, stated=stated, is_limit=is_limit)

    def _approximation(self, i: int) -> tuple[int, bool]:
        is_limit = False
        for _ in range(3):
            found = next(self._forms.phrases["approximators"].at(self.words, i), None)
            if found is None:
                break
            i, is_limit = found[0], is_limit or found[1] == "upto"
        return i, is_limit

    def _number(self, i: int) -> tuple[int, float, float] | None:
        """Return the end of a number and its lowest and highest value."""
        if i >= len(self.words):
            return None
        found = self._in_digits(i) if self._is_digits(i) else self._in_words(i)
        if found is None:
            return None
        for end, factor in self._forms.phrases["multipliers"].at(self.words, found[0]):
            return end, found[1] * float(factor), found[2] * float(factor)
        return found

    def _is_digits(self, i: int) -> bool:
        """Return whether an item is a number in digits, and not the end of a word such as "1e9"."""
        if not (self.words[i][:1].isdecimal() or self.words[i] in _FRACTIONS):
            return False
        return i == 0 or self.items[i - 1].end < self.items[i].start or not self.words[i - 1].isalpha()

    def _in_digits(self, i: int) -> tuple[int, float, float] | None:
        value = _FRACTIONS.get(self.words[i])
        if value is None:
            value = _digits(self.words[i])
        if value is None:
            return None
        following = self.words[i + 1] if i + 1 < len(self.words) else ""
        value += _FRACTIONS.get(following, 0.0)
        return i + 1 + (following in _FRACTIONS), value, value

    def _in_words(self, i: int) -> tuple[int, float, float] | None:
        for end, written in self._forms.phrases["vague"].at(self.words, i):
            low, _, high = written.partition("-")
            return end, float(low), float(high)
        for end, written in self._forms.phrases["numbers"].at(self.words, i):
            return end, float(written), float(written)
        return None

    def _unit(self, i: int, table: str) -> tuple[int, float] | None:
        if i < len(self.words) and self.words[i] == "-":
            i += 1
        return next(((end, float(value)) for end, value in self._forms.phrases[table].at(self.words, i)), None)

    def _conversion(self, i: int, table: str) -> int:
        """Return the item after "(7.5 miles)", ", or 7.5 miles," or "or so" that begins at item ``i``; else ``i``."""
        words = self.words
        if words[i : i + 1] == ["("]:
            close = [n for n in range(i, min(i + _MAX_PARENTHESIS, len(words))) if words[n] == ")"]
            return close[0] + 1 if close else i
        if words[i : i + 2] == ["or", "so"]:
            return i + 2
        for opening in ([",", "or"], ["/"], ["or"]):
            n = len(opening)
            if words[i : i + n] == opening and (other := self._read(i + n, table)):
                end = other[0]
                return end + 1 if opening[0] == "," and words[end : end + 1] == [","] else end
        return i


def _digits(written: str) -> float | None:
    """Return the value of a number in digits, whose comma is a thousands separator where three digits follow."""
    plain = "".join(written.split()).replace("\u00a0", "").replace("\u202f", "")
    head, comma, tail = plain.rpartition(",")
    if comma:
        plain = head.replace(",", "") + tail if len(tail) == 3 else f"{head}.{tail}"
    is_number = plain.replace(".", "", 1).isdecimal()  # not "1.2.3"
    return float(plain) if is_number and len(plain) <= _MAX_DIGITS else None
