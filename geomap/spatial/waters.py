"""Shapes at waters: off a coast, along a shore or a river, a confluence, the other side. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import atan2, degrees, hypot
from typing import TYPE_CHECKING

from geomap.spatial import parameters, primitives
from geomap.spatial.scene import Drawn, Scene, half_angle, km_text

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.spatial.scene import Anchor


def _off(scene: Scene) -> Drawn | None:
    """Return the sea off an area or a town: what is land is taken away."""
    anchor, span, bearing = scene.anchors[0], scene.expression.distance, scene.expression.bearing
    low, high = (span.low, span.high) if span else (0.0, parameters.SEA_REACH)
    if span and span.is_limit:
        low = 0.0
    area = scene.area(anchor)
    if area is not None:
        area = primitives.mainland(area.simplify(min(max(high / 20, 0.05), 2)))
    body, land = (area, None) if area is not None else _coast(scene, anchor)
    if body is None:
        return None
    west, south, east, north = body.bounds
    if land is None:
        middle = (west + east) / 2, (south + north) / 2
        land = scene.land_around(*middle, hypot(east - west, north - south) / 2 + high + 5)
    if land is None:
        return None
    land = land.simplify(min(max(high / 40, 0.02), 1))
    sea = body.buffer(high)
    if low > 0:
        # Not along the coast: so far out that it is far from other land, too.
        sea = sea.difference(body.buffer(low))
        out = sea.difference(land.buffer(low * parameters.FROM_OTHER_LAND))
        sea = sea if out.is_empty else out
    sea = _without_slivers(sea.difference(land))
    if scene.near:
        reach = parameters.SEA_REACH + high
        sea = sea.intersection(primitives.disc(*scene.xy(scene.near[0]), reach))
    if sea.is_empty:
        return None
    if bearing is not None:
        sea = _towards(sea, body, bearing, is_area=area is not None)
    stated = f"{km_text(low)} to {km_text(high)} off" if span else f"sea within {high:.0f} km, an assumed reach, of"
    return Drawn(geometry=sea, note=f"{stated} {anchor.name}")


def _without_slivers(sea: BaseGeometry) -> BaseGeometry:
    """Return the sea without the gaps between neighbours' coarse outlines."""
    import shapely

    parts = shapely.get_parts(sea)
    areas = shapely.area(parts)
    return shapely.multipolygons(parts[areas >= parameters.SLIVER_SHARE * areas.max()]) if len(parts) else sea


def _coast(scene: Scene, anchor: Anchor) -> tuple[BaseGeometry | None, BaseGeometry | None]:
    """Return the point of the coast nearest to a town, and the land there; (None, None) where the coast is too far."""
    import shapely

    x, y = scene.xy(anchor)
    reach = 2 * parameters.COAST_DISTANCE + (scene.expression.distance.high if scene.expression.distance else 0)
    land = scene.land_around(x, y, reach)
    if land is None:
        return None, None
    sea = primitives.disc(x, y, parameters.COAST_DISTANCE).difference(land)
    # A sliver between two neighbours' coarse outlines is no sea.
    sea = sea.buffer(-0.5)
    if sea.is_empty:
        return None, None
    at = shapely.shortest_line(sea, shapely.Point(x, y)).coords[0]
    return primitives.disc(at[0], at[1], 0.1), land


def _towards(sea: BaseGeometry, body: BaseGeometry, bearing: float, *, is_area: bool) -> BaseGeometry:
    """Return the part of the sea around a body that lies on a bearing from it."""
    if is_area:
        return primitives.part(sea, bearing, parameters.PART_SHARE)
    west, south, east, north = sea.bounds
    far = hypot(east - west, north - south) * 2
    x, y = body.centroid.x, body.centroid.y
    wedge = primitives.sector(x, y, bearing, 2 * half_angle(bearing), 0, far)
    found = sea.intersection(wedge)
    return sea if found.is_empty else found


def _shore(scene: Scene) -> Drawn | None:
    """Return the strip along a coast or a shore, or along the part of it that lies on a bearing."""
    import shapely

    anchor, bearing = scene.anchors[0], scene.expression.bearing
    area = scene.area(anchor)
    if area is None:
        return _shore_of_town(scene, anchor)
    if max(_half_size(area)) > parameters.MAX_SHORE:
        return None
    land = scene.land_around(area.centroid.x, area.centroid.y, hypot(*_half_size(area)) + parameters.SHORE_WIDTH * 2)
    edge = shapely.boundary(area)
    if land is not None and land.intersection(area).area > area.area / 2:
        # Of a country only what is not a border with another is a coast.
        others = land.difference(area.buffer(parameters.TOUCHING_KM))
        edge = edge.difference(others.buffer(2 * parameters.TOUCHING_KM))
    if edge.is_empty or edge.length < 1:
        return None
    strip = edge.simplify(0.5).buffer(min(parameters.SHORE_WIDTH, max(primitives.size(area) / 4, 0.5)))
    for sea in map(scene.area, scene.anchors[1:]):
        strip = strip if sea is None else strip.intersection(sea.buffer(parameters.SHORE_WIDTH))
    if bearing is not None:
        strip = primitives.part(strip, bearing, parameters.PART_SHARE)
    return Drawn(geometry=strip, note=f"strip along the shore of {anchor.name}")


def _half_size(area: BaseGeometry) -> tuple[float, float]:
    west, south, east, north = area.bounds
    return (east - west) / 2, (north - south) / 2


def _shore_of_town(scene: Scene, anchor: Anchor) -> Drawn | None:
    import shapely

    coast, land = _coast(scene, anchor)
    if coast is None or land is None:
        return None
    reach = anchor.radius_km + parameters.SHORE_WIDTH
    x, y = coast.centroid.x, coast.centroid.y
    edge = shapely.boundary(land).intersection(primitives.disc(x, y, reach))
    if edge.is_empty:
        return None
    return Drawn(geometry=edge.buffer(1.0), note=f"coast within {km_text(reach)} of {anchor.name}")


def _river(scene: Scene) -> Drawn | None:
    """Return a river's line, or its stretch near or between the places that are named with it."""
    import shapely

    if not scene.anchors:
        return None
    river = scene.anchors[0]
    line = scene.line(river)
    if line is None:
        area = scene.area(river)
        line = None if area is None else shapely.boundary(area)
    near = [scene.xy(anchor) for anchor in scene.near]
    if line is None:
        return _unmapped(scene, near)
    if not near:
        return Drawn(geometry=line.buffer(parameters.LINE_WIDTH), note=f"all of {river.name} that is in the data")
    points = [shapely.shortest_line(line, shapely.Point(at)).coords[0] for at in near]
    if all(hypot(p[0] - n[0], p[1] - n[1]) > 2 * parameters.RIVER_REACH for p, n in zip(points, near, strict=True)):
        return _unmapped(scene, near)
    if len(near) > 1:
        middle = ((near[0][0] + near[1][0]) / 2, (near[0][1] + near[1][1]) / 2)
        circle = primitives.disc(*middle, hypot(near[1][0] - near[0][0], near[1][1] - near[0][1]) / 2 + 2)
    else:
        circle = primitives.disc(points[0][0], points[0][1], parameters.RIVER_REACH)
    names = " and ".join(anchor.name for anchor in scene.near)
    stretch = scene.on_bearing(line.buffer(parameters.LINE_WIDTH).intersection(circle), near[0])
    return Drawn(geometry=stretch, note=f"stretch of {river.name} {'between' if len(near) > 1 else 'near'} {names}")


def _unmapped(scene: Scene, near: list[tuple[float, float]]) -> Drawn | None:
    """Return the surroundings of the place by which a river is named that the boundaries do not have there."""
    import shapely

    if not near:
        return None
    note = f"{scene.anchors[0].name} is not in the data there; around {' and '.join(a.name for a in scene.near)}"
    if len(near) == 1:
        return Drawn(geometry=primitives.disc(*near[0], parameters.ROAD_REACH), note=note, centre=near[0])
    half = max(hypot(near[1][0] - near[0][0], near[1][1] - near[0][1]) * parameters.STRIP_SHARE, parameters.MIN_STRIP)
    return Drawn(geometry=primitives.strip(shapely.LineString(near), half), note=note)


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """Where a river ends at another, in the unit of their coordinates; of several the least is the likeliest."""

    steps_apart: int
    """How far from the other line, in steps within which the lines are true."""
    is_source: bool
    """Whether the line begins there; lines run downstream."""
    minus_length: float
    """Of the part of the line that ends there: a brook at the source may bear the river's name."""
    apart: float
    point: tuple[float, float]


def meeting(one: BaseGeometry, other: BaseGeometry, *, step: float) -> Meeting:
    """Return where one of two rivers flows into the other: an end of a line near the other line.

    Their nearest points may be elsewhere: the Kura and the Aras rise side by side, and meet 400 km downstream.
    """
    import shapely

    return min(
        Meeting(int(apart / step), is_source, -float(part.length), apart, (float(end[0]), float(end[1])))
        for line, opposite in ((one, other), (other, one))
        for part in shapely.get_parts(line)
        for is_source, end in ((False, part.coords[-1]), (True, part.coords[0]))
        for apart in (float(opposite.distance(shapely.Point(end))),)
    )


def _confluence(scene: Scene) -> Drawn | None:
    lines = [line for anchor in scene.anchors[:2] if (line := scene.line(anchor)) is not None]
    if len(lines) == 2:
        met = meeting(*lines, step=parameters.RIVER_STEP)
        gap, centre = met.apart, met.point
        if gap <= parameters.CONFLUENCE_GAP:
            names = " and ".join(anchor.name for anchor in scene.anchors[:2])
            geometry = primitives.disc(*centre, max(parameters.CONFLUENCE_RADIUS, gap))
            return Drawn(geometry=geometry, note=f"where the lines of {names} meet", centre=centre)
    if scene.near:
        at = scene.xy(scene.near[0])
        note = f"around {scene.near[0].name}: where the rivers meet is not in the data"
        radius = scene.near[0].radius_km + parameters.CONFLUENCE_RADIUS
        return Drawn(geometry=primitives.disc(*at, radius), note=note, centre=at)
    return None


def _opposite(scene: Scene) -> Drawn | None:
    """Return a place across the water: as far beyond the line of the water as the anchor is before it."""
    import shapely

    anchor = scene.anchors[0]
    x, y = scene.xy(anchor)
    lines = [scene.line(water) for water in (*scene.anchors[1:], *scene.near)]
    edges = [line for line in lines if line is not None]
    if edges:
        gap = shapely.shortest_line(shapely.Point(x, y), shapely.union_all(edges))
        if gap.length <= parameters.OPPOSITE_REACH:
            px, py = gap.coords[-1]
            factor = max(2.0, 1.0 + 1.0 / max(gap.length, 0.1))
            at = (x + (px - x) * factor, y + (py - y) * factor)
            radius = max(parameters.OPPOSITE_RADIUS, gap.length)
            return Drawn(geometry=primitives.disc(*at, radius), note=f"across the water from {anchor.name}", centre=at)
    for water in scene.anchors[1:]:
        if (area := scene.area(water)) is not None and (shore := _across(area, x, y)):
            note = f"across {water.name} from {anchor.name}"
            return Drawn(geometry=primitives.disc(*shore, parameters.OPPOSITE_RADIUS), note=note, centre=shore)
    radius = anchor.radius_km + parameters.OPPOSITE_RADIUS
    note = f"around {anchor.name}: the water between is not in the data"
    return Drawn(geometry=primitives.disc(x, y, radius), note=note, centre=(x, y))


def _across(water: BaseGeometry, x: float, y: float) -> tuple[float, float] | None:
    """Return the point of the shore across a water from x, y; None where the water is far or wide."""
    import shapely

    px, py = shapely.shortest_line(water, shapely.Point(x, y)).coords[0]
    bearing = degrees(atan2(px - x, py - y)) if (px, py) != (x, y) else 0.0
    far = primitives.reach(water, x, y, bearing)
    return primitives.offset(x, y, bearing, far) if 0 < far <= 4 * parameters.OPPOSITE_REACH else None


WATER_SHAPES: dict[str, Callable[[Scene], Drawn | None]] = {
    "off": _off,
    "part.shore": _shore,
    "along.river": _river,
    "confluence": _confluence,
    "opposite": _opposite,
}
"""By the forms of expressions."""
