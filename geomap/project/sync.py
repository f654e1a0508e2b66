"""Read new and changed files of a project's ``articles/`` into its library."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.errors import ArticleError, GeomapError, ProjectError
from geomap.files import files_below, is_utf8, open_regular, shown
from geomap.ingest.readers import own_url, read_file
from geomap.project.intake import Receipt
from geomap.store.articles import StoredFile
from geomap.store.database import Library
from geomap.types import Article

if TYPE_CHECKING:
    from geomap.project.config import Project

FRESH_NS = 2_000_000_000
"""Nanoseconds; a file changed less than this before it was read may change again without a new modification time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file of articles/ as found in the folder."""

    path: str
    """Below articles/, with slashes; bytes that are not UTF-8 are escaped."""
    size: int
    mtime_ns: int
    error: str | None = None
    """Why it cannot be read, where this is known before opening it."""


def listing(folder: Path) -> tuple[Found, ...]:
    """Return the files below ``folder`` in name order, without hidden files; ProjectError where there is no folder."""
    try:
        return tuple(sorted(_walk(folder), key=lambda found: found.path))
    except OSError as error:
        raise ProjectError(
            f"{shown(folder)}: cannot be listed ({error.strerror}); a project needs this folder"
        ) from error


def _walk(folder: Path) -> Iterator[Found]:
    for path, unlisted in files_below(folder):
        error = f"cannot be listed ({unlisted.strerror}); put its files into the folder" if unlisted else None
        if not is_utf8(path):
            error = "its name is not UTF-8; rename the file"
        info = _stat(f"{folder}/{path}")
        if info:
            yield Found(path=shown(path), size=info.st_size, mtime_ns=info.st_mtime_ns, error=error)


def _stat(path: str) -> os.stat_result | None:
    """Return the ``stat`` of a file, or of the link itself where the link is broken; None where it is gone."""
    for stat in (os.stat, os.lstat):
        with suppress(OSError):
            return stat(path)
    return None


def sync_articles(
    project: Project,
    library: Library,
    *,
    found: Sequence[Found],
    receipts: Sequence[Receipt],
    now: str,
    now_ns: int,
    code: str,
) -> list[GeomapError]:
    """Make the library match the folder, and return the errors of all files that could not be read, new or known.

    ``code`` is the key of the code that reads files; ``now`` and ``now_ns`` the time of the build.
    """
    known = library.articles.files()
    of_file: dict[str, Receipt] = {r.file: r for r in receipts if r.file and not r.is_withdrawn}
    withdrawn = {r.file for r in {r.url: r for r in receipts if r.url}.values() if r.is_withdrawn}
    present = {file.path for file in found} - withdrawn
    with library.transaction():
        for path in known.keys() - present:
            library.articles.drop_file(path)
    for file in found:
        if file.path in present:
            _sync_file(
                project, library, file, known.get(file.path), of_file.get(file.path), now=now, now_ns=now_ns, code=code
            )
    return [ArticleError(line) for line in unreadable(library)]


def unreadable(library: Library) -> list[str]:
    """Return the errors of the files that could not be read, in name order."""
    return [line for text in library.articles.file_errors() for line in text.splitlines()]


def _sync_file(
    project: Project,
    library: Library,
    found: Found,
    before: StoredFile | None,
    receipt: Receipt | None,
    *,
    now: str,
    now_ns: int,
    code: str,
) -> None:
    """Read one file, unless the library has its current version."""
    made_from = f"{code} {receipt.url} {receipt.retrieved} {receipt.published} {receipt.title}" if receipt else code
    is_same = before is not None and before.size == found.size and before.mtime_ns == found.mtime_ns
    if before and is_same and before.key.partition(" ")[2] == _digest(made_from.encode()):
        return
    path = project.articles / found.path
    digest = _digest_of(path)
    key = f"{digest} {_digest(made_from.encode())}"
    fresh = now_ns - found.mtime_ns < FRESH_NS
    file = StoredFile(
        path=found.path,
        size=found.size,
        mtime_ns=0 if fresh else found.mtime_ns,
        key=key,
        seen=before.seen if before else now,
        error=before.error if before else None,
    )
    if before and before.key == key:
        library.articles.put_file_times(file)
        return
    if found.error:
        read: list[Article | ArticleError] = [ArticleError(f"{shown(path)}: {found.error}")]
    else:
        read = list(read_file(path, name=found.path, charset=receipt.charset if receipt else None))
    errors = [str(error) for error in read if isinstance(error, ArticleError)]
    articles = [_with_receipt(article, receipt) for article in read if isinstance(article, Article)]
    origin = receipt.url or receipt.origin if receipt else None
    with library.transaction():
        file = replace(file, error="\n".join(errors) or None)
        library.articles.put_file(file, _named(library, found.path, articles), origin=origin)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _digest_of(path: Path) -> str:
    try:
        with open_regular(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except OSError:
        return "unreadable"


def _named(library: Library, path: str, articles: list[Article]) -> list[Article]:
    """Return the articles with ids that no other file's article has."""
    seen: set[str] = set()
    named = []
    for article in articles:
        name = article.id
        if library.articles.path_of(name) not in (None, path):
            name = f"{path}#{name}"
        n = 1
        while name in seen:
            n += 1
            name = f"{article.id}#{n}"
        seen.add(name)
        named.append(article if name == article.id else replace(article, id=name))
    return named


def _with_receipt(article: Article, receipt: Receipt | None) -> Article:
    """Return the article with the metadata of its receipt where its own is missing; for the URL see ``own_url``."""
    if receipt is None:
        return article
    return replace(
        article,
        title=article.title or receipt.title,
        published=article.published or receipt.published,
        url=own_url(article.url, receipt.url),
        retrieved=receipt.retrieved or article.retrieved,
    )
