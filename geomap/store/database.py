"""The library of a project: intermediate results of its builds in one SQLite file, with one writer at a time.

Every row can be computed again from ``articles/``, ``corrections.toml`` and the geodata, and has the key of its inputs.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from geomap.errors import GeomapError, LibraryDamaged, ProjectError, quoted
from geomap.files import open_regular
from geomap.store.articles import Articles
from geomap.store.cache import Cache
from geomap.store.checksums import (
    begin_check,
    changed_chunks,
    drop_seal,
    is_of,
    log_size,
    new_seal,
    odd_file,
    read_seal,
    set_aside,
    write_seal,
)
from geomap.store.clusters import Clusters
from geomap.store.locations import Locations
from geomap.store.lock import locked
from geomap.store.migrations import MIGRATIONS
from geomap.store.near_duplicates import NearDuplicates
from geomap.store.outputs import Outputs
from geomap.store.readings import Readings
from geomap.store.reports import Reports
from geomap.store.sources import Sources

T = TypeVar("T")
BATCH = 50
"""Articles between two commits: a killed build loses at most these."""
CACHE_KB = 32_000
LOG_BYTES = 64_000_000
"""Size from which the write-ahead log is checkpointed into the file."""
_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOLFS, sqlite3.SQLITE_AUTH,
    }
)  # fmt: skip
"""Error codes of SQLite about the disk, permissions and other processes: the file is not damaged."""
_MALFORMED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})


class Library:
    """An open library; a context manager that turns what SQLite raises into LibraryDamaged or ProjectError.

    ``writing`` and ``reading`` open it; ``version`` is the number of applied migrations. Each of its attributes
    (``articles``, ``clusters``, …) reads and writes a group of tables.
    """

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        """Open the file; create it if it is missing and not read-only."""
        self.path = path
        self.is_read_only = is_read_only
        self._file, is_new = _opened(path, is_read_only=is_read_only)
        self._seal = read_seal(path)
        if self._seal and log_size(path) and not is_of(self._file, self._seal):
            self._seal = None  # the system stopped during a checkpoint, which SQLite will continue
        self._check = begin_check(self._file, self._seal) if self._seal else None
        self._is_trusted = is_new or self._seal is not None
        """Whether its values are certainly as written: an error is then a bug."""
        self._is_verified = False
        try:
            self._connect()
        except BaseException as error:
            try:
                self._translate(error)
            finally:
                self._close()
            raise
        self.articles = Articles(self._db)
        self.readings = Readings(self._db)
        self.near_duplicates = NearDuplicates(self._db)
        self.clusters = Clusters(self._db)
        self.locations = Locations(self._db)
        self.reports = Reports(self._db)
        self.outputs = Outputs(self._db)
        self.cache = Cache(self._db)
        self.sources = Sources(self._db)

    def _connect(self) -> None:
        if self.is_read_only:
            self._db = _connected_to_read(self.path)
            self.version = self._db.execute("PRAGMA user_version").fetchone()[0]
            self.verify()
        else:
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=10)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA wal_autocheckpoint = 0")  # the file changes only where its seal does
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
            self.version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if self.version != len(MIGRATIONS):
                self.verify()
                self._migrate()
        if self.version > len(MIGRATIONS):
            raise ProjectError(
                f"{self.path}: was made by a later version of geomap; update geomap, or delete the file to build it again"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if error:
                self._translate(error)
        finally:
            self.close()

    def _translate(self, error: BaseException) -> None:
        """Raise LibraryDamaged or ProjectError for an error of the library; return for any other."""
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(error, sqlite3.Error) and code is not None and code & 0xFF in _UNAVAILABLE:
            raise ProjectError(
                f"{self.path}: cannot be used ({error}); check its permissions and the free disk space, then repeat the command"
            ) from error
        is_malformed = isinstance(error, msgspec.MsgspecError) or (code is not None and code & 0xFF in _MALFORMED)
        # A corrupted value causes any error, or none.
        is_odd = isinstance(error, Exception) and not isinstance(error, (GeomapError, OSError, MemoryError))
        if is_malformed or (is_odd and not self._is_trusted):
            raise _damaged(self.path, str(error)) from error
        if is_odd:
            self.verify()

    def verify(self) -> None:
        """Wait for the comparison with the checksums; LibraryDamaged where the file differs from what was written."""
        if self._is_verified:
            return
        try:
            is_intact = self._check() if self._check else _is_consistent(self._db)
        except OSError as error:
            raise ProjectError(f"{self.path}: cannot be read ({error.strerror}); check the disk") from error
        is_written_to = self.is_read_only and self._check is not None and read_seal(self.path) != self._seal
        if not is_intact and not is_written_to:
            raise _damaged(self.path, "its checksums do not match" if self._check else "its pages are inconsistent")
        self._is_verified = True

    def close(self) -> None:
        """Close the file, and seal it (see ``checksums``)."""
        try:
            if not self.is_read_only and (log_size(self.path) or not self._seal):
                self.verify()
                self._put_seal()
        except (sqlite3.Error, GeomapError):  # changes stay in the log; damage is found when it is opened next
            drop_seal(self.path)
        finally:
            self._close()

    def _close(self) -> None:
        if self._check:
            with suppress(OSError):
                self._check()
        if hasattr(self, "_db"):
            self._db.close()
        self._file.close()  # last: POSIX releases a process's locks on a file when any of its descriptors is closed

    def _put_seal(self) -> None:
        """Checkpoint the write-ahead log into the file, and seal it."""
        self._db.execute(f"PRAGMA application_id = {(number := secrets.randbits(31))}")
        before, changed = self._seal, changed_chunks(self.path)
        drop_seal(self.path)
        self._seal = None
        (is_busy, _, _) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not is_busy:  # no other process is reading
            self._seal = new_seal(self._file, number=number, before=before, changed=changed)
            write_seal(self.path, self._seal)

    def _migrate(self) -> None:
        if not 0 <= self.version < 1_000:
            raise _damaged(self.path, f"its version is {self.version}")
        for number, script in enumerate(MIGRATIONS[self.version :], start=self.version + 1):
            # executescript commits an open transaction, so the script has its own
            self._db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
            self.version = number

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all changes of the block, or none."""
        self.verify()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):  # some errors have rolled back already
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        if log_size(self.path) > LOG_BYTES:
            self._put_seal()

    def get_meta(self, name: str) -> str | None:
        """Return a metadata value, such as the key of the last build; None where it is not set."""
        found = self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def set_meta(self, name: str, value: str | None) -> None:
        """Set a metadata value; None deletes it."""
        if value is None:
            self._db.execute("DELETE FROM about WHERE name = ?", (name,))
        else:
            self._db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Yield the items in lists of ``size``, each for one transaction."""
    todo = iter(items)
    while batch := list(islice(todo, size)):
        yield batch


@contextmanager
def writing(path: Path, *, wait: float = 0.0, now: str = "") -> Iterator[Library]:
    """Open the library at ``path`` as its only writer; LibraryBusy where another is writing for longer than ``wait`` seconds.

    LibraryDamaged where it is damaged: the file was renamed, and the next call creates a new one.
    """
    with locked(path, wait=wait, now=now):
        try:
            with Library(path) as library:
                yield library
        except LibraryDamaged as error:
            aside = set_aside(path)
            raise LibraryDamaged(
                f"{path}: is damaged ({error.why}); it was renamed to {aside.name}, and articles/ is read again",
                why=error.why,
            ) from error


@contextmanager
def reading(path: Path) -> Iterator[Library | None]:
    """Open the library at ``path`` read-only: no file is written. None where this version of geomap has not made one yet."""
    if not path.exists():
        yield None
        return
    with Library(path, is_read_only=True) as library:
        yield library if library.version == len(MIGRATIONS) else None


def _opened(path: Path, *, is_read_only: bool) -> tuple[BufferedReader, bool]:
    """Return the file, created if it is missing and not read-only, and whether it is empty."""
    if odd := odd_file(path):
        raise _damaged(path, f"{odd} is not a regular file")
    try:
        if not is_read_only and not path.exists():
            drop_seal(path)  # of a file that was deleted
            path.touch()
        file = open_regular(path)
        return file, not path.stat().st_size and read_seal(path) is None
    except OSError as error:
        raise ProjectError(f"{path}: cannot be opened ({error.strerror}); check its permissions") from error


def _connected_to_read(path: Path) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    if log_size(path):  # a process is writing, or was killed
        db = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, timeout=10)
        try:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            db.close()
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise
        else:
            return db
    # As of the last checkpoint: SQLite needs write access to read the log.
    return sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, isolation_level=None)


def _is_consistent(db: sqlite3.Connection) -> bool:
    (result,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    return bool(result == "ok")


def _damaged(path: Path, why: str) -> LibraryDamaged:
    why = quoted(why)
    return LibraryDamaged(f"{path}: is damaged ({why}); the next `geomap build` replaces it", why=why)
