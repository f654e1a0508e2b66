"""Read the articles of a part: lines, rows, web pages and files, each of which becomes one ``Article``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from geomap.batch.parquet import rows
from geomap.batch.partitions import Part
from geomap.batch.sources import RawArticle, open_input, unpacked
from geomap.batch.warc import pages
from geomap.errors import ArticleError
from geomap.ingest.readers import MAX_BYTES, bounded_lines, bytes_articles, html_article, json_article
from geomap.types import Article
from geomap.web.urls import first_line, without_secrets


def raw_articles(part: Part, *, skip: int = 0, on_read: Callable[[], None] = lambda: None) -> Iterator[RawArticle]:
    """Yield the unparsed articles of ``part``, without the first ``skip`` and without blank lines.

    If the part cannot be read to its end, the last RawArticle has the error. ``on_read`` is called at every read of the
    input's storage.
    """
    where = without_secrets(part.urls[0])
    row, end = part.first - 1, part.first + part.n
    try:
        for raw in _reader(part, on_read) if part.n else ():
            row = raw.row
            if row >= part.first + skip:
                yield raw
    except Exception as error:  # noqa: BLE001 - damaged files, file systems and parsers raise any exception
        is_known = isinstance(error, ArticleError)
        reason = str(error) if is_known else f"{where}: cannot be read ({first_line(error)})"
        if isinstance(error, MemoryError) and not part.fault:
            reason = f"{where}, from {row + 1}: needs more memory than is allowed; write it in smaller pieces"
        yield RawArticle(
            row=end if part.fault else row + 1,
            input=where,
            error=part.fault or reason,
            is_too_large=isinstance(error, MemoryError) and not part.fault,
        )
    else:
        if part.fault:
            yield RawArticle(row=end, input=where, error=part.fault)


def _reader(part: Part, on_read: Callable[[], None]) -> Iterator[RawArticle]:
    url = part.urls[0]
    if part.form == "jsonl":
        return _lines(part, on_read)
    if part.form == "parquet":
        return rows(url, start=part.start, n=part.n, on_read=on_read)
    if part.form == "warc":
        return pages(url, start=part.start, first=part.first, n=part.n, on_read=on_read)
    return _files(part)


def article_of(raw: RawArticle) -> Article:
    """Return the parsed article; ArticleError where it is not an article."""
    if raw.error:
        raise ArticleError(raw.error)
    where = without_secrets(raw.input)
    name = where.rsplit("/", 1)[-1]
    if raw.data is None:
        suffix = name[name.rfind(".") :].lower() if "." in name else ""
        found = next(bytes_articles(_stored(raw.input), name=name, suffix=suffix, where=where))
        if isinstance(found, ArticleError):
            raise found
        return found
    if raw.page is None:
        return json_article(raw.data, name=name, number=raw.row, where=where)
    if len(raw.data) > MAX_BYTES:
        raise ArticleError(f"{where}, page {raw.row}: is larger than {MAX_BYTES // 1_000_000} MB; it is left out")
    article = html_article(raw.data, name=raw.page, where=f"{where}, page {raw.row} ({raw.page})")
    address = raw.page if raw.page != f"{raw.input}:{raw.row}" else None
    return replace(article, url=article.url or address, retrieved=raw.retrieved)


def _stored(url: str) -> bytes:
    """Return the first ``MAX_BYTES`` + 1 bytes of a file with one article."""
    try:
        with open_input(url) as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        if isinstance(error, ArticleError):
            raise
        raise ArticleError(
            f"{without_secrets(url)}: cannot be read ({first_line(error)}); check its permissions"
        ) from error


def _lines(part: Part, on_read: Callable[[], None]) -> Iterator[RawArticle]:
    [url] = part.urls
    where = without_secrets(url)
    with open_input(url, on_read=on_read) as stored, unpacked(stored, url) as stream:
        stream.seek(part.start)
        for row, line in enumerate(islice(bounded_lines(stream), part.n), start=part.first):
            if line.strip():
                yield RawArticle(row=row, input=where, data=line)


def _files(part: Part) -> Iterator[RawArticle]:
    faults = part.faults or (None,) * part.n
    for row, (url, fault) in enumerate(zip(part.urls, faults, strict=True), start=part.first):
        yield RawArticle(row=row, input=url, data=None, error=fault)
