from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace

import pytest

from geomap.export import FORMATS, ExportInput, export, jsonl
from tests.support.toy_reports import EVIL, geoparsed_articles, reports


def test_the_table_is_aligned_and_sends_nothing_to_the_terminal_but_text(export_input: ExportInput) -> None:
    lines = export(export_input.reports, export_input.articles, form="table").decode().splitlines()
    assert lines[0].split() == [
        "place", "kind", "mention", "precision", "lat", "lon", "region", "disputed", "score", "mentions", "language",
    ]  # fmt: skip
    assert lines[1].split() == [
        "Tegh",
        "settlement",
        "literal",
        "settlement",
        "39.5580",
        "46.4810",
        "Syunik,",
        "Armenia",
        "0.91",
        "1",
        "en",
    ]
    assert lines[3].split() == ["Armenia", "country", "associative", "country", "Armenia", "1.00", "1", "en"]
    assert len(lines) == 4
    assert all(c.isprintable() for line in lines for c in line)
    assert [line.index(" literal") for line in lines[1:3]] == [lines[0].index(" mention")] * 2


def test_a_json_line_holds_every_mention_and_null_coordinates_for_the_unplaced() -> None:
    first, second = geoparsed_articles()
    assert json.loads(jsonl(first)) == {
        "id": "a1",
        "language": "en",
        "method": "learned",
        "read_to": None,
        "published": "2023-09-23T10:00:00+04:00",
        "focus": [],
        "frame": ["Tegh"],
        "bounds": None,
        "toponyms": [
            {
                "start": 34, "end": 38, "text": "Tegh", "kind": "literal", "nested": False, "role": None, "role_probability": None, "sub": None,
                "place_id": "gn:616000", "geonameid": 616000, "name": "Tegh", "lat": 39.558, "lon": 46.481,
                "country": "AM", "place_kind": "settlement", "feature_code": "", "match": None, "score": 0.9123,
                "reason": "the only Tegh in Armenia",
                "when_start": None, "when_end": None, "event": None, "event_probability": None, "quantities": [],
            },
            {
                "start": 51, "end": 58, "text": "Armenia", "kind": "associative", "nested": False, "role": None, "role_probability": None, "sub": None,
                "place_id": "gn:174982", "geonameid": 174982, "name": "Armenia", "lat": 40.0, "lon": 45.0,
                "country": "AM", "place_kind": "country", "feature_code": "", "match": None, "score": 1.0,
                "reason": "a country",
                "when_start": None, "when_end": None, "event": None, "event_probability": None, "quantities": [],
            },
        ],
        "title_toponyms": [],
    }  # fmt: skip
    assert json.loads(jsonl(second))["toponyms"] == [
        {
            "start": 0, "end": 4, "text": "=cmd", "kind": "literal", "nested": False, "role": None, "role_probability": None, "sub": None, "place_id": None, "geonameid": None,
            "name": None, "lat": None, "lon": None, "country": None, "place_kind": None, "feature_code": None,
            "match": None, "score": 0.7, "reason": "no \ud800 place",
            "when_start": None, "when_end": None, "event": None, "event_probability": None, "quantities": [],
        }
    ]  # fmt: skip


def test_a_json_line_is_one_line_that_utf8_can_hold() -> None:
    line = jsonl(geoparsed_articles()[1])
    assert line.encode("utf-8").count(b"\n") == 0


def test_what_no_model_reads_is_said_in_the_table_and_on_the_picture(export_input: ExportInput) -> None:
    article = replace(export_input.articles[0], language="th", method="names")
    said = f"{article.article.id}: in the language 'th', which no model reads; only names of countries and great cities are shown."
    table = export(export_input.reports, (article,), form="table").decode().splitlines()
    assert table[-1] == said
    kml = export(export_input.reports, (article,), form="kml").decode()
    assert said in html.unescape(html.unescape(kml))
    svg = " ".join(re.findall(r"<text[^>]*>([^<]*)", export(export_input.reports, (article,), form="svg").decode()))
    assert said in svg


def test_csv_has_the_columns_and_a_row_a_place() -> None:
    head, _, tegh, evil, armenia = csv.reader(
        io.StringIO(export(reports(), geoparsed_articles(), form="csv").decode(), newline="")
    )
    assert dict(zip(head, tegh, strict=True)) == {
        "id": "gn:616000", "name": "Tegh", "reported_as": "Tegh", "kind": "settlement", "mention_kind": "literal", "reported": "true",
        "role": "", "role_probability": "",
        "precision": "settlement", "uncertainty_km": "1.0", "acled_precision": "1", "ucdp_precision": "1",
        "lon": "46.481", "lat": "39.558", "country": "AM", "country_name": "Armenia", "admin1_name": "Syunik",
        "admin2_name": "", "disputed": "", "geonameid": "616000", "score": "0.912",
        "reason": "the only Tegh in Armenia", "event": "disarmament", "when_start": "2023-09-19",
        "when_end": "2023-09-19", "quantities": "Some 800 guns", "n_mentions": "1", "n_articles": "1",
        "published": "2023-09-23", "sources": "Example Wire", "languages": "en", "urls": "https://example.org/a1",
        "evidence": "Some 800 guns were handed over in Tegh on Tuesday, Armenia said.", "note": "",
    }  # fmt: skip
    assert dict(zip(head, evil, strict=True))["disputed"] == "Zone"
    row = dict(zip(head, armenia, strict=True))
    assert (row["lon"], row["lat"], row["precision"], row["reported"]) == ("", "", "country", "false")


def test_no_cell_of_the_csv_can_run_as_a_formula() -> None:
    cells = [
        cell
        for row in csv.reader(io.StringIO(export(reports(), geoparsed_articles(), form="csv").decode()))
        for cell in row
    ]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]
    assert "'" + EVIL.replace("\x00", "�") in cells
    assert "'-1+1" in cells
    assert "'@evil" in cells


def test_the_hxl_row_is_read_by_libhxl() -> None:
    hxl = pytest.importorskip("hxl")
    data = hxl.data(io.BytesIO(export(reports(), geoparsed_articles(), form="csv")), hxl.InputOptions(allow_local=True))
    tags = ("#loc+name", "#geo+lat", "#geo+lon", "#adm1+name", "#date+reported")
    assert [tuple(row.get(tag) for tag in tags) for row in data][::2] == [
        ("Tegh", "39.558", "46.481", "Syunik", "2023-09-23"),
        ("Armenia", None, None, None, "2023-09-23"),
    ]
    assert {"#meta+source", "#meta+url", "#event+type", "#country+code+v_iso2"} <= set(data.display_tags)


@pytest.mark.parametrize("form", FORMATS)
def test_same_reports_same_bytes(form: str) -> None:
    assert export(reports(), geoparsed_articles(), form=form) == export(reports(), geoparsed_articles(), form=form)


def test_a_format_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        export(reports(), (), form="docx")
