"""Equal-area projection of the story's area to the pixels of a picture, and geometry as SVG paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Transformer

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.annotation.extent import Bounds

WIDTH = 1200
"""Width of the picture in pixels, enough for a newspaper column and a slide."""
_SHAPES = (0.62, 0.85)
"""Minimum and maximum ratio of height to width."""
_POLAR = 50.0
_SEAM = 179.999
_ROUND = 130.0
"""Extent in degrees of longitude or latitude above which the whole world is drawn."""
_MIN_KM = 120.0
"""Minimum extent, so that a single village is shown with its surroundings."""
_MARGIN = 0.14
_EDGE = 4.0
_TOLERANCE = 0.35
"""Tolerance of the simplification in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A picture of ``width`` by ``height`` pixels, y downwards, and its projection."""

    transformer: Transformer
    left: float
    top: float
    metres: float
    """Metres per pixel, accurate to a few per cent, the distortion of shapes by an equal-area projection."""
    width: int
    height: int
    is_seamless: bool = True
    """True where the antimeridian may lie inside the picture."""

    def xy(self, lonlat: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the pixels of rows of longitude, latitude; NaN where the projection is undefined."""
        x, y = self.transformer.transform(lonlat[:, 0], lonlat[:, 1])
        out = np.column_stack([(np.asarray(x) - self.left) / self.metres, (self.top - np.asarray(y)) / self.metres])
        out[~np.isfinite(out).all(axis=1)] = np.nan
        return out

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the pixel of a point."""
        x, y = self.xy(np.array([[lon, lat]]))[0]
        return float(x), float(y)

    def contains(self, x: float, y: float) -> bool:
        """Return whether a pixel lies inside the picture."""
        return 0 <= x <= self.width and 0 <= y <= self.height

    def path(self, geometry: BaseGeometry | None) -> str:
        """Return SVG path data of an EPSG:4326 geometry, clipped to the picture; "" where it lies outside."""
        if geometry is None or geometry.is_empty:
            return ""
        drawn = [
            self._project(part) for part in _leaves(_merge_at_antimeridian(geometry) if self.is_seamless else geometry)
        ]
        return "".join(_data(leaf) for part in drawn if part is not None for leaf in _leaves(part))

    def _project(self, part: BaseGeometry) -> BaseGeometry | None:
        dense = shapely.segmentize(part, 1.0)
        if not np.isfinite(self.xy(shapely.get_coordinates(dense))).all():
            return None  # it contains the antipode, where this projection is undefined
        projected = shapely.transform(dense, self.xy)
        if projected.geom_type == "Polygon" and not projected.is_valid:
            projected = shapely.make_valid(projected)
        edge = (-_EDGE, -_EDGE, self.width + _EDGE, self.height + _EDGE)
        return shapely.clip_by_rect(projected, *edge).simplify(_TOLERANCE, preserve_topology=True)


def plane_for(bounds: Bounds, *, width: int = WIDTH) -> Plane:
    """Return the plane for west, south, east, north in degrees; west may exceed east.

    Lambert's azimuthal equal-area projection around the centre, which has no seam at poles or the antimeridian; around
    a pole for a story that surrounds it; Equal Earth for a story that spans the world.
    """
    west, south, east, north = bounds
    span = (east - west) % 360 if east < west else east - west
    if span > _ROUND and (south >= _POLAR or north <= -_POLAR):
        pole, edge = (90.0, south) if south > 0 else (-90.0, north)
        frame = _frame(-180.0, min(edge, pole), 360.0, max(edge, pole))
        return _fit(_projection(f"+proj=laea +lon_0=0 +lat_0={pole}"), frame, width)
    if span > _ROUND or north - south > _ROUND:
        world = _frame(-180.0, -60.0, 360.0, 84.0)
        return _fit(_projection("+proj=eqearth +lon_0=0"), world, width, margin=0.0, is_seamless=False)
    lon, lat = west + span / 2, (south + north) / 2
    return _fit(_projection(f"+proj=laea +lon_0={lon} +lat_0={lat}"), _frame(west, south, span, north), width)


def _projection(words: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", f"{words} +ellps=WGS84 +units=m +type=crs", always_xy=True)


def _frame(west: float, south: float, span: float, north: float) -> np.ndarray[Any, Any]:
    """Return a grid of points in a box of longitude and latitude; near a pole its edges alone would not bound it."""
    lon, lat = np.meshgrid(np.linspace(west, west + span, 25), np.linspace(south, north, 25))
    return np.column_stack([lon.ravel(), lat.ravel()])


def _fit(
    transformer: Transformer,
    points: np.ndarray[Any, Any],
    width: int,
    *,
    margin: float = _MARGIN,
    is_seamless: bool = True,
) -> Plane:
    x, y = transformer.transform(points[:, 0], points[:, 1])
    middle = (x.max() + x.min()) / 2, (y.max() + y.min()) / 2
    across = max(x.max() - x.min(), _MIN_KM * 1000) * (1 + 2 * margin)
    down = max(y.max() - y.min(), _MIN_KM * 1000 * _SHAPES[0]) * (1 + 2 * margin)
    shape = min(max(down / across, _SHAPES[0]), _SHAPES[1])
    across = max(across, down / shape)
    metres, height = across / width, round(width * shape)
    left, top = middle[0] - across / 2, middle[1] + height * metres / 2
    return Plane(
        transformer=transformer, left=left, top=top, metres=metres, width=width, height=height, is_seamless=is_seamless
    )


def _merge_at_antimeridian(geometry: BaseGeometry) -> BaseGeometry:
    """Return polygons that were cut at the antimeridian merged again, with longitudes beyond 180 degrees."""
    west, _, east, _ = geometry.bounds
    if west > -_SEAM or east < _SEAM or not geometry.geom_type.endswith("Polygon"):
        return geometry
    parts = [
        shapely.transform(part, lambda lonlat: lonlat + np.array([360.0, 0.0])) if part.bounds[2] < 0 else part
        for part in _leaves(geometry)
    ]
    return shapely.union_all(parts)


def _leaves(geometry: BaseGeometry) -> list[BaseGeometry]:
    if hasattr(geometry, "geoms"):
        return [leaf for part in geometry.geoms for leaf in _leaves(part)]
    return [] if geometry.is_empty else [geometry]


def _data(leaf: BaseGeometry) -> str:
    if leaf.geom_type == "Polygon":
        return "".join(f"{_line(ring)}Z" for ring in (leaf.exterior, *leaf.interiors))
    return _line(leaf) if leaf.geom_type in ("LineString", "LinearRing") else ""


def _line(line: BaseGeometry) -> str:
    points = [f"{x:.1f} {y:.1f}" for x, y in line.coords]
    return f"M{points[0]}L{' '.join(points[1:])}"
