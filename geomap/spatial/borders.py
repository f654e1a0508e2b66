"""Shapes at borders: a border, a side of one, a distance from one or inside one. Pure."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians
from typing import TYPE_CHECKING

from geomap.geodesy import KM_PER_DEGREE
from geomap.spatial import parameters, primitives
from geomap.spatial.scene import Drawn, Scene, km_text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_EDGE = 179.0
"""Degrees beyond which an outline may go on at the other edge of the map."""
_MIN_COSINE = 0.01


def shared_line(scene: Scene) -> BaseGeometry | None:
    """Return the line between the first two anchors in the plane, or the boundary of a single one; None without outlines."""
    import shapely

    outlines = [scene.outline(anchor) for anchor in scene.anchors[:2]]
    if len(outlines) < 2:
        area = scene.area(scene.anchors[0]) if outlines else None
        return None if area is None else shapely.boundary(area)
    one, other = outlines
    if one is None or other is None:
        return None
    edge, area = _beside(scene, one, other)
    # Neighbours do not share their points: each outline is simplified, and they may be from two layers.
    box = _common_box(edge, area)
    beside = shapely.make_valid(shapely.clip_by_rect(area, *box)).buffer(parameters.TOUCHING_KM)
    line = shapely.intersection(shapely.clip_by_rect(edge, *box), beside)
    return None if line.is_empty else line


def _beside(scene: Scene, one: BaseGeometry, other: BaseGeometry) -> tuple[BaseGeometry, BaseGeometry]:
    """Return the boundary of an outline and the area of another in the plane, as far as they may be beside each other."""
    import shapely

    high = min(max(abs(one.bounds[1]), abs(one.bounds[3])), max(abs(other.bounds[1]), abs(other.bounds[3])))
    tall = 20 * parameters.TOUCHING_KM / KM_PER_DEGREE
    wide = tall / max(cos(radians(min(high + tall, 90.0))), _MIN_COSINE)
    box = [max(a, b) - by for a, b, by in zip(one.bounds[:2], other.bounds[:2], (wide, tall), strict=True)]
    box += [min(a, b) + by for a, b, by in zip(one.bounds[2:], other.bounds[2:], (wide, tall), strict=True)]
    west, south, east, north = box
    if west >= east or south >= north or west <= -_EDGE or east >= _EDGE:
        # Far from each other, or cut at the antimeridian, where the parts are joined in the plane.
        return shapely.boundary(scene.plane.to_km(one)), scene.plane.to_km(other)
    edge = shapely.clip_by_rect(shapely.boundary(one), *box)
    return scene.plane.to_km(edge), scene.plane.to_km(shapely.clip_by_rect(other, *box))


def _common_box(one: BaseGeometry, other: BaseGeometry) -> tuple[float, float, float, float]:
    """Return the bounds that two areas share, and some more: all of a large country would be slow."""
    wide = 10 * parameters.TOUCHING_KM
    low = [max(a, b) - wide for a, b in zip(one.bounds[:2], other.bounds[:2], strict=True)]
    high = [min(a, b) + wide for a, b in zip(one.bounds[2:], other.bounds[2:], strict=True)]
    return low[0], low[1], max(high[0], low[0]), max(high[1], low[1])


def _border(scene: Scene) -> Drawn | None:
    line = shared_line(scene)
    names = " and ".join(anchor.name for anchor in scene.anchors)
    if line is None:
        return None
    if scene.near:
        return _near(scene, line, f"border of {names}", parameters.BORDER_REACH, parameters.BORDER_WIDTH)
    if len(scene.anchors) == 1:
        return None  # all around a country says nothing
    return Drawn(geometry=line.buffer(parameters.BORDER_WIDTH), note=f"all of the border of {names}")


def _near(scene: Scene, line: BaseGeometry, what: str, reach: float, width: float) -> Drawn | None:
    """Return the stretch of a line near a place: within it, for an area; around its nearest point, for a town."""
    import shapely

    near = scene.near[0]
    area = scene.area(near)
    strip = line.buffer(width)
    if area is not None and (stretch := strip.intersection(area.buffer(width))):
        return Drawn(geometry=stretch, note=f"{what}, as far as it is in {near.name}")
    place = shapely.Point(scene.xy(near))
    at = shapely.shortest_line(line, place).coords[0]
    circle = primitives.disc(at[0], at[1], reach)
    return Drawn(
        geometry=strip.intersection(circle), note=f"{what}, within {reach:.0f} km of the point nearest to {near.name}"
    )


def _side(scene: Scene) -> Drawn | None:
    inside = scene.area(scene.anchors[0])
    river = scene.line(scene.anchors[1]) if len(scene.anchors) > 1 else None
    line = shared_line(scene) if river is None else river
    if line is None or inside is None or (len(scene.anchors) == 1 and not scene.near):
        return None
    band = inside.intersection(line.buffer(parameters.SIDE_DEPTH))
    note = f"in {scene.anchors[0].name} within {parameters.SIDE_DEPTH:.0f} km of the border; the depth is assumed"
    return _narrowed(scene, band, note)


def _from_border(scene: Scene) -> Drawn | None:
    """Return what lies at a distance from a border: outside of the one country that is named, on both sides of two."""
    line, span = shared_line(scene), scene.expression.distance
    if line is None or span is None:
        return None
    simple = line.simplify(span.low / 10)
    band = simple.buffer(span.high)
    if not span.is_limit:
        band = band.difference(simple.buffer(span.low))
    if (own := scene.area(scene.anchors[0])) is not None and scene.near and len(scene.anchors) == 1:
        band = band.difference(own)
    note = (
        f"{km_text(span.low)} to {km_text(span.high)} from the border of {' and '.join(a.name for a in scene.anchors)}"
    )
    return _narrowed(scene, band, note)


def _inside(scene: Scene) -> Drawn | None:
    line, span, own = shared_line(scene), scene.expression.distance, scene.area(scene.anchors[0])
    if own is None and span is not None:
        note = f"{scene.anchors[0].name}, which has no outline in the data"
        return Drawn(geometry=scene.body(scene.anchors[0]).buffer(span.stated), note=note)
    if line is None or span is None or own is None:
        return None
    simple = line.simplify(span.low / 10)
    band = simple.buffer(span.high).difference(simple.buffer(span.low)).intersection(own)
    note = f"in {scene.anchors[0].name}, {km_text(span.low)} to {km_text(span.high)} from its border"
    return _narrowed(scene, band, note)


def _narrowed(scene: Scene, band: BaseGeometry, note: str) -> Drawn | None:
    """Return the part of a band near the place that is named with it."""
    if not scene.near:
        return Drawn(geometry=band, note=note)
    near = scene.near[0]
    area = scene.area(near)
    if area is not None:
        return Drawn(geometry=band.intersection(area), note=f"{note}, in {near.name}")
    x, y = scene.xy(near)
    span = scene.expression.distance
    close = band.intersection(primitives.disc(x, y, parameters.BORDER_REACH + (span.stated if span else 0)))
    if close.is_empty:
        close = primitives.disc(x, y, near.radius_km + parameters.MIN_STRIP)
    return Drawn(geometry=close, note=f"{note}, near {near.name}")


BORDER_SHAPES: dict[str, Callable[[Scene], Drawn | None]] = {
    "border": _border,
    "border.side": _side,
    "border.distance": _from_border,
    "inside": _inside,
}
"""By the forms of expressions."""
