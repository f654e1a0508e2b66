"""A plane in kilometres around a point, in which shapes are built, and the way back to degrees. Pure.

The projection is the azimuthal equidistant one of the sphere (Snyder, "Map Projections: A Working Manual", 1987, p. 195):
distances and bearings from the centre are exact, at the poles and across the antimeridian as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin
from typing import TYPE_CHECKING

from geomap.geodesy import EARTH_RADIUS_KM

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

_EDGE = 179.99
"""Degrees of the two edges of the map, but for rounding."""
HALF_EARTH_KM = EARTH_RADIUS_KM * pi
"""The farthest that two points can be apart."""


@dataclass(frozen=True, slots=True)
class Plane:
    """East and north of a centre in kilometres."""

    lon: float
    """Degrees of the centre."""
    lat: float

    def to_km(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in EPSG:4326 as x east, y north in kilometres; parts cut at the antimeridian meet again."""
        import shapely

        moved = shapely.transform(geometry, self._forward)
        if moved.geom_type == "MultiPolygon" and _touches_antimeridian(geometry):
            moved = _joined(geometry, moved)
        return moved if moved.is_valid else shapely.make_valid(moved)

    def to_degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in kilometres in EPSG:4326, within -180..180: cut at the antimeridian, around a pole closed along it."""
        import shapely
        from antimeridian import fix_shape
        from shapely.geometry import shape

        # A long straight edge is curved in degrees, and one that passes near a pole needs many points.
        dense = shapely.segmentize(geometry, max(_extent(geometry) / 16, 0.05))
        degrees = shapely.transform(dense, self._backward)
        west, _, east, _ = degrees.bounds
        if east - west < 180:
            return degrees
        if degrees.geom_type == "Point":
            return degrees
        fixed: BaseGeometry = shape(fix_shape(degrees, fix_winding=True))
        return fixed

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return longitude and latitude of a point in kilometres."""
        import numpy as np

        lon, lat = self._backward(np.array([[x, y]]))[0]
        return float(lon), float(lat)

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        """Return x and y in kilometres of a point in degrees."""
        import numpy as np

        x, y = self._forward(np.array([[lon, lat]]))[0]
        return float(x), float(y)

    def _forward(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        import numpy as np

        along, phi = np.radians(degrees[:, 0] - self.lon), np.radians(degrees[:, 1])
        phi0 = radians(self.lat)
        east = np.cos(phi) * np.sin(along)
        north = cos(phi0) * np.sin(phi) - sin(phi0) * np.cos(phi) * np.cos(along)
        up = sin(phi0) * np.sin(phi) + cos(phi0) * np.cos(phi) * np.cos(along)
        sine = np.hypot(east, north)
        angle = np.arctan2(sine, up)
        scale = EARTH_RADIUS_KM * np.divide(angle, sine, out=np.ones_like(angle), where=sine > 0)
        return np.column_stack([east * scale, north * scale])

    def _backward(self, km: NDArray[np.float64]) -> NDArray[np.float64]:
        import numpy as np

        rho = np.hypot(km[:, 0], km[:, 1])
        angle = rho / EARTH_RADIUS_KM
        unit = np.divide(np.sin(angle), rho, out=np.full_like(rho, 1 / EARTH_RADIUS_KM), where=rho > 0)
        east, north = km[:, 0] * unit, km[:, 1] * unit
        phi0 = radians(self.lat)
        phi = np.arcsin(np.clip(np.cos(angle) * sin(phi0) + north * cos(phi0), -1, 1))
        along = np.arctan2(east, cos(phi0) * np.cos(angle) - sin(phi0) * north)
        lon = (self.lon + np.degrees(along) + 180) % 360 - 180
        return np.column_stack([lon, np.degrees(phi)])


def _touches_antimeridian(geometry: BaseGeometry) -> bool:
    west, _, east, _ = geometry.bounds
    return bool(west <= -_EDGE and east >= _EDGE)


def _joined(geometry: BaseGeometry, moved: BaseGeometry) -> BaseGeometry:
    """Return a moved geometry whose parts that were cut at the antimeridian are one; a few metres of overlap close the seam."""
    import shapely

    west, _, east, _ = shapely.bounds(shapely.get_parts(geometry)).T
    is_cut = (west <= -_EDGE) | (east >= _EDGE)
    parts = shapely.make_valid(shapely.get_parts(moved))
    seam = shapely.union_all(shapely.buffer(parts[is_cut], 0.01))
    whole = [part for part in shapely.get_parts([seam, *parts[~is_cut]]) if part.geom_type == "Polygon"]
    return shapely.multipolygons(whole)


def _extent(geometry: BaseGeometry) -> float:
    west, south, east, north = geometry.bounds
    return float(max(east - west, north - south))
