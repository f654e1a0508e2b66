from __future__ import annotations

import pytest

from geomap.annotation.proximity import is_near


@pytest.mark.parametrize(
    ("before", "near"),
    [
        ("Shells fell near ", True),
        ("A bus crashed 12 km south-east of ", True),
        ("Four villages 30 miles from ", True),
        ("They camped on the outskirts of ", True),
        ("It landed close to the village of ", True),
        ("Shells fell near Martakert and ", True),
        ("Shells fell near Martakert and in ", False),
        ("Shells fell on ", False),
        ("In the near future, ", False),
        ("The nearest town is ", False),
        ("He was born outside the law in ", False),
        ("They came from ", False),
        ("Бои идут под ", True),
        ("Склад горел в ", False),
        ("Вибухи біля ", True),
    ],
)
def test_words_before_a_toponym_distinguish_near_from_in(before: str, near: bool) -> None:
    assert is_near(before) is near
