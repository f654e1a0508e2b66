"""The program of ``confined``: runs the parsers of untrusted bytes, one call at a time, under limits of time and memory."""

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
    """Answer calls on standard input until it ends, or until the peak memory exceeds the argument, in bytes."""
    end_with_starter()
    most = int(sys.argv[1])
    logging.disable(logging.CRITICAL)
    # Output that a library prints must not be mixed with the answers.
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
    except ImportError:  # not on Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(hard, MAX_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would contain the article


def _limit_seconds() -> None:
    """Limit this call to ``SECONDS`` of CPU time in addition to the time that earlier calls used."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + SECONDS + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _resident() -> int:
    """Return the peak resident memory of the process in bytes, 0 where the system does not report it."""
    with suppress(OSError), open("/proc/self/status", "rb") as status:  # noqa: PTH123 - a file of the system
        found = re.search(rb"VmHWM:\s*(\d+) kB", status.read())
        if found:  # of this process only; getrusage includes the process that started it
            return int(found[1]) * 1024
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
