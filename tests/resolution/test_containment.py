"""Containment by codes, and the same ground."""

import pytest

from geomap.resolution.containment import contains, is_same_ground
from geomap.types import Place


def place(place_id, kind, codes="", lon=0.0):
    country, admin1, admin2 = (*(part or None for part in codes.split(".")), None, None)[:3] if codes else (None,) * 3
    return Place(id=place_id, name=place_id, kind=kind, lon=lon, lat=0.0, country=country, admin1=admin1, admin2=admin2)


COUNTRY, OTHER = place("country", "country", "AA"), place("other", "country", "BB")
STATE, STATE_2 = place("state", "admin1", "AA.01"), place("state-2", "admin1", "AA.02")
DISTRICT, DISTRICT_2 = place("district", "admin2", "AA.01.007"), place("district-2", "admin2", "AA.02.007")
TOWN, STATELESS = place("town", "settlement", "AA.01.007"), place("stateless", "settlement", "AA")
SEA = place("sea", "water")


def test_only_larger_places_with_the_same_codes_contain_a_place():
    every = (COUNTRY, OTHER, STATE, STATE_2, DISTRICT, DISTRICT_2, TOWN, STATELESS, SEA)
    found = {(outer.id, inner.id) for outer in every for inner in every if contains(outer, inner)}
    assert found == {
        *(("country", inner) for inner in ("state", "state-2", "district", "district-2", "town", "stateless")),
        ("state", "district"),
        ("state", "town"),
        ("state-2", "district-2"),
        ("district", "town"),
    }


def test_a_district_without_a_code_contains_no_town_without_one():
    assert not contains(place("d", "admin2", "AA.01"), place("t", "settlement", "AA.01"))


@pytest.mark.parametrize(("km", "expected"), [(0.0, True), (19.9, True), (20.1, False)])
def test_places_within_twenty_kilometres_are_the_same_ground(km, expected):
    there = place("there", "settlement", "BB", lon=km / 111.1951)
    here = place("here", "settlement", "AA")
    assert (is_same_ground(here, there), is_same_ground(there, here)) == (expected, expected)


def test_a_container_is_the_same_ground_however_far():
    far = place("far", "settlement", "AA.01", lon=20.0)
    assert is_same_ground(STATE, far)
    assert is_same_ground(far, STATE)
    assert not is_same_ground(STATE_2, far)
