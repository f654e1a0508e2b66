"""Read a project's ``articles/`` into its library: only what is new or changed since the last time."""

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
"""A file changed so shortly before it was read may change again within the same tick of the file system's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file of articles/ as the folder lists it."""

    path: str
    """With slashes; escapes stand for what is not UTF-8."""
    size: int
    mtime_ns: int
    error: str | None = None
    """Why it cannot be read, where the folder tells already."""


def listing(folder: Path) -> tuple[Found, ...]:
    """Return the files below ``folder`` in name order, hidden ones left out; ProjectError where there is no folder."""
    try:
        return tuple(sorted(_walk(folder), key=lambda found: found.path))
    except OSError as error:
        raise ProjectError(
            f"{shown(folder)}: cannot be listed ({error.strerror}); a project has this folder"
        ) from error


def _walk(folder: Path) -> Iterator[Found]:
    for path, unlisted in files_below(folder):
        error = f"cannot be listed ({unlisted.strerror}); put what it holds into the folder" if unlisted else None
        if not is_utf8(path):
            error = "its name is not UTF-8; rename the file"
        about = _about(f"{folder}/{path}")
        if about:
            yield Found(path=shown(path), size=about.st_size, mtime_ns=about.st_mtime_ns, error=error)


def _about(path: str) -> os.stat_result | None:
    """Return what the system knows of a file, of the link itself where it leads nowhere; None where it is gone."""
    for stat in (os.stat, os.lstat):
        with suppress(OSError):
            return stat(path)
    return None


def collect(
    project: Project,
    library: Library,
    *,
    found: Sequence[Found],
    receipts: Sequence[Receipt],
    now: str,
    now_ns: int,
    code: str,
) -> list[GeomapError]:
    """Bring the library up to the folder and return what could not be read, new or known.

    ``code`` is the key of the program that reads files; ``now`` and ``now_ns`` the time of the build.
    """
    known = library.articles.files()
    of_file: dict[str, Receipt] = {r.file: r for r in receipts if r.file and not r.is_withdrawn}
    withdrawn = {r.file for r in {r.url: r for r in receipts if r.url}.values() if r.is_withdrawn}
    present = {one.path for one in found} - withdrawn
    with library.transaction():
        for path in known.keys() - present:
            library.articles.drop_file(path)
    for one in found:
        if one.path in present:
            _bring(project, library, one, known.get(one.path), of_file.get(one.path), now=now, now_ns=now_ns, code=code)
    return [ArticleError(line) for line in unreadable(library)]


def unreadable(library: Library) -> list[str]:
    """Return what is wrong with the files that could not be read, in name order."""
    return [line for said in library.articles.file_errors() for line in said.splitlines()]


def _bring(
    project: Project,
    library: Library,
    one: Found,
    before: StoredFile | None,
    receipt: Receipt | None,
    *,
    now: str,
    now_ns: int,
    code: str,
) -> None:
    """Read one file, unless the library has it as it is."""
    made_from = f"{code} {receipt.url} {receipt.retrieved} {receipt.published} {receipt.title}" if receipt else code
    is_same = before is not None and before.size == one.size and before.mtime_ns == one.mtime_ns
    if before and is_same and before.key.partition(" ")[2] == _digest(made_from.encode()):
        return
    path = project.articles / one.path
    digest = _digest_of(path)
    key = f"{digest} {_digest(made_from.encode())}"
    fresh = now_ns - one.mtime_ns < FRESH_NS
    file = StoredFile(
        path=one.path,
        size=one.size,
        mtime_ns=0 if fresh else one.mtime_ns,
        key=key,
        seen=before.seen if before else now,
        error=before.error if before else None,
    )
    if before and before.key == key:
        library.articles.put_file_times(file)
        return
    if one.error:
        read: list[Article | ArticleError] = [ArticleError(f"{shown(path)}: {one.error}")]
    else:
        read = list(read_file(path, name=one.path, charset=receipt.charset if receipt else None))
    errors = [str(error) for error in read if isinstance(error, ArticleError)]
    articles = [_received(article, receipt) for article in read if isinstance(article, Article)]
    origin = receipt.url or receipt.origin if receipt else None
    with library.transaction():
        whole = replace(file, error="\n".join(errors) or None)
        library.articles.put_file(whole, _named(library, one.path, articles), origin=origin)


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


def _received(article: Article, receipt: Receipt | None) -> Article:
    """Return the article with what its receipt knows: a page's own word first, but where it is only from where it came."""
    if receipt is None:
        return article
    return replace(
        article,
        title=article.title or receipt.title,
        published=article.published or receipt.published,
        url=own_url(article.url, receipt.url),
        retrieved=receipt.retrieved or article.retrieved,
    )
