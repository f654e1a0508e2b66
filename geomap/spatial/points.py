"""Shapes at points and areas: distances, directions, parts, what lies between two, travel times. Pure."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot

from geomap.spatial import parameters, primitives
from geomap.spatial.borders import shared_line
from geomap.spatial.plane import HALF_EARTH_KM
from geomap.spatial.scene import Drawn, Scene, half_angle, km_text


def _distance_direction(scene: Scene) -> Drawn | None:
    anchor, span, bearing = scene.anchors[0], scene.expression.distance, scene.expression.bearing
    if span is None or bearing is None:
        return None
    area = scene.area(anchor)
    x, y = scene.xy(anchor) if area is None else (area.centroid.x, area.centroid.y)
    edge = 0.0 if area is None else primitives.reach(area, x, y, bearing)
    geometry = primitives.sector(x, y, bearing, half_angle(bearing), edge + span.low, edge + span.high)
    note = f"{km_text(span.low)} to {km_text(span.high)} from {'the edge of ' if edge else ''}{anchor.name}"
    return Drawn(geometry=geometry, note=f"sector {note}", centre=primitives.offset(x, y, bearing, edge + span.stated))


def _distance(scene: Scene) -> Drawn | None:
    anchor, span = scene.anchors[0], scene.expression.distance
    if span is None:
        return None
    note = f"ring {km_text(span.low)} to {km_text(span.high)} from {anchor.name}, direction not stated"
    area = scene.area(anchor)
    if area is None:
        return Drawn(
            geometry=primitives.ring(*scene.xy(anchor), span.low, span.high), note=note, centre=scene.xy(anchor)
        )
    simple = area.simplify(span.low / 10)
    return Drawn(geometry=simple.buffer(span.high).difference(simple.buffer(span.low)), note=note)


def _radius(scene: Scene) -> Drawn | None:
    anchor, span = scene.anchors[0], scene.expression.distance
    if span is None:
        return None
    area = scene.area(anchor)
    if area is None:
        geometry = primitives.disc(*scene.xy(anchor), span.stated)
        return Drawn(
            geometry=geometry, note=f"all within {km_text(span.stated)} of {anchor.name}", centre=scene.xy(anchor)
        )
    geometry = area.simplify(span.stated / 20).buffer(span.stated)
    return Drawn(geometry=geometry, note=f"all within {km_text(span.stated)} of the edge of {anchor.name}")


def _direction(scene: Scene) -> Drawn | None:
    anchor, bearing = scene.anchors[0], scene.expression.bearing
    if bearing is None:
        return None
    body = primitives.mainland(scene.body(anchor))
    x, y = body.centroid.x, body.centroid.y
    is_area = scene.outline(anchor) is not None
    beyond = (
        max(primitives.size(body) * parameters.AREA_REACH, parameters.MIN_AREA_REACH)
        if is_area
        else parameters.TOWN_REACH
    )
    edge = primitives.reach(body, x, y, bearing)
    angle = parameters.SECTOR_HALF_ANGLE
    geometry = primitives.sector(x, y, bearing, angle, edge if not is_area else 0, edge + beyond)
    if is_area:
        geometry = geometry.difference(body.convex_hull)
    note = f"schematic sector, a reach of {beyond:.0f} km from the edge of {anchor.name} is assumed"
    return Drawn(geometry=geometry, note=note)


def _part(scene: Scene) -> Drawn | None:
    anchor, bearing = scene.anchors[0], scene.expression.bearing
    body = primitives.mainland(scene.body(anchor))
    note = f"cut from the outline of {anchor.name}, schematic"
    if scene.outline(anchor) is None:
        note = f"cut from a disc around {anchor.name}, whose radius of {km_text(anchor.radius_km)} is assumed"
    if bearing is None:
        return Drawn(geometry=primitives.middle(body, parameters.CENTRE_SHARE), note=note)
    return Drawn(
        geometry=primitives.part(
            body, bearing, parameters.PART_SHARE if bearing % 90 == 0 else parameters.CORNER_SHARE
        ),
        note=note,
    )


def _outskirts(scene: Scene) -> Drawn | None:
    anchor, bearing = scene.anchors[0], scene.expression.bearing
    body = scene.body(anchor)
    width = max(0.4 * primitives.size(body), 0.5)
    edge = body.buffer(width).difference(body.buffer(-width))
    note = f"edge of {anchor.name}, whose radius of {km_text(primitives.size(body))} is assumed"
    if bearing is None:
        return Drawn(geometry=edge, note=note, centre=scene.xy(anchor))
    x, y = body.centroid.x, body.centroid.y
    far = primitives.reach(edge, x, y, bearing) * 2
    wedge = primitives.sector(x, y, bearing, parameters.SECTOR_HALF_ANGLE, 0, far)
    return Drawn(geometry=edge.intersection(wedge), note=note)


def _ends(scene: Scene) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the two points between which something is: of areas the nearest of their edges, of points themselves."""
    import shapely

    one, two = scene.anchors[:2]
    areas = [scene.area(anchor) for anchor in (one, two)]
    shapes = [shapely.Point(scene.xy(a)) if area is None else area for a, area in zip((one, two), areas, strict=True)]
    nearest = shapely.shortest_line(*shapes)
    (ax, ay), (bx, by) = nearest.coords
    return (ax, ay), (bx, by)


def _between(scene: Scene) -> Drawn | None:
    import shapely

    if len(scene.anchors) < 2:
        return None
    start, end = _ends(scene)
    length = hypot(end[0] - start[0], end[1] - start[1])
    names = " and ".join(anchor.name for anchor in scene.anchors[:2])
    if length < parameters.TOUCHING_KM:
        line = shared_line(scene)
        return (
            None
            if line is None
            else Drawn(geometry=line.buffer(parameters.SIDE_DEPTH), note=f"along the line of {names}")
        )
    half = min(max(length * parameters.STRIP_SHARE, parameters.MIN_STRIP), parameters.MAX_STRIP)
    geometry = primitives.strip(shapely.LineString([start, end]), half)
    return Drawn(geometry=geometry, note=f"schematic strip between {names}, {km_text(2 * half)} wide")


def _halfway(scene: Scene) -> Drawn | None:
    if len(scene.anchors) < 2:
        return None
    (ax, ay), (bx, by) = (scene.xy(anchor) for anchor in scene.anchors[:2])
    radius = max(hypot(bx - ax, by - ay) * parameters.HALFWAY_SHARE, parameters.MIN_STRIP)
    share = scene.expression.share
    x, y = ax + (bx - ax) * share, ay + (by - ay) * share
    names = " and ".join(anchor.name for anchor in scene.anchors[:2])
    return Drawn(
        geometry=primitives.disc(x, y, radius),
        note=f"around the point {share:.0%} of the way between {names}",
        centre=(x, y),
    )


def _road(scene: Scene) -> Drawn | None:
    """Return the corridor between the ends of a road, or around the place that it is near: roads are not in the boundaries."""
    import shapely

    near = [scene.xy(anchor) for anchor in scene.near]
    if len(scene.anchors) < 2:
        if not near:
            return None
        note = f"around {scene.near[0].name}; the road is not in the data"
        circle = primitives.disc(*near[0], parameters.ROAD_REACH)
        if scene.expression.bearing is None:
            return Drawn(geometry=circle, note=note, centre=near[0])
        return Drawn(geometry=scene.on_bearing(primitives.disc(*near[0], parameters.TOWN_REACH), near[0]), note=note)
    drawn = _between(scene)
    if drawn is None:
        return None
    note = f"schematic corridor of the road, {drawn.note.removeprefix('schematic ')}"
    if near:
        close = shapely.intersection(drawn.geometry, primitives.disc(*near[0], parameters.ROAD_REACH))
        geometry = primitives.disc(*near[0], parameters.ROAD_REACH) if close.is_empty else close
        return Drawn(geometry=geometry, note=f"{note}, near {scene.near[0].name}")
    return Drawn(geometry=drawn.geometry, note=note)


def _travel_time(scene: Scene) -> Drawn | None:
    anchor, hours, speed = scene.anchors[0], scene.expression.hours, scene.expression.speed_km_h
    if hours is None or speed is None:
        return None
    low, high = hours.low * speed * parameters.TRAVEL_LOW, hours.high * speed * parameters.TRAVEL_HIGH
    if high > HALF_EARTH_KM:
        return None
    bearing = scene.expression.bearing
    x, y = scene.xy(anchor)
    note = f"{km_text(low)} to {km_text(high)} from {anchor.name}, from the time at about {speed:.0f} km/h in a straight line"
    if bearing is None:
        return Drawn(geometry=primitives.ring(x, y, low, high), note=f"wide ring {note}", centre=(x, y))
    geometry = primitives.sector(x, y, bearing, half_angle(bearing), low, high)
    return Drawn(geometry=geometry, note=f"wide sector {note}")


POINT_SHAPES: dict[str, Callable[[Scene], Drawn | None]] = {
    "distance_direction": _distance_direction,
    "distance": _distance,
    "radius": _radius,
    "direction": _direction,
    "part": _part,
    "part.outskirts": _outskirts,
    "between": _between,
    "halfway": _halfway,
    "along.road": _road,
    "travel_time": _travel_time,
}
"""By the forms of expressions."""
