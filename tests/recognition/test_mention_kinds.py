"""What the words beside a toponym say of its kind."""

import pytest

from geomap.recognition.mention_kinds import kind_odds, kind_words
from geomap.recognition.parameters import KIND_WORD_WEIGHTS
from geomap.text.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("He lives in Baku today", ["places"]),
        ("He lives in the northern Baku today", ["places", "parts"]),
        ("Then Baku said no", ["acts"]),
        ("Then Baku has accused them", ["acts"]),
        ("Then Baku has trees", []),
        ("The Baku government fell", ["actors"]),
        ("It was Baku's foreign minister", ["actors"]),
        ("They won against Baku", ["opponents"]),
        ("the Baku region is", ["areas"]),
        ("the mayor of the Baku today", ["offices"]),
        ("They flew to Baku today", ["motions"]),
        ("the shores of Baku today", []),
        ("Baku", []),
        ("the Baku", []),
    ],
)
def test_the_words_beside_a_toponym_are_evidence_of_its_kind(text, sorts):
    words = tokenize(text)
    at = next(i for i, word in enumerate(words) if word.text == "Baku")
    assert kind_odds(words, at, at + 1) == pytest.approx(sum(KIND_WORD_WEIGHTS[sort] for sort in sorts))


def test_every_sort_of_word_has_a_weight():
    assert set(kind_words()) == set(KIND_WORD_WEIGHTS)
    assert all(word == word.casefold() for words in kind_words().values() for word in words)
