"""Local features: each column that the text states, alone, with the values of every candidate."""

import numpy as np
import pytest

from geomap.resolution.features import LOCAL_FEATURES, unit_vectors
from geomap.types import Place
from tests.resolution.toy_features import candidate, column, features_for, features_of

A_SPRINGFIELD, B_SPRINGFIELD = "gn:21", "gn:22"
ALAND, BELAND, GEORGIA, GEORGIA_TOWN = "gn:1", "gn:2", "gn:11", "gn:24"


@pytest.fixture
def features(toy_gazetteer):
    def features(text, *names, **article):
        return features_of(text, *names, gazetteer=toy_gazetteer, **article)

    return features


CONTAINMENT = [name for name in LOCAL_FEATURES if " by " in name or "tail" in name]


def containment(matrix):
    return {name: values for name in CONTAINMENT if (values := column(matrix, name))}


@pytest.mark.parametrize(
    ("text", "names", "expected", "contained_in"),
    [
        (
            "Fire hit Springfield, Aland, on Monday.",
            ("Springfield", "Aland"),
            {
                "in by comma": {A_SPRINGFIELD: 1.0},
                "not in by comma": {B_SPRINGFIELD: 1.0},
                "holds by comma": {ALAND: 1.0},
            },
            {0: "Aland"},
        ),
        (
            "Fire hit Springfield (Aland) on Monday.",
            ("Springfield", "Aland"),
            {
                "in by comma": {A_SPRINGFIELD: 1.0},
                "not in by comma": {B_SPRINGFIELD: 1.0},
                "holds by comma": {ALAND: 1.0},
            },
            {0: "Aland"},
        ),
        (
            "Fire hit Springfield in Beland on Monday.",
            ("Springfield", "Beland"),
            {"in by in": {B_SPRINGFIELD: 1.0}, "holds by in": {BELAND: 1.0}},
            {0: "Beland"},
        ),
        (
            "Troops left Beland’s Springfield on Monday.",
            ("Beland", "Springfield"),
            {"in by of": {B_SPRINGFIELD: 1.0}, "holds by of": {BELAND: 1.0}},
            {1: "Beland"},
        ),
        (
            "The Alandic town of Springfield burned.",
            ("Alandic/demonym", "Springfield"),
            {"in by of": {A_SPRINGFIELD: 1.0}, "holds by of": {ALAND: 1.0}},
            {1: "Alandic"},
        ),
        (
            "Fire hit Springfield, Aland on Monday.",
            ("Springfield",),
            {"held by a tail": {A_SPRINGFIELD: 1.0}, "not held by a tail": {B_SPRINGFIELD: 1.0}},
            {0: "Aland"},
        ),
        ("Fire hit Springfield, Celand.", ("Springfield", "Celand"), {}, {}),
        ("Fire hit Springfield and Aland.", ("Springfield", "Aland"), {}, {}),
    ],
    ids=["comma", "parentheses", "in", "possessive", "demonym", "tail", "not-contained", "and"],
)
def test_a_stated_container_sets_its_columns_and_no_other(features, text, names, expected, contained_in):
    matrix = features(text, *names)
    assert (containment(matrix), matrix.contained_in) == (expected, contained_in)


def test_a_list_after_the_comma_excludes_no_candidate(features):
    matrix = features("Fire hit Springfield, Aland and Georgia.", "Springfield", "Aland", "Georgia")
    assert column(matrix, "in by comma") == {A_SPRINGFIELD: 1.0}
    assert column(matrix, "not in by comma") == {}


def test_an_abbreviated_state_after_the_comma_contains_the_town(toy_gazetteer):
    """ "Alexandria, La.": the state is a mention with its candidates."""
    found = {
        "Alexandria": [
            candidate("t:eg", "Alexandria", country="EG", population=5_000_000),
            candidate("t:la", "Alexandria", country="US", admin1="LA", population=45_000),
        ],
        "La.": [candidate("t:louisiana", "Louisiana", "admin1", match="alternate", country="US", admin1="LA")],
    }
    matrix = features_for("Rain fell in Alexandria, La. on Monday.", found, gazetteer=toy_gazetteer)
    assert containment(matrix) == {
        "in by comma": {"t:la": 1.0},
        "not in by comma": {"t:eg": 1.0},
        "holds by comma": {"t:louisiana": 1.0},
    }
    assert column(matrix, "abbreviated") == {"t:louisiana": 1.0}
    assert column(matrix, "abbreviates another name") == {"t:louisiana": 1.0}


@pytest.mark.parametrize(
    ("km", "expected"), [(39.0, {"t:inner": 1.0}), (41.0, {})], ids=["within 40 km", "beyond 40 km"]
)
def test_a_suburb_is_in_a_larger_town_near_it(toy_gazetteer, km, expected):
    found = {
        "Brook": [candidate("t:inner", "Brook", "suburb", lat=km / 111.195, population=100)],
        "Yorkton": [candidate("t:outer", "Yorkton", population=1_000)],
    }
    matrix = features_for("Fire in Brook, Yorkton today.", found, gazetteer=toy_gazetteer)
    assert column(matrix, "in by comma") == expected


def test_the_fifth_town_of_an_outer_name_contains_no_suburb(toy_gazetteer):
    far = [candidate(f"t:{i}", "Yorkton", lat=10.0 + i, population=9_000) for i in range(4)]
    near = candidate("t:near", "Yorkton", population=1_000)
    inner = [candidate("t:inner", "Brook", "suburb", population=100)]
    text = "Fire in Brook, Yorkton today."
    fifth = features_for(text, {"Brook": inner, "Yorkton": [*far, near]}, gazetteer=toy_gazetteer)
    fourth = features_for(text, {"Brook": inner, "Yorkton": [*far[:3], near]}, gazetteer=toy_gazetteer)
    assert (column(fifth, "in by comma"), column(fourth, "in by comma")) == ({}, {"t:inner": 1.0})


@pytest.mark.parametrize(
    ("text", "stated", "denied"),
    [
        ("In the state of Georgia it rained.", {GEORGIA: 1.0}, {GEORGIA_TOWN: 1.0}),
        ("The town of Georgia was flooded.", {GEORGIA_TOWN: 1.0}, {GEORGIA: 1.0}),
        ("Georgia province was flooded.", {GEORGIA: 1.0}, {GEORGIA_TOWN: 1.0}),
        ("The river Georgia was high.", {}, {GEORGIA: 1.0, GEORGIA_TOWN: 1.0}),
        ("They were in Georgia on Monday.", {}, {}),
    ],
)
def test_a_stated_kind_sets_kind_said_and_kind_denied(features, text, stated, denied):
    matrix = features(text, "Georgia")
    assert (column(matrix, "kind said"), column(matrix, "kind denied")) == (stated, denied)


def test_the_dateline_sets_datelined_for_its_sense_only(features):
    matrix = features("SPRINGFIELD, Sept 20 (Reuters) — Rain fell in Georgia.", "SPRINGFIELD", "Georgia")
    assert column(matrix, "datelined") == {B_SPRINGFIELD: 1.0, A_SPRINGFIELD: 1.0}
    assert matrix.dateline == 0
    assert column(matrix, "capitals") == {B_SPRINGFIELD: 1.0, A_SPRINGFIELD: 1.0}


def test_an_article_without_a_dateline_has_none(features):
    matrix = features("Rain fell in Springfield.", "Springfield")
    assert (matrix.dateline, column(matrix, "datelined")) == (None, {})


def test_neighbours_in_a_list_are_pairs_of_different_senses(features):
    matrix = features("Springfield, Georgia and Orr; Orr and Orr.", "Springfield", "Georgia", "Orr")
    assert matrix.listed == ((0, 1), (1, 2))


def test_population_columns_compare_the_candidates_of_one_name(features):
    matrix = features("Rain fell in Springfield.", "Springfield")
    assert column(matrix, "population") == {B_SPRINGFIELD: 5.1761, A_SPRINGFIELD: 4.699}
    assert column(matrix, "population against the largest") == {A_SPRINGFIELD: -0.4771}
    assert column(matrix, "prominence") == {B_SPRINGFIELD: 1.0, A_SPRINGFIELD: 0.5}
    assert column(matrix, "share of the name's population") == {B_SPRINGFIELD: 0.75, A_SPRINGFIELD: 0.25}
    assert column(matrix, "candidates") == {B_SPRINGFIELD: 1.0986, A_SPRINGFIELD: 1.0986}
    assert column(matrix, "seat of a state") == {B_SPRINGFIELD: 1.0}


@pytest.mark.parametrize(
    ("people", "shares"), [((1, 0), {"t:0": 1.0}), ((1, 1), {"t:0": 0.5, "t:1": 0.5}), ((0, 0), {})]
)
def test_the_share_of_a_hamlet_is_of_the_people_there_are(toy_gazetteer, people, shares):
    found = {"Orr": [candidate(f"t:{i}", "Orr", lat=30.0 * i, population=n) for i, n in enumerate(people)]}
    matrix = features_for("Rain in Orr.", found, gazetteer=toy_gazetteer)
    assert column(matrix, "share of the name's population") == shares


def test_name_columns_tell_how_a_candidate_has_its_name(features):
    matrix = features("Stepanakert and the Southern Sea.", "Stepanakert", "Southern Sea")
    town, sea = "wof:31", "ne:sea-southern"
    assert column(matrix, "match alternate") == {town: 1.0}
    assert column(matrix, "match name") == {sea: 1.0}
    assert column(matrix, "primary name") == {sea: 1.0}
    assert column(matrix, "written the same") == {town: 1.0, sea: 1.0}
    assert column(matrix, "no language stated") == {town: 1.0}
    assert column(matrix, "has the article") == {sea: 1.0}
    assert column(matrix, "words") == {town: 1.0, sea: 2.0}
    assert column(matrix, "letters") == {town: 11.0, sea: 12.0}
    assert column(matrix, "capital") == {town: 1.0}
    assert column(matrix, "kind water") == {sea: 1.0}


def test_a_name_in_a_foreign_language_and_another_owner_are_marked(toy_gazetteer):
    found = {
        "Bergen": [
            candidate("t:own", "Bergen"),
            candidate("t:de", "Bergen", match="alternate", language="de"),
            candidate("t:en", "Bergen", match="alternate", language="en"),
        ]
    }
    matrix = features_for("The fire in Bergen was out on Monday and the road is open.", found, gazetteer=toy_gazetteer)
    assert column(matrix, "another language's name") == {"t:de": 1.0}
    text = "Das Feuer in Bergen wurde am Montag gelöscht, und die Straße ist wieder frei."
    german = features_for(text, found, gazetteer=toy_gazetteer)
    assert column(german, "another language's name") == {}
    assert column(matrix, "another's own name") == {"t:de": 1.0, "t:en": 1.0}


def test_mention_columns_summarize_the_mentions_of_a_sense(features):
    matrix = features(
        "x" * 100 + " Alandic rain, Belandic rain, Celand.", "Alandic/demonym", "Belandic/associative", "Celand"
    )
    assert [sense.name for sense in matrix.senses] == ["alandic", "belandic", "celand"]
    by_sense = [
        tuple(matrix.static[row, LOCAL_FEATURES.index(n)] for n in ("demonym", "associative")) for row in range(3)
    ]
    assert by_sense == [(1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]


def test_letters_are_counted_up_to_twenty(toy_gazetteer):
    name = "Llanfairpwllgwyngyllgo"
    matrix = features_for(f"Rain in {name}.", {name: [candidate("t:1", name)]}, gazetteer=toy_gazetteer)
    assert column(matrix, "letters") == {"t:1": 20.0}


def test_the_kind_is_read_around_the_first_twenty_mentions(toy_gazetteer):
    found = {"Orr": [candidate("t:1", "Orr")]}
    texts = ["Orr, " * n + "the town of Orr." for n in (19, 20)]
    stated = [column(features_for(text, found, gazetteer=toy_gazetteer), "kind said") for text in texts]
    assert stated == [{"t:1": 1.0}, {}]


def test_mentions_and_position_are_logarithms(features):
    twice = features("Aland fell. Aland rose.", "Aland")
    late = features("x" * 100 + " Aland.", "Aland")
    assert (column(twice, "mentions"), column(twice, "position")) == ({ALAND: 1.0986}, {})
    assert (column(late, "mentions"), column(late, "position")) == ({ALAND: 0.6931}, {ALAND: 0.6981})


def test_a_state_and_its_city_of_one_name_are_namesakes(toy_gazetteer):
    found = {
        "Yorkton": [
            candidate("t:city", "Yorkton", country="US", admin1="NY", population=8_000_000),
            candidate("t:state", "Yorkton", "admin1", country="US", admin1="NY", population=19_000_000),
            candidate("t:far", "Yorkton", country="GB", admin1="ENG", population=3_000),
        ]
    }
    matrix = features_for("Rain fell in Yorkton.", found, gazetteer=toy_gazetteer)
    assert column(matrix, "within its namesake") == {"t:city": 1.0}
    assert column(matrix, "around its namesake") == {"t:state": 1.0}


def test_the_national_domain_of_the_publisher_sets_its_country(features):
    matrix = features("The mayor of Springfield spoke.", "Springfield", url="https://www.news.bb/a")
    assert column(matrix, "outlet's country") == {B_SPRINGFIELD: 1.0}
    assert column(matrix, "outlet's other country") == {A_SPRINGFIELD: 1.0}
    assert column(matrix, "outlet known") == {}


def test_a_name_of_two_words_is_found_in_a_host_name(features):
    matrix = features("Saint Elan waits.", "Saint Elan", url="https://www.saintelannews.com/a")
    assert column(matrix, "outlet's name") == {"gn:23": 1.0}


def test_the_town_in_the_publisher_s_host_name_sets_near_and_state(features):
    url = "https://www.georgianews.com/a"
    matrix = features("Georgia, Orr, Springfield and Aland.", "Georgia", "Orr", "Springfield", "Aland", url=url)
    assert column(matrix, "outlet's name") == {GEORGIA: 1.0, GEORGIA_TOWN: 1.0}
    assert column(matrix, "outlet known") == dict.fromkeys(
        [GEORGIA, GEORGIA_TOWN, "gn:25", B_SPRINGFIELD, A_SPRINGFIELD, ALAND], 1.0
    )
    assert column(matrix, "outlet's state") == {GEORGIA: 1.0, "gn:25": 1.0, A_SPRINGFIELD: 1.0}
    near = column(matrix, "outlet near")
    assert near[GEORGIA] == pytest.approx(1.0, abs=0.02)  # arccos of a float32 near 1 is off by kilometres
    assert near["gn:25"] == pytest.approx(np.exp(-503.2 / 150), abs=2e-4)


def test_words_of_one_country_set_its_own_and_another_s_column(toy_gazetteer):
    found = {"Perth": [candidate("t:gb", "Perth", country="GB"), candidate("t:au", "Perth", country="AU")]}
    matrix = features_for("The NHS and MPs met pensioners in Perth.", found, gazetteer=toy_gazetteer)
    assert column(matrix, "country's own words") == {"t:gb": 0.75}
    assert column(matrix, "another country's words") == {"t:au": 0.75}


def test_unit_vectors_point_from_the_centre_of_the_earth():
    places = [
        Place(id=f"t:{lon}.{lat}", name="", kind="site", lon=lon, lat=lat) for lon, lat in ((0, 0), (90, 0), (0, 90))
    ]
    assert np.round(unit_vectors(places), 6).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_an_article_without_mentions_has_no_rows(features):
    matrix = features("Nothing is named here.")
    assert (matrix.static.shape, matrix.penalty.shape, matrix.senses) == ((0, len(LOCAL_FEATURES)), (0,), ())
