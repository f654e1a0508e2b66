"""The program of ``confined``: calls the parsers of foreign bytes, one call after the other, under limits of time and memory."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from geomap.errors import GeomapError
from geomap.ingest.documents import email_article, html_article, markdown_article, pdf_article
from geomap.ingest.encodings import decode
from geomap.ingest.feeds import parse_listing
from geomap.ingest.parquet_footer import rows_of_footer
from geomap.ingest.process_limits import end_with_starter
from geomap.ingest.sandbox import MAX_MEMORY, SECONDS, read_frame, write_frame

PARSERS: dict[str, Callable[..., Any]] = {
    "email": email_article,
    "html": html_article,
    "listing": parse_listing,
    "markdown": markdown_article,
    "parquet": rows_of_footer,
    "pdf": pdf_article,
    "text": decode,
}


def main() -> None:
    """Answer calls on standard input until it ends, or until the process has had the memory that its argument names."""
    end_with_starter()
    most = int(sys.argv[1])
    logging.disable(logging.CRITICAL)
    # Whatever a library prints must not stand among the answers.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit_memory()
    while frame := read_frame(sys.stdin.buffer):
        _limit_seconds()
        kind, data = _answer(frame[1])
        is_last = kind.isupper() or _resident() > most
        write_frame(out, kind.upper() if is_last else kind, data)
        if is_last:
            return


def _answer(request: bytes) -> tuple[bytes, bytes]:
    try:
        name, data, known = msgspec.msgpack.decode(request)
        return b"v", msgspec.msgpack.encode(PARSERS[name](data, **known))
    except GeomapError as error:
        return b"e", msgspec.msgpack.encode((type(error).__name__, str(error)))
    except MemoryError:
        return b"E", msgspec.msgpack.encode(("LimitReached", "takes too much memory"))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(hard, MAX_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold the article


def _limit_seconds() -> None:
    """Let this call have its seconds of CPU beside those that earlier ones have used."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + SECONDS + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _resident() -> int:
    """Return the most bytes of memory the process has had, 0 where the system does not say."""
    with suppress(OSError), open("/proc/self/status", "rb") as status:  # noqa: PTH123 - a file of the system
        found = re.search(rb"VmHWM:\s*(\d+) kB", status.read())
        if found:  # which starts with this process; what getrusage says includes the one that started it
            return int(found[1]) * 1024
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
