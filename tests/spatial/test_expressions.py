"""The words around mentions that place something, and those that do not."""

from __future__ import annotations

import re
import time
from typing import get_args

import pytest

from geomap.spatial.expressions import find_expressions
from geomap.spatial.templates import language_forms
from geomap.types import Mention, RelationKind
from tests.spatial.marked import expressions, only, unmarked
from tests.spatial.sentences import NEGATIVE, POSITIVE

_ARTICLE = re.compile(r"^(?:the|a|an|on|in|at|along) ", re.IGNORECASE)


@pytest.mark.parametrize(("kind", "words", "sentence"), POSITIVE, ids=[words for _, words, _ in POSITIVE])
def test_an_expression_is_found_with_its_kind_and_its_words(kind, words, sentence):
    [(found, text)] = expressions(sentence)
    assert (found, _ARTICLE.sub("", text)) == (kind, _ARTICLE.sub("", words))


@pytest.mark.parametrize("sentence", NEGATIVE)
def test_what_places_nothing_is_no_expression(sentence):
    assert expressions(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "low", "stated", "high", "bearing"),
    [
        ("It fell 10 km north of [Goris].", 8.5, 10, 11.5, 0),
        ("It fell 10-20 km NE of [Goris].", 10, 15, 20, 45),
        ("It fell 10 to 20 km to the south-east of [Goris].", 10, 15, 20, 135),
        ("It fell 10 miles due west of [Goris].", 13.679, 16.093, 18.507, 270),
        ("It fell a few miles SSW of [Goris].", 3.219, 6.437, 9.656, 202.5),
        ("It fell half a mile east of [Goris].", 0.684, 0.805, 0.925, 90),
        ("It fell a mile and a half east of [Goris].", 2.052, 2.414, 2.776, 90),
        ("It fell 1,200 km north-west of [Goris].", 1020, 1200, 1380, 315),
        ("It fell several hundred metres north of [Goris].", 0.3, 0.55, 0.8, 0),
        ("It fell 3½ km north of [Goris].", 2.975, 3.5, 4.025, 0),
        ("It fell 20 nautical miles south of [Goris].", 31.484, 37.04, 42.596, 180),
        ("It fell a dozen kilometres north of [Goris].", 10.2, 12, 13.8, 0),
    ],
)
def test_distance_and_bearing_are_those_of_the_words(sentence, low, stated, high, bearing):
    found = only(sentence)
    span = found.distance
    assert span is not None
    assert (round(span.low, 3), round(span.stated, 3), round(span.high, 3)) == (low, stated, high)
    assert found.bearing == bearing


def test_an_upper_limit_is_a_radius():
    assert [only(f"It fell {words} 10 km from [Goris].").kind for words in ("about", "less than", "up to")] == [
        "distance",
        "radius",
        "radius",
    ]


def test_anchors_and_places_nearby_are_told_apart():
    found = only("Shots were fired on the {Armenian}–{Azerbaijani} border near [Tegh].")
    assert (found.anchors, found.near) == ((0, 1), (2,))


def test_a_time_has_the_speed_of_its_means():
    assert [
        (e.hours.stated, e.speed_km_h)
        for e in map(
            only,
            (
                "It is two hours' drive from [Goris].",
                "It is a 30-minute walk from [Goris].",
                "It is three hours by train from [Goris].",
                "It is an hour north of [Goris].",
            ),
        )
        if e.hours
    ] == [(2, 60), (pytest.approx(0.5, abs=0.001), 4.5), (3, 80), (1, 60)]


def test_shares_of_the_way_are_read():
    assert only("It lies halfway from [Yerevan] to [Goris].").share == 0.5
    assert only("It lies two-thirds of the way from [Yerevan] to [Goris].").share == pytest.approx(2 / 3, abs=0.001)


def test_the_city_stands_for_the_town_named_before():
    found = only("In [Aleppo] it was quiet. Shells hit the city's northern outskirts.", kinds=["settlement"])
    assert (found.kind, found.anchors, found.bearing) == ("part", (0,), 0)
    assert expressions("In [Mali] it was quiet. Shells hit the city's northern outskirts.", kinds=["country"]) == []


def test_an_adjective_before_a_town_s_kind_is_no_part_of_the_town():
    assert expressions("He lives in the northern town of [Gao].") == []
    assert expressions("He lives in northern [Mali].") == [("part", "northern Mali")]


def test_a_direction_in_a_name_is_no_direction():
    assert expressions("[North Dakota] and [South Sudan] met.") == []
    assert expressions("He went to South [Boston].") == []


def test_a_capitalised_word_after_an_anchor_makes_another_name():
    assert expressions("It is north of the [Dublin] Branch Library.") == []
    assert expressions("It fell north of [Dublin] Monday.") == [("direction", "north of Dublin")]


def test_nested_mentions_are_anchors_only_without_a_longer_name():
    def found(text: str) -> int:
        start = text.index("Paris")
        mention = Mention(start=start, end=start + 5, text="Paris", nested=True)
        return len(find_expressions(text, [mention], language="en"))

    assert found("It fell 10 km north of Paris Police Department.") == 0
    assert found("It fell 10 km north of Paris at noon.") == 1


def test_what_lies_between_countries_needs_more_words_than_between_towns():
    sentence = "A bus stopped on the way between [Lyon] and [Dijon]."
    assert len(expressions(sentence, kinds=["settlement"] * 2)) == 1
    assert expressions(sentence, kinds=["country"] * 2) == []
    assert len(expressions("A boat sank between [Cuba] and [Haiti].", kinds=["country"] * 2)) == 1


def test_a_river_is_asked_for():
    sentence = "They live along the [Sava] near [Belgrade]."
    assert [kind for kind, _ in expressions(sentence)] == ["along"]
    assert expressions(sentence, is_river=lambda _: False) == []


def test_expressions_share_no_words():
    text, mentions = unmarked("It lies 5 km north of [Goris] and 3 km south of [Tegh], between [Goris] and [Tegh].")
    found = find_expressions(text, mentions, language="en")
    assert [e.kind for e in found] == ["distance_direction", "distance_direction"]
    assert found[0].end <= found[1].start


@pytest.mark.parametrize(
    "sentence",
    [
        "9999999999999999999 km north of nowhere.",
        "north of",
        "between and",
        "",
        "12 km",
        "10 km north of of of of.",
        "'s 's 's",
        "- - -",
        "the the the city",
    ],
)
def test_words_without_a_mention_are_nothing(sentence):
    assert expressions(sentence) == []
    assert expressions(f"{sentence} [Goris]") in ([], [("direction", "north of Goris")])


@pytest.mark.parametrize("n", ["99999999999999999999", "1e9", "1.2.3.4", "²", "1,2,3,4"])
def test_numbers_that_are_none_are_no_distance(n):
    assert all(kind != "distance_direction" for kind, _ in expressions(f"It fell {n} km north of [Goris]."))


def test_a_language_without_a_table_has_no_expressions():
    text, mentions = unmarked("It fell 10 km north of [Goris].")
    assert find_expressions(text, mentions, language="xx") == ()


def test_every_template_has_a_kind_of_relation_and_a_shape():
    from geomap.spatial.shapes import SHAPES

    forms = {t.kind for known in language_forms("en").by_key.values() for some in known.values() for t in some}
    assert {form.partition(".")[0] for form in forms} == set(get_args(RelationKind))
    assert forms == set(SHAPES)


@pytest.mark.parametrize(
    "part",
    [
        "the city of ",
        "12 km north of ",
        "between [A] and ",
        "[A], the ",
        "off the coast of ",
        "10 to ",
        "'s ",
        "[A] [A] ",
    ],
)
def test_the_time_is_linear_in_the_text(part):
    def seconds(n: int) -> float:
        text, mentions = unmarked((part * 20 + "[Goris]. ") * n)
        begun = time.process_time()
        find_expressions(text, mentions, language="en")
        return time.process_time() - begun

    seconds(5)
    assert any(seconds(160) < 8 * seconds(40) for _ in range(4))
