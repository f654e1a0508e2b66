"""Penalties: rules about candidates that no sum of features should overrule, subtracted from the ranker's scores. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.geodesy import EARTH_RADIUS_KM, sphere_km
from geomap.resolution import cues, parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geomap.resolution.senses import Sense
    from geomap.types import Mention, Place, PlaceKind

    Floats = NDArray[Any]
    """float32."""
    Flags = NDArray[Any]
    """bool."""

_COS_NEAR_SEAT = np.cos(parameters.SEAT_DISTANCE_KM / EARTH_RADIUS_KM)
_OPEN_WATER = frozenset({"OCN", "SEA", "GULF"})
_UNITS: frozenset[PlaceKind] = frozenset({"admin1", "admin2", "admin3"})
_LARGE: frozenset[PlaceKind] = frozenset({"continent", "macroregion", "country", "disputed", "admin1"})
_SMALL: frozenset[PlaceKind] = frozenset(
    {"suburb", "settlement", "site", "admin3", "island", "physical", "water", "line"}
)
_CURATED = "gm:"
"""Prefix of the ids of geomap's own tables."""
_AIRPORT = "ne:airport-"
"""Prefix of the ids of the atlas' airports, the world's large ones."""
_SUPPORT = (
    "in by comma",
    "in by in",
    "in by of",
    "held by a tail",
    "kind said",
    "datelined",
    "outlet near",
)
"""Features of the text and the publisher that exempt a small place from the penalties for its size."""


def penalties(
    *,
    senses: Sequence[Sense],
    mentions: Sequence[Mention],
    places: Sequence[Place],
    unit_vectors: Floats,
    has: Callable[..., Flags],
    press_countries: frozenset[str],
) -> Floats:
    """Return what is subtracted from the score of each candidate (negative: a bonus).

    ``places`` are those of all senses in order, ``press_countries`` the countries of the article's language, ``unit_vectors`` their directions; ``has`` tells which have a local feature.

    - Hard: a hamlet beside a country, a state or open water of its name; a place outside the container that the text
      states ("Paris, Texas" is not in France); a full name for an abbreviation ("EU" is not Eu); any candidate that does
      not match as a demonym, where the mention is one and another candidate does.
    - A state beside a metropolis of its name, a district beside its seat, unless the text states which.
    - A town, where the text states that a unit or a site is meant ("Lviv region"); a unit beside its seat, where it states
      what both lie in ("Kharkiv, Ukraine").
    - A town that only an alternate name of no stated language links to the mention, beside the owner of the name.
    - A bonus for what ``_bonus`` names.
    """
    kinds = [place.kind for place in places]
    population = np.array([place.population for place in places], dtype=np.float64)
    is_town = np.array([kind == "settlement" for kind in kinds], dtype=bool)
    is_state = np.array([kind == "admin1" for kind in kinds], dtype=bool)
    is_unit = np.array([kind in _UNITS for kind in kinds], dtype=bool)
    is_water = np.array([place.feature_code in _OPEN_WATER for place in places], dtype=bool)
    is_supported = has(*_SUPPORT)
    is_hamlet = np.array([kind in _SMALL for kind in kinds], dtype=bool) & ~is_supported & ~is_water
    is_large = _is_large(senses, places, population, is_named=has("match name", "match demonym")) | is_water
    is_hamlet &= (population < parameters.HAMLET_POPULATION) & ~is_large
    is_inside, is_outside = has("in by comma", "held by a tail"), has("not in by comma", "not held by a tail")
    is_long_form = has("abbreviates another name")
    is_demonym, has_kind, is_owned = has("match demonym"), has("kind said"), has("match name")
    is_bare = ~has("kind said", "abbreviated", "holds by comma", "holds by in", "in by comma")
    is_metropolis = is_town & ~is_long_form & (is_owned | _has_share_of_state(senses, population, is_state))
    is_metropolis &= population > parameters.METROPOLIS_POPULATION
    is_alternate_unit = is_unit & has("match alternate") & ~is_supported
    is_borrower, is_owner = is_town & has("no language stated"), is_town & is_owned
    penalty = np.zeros(len(places), dtype=np.float32)
    end = 0
    for sense in senses:
        start, end = end, end + len(sense.candidates)
        part = slice(start, end)
        excluded = is_long_form[part] & (not is_long_form[part].all())
        excluded |= _beside_large(sense.name, is_large[part], is_hamlet[part], is_water[part], is_alternate_unit[part])
        excluded |= _outside_container(population[part], is_inside=is_inside[part], is_outside=is_outside[part])
        if is_demonym[part].any() and any(mentions[i].kind == "demonym" for i in sense.mentions):
            excluded |= ~is_demonym[part]
        penalty[part] = parameters.HARD_PENALTY * excluded
        borrowed = is_borrower[part] & (population[part] <= _owner_limit(population[part], is_owner[part]))
        penalty[part] += parameters.BORROWED_NAME_PENALTY * borrowed
        has_seat = is_bare[part] & is_unit[part] & _has_seat(places[part], unit_vectors[part], is_owned[part])
        penalty[part] += parameters.DISTRICT_NAMESAKE_PENALTY * has_seat
        penalty[part] += _stated_penalty(places[part], has_kind[part], is_inside[part], is_owned[part])
        if is_metropolis[part].any():
            is_rival = _has_rival(places[part], population[part], is_metropolis[part])
            penalty[part] += parameters.STATE_NAMESAKE_PENALTY * (is_state[part] & is_bare[part] & is_rival & ~excluded)
    return penalty - _bonus(places, is_outside, press_countries)


def is_well_known(place: Place) -> bool:
    """Return whether geomap's own tables list a place because news names it; of their towns and quarters few readers know."""
    return place.id.startswith(_CURATED) and place.kind not in ("settlement", "suburb")


def _stated_penalty(places: Sequence[Place], has_kind: Flags, is_inside: Flags, is_own_name: Flags) -> Floats:
    """Return the penalties of the candidates of one name for what the text states of it: its kind, or its container."""
    is_unit = np.array([place.kind in _UNITS for place in places], dtype=bool)
    is_town = np.array([place.kind == "settlement" for place in places], dtype=bool)
    is_site = np.array([place.kind == "site" for place in places], dtype=bool)
    is_denied = is_town & ~has_kind & (has_kind & (is_unit | is_site)).any()
    is_seated = is_unit & is_inside & ~has_kind & _has_town(places, is_own_name, is_inside)
    penalty: Floats = parameters.DENIED_TOWN_PENALTY * is_denied + parameters.CONTAINED_UNIT_PENALTY * is_seated
    return penalty


def _beside_large(name: str, is_large: Flags, is_hamlet: Flags, is_water: Flags, is_alternate_unit: Flags) -> Flags:
    """Return which candidates of one name are excluded by a large place or open water among the most prominent of them."""
    excluded = np.zeros_like(is_hamlet)
    prominent = slice(parameters.MAX_PROMINENT_CANDIDATES)
    if is_large[prominent].any():
        excluded |= is_hamlet
    if is_water[prominent].any():
        # "The Red Sea" is not a state on its shore.
        excluded |= ~is_water if cues.is_sea_name(name) else is_alternate_unit
    return excluded


def _bonus(places: Sequence[Place], is_outside: Flags, press_countries: frozenset[str]) -> Floats:
    """Return the bonus of each candidate; 0 for a place outside the container that the text states.

    For what geomap's own tables say is well known, and for places in ``press_countries``.
    """
    is_curated = np.array([is_well_known(place) for place in places], dtype=bool) & ~is_outside
    is_at_home = np.array([place.country in press_countries for place in places], dtype=bool) & ~is_outside
    bonus: Floats = parameters.CURATED_NAME_BONUS * is_curated + parameters.PRESS_COUNTRY_BONUS * is_at_home
    return bonus.astype(np.float32)


def _outside_container(population: NDArray[np.float64], *, is_inside: Flags, is_outside: Flags) -> Flags:
    """Return which candidates of one name the container in the text excludes; none where no candidate lies inside it."""
    if not is_inside.any():
        return np.zeros_like(is_inside)
    # "New York, Washington" does not mean a New York in Washington: far smaller than the places it excludes.
    largest = max(parameters.MIN_CONTAINED_POPULATION, population[is_inside].max())
    excluded: Flags = is_outside & ~is_inside & (population < parameters.DENIED_POPULATION_RATIO * largest)
    return excluded


def _is_large(
    senses: Sequence[Sense], places: Sequence[Place], population: NDArray[np.float64], *, is_named: Flags
) -> Flags:
    """Return which candidates are large places of the name: of their own, of their people, of a large state in English ("Normandy").

    And the world's airports by their bare names: "Heathrow" is no town in Florida.
    """
    is_english = np.array(
        [c.match == "alternate" and c.language == "en" for sense in senses for c in sense.candidates], dtype=bool
    )
    is_state = np.array([place.kind == "admin1" for place in places], dtype=bool)
    is_large_kind = np.array([place.kind in _LARGE for place in places], dtype=bool)
    found: Flags = is_large_kind & is_named
    found |= np.array([place.id.startswith(_AIRPORT) for place in places], dtype=bool)
    found |= is_state & is_english & (population >= parameters.LARGE_STATE_POPULATION)
    return found


def _has_rival(places: Sequence[Place], population: NDArray[np.float64], is_metropolis: Flags) -> Flags:
    """Return which of the places of one name have a metropolis of the name in their country, or a larger one anywhere.

    Portland in Jamaica has one in Oregon; the state of Victoria, seven times Victoria in Hong Kong, has none.
    """
    countries = {place.country for place, is_one in zip(places, is_metropolis, strict=True) if is_one}
    is_compatriot = np.array([place.country in countries for place in places], dtype=bool)
    found: Flags = is_compatriot | (population < population.max(initial=0, where=is_metropolis))
    return found


def _has_share_of_state(senses: Sequence[Sense], population: NDArray[np.float64], is_state: Flags) -> Flags:
    """Return which candidates have a fair share of the people of the largest state of the name: New York City, not Oklahoma City."""
    found = np.zeros(len(population), dtype=bool)
    end = 0
    for sense in senses:
        start, end = end, end + len(sense.candidates)
        state = population[start:end].max(initial=0, where=is_state[start:end])
        found[start:end] = population[start:end] * parameters.METROPOLIS_SHARE > state
    return found


def _has_town(places: Sequence[Place], is_own_name: Flags, is_inside: Flags) -> Flags:
    """Return which of the places of one name have their seat, or another large town of theirs, among those inside.

    The town has the name as its own, unless the unit has it as another name too or is a district: Oklahoma City is called
    Oklahoma too, and is not what the state's name means.
    """
    found = np.zeros(len(places), dtype=bool)
    towns = [i for i, place in enumerate(places) if place.kind == "settlement" and is_inside[i]]
    for n, unit in enumerate(places):
        found[n] = any(
            (is_own_name[i] or not is_own_name[n] or unit.kind != "admin1") and _is_of_unit(places[i], unit)
            for i in towns
            if unit.kind in _UNITS
        )
    return found


def _is_of_unit(town: Place, unit: Place) -> bool:
    """Return whether a town is in a unit, as its seat or with a considerable part of its people."""
    if town.country != unit.country:
        return False
    codes = slice(2) if unit.kind == "admin1" else slice(3)
    is_inside = (town.country, town.admin1, town.admin2)[codes] == (unit.country, unit.admin1, unit.admin2)[codes]
    reach = parameters.SEAT_DISTANCE_KM * (
        parameters.MAIN_TOWN_REACH if town.population * 2 > unit.population > 0 else 1
    )
    if not is_inside and sphere_km(town.lon, town.lat, unit.lon, unit.lat) > reach:
        return False
    is_seat = town.feature_code in ("PPLC", "PPLA", "PPLA2", "PPLA3")
    return is_seat or town.population * parameters.CONTAINED_TOWN_RATIO > max(1, unit.population)


def _owner_limit(population: NDArray[np.float64], is_owner: Flags) -> float:
    """Return the population up to which a town only borrows the name of its largest owner; -1 without an owner."""
    return (
        float(population.max(initial=0, where=is_owner) * parameters.OWNER_POPULATION_RATIO) if is_owner.any() else -1.0
    )


def _has_seat(places: Sequence[Place], unit_vectors: Floats, is_own_name: Flags) -> Flags:
    """Return which of the places of one name have a town near, in their country, with enough of their people.

    Beside a district it is enough that the town has the name as its own and is large: India's have millions of people.
    """
    population = np.array([place.population for place in places], dtype=np.float64)
    country = np.array([place.country or "" for place in places], dtype=str)
    is_town = np.array([place.kind == "settlement" for place in places], dtype=bool)
    is_near = unit_vectors @ unit_vectors.T > _COS_NEAR_SEAT
    is_populous = population[None, :] * parameters.SEAT_POPULATION_RATIO > np.maximum(population, 1)[:, None]
    is_district = np.array([place.kind in ("admin2", "admin3") for place in places], dtype=bool)
    is_populous |= is_district[:, None] & (is_own_name & (population >= parameters.SEAT_POPULATION))[None, :]
    is_same_country = country[:, None] == country[None, :]
    return (is_near & is_populous & is_same_country & is_town[None, :]).any(axis=1)  # type: ignore[no-any-return]
