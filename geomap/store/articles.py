"""The files of articles/ and the articles read from them."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from geomap.store.near_duplicates import NearDuplicates
from geomap.store.serialization import decode, encode
from geomap.types import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of articles/ when it was last read."""

    path: str
    """Below articles/, with slashes."""
    size: int
    mtime_ns: int
    """0 where the file was so new that a later change may leave the time the same."""
    key: str
    """Digest of its bytes, and of its receipt and the code that read it."""
    seen: str
    """ISO 8601 time of the build that first found it."""
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRow:
    """An article without its text, and the file it is from."""

    id: str
    address: str | None
    """The URL it was fetched from, or the path it was copied from."""
    published: str | None
    retrieved: str | None
    digest: str
    """Of all inputs of geoparsing: see ``text_digest``."""
    file_key: str
    seen: str
    """ISO 8601 time of the build that first found the file."""
    claimed: str | None
    """The URL that the article itself names."""
    path: str


class Articles:
    """The tables ``files`` and ``articles``."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Use the library's connection."""
        self._db = db
        self._near_duplicates = NearDuplicates(db)

    def count(self) -> int:
        """Return the number of articles, republished ones included."""
        n: int = self._db.execute("SELECT count(*) FROM articles").fetchone()[0]
        return n

    def count_files(self) -> int:
        """Return the number of files."""
        n: int = self._db.execute("SELECT count(*) FROM files").fetchone()[0]
        return n

    def files(self) -> dict[str, StoredFile]:
        """Return the files by path."""
        rows = self._db.execute("SELECT path, size, mtime_ns, key, seen, error FROM files")
        return {
            path: StoredFile(path=path, size=size, mtime_ns=mtime_ns, key=key, seen=seen, error=error)
            for path, size, mtime_ns, key, seen, error in rows
        }

    def file_errors(self) -> list[str]:
        """Return the errors of each file that could not be read, in path order; a file's errors are lines of one text."""
        return [row[0] for row in self._db.execute("SELECT error FROM files WHERE error IS NOT NULL ORDER BY path")]

    def has_fresh_file(self) -> bool:
        """Return whether a file was so new, when it was read, that a later change may leave its time the same."""
        return self._db.execute("SELECT 1 FROM files WHERE mtime_ns = 0 LIMIT 1").fetchone() is not None

    def put_file(self, file: StoredFile, articles: Sequence[Article], *, origin: str | None = None) -> None:
        """Replace a file and its articles; ``origin`` is the URL or path that it was fetched or copied from."""
        self.drop_file(file.path)

        def by_origin(article: Article) -> str | None:
            return f"{origin}#{article.id}" if origin and len(articles) > 1 else origin

        row = (file.path, file.size, file.mtime_ns, file.key, file.seen, file.error)
        self._db.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)", row)
        self._db.executemany(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (a.id, file.path, text_digest(a), by_origin(a), a.published, a.retrieved, encode(a), a.url)
                for a in articles
            ],
        )

    def put_file_times(self, file: StoredFile) -> None:
        """Store a file's size and time; its articles are unchanged."""
        self._db.execute(
            "UPDATE files SET size = ?, mtime_ns = ? WHERE path = ?", (file.size, file.mtime_ns, file.path)
        )

    def drop_file(self, path: str) -> None:
        """Delete a file, its articles, and their sketches and near-duplicate pairs."""
        for (article_id,) in self._db.execute("SELECT id FROM articles WHERE path = ?", (path,)).fetchall():
            self._near_duplicates.drop(article_id)
        self._db.execute("DELETE FROM articles WHERE path = ?", (path,))
        self._db.execute("DELETE FROM files WHERE path = ?", (path,))

    def get(self, article_id: str) -> Article:
        """Return an article as it was read."""
        row = self._db.execute("SELECT article FROM articles WHERE id = ?", (article_id,)).fetchone()
        return decode(row[0], Article)  # type: ignore[no-any-return]

    def path_of(self, article_id: str) -> str | None:
        """Return the path of the file that holds the article; None where there is no such article."""
        row = self._db.execute("SELECT path FROM articles WHERE id = ?", (article_id,)).fetchone()
        return row[0] if row else None

    def rows(self) -> list[ArticleRow]:
        """Return every article without its text, in no order."""
        rows = self._db.execute(
            "SELECT a.id, a.address, a.published, a.retrieved, a.digest, f.key, f.seen, a.claimed, a.path"
            " FROM articles a JOIN files f ON f.path = a.path"
        )
        return [
            ArticleRow(
                id=article_id,
                address=address,
                published=published,
                retrieved=retrieved,
                digest=digest,
                file_key=file_key,
                seen=seen,
                claimed=claimed,
                path=path,
            )
            for article_id, address, published, retrieved, digest, file_key, seen, claimed, path in rows
        ]

    def digests(self) -> dict[str, str]:
        """Return the digest of each article by its id, in the order of ids."""
        return dict(self._db.execute("SELECT id, digest FROM articles ORDER BY id"))

    def distinct_digests(self) -> list[str]:
        """Return the digests of the articles, each once, in no order."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT digest FROM articles")]

    def claimed_address(self, article_id: str) -> str | None:
        """Return the URL that the article itself names; None where it names none."""
        claimed: str | None
        (claimed,) = self._db.execute("SELECT claimed FROM articles WHERE id = ?", (article_id,)).fetchone()
        return claimed

    def copies(self, article_id: str) -> list[str]:
        """Return the ids of the other articles that name the same address and have the same digest."""
        rows = self._db.execute(
            "SELECT o.id FROM articles a JOIN articles o ON o.claimed = a.claimed AND o.digest = a.digest AND o.id != a.id"
            " WHERE a.id = ?",
            (article_id,),
        )
        return [row[0] for row in rows]


def text_digest(article: Article) -> str:
    """Return the SHA-256 of all inputs of geoparsing an article."""
    data = encode([article.text, article.title, article.published])
    return hashlib.sha256(data).hexdigest()
