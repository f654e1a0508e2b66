"""MinHash sketches of the articles' texts, and the pairs of near-duplicates."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geomap.store.serialization import decode, encode


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSketch:
    """The sketch of an article's text."""

    article_id: str
    key: str
    """Digest of the text, and the key of the reading that has its places."""
    hashes: tuple[int, ...]
    """Ascending; empty for a short text."""


class NearDuplicates:
    """The tables ``sketches``, ``shingles`` (the indexed hashes) and ``twins`` (the pairs)."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use the library's connection."""
        self._db = db

    def keys(self) -> dict[str, str]:
        """Return the key of each sketch by the id of its article."""
        return dict(self._db.execute("SELECT id, digest FROM sketches"))

    def pairs(self) -> list[tuple[str, str]]:
        """Return the pairs of near-duplicates by the ids of their articles."""
        return self._db.execute("SELECT id, twin FROM twins").fetchall()

    def put(self, sketch: StoredSketch, *, near: Sequence[str], places: str, n_indexed: int) -> None:
        """Store a sketch, the ids of its near-duplicates, and its first ``n_indexed`` hashes, indexed with ``places``."""
        article_id = sketch.article_id
        self._db.execute("INSERT INTO sketches VALUES (?, ?, ?)", (article_id, sketch.key, encode(sketch.hashes)))
        self._db.executemany("INSERT INTO twins VALUES (?, ?)", [(article_id, other) for other in near])
        rows = [(number, places, article_id) for number in sketch.hashes[:n_indexed]]
        self._db.executemany("INSERT INTO shingles VALUES (?, ?, ?)", rows)

    def drop(self, article_id: str) -> None:
        """Delete an article's sketch and its pairs."""
        for statement in (
            "DELETE FROM sketches WHERE id = ?",
            "DELETE FROM shingles WHERE id = ?",
            "DELETE FROM twins WHERE id = ?",
            "DELETE FROM twins WHERE twin = ?",
        ):
            self._db.execute(statement, (article_id,))

    def with_places(self, hashes: Sequence[int], *, places: str) -> Iterator[StoredSketch]:
        """Yield the sketches that share an indexed hash with ``hashes`` and have the same places."""
        marks = ", ".join("?" * len(hashes))
        near = f"SELECT id FROM shingles WHERE hash IN ({marks}) AND places = ?"  # noqa: S608 - question marks
        return self._sketches(f"id IN ({near})", (*hashes, places))

    def with_claim(self, hashes: Sequence[int], *, claimed: str) -> Iterator[StoredSketch]:
        """Yield the sketches of articles that claim the URL ``claimed`` and share an indexed hash with ``hashes``."""
        marks = ", ".join("?" * len(hashes))
        near = f"SELECT id FROM shingles WHERE hash IN ({marks})"  # noqa: S608 - question marks
        same_claim = "SELECT id FROM articles WHERE claimed = ?"
        return self._sketches(f"id IN ({near}) AND id IN ({same_claim})", (*hashes, claimed))

    def _sketches(self, condition: str, values: tuple[object, ...]) -> Iterator[StoredSketch]:
        rows = self._db.execute(f"SELECT id, digest, sketch FROM sketches WHERE {condition}", values)  # noqa: S608 - ours
        for article_id, key, data in rows:
            yield StoredSketch(article_id=article_id, key=key, hashes=decode(data, tuple[int, ...]))
