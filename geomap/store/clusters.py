"""The clusters of near-duplicate articles as they are shown; each has the id of its first article."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from geomap.store.serialization import decode, encode
from geomap.types import Article, Correction, GeoparsedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What is shown of the articles of a cluster."""

    id: str
    key: str
    """Of everything it was made from."""
    date: str
    """When it was published, retrieved or first met, the first that is known."""
    listed: str
    """Its line in the manifest."""
    entry: str
    """What a light map holds of it."""
    fitted: tuple[Correction, ...]
    """The corrections that fit it."""
    shown: GeoparsedArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterStamp:
    """What tells whether the page of a cluster is still the same."""

    id: str
    stamp: str
    """Digest of what is shown."""
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
        """Return the number of bytes of all that is shown."""
        n: int | None = self._db.execute("SELECT sum(length(shown)) FROM stories").fetchone()[0]
        return n or 0

    def keys(self) -> dict[str, str]:
        """Return the key of each cluster by its id."""
        return dict(self._db.execute("SELECT id, key FROM stories"))

    def stamps(self) -> list[ClusterStamp]:
        """Return the stamps of the clusters in the order of ids."""
        rows = self._db.execute("SELECT id, stamp, date, page FROM stories ORDER BY id")
        return [ClusterStamp(id=one, stamp=stamp, date=date, page=page) for one, stamp, date, page in rows]

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
        """Yield what is shown of each cluster in the order of dates."""
        for (data,) in self._db.execute("SELECT shown FROM stories ORDER BY date, id"):
            yield decode(data, GeoparsedArticle)

    def shown_of(self, cluster_id: str) -> GeoparsedArticle:
        """Return what is shown of a cluster."""
        row = self._db.execute("SELECT shown FROM stories WHERE id = ?", (cluster_id,)).fetchone()
        return decode(row[0], GeoparsedArticle)  # type: ignore[no-any-return]

    def shown_ids(self) -> set[str]:
        """Return the ids under which the clusters are shown."""
        return {row[0] for row in self._db.execute("SELECT name FROM stories")}

    def listed(self) -> list[str]:
        """Return the clusters' lines in the manifest in the order of dates."""
        return [row[0] for row in self._db.execute("SELECT listed FROM stories ORDER BY date, id")]

    def listed_cut(self) -> list[str]:
        """Return the manifest lines of the clusters of which only the beginning was geoparsed, in the order of dates."""
        # In a JSON text these letters are a key: a quotation mark inside a string is escaped.
        rows = self._db.execute("SELECT listed FROM stories WHERE instr(listed, '\"read_to\":') ORDER BY date, id")
        return [row[0] for row in rows]

    def entries(self) -> list[str]:
        """Return what a light map holds of each cluster in the order of dates."""
        return [row[0] for row in self._db.execute("SELECT entry FROM stories ORDER BY date, id")]

    def last_day(self) -> str | None:
        """Return the ISO date of the latest publication; None where no date is known."""
        day: str | None = self._db.execute("SELECT max(substr(published, 1, 10)) FROM stories").fetchone()[0]
        return day

    def fitted(self) -> set[Correction]:
        """Return the corrections that fit any cluster."""
        rows = self._db.execute("SELECT DISTINCT fitted FROM stories")
        return {one for (data,) in rows for one in decode(data, tuple[Correction, ...])}

    def fitted_by_id(self) -> Iterator[tuple[str, tuple[Correction, ...]]]:
        """Yield the id of each cluster and the corrections that fit it."""
        for cluster_id, data in self._db.execute("SELECT id, fitted FROM stories"):
            yield cluster_id, decode(data, tuple[Correction, ...])

    def first_articles(self) -> Iterator[FirstArticle]:
        """Yield the first article of each cluster."""
        for cluster_id, data in self._db.execute(
            "SELECT s.id, a.article FROM stories s JOIN articles a ON a.id = s.id"
        ):
            yield FirstArticle(cluster_id=cluster_id, article=decode(data, Article))

    def with_text(self, text: str) -> list[str]:
        """Return the ids of the clusters whose first article holds ``text`` in its title, its text or its metadata."""
        rows = self._db.execute(
            "SELECT s.id FROM stories s JOIN articles a ON a.id = s.id WHERE instr(a.article, CAST(? AS BLOB))", (text,)
        )
        return [row[0] for row in rows]
