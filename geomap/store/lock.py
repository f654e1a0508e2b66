"""One writer at a time: a lock beside a project's library that the system frees however a process ends."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geomap.errors import LibraryBusy, ProjectError
from geomap.files import read_regular, write_whole
from geomap.store.checksums import odd_file, set_aside


@contextmanager
def locked(path: Path, *, wait: float = 0.0, now: str = "") -> Iterator[None]:
    """Be the one writer of the library at ``path``; LibraryBusy where another is for longer than ``wait`` seconds.

    The lock is an SQLite transaction on an empty file beside it. Anything else in that file is removed.
    """
    beside = path.with_name(path.name + ".lock")
    writer = path.with_name(path.name + ".writer")
    if odd_file(beside):
        set_aside(beside)
    try:
        lock = _lock(beside, wait)
    except (sqlite3.Error, OSError) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise LibraryBusy(
                f"{path}: another geomap is writing{_by_whom(writer)}; wait for it, or build with --wait"
            ) from error
        raise ProjectError(f"{path}: cannot be written beside ({error}); check the folder's permissions") from error
    try:
        with suppress(OSError):
            write_whole(writer, f" (process {os.getpid()}{f', since {now}' if now else ''})".encode())
        yield
    finally:
        with suppress(OSError):
            writer.unlink()
        lock.close()


def _lock(beside: Path, wait: float) -> sqlite3.Connection:
    lock = sqlite3.connect(beside, isolation_level=None, timeout=wait)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        lock.close()
        if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise
        os.truncate(beside, 0)  # not another file in its place: whoever has locked this one still has
        lock = sqlite3.connect(beside, isolation_level=None, timeout=wait)
        lock.execute("BEGIN EXCLUSIVE")
    return lock


def _by_whom(writer: Path) -> str:
    try:
        return "".join(c for c in read_regular(writer, limit=100).decode("ascii", "replace") if c.isprintable())
    except OSError:
        return ""
