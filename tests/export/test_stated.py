"""Roles, relative places and movements in every format."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from defusedxml.ElementTree import fromstring

from geomap.annotation.precision import reported_precision, uncertainty_km
from geomap.annotation.roles import is_only_relative, relative_places, role_of
from geomap.export import export, jsonl
from geomap.export.stated import SCHEMATIC
from geomap.types import Mention
from tests.support.rfc7946 import faults
from tests.support.toy_reports import BETWEEN, EVIL, MOVING_TEXT, NORTH, moving

KML = {"k": "http://www.opengis.net/kml/2.2"}
SENTENCE = MOVING_TEXT[: MOVING_TEXT.index(".") + 1]


def _written(form: str) -> bytes:
    read, reports = moving()
    return export(reports, (read,), form=form)


def _features() -> dict[str, dict]:
    return {feature["id"]: feature for feature in json.loads(_written("geojson"))["features"]}


def _mention(role: str | None, probability: float | None = None, kind: str = "literal") -> Mention:
    return Mention(start=0, end=4, text="Tegh", kind=kind, role=role, role_probability=probability)


@pytest.mark.parametrize(
    ("mentions", "role", "probability"),
    [
        ([_mention("background", 0.9), _mention("scene", 0.6), _mention("scene", 0.7)], "scene", 0.7),
        ([_mention("reference", 0.9), _mention("container", 0.5), _mention("background", 0.99)], "container", 0.5),
        ([_mention("route", 0.5), _mention(None)], "route", 0.5),
        ([_mention("background", 0.9), _mention(None)], None, None),
        ([_mention("background", 0.9), _mention(None, kind="demonym")], "background", 0.9),
        ([_mention(None, kind="associative")], None, None),
    ],
)
def test_the_role_of_a_place_is_the_strongest_of_its_literal_mentions(mentions, role, probability) -> None:
    report = moving()[1][0]
    evidence = tuple(replace(report.evidence[0], mention=mention) for mention in mentions)
    assert role_of(replace(report, evidence=evidence)) == (role, probability)


def test_a_place_of_which_all_is_reported_beside_it_is_as_exact_as_the_relative_place() -> None:
    _, (tegh, sisian, _, goris, *_) = moving()
    told = [(is_only_relative(r), reported_precision(r), uncertainty_km(r)) for r in (tegh, sisian, goris)]
    assert told == [(False, "settlement", 1.0), (False, "settlement", 1.2), (True, "near", 4.2)]
    assert [[one.relation for one in relative_places(r)] for r in (tegh, sisian, goris)] == [[], [BETWEEN], [NORTH]]


def test_equal_relative_places_are_one_with_all_its_sentences() -> None:
    goris = moving()[1][3]
    (one,) = relative_places(replace(goris, evidence=(*goris.evidence, goris.evidence[0])))
    assert (one.number, one.is_reported, one.evidence) == (1, True, (goris.evidence[0],) * 2)


def test_geojson_has_the_role_of_every_place_and_mention() -> None:
    features = _features()
    told = {
        key: (f["properties"]["role"], f["properties"]["role_probability"])
        for key, f in features.items()
        if "/" not in key
    }
    assert told == {
        "gn:616000": ("route", 0.9), "gn:2": ("route", 0.9), "gn:3": ("route", 0.62), "gn:616062": ("reference", 0.9),
        "gn:4": ("container", 0.9), "gn:5": ("background", 0.55),
    }  # fmt: skip
    assert features["gn:3"]["properties"]["evidence"][0]["mention"] == {
        "start": 56, "end": 63, "text": "Yerevan", "kind": "literal", "role": "route", "role_probability": 0.62, "route": "to",
    }  # fmt: skip


def test_geojson_has_relative_places_as_features_after_their_place() -> None:
    features = _features()
    assert list(features) == [
        "gn:616000", "gn:616000/movement/1", "gn:2", "gn:2/relative/1", "gn:3", "gn:616062", "gn:616062/relative/1", "gn:4", "gn:5",
    ]  # fmt: skip
    north = features["gn:616062/relative/1"]
    assert shapely.geometry.shape(north["geometry"]).equals(NORTH.geometry)
    assert {key: value for key, value in north["properties"].items() if key != "evidence"} == {
        "place_id": "gn:616062", "kind": "relative", "name": "12 km north of Goris", "relation": "distance_direction", "anchors": ["gn:616062"],
        "reported": True, "lon": 46.34, "lat": 39.62, "uncertainty_km": 4.2, "geometry_note": "sector",
    }  # fmt: skip
    assert [e["mention"]["text"] for e in north["properties"]["evidence"]] == ["Goris"]
    assert faults(json.loads(_written("geojson"))) == []


def test_geojson_has_movements_as_lines() -> None:
    move = _features()["gn:616000/movement/1"]
    assert move["geometry"] == {"type": "LineString", "coordinates": [[46.481, 39.558], [46.03, 39.52], [44.51, 40.18]]}
    assert move["properties"] == {
        "place_id": "gn:616000", "kind": "movement", "name": "Tegh – Sisian – Yerevan", "order": 1,
        "stops": [
            {"place_id": "gn:616000", "name": "Tegh", "lon": 46.481, "lat": 39.558, "end": "from"},
            {"place_id": "gn:2", "name": "Sisian", "lon": 46.03, "lat": 39.52, "end": "via"},
            {"place_id": "gn:3", "name": "Yerevan", "lon": 44.51, "lat": 40.18, "end": "to"},
        ],
        "probability": 0.62, "geometry_note": SCHEMATIC, "article_id": "m1", "title": "On the move", "source": "Toy Gazette",
        "published": "2023-09-24", "url": None, "part": "text", "start": 0, "end": 64, "text": SENTENCE,
        "when": {"start": "2023-09-19", "end": "2023-09-19", "text": "On Tuesday", "doubt": None},
        "quantities": [{"text": "120 people", "value": 120.0, "upper": None, "unit": "people", "approximate": False}],
    }  # fmt: skip


def test_a_movement_over_the_antimeridian_is_cut_there() -> None:
    read, (tegh, *others) = moving()
    over = replace(tegh.movements[0], path=((178.0, 10.0), (182.0, 12.0)))
    reports = (replace(tegh, movements=(over,)), *others)
    features = {f["id"]: f for f in json.loads(export(reports, (read,), form="geojson"))["features"]}
    assert features["gn:616000/movement/1"]["geometry"] == {
        "type": "MultiLineString", "coordinates": [[[178.0, 10.0], [180.0, 11.0]], [[-180.0, 11.0], [-178.0, 12.0]]]
    }  # fmt: skip
    assert features["gn:616000/movement/1"]["bbox"] == [178.0, 10.0, -178.0, 12.0]


def test_a_csv_stays_one_row_a_place_with_its_role() -> None:
    head, tags, *rows = csv.reader(io.StringIO(_written("csv").decode(), newline=""))
    columns = [head.index(name) for name in ("id", "role", "role_probability", "precision", "uncertainty_km")]
    assert [tags[c] for c in columns[1:3]] == ["#meta+mention+role", "#indicator+role+confidence+num"]
    assert [[row[c] for c in columns] for row in rows] == [
        ["gn:616000", "route", "0.9", "settlement", "1.0"],
        ["gn:2", "route", "0.9", "settlement", "1.2"],
        ["gn:3", "route", "0.62", "settlement", "10.8"],
        ["gn:616062", "reference", "0.9", "near", "4.2"],
        ["gn:4", "container", "0.9", "admin1", "49.7"],
        ["gn:5", "background", "0.55", "settlement", "32.6"],
    ]


@pytest.mark.parametrize("form", ["gpkg", "parquet"])
def test_tables_with_geometry_have_rows_of_relative_places_and_movements(form: str) -> None:
    data = io.BytesIO(_written(form))
    frame = gpd.read_file(data, layer="places") if form == "gpkg" else gpd.read_parquet(data)
    own = frame[frame["id"].str.contains("/")]
    columns = ["id", "place_id", "kind", "name", "precision", "role", "role_probability", "note"]
    assert own[columns].to_numpy().tolist() == [
        ["gn:616000/movement/1", "gn:616000", "movement", "Tegh – Sisian – Yerevan", "line", "route", 0.62, SCHEMATIC],
        ["gn:2/relative/1", "gn:2", "relative", "between Sisian and Goris", "near", "reference", 0.9, "schematic"],
        ["gn:616062/relative/1", "gn:616062", "relative", "12 km north of Goris", "near", "reference", 0.9, "sector"],
    ]  # fmt: skip
    assert own["uncertainty_km"].tolist() == [94.1, 4.2, 4.2]
    assert own["when_start"].tolist() == ["2023-09-19", "", ""]
    assert [own.geometry.iloc[n].equals(r.geometry) for n, r in ((1, BETWEEN), (2, NORTH))] == [True, True]
    assert list(own.geometry.iloc[0].coords) == [(46.481, 39.558), (46.03, 39.52), (44.51, 40.18)]
    assert frame["place_id"].tolist()[:1] == ["gn:616000"]


def test_kml_has_folders_of_relative_places_and_movements() -> None:
    root = fromstring(_written("kml"))
    folders = {
        folder.findtext("k:name", namespaces=KML): [
            mark.findtext("k:name", namespaces=KML) for mark in folder.findall("k:Placemark", KML)
        ]
        for folder in root.iter(f"{{{KML['k']}}}Folder")
    }
    assert folders == {
        "Reported": ["Tegh", "Sisian", "Yerevan", "Goris"],
        "Mentioned": ["Syunik", "Moscow"],
        "Relative places": ["between Sisian and Goris", "12 km north of Goris"],
        "Movements": ["Tegh – Sisian – Yerevan"],
    }
    move = root.findall(".//k:Placemark", KML)[-1]
    data = {node.get("name"): node.findtext("k:value", namespaces=KML) for node in move.iter(f"{{{KML['k']}}}Data")}
    assert (data["id"], data["place_id"], data["quantities"]) == ("gn:616000/movement/1", "gn:616000", "120 people")
    assert move.find("k:LineString/k:coordinates", KML).text == "46.481,39.558 46.03,39.52 44.51,40.18"


def test_every_mention_of_a_json_line_and_an_annotation_has_its_role() -> None:
    toponyms = json.loads(jsonl(moving()[0]))["toponyms"]
    assert [(t["text"], t["role"], t["role_probability"], t["sub"]) for t in toponyms[:4]] == [
        ("Tegh", "route", 0.9, "from"), ("Sisian", "route", 0.9, "via"), ("Yerevan", "route", 0.62, "to"), ("Goris", "reference", 0.9, None),
    ]  # fmt: skip
    items = json.loads(_written("webannotations"))["first"]["items"]
    said = [[b["value"] for b in item["body"] if b["purpose"] == "classifying"] for item in items]
    assert said[:4] == [
        ["literal", "route from"],
        ["literal", "route via"],
        ["literal", "route to"],
        ["literal", "reference"],
    ]
    assert items[2]["body"][3] == {
        "type": "TextualBody",
        "value": "route to: probability 0.62",
        "purpose": "commenting",
    }


def test_a_picture_has_an_arrow_and_the_words_of_relative_places() -> None:
    root = fromstring(_written("svg"))
    svg = "{http://www.w3.org/2000/svg}"
    assert [node.get("marker-end") for node in root.iter(f"{svg}path") if node.get("marker-end")] == ["url(#arrow)"]
    assert [node.get("id") for node in root.iter(f"{svg}marker")] == ["arrow"]
    texts = {node.text: node.get("font-weight") for node in root.iter(f"{svg}text")}
    assert (texts["12 km north of Goris"], texts["Goris"]) == ("bold", None)
    assert "Moscow" not in texts
    assert _written("png")[:4] == b"\x89PNG"


@pytest.mark.parametrize("form", ["geojson", "kml", "svg", "gpkg", "parquet"])
def test_hostile_stops_words_and_notes_stay_text(form: str) -> None:
    read, (tegh, sisian, yerevan, goris, *others) = moving()
    move = tegh.movements[0]
    stops = tuple(replace(stop, name=EVIL) for stop in move.stops)
    bad = replace(goris.evidence[0], relation=replace(NORTH, text=EVIL, note=EVIL))
    reports = (
        replace(tegh, movements=(replace(move, stops=stops, text=EVIL),)), sisian, yerevan, replace(goris, evidence=(bad,)), *others,
    )  # fmt: skip
    data = export(reports, (read,), form=form)
    assert data == export(reports, (read,), form=form)
    kept = EVIL.replace("\x00", "\ufffd")
    if form in ("kml", "svg"):
        assert b"<script" not in data.replace(b"&lt;script", b"")
        fromstring(data)
    elif form == "geojson":
        names = {f["id"]: f["properties"]["name"] for f in json.loads(data)["features"]}
        assert (names["gn:616062/relative/1"], names["gn:616000/movement/1"]) == (kept, " – ".join([kept] * 3))
    else:
        frame = (
            gpd.read_file(io.BytesIO(data), layer="places") if form == "gpkg" else gpd.read_parquet(io.BytesIO(data))
        )
        assert kept in frame["name"].tolist()
