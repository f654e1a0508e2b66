"""The places and output files that the last build published."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geomap.store.serialization import decode, encode
from geomap.types import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPlace:
    """A place on the last map."""

    place: Place
    articles: tuple[str, ...]
    """Ids of the latest articles that name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFile:
    """An output file of the last build."""

    key: str
    """Of its inputs."""
    size: int


class Outputs:
    """The tables ``built`` and ``pages``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use the library's connection."""
        self._db = db

    def places(self) -> dict[str, PublishedPlace]:
        """Return the places on the last map by their ids."""
        rows = self._db.execute("SELECT place, record, articles FROM built")
        return {
            place_id: PublishedPlace(place=decode(record, Place), articles=decode(articles, tuple[str, ...]))
            for place_id, record, articles in rows
        }

    def put_places(self, places: Sequence[PublishedPlace]) -> None:
        """Replace the places on the last map; only rows that differ are written."""
        rows = self._db.execute("SELECT place, record, articles FROM built")
        before = {place_id: (record, articles) for place_id, record, articles in rows}
        now = {published.place.id: (encode(published.place), encode(published.articles)) for published in places}
        self._db.executemany(
            "DELETE FROM built WHERE place = ?", [(place_id,) for place_id in before.keys() - now.keys()]
        )
        self._db.executemany(
            "INSERT OR REPLACE INTO built VALUES (?, ?, ?)",
            [(place_id, *row) for place_id, row in now.items() if before.get(place_id) != row],
        )

    def files(self) -> dict[str, OutputFile]:
        """Return the files of the last build by path below the output folder."""
        rows = self._db.execute("SELECT path, key, size FROM pages")
        return {path: OutputFile(key=key, size=size) for path, key, size in rows}

    def put_files(self, files: Mapping[str, OutputFile]) -> None:
        """Replace the files of the last build; only rows that differ are written."""
        before = self.files()
        self._db.executemany("DELETE FROM pages WHERE path = ?", [(path,) for path in before.keys() - files.keys()])
        self._db.executemany(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?)",
            [(path, file.key, file.size) for path, file in files.items() if before.get(path) != file],
        )
