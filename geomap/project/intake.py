"""Fetch or copy files, pages, feeds and sitemaps into a project's ``articles/``; each content is stored once.

Each fetch, copy or withdrawal appends a receipt to ``articles/.received.jsonl``: origin, time, the version that a feed
gives. The receipts are part of the project, like the files, and are only appended to.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import msgspec

from geomap.errors import FetchError, GeomapError, OutputError, ProjectError, quoted
from geomap.files import NOT_REGULAR, files_below, is_utf8, open_regular, read_regular, shown, slug, write_atomic
from geomap.ingest.feeds import FeedItem, Listing, kind_of, read_listing
from geomap.ingest.readers import MAX_BYTES, SUFFIX_OF, is_address, is_url
from geomap.store.database import Library
from geomap.store.sources import Source

if TYPE_CHECKING:
    from geomap.project.config import Project
    from geomap.web.fetch import Fetched, Fetcher

MAX_NEW = 500
"""Articles fetched at most from one source in one poll; the rest are fetched in the next."""
MAX_SITEMAPS = 20
GONE = (404, 410)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The record of one fetch, copy or withdrawal."""

    file: str = ""
    """Below articles/."""
    sha256: str = ""
    retrieved: str = ""
    """ISO 8601, UTC."""
    url: str | None = None
    """The URL that was requested; None for a local file."""
    origin: str | None = None
    """The path of a local file, relative to the project's folder."""
    mtime_ns: int | None = None
    title: str | None = None
    published: str | None = None
    """The date in the feed, unchanged."""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    version: str | None = None
    listed_by: str | None = None
    """The feed or sitemap that lists it."""
    is_withdrawn: bool = False


@dataclass(kw_only=True)
class IntakeResult:
    """Counts and errors of one intake."""

    n_new: int = 0
    n_changed: int = 0
    n_withdrawn: int = 0
    errors: list[GeomapError] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """The receipts of a file, in order, and the errors of its other lines."""

    receipts: tuple[Receipt, ...] = ()
    errors: tuple[GeomapError, ...] = ()


def read_receipts(path: Path) -> Receipts:
    """Return the receipts of a file; a last line that a crash cut short is left out: its source is fetched again.

    Any other line that is not a receipt is reported in ``errors``. ProjectError where the file cannot be read.
    """
    try:
        data = read_regular(path)
    except FileNotFoundError:
        return Receipts()
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    decoder = msgspec.json.Decoder(Receipt)
    found: list[Receipt] = []
    errors: list[GeomapError] = []
    complete, end, last = data.rpartition(b"\n")
    lines = complete.split(b"\n") if end else []
    if _is_receipt(last):
        lines.append(last)
    for number, line in enumerate(lines, start=1):
        try:
            receipt = decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else quoted(error)
            errors.append(ProjectError(f"{path}, line {number}: is not a receipt ({reason}); remove the line"))
            continue
        if receipt.url and not is_url(receipt.url):
            errors.append(ProjectError(f"{path}, line {number}: url is not a URL; remove the line"))
        else:
            found.append(receipt)
    return Receipts(receipts=tuple(found), errors=tuple(errors))


def _is_receipt(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=Receipt)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


class Intake:
    """Fetches and copies into one project; ``now`` is the time of the receipts, ISO 8601."""

    def __init__(self, project: Project, *, now: str, fetcher: Fetcher | None = None) -> None:
        self.project = project
        self.now = now
        self.fetcher = fetcher
        self.done = IntakeResult()
        self._of_url: dict[str, Receipt] = {}
        self._of_origin: dict[str, Receipt] = {}
        for receipt in read_receipts(project.receipts_path).receipts:
            self._index(receipt)
        with suppress(OSError):
            for left in project.articles.glob(".*.part"):  # of a process that was killed between writing and renaming
                left.unlink()

    def add(self, sources: Iterable[str | Path]) -> IntakeResult:
        """Add files, folders and URLs; what cannot be fetched or read is in ``errors``, and the rest is still added."""
        for source in sources:
            try:
                if is_address(source):
                    self._add_url(str(source))
                else:
                    self._add_path(Path(source))
            except GeomapError as error:
                self.done.errors.append(error)
        return self.done

    def poll(self, library: Library, *, is_due: bool = False) -> IntakeResult:
        """Add from the project's sources: folders always, URLs that are due by ``poll_minutes``, or all if ``is_due``."""
        for source in self.project.settings.sources:
            try:
                if not is_address(source):
                    self._add_path(self.project.folder / source)
                elif (
                    is_due
                    or _minutes_since(library.sources.get(source).polled, self.now)
                    >= self.project.settings.poll_minutes
                ):
                    self._poll_url(library, source)
            except GeomapError as error:
                self.done.errors.append(error)
        return self.done

    def _poll_url(self, library: Library, url: str) -> None:
        known = library.sources.get(url)
        try:
            fetched = self._fetch(url, etag=known.etag, last_modified=known.last_modified)
            if fetched.data is not None:
                self._store_fetched(url, fetched)
        except FetchError as error:
            library.sources.put(
                Source(url=url, etag=known.etag, last_modified=known.last_modified, polled=self.now, error=str(error))
            )
            raise
        # A feed some of whose articles failed is fetched again in full, so that they are retried.
        is_complete = not self.done.errors
        etag, modified = (fetched.etag, fetched.last_modified) if is_complete else (None, None)
        last_error = None if is_complete else str(self.done.errors[-1])
        library.sources.put(Source(url=url, etag=etag, last_modified=modified, polled=self.now, error=last_error))

    def _add_url(self, url: str) -> None:
        fetched = self._fetch(url)
        if fetched.data is not None:
            self._store_fetched(url, fetched)

    def _store_fetched(self, url: str, fetched: Fetched) -> None:
        if kind_of(fetched.data or b"") == "page":
            self._store_page(FeedItem(url=url), fetched, listed_by=None)
            return
        listings = list(self._listings(fetched))
        items = [item for listing in listings for item in listing.items]
        n_fetched = 0
        for item in items:
            before = self._of_url.get(item.url)
            if before and before.version == item.version:
                continue
            if n_fetched == MAX_NEW:
                break
            n_fetched += 1
            self._fetch_item(item, before, listed_by=url)
        self._check_withdrawn(url, items)

    def _listings(self, fetched: Fetched) -> Iterator[Listing]:
        listing = read_listing(fetched.data or b"", url=fetched.url)
        yield listing
        for sitemap in listing.sitemaps[:MAX_SITEMAPS]:
            try:
                inner = self._fetch(sitemap)
                if inner.data is not None:
                    yield read_listing(inner.data, url=inner.url)
            except FetchError as error:
                self.done.errors.append(error)

    def _fetch_item(self, item: FeedItem, before: Receipt | None, *, listed_by: str) -> None:
        try:
            fetched = self._fetch(
                item.url, etag=before.etag if before else None, last_modified=before.last_modified if before else None
            )
        except FetchError as error:
            if before and not before.is_withdrawn and error.status in GONE:
                self._withdraw(before)
            else:
                self.done.errors.append(error)
            return
        self._store_page(item, fetched, listed_by=listed_by)

    def _check_withdrawn(self, url: str, items: list[FeedItem]) -> None:
        """Request the pages of articles that are missing among the listed; a gone page is a withdrawn article.

        An article older than all listed ones was dropped because of its age, and is not requested.
        """
        listed = {item.url for item in items}
        oldest = min((item.published for item in items if item.published), default=None)
        if oldest is None:
            return
        for before in list(self._of_url.values()):
            is_ours = before.listed_by == url and not before.is_withdrawn and before.url not in listed
            if is_ours and before.url and before.published and before.published >= oldest:
                try:
                    self._fetch(before.url, etag=before.etag, last_modified=before.last_modified)
                except FetchError as error:
                    if error.status in GONE:
                        self._withdraw(before)

    def _withdraw(self, before: Receipt) -> None:
        self._write(
            Receipt(url=before.url, file=before.file, retrieved=self.now, listed_by=before.listed_by, is_withdrawn=True)
        )
        self.done.n_withdrawn += 1

    def _store_page(self, item: FeedItem, fetched: Fetched, *, listed_by: str | None) -> None:
        before = self._of_url.get(item.url)
        if fetched.data is None:
            file, digest = (before.file, before.sha256) if before else ("", "")
        else:
            digest = hashlib.sha256(fetched.data).hexdigest()
            segment = unquote(urlsplit(item.url).path.rstrip("/").rpartition("/")[2]).rpartition(".")[0]
            name = slug(item.title or segment or unquote(urlsplit(item.url).path) or urlsplit(item.url).netloc)
            file = self._store_bytes(
                fetched.data, f"{name}{SUFFIX_OF.get(fetched.content_type, '.html')}", digest, before
            )
        self._write(
            Receipt(
                file=file,
                sha256=digest,
                retrieved=fetched.retrieved,
                url=item.url,
                title=item.title,
                published=item.published,
                charset=fetched.charset,
                etag=fetched.etag,
                last_modified=fetched.last_modified,
                version=item.version,
                listed_by=listed_by or (before.listed_by if before else None),
            )
        )
        self._count(before, digest)

    def _add_path(self, path: Path) -> None:
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
            listed = list(files_below(path)) if is_folder else [("", None)]
        except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a name with a zero byte
            raise ProjectError(f"{shown(path)}: there is no such file or folder; check the path") from error
        except OSError as error:
            raise ProjectError(f"{shown(path)}: cannot be read ({error.strerror}); check its permissions") from error
        own = os.path.realpath(self.project.articles)
        for name, unlisted in listed:
            file = path / name
            try:
                if unlisted:
                    raise ProjectError(f"{shown(file)}: cannot be listed ({unlisted.strerror}); add it by itself")
                if not os.path.realpath(file).startswith(f"{own}/"):
                    self._copy(file)
            except GeomapError as error:
                self.done.errors.append(error)

    def _copy(self, path: Path) -> None:
        if not is_utf8(path.name):
            raise ProjectError(f"{shown(path)}: its name is not UTF-8; rename the file")
        origin = Path(shown(os.path.relpath(path, self.project.folder))).as_posix()
        before = self._of_origin.get(origin)
        try:
            with open_regular(path) as file:
                info = os.fstat(file.fileno())
                if before and before.mtime_ns == info.st_mtime_ns:
                    return
                data = file.read(MAX_BYTES * 10 + 1)
        except OSError as error:
            raise ProjectError(f"{shown(path)}: cannot be read ({error.strerror}); check its permissions") from error
        if len(data) > MAX_BYTES * 10:
            raise ProjectError(f"{shown(path)}: is larger than {MAX_BYTES // 100_000} MB; split it")
        digest = hashlib.sha256(data).hexdigest()
        file_name = self._store_bytes(data, path.name, digest, before)
        self._write(
            Receipt(file=file_name, sha256=digest, retrieved=self.now, origin=origin, mtime_ns=info.st_mtime_ns)
        )
        self._count(before, digest)

    def _store_bytes(self, data: bytes, name: str, digest: str, before: Receipt | None) -> str:
        """Write bytes to articles/ unless they are stored already, and return the file's name."""
        if before and before.sha256 == digest and os.path.lexists(self.project.articles / before.file):
            return before.file
        stem, suffix = Path(name).stem, Path(name).suffix
        for candidate in (name, f"{stem}-{digest[:8]}{suffix}"):
            path = self.project.articles / candidate
            if not os.path.lexists(path):
                write_atomic(path, data)
                return candidate
            with suppress(OSError):
                if hashlib.sha256(read_regular(path)).hexdigest() == digest:
                    return candidate
        raise ProjectError(
            f"{self.project.articles / candidate}: its content does not match the digest in its name; rename it"
        )

    def _count(self, before: Receipt | None, digest: str) -> None:
        if before is None:
            self.done.n_new += 1
        elif before.sha256 != digest:
            self.done.n_changed += 1

    def _write(self, receipt: Receipt) -> None:
        """Append a receipt, and return when it is on disk."""
        values = {
            f.name: value for f in fields(receipt) if (value := getattr(receipt, f.name)) not in (None, "", False)
        }
        line = msgspec.json.encode(values) + b"\n"
        path = self.project.receipts_path
        try:
            if path.exists() and not path.is_file():
                raise OSError(errno.EINVAL, NOT_REGULAR)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a+b") as file:
                start = max(0, file.seek(0, os.SEEK_END) - 65_536)
                file.seek(start)
                _, end, last = file.read().rpartition(b"\n")
                if not (end or start == 0) or _is_receipt(last):
                    file.write(b"\n")  # a complete last line without its newline, as a text editor may leave it
                elif last:
                    file.truncate(file.seek(0, os.SEEK_END) - len(last))  # a line that a crash cut short was never used
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OutputError(
                f"{path}: cannot be written ({error.strerror}); free some disk space, then repeat the command"
            ) from error
        self._index(receipt)

    def _index(self, receipt: Receipt) -> None:
        if receipt.url:
            self._of_url[receipt.url] = receipt
        if receipt.origin:
            self._of_origin[receipt.origin] = receipt

    def _fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        if self.fetcher is None:
            raise FetchError(f"{url}: fetching is switched off; build without --offline")
        return self.fetcher.fetch(url, etag=etag, last_modified=last_modified)


def _minutes_since(then: str | None, now: str) -> float:
    """Return the minutes between two ISO 8601 times; infinity where ``then`` is not a time, or later (a clock set back)."""
    from datetime import datetime

    try:
        minutes = (datetime.fromisoformat(now) - datetime.fromisoformat(then or "")).total_seconds() / 60
    except (ValueError, TypeError):  # empty, not a time, or without a time zone
        return float("inf")
    return minutes if minutes >= 0 else float("inf")
