"""Distances on a sphere in kilometres; the radius of the Earth is defined only here.

The sphere differs from the ellipsoid by at most 0.6 %, which is small enough for ranking, scoring and preselection.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth, IUGG."""
KM_PER_DEGREE = 111.2
"""Kilometres in a degree of latitude, ``EARTH_RADIUS_KM * pi / 180`` = 111.195 rounded up; of longitude fewer.

Not computed: the exact value could change which places of the boundaries are within reach."""
# The limits of latitude are not here: annotation's MAX_LAT (85.0) is of the map's extent, boundaries' MERCATOR_LIMIT (85.05)
# of the geometry in it. One value for both would change the maps.


def sphere_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the great-circle distance of two points given in degrees (haversine)."""
    phi, other_phi = radians(lat), radians(other_lat)
    h = sin((other_phi - phi) / 2) ** 2 + cos(phi) * cos(other_phi) * sin(radians(other_lon - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))
