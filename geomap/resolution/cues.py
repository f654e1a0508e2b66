"""Cues in the words of a text: a mention's stated container, its stated kind, lists, the dateline, words of one country. Pure."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from geomap.gazetteer.variants import MAX_NAME
from geomap.resolution import parameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.types import Mention, Place, PlaceKind

LinkKind = Literal["comma", "in", "of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two mentions of which the text states that one contains the other: "Paris, Texas"; "a village in Syunik"; "Syria's Afrin"."""

    inner: int
    """Index of the mention that lies inside."""
    outer: int
    """Index of the mention that contains it."""
    kind: LinkKind
    """``comma``: "X, Y" and "X (Y)"; ``in``: "X in Y", "X, north of Y"; ``of``: "Y's X", "the Y town of X"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """A capitalized name after a mention and a comma that is not a mention: "La." in "Alexandria, La."."""

    inner: int
    text: str
    end: int


_COMMA = re.compile(r",\s+|\s*\(\s*|\s+-\s+")
_IN = re.compile(
    r"(?:,|\s+\w+|\s+\w+,)?\s+(?:in|into|within|inside|across)\s+(?:the\s+)?"
    r"(?:(?:[a-z]+|U\.S\.)\s+){0,2}(?:(?:city|town|village|state|province|region|district|county|republic)\s+of\s+)?"
)
_NEAR = re.compile(
    r",?\s+(?:a\s+\w+\s+)?(?:\w+\s+)?(?:(?:north|south|east|west)\w*|outside|just outside|near)\s+(?:of\s+)?"
)
_CONTAINS = re.compile(
    r"[’']s?\s+(?:(?:[a-z-]+)\s+){0,4}(?:of\s+)?|"
    r"\s+(?:[a-z-]+\s+){0,2}(?:city|town|village|capital|province|region|district|enclave|state|port|area|island)\s+"
    r"(?:city\s+)?(?:of\s+)?|-(?:based|occupied|held|controlled)\s+(?:[a-z-]+\s+){0,2}"
)
_TAIL = re.compile(r",\s+((?:[A-Z][\w.’'-]*)(?:\s+[A-Z][\w.’'-]*){0,2})")
_LIST = re.compile(r",\s+(?:and\s+|or\s+)?|\s+(?:and|or|to|&)\s+(?:the\s+)?|/")
_LIST_CONTINUES = re.compile(
    r",?\s+(?:and|or)\s(?!(?:in|at|on|near|from|to|for|of|by|with|outside|was|were|is|are)\s)|,\s+[A-Z][\w.]+(?:\s[A-Z][\w.]+){0,2}\s?,?\s+(?:and|or)\s"
)
_DATELINE = re.compile(
    r"\s*+(?:,\s*[A-Z][\w.]*(?:\s+[A-Z][\w.]*)?)?\s*+(?:,\s*(?:\w+\.?\s+\d{1,2}|\d{1,2}\s+\w+\.?)(?:,?\s+\d{4})?)?\s*+"
    r"(?:\([^)\n]{2,40}\)\s*+)?(?:—|–|--|-\s|―)"
)

_KINDS_BEFORE: tuple[tuple[re.Pattern[str], frozenset[PlaceKind]], ...] = (
    (
        re.compile(
            r"\b(?:city|town|village|hamlet|settlement|suburb|community|port|capital|capital city)(?:\s+of)?\s+$",
            re.IGNORECASE,
        ),
        frozenset({"settlement", "suburb"}),
    ),
    (
        re.compile(r"\b(?:state|province|republic|governorate|oblast|canton)\s+of\s+$", re.IGNORECASE),
        frozenset({"admin1", "country"}),
    ),
    (
        re.compile(r"\b(?:county|district|municipality|borough|parish)(?:\s+of)?\s+$", re.IGNORECASE),
        frozenset({"admin2", "admin3"}),
    ),
    (re.compile(r"\b(?:lake|river|gulf of|bay of|sea of|strait of)\s+$", re.IGNORECASE), frozenset({"water"})),
    (re.compile(r"\b(?:island|isle|islands)\s+of\s+$", re.IGNORECASE), frozenset({"island", "country"})),
    (re.compile(r"\b(?:mount|mountains? of)\s+$", re.IGNORECASE), frozenset({"physical"})),
    (
        re.compile(r"\b(?:mayor of|downtown|city council of|police in|resident of)\s+$", re.IGNORECASE),
        frozenset({"settlement"}),
    ),
    (re.compile(r"\b(?:governor of|senator from|gov\.|statewide in)\s+$", re.IGNORECASE), frozenset({"admin1"})),
    (
        re.compile(r"\b(?:president of|prime minister of|government of|embassy in)\s+(?:the\s+)?$", re.IGNORECASE),
        frozenset({"country"}),
    ),
)
_KINDS_WITHIN: tuple[tuple[re.Pattern[str], frozenset[PlaceKind]], ...] = (
    (
        re.compile(r"^\W*(?:county|parish|borough|district|rayon|raion|co\.)\b", re.IGNORECASE),
        frozenset({"admin2", "admin3", "admin1"}),
    ),
    (
        re.compile(r"^\W*(?:province|state|governorate|oblast|prefecture|region|territory|canton)\b", re.IGNORECASE),
        frozenset({"admin1", "admin2", "macroregion"}),
    ),
    (re.compile(r"^\W*(?:township|twp\.?)\b", re.IGNORECASE), frozenset({"admin3", "settlement"})),
    (re.compile(r"^\W*(?:(?:international )?airport|air ?base|airfield)\b", re.IGNORECASE), frozenset({"site"})),
    (
        re.compile(r"^\W*(?:city|town|village|city council|mayor|police|residents?)\b", re.IGNORECASE),
        frozenset({"settlement"}),
    ),
    (
        re.compile(r"^\W*(?:river|lake|creek|bay|sea|ocean|reservoir|gulf|strait)\b", re.IGNORECASE),
        frozenset({"water"}),
    ),
    (re.compile(r"^\W*(?:islands?|isles?|archipelago)\b", re.IGNORECASE), frozenset({"island", "country", "admin1"})),
    (
        re.compile(r"^\W*(?:mountains?|hills?|valley|desert|peninsula|basin|range)\b", re.IGNORECASE),
        frozenset({"physical"}),
    ),
)
_CAPITALIZED = r"[A-Z][\w.’'-]+(?:\s[A-Z][\w.’'-]+){0,2}"
_PLURALS: tuple[tuple[str, frozenset[PlaceKind]], ...] = (
    ("counties|parishes|boroughs|districts|rayons|raions|municipalities", frozenset({"admin2", "admin3", "admin1"})),
    (
        "provinces|states|governorates|oblasts|prefectures|regions|territories|cantons",
        frozenset({"admin1", "admin2", "macroregion"}),
    ),
    ("townships", frozenset({"admin3", "settlement"})),
    ("cities|towns|villages", frozenset({"settlement", "suburb"})),
    ("airports", frozenset({"site"})),
    ("rivers|lakes|creeks|bays|seas|gulfs", frozenset({"water"})),
    ("islands|isles", frozenset({"island", "country", "admin1"})),
    ("mountains|valleys|hills", frozenset({"physical"})),
)
_LISTED_BEFORE_PLURAL = re.compile(
    rf"(?:,\s+{_CAPITALIZED}){{0,8}},?\s+(?:and|or|&)\s+{_CAPITALIZED}?\s+(?P<plural>[a-z]+)\b|\s+(?P<own>[a-z]+)\b"
)
_LISTED_AFTER_PLURAL = re.compile(
    rf"\b(?P<plural>[a-z]+)\s+of\s+(?:{_CAPITALIZED},\s+){{0,8}}(?:{_CAPITALIZED},?\s+(?:and|or)\s+)?$"
)
_ARTICLE_BEFORE = re.compile(r"\b[Tt]he $")
_NO_NOUN_AFTER = re.compile(
    r"[’']s\b|\W*$|[^\w\s]|\s+(?:a|after|and|are|as|at|before|but|by|during|for|from|had|has|have|in|into|is|may|of|on|or|over|"
    r"since|that|the|through|to|towards?|until|was|were|where|which|while|who|will|with)\b"
)
_GENERIC_WORD = re.compile(
    r"\b(county|parish|borough|district|province|state|oblast|township|city|river|lake|creek|bay|sea|ocean|gulf|islands?|"
    r"isles?|mountains?|valley|peninsula|desert|mount|mt\.?|region|governorate|co\.)\b",
    re.IGNORECASE,
)


def links(text: str, mentions: Sequence[Mention]) -> tuple[Link, ...]:
    """Return which of two neighbouring mentions contains the other by the words between; ``mentions`` in text order."""
    found: list[Link] = []
    for i, (here, following) in enumerate(itertools.pairwise(mentions)):
        if following.start - here.end >= parameters.MAX_LINK_GAP:
            continue
        between = text[here.end : following.start]
        if _COMMA.fullmatch(between):
            found.append(Link(inner=i, outer=i + 1, kind="comma"))
        elif _IN.fullmatch(between) or _NEAR.fullmatch(between):
            found.append(Link(inner=i, outer=i + 1, kind="in"))
        if _CONTAINS.fullmatch(between) or (
            here.kind == "demonym" and re.fullmatch(r"\s+(?:[a-z-]+\s+){0,3}(?:of\s+)?", between)
        ):
            found.append(Link(inner=i + 1, outer=i, kind="of"))
    return tuple(found)


def neighbours(text: str, mentions: Sequence[Mention]) -> tuple[tuple[int, int], ...]:
    """Return pairs of mentions that are neighbours in a list: "Tegh, Kornidzor and Goris"."""
    pairs = []
    for i, (here, following) in enumerate(itertools.pairwise(mentions)):
        is_close = following.start - here.end < parameters.MAX_LIST_GAP
        if is_close and _LIST.fullmatch(text[here.end : following.start]):
            pairs.append((i, i + 1))
    return tuple(pairs)


def tails(text: str, mentions: Sequence[Mention]) -> tuple[Tail, ...]:
    """Return the capitalized names that follow a mention and a comma and are not mentions."""
    starts = {mention.start for mention in mentions}
    found = []
    for i, mention in enumerate(mentions):
        match = _TAIL.match(text, mention.end)
        if match and match.start(1) not in starts and len(match[1]) <= MAX_NAME:
            found.append(Tail(inner=i, text=match[1], end=match.end(1)))
    return tuple(found)


def goes_on(text: str, end: int) -> bool:
    """Return whether a list continues at ``end``: in "Washington, New York and Boston" nothing contains Washington."""
    return bool(_LIST_CONTINUES.match(text, end))


def dateline(text: str, mentions: Sequence[Mention]) -> int | None:
    """Return the index of the mention in the dateline, None without one: "TBILISI, Sept 20 (Reuters) —"."""
    for i, mention in enumerate(mentions[: parameters.MAX_DATELINE_MENTIONS]):
        if mention.start > parameters.MAX_DATELINE_START:
            return None
        is_at_start = (
            not text[: mention.start].strip()
            or text[: mention.start].rstrip()[-1:] in ".!?:|”\"')"
            or ("\n" in text[: mention.start][-3:])
        )
        if is_at_start and _DATELINE.match(text, mention.end):
            return i
    return None


def stated_kinds(text: str, mention: Mention) -> frozenset[PlaceKind]:
    """Return the kinds of place that the words in and around a mention state; empty where they state none."""
    inside = _GENERIC_WORD.search(mention.text)
    if inside and (inside.start() > 0 or inside.end() < len(mention.text)):
        word = inside[1]
        for pattern, kinds in _KINDS_WITHIN:
            if pattern.match(word):
                return kinds
        if word.lower().startswith("m"):
            return frozenset({"physical", "settlement", "admin2"})
    after = text[mention.end : mention.end + parameters.KIND_WINDOW_AFTER]
    for pattern, kinds in _KINDS_WITHIN:
        if re.match(r"\s+\w", after) and pattern.match(after):
            return kinds
    before = text[max(0, mention.start - parameters.KIND_WINDOW_BEFORE) : mention.start]
    for pattern, kinds in _KINDS_BEFORE:
        if pattern.search(before):
            return kinds
    return _plural_kinds(text, mention)


def _plural_kinds(text: str, mention: Mention) -> frozenset[PlaceKind]:
    """Return the kinds that a plural states of every name of a list: "Lincoln and Otoe counties", "the provinces of Gao and Kidal"."""
    after = _LISTED_BEFORE_PLURAL.match(text, mention.end, mention.end + parameters.LIST_WINDOW)
    before = _LISTED_AFTER_PLURAL.search(text[max(0, mention.start - parameters.LIST_WINDOW) : mention.start])
    words = [after and (after["plural"] or after["own"]), before and before["plural"]]
    return next((kinds for plurals, kinds in _PLURALS for word in words if word in plurals.split("|")), frozenset())


def is_of_kind(place: Place, stated: frozenset[str]) -> bool:
    """Return whether a place is of a kind that ``stated_kinds`` returned; a county of the United States is never a state."""
    is_state = place.kind == "admin1" and place.country == "US"
    return place.kind in stated and not (is_state and "admin3" in stated)


def has_article(text: str, mention: Mention) -> bool:
    """Return whether "the" belongs to a mention, not to a noun after it: "in the Gulf", but not "the Dublin council"."""
    before = _ARTICLE_BEFORE.search(text[max(0, mention.start - parameters.ARTICLE_WINDOW_BEFORE) : mention.start])
    after = text[mention.end : mention.end + parameters.ARTICLE_WINDOW_AFTER]
    return before is not None and _NO_NOUN_AFTER.match(after) is not None


def is_sea_name(name: str) -> bool:
    """Return whether a name has a word for a sea: "Red Sea", "Gulf of Aden"."""
    return re.search(r"(?:^(?:gulf|sea) of | (?:sea|ocean|gulf)$)", name, re.IGNORECASE) is not None


def is_abbreviation(name: str) -> bool:
    """Return whether a name is written as an abbreviation: "EU", "N.Y.", "Ill."."""
    letters = name.replace(".", "").replace(" ", "")
    return name.endswith(".") or (len(letters) <= parameters.MAX_ABBREVIATION and letters.isupper())


_COUNTRY_WORDS = {
    "US": r"count(?:y|ies) (?:sheriff|commission|jail|road)|sheriff|township|high school|highway|interstate|state trooper|"
    r"state rep|congress(?:man|woman)|[RD]-[A-Z]|school district|freshman|sophomore|police department|city council|"
    r"U\.S\. \d+|acres?|county|downtown",
    "GB": r"councillors?|constabulary|county council|borough council|£\d|MPs?|pensioners?|A&E|crown court|the M\d+|lorry|NHS|"
    r"parish council|postcode|ward member",
    "CA": r"MPPs?|premier|RCMP|loonie|Toonie|OPP|riding|hydro bill|regional municipality",
    "AU": r"NSW|councillors?|AFL|A\$\d|ute|Liberal National",
    "IN": r"crores?|lakhs?|Rs\.? ?\d|Lok Sabha|BJP|panchayat|tehsil|Vidhan Sabha",
    "NG": r"naira|senatorial|local government area|LGA|EFCC",
    "ZA": r"ANC|rands?|SAPS|township|municipality|R\d+ ?(?:million|billion|m|bn)",
    "IE": r"garda[ií]?|taoiseach|TDs?|co\. council|Dáil|€\d+",
    "PK": r"rupees|Rs\.? ?\d|PTI|PML-N|tehsil|crores?",
    "PH": r"barangay|pesos?|PNP",
    "NZ": r"iwi|Māori|NZ\$",
}
"""Names of offices, currencies, roads and schools that are used in one country only, or nearly so."""
_OF_COUNTRY = {
    code: re.compile(rf"\b(?:{words})\b" if code != "GB" else rf"(?:\b|(?=£))(?:{words})")
    for code, words in _COUNTRY_WORDS.items()
}


def country_word_shares(text: str) -> dict[str, float]:
    """Return by country (ISO 3166-1 alpha-2) how many of its own words a text has, from 0 to 1 for ``FULL_COUNTRY_WORDS``.

    Countries without any are left out.
    """
    beginning = text[: parameters.MAX_COUNTRY_WORDS_TEXT]
    counts = {code: len(pattern.findall(beginning)) for code, pattern in _OF_COUNTRY.items()}
    return {code: min(1.0, n / parameters.FULL_COUNTRY_WORDS) for code, n in counts.items() if n}
