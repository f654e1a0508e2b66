"""Which places contain which, by the codes of country, state and district, and which are one town. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.geodesy import EARTH_RADIUS_KM, sphere_km
from geomap.resolution.parameters import BESIDE_KM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geomap.types import Candidate, Place, PlaceKind

_COS_BESIDE = np.cos(BESIDE_KM / EARTH_RADIUS_KM)

CONTAINER_KINDS: frozenset[PlaceKind] = frozenset({"country", "admin1", "admin2", "disputed"})
"""Kinds of place that a text states as the container of another: "Tegh, Armenia"."""


def contains(outer: Place, inner: Place) -> bool:
    """Return whether the codes of ``inner`` place it in ``outer``; no place contains itself or one of its own level."""
    if outer.country is None or outer.country != inner.country or outer.id == inner.id:
        return False
    if outer.kind == "country":
        return inner.kind != "country"
    if outer.kind == "admin1":
        return outer.admin1 == inner.admin1 and inner.kind not in ("country", "admin1")
    if outer.kind == "admin2":
        is_lower = inner.kind not in ("country", "admin1", "admin2")
        return is_lower and outer.admin1 == inner.admin1 and outer.admin2 is not None and outer.admin2 == inner.admin2
    return False


def is_same_ground(place: Place, other: Place) -> bool:
    """Return whether one contains the other or they lie within ``BESIDE_KM``: the city and the state of New York."""
    is_beside = sphere_km(place.lon, place.lat, other.lon, other.lat) <= BESIDE_KM
    return is_beside or contains(place, other) or contains(other, place)


def town_shares(candidates: Sequence[Candidate], population: NDArray[Any], unit_vectors: NDArray[Any]) -> NDArray[Any]:
    """Return each town's share, 0 to 1, of the people of the towns that have a name as their own; 0 for other places.

    ``unit_vectors`` are the directions of the candidates, a row each. Two records of one town, a city and its centre, are
    counted once: the larger.
    """
    is_own = np.array([c.match == "name" and c.place.kind == "settlement" for c in candidates], dtype=bool)
    people = np.where(is_own, population, 0.0)
    is_beside = unit_vectors @ unit_vectors.T > _COS_BESIDE
    counted = np.where((is_beside & (people[None, :] > people[:, None])).any(axis=1), 0.0, people)
    shares: NDArray[Any] = np.minimum(people / max(1.0, counted.sum()), 1.0)
    return shares
