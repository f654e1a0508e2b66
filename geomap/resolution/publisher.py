"""Where an article's readers live: its outlet's national domain and town, the section it stands in, and words of one country. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from geomap.geodesy import sphere_km

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geomap.gazetteer.store import Gazetteer
    from geomap.types import Article, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What an outlet's address says; all empty where it says nothing."""

    country: str | None = None
    """ISO 3166-1 alpha-2, from a national domain."""
    stem: str = ""
    """The address's own name, letters only: "gainesvilleregister"."""
    places: tuple[Place, ...] = ()
    """The places that a part of the stem or the section of the page may name, most prominent first."""


_SECTION = re.compile(r"/([a-z]+(?:[_-][a-z]+){1,3})(?=/)")
"""A part of an address between slashes: "/arlington_news/"."""
_SECTION_KM = 100.0
"""How far from the outlet's own town the town of its section may lie."""
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
    known = _newsroom(labels, gazetteer)
    top = labels.pop()
    country = "GB" if top == "uk" else top.upper() if len(top) == 2 and top not in _NOT_NATIONAL else None
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    stem = re.sub(r"[^a-z]", "", "".join(labels[-2:]))
    named = known or _places(tuple(labels[-2:]), gazetteer)
    named = tuple(p for p in named if p.country == country) or named if country else named
    if named and named[0].kind == "country" and len(named) == 1:
        return Home(country=country or named[0].country, stem=stem)
    section, near = _section(article.url or "", named, gazetteer)
    return Home(country=country or (known[0].country if known else None), stem=stem + section, places=near or named)


def _newsroom(labels: list[str], gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Return the town of a newspaper that is known by its address, none where it is not."""
    rows = newsrooms()
    row = next((rows[host] for i in range(len(labels) - 1) if (host := ".".join(labels[i:])) in rows), None)
    if row is None:
        return ()
    town, country, state = row
    codes = {c.place.admin1 for c in gazetteer.lookup(state, country=country, limit=5) if c.place.kind == "admin1"}
    towns = [c.place for c in gazetteer.lookup(town, country=country, limit=40) if c.place.kind == "settlement"]
    return tuple(place for place in towns if not state or place.admin1 in codes)[:1]


@lru_cache(maxsize=1)
def newsrooms() -> Mapping[str, tuple[str, str, str]]:
    """Return town, country (ISO 3166-1 alpha-2) and name of the state or "" of the newspapers listed, by host."""
    text = (files("geomap.resolution") / "data" / "newsrooms.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {row[0]: (row[1], row[2], row[3] if len(row) > 3 else "") for row in rows}


def _section(url: str, near: tuple[Place, ...], gazetteer: Gazetteer) -> tuple[str, tuple[Place, ...]]:
    """Return the name, letters only, and the towns of the section of the page: "arlington_news" of a paper in Fort Worth.

    Only towns near the outlet's own count, where that is known; nothing where the address names no section of a town.
    """
    for part in _SECTION.findall(url.lower()):
        said = re.split(r"[_-]", part)
        words = [word for word in said if word not in _PAPER]
        if not words or words == said:
            continue
        found = [c.place for c in gazetteer.lookup(" ".join(words), limit=12) if c.match in ("name", "alternate")]
        towns = tuple(p for p in found if p.kind == "settlement" and p.population >= _TOWN)
        if near:
            towns = tuple(p for p in towns if any(_km(p, other) <= _SECTION_KM for other in near))
        if towns:
            return "".join(words), towns
    return "", ()


def _km(one: Place, other: Place) -> float:
    return sphere_km(one.lon, one.lat, other.lon, other.lat)


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
