"""What the fuzzers feed: each target takes any bytes, and returns or fails an assertion; nothing else may come out of it.

Run one with ``python -m tests.fuzz.run TARGET``; ``test_fuzz.py`` runs all of them on the inputs kept in ``corpus``.
"""

import gzip
import json
import re
import struct
import tempfile
import zlib
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import fsspec
import toy_story
from toy import toy_entries

from geomap.articles import bytes_articles
from geomap.batch.formats import article_of, raws
from geomap.batch.inputs import plan
from geomap.batch.rows import mention_rows
from geomap.corrections import parse_corrections, write_correction
from geomap.errors import GeodataError, GeomapError
from geomap.events import load_lexicon
from geomap.exports import export
from geomap.feeds import parse_listing
from geomap.gazetteer import Gazetteer
from geomap.gazetteer_build import build_gazetteer
from geomap.geodata import open_geodata
from geomap.names import fold
from geomap.pipeline import read
from geomap.project import parse_settings
from geomap.render import render
from geomap.sentences import sentence_spans
from geomap.vocabulary import Article, ReadArticle


def _is_one_line(error):
    assert "\n" not in str(error), error


def articles(data):
    """Text, Markdown, HTML and e-mail articles; PDFs are read in a process of their own and fuzzed on their own."""
    if not data or data[1:].startswith(b"%PDF-"):
        return
    suffix = (".txt", ".md", ".html", ".eml", ".jsonl", "")[data[0] % 6]
    for one in bytes_articles(data[1:], name="name", suffix=suffix, where="where"):
        _is_article_or_told(one)


def _is_article_or_told(one):
    if isinstance(one, GeomapError):
        _is_one_line(one)
        return
    assert one.text.strip()
    for value in (one.text, one.title, one.published, one.source, one.url, one.author):
        if value is not None:
            value.encode("utf-8")


def lines(data):
    """Files of lines, plain and compressed, rows, and web archives, cut into parts: every article or its error, once."""
    if not data:
        return
    suffix = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet", ".warc", ".warc.gz")[data[0] % 6]
    url = f"memory://fuzz{suffix}"
    body = data[1:]
    if suffix.endswith(".gz") and data[0] > 127:
        body = gzip.compress(body, mtime=0)
    fsspec.filesystem("memory").pipe_file(url, body)
    found = {}
    for per_part in (1, 3, 1000):
        try:
            parts = list(plan([url], per_part=per_part))
        except GeomapError as error:
            found[per_part] = str(error)
            continue
        rows = []
        for part in parts:
            for raw in raws(part):
                try:
                    rows.append((raw.row, article_of(raw, form=part.form)))
                    _is_article_or_told(rows[-1][1])
                except GeomapError as error:
                    rows.append((raw.row, str(error)))
        found[per_part] = rows
    if suffix.startswith(".jsonl"):
        assert found[1] == found[3] == found[1000]


@cache
def gazetteer_bytes():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gazetteer.bin"
        build_gazetteer(path, toy_entries())
        return path.read_bytes()


@cache
def toy_gazetteer():
    path = Path(tempfile.mkdtemp()) / "gazetteer.bin"
    path.write_bytes(gazetteer_bytes())
    return Gazetteer(path)


def text(data):
    """What an article says, read from end to end: every offset holds, and no two mentions of one length overlap."""
    said = data.decode("utf-8", "replace")
    if not said.strip():
        return
    article = Article(id="a", text=said, published="2023-09-24")
    resolutions = read(article).resolutions
    for mention in (r.mention for r in resolutions):
        assert said[mention.start : mention.end] == mention.text
        assert mention.text
    spans = sentence_spans(said)
    assert all(a < b for a, b in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for row in mention_rows(ReadArticle(article=article, resolutions=resolutions), source="s", row=1):
        assert said[row.sentence_start : row.sentence_end] == row.sentence
        assert row.text in row.sentence


def names(data):
    """Folding is settled after once; looking up never fails."""
    name = data.decode("utf-8", "replace")
    assert fold(fold(name)) == fold(name)
    toy_gazetteer().lookup(name, fuzzy=len(name) < 40)


def gazetteer(data):
    """A gazetteer file that is not one is refused; one that was altered under its digest may fail, but ends."""
    whole = bytearray(gazetteer_bytes())
    if data[:1] == b"!":
        whole = bytearray(data[1:])
    else:
        for at in range(0, len(data) - 2, 3):
            whole[int.from_bytes(data[at : at + 2], "big") % len(whole)] ^= data[at + 2]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gazetteer.bin"
        path.write_bytes(whole)
        try:
            opened = Gazetteer(path)
        except GeodataError:
            return
        for ask in (
            lambda: opened.lookup("Springfield"),
            lambda: opened.names("gn:21"),
            lambda: opened.near(2, 2, km=50),
        ):
            try:
                ask()
            except (GeomapError, ValueError, IndexError, KeyError, TypeError, zlib.error, struct.error):
                continue  # its digest is checked before it is opened: who gets here has altered it in memory
        opened.close()


def manifest(data):
    """A manifest opens or is refused in one line."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "manifest.toml").write_bytes(data)
        try:
            open_geodata(Path(folder)).attributions()
        except GeodataError as error:
            _is_one_line(error)


def corrections(data):
    """A corrections file is read or refused in one line, and what is read is written back the same."""
    try:
        found = parse_corrections(data.decode("utf-8", "replace"), where="where")
    except GeomapError as error:
        _is_one_line(error)
        return
    for one in found:
        assert parse_corrections(write_correction(one), where="where") == (one,)


def settings(data):
    """A project's settings are read or refused in one line."""
    try:
        parse_settings(data.decode("utf-8", "replace"), where="where")
    except GeomapError as error:
        _is_one_line(error)


def lexicon(data):
    """A lexicon of events is read or refused in one line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.toml"
        path.write_bytes(data)
        try:
            load_lexicon(path)
        except GeomapError as error:
            _is_one_line(error)


def feeds(data):
    """A feed or sitemap is read or refused in one line."""
    try:
        parse_listing(data, url="https://e.org/feed")
    except GeomapError as error:
        _is_one_line(error)


_SCRIPTS = re.compile(r"<\s*/?\s*script", re.IGNORECASE)


@cache
def _plain_page():
    one, reports = toy_story.story()
    return _page(one, reports, title="A title")


def _page(one, reports, *, title):
    return render(
        reports, articles=[one], basemap=toy_story.basemap(), attributions=toy_story.ATTRIBUTIONS, title=title
    )


def page(data):
    """Whatever an article says, the page has the elements that it has for any other, and its data are told whole."""
    said = data.decode("utf-8", "replace")
    one, reports = toy_story.story(text=f"{toy_story.TEXT}\n{said}")
    one = replace(one, article=replace(one.article, title=said or None, source=said, author=said, url=said))
    reports = tuple(
        replace(r, reason=said, geometry_note=said, place=replace(r.place, name=said or "x")) for r in reports
    )
    html = _page(one, reports, title=said or "x")
    assert len(_SCRIPTS.findall(html)) == len(_SCRIPTS.findall(_plain_page()))
    block = re.search(r'<script type="application/json" id="geomap-data">(.*?)</script>', html, re.DOTALL)[1]
    assert json.loads(block)["articles"][0]["text"] == one.article.text
    assert not set("<>&\u2028\u2029") & set(block)


def exports(data):
    """Every text format is written, whatever the article says."""
    said = data.decode("utf-8", "replace")
    one, reports = toy_story.story(text=f"{toy_story.TEXT}\n{said}")
    one = replace(one, article=replace(one.article, title=said or None, source=said))
    reports = tuple(replace(r, reason=said, place=replace(r.place, name=said or "x")) for r in reports)
    for form in ("csv", "geojson", "jsonl", "kml", "table"):
        export(reports, [one], form=form, title=said).decode("utf-8")


TARGETS = {
    one.__name__: one
    for one in (
        articles, lines, text, names, gazetteer, manifest, corrections, settings, lexicon, feeds, page, exports,
    )
}  # fmt: skip
