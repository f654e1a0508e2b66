"""The forms of English time expressions, as regular expressions in the order of their precedence."""

from __future__ import annotations

import re

from geomap.annotation.time_spans import HOLIDAYS

COUNTS = {
    word: n for n, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {"a": 1, "an": 1}

_MONTH_NAME = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
_MONTH = rf"(?P<month>{_MONTH_NAME})"
_MONTH_2 = rf"(?P<month2>{_MONTH_NAME})"
_ORDINAL = r"(?:st|nd|rd|th)?"
_TO = r"(?:\s?[-–—/]\s?|\s+(?:to|and|or|until|till|through|into)\s+)"
_DAY = rf"(?P<day>[0-3]?\d){_ORDINAL}(?:(?P<join>{_TO})(?P<to>[0-3]?\d){_ORDINAL})?"
_YEAR = r"(?P<year>(?:1[0-9]|20)\d\d)"
# "In 1500 homes" is no year; verbs and small words in -s may follow one.
_NO_THINGS = (
    r"(?!\s+(?!(?:was|as|his|is|its|has|this|plus|across|towards|amongst|thus|perhaps|always|does)\b)[a-z]+s\b)"
)
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(COUNTS)})"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_PART = r"(?:\s+(?:morning|afternoon|evening|night))?"
_FOLLOWING = "|".join(
    rf"{a}day{_PART}\s+and\s+(?:on\s+)?{b}"
    for a, b in zip(
        "Mon Tues Wednes Thurs Fri Satur Sun".split(), "Tues Wednes Thurs Fri Satur Sun Mon".split(), strict=True
    )
)
PATTERNS = tuple(
    (name, re.compile(pattern, re.IGNORECASE if name in ("ago", "span", "holiday", "same", "shift", "beside", "hours") else 0))
    for name, pattern in (
        ("iso", r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b"),
        ("dotted", r"\b(?P<day>[0-3]?\d)\.(?P<month>[01]?\d)\.(?P<year>(?:19|20)\d\d)\b"),
        ("slashed", r"\b(?P<first>[0-3]?\d)/(?P<second>[0-3]?\d)/(?P<year>(?:19|20)\d\d)\b"),
        ("days_across", rf"\b(?P<day>[0-3]?\d){_ORDINAL}\s+{_MONTH}(?P<join>{_TO})(?P<to>[0-3]?\d){_ORDINAL}\s+{_MONTH_2}(?:,?\s+{_YEAR}\b)?"),
        ("days_across", rf"\b{_MONTH}\s+(?P<day>[0-3]?\d){_ORDINAL}(?P<join>{_TO}){_MONTH_2}\s+(?P<to>[0-3]?\d){_ORDINAL}\b(?:,?\s+{_YEAR}\b)?"),
        ("day_month", rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR}\b)?"),
        ("month_day", rf"\b{_MONTH}\s+{_DAY}\b(?!\.\d|:\d|,\d)(?:,?\s+{_YEAR}\b)?"),
        ("week_of_month", rf"\b(?P<nth>first|second|third|last)\s+week\s+(?:of|in)\s+{_MONTH}(?:,?\s+{_YEAR}\b)?"),
        ("months", rf"\b{_MONTH}(?:\s+{_YEAR})?(?:\s?[-–—]\s?|\s+(?:to|until|through)\s+|(?P<join>\s+and\s+)){_MONTH_2}(?:\s+(?P<year2>(?:19|20)\d\d)\b)?(?!\s+\d)"),
        ("month_year", rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b"),
        ("month", rf"\b(?:[Ii]n|[Ll]ast|[Nn]ext|[Tt]his|[Ss]ince|[Dd]uring|[Bb]y|[Uu]ntil|[Tt]hroughout|[Ff]rom|[Oo]f)\s+(?:early\s+|mid-|late\s+)?{_MONTH}(?!\s+\d)|\b(?:[Ee]arly|[Mm]id-|[Ll]ate)\s?(?P<month2>{_MONTH_NAME})(?!\s+\d)"),
        ("decade", r"\b(?:[Tt]he\s+)?(?:early\s+|mid-|late\s+)?(?P<decade>(?:1[5-9]|20)\d0)s\b"),
        ("years", rf"\b(?:[Ff]rom|[Bb]etween)\s+{_YEAR}\s+(?:to|and|until)\s+(?P<to>(?:1[0-9]|20)\d\d)\b"),
        ("year", rf"\b(?:[Ii]n|[Ss]ince|[Dd]uring)\s+(?:early\s+|mid-|late\s+)?{_YEAR}\b(?!\s*[-–]\s*\d){_NO_THINGS}"),
        ("weekdays", rf"\b(?P<from>{_WEEKDAY}){_PART}(?:\s?[-–—]\s?|\s+(?:to|through|until|till|into)\s+)(?P<weekday>{_WEEKDAY}){_PART}|\b(?P<pair>{_FOLLOWING})day{_PART}|\b[Bb]etween\s+(?P<from2>{_WEEKDAY}){_PART}\s+and\s+(?P<weekday2>{_WEEKDAY}){_PART}"),
        ("weekday_week", rf"\b(?P<weekday>{_WEEKDAY}){_PART},?\s+(?:of\s+)?(?P<which>last|this|next)\s+week\b"),
        (
            "weekday",
            (
                r"\b(?:(?P<which>[Ll]ast|[Nn]ext|[Tt]his|[Cc]oming|[Ff]ollowing|[Pp]revious)\s+)?"
                rf"(?P<weekday>{_WEEKDAY}|(?:Mon|Tues?|Thur?s?|Fri)\.)"
                rf"{_PART}"
            ),
        ),
        ("holiday", rf"\b(?P<holiday>{'|'.join(name.replace(' ', chr(92) + 's+').replace(chr(39), '.') for name in HOLIDAYS)})\b(?!\s+(?:tree|market|card|present|gift|shopping|season|party|lights?|dinner|island|egg|parade\s+route|bank))"),
        ("before_yesterday", r"\b[Tt]he\s+day\s+(?:before\s+yesterday|(?P<after>after\s+tomorrow))\b"),
        ("near", r"\b(?P<near>[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight|[Ll]ast\s+night|[Tt]his\s+(?:morning|afternoon|evening)|[Oo]vernight)\b"),
        ("new_year", r"\b[Ss]ince\s+(?:the\s+)?(?:new\s+year|turn\s+of\s+the\s+year|(?:start|beginning)\s+of\s+the\s+year)\b"),
        ("part", r"\b(?P<part>[Ee]arlier|[Ll]ater|[Ss]o\s+far)\s+this\s+(?P<unit>week|month|year)\b"),
        ("period", r"\b(?P<which>[Ll]ast|[Tt]his|[Nn]ext|[Pp]ast)\s+(?P<unit>week|month|year)\b(?!-|\s+of\b)"),
        ("weekend", r"\b(?:(?P<which>[Ll]ast|[Tt]his|[Nn]ext)\s+|(?:[Oo]ver|[Aa]t|[Dd]uring)\s+the\s+(?:past\s+)?)weekend\b"),
        ("ago", rf"\b(?:{_COUNT}|(?P<few>several|few))\s+(?P<unit>minute|hour|day|week|fortnight|month|year)s?\s+ago\b"),
        ("span", rf"\b(?:past|last)\s+{_COUNT}\s+(?P<unit>hour|day|night|week|month|year)s\b"),
        ("in_time", rf"\b[Ii]n\s+{_COUNT}\s+(?P<unit>day|week|month)s?['’]?\s+time\b"),
        ("nth", r"\b[Oo]n\s+the\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)(?=[,.;)]|\s+of\s+(?:this|last|the)\s+month\b)"),
    )
)  # fmt: skip
TOLD = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("same", r"\b(?:(?:the|that|this)\s+(?:very\s+)?same|that|later\s+that|earlier\s+that)\s+(?:day|morning|afternoon|evening|night|week|weekend|month)\b"),
        ("hours", rf"\b(?:(?:{_COUNT}|several|few)\s+)?(?:hours?|minutes?|moments)\s+(?:later|afterwards?|after|earlier|before)\b"),
        ("shift", rf"\b{_COUNT}\s+(?P<unit>day|night|week|fortnight|month|year)s?\s+(?P<way>before|earlier|previously|later|after(?:wards?)?)\b"),
        ("beside", rf"\b(?:the\s+)?(?P<way>following|next|previous|preceding)\s+(?P<unit>day|morning|afternoon|evening|night|week|weekend|month|{_WEEKDAY})\b"),
        ("beside", r"\bthe\s+(?P<unit>day|night|morning|afternoon|evening|week|weekend|month)\s+(?P<way>before|after)\b"),
    )
)  # fmt: skip
"""Times that are counted from the day told before."""
NEEDS = (
    (re.compile(r"\d"), "iso dotted slashed decade years year nth"),
    (re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"), "days_across day_month month_day week_of_month months month_year month"),
    (re.compile(r"day\b|\b(?:Mon|Tues?|Thur?s?|Fri)\."), "weekdays weekday_week weekday"),
)  # fmt: skip
"""What a sentence needs for some of the patterns, so that most are not tried."""
WORDS = {
    "iso": ("-",),
    "slashed": ("/",),
    "decade": ("0s",),
    "years": ("from", "between"),
    "weekday_week": ("week",),
    "holiday": tuple(sorted({max(re.split(r"\W", name), key=len) for name in HOLIDAYS})),
    "before_yesterday": ("yesterday", "tomorrow"),
    "near": ("today", "yesterday", "tomorrow", "night", "morning", "afternoon", "evening"),
    "new_year": ("since",),
    "part": ("week", "month", "year"),
    "period": ("week", "month", "year"),
    "weekend": ("weekend",),
    "ago": ("ago",),
    "span": ("past", "last"),
    "in_time": ("time",),
    "same": ("same", "that"),
    "hours": ("hour", "minute", "moments"),
    "shift": ("before", "earlier", "previously", "later", "after"),
    "beside": ("following", "next", "previous", "preceding", "before", "after"),
}
"""Of which a sentence in lower case has one, where a pattern of this name matches it."""
NUMERIC = PATTERNS[:2]
TIME_WORDS = (
    "day week month year tomorrow night morning afternoon evening hour minute moments fortnight christmas easter halloween thanksgiving epiphany juneteenth christi fourth mid-"
).split()
TIME_SIGNS = re.compile(r"\d|\b(?:(?:Mon|Tues?|Thur?s?|Fri)\.|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))")
"""Every pattern needs one of the words, in lower case, or of the signs; most sentences have none."""
_FOLDED_I = str.maketrans("ıİ", "ii")


def folded(sentence: str) -> str:
    """Return a sentence in which each letter that a pattern takes for one of ASCII is that one, in lower case."""
    return sentence.lower() if sentence.isascii() else sentence.translate(_FOLDED_I).casefold()


def may_match(name: str, words: str) -> bool:
    """Return whether a pattern of this name may match a ``folded`` sentence."""
    needed = WORDS.get(name)
    return needed is None or any(word in words for word in needed)
