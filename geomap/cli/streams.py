"""The standard streams of the command line: closed, full or cut off, they cost one line and an exit code, never a traceback."""

from __future__ import annotations

import io
import os
import select
import sys
from contextlib import suppress
from errno import EPIPE
from typing import TYPE_CHECKING

from geomap.errors import ArticleError, OutputError

if TYPE_CHECKING:
    from typing_extensions import Buffer


class ReaderGone(Exception):
    """Nobody reads standard output any more, as in ``| head``: nothing is wrong, and nothing more can be said."""


class _Input(io.FileIO):
    """Standard input, whose faults are those of an article."""

    def readinto(self, buffer: Buffer, /) -> int | None:
        try:
            return super().readinto(buffer)
        except OSError as error:
            raise _unreadable(error) from error

    def readall(self) -> bytes:
        try:
            return super().readall()
        except OSError as error:
            raise _unreadable(error) from error


class _Output(io.FileIO):
    """Standard output: the first fault is raised as one of ours, and what is written after it is dropped."""

    is_lost = False

    def write(self, data: Buffer, /) -> int:
        if self.is_lost:
            return memoryview(data).nbytes
        try:
            while (n := super().write(data)) is None:  # somebody has set the pipe not to wait
                select.select([], [self], [])
        except OSError as error:
            self.is_lost = True
            if error.errno == EPIPE:
                raise ReaderGone from None
            raise OutputError(
                f"standard output: cannot be written ({error.strerror}); write into a file, or free some room"
            ) from error
        return n


class _Errors(io.FileIO):
    """Standard error: what cannot be written there can be told nowhere, and the exit code tells it."""

    def write(self, data: Buffer, /) -> int:
        with suppress(OSError):
            return super().write(data) or 0
        return memoryview(data).nbytes


def _unreadable(error: OSError) -> ArticleError:
    return ArticleError(f"standard input: cannot be read ({error.strerror}); give a file instead")


def open_standard_streams() -> None:
    """Give the process three streams of the kinds above; ``sys.stdin`` stays None where it was closed.

    A closed descriptor is opened on the null device, the wrong way round for standard output, so that no file that is
    opened later gets its number, and what is written there fails as it must.
    """
    if os.name == "nt":  # whose console has streams of another kind
        return
    was_open = [_is_open(number) for number in range(3)]
    for flags, is_open in zip((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY), was_open, strict=True):
        if not is_open:
            os.open(os.devnull, flags)  # gets the lowest free number, which is this one
    for number in range(3):
        os.set_inheritable(number, True)
    if was_open[0] and sys.stdin is not None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_Input(0, closefd=False)), sys.stdin.encoding, "surrogateescape")
    encoding = getattr(sys.stdout, "encoding", "utf-8")
    # A path that is not UTF-8 is printed as it is; what another encoding lacks is printed as an escape.
    errors = "surrogateescape" if encoding.lower().replace("-", "") == "utf8" else "backslashreplace"
    sys.stdout = _writer(_Output(1, "w", closefd=False), encoding, errors)
    sys.stderr = _writer(_Errors(2, "w", closefd=False), getattr(sys.stderr, "encoding", "utf-8"), "backslashreplace")


def _writer(raw: io.FileIO, encoding: str, errors: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding, errors, line_buffering=raw.isatty() or raw.fileno() == 2)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def one_line(text: object) -> str:
    """Return a message as one line that no terminal obeys, with escapes for the bytes that are not UTF-8 in it."""
    return "".join(map(_shown, str(text)))


def _shown(c: str) -> str:
    if "\udc80" <= c <= "\udcff":
        return f"\\x{ord(c) - 0xDC00:02x}"
    return c if c.isprintable() else " "


def complain(text: object) -> None:
    """Write one line to standard error, as every message of the command line is."""
    sys.stderr.write(f"geomap: {one_line(text)}\n")
    sys.stderr.flush()
