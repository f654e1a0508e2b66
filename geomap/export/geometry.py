"""Geometry as RFC 7946 wants it: wound, cut at the antimeridian, 7 decimals, boxes that may cross it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import mapping, shape

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

DECIMALS = 7
"""A centimetre at the equator; RFC 7946 section 11.2 asks for no more than is meant."""
_FULL_TURN = 360.0
_HALF = 180.0
_POLE = 90.0 - 1e-9


def cut(geometry: BaseGeometry) -> BaseGeometry:
    """Return the geometry (EPSG:4326) within -180..180, cut at the antimeridian, exterior rings counter-clockwise.

    A step between vertices of more than half the way round is taken as one across the antimeridian.
    """
    parts = [_cut_part(part) if _crosses(part) else part for part in _parts(shapely.force_2d(geometry))]
    leaves = [leaf for part in parts for leaf in _parts(part)]
    whole = shapely.orient_polygons(_gathered(leaves), exterior_cw=False)
    return whole if len(leaves) != 1 or geometry.geom_type != f"Multi{whole.geom_type}" else type(geometry)([whole])


def to_geojson(geometry: BaseGeometry) -> dict[str, Any]:
    """Return the GeoJSON geometry object of an EPSG:4326 geometry."""
    written: dict[str, Any] = _rounded(mapping(cut(geometry)))
    return written


def bbox(geometry: BaseGeometry) -> list[float]:
    """Return west, south, east, north; west exceeds east where the geometry crosses the antimeridian."""
    return joint_bbox([list(part.bounds) for part in _parts(cut(geometry))])


def joint_bbox(boxes: Sequence[Sequence[float]]) -> list[float]:
    """Return west, south, east, north around the boxes; west exceeds east where the antimeridian lies between.

    That is so where the widest empty stretch lies elsewhere and the box is then less than half the world wide:
    Fiji's islands are joined across it, Paris and Tokyo by way of Lima are not.
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
        is_whole = any(w > e for w, _, e, _ in boxes)
        west, east = (-_HALF, _HALF) if is_whole else (min(b[0] for b in boxes), max(b[2] for b in boxes))
    return [round(v, DECIMALS) for v in (west, south, east, north)]


def _crosses(part: BaseGeometry) -> bool:
    """Tell whether a simple geometry leaves -180..180, or leaps across the antimeridian other than along a pole."""
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
    from antimeridian import fix_shape

    # Winding is fixed silently: a polygon drawn clockwise is a habit of its source, not one that holds a pole.
    return shape(fix_shape(part, fix_winding=True, great_circle=False))


def _gathered(leaves: list[BaseGeometry]) -> BaseGeometry:
    """Return one geometry of the simple ones: themselves, their Multi- kind, or a collection of unequal kinds."""
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
