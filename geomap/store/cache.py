"""A key-value cache from build to build; a key begins with its kind and a space."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping


class Cache:
    """The table ``grounds``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use the library's connection."""
        self._db = db

    def get(self, key: str) -> bytes | None:
        """Return the value of a key; None where there is none."""
        row = self._db.execute("SELECT value FROM grounds WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def with_prefix(self, prefix: str) -> dict[str, bytes]:
        """Return the values whose keys begin with ``prefix``, by their keys."""
        return dict(self._db.execute("SELECT key, value FROM grounds WHERE key GLOB ?", (f"{prefix}*",)))

    def put(self, values: Mapping[str, bytes]) -> None:
        """Store values by key, replacing earlier ones."""
        self._db.executemany("INSERT OR REPLACE INTO grounds VALUES (?, ?)", list(values.items()))

    def drop(self, keys: Iterable[str]) -> None:
        """Delete the values of these keys."""
        self._db.executemany("DELETE FROM grounds WHERE key = ?", [(key,) for key in keys])

    def drop_kind(self, kind: str) -> None:
        """Delete the values of a kind."""
        self._db.execute("DELETE FROM grounds WHERE key GLOB ?", (f"{kind} *",))

    def drop_other_prefixes(self, kind: str, prefix: str) -> None:
        """Delete the values of a kind whose keys do not begin with ``prefix``."""
        self._db.execute("DELETE FROM grounds WHERE key GLOB ? AND key NOT GLOB ?", (f"{kind} *", f"{prefix}*"))
