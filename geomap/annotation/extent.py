"""Geographic extent of a map, to which its basemap is clipped."""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from geomap.annotation.parameters import (
    CELL_DEGREES,
    LAT_SHARE,
    LAT_STRETCH,
    MAIN_GROUP_SHARE,
    MAIN_GROUPS_SHARE,
    MARGIN,
    MAX_LAT,
    MIN_SPAN_DEGREES,
    MIN_VIEW_DEGREES,
    NEAR_ROUTE_KM,
    VIEW_MARGIN,
    WIDE_KM,
    WORLD_HALF_SPAN_DEGREES,
)
from geomap.annotation.precision import uncertainty_km
from geomap.annotation.roles import is_only_relative, relative_places
from geomap.geodesy import sphere_km

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from geomap.types import Report

Bounds: TypeAlias = tuple[float, float, float, float]
"""west, south, east, north in degrees; west exceeds east where the antimeridian lies between them."""

WORLD: Bounds = (-180.0, -MAX_LAT, 180.0, MAX_LAT)
_N_CELLS = int(360 / CELL_DEGREES)
"""Cells around the globe."""


def extent(reports: Sequence[Report], *, min_confidence: float = 0.0) -> Bounds:
    """Return the bounds of the reports without a margin; ``WORLD`` without reports.

    The first non-empty set determines the bounds: the places smaller than a country from which something is reported with at least
    ``min_confidence``: their main group, of an article whose mentions have roles that of its scenes with the ends of routes that are not far from
    them; all reported places; all. So one mention of Russia, or a distant meeting, does not enlarge the extent of three villages.
    Relative places and the paths of movements between places of the set are part of it.
    """
    drawn = [r for r in reports if r.is_reported and r.score >= min_confidence]
    fine = [r for r in drawn if not _is_wide(r)]
    mentions = [e for r in fine for e in r.evidence if e.is_reported]
    is_one = len({e.article_id for e in mentions}) == 1 and all(e.mention.role for e in mentions)
    for chosen in (
        _scenes(fine) if is_one else _main_group(fine),
        drawn,
        list(reports),
    ):
        if chosen:
            ids = {r.place.id for r in chosen}
            return _around([box for r in chosen for box in (*_boxes(r), *_paths(r, ids))])
    return WORLD


def _scenes(reports: Sequence[Report]) -> Sequence[Report]:
    """Return the main group of the scenes, and the routes at most as far from it as it is wide, or ``NEAR_ROUTE_KM``; all without scenes."""
    scenes = _main_group(
        [r for r in reports if any(e.is_reported and (e.relation or e.mention.role == "scene") for e in r.evidence)]
    )
    if not scenes:
        return reports
    west, south, east, north = _around([box for r in scenes for box in _boxes(r)])
    east += 360.0 * (east < west)
    lon, lat = (west + east) / 2, (south + north) / 2
    reach = max(NEAR_ROUTE_KM, sphere_km(west, south, east, north))
    return [r for r in reports if r in scenes or sphere_km(lon, lat, r.place.lon, r.place.lat) <= reach]


def _main_group(reports: Sequence[Report]) -> Sequence[Report]:
    """Return the group of neighbouring places with at least ``MAIN_GROUP_SHARE`` of the evidence.

    Without such a group, the largest that together have ``MAIN_GROUPS_SHARE``, and all that are as large as the last of them.
    """
    cells: dict[tuple[int, int], list[Report]] = defaultdict(list)
    for report in reports:
        cells[int(report.place.lon // CELL_DEGREES) % _N_CELLS, int(report.place.lat // CELL_DEGREES)].append(report)
    groups: list[list[Report]] = []
    while cells:
        reached, group = [next(iter(cells))], []
        while reached:
            x, y = reached.pop()
            group += cells.pop((x, y), [])
            beside = (((x + dx) % _N_CELLS, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
            reached += [cell for cell in beside if cell in cells]
        groups.append(group)
    n_sentences = [sum(len(report.evidence) for report in group) for group in groups]
    total = sum(n_sentences)
    most = max(n_sentences, default=0)
    if groups and most >= MAIN_GROUP_SHARE * total:
        return groups[n_sentences.index(most)]
    ranked = sorted(n_sentences, reverse=True)
    least = next(
        (n for n, held in zip(ranked, accumulate(ranked), strict=True) if held >= MAIN_GROUPS_SHARE * total), 0
    )
    kept = {report.place.id for group, n in zip(groups, n_sentences, strict=True) if n >= least for report in group}
    return [report for report in reports if report.place.id in kept]


def opening_view(reports: Sequence[Report], *, min_confidence: float = 0.0) -> Bounds:
    """Return the bounds that a page of these reports opens on: the extent with ``VIEW_MARGIN`` of its size on each side."""
    bounds = extent(reports, min_confidence=min_confidence)
    if bounds == WORLD:
        return bounds
    west, south, east, north = bounds
    across, up = (VIEW_MARGIN * max(size, MIN_VIEW_DEGREES) for size in ((east - west) % 360, north - south))
    return _wrapped(west - across), max(-MAX_LAT, south - up), _wrapped(east + across), min(MAX_LAT, north + up)


def basemap_bounds(bounds: Bounds) -> Bounds:
    """Return the bounds with a margin for panning and for any aspect ratio of the window."""
    west, south, east, north = bounds
    width = (east - west) % 360 if east < west else east - west
    half = max(width, (north - south) * LAT_STRETCH, MIN_SPAN_DEGREES) * MARGIN
    if half >= WORLD_HALF_SPAN_DEGREES:
        return WORLD
    lon, lat = west + width / 2, (south + north) / 2
    return (
        _wrapped(lon - half),
        max(-MAX_LAT, lat - half * LAT_SHARE),
        _wrapped(lon + half),
        min(MAX_LAT, lat + half * LAT_SHARE),
    )


def _is_wide(report: Report) -> bool:
    if report.place.kind not in ("country", "continent", "macroregion", "water", "physical"):
        return False
    return not is_only_relative(report) or uncertainty_km(report) >= WIDE_KM


def _boxes(report: Report) -> Iterable[Bounds]:
    """Yield the bounds of each part of a place's drawn geometry, or of its point, and of what is reported relative to it."""
    for stated in relative_places(report):
        if stated.is_reported:
            yield from (part.bounds for part in _parts(stated.relation.geometry))
    if is_only_relative(report):
        return
    if report.geometry is None or report.geometry.is_empty:
        yield (report.place.lon, report.place.lat, report.place.lon, report.place.lat)
        return
    for part in _parts(report.geometry):
        yield part.bounds


def _paths(report: Report, ids: Collection[str]) -> Iterable[Bounds]:
    """Yield the bounds of the movements from a place of which all stops are in ``ids``: others would enlarge the extent."""
    for movement in report.movements:
        if all(stop.place_id in ids for stop in movement.stops):
            lons, lats = zip(*movement.path, strict=True)
            # Paths go beyond 180 degrees at the antimeridian; boxes may not.
            west, east = min(lons), max(lons)
            yield from ((w, min(lats), e, max(lats)) for w, e in _within_turn(west, east))


def _within_turn(west: float, east: float) -> Iterable[tuple[float, float]]:
    """Yield a span of longitudes as spans within -180..180."""
    if east - west >= 360:
        yield -180.0, 180.0
    elif west < -180:
        yield from ((west + 360, min(east + 360, 180.0)), *([(-180.0, east)] if east > -180 else []))
    elif east > 180:
        yield from ((max(west - 360, -180.0), east - 360), *([(west, 180.0)] if west < 180 else []))
    else:
        yield west, east


def _parts(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    return getattr(geometry, "geoms", (geometry,))


def _around(boxes: Sequence[Bounds]) -> Bounds:
    """Return the smallest bounds around the boxes: their complement is the widest longitude gap."""
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
