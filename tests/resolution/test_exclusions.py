"""Names that the text says are no places."""

from __future__ import annotations

import re

import pytest

from geomap.resolution.exclusions import exclusions
from geomap.types import Candidate, Mention, Place

ALTERNATE = Candidate(
    place=Place(id="gn:1", name="Somewhere", kind="admin1", lon=0, lat=0), name="x", match="alternate"
)
COUNTRY = Candidate(place=Place(id="gn:4", name="x", kind="country", lon=0, lat=0), name="x", match="name")
OWN = Candidate(place=Place(id="gn:2", name="x", kind="settlement", lon=0, lat=0), name="x", match="name")


def excluded(text, *names, candidates=None):
    """Return the reason of each mention of ``names`` in ``text`` that is excluded, by its offset."""
    found = [m for name in names for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    found.sort(key=lambda m: m.start())
    mentions = [Mention(start=m.start(), end=m.end(), text=m[0]) for m in found]
    options = [(candidates or {}).get(m.text, (ALTERNATE,)) for m in mentions]
    return {mentions[i].start: why for i, why in exclusions(text, mentions, options).items()}


@pytest.mark.parametrize(
    "text",
    [
        "Nine-year-old Georgia Miles laces her skates. Georgia began at four.",
        "Police found Georgia Miles, 31, in the barn. Georgia was cold.",
        "Mayor Georgia Miles came late. Georgia had missed her train.",
        'Georgia Miles said it was a start. "Georgia is right," her coach said.',
        "The barn belongs to a woman who works there, said Georgia Miles. Georgia has no barn.",
        "Police found Georgia Miles, 31. Georgia was cold.",
        "It was the publican Georgia Miles who rang. Georgia had seen the smoke.",
        "A union leader, B. Georgia Miles, wept. Georgia had led it for years.",
        'Marta "Georgia" Miles came off the bench. Georgia scored.',
        "He leaves a wife and a daughter, Georgia Miles of Tulsa. Georgia is a nurse.",
    ],
)
def test_a_part_of_a_person_s_name_is_no_place_once_the_full_name_stands_there(text):
    last = text.rindex("Georgia")
    assert excluded(text, "Georgia", candidates={"Georgia": (OWN,)})[last] == (
        "the text has it as a person's name (Georgia Miles)"
    )


def test_a_family_name_is_no_place_either():
    text = "Sgt. Ann Lincoln, 40, fired twice. Lincoln was not hurt."
    why = "the text has it as a person's name (Ann Lincoln)"
    assert excluded(text, "Lincoln") == {text.index("Lincoln"): why, text.rindex("Lincoln"): why}


@pytest.mark.parametrize("text", ["Georgia Miles, 31, lives in Georgia.", "Georgia Miles, 31, is from rural Georgia.",
                                  "Georgia Miles, 31, was born in Macon. Georgia, Vermont, is her home."])  # fmt: skip
def test_a_place_that_shares_a_person_s_name_stays_where_something_is_put_there(text):
    assert text.rindex("Georgia") not in excluded(text, "Georgia")


def test_a_place_before_the_full_name_stays():
    text = "Rain fell on Georgia at dawn, said Georgia Miles."
    assert text.index("Georgia") not in excluded(text, "Georgia")


@pytest.mark.parametrize(
    ("text", "is_person"),
    [("Madison, 9, found safe", True), ("Madison, 2024, again", False), ("Madison, 9, Troy, 4", False)],
)
def test_a_name_before_an_age_is_a_person(text, is_person):
    assert (
        excluded(text, "Madison", candidates={"Madison": (OWN,)}) == {0: "the text has it as a person's name (Madison)"}
    ) is is_person


def test_a_place_whose_name_has_the_form_of_a_person_s_stays():
    text = "Tamil Nadu said it had written. A 61-year-old Macon County man is missing, said South Ossetia."
    names = ("Tamil Nadu", "Macon County", "South Ossetia")
    assert excluded(text, *names, candidates=dict.fromkeys(names, (OWN,))) == {}
    assert excluded("Canada waits, told DeSmog Canada.", "Canada", candidates={"Canada": (COUNTRY,)}) == {}


def test_a_child_with_a_given_name_alone_is_a_person():
    text = "The couple have a son, Jordan, and a dog named Paris."
    assert excluded(text, "Jordan", "Paris") == {
        text.index("Jordan"): "the text has it as a person's name (Jordan)",
        text.index("Paris"): "the text has it as a person's name (Paris)",
    }


@pytest.mark.parametrize(
    "text",
    [
        "They shot a woman, London police said.",
        "Her husband, London police said, was out.",
        "A man in London named London.",
    ],
)
def test_a_town_after_a_person_is_no_person(text):
    assert text.index("London") not in excluded(text, "London", candidates={"London": (OWN,)})


def test_a_disease_is_no_place_and_the_river_is():
    why = "the text has it as the name of a disease"
    text = "The Ebola outbreak slowed. Ebola killed nine. West Nile virus was found. Villages of the Ebola and in West Nile suffer."
    assert excluded(text, "Ebola", "West Nile") == {
        4: why,
        text.index("Ebola killed"): why,
        text.index("West Nile virus"): why,
    }
    assert excluded("Congo fever is rare. Congo has sent doctors.", "Congo") == {0: why}


def test_a_union_a_ship_or_a_newspaper_is_no_place_unless_a_place_has_that_very_name():
    assert excluded("The Unite union called a strike.", "Unite") == {4: "the text calls it a union"}
    assert excluded("The Sussex frigate sailed.", "Sussex", candidates={"Sussex": (OWN,)}) == {}


def test_an_abbreviation_that_nothing_explains_is_no_place():
    why = "an abbreviation that the text does not explain"
    text = "DOH officials and the LST-325 crew watched WASH teams; IOM and the US did not."
    assert excluded(text, "DOH", "LST", "WASH", "IOM", "US") == {
        text.index(name): why for name in ("DOH", "LST", "WASH", "IOM")
    }


def test_an_abbreviation_stays_where_the_text_explains_it_or_names_its_town():
    emirates = Candidate(
        place=Place(id="gn:3", name="Emirates", kind="country", lon=0, lat=0), name="x", match="alternate"
    )
    both = {"Emirates": (emirates,), "EMR": (emirates,)}
    assert excluded("The Emirates (EMR) signed. EMR envoys left.", "Emirates", "EMR", candidates=both) == {}
    assert excluded("A man from Gary, IN was hurt.", "IN") == {}
    assert excluded("GAO, Mali - Shots were heard.", "GAO", candidates={"GAO": (OWN,)}) == {}
    assert excluded("FLOOD IN DOH KILLS TWO", "DOH") == {}


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        (
            "A chestnut mare called Florence Bay won twice; Florence Bay is nine.",
            "Florence Bay",
            "the text has it as an animal's name",
        ),
        ("It bought a Porsche Cayenne.", "Cayenne", "the text has it as a car"),
        ("Two men in a Hyundai Santa Fe fled.", "Santa Fe", "the text has it as a car"),
        ("They ate at the Buffalo Wild Wings.", "Buffalo", "the text has it in the name of something else"),
        ("Many came back for the Mass.", "Mass.", "a word, not an abbreviation"),
        ("The case was heard in May, and two were jailed.", "May", "a month or a day"),
        ("On Easter Sunday in March.", "March", "a month or a day"),
    ],
)
def test_an_animal_a_car_a_brand_and_a_word_are_no_places(text, name, why):
    assert set(excluded_at(text, name).values()) == {why}


def test_a_particle_makes_a_family_name():
    assert excluded("Frans van Georgia farms here. Georgia has vines.", "Georgia") == {
        30: "the text has it as a person's name (Frans Georgia)",
        10: "the text has it as a person's name (Frans Georgia)",
    }


def excluded_at(text, name):
    """Return the reasons of the mentions of a name that may end in a full stop."""
    mentions = [Mention(start=m.start(), end=m.end(), text=m[0]) for m in re.finditer(re.escape(name), text)]
    return exclusions(text, mentions, [(OWN,)] * len(mentions))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A mare was sold in Florence Bay.", "Florence Bay"),
        ("Ford Kansas workers went home.", "Kansas"),  # no car is called so
        ("A ship left for Cayenne.", "Cayenne"),
        ("A barn burned in May, Texas.", "May"),
        ("Snow fell in Buffalo overnight.", "Buffalo"),
        ("She is from Boston, Mass.", "Mass."),
        ("The Springfield, Mass. team won.", "Mass."),
    ],
)
def test_a_place_beside_such_words_stays_one(text, name):
    assert excluded_at(text, name) == {}


def test_what_a_person_is_makes_no_person_of_a_country():
    text = "A resident, Jordan Eccles, threw a bin at the bike. Jordan was cheered."
    assert set(excluded(text, "Jordan", candidates={"Jordan": (COUNTRY,)})) == {12, 52}
    text = "The director Jamaica Miles spoke. Jamaica is large."
    assert excluded(text, "Jamaica", candidates={"Jamaica": (COUNTRY,)}) == {}
    assert excluded("The director Jamaica Cancer Society spoke. Jamaica is large.", "Jamaica") == {}


def test_a_village_does_not_explain_an_abbreviation():
    assert (
        len(
            excluded(
                "DOH officials came.",
                "DOH",
                candidates={
                    "DOH": (
                        ALTERNATE,
                        Candidate(place=Place(id="gn:9", name="Doh", kind="settlement", lon=0, lat=0), name="Doh"),
                    )
                },
            )
        )
        == 1
    )


def test_an_organization_is_one_wherever_the_text_names_it():
    text = "The Unite union called a strike. Unite said so. Rain fell in Unite."
    assert excluded(text, "Unite") == {4: "the text calls it a union", 33: "the text calls it a union"}
