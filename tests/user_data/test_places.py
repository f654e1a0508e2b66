from __future__ import annotations

import json
import os
import pwd
from pathlib import Path

import pytest
import shapely

from geomap.boundaries.atlas import Atlas
from geomap.boundaries.join import regions
from geomap.errors import GeodataError
from geomap.files import path_exists
from geomap.gazetteer.layered import LayeredGazetteer
from geomap.gazetteer.store import FileGazetteer
from geomap.manifest import Geodata
from geomap.types import Place
from geomap.user_data.paths import data_version, user_folder
from geomap.user_data.places import add_places
from tests.support.toy_atlas import write_toy_atlas

GOOD = "id,name,lat,lon,kind,country,names\npit,The Pit,2.5,2.5,site,aa,Old Pit;Gruben\n,Springfield,9,9,,,\n"


def table(tmp_path, text, name="mine.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_becomes_places(tmp_path):
    assert add_places(table(tmp_path, GOOD), folder=tmp_path / "data") == 2
    with FileGazetteer(tmp_path / "data" / "own.bin") as gazetteer:
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
    with FileGazetteer(folder / "own.bin") as gazetteer:
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
        ('name,lat,lon,country\nA,1,1,"AA\nB,1"\n', "row 3: the country of A is AA B,1; give two letters"),
    ],
)
def test_a_bad_row_is_reported_and_what_was_there_stays(tmp_path, text, says):
    folder = tmp_path / "data"
    add_places(table(tmp_path, GOOD), folder=folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(GeodataError, match=says) as caught:
        add_places(table(tmp_path, text, "bad.csv"), folder=folder)
    assert "\n" not in str(caught.value)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_no_file_and_no_text_are_reported(tmp_path):
    with pytest.raises(GeodataError, match="cannot be read"):
        add_places(tmp_path / "none.csv", folder=tmp_path / "data")
    (tmp_path / "b.csv").write_bytes(b"name,lat,lon\n\xff\xfe,1,1\n")
    with pytest.raises(GeodataError, match="is no UTF-8 table"):
        add_places(tmp_path / "b.csv", folder=tmp_path / "data")


def feature(name, coordinates, kind="Polygon"):
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates}}


def ring(west, south, east, north):
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


SQUARE = [[[10.0, 10.0], [12.0, 10.0], [12.0, 12.0], [10.0, 12.0], [10.0, 10.0]]]
BOWTIE = [[[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0], [0.0, 0.0]]]


def test_shapes_stand_as_a_point_on_them(tmp_path):
    path = table(
        tmp_path, json.dumps({"type": "FeatureCollection", "features": [feature("Square", SQUARE)]}), "a.geojson"
    )
    add_places(path, folder=tmp_path / "data")
    with FileGazetteer(tmp_path / "data" / "own.bin") as gazetteer:
        place = gazetteer.lookup("Square")[0].place
        assert (place.lon, place.lat) == (11.0, 11.0)


def test_an_area_is_outlined_and_is_a_region_of_the_places_in_it(tmp_path):
    ward, beat = feature("Old Ward", ring(10.0, 9.0, 12.0, 10.0)), feature("Beat 7", ring(10.5, 9.0, 11.5, 9.75))
    ward["properties"] |= {"id": "ward", "source": "Town council", "as_of": "2024-05-01", "note": "approximate"}
    path = feature("Ring Road", [[9.0, 9.5], [13.0, 9.5]], "LineString")
    collection = {"type": "FeatureCollection", "features": [ward, beat, path]}
    folder = tmp_path / "data"
    add_places(table(tmp_path, json.dumps(collection), "a.geojson"), folder=folder)
    atlas = Atlas(write_toy_atlas(tmp_path / "atlas"), own=folder / "own.parquet")
    with FileGazetteer(folder / "own.bin") as gazetteer:
        places = {c.name: c.place for name in ("Old Ward", "Beat 7", "Ring Road") for c in gazetteer.lookup(name)}
    assert {name: place.kind for name, place in places.items()} == {
        "Old Ward": "admin3",
        "Beat 7": "admin3",
        "Ring Road": "line",
    }
    outline = atlas.outline(places["Old Ward"])
    assert outline.geometry.equals(shapely.geometry.shape(ward["geometry"]))
    assert (outline.source, outline.note, outline.region.as_of) == ("Town council", "approximate", "2024-05-01")
    assert atlas.outline(places["Beat 7"]).source == "a.geojson"
    assert atlas.outline(places["Ring Road"]).geometry.length == 4.0

    inside = Place(id="gn:900", name="Inn", kind="settlement", lon=11.0, lat=9.5, country="BB")
    outside = Place(id="gn:901", name="Out", kind="settlement", lon=19.0, lat=9.5, country="BB")
    town, far, own, road = regions([inside, outside, places["Old Ward"], places["Ring Road"]], atlas=atlas)
    assert [(r.name, r.level) for r in town] == [
        ("Beland", "country"),
        ("Beland Proper", "admin1"),
        ("Old Ward", "own"),
        ("Beat 7", "own"),
    ]
    assert [r.name for r in far] == ["Beland", "Beland Proper"]
    assert [r.id for r in own if r.level == "own"] == ["my:ward"]
    assert [r.name for r in road if r.level == "own"] == ["Old Ward", "Beat 7"]
    assert atlas.shapes(town[2:]) == ()


def test_an_outline_goes_with_its_place(tmp_path):
    folder = tmp_path / "data"
    square = feature("Square", SQUARE)
    square["properties"]["id"] = "x"
    add_places(table(tmp_path, json.dumps(square), "a.geojson"), folder=folder)
    assert (folder / "own.parquet").exists()
    add_places(table(tmp_path, "id,name,lat,lon\nx,Square,11,11\n"), folder=folder)
    assert not (folder / "own.parquet").exists()


def test_what_the_user_adds_makes_another_version(tmp_path):
    geodata = Geodata(folder=tmp_path, version="v1", digests=(), sources=())
    folder = tmp_path / "data"
    seen = [data_version(geodata, folder)]
    for text in (GOOD, GOOD.replace("2.5", "2.75")):
        add_places(table(tmp_path, text), folder=folder)
        seen.append(data_version(geodata, folder))
    assert seen[0] == "v1"
    assert len(set(seen)) == 3


@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.gpkg"])
@pytest.mark.parametrize("before", ["", "{}\n", '{"a": "'])
def test_a_file_that_points_to_another_is_not_followed(tmp_path, name, before):
    """GDAL takes a file that names its virtual format for that format, and reads what it points to: here, or on the web."""
    (tmp_path / "secret.csv").write_text("name,lon,lat\nSafe house,44.5,40.1\n")
    virtual = f"""{before}<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{tmp_path / "secret.csv"}</SrcDataSource>
        <GeometryType>wkbPoint</GeometryType><LayerSRS>EPSG:4326</LayerSRS>
        <GeometryField encoding="PointFromColumns" x="lon" y="lat"/></OGRVRTLayer></OGRVRTDataSource>"""
    with pytest.raises(GeodataError, match="is neither GeoJSON nor a GeoPackage; save it as one of them"):
        add_places(table(tmp_path, virtual, name), folder=tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("named", ["urn:ogc:def:crs:EPSG::3857", "EPSG:3857"])
def test_a_crs_that_a_geojson_names_is_followed(tmp_path, named):
    shape = {"type": "Point", "coordinates": [1224514.4, 1232106.8]}
    collection = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": named}},
        "features": [{"type": "Feature", "properties": {"name": "Box"}, "geometry": shape}],
    }
    add_places(table(tmp_path, json.dumps(collection), "a.geojson"), folder=tmp_path / "data")
    with FileGazetteer(tmp_path / "data" / "own.bin") as gazetteer:
        place = gazetteer.lookup("Box")[0].place
        assert (round(place.lon, 2), round(place.lat, 2)) == (11.0, 11.0)


def test_shapes_of_another_crs_are_turned(tmp_path):
    import geopandas as gpd
    from shapely import box

    frame = gpd.GeoDataFrame({"name": ["Box"]}, geometry=[box(10, 10, 12, 12)], crs=4326).to_crs(3857)
    frame.to_file(tmp_path / "b.gpkg")
    add_places(tmp_path / "b.gpkg", folder=tmp_path / "data")
    with FileGazetteer(tmp_path / "data" / "own.bin") as gazetteer:
        place = gazetteer.lookup("Box")[0].place
        assert (round(place.lon, 2), round(place.lat, 1)) == (11.0, 11.0)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (json.dumps({"type": "FeatureCollection", "features": [feature("B", BOWTIE)]}), "row 1: its shape is invalid"),
        (
            json.dumps(feature("M", [[[5e5, 4e6], [6e5, 4e6], [6e5, 5e6], [5e5, 4e6]]])),
            "row 1: its shape reaches to 500000",
        ),
        (json.dumps(feature("P", [[1, 1], [2, 2]], "MultiPoint")), "row 1: its shape is a MultiPoint"),
        ("no json", "is neither GeoJSON nor a GeoPackage; save it as one of them"),
        ("[" * 100_000, "is neither GeoJSON nor a GeoPackage"),
        (
            '{"type": "Topology"}',
            r"row 1: has no shape|cannot be read as a map file \(KeyError\); check how it was saved",
        ),
        ('{"type": "FeatureCollection", "features": [{}]}', "cannot be read as a map file"),
    ],
)
def test_bad_shapes_are_reported(tmp_path, content, says):
    folder = tmp_path / "data"
    add_places(table(tmp_path, json.dumps(feature("Square", SQUARE)), "a.geojson"), folder=folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(GeodataError, match=says):
        add_places(table(tmp_path, content, "c.geojson"), folder=folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


@pytest.mark.slow
def test_a_million_rows_are_read(tmp_path):
    path = tmp_path / "many.csv"
    with path.open("w") as stream:
        stream.write("name,lat,lon\n")
        stream.writelines(f"Place {i},{i % 170 - 85},{i % 359 - 179}.{i}\n" for i in range(1_000_000))
    assert add_places(path, folder=tmp_path / "data") == 1_000_000


HOMES = {
    ("/data", None, None): "/data",
    ("data", None, None): "data",
    ("", "/xdg", "/home/me"): "/xdg/geomap",
    (None, "xdg", "/home/me"): "/home/me/.local/share/geomap",
    (None, "", "/home/me"): "/home/me/.local/share/geomap",
    (None, None, "/home/me"): "/home/me/.local/share/geomap",
    (None, None, "home"): "/pw/.local/share/geomap",
    (None, None, ""): "/pw/.local/share/geomap",
    (None, None, None): "/pw/.local/share/geomap",
}


@pytest.mark.skipif(os.name == "nt", reason="HOME is of POSIX")
@pytest.mark.parametrize("given", HOMES, ids=str)
def test_a_home_that_is_empty_or_relative_is_none(monkeypatch, given):
    for name, value in zip(("GEOMAP_DATA", "XDG_DATA_HOME", "HOME"), given, strict=True):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    monkeypatch.setattr("pwd.getpwuid", lambda _uid: pwd.struct_passwd(("me", "x", 1, 1, "", "/pw", "/bin/sh")))
    assert user_folder() == Path(HOMES[given])


@pytest.mark.skipif(os.name == "nt", reason="HOME is of POSIX")
def test_a_user_without_a_home_has_no_places_and_can_add_none(monkeypatch, tmp_path):
    for name in ("GEOMAP_DATA", "XDG_DATA_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    assert not path_exists(user_folder() / "own.bin")
    (tmp_path / "mine.csv").write_text("name,lat,lon\nDorf,39.5,46.3\n")
    with pytest.raises(GeodataError) as error:
        add_places(tmp_path / "mine.csv", folder=user_folder())
    assert str(error.value) == (
        "/dev/null/.local/share/geomap: cannot be written (Not a directory); name another folder with GEOMAP_DATA"
    )


@pytest.mark.parametrize("line", ["{", "[]", "7", "{}", "\xff"])
def test_damaged_places_are_one_line_and_stay(tmp_path, line):
    (tmp_path / "own.jsonl").write_bytes(line.encode("latin-1") + b"\n")
    (tmp_path / "mine.csv").write_text("name,lat,lon\nDorf,39.5,46.3\n")
    with pytest.raises(GeodataError, match=r"own\.jsonl: is damaged \(.*\); remove it and add your files again"):
        add_places(tmp_path / "mine.csv", folder=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.csv", "own.jsonl"]


def test_a_table_that_is_a_pipe_is_refused(tmp_path):
    os.mkfifo(tmp_path / "mine.csv")
    with pytest.raises(GeodataError, match=r"mine\.csv: cannot be read \(it is neither a file nor a folder\)"):
        add_places(tmp_path / "mine.csv", folder=tmp_path)
