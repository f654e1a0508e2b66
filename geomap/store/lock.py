"""A lock file that allows one writer of a project's library at a time; the system releases it when the process ends."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geomap.errors import LibraryBusy, ProjectError
from geomap.files import read_regular, write_atomic
from geomap.store.checksums import odd_file, set_aside


@contextmanager
def locked(path: Path, *, wait: float = 0.0, now: str = "") -> Iterator[None]:
    """Hold the write lock of the library at ``path``; LibraryBusy where another process holds it longer than ``wait`` seconds.

    The lock is an SQLite transaction on an empty file beside the library. Any content of that file is removed.
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
                f"{path}: another geomap is writing{_writer_text(writer)}; wait for it, or build with --wait"
            ) from error
        raise ProjectError(f"{path}: cannot be locked ({error}); check the folder's permissions") from error
    try:
        with suppress(OSError):
            write_atomic(writer, f" (process {os.getpid()}{f', since {now}' if now else ''})".encode())
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
        os.truncate(beside, 0)  # not replaced by another file: a process may hold a lock on this one
        lock = sqlite3.connect(beside, isolation_level=None, timeout=wait)
        lock.execute("BEGIN EXCLUSIVE")
    return lock


def _writer_text(writer: Path) -> str:
    try:
        return "".join(c for c in read_regular(writer, limit=100).decode("ascii", "replace") if c.isprintable())
    except OSError:
        return ""
