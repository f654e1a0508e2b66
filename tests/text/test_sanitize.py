"""What is written for spreadsheets and as links, whatever the text."""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import replace
from importlib import resources

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geomap.export import export
from geomap.export.jsonld import uri
from geomap.export.text import _line
from geomap.project.clusters import listed
from geomap.project.config import Settings
from geomap.project.feed import feed
from geomap.render.article_page import page
from geomap.render.payload_records import article_json
from geomap.text.sanitize import cell, link_cell, web_link
from geomap.types import Publication
from tests.support.toy_reports import geoparsed_articles, reports

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫⁼⁺₌₊﬩"
PASSED = ' "\t\u00a0\u00ad\u200b\u202e\u2060\ufeff\u3000'
texts = st.text(
    st.sampled_from(f"{SIGNS}{PASSED},;|'\r\n\x0b\x0c\x85\u2028\u2029\x00\ud800%1.5aé\U0001f600"), max_size=24
)
quick = settings(max_examples=300, deadline=None)

CELLS = (
    ("a;=1+1", "a;'=1+1"),
    ("x\t=cmd|' /C calc'!A0", "x\t'=cmd|' /C calc'!A0"),
    ('one\n"=1"', 'one\n"\'=1"'),
    ("=1", "'=1"),
    (" \u200b＝1", " \u200b'＝1"),
    ("'=1", "''=1"),
    ("a | -b | c", "a | '-b | c"),
    ('x, "@y', "x, \"'@y"),
    ("well-known, e-mail a@b.org = 3 + 4; so, “-5”", "well-known, e-mail a@b.org = 3 + 4; so, “-5”"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "result"), CELLS)
def test_a_sign_that_would_begin_a_formula_is_preceded_by_an_apostrophe(text: str, result: str) -> None:
    assert cell(text) == result


def as_text(result: str) -> str:
    """Return the text of a cell as docs/exports.md says."""
    out = []
    for n, char in enumerate(result):
        if not (char == "'" and result[n + 1 : n + 2] != "'" and result[n + 1 : n + 2] in tuple(SIGNS + "%")):
            out.append(char)
            continue
        before = "".join(out).rstrip("'")
        run = before[len(before.rstrip(f"{PASSED},;|\r\n\x0b\x0c\x85\u2028\u2029")) :]
        if not (run == before or set(run) & set(",;|\t\r\n\x0b\x0c\x85\u2028\u2029")):
            out.append(char)
    return "".join(out)


@given(st.text(st.sampled_from(f"{SIGNS}{PASSED},;|'\r\n\x85\u2028%1.5aé\U0001f600"), max_size=24))
@quick
def test_without_one_apostrophe_a_cell_is_the_text_again(text: str) -> None:
    assert as_text(cell(text)) == text


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@given(texts)
@example("-1;=1")
@example('";=1')
@example('\n",=1')
@quick
def test_no_cell_begins_a_formula_however_columns_are_parted(text: str) -> None:
    first, second = geoparsed_articles()
    first = replace(first, article=replace(first.article, source=text, url=f"https://e.org/{text}"))
    one, *_ = reports()
    one = replace(one, place=replace(one.place, name=text, id=text, lon=-46.5), reason=text, geometry_note=text)
    written = export([one], [first, second], form="csv").decode()
    for parted in ",;\t|":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
            rows = csv.reader(io.StringIO(written, newline=""), delimiter=parted, quoting=quoting)
            for found in (found for row in rows for found in row):
                begun = found.lstrip(PASSED + "\r\n\x0b\x0c\x85\u2028\u2029")
                assert not begun.startswith(tuple(SIGNS)) or is_number(begun), (parted, quoting, found)


def test_long_runs_cost_no_more_than_their_length() -> None:
    begun = time.process_time()
    for run in ("\t", "'", ',"', "; '", " ", "\n,;"):
        cell(run * 300_000)
        link_cell(run * 300_000)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        (" HTTP://Example.org/a b\"<>|\\^`{}'", "HTTP://Example.org/a%20b%22%3C%3E%7C%5C%5E%60%7B%7D'"),
        ("https://пример.рф/путь", "https://пример.рф/путь"),
        ("https://[2001:db8::1]:8080/", "https://[2001:db8::1]:8080/"),
        ("https://e.org/\u202egpj.exe", "https://e.org/%E2%80%AEgpj.exe"),
        *((bad, None) for bad in (
            None, "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
            "javascript%3Aalert(1)", "javascript://e.org/%0aalert(1)", "data:text/html,<script>alert(1)</script>",
            "vbscript:x", "file:///etc/passwd", "blob:https://e.org/1", "ftp://e.org/", "//e.org/", "e.org", "http:",
            "http://[", "http://", "http:///x", "http:\\\\e.org", "http://e.org\\@f.org/", "http://e.org:99999/",
            "http://e.org:port/", "http://e.org/\x00", "ht\ttp://e.org/", "http://e.org/\ud800", "http://e .org/",
        )),
    ],
)  # fmt: skip
def test_only_an_address_of_the_web_is_a_link(url: str | None, link: str | None) -> None:
    assert web_link(url) == link


@given(st.text(st.sampled_from("htps:/\\javscriptd@[]%#?;,=|.-e1 \t\n\x00\u202eé"), max_size=30))
@quick
def test_a_link_is_http_and_the_same_link_again(text: str) -> None:
    for url in (text, f"http://e.org/{text}"):
        link = web_link(url)
        assert link is None or (link.lower().startswith(("http://", "https://")) and web_link(link) == link)


def test_a_link_in_a_cell_stays_a_link() -> None:
    result = link_cell("https://www.google.com/maps/@40.1,-74.2,15z | https://e.org/a;=b")
    assert result == "https://www.google.com/maps/@40.1%2C-74.2,15z | https://e.org/a%3B=b"


FOREIGN = "javascript:alert(document.domain)"


def test_no_other_address_is_published_in_any_form() -> None:
    read = tuple(
        replace(
            one,
            article=replace(
                one.article, url=FOREIGN, republished=(Publication(id="b", url=f"{FOREIGN}//http://e.org"),)
            ),
        )
        for one in geoparsed_articles()
    )
    for form in ("csv", "geojson", "kml", "linkedplaces", "webannotations", "jsonl", "svg", "table"):
        assert b"javascript" not in export(reports(), read, form=form), form
    for one in read:
        assert "javascript" not in article_json(one.article)
        assert "javascript" not in listed(one.article)
        assert 'href="javascript' not in page(one, map_title="A story")
    annotation = json.loads(export(reports(), read, form="webannotations"))["first"]["items"][0]
    assert annotation["target"]["source"] == "urn:geomap:article:a1"


def test_a_feed_is_xml_and_links_to_the_web_alone() -> None:
    one, *_ = reports()
    one = replace(one, place=replace(one.place, id="my:\x00 é\ud800", name="\x01\ufffe<b>"))
    result = feed(
        [one], {one.place.id: "2023-09-23"}, settings=Settings(title="\x08 <i>", publisher="\x0b&", site=FOREIGN)
    )
    root = fromstring(result.encode())
    links = [node.get("href") for node in root.iter("{http://www.w3.org/2005/Atom}link")]
    assert links == ["index.html", "index.html#place=my:%00%20%C3%A9%3F"]
    assert root.findtext("{http://www.w3.org/2005/Atom}title") == "� <i>: new places"


def test_an_id_that_no_encoding_holds_is_a_uri() -> None:
    assert uri("my:\ud800") == "urn:geomap:my:%3F"


@pytest.mark.browser
def test_the_page_writes_the_same_cells(chromium) -> None:
    source = resources.files("geomap.render").joinpath("assets", "js", "written.js").read_text("utf-8")
    signs = f"{SIGNS}{PASSED},;|'\r\n\x0b\x0c\x85\u2028\u2029\x00\x07%1aé\U0001f600"
    given_texts = [text for text, _ in CELLS]
    given_texts += [a + b + c for a in signs for b in signs for c in "=x'"]
    ours = [_line([cell(text), link_cell(text)]).removesuffix("\r\n") for text in given_texts]
    page = chromium.new_page()
    result = page.evaluate(
        f"(texts) => {{ {source}\nreturn texts.map((text) => csvCell(text, false) + ',' + csvCell(text, true)); }}",
        given_texts,
    )
    page.close()
    assert result == ours
