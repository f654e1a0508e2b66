from __future__ import annotations

import re
from dataclasses import replace

import pytest

from geomap.map_types import Change
from geomap.render.geometry_encoding import LETTERS
from geomap.render.html import render
from geomap.render.payload import CachedPayload, basemap_json
from geomap.render.payload_records import article_json, place_json
from tests.render.pages import data, page
from tests.support import toy_story as toy


def test_a_place_is_written_whole():
    block = data(page())
    assert block["regions"][0] == {"id": "ne:WW", "name": "Westland", "level": "country", "country": "WW", "iso": "WW"}
    assert block["places"][0] == {
        "id": "gn:1", "name": "Aldwick", "as": "Aldwick", "kind": "settlement", "country": "WW",
        "lon": 45.5, "lat": 40.0, "precision": "settlement", "uncertaintyKm": 3.1, "reported": True, "review": False, "score": 0.9,
        "reason": "the only Aldwick near the other places; the runner-up lies 4,000 km away",
        "in": [0],
        "names": [{"text": "Ալդվիկ", "language": "hy"}],
        "evidence": [{"a": "a.txt", "s": [0, 55], "m": [15, 22], "k": "l", "event": {"kind": "fighting", "label": "Fighting", "cue": "Shells"},
                      "counts": ["120 people"], "when": {"from": "2023-09-19", "to": "2023-09-19", "text": "on Tuesday"}}],
        "runnersUp": [{"id": "gn:3", "name": "Aldwick", "kind": "settlement", "country": "GB", "population": 700, "lon": -1.5, "lat": 52.0}],
    }  # fmt: skip


def test_what_has_no_place_is_listed_with_its_reason():
    unplaced = data(page())["unplaced"]
    assert unplaced == [
        {"text": "Nowhere", "a": 0, "m": [196, 203], "k": "l", "score": 0.8, "reason": "the gazetteer holds no place of this name"}
    ]  # fmt: skip


def test_a_place_less_sure_than_asked_is_kept_for_review():
    read, reports = toy.story(article_id="doubt.txt")
    block = data(page(read, reports))
    assert [place["id"] for place in block["places"] if place["review"]] == ["gn:2"]


def test_where_nothing_is_reported_the_mentioned_places_are_shown_from_the_start():
    read, reports = toy.story()
    assert data(page(read, reports))["layers"] == ["reported"]
    told = replace(reports[0].evidence[0], mention=replace(reports[0].evidence[0].mention, role="background"))
    assert data(page(read, [replace(reports[0], evidence=(told,))]))["layers"] == ["reported", "mentioned"]
    assert data(page(read, []))["layers"] == ["reported"]


def test_changes_since_the_last_build_are_reported():
    changes = (Change(kind="new", place=toy.TOWN), Change(kind="removed", place=toy.OTHER))
    assert data(page(changes=changes))["changes"] == [
        {"kind": "new", "place": "gn:1", "name": "Aldwick"},
        {"kind": "removed", "place": "gn:3", "name": "Aldwick"},
    ]


def unfolded(shape):
    """Return lon, lat, lon, lat … of a shape of one ring, read back as the page's script reads it."""
    numbers, value, shift = [], 0, 0
    for letter in shape["polygons"][0][0]:
        bits = LETTERS.index(letter)
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            numbers.append(-(value + 1) // 2 if value & 1 else value // 2)
            value = shift = 0
    out, at = [], [0, 0]
    for n, number in enumerate(numbers):
        at[n % 2] += number
        out.append(at[n % 2] / shape["q"])
    return out


def test_a_disputed_area_is_cut_out_of_both_sides_before_shading():
    shapes = {entry["region"]["id"]: entry["shape"] for entry in data(page(shapes=toy.SHAPES))["shapes"]}
    step = shapes["ne:WW"]["q"]
    assert step == 4500 / (54 - 40) // 1 + 1
    hills = [(46, 39.5), (46, 40.5), (48, 40.5), (48, 39.5), (46, 39.5)]
    assert unfolded(shapes["ne:hills"]) == pytest.approx([value for point in hills for value in point], abs=1 / step)
    west = [(44, 38), (44, 42), (47, 42), (47, 40.5), (46, 40.5), (46, 39.5), (47, 39.5), (47, 38), (44, 38)]
    assert unfolded(shapes["ne:WW"]) == pytest.approx([value for point in west for value in point], abs=1 / step)


def test_the_page_names_the_data_it_was_made_with():
    read, reports = toy.story()
    tool = data(render(reports, articles=[read], basemap=toy.basemap(), title="T", data_version="00ff"))["tool"]
    assert re.fullmatch(r"geomap \S+( \S+)* \(data 00ff\)", tool)


def test_the_basemap_made_earlier_gives_the_same_page():
    basemap = toy.basemap()
    cached = CachedPayload(basemap_json=basemap_json(basemap, toy.SHAPES))
    assert page(shapes=toy.SHAPES, basemap=basemap, cached=cached) == page(shapes=toy.SHAPES, basemap=basemap)


def test_records_made_earlier_stand_in_the_payload_as_they_are():
    read, reports = toy.story()
    records = [place_json(report) for report in reports]
    cached = CachedPayload(articles=[article_json(read.article, text="", nPlaces=6)], places=records)
    block = data(render(reports, articles=[], basemap=toy.basemap(), title="T", cached=cached))
    assert [article["nPlaces"] for article in block["articles"]] == [6]
    assert block["places"][0]["evidence"][0]["t"] == toy.TEXT[:55]
    assert [place["review"] for place in block["places"]] == [False] * len(reports)


def test_as_many_cached_places_as_reports_are_needed():
    read, reports = toy.story()
    with pytest.raises(ValueError, match="longer"):
        page(read, reports, cached=CachedPayload(places=[place_json(reports[0])]))
