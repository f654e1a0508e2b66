"""The program of ``confined``: calls the parsers of foreign bytes, one call after the other, under limits of time and memory."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import Any

import msgspec

from geomap.confined import MAX_MEMORY, SECONDS, read_frame, write_frame
from geomap.documents import email_article, html_article, markdown_article, pdf_article
from geomap.encodings import decode
from geomap.errors import GeomapError
from geomap.feeds import parse_listing

PARSERS: dict[str, Callable[..., Any]] = {
    "email": email_article,
    "html": html_article,
    "listing": parse_listing,
    "markdown": markdown_article,
    "pdf": pdf_article,
    "text": decode,
}


def main() -> None:
    """Answer calls on standard input until it ends, or until the process has had the memory that its argument names."""
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
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold the article


def _limit_seconds() -> None:
    """Let this call have its seconds of CPU beside those that earlier ones have used."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _resident() -> int:
    """Return the most bytes of memory the process has had, 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
