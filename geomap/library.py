"""What the builds of a project remember: one SQLite file, one writer at a time, deleted at no loss but time.

Every row can be made again from ``articles/``, ``corrections.toml`` and the geodata; each carries the key of what it was made from.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Self, get_type_hints

import msgspec

from geomap.errors import LibraryBusy, ProjectError
from geomap.vocabulary import Article, Report

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE files (
        path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, key TEXT NOT NULL,
        seen TEXT NOT NULL, error TEXT
    ) WITHOUT ROWID;
    CREATE TABLE articles (
        id TEXT PRIMARY KEY, path TEXT NOT NULL, digest TEXT NOT NULL, address TEXT,
        published TEXT, retrieved TEXT, article BLOB NOT NULL
    );
    CREATE INDEX articles_of_file ON articles (path);
    CREATE INDEX articles_told ON articles (id, path, digest, address, published, retrieved);
    CREATE TABLE readings (
        digest TEXT PRIMARY KEY, key TEXT NOT NULL, places TEXT NOT NULL, resolutions BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX readings_by ON readings (key, digest, places);
    CREATE TABLE sketches (id TEXT PRIMARY KEY, digest TEXT NOT NULL, sketch BLOB NOT NULL) WITHOUT ROWID;
    CREATE INDEX sketches_of ON sketches (id, digest);
    CREATE TABLE shingles (
        hash INTEGER NOT NULL, places TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (hash, places, id)
    ) WITHOUT ROWID;
    CREATE INDEX shingles_of ON shingles (id);
    CREATE TABLE twins (id TEXT NOT NULL, twin TEXT NOT NULL, PRIMARY KEY (id, twin)) WITHOUT ROWID;
    CREATE INDEX twins_back ON twins (twin);
    CREATE TABLE stories (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, stamp TEXT NOT NULL, date TEXT NOT NULL, name TEXT NOT NULL,
        page TEXT NOT NULL, card BLOB NOT NULL,
        fitted BLOB NOT NULL, shown BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE located (
        place TEXT NOT NULL, id TEXT NOT NULL, kind INTEGER NOT NULL, score REAL NOT NULL, date TEXT NOT NULL,
        PRIMARY KEY (place, id)
    ) WITHOUT ROWID;
    CREATE INDEX located_in ON located (id);
    CREATE TABLE hidden (place TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE stale (place TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE reports (
        place TEXT PRIMARY KEY, n INTEGER NOT NULL, first TEXT NOT NULL, articles BLOB NOT NULL, report BLOB NOT NULL
    );
    CREATE TABLE built (place TEXT PRIMARY KEY, record BLOB NOT NULL, articles BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE pages (path TEXT PRIMARY KEY, key TEXT NOT NULL, size INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE grounds (key TEXT PRIMARY KEY, value BLOB NOT NULL);
    CREATE TABLE sources (url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, polled TEXT, error TEXT) WITHOUT ROWID;
    """,
    # What is published of a story or a place is written when the story or the place changes, not at every build.
    """
    DROP TABLE stories;
    CREATE TABLE stories (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, stamp TEXT NOT NULL, date TEXT NOT NULL, published TEXT, name TEXT NOT NULL,
        page TEXT NOT NULL, listed TEXT NOT NULL, entry TEXT NOT NULL,
        fitted BLOB NOT NULL, shown BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX stories_told ON stories (id, key, stamp, date, page);
    DROP TABLE reports;
    CREATE TABLE reports (
        place TEXT PRIMARY KEY, n INTEGER NOT NULL, first TEXT NOT NULL, articles BLOB NOT NULL, joined_by TEXT NOT NULL,
        report BLOB NOT NULL, feature BLOB NOT NULL, line TEXT NOT NULL, entry TEXT NOT NULL
    );
    CREATE INDEX reports_in_order ON reports (n DESC, first, place);
    """,
    # What an article claims of its address is not where it came from.
    """
    ALTER TABLE articles ADD COLUMN claimed TEXT;
    DROP INDEX articles_told;
    CREATE INDEX articles_told ON articles (id, path, digest, address, claimed, published, retrieved);
    CREATE INDEX articles_claiming ON articles (claimed, digest);
    """,
)
"""One script a version, applied in order, never changed once released."""

CACHE_KB = 32_000


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


def encode(value: object) -> bytes:
    """Return a vocabulary value as bytes; the same value gives the same bytes."""
    return msgspec.msgpack.encode(value)


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:  # noqa: ANN401 - any vocabulary type
    return msgspec.msgpack.Decoder(kind)


def decode(data: bytes, kind: Any) -> Any:  # noqa: ANN401 - any vocabulary type
    """Return the value of type ``kind`` that ``encode`` wrote."""
    return _decoder(kind).decode(data)


@cache
def _stored_report() -> Any:  # noqa: ANN401 - a class made at run time
    """Return Report's twin whose geometry is well-known binary, field for field."""
    hints = get_type_hints(Report, localns={"BaseGeometry": bytes})
    return msgspec.defstruct("StoredReport", [(f.name, hints[f.name]) for f in fields(Report)], array_like=True)


def encode_report(report: Report) -> bytes:
    """Return a report as bytes."""
    import shapely

    row = {f.name: getattr(report, f.name) for f in fields(Report)}
    row["geometry"] = None if report.geometry is None else shapely.to_wkb(report.geometry)
    return encode(_stored_report()(**row))


def decode_reports(rows: Sequence[bytes]) -> list[Report]:
    """Return the reports that ``encode_report`` wrote."""
    import shapely

    stored = [decode(row, _stored_report()) for row in rows]
    shapes = shapely.from_wkb([one.geometry for one in stored])
    names = [f.name for f in fields(Report) if f.name != "geometry"]
    return [
        Report(**{name: getattr(one, name) for name in names}, geometry=shape)
        for one, shape in zip(stored, shapes, strict=True)
    ]


class Library:
    """An open library; a context manager. Reading is for anybody, ``writing`` for one process at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; ProjectError where it is no library or of a later geomap."""
        self.path = path
        try:
            self.db = sqlite3.connect(path, isolation_level=None, timeout=10)
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
            self._migrate()
        except sqlite3.Error as error:
            raise ProjectError(
                f"{path}: cannot be opened ({error}); delete it, the next build makes it again"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError):
            message = (
                f"{self.path}: cannot be used ({error}); if that stays so, delete it, the next build makes it again"
            )
            raise ProjectError(message) from error

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def _migrate(self) -> None:
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise ProjectError(
                f"{self.path}: was made by a later geomap; update geomap, or delete the file to make it again"
            )
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            # executescript commits what is open, so the script carries its own transaction
            self.db.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the block's changes all, or none."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

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


def text_digest(article: Article) -> str:
    """Return the digest of all that reading an article depends on."""
    said = encode([article.text, article.title, article.published])
    return hashlib.sha256(said).hexdigest()


@contextmanager
def writing(path: Path, *, wait: float = 0.0, now: str = "") -> Iterator[Library]:
    """Open the library at ``path`` as its one writer; LibraryBusy where another is writing for longer than ``wait`` seconds.

    The lock is an SQLite transaction on a file beside it, so the system frees it however a process ends.
    """
    lock = sqlite3.connect(path.with_name(path.name + ".lock"), isolation_level=None, timeout=wait)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise ProjectError(
                    f"{path}: cannot be written beside ({error}); check the folder's permissions"
                ) from error
            raise LibraryBusy(
                f"{path}: another geomap is writing{_by_whom(path)}; wait for it, or build with --wait"
            ) from error
        with Library(path) as library:
            library.note("writer", f" (process {os.getpid()}, since {now})" if now else f" (process {os.getpid()})")
            yield library
            library.note("writer", None)
    finally:
        lock.close()


def _by_whom(path: Path) -> str:
    try:
        with Library(path) as library:
            return library.about("writer") or ""
    except ProjectError:
        return ""
