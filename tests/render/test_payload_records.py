from __future__ import annotations

import dataclasses
import json

import pytest

from geomap.render.payload_records import Utf16, article_json, json_text, place_json, width
from tests.render.pages import data, page
from tests.support import toy_story as toy
from tests.support.toy_reports import moving


def test_offsets_count_utf_16_code_units_after_an_emoji():
    block = data(page())
    article = block["articles"][0]
    utf16 = article["text"].encode("utf-16-le")
    marked = [utf16[2 * s : 2 * e].decode("utf-16-le") for s, e, *_ in article["marks"]]
    assert marked == ["Aldwick", "Hill Road", "The Hills", "Beckton", "Westland", "Castleton", "Nowhere"]
    assert [mark[2] for mark in article["marks"]] == [0, 2, 3, 1, 4, 5, -1]


def test_utf_16_counts_two_units_for_an_astral_character():
    utf16 = Utf16("a\U0001f600b\U0001f600c")
    assert [utf16(n) for n in range(6)] == [0, 1, 3, 4, 6, 7]
    assert (utf16.is_empty, Utf16("").is_empty) == (False, True)


def test_an_article_s_record_has_its_provenance_and_no_link_that_could_run():
    article = dataclasses.replace(
        toy.story()[0].article, id="a", title="T", source="S", url="javascript:alert(1)", text="x"
    )
    record = json.loads(article_json(article, nPlaces=2))
    assert {key: record.get(key) for key in ("id", "title", "source", "url", "text", "nPlaces")} == {
        "id": "a", "title": "T", "source": "S", "url": None, "text": None, "nPlaces": 2
    }  # fmt: skip


def test_a_place_without_offsets_has_the_text_of_its_sentences():
    report = toy.story()[1][0]
    sentence = report.evidence[0]
    (evidence,) = json.loads(place_json(report))["evidence"]
    start, end = evidence["m"]
    assert evidence["t"] == sentence.text
    assert evidence["t"][start:end] == sentence.mention.text == "Aldwick"
    assert evidence["s"] == [0, len(sentence.text)]


def test_sentences_of_articles_that_are_not_shown_are_left_out():
    assert "evidence" not in json.loads(place_json(toy.story()[1][0], {"other": Utf16("x")}))


def test_json_text_escapes_what_could_end_a_script_and_drops_what_is_empty():
    assert json_text({"a": "</script>&\u2028\u2029", "b": None, "c": "", "d": [], "e": 0, "f": False}) == (
        '{"a":"\\u003c/script\\u003e\\u0026\\u2028\\u2029","e":0,"f":false}'
    )
    assert json_text([{"a": None}, {"b": 1}]) == '[{},{"b":1}]'
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text({"x": float("nan")})


def test_width_crosses_the_antimeridian():
    assert (width((10, 0, 30, 5)), width((170, 0, -170, 5)), width((-180, -85, 180, 85))) == (20, 20, 360)


def test_a_record_has_roles_relative_places_and_movements():
    read, reports = moving()
    block = data(page(read, reports))
    tegh, sisian, _, goris, *_ = block["places"]
    assert [(p.get("role"), p.get("roleP"), p["reported"], p.get("beside")) for p in block["places"]] == [
        ("route", 0.9, True, None), ("route", 0.9, True, None), ("route", 0.62, True, None), ("reference", 0.9, True, True),
        ("container", 0.9, False, None), ("background", 0.55, False, None),
    ]  # fmt: skip
    assert [(e["role"], e["p"], e.get("rel")) for e in goris["evidence"]] == [
        ("reference", 0.9, 0),
        ("reference", 0.9, None),
    ]
    (relation,) = goris["relations"]
    assert {key: value for key, value in relation.items() if key != "shape"} == {
        "kind": "distance_direction", "text": "12 km north of Goris", "note": "sector", "km": 4.2, "lon": 46.34, "lat": 39.62, "point": True,
    }  # fmt: skip
    assert "point" not in sisian["relations"][0]
    (movement,) = tegh["movements"]
    assert {key: value for key, value in movement.items() if key != "path"} == {
        "a": "m1", "p": 0.62, "counts": ["120 people"], "when": {"from": "2023-09-19", "to": "2023-09-19", "text": "On Tuesday"},
        "stops": [
            {"id": "gn:616000", "name": "Tegh", "end": "from"}, {"id": "gn:2", "name": "Sisian", "end": "via"},
            {"id": "gn:3", "name": "Yerevan", "end": "to"},
        ],
        "s": [0, 64],
    }  # fmt: skip
    assert block["articles"][0]["marks"][:2] == [
        [33, 37, 0, "l", "route from", 0.9],
        [46, 52, 1, "l", "route via", 0.9],
    ]
    assert block["bounds"] == [44.51, 39.48, 46.481, 40.18]


def test_on_a_light_map_a_movement_has_the_text_of_its_sentence():
    (movement,) = json.loads(place_json(moving()[1][0]))["movements"]
    assert (movement["t"], movement["s"]) == (
        "On Tuesday 120 people moved from Tegh through Sisian to Yerevan.",
        [0, 64],
    )


def test_a_record_has_the_claims_that_differ_by_the_index_of_their_sentence():
    articles, (report,) = toy.accounts()
    known = {read.article.id: read.article for read in articles}
    (differing,) = json.loads(place_json(report, articles=known))["claims"]
    assert differing == {
        "sort": "killed",
        "of": [{"e": 0, "text": "four people"}, {"e": 1, "text": "At least six people"}],
    }
    assert "claims" not in json.loads(place_json(report))
    only_second = json.loads(place_json(report, {"b.txt": Utf16("x")}, articles=known))
    assert "claims" not in only_second
    mentioned = dataclasses.replace(
        report.evidence[0], mention=dataclasses.replace(report.evidence[0].mention, kind="demonym")
    )
    behind = dataclasses.replace(report, evidence=(mentioned, *report.evidence))
    (differing,) = json.loads(place_json(behind, articles=known))["claims"]
    assert [claim["e"] for claim in differing["of"]] == [0, 1]
