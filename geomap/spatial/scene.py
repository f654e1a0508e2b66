"""What shapes are constructed from: an expression, its anchors in a plane, and the land around; and what comes of it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import pi, sqrt
from typing import TYPE_CHECKING

from geomap.spatial import parameters, primitives
from geomap.spatial.plane import Plane

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.spatial.expressions import Expression
    from geomap.types import Place

_SIXTEENTH = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A place that something is relative to."""

    name: str
    """As the article writes it."""
    lon: float
    lat: float
    """Degrees, EPSG:4326."""
    outline: BaseGeometry | None = field(default=None, repr=False, compare=False)
    """Its polygon or line, EPSG:4326; None for a point."""
    radius_km: float = parameters.MIN_TOWN_RADIUS
    """Assumed for a place without a polygon."""
    extent: tuple[float, ...] = field(default=(), init=False, repr=False)
    """Bounds and number of points of the outline, by which anchors are compared: hashing all points would be slow."""

    def __post_init__(self) -> None:
        import shapely

        if self.outline is not None:
            extent = (*self.outline.bounds, float(shapely.get_num_coordinates(self.outline)))
            object.__setattr__(self, "extent", extent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A relative place as geometry."""

    geometry: BaseGeometry = field(repr=False)
    """EPSG:4326, within -180..180."""
    lon: float
    lat: float
    uncertainty_km: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A shape in a plane, before it is turned to degrees."""

    geometry: BaseGeometry
    note: str
    centre: tuple[float, float] | None = None
    """x, y; None for the centroid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An expression with its anchors in the plane around the first."""

    expression: Expression
    plane: Plane
    anchors: tuple[Anchor, ...]
    near: tuple[Anchor, ...]
    land: Callable[[float, float, float], BaseGeometry] | None
    """Longitude, latitude, kilometres → the land around a point, EPSG:4326."""

    def xy(self, anchor: Anchor) -> tuple[float, float]:
        """Return an anchor's point in the plane."""
        return self.plane.xy(anchor.lon, anchor.lat)

    @staticmethod
    def outline(anchor: Anchor) -> BaseGeometry | None:
        """Return the polygon of an anchor in EPSG:4326; None where it has none."""
        return anchor.outline if anchor.outline is not None and "Polygon" in anchor.outline.geom_type else None

    def area(self, anchor: Anchor) -> BaseGeometry | None:
        """Return the polygon of an anchor in the plane; None where it has none."""
        outline = self.outline(anchor)
        return None if outline is None else self.plane.to_km(outline)

    def body(self, anchor: Anchor) -> BaseGeometry:
        """Return the polygon of an anchor in the plane, of a large one without detail, or a disc of its assumed radius."""
        outline = self.outline(anchor)
        if outline is None:
            return primitives.disc(*self.xy(anchor), anchor.radius_km)
        return self.plane.to_km(primitives.rough(outline))

    def line(self, anchor: Anchor) -> BaseGeometry | None:
        """Return the line of an anchor in the plane; None where it has none."""
        if anchor.outline is None or "LineString" not in anchor.outline.geom_type:
            return None
        return self.plane.to_km(anchor.outline)

    def on_bearing(self, area: BaseGeometry, at: tuple[float, float]) -> BaseGeometry:
        """Return the part of an area on the bearing of the expression from a point; all of it without one or where none is."""
        bearing = self.expression.bearing
        if bearing is None or area.is_empty:
            return area
        west, south, east, north = area.bounds
        far = max(abs(west - at[0]), abs(east - at[0]), abs(south - at[1]), abs(north - at[1])) * 2
        found = area.intersection(primitives.sector(*at, bearing, 2 * half_angle(bearing), 0, far))
        return area if found.is_empty else found

    def land_around(self, x: float, y: float, km: float) -> BaseGeometry | None:
        """Return the land within ``km`` of a point in the plane; None where it is not known, or too wide for a plane."""
        if self.land is None or km > parameters.MAX_LAND:
            return None
        return self.plane.to_km(self.land(*self.plane.point(x, y), km))


def town_radius(place: Place) -> float:
    """Return the assumed radius in kilometres of a place without a polygon, by its population."""
    radius = sqrt(place.population / parameters.PEOPLE_PER_KM2 / pi)
    return min(max(radius, parameters.MIN_TOWN_RADIUS), parameters.MAX_TOWN_RADIUS)


def half_angle(bearing: float) -> float:
    """Return the degrees to either side of a direction that its words leave open."""
    return parameters.HALF_ANGLE if bearing % _SIXTEENTH == 0 else parameters.HALF_ANGLE_FINE


def km_text(km: float) -> str:
    """Return kilometres for a note: "12 km", "0.4 km"."""
    return f"{km:.0f} km" if km >= 3 else f"{km:.1f} km"
