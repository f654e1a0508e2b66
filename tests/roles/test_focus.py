"""The focus of an article: by hand-made mentions, and by the shipped models."""

import pytest

from geomap.geoparser import geoparse
from geomap.resources import open_resources
from geomap.roles.focus import article_focus, focus_candidates, frame_of
from geomap.types import Article, GeoparsedArticle, Mention, Place, Relation, Resolution

TEXT = "A ship ran aground 4 miles south of Kavarna. Its crew is in Kavarna. It had come from Izmir."
KAVARNA = Place(id="k", name="Kavarna", kind="settlement", lon=28.34, lat=43.43, country="BG")
IZMIR = Place(id="i", name="Izmir", kind="settlement", lon=27.14, lat=38.42, country="TR")
SOUTH = Relation(
    kind="distance_direction", start=19, end=43, text="4 miles south of Kavarna", anchors=("k",), wkb=b"", lon=28.34, lat=43.37, uncertainty_km=1.0,
)  # fmt: skip


def _mention(nth, name, role, place, relation=None):
    start = -1
    for _ in range(nth):
        start = TEXT.index(name, start + 1)
    mention = Mention(
        start=start, end=start + len(name), text=name, role=role, role_probability=role and 0.9, route="from" if role == "route" else None
    )  # fmt: skip
    return Resolution(mention=mention, place=place, score=0.9, reason="", relation=relation)


def _read(*resolutions):
    return GeoparsedArticle(article=Article(id="a", text=TEXT), resolutions=resolutions)


def _ship():
    return _read(
        _mention(1, "Kavarna", "reference", KAVARNA, SOUTH),
        _mention(2, "Kavarna", "scene", KAVARNA),
        _mention(1, "Izmir", "route", IZMIR),
    )


def test_a_relative_place_is_a_place_of_its_own():
    groups = [[r.mention.start for r in found] for found, _ in focus_candidates(_ship())]
    assert groups == [[36], [60], [86]]


def test_the_focus_lies_where_the_words_place_it():
    first = article_focus(_ship())[0]
    assert (first.text, first.place_id, first.lon, first.lat) == ("4 miles south of Kavarna", "k", 28.34, 43.37)


def test_the_frame_has_scenes_routes_and_anchors_of_relative_places_once():
    assert frame_of(_ship()) == ("Kavarna", "Izmir")
    assert (
        frame_of(_read(_mention(1, "Kavarna", "reference", KAVARNA), _mention(1, "Izmir", "background", IZMIR))) == ()
    )


def test_probabilities_of_the_places_and_of_none_are_at_most_one():
    found = article_focus(_ship())
    assert 0.2 <= found[-1].probability <= found[0].probability
    assert sum(f.probability for f in found) < 1


def test_without_roles_no_focus_is_given():
    assert article_focus(_read(_mention(2, "Kavarna", None, KAVARNA))) == ()


@pytest.mark.geodata
def test_the_news_outweighs_where_its_people_are_from():
    text = (
        "A fire in a furniture warehouse in Gyumri killed two workers on Monday, the rescue service said.\n\n"
        "One of them, who was born in Vanadzor, had worked in Moscow for ten years."
    )
    read = geoparse(Article(id="a", title="Fire in Gyumri kills two", text=text), resources=open_resources())
    assert [f.text for f in article_focus(read)] == ["Gyumri"]
