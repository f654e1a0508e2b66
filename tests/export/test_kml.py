from __future__ import annotations

import io
from pathlib import Path

import geopandas as gpd
import pytest
from defusedxml.ElementTree import fromstring
from shapely import MultiPolygon, Polygon, box

from geomap.export import export
from tests.support.toy_reports import EVIL, geoparsed_articles, reports

KML = {"k": "http://www.opengis.net/kml/2.2"}


def test_it_is_valid_against_the_ogc_schema(tmp_path: Path) -> None:
    pytest.importorskip("lxml")
    validator = pytest.importorskip("fastkml.validator")
    path = tmp_path / "places.kml"
    path.write_bytes(export(reports(), geoparsed_articles(), form="kml", title="Guns & <roses>"))
    assert validator.validate(file_to_validate=path) is True
    path.write_bytes(path.read_bytes().replace(b"<coordinates>", b"<coords>").replace(b"</coordinates>", b"</coords>"))
    with pytest.raises(AssertionError):
        validator.validate(file_to_validate=path)


def test_what_is_only_mentioned_lies_in_a_folder_that_is_switched_off() -> None:
    root = fromstring(export(reports(), geoparsed_articles(), form="kml"))
    folders = {
        folder.findtext("k:name", namespaces=KML): [
            (mark.findtext("k:name", namespaces=KML), mark.findtext("k:visibility", namespaces=KML))
            for mark in folder.findall("k:Placemark", KML)
        ]
        for folder in root.iter(f"{{{KML['k']}}}Folder")
    }
    assert folders == {
        "Reported": [("Tegh", "1"), (EVIL.replace("\x00", "�"), "1")],
        "Mentioned": [("Armenia", "0")],
    }


def test_a_description_cannot_run() -> None:
    root = fromstring(export(reports(), geoparsed_articles(), form="kml"))
    descriptions = [node.text for node in root.iter(f"{{{KML['k']}}}description")]
    assert [text for text in descriptions if "<script" in text] == []
    assert [text for text in descriptions if "&lt;script&gt;" in text] != []
    assert root.find(".//k:BalloonStyle/k:text", KML).text == "$[description]"


def test_geopandas_reads_the_geometry_back() -> None:
    frame = gpd.read_file(
        io.BytesIO(export(reports(), geoparsed_articles(), form="kml")), layer="Reported", driver="KML"
    )
    assert frame.crs == "EPSG:4326"
    assert list(frame["Name"]) == ["Tegh", EVIL.replace("\x00", "�")]
    assert (frame.geometry.iloc[0].x, frame.geometry.iloc[0].y) == (46.481, 39.558)
    assert frame.geometry.iloc[1].equals(box(46, 39, 47, 40))


def test_holes_and_parts_are_kept() -> None:
    from dataclasses import replace

    holed = MultiPolygon([Polygon(box(0, 0, 9, 9).exterior, [box(3, 3, 6, 6).exterior]), box(20, 20, 21, 21)])
    changed = (replace(reports()[1], geometry=holed),)
    frame = gpd.read_file(io.BytesIO(export(changed, geoparsed_articles(), form="kml")), layer="Reported", driver="KML")
    assert frame.geometry.iloc[0].equals(holed)
