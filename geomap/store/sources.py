"""What is known of the feeds and sitemaps of a project."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is known of a feed or sitemap since it was last asked."""

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
        """Return what is known of a feed."""
        row = self._db.execute(
            "SELECT url, etag, last_modified, polled, error FROM sources WHERE url = ?", (url,)
        ).fetchone()
        return (
            Source(**dict(zip(("url", "etag", "last_modified", "polled", "error"), row, strict=True)))
            if row
            else Source(url=url)
        )

    def put(self, source: Source) -> None:
        """Store what is known of a feed."""
        row = (source.url, source.etag, source.last_modified, source.polled, source.error)
        self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?)", row)

    def errors(self) -> list[str]:
        """Return what was wrong when each feed was last asked, in the order of URLs; nothing for those that answered."""
        return [row[0] for row in self._db.execute("SELECT error FROM sources WHERE error IS NOT NULL ORDER BY url")]
