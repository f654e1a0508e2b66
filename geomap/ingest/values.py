"""Make articles of Python values: texts, and the rows of a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from geomap.errors import ArticleError, quoted
from geomap.ingest.readers import MAX_BYTES, headline, row_article
from geomap.types import Article

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("id", "text", "title", "published", "source", "url", "author")
"""Columns of a DataFrame that are read; only ``text`` is required."""


def text_article(text: object, *, id: str = "text", where: str = "the text") -> Article:  # noqa: A002
    """Return the article of a text, titled by its first line if that is a headline; ArticleError if it is not a string."""
    if not isinstance(text, str):
        raise ArticleError(f"{where}: is of type {type(text).__name__}; give a string")
    if not text.strip():
        raise ArticleError(f"{where}: is empty; give the article's text")
    if len(text) > MAX_BYTES:
        raise ArticleError(f"{where}: is longer than {MAX_BYTES // 1_000_000} million characters; split the article")
    return row_article({"text": text, "title": headline(text)}, id=id, where=where)


def text_articles(texts: object) -> Iterator[Article]:
    """Yield the article of one text, with the id "text", or of several, "text:1" and so on."""
    if isinstance(texts, str) or not isinstance(texts, Iterable) or isinstance(texts, (bytes, bytearray)):
        yield text_article(texts)
        return
    for number, text in enumerate(texts, start=1):
        yield text_article(text, id=f"text:{number}", where=f"text {number}")


def dataframe_articles(frame: pd.DataFrame) -> Iterator[Article]:
    """Yield one article per row, with the id "row:1" and so on if there is no column ``id``; missing values are None.

    ArticleError where the column ``text`` is missing, or a value of it is not a string.
    """
    columns = list(frame.columns)
    if "text" not in columns:
        named = ", ".join(str(column)[:30] for column in columns[:8]) or "none"
        raise ArticleError(
            f'the DataFrame has no column "text" (its columns: {quoted(named)}); rename the one with the texts'
        )
    known = [name for name in COLUMNS if name in columns]
    if twice := [name for name in known if columns.count(name) > 1]:
        raise ArticleError(f'the DataFrame has the column "{twice[0]}" more than once; rename or drop one')
    rows = zip(*(frame[name].tolist() for name in known), strict=True)
    for number, cells in enumerate(rows, start=1):
        where = f"the DataFrame, row {number}"
        row = {name: _value(cell) for name, cell in zip(known, cells, strict=True)}
        if not isinstance(row["text"], str):
            kind = "is missing" if row["text"] is None else f"is of type {type(row['text']).__name__}"
            raise ArticleError(f'{where}: its "text" {kind}; drop the row, or give the article\'s text')
        yield row_article(row, id=f"row:{number}", where=where)


def _value(cell: object) -> object:
    """Return a cell as a value of a row: None for NaN, NaT and NA; ISO 8601 for dates; integral floats as int."""
    if isinstance(cell, float):  # pandas stores integers with missing values as floats
        return None if cell != cell else int(cell) if cell.is_integer() else cell  # noqa: PLR0124 - NaN
    if isinstance(cell, date):
        if cell != cell:  # noqa: PLR0124 - NaT
            return None
        is_day = isinstance(cell, datetime) and cell.time() == time() and cell.tzinfo is None
        return cell.date().isoformat() if is_day and isinstance(cell, datetime) else cell.isoformat()
    return None if type(cell).__name__ == "NAType" else cell
