"""The two articles on the events of 19 to 24 September 2023, placed exactly."""

import os
from pathlib import Path

import pytest
from geopy.distance import geodesic
from pyproj import Geod

import geomap
from geomap.pipeline import report

pytestmark = pytest.mark.geodata

SHARED = Path(os.environ.get("GEOMAP_SHARED", Path(__file__).parents[3] / "shared"))
ARTICLE = SHARED / "articles" / "karabakh-2023-09-23.txt"
SAMPLE = Path(geomap.__file__).parent / "samples" / "2023-09-24-karabakh.txt"

STEPANAKERT, TEGH, YEVLAKH = "gn:146970", "gn:174743", "gn:584649"
CORRIDOR, KARABAKH = "gm:lachin-corridor", "gn:409410"
BAKU, MOSCOW, RUSSIA = "gn:587084", "gn:524901", "gn:2017370"
POINTS = {STEPANAKERT: (39.818, 46.753), TEGH: (39.558, 46.481), YEVLAKH: (40.618, 47.150)}
"""Latitude, longitude in degrees."""


def reported(reports):
    """What is reported somewhere, as id, kind and the name the article uses."""
    return {(r.place.id, r.place.kind, r.reported_as) for r in reports.values() if r.kind == "literal"}


@pytest.fixture(scope="module")
def article():
    if not ARTICLE.exists():
        pytest.skip(f"the article is not shipped: {ARTICLE} is absent")
    return read(ARTICLE)


@pytest.fixture(scope="module")
def sample():
    return read(SAMPLE)


def read(path):
    [one] = geomap.load_articles([path])
    done = geomap.geoparse(one)
    return done, {r.place.id: r for r in report([done], resources=geomap.open_resources())}


def km(point, placed):
    return geodesic(point, (placed.place.lat, placed.place.lon)).km


def held_by(placed, level):
    return [region.name for region in placed.regions if region.level == level]


def area_km2(geometry):
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(geometry)[0]) / 1e6


def test_the_article_places_what_it_reports_and_nothing_else(article):
    _, reports = article
    assert reported(reports) == {
        (STEPANAKERT, "settlement", "Stepanakert"),
        (TEGH, "settlement", "Tegh"),
        (YEVLAKH, "settlement", "Yevlakh"),
        (CORRIDOR, "line", "Lachin Corridor"),
        (KARABAKH, "disputed", "Nagorno-Karabakh"),
        ("gn:174982", "country", "Armenia"),
        ("gn:587116", "country", "Azerbaijan"),
    }


def test_the_towns_of_the_article_are_within_five_kilometres(article):
    _, reports = article
    for place, point in POINTS.items():
        assert km(point, reports[place]) < 5, place
    assert held_by(reports[STEPANAKERT], "country") == ["Azerbaijan"]
    assert held_by(reports[STEPANAKERT], "disputed") == ["Nagorno-Karabakh"]
    assert held_by(reports[TEGH], "country") == ["Armenia"]
    assert held_by(reports[TEGH], "admin1") == ["Syunik"]
    assert held_by(reports[TEGH], "disputed") == []
    assert held_by(reports[YEVLAKH], "country") == ["Azerbaijan"]


def test_the_disputed_area_is_the_one_the_article_measures(article):
    _, reports = article
    assert area_km2(reports[KARABAKH].geometry) == pytest.approx(4400, rel=0.05)


def test_the_corridor_is_a_schematic_line_from_tegh_to_stepanakert(article):
    _, reports = article
    corridor = reports[CORRIDOR]
    first, last = corridor.geometry.coords[0], corridor.geometry.coords[-1]
    assert geodesic(POINTS[TEGH], first[::-1]).km < 1
    assert geodesic(POINTS[STEPANAKERT], last[::-1]).km < 1
    assert "schematic" in corridor.geometry_note


def test_governments_and_adjectives_are_the_quiet_layer(article):
    done, reports = article
    kinds = {(r.mention.text, r.mention.kind) for r in done.resolutions}
    text = done.article.text
    assert reports[BAKU].kind == reports[MOSCOW].kind == reports[RUSSIA].kind == "associative"
    assert {kind for name, kind in kinds if name in ("Russian", "Armenian", "Azerbaijani", "Armenians")} == {"demonym"}
    assert {kind for name, kind in kinds if name in ("Baku", "Moscow")} == {"associative"}
    for phrase, name in (
        ("Baku had demanded", "Baku"),
        ("Baku said", "Baku"),
        ("Russia said", "Russia"),
        ("supervision of Moscow", "Moscow"),
    ):
        start = text.index(phrase) + phrase.index(name)
        [found] = [r for r in done.resolutions if r.mention.start == start]
        assert found.mention.kind == "associative", phrase


def test_every_naming_of_the_disputed_area_means_it(article):
    done, _ = article
    meant = {r.mention.text for r in done.resolutions if r.place and r.place.kind == "disputed"}
    assert meant == {"Nagorno-Karabakh", "Karabakh", "the enclave"}


@pytest.mark.parametrize(
    "name", ["Press TV", "Roku", "Reuters", "AFP", "Red Cross", "Steffen Hebestreit", "Nikol Pashinyan", "ICRC"]
)
def test_what_is_no_place_is_not_mentioned(article, name):
    done, _ = article
    text = done.article.text
    start = text.find(name)
    while start >= 0:
        assert [r for r in done.resolutions if r.mention.start < start + len(name) and start < r.mention.end] == []
        start = text.find(name, start + 1)


def test_the_sample_places_exactly_what_it_reports(sample):
    _, reports = sample
    assert reported(reports) == {
        ("gn:174982", "country", "Armenia"),
        ("gn:587116", "country", "Azerbaijan"),
        (KARABAKH, "disputed", "Nagorno-Karabakh"),
        (CORRIDOR, "line", "Lachin Corridor"),
        (STEPANAKERT, "settlement", "Stepanakert"),
        (TEGH, "settlement", "Tegh"),
        (YEVLAKH, "settlement", "Yevlakh"),
        ("gn:174895", "settlement", "Goris"),
        ("gn:174840", "settlement", "Kornidzor"),
        ("gn:616052", "settlement", "Yerevan"),
        ("gn:587379", "settlement", "Martakert"),
        ("gn:148450", "settlement", "Askeran"),
        ("gn:147774", "settlement", "Khojaly"),
        ("gn:147105", "settlement", "Shusha"),
        ("gn:147625", "settlement", "Lachin"),
        ("gn:148619", "settlement", "Aghdam"),
        ("gn:409314", "admin1", "Syunik province"),
        ("gn:5128581", "settlement", "New York City"),
    }


def test_the_sample_keeps_governments_datelines_and_peoples_quiet(sample):
    done, _ = sample
    quiet = [(r.mention.text, r.mention.kind, r.place.id) for r in done.resolutions if r.mention.kind != "literal"]
    assert quiet == [
        ("GORIS", "associative", "gn:174895"),
        ("Armenia", "associative", "gn:174982"),
        ("Azerbaijan", "associative", "gn:587116"),  # "opened a military operation"
        ("Azerbaijani", "demonym", "gn:587116"),
        ("Moscow", "associative", MOSCOW),
        ("Baku", "associative", BAKU),
        ("Azerbaijani", "demonym", "gn:587116"),
        ("Russian", "demonym", RUSSIA),
        ("Azerbaijan", "associative", "gn:587116"),
        ("Armenia", "associative", "gn:174982"),
        ("French", "demonym", "gn:3017382"),
        ("American", "demonym", "gn:6252001"),
        ("Armenians", "demonym", "gn:174982"),
    ]
