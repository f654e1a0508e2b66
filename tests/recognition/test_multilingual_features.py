"""What the multilingual network is told of a text."""

import numpy as np
import pytest

from geomap.recognition.features import LEXICON_CLASSES, Lexicon, name_hash
from geomap.recognition.multilingual_features import (
    MultilingualLexicon,
    Pieces,
    PieceSplitter,
    shapes_of,
    stem_forms,
    stem_hash,
)
from geomap.recognition.multilingual_model import unpack_embeddings
from geomap.text.tokens import tokenize

CITY, COUNTRY = LEXICON_CLASSES.index("city"), LEXICON_CLASSES.index("country")


def lexicon(names):
    """Return a lexicon of hashes and classes."""
    hashes = sorted(names)
    return Lexicon(np.array(hashes, dtype=np.uint32), np.array([names[h] for h in hashes], dtype=np.uint8))


def test_packed_embeddings_are_numbers_from_minus_eight_to_seven_times_a_scale():
    block = np.zeros(18, dtype=np.uint8)
    block[:2] = np.frombuffer(np.float16(0.5).tobytes(), dtype=np.uint8)
    block[2:] = [0x80 + (i % 16) for i in range(16)]  # low halves 0 to 15, high halves 8
    row = np.concatenate([block, block])
    unpacked = unpack_embeddings(np.stack([row, row]))
    assert unpacked.shape == (2, 64)
    assert unpacked[1, :32].tolist() == [(i - 8) * 0.5 for i in range(16)] + [0.0] * 16


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("Пожар в ГЮМРИ 12 !", [2, 1, 3, 6, 7]),
        ("თბილისი უდაბნო", [8, 8]),
        ("حريق في بيروت", [8, 8, 8]),
        ("דליקה", [8]),
    ],
)
def test_shapes_of_spaced_words(text, shapes):
    words = tokenize(text)
    n = np.arange(len(words))
    assert shapes_of(words, Pieces(ids=n, owner=n, first=n)).tolist() == shapes


def test_characters_that_share_a_piece_are_told_apart_by_their_shape():
    words = tokenize("北京市火")
    pieces = Pieces(ids=np.array([5, 6, 7]), owner=np.array([0, 2, 3]), first=np.array([0, 0, 1, 2]))
    assert shapes_of(words, pieces).tolist() == [9, 10, 9, 9]
    three = Pieces(ids=np.array([5]), owner=np.array([0]), first=np.array([0, 0, 0, 0]))
    assert shapes_of(words, three).tolist() == [9, 10, 11, 11]


@pytest.mark.geodata
def test_an_unspaced_run_is_cut_into_pieces_of_several_characters(multilingual_files):
    splitter = PieceSplitter(multilingual_files["pieces"])
    words = tokenize("莫斯科 说 2026 年 北京发生火灾")
    pieces = splitter.split(words)
    assert len(words) == 3 + 1 + 1 + 1 + 6
    assert len(pieces.first) == len(words)
    assert (np.diff(pieces.owner) >= 0).all()
    assert (pieces.owner[pieces.first] <= np.arange(len(words))).all()
    beijing = [i for i, word in enumerate(words) if word.text in "北京"]
    assert pieces.first[beijing[0]] == pieces.first[beijing[1]]
    assert len(splitter.split([]).ids) == 0


def test_names_of_several_tokens_cover_and_stems_are_found_in_inflected_forms():
    others = {name_hash("Нагорный Карабах"): COUNTRY, name_hash("北京"): CITY, stem_hash("Ереван"): CITY}
    told = MultilingualLexicon(lexicon({name_hash("Goris"): CITY}), lexicon(others))
    n = len(LEXICON_CLASSES)
    covering, alone, stem = told.features(["Нагорный", "Карабах", "Goris", "Ереваном", "北", "京"])
    assert covering.tolist() == [COUNTRY, n + COUNTRY, CITY, 0, CITY, n + CITY]
    assert alone.tolist() == [0, 0, CITY, 0, 0, 0]
    assert stem.tolist() == [0, 0, 0, CITY, 0, 0]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Ереван", "Ереваном"),
        ("Москва", "Москве"),
        ("თბილისი", "თბილისში"),
        ("Երևան", "Երևանից"),
        ("Warszawa", "Warszawie"),
        ("Gəncə", "Gəncədən"),
    ],
)
def test_a_stem_is_among_those_of_a_form(name, form):
    assert stem_hash(name) in stem_forms(form)


@pytest.mark.parametrize("word", ["Рим", "北京", "1999", "-"])
def test_short_words_and_signs_have_no_stem_forms(word):
    assert stem_forms(word) == ()


def test_a_name_behind_a_prefix_is_among_the_forms():
    assert name_hash("ירושלים") in stem_forms("בירושלים")
    assert name_hash("بيروت") in stem_forms("وبيروت")
    assert name_hash("القاهرة") in stem_forms("للقاهرة")
