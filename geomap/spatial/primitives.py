"""Planar shapes in kilometres: discs, rings, sectors, strips, parts of an area. Pure; x is east, y north, bearings clockwise from north."""

from __future__ import annotations

from math import cos, hypot, pi, radians, sin, sqrt
from typing import TYPE_CHECKING

from geomap.spatial import parameters

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_FULL_TURN = 360.0
_STEP = 3.0
"""Degrees between the points of an arc."""
_QUADRANT = 16
"""Points of a quarter of a circle."""
FAR_SHARE = 0.25
"""Of its diameter, that a part may be away from the largest. Not tuned."""
FAR_AREA = 0.3
"""Of its area, from which a part counts however far it is. Not tuned."""
_HALVINGS = 9
"""Of the search for the line that cuts a share from an area."""


def offset(x: float, y: float, bearing: float, km: float) -> tuple[float, float]:
    """Return the point ``km`` from x, y on a bearing."""
    return x + km * sin(radians(bearing)), y + km * cos(radians(bearing))


def disc(x: float, y: float, radius: float) -> BaseGeometry:
    """Return a circle's polygon."""
    import shapely

    return shapely.buffer(shapely.Point(x, y), radius, quad_segs=_QUADRANT)


def ring(x: float, y: float, low: float, high: float) -> BaseGeometry:
    """Return the area between two circles; a disc where the inner radius is 0."""
    return disc(x, y, high).difference(disc(x, y, low)) if low > 0 else disc(x, y, high)


def sector(x: float, y: float, bearing: float, half_angle: float, low: float, high: float) -> BaseGeometry:
    """Return the area between two circles to either side of a bearing."""
    import shapely

    n = max(2, round(2 * half_angle / _STEP))
    angles = [bearing - half_angle + 2 * half_angle * k / n for k in range(n + 1)]
    outer = [offset(x, y, angle, high) for angle in angles]
    inner = [offset(x, y, angle, low) for angle in reversed(angles)] if low > 0 else [(x, y)]
    return shapely.Polygon([*outer, *inner])


def strip(line: BaseGeometry, half_width: float) -> BaseGeometry:
    """Return what lies within ``half_width`` of a line, without going past its ends."""
    import shapely

    return shapely.buffer(line, half_width, cap_style="flat")


def size(geometry: BaseGeometry) -> float:
    """Return the radius of a circle of the same area."""
    return sqrt(float(geometry.area) / pi)


def mainland(geometry: BaseGeometry) -> BaseGeometry:
    """Return an area without the parts that are small and far from the largest: "northern Norway" is not Svalbard."""
    import shapely

    parts = shapely.get_parts(geometry)
    if len(parts) == 1:
        return geometry
    largest = parts[shapely.area(parts).argmax()]
    hulls = shapely.convex_hull(parts)
    near = shapely.distance(hulls, largest.convex_hull) <= FAR_SHARE * 2 * size(largest)
    return shapely.multipolygons(parts[near | (shapely.area(parts) > FAR_AREA * largest.area)])


def rough(geometry: BaseGeometry) -> BaseGeometry:
    """Return an area with many points to a tolerance of ``ROUGH_SHARE`` of its size, in its own units; any other as it is."""
    import shapely

    if shapely.get_num_coordinates(geometry) <= parameters.ROUGH_POINTS:
        return geometry
    simple = geometry.simplify(parameters.ROUGH_SHARE * sqrt(float(geometry.area)), preserve_topology=False)
    return geometry if simple.is_empty else simple


def reach(geometry: BaseGeometry, x: float, y: float, bearing: float) -> float:
    """Return the distance from x, y to the farthest point of an area that lies on a bearing; 0 where none does."""
    import shapely

    west, south, east, north = geometry.bounds
    far = 2 * (hypot(east - west, north - south) + hypot(x - west, y - south))
    ray = shapely.LineString([(x, y), offset(x, y, bearing, far)])
    hit = shapely.get_coordinates(ray.intersection(geometry))
    return max((hypot(px - x, py - y) for px, py in hit), default=0.0)


def part(geometry: BaseGeometry, bearing: float, share: float) -> BaseGeometry:
    """Return the part of an area that lies farthest on a bearing and is ``share`` of it."""
    import shapely

    dx, dy = sin(radians(bearing)), cos(radians(bearing))
    x, y = shapely.get_coordinates(geometry).T
    along = x * dx + y * dy
    low, high = float(along.min()), float(along.max())
    simple = geometry.simplify((high - low) / 400)
    # Turned so that the bearing is up: clipping to a rectangle is much faster than an intersection.
    turned = shapely.transform(simple, lambda points: points @ ((dy, dx), (-dx, dy)))
    west, _, east, north = turned.bounds
    wanted = share * simple.area
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if shapely.clip_by_rect(turned, west - 1, middle, east + 1, north + 1).area > wanted:
            low = middle
        else:
            high = middle
    return geometry.intersection(_beyond(geometry, bearing, (low + high) / 2))


def middle(geometry: BaseGeometry, share: float) -> BaseGeometry:
    """Return the part of an area around its centre that is about ``share`` of it."""
    import shapely

    centre = geometry.centroid
    factor = sqrt(share)
    small = shapely.affinity.scale(shapely.convex_hull(geometry), factor, factor, origin=(centre.x, centre.y))
    return geometry.intersection(small)


def _beyond(geometry: BaseGeometry, bearing: float, at: float) -> BaseGeometry:
    """Return the half plane, as far as the area needs it, of the points that are ``at`` or more along a bearing."""
    import shapely

    dx, dy = sin(radians(bearing)), cos(radians(bearing))
    far = 4 * max(map(abs, geometry.bounds)) + 1
    return shapely.Polygon(
        [
            (at * dx - far * dy, at * dy + far * dx),
            (at * dx + far * dy, at * dy - far * dx),
            ((at + far) * dx + far * dy, (at + far) * dy - far * dx),
            ((at + far) * dx - far * dy, (at + far) * dy + far * dx),
        ]
    )
