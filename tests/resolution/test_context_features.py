"""Context features: what the other names' candidates give, each column alone."""

import numpy as np
import pytest

from geomap.resolution import parameters
from geomap.resolution.context_features import CONTEXT_FEATURES, context_features
from tests.resolution.toy_features import candidate, context_column, features_for, features_of

A_SPRINGFIELD, B_SPRINGFIELD = "gn:21", "gn:22"
ALAND, GEORGIA, GEORGIA_TOWN, ORR = "gn:1", "gn:11", "gn:24", "gn:25"


@pytest.fixture
def context(toy_gazetteer):
    """Return the columns of a text, where each candidate has the probability given for its place, else 0."""

    def context(text, *names, probability):
        matrix = features_of(text, *names, gazetteer=toy_gazetteer)
        given = np.array([probability.get(place.id, 0.0) for place in matrix.places], dtype=np.float32)
        table = context_features(matrix, given)
        return lambda name: context_column(matrix, table, name)

    return context


def test_the_country_of_another_name_supports_its_places(context):
    column = context("Aland and Springfield.", "Aland", "Springfield", probability={ALAND: 1.0, B_SPRINGFIELD: 0.5})
    assert column("same country") == {A_SPRINGFIELD: 0.6667}  # 1 / (1 + 0.5)
    assert column("its country is named") == {A_SPRINGFIELD: 1.0}
    assert column("same country, against the best") == {B_SPRINGFIELD: -0.6667}


def test_candidates_of_the_same_name_give_no_support(context):
    column = context("Springfield.", "Springfield", probability={A_SPRINGFIELD: 0.5, B_SPRINGFIELD: 0.5})
    columns = ("same country", "same state", "nearest place", "places within 500 km", "same place named otherwise")
    assert [column(name) for name in columns] == [{}] * 5


def test_the_state_and_the_district_of_another_name_support_its_places(context):
    column = context(
        "Georgia, Orr and Springfield.", "Georgia", "Orr", "Springfield", probability={GEORGIA: 1.0, ORR: 0.5}
    )
    assert column("same state") == {GEORGIA: 0.5, ORR: 0.6667, A_SPRINGFIELD: 0.75}
    assert column("its state is named") == {ORR: 1.0, A_SPRINGFIELD: 1.0}
    assert column("the article is in it") == {GEORGIA: 0.5}
    assert column("same district") == {}


def test_places_nearby_support_with_the_decay_of_each_column(toy_gazetteer):
    found = {
        "Here": [candidate("t:here", "Here", country="AA")],
        "There": [candidate("t:there", "There", country="BB", lon=100 / 111.1951)],
    }
    matrix = features_for("Here it rained; but There shone.", found, gazetteer=toy_gazetteer)
    table = context_features(matrix, np.array([0.0, 1.0], dtype=np.float32))
    for km in (30, 120, 500):
        value = np.exp(-100 / km) / 1.5
        assert context_column(matrix, table, f"places within {km} km") == {"t:here": pytest.approx(value, abs=1e-3)}
    assert context_column(matrix, table, "nearest place") == {"t:here": pytest.approx(np.exp(-1), abs=1e-3)}


def test_a_candidate_of_little_weight_supports_nothing(context):
    faint = context("Aland and Springfield.", "Aland", "Springfield", probability={ALAND: 0.02})
    heard = context("Aland and Springfield.", "Aland", "Springfield", probability={ALAND: 0.021})
    assert faint("same country") == {}
    assert heard("same country") == {A_SPRINGFIELD: pytest.approx(0.021 / 0.521, abs=1e-4)}


def test_only_the_160_heaviest_candidates_support(toy_gazetteer):
    n = 160
    names = {f"Town{i:03}": [candidate(f"t:{i}", f"Town{i:03}", country="AA")] for i in range(n)}
    names["Last"] = [candidate("t:last", "Last", country="BB")]
    names["Twin"] = [candidate("t:twin", "Twin", country="BB")]
    matrix = features_for(" ; ".join(names), names, gazetteer=toy_gazetteer)
    light = np.array([*[1.0] * n, 0.5, 0.0], dtype=np.float32)
    table = context_features(matrix, light)
    assert context_column(matrix, table, "same country").get("t:twin") is None
    light[0] = 0.4
    table = context_features(matrix, light)
    assert context_column(matrix, table, "same country")["t:twin"] == pytest.approx(0.5 / (n - 1 + 0.5 + 0.5), abs=1e-4)


def test_a_place_with_two_names_supports_itself(context):
    column = context("Alandic rain in Aland.", "Alandic/demonym", "Aland", probability={ALAND: 0.8})
    assert column("same place named otherwise") == {ALAND: pytest.approx(0.8)}
    assert column("its country is named") == {}


def test_the_dateline_supports_its_country_and_its_surroundings(context):
    text = "SPRINGFIELD, Sept 20 (Reuters) — Rain in Orr and Saint-Élan."
    probability = {A_SPRINGFIELD: 0.75, B_SPRINGFIELD: 0.25}
    column = context(text, "SPRINGFIELD", "Orr", "Saint-Élan", probability=probability)
    assert column("in the dateline's country") == {ORR: 0.75}
    assert column("in the dateline's state") == {ORR: 0.75}
    near = column("near the dateline")
    assert near[ORR] == pytest.approx(0.75 * np.exp(-78.6 / 150), abs=1e-3)
    assert near["gn:23"] == pytest.approx(0.75 * np.exp(-1122.7 / 150), abs=1e-3)
    assert A_SPRINGFIELD not in near


def test_an_article_without_a_dateline_has_no_dateline_columns(context):
    column = context("Rain in Orr.", "Orr", probability={ORR: 1.0})
    names = ("in the dateline's country", "in the dateline's state", "near the dateline")
    assert [column(name) for name in names] == [{}, {}, {}]


def test_the_leading_country_has_the_greatest_weight(context):
    column = context(
        "Aland, Orr or Springfield.", "Aland", "Orr", "Springfield", probability={ALAND: 1, ORR: 0.5, B_SPRINGFIELD: 1}
    )
    assert column("in the leading country") == {ALAND: 1.0, ORR: 1.0, A_SPRINGFIELD: 1.0}
    everywhere = (ALAND, ORR, A_SPRINGFIELD, B_SPRINGFIELD)
    assert column("leading country's share") == dict.fromkeys(everywhere, 0.5)  # 1.5 / (2.5 + 0.5)
    assert column("leading state's share") == dict.fromkeys(everywhere, 0.3333)
    assert column("countries named") == dict.fromkeys(everywhere, 1.0986)
    assert column("names") == dict.fromkeys(everywhere, 1.3863)


def test_neighbours_of_a_list_support_candidates_of_their_kind(context):
    listed = context(
        "Orr or Georgia and Springfield.", "Orr", "Georgia", "Springfield", probability={GEORGIA_TOWN: 1.0}
    )
    km = 6371.0088 * np.radians(10) * np.cos(np.radians(2))
    value = listed("listed beside its like")
    assert value == {
        B_SPRINGFIELD: pytest.approx(np.exp(-km / 500), abs=1e-3),
        A_SPRINGFIELD: pytest.approx(0.0117, abs=1e-3),
    }
    apart = context("Orr or Georgia. Springfield.", "Orr", "Georgia", "Springfield", probability={GEORGIA_TOWN: 1.0})
    assert apart("listed beside its like") == {}


def test_the_probability_is_compared_with_the_best_of_the_name(context):
    column = context("Springfield.", "Springfield", probability={A_SPRINGFIELD: 0.25, B_SPRINGFIELD: 0.5})
    assert column("chance so far") == {B_SPRINGFIELD: 0.5, A_SPRINGFIELD: 0.25}
    assert column("chance against the best") == {A_SPRINGFIELD: -0.25}


def test_blocks_change_no_value(toy_gazetteer, monkeypatch):
    matrix = features_of("Aland, Orr or Springfield.", "Aland", "Orr", "Springfield", gazetteer=toy_gazetteer)
    probability = np.linspace(0.1, 0.9, len(matrix.places), dtype=np.float32)
    at_once = context_features(matrix, probability)
    monkeypatch.setattr(parameters, "CONTEXT_BLOCK_ROWS", 1)
    np.testing.assert_allclose(context_features(matrix, probability), at_once, atol=1e-3)


def test_no_candidates_have_no_rows(toy_gazetteer):
    matrix = features_of("Nowhere.", "Nowhere", gazetteer=toy_gazetteer)
    assert context_features(matrix, np.zeros(0, dtype=np.float32)).shape == (0, len(CONTEXT_FEATURES))
