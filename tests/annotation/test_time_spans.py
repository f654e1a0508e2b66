from __future__ import annotations

from datetime import date, timedelta

import pytest

from geomap.annotation.time_spans import days_near, month_near, month_of, solar_date, year_of


@pytest.mark.parametrize(
    ("solar", "gregorian"),
    [
        ((1357, 11, 22), date(1979, 2, 11)), ((1399, 12, 30), date(2021, 3, 20)), ((1400, 1, 1), date(2021, 3, 21)),
        ((1401, 6, 25), date(2022, 9, 16)), ((1402, 6, 28), date(2023, 9, 19)), ((1402, 6, 31), date(2023, 9, 22)),
        ((1402, 7, 1), date(2023, 9, 23)), ((1402, 12, 29), date(2024, 3, 19)), ((1403, 1, 1), date(2024, 3, 20)),
        ((1403, 12, 30), date(2025, 3, 20)), ((1404, 1, 1), date(2025, 3, 21)), ((1408, 12, 30), date(2030, 3, 20)),
    ],
)  # fmt: skip
def test_a_day_of_the_solar_hijri_calendar(solar: tuple[int, int, int], gregorian: date) -> None:
    assert solar_date(*solar) == gregorian


@pytest.mark.parametrize(
    "solar", [(1402, 12, 30), (1402, 7, 31), (1402, 13, 1), (1402, 1, 32), (1402, 0, 1), (1402, 1, 0)]
)
def test_no_such_day(solar: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any; the message says which
        solar_date(*solar)


def test_solar_years_follow_each_other_and_begin_in_march() -> None:
    for year in range(1300, 1500):
        first, following = solar_date(year, 1, 1), solar_date(year + 1, 1, 1)
        assert year_of(year, is_solar=True).last == following - timedelta(days=1)
        assert (first.month, first.day) in ((3, 20), (3, 21), (3, 22))
        assert (following - first).days in (365, 366)


def test_solar_months_near_a_day() -> None:
    today = date(2023, 9, 23)
    assert month_of(6, 1402, is_solar=True).last == date(2023, 9, 22)
    assert month_near(7, is_ahead=False, today=today, is_solar=True).first == date(2023, 9, 23)
    assert month_near(8, is_ahead=False, today=today, is_solar=True).first == date(2022, 10, 23)
    assert month_near(8, is_ahead=True, today=today, is_solar=True).first == date(2023, 10, 23)
    near = days_near(12, 30, 30, step=None, today=today, is_solar=True)
    assert near.first == date(2025, 3, 20)


def test_the_latest_and_the_coming_day() -> None:
    today = date(2023, 9, 23)
    assert days_near(3, 3, 3, step=-1, today=today).first == date(2023, 3, 3)
    assert days_near(3, 3, 3, step=1, today=today).first == date(2024, 3, 3)
    assert days_near(9, 23, 24, step=-1, today=today).last == date(2023, 9, 24)
    with pytest.raises(ValueError):  # noqa: PT011 - no such day in any year
        days_near(2, 30, 30, step=None, today=today)
