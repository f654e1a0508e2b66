"""What a reader takes along from inside the file, opened again by the programs it is meant for."""

from __future__ import annotations

import dataclasses
import io
import json

import geopandas as gpd
import pytest
from lxml import etree

from tests.support import toy_story as toy
from tests.support.opened import download, draw, one
from tests.support.rfc7946 import faults

pytestmark = pytest.mark.browser


def bare_country():
    """Return a page whose country has no outline: no point may stand for it."""
    read, reports = toy.story()
    reports = [dataclasses.replace(r, geometry=None) if r.place is toy.COUNTRY else r for r in reports]
    return draw([read], reports)


def date_line():
    read, reports = toy.across_the_date_line()
    return draw([read], reports, basemap=toy.basemap((170.0, -25.0, -170.0, -10.0)))


def test_geojson_keeps_to_its_standard_and_opens_in_geopandas(open_page):
    raw = download(open_page(one()), "GeoJSON")
    assert faults(json.loads(raw)) == []
    frame = gpd.read_file(io.BytesIO(raw)).set_index("id")
    assert frame.crs == "EPSG:4326"
    assert list(frame.geometry.geom_type) == ["Point", "Point", "LineString", "Polygon", "Polygon", "Point"]
    assert list(frame.geometry.is_valid.unique()) == [True]
    hills = frame.geometry["ne:hills"]
    assert hills.symmetric_difference(toy.HILLS_SHAPE).area < 0.001 * toy.HILLS_SHAPE.area
    assert (frame.geometry["gn:2"].x, frame.geometry["gn:2"].y) == (47.25, 40.25)
    assert (frame["disputed_area"]["gn:2"], frame["precision"]["gm:road"]) == ("The Hills", "line")


def test_geojson_is_cut_at_the_antimeridian(open_page):
    raw = download(open_page(date_line()), "GeoJSON")
    assert faults(json.loads(raw)) == []
    frame = gpd.read_file(io.BytesIO(raw)).set_index("id")
    west, _, east, _ = frame.geometry["gn:23"].bounds
    assert (west, east) == pytest.approx((-180, 180), abs=0.01)
    assert frame.geometry["gn:23"].area == pytest.approx(2 * 2 + 1.5 * 2, rel=0.02)
    assert frame.geometry["gn:22"].x == -179.9


def test_a_country_without_an_outline_has_no_point_in_any_format(open_page):
    page = open_page(bare_country())
    country = next(f for f in json.loads(download(page, "GeoJSON"))["features"] if f["id"] == "gn:10")
    assert country["geometry"] is None
    row = next(line for line in download(page, "CSV").decode("utf-8-sig").splitlines() if line.startswith("gn:10,"))
    assert row.split(",")[3:5] == ["", ""]
    placemarks = etree.fromstring(download(page, "KML")).findall(".//{*}Placemark")
    assert [p.find("{*}Point") is None for p in placemarks if p.findtext("{*}name") == "Westland"] == [True]


def test_the_csv_s_hxl_row_is_read_by_libhxl(open_page):
    hxl = pytest.importorskip("hxl")
    raw = download(open_page(one()), "CSV")
    data = hxl.data(io.BytesIO(raw), hxl.InputOptions(allow_local=True))
    tags = ("#loc+name", "#geo+lat", "#geo+lon", "#country+name", "#date+reported", "#meta+source")
    rows = [tuple(row.get(tag) for tag in tags) for row in data]
    assert rows[:2] == [
        ("Aldwick", "40", "45.5", "Westland", "2023-09-19", "Toy Gazette"),
        ("Beckton", "40.25", "47.25", "Eastland", "2023-09-24", "Toy Gazette"),
    ]
    assert len(rows) == 6
    assert {"#meta+evidence", "#meta+url", "#geo+precision", "#adm1+name", "#loc+disputed"} <= set(data.display_tags)


@pytest.mark.parametrize("story", [one, bare_country, date_line])
def test_kml_is_valid_against_the_ogc_schema_and_opens_in_geopandas(open_page, tmp_path, story):
    validator = pytest.importorskip("fastkml.validator")
    path = tmp_path / "taken.kml"
    path.write_bytes(download(open_page(story()), "KML"))
    assert validator.validate(file_to_validate=path) is True
    wanted = {one: 6, bare_country: 5, date_line: 3}[story]
    frame = gpd.read_file(path, engine="pyogrio")
    assert len(frame[frame.geometry.notna()]) == wanted


def test_pictures_and_the_citation_carry_title_sources_and_disclaimer(open_page):
    page = open_page(one())
    picture = etree.fromstring(download(page, "SVG"))
    words = " ".join(picture.itertext())
    assert [
        part
        for part in ("Aldwick under fire", "Aldwick", "Toy atlas", "do not imply official endorsement")
        if part not in words
    ] == []
    assert picture.findall(".//{*}script") + picture.findall(".//{*}image") == []
    raw = download(page, "PNG")
    width, height = (int.from_bytes(raw[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (2 * int(picture.get("width")), 2 * int(picture.get("height")))
    citation = download(page, "Citation").decode()
    assert [
        part
        for part in ("“Aldwick under fire”", "Toy Gazette", "Drawn by hand for the tests.", "geomap")
        if part not in citation
    ] == []


def test_only_what_is_shown_is_taken_where_asked(open_page):
    page = open_page(one())
    page.locator("#tab-places").click()
    page.locator("#search").fill("Beckton")
    for name, count in (
        ("GeoJSON", lambda raw: len(json.loads(raw)["features"])),
        ("KML", lambda raw: raw.count(b"<Placemark>")),
    ):
        assert count(download(page, name, "shown")) == 1
        assert count(download(page, name)) == 6
