"""Where an article's readers live: its outlet's national domain and the town in its name, and words of one country. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.gazetteer import Gazetteer
    from geomap.vocabulary import Article, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What an outlet's address says; all empty where it says nothing."""

    country: str | None = None
    """ISO 3166-1 alpha-2, from a national domain."""
    stem: str = ""
    """The address's own name, letters only: "gainesvilleregister"."""
    places: tuple[Place, ...] = ()
    """The places that a part of the stem may name, most prominent first."""


_HOST = re.compile(r"(?:https?://)?(?:www\d?\.)?((?:[\w-]+\.)+[a-z]{2,})(?=[/:?]|$)", re.IGNORECASE)
_NOT_NATIONAL = frozenset({"co", "tv", "me", "io", "fm", "am", "ai", "eu", "cc", "ly", "to", "ws", "la", "uk"})
"""Two-letter domains that are sold to all the world; and .uk, whose country is GB."""
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne"})
_PAPER = frozenset(
    {
        "advertiser",
        "advocate",
        "american",
        "and",
        "argus",
        "banner",
        "beacon",
        "bulletin",
        "chronicle",
        "citizen",
        "courier",
        "daily",
        "democrat",
        "dispatch",
        "echo",
        "enquirer",
        "evening",
        "examiner",
        "express",
        "gazette",
        "globe",
        "guardian",
        "headlight",
        "herald",
        "independent",
        "inquirer",
        "inter",
        "its",
        "journal",
        "leader",
        "local",
        "mail",
        "mercury",
        "messenger",
        "mirror",
        "morning",
        "my",
        "news",
        "newspaper",
        "newspapers",
        "observer",
        "of",
        "online",
        "pioneer",
        "post",
        "press",
        "record",
        "register",
        "reporter",
        "republic",
        "review",
        "sentinel",
        "standard",
        "star",
        "statesman",
        "sun",
        "sunday",
        "telegraph",
        "the",
        "times",
        "today",
        "tribune",
        "voice",
        "weekly",
        "world",
    }
)
"""Words of mastheads, which name no place."""
_MOST_WORDS = 4
_TOWN = 5_000
"""People; smaller places have no newspaper whose address is only their name."""
_SHORTEST = 3
_STATE = 2
"""Letters of a state's postal code: "wv" of wvgazette."""


def home(article: Article, *, gazetteer: Gazetteer) -> Home:
    """Return where the outlet of ``article`` is at home; its address is taken from ``source`` or ``url``."""
    match = next((m for m in map(_HOST.match, (article.source or "", article.url or "")) if m), None)
    if not match:
        return Home()
    labels = match[1].lower().split(".")
    top = labels.pop()
    country = "GB" if top == "uk" else top.upper() if len(top) == 2 and top not in _NOT_NATIONAL else None
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    stem = re.sub(r"[^a-z]", "", "".join(labels[-2:]))
    named = _places(tuple(labels[-2:]), gazetteer)
    named = tuple(p for p in named if p.country == country) or named if country else named
    if named and named[0].kind == "country" and len(named) == 1:
        return Home(country=country or named[0].country, stem=stem)
    return Home(country=country, stem=stem, places=named)


def _places(labels: tuple[str, ...], gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Return the towns and states, or the country, that the labels name once the words of mastheads are taken off."""
    for label in labels:
        for name in _barer(label):
            if name in _PAPER:
                continue
            found = [c for c in gazetteer.lookup(name, limit=12) if c.match in ("name", "alternate")]
            if len(name) == _STATE:
                found = [c for c in found if c.place.kind == "admin1" and c.language == "en"]
            found = [c for c in found if c.place.kind in ("settlement", "admin1", "country")]
            own = [c.place for c in found if c.match == "name"] or [c.place for c in found if c.place.kind != "country"]
            if any(place.population >= _TOWN for place in own):
                return tuple(own)
    return ()


def _barer(label: str) -> Iterator[str]:
    """Yield a label, then what is left without words of mastheads at its ends, the least taken off first.

    "athensreview" is "athens", "sunderlandecho" is "sunderland" before it is "derland".
    """
    names = [label.replace("-", " ")]
    for _ in range(_MOST_WORDS):
        yield from names
        shorter = [name.removeprefix(w).strip() for name in names for w in _PAPER if name.startswith(w)]
        shorter += [name.removesuffix(w).strip() for name in names for w in _PAPER if name.endswith(w)]
        names = sorted({name for name in shorter if len(name) > _SHORTEST or (len(name) == _STATE and name != "la")})


_WORDS = {
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
_OF_COUNTRY = {
    code: re.compile(rf"\b(?:{words})\b" if code != "GB" else rf"(?:\b|(?=£))(?:{words})")
    for code, words in _WORDS.items()
}
"""Offices, money, roads and schools as one country alone, or nearly alone, calls them."""
_ENOUGH_WORDS = 4


def words_of_countries(text: str) -> dict[str, float]:
    """Return, by country (ISO 3166-1 alpha-2), how much the words are its own, 0 to 1; countries without any left out."""
    said = {code: len(pattern.findall(text[:20_000])) for code, pattern in _OF_COUNTRY.items()}
    return {code: min(1.0, n / _ENOUGH_WORDS) for code, n in said.items() if n}
