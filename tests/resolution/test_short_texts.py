"""What a stranger tries first: one sentence, or a headline, about a city that everybody knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from geomap.geodesy import sphere_km
from geomap.geoparser import geoparse
from geomap.resources import open_resources
from geomap.types import Article

pytestmark = pytest.mark.geodata

HEADLINES = Path(__file__).parents[1] / "data" / "headlines.tsv"
N_CITIES = 200
NEAR_KM = 25.0
BARE = (
    "Two people died in {c} on Monday.",
    "{c}: power is out in three districts.",
    "A fire broke out at a market in {c}, officials said.",
)
IN_COUNTRY = ("Two people died in {c}, {k}, on Monday.", "Two people died in the city of {c}, {k}.")
STATES_OF_A_CITY = {"HK", "SG", "MO"}
"""City and country are one place."""


@pytest.fixture(scope="module")
def resources():
    return open_resources()


@pytest.fixture(scope="module")
def cities(resources):
    """The 200 largest cities of which no other place of the name is within a third of the people, with their countries."""
    places = [p for p in resources.gazetteer.places() if p.kind in ("settlement", "country") and p.population > 50_000]
    countries = {p.country: p.name for p in places if p.kind == "country"}
    towns = sorted((p for p in places if p.kind == "settlement"), key=lambda p: -p.population)
    found = {}
    for town in towns:
        others = [
            c.place.population
            for c in resources.gazetteer.lookup(town.name, limit=40)
            if c.place.kind == "settlement" and km(c.place, town) > NEAR_KM
        ]
        if (
            town.country in countries
            and town.country not in STATES_OF_A_CITY
            and max(others, default=0) * 3 < town.population
        ):
            found.setdefault(town.name, (town, countries[town.country]))
        if len(found) == N_CITIES:
            return list(found.values())
    raise AssertionError(len(found))


def km(one, other):
    return sphere_km(one.lon, one.lat, other.lon, other.lat)


def pins(article, resources):
    return [r.place for r in geoparse(article, resources=resources).resolutions if r.place]


def is_town(place, town):
    return place.kind in ("settlement", "suburb") and km(place, town) < NEAR_KM


@pytest.mark.parametrize("pattern", [*BARE, *IN_COUNTRY])
def test_a_sentence_about_a_city_is_placed_in_it(cities, resources, pattern):
    missed = [
        town.name
        for town, country in cities
        if not any(
            is_town(place, town)
            for place in pins(Article(id="a", text=pattern.format(c=town.name, k=country)), resources)
        )
    ]
    assert len(missed) <= 0.02 * N_CITIES, missed


def test_headlines_are_placed_and_nothing_else_is_pinned(resources):
    rows = [line.split("\t") for line in HEADLINES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    missed, wrong = [], []
    for headline, name, country in rows:
        found = [c.place for c in resources.gazetteer.lookup(name, limit=40) if c.place.country == country]
        town = max((p for p in found if p.kind == "settlement"), key=lambda p: p.population)
        placed = pins(Article(id="a", text="", title=headline), resources)
        missed += [headline] if not any(is_town(place, town) for place in placed) else []
        wrong += [(headline, place.name) for place in placed if not is_town(place, town)]
    assert (len(rows), missed, wrong) == (60, ["Earthquake shakes Santiago at dawn"], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shells fell on Kharkiv, Ukraine, at night.", {"Kharkiv": "settlement UA", "Ukraine": "country UA"}),
        ("Goats were sold in Oklahoma early this year.", {"Oklahoma": "admin1 US"}),
        ("The lights went out in Lviv and Ternopil regions.", {"Lviv": "admin1 UA", "Ternopil": "admin1 UA"}),
        ("Saline, Clay and Butler counties in central Nebraska grew.", {"Saline": "admin2 US", "Clay": "admin2 US", "Butler": "admin2 US", "Nebraska": "admin1 US"}),
        ("Doctors in Durham, North Carolina, and in Durham, England, agree.", {"Durham": "settlement US settlement GB", "North Carolina": "admin1 US", "England": "admin1 GB"}),
        ("DALLAS TEXAS and Wellington New Zealand won.", {"DALLAS TEXAS": "settlement US", "Wellington New Zealand": "settlement NZ"}),
        ("Smoke lay over south-western Bavaria.", {"Bavaria": "admin1 DE"}),
        ("A nurse from Chinatown, Singapore, won.", {"Chinatown": "country SG", "Singapore": "country SG"}),
        ("The Ebola outbreak in Liberia slowed; Ebola killed two in Monrovia.", {"Liberia": "country LR", "Monrovia": "settlement LR"}),
        ("Six-year-old Paris Miller sings. Paris began at two, said her mother in Leeds.", {"Leeds": "settlement GB"}),
        ("The Unite union called a strike at a plant in Derby; DOH officials came.", {"Derby": "settlement GB"}),
        (
            "FRANKFORT, Ky. - A teacher from Versailles was in Greece with her class. They were in Athens when the quake came.",
            {"FRANKFORT": "settlement US", "Ky.": "admin1 US", "Versailles": "settlement US", "Greece": "country GR", "Athens": "settlement GR"},
        ),
    ],
)  # fmt: skip
def test_what_the_text_says_of_a_name_is_obeyed(resources, text, expected):
    found = {}
    for r in geoparse(Article(id="a", text=text), resources=resources).resolutions:
        if r.place:
            said = f"{r.place.kind} {r.place.country}"
            found[r.mention.text] = f"{found[r.mention.text]} {said}" if r.mention.text in found else said
    assert found == expected


@pytest.mark.parametrize("name", ["maine.txt", "paris.txt", "a.txt"])
def test_the_name_of_a_file_is_no_outlet(resources, tmp_path, name):
    from geomap.ingest.readers import load_articles

    (tmp_path / name).write_text("A fire broke out in Portland on Tuesday. Two people were hurt.")
    [article] = load_articles(tmp_path / name)
    [found] = geoparse(article, resources=resources).resolutions
    assert (article.source, found.place.admin1, [c.place.admin1 for c in found.runners_up][:1]) == (None, "OR", ["ME"])
