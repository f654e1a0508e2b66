"""What RFC 7946 asks of a GeoJSON text, clause by clause; the faults found, in words."""

from __future__ import annotations

from itertools import pairwise

DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def faults(collection: dict) -> list[str]:
    found = []
    if collection.get("type") != "FeatureCollection" or not isinstance(collection.get("features"), list):
        return ["3.3: no FeatureCollection with a list of features"]
    if "crs" in collection:
        found.append("4: a crs member")
    for feature in collection["features"]:
        where = feature.get("id")
        if feature.get("type") != "Feature" or not {"geometry", "properties"} <= set(feature):
            found.append(f"3.2: {where} lacks type, geometry or properties")
        elif feature["geometry"] is not None:
            found += [f"{fault} ({where})" for fault in geometry_faults(feature["geometry"])]
    return found


def geometry_faults(geometry: dict) -> list[str]:
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in DEPTH:
        return [f"1.4: {kind} is no geometry type"]
    found = [
        f"3.1.1: {position} is no lon, lat"
        for position in positions(coordinates, DEPTH[kind])
        if not is_position(position)
    ]
    if found:
        return found
    lines = {"LineString": [coordinates], "MultiLineString": coordinates}.get(kind, [])
    polygons = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    rings = [(ring, n == 0) for polygon in polygons for n, ring in enumerate(polygon)]
    found += ["3.1.4: a line of one position" for line in lines if len(line) < 2]
    found += [
        "3.1.6: a ring that is not closed or too short" for ring, _ in rings if len(ring) < 4 or ring[0] != ring[-1]
    ]
    found += ["3.1.6: a ring wound the wrong way" for ring, is_outer in rings if (turned(ring) > 0) != is_outer]
    found += [
        f"3.1.9: {a} to {b} crosses the antimeridian"
        for line in (*lines, *(ring for ring, _ in rings))
        for a, b in pairwise(line)
        if abs(a[0] - b[0]) > 180
    ]
    return found


def positions(coordinates: list, depth: int) -> list:
    return [coordinates] if depth == 0 else [p for part in coordinates for p in positions(part, depth - 1)]


def is_position(position: object) -> bool:
    return (
        isinstance(position, list)
        and len(position) in (2, 3)
        and all(isinstance(value, int | float) for value in position)
        and -180 <= position[0] <= 180
        and -90 <= position[1] <= 90
    )


def turned(ring: list) -> float:
    """Return twice the area of a ring, positive where it runs counter-clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
