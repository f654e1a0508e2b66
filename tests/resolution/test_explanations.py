"""Explanations: contributions of feature groups, and their words."""

from dataclasses import replace

import numpy as np
import pytest

from geomap.resolution.context_features import CONTEXT_FEATURES
from geomap.resolution.explanations import (
    FEATURE_GROUPS,
    FeatureContribution,
    feature_contributions,
    kind_label,
    members,
    name_with_country,
    reason,
)
from geomap.resolution.features import LOCAL_FEATURES
from geomap.resolution.resolver import explain_name
from geomap.types import Article, Place
from tests.resolution.test_ranker import N_ALL, N_LOCAL, linear, ranker_of
from tests.resolution.toy_features import candidate, features_of, mentions_of

COLUMNS = [*LOCAL_FEATURES, *CONTEXT_FEATURES]


def names_of(group):
    return {COLUMNS[i] for i in members(group)}


def test_a_stated_kind_is_the_text_s_and_not_the_kind_s():
    assert {"kind said", "kind denied", "in by comma", "not held by a tail", "holds by of"} <= names_of("the text")
    assert names_of("kind") & {"kind said", "kind denied"} == set()
    assert {"kind country", "capital", "seat of a state", "demonym"} <= names_of("kind")
    assert names_of("words") == {"country's own words", "another country's words"}
    assert names_of("state") == {"same state", "its state is named", "same state, against the best"}
    assert names_of("dateline") == {
        "datelined",
        "in the dateline's country",
        "in the dateline's state",
        "near the dateline",
    }


def test_no_column_is_in_two_groups():
    every = [column for group in FEATURE_GROUPS for column in members(group)]
    assert len(every) == len(set(every))


def test_a_contribution_is_the_score_lost_with_the_rival_s_columns():
    stage = linear(N_ALL, population=2.0, in_by_comma=1.0, chance_so_far=4.0)
    table = np.zeros((2, N_ALL), dtype=np.float32)
    table[:, COLUMNS.index("population")] = [3.0, 4.0]
    table[:, COLUMNS.index("in by comma")] = [1.0, 0.0]
    table[:, COLUMNS.index("chance so far")] = [1.0, 0.0]
    found = {c.group: c.weight for c in feature_contributions(stage, table, 0, 1)}
    assert {group: weight for group, weight in found.items() if weight} == {"the text": 1.0, "population": -2.0}
    assert next(iter(found)) == "the text"
    assert list(found)[-1] == "population"
    assert set(found) == set(FEATURE_GROUPS)


def why(matrix, **weights):
    """Return the reason for row 0 against row 1 of the first sense."""
    given = [FeatureContribution(group=g.replace("_", " "), weight=w) for g, w in weights.items()]
    return reason(matrix, 0, sorted(given, key=lambda c: -c.weight), 0, 1)


@pytest.fixture
def springfield(toy_gazetteer):
    return features_of("Rain fell in Springfield.", "Springfield", gazetteer=toy_gazetteer)


RATHER = "rather than the town or village Springfield (AA)"


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"population": 2.0}, f"150,000 people against 50,000: {RATHER}"),
        ({"country": 2.0}, f"the article's other places are rather in BB: {RATHER}"),
        ({"dateline": 2.0, "state": 1.0}, f"it agrees with the dateline; other places of the article are in its state: {RATHER}"),
        ({"dateline": 3.0, "state": 2.0, "outlet": 1.0}, f"it agrees with the dateline; other places of the article are in its state: {RATHER}"),
        ({"kind": 2.0, "the_text": 1.0}, f"the words around it say so: {RATHER}"),
        ({"kind": 4.0, "dateline": 3.0, "state": 2.0, "outlet": 1.0}, f"it agrees with the dateline; other places of the article are in its state: {RATHER}"),
        ({"population": -2.0, "dateline": 0.0}, "slightly likelier than the town or village Springfield (AA)"),
    ],
)  # fmt: skip
def test_a_reason_has_the_phrases_of_the_two_largest_contributions(springfield, weights, expected):
    assert why(springfield, **weights) == expected


def test_a_stated_container_comes_first_in_a_reason(springfield):
    matrix = replace(springfield, contained_in={0: "Beland"})
    assert (
        why(matrix, dateline=5.0, the_text=0.5) == f"the text puts it in Beland; it agrees with the dateline: {RATHER}"
    )


def test_a_kind_is_a_reason_only_between_kinds(toy_gazetteer):
    matrix = features_of("Rain fell in Georgia.", "Georgia", gazetteer=toy_gazetteer)
    assert why(matrix, kind=1.0) == "usually the state or province: rather than the town or village Georgia (CC)"


def test_a_place_is_named_with_its_country_and_in_the_united_states_with_its_state():
    place = Place(id="t:1", name="Paris", kind="settlement", lon=0.0, lat=0.0, country="FR", admin1="11")
    assert name_with_country(place) == "Paris (FR)"
    assert name_with_country(replace(place, country="US", admin1="TX")) == "Paris (TX, US)"
    assert name_with_country(replace(place, country=None)) == "Paris"
    assert (kind_label(place), kind_label(replace(place, kind="country"))) == ("town or village", "country")


def test_a_name_is_explained_with_all_candidates_the_most_probable_first(toy_gazetteer):
    text = "Rain fell in Springfield, and in SPRINGFIELD."
    mentions = mentions_of(text, "Springfield", "SPRINGFIELD")
    found = [toy_gazetteer.lookup("Springfield")] * 2
    ranker = ranker_of(linear(N_LOCAL, bias=1.0, prominence=2.0), linear(N_ALL, bias=1.0, prominence=2.0))
    article = Article(id="1", text=text)
    (scores,) = explain_name(article, mentions, found, "springfield", gazetteer=toy_gazetteer, ranker=ranker)
    total = np.exp(3.0) + np.exp(2.0) + 1
    assert [(s.candidate.place.id, round(s.chance, 4)) for s in scores.scored] == [
        ("gn:22", round(np.exp(3.0) / total, 4)),
        ("gn:21", round(np.exp(2.0) / total, 4)),
    ]
    assert scores.n_mentions == 2
    assert scores.resolution.place is not None
    assert scores.resolution.place.id == "gn:22"
    best, runner_up = (score.evidence for score in scores.scored)
    assert best[0] == FeatureContribution(group="population", weight=1.0)
    assert runner_up[-1] == FeatureContribution(group="population", weight=-1.0)


def test_the_best_of_three_candidates_is_compared_with_the_second_and_the_others_with_the_best(toy_gazetteer):
    found = [candidate(f"t:{i}", "Orr", country="AA", lat=20.0 * i) for i in range(3)]
    ranker = ranker_of(linear(N_LOCAL, prominence=6.0), linear(N_ALL, prominence=6.0))
    mentions = mentions_of("Rain in Orr.", "Orr")
    article = Article(id="1", text="Rain in Orr.")
    (scores,) = explain_name(article, mentions, [found], "Orr", gazetteer=toy_gazetteer, ranker=ranker)
    weights = [{part.group: round(part.weight, 4) for part in score.evidence}["population"] for score in scores.scored]
    assert weights == [3.0, -3.0, -4.0]  # six times 1 - 1/2, 1/2 - 1 and 1/3 - 1


def test_a_name_that_no_mention_has_is_not_explained(toy_gazetteer):
    article, ranker = Article(id="1", text="Rain."), ranker_of(linear(N_LOCAL))
    assert explain_name(article, [], [], "Orr", gazetteer=toy_gazetteer, ranker=ranker) == ()
