from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.text.sentences import sentence_spans


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
