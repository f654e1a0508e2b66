from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.text.sentences import beginning_of, sentence_spans


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rained. It snowed!", ["It rained.", "It snowed!"]),
        ('"It rained." He left.', ['"It rained."', "He left."]),
        ("Mr. Orr met Gen. Beland. They spoke.", ["Mr. Orr met Gen. Beland.", "They spoke."]),
        ("A heading\nA sentence.", ["A heading", "A sentence."]),
        ("A heading\n\n  A sentence. ", ["A heading", "A sentence."]),
        ("It cost 4.5 dollars.", ["It cost 4.5 dollars."]),
        ("天气很好。我们走了。", ["天气很好。", "我们走了。"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert _sentences(text) == sentences


@pytest.mark.parametrize(
    "text",
    [
        "They drove to Ft. Worth.",
        "Snow lay on Mt. Hermon.",
        "They live in St. Petersburg.",
        "He met Gen. Smith.",
        "It opened at 5 a.m. Monday.",
        "It opened at 5 p.m. Sept. 5.",
        "It opened at 5 P.M. December 5.",
        "It opened at 5 p.m. EST.",
        "Then U.S. troops and the U.S. Army came.",
        "It was Jan. 5.",
        "They met in room No. 10.",
        "The J. R. Smith Jr. House is on Fifth Ave. North.",
        "He saw Rev. Jones, Capt. Orr vs. Lt. Beland.",
    ],
)
def test_an_abbreviation_inside_a_sentence_does_not_end_it(text: str) -> None:
    assert _sentences(text) == [text]


@pytest.mark.parametrize(
    "sentences",
    [
        ["It opened at 5 p.m.", "The mayor said so."],
        ["It opened at 5 P.M.", "Nobody came."],
        ["He left the U.S.", "The army stayed."],
        ["They moved to St. Paul, then to Elm St.", "He left in Sept.", "It rained."],
        ["They met John Orr Jr.", "“He spoke.”"],
        ["They asked and she said No.", "Nobody spoke."],
    ],
)
def test_an_abbreviation_may_end_a_sentence(sentences: list[str]) -> None:
    assert _sentences(" ".join(sentences)) == sentences


def test_an_abbreviation_at_the_end_of_a_wrapped_line_does_not_end_a_sentence() -> None:
    line = "The convoy left the town in the morning and was stopped by Gen.\n"
    assert _sentences(f"{line}Smith. It turned back.") == [f"{line}Smith.", "It turned back."]


@pytest.mark.parametrize(
    ("text", "limit", "end"),
    [
        ("It rained. It snowed. It hailed.", 25, 21),
        ("It rained. He met Gen. Smith there.", 25, 10),
        ("one two three", 9, 7),
        ("abcdefgh", 5, 5),
        ("It rained.", 10, 10),
    ],
)
def test_a_text_is_cut_at_a_sentence_or_else_at_a_word(text: str, limit: int, end: int) -> None:
    assert beginning_of(text, limit=limit) == end


def test_a_text_broken_at_a_column_keeps_its_sentences_whole() -> None:
    text = (
        "The convoy left the town in the morning and drove for six hours\n"
        "over the pass before it came to the river, where the bridge had\n"
        "gone. It turned back.\n\nNobody spoke."
    )
    first = text[: text.index(" It turned")]
    assert _sentences(text) == [first, "It turned back.", "Nobody spoke."]


@given(st.text(alphabet="aB.!?\n \"'”。1", max_size=200))
def test_spans_hold_all_text_but_white_space_in_order(text: str) -> None:
    spans = sentence_spans(text)
    assert list(spans) == sorted(spans)
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())
