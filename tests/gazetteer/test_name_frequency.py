from __future__ import annotations

import pytest

from geomap.gazetteer.name_frequency import place_probability


@pytest.mark.parametrize(
    ("name", "probability"),
    [("Of", 0.02), ("March", 0.0), ("Mobile", 0.3), ("Reading", 0.66), ("Stepanakert", 1.0), ("Qzxv", 1.0)],
)
def test_place_probability(name, probability):
    assert round(place_probability(name), 2) == probability


def test_place_probability_depends_on_case_and_not_on_spaces():
    assert place_probability("US") > place_probability("Us")
    assert place_probability("  New   York ") == place_probability("New York")
