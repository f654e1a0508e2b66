"""Split a news text into sentences. Pure; the only sentence splitter of the package but for the recognizer's training rules."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from statistics import median

from geomap.text.tokens import CASELESS

FULL_STOPS = ".:։。．۔।॥။។።"
"""Signs that end a statement, in all scripts; the colon does so in Armenian only, but ends no headline either."""
_STOP = r"(?:(?<=[.!?…։؟۔।॥။។።])|(?<=[.!?…][\"”’')\]»])|(?<=[\u0561-\u0587]:))"
_END = re.compile(
    rf"{_STOP}\s+(?=[\"“‘'(\[«—-]?[^\Wa-z_])|(?<=[。！？])(?![。！？」』”’）])|(?<=[。！？][」』”’）])|(?<!\s)\s*\n\s*"
)
"""A run of white space matches from its first character only: trying each would be quadratic in its length."""
_MONTHS = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Gen|Col|Lt|Sgt|Capt|Sen|Rep|Gov|Prof|Rev|Mt|Ft|vs)\.$")
"""Abbreviations that always precede a name: they never end a sentence."""
_AMBIGUOUS = re.compile(rf"(?:\b(?:St|Ave|Jr|Sr|[A-Z]|{_MONTHS})|[A-Za-z]\.[A-Za-z])\.$")
"""Abbreviations and initials that end a sentence only before a word of ``_OPENER``: "in the U.S. The army", "the U.S. Army"."""
_BEFORE_NAMES = re.compile(
    r"(?<!\w)(?:г|гг|ул|пр|пл|пер|обл|им|св|д|с|пос|р|м|с-ще|смт|вул|просп|ім|оз|ст|ն|փ|ul|woj|pow|gm|św|Nr|Sr|Sra|Srta|Mme|Mlle|Dott|Sig|Ing|Bros|bzw|ca|vgl)\.$",
    re.IGNORECASE,
)
"""The same in other languages: "г. Гюмри", "ul. Długa", "Nr. 5"."""
_CASELESS = re.compile(f"[{CASELESS}]")
_CLOCK_TIME = re.compile(r"(?:\b[ap]\.m|\d\s?[AP]\.M)\.$")
"""Ends a sentence unless a day, a month or a time zone follows: "at 5 a.m. Monday"."""
_NUMBER_SIGN = re.compile(r"\bNo\.$")
"""The abbreviation of "number" before a digit; otherwise the word "no", which may end a sentence."""
_LONGEST_ABBREVIATION = 12
"""Code points before a sentence end in which an abbreviation is searched; the longest, "Sept." and "Capt.", have 5."""
_QUOTE = r"[\"“‘'(\[«]?"
_OPENER = re.compile(
    rf"{_QUOTE}(?:The|This|That|These|Those|There|He|She|It|They|We|His|Her|Its|Their|But|And|In|On|At|For|As|When|While"
    r"|After|Before|If)\b"
)
_TIME_WORD = re.compile(
    rf"{_QUOTE}(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon\.|Tues?\.|Wed\.|Thur?s?\.|Fri\.|Sat\.|Sun\.|January|February|March"
    rf"|April|May|June|July|August|September|October|November|December|(?:{_MONTHS})\.|[ECMP][SD]?T|GMT|UTC|BST)(?!\w)"
)
_WIDEST_LINE = 110
"""Code points of the longest line of a wrapped text. Not tuned."""
_NARROWEST_LINE = 50
"""Code points of the median line of a wrapped text at least. Not tuned."""
_LOOK_BACK = 2_000
"""Code points; more than nearly every sentence has. Not tuned."""
_SPACE = re.compile(r"\s+")
_SOFT_BREAK = re.compile(r"[ \t]*\r?\n[ \t]*")


@lru_cache(maxsize=8)  # each step of an article needs those of the same text
def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the sentences of ``text`` as half-open spans of code points, without the white space between them.

    A line break ends a sentence, as after a heading or a paragraph, unless the lines of the text are wrapped at a column.
    """
    is_wrapped = _is_wrapped(text)
    starts = [len(text) - len(text.lstrip())]
    ends = []
    for match in _END.finditer(text):
        if _ends_sentence(text, match, is_wrapped=is_wrapped):
            ends.append(match.start())
            starts.append(match.end())
    spans = zip(starts, [*ends, len(text)], strict=True)
    trimmed = ((start, start + len(text[start:end].rstrip())) for start, end in spans)
    return tuple((start, end) for start, end in trimmed if end > start)


def beginning_of(text: str, *, limit: int) -> int:
    """Return an offset of at most ``limit`` at which to cut ``text``: the last end of a sentence or line, else of a word.

    Only the last ``_LOOK_BACK`` code points before ``limit`` are searched; without any end there the offset is ``limit``.
    """
    if len(text) <= limit:
        return len(text)
    # The search goes beyond the limit: the end of a sentence is recognized by what follows it.
    window = (max(0, limit - _LOOK_BACK), limit + _LOOK_BACK)
    sentences = (m.start() for m in _END.finditer(text, *window) if _ends_sentence(text, m, is_wrapped=False))
    words = (m.start() for m in _SPACE.finditer(text, *window))
    for ends in (sentences, words):
        within = [end for end in ends if 0 < end <= limit]
        if within:
            return within[-1]
    return limit


def _ends_sentence(text: str, match: re.Match[str], *, is_wrapped: bool) -> bool:
    """Return whether a sentence ends at a match of ``_END``."""
    start, end = match.span()
    if "\n" in match[0]:
        if start == 0 or not is_wrapped or not _SOFT_BREAK.fullmatch(match[0]):
            return True
        return text[start - 1] in "!?…！？" + FULL_STOPS and not _is_abbreviation(text, start, end)
    return not _goes_on(text, end) and not _is_abbreviation(text, start, end)


def _goes_on(text: str, behind: int) -> bool:
    """Return whether a small letter stands at ``behind``: "5 тыс. человек"."""
    first = text[behind : behind + 1]
    return first.islower() and not _CASELESS.match(first)


def _is_abbreviation(text: str, before: int, behind: int) -> bool:
    """Return whether the full stop that ends at ``before`` belongs to an abbreviation, given the word that starts at ``behind``."""
    window = (max(0, before - _LONGEST_ABBREVIATION), before)
    if _TITLE.search(text, *window) or _BEFORE_NAMES.search(text, *window):
        return True
    if _CLOCK_TIME.search(text, *window):
        return bool(_TIME_WORD.match(text, behind))
    if _NUMBER_SIGN.search(text, *window):
        return text[behind : behind + 1].isdigit()
    return bool(_AMBIGUOUS.search(text, *window)) and not _OPENER.match(text, behind)


def _is_wrapped(text: str) -> bool:
    """Return whether lines are wrapped at a column: none is long, and the median line before a single break is not short."""
    lines = [line.strip() for line in text.split("\n")]
    if any(len(line) > _WIDEST_LINE for line in lines):
        return False
    broken = [len(a) for a, b in pairwise(lines) if a and b]
    return bool(broken) and median(broken) >= _NARROWEST_LINE
