"""The home of an article, the town that it is about; names settled near it that would lie nowhere, or at a namesake far away.

Local news names streets, quarters and villages without their town. A gazetteer has many a namesake of them elsewhere, and one
beside a town that the article is about is meant more often than a larger one in a country that the text does not name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.geodesy import sphere_km
from geomap.resolution import parameters
from geomap.resolution.penalties import is_well_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.types import Candidate, Place, PlaceKind, Resolution

TOWNS: frozenset[PlaceKind] = frozenset({"settlement", "suburb", "admin2", "admin3", "island", "site"})
"""Kinds of place so small that whatever they contain is near their point."""
_LOCAL: frozenset[PlaceKind] = TOWNS | {"water", "physical"}
"""Kinds of place of which the one beside the article's home may be meant."""
_STATES: frozenset[PlaceKind] = frozenset({"admin1"})
_NAMES = frozenset({"name", "alternate", "variant"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The town that an article is about."""

    town: Resolution
    """Its first mention."""
    n_mentions: int
    """Mentions of the town and of towns near it."""

    @property
    def place(self) -> Place:
        """The town."""
        if self.town.place is None:
            raise ValueError("a home is a place")
        return self.town.place

    def km(self, place: Place) -> float:
        """Return the distance of a place."""
        return sphere_km(self.place.lon, self.place.lat, place.lon, place.lat)


def home_of(resolutions: Sequence[Resolution]) -> Home | None:
    """Return the home of an article: the town around which more than ``MAIN_TOWN_SHARE`` of its mentions of towns lie; None for none.

    Of several such towns it is the one that is mentioned most, and first: a dateline's.
    """
    towns = [r for r in resolutions if r.place and r.place.kind in TOWNS and r.mention.kind != "demonym"]
    counts = Counter(r.place.id for r in towns if r.place)
    first = {r.place.id: r for r in reversed(towns) if r.place}
    most = counts.most_common(parameters.MAX_HOME_TOWNS)
    found: list[tuple[int, Home]] = []
    for place_id, own in most:
        home = Home(town=first[place_id], n_mentions=0)
        near = sum(n for other, n in most if home.km(first[other].place or home.place) <= parameters.HOME_KM)
        if home.place.kind in ("settlement", "suburb") and near > parameters.MAIN_TOWN_SHARE * len(towns):
            found.append((own, replace(home, n_mentions=near)))
    return max(found, key=lambda one: one[0])[1] if found else None


def settle_near(
    resolutions: Sequence[Resolution], home: Home | None, *, gazetteer: Gazetteer, may_doubt: bool = True
) -> list[Resolution]:
    """Return the resolutions, with the literal names settled that have a place by ``home`` and would lie nowhere or far away.

    A place is far away where it lies beyond ``FAR_KM`` and nothing else that the text names lies in its country or, in the
    home's country, its state. Without a namesake near home its name has no place if ``may_doubt``, unless the place is a city, a state,
    a site or the only one of its name.
    A small town by which the article names nothing else gives way to a quarter of ``home`` that has its name.
    """
    if home is None or home.n_mentions < parameters.MIN_HOME_MENTIONS:
        return list(resolutions)
    named = _named_areas(resolutions)
    settled = []
    for resolution in resolutions:
        is_lost = resolution.place is None and resolution.mention.score > parameters.STATED_TOWN_SCORE
        is_far = _is_far(resolution, home, named)
        if resolution.mention.kind == "literal" and (is_lost or is_far):
            near = _near(resolution, home, gazetteer)
            doubted = _doubted(resolution, gazetteer) if may_doubt else resolution
            settled.append(_settled(resolution, near, home) if near else doubted)
        elif (
            resolution.mention.kind == "literal"
            and _is_small_town_away(resolution.place, home)
            and (quarter := _quarter(resolution, home, gazetteer)) is not None
            and _is_alone(resolution, resolutions)
        ):
            settled.append(_settled(resolution, quarter, home))
        else:
            settled.append(resolution)
    return settled


def _name(resolution: Resolution) -> str:
    return resolution.mention.antecedent or resolution.mention.text


def _namesakes(resolution: Resolution, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    return gazetteer.lookup(_name(resolution), limit=parameters.MAX_LOOKUP_CANDIDATES)


def _named_areas(resolutions: Sequence[Resolution]) -> dict[tuple[str, str | None], set[str]]:
    """Return by country, and by country and state, the names in the article that have a place there."""
    named: dict[tuple[str, str | None], set[str]] = {}
    for r in resolutions:
        if r.place and r.place.country:
            for state in {None, r.place.admin1}:
                named.setdefault((r.place.country, state), set()).add(_name(r))
    return named


def _is_far(resolution: Resolution, home: Home, named: dict[tuple[str, str | None], set[str]]) -> bool:
    """Return whether a place is far away; what geomap's own tables list, as the White House, is meant wherever it lies."""
    place, name = resolution.place, _name(resolution)
    if place is None or place.country is None or home.km(place) <= parameters.FAR_KM:
        return False
    if is_well_known(place):
        return False
    if place.kind not in _LOCAL and (place.kind not in _STATES or place.country == home.place.country):
        return False
    area = (place.country, place.admin1 if place.country == home.place.country else None)
    return not named.get(area, set()) - {name}


def _is_small_town_away(place: Place | None, home: Home) -> bool:
    if place is None or place.kind != "settlement" or place.population >= parameters.FAR_CITY_POPULATION:
        return False
    return home.km(place) > parameters.BESIDE_TOWN_KM


def _is_alone(resolution: Resolution, resolutions: Sequence[Resolution]) -> bool:
    """Return whether no other name of the article lies near the place of one."""
    place = resolution.place
    return place is not None and not any(
        other.place
        and other.place.kind in TOWNS
        and other.mention.text != resolution.mention.text
        and sphere_km(place.lon, place.lat, other.place.lon, other.place.lat) <= parameters.BESIDE_TOWN_KM
        for other in resolutions
    )


def _quarter(resolution: Resolution, home: Home, gazetteer: Gazetteer) -> Candidate | None:
    """Return the quarter of the article's home that has the very name; None for none."""
    quarters = [
        c
        for c in _namesakes(resolution, gazetteer)
        if c.match == "name" and c.place.kind == "suburb" and home.km(c.place) <= parameters.MAX_QUARTER_KM
    ]
    return min(quarters, key=lambda c: home.km(c.place), default=None)


def _near(resolution: Resolution, home: Home, gazetteer: Gazetteer) -> Candidate | None:
    """Return the place of the name by the article's home: the one of that very name before others, then the largest, then the nearest."""
    near = [
        c
        for c in _namesakes(resolution, gazetteer)
        if c.match in _NAMES and c.place.kind in _LOCAL and home.km(c.place) <= parameters.NEAR_HOME_KM
    ]
    return min(near, key=lambda c: (c.match != "name", -c.place.population, home.km(c.place)), default=None)


def _settled(resolution: Resolution, near: Candidate, home: Home) -> Resolution:
    others = [c for c in resolution.runners_up if c.place.id != near.place.id]
    return replace(
        resolution,
        place=near.place,
        match=near.match,
        score=round(parameters.NEAR_HOME_ACCURACY * min(home.town.score, resolution.mention.score), 3),
        reason=f"the place of this name near {home.place.name}, which the article is about",
        runners_up=tuple(others[: parameters.MAX_RUNNERS_UP]),
    )


def _doubted(resolution: Resolution, gazetteer: Gazetteer) -> Resolution:
    """Return a resolution to a far place without it.

    Cities, states, sites and the only place of a name in the world are meant wherever they lie: Lampedusa, Srebrenica.
    """
    place = resolution.place
    if place is None or place.kind in _STATES | {"site"} or place.population >= parameters.FAR_CITY_POPULATION:
        return resolution
    found = _namesakes(resolution, gazetteer)
    if all(sphere_km(place.lon, place.lat, c.place.lon, c.place.lat) <= parameters.NEAR_HOME_KM for c in found):
        return resolution
    where = f"{place.name} ({place.country})" if place.country else place.name
    return replace(
        resolution,
        place=None,
        match=None,
        score=round(1 - resolution.score, 3),
        reason=f"no place of this name lies where the article reports; {where} comes closest",
    )
