from __future__ import annotations

import dataclasses
import json

import pytest

from geomap.render.payload_records import Utf16, article_json, json_text, place_json, width
from tests.render.pages import data, page
from tests.support import toy_story as toy


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
