"""Join each place to its country, state, district and the disputed areas that held it on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geomap.atlas import records, region_of
from geomap.errors import CRSError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from geomap.atlas import Atlas, Layer
    from geomap.vocabulary import Place, Region

COAST_KM: Final = 10.0
"""How far a town may lie outside a simplified coast or border and still belong to the country it is filed under."""
SLACK_KM: Final = 3.0
"""The same for a place that is filed under no country, and where two countries meet."""
KM_PER_DEGREE: Final = 111.2
"""Kilometres in a degree of latitude, on the mean sphere."""

POINTS: Final = frozenset({"settlement", "suburb", "site", "admin3", "admin2"})
"""Kinds that lie in one district; anything larger is told its country, and what its own outline says."""
WIDE: Final = frozenset({"continent", "macroregion"})

Row = dict[str, Any]


def regions(places: Sequence[Place], *, atlas: Atlas, on: str | None = None) -> list[tuple[Region, ...]]:
    """Return the regions of each place: country, admin1, admin2, then disputed areas valid on the ISO date ``on``.

    Without a date every disputed area counts, each with its own dates. A place at sea has none. Where the
    gazetteer's country is another than the polygon's, both are given and the second says so. Mixed CRS raises.
    """
    if not places:
        return []
    points = _points(places)
    countries = _countries(places, points, atlas.layer("countries"))
    admin1 = _holding(points, atlas.layer("admin1"))
    admin2 = _holding(points, atlas.layer("admin2"))
    disputed = _holding(points, atlas.layer("disputed"))
    found = []
    for number, place in enumerate(places):
        held = countries[number]
        codes = {row["country"] for row in held}
        below = [r for r in (*admin1.get(number, ()), *admin2.get(number, ())) if r["country"] in codes]
        chain = [*held, *_by_level(place, below), *_on_day(disputed.get(number, ()), on)]
        found.append(() if place.kind in WIDE else tuple(region_of(row) for row in chain))
    return found


def _points(places: Sequence[Place]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    lons, lats = [p.lon for p in places], [p.lat for p in places]
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(lons, lats, crs="EPSG:4326"))


def _holding(points: gpd.GeoDataFrame, layer: Layer) -> dict[int, list[Row]]:
    """Return the rows that hold each point, by its number, in order of rank and id.

    The polygons stand on the left of the join because GEOS prepares that side: one prepared country answers for
    a thousand points.
    """
    import geopandas as gpd

    polygons = layer.around(points.geometry.values)
    _same_crs(points, polygons, layer)
    joined = gpd.sjoin(polygons, points, predicate="intersects").sort_values(["rank", "id"])
    numbers = joined.pop("index_right")
    found: dict[int, list[Row]] = {}
    for number, row in zip(numbers, records(joined.drop(columns="geometry")), strict=True):
        found.setdefault(int(number), []).append(row)
    return found


def _same_crs(points: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame, layer: Layer) -> None:
    if not polygons.crs.equals(points.crs, ignore_axis_order=True):
        message = f"{layer.path}: polygons are in {polygons.crs.to_string()}, places in EPSG:4326; reproject the file to EPSG:4326"
        raise CRSError(message)


def _countries(places: Sequence[Place], points: gpd.GeoDataFrame, layer: Layer) -> list[list[Row]]:
    """Return for each place the country that holds it; at a coast or border, the near one it is filed under."""
    held = _holding(points, layer)
    found = []
    for number, place in enumerate(places):
        rows = held.get(number, [])
        filed = [row for row in rows if row["country"] == place.country]
        if filed or place.kind in WIDE:
            found.append(filed[:1])
            continue
        near = _nearest(place, layer, reach_km=SLACK_KM if rows or place.country is None else COAST_KM)
        found.append(near or rows[:1])
    return found


def _nearest(place: Place, layer: Layer, *, reach_km: float) -> list[Row]:
    """Return the nearest country within reach, the place's own where it is filed under one; [] in the open sea."""
    import math

    import numpy as np
    import shapely

    if place.country is None and place.kind == "water":
        return []
    reach = reach_km / KM_PER_DEGREE
    wide = reach / max(math.cos(math.radians(place.lat)), 0.01)
    box = (place.lon - wide, place.lat - reach, place.lon + wide, place.lat + reach)
    near = layer.within(box)
    if place.country is not None:
        near = near[near["country"] == place.country]
    if near.empty:
        return []
    scale = math.cos(math.radians(place.lat)), 1.0
    here = shapely.Point(place.lon * scale[0], place.lat)
    flat = shapely.transform(near.geometry.values, lambda xy: xy * scale)
    apart = shapely.distance(flat, here)
    best = int(np.argmin(apart))
    return list(records(near.iloc[[best]].drop(columns="geometry"))) if apart[best] <= reach else []


def _by_level(place: Place, rows: list[Row]) -> list[Row]:
    """Return at most one admin1 and one admin2; a place wider than a district is told none below its own level."""
    levels = ("admin1", "admin2") if place.kind in POINTS else ("admin1",) if place.kind == "admin1" else ()
    chosen = []
    for level in levels:
        fitting = [row for row in rows if row["level"] == level]
        own = [row for row in fitting if place.id in (row["places"] or "").split()]
        chosen += (own or fitting)[:1]
    return chosen


def _on_day(rows: Sequence[Row], on: str | None) -> list[Row]:
    """Return the disputed areas whose dates hold the day, one for each dispute."""
    chosen: dict[str, Row] = {}
    for row in rows:
        if on is None or holds(row, on):
            chosen.setdefault(row["group"] or row["id"], row)
    return list(chosen.values())


def holds(row: Row, on: str) -> bool:
    """Tell whether the ISO date (or year, or year and month) lies in [valid_from, valid_to)."""
    day = on[:10]
    starts, ends = row["valid_from"], row["valid_to"]
    return (starts is None or starts[: len(day)] <= day) and (ends is None or day < ends[: len(day)])
