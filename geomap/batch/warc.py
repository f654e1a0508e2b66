"""Read articles from the web pages of WARC files; while planning, the records are located in a separate process.

Run as a program: reads a URL as a line of JSON, writes for each response a line with its offset, and at last a line with an
error or null. If the process dies, the cause is after the last offset.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import IO, Any

from geomap.batch.sources import RawArticle, open_input
from geomap.errors import ArticleError, GeomapError
from geomap.ingest.process_limits import alarm, end_with_starter, limit_private_memory
from geomap.ingest.readers import MAX_BYTES, MAX_METADATA, is_url
from geomap.ingest.sandbox import ONE_THREAD, isolated_python
from geomap.web.urls import first_line, without_secrets

SECONDS = 30.0
"""Seconds that planning waits for the next record or the next bytes of the file."""
MEMORY_MB = 1024


def response_starts(url: str) -> Iterator[int]:
    """Yield the offset of each response of a WARC file; ArticleError after the last that could be found."""
    process = subprocess.Popen(  # noqa: S603 - our own module
        isolated_python("geomap.batch.warc"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | ONE_THREAD,
        process_group=0 if os.name == "posix" else None,  # Ctrl-C goes to the main process only
    )
    n = 0
    try:
        if process.stdin is None or process.stdout is None:
            return
        with suppress(OSError):
            process.stdin.write(json.dumps(url) + "\n")
            process.stdin.flush()
        for line in process.stdout:
            if not line.startswith("{"):
                n += 1
                yield int(line)
                continue
            fault = json.loads(line)["fault"]
            if fault:
                raise ArticleError(fault)
            return
        where = without_secrets(url)
        raise ArticleError(
            f"{where}: cannot be read beyond page {n} (it ends the process that reads it); check the file"
        )
    finally:
        process.kill()
        process.communicate()


def main() -> None:
    """Print the offsets of the responses of the file named on standard input."""
    end_with_starter()
    url = json.loads(sys.stdin.readline())
    limit_private_memory(MEMORY_MB)
    n, fault = 0, None
    try:
        with open_input(url, on_read=lambda: alarm(SECONDS)) as stream:
            for record in _responses(stream, url):
                n += 1
                print(record.stream_pos)  # noqa: T201 - the answer
                alarm(SECONDS)
    except GeomapError as error:
        fault = str(error)
    except Exception as error:  # noqa: BLE001 - damaged files, file systems and parsers raise any exception
        fault = f"{without_secrets(url)}: cannot be read beyond page {n} ({first_line(error)}); the file is damaged"
    print(json.dumps({"fault": fault}), flush=True)  # noqa: T201 - the answer


def _responses(stream: IO[bytes], url: str) -> Iterator[Any]:
    """Yield the responses of a WARC file, unparsed."""
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError:
        raise ArticleError(f"{without_secrets(url)}: WARC needs an extra; pip install 'geomap-news[warc]'") from None
    yield from ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=False)


def pages(url: str, *, start: int, first: int, n: int, on_read: Callable[[], None]) -> Iterator[RawArticle]:
    """Yield the web pages among ``n`` responses, of which the first has the number ``first`` and the offset ``start``."""
    where = without_secrets(url)
    with open_input(url, on_read=on_read) as stream:
        stream.seek(start)
        for row, record in enumerate(islice(_responses(stream, url), n), start=first):
            page = f"{where}:{row}"
            try:
                page = _address(record) or page
                raw = _page(record, row=row, where=where, page=page)
            except Exception as error:  # noqa: BLE001 - a damaged record; the next may be intact
                reason = f"{where}, page {row} ({page[:MAX_METADATA]}): cannot be read ({first_line(error)})"
                raw = RawArticle(row=row, input=where, error=reason, is_too_large=isinstance(error, MemoryError))
            if raw:
                yield raw


def _address(record: Any) -> str | None:  # noqa: ANN401 - fastwarc has no types
    """Return the URL of a page; None where it is missing or not valid."""
    address = record.headers.get("WARC-Target-URI", "").encode("utf-8", "replace").decode("utf-8")
    return address if address and is_url(address) else None


def _page(record: Any, *, row: int, where: str, page: str) -> RawArticle | None:  # noqa: ANN401 - fastwarc has no types
    """Return the web page of a response; None for an image, a style sheet, a DNS answer."""
    if not record.headers.get("Content-Type", "").startswith("application/http"):
        return None
    stored = record.content_length
    if stored > MAX_BYTES:
        raise OSError(f"larger than {MAX_BYTES // 1_000_000} MB; it is left out")
    record.freeze()
    if record.content_length < stored:
        raise OSError("the file ends within it; it is damaged")
    record.parse_http(auto_decode="all")
    if (record.http_content_type or "text/html") not in ("text/html", "application/xhtml+xml"):
        return None
    body = record.reader.read(MAX_BYTES + 1)
    retrieved = record.headers.get("WARC-Date", "").encode("utf-8", "replace").decode("utf-8")[:MAX_METADATA]
    return RawArticle(row=row, input=where, data=body, page=page, retrieved=retrieved or None)


if __name__ == "__main__":
    main()
