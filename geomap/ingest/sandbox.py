"""Run parsers of untrusted bytes in a separate process, isolated from the current folder and limited in time and memory.

``isolated_python`` gives the command of every child process of geomap. ``confined`` calls a parser of
``geomap.ingest.parser_process`` in a process that is reused by the next call; if the process ends (time, memory, a fault in
a native library), only that call fails.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

import msgspec

from geomap.errors import ArticleError, FetchError, GeomapError

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")
SECONDS = 20
"""CPU time limit of one call."""
WALL_SECONDS = 30
"""Wall time limit of one call, for a busy machine."""
MAX_MEMORY = 1_000_000_000
"""Address space of the process, bytes."""
RECYCLE_MEMORY = 300_000_000
"""Resident bytes above which the process ends after its answer, so that the next call starts with little memory in use."""

ONE_THREAD = {
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_IO_THREADS": "1",
}
"""Environment of a process with a memory limit: a thread takes up to 72 MB, and libraries start one per core."""
_START = """
import importlib.util, os, runpy, sys
paths = sys.argv.pop(1).split(os.pathsep)
sys.path += paths
spec = importlib.util.spec_from_file_location("geomap", os.path.join(paths[0], "geomap", "__init__.py"))
sys.modules["geomap"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sys.modules["geomap"])
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
_ERRORS: dict[str, type[GeomapError]] = {"ArticleError": ArticleError, "FetchError": FetchError}


class LimitReached(GeomapError):
    """A call took too much time or memory, or ended its process; the message states which."""


def isolated_python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs ``module`` as a program in Python's isolated mode.

    The current folder, the folder of the script and the environment's PYTHON… variables are ignored: a ``resource.py``
    beside an article is never imported. The package ``geomap`` is that of this process. The other entries of ``sys.path``
    are appended after the standard library and the installed packages, so that they cannot replace those.
    """
    flags = ["-I", *(["-B"] if sys.dont_write_bytecode else [])]
    return [sys.executable, *flags, "-c", _START, os.pathsep.join(_import_paths()), module, *arguments]


def _import_paths() -> list[str]:
    """Return the folder of geomap and the absolute entries of ``sys.path``, without the current folder."""
    home = str(Path(__file__).resolve().parents[2])
    here = os.path.realpath(os.curdir) if os.path.isdir(os.curdir) else ""  # noqa: PTH112 - it may have been removed
    entries = [entry for entry in sys.path if os.path.isabs(entry) and os.path.realpath(entry) not in (here, home)]  # noqa: PTH117
    return [home, *entries]


def confined(parser: str, data: bytes, /, *, result: type[T], **known: str | None) -> T:
    """Return the result of a parser of ``geomap.ingest.parser_process.PARSERS``, of type ``result``; ``known`` are its keywords.

    The parser's errors of ``geomap.errors`` are raised again; LimitReached where it takes too much time or memory.
    """
    return _process(os.getpid()).call(parser, data, result=result, known=known)


@cache
def _process(pid: int) -> ConfinedProcess:  # noqa: ARG001 - a forked process must not use its parent's
    process = ConfinedProcess()
    atexit.register(process.close)
    return process


class ConfinedProcess:
    """A process of ``geomap.ingest.parser_process``, started at the first call and again after it ended; thread-safe."""

    def __init__(self, *, recycle_memory: int = RECYCLE_MEMORY) -> None:
        self._recycle_memory = recycle_memory
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def call(self, parser: str, data: bytes, *, result: type[T], known: Mapping[str, str | None]) -> T:
        """Return the result of the parser; see ``confined``."""
        request = msgspec.msgpack.encode([parser, data, known])
        with self._lock:
            kind, answer = self._exchange(request)
        if kind == b"v":
            return msgspec.msgpack.decode(answer, type=result)
        name, message = msgspec.msgpack.decode(answer, type=tuple[str, str])
        raise _ERRORS.get(name, LimitReached)(message)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._process:
                self._process.kill()
                self._end()

    def _exchange(self, request: bytes) -> tuple[bytes, bytes]:
        for is_last in (False, True):  # the process may have been killed, or have ended itself after a large answer
            process = self._process or self._start()
            if process.stdin is None or process.stdout is None:
                break
            try:
                write_frame(process.stdin, b"c", request)
            except OSError:
                self._end()
                continue
            began = time.monotonic()
            late = threading.Timer(WALL_SECONDS, process.kill)
            late.start()
            try:
                answer = read_frame(process.stdout)
            finally:
                late.cancel()
            if answer is not None:
                if answer[0].isupper():
                    self._end()
                return answer[0].lower(), answer[1]
            code = self._end()
            is_from_outside = code == -getattr(signal, "SIGKILL", 0) and time.monotonic() - began < WALL_SECONDS
            if is_last or not is_from_outside:
                raise LimitReached(_why(code))
        raise GeomapError("the process that parses articles cannot start; is geomap installed completely?")

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            isolated_python("geomap.ingest.parser_process", str(self._recycle_memory)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | ONE_THREAD,
        )
        return self._process

    def _end(self) -> int:
        """Wait for a process that has ended and return its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        return process.wait()


def _why(code: int) -> str:
    slow = (-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0))
    return "takes too much time or memory" if code in slow else "ends the process that parses it"


def write_frame(pipe: IO[bytes], kind: bytes, data: bytes) -> None:
    """Write one message: a letter for its kind, eight bytes of length, the data.

    A call is ``c``; its answer is ``v`` for a value or ``e`` for an error, in upper case if the process ends after it.
    """
    pipe.write(kind + len(data).to_bytes(8, "big") + data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Return the kind and data of the next message, None where the pipe ends within it."""
    head = pipe.read(9)
    if len(head) < 9:
        return None
    size = int.from_bytes(head[1:], "big")
    data = pipe.read(size)
    return (head[:1], data) if len(data) == size else None
