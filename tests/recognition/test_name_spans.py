"""How a network's spans become names of places: whole, without the institution around them, or none."""

import pytest

from geomap.recognition.name_spans import generic_words, institutions, name_spans, no_names
from geomap.text.tokens import tokenize

pytestmark = pytest.mark.geodata


@pytest.fixture
def names(gazetteer):
    def named(text, *found):
        """Return the names that ``found``, each at its first occurrence behind the one before, stand for in ``text``."""
        words, spans, at = tokenize(text), [], 0
        for piece in found:
            start = text.index(piece, at)
            at = start + len(piece)
            inside = [i for i, word in enumerate(words) if start <= word.start and word.end <= at]
            spans.append((inside[0], inside[-1] + 1))
        kept = name_spans(text, words, spans, gazetteer=gazetteer)
        return [text[words[span.start].start : words[span.end - 1].end] for span in kept]

    return named


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("County lifts burn ban", "County"),
        ("He studied at the University of X.", "University"),
        ("The State of Ohio sued.", "State"),
        ("A crash at 8th Ave. N. on Friday.", "N."),
        ("the Northern state was first", "Northern state"),
        ("officials at East Central Regional Hospital", "East Central"),
        ("South Central District players", "South Central District"),
        ("the Prof. says", "Prof."),
        ("the White House's decision", "White"),
        ("Students at St. John's Lutheran School", "St."),
        ("the South Tower fell", "South"),
        ("he drove West on Friday", "West"),
        ("A spokesman for Holy Redeemer Church", "Holy"),
        ("What about El Niño?", "El Niño"),
        ("as Santa Claus", "Santa Claus"),
        ("a Banana Republic store", "Banana Republic"),
        ("in a 2007 Toyota Corolla", "Toyota"),
        ("on Dec. 5", "Dec"),
        ("a letter to El Financiero", "El"),
    ],
)
def test_generic_words_alone_and_listed_names_are_no_places(names, text, found):
    assert names(text, found) == []


@pytest.mark.parametrize(
    "text",
    ["the South", "a deal with the West’s banks", "Midwest", "Central African Republic", "Long Beach", "High Point",
     "Grand Avenue", "Red Sea", "Park City", "North", "South Bend"],
)  # fmt: skip
def test_names_made_of_generic_words_stay_where_they_name_something(names, text):
    expected = {"the South": "South", "a deal with the West’s banks": "West", "North": None}.get(text, text)
    assert names(text, expected or text) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("the Democratic People's Republic of Korea said", ["Republic of Korea"], ["Democratic People's Republic of Korea"]),
        ("the Embassy of the Republic of Armenia", ["Republic of Armenia"], ["Republic of Armenia"]),
        ("oil from the Niger Delta.", ["Niger"], ["Niger Delta"]),
        ("oil from the Niger Delta.", ["Niger", "Delta"], ["Niger Delta"]),
        ("He left New York City on Friday.", ["New York"], ["New York City"]),
        ("in Newfoundland and Labrador's towns", ["Newfoundland", "Labrador"], ["Newfoundland and Labrador"]),
        ("storms in the Gulf of Mexico", ["Gulf", "Mexico"], ["Gulf of Mexico"]),
        ("the governor of Enugu State was", ["Enugu"], ["Enugu State"]),
        ("near Weston-on-the-Green, he", ["Weston"], ["Weston-on-the-Green"]),
        ("Ships left Port Said.", ["Port"], ["Port Said"]),
        ("in Guinea-Bissau", ["Guinea"], ["Guinea-Bissau"]),
    ],
)  # fmt: skip
def test_a_part_of_a_longer_known_name_becomes_the_name(names, text, found, whole):
    assert names(text, *found) == whole


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dublin City Council met", "Dublin"),
        ("The City of Norfolk sued", "Norfolk"),
        ("The United States said", "United States"),
        ("Mississippi State won 3-1", "Mississippi"),
        ("the film with George Washington in it", "Washington"),
        ("He left Moscow. Oblast officials", "Moscow"),
    ],
)
def test_a_name_does_not_grow_by_a_council_a_team_or_a_person(names, text, found):
    assert names(text, found) == [found]


@pytest.mark.parametrize(
    ("text", "found", "cut"),
    [
        ("taken to Cookeville Regional Medical Center on", "Cookeville Regional Medical Center", "Cookeville"),
        ("held in Long Beach Airport on", "Long Beach Airport", "Long Beach"),
        ("the Paris Zoo was", "Paris Zoo", "Paris"),
        ("the home of Holy Redeemer Church was", "Holy Redeemer Church", "Holy Redeemer Church"),
    ],
)
def test_an_institution_gives_the_town_in_its_name_and_no_generic_word(names, text, found, cut):
    assert names(text, found) == [cut]


def test_a_direction_before_a_name_is_part_of_it(names):
    assert names("at North Nokomis Street and", "North", "Nokomis Street") == ["North Nokomis Street"]
    assert names("Metro Nashville police", "Metro", "Nashville") == ["Nashville"]


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("of 1110 Hungerford St., police said", "Hungerford St", "Hungerford St."),
        ("closed County Road 43 on Friday", "County Road", "County Road 43"),
        ("He left Tegh, officials said", "Tegh,", "Tegh"),
        ("He left Tegh. Officials said", "Tegh", "Tegh"),
        ("a fire in Bolingbrook, Ill., on", "Ill", "Ill."),
        ("fires in Eastland and Callahan counties spread", "Callahan counties", "Callahan"),
        ("filed in Cass County Circuit Court on", "Cass County Circuit", "Cass County"),
        ("in Cass County on", "Cass County", "Cass County"),
        ("the State of Ohio sued", "State of Ohio", "Ohio"),
        ("the Republic of Armenia sued", "Republic of Armenia", "Republic of Armenia"),
        ("Sen. Frank Lautenberg, D-N.J., said", "D-N.J.", "N.J."),
    ],
)
def test_what_stands_around_a_name_goes_and_an_abbreviations_point_and_a_roads_number_stay(names, text, found, whole):
    assert names(text, found) == [whole]


def test_the_lists_are_in_lower_case_and_hold_no_known_country():
    for listed in (no_names(), institutions(), *generic_words().values()):
        assert listed
        assert all(word == word.casefold() for word in listed)


def test_a_states_abbreviation_is_no_article(names):
    assert names("his home in Slidell, La., on", "Slidell", "La.") == ["Slidell", "La."]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("snow in north-western Bavaria", "-western Bavaria", "Bavaria"),
        ("snow in western Bavaria", "western Bavaria", "Bavaria"),
        ("snow in Western Australia", "Western Australia", "Western Australia"),
    ],
)
def test_a_compass_word_is_no_part_of_a_name(names, text, found, expected):
    assert names(text, found) == [expected]
