"""The location of an article's publisher, by its host name, the section of the page, or its name. Pure, given the gazetteer."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from geomap.geodesy import sphere_km
from geomap.resolution import parameters
from geomap.text.languages import language_of
from geomap.text.newsrooms import Newsroom, host_of, is_host, listed, name_key, national, newsrooms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.types import Article, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherLocation:
    """The location of a publisher; a field is empty where the URL does not state it."""

    country: str | None = None
    """ISO 3166-1 alpha-2, from a national domain or the list of newspapers."""
    stem: str = ""
    """The host name without its domain, letters only: "gainesvilleregister"; then the words of the section."""
    places: tuple[Place, ...] = ()
    """The places that the host name or the section of the page may name, most prominent first."""


_BYLINE = re.compile(r"^By [^\n,]{3,60}, (?P<outlet>[A-Z][^\n,]{3,50})$", re.MULTILINE)
"""A byline with the outlet: "By Jane Doe, Yorkshire Evening Courier"."""
_SECTION = re.compile(r"/([a-z]+(?:[_-][a-z]+){1,3})(?=/)")
"""A part of a URL between slashes: "/arlington_news/"."""
_NAMES = ("name", "alternate")
"""Match types by which a URL names a place."""
_ENGLISH_PRESS = frozenset(
    "US GB CA AU NZ IE ZA NG GH KE UG TZ ZM ZW MW NA BW IN PK BD LK SG MY PH HK JM TT BB GY FJ PG MT".split()
)
"""Countries with local newspapers in English."""
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne"})
MASTHEAD_WORDS = frozenset(
    {
        "advertiser",
        "advocate",
        "american",
        "and",
        "argus",
        "banner",
        "bee",
        "beacon",
        "bulletin",
        "chronicle",
        "citizen",
        "courier",
        "daily",
        "dealer",
        "eagle",
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
        "ledger",
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
        "telegram",
        "telegraph",
        "transcript",
        "the",
        "times",
        "today",
        "tribune",
        "voice",
        "weekly",
        "world",
    }
)
"""Words of the names of newspapers that name no place."""


def publisher_location(article: Article, *, gazetteer: Gazetteer) -> PublisherLocation:
    """Return the location of the publisher of ``article``.

    It is found by the host name in ``source`` or else in ``url``, by the outlet's name in ``source``, or by the one in the text's byline.
    """
    host = host_of(article)
    if not host:
        return _by_name(article, gazetteer)
    labels = host.split(".")
    row = listed(labels)
    known = _towns_of(row, gazetteer) if row else ()
    top = labels.pop()
    country = national(top)
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    stem = re.sub(r"[^a-z]", "", "".join(labels[-2:]))
    if row and not row.town:
        return PublisherLocation(country=row.country, stem=stem)
    named = known or _named_places(tuple(labels[-2:]), gazetteer) or _by_name(article, gazetteer).places
    if not known and not country:
        named = _readable(named, article)
    named = tuple(p for p in named if p.country == country) or named if country else named
    if named and named[0].kind == "country" and len(named) == 1:
        return PublisherLocation(country=country or named[0].country, stem=stem)
    section, near = _section(article.url or "", named, gazetteer)
    country = country or (known[0].country if known else None)
    return PublisherLocation(country=country, stem=stem + section, places=near or named)


@lru_cache(maxsize=1)
def _language_countries() -> Mapping[str, frozenset[str]]:
    listed = tomllib.loads(
        (files("geomap.resolution") / "data" / "language_countries.toml").read_text(encoding="utf-8")
    )
    return {language: frozenset(countries.split()) for language, countries in listed.items()}


def press_countries(article: Article) -> frozenset[str]:
    """Return the countries (ISO 3166-1 alpha-2) whose press writes in the language of ``article``; none for English and unlisted ones."""
    return _language_countries().get(language_of(article.text), frozenset())


def _by_name(article: Article, gazetteer: Gazetteer) -> PublisherLocation:
    """Return the location of the outlet that ``source`` names, or else the byline: a listed one, or one named after its town."""
    byline = _BYLINE.search(article.text, 0, parameters.MAX_BYLINE_TEXT)
    for name in (article.source, byline["outlet"] if byline else None):
        row = _newsrooms_by_name().get(name_key(name)) if name else None
        if row:
            return PublisherLocation(country=row.country, places=_towns_of(row, gazetteer))
        places = _readable(_named_places(_words_of(name), gazetteer), article)
        if places:
            return PublisherLocation(stem=re.sub(r"[^a-z]", "", (name or "").lower()), places=places)
    return PublisherLocation()


def _words_of(source: str | None) -> tuple[str, ...]:
    """Return the name of an outlet as a label, in lower case; empty where ``source`` has no name or a host."""
    name = " ".join(re.findall(r"[^\W\d_]+", (source or "").lower()))
    return (name,) if name and not is_host(source or "") and any(w in MASTHEAD_WORDS for w in name.split()) else ()


def _readable(named: tuple[Place, ...], article: Article) -> tuple[Place, ...]:
    """Return the places of countries where the article's language, if it is English, is that of the press; all where there are none."""
    if not named or language_of(article.text) != "en":
        return named
    return tuple(place for place in named if place.country in _ENGLISH_PRESS) or named


def _towns_of(row: Newsroom, gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Return the town of a newsroom; empty where its news is of a whole country."""
    if not row.town:
        return ()
    states = gazetteer.lookup(row.state, country=row.country, limit=parameters.MAX_STATE_LOOKUP) if row.state else ()
    codes = {c.place.admin1 for c in states if c.place.kind == "admin1"}
    found = gazetteer.lookup(row.town, country=row.country, limit=parameters.MAX_TOWN_LOOKUP)
    towns = [c.place for c in found if c.place.kind in ("settlement", "suburb")]
    return tuple(place for place in towns if not row.state or place.admin1 in codes)[:1]


@lru_cache(maxsize=1)
def _newsrooms_by_name() -> Mapping[str, Newsroom]:
    """Return the listed newsrooms by name; a name that several have, or that is of masthead words alone, says nothing."""
    named = [(name_key(row.name), row) for row in newsrooms().values() if row.name]
    counts = Counter(name for name, _ in named)
    return {
        name: row
        for name, row in named
        if counts[name] == 1 and " " in name and not MASTHEAD_WORDS.issuperset(name.split())
    }


def _section(url: str, near: tuple[Place, ...], gazetteer: Gazetteer) -> tuple[str, tuple[Place, ...]]:
    """Return the name, letters only, and the towns of the section of the page: "arlington_news" of a paper in Fort Worth.

    Where the publisher's town is known, only towns near it; empty where the URL names no section of a town.
    """
    for part in _SECTION.findall(url.lower()):
        parts = re.split(r"[_-]", part)
        words = [word for word in parts if word not in MASTHEAD_WORDS]
        if not words or words == parts:
            continue
        found = [
            c.place
            for c in gazetteer.lookup(" ".join(words), limit=parameters.MAX_PUBLISHER_LOOKUP)
            if c.match in _NAMES
        ]
        towns = tuple(
            p for p in found if p.kind == "settlement" and p.population >= parameters.PUBLISHER_TOWN_POPULATION
        )
        if near:
            towns = tuple(p for p in towns if any(_km(p, other) <= parameters.SECTION_KM for other in near))
        if towns:
            return "".join(words), towns
    return "", ()


def _km(place: Place, other: Place) -> float:
    return sphere_km(place.lon, place.lat, other.lon, other.lat)


def _named_places(labels: tuple[str, ...], gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Return the towns and states, or the country, that the labels name without their masthead words."""
    for label in labels:
        for name in _strip_masthead_words(label):
            if name in MASTHEAD_WORDS:
                continue
            found = [c for c in gazetteer.lookup(name, limit=parameters.MAX_PUBLISHER_LOOKUP) if c.match in _NAMES]
            if len(name) == parameters.POSTAL_CODE_LETTERS:
                found = [c for c in found if c.place.kind == "admin1" and c.language == "en"]
            if (
                found
                and found[0].match == "name"
                and found[0].place.kind in ("macroregion", "admin2", "admin3", "physical")
            ):
                return (found[0].place,)  # Yorkshire, not a town of the name overseas
            found = [c for c in found if c.place.kind in ("settlement", "admin1", "country")]
            own = [c.place for c in found if c.match == "name"] or [c.place for c in found if c.place.kind != "country"]
            if any(place.population >= parameters.PUBLISHER_TOWN_POPULATION for place in own):
                return _dominant(own)
    return ()


def _dominant(places: Sequence[Place]) -> tuple[Place, ...]:
    """Return the places without the towns that another town of their country outweighs: it has the newspaper."""
    towns = [place for place in places if place.kind == "settlement"]
    return tuple(
        place
        for place in places
        if place.kind != "settlement"
        or not any(
            other.country == place.country and other.population > parameters.DOMINANT_TOWN_RATIO * place.population
            for other in towns
        )
    )


def _strip_masthead_words(label: str) -> Iterator[str]:
    """Yield a label, then what is left of it without masthead words at its ends, the fewest words removed first.

    "athensreview" gives "athens"; "sunderlandecho" gives "sunderland" before "derland".
    """
    names = [label.replace("-", " ")]
    for _ in range(parameters.MAX_STRIPPED_WORDS):
        yield from names
        shorter = [name.removeprefix(w).strip() for name in names for w in MASTHEAD_WORDS if name.startswith(w)]
        shorter += [name.removesuffix(w).strip() for name in names for w in MASTHEAD_WORDS if name.endswith(w)]
        names = sorted({name for name in shorter if len(name) >= parameters.MIN_STRIPPED_NAME or _is_postal_code(name)})


def _is_postal_code(name: str) -> bool:
    """Return whether a name may be a state's postal code; "la" is an article in the names of newspapers."""
    return len(name) == parameters.POSTAL_CODE_LETTERS and name != "la"
