"""The state of the feeds and sitemaps of a project."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The state of a feed or sitemap after it was last fetched."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    polled: str | None = None
    error: str | None = None


class Sources:
    """The table ``sources``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use the library's connection."""
        self._db = db

    def get(self, url: str) -> Source:
        """Return the state of a feed; empty where it was never fetched."""
        row = self._db.execute(
            "SELECT url, etag, last_modified, polled, error FROM sources WHERE url = ?", (url,)
        ).fetchone()
        return (
            Source(**dict(zip(("url", "etag", "last_modified", "polled", "error"), row, strict=True)))
            if row
            else Source(url=url)
        )

    def put(self, source: Source) -> None:
        """Store the state of a feed."""
        row = (source.url, source.etag, source.last_modified, source.polled, source.error)
        self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?)", row)

    def errors(self) -> list[str]:
        """Return the errors of the feeds whose last fetch failed, in the order of URLs."""
        return [row[0] for row in self._db.execute("SELECT error FROM sources WHERE error IS NOT NULL ORDER BY url")]
