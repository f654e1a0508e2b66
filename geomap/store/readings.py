"""The resolutions of the articles, a row for each distinct text."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from geomap.store.serialization import decode, encode
from geomap.types import Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadText:
    """A text without resolutions of the current key."""

    article_id: str
    """The first article that has this text."""
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The resolutions of one text."""

    digest: str
    key: str
    """Of the code and data that made them."""
    places: tuple[str, ...]
    """Ids of the places of its literal mentions, sorted."""
    resolutions: tuple[Resolution, ...]


class Readings:
    """The table ``readings``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use the library's connection."""
        self._db = db

    def unread(self, key: str) -> list[UnreadText]:
        """Return the texts of the articles that have no resolutions made by ``key``."""
        rows = self._db.execute(
            "SELECT min(id), digest FROM articles WHERE digest NOT IN (SELECT digest FROM readings WHERE key = ?)"
            " GROUP BY digest",
            (key,),
        )
        return [UnreadText(article_id=article_id, digest=digest) for article_id, digest in rows]

    def put(self, readings: Sequence[Reading]) -> None:
        """Store readings in place of older ones of the same texts."""
        self._db.executemany(
            "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?)",
            [
                (reading.digest, reading.key, " ".join(reading.places), encode(reading.resolutions))
                for reading in readings
            ],
        )

    def places(self, key: str) -> dict[str, str]:
        """Return the place ids of each text that has a reading of ``key``, separated by spaces, by digest."""
        return dict(self._db.execute("SELECT digest, places FROM readings WHERE key = ?", (key,)))

    def resolutions(self, digest: str) -> tuple[Resolution, ...]:
        """Return the resolutions of a text; empty where it has no reading."""
        row = self._db.execute("SELECT resolutions FROM readings WHERE digest = ?", (digest,)).fetchone()
        return decode(row[0], tuple[Resolution, ...]) if row else ()

    def resolutions_of_article(self, article_id: str) -> tuple[Resolution, ...]:
        """Return the resolutions of an article that has a reading."""
        row = self._db.execute(
            "SELECT r.resolutions FROM articles a JOIN readings r ON r.digest = a.digest WHERE a.id = ?", (article_id,)
        ).fetchone()
        return decode(row[0], tuple[Resolution, ...])  # type: ignore[no-any-return]

    def has_other_key(self, key: str) -> bool:
        """Return whether the first article of any cluster has a reading of another key."""
        row = self._db.execute(
            "SELECT 1 FROM stories s JOIN articles a ON a.id = s.id JOIN readings r ON r.digest = a.digest"
            " WHERE r.key != ? LIMIT 1",
            (key,),
        ).fetchone()
        return row is not None
