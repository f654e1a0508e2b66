"""The standard streams of the process: where one is closed, full or broken, the result is one line and an exit code."""

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
    """The reader of standard output has closed it, as in ``| head``; not an error."""


class _Input(io.FileIO):
    """Standard input; its errors are raised as ArticleError."""

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
    """Standard output; the first error is raised as ours, and later output is discarded."""

    is_lost = False

    def write(self, data: Buffer, /) -> int:
        if self.is_lost:
            return memoryview(data).nbytes
        try:
            while (n := super().write(data)) is None:  # another process has made the pipe non-blocking
                select.select([], [self], [])
        except OSError as error:
            self.is_lost = True
            if error.errno == EPIPE:
                raise ReaderGone from None
            raise OutputError(
                f"standard output: cannot be written ({error.strerror}); write to a file, or free disk space"
            ) from error
        return n


class _Errors(io.FileIO):
    """Standard error; what cannot be written is discarded, and the exit code remains."""

    def write(self, data: Buffer, /) -> int:
        with suppress(OSError):
            return super().write(data) or 0
        return memoryview(data).nbytes


def _unreadable(error: OSError) -> ArticleError:
    return ArticleError(f"standard input: cannot be read ({error.strerror}); give a file instead")


def open_standard_streams() -> None:
    """Replace the standard streams with those above; ``sys.stdin`` stays None where it was closed.

    A closed descriptor is opened on the null device, so that no file that is opened later gets its number; standard
    output for reading only, so that writing fails.
    """
    if os.name == "nt":  # the console has other kinds of streams
        return
    was_open = [_is_open(number) for number in range(3)]
    for flags, is_open in zip((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY), was_open, strict=True):
        if not is_open:
            os.open(os.devnull, flags)  # gets the lowest free descriptor, which is this one
    for number in range(3):
        os.set_inheritable(number, True)
    if was_open[0] and sys.stdin is not None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(_Input(0, closefd=False)), sys.stdin.encoding, "surrogateescape")
    encoding = getattr(sys.stdout, "encoding", "utf-8")
    # Paths that are not UTF-8 are printed unchanged; characters that another encoding lacks as escapes.
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
