"""Senses: one per name, unless the text separates two; and the limits of candidates."""

import pytest

from geomap.resolution.candidates import candidates_of
from geomap.resolution.cues import links
from geomap.resolution.senses import group_senses
from geomap.types import Article
from tests.resolution.toy_features import candidate, mentions_of


@pytest.fixture
def senses(toy_gazetteer):
    def senses(text, *names):
        mentions = mentions_of(text, *names)
        found = candidates_of(mentions, article=Article(id="1", text=text), gazetteer=toy_gazetteer)
        return [(s.name, s.mentions) for s in group_senses(text, mentions, found, links(text, mentions))]

    return senses


def test_mentions_of_one_name_are_one_sense_whatever_their_case(senses):
    assert senses("Orr fell. ORR rose.", "Orr", "ORR") == [("orr", (0, 1))]


def test_two_stated_containers_separate_two_senses_and_later_mentions_follow_the_last(senses):
    text = "Springfield, Aland and Springfield, Beland; Springfield."
    assert senses(text, "Springfield", "Aland", "Beland") == [
        ("springfield", (0,)),
        ("aland", (1,)),
        ("springfield", (2, 4)),
        ("beland", (3,)),
    ]


def test_a_container_that_contains_no_candidate_separates_nothing(senses):
    text = "Springfield, Aland and Springfield, Celand."
    assert senses(text, "Springfield", "Aland", "Celand")[0] == ("springfield", (0, 2))


def test_a_stated_state_is_a_sense_of_its_own(senses):
    assert senses("Georgia fell. The state of Georgia rose.", "Georgia") == [("georgia", (0,)), ("georgia", (1,))]


def test_a_sense_has_the_first_forty_candidates():
    mentions = mentions_of("Orr", "Orr")
    (sense,) = group_senses("Orr", mentions, [[candidate(f"t:{i}", "Orr") for i in range(41)]], [])
    assert [c.place.id for c in sense.candidates] == [f"t:{i}" for i in range(40)]


@pytest.mark.parametrize(("n_before", "n_senses"), [(4, 2), (5, 1)])
def test_only_the_first_five_outer_candidates_separate_senses(n_before, n_senses):
    text = "Orr, Aland; Orr, Beland."
    mentions = mentions_of(text, "Orr", "Aland", "Beland")
    orr = [candidate("t:a", "Orr", country="AA"), candidate("t:b", "Orr", country="BB")]
    others = [candidate(f"t:{i}", "Beland", country="CC") for i in range(n_before)]
    beland = [*others, candidate("t:beland", "Beland", "country", country="BB")]
    aland = [candidate("t:aland", "Aland", "country", country="AA")]
    found = group_senses(text, mentions, [orr, aland, orr, beland], links(text, mentions))
    assert sum(sense.name == "orr" for sense in found) == n_senses


def test_of_many_candidates_those_of_the_stated_kind_come_first(toy_gazetteer):
    towns = [candidate(f"t:{i}", "Orr", population=100 - i) for i in range(45)]
    county = candidate("t:county", "Orr", "admin2")
    for text, first in (("Rain in Orr and Kew counties.", "t:county"), ("Rain in Orr.", "t:0")):
        [sense] = group_senses(text, mentions_of(text, "Orr"), [[*towns, county]], ())
        assert (sense.candidates[0].place.id, len(sense.candidates)) == (first, 40)


@pytest.mark.parametrize("name", ["Springfield Aland", "SPRINGFIELD ALAND"])
def test_a_name_that_ends_in_its_country_is_a_town_there(toy_gazetteer, name):
    [found] = candidates_of(mentions_of(name, name), article=Article(id="1", text=name), gazetteer=toy_gazetteer)
    assert [c.place.id for c in found] == ["gn:21"]


@pytest.mark.parametrize(
    "name", ["Springfield Celand", "Aland", "Aland Beland", "Nowhere Aland", "Springfield of Aland"]
)
def test_a_name_that_ends_in_a_country_without_such_a_town_is_unknown(toy_gazetteer, name):
    [found] = candidates_of(mentions_of(name, name), article=Article(id="1", text=name), gazetteer=toy_gazetteer)
    assert [c.place.id for c in found] == (["gn:1"] if name == "Aland" else [])
