"""Construct the geometry of an expression from its anchors. Pure: what the anchors look like and where land is come in as arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import hypot
from typing import TYPE_CHECKING

from geomap.spatial.borders import BORDER_SHAPES
from geomap.spatial.plane import HALF_EARTH_KM, Plane
from geomap.spatial.points import POINT_SHAPES
from geomap.spatial.scene import Anchor, Drawn, Scene, Shape
from geomap.spatial.waters import WATER_SHAPES

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.spatial.expressions import Expression

_DETAIL = 0.002
"""Tolerance of a shape's outline, as a share of its size; the uncertainty is far larger."""
SHAPES = {**POINT_SHAPES, **BORDER_SHAPES, **WATER_SHAPES}
"""By the forms of expressions."""


def construct(
    expression: Expression,
    anchors: Sequence[Anchor],
    *,
    near: Sequence[Anchor] = (),
    land: Callable[[float, float, float], BaseGeometry] | None = None,
) -> Shape | None:
    """Return the geometry of an expression, or None where the words do not fit the anchors: farther than half the earth, no coast.

    ``anchors`` and ``near`` are those of the expression, in its order. ``land`` is needed for what is off a coast.
    """
    from shapely.errors import GEOSException

    first = next(iter((*anchors, *near)), None)
    if first is None:
        return None
    if expression.distance and expression.distance.high > HALF_EARTH_KM:
        return None
    plane = Plane(*_centre(first, anchors))
    scene = Scene(expression=expression, plane=plane, anchors=tuple(anchors), near=tuple(near), land=land)
    try:
        drawn = SHAPES[expression.form](scene)
    except GEOSException:  # outlines that were simplified may cross themselves; words without a shape are as before
        return None
    if drawn is None or drawn.geometry.is_empty:
        return None
    return _shape(drawn, plane)


def _centre(first: Anchor, anchors: Sequence[Anchor]) -> tuple[float, float]:
    """Return where the plane touches: in the middle of an area, else at the point."""
    if first.outline is not None and len(anchors) == 1:
        west, south, east, north = first.outline.bounds
        if east - west < 180:
            return (west + east) / 2, (south + north) / 2
    return first.lon, first.lat


def _shape(drawn: Drawn, plane: Plane) -> Shape:
    import shapely

    geometry = drawn.geometry
    x, y = drawn.centre or (geometry.centroid.x, geometry.centroid.y)
    lon, lat = plane.point(x, y)
    apart = shapely.get_coordinates(geometry) - (x, y)
    farthest = hypot(*apart[(apart**2).sum(axis=1).argmax()])
    uncertainty = round(farthest, 1 if farthest >= 1 else 3)
    geometry = geometry.simplify(farthest * _DETAIL)
    return Shape(geometry=plane.to_degrees(geometry), lon=lon, lat=lat, uncertainty_km=uncertainty, note=drawn.note)
