"""Geometry as required by RFC 7946: winding order, antimeridian cuts, 7 decimals, bounding boxes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import mapping, shape

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

DECIMALS = 7
"""About a centimetre at the equator; RFC 7946, section 11.2."""
_FULL_TURN = 360.0
_HALF = 180.0
_POLE = 90.0 - 1e-9


def cut(geometry: BaseGeometry) -> BaseGeometry:
    """Return the geometry (EPSG:4326) within -180..180, cut at the antimeridian, exterior rings counter-clockwise.

    A segment of more than 180 degrees of longitude is taken to cross the antimeridian.
    """
    parts = [_cut_part(part) if _crosses(part) else part for part in _parts(shapely.force_2d(geometry))]
    leaves = [leaf for part in parts for leaf in _parts(part)]
    result = shapely.orient_polygons(_gathered(leaves), exterior_cw=False)
    return result if len(leaves) != 1 or geometry.geom_type != f"Multi{result.geom_type}" else type(geometry)([result])


def to_geojson(geometry: BaseGeometry) -> dict[str, Any]:
    """Return the GeoJSON geometry object of an EPSG:4326 geometry."""
    encoded: dict[str, Any] = _rounded(mapping(cut(geometry)))
    return encoded


def bbox(geometry: BaseGeometry) -> list[float]:
    """Return west, south, east, north; west exceeds east where the geometry crosses the antimeridian."""
    return joint_bbox([list(part.bounds) for part in _parts(cut(geometry))])


def joint_bbox(boxes: Sequence[Sequence[float]]) -> list[float]:
    """Return west, south, east, north around the boxes; west exceeds east where the antimeridian lies between.

    It does where that gives the narrowest box and the box is narrower than 180 degrees: the islands of Fiji are joined
    across the antimeridian, Paris and Tokyo are not.
    """
    south, north = min(box[1] for box in boxes), max(box[3] for box in boxes)
    spans = sorted((w, e if e >= w else e + _FULL_TURN) for w, _, e, _ in boxes)
    west, east = spans[0][0], max(span[1] for span in spans)
    reach, choices = spans[0][1], [(east - west, west, east)] if east <= _HALF else []
    for span_west, span_east in spans[1:]:
        if span_west > reach:
            choices.append((reach + _FULL_TURN - span_west, span_west, reach))
        reach = max(reach, span_east)
    if east > _HALF and east - _FULL_TURN < west:
        choices.append((east - west, west, east - _FULL_TURN))
    width, west, east = min(choices, default=(_FULL_TURN, -_HALF, _HALF))
    if width >= _HALF:
        is_crossing = any(w > e for w, _, e, _ in boxes)
        west, east = (-_HALF, _HALF) if is_crossing else (min(b[0] for b in boxes), max(b[2] for b in boxes))
    return [round(v, DECIMALS) for v in (west, south, east, north)]


def _crosses(part: BaseGeometry) -> bool:
    """Return whether a simple geometry leaves -180..180 or crosses the antimeridian, other than along a pole."""
    import numpy as np

    west, _, east, _ = part.bounds
    if west < -_HALF or east > _HALF:
        return True
    lines = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    steps = np.abs(np.diff(coordinates[:, 0]))
    is_polar = (np.abs(coordinates[1:, 1]) >= _POLE) & (np.abs(coordinates[:-1, 1]) >= _POLE)
    return bool(((steps > _HALF) & (owner[1:] == owner[:-1]) & ~is_polar).any())


def _cut_part(part: BaseGeometry) -> BaseGeometry:
    if part.geom_type == "Point":
        return shapely.Point((part.x + _HALF) % _FULL_TURN - _HALF, part.y)
    if part.geom_type == "LineString" and (part.bounds[0] < -_HALF or part.bounds[2] > _HALF):
        return _cut_line(part)
    from antimeridian import fix_shape

    # A clockwise polygon is a convention of its source, not one that contains a pole: fix the winding without a warning.
    return shape(fix_shape(part, fix_winding=True, great_circle=False))


def _cut_line(line: BaseGeometry) -> BaseGeometry:
    """Return a line whose longitudes go beyond 180 degrees, rather than jump, cut at the antimeridian."""
    points = [(float(lon), float(lat)) for lon, lat in line.coords]
    parts = [[points[0]]]
    for (lon, lat), (to_lon, to_lat) in pairwise(points):
        first, last = _turn(lon), _turn(to_lon)
        turns = range(first + 1, last + 1) if last > first else range(first, last, -1)
        for edge in (turn * _FULL_TURN - _HALF for turn in turns):
            at = (edge, lat + (to_lat - lat) * (edge - lon) / (to_lon - lon))
            parts[-1].append(at)
            parts.append([at])
        parts[-1].append((to_lon, to_lat))
    lines = [part for part in parts if len(set(part)) > 1]
    shifts = [_FULL_TURN * _turn(sum(lon for lon, _ in part) / len(part)) for part in lines]
    return _gathered(
        [shapely.LineString([(lon - by, lat) for lon, lat in part]) for part, by in zip(lines, shifts, strict=True)]
    )


def _turn(lon: float) -> int:
    """Return the number of the turn around the globe that a longitude is in; 0 from -180 to below 180 degrees."""
    return int((lon + _HALF) // _FULL_TURN)


def _gathered(leaves: list[BaseGeometry]) -> BaseGeometry:
    """Return a simple geometry, a Multi- geometry, or a GeometryCollection where the kinds differ."""
    if len(leaves) == 1:
        return leaves[0]
    kinds = {leaf.geom_type for leaf in leaves}
    if len(kinds) != 1:
        return shapely.GeometryCollection(leaves)
    multi = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
    return multi[kinds.pop()](leaves)


def _parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    if hasattr(geometry, "geoms"):
        return [leaf for part in geometry.geoms for leaf in _parts(part)]
    return [] if geometry.is_empty else [geometry]


def _rounded(value: Any) -> Any:  # noqa: ANN401 - a nested GeoJSON value
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return round(value, DECIMALS) + 0.0 if isinstance(value, float) else value
