"""How scores of words become spans."""

import itertools

import numpy as np
import pytest

from geomap.recognition.decoding import (
    BEGIN,
    INSIDE,
    OUTSIDE,
    UNREAD,
    Window,
    average_logits_by_word,
    best_path,
    cut_windows,
    spans_of,
)


def test_windows_are_whole_sentences_up_to_the_limit():
    assert cut_windows([2] * 10, [0, 3, 6], limit=12) == [
        Window(start=0, end=6, keep_start=0, keep_end=6),
        Window(start=6, end=10, keep_start=6, keep_end=10),
    ]
    assert cut_windows([], [0], limit=12) == []


@pytest.mark.parametrize("sizes", [[1] * 95, [8] * 40, [1, 8] * 30, [8, 1, 1, 1] * 11])
def test_a_long_sentence_is_read_in_overlapping_windows_and_every_word_counts_once(sizes):
    windows = cut_windows(sizes, [0], limit=16, overlap=4)
    assert [i for w in windows for i in range(w.keep_start, w.keep_end)] == list(range(len(sizes)))
    assert all(w.start <= w.keep_start < w.keep_end <= w.end and sum(sizes[w.start : w.end]) <= 16 for w in windows)


def test_best_path_is_the_best_of_all_allowed_paths():
    rng = np.random.default_rng(3)
    for _ in range(30):
        scores = rng.normal(size=(6, 3)).astype(np.float32)
        allowed = [
            p
            for p in itertools.product((OUTSIDE, BEGIN, INSIDE), repeat=6)
            if p[0] != INSIDE and all(b != INSIDE or a != OUTSIDE for a, b in itertools.pairwise(p))
        ]
        best = max(allowed, key=lambda p: sum(scores[i, label] for i, label in enumerate(p)))
        assert best_path(scores).tolist() == list(best)
    assert best_path(np.zeros((0, 3), dtype=np.float32)).tolist() == []


def test_spans_begin_anew_at_every_begin():
    assert spans_of(np.array([0, 1, 2, 1, 0, 1])) == [(1, 3), (3, 4), (5, 6)]


def test_a_capitalised_word_is_a_toponym_everywhere_or_nowhere():
    words = "Baku said . Baku slept . baku ran . Baku".split()
    odds = np.array([5, -9, -9, -1, -9, -9, -2, -9, -9, 0], dtype=np.float32)
    scores = np.stack([odds * 0, odds, odds * 0 - 99], axis=1)
    scores[9] = UNREAD
    agreed = average_logits_by_word(words, scores)
    assert (agreed[:, BEGIN] - agreed[:, OUTSIDE]).tolist() == [2, -9, -9, 2, -9, -9, -2, -9, -9, 2]
    assert scores[3, BEGIN] == -1
