"""The date of publication: read what a source says of it, or find it in the first lines of the text.

Dates become ISO 8601; a time of day is kept where the source gives ISO 8601 or RFC 822. "3/11/2024" is a day and a month, or
a month and a day, by the outlet's country, else by how the text writes its other dates; where neither says it, it is no date.
Names of months in other languages are read by dateparser, which trafilatura uses too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from geomap.records import UnreadDate
from geomap.text.languages import language_of
from geomap.text.newsrooms import outlet_country

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.types import Article

MAX_DATE = 100
"""Code points of the longest text that is read as a date; RFC 822 with a comment has 50. Not tuned."""
FIRST_YEAR = 1500
"""An earlier year is a placeholder, as in "0001-01-01"."""
_N_LINES = 8
"""Lines at the beginning of a text that may state its date. Not tuned."""
_MAX_LINE = 200
"""Code points of a line that are searched: a dateline stands at its beginning. Not tuned."""
_MAX_WORDS_BESIDE = 9
"""Words beside the date in a line that states it: a byline and an outlet. Not tuned."""
_STYLE_LENGTH = 20_000
"""Code points in which the text's own way to write dates is looked for. Not tuned."""
MONTH_FIRST = frozenset("US PR GU VI AS MP FM MH PW PH".split())
"""Countries whose press writes the month first in figures: the United States, their territories, and those that follow them (CLDR)."""
_LANGUAGES = "ru uk hy az tr ar fa fr es de pt it pl he ka zh ja en".split()

_MONTH_NUMBERS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}  # fmt: skip
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?"
    r"|Dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_DATE = re.compile(
    rf"(?<![\w/.-])(?:(?P<d1>[0-3]?\d)(?:st|nd|rd|th)?[\s-](?:of\s)?(?P<m1>{_MONTH}),?[\s-](?P<y1>{_YEAR})"
    rf"|(?P<m2>{_MONTH})\s(?P<d2>[0-3]?\d)(?:st|nd|rd|th)?,?\s(?P<y2>{_YEAR})"
    rf"|(?P<y3>{_YEAR})[-/.\s](?:(?P<m3>[01]?\d)|(?P<m3w>{_MONTH}))[-/.\s](?P<d3>[0-3]?\d)"
    rf"|(?P<a>[0-3]?\d)(?P<mark>[/.-])(?P<b>[0-3]?\d)[/.-](?P<y4>{_YEAR}))(?!\d|[/.-]\d)",
    re.IGNORECASE,
)
_FOREIGN = re.compile(rf"(?<![\w/.-])[0-3]?\d\.?\s(?:de\s)?[^\W\d_]{{3,14}}\.?,?\s(?:de\s)?{_YEAR}(?!\d)")
"""A day, a word and a year, of which the word may be a month in another language."""
_ISO = re.compile(rf"({_YEAR}-\d\d-\d\d)(?!\d)")
_RFC_822 = re.compile(r"(?:[A-Z][a-z]{2},?\s)?\s?\d{1,2}[\s-][A-Z][a-z]{2}[\s-]\d{2,4}\s\d\d?:\d\d")
_WEEKDAY = re.compile(r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?[.,]*\s*$", re.IGNORECASE)
_STATED = re.compile(
    r"(?:^|[|•·(])\s?(?:first\s|last\s)?(?P<word>published|posted|issued|released|date|dated|updated|as\sof|publi[ée]e?|publicado"
    r"|pubblicato|veröffentlicht|опубликовано|опубліковано|yayınlan\w*|opublikowano)(?:\s(?:on|at|in|le|el|il|em|am))?\s?:?\s?$",
    re.IGNORECASE,
)
"""The words before a date that state that it is the text's own."""
_DASH = re.compile(r"\)?\s?(?:\([^()]{1,40}\)\s?|/[^/]{1,40}/\s?)?[-–—:]")
"""What ends a dateline, with the agency: "(AP) -"."""
_TIME_OF_DAY = re.compile(
    r"\b(?:at\s)?\d?\d[:.h]\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?|\b\d?\d\s?[ap]\.?m\b\.?|\b(?:GMT|UTC|BST|[ECMP][SD]T|CES?T|EAT|WAT)\b"
    r"|\b(?:published|posted|updated|last|on)\b",
    re.IGNORECASE,
)
_SEPARATORS = ",|•·–—(:/-"
_SMALL = frozenset("of de la el al and the in du da do den von van by for".split())
_STYLES = (
    re.compile(rf"\b{_MONTH}\s[0-3]?\d(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d)[0-3]?\d\s{_MONTH}", re.IGNORECASE),
)


def with_publication_date(article: Article) -> Article:
    """Return an article whose ``published`` is ISO 8601 or None; without one, it is the date that the text states of itself.

    What its source says and cannot be read as a date is kept in ``unread_date``.
    """
    said = article.published
    order = _Order(article)
    read = iso_date(said, order=order) if said else None
    if said and read == said:
        return article
    found = read or _stated_date(article, order)
    if not said and not found:
        return article
    return replace(article, published=found, unread_date=article.unread_date if read or not said else said[:MAX_DATE])


def unread_date(article: Article) -> UnreadDate | None:
    """Return what the article's source says of its date, where that could not be read as one."""
    said = article.unread_date
    return UnreadDate(article_id=article.id, said=said, day=article.day) if said else None


def is_month_first(article: Article) -> bool | None:
    """Return whether the article's dates in figures have the month first; None where nothing says it."""
    country = outlet_country(article)
    if country:
        return country in MONTH_FIRST
    n_month_first, n_day_first = (len(style.findall(article.text, 0, _STYLE_LENGTH)) for style in _STYLES)
    if n_month_first != n_day_first:
        return n_month_first > n_day_first
    return None if language_of(article.text) == "en" else False


class _Order:
    """The order of day and month in an article, which is found only when a date needs it."""

    def __init__(self, article: Article) -> None:
        self._article = article

    def is_month_first(self) -> bool | None:
        return is_month_first(self._article)


def iso_date(said: str, *, order: _Order | None = None) -> str | None:
    """Return what a source says of a day as an ISO 8601 date, or date and time; None where it is no day, as "December 2016".

    Without ``order`` a date in figures whose day and month may be exchanged is none.
    """
    said = " ".join(said[: MAX_DATE + 1].split())
    if not said or len(said) > MAX_DATE:
        return None
    try:
        return _exact(said) or _in_words(said, order)
    except (ValueError, OverflowError):  # the 31st of September, the year 0
        return None


def numeric_day(first: int, second: int, year: int, *, is_first_month: bool | None) -> date | None:
    """Return the day of "3/11/2024"; ``is_first_month`` decides, unless one number is no month. None where nothing does.

    ValueError where there is no such day.
    """
    if first > 12 or second > 12 or first == second:
        is_first_month = second > 12
    if is_first_month is None:
        return None
    return date(year, first, second) if is_first_month else date(year, second, first)


def _exact(said: str) -> str | None:
    """Return the date of ISO 8601, of RFC 822, or of seconds or milliseconds since 1970."""
    begun = _ISO.match(said)
    if begun:
        day = date.fromisoformat(begun[1]).isoformat()
        return said if _is_iso(said) else day
    if said.isdecimal() and len(said) in (10, 13):
        return datetime.fromtimestamp(int(said) / (1 if len(said) == 10 else 1000), UTC).date().isoformat()
    if _RFC_822.match(said):
        sent = parsedate_to_datetime(said)
        return sent.isoformat() if sent.year >= FIRST_YEAR else None
    if said.isdecimal() and len(said) == 8:
        return datetime.strptime(said, "%Y%m%d").date().isoformat() if said > str(FIRST_YEAR) else None  # noqa: DTZ007
    return None


def _is_iso(said: str) -> bool:
    try:
        datetime.fromisoformat(said)
    except ValueError:
        return False
    return True


def _in_words(said: str, order: _Order | None) -> str | None:
    found = list(_DATE.finditer(said))
    if found:
        days = {day for match in found if (day := _day_of(match, order))}
        return days.pop().isoformat() if len(days) == 1 else None
    return _in_another_language(said)


def _day_of(match: re.Match[str], order: _Order | None) -> date | None:
    for d, m, y in (("d1", "m1", "y1"), ("d2", "m2", "y2"), ("d3", "m3w", "y3")):
        if match[d] and match[m]:
            return date(int(match[y]), _MONTH_NUMBERS[match[m][:3].lower()], int(match[d]))
    if match["m3"]:
        return date(int(match["y3"]), int(match["m3"]), int(match["d3"]))
    first, second, year = int(match["a"]), int(match["b"]), int(match["y4"])
    if match["mark"] == ".":  # no country with the month first writes full stops
        return numeric_day(first, second, year, is_first_month=False)
    is_open = first <= 12 and second <= 12 and first != second
    return numeric_day(first, second, year, is_first_month=order.is_month_first() if order and is_open else None)


def _in_another_language(said: str) -> str | None:
    """Return the date in a language with other names of months."""
    if not re.search(r"\d{4}|[٠-٩۰-۹]{4}", said) or not any(map(str.isalpha, said)) or len(said.split()) > 7:
        return None
    import dateparser

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "STRICT_PARSING": True, "DATE_ORDER": "DMY"}
    found = dateparser.parse(said, languages=_LANGUAGES, settings=settings)
    return found.date().isoformat() if found and found.year >= FIRST_YEAR else None


def _stated_date(article: Article, order: _Order) -> str | None:
    """Return the date that the first lines, the last line or the title state as that of the text."""
    updated = None
    for line in _lines(article):
        for match in _DATE.finditer(line) if _DATE.search(line) else _FOREIGN.finditer(line):
            how = _how_stated(line, match)
            day = iso_date(match[0], order=order) if how else None
            if day and how == "updated":
                updated = updated or day
            elif day:
                return day
    return updated


def _lines(article: Article) -> Iterator[str]:
    head = [line for line in article.text[: _N_LINES * 1000].splitlines() if line.strip()]
    last = article.text[-_MAX_LINE:].rstrip().rpartition("\n")[2]
    for line in (*head[:_N_LINES], article.title or "", last if len(head) > 1 else ""):
        yield " ".join(line[:_MAX_LINE].split())


def _how_stated(line: str, match: re.Match[str]) -> str | None:
    """Return how a line states that a date is its own: "updated", "published", "dateline" or "line"; None where it does not."""
    before = _WEEKDAY.sub("", line[: match.start()]).rstrip()
    after = line[match.end() :].lstrip()
    stated = _STATED.search(f"{before} ")
    if stated:
        return "updated" if stated["word"].lower() == "updated" else "published"
    words = re.findall(r"[^\W\d_][\w.'’-]*", before)
    is_named = all(word[0].isupper() or word.lower() in _SMALL for word in words)
    if is_named and len(words) <= 6 and before[-1:] in ("", *",(/–—-") and _DASH.match(after):
        return "dateline"
    rest = _TIME_OF_DAY.sub(" ", f"{before} | {after}")
    is_apart = (not before or before[-1] in _SEPARATORS) and (not after.strip(" ).") or after[0] in f"{_SEPARATORS})")
    beside = re.findall(r"\w[\w.'’-]*", rest)
    is_line = len(line) < _MAX_LINE and len(beside) <= _MAX_WORDS_BESIDE and not after.rstrip(" .").endswith(("!", "?"))
    has_no_statement = all(
        word[0].isupper() or word[0].isdigit() or word.lower() in _SMALL | {"read", "min"} for word in beside
    )
    return "line" if is_apart and is_line and has_no_statement else None
