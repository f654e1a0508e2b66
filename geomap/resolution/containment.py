"""Which places contain which, by the codes of country, state and district. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.geodesy import sphere_km
from geomap.resolution.parameters import BESIDE_KM

if TYPE_CHECKING:
    from geomap.types import Place, PlaceKind

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
