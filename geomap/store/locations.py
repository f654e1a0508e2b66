"""Which cluster names which place, which places' reports are stale, and which places are hidden."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place that a cluster names, by its best mention."""

    place: str
    kind: int
    """As by ``geomap.project.clusters.rank_of``: 0 states the most about a place."""
    score: float


class Locations:
    """The tables ``located``, ``stale`` and ``hidden``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use the library's connection."""
        self._db = db

    def put(self, cluster_id: str, located: Sequence[Location], *, date: str) -> None:
        """Store the places that a cluster of this date names, and mark them stale."""
        self._db.executemany(
            "INSERT INTO located VALUES (?, ?, ?, ?, ?)",
            [(location.place, cluster_id, location.kind, location.score, date) for location in located],
        )
        self._db.executemany("INSERT OR IGNORE INTO stale VALUES (?)", [(location.place,) for location in located])

    def drop(self, cluster_id: str) -> None:
        """Delete the places of a cluster, and mark them stale."""
        self._db.execute("INSERT OR IGNORE INTO stale SELECT place FROM located WHERE id = ?", (cluster_id,))
        self._db.execute("DELETE FROM located WHERE id = ?", (cluster_id,))

    def count(self, place: str) -> int:
        """Return the number of clusters that name a place."""
        n: int = self._db.execute("SELECT count(*) FROM located WHERE place = ?", (place,)).fetchone()[0]
        return n

    def clusters(self, place: str) -> list[str]:
        """Return the ids of the clusters that name a place."""
        return [row[0] for row in self._db.execute("SELECT id FROM located WHERE place = ?", (place,))]

    def best_clusters(self, place: str, n: int) -> list[str]:
        """Return the ids of at most ``n`` clusters that name a place: first that of the best mention, then the latest."""
        best = "SELECT id FROM located WHERE place = ? ORDER BY kind, score DESC, date DESC, id LIMIT 1"
        latest = "SELECT id FROM located WHERE place = ? ORDER BY kind, date DESC, id LIMIT ?"
        ids = [row[0] for row in self._db.execute(best, (place,))]
        ids += [row[0] for row in self._db.execute(latest, (place, n))]
        return list(dict.fromkeys(ids))[:n]

    def latest_shown_ids(self, place: str, n: int) -> list[str]:
        """Return the published ids of the ``n`` latest clusters that name a place, the latest first."""
        rows = self._db.execute(
            "SELECT s.name FROM (SELECT id, date FROM located WHERE place = ? ORDER BY date DESC, id LIMIT ?) l"
            " JOIN stories s ON s.id = l.id ORDER BY l.date DESC, l.id",
            (place, n),
        )
        return [row[0] for row in rows]

    def first_dates(self) -> dict[str, str]:
        """Return the date of the first cluster that names each place, by the place's id."""
        return dict(self._db.execute("SELECT place, min(date) FROM located GROUP BY place"))

    def stale(self) -> list[str]:
        """Return the ids of the places whose reports are stale, sorted."""
        return [row[0] for row in self._db.execute("SELECT place FROM stale ORDER BY place")]

    def mark_all_stale(self) -> None:
        """Mark every place stale that a cluster names."""
        self._db.execute("INSERT OR IGNORE INTO stale SELECT DISTINCT place FROM located")

    def hidden(self) -> set[str]:
        """Return the ids of the places that a correction hides in any cluster."""
        return {row[0] for row in self._db.execute("SELECT place FROM hidden")}

    def hide(self, places: Iterable[str]) -> None:
        """Store places as hidden."""
        self._db.executemany("INSERT OR IGNORE INTO hidden VALUES (?)", [(place,) for place in places])

    def clear_hidden(self) -> None:
        """Delete the list of hidden places."""
        self._db.execute("DELETE FROM hidden")
