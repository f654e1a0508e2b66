from __future__ import annotations

from datetime import date, timedelta

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
        ("Three Days Ago", "2023-09-20"),
        ("talks are scheduled on Thursday", "2023-09-28"),
        ("said talks will resume Monday", "2023-09-25"),
        ("must leave by Friday", "2023-09-29"),
        ("next Monday", "2023-09-25"),
        ("last Saturday", "2023-09-16"),
        ("on the evening of May 26 last year", "2022-05-26"),
        ("the shop opens on Friday", "2023-09-29"),
        ("opens Friday: a shop", "2023-09-29"),
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
        ("opens in October: a fair", ("2023-10-01", "2023-10-31")),
        ("fire took the church in 1645", ("1645-01-01", "1645-12-31")),
        ("earlier this week", ("2023-09-18", "2023-09-23")),
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
        "Route 115 May close.",
        "It rained on monday in a small town.",
        "No time at all.",
        "",
    ],
)
def test_no_time(sentence: str) -> None:
    assert _when(sentence) is None


MONTHS_AND_SHORT = [
    (1, "January", "Jan."), (2, "February", "Feb."), (3, "March", "Mar."), (4, "April", "Apr."), (5, "May", "May"),
    (6, "June", "Jun"), (7, "July", "Jul"), (8, "August", "Aug."), (9, "September", "Sep."), (9, "September", "Sept."),
    (10, "October", "Oct."), (11, "November", "Nov."), (12, "December", "Dec."),
]  # fmt: skip


@pytest.mark.parametrize(("number", "name", "short"), MONTHS_AND_SHORT)
def test_a_month_has_its_number_in_full_and_short(number: int, name: str, short: str) -> None:
    day = f"2021-{number:02d}-05"
    assert [_when(f"On {text}") for text in (f"{name} 5, 2021", f"{short} 5, 2021", f"5 {name} 2021")] == [
        (day, day)
    ] * 3


@pytest.mark.parametrize(
    ("word", "day"),
    [
        ("Monday", "2023-09-18"), ("Tuesday", "2023-09-19"), ("Wednesday", "2023-09-20"), ("Thursday", "2023-09-21"),
        ("Friday", "2023-09-22"), ("Saturday", "2023-09-23"), ("Sunday", "2023-09-17"), ("Mon.", "2023-09-18"),
        ("Tue.", "2023-09-19"), ("Tues.", "2023-09-19"), ("Thu.", "2023-09-21"), ("Thur.", "2023-09-21"),
        ("Thurs.", "2023-09-21"), ("Fri.", "2023-09-22"),
    ],
)  # fmt: skip
def test_a_weekday_is_the_latest_one(word: str, day: str) -> None:
    assert _when(f"It rained {word} there") == (day, day)


@pytest.mark.parametrize(
    ("count", "days"),
    [("a", 1), ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8),
     ("nine", 9), ("ten", 10), ("eleven", 11), ("twelve", 12), ("15", 15), ("365", 365)],
)  # fmt: skip
def test_days_are_counted_in_words_and_figures(count: str, days: int) -> None:
    day = (date(2023, 9, 23) - timedelta(days=days)).isoformat()
    assert _when(f"It happened {count} days ago") == (day, day)


def _told(sentence: str, published: str | None = SATURDAY) -> tuple[str, str, str, str | None] | None:
    found = when_of(sentence, published=published, at=0)
    return (found.start, found.end, found.text, found.doubt) if found else None


LAST_MONDAY = "desks differ on last Monday: taken as the latest before publication"
NEXT_SATURDAY = "desks differ on next Saturday: taken as the first after publication"
COMING = "the year is not said; taken as the coming such month"
LATEST = "the year is not said; taken as the latest such month"
WEEKEND = "taken as the weekend after publication"
NEAREST = "the year is not said; taken as the nearest"


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("last Monday", ("2023-09-18", "2023-09-18", "last Monday", LAST_MONDAY)),
        ("next Saturday", ("2023-09-30", "2023-09-30", "next Saturday", NEXT_SATURDAY)),
        ("this coming week, coming Saturday", ("2023-09-30", "2023-09-30", "coming Saturday", NEXT_SATURDAY)),
        ("this Saturday", ("2023-09-23", "2023-09-23", "this Saturday", None)),
        ("this Monday", ("2023-09-18", "2023-09-18", "this Monday", None)),
        ("this Sunday", ("2023-09-24", "2023-09-24", "this Sunday", "taken as the one in the week of publication")),
        ("since March", ("2023-03-01", "2023-09-23", "since March", LATEST)),
        ("in September", ("2023-09-01", "2023-09-30", "in September", LATEST)),
        ("in  mid-October", ("2022-10-01", "2022-10-31", "in mid-October", LATEST)),
        ("last December it will be", ("2022-12-01", "2022-12-31", "last December", LATEST)),
        (
            "it will open in October",
            ("2023-10-01", "2023-10-31", "in October", "the year is not said; taken as the coming such month"),
        ),
        ("next weekend", ("2023-09-30", "2023-10-01", "next weekend", WEEKEND)),
        ("this weekend", ("2023-09-23", "2023-09-24", "this weekend", None)),
        ("last weekend", ("2023-09-23", "2023-09-24", "last weekend", None)),
        (
            "three weeks ago",
            ("2023-08-30", "2023-09-05", "three weeks ago", "counted in weeks; three days either way"),
        ),
        ("nine months ago", ("2022-12-01", "2022-12-31", "nine months ago", "counted in months")),
        ("eight months ago", ("2023-01-01", "2023-01-31", "eight months ago", "counted in months")),
        ("three years ago", ("2020-01-01", "2020-12-31", "three years ago", "counted in years")),
        ("Past Two Weeks", ("2023-09-09", "2023-09-23", "Past Two Weeks", None)),
        ("Two Weeks Ago", ("2023-09-06", "2023-09-12", "Two Weeks Ago", "counted in weeks; three days either way")),
        ("Nine MONTHS ago", ("2022-12-01", "2022-12-31", "Nine MONTHS ago", "counted in months")),
        ("in the past two weeks", ("2023-09-09", "2023-09-23", "past two weeks", None)),
        ("on 5 May", ("2023-05-05", "2023-05-05", "5 May", NEAREST)),
        ("on 25 July", ("2023-07-25", "2023-07-25", "25 July", None)),
        ("on 24 July", ("2023-07-24", "2023-07-24", "24 July", NEAREST)),
        ("on 22 November", ("2023-11-22", "2023-11-22", "22 November", None)),
        ("on 23 November", ("2023-11-23", "2023-11-23", "23 November", NEAREST)),
        ("5-7 May of last year", ("2022-05-05", "2022-05-07", "5-7 May", None)),
        ("next week", ("2023-09-25", "2023-10-01", "next week", None)),
        ("next month", ("2023-10-01", "2023-10-31", "next month", None)),
        ("this month", ("2023-09-01", "2023-09-30", "this month", None)),
        ("next year", ("2024-01-01", "2024-12-31", "next year", None)),
        ("tonight", ("2023-09-23", "2023-09-23", "tonight", None)),
        ("this   morning", ("2023-09-23", "2023-09-23", "this morning", None)),
        ("an hour and a day ago", ("2023-09-22", "2023-09-22", "a day ago", None)),
        ("19-18 September 2023", ("2023-09-01", "2023-09-30", "September 2023", None)),
        ("19-19 September 2023", ("2023-09-19", "2023-09-19", "19-19 September 2023", None)),
        ("since 2024", ("2024-01-01", "2024-01-01", "since 2024", None)),
        ("the fair opens in August", ("2024-08-01", "2024-08-31", "in August", COMING)),
        ("the fair opens in September", ("2023-09-01", "2023-09-30", "in September", LATEST)),
        ("the fair opens in October", ("2023-10-01", "2023-10-31", "in October", "the year is not said; taken as the coming such month")),
        ("last October the fair opens", ("2022-10-01", "2022-10-31", "last October", LATEST)),
        ("the shop closes Friday", (
            "2023-09-29",
            "2023-09-29",
            "Friday",
            "which Friday is not said; “closes” looks ahead, so taken as the coming one",
        )),
    ],
)  # fmt: skip
def test_a_time_says_its_words_and_its_doubt(sentence: str, told: tuple[str, str, str, str | None]) -> None:
    assert _told(sentence) == told


def test_months_and_weekends_turn_at_the_ends_of_the_year_and_the_week() -> None:
    assert _told("last month", "2024-01-15") == ("2023-12-01", "2023-12-31", "last month", None)
    assert _told("next month", "2023-12-15") == ("2024-01-01", "2024-01-31", "next month", None)
    assert _told("this weekend", "2023-09-22") == ("2023-09-23", "2023-09-24", "this weekend", WEEKEND)
    assert _told("this weekend", "2023-09-24") == ("2023-09-23", "2023-09-24", "this weekend", None)
    assert _told("over the weekend", "2023-09-22") == ("2023-09-16", "2023-09-17", "over the weekend", None)


def test_looking_ahead_counts_within_the_clause() -> None:
    assert _when("Crews left the burning town on Friday, and the school will open") == ("2023-09-22", "2023-09-22")
    assert _when("They left Friday, and the school will open") == ("2023-09-22", "2023-09-22")
    sentence = "The school will open; crews left the old town on Friday"
    assert when_of(sentence, published=SATURDAY, at=sentence.index("town")).start == "2023-09-22"
    assert when_of(sentence, published=SATURDAY, at=0) is None
    sentence = "The school will open — crews left the old town on Friday — and that was that"
    assert when_of(sentence, published=SATURDAY, at=sentence.index("town")).start == "2023-09-22"


def test_a_date_beside_a_weekday_says_more() -> None:
    (found,) = find_times("On Tuesday, 19 September 2023, it rained.", published=SATURDAY)
    assert (found.when.start, found.when.text, found.start, found.end) == ("2023-09-19", "19 September 2023", 12, 29)
    assert [t.when.text for t in find_times("Tuesday and 12 May 2023", published=SATURDAY)] == [
        "Tuesday",
        "12 May 2023",
    ]


def test_a_day_or_a_week_goes_before_a_month() -> None:
    assert _told("In May 2021, on 3 June 2021 and later it fell")[2] == "3 June 2021"
    assert _told("last week it fell; on 3 June 2021 it rose")[2] == "last week"


def test_without_a_day_of_publication_only_whole_dates_are_read() -> None:
    assert _when("On Tuesday, yesterday, last week and on 5 May", None) is None
    assert _when("On 5 May 2021", None) == ("2021-05-05", "2021-05-05")
    assert _when("On Tuesday", "some day") is None
    assert [_when(said, None) for said in ("in December", "on 5 May last year", "two weeks ago", "at the weekend")] == [
        None
    ] * 4
    assert [_when(said, None) for said in ("since May 2021", "since 2020")] == [
        ("2021-05-01", "2021-05-31"),
        ("2020-01-01", "2020-12-31"),
    ]


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
