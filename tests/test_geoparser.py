"""Of a text that is too long the beginning is read, and everything that is written of it says so."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import geomap
from geomap.batch.schema import mention_rows
from geomap.export.text import jsonl_line
from geomap.geoparser import MAX_TEXT, as_read, explain, geoparse
from geomap.map_types import MapOptions
from geomap.render.article_page import page
from geomap.render.translations import INTERFACE_LANGUAGES, translation_table
from geomap.resources import open_resources
from geomap.text.sentences import beginning_of
from geomap.types import Article
from tests.support import toy_story as toy
from tests.support.opened import draw

FIRST = "A warehouse burned in Goris in Armenia. "
LAST = "Crews came from Sisian in Armenia."
LONG = FIRST + "It went on as it had been before, and nobody was to leave. " * 5_500 + LAST
"""Sisian stands behind what is read."""
READ_TO = 299_995
NOTE = "Only the first %s characters of this article were read."


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("One. Two. Three.", 16, "One. Two. Three."),
        ("One. Two. Three.", 15, "One. Two."),
        ("One. Two. Three.", 10, "One. Two."),
        ("One. Two. Three.", 9, "One. Two."),
        ("One. Two. Three.", 8, "One."),
        ("One two\nthree four", 12, "One two"),
        ("one two three", 9, "one two"),
        ("one two three", 7, "one two"),
        ("北京。上海。广州", 7, "北京。上海。"),
        ("Goris", 3, "Gor"),
        ("", 0, ""),
    ],
)
def test_a_text_is_cut_at_the_end_of_a_sentence_a_line_or_a_word(text, limit, kept):
    assert text[: beginning_of(text, limit=limit)] == kept


def test_the_end_of_a_sentence_is_looked_for_near_the_limit_only():
    assert beginning_of("One. " + "a" * 3_000, limit=2_500) == 2_500
    assert beginning_of("One. " + "a" * 3_000, limit=1_500) == 4


def test_an_article_that_is_read_again_from_what_is_kept_states_the_same():
    long = Article(id="a", text=LONG)
    assert (as_read(long, ()).read_to, as_read(Article(id="a", text=LONG[:MAX_TEXT]), ()).read_to) == (READ_TO, None)
    assert str(as_read(long, ()).cut) == (
        f"a: only the first 299,995 of {len(LONG):,} characters were read; split the article"
    )


@pytest.mark.geodata
def test_only_the_beginning_is_read_and_all_of_it():
    resources = open_resources()
    text = f"{FIRST}{LAST} Nobody in Kapan knew."
    shorter = geoparse(Article(id="a", text=f"{FIRST}{LAST}"), resources=resources)
    cut = geoparse(Article(id="a", text=text), resources=resources, limit=len(text) - 1)
    assert (cut.read_to, cut.article.text) == (len(f"{FIRST}{LAST}"), text)
    assert (cut.resolutions, cut.method) == (shorter.resolutions, "learned")
    assert [r.mention.text for r in cut.resolutions] == ["Goris", "Armenia", "Sisian", "Armenia"]
    whole = geoparse(Article(id="a", text=text), resources=resources, limit=len(text))
    assert (whole.read_to, whole.resolutions[-1].mention.text) == (None, "Kapan")
    line = json.loads(jsonl_line(cut))
    assert list(line) == [
        "id",
        "language",
        "method",
        "read_to",
        "published",
        "focus",
        "frame",
        "bounds",
        "toponyms",
        "title_toponyms",
    ]
    assert (line["read_to"], json.loads(jsonl_line(whole))["read_to"]) == (74, None)
    assert [row.read_to for row in mention_rows(cut, source="x", row=1)] == [74] * 4
    assert [row.read_to for row in mention_rows(whole, source="x", row=1)] == [None] * 5
    assert explain(Article(id="a", text=LONG), "Sisian", resources=resources) == ()


def test_the_map_states_it_in_the_words_of_its_reader():
    one, reports = toy.story()
    cut = dataclasses.replace(one, read_to=140)

    def article(read):
        html = draw([read], reports)
        found = re.search(r'<script type="application/json" id="geomap-data">(.*?)</script>', html, re.DOTALL)
        return json.loads(found[1])["articles"][0]

    assert (article(cut)["readTo"], "readTo" in article(one), article(cut)["text"]) == (140, False, toy.TEXT)
    assert translation_table("de")[NOTE] == "Von diesem Artikel wurden nur die ersten %s Zeichen gelesen."
    assert translation_table("ru")[NOTE] == "Прочитаны только первые %s знаков этой статьи."
    assert [lang for lang in INTERFACE_LANGUAGES[1:] if translation_table(lang)[NOTE].count("%s") != 1] == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Only the first 299,995 characters of this article were read."),
        ("de", "Von diesem Artikel wurden nur die ersten 299.995 Zeichen gelesen."),
    ],
)
def test_a_reader_sees_it_above_the_text(open_page, lang, said):
    one, reports = toy.story()
    opened = open_page(draw([dataclasses.replace(one, read_to=READ_TO)], reports, options=MapOptions(lang=lang)))
    opened.locator("#tab-article").click()
    note = opened.locator("#view-article .cut")
    assert (note.text_content(), note.is_visible()) == (said, True)
    assert note.bounding_box()["y"] < opened.locator("#view-article .text").bounding_box()["y"]


def test_the_page_of_an_article_states_it():
    one, _ = toy.story()
    cut = page(dataclasses.replace(one, read_to=READ_TO), map_title="A story")
    assert '<p class="none">Only the first 299,995 characters of this article were read.</p>\n<div class="text"' in cut
    assert "Only the first" not in page(one, map_title="A story")


def run(*arguments: object, cwd: Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "geomap", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(Path(geomap.__file__).parents[1])},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


SAID = f"geomap: long.txt: only the first 299,995 of {len(LONG):,} characters were read; split the article\n"


@pytest.mark.geodata
@pytest.mark.parametrize(
    "command", [("places",), ("places", "--format", "jsonl"), ("export", "--format", "csv", "-o", "-"), ("map", "-o", "m.html")]
)  # fmt: skip
def test_the_command_line_states_it_in_one_line(tmp_path, command):
    (tmp_path / "long.txt").write_text(LONG)
    name, *options = command
    code, out, err = run(name, "long.txt", *options, cwd=tmp_path)
    assert (code, err) == (0, SAID)
    written = (tmp_path / "m.html").read_text() if name == "map" else out
    assert "Goris" in written
    if "jsonl" in command:
        told = json.loads(out)
        assert (told["read_to"], [one["text"] for one in told["toponyms"]]) == (READ_TO, ["Goris", "Armenia"])


@pytest.mark.geodata
def test_a_project_reports_it_at_every_build_and_in_its_manifest(tmp_path):
    assert run("init", "p", cwd=tmp_path)[0] == 0
    (tmp_path / "p" / "articles" / "long.txt").write_text(LONG)
    (tmp_path / "p" / "articles" / "short.txt").write_text(f'{FIRST}The note read "read_to": 3.\n')
    for _ in range(2):
        code, _, err = run("build", "-C", "p", cwd=tmp_path)
        assert (code, err) == (0, SAID)
    output = tmp_path / "p" / "output"
    listed = json.loads((output / "manifest.json").read_text())["articles"]
    assert [(one["id"], one.get("read_to"), one.get("characters")) for one in listed] == [
        ("long.txt", READ_TO, len(LONG)),
        ("short.txt", None, None),
    ]
    pages = {one["id"]: (output / one["page"]).read_text() for one in listed}
    assert [name for name, text in pages.items() if "Only the first 299,995 characters" in text] == ["long.txt"]
