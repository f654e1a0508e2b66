from __future__ import annotations

import json

import pytest

from geomap.errors import GeodataError
from geomap.gazetteer import Gazetteer
from geomap.gazetteer_layers import LayeredGazetteer
from geomap.own_places import add_places

GOOD = "id,name,lat,lon,kind,country,names\npit,The Pit,2.5,2.5,site,aa,Old Pit;Gruben\n,Springfield,9,9,,,\n"


def table(tmp_path, text, name="mine.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_becomes_places(tmp_path):
    assert add_places(table(tmp_path, GOOD), folder=tmp_path / "data") == 2
    with Gazetteer(tmp_path / "data" / "own.bin") as gazetteer:
        place = gazetteer.place("my:pit")
        assert (place.name, place.kind, place.lon, place.lat, place.country) == ("The Pit", "site", 2.5, 2.5, "AA")
        assert [c.place.id for c in gazetteer.lookup("gruben")] == ["my:pit"]


def test_own_places_win_over_the_world(tmp_path, toy_path):
    add_places(table(tmp_path, GOOD), folder=tmp_path / "data")
    with LayeredGazetteer([tmp_path / "data" / "own.bin", toy_path]) as gazetteer:
        assert [c.place.id for c in gazetteer.lookup("Springfield")] == ["my:springfield@9.0000,9.0000"]
        assert [c.place.id for c in gazetteer.lookup("Springfeld", fuzzy=True)] == [
            "my:springfield@9.0000,9.0000",
            "gn:22",
            "gn:21",
        ]
        assert [c.place.id for c in gazetteer.lookup("Georgia")] == ["gn:11", "gn:24"]
        assert gazetteer.place("gn:21").name == "Springfield"
        assert [n.text for n in gazetteer.names("my:pit")] == ["The Pit", "Old Pit", "Gruben"]
        assert [p.id for p in gazetteer.near(2.5, 2.5, km=1)] == ["my:pit", "gn:25"]
        assert gazetteer.knows("Old Pit")
        assert gazetteer.knows("Aland")
        assert len(gazetteer) == 14


def test_adding_again_replaces_by_id_and_keeps_the_rest(tmp_path):
    folder = tmp_path / "data"
    add_places(table(tmp_path, GOOD), folder=folder)
    assert add_places(table(tmp_path, "id,name,lat,lon\npit,New Pit,3,3\n"), folder=folder) == 2
    with Gazetteer(folder / "own.bin") as gazetteer:
        assert gazetteer.place("my:pit").name == "New Pit"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name,lat\nA,1\n", "has no column lon"),
        ("", "has no column name, lat, lon"),
        ("name,lat,lon\n", "holds no place"),
        ("name,lat,lon\nA,1,1\nB,139.7,35.6\n", "row 3: the latitude of B is 139.7; are lat and lon swapped"),
        ("name,lat,lon\nA,1,190\n", "row 2: the longitude of A is 190"),
        ("name,lat,lon\nA,,1\n", "row 2: lat is empty; give a number"),
        ("name,lat,lon\nA,nan,1\n", "row 2: lat is nan; give a number"),
        ("name,lat,lon\n ,1,1\n", "row 2: has no name"),
        ("id,name,lat,lon\nx,A,1,1\nx,B,2,2\n", "row 3: has the id my:x of row 2"),
        ("name,lat,lon,kind\nA,1,1,planet\n", "row 2: the kind of A is planet"),
        ("name,lat,lon,country\nA,1,1,Armenia\n", "row 2: the country of A is ARMENIA"),
    ],
)
def test_a_bad_row_is_told_and_what_was_there_stays(tmp_path, text, says):
    folder = tmp_path / "data"
    add_places(table(tmp_path, GOOD), folder=folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(GeodataError, match=says) as caught:
        add_places(table(tmp_path, text, "bad.csv"), folder=folder)
    assert "\n" not in str(caught.value)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_no_file_and_no_text_are_told(tmp_path):
    with pytest.raises(GeodataError, match="cannot be read"):
        add_places(tmp_path / "none.csv", folder=tmp_path / "data")
    (tmp_path / "b.csv").write_bytes(b"name,lat,lon\n\xff\xfe,1,1\n")
    with pytest.raises(GeodataError, match="is no UTF-8 table"):
        add_places(tmp_path / "b.csv", folder=tmp_path / "data")


def feature(name, coordinates, kind="Polygon"):
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates}}


SQUARE = [[[10.0, 10.0], [12.0, 10.0], [12.0, 12.0], [10.0, 12.0], [10.0, 10.0]]]
BOWTIE = [[[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]]]


def test_shapes_stand_as_a_point_on_them(tmp_path):
    path = table(
        tmp_path, json.dumps({"type": "FeatureCollection", "features": [feature("Square", SQUARE)]}), "a.geojson"
    )
    add_places(path, folder=tmp_path / "data")
    with Gazetteer(tmp_path / "data" / "own.bin") as gazetteer:
        place = gazetteer.lookup("Square")[0].place
        assert (place.lon, place.lat) == (11.0, 11.0)


def test_shapes_of_another_crs_are_turned(tmp_path):
    import geopandas as gpd
    from shapely import box

    frame = gpd.GeoDataFrame({"name": ["Box"]}, geometry=[box(10, 10, 12, 12)], crs=4326).to_crs(3857)
    frame.to_file(tmp_path / "b.gpkg")
    add_places(tmp_path / "b.gpkg", folder=tmp_path / "data")
    with Gazetteer(tmp_path / "data" / "own.bin") as gazetteer:
        place = gazetteer.lookup("Box")[0].place
        assert (round(place.lon, 2), round(place.lat, 1)) == (11.0, 11.0)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (json.dumps({"type": "FeatureCollection", "features": [feature("B", BOWTIE)]}), "row 1: its shape is invalid"),
        ("no json", "cannot be read as a map file"),
    ],
)
def test_bad_shapes_are_told(tmp_path, content, says):
    with pytest.raises(GeodataError, match=says):
        add_places(table(tmp_path, content, "c.geojson"), folder=tmp_path / "data")


@pytest.mark.slow
def test_a_million_rows_are_read(tmp_path):
    path = tmp_path / "many.csv"
    with path.open("w") as stream:
        stream.write("name,lat,lon\n")
        stream.writelines(f"Place {i},{i % 170 - 85},{i % 359 - 179}.{i}\n" for i in range(1_000_000))
    assert add_places(path, folder=tmp_path / "data") == 1_000_000
