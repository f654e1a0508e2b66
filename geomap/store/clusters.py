"""The clusters of near-duplicate articles as they are published; each has the id of its first article."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from geomap.store.serialization import decode, encode
from geomap.types import Article, Correction, GeoparsedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster as it is published."""

    id: str
    key: str
    """Of all its inputs."""
    date: str
    """When it was published, retrieved or first found, the first that is known."""
    listed: str
    """Its line in the manifest."""
    entry: str
    """Its record on a light map."""
    fitted: tuple[Correction, ...]
    """The corrections that were applied to it."""
    shown: GeoparsedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStamp:
    """The digest by which a change of a cluster's page is detected."""

    id: str
    stamp: str
    """Digest of ``Cluster.shown``."""
    date: str
    page: str
    """Path of its page below the output folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstArticle:
    """The first article of a cluster as it was read from its file."""

    cluster_id: str
    article: Article


class Clusters:
    """The table ``stories``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use the library's connection."""
        self._db = db

    def count(self) -> int:
        """Return the number of clusters."""
        n: int = self._db.execute("SELECT count(*) FROM stories").fetchone()[0]
        return n

    def size(self) -> int:
        """Return the total size of the published articles in bytes."""
        n: int | None = self._db.execute("SELECT sum(length(shown)) FROM stories").fetchone()[0]
        return n or 0

    def keys(self) -> dict[str, str]:
        """Return the key of each cluster by its id."""
        return dict(self._db.execute("SELECT id, key FROM stories"))

    def stamps(self) -> list[ClusterStamp]:
        """Return the stamps of the clusters in the order of ids."""
        rows = self._db.execute("SELECT id, stamp, date, page FROM stories ORDER BY id")
        return [
            ClusterStamp(id=cluster_id, stamp=stamp, date=date, page=page) for cluster_id, stamp, date, page in rows
        ]

    def put(self, cluster: Cluster) -> None:
        """Store a cluster that is not stored."""
        shown = encode(cluster.shown)
        article = cluster.shown.article
        self._db.execute(
            "INSERT INTO stories VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                cluster.id,
                cluster.key,
                hashlib.sha256(shown).hexdigest()[:16],
                cluster.date,
                article.published,
                article.id,
                article.page,
                cluster.listed,
                cluster.entry,
                encode(cluster.fitted),
                shown,
            ),
        )

    def drop(self, cluster_id: str) -> None:
        """Delete a cluster."""
        self._db.execute("DELETE FROM stories WHERE id = ?", (cluster_id,))

    def shown(self) -> Iterator[GeoparsedArticle]:
        """Yield the published article of each cluster in the order of dates."""
        for (data,) in self._db.execute("SELECT shown FROM stories ORDER BY date, id"):
            yield decode(data, GeoparsedArticle)

    def shown_of(self, cluster_id: str) -> GeoparsedArticle:
        """Return the published article of a cluster."""
        row = self._db.execute("SELECT shown FROM stories WHERE id = ?", (cluster_id,)).fetchone()
        return decode(row[0], GeoparsedArticle)  # type: ignore[no-any-return]

    def shown_ids(self) -> set[str]:
        """Return the published ids of the clusters' articles."""
        return {row[0] for row in self._db.execute("SELECT name FROM stories")}

    def listed(self) -> list[str]:
        """Return the clusters' lines in the manifest in the order of dates."""
        return [row[0] for row in self._db.execute("SELECT listed FROM stories ORDER BY date, id")]

    def listed_with(self, key: Literal["read_to", "unread_date"]) -> list[str]:
        """Return the manifest lines that have a key, in the order of dates."""
        # This text can only be a key: a quotation mark inside a JSON string is escaped.
        rows = self._db.execute("SELECT listed FROM stories WHERE instr(listed, ?) ORDER BY date, id", (f'"{key}":',))
        return [row[0] for row in rows]

    def listed_languages(self) -> list[tuple[str, str]]:
        """Return the published id of each cluster's article and its language, in the order of dates."""
        rows = self._db.execute(
            "SELECT json_extract(listed, '$.id'), json_extract(listed, '$.language') FROM stories ORDER BY date, id"
        )
        return [(row[0], row[1] or "en") for row in rows]

    def entries(self) -> list[str]:
        """Return the records of a light map in the order of dates."""
        return [row[0] for row in self._db.execute("SELECT entry FROM stories ORDER BY date, id")]

    def last_day(self) -> str | None:
        """Return the ISO date of the latest publication; None where no date is known."""
        day: str | None = self._db.execute("SELECT max(substr(published, 1, 10)) FROM stories").fetchone()[0]
        return day

    def fitted(self) -> set[Correction]:
        """Return the corrections that were applied to any cluster."""
        rows = self._db.execute("SELECT DISTINCT fitted FROM stories")
        return {correction for (data,) in rows for correction in decode(data, tuple[Correction, ...])}

    def fitted_by_id(self) -> Iterator[tuple[str, tuple[Correction, ...]]]:
        """Yield the id of each cluster and the corrections that were applied to it."""
        for cluster_id, data in self._db.execute("SELECT id, fitted FROM stories"):
            yield cluster_id, decode(data, tuple[Correction, ...])

    def first_articles(self) -> Iterator[FirstArticle]:
        """Yield the first article of each cluster."""
        for cluster_id, data in self._db.execute(
            "SELECT s.id, a.article FROM stories s JOIN articles a ON a.id = s.id"
        ):
            yield FirstArticle(cluster_id=cluster_id, article=decode(data, Article))

    def with_text(self, text: str) -> list[str]:
        """Return the ids of the clusters whose first article has ``text`` in its title, its text or its metadata."""
        rows = self._db.execute(
            "SELECT s.id FROM stories s JOIN articles a ON a.id = s.id WHERE instr(a.article, CAST(? AS BLOB))", (text,)
        )
        return [row[0] for row in rows]
