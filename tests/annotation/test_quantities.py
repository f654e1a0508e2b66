from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.annotation.quantities import find_quantities
from geomap.types import Quantity


def _found(sentence: str) -> list[tuple[str, float, float | None, str, bool]]:
    return [(q.text, q.value, q.upper, q.unit, q.is_approximate) for q in find_quantities(sentence)]


def test_quantities_come_in_text_order() -> None:
    assert list(find_quantities("Some 800 guns and six armoured vehicles were given up.")) == [
        Quantity(text="Some 800 guns", value=800.0, unit="guns", is_approximate=True),
        Quantity(text="six armoured vehicles", value=6.0, unit="armoured vehicles"),
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("home to 120,000 people", ("120,000 people", 120000.0, None, "people", False)),
        ("5,000 rounds of munitions", ("5,000 rounds of munitions", 5000.0, None, "rounds of munitions", False)),
        ("more than 50 tonnes of food", ("more than 50 tonnes of food", 50.0, None, "tonnes of food", True)),
        ("an area of 4,400 sq km", ("4,400 sq km", 4400.0, None, "sq km", False)),
        ("20 to 30 houses burned", ("20 to 30 houses", 20.0, 30.0, "houses", False)),
        ("between 200 and 300 people", ("between 200 and 300 people", 200.0, 300.0, "people", False)),
        ("3-5 million voters", ("3-5 million voters", 3e6, 5e6, "voters", False)),
        ("about 1.5 million people", ("about 1.5 million people", 1.5e6, None, "people", True)),
        ("35 per cent of homes", ("35 per cent", 35.0, None, "percent", False)),
        ("twenty-five children", ("twenty-five children", 25.0, None, "children", False)),
        ("four police officers", ("four police officers", 4.0, None, "police officers", False)),
        ("one person died", ("one person", 1.0, None, "person", False)),
        ("800 homeless people", ("800 homeless people", 800.0, None, "homeless people", False)),
        ("only 30 beds", ("only 30 beds", 30.0, None, "beds", False)),
        ("no fewer than 30 persons", ("no fewer than 30 persons", 30.0, None, "persons", True)),
        ("handed over 120 rifles", ("120 rifles", 120.0, None, "rifles", False)),
        ("nine policemen", ("nine policemen", 9.0, None, "policemen", False)),
        ("two dozen houses burned", ("two dozen houses", 24.0, None, "houses", False)),
        ("a dozen people were hurt", ("a dozen people", 12.0, None, "people", False)),
        ("half a dozen shops", ("half a dozen shops", 6.0, None, "shops", False)),
        ("one hundred and nine passengers", ("one hundred and nine passengers", 109.0, None, "passengers", False)),
        ("a hundred and twenty miners", ("a hundred and twenty miners", 120.0, None, "miners", False)),
        ("two thousand three hundred people", ("two thousand three hundred people", 2300.0, None, "people", False)),
        ("three hundred thousand people", ("three hundred thousand people", 300000.0, None, "people", False)),
        (
            "twenty-one thousand five hundred voters",
            ("twenty-one thousand five hundred voters", 21500.0, None, "voters", False),
        ),
        ("two to three hundred families", ("two to three hundred families", 200.0, 300.0, "families", False)),
        ("about two hundred people", ("about two hundred people", 200.0, None, "people", True)),
        ("at least 27 were killed", ("at least 27 were killed", 27.0, None, "killed", True)),
        ("the blast left six dead", ("six dead", 6.0, None, "dead", False)),
        ("killing six.", ("killing six", 6.0, None, "killed", False)),
        ("14 wounded in the square", ("14 wounded", 14.0, None, "wounded", False)),
        ("eleven were slightly hurt", ("eleven were slightly hurt", 11.0, None, "hurt", False)),
        ("wounding at least 30, police said", ("wounding at least 30", 30.0, None, "wounded", True)),
        ("nine are still missing", ("nine are still missing", 9.0, None, "missing", False)),
        ("3,400 homes lost power", ("3,400 homes", 3400.0, None, "homes", False)),
    ],
)
def test_a_quantity(sentence: str, expected: tuple[str, float, float | None, str, bool]) -> None:
    assert _found(sentence) == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "in 2020 people left",
        "September 21, 2023 shows",
        "a 34-year-old man",
        "at 10:30 on Monday",
        "the 3rd battalion",
        "three years after the war",
        "No. 10 Downing Street",
        "5-6 September",
        "a 5.6-magnitude quake",
        "six of the dead",
        "more than two-thirds of them",
        "a 10-foot-long wall dominates",
        "her four year old son James",
        "one notes that",
        "32-35,000 lions",
        "the two sides aim",
        "one of every five workers, 1 in 5 shops",
        "the two governments agreed",
        "Bill HB 200 states the amount",
        "dozens of houses, thousands of people",
        "2,000-strong contingent",
        "$5 million in loans",
        "a slide 40 kilometres long",
        "43 degrees in the shade",
        "some 15 miles south of the town",
        "winds of 160 kilometres an hour",
        "waves 12 metres high",
        "for two hours and twenty minutes",
        "aged 34 and 36",
        "scores of people",
        "won by three wickets",
        "a fine of 200 euros",
        "",
    ],
)
def test_no_quantity(sentence: str) -> None:
    assert _found(sentence) == []


@given(st.text(alphabet="0123456789,.-–$% thousandmillionpeoples'of tofive", max_size=120))
def test_any_text_is_read_without_a_crash(sentence: str) -> None:
    assert [q for q in find_quantities(sentence) if not q.unit or (q.upper or q.value + 1) <= q.value] == []
