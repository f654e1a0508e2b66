"""Facilities, quarters and villages that news names, in sentences of our own; and a local story of a city's quarters."""

from __future__ import annotations

import pytest

from geomap.geoparser import geoparse
from geomap.resources import open_resources
from geomap.types import Article

pytestmark = pytest.mark.geodata


@pytest.fixture(scope="module")
def resolved():
    """Return a function from a text to its resolutions."""
    resources = open_resources()
    return lambda text: geoparse(Article(id="a", text=text), resources=resources).resolutions


@pytest.mark.parametrize(
    ("text", "name", "where"),
    [
        ("Thousands of fans sang in the Stade de France on Saturday.", "Stade de France", ("site", "FR")),
        ("Delegates met at the Palais des Nations in Geneva.", "Palais des Nations", ("site", "CH")),
        ("Shells hit the University of Khartoum on Sunday.", "University of Khartoum", ("site", "SD")),
        ("The Eiffel Tower was closed on Monday.", "Eiffel Tower", ("site", "FR")),
        ("A fire broke out at Evin Prison in Tehran.", "Evin Prison", ("site", "IR")),
        ("Protesters filled Tahrir Square at noon.", "Tahrir Square", ("site", "EG")),
        ("Water poured over the Kakhovka Dam.", "Kakhovka Dam", ("site", "UA")),
        ("Families fled from Zamzam to Tawila in North Darfur.", "Zamzam", ("site", "SD")),
        ("Families fled from Zamzam to Tawila in North Darfur.", "Tawila", ("settlement", "SD")),
        ("The boat ran aground off Hart Island in the Bronx.", "Hart Island", ("island", "US")),
        ("A shop burned in Gomti Nagar, Lucknow.", "Gomti Nagar", ("suburb", "IN")),
    ],
)
def test_a_place_that_news_names_is_placed(resolved, text, name, where):
    found = [r for r in resolved(text) if r.mention.text == name]
    assert [(r.mention.kind, (r.place.kind, r.place.country)) for r in found] == [("literal", where)]


def test_the_quarters_of_a_city_are_its_own(resolved):
    text = (
        "LEEDS: Two men were robbed in Harehills on Friday night, police said. Officers later searched houses in Chapeltown and "
        "Holbeck. A third man was found in Headingley. Leeds has had six such robberies this month, and people in Hyde Park are afraid."
    )
    resolutions = resolved(text)
    far = [
        (r.mention.text, r.place.lat, r.place.lon)
        for r in resolutions
        if r.place and not (53.7 < r.place.lat < 53.9 and -1.7 < r.place.lon < -1.4)
    ]
    assert (far, len([r for r in resolutions if r.place])) == ([], 7)


def test_a_street_is_located_at_the_town_that_the_text_is_about(resolved):
    text = (
        "A lorry hit a bus in Bradford on Tuesday. The crash closed Quarrington Lane all night. "
        "Three people from Shipley were hurt, and the police in Bradford want witnesses."
    )
    street = next(r for r in resolved(text) if r.mention.text == "Quarrington Lane")
    assert (street.place.name, street.match) == ("Bradford", "within")
    assert street.reason.endswith("located in Bradford: the article is about it")
