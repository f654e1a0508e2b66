"""What is said of an article that was not read as a whole, or not in its language, or without its date."""

from __future__ import annotations

from dataclasses import dataclass

from geomap.records import Record


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
