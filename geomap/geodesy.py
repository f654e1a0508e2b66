"""Kilometres on a sphere, where an ellipsoid's half per cent decides nothing: ranking and scoring."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth, IUGG."""


def sphere_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the great-circle distance of two points given in degrees (haversine)."""
    phi, other_phi = radians(lat), radians(other_lat)
    h = sin((other_phi - phi) / 2) ** 2 + cos(phi) * cos(other_phi) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))
