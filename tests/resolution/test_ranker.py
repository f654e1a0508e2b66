"""The ranker: scores, probabilities, calibration and the file of the weights."""

from dataclasses import replace

import numpy as np
import pytest

from geomap.errors import GeodataError
from geomap.resolution.context_features import CONTEXT_FEATURES
from geomap.resolution.features import LOCAL_FEATURES
from geomap.resolution.ranker import Ranker, Stage, load_ranker, rank, save_ranker, softmax
from tests.resolution.toy_features import features_of

N_LOCAL, N_ALL = len(LOCAL_FEATURES), len(LOCAL_FEATURES) + len(CONTEXT_FEATURES)


def linear(n, bias=0.0, **weights):
    """Return a stage without hidden influence: the sum of the named columns times their weights."""
    columns = [*LOCAL_FEATURES, *CONTEXT_FEATURES]
    straight = np.zeros(n, dtype=np.float32)
    for name, weight in weights.items():
        straight[columns.index(name.replace("_", " "))] = weight
    zeros, ones = np.zeros(n, dtype=np.float32), np.ones(n, dtype=np.float32)
    hidden = np.zeros((n, 1), dtype=np.float32)
    one = np.zeros(1, dtype=np.float32)
    return Stage(mean=zeros, scale=ones, hidden=hidden, hidden_bias=one, output=one, straight=straight, bias=bias)


def ranker_of(*stages, short=0.8):
    knots = np.array([0.0, 0.5, 1.0], dtype=np.float32)
    worth, short_worth = (np.array([0.0, half, 0.9], dtype=np.float32) for half in (0.8, short))
    return Ranker(stages=stages, chances=knots, worth=worth, short_chances=knots, short_worth=short_worth)


def test_a_stage_adds_the_linear_and_the_hidden_path():
    array = np.array
    stage = Stage(
        mean=array([1.0, 0.0]),
        scale=array([2.0, 1.0]),
        hidden=array([[1.0, -1.0], [0.0, 0.0]]),
        hidden_bias=array([0.0, 0.5]),
        output=array([10.0, 100.0]),
        straight=array([0.0, 1.0]),
        bias=3.0,
    )
    # z = (1, 2): hidden = (1, max(-1 + 0.5, 0)) -> 10 * 1 + 2 + 3; z = (-1, 0): hidden = (0, 1.5) -> 150 + 3
    assert stage.score(array([[3.0, 2.0], [-1.0, 0.0]])).tolist() == [15.0, 153.0]


def test_inputs_are_clipped_to_five_standard_deviations():
    stage = linear(N_LOCAL, population=1.0)
    table = np.zeros((3, N_LOCAL), dtype=np.float32)
    table[:, LOCAL_FEATURES.index("population")] = [4.9, 5.1, -1000.0]
    assert stage.score(table).tolist() == pytest.approx([4.9, 5.0, -5.0])


def test_probabilities_of_a_name_are_a_softmax_beside_none_of_these(toy_gazetteer):
    matrix = features_of("Springfield or Orr.", "Springfield", "Orr", gazetteer=toy_gazetteer)
    scores = np.log(np.array([3.0, 1.0, 9.0]))
    assert softmax(matrix, scores).tolist() == pytest.approx([0.6, 0.2, 0.9])
    penalized = replace(matrix, penalty=np.log(np.array([3.0, 1.0, 1.0])))
    assert softmax(penalized, scores).tolist() == pytest.approx([1 / 3, 1 / 3, 0.9])


def test_large_scores_do_not_overflow(toy_gazetteer):
    matrix = features_of("Springfield.", "Springfield", gazetteer=toy_gazetteer)
    assert softmax(matrix, np.array([1000.0, 999.0])).tolist() == pytest.approx([0.7311, 0.2689], abs=1e-4)
    assert softmax(matrix, np.array([-1000.0, -1000.0])).tolist() == [0.0, 0.0]


def test_a_later_stage_sees_the_probabilities_of_the_one_before(toy_gazetteer):
    matrix = features_of("Springfield.", "Springfield", gazetteer=toy_gazetteer)
    second = linear(N_ALL, chance_so_far=2.0)
    ranking = rank(matrix, ranker_of(linear(N_LOCAL, prominence=1.0), second))
    first = np.exp([1.0, 0.5]) / (np.exp([1.0, 0.5]).sum() + 1)
    expected = np.exp(2 * first) / (np.exp(2 * first).sum() + 1)
    assert ranking.chance.tolist() == pytest.approx(expected.tolist(), abs=1e-6)
    assert ranking.table.shape == (2, N_ALL)
    assert ranking.table[:, N_LOCAL + CONTEXT_FEATURES.index("chance so far")].tolist() == pytest.approx(first.tolist())


def test_an_article_without_candidates_has_no_probabilities(toy_gazetteer):
    matrix = features_of("Nowhere.", "Nowhere", gazetteer=toy_gazetteer)
    assert rank(matrix, ranker_of(linear(N_LOCAL), linear(N_ALL))).chance.tolist() == []


@pytest.mark.parametrize(("probability", "expected"), [(0.0, 0.0), (0.25, 0.4), (0.5, 0.8), (0.75, 0.85), (1.0, 0.9)])
def test_calibration_interpolates_between_the_knots(probability, expected):
    assert ranker_of().calibrated(probability, n_names=4) == pytest.approx(expected)


def test_a_text_of_few_names_has_a_calibration_of_its_own():
    assert [ranker_of(short=0.4).calibrated(0.5, n_names=n) for n in (1, 3, 4)] == pytest.approx([0.4, 0.4, 0.8])


def test_saved_weights_are_read_again_and_give_the_same_bytes(tmp_path):
    ranker = ranker_of(linear(N_LOCAL, bias=0.25, population=1.0), linear(N_ALL, names=-2.0))
    save_ranker(ranker, tmp_path / "a.npz")
    read = load_ranker(tmp_path / "a.npz")
    save_ranker(read, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert [stage.bias for stage in read.stages] == [0.25, 0.0]
    assert read.stages[1].straight.tolist() == ranker.stages[1].straight.tolist()
    assert (read.chances.tolist(), read.worth.tolist()) == (ranker.chances.tolist(), ranker.worth.tolist())


def test_weights_for_other_columns_are_refused(tmp_path):
    path = tmp_path / "other.npz"
    save_ranker(ranker_of(linear(N_LOCAL)), path)
    with np.load(path) as arrays:
        held = dict(arrays)
    held["columns"] = held["columns"][::-1]
    np.savez(path, **held)
    with pytest.raises(GeodataError, match=r"other\.npz"):
        load_ranker(path)
