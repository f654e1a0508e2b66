"""What the builds of a project remember: one SQLite file, one writer at a time, deleted at no loss but time.

Every row can be made again from ``articles/``, ``corrections.toml`` and the geodata; each carries the key of what it was made from.
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
"""Articles between two commits: a killed build loses no more than these."""
CACHE_KB = 32_000
LOG_BYTES = 64_000_000
"""Size from which the write-ahead log is brought into the file."""
_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOLFS, sqlite3.SQLITE_AUTH,
    }
)  # fmt: skip
"""What SQLite says of the disk, the permissions and other processes: nothing is wrong with the file."""
_MALFORMED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})


class Library:
    """An open library; a context manager that turns what SQLite raises into LibraryDamaged or ProjectError.

    ``writing`` and ``reading`` open one of a project; ``version`` is the number of migrations that made it. Its attributes
    (``articles``, ``clusters``, …) read and write a group of tables each.
    """

    def __init__(self, path: Path, *, is_read_only: bool = False) -> None:
        """Open the file, or make it where it is not only to be read."""
        self.path = path
        self.is_read_only = is_read_only
        self._file, is_new = _opened(path, is_read_only=is_read_only)
        self._seal = read_seal(path)
        if self._seal and log_size(path) and not is_of(self._file, self._seal):
            self._seal = None  # the system stopped while the log was brought into the file, and will go on with that
        self._holds = begin_check(self._file, self._seal) if self._seal else None
        self._is_trusted = is_new or self._seal is not None
        """Whether no value in it can be another than was written: what fails then is the program."""
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
                f"{self.path}: was made by a later geomap; update geomap, or delete the file to make it again"
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
        """Raise LibraryDamaged or ProjectError where an error tells of the library, return where of something else."""
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(error, sqlite3.Error) and code is not None and code & 0xFF in _UNAVAILABLE:
            raise ProjectError(
                f"{self.path}: cannot be used ({error}); look to its permissions and the room on the disk, then do the same again"
            ) from error
        is_malformed = isinstance(error, msgspec.MsgspecError) or (code is not None and code & 0xFF in _MALFORMED)
        # A value that is another gives any error, or none.
        is_odd = isinstance(error, Exception) and not isinstance(error, (GeomapError, OSError, MemoryError))
        if is_malformed or (is_odd and not self._is_trusted):
            raise _damaged(self.path, str(error)) from error
        if is_odd:
            self.verify()

    def verify(self) -> None:
        """Wait until it is known that the file holds what was written; LibraryDamaged where it does not."""
        if self._is_verified:
            return
        try:
            is_whole = self._holds() if self._holds else _is_consistent(self._db)
        except OSError as error:
            raise ProjectError(f"{self.path}: cannot be read ({error.strerror}); check the disk") from error
        is_written_to = self.is_read_only and self._holds is not None and read_seal(self.path) != self._seal
        if not is_whole and not is_written_to:
            raise _damaged(self.path, "it does not hold what was written" if self._holds else "its pages disagree")
        self._is_verified = True

    def close(self) -> None:
        """Close the file, and seal what was written."""
        try:
            if not self.is_read_only and (log_size(self.path) or not self._seal):
                self.verify()
                self._put_seal()
        except (sqlite3.Error, GeomapError):  # what is written stays in the log, or the next to open it finds out
            drop_seal(self.path)
        finally:
            self._close()

    def _close(self) -> None:
        if self._holds:
            with suppress(OSError):
                self._holds()
        if hasattr(self, "_db"):
            self._db.close()
        self._file.close()  # last: POSIX takes a process's locks off a file when any descriptor of it is closed

    def _put_seal(self) -> None:
        """Bring the write-ahead log into the file, and seal it."""
        self._db.execute(f"PRAGMA application_id = {(number := secrets.randbits(31))}")
        before, changed = self._seal, changed_chunks(self.path)
        drop_seal(self.path)
        self._seal = None
        (is_busy, _, _) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not is_busy:  # with somebody who reads
            self._seal = new_seal(self._file, number=number, before=before, changed=changed)
            write_seal(self.path, self._seal)

    def _migrate(self) -> None:
        if not 0 <= self.version < 1_000:
            raise _damaged(self.path, f"its version is {self.version}")
        for number, script in enumerate(MIGRATIONS[self.version :], start=self.version + 1):
            # executescript commits what is open, so the script carries its own transaction
            self._db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
            self.version = number

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the block's changes all, or none."""
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

    def about(self, name: str) -> str | None:
        """Return a remembered word, such as the key of the last build."""
        found = self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def note(self, name: str, value: str | None) -> None:
        """Remember a word; None forgets it."""
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
    """Open the library at ``path`` as its one writer; LibraryBusy where another is writing for longer than ``wait`` seconds.

    LibraryDamaged where it turns out to be damaged: it has been set aside then, and doing the same again makes another.
    """
    with locked(path, wait=wait, now=now):
        try:
            with Library(path) as library:
                yield library
        except LibraryDamaged as error:
            aside = set_aside(path)
            raise LibraryDamaged(
                f"{path}: is damaged ({error.why}); it is kept as {aside.name}, and articles/ is read again",
                why=error.why,
            ) from error


@contextmanager
def reading(path: Path) -> Iterator[Library | None]:
    """Open the library at ``path`` to read alone: nothing is written, to any file. None where this geomap has made none yet."""
    if not path.exists():
        yield None
        return
    with Library(path, is_read_only=True) as library:
        yield library if library.version == len(MIGRATIONS) else None


def _opened(path: Path, *, is_read_only: bool) -> tuple[BufferedReader, bool]:
    """Return the file, made where it must be, and whether there is nothing in it."""
    if odd := odd_file(path):
        raise _damaged(path, f"{odd} is no file")
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
    if log_size(path):  # somebody is writing, or was killed
        db = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, timeout=10)
        try:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            db.close()
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise
        else:
            return db
    # As of the last time that the log was brought into the file: SQLite needs to write to read on.
    return sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True, isolation_level=None)


def _is_consistent(db: sqlite3.Connection) -> bool:
    (said,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    return bool(said == "ok")


def _damaged(path: Path, why: str) -> LibraryDamaged:
    why = quoted(why)
    return LibraryDamaged(f"{path}: is damaged ({why}); the next `geomap build` makes it again", why=why)
