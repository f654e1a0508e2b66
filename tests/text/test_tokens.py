from __future__ import annotations

import pytest

from geomap.text.tokens import MAX_TOKEN_LENGTH, Token, tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("U.S. troops", ["U.S.", "troops"]),
        ("Sana'a's", ["Sana", "'", "a", "'", "s"]),
        ("St. Louis, Mo.", ["St", ".", "Louis", ",", "Mo", "."]),
        ("Bakı—Gəncə", ["Bakı", "—", "Gəncə"]),
        ("A417 1,000", ["A417", "1", ",", "000"]),
        ("Nai\u0308rn", ["Nai\u0308rn"]),
        ("😀Yerevan", ["😀", "Yerevan"]),
        ("باكو، أرمينيا", ["باكو", "،", "أرمينيا"]),
    ],
)
def test_tokens_are_runs_of_letters_abbreviations_and_single_signs(text, tokens):
    assert [token.text for token in tokenize(text)] == tokens
    assert all(text[token.start : token.end] == token.text for token in tokenize(text))


def test_a_broken_apostrophe_is_a_token():
    text = "Minnesotaâ s school, Barb Grothâ\x80\x99s house, Châtelet, Itâs"
    words = [word.text for word in tokenize(text) if word.text[0].isalpha()]
    assert words == ["Minnesota", "s", "school", "Barb", "Groth", "s", "house", "Châtelet", "It", "s"]
    assert [(w.start, w.end, text[w.start : w.end]) for w in tokenize(text)][:2] == [
        (0, 9, "Minnesota"),
        (9, 10, "â"),
    ]


def test_the_text_of_a_long_token_is_cut():
    (word,) = tokenize("a" * 1_000_000)
    assert (word.start, word.end, word.text) == (0, 1_000_000, "a" * MAX_TOKEN_LENGTH)


def test_tokens_have_half_open_offsets_in_code_points():
    assert tokenize("Ägypten, 3") == [
        Token(start=0, end=7, text="Ägypten"),
        Token(start=7, end=8, text=","),
        Token(start=9, end=10, text="3"),
    ]
