"""The base of the frozen records that users get back and may store, and those that say what of an article was not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

MAX_SHOWN = 40
"""Characters that the ``repr`` of a record shows of a text."""


def shortened(text: str | None) -> str | None:
    """Return the beginning of a text, for a ``repr``."""
    return text if text is None or len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


class Record:
    """A dataclass that is pickled by the names of its fields.

    Dataclasses with slots are pickled by position, so a pickle of a geomap with other fields would be read into the wrong
    ones. By name, a new field has its default, and a field that is gone, or new without a default, is a TypeError.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[type[Self], dict[str, Any]]]:
        """Return how ``pickle`` and ``copy`` make the record again."""
        return _restored, (type(self), {field.name: getattr(self, field.name) for field in fields(self)})  # type: ignore[arg-type, return-value]


def _restored(kind: type[Record], values: dict[str, Any]) -> Record:
    try:
        return kind(**values)
    except TypeError as error:
        raise TypeError(
            f"{kind.__name__}: was pickled by another version of geomap ({error}); geoparse again"
        ) from error


def iso_day(text: str | None) -> str | None:
    """Return the calendar day of an ISO 8601 date, or date and time; None for anything else."""
    try:
        return date.fromisoformat((text or "")[:10]).isoformat()
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Record):
    """An article of which only the beginning was geoparsed."""

    article_id: str
    read_to: int
    """Number of code points that were geoparsed."""
    length: int
    """Number of code points of the text."""

    def __str__(self) -> str:
        """Return the line for a log."""
        return (
            f"{self.article_id}: only the first {self.read_to:,} of {self.length:,} characters were read; "
            "split the article"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread(Record):
    """An article in a language that no network reads."""

    article_id: str
    language: str
    """ISO 639-1, or "und" where it could not be identified."""

    def __str__(self) -> str:
        """Return the line for a log."""
        name = "an unknown language" if self.language == "und" else f"the language {self.language!r}"
        return f"{self.article_id}: in {name}, which no model reads; only names of countries and great cities are shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadDate(Record):
    """An article whose source says something of its date that could not be read as one."""

    article_id: str
    said: str
    day: str | None = None
    """The day that its text states, ISO 8601, which is used instead."""

    def __str__(self) -> str:
        """Return the line for a log."""
        instead = f"{self.day}, which its text states, is used" if self.day else "give it as 2016-12-17"
        return f"{self.article_id}: its date {' '.join(self.said.split())!r} could not be read; {instead}"
