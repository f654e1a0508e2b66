"""Bring articles into a project's ``articles/``: files, pages, feeds, sitemaps; the bytes once, a receipt for each time.

The receipts (``articles/.received.jsonl``) are part of what a project is, like the bytes: where they came from and when,
which version a feed called them, what was withdrawn. They are only ever added to.
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
from geomap.files import NOT_REGULAR, files_below, is_utf8, open_regular, read_regular, shown, slug, write_whole
from geomap.ingest.feeds import FeedItem, Listing, kind_of, read_listing
from geomap.ingest.readers import MAX_BYTES, SUFFIX_OF, is_address, is_url
from geomap.store.database import Library
from geomap.store.sources import Source

if TYPE_CHECKING:
    from geomap.project.config import Project
    from geomap.web.fetch import Fetched, Fetcher

MAX_NEW = 500
"""Articles fetched at most from one source at one time; the rest come with the next poll."""
MAX_SITEMAPS = 20
GONE = (404, 410)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One time that something was received, or found withdrawn."""

    file: str = ""
    """Below articles/."""
    sha256: str = ""
    retrieved: str = ""
    """ISO 8601, UTC."""
    url: str | None = None
    """Where it was asked for; for a file of this machine, None."""
    origin: str | None = None
    """The path it was copied from, as it was given."""
    mtime_ns: int | None = None
    title: str | None = None
    published: str | None = None
    """As the feed has it."""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    version: str | None = None
    listed_by: str | None = None
    """The feed or sitemap that lists it."""
    is_withdrawn: bool = False


@dataclass(kw_only=True)
class Received:
    """What one round of receiving brought."""

    n_new: int = 0
    n_changed: int = 0
    n_withdrawn: int = 0
    errors: list[GeomapError] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """What a file of receipts holds, in order, and what is wrong with its other lines."""

    receipts: tuple[Receipt, ...] = ()
    errors: tuple[GeomapError, ...] = ()


def read_receipts(path: Path) -> Receipts:
    """Return the receipts of a file; a line that a crash cut short is left out, what it told will be received again.

    Any other line that is no receipt costs itself: it is named in ``errors``. ProjectError where the file cannot be read.
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
    whole, end, last = data.rpartition(b"\n")
    lines = whole.split(b"\n") if end else []
    if _is_receipt(last):
        lines.append(last)
    for number, line in enumerate(lines, start=1):
        try:
            receipt = decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            said = "not UTF-8" if isinstance(error, UnicodeDecodeError) else quoted(error)
            errors.append(ProjectError(f"{path}, line {number}: is no receipt ({said}); remove the line"))
            continue
        if receipt.url and not is_url(receipt.url):
            errors.append(ProjectError(f"{path}, line {number}: its url is no address; remove the line"))
        else:
            found.append(receipt)
    return Receipts(receipts=tuple(found), errors=tuple(errors))


def _is_receipt(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=Receipt)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


class Receiver:
    """Receives into one project; ``now`` is the time to write on the receipts, ISO 8601."""

    def __init__(self, project: Project, *, now: str, fetcher: Fetcher | None = None) -> None:
        self.project = project
        self.now = now
        self.fetcher = fetcher
        self.done = Received()
        self._of_url: dict[str, Receipt] = {}
        self._of_origin: dict[str, Receipt] = {}
        for receipt in read_receipts(project.received).receipts:
            self._remember(receipt)
        with suppress(OSError):
            for left in project.articles.glob(".*.part"):  # of one that was killed between writing and renaming
                left.unlink()

    def add(self, sources: Iterable[str | Path]) -> Received:
        """Receive files, folders and addresses; what cannot be had is in ``errors`` and stops nothing else."""
        for source in sources:
            try:
                if is_address(source):
                    self._address(str(source))
                else:
                    self._path(Path(source))
            except GeomapError as error:
                self.done.errors.append(error)
        return self.done

    def poll(self, library: Library, *, is_due: bool = False) -> Received:
        """Receive from the project's sources: folders always, addresses that are due by ``poll_minutes``, or all."""
        for source in self.project.settings.sources:
            try:
                if not is_address(source):
                    self._path(self.project.folder / source)
                elif (
                    is_due
                    or _minutes_since(library.sources.get(source).polled, self.now)
                    >= self.project.settings.poll_minutes
                ):
                    self._poll(library, source)
            except GeomapError as error:
                self.done.errors.append(error)
        return self.done

    def _poll(self, library: Library, url: str) -> None:
        known = library.sources.get(url)
        try:
            fetched = self._fetch(url, etag=known.etag, last_modified=known.last_modified)
            if fetched.data is not None:
                self._take(url, fetched)
        except FetchError as error:
            library.sources.put(
                Source(url=url, etag=known.etag, last_modified=known.last_modified, polled=self.now, error=str(error))
            )
            raise
        # A feed whose articles failed is asked for again in full, so that they are tried again.
        is_whole = not self.done.errors
        etag, modified = (fetched.etag, fetched.last_modified) if is_whole else (None, None)
        said = None if is_whole else str(self.done.errors[-1])
        library.sources.put(Source(url=url, etag=etag, last_modified=modified, polled=self.now, error=said))

    def _address(self, url: str) -> None:
        fetched = self._fetch(url)
        if fetched.data is not None:
            self._take(url, fetched)

    def _take(self, url: str, fetched: Fetched) -> None:
        if kind_of(fetched.data or b"") == "page":
            self._keep_page(FeedItem(url=url), fetched, listed_by=None)
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
            self._item(item, before, listed_by=url)
        self._look_for_withdrawn(url, items)

    def _listings(self, fetched: Fetched) -> Iterator[Listing]:
        listing = read_listing(fetched.data or b"", url=fetched.url)
        yield listing
        for one in listing.sitemaps[:MAX_SITEMAPS]:
            try:
                inner = self._fetch(one)
                if inner.data is not None:
                    yield read_listing(inner.data, url=inner.url)
            except FetchError as error:
                self.done.errors.append(error)

    def _item(self, item: FeedItem, before: Receipt | None, *, listed_by: str) -> None:
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
        self._keep_page(item, fetched, listed_by=listed_by)

    def _look_for_withdrawn(self, url: str, items: list[FeedItem]) -> None:
        """Ask for the pages of articles that vanished from among the listed ones; a gone page is a withdrawn article.

        An article older than all that are listed has only scrolled off the feed's end.
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

    def _keep_page(self, item: FeedItem, fetched: Fetched, *, listed_by: str | None) -> None:
        before = self._of_url.get(item.url)
        if fetched.data is None:
            file, digest = (before.file, before.sha256) if before else ("", "")
        else:
            digest = hashlib.sha256(fetched.data).hexdigest()
            segment = unquote(urlsplit(item.url).path.rstrip("/").rpartition("/")[2]).rpartition(".")[0]
            name = slug(item.title or segment or unquote(urlsplit(item.url).path) or urlsplit(item.url).netloc)
            file = self._keep(fetched.data, f"{name}{SUFFIX_OF.get(fetched.content_type, '.html')}", digest, before)
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

    def _path(self, path: Path) -> None:
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
            listed = list(files_below(path)) if is_folder else [("", None)]
        except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # ValueError: a name with a zero byte
            raise ProjectError(f"{shown(path)}: there is no such file or folder; check the path") from error
        except OSError as error:
            raise ProjectError(f"{shown(path)}: cannot be read ({error.strerror}); check its permissions") from error
        own = os.path.realpath(self.project.articles)
        for name, unlisted in listed:
            one = path / name
            try:
                if unlisted:
                    raise ProjectError(f"{shown(one)}: cannot be listed ({unlisted.strerror}); add it by itself")
                if not os.path.realpath(one).startswith(f"{own}/"):
                    self._copy(one)
            except GeomapError as error:
                self.done.errors.append(error)

    def _copy(self, path: Path) -> None:
        if not is_utf8(path.name):
            raise ProjectError(f"{shown(path)}: its name is not UTF-8; rename the file")
        origin = Path(shown(os.path.relpath(path, self.project.folder))).as_posix()
        before = self._of_origin.get(origin)
        try:
            with open_regular(path) as file:
                about = os.fstat(file.fileno())
                if before and before.mtime_ns == about.st_mtime_ns:
                    return
                data = file.read(MAX_BYTES * 10 + 1)
        except OSError as error:
            raise ProjectError(f"{shown(path)}: cannot be read ({error.strerror}); check its permissions") from error
        if len(data) > MAX_BYTES * 10:
            raise ProjectError(f"{shown(path)}: is larger than {MAX_BYTES // 100_000} MB; split it")
        digest = hashlib.sha256(data).hexdigest()
        file_name = self._keep(data, path.name, digest, before)
        self._write(
            Receipt(file=file_name, sha256=digest, retrieved=self.now, origin=origin, mtime_ns=about.st_mtime_ns)
        )
        self._count(before, digest)

    def _keep(self, data: bytes, name: str, digest: str, before: Receipt | None) -> str:
        """Write bytes into articles/ unless they are there, and return the file's name."""
        if before and before.sha256 == digest and os.path.lexists(self.project.articles / before.file):
            return before.file
        stem, suffix = Path(name).stem, Path(name).suffix
        for candidate in (name, f"{stem}-{digest[:8]}{suffix}"):
            path = self.project.articles / candidate
            if not os.path.lexists(path):
                write_whole(path, data)
                return candidate
            with suppress(OSError):
                if hashlib.sha256(read_regular(path)).hexdigest() == digest:
                    return candidate
        raise ProjectError(f"{self.project.articles / candidate}: holds other bytes than its name says; rename it")

    def _count(self, before: Receipt | None, digest: str) -> None:
        if before is None:
            self.done.n_new += 1
        elif before.sha256 != digest:
            self.done.n_changed += 1

    def _write(self, receipt: Receipt) -> None:
        """Add a receipt, on disk before anything builds upon it."""
        said = {f.name: value for f in fields(receipt) if (value := getattr(receipt, f.name)) not in (None, "", False)}
        line = msgspec.json.encode(said) + b"\n"
        path = self.project.received
        try:
            if path.exists() and not path.is_file():
                raise OSError(errno.EINVAL, NOT_REGULAR)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a+b") as file:
                start = max(0, file.seek(0, os.SEEK_END) - 65_536)
                file.seek(start)
                _, end, last = file.read().rpartition(b"\n")
                if not (end or start == 0) or _is_receipt(last):
                    file.write(b"\n")  # it ends as an editor may leave it
                elif last:
                    file.truncate(file.seek(0, os.SEEK_END) - len(last))  # what a crash cut short was never built upon
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OutputError(
                f"{path}: cannot be written ({error.strerror}); make room, then do the same again"
            ) from error
        self._remember(receipt)

    def _remember(self, receipt: Receipt) -> None:
        if receipt.url:
            self._of_url[receipt.url] = receipt
        if receipt.origin:
            self._of_origin[receipt.origin] = receipt

    def _fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        if self.fetcher is None:
            raise FetchError(f"{url}: fetching is switched off; build without --offline")
        return self.fetcher.fetch(url, etag=etag, last_modified=last_modified)


def _minutes_since(then: str | None, now: str) -> float:
    """Return the minutes between two times in ISO 8601; infinity where the first is none, or later: clocks are put back."""
    from datetime import datetime

    try:
        minutes = (datetime.fromisoformat(now) - datetime.fromisoformat(then or "")).total_seconds() / 60
    except (ValueError, TypeError):  # never, no time at all, or one without a zone
        return float("inf")
    return minutes if minutes >= 0 else float("inf")
