"""The report of each place, and the parts of the outputs that are made of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from geomap.store.serialization import decode, decode_reports, encode, encode_report
from geomap.types import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """A report, and what the outputs hold of it."""

    report: Report
    n: int
    """Clusters that name the place."""
    first: str
    """Where its first evidence is: sorts places that as many clusters name."""
    articles: tuple[str, ...]
    """Ids of the latest articles that name the place."""
    joined_by: str
    """Key of the program and the era that its regions are of."""
    feature: bytes
    """Its GeoJSON feature, encoded."""
    line: str
    """Its line in the CSV table."""
    entry: str
    """What a light map holds of it."""


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
        """Replace the reports of ``places``, of which some may have none any more; the places are stale no more."""
        rows = [
            (
                one.report.place.id,
                one.n,
                one.first,
                encode(one.articles),
                one.joined_by,
                encode_report(one.report),
                one.feature,
                one.line,
                one.entry,
            )
            for one in made
        ]
        self._db.executemany("DELETE FROM reports WHERE place = ?", [(place,) for place in places])
        self._db.executemany("INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._db.executemany("DELETE FROM stale WHERE place = ?", [(place,) for place in places])

    def in_order(self) -> list[Report]:
        """Return the reports, those of the places that most clusters name first."""
        rows = self._db.execute("SELECT report FROM reports ORDER BY n DESC, first, place")
        return decode_reports([row[0] for row in rows])

    def unordered(self) -> list[Report]:
        """Return the reports in no order."""
        return decode_reports([row[0] for row in self._db.execute("SELECT report FROM reports")])

    def joined_by(self, key: str, places: Sequence[str]) -> list[Report]:
        """Return the reports of those of ``places`` whose regions are of ``key``."""
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
        """Return what a light map holds of each place in the order of the reports."""
        return [row[0] for row in self._db.execute("SELECT entry FROM reports ORDER BY n DESC, first, place")]
