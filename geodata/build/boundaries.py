"""Build the boundary files: ``python geodata/build/boundaries.py RAW_FOLDER [OUT_FOLDER]``.

RAW_FOLDER holds the registry packages named in ``geodata/manifest.toml`` as they are downloaded, and the folders
``natural-earth``, ``nagorno-karabakh``, ``whosonfirst`` and ``geonames``. The same input gives the same bytes:
rows are sorted, nothing reads the clock or the network.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from boundaries_disputed import read_disputed
from boundaries_physical import read_physical
from boundaries_regions import read_admin1, read_admin2, read_countries, valid

COLUMNS = (
    "id", "places", "name", "level", "country", "iso", "admin1", "claimed_by", "parties", "held_by", "group",
    "valid_from", "valid_to", "as_of", "source", "note", "names", "rank", "lon", "lat", "geometry",
)  # fmt: skip

TOLERANCE = {"countries": 0.004, "admin1": 0.01, "admin2": 0.01, "medium": 0.03, "coarse": 0.15}
"""Degrees, the square root of the area that coverage simplification may give away (GEOS's Visvalingam–Whyatt)."""

GRID = 2**-13
"""Degrees, about 14 m: finer than any of the sources is true."""

ROW_GROUP = 64
"""Rows that are decoded together: a story in the Caucasus reads two or three groups of a level, not the world."""


def finish(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows with every column of the schema, in an order that keeps neighbours in one row group."""
    frame = frame.reset_index(drop=True)
    for column in COLUMNS:
        if column not in frame:
            frame[column] = None
    points = shapely.point_on_surface(frame.geometry.values)
    frame["lon"] = pd.to_numeric(frame["lon"]).fillna(pd.Series(shapely.get_x(points))).round(4)
    frame["lat"] = pd.to_numeric(frame["lat"]).fillna(pd.Series(shapely.get_y(points))).round(4)
    frame["rank"] = pd.to_numeric(frame["rank"]).fillna(0).astype("int16")
    frame["names"] = [json.dumps(n or {}, ensure_ascii=False, sort_keys=True) for n in frame["names"]]
    frame["claimed_by"] = [" ".join(c or ()) for c in frame["claimed_by"]]
    frame["parties"] = frame["parties"].fillna(frame["claimed_by"])
    frame["cell"] = [
        f"{int((x + 180) // 20):02d}{int((y + 90) // 20):02d}" for x, y in zip(frame["lon"], frame["lat"], strict=True)
    ]
    frame = frame.sort_values(["cell", "country", "id"], kind="stable", na_position="first")
    return gpd.GeoDataFrame(frame[list(COLUMNS)], geometry="geometry", crs=4326).reset_index(drop=True)


def simplify(frame: gpd.GeoDataFrame, tolerance: float) -> gpd.GeoDataFrame:
    """Simplify as a coverage: neighbours stay glued, and what would vanish or break keeps its full outline."""
    full = frame.geometry.values
    slim = shapely.coverage_simplify(full, tolerance)
    slim = [
        s if s is not None and not s.is_empty and s.is_valid and s.area > 0 else f
        for s, f in zip(slim, full, strict=True)
    ]
    return snap(frame.assign(geometry=gpd.GeoSeries(slim, index=frame.index, crs=4326)))


def snap(frame: gpd.GeoDataFrame, step: float = GRID) -> gpd.GeoDataFrame:
    """Round coordinates to a binary grid: equal corners stay equal, and the empty low bytes compress to nothing."""
    full = frame.geometry.values
    near = shapely.transform(full, lambda xy: np.round(xy / step) * step)
    made = [valid(n) for n in near]
    made = [
        m if m.area > 0 or (m.is_valid and m.length > 0 and f.area == 0) else f for m, f in zip(made, full, strict=True)
    ]
    made = shapely.remove_repeated_points(made)
    return frame.assign(geometry=gpd.GeoSeries(made, index=frame.index, crs=4326))


def without_islets(frame: gpd.GeoDataFrame, smallest: float) -> gpd.GeoDataFrame:
    """Drop islands below an area in square degrees, but never the last part of a feature."""

    def keep(shape: shapely.Geometry) -> shapely.Geometry:
        parts = shapely.get_parts(shape)
        areas = shapely.area(parts)
        return shapely.multipolygons(list(parts[areas >= min(smallest, areas.max())]))

    return frame.assign(geometry=gpd.GeoSeries([keep(g) for g in frame.geometry], index=frame.index, crs=4326))


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write GeoParquet, zstd, with the bounding box of each row beside it."""
    frame.to_parquet(
        path, index=False, compression="zstd", compression_level=19, write_covering_bbox=True,
        row_group_size=ROW_GROUP, schema_version="1.1.0",
    )  # fmt: skip
    print(f"{path.name}: {len(frame)} rows, {path.stat().st_size / 1e6:.2f} MB")


def main(raw: Path, out: Path) -> None:
    """Build every boundary file of RAW into OUT."""
    out.mkdir(parents=True, exist_ok=True)
    countries = read_countries(raw)
    write(finish(simplify(countries, TOLERANCE["countries"])), out / "countries.parquet")
    write(finish(without_islets(simplify(countries, TOLERANCE["medium"]), 0.002)), out / "countries_medium.parquet")
    write(finish(without_islets(simplify(countries, TOLERANCE["coarse"]), 0.05)), out / "countries_coarse.parquet")
    write(finish(simplify(read_admin1(raw), TOLERANCE["admin1"])), out / "admin1.parquet")
    write(finish(simplify(read_admin2(raw), TOLERANCE["admin2"])), out / "admin2.parquet")
    write(finish(snap(read_disputed(raw))), out / "disputed.parquet")
    write(finish(snap(read_physical(raw))), out / "physical.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parents[1] / "boundaries")
