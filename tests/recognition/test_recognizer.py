"""What the shipped recogniser finds in made-up articles, and that nothing it may be given breaks it."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomap.errors import GeodataError
from geomap.geoparser import geoparse
from geomap.recognition.model import RecogniserModel
from geomap.recognition.recognizer import method_of, recognise
from geomap.resources import open_resources
from geomap.types import Article

pytestmark = pytest.mark.geodata


@pytest.fixture
def find(models, gazetteer):
    def found(text):
        mentions = recognise(Article(id="a", text=text), models=models, gazetteer=gazetteer).mentions
        assert all(text[m.start : m.end] == m.text for m in mentions)
        assert all(a.end <= b.start for a, b in pairwise(mentions))
        assert all(0 <= m.score <= 1 for m in mentions)
        return mentions

    return found


def names(mentions):
    return [m.text for m in mentions]


def test_places_people_and_governments_are_distinguished(find):
    mentions = find(
        "Fighting was reported in Tegh on Saturday. Baku said that Russian troops had left the town of Goris. "
        "Steffen Hebestreit told Reuters that Germany would help."
    )
    assert [(m.text, m.kind) for m in mentions] == [
        ("Tegh", "literal"),
        ("Baku", "associative"),
        ("Russian", "demonym"),
        ("Goris", "literal"),
        ("Germany", "associative"),
    ]


def test_a_place_inside_a_longer_name_is_nested(find):
    (police, hall) = find("The Paris Police Department said nothing. The crowd met in Paris.")
    assert (police.text, police.kind, police.nested) == ("Paris", "associative", True)
    assert (hall.text, hall.kind, hall.nested) == ("Paris", "literal", False)


def test_an_institution_the_gazetteer_does_not_know_gives_the_town_in_its_name(find):
    mentions = find("He was treated at Cookeville Regional Medical Center on Friday.")
    assert [(m.text, m.nested) for m in mentions] == [("Cookeville", True)]


def test_no_name_runs_on_from_a_headline_into_the_text(find):
    mentions = find(
        "Ice strands nine ships off Chukotka\n\nANADYR, Russia. Rescue crews flew from Anadyr to Provideniya."
    )
    assert names(mentions) == ["Chukotka", "ANADYR", "Russia", "Anadyr", "Provideniya"]


def test_the_spans_are_whole(find):
    text = "He left New York City for St. Louis, Mo., then the U.S. Virgin Islands and Washington, D.C."
    assert names(find(text))[:2] == ["New York City", "St. Louis"]


def test_a_members_seat_is_found_behind_the_party(find):
    text = "The bill was written by Rep. Jay Roberts (R-Ocilla), who chairs the committee, and Sen. Tom Bakk, DFL-Cook."
    assert names(find(text)) == ["Ocilla", "Cook"]


def test_only_capitals_and_no_capitals_are_read(find):
    assert {"YEREVAN", "FRANCE"} <= set(names(find("TALKS IN YEREVAN FAILED ON FRIDAY, OFFICIALS FROM FRANCE SAID.")))
    assert {"yerevan", "france"} <= set(names(find("talks in yerevan failed on friday, officials from france said.")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        ".",
        "a" * 1_000_000,
        "A." * 300_000,
        "😀" * 20_000,
        "e\u0301" * 20_000,
        "\u202e\u200f\u0000\ud800 Baku \udfff",
        "字" * 50_000,
    ],
    ids=["empty", "white", "point", "no space", "abbreviation", "emoji", "marks", "surrogates", "han"],
)
def test_hostile_text_is_read_without_an_error(find, text):
    assert len(find(text)) <= 1


def test_offsets_are_code_points_beside_emoji_marks_and_right_to_left(find):
    text = "👩🏽\u200d🚒 said: مرحبا — the re\u0301sume\u0301 sent from Yerevan was short."
    assert [(m.start, m.text) for m in find(text)] == [(text.index("Yerevan"), "Yerevan")]


@pytest.mark.slow
def test_ten_thousand_mentions_are_all_found(find):
    text = "The train from Paris to Berlin was late. " * 5_000
    assert names(find(text)) == ["Paris", "Berlin"] * 5_000


def test_the_same_article_twice_gives_the_same_mentions(find):
    text = "Snow fell on Kyiv and Lviv. Ukraine closed the airport."
    assert find(text) == find(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_text_at_all_can_be_read(find, text):
    find(text)
    find(f"He went to Baku {text} and Paris.")


@pytest.mark.parametrize(
    ("language", "method"), [("en", "learned"), ("ru", "learned"), ("sw", "names"), ("und", "names")]
)
def test_the_method_depends_on_the_language(language, method):
    assert method_of(language) == method


def test_each_paragraph_is_read_in_its_language(find):
    english = "The convoy left the town in the morning and was stopped by soldiers on the road to Goris."
    russian = "Переговоры в Баку провалились, сообщили в субботу журналисты, которые ждали у здания."
    text = f"{english}\n\n{russian}\n\n{english}"
    found = find(text)
    assert [m.text for m in found] == ["Goris", "Баку", "Goris"]
    assert [text[m.start : m.end] for m in found] == ["Goris", "Баку", "Goris"]


@pytest.mark.parametrize("broken", ["network", "vocabulary", "lexicon"])
def test_a_missing_or_damaged_file_is_one_line(tmp_path, recogniser_files, broken):
    missing = recogniser_files | {broken: tmp_path / "none"}
    with pytest.raises(
        GeodataError, match=r"^[^\n]+the recogniser cannot be opened, its files are missing or damaged[^\n]+$"
    ):
        RecogniserModel(**missing)


def test_no_name_goes_across_an_empty_line(find):
    text = "Ferry sinks off Lampedusa\n\nROME (AP) — A boat from Sfax sank on Monday.\n\nTunis\n\nPolice came."
    assert "Lampedusa" in names(find(text))
    assert "ROME" in names(find(text))


def test_a_city_is_found_where_a_university_bears_its_name_too(find):
    text = (
        "Floods cut roads around Maiduguri\n\nMAIDUGURI, Nigeria — Water swept through Maiduguri on Tuesday. "
        "The University of Maiduguri Teaching Hospital treated 40 people."
    )
    found = [name.casefold() for name in names(find(text))]
    assert found.count("maiduguri") == 3
    assert found[-1] == "university of maiduguri teaching hospital"  # a place of its own


@pytest.mark.geodata
@pytest.mark.parametrize("day", ["9 November 2026", "Nov. 9, 2026", "Nov. 9", "9 Nov"])
def test_the_places_of_a_dateline_are_associative_whatever_the_form_of_its_day(day):
    text = f"BRADFORD, England, {day} - Two men were arrested on Thursday after a fire in Shipley."
    found = geoparse(Article(id="a", text=text), resources=open_resources()).resolutions
    assert [(r.mention.text, r.mention.kind) for r in found] == [
        ("BRADFORD", "associative"),
        ("England", "associative"),
        ("Shipley", "literal"),
    ]
