"""Messages, progress and the end of a command: one line a message on stderr, and the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tqdm import tqdm

T = TypeVar("T")


def one_line(text: object) -> str:
    """Return a message on one line, without control characters; bytes that are not UTF-8 become escapes."""
    return "".join(map(_printable, str(text)))


def _printable(c: str) -> str:
    if "\udc80" <= c <= "\udcff":
        return f"\\x{ord(c) - 0xDC00:02x}"
    return c if c.isprintable() else " "


def complain(text: object) -> None:
    """Write a message as one line to stderr."""
    sys.stderr.write(f"geomap: {one_line(text)}\n")
    sys.stderr.flush()


def complain_all(texts: Iterable[object]) -> int:
    """Write each message as one line to stderr, and return how many there were."""
    n_written = 0
    for text in texts:
        complain(text)
        n_written += 1
    return n_written


def finish(n_failed: int) -> None:
    """End the command with exit code 1 where something failed."""
    if n_failed:
        raise SystemExit(1)


def nothing_located(sources: Sequence[str]) -> str:
    """Return the message for sources in which no place was located."""
    return f"{', '.join(sources)}: no place was located; is it a news text that names places?"


def progress(articles: Iterable[T]) -> Iterable[T]:
    """Count articles on stderr where it is a terminal, from the second second on."""
    if not sys.stderr.isatty():
        return articles
    from tqdm import tqdm

    return tqdm(articles, unit=" articles", delay=1, leave=False, file=sys.stderr)  # type: ignore[no-any-return]


class ProgressBar:
    """A progress bar on stderr where it is a terminal, a new bar for each stage."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None
        self._stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def update(self, stage: str, done: int, total: int) -> None:
        """Show the progress of a stage; ``total`` is 0 where it is unknown."""
        if not sys.stderr.isatty():
            return
        from tqdm import tqdm

        if stage != self._stage:
            self.__exit__()
            self._bar = tqdm(total=total or None, desc=stage, unit_scale=True, file=sys.stderr)
            self._stage = stage
        if self._bar is not None:
            self._bar.update(done - self._bar.n)
