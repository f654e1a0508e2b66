"""What the builds of a project remember: one SQLite file, one writer at a time, deleted at no loss but time.

Every row can be made again from ``articles/``, ``corrections.toml`` and the geodata; each carries the key of what it was made from.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec

from geomap.errors import GeomapError, LibraryDamaged, ProjectError, quoted
from geomap.files import open_regular
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
from geomap.store.lock import locked
from geomap.store.migrations import MIGRATIONS
from geomap.store.serialization import decode, encode
from geomap.types import Article

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is known of a feed or sitemap since it was last asked."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    polled: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of articles/ as it was when it was last read."""

    path: str
    """Below articles/, with slashes."""
    size: int
    mtime_ns: int
    """0 where the file was too fresh to tell a later change by its time."""
    key: str
    """Of its bytes, of what was received with it, and of the code that read it."""
    seen: str
    """ISO 8601 time of the build that first met it."""
    error: str | None = None


class Library:
    """An open library; a context manager that turns what SQLite raises into LibraryDamaged or ProjectError.

    ``writing`` and ``reading`` open one of a project; ``version`` is the number of migrations that made it.
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

    def _connect(self) -> None:
        if self.is_read_only:
            self.db = _connected_to_read(self.path)
            self.version = self.db.execute("PRAGMA user_version").fetchone()[0]
            self.verify()
        else:
            self.db = sqlite3.connect(self.path, isolation_level=None, timeout=10)
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA wal_autocheckpoint = 0")  # the file changes only where its seal does
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
            self.version = self.db.execute("PRAGMA user_version").fetchone()[0]
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
            is_whole = self._holds() if self._holds else _is_consistent(self.db)
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
        if hasattr(self, "db"):
            self.db.close()
        self._file.close()  # last: POSIX takes a process's locks off a file when any descriptor of it is closed

    def _put_seal(self) -> None:
        """Bring the write-ahead log into the file, and seal it."""
        self.db.execute(f"PRAGMA application_id = {(number := secrets.randbits(31))}")
        before, changed = self._seal, changed_chunks(self.path)
        drop_seal(self.path)
        self._seal = None
        (is_busy, _, _) = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not is_busy:  # with somebody who reads
            self._seal = new_seal(self._file, number=number, before=before, changed=changed)
            write_seal(self.path, self._seal)

    def _migrate(self) -> None:
        if not 0 <= self.version < 1_000:
            raise _damaged(self.path, f"its version is {self.version}")
        for number, script in enumerate(MIGRATIONS[self.version :], start=self.version + 1):
            # executescript commits what is open, so the script carries its own transaction
            self.db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
            self.version = number

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the block's changes all, or none."""
        self.verify()
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):  # some errors have rolled back already
                self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")
        if log_size(self.path) > LOG_BYTES:
            self._put_seal()

    def about(self, name: str) -> str | None:
        """Return a remembered word, such as the key of the last build."""
        found = self.db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def note(self, name: str, value: str | None) -> None:
        """Remember a word; None forgets it."""
        if value is None:
            self.db.execute("DELETE FROM about WHERE name = ?", (name,))
        else:
            self.db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        n: int = self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - a table of ours
        return n

    def of_places(self, column: str) -> list[Any]:
        """Return a column of the reports in the order in which places are told: the most named first."""
        rows = self.db.execute(f"SELECT {column} FROM reports ORDER BY n DESC, first, place")  # noqa: S608 - a column of ours
        return [row[0] for row in rows]

    def files(self) -> dict[str, StoredFile]:
        """Return the files by path."""
        rows = self.db.execute("SELECT path, size, mtime_ns, key, seen, error FROM files")
        return {
            path: StoredFile(path=path, size=size, mtime_ns=mtime_ns, key=key, seen=seen, error=error)
            for path, size, mtime_ns, key, seen, error in rows
        }

    def put_file(self, file: StoredFile, articles: Sequence[Article], *, origin: str | None = None) -> None:
        """Replace a file and the articles it holds; ``origin`` is the URL or the path that it was brought from."""
        self.drop_file(file.path)

        def by_origin(article: Article) -> str | None:
            return f"{origin}#{article.id}" if origin and len(articles) > 1 else origin

        row = (file.path, file.size, file.mtime_ns, file.key, file.seen, file.error)
        self.db.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", row)
        self.db.executemany(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (a.id, file.path, text_digest(a), by_origin(a), a.published, a.retrieved, encode(a), a.url)
                for a in articles
            ],
        )

    def put_file_times(self, file: StoredFile) -> None:
        """Remember a file's size and time; what it holds is as before."""
        self.db.execute("UPDATE files SET size = ?, mtime_ns = ? WHERE path = ?", (file.size, file.mtime_ns, file.path))

    def drop_file(self, path: str) -> None:
        """Forget a file, its articles and what is known of their twins."""
        for (one,) in self.db.execute("SELECT id FROM articles WHERE path = ?", (path,)).fetchall():
            self.drop_sketch(one)
        self.db.execute("DELETE FROM articles WHERE path = ?", (path,))
        self.db.execute("DELETE FROM files WHERE path = ?", (path,))

    def drop_sketch(self, article_id: str) -> None:
        """Forget what an article's text is like."""
        for statement in (
            "DELETE FROM sketches WHERE id = ?",
            "DELETE FROM shingles WHERE id = ?",
            "DELETE FROM twins WHERE id = ?",
            "DELETE FROM twins WHERE twin = ?",
        ):
            self.db.execute(statement, (article_id,))

    def article(self, article_id: str) -> Article:
        """Return an article as it was read."""
        row = self.db.execute("SELECT article FROM articles WHERE id = ?", (article_id,)).fetchone()
        return decode(row[0], Article)  # type: ignore[no-any-return]

    def source(self, url: str) -> Source:
        """Return what is known of a feed."""
        row = self.db.execute(
            "SELECT url, etag, last_modified, polled, error FROM sources WHERE url = ?", (url,)
        ).fetchone()
        return (
            Source(**dict(zip(("url", "etag", "last_modified", "polled", "error"), row, strict=True)))
            if row
            else Source(url=url)
        )

    def put_source(self, source: Source) -> None:
        """Remember what is known of a feed."""
        row = (source.url, source.etag, source.last_modified, source.polled, source.error)
        self.db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?)", row)


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Yield the items in lists of ``size``, each for one transaction."""
    todo = iter(items)
    while batch := list(islice(todo, size)):
        yield batch


def text_digest(article: Article) -> str:
    """Return the digest of all that reading an article depends on."""
    said = encode([article.text, article.title, article.published])
    return hashlib.sha256(said).hexdigest()


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
