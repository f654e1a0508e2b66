"""The articles of a part: lines, rows, web pages and files become what one ``Article`` each is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from geomap.articles import JSONL_FIELDS, MAX_BYTES, bounded_lines, bytes_articles, html_article, json_article
from geomap.batch.inputs import Part, faults, open_input, open_lines, warc_records
from geomap.errors import ArticleError
from geomap.vocabulary import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """What an article is made of, not yet looked at: a line, a page, a file."""

    row: int
    """Number of the line, row, record or file in its input, from 1."""
    input: str
    data: bytes = b""
    page: str | None = None
    """Address of a web page; the data are HTML."""
    retrieved: str | None = None
    error: str | None = None
    """Why there is nothing to look at."""


def raws(part: Part, *, skip: int = 0) -> Iterator[Raw]:
    """Yield what the articles of ``part`` are made of, without the first ``skip``; blank lines are passed over.

    A part that cannot be read to its end yields a last Raw that says why.
    """
    reader = {"jsonl": _lines, "parquet": _rows, "warc": _pages, "files": _files}[part.form]
    row, end = part.first - 1, part.first + part.n
    try:
        for raw in reader(part):
            row = raw.row
            if row >= part.first + skip:
                yield raw
    except ArticleError as error:
        yield Raw(row=end if part.fault else row + 1, input=part.urls[0], error=part.fault or str(error))
    except faults() as error:
        said = part.fault or f"{part.urls[0]}: cannot be read ({error})"
        yield Raw(row=end if part.fault else row + 1, input=part.urls[0], error=said)
    else:
        if part.fault:
            yield Raw(row=end, input=part.urls[0], error=part.fault)


def article_of(raw: Raw, *, form: str) -> Article:
    """Return the article; raise ArticleError where there is none in it."""
    if raw.error:
        raise ArticleError(raw.error)
    name = raw.input.rsplit("/", 1)[-1]
    if form == "files":
        suffix = name[name.rfind(".") :].lower() if "." in name else ""
        found = next(bytes_articles(raw.data, name=name, suffix=suffix, where=raw.input))
        if isinstance(found, ArticleError):
            raise found
        return found
    if raw.page is None:
        return json_article(raw.data, name=name, number=raw.row, where=raw.input)
    if len(raw.data) > MAX_BYTES:
        raise ArticleError(f"{raw.input}, page {raw.row}: is larger than {MAX_BYTES // 1_000_000} MB; it is no article")
    article = html_article(raw.data, name=raw.page, where=f"{raw.input}, page {raw.row} ({raw.page})")
    return replace(article, url=article.url or raw.page, retrieved=raw.retrieved)


def _lines(part: Part) -> Iterator[Raw]:
    [url] = part.urls
    with open_lines(url) as stream:
        stream.seek(part.start)
        for row, line in enumerate(islice(bounded_lines(stream), part.n), start=part.first):
            if line.strip():
                yield Raw(row=row, input=url, data=line)


def _rows(part: Part) -> Iterator[Raw]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    [url] = part.urls
    end = part.start + part.n
    try:
        with open_input(url) as stream:
            file = pq.ParquetFile(stream)
            columns = [c for c in ("text", *JSONL_FIELDS) if c in file.schema_arrow.names]
            if "text" not in columns:
                raise ArticleError(f'{url}: has no column "text"; rename the one that holds the articles')
            groups, row = _groups(file, part.start, end)
            for batch in file.iter_batches(batch_size=256, row_groups=groups, columns=columns, use_threads=False):
                is_wanted = row < end and row + len(batch) > part.start
                for values in _values(batch) if is_wanted else [None] * len(batch):
                    row += 1
                    if part.start < row <= end and values is None:
                        yield Raw(row=row, input=url, error=f"{url}, row {row}: is not UTF-8; mend or remove the row")
                    elif part.start < row <= end:
                        yield Raw(row=row, input=url, data=_as_line(values or {}))
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        if isinstance(error, ArticleError):
            raise
        raise ArticleError(f"{url}: cannot be read as Parquet ({str(error).split(chr(10), 1)[0][:200]})") from error


def _values(batch: Any) -> list[dict[str, Any] | None]:  # noqa: ANN401 - pyarrow has no types
    """Return the rows of a batch, None for one whose strings are none: its column's type says UTF-8, its bytes may not."""
    try:
        return list(batch.to_pylist())
    except UnicodeDecodeError:
        return [_values(batch.slice(at, 1))[0] for at in range(len(batch))] if len(batch) > 1 else [None]


def _groups(file: Any, start: int, end: int) -> tuple[list[int], int]:  # noqa: ANN401 - pyarrow has no types
    """Return the row groups that hold rows start to end (half-open), and the number of the first one's first row."""
    found: list[int] = []
    at = first = 0
    for number in range(file.metadata.num_row_groups):
        n = file.metadata.row_group(number).num_rows
        if at < end and at + n > start:
            first = first if found else at
            found.append(number)
        at += n
    return found, first


def _as_line(values: dict[str, Any]) -> bytes:
    """Return a row as the JSON line it would be."""
    return json.dumps(values, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")


def _pages(part: Part) -> Iterator[Raw]:
    [url] = part.urls
    with open_input(url) as stream:
        stream.seek(part.start)
        for row, record in enumerate(islice(warc_records(stream, url), part.n), start=part.first):
            page = record.headers.get("WARC-Target-URI", "") or f"{url}:{row}"
            try:
                raw = _page(record, row=row, url=url, page=page)
            except faults() as error:
                raw = Raw(row=row, input=url, error=f"{url}, page {row} ({page}): cannot be read ({error})")
            if raw:
                yield raw


def _page(record: Any, *, row: int, url: str, page: str) -> Raw | None:  # noqa: ANN401 - fastwarc has no types
    """Return the web page of a response; None for an image, a style sheet, a DNS answer."""
    if not record.headers.get("Content-Type", "").startswith("application/http"):
        return None
    stored = record.content_length
    if stored > MAX_BYTES:
        raise OSError(f"larger than {MAX_BYTES // 1_000_000} MB; it is no article")
    record.freeze()
    if record.content_length < stored:
        raise OSError("the file ends inside it; it is damaged")
    record.parse_http(auto_decode="all")
    if (record.http_content_type or "text/html") not in ("text/html", "application/xhtml+xml"):
        return None
    body = record.reader.read(MAX_BYTES + 1)
    return Raw(row=row, input=url, data=body, page=page, retrieved=record.headers.get("WARC-Date"))


def _files(part: Part) -> Iterator[Raw]:
    for row, url in enumerate(part.urls, start=part.first):
        try:
            with open_input(url) as stream:
                yield Raw(row=row, input=url, data=stream.read(MAX_BYTES + 1))
        except ArticleError as error:
            yield Raw(row=row, input=url, error=str(error))
        except OSError as error:
            yield Raw(row=row, input=url, error=f"{url}: cannot be read ({error.strerror}); check its permissions")
