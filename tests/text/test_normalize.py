from __future__ import annotations

import pytest

from geomap.text.normalize import fold_feature, fold_letters, fold_name, is_ignorable, strip_marks


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Nagorno-Karabakh", "nagorno karabakh"),
        ("  SÃO   Paulo ", "sao paulo"),
        ("Stepʻanakert", "stepanakert"),
        ("N'Djamena", "ndjamena"),
        ("U.S.", "us"),
        ("Łódź", "lodz"),
        ("Trinidad & Tobago", "trinidad and tobago"),
        ("Việt Nam", "viet nam"),
        ("İstanbul", "istanbul"),
        ("Алматы", "алматы"),
        ("", ""),
    ],
)
def test_fold_unifies_case_accents_apostrophes_dashes_dots(written, key):
    assert fold_name(written) == key
    assert fold_name(key) == key


@pytest.mark.parametrize(
    ("word", "stripped"),
    [("Zürich", "zurich"), ("Łódź", "łodz"), ("U.S.", "u.s."), ("N'Djamena", "n'djamena"), ("İstanbul", "istanbul")],
)
def test_strip_marks_keeps_punctuation_and_letters_that_do_not_decompose(word, stripped):
    assert strip_marks(word) == stripped


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Lake Sevan", "sevan"),
        ("Ozero Sevan", "sevan"),
        ("Río de la Plata", "rio de la plata"),
        ("St. Elias Mts.", "st elias"),
        ("The Island", "the island"),
        ("Kura-Araks", "kura araks"),
        ("", ""),
    ],
)
def test_fold_feature_removes_generic_words_unless_nothing_else_remains(name, key):
    assert fold_feature(name) == key


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Gyöngyös", "gyongyos"),
        ("GYO\u0308NGYO\u0308S", "gyongyos"),
        ("Côte-d’Or 21", "cotedor21"),
        ("Straße", "strasse"),
        ("ka\u200bbul", "kabul"),
        (" - ", ""),
    ],
)
def test_fold_letters_keeps_letters_and_digits_only(text, letters):
    assert fold_letters(text) == letters


def test_a_mark_or_an_invisible_character_is_ignorable():
    assert [is_ignorable(char) for char in "\u0308\u200b\u0640\x01a -\n"] == [True] * 4 + [False] * 4
