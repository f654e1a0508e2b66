from __future__ import annotations

import pytest

from geomap.project.feed import _instant


@pytest.mark.parametrize(
    ("date", "instant"),
    [
        ("2023-09-23", "2023-09-23T00:00:00Z"),
        ("2023-09-23T12:00:00+02:00", "2023-09-23T10:00:00Z"),
        ("0800-01-01", "0800-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59-10:00", "1970-01-01T00:00:00Z"),
        ("yesterday", "1970-01-01T00:00:00Z"),
    ],
)
def test_any_date_has_an_instant(date: str, instant: str):
    assert _instant(date) == instant
