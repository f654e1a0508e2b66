"""Draw borders from polygons: which lines are settled, which disputed, at each of the three scales."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from boundaries_shapes import plain

SNAP = {"countries": 0.03, "countries_medium": 0.08, "countries_coarse": 0.35}
"""Degrees within which the edge of a disputed area and a line of that scale are the same line."""


def read_lines(scales: Mapping[str, gpd.GeoDataFrame], disputed: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the borders of each scale; ``level`` is "border" or, for an edge inside one country, "claim".

    ``places`` holds the scale, ``id`` starts with it; ``claimed_by`` is set where the line is disputed, with the dates
    of the area beside it: before and after them a border is settled and a claim is not drawn.
    """
    rows = []
    for scale, countries in scales.items():
        rows += _of_scale(scale, countries, disputed)
    return gpd.GeoDataFrame(rows, crs=4326)


def _of_scale(scale: str, countries: gpd.GeoDataFrame, disputed: gpd.GeoDataFrame) -> list[dict[str, object]]:
    shared, coast = edges(countries)
    snap = SNAP[scale]
    rows = []
    areas = [(area, area["geometry"].boundary) for area in plain(disputed.sort_values(["rank", "id"]))]
    for (left, right), line in sorted(shared.items()):
        rest = line
        base = {"places": scale, "level": "border", "group": f"{left}-{right}"}
        for area, edge in areas:
            if {left, right} <= set(area["parties"].split()) and shapely.dwithin(rest, edge, snap):
                band = edge.buffer(snap)
                rows.append(_row(base, area, rest.intersection(band)))
                rest = rest.difference(band)
        rows.append(base | {"id": f"{scale}:{left}-{right}", "held_by": None, "geometry": rest})
    drawn = shapely.get_parts([coast, *shared.values()])
    near = shapely.STRtree(drawn)
    for area, edge in areas:
        beside = drawn[near.query(edge, predicate="dwithin", distance=snap)]
        inner = edge.difference(shapely.union_all(shapely.buffer(beside, snap))).intersection(_inland(area, countries))
        base = {"places": scale, "level": "claim", "group": area["country"]}
        rows.append(_row(base, area, inner if snap < 0.1 else inner.simplify(snap / 10)))
    merged = [row | {"geometry": lines_of(row["geometry"])} for row in rows]
    return [row for row in merged if not row["geometry"].is_empty]


def _inland(area: dict[str, object], countries: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return the land of this scale around an area: an islet that the scale leaves out has no edge on it."""
    box = shapely.box(*area["geometry"].bounds).buffer(0.5)
    return shapely.union_all(shapely.clip_by_rect(countries.geometry.values, *box.bounds))


def _row(base: dict[str, object], area: dict[str, object], line: shapely.Geometry) -> dict[str, object]:
    same = {key: area[key] for key in ("name", "country", "held_by", "valid_from", "valid_to", "parties")}
    key = f"{base['places']}:{base['group'] if base['level'] == 'border' else 'claim'}:{area['id']}"
    return base | same | {"id": key, "claimed_by": str(area["claimed_by"]).split(), "geometry": line}


def edges(countries: gpd.GeoDataFrame) -> tuple[dict[tuple[str, str], shapely.Geometry], shapely.Geometry]:
    """Return the line each two neighbours share, by their codes, and the coast: in a coverage an edge is used twice or once."""
    keys = [row["country"] or row["id"] for row in plain(countries)]
    ends, owners = [], []
    for number, shape in enumerate(countries.geometry.values):
        for ring in shapely.get_rings(shapely.get_parts(shape)):
            xy = shapely.get_coordinates(ring)
            ends.append(np.hstack([xy[:-1], xy[1:]]))
            owners.append(np.full(len(xy) - 1, number))
    segments, owner = np.vstack(ends), np.concatenate(owners)
    turned = (segments[:, 0] > segments[:, 2]) | (
        (segments[:, 0] == segments[:, 2]) & (segments[:, 1] > segments[:, 3])
    )
    segments[turned] = segments[turned][:, [2, 3, 0, 1]]
    order = np.lexsort((owner, *segments.T))
    segments, owner = segments[order], owner[order]
    same = np.all(segments[1:] == segments[:-1], axis=1)
    paired = np.concatenate([same, [False]]) | np.concatenate([[False], same])
    pairs: dict[tuple[str, str], list[int]] = {}
    for index in np.flatnonzero(same):
        left, right = sorted((keys[owner[index]], keys[owner[index + 1]]))
        if left != right:
            pairs.setdefault((left, right), []).append(index)
    shared = {pair: lines_of(shapely.multilinestrings(segments[i].reshape(-1, 2, 2))) for pair, i in pairs.items()}
    return shared, shapely.multilinestrings(segments[~paired].reshape(-1, 2, 2))


def lines_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the lines of a shape, merged, without the points where lines only touch."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "LineString" and p.length > 0]
    return shapely.line_merge(shapely.multilinestrings(parts)) if parts else shapely.MultiLineString()


def land_of(countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return all land as one row, for a map of the world and for the locator."""
    land = shapely.union_all(countries.geometry.values)
    return gpd.GeoDataFrame([{"id": "land", "name": "Land", "level": "land", "geometry": land}], crs=4326)
