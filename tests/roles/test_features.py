"""The features of mentions: positions, neighbours and words, by hand-made mentions."""

import numpy as np

from geomap.roles.features import N_SCALARS, WORD_POSITIONS, context_vectors, mention_features
from geomap.text.tokens import tokenize
from geomap.text.word_vectors import WordVectors
from geomap.types import Mention, Place, Resolution

TEXT = "Fire in Elyria\n\nA barn burned at Elyria in Ohio on Monday. The family had moved there from Macon in 2011."
TITLE_END = 16
OHIO = Place(id="o", name="Ohio", kind="admin1", lon=-82.9, lat=40.4, country="US", admin1="OH")
ELYRIA = Place(id="e", name="Elyria", kind="settlement", lon=-82.1, lat=41.4, country="US", admin1="OH")
MACON = Place(id="m", name="Macon", kind="settlement", lon=-83.6, lat=32.8, country="US", admin1="GA")


def _resolutions():
    places = {"Elyria": ELYRIA, "Ohio": OHIO, "Macon": MACON}
    found = []
    for name in ("Elyria", "Elyria", "Ohio", "Macon"):
        after = found[-1].mention.end if found else 0
        start = TEXT.index(name, after)
        found.append(
            Resolution(
                mention=Mention(start=start, end=start + len(name), text=name), place=places[name], score=0.9, reason=""
            )
        )
    return found


def _vectors(width=3):
    words = tokenize(TEXT)
    values = np.arange(len(words) * width, dtype=np.float16).reshape(len(words), width)
    return WordVectors(starts=tuple(w.start for w in words), ends=tuple(w.end for w in words), values=values)


def _features():
    return mention_features(TEXT, _resolutions(), _vectors(), title_end=TITLE_END, published="2026-11-09")


def test_a_row_has_as_many_scalars_as_the_model_reads():
    assert _features().scalars.shape == (4, N_SCALARS)


def test_the_words_beside_a_mention_are_read_over_the_sentence():
    words = dict(zip(WORD_POSITIONS, _features().words[1], strict=True))
    assert words == {-4: "a", -3: "barn", -2: "burned", -1: "at", 1: "in", 2: "ohio", 3: "on"}
    assert _features().words[0][:3] == ("", "", "fire")


def test_only_a_container_has_a_finer_place_of_its_sentence_inside():
    inside = 6 + 13 + 14
    assert _features().scalars[:, inside].tolist() == [0, 0, 1, 0]


def test_a_year_before_the_day_of_publication_is_told():
    other_year = 6 + 13 + 14 + 8
    assert _features().scalars[:, other_year].tolist() == [0, 0, 0, 1]


def test_contexts_are_means_of_the_mention_its_sides_its_sentence_and_the_lead():
    features, tokens = _features(), _vectors()
    rows = context_vectors(features, tokens.values).reshape(4, 5, 3)
    at = tokens.starts.index(TEXT.index("Ohio"))
    values = tokens.values.astype(np.float32)
    first, last = features.sentences[2]
    assert rows[2, 0].tolist() == values[at].tolist()
    assert rows[2, 1].tolist() == values[at - 4 : at].mean(0).tolist()
    assert rows[2, 2].tolist() == values[at + 1 : at + 5].mean(0).tolist()
    assert np.allclose(rows[2, 3], values[first:last].mean(0), atol=0.05)
    assert tokens.starts[features.lead] == TEXT.index("The family")
