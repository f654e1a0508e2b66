"""A toy atlas: three square countries along the equator, their halves, a district, a disputed square, a sea, a corridor."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
from shapely import LineString, box
from shapely.geometry.base import BaseGeometry

COLUMNS = (
    "id", "places", "name", "level", "country", "iso", "admin1", "admin2", "claimed_by", "parties", "held_by", "group",
    "valid_from", "valid_to", "as_of", "source", "note", "names",
)  # fmt: skip
SQUARES = {"AA": box(0, 0, 10, 10), "BB": box(10, 0, 20, 10), "CC": box(20, 0, 30, 10)}
CONTESTED = box(8, 4, 12, 6)


def toy_layers() -> dict[str, list[dict[str, object]]]:
    """Aland (AA), Beland (BB) and Celand (CC), ten degrees each; AA and BB dispute the square 8–12, 4–6 from 2000 to 2020."""
    names = {"AA": "Aland", "BB": "Beland", "CC": "Celand"}
    countries = [
        _row(f"gn:{n}", names[code], "country", square, places=f"gn:{n}", country=code, iso=code, as_of="2022")
        for n, (code, square) in enumerate(SQUARES.items(), start=1)
    ]
    contested = {"claimed_by": "AA BB", "parties": "AA BB", "valid_from": "2000-01-01", "valid_to": "2020-01-01"}
    return {
        "countries": countries,
        "countries_medium": countries,
        "countries_coarse": countries,
        "admin1": [
            _row("gn:11", "Georgia", "admin1", box(0, 0, 5, 10), places="gn:11", country="AA", admin1="01", iso="AA-01"),
            _row("ne:12", "East Aland", "admin1", box(5, 0, 10, 10), country="AA", admin1="02"),
            _row("ne:21", "Beland Proper", "admin1", box(10, 0, 20, 10), country="BB", admin1="02"),
        ],
        "admin2": [
            _row("gn:25", "Orr", "admin2", box(2, 2, 3, 3), places="gn:25", country="AA", admin1="01", admin2="007"),
            _row("wof:9", "Old Orr", "admin2", box(0, 0, 2, 2), country="AA", admin1="01", valid_to="2010-01-01"),
        ],
        "disputed": [
            _row("gm:inner", "Marches", "disputed", box(9, 4, 11, 6), country="AA", held_by="AA", group="marches", rank=1, **contested),
            _row("gm:outer", "Greater Marches", "disputed", CONTESTED, country="AA", held_by="AA", group="marches", rank=2, **contested),
            _row("gm:isle", "Isle", "disputed", box(28, 8, 29, 9), country="CC", claimed_by="BB CC", parties="BB CC", held_by="BB", rank=1),
        ],
        "physical": [
            _row("ne:sea", "SOUTHERN SEA", "sea", box(0, -20, 30, 0)),
            _row("ne:lake", "Mirror", "lake", box(14, 4, 15, 5), rank=3),
            _row(
                "gm:orr-corridor", "Orr Corridor", "line", LineString([(9, 5), (11, 5)]), places="gm:orr-corridor",
                note="schematic",
            ),
        ],
        "borders": [
            _row("s", None, "border", LineString([(10, 0), (10, 4)]), places="countries"),
            _row("d", None, "border", LineString([(10, 4), (10, 6)]), places="countries", country="AA", held_by="AA", **contested),
            _row("t", None, "border", LineString([(10, 6), (10, 10)]), places="countries"),
            _row("c", None, "claim", LineString([(8, 4), (8, 6)]), places="countries", country="AA", held_by="AA", **contested),
            _row("h", None, "claim", LineString([(28, 8), (28, 9)]), places="countries", country="CC", held_by="BB", parties="BB CC"),
        ],
        "land": [_row("land", "Land", "land", box(0, 0, 30, 10))],
    }  # fmt: skip


def write_toy_atlas(folder: Path, *, crs: str | None = "EPSG:4326", **changed: list[dict[str, object]]) -> Path:
    """Write the toy layers, those in ``changed`` instead of their own, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (toy_layers() | changed).items():
        frame = gpd.GeoDataFrame(rows, columns=[*COLUMNS, "rank", "lon", "lat", "geometry"], crs=crs)
        frame = frame.astype({**dict.fromkeys(COLUMNS, "string"), "rank": "int16", "lon": float, "lat": float})
        frame.to_parquet(folder / f"{name}.parquet", index=False, write_covering_bbox=True, schema_version="1.1.0")
    return folder


def _row(key: str, name: str | None, level: str, shape: BaseGeometry, **more: object) -> dict[str, object]:
    middle = shape.representative_point()
    return {
        "id": key,
        "name": name,
        "level": level,
        "geometry": shape,
        "lon": middle.x,
        "lat": middle.y,
        "rank": 5,
    } | more
