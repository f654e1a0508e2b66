"""Records of places, their names and the areas they are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from geomap.records import Record

PlaceKind = Literal[
    "continent",
    "macroregion",
    "country",
    "disputed",
    "admin1",
    "admin2",
    "admin3",
    "settlement",
    "suburb",
    "site",
    "line",
    "island",
    "water",
    "physical",
]
"""The kind of a place, coarser than a GeoNames feature code. ``macroregion`` is a named
region without administrative rank ("the Sahel", "Donbas"); ``site`` an airport, a park, a building; ``line`` a
road or a corridor; ``water`` a sea, a lake, a river; ``physical`` a mountain range, a desert."""
Match = Literal["name", "alternate", "demonym", "variant", "fuzzy", "within"]
"""How a written name matches a gazetteer name: the primary name, another name of the place, its people
or adjective ("Russian"), after an article or a suffix was removed ("the X", "X's", "St." =
"Saint", "X County"), or with one typo. ``within``: there is no match, and the place is the enclosing town."""
RegionLevel = Literal["country", "admin1", "admin2", "own", "disputed"]
"""``own`` is an area that a newsroom added to its gazetteer."""

Precision = Literal["site", "settlement", "near", "line", "admin2", "admin1", "disputed", "area", "country"]
"""How exactly a place is known, finest first; the map's symbol follows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Record):
    """One name of a place."""

    text: str
    language: str | None = None
    """BCP 47; None where the source gives none."""
    note: str | None = None
    """A qualification of the name: "historical", or the side that uses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Record):
    """A gazetteer record of one place."""

    id: str
    """Stable across rebuilds: ``gn:616062`` (GeoNames), ``wof:…`` (Who's On First), ``ne:…`` (Natural
    Earth), ``us:…`` (US Census), ``gm:…`` (geomap's own), ``my:…`` (a user's own)."""
    name: str
    kind: PlaceKind
    lon: float
    lat: float
    feature_code: str = ""
    """GeoNames feature code: PPLC, ADM1, PCLI, LK …"""
    country: str | None = None
    """ISO 3166-1 alpha-2; None for seas, continents and places that belong to no single state."""
    admin1: str | None = None
    """GeoNames admin-1 code within the country."""
    admin2: str | None = None
    population: int = 0
    """0 where unknown."""
    geonameid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Record):
    """A place that a written name may mean."""

    place: Place
    name: str
    """The gazetteer name that matched."""
    match: Match = "name"
    language: str | None = None
    """The language of an alternate name (BCP 47); None where its source gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region(Record):
    """An area that places are in: a country, a state, a district, a newsroom's own area or a disputed area."""

    id: str
    name: str
    level: RegionLevel
    country: str | None = None
    iso: str | None = None
    """ISO 3166-1 alpha-2 or ISO 3166-2."""
    claimed_by: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 of the claimants of a disputed area."""
    valid_from: str | None = None
    valid_to: str | None = None
    as_of: str | None = None
    source: str = ""
    note: str | None = None
