from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from geomap.editorial.generalise import _Rewritten
from geomap.text.spans import Spans, merged, replaced
from geomap.types import Mention

SPAN = st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def test_a_span_is_held_from_end_to_end_and_met_in_one_character():
    spans = Spans([(2, 4), (0, 9), (12, 14)])
    assert [spans.hold(*one) for one in ((0, 9), (3, 9), (3, 10), (12, 14), (11, 13))] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert [spans.meet(*one) for one in ((8, 12), (9, 12), (13, 20), (14, 20))] == [True, False, True, False]
    assert not Spans([]).hold(0, 1)
    assert not Spans([]).meet(0, 1)


@given(st.lists(SPAN, max_size=8), SPAN)
def test_the_answers_are_those_of_going_through_all(spans, one):
    start, end = one
    assert Spans(spans).hold(start, end) == any(a <= start and end <= b for a, b in spans)
    assert Spans(spans).meet(start, end) == any(a < end and start < b for a, b in spans)


@given(st.lists(SPAN, max_size=6), SPAN)
def test_a_mention_stands_where_its_words_have_gone(spans, one):
    """What stands between two spans keeps its words; what a span that began before it cuts is gone."""
    text = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQR"
    parts = merged(spans)
    rewritten = _Rewritten(text, [(a, b, "[...]") for a, b in parts])
    assert rewritten.text == replaced(text, parts, put="[...]")
    start, end = one
    moved = rewritten.mention(Mention(start=start, end=end, text=text[start:end]))
    assert (moved is None) == any(a < start < b for a, b in parts)
    if moved and not any(a < end and start < b for a, b in parts):
        assert moved.text == text[start:end]
    if moved and (start, end) in parts:
        assert moved.text == "[...]"
