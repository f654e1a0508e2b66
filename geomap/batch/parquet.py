"""Read articles from the rows of Parquet files: counted by the footer, in the parser process, and read in batches."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import IO, Any

from geomap.batch.sources import RawArticle, open_input
from geomap.errors import ArticleError
from geomap.ingest.parquet_footer import MAGIC
from geomap.ingest.readers import JSONL_FIELDS
from geomap.ingest.sandbox import LimitReached, confined
from geomap.web.urls import first_line, without_secrets

MAX_FOOTER = 64_000_000
"""Maximum bytes of metadata; a file of ten thousand row groups has a few million."""
ROWS_AT_ONCE = 256


def count_rows(url: str) -> int:
    """Return the number of rows in a Parquet file's footer; ArticleError where it is not Parquet, or the number is impossible."""
    where = without_secrets(url)
    try:
        with open_input(url) as stream:
            size = stream.seek(0, io.SEEK_END)
            footer = _footer(stream, size, where)
    except OSError as error:
        if isinstance(error, ArticleError):
            raise
        raise ArticleError(f"{where}: cannot be read ({first_line(error)}); check its permissions") from error
    try:
        n_rows = confined("parquet", footer, result=int, where=where)
    except LimitReached as error:
        raise ArticleError(f"{where}: its footer {error}; check the file") from error
    if n_rows > size:  # the plan has a part for each thousand rows
        raise ArticleError(f"{where}: is not Parquet (it claims more rows than it has bytes); check the file")
    return n_rows


def _footer(stream: IO[bytes], size: int, where: str) -> bytes:
    stream.seek(max(size - 8, 0))
    tail = stream.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or length > size - 12:
        raise ArticleError(f"{where}: is not Parquet (its last bytes are not those of a footer); check the file")
    if length > MAX_FOOTER:
        raise ArticleError(f"{where}: its footer is larger than {MAX_FOOTER // 1_000_000} MB; write larger row groups")
    stream.seek(size - 8 - length)
    return stream.read(length + 8)


def rows(url: str, *, start: int, n: int, on_read: Callable[[], None]) -> Iterator[RawArticle]:
    """Yield ``n`` rows after the first ``start``, each as a JSON line."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    where, end = without_secrets(url), start + n
    try:
        with open_input(url, on_read=on_read) as stream:
            # Buffered: otherwise a column of a row group, by default of a million rows, is read at once.
            file = pq.ParquetFile(stream, buffer_size=1 << 20)
            columns = [c for c in ("text", *JSONL_FIELDS) if c in file.schema_arrow.names]
            if "text" not in columns:
                raise ArticleError(f'{where}: has no column "text"; rename the one with the articles')
            groups, row = _groups(file, start, end)
            for batch in file.iter_batches(
                batch_size=ROWS_AT_ONCE, row_groups=groups, columns=columns, use_threads=False
            ):
                is_wanted = row < end and row + len(batch) > start
                for values in _values(batch) if is_wanted else [None] * len(batch):
                    row += 1
                    if start < row <= end and values is None:
                        yield RawArticle(
                            row=row, input=where, error=f"{where}, row {row}: is not UTF-8; fix or remove the row"
                        )
                    elif start < row <= end:
                        yield RawArticle(row=row, input=where, data=_as_line(values or {}))
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        if isinstance(error, (ArticleError, MemoryError)):
            raise
        raise ArticleError(f"{where}: cannot be read as Parquet ({first_line(error)})") from error


def _values(batch: Any) -> list[dict[str, Any] | None]:  # noqa: ANN401 - pyarrow has no types
    """Return the rows of a batch, None for a row with invalid UTF-8: Parquet does not check the bytes of strings."""
    try:
        return list(batch.to_pylist())
    except UnicodeDecodeError:
        return [_values(batch.slice(at, 1))[0] for at in range(len(batch))] if len(batch) > 1 else [None]


def _groups(file: Any, start: int, end: int) -> tuple[list[int], int]:  # noqa: ANN401 - pyarrow has no types
    """Return the row groups with the rows start to end (half-open), and the number of the first row of the first group."""
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
    """Return a row as a JSON line."""
    return json.dumps(values, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
