"""Articles in seventeen languages, invented and annotated without a look at the program, end to end; and traps that name no place."""

from __future__ import annotations

import pytest

from geomap.resources import open_resources
from training.languages import end_to_end, false_pins, read_stories

pytestmark = pytest.mark.geodata

MIN_F1 = {"all": 0.86, "each": 0.74}
MAX_FALSE_PINS = 14
"""On 100 articles of common words, persons and brands in ten languages."""


def test_pins_in_seventeen_languages_are_right():
    scores = end_to_end(read_stories("languages.jsonl"), open_resources())
    assert len(scores) == 18
    assert {
        language: score.f1 for language, score in scores.items() if score.f1 < MIN_F1.get(language, MIN_F1["each"])
    } == {}


def test_common_words_persons_and_brands_are_no_pins():
    pins = false_pins(read_stories("language_traps.jsonl"), open_resources())
    assert len(pins) <= MAX_FALSE_PINS, pins
