from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.annotation.dates import find_times, when_of
from geomap.types import When

SATURDAY = "2023-09-23"


def _when(sentence: str, published: str | None = SATURDAY) -> tuple[str, str] | None:
    found = when_of(sentence, published=published, at=0)
    return (found.start, found.end) if found else None


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("The fighting flared up on Tuesday.", "2023-09-19"),
        ("It happened Saturday night.", "2023-09-23"),
        ("Shells fell on Sunday morning.", "2023-09-17"),
        ("failing to stop the Tuesday offensive", "2023-09-19"),
        ("Troops crossed the border Fri. and stayed.", "2023-09-22"),
        ("attacked by rebels on Tuesday", "2023-09-19"),
        ("a photo of September 21, 2023", "2023-09-21"),
        ("on 21 September the road closed", "2023-09-21"),
        ("on Sept. 21st", "2023-09-21"),
        ("on the 21st of September 2020", "2020-09-21"),
        ("on Thursday, September 7", "2023-09-07"),
        ("on 2023-09-19 at noon", "2023-09-19"),
        ("on 19.9.2023 at noon", "2023-09-19"),
        ("on 2 January", "2024-01-02"),
        ("on 29 February", "2024-02-29"),
        ("It rained yesterday.", "2023-09-22"),
        ("Today, shops closed.", "2023-09-23"),
        ("They leave tomorrow.", "2023-09-24"),
        ("the day before yesterday", "2023-09-21"),
        ("three days ago", "2023-09-20"),
        ("talks are scheduled on Thursday", "2023-09-28"),
        ("said talks will resume Monday", "2023-09-25"),
        ("must leave by Friday", "2023-09-29"),
        ("next Monday", "2023-09-25"),
        ("last Saturday", "2023-09-16"),
        ("on the evening of May 26 last year", "2022-05-26"),
        ("the shop opens on Friday", "2023-09-29"),
    ],
)
def test_a_day(sentence: str, day: str) -> None:
    assert _when(sentence) == (day, day)


@pytest.mark.parametrize(
    ("sentence", "span"),
    [
        ("the floods of 19-24 September 2023", ("2023-09-19", "2023-09-24")),
        ("September 19–24", ("2023-09-19", "2023-09-24")),
        ("last week", ("2023-09-11", "2023-09-17")),
        ("they would come, as announced last November", ("2022-11-01", "2022-11-30")),
        ("the fair opens in October", ("2023-10-01", "2023-10-31")),
        ("fire took the church in 1645", ("1645-01-01", "1645-12-31")),
        ("earlier this week", ("2023-09-18", "2023-09-24")),
        ("last month", ("2023-08-01", "2023-08-31")),
        ("in December", ("2022-12-01", "2022-12-31")),
        ("in 2020", ("2020-01-01", "2020-12-31")),
        ("since 2020", ("2020-01-01", "2023-09-23")),
        ("in February 2020", ("2020-02-01", "2020-02-29")),
        ("over the weekend", ("2023-09-23", "2023-09-24")),
        ("last night", ("2023-09-22", "2023-09-23")),
        ("in the past three days", ("2023-09-20", "2023-09-23")),
        ("two weeks ago", ("2023-09-06", "2023-09-12")),
        ("last year", ("2022-01-01", "2022-12-31")),
    ],
)
def test_a_range(sentence: str, span: tuple[str, str]) -> None:
    assert _when(sentence) == span


@pytest.mark.parametrize(
    "sentence",
    [
        "May said he sat in the sun for a second.",
        "The Sunday Times reported from Goris.",
        "Black Friday drew crowds.",
        "Today, there are fewer shops in the valley.",
        "The library was built in Mayan style.",
        "On 31 September nothing can happen.",
        "About 2,000 peacekeepers stayed.",
        "No time at all.",
        "",
    ],
)
def test_no_time(sentence: str) -> None:
    assert _when(sentence) is None


def test_without_a_day_of_publication_only_whole_dates_are_read() -> None:
    assert _when("On Tuesday, yesterday, last week and on 5 May", None) is None
    assert _when("On 5 May 2021", None) == ("2021-05-05", "2021-05-05")
    assert _when("On Tuesday", "some day") is None


def test_the_time_of_publication_keeps_its_own_calendar_day() -> None:
    assert _when("today", "2023-09-23T23:30:00-05:00") == ("2023-09-23", "2023-09-23")


def test_a_guess_carries_its_doubt() -> None:
    assert when_of("talks are scheduled on Thursday in Yevlakh", published=SATURDAY, at=36) == When(
        start="2023-09-28",
        end="2023-09-28",
        text="Thursday",
        doubt="which Thursday is not said; “are scheduled” looks ahead, so taken as the coming one",
    )


def test_the_day_of_saying_gives_way_to_the_day_it_happened() -> None:
    sentence = "Baku said on Saturday that four officers were killed on Tuesday in Karabakh."
    assert _when(sentence) == ("2023-09-19", "2023-09-19")
    assert when_of("Peacekeepers in Karabakh, the ministry said on Saturday.", published=SATURDAY, at=16) == When(
        start="2023-09-23",
        end="2023-09-23",
        text="Saturday",
        doubt="the day it was said; the day it happened is not given",
    )


def test_the_nearest_day_is_taken() -> None:
    sentence = "It rained in Goris on Monday and snowed in Tegh on Wednesday."
    assert when_of(sentence, published=SATURDAY, at=sentence.index("Goris")).text == "Monday"
    assert when_of(sentence, published=SATURDAY, at=sentence.index("Tegh")).text == "Wednesday"


@given(st.text(max_size=200), st.text(max_size=12) | st.none())
def test_any_text_is_read_without_a_crash_and_spans_stand_in_it(sentence: str, published: str | None) -> None:
    found = list(find_times(sentence, published=published))
    assert [t for t in found if not (0 <= t.start < t.end <= len(sentence) and t.when.start <= t.when.end)] == []
