"""The state of places whose source does not give one, by the outlines of states."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
from boundaries_regions import read_codes, read_provinces
from merge import Places

MAX_SHORE_DEGREES = 0.05
"""Distance to an outline within which a place is in it: harbours and islets lie off a simplified coast."""


def add_states(places: Places, raw: Path) -> None:
    """Give each place within a country the admin-1 code of the state whose outline holds its point."""
    states, _ = read_provinces(raw)
    first = read_codes(raw / "admin1CodesASCII.txt")
    states = states[states["places"].isin(first) & states["valid_to"].isna()]
    states = states.assign(admin1=[first[place][0].partition(".")[2] for place in states["places"]])
    lacking = [
        d
        for d in places.by_id.values()
        if d.country and d.admin1 is None and d.kind in ("settlement", "suburb", "admin2", "admin3", "site", "island")
    ]
    points = gpd.GeoDataFrame(
        {"of": [d.country for d in lacking]},
        geometry=gpd.points_from_xy([d.lon for d in lacking], [d.lat for d in lacking]),
        crs=4326,
    )
    for country, group in points.groupby("of"):
        shapes = states.loc[states["country"] == country, ["admin1", "geometry"]]
        if len(shapes):
            _add(lacking, group, shapes)


def _add(lacking: list, points: gpd.GeoDataFrame, shapes: gpd.GeoDataFrame) -> None:
    """Give the places of one country their codes: the outline that holds the point, else the nearest off the shore."""
    held = gpd.sjoin(points, shapes, predicate="within")
    off = points.loc[points.index.difference(held.index)]
    pairs = shapes.sindex.nearest(off.geometry, max_distance=MAX_SHORE_DEGREES, return_all=False)
    near = pd.Series(shapes["admin1"].to_numpy()[pairs[1]], index=off.index[pairs[0]])
    for number, code in sorted({**near.to_dict(), **held.groupby(level=0)["admin1"].min().to_dict()}.items()):
        lacking[number].admin1 = code
