"""Fuzzers of what writes: whatever an article says and wherever its places lie, what is written has its form and no more."""

import csv
import io
import json
import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree as ET

from geomap.editorial.corrections import correct
from geomap.errors import PlaceNotFound
from geomap.export import export
from geomap.render.html import render
from geomap.types import Correction
from tests.support import toy_story

_SCRIPTS = re.compile(r"<\s*/?\s*script", re.IGNORECASE)
_PLACES = {p.id: p for p in (toy_story.TOWN, toy_story.VILLAGE, toy_story.COUNTRY, toy_story.OTHER)}


@cache
def _plain_page():
    one, reports = toy_story.story()
    return _page(one, reports, title="A title")


def _page(one, reports, *, title):
    return render(
        reports, articles=[one], basemap=toy_story.basemap(), attributions=toy_story.ATTRIBUTIONS, title=title
    )


def _data_of(html):
    """Return the data block of a page, which must have the elements that any other has, and nothing that ends the block."""
    assert len(_SCRIPTS.findall(html)) == len(_SCRIPTS.findall(_plain_page()))
    block = re.search(r'<script type="application/json" id="geomap-data">(.*?)</script>', html, re.DOTALL)[1]
    assert not set("<>&\u2028\u2029") & set(block)
    return json.loads(block)


def page(data):
    """Whatever an article says, the page has the elements that it has for any other, and its data are told whole."""
    decoded = data.decode("utf-8", "replace")
    one, reports = _parsed(decoded)
    one = replace(one, article=replace(one.article, author=decoded, url=decoded))
    reports = tuple(replace(r, geometry_note=decoded) for r in reports)
    assert _data_of(_page(one, reports, title=decoded or "x"))["articles"][0]["text"] == one.article.text


def _parsed(decoded):
    """Return a story that says ``said`` wherever an article or a gazetteer may say something."""
    one, reports = toy_story.story(text=f"{toy_story.TEXT}\n{decoded}")
    one = replace(one, article=replace(one.article, title=decoded or None, source=decoded))
    return one, tuple(replace(r, reason=decoded, place=replace(r.place, name=decoded or "x")) for r in reports)


def exports(data):
    """Every text format is written in its form, whatever the article says."""
    decoded = data.decode("utf-8", "replace")
    one, reports = _parsed(decoded)
    _written(one, reports, title=decoded)


def _written(one, reports, *, title):
    told = {
        form: export(reports, [one], form=form, title=title, basemap=toy_story.basemap()).decode("utf-8")
        for form in ("csv", "geojson", "jsonl", "kml", "table", "svg")
    }
    assert len(list(csv.reader(io.StringIO(told["csv"]), strict=True))) == 2 + len(reports)  # head and HXL
    assert len(json.loads(told["geojson"])["features"]) == len(reports)
    for line in told["jsonl"].split("\n"):
        if line:
            json.loads(line)
    for form in ("kml", "svg"):
        ET.fromstring(told[form].encode())  # noqa: S314 - our own


def points(data):
    """Wherever places lie, poles and the edge of the map included, page and exports are written."""
    one, reports = toy_story.story()
    moved = []
    for number, report in enumerate(reports):
        east, north = (
            int.from_bytes(data[at : at + 2].ljust(2, b"\0"), "big") / 65535 for at in (4 * number, 4 * number + 2)
        )
        moved.append(replace(report.place, lon=east * 360 - 180, lat=north * 180 - 90))
    where = {place.id: place for place in moved}
    reports = tuple(replace(r, place=p, geometry=None) for r, p in zip(reports, moved, strict=True))
    placed = tuple(replace(r, place=where[r.place.id] if r.place else None) for r in one.resolutions)
    one = replace(one, resolutions=placed)
    assert len(_data_of(_page(one, reports, title="x"))["places"]) == len(reports)
    _written(one, reports, title="x")


def corrected(data):
    """An editor's word moves no offset, and what is hidden is black wherever it stood."""
    lines = data.decode("utf-8", "replace").split("\n")
    rows = [_correction(line[1:], ord(line[0]) % 4) for line in lines if line[1:].strip()]
    one, _ = toy_story.story(text="\n".join([toy_story.TEXT, *lines]))
    shown = correct(one, rows, find=_find).read
    assert len(shown.article.text) == len(one.article.text)
    for mention in (r.mention for r in shown.resolutions):
        assert shown.article.text[mention.start : mention.end] == mention.text
    last = {row.name: row for row in rows}
    for name in (row.name for row in last.values() if row.is_hidden):
        for before, after in ((one.article.text, shown.article.text), (one.article.title, shown.article.title)):
            for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", before):
                assert set(after[found.start() : found.end()]) == {"█"}


def _correction(name, what):
    if what == 0:
        return Correction(name=name, is_hidden=True)
    if what == 1:
        return Correction(name=name, is_none=True)
    if what == 2:
        return Correction(name=name, place="gn:2", is_added=True)
    return Correction(name=name, lon=1.0, lat=2.0, is_added=True)


def _find(place_id):
    if place_id not in _PLACES:
        raise PlaceNotFound(place_id)
    return _PLACES[place_id]
