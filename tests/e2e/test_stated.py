"""Roles, relative places and movements as a reader meets them: Chromium, from disk, with the network cut."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from lxml import etree

from geomap.map_types import MapOptions
from tests.support.opened import download, draw
from tests.support.toy_reports import EVIL, moving

pytestmark = pytest.mark.browser
GORIS, TEGH, MOSCOW = "gn:616062", "gn:616000", "gn:5"
ON_MAP = ".leaflet-{}-pane"


def story(**options):
    read, reports = moving()
    return draw([read], reports, title="On the move", **options)


def label_of(page, text):
    return page.locator(".leaflet-labels-pane text", has_text=text)


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_a_movement_is_a_line_under_the_dots_with_an_arrow(open_page, size):
    page = open_page(story(), size=size)
    lines = page.locator(".leaflet-moves-pane .movement")
    assert [lines.nth(n).get_attribute("marker-end") for n in range(lines.count())] == [
        "url(#arrow-on-way)",
        "url(#arrow-end)",
    ]
    arrow = page.locator(".leaflet-moves-pane marker#arrow-end path")
    assert arrow.evaluate("(node) => getComputedStyle(node).fill") == "rgb(168, 40, 28)"
    panes = [
        page.locator(f".leaflet-{name}-pane").evaluate("(node) => Number(node.style.zIndex)")
        for name in ("shapes", "moves", "places")
    ]
    assert panes == sorted(panes)
    # It ends at Yerevan, in the west.
    box, tegh = page.locator(".movement-hit").bounding_box(), page.locator(".hit[data-place='0']").bounding_box()
    assert box["x"] + box["width"] == pytest.approx(tegh["x"] + tegh["width"] / 2, abs=12)


def test_a_movement_tells_its_places_and_opens_the_card_with_its_sentence(open_page):
    page = open_page(story())
    line = page.locator(".movement-hit")
    assert line.get_attribute("aria-label") == "probably: Movement from Tegh through Sisian to Yerevan"
    line.press("Enter")
    card = page.locator("#card")
    assert card.locator("h2").inner_text().strip() == "Tegh"
    said = card.locator(".movements li").inner_text()
    assert [
        part in said for part in ("moved from Tegh through Sisian to Yerevan.", "19 September 2023", "120 people")
    ] == [True] * 3


def test_what_is_reported_beside_a_place_is_drawn_there_and_the_place_is_quiet(open_page):
    page = open_page(story())
    goris = page.locator(".hit[data-place='3']:not(.relative)")
    north = page.locator(".hit.relative[data-place='3']")
    assert north.get_attribute("aria-label") == "12 km north of Goris, relative to Goris, sector, reported"
    assert north.bounding_box()["y"] < goris.bounding_box()["y"]
    assert page.locator(".leaflet-places-pane .dot.quiet").count() == 1
    assert page.locator(".leaflet-shapes-pane .around.relative").count() == 2
    assert label_of(page, "12 km north of Goris").count() == 1
    anchor = page.locator(".leaflet-labels-pane").get_by_text("Goris", exact=True)
    assert anchor.get_attribute("class") == "label on-place quiet"
    north.press("Enter")
    card = page.locator("#card").inner_text()
    assert "Nothing is reported in the place itself, only relative to it: 12 km north of Goris" in card
    assert "near the town (± 4.2 km)" in card


def test_background_and_larger_areas_are_in_the_quiet_layer(open_page):
    page = open_page(story())
    assert page.locator("[data-place='5'].hit").count() == 0
    assert page.locator(".leaflet-shapes-pane .edge.frame").count() == 0
    page.locator("#mentioned").check()
    assert page.locator("[data-place='5'].hit").count() == 1
    assert page.locator(".leaflet-shapes-pane .edge.frame.quiet").count() == 1
    assert page.locator(".leaflet-shapes-pane .area.plain").count() == 0
    assert label_of(page, "Syunik").count() == 1
    legend = page.locator("#legend").inner_text()
    assert [words in legend for words in ("Larger area", "Stated relative to a place", "Movement (schematic)")] == [
        True
    ] * 3


def test_the_role_is_told_in_the_article_the_card_the_list_and_the_table(open_page):
    page = open_page(story(), hash_="#place=gn:5&mentioned=1")
    titles = {
        mark.inner_text(): mark.get_attribute("title").rpartition(" · ")[2] for mark in page.locator(".mark").all()
    }
    assert titles == {
        "Tegh": "on a route: from", "Sisian": "says where another place is", "Yerevan": "probably: on a route: to",
        "Goris": "says where another place is", "Syunik": "says in what larger area", "Moscow": "probably: background",
    }  # fmt: skip
    assert page.locator(".mark.quiet").count() == 5
    assert page.locator("#card .tag.role").all_inner_texts() == ["probably: background"]
    page.locator("#tool-table").click()
    head = page.locator("thead button").all_inner_texts()
    rows = [row.locator("th, td").all_inner_texts() for row in page.locator("tbody tr").all()]
    role, moves = head.index("Role"), head.index("Movements")
    assert [row[role] for row in rows] == [
        "on a route", "on a route", "probably: on a route", "says where another place is", "says in what larger area", "probably: background",
    ]  # fmt: skip
    assert rows[0][moves] == "probably: Movement from Tegh through Sisian to Yerevan, 19 September 2023, 120 people"
    assert "12 km north of Goris (sector)" in rows[3][head.index("Precision")]


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_the_button_leads_to_what_is_outside_the_opening_view(open_page, size):
    page = open_page(story(), size=size)
    assert page.locator("#outside").inner_text() == "1 more place outside this view"
    assert page.locator("[data-place='5'].hit").count() == 0
    page.locator("#outside").click()
    page.wait_for_timeout(300)
    assert page.locator("#outside").is_hidden()
    assert page.locator("[data-place='5'].hit").is_visible()
    assert page.locator("#places-rows").is_visible()
    page.wait_for_timeout(120)
    link = page.evaluate("location.hash")
    assert "tab=places&mentioned=1&at=" in link
    page.evaluate("location.hash = '#at=10/39.5/46.3'")
    page.wait_for_timeout(200)
    assert page.locator("#outside").inner_text() == f"{2 if size[0] > 760 else 3} more places outside this view"
    page.evaluate("history.back()")
    page.wait_for_timeout(300)
    assert page.locator("#outside").is_hidden()


def test_downloads_of_the_page_have_roles_relative_places_and_movements(open_page):
    page = open_page(story())
    features = {f["id"]: f for f in json.loads(download(page, "GeoJSON"))["features"]}
    assert features[MOSCOW]["properties"]["role"] == "background"
    assert features[f"{GORIS}/relative/1"]["geometry"]["type"] == "Polygon"
    move = features[f"{TEGH}/movement/1"]
    assert [[round(lon, 1), round(lat, 1)] for lon, lat in move["geometry"]["coordinates"]] == [
        [46.5, 39.6],
        [46.0, 39.5],
        [44.5, 40.2],
    ]
    assert (move["properties"]["stops"], move["properties"]["quantities"]) == ([TEGH, "gn:2", "gn:3"], ["120 people"])
    assert b"<LineString>" in download(page, "KML")
    assert download(page, "CSV").decode().splitlines()[1].count("#meta+mention+role") == 1
    assert len(etree.fromstring(download(page, "SVG")).findall(".//{*}marker")) == 2


def test_a_movement_over_the_antimeridian_is_one_line_on_the_map_and_two_in_a_file(open_page):
    read, (tegh, *_) = moving()
    over = replace(tegh.movements[0], path=((178.0, 10.0), (182.0, 12.0)))
    place = replace(tegh.place, lon=178.0, lat=10.0)
    page = open_page(draw([read], [replace(tegh, place=place, movements=(over,))]), size=(1280, 800))
    assert page.locator(".movement-hit").count() == 1
    (_, move) = json.loads(download(page, "GeoJSON"))["features"]
    lines = [[[round(lon), round(lat)] for lon, lat in line] for line in move["geometry"]["coordinates"]]
    assert lines == [[[178, 10], [180, 11]], [[-180, 11], [-178, 12]]]


@pytest.mark.parametrize("lang", ["ar", "ja", "ru"])
def test_hostile_stops_and_notes_are_text_in_every_language(open_page, lang):
    read, (tegh, sisian, yerevan, goris, *others) = moving()
    move = tegh.movements[0]
    stops = tuple(replace(stop, name=f"{EVIL}%s$&") for stop in move.stops)
    relation = replace(goris.evidence[0].relation, text=EVIL, note="<img src=x onerror=alert(1)>")
    reports = (
        replace(tegh, movements=(replace(move, stops=stops),)), sisian, yerevan,
        replace(goris, evidence=(replace(goris.evidence[0], relation=relation),)), *others,
    )  # fmt: skip
    page = open_page(draw([read], reports, options=MapOptions(lang=lang)), hash_="#place=gn:616062")
    assert "<img src=x onerror=alert(1)>" in page.locator("#card .tag small").first.inner_text()
    page.locator(".movement-hit").press("Enter")
    assert page.locator(".movement-words").inner_text().count("%s$&") == 3
    assert page.locator("img").count() == 0
