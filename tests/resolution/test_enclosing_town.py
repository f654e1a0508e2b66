"""A name in no gazetteer is located at the enclosing town that the text gives, or nowhere."""

from dataclasses import replace
from functools import partial

import pytest

from geomap.gazetteer.store import FileGazetteer
from geomap.resolution.enclosing_town import place_within
from geomap.resolution.parameters import ENCLOSING_TOWN_ACCURACY
from geomap.types import Article, Mention, Place, Resolution

MANILA = Place(id="gn:1", name="Manila", kind="settlement", lon=121.0, lat=14.6, country="PH", population=1_600_000)
CEBU = Place(id="gn:2", name="Cebu City", kind="settlement", lon=123.9, lat=10.3, country="PH", population=900_000)
LAND = Place(id="gn:3", name="Philippines", kind="country", lon=122.0, lat=13.0, country="PH", population=1)


@pytest.fixture
def told(toy_path):
    with FileGazetteer(toy_path) as gazetteer:
        yield partial(tell, gazetteer=gazetteer)


def tell(text: str, known: dict[str, Place], unknown: str, *, gazetteer, kind="literal", score=0.95, of="literal"):
    """Resolve ``unknown`` in a text where each name of ``known`` means its place, surely."""
    resolutions = [_resolution(text, name, place, kind=of, score=1.0) for name, place in known.items()]
    resolutions.append(_resolution(text, unknown, None, kind=kind, score=score))
    return place_within(Article(id="1", text=text), resolutions, gazetteer=gazetteer)[-1]


def _resolution(text, name, place, *, kind, score):
    start = text.index(name)
    mention = Mention(start=start, end=start + len(name), text=name, kind=kind, score=score)
    return Resolution(mention=mention, place=place, score=0.9, reason="unknown" if place is None else "known")


@pytest.mark.parametrize(
    ("text", "known", "unknown", "town", "how"),
    [
        ("Manila prayed. Thousands filled Manila Cathedral.", {"Manila": MANILA}, "Manila Cathedral", MANILA, "its name"),
        ("They met at Quiapo Church in Manila, not in Cebu.", {"Manila": MANILA, "Cebu": CEBU}, "Quiapo Church", MANILA, "the text"),
        ("In Cebu, near Colon Street, a fire broke out. Manila sent aid.", {"Cebu": CEBU, "Manila": MANILA}, "Colon Street", CEBU, "the sentence"),
        ("Manila woke late. Traffic on Taft Avenue stood still.", {"Manila": MANILA}, "Taft Avenue", MANILA, "the article"),
    ],
)  # fmt: skip
def test_a_name_that_is_unknown_is_told_of_in_its_town(told, text, known, unknown, town, how):
    one = told(text, known, unknown)
    assert (one.place, one.match, one.mention.text) == (town, "within", unknown)
    assert one.mention.antecedent in known
    assert one.score == round(ENCLOSING_TOWN_ACCURACY * 0.9, 3)
    assert one.reason.startswith(f"unknown; located in {town.name}: {how}")


@pytest.mark.parametrize(
    ("text", "known", "unknown", "more"),
    [
        ("Fires burned in the Philippines near Taft Avenue.", {"Philippines": LAND}, "Taft Avenue", {}),  # no town
        ("Manila and Cebu argued. Cebu won. Traffic on Taft Avenue stood still.", {"Manila": MANILA, "Cebu": CEBU}, "Taft Avenue", {"score": 0.6}),
        ("Manila woke late. The Taft Commission wrote.", {"Manila": MANILA}, "Taft", {"kind": "associative"}),
        ("Manila woke late. The Tagalog poets sang.", {"Manila": MANILA}, "Tagalog", {"kind": "demonym"}),
        ("Manila spoke. Boats left Thitu Island.", {"Manila": MANILA}, "Thitu Island", {}),  # no town holds an island
        ("Manila called Tagalan Market lost. Cebu wept.", {"Manila": MANILA, "Cebu": CEBU}, "Tagalan Market", {"of": "associative"}),
        ("Manila woke late. Trains left Springfield Central.", {"Manila": MANILA}, "Springfield Central", {}),  # a city of its own
    ],
)  # fmt: skip
def test_what_the_text_does_not_put_anywhere_stays_unplaced(told, text, known, unknown, more):
    assert told(text, known, unknown, **more).place is None


def test_a_large_place_in_doubt_lies_in_no_town_that_the_text_names(toy_path):
    """Which Springfield is meant is not known: that is no reason to put it in Manila."""
    text = "Manila woke late. Springfield did not."
    with FileGazetteer(toy_path) as gazetteer:
        doubt = _resolution(text, "Springfield", None, kind="literal", score=0.95)
        doubt = replace(doubt, runners_up=gazetteer.lookup("Springfield"))
        known = _resolution(text, "Manila", MANILA, kind="literal", score=1.0)
        assert place_within(Article(id="1", text=text), [known, doubt], gazetteer=gazetteer)[-1].place is None
        small = replace(doubt, runners_up=gazetteer.lookup("Saint-Élan"))
        assert place_within(Article(id="1", text=text), [known, small], gazetteer=gazetteer)[-1].place == MANILA


@pytest.mark.parametrize(
    ("text", "unknown", "place_id"),
    [
        ("The University of Aland and others wrote.", "University of Aland", "gn:1"),
        ("The Bank of the Beland rose.", "Bank of the Beland", "gn:2"),
        ("Beland State University closed.", "Beland State University", "gn:2"),
        ("Southern Sea University closed.", "Southern Sea University", None),  # neither state nor city
        ("Springfield State University closed.", "Springfield State University", None),  # two towns may be meant
        ("The Aland Embassy closed.", "Aland Embassy", None),  # lies elsewhere
        ("The Aland Gazette closed.", "Aland Gazette", None),
    ],
)
def test_a_body_is_told_of_in_the_state_or_city_it_is_called_after(told, text, unknown, place_id):
    one = told(text, {}, unknown, kind="associative")
    assert (one.place and one.place.id) == place_id
    assert one.match == ("within" if place_id else None)


def test_a_body_is_where_the_article_means_the_place_in_its_name(told):
    one = told("Manila voted. The Manila Trial Court did not sit.", {"Manila": LAND}, "Manila Trial Court")
    assert one.place == LAND
    assert one.reason == "unknown; located in Philippines: its name says so"


def test_an_article_of_two_towns_is_about_neither(told):
    text = "Manila voted. Cebu voted. Davao voted. Traffic on Taft Avenue stood still."
    towns = {
        "Manila": MANILA,
        "Cebu": CEBU,
        "Davao": Place(id="gn:4", name="Davao", kind="settlement", lon=125.6, lat=7.1),
    }
    assert told(text, towns, "Taft Avenue").place is None


SOHO = Place(id="gn:4", name="Soho", kind="suburb", lon=-0.13, lat=51.5, country="GB", population=3_000)
QUARTER = Place(id="gn:5", name="Little Cebu", kind="settlement", lon=-76.6, lat=39.3, country="US", population=900)


@pytest.fixture
def stated(toy_path):
    def stated(text, **known):
        found = [
            _resolution(text, name.replace("_", " "), place, kind="literal", score=1.0) for name, place in known.items()
        ]
        return place_within(
            Article(id="1", text=text), sorted(found, key=lambda r: r.mention.start), gazetteer=gazetteer
        )[0]

    with FileGazetteer(toy_path) as gazetteer:
        yield stated


@pytest.mark.parametrize("text", ["A fire in Soho, Philippines.", "Soho, Philippines, burned.", "Soho, Philippines"])
def test_a_place_that_is_not_in_the_stated_country_is_located_in_it(stated, text):
    found = stated(text, Soho=SOHO, Philippines=LAND)
    assert (found.place, found.match, found.mention.antecedent) == (LAND, "within", "Philippines")


@pytest.mark.parametrize(
    "text",
    [
        "In Soho, Philippines said no.",
        "Soho, Philippines and Manila.",
        "Soho, Philippines, Brunei and Laos.",
        "Soho and Philippines.",
        "Soho in Philippines",
    ],
)
def test_a_name_before_a_verb_or_in_a_list_is_in_no_container(stated, text):
    assert stated(text, Soho=SOHO, Philippines=LAND).place == SOHO


def test_a_small_place_far_from_the_stated_city_is_located_at_it(stated):
    assert stated("A man from Little Cebu, Manila.", Little_Cebu=QUARTER, Manila=MANILA).place == MANILA
    assert stated("A man from Cebu, Manila.", Cebu=CEBU, Manila=MANILA).place == CEBU
    near = replace(QUARTER, lon=121.2, lat=14.7)
    assert stated("A man from Little Cebu, Manila.", Little_Cebu=near, Manila=MANILA).place == near
    assert stated("A trip to Philippines, Manila.", Philippines=LAND, Manila=MANILA).place == LAND
