from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.records import UnreadDate
from geomap.text.publication_dates import is_month_first, iso_date, unread_date, with_publication_date
from geomap.types import Article


def _dated(text: str, **known: str | None) -> str | None:
    return with_publication_date(Article(id="a", text=text, **known)).published


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2016-12-17", "2016-12-17"),
        ("2016-12-17T10:30:00Z", "2016-12-17T10:30:00Z"),
        ("2016-12-17 10:30:00 UTC", "2016-12-17"),
        ("20161217", "2016-12-17"),
        ("17 December 2016", "2016-12-17"),
        ("17th of December, 2016", "2016-12-17"),
        ("Saturday, 17 December 2016, 10:30 a.m.", "2016-12-17"),
        ("Dec 17, 2016", "2016-12-17"),
        ("Dec. 17, 2016 at 5:12 pm EST", "2016-12-17"),
        ("2016/12/17", "2016-12-17"),
        ("2016.12.17", "2016-12-17"),
        ("17.12.2016", "2016-12-17"),
        ("17/12/2016", "2016-12-17"),
        ("12/17/2016", "2016-12-17"),
        ("3.11.2024", "2024-11-03"),
        ("5/5/2024", "2024-05-05"),
        ("17-Dec-2016", "2016-12-17"),
        ("2016 Dec 17", "2016-12-17"),
        ("Sat, 17 Dec 2016 10:30:00 +0200", "2016-12-17T10:30:00+02:00"),
        ("17 Dec 2016 10:30:00 GMT", "2016-12-17T10:30:00+00:00"),
        ("1481970600", "2016-12-17"),
        ("1481970600000", "2016-12-17"),
        ("17 декабря 2016", "2016-12-17"),
        ("17 décembre 2016", "2016-12-17"),
        ("17. März 2016", "2016-03-17"),
        ("17 de diciembre de 2016", "2016-12-17"),
        ("17 Aralık 2016", "2016-12-17"),
        ("١٧ ديسمبر ٢٠١٦", "2016-12-17"),
    ],
)
def test_what_a_source_says_of_its_day_is_read(said: str, day: str) -> None:
    assert iso_date(said) == day


@pytest.mark.parametrize(
    "said",
    ["", "some day", "December 2016", "2016", "31 September 2016", "3/11/2024", "0001-01-01", "yesterday", "Vol. 3 (2016)",
     "17 December 2016 to 3 January 2017", "9" * 5000, "2016-13-40", "17 December"],
)  # fmt: skip
def test_what_is_no_day_is_none(said: str) -> None:
    assert iso_date(said) is None


@pytest.mark.parametrize(
    ("known", "text", "day"),
    [
        ({"url": "https://www.bbc.co.uk/news/1"}, "Shops closed.", "2024-11-03"),
        ({"source": "nytimes.com"}, "Shops closed.", "2024-03-11"),
        ({"source": "example.com.au"}, "It was March 3, and then March 4.", "2024-11-03"),
        ({}, "It opened on March 3 and closed on Sept. 4.", "2024-03-11"),
        ({}, "It opened on 3 March and closed on 4 September.", "2024-11-03"),
        ({}, "Die Brücke über den Fluss wurde gestern nach langer Zeit wieder geöffnet.", "2024-11-03"),
        ({}, "The bridge over the river was opened yesterday.", None),
    ],
)
def test_figures_are_read_by_the_outlets_country(known: dict[str, str], text: str, day: str | None) -> None:
    assert _dated(text, published="3/11/2024", **known) == day


@pytest.mark.parametrize(
    "text",
    [
        "Published 14 November 2026\n\nA bus overturned near Nakuru on Tuesday.",
        "Bus overturns near Nakuru\nPublished on: Saturday, November 14, 2026 10:32\nA bus overturned.",
        "Bus overturns\nBy Jane Doe\nPosted at 14/11/2026\nA bus overturned on 3 November 2026.",
        "NAIROBI, 14 November 2026 - A bus overturned near Nakuru on Tuesday.",
        "NAIROBI, Nov. 14, 2026 (Newswire) – A bus overturned near Nakuru on Tuesday.",
        "Port Moresby, Papua New Guinea, 14 November 2026 — A ferry sank.",
        "LAGOS (14 November 2026): A market burned.",
        "By Jane Doe, 14 November 2026\n\nA bus overturned.",
        "Bus overturns near Nakuru\n\nJane Doe, The Example | 14 November 2026\n\nA bus overturned.",
        "Bus overturns near Nakuru\n14 November 2026\nA bus overturned.",
        "Saturday, November 14, 2026\nA bus overturned.",
        "(14 November 2026) - A bus overturned.",
        "14 November 2026 – A bus overturned near Nakuru.",
        "FLASH UPDATE\nAs of 14 November 2026\nFloods cut the road.",
        "A bus overturned.\nThe road is closed.\nPublished 14 November 2026",
        "Last updated: 15 November 2026\nPublished: 14 November 2026\nA bus overturned.",
        "Updated 14 November 2026\nA bus overturned.",
        "MADRID, 14 de noviembre de 2026\nUn autobús volcó.",
        "Issued 14 November 2026 | Situation report no. 3\nFloods cut the road.",
        "Автобус перевернулся\n14 ноября 2026\nАвтобус перевернулся у Накуру.",
    ],
)
def test_a_text_states_its_own_date(text: str) -> None:
    assert _dated(text) == "2026-11-14"


@pytest.mark.parametrize(
    "text",
    [
        "A bus overturned near Nakuru on 14 November 2026, killing six.",
        "On 14 November 2026 a bus overturned near Nakuru.",
        "The bridge opened on 14 November 2026. It is closed now.",
        "Jane Doe was born on 14 November 1926 in Leeds.",
        "The report published on 14 November 2026 was wrong.",
        "A bus overturned on Tuesday.\nNothing else.",
        "The court, which met on 14 November 2026, heard three men from Leeds.",
        "NAIROBI, Nov 14 - A bus overturned.",
        "Nakuru lies 150 km from Nairobi.",
    ],
)
def test_a_day_in_a_sentence_is_not_that_of_the_text(text: str) -> None:
    assert _dated(text) is None


def test_the_source_goes_before_the_text_and_what_is_not_read_is_kept() -> None:
    text = "Published 14 November 2026\nA bus overturned."
    assert _dated(text, published="2026-11-15") == "2026-11-15"
    read = with_publication_date(Article(id="a", text=text, published="the ides of March"))
    assert (read.published, read.unread_date) == ("2026-11-14", "the ides of March")
    notice = unread_date(read)
    assert notice == UnreadDate(article_id="a", said="the ides of March", day="2026-11-14")
    assert (
        str(notice) == "a: its date 'the ides of March' could not be read; 2026-11-14, which its text states, is used"
    )
    lost = with_publication_date(Article(id="a", text="A bus overturned.", published="17 Decembe"))
    assert (lost.published, lost.unread_date, lost.day) == (None, "17 Decembe", None)
    assert str(unread_date(lost)) == ("a: its date '17 Decembe' could not be read; give it as 2016-12-17")


def test_the_order_of_figures_follows_the_country_then_the_text() -> None:
    assert is_month_first(Article(id="a", text="On 3 March.", source="Houston Chronicle", url="https://chron.com/a"))
    assert is_month_first(Article(id="a", text="On 3 March.")) is False
    assert is_month_first(Article(id="a", text="On a day in the town.")) is None


@given(st.text(max_size=200))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    iso_date(text)
    _dated(text or "a", published=text)
