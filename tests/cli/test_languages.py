"""The language of an article on the command line, on the page and in a project."""

from __future__ import annotations

import json
import re

import pytest

from tests.cli.test_main import message, run

pytestmark = pytest.mark.geodata

HEBREW = "שריפה פרצה אמש בחיפה. כוחות כיבוי הגיעו מעכו ומנהריה, מסרה המשטרה.\n"
ARMENIAN = "Գյումրիում հրդեհ է բռնկվել, Երևանից օգնություն է մեկնել։ Երկու մարդ տեղափոխվել է հիվանդանոց։\n"
SWAHILI = "Watu kumi walikufa katika ajali ya barabarani karibu na Dodoma, serikali ya Tanzania imesema jana usiku mjini Nairobi.\n"
UNREAD = "in the language 'sw', which no model reads; only names of countries and great cities are shown"


def page_of(path):
    html = path.read_text(encoding="utf-8")
    story = json.loads(
        re.search(r'<script type="application/json" id="geomap-data">(.*?)</script>', html, re.DOTALL)[1]
    )
    return re.search(r"<html lang=\"(\w+)\" dir=\"(\w+)\">", html).groups(), story


def test_a_page_has_the_language_and_direction_of_its_article_unless_another_is_set(tmp_path):
    (tmp_path / "a.txt").write_text(HEBREW, encoding="utf-8")
    assert run("map", "a.txt", "-o", "a.html", cwd=tmp_path).returncode == 0
    head, story = page_of(tmp_path / "a.html")
    assert (head, story["articles"][0]["language"]) == (("he", "rtl"), "he")
    assert {place["as"] or place["name"] for place in story["places"]} == {"חיפה", "עכו", "נהריה"}
    assert run("map", "a.txt", "-o", "b.html", "--lang", "fr", cwd=tmp_path).returncode == 0
    assert page_of(tmp_path / "b.html")[0] == ("fr", "ltr")


def test_a_language_that_no_model_reads_is_said_and_only_certain_names_are_shown(tmp_path):
    (tmp_path / "a.txt").write_text(SWAHILI, encoding="utf-8")
    done = run("map", "a.txt", "-o", "a.html", cwd=tmp_path)
    assert (done.returncode, message(done)) == (0, f"geomap: a.txt: {UNREAD}")
    head, story = page_of(tmp_path / "a.html")
    assert (head, story["articles"][0]["isUnread"]) == (("en", "ltr"), True)
    assert sorted(place["name"] for place in story["places"]) == ["Nairobi", "Tanzania"]
    listed = run("places", "a.txt", "--format", "jsonl", cwd=tmp_path)
    line = json.loads(listed.stdout)
    assert (line["language"], line["method"]) == ("sw", "names")


def test_a_project_has_the_language_of_most_articles_and_says_which_are_not_read(tmp_path):
    assert run("init", "p", cwd=tmp_path).returncode == 0
    folder = tmp_path / "p" / "articles"
    folder.mkdir(exist_ok=True)
    for name, text in {
        "a.txt": ARMENIAN,
        "b.txt": "Վանաձորում ջրհեղեղ է եղել, ճանապարհը փակ է։ Փրկարարները մեկնել են Դիլիջան։\n",
        "c.txt": SWAHILI,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    done = run("build", cwd=tmp_path / "p")
    assert (done.returncode, message(done)) == (0, f"geomap: c.txt: {UNREAD}")
    assert page_of(tmp_path / "p" / "output" / "index.html")[0] == ("hy", "ltr")
    manifest = json.loads((tmp_path / "p" / "output" / "manifest.json").read_text(encoding="utf-8"))
    assert [article["language"] for article in manifest["articles"]] == ["hy", "hy", "sw"]
