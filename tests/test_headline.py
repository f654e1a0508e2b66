"""The headline is read with the text, and what it names is in every output."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from geomap.batch.schema import mention_rows
from geomap.editorial.corrections import correct
from geomap.editorial.generalise import WITHHELD
from geomap.export import export
from geomap.export.text import jsonl_line
from geomap.geoparser import explain, geoparse
from geomap.pipeline import assemble
from geomap.render.article_page import page
from geomap.resources import open_resources
from geomap.types import Article, Correction

pytestmark = pytest.mark.geodata

TEXT = "Two people died on Thursday when a fire swept through a block of flats, and crews came from Vanadzor."
ARTICLE = Article(id="a", title="Blaze 🔥 – fire in Gyumri kills two | The Example", text=TEXT, published="2026-11-20")


@pytest.fixture(scope="module")
def resources():
    return open_resources()


@pytest.fixture(scope="module")
def read(resources):
    return geoparse(ARTICLE, resources=resources)


def test_names_of_the_headline_have_offsets_into_the_title(read):
    found = [
        (r.mention.part, ARTICLE.part(r.mention.part)[r.mention.start : r.mention.end], r.place.id)
        for r in read.resolutions
    ]
    assert found == [("title", "Gyumri", "gn:616635"), ("text", "Vanadzor", "gn:616530")]
    assert [r.mention.text for r in read.of_part("title")] == ["Gyumri"]
    assert [r.mention.text for r in read.of_part("text")] == ["Vanadzor"]


def test_a_headline_that_the_text_repeats_is_read_once(resources):
    article = Article(id="a", title="Fire in Gyumri kills two", text=f"Fire in Gyumri kills two\n\n{TEXT}")
    found = geoparse(article, resources=resources).resolutions
    assert [(r.mention.part, r.mention.text) for r in found] == [("text", "Gyumri"), ("text", "Vanadzor")]


def test_the_outlet_beside_a_headline_is_no_place(resources):
    article = replace(ARTICLE, title="Fire in Gyumri kills two - Paris News")
    assert [r.mention.text for r in geoparse(article, resources=resources).of_part("title")] == ["Gyumri"]


def test_a_place_of_the_headline_has_it_as_its_sentence(read, resources):
    [gyumri, _] = assemble([read], resources=resources).reports
    [sentence] = gyumri.evidence
    assert (gyumri.kind, sentence.text, sentence.mention.start) == ("literal", ARTICLE.title, 18)


def test_json_lines_have_the_names_of_the_title_in_a_list_of_their_own(read):
    line = json.loads(jsonl_line(read))
    assert [(t["text"], t["start"], t["end"]) for t in line["title_toponyms"]] == [("Gyumri", 18, 24)]
    assert [(t["text"], t["start"]) for t in line["toponyms"]] == [("Vanadzor", TEXT.index("Vanadzor"))]


def test_a_dataset_tells_the_title_from_the_text(read):
    rows = mention_rows(read, source="x", row=1)
    assert [(row.article_part, row.start, row.sentence) for row in rows] == [
        ("title", 18, ARTICLE.title),
        ("text", TEXT.index("Vanadzor"), TEXT),
    ]


def test_web_annotations_select_a_name_of_the_title_by_quotation(read):
    made = json.loads(export((), (read,), form="webannotations"))
    title, text = (item["target"]["selector"] for item in made["first"]["items"])
    assert title == [
        {
            "type": "TextQuoteSelector",
            "exact": "Gyumri",
            "prefix": "Blaze 🔥 – fire in ",
            "suffix": " kills two | The Example",
        }
    ]
    assert [selector["type"] for selector in text] == ["TextQuoteSelector", "TextPositionSelector"]


def test_the_page_of_an_article_marks_its_headline(read):
    assert re.search(
        r'<h1 dir="auto">Blaze 🔥 – fire in <a class="mention" href="\.\./index\.html#place=gn:616635"[^>]*>Gyumri</a>',
        page(read, map_title="s"),
    )


def test_explain_tells_of_a_name_in_the_headline(resources):
    [scores] = explain(ARTICLE, "Gyumri", resources=resources)
    assert (scores.resolution.mention.part, scores.resolution.mention.start, scores.resolution.place.id) == (
        "title",
        18,
        "gn:616635",
    )


def test_a_hidden_name_is_blacked_out_in_the_headline(read, resources):
    hidden = correct(read, [Correction(name="Gyumri", is_hidden=True)], find=resources.gazetteer.place).read
    assert hidden.article.title == "Blaze 🔥 – fire in ██████ kills two | The Example"
    assert [(r.mention.part, r.mention.text) for r in hidden.resolutions] == [("text", "Vanadzor")]


def test_a_correction_moves_a_name_of_the_headline(read, resources):
    moved = correct(read, [Correction(name="Gyumri", place="gn:616530")], find=resources.gazetteer.place).read
    assert [(r.mention.part, r.place.id) for r in moved.resolutions] == [("title", "gn:616530"), ("text", "gn:616530")]


def test_a_headline_names_nothing_finer_than_is_allowed(read, resources):
    [made] = assemble([read], resources=resources, finest="admin1").articles
    assert made.article.title == "Blaze 🔥 – fire in [place in Shirak] kills two | The Example"
    assert made.article.text.endswith("crews came from [place in Lori].")
    for r in made.resolutions:
        assert made.article.part(r.mention.part)[r.mention.start : r.mention.end] == r.mention.text
    assert WITHHELD not in made.article.title
