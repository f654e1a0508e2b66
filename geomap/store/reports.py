"""The report of each place, and its parts of the outputs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from geomap.store.serialization import decode, decode_reports, encode, encode_report
from geomap.types import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """A report, and its parts of the outputs."""

    report: Report
    n: int
    """Clusters that name the place."""
    first: str
    """Position of its first evidence: sorts places that are named by equally many clusters."""
    articles: tuple[str, ...]
    """Ids of the latest articles that name the place."""
    joined_by: str
    """Key of the code, the data and the era of its regions."""
    feature: bytes
    """Its GeoJSON features, encoded."""
    line: str
    """Its line in the CSV table."""
    entry: str
    """Its record on a light map."""


class Reports:
    """The table ``reports``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use the library's connection."""
        self._db = db

    def count(self) -> int:
        """Return the number of places that have a report."""
        n: int = self._db.execute("SELECT count(*) FROM reports").fetchone()[0]
        return n

    def replace(self, places: Sequence[str], made: Sequence[StoredReport]) -> None:
        """Replace the reports of ``places``, some of which may have no new report, and mark the places as not stale."""
        rows = [
            (
                stored.report.place.id,
                stored.n,
                stored.first,
                encode(stored.articles),
                stored.joined_by,
                encode_report(stored.report),
                stored.feature,
                stored.line,
                stored.entry,
            )
            for stored in made
        ]
        self._db.executemany("DELETE FROM reports WHERE place = ?", [(place,) for place in places])
        self._db.executemany("INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._db.executemany("DELETE FROM stale WHERE place = ?", [(place,) for place in places])

    def in_order(self) -> list[Report]:
        """Return the reports, sorted by the number of clusters that name the place, the highest first."""
        rows = self._db.execute("SELECT report FROM reports ORDER BY n DESC, first, place")
        return decode_reports([row[0] for row in rows])

    def unordered(self) -> list[Report]:
        """Return the reports in no order."""
        return decode_reports([row[0] for row in self._db.execute("SELECT report FROM reports")])

    def joined_by(self, key: str, places: Sequence[str]) -> list[Report]:
        """Return the reports of those of ``places`` whose ``joined_by`` is ``key``."""
        marks = ", ".join("?" * len(places))
        rows = self._db.execute(
            f"SELECT report FROM reports WHERE joined_by = ? AND place IN ({marks})",  # noqa: S608 - question marks
            (key, *places),
        )
        return decode_reports([row[0] for row in rows])

    def articles(self) -> dict[str, list[str]]:
        """Return the ids of the latest articles that name each place, by the place's id."""
        rows = self._db.execute("SELECT place, articles FROM reports")
        return {place: decode(data, list[str]) for place, data in rows}

    def features(self) -> list[bytes]:
        """Return the encoded GeoJSON features in the order of the reports."""
        rows = self._db.execute("SELECT feature FROM reports ORDER BY n DESC, first, place")
        return [row[0] for row in rows]

    def lines(self) -> list[str]:
        """Return the lines of the CSV table in the order of the reports."""
        return [row[0] for row in self._db.execute("SELECT line FROM reports ORDER BY n DESC, first, place")]

    def entries(self) -> list[str]:
        """Return the records of a light map in the order of the reports."""
        return [row[0] for row in self._db.execute("SELECT entry FROM reports ORDER BY n DESC, first, place")]
