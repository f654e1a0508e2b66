"""The stretch of the world that a story covers, so that the basemap can be cut to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from geomap.vocabulary import Report

Bounds: TypeAlias = tuple[float, float, float, float]
"""west, south, east, north in degrees; west exceeds east where the antimeridian lies between them."""

WORLD: Bounds = (-180.0, -85.0, 180.0, 85.0)
# Web Mercator ends here; nothing can be drawn beyond it.
MAX_LAT = 85.0
# A story of one village still shows the country around it.
MIN_SPAN_DEGREES = 3.0


def extent(reports: Sequence[Report]) -> Bounds:
    """Return the bounds of what is reported, without any margin; the whole world where nothing is.

    Countries and wider areas count only where nothing finer is reported: one "Russia" must not shrink a story of
    three villages to a dot. Reports that are only mentioned count where nothing is reported.
    """
    for chosen in (
        [r for r in reports if r.kind == "literal" and not _is_wide(r)],
        [r for r in reports if r.kind == "literal"],
        list(reports),
    ):
        if chosen:
            return _around([box for r in chosen for box in _boxes(r)])
    return WORLD


def basemap_bounds(bounds: Bounds) -> Bounds:
    """Return the bounds with room to pan in all directions and for any shape of window."""
    west, south, east, north = bounds
    width = (east - west) % 360 if east < west else east - west
    half = max(width, (north - south) * 1.3, MIN_SPAN_DEGREES) * 1.5
    if half >= 150:
        return WORLD
    lon, lat = west + width / 2, (south + north) / 2
    return (
        _wrapped(lon - half),
        max(-MAX_LAT, lat - half * 0.8),
        _wrapped(lon + half),
        min(MAX_LAT, lat + half * 0.8),
    )


def _is_wide(report: Report) -> bool:
    return report.place.kind in ("country", "continent", "macroregion", "water", "physical")


def _boxes(report: Report) -> Iterable[Bounds]:
    """Yield a box for each part of what is drawn of a place."""
    if report.geometry is None or report.geometry.is_empty:
        yield (report.place.lon, report.place.lat, report.place.lon, report.place.lat)
        return
    for part in _parts(report.geometry):
        yield part.bounds


def _parts(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    return getattr(geometry, "geoms", (geometry,))


def _around(boxes: Sequence[Bounds]) -> Bounds:
    """Return the smallest bounds around the boxes: the widest empty stretch of longitude is left out."""
    boxes = sorted(boxes)
    south = max(-MAX_LAT, min(box[1] for box in boxes))
    north = min(MAX_LAT, max(box[3] for box in boxes))
    start, end = boxes[0][0], max(box[2] for box in boxes)
    gap, west, east = start + 360 - end, start, end
    reached = boxes[0][2]
    for box in boxes[1:]:
        if box[0] - reached > gap:
            gap, west, east = box[0] - reached, box[0], reached
        reached = max(reached, box[2])
    return (west, south, east, north)


def _wrapped(lon: float) -> float:
    return (lon + 180) % 360 - 180
