"""Penalties: the exact sum subtracted from each candidate, one rule at a time."""

import pytest

from tests.resolution.toy_features import candidate, features_for, features_of, penalty_of


@pytest.fixture
def penalty(toy_gazetteer):
    def penalty(text, **found):
        return penalty_of(features_for(text, found, gazetteer=toy_gazetteer))

    return penalty


def state(population=900_000):
    return candidate("t:state", "Yorkton", "admin1", country="US", admin1="NY", population=population)


def city(population, **more):
    return candidate("t:city", "Yorkton", country="US", admin1="NY", population=population, **more)


@pytest.mark.parametrize(
    ("text", "population", "expected"),
    [
        ("Rain in Yorkton today.", 9_999, {"t:city": 8.0}),
        ("Rain in Yorkton today.", 10_000, {}),
        ("Rain in the town of Yorkton today.", 9_999, {}),
        ("YORKTON, May 3 (AP) — Rain.", 9_999, {}),
    ],
    ids=["hamlet", "town", "stated kind", "dateline"],
)
def test_a_hamlet_is_excluded_beside_a_state_of_its_name(penalty, text, population, expected):
    name = "YORKTON" if "YORKTON" in text else "Yorkton"
    far = city(population, lat=40.0)
    assert penalty(text, **{name: [state(), far]}) == expected


@pytest.mark.parametrize("kind", ["suburb", "settlement", "site", "admin3", "island", "physical", "water", "line"])
@pytest.mark.parametrize("large", ["continent", "macroregion", "country", "disputed", "admin1"])
def test_a_small_place_of_any_kind_is_excluded_beside_a_large_one_of_any_kind(penalty, kind, large):
    found = [candidate("t:large", "Yorkton", large), candidate("t:small", "Yorkton", kind, country="US", lat=40.0)]
    assert penalty("Rain in Yorkton today.", Yorkton=found) == {"t:small": 8.0}


@pytest.mark.parametrize("kind", ["admin2", "disputed", "country", "macroregion"])
def test_a_place_of_another_kind_is_not_excluded_beside_a_large_one(penalty, kind):
    found = [state(), candidate("t:small", "Yorkton", kind, country="US", lat=40.0)]
    assert penalty("Rain in Yorkton today.", Yorkton=found) == {}


def test_a_state_after_the_third_candidate_excludes_no_hamlet(penalty):
    towns = [candidate(f"t:{i}", "Yorkton", population=20_000, country="GB", lat=30.0 + i) for i in range(3)]
    hamlet = candidate("t:hamlet", "Yorkton", population=100, country="GB", lat=50.0)
    assert penalty("Rain in Yorkton.", Yorkton=[*towns, state(), hamlet]) == {}
    assert penalty("Rain in Yorkton.", Yorkton=[*towns[:2], state(), hamlet]) == {"t:hamlet": 8.0}


@pytest.mark.parametrize(
    ("text", "population", "expected"),
    [
        ("Rain in Yorkton.", 500_001, {"t:state": 4.0}),
        ("Rain in Yorkton.", 500_000, {}),
        ("Rain in the state of Yorkton.", 500_001, {"t:city": 5.0}),
    ],
)
def test_a_state_is_penalized_beside_a_metropolis_unless_stated(penalty, text, population, expected):
    assert penalty(text, Yorkton=[city(population, lat=40.0), state()]) == expected


@pytest.mark.parametrize("kind", ["admin1", "admin2", "admin3"])
@pytest.mark.parametrize(
    ("km", "people", "expected"),
    [(59.0, 10_001, {"t:unit": 2.0}), (61.0, 10_001, {}), (59.0, 10_000, {})],
    ids=["seat", "too far", "too small"],
)
def test_a_unit_is_penalized_beside_its_seat(penalty, km, people, expected, kind):
    unit = candidate("t:unit", "Orr", kind, country="AA", admin1="01", admin2="7", population=40_000)
    town = candidate("t:town", "Orr", country="AA", lat=km / 111.195, population=people)
    assert penalty("Rain in Orr.", Orr=[unit, town]) == expected
    abroad = candidate("t:town", "Orr", country="BB", lat=km / 111.195, population=people)
    assert penalty("Rain in Orr.", Orr=[unit, abroad]) == {}


@pytest.mark.parametrize(
    ("kind", "people", "name", "expected"),
    [
        ("admin2", 20_000, "Orr", {"t:unit": 2.0}),
        ("admin3", 20_000, "Orr", {"t:unit": 2.0}),
        ("admin2", 19_999, "Orr", {}),
        ("admin1", 20_000, "Orr", {}),
        ("admin2", 20_000, "Orr City", {}),
    ],
)
def test_a_city_is_the_seat_of_a_district_of_millions(penalty, kind, people, name, expected):
    unit = candidate("t:unit", "Orr", kind, country="AA", admin1="01", admin2="7", population=4_000_000)
    town = candidate(
        "t:town", name, country="AA", population=people, match="name" if name == "Orr" else "alternate", language="en"
    )
    assert penalty("Rain in Orr.", Orr=[unit, town]) == expected


@pytest.mark.parametrize(("population", "expected"), [(20_000, {"t:borrower": 3.0}), (20_001, {})])
def test_a_town_that_borrows_a_name_is_penalized_beside_its_owner(penalty, population, expected):
    owner = candidate("t:owner", "Orr", country="AA", population=1_000)
    borrower = candidate("t:borrower", "Orr", match="alternate", country="BB", lat=30.0, population=population)
    assert penalty("Rain in Orr.", Orr=[borrower, owner]) == expected


@pytest.mark.parametrize("population", [1, 20])
def test_a_town_borrows_no_name_where_it_has_no_owner(penalty, population):
    borrower = candidate("t:borrower", "Orr", match="alternate", country="BB", population=population)
    assert penalty("Rain in Orr.", Orr=[borrower]) == {}


def test_a_borrowed_name_with_a_language_is_not_penalized(penalty):
    owner = candidate("t:owner", "Orr", country="AA", population=1_000)
    named = candidate("t:named", "Orr", match="alternate", language="de", country="BB", lat=30.0, population=1_000)
    assert penalty("Rain in Orr.", Orr=[named, owner]) == {}


@pytest.mark.parametrize(("population", "expected"), [(44_999_999, {"t:eg": 8.0}), (45_000_000, {})])
def test_a_place_outside_the_stated_container_is_excluded_unless_a_thousand_times_larger(penalty, population, expected):
    found = {
        "Alexandria": [
            candidate("t:eg", "Alexandria", country="EG", population=population),
            candidate("t:la", "Alexandria", country="US", admin1="LA", population=45_000),
        ],
        "Louisiana": [candidate("t:louisiana", "Louisiana", "admin1", country="US", admin1="LA", population=4_000_000)],
    }
    assert penalty("Rain in Alexandria, Louisiana.", **found) == expected


@pytest.mark.parametrize(("population", "expected"), [(999_999, {"t:eg": 8.0}), (1_000_000, {})])
def test_a_contained_place_counts_as_one_of_a_thousand_people_at_least(penalty, population, expected):
    found = {
        "Alexandria": [
            candidate("t:eg", "Alexandria", country="EG", population=population),
            candidate("t:la", "Alexandria", country="US", admin1="LA", population=5),
        ],
        "Louisiana": [candidate("t:louisiana", "Louisiana", "admin1", country="US", admin1="LA", population=4_000_000)],
    }
    assert penalty("Rain in Alexandria, Louisiana.", **found) == expected


def test_a_full_name_is_excluded_for_an_abbreviation(penalty):
    union = candidate("t:union", "EU", "macroregion", population=450_000_000)
    town = candidate("t:town", "Eu", country="FR", population=20_000)
    assert penalty("The EU met.", EU=[union, town]) == {"t:town": 8.0}
    assert penalty("The EU met.", EU=[town]) == {}


def test_the_name_of_a_sea_excludes_everything_on_land(penalty):
    sea = candidate("t:sea", "Red Sea", "water", feature_code="SEA")
    coast = candidate("t:coast", "Red Sea", "admin1", country="EG", population=400_000)
    assert penalty("Ships in the Red Sea.", **{"Red Sea": [sea, coast]}) == {"t:coast": 8.0}


def test_a_demonym_excludes_candidates_that_match_otherwise(toy_gazetteer):
    text = "The Ruritan army and Ruritan rain."
    people = candidate("t:people", "Ruritan", "country", match="demonym", country="AA", population=9_000_000)
    town = candidate("t:town", "Ruritan", population=50_000, country="BB")
    matrix = features_for(text, {"Ruritan": [people, town]}, gazetteer=toy_gazetteer)
    assert penalty_of(matrix) == {}
    belandic = features_of("The Belandic army.", "Belandic/demonym", gazetteer=toy_gazetteer)
    assert penalty_of(belandic) == {}


def test_places_of_geomap_s_own_tables_get_a_bonus(penalty):
    assert penalty("The Orr Corridor.", **{"Orr Corridor": [candidate("gm:orr", "Orr Corridor", "line")]}) == {
        "gm:orr": -3.5
    }


def orr(kind, people, *, code="PPL", match="name", admin1="01", **more):
    return candidate(
        f"t:{kind}", "Orr", kind, match=match, country="AA", admin1=admin1, population=people, feature_code=code, **more
    )


@pytest.mark.parametrize(
    ("town", "unit", "expected"),
    [
        (orr("settlement", 100, code="PPLA"), orr("admin1", 90_000), {"t:admin1": 4.0}),
        (orr("settlement", 9_001), orr("admin1", 90_000), {"t:admin1": 4.0}),
        (orr("settlement", 9_000), orr("admin1", 90_000), {}),
        (orr("settlement", 9_001, admin1="02", lat=5.0), orr("admin1", 90_000), {}),
        (orr("settlement", 45_001, admin1="02", lat=1.0), orr("admin1", 90_000), {"t:admin1": 4.0}),
        (orr("settlement", 45_000, admin1="02", lat=1.0), orr("admin1", 90_000), {}),
        (orr("settlement", 9_001, match="alternate"), orr("admin1", 90_000), {}),
        (orr("settlement", 9_001, match="alternate"), orr("admin1", 90_000, match="alternate"), {"t:admin1": 4.0}),
        (orr("settlement", 9_001, match="alternate"), orr("admin2", 90_000), {"t:admin2": 4.0}),
        (orr("settlement", 9_001, admin2="8", lat=5.0), orr("admin2", 90_000, admin2="7"), {}),
        (orr("settlement", 9_001, admin2="7", lat=5.0), orr("admin2", 90_000, admin2="7"), {"t:admin2": 4.0}),
    ],
    ids=[
        "seat",
        "large",
        "small",
        "elsewhere",
        "main town near",
        "no main town",
        "borrowed",
        "both borrowed",
        "district",
        "another district",
        "its district",
    ],
)
def test_a_unit_is_penalized_beside_its_town_where_the_text_states_their_country(penalty, town, unit, expected):
    far = {
        key: value
        for key, value in penalty("Rain in Orr, Aland.", Orr=[unit, town], Aland=[land()]).items()
        if value != 2.0
    }
    assert far == expected
    assert (
        penalty("Rain in the Orr region, Aland.", Orr=[unit, town], Aland=[land()]).get(f"t:{unit.place.kind}") is None
    )


def land():
    return candidate("t:land", "Aland", "country", country="AA", population=9_000_000)


def test_a_town_is_penalized_where_the_text_states_a_unit_of_its_name(penalty):
    town, unit = orr("settlement", 100_000, lat=3.0), orr("admin2", 900_000)
    assert penalty("Rain in Orr and Kew districts.", Orr=[town, unit]) == {"t:settlement": 5.0}
    assert penalty("Rain in the Orr and Kew.", Orr=[town, unit]) == {}
    assert penalty("Rain in Orr and Kew districts.", Orr=[town]) == {}


@pytest.mark.parametrize(
    ("match", "people", "expected"),
    [("name", 600_000, {"t:state": 4.0}), ("alternate", 600_000, {}), ("alternate", 750_001, {"t:state": 4.0})],
)
def test_a_metropolis_that_borrows_the_name_of_its_state_needs_a_quarter_of_its_people(
    penalty, match, people, expected
):
    metropolis = city(people, lat=40.0, match=match)
    assert penalty("Rain in Yorkton.", Yorkton=[state(3_000_000), metropolis]) == expected


@pytest.mark.parametrize("people", [0, 1])
def test_a_town_borrows_no_name_that_no_town_owns(penalty, people):
    borrower = candidate("t:b", "Orr", match="alternate", country="BB", lat=30.0, population=people)
    assert penalty("Rain in Orr.", Orr=[borrower]) == {}
