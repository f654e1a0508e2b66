"""The two articles on the events of 19 to 24 September 2023, placed exactly."""

import os
from pathlib import Path

import pytest
from geopy.distance import geodesic
from pyproj import Geod

import geomap
from geomap.pipeline import report

pytestmark = pytest.mark.geodata

SHARED = Path(os.environ.get("GEOMAP_SHARED", Path(__file__).parents[2] / "shared"))
ARTICLE = SHARED / "articles" / "karabakh-2023-09-23.txt"
SAMPLE = Path(geomap.__file__).parent / "samples" / "2023-09-24-karabakh.txt"

STEPANAKERT, TEGH, YEVLAKH = (39.818, 46.753), (39.558, 46.481), (40.618, 47.150)


@pytest.fixture(scope="module")
def article():
    if not ARTICLE.exists():
        pytest.skip(f"the article is not shipped: {ARTICLE} is absent")
    return read(ARTICLE)


@pytest.fixture(scope="module")
def sample():
    return read(SAMPLE)


def read(path):
    [one] = geomap.read_articles([path])
    done = geomap.read(one)
    return done, {r.place.name: r for r in report([done], world=geomap.open_world())}


def km(point, placed):
    return geodesic(point, (placed.place.lat, placed.place.lon)).km


def held_by(placed, level):
    return [region.name for region in placed.regions if region.level == level]


def area_km2(geometry):
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(geometry)[0]) / 1e6


def test_the_article_places_what_it_reports_and_nothing_else(article):
    _, reports = article
    literal = {(r.place.kind, name) for name, r in reports.items() if r.kind == "literal"}
    assert literal == {
        ("settlement", "Stepanakert"),
        ("settlement", "Tegh"),
        ("settlement", "Yevlakh"),
        ("line", "Lachin Corridor"),
        ("disputed", "Nagorno-Karabakh"),
        ("country", "Armenia"),
        ("country", "Azerbaijan"),
    }


def test_the_towns_of_the_article_are_within_five_kilometres(article):
    _, reports = article
    for name, point in (("Stepanakert", STEPANAKERT), ("Tegh", TEGH), ("Yevlakh", YEVLAKH)):
        assert km(point, reports[name]) < 5, name
    assert held_by(reports["Stepanakert"], "country") == ["Azerbaijan"]
    assert held_by(reports["Stepanakert"], "disputed") == ["Nagorno-Karabakh"]
    assert held_by(reports["Tegh"], "country") == ["Armenia"]
    assert held_by(reports["Tegh"], "admin1") == ["Syunik"]
    assert held_by(reports["Tegh"], "disputed") == []
    assert held_by(reports["Yevlakh"], "country") == ["Azerbaijan"]


def test_the_disputed_area_is_the_one_the_article_measures(article):
    _, reports = article
    assert area_km2(reports["Nagorno-Karabakh"].geometry) == pytest.approx(4400, rel=0.05)


def test_the_corridor_is_a_schematic_line_from_tegh_to_stepanakert(article):
    _, reports = article
    corridor = reports["Lachin Corridor"]
    first, last = corridor.geometry.coords[0], corridor.geometry.coords[-1]
    assert geodesic(TEGH, first[::-1]).km < 1
    assert geodesic(STEPANAKERT, last[::-1]).km < 1
    assert "schematic" in corridor.geometry_note


def test_governments_and_adjectives_are_the_quiet_layer(article):
    done, reports = article
    kinds = {(r.mention.text, r.mention.kind) for r in done.resolutions}
    text = done.article.text
    assert reports["Baku"].kind == reports["Moscow"].kind == reports["Russia"].kind == "associative"
    assert {kind for name, kind in kinds if name in ("Russian", "Armenian", "Azerbaijani", "Armenians")} == {"demonym"}
    assert {kind for name, kind in kinds if name in ("Baku", "Moscow")} == {"associative"}
    for phrase, name in (("Baku had demanded", "Baku"), ("Baku said", "Baku"), ("Russia said", "Russia"), ("supervision of Moscow", "Moscow")):
        start = text.index(phrase) + phrase.index(name)
        [found] = [r for r in done.resolutions if r.mention.start == start]
        assert found.mention.kind == "associative", phrase


def test_every_naming_of_the_disputed_area_means_it(article):
    done, _ = article
    meant = {r.mention.text for r in done.resolutions if r.place and r.place.kind == "disputed"}
    assert meant == {"Nagorno-Karabakh", "Karabakh", "the enclave"}


@pytest.mark.parametrize("name", ["Press TV", "Roku", "Reuters", "AFP", "Red Cross", "Steffen Hebestreit", "Nikol Pashinyan", "ICRC"])
def test_what_is_no_place_is_not_mentioned(article, name):
    done, _ = article
    text = done.article.text
    start = text.find(name)
    while start >= 0:
        assert [r for r in done.resolutions if r.mention.start < start + len(name) and start < r.mention.end] == []
        start = text.find(name, start + 1)


def test_the_sample_places_exactly_what_it_reports(sample):
    _, reports = sample
    literal = {(r.place.kind, r.place.country, name) for name, r in reports.items() if r.kind == "literal"}
    assert literal == {
        ("country", "AM", "Armenia"),
        ("disputed", None, "Nagorno-Karabakh"),
        ("line", None, "Lachin Corridor"),
        ("settlement", "AM", "Goris"),
        ("settlement", "AM", "Kornidzor"),
        ("settlement", "AM", "Tegh"),
        ("settlement", "AM", "Yerevan"),
        ("settlement", "AZ", "Stepanakert"),
        ("settlement", "AZ", "Martakert"),
        ("settlement", "AZ", "Askeran"),
        ("settlement", "AZ", "Khojaly"),
        ("settlement", "AZ", "Yevlakh"),
        ("settlement", "AZ", "Shusha"),
        ("settlement", "AZ", "Lachin"),
        ("settlement", "AZ", "Aghdam"),
        ("admin1", "AM", "Syunik"),
        ("country", "AZ", "Azerbaijan"),
        ("settlement", "US", "New York City"),
    }
