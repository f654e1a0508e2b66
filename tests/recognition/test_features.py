"""How text becomes words, shapes, pieces and lexicon features."""

import numpy as np
import pytest

from geomap.recognition.features import (
    LEXICON_CLASSES,
    MAX_PIECES_PER_WORD,
    Lexicon,
    WordPieces,
    name_hash,
    shape,
    window_boundaries,
)
from geomap.text.sentences import sentence_spans


def test_windows_may_begin_after_full_stops_and_after_line_breaks():
    text = "Gov. Smith left St. Paul. He flew to the U.S. Embassy.\nNo. 4 won! “Yes.” She ran"
    assert [text[s:][:6] for s in window_boundaries(text)] == [
        "Gov. S",
        "He fly"[:3] + "flew"[:3],
        "No. 4 ",
        "“Yes.”",
        "She ra",
    ]


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("in", 1),
        ("Baku", 2),
        ("BAKU", 3),
        ("U.S.", 3),
        ("A", 4),
        ("a", 1),
        ("eBay", 5),
        ("A417", 6),
        ("—", 7),
        ("باكو", 1),
    ],
)
def test_shape_describes_how_a_word_is_written(word, number):
    assert shape(word) == number


def test_pieces_are_the_longest_known_from_the_front():
    pieces = WordPieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "step", "##ana", "##kert", "u", ".", "s"])
    assert pieces.pieces("Stepanakert") == (4, 5, 6)
    assert pieces.pieces("U.S.") == (7, 8, 9, 8)
    assert pieces.pieces("Ж") == (1,)
    assert len(pieces.pieces("u.s." * 20)) == MAX_PIECES_PER_WORD


def test_lexicon_marks_the_longest_name_and_the_word_alone():
    kinds = {"New York": "admin1", "York": "town", "New York City": "city"}
    entries = sorted((name_hash(name), LEXICON_CLASSES.index(kind)) for name, kind in kinds.items())
    lexicon = Lexicon(
        np.array([h for h, _ in entries], dtype=np.uint32), np.array([c for _, c in entries], dtype=np.uint8)
    )
    covering, alone = lexicon.features(["in", "NEW", "YORK", "city", ",", "York", "�"])
    after = len(LEXICON_CLASSES)
    assert covering.tolist() == [0, 4, after + 4, after + 4, 0, 5, 0]
    assert alone.tolist() == [0, 0, 5, 0, 0, 5, 0]
    assert [a.tolist() for a in lexicon.features([])] == [[], []]


def test_window_boundaries_keep_the_rules_of_the_training_data():
    text = "It opened at 5 a.m. Monday. He left the U.S. The army stayed."
    assert window_boundaries(text) == [0, 28]
    assert [start for start, _ in sentence_spans(text)] == [0, 28, 45]
