"""Resolution of articles that are not in English."""

from __future__ import annotations

import pytest

from geomap.geoparser import place_mentions
from geomap.resolution.candidates import candidates
from geomap.resolution.publisher import press_countries
from geomap.resources import open_resources
from geomap.types import Article, Mention

pytestmark = pytest.mark.geodata

PORTUGUESE = "O ministro chegou ontem a Nova Iorque para uma reunião com os diplomatas da região."
GERMAN = "Die Hauptstadt Nord-Darfur liegt weit im Westen, berichteten am Montag mehrere Reporter vor Ort."
RUSSIAN = "Пожар в Ереване потушен. В Ереване и у села Ыъегвцк работали спасатели, сообщили в Ереване."


def mentions(text, *names):
    return tuple(
        Mention(start=text.index(name), end=text.index(name) + len(name), text=name, score=0.99) for name in names
    )


def placed(text, *names):
    found = place_mentions(Article(id="a", text=text), mentions(text, *names), resources=open_resources())
    return {r.mention.text: r.place and (r.place.name, r.place.country) for r in found}


@pytest.mark.parametrize(
    ("text", "match"),
    [(PORTUGUESE, "name"), ("The minister arrived in Nova Iorque yesterday, and the talks have begun.", "alternate")],
)
def test_a_name_in_the_language_of_the_article_is_the_place_s_own(text, match, gazetteer):
    [mention] = mentions(text, "Nova Iorque")
    found = candidates(mention, article=Article(id="a", text=text), gazetteer=gazetteer)
    assert {c.match for c in found if c.place.name == "New York City"} == {match}


def test_the_great_city_is_meant_by_its_exonym():
    assert placed(PORTUGUESE, "Nova Iorque") == {"Nova Iorque": ("New York City", "US")}


def test_no_english_rule_excludes_a_name():
    assert placed(GERMAN, "Nord-Darfur") == {"Nord-Darfur": ("North Darfur", "SD")}


def test_a_name_in_no_gazetteer_is_not_approximated():
    assert placed(RUSSIAN, "Ереване", "Ыъегвцк")["Ыъегвцк"] is None


@pytest.mark.parametrize(
    ("text", "countries"),
    [(RUSSIAN, {"RU", "BY", "KZ", "KG"}), ("The minister arrived with the others in the morning.", set())],
)
def test_the_countries_of_the_press_of_a_language(text, countries):
    assert press_countries(Article(id="a", text=text)) == countries
