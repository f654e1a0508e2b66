from __future__ import annotations

import io

import geopandas as gpd
import pyogrio
from shapely import box

from geomap.export import export, to_geodataframe
from tests.support.toy_reports import EVIL, SQUARE, geoparsed_articles, reports

EVIL_KEPT = EVIL.replace("\x00", "�")


def test_the_frame_has_a_row_a_place_in_lon_lat() -> None:
    frame = to_geodataframe(reports(), geoparsed_articles())
    assert frame.crs == "EPSG:4326"
    assert list(frame["name"]) == ["Tegh", EVIL, "Armenia"]
    assert frame.geometry.iloc[0].coords[0] == (46.481, 39.558)
    assert frame.geometry.iloc[1].equals(SQUARE)
    assert frame.geometry.iloc[2] is None
    assert list(frame["event"]) == ["disarmament", "", ""]


def test_no_place_gives_an_empty_frame() -> None:
    assert len(to_geodataframe(())) == 0


def test_geopackage_round_trips() -> None:
    data = export(reports(), geoparsed_articles(), form="gpkg", title="Guns")
    frame = gpd.read_file(io.BytesIO(data), layer="places")
    assert frame.crs == "EPSG:4326"
    assert list(frame["name"]) == ["Tegh", EVIL_KEPT, "Armenia"]
    assert list(frame["score"]) == [0.912, 0.5, 1.0]
    assert list(frame["reported"]) == [True, True, False]
    assert frame.geometry.iloc[0].equals(to_geodataframe(reports()).geometry.iloc[0])
    assert frame.geometry.iloc[1].equals(box(46, 39, 47, 40))
    assert frame.geometry.iloc[2] is None
    metadata = pyogrio.read_info(io.BytesIO(data), layer="places")["dataset_metadata"]
    assert metadata["BOUNDARY_VIEW"] == "neutral"


def test_geoparquet_round_trips() -> None:
    frame = gpd.read_parquet(io.BytesIO(export(reports(), geoparsed_articles(), form="parquet")))
    assert frame.crs == "EPSG:4326"
    assert list(frame["name"]) == ["Tegh", EVIL_KEPT, "Armenia"]
    assert frame.geometry.iloc[1].equals(box(46, 39, 47, 40))
