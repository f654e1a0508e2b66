"""Simplify and write shapes: neighbours stay glued, nothing vanishes, the same bytes every time."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

COLUMNS = (
    "id", "places", "name", "level", "country", "iso", "admin1", "admin2", "claimed_by", "parties", "held_by", "group",
    "valid_from", "valid_to", "as_of", "source", "note", "names", "rank", "lon", "lat", "geometry",
)  # fmt: skip

TEXT = COLUMNS[:8] + COLUMNS[9:17]

GRID = 2**-12
"""Degrees, about 27 m: finer than sources of 1:10 million are true. A binary step leaves the low bytes of every
coordinate empty, and empty bytes compress to nothing."""

ROW_GROUP = 128
"""Rows that are decoded together: a story in the Caucasus reads two or three groups of a level, not the world."""


def valid(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the shape repaired where it must be, without the threads and points that repair leaves of a polygon."""
    if shape.is_valid:
        return shape
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def simplify(frame: gpd.GeoDataFrame, tolerance: float) -> gpd.GeoDataFrame:
    """Simplify as a coverage; what would vanish keeps its full outline.

    ``tolerance`` is in degrees: the square root of the area that one corner's removal may give away (GEOS's
    coverage simplifier follows Visvalingam and Whyatt).
    """
    full = frame.geometry.to_numpy()
    slim = shapely.coverage_simplify(full, tolerance)
    slim = [s if s is not None and s.area > 0 else f for s, f in zip(slim, full, strict=True)]
    return snap(frame.assign(geometry=gpd.GeoSeries(slim, index=frame.index, crs=4326)))


def snap(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Round coordinates to the grid: equal corners stay equal; what is smaller than the grid keeps its own."""
    full = frame.geometry.to_numpy()
    near = [valid(n) for n in shapely.transform(full, lambda xy: np.round(xy / GRID) * GRID)]
    kept = [n if _same_dimension(n, f) else f for n, f in zip(near, full, strict=True)]
    tidy = [t if t.is_valid else k for k in kept for t in [shapely.remove_repeated_points(k)]]
    return frame.assign(geometry=gpd.GeoSeries(tidy, index=frame.index, crs=4326))


def _same_dimension(near: shapely.Geometry, full: shapely.Geometry) -> bool:
    return not near.is_empty and near.is_valid and (near.area > 0) == (full.area > 0) and near.length > 0


def without_islets(frame: gpd.GeoDataFrame, smallest: float) -> gpd.GeoDataFrame:
    """Drop islands below an area in square degrees, but never the last part of a feature."""

    def keep(shape: shapely.Geometry) -> shapely.Geometry:
        parts = shapely.get_parts(shape)
        areas = shapely.area(parts)
        return shapely.multipolygons(list(parts[areas >= min(smallest, areas.max())]))

    return frame.assign(geometry=gpd.GeoSeries([keep(g) for g in frame.geometry], index=frame.index, crs=4326))


def finish(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows with every column of the schema, in an order that keeps neighbours in one row group."""
    frame = frame.reset_index(drop=True)
    frame = frame.assign(**{column: None for column in COLUMNS if column not in frame})
    for column in TEXT:
        frame[column] = [value if isinstance(value, str) and value else None for value in frame[column]]
    points = shapely.point_on_surface(frame.geometry.values)
    for axis, values in (("lon", shapely.get_x(points)), ("lat", shapely.get_y(points))):
        frame[axis] = pd.to_numeric(frame[axis]).fillna(pd.Series(values)).round(3)
    frame["rank"] = pd.to_numeric(frame["rank"]).fillna(0).astype("int16")
    frame["names"] = [
        json.dumps(n, ensure_ascii=False, sort_keys=True) if isinstance(n, dict) and n else None for n in frame["names"]
    ]
    frame["claimed_by"] = [" ".join(c) if isinstance(c, list) else None for c in frame["claimed_by"]]
    frame["cell"] = [
        int((x + 180) // 20) * 100 + int((y + 90) // 20) for x, y in zip(frame["lon"], frame["lat"], strict=True)
    ]
    frame = frame.sort_values(["cell", "country", "id"], kind="stable", na_position="first")
    return gpd.GeoDataFrame(frame[list(COLUMNS)], geometry="geometry", crs=4326).reset_index(drop=True)


def plain(frame: gpd.GeoDataFrame) -> list[dict[str, object]]:
    """Return the rows with None where pandas writes not-a-number for a missing text."""
    return [
        {key: None if isinstance(value, float) and np.isnan(value) else value for key, value in row.items()}
        for row in frame.to_dict("records")
    ]


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoParquet, zstd, with the bounding box of each row beside it."""
    frame.astype(dict.fromkeys((*TEXT, "claimed_by", "names"), "string")).to_parquet(
        path, index=False, compression="zstd", compression_level=19, write_covering_bbox=True,
        row_group_size=ROW_GROUP, schema_version="1.1.0",
    )  # fmt: skip
    print(f"{path.name}: {len(frame)} rows, {path.stat().st_size / 1e6:.2f} MB")
