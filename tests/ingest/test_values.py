"""Texts and DataFrames become articles, or are refused in one line."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from geomap.errors import ArticleError
from geomap.ingest.values import dataframe_articles, text_articles
from geomap.types import Article

NAN = float("nan")
NO_TEXT = 'its "text" is missing; drop the row, or give the article\'s text'


def test_one_text_is_called_text_and_several_are_numbered():
    assert list(text_articles("Goris.")) == [Article(id="text", text="Goris.")]
    assert list(text_articles(("Goris.", "Tegh."))) == [
        Article(id="text:1", text="Goris."),
        Article(id="text:2", text="Tegh."),
    ]


def test_a_row_is_an_article_with_what_is_known_of_it():
    frame = pd.DataFrame(
        {
            "text": ["Goris.", "Tegh.", "Yerevan."],
            "title": ["On the road", NAN, ""],
            "published": [date(2023, 9, 24), "2023-09-25T10:00:00Z", None],
            "source": ["Gazette", pd.NA, 7],
            "url": ["https://example.org/a", None, NAN],
            "author": [None, "A. B.", pd.NaT],
            "id": [1, NAN, 1.5],
            "page": ["ignored", "ignored", "ignored"],
        }
    )
    assert list(dataframe_articles(frame)) == [
        Article(
            id="1",
            text="Goris.",
            title="On the road",
            published="2023-09-24",
            source="Gazette",
            url="https://example.org/a",
        ),
        Article(id="row:2", text="Tegh.", published="2023-09-25T10:00:00Z", author="A. B."),
        Article(id="1.5", text="Yerevan.", source="7"),
    ]


def test_times_are_written_in_iso_8601_and_midnights_as_days():
    times = [datetime(2023, 9, 24), datetime(2023, 9, 24, 10, 30), datetime(2023, 9, 24, tzinfo=UTC)]  # noqa: DTZ001
    frame = pd.DataFrame({"text": ["Goris."] * 3, "published": pd.Series(times, dtype=object)})
    written = ["2023-09-24", "2023-09-24T10:30:00", "2023-09-24T00:00:00+00:00"]
    assert [one.published for one in dataframe_articles(frame)] == written
    frame["published"] = pd.Series([pd.Timestamp("2023-09-24"), pd.NaT, pd.Timestamp("2023-09-24T10:30")])
    assert [one.published for one in dataframe_articles(frame)] == ["2023-09-24", None, "2023-09-24T10:30:00"]


@pytest.mark.parametrize(
    ("frame", "error"),
    [
        (
            pd.DataFrame({"body": ["Goris."], "a\nb": [1]}),
            'the DataFrame has no column "text" (its columns: body, a b); rename the one with the texts',
        ),
        (pd.DataFrame(), 'the DataFrame has no column "text" (its columns: none); rename the one with the texts'),
        (
            pd.DataFrame([["Goris.", "Tegh."]], columns=["text", "text"]),
            'the DataFrame has the column "text" more than once; rename or drop one',
        ),
        (pd.DataFrame({"text": ["Goris.", NAN]}), f"the DataFrame, row 2: {NO_TEXT}"),
        (pd.DataFrame({"text": [None]}), f"the DataFrame, row 1: {NO_TEXT}"),
        (pd.DataFrame({"text": pd.array(["Goris.", pd.NA], dtype="string")}), f"the DataFrame, row 2: {NO_TEXT}"),
        (
            pd.DataFrame({"text": ["Goris.", b"Goris."]}),
            'the DataFrame, row 2: its "text" is of type bytes; drop the row, or give the article\'s text',
        ),
        (pd.DataFrame({"text": [" "]}), 'the DataFrame, row 1: its "text" is empty; give the article\'s text'),
        (
            pd.DataFrame({"text": ["Goris."], "url": ["http://["]}),
            'the DataFrame, row 1: its "url" is not a URL; fix or remove it',
        ),
    ],
)
def test_a_data_frame_that_holds_no_articles_is_reported_in_one_line(frame, error):
    with pytest.raises(ArticleError) as told:
        list(dataframe_articles(frame))
    assert str(told.value) == error
