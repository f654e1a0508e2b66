"""Processes of our own for foreign bytes: isolated from the current folder, bounded in time and memory, ended at no cost.

``isolated_python`` is how every process of ours is started. ``confined`` calls a parser of ``geomap.ingest.parser_process`` in a
process that is kept for the next call; what ends that process (time, memory, a fault in a native library) is an error
of that call alone.
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
"""Of CPU that one call may take; what takes longer to parse is no news article."""
WALL_SECONDS = 30
"""Until a call is given up, on a machine that is busy with other things."""
MAX_MEMORY = 1_000_000_000
"""Address space of the process, bytes."""
RECYCLE_MEMORY = 300_000_000
"""Resident bytes above which the process ends after its answer: what one article left behind must not cost the next."""

ONE_THREAD = {
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_IO_THREADS": "1",
}
"""Environment of a process with a limit of memory: a thread takes up to 72 MB of it, and libraries start one a core."""
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
    """A call took too much time or memory, or ended its process; the message says which."""


def isolated_python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs ``module`` as a program in Python's isolated mode.

    The current folder, the folder of the script and the environment's PYTHON… variables have no say: a ``resource.py``
    beside an article is never imported. The geomap is that of this process, wherever another is installed. What else this
    process imports from is appended behind the standard library and the installed packages, so nothing there can take
    their place.
    """
    flags = ["-I", *(["-B"] if sys.dont_write_bytecode else [])]
    return [sys.executable, *flags, "-c", _START, os.pathsep.join(_import_paths()), module, *arguments]


def _import_paths() -> list[str]:
    """Return where geomap lies and the absolute entries of ``sys.path``, without the current folder."""
    home = str(Path(__file__).resolve().parents[2])
    here = os.path.realpath(os.curdir) if os.path.isdir(os.curdir) else ""  # noqa: PTH112 - it may have been removed
    entries = [one for one in sys.path if os.path.isabs(one) and os.path.realpath(one) not in (here, home)]  # noqa: PTH117
    return [home, *entries]


def confined(parser: str, data: bytes, /, *, result: type[T], **known: str | None) -> T:
    """Return what a parser of ``geomap.ingest.parser_process.PARSERS`` makes of ``data``, of type ``result``; ``known`` are its keywords.

    Raise what it raises of our own errors, and LimitReached where it takes too much time or memory.
    """
    return _process(os.getpid()).call(parser, data, result=result, known=known)


@cache
def _process(pid: int) -> ConfinedProcess:  # noqa: ARG001 - a forked process must not talk to its parent's
    process = ConfinedProcess()
    atexit.register(process.close)
    return process


class ConfinedProcess:
    """One process of ``geomap.ingest.parser_process``, started when first needed and again when it has ended; shared among threads."""

    def __init__(self, *, recycle_memory: int = RECYCLE_MEMORY) -> None:
        self._recycle_memory = recycle_memory
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def call(self, parser: str, data: bytes, *, result: type[T], known: Mapping[str, str | None]) -> T:
        """Return what the parser makes of ``data``; see ``confined``."""
        request = msgspec.msgpack.encode([parser, data, known])
        with self._lock:
            kind, answer = self._ask(request)
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

    def _ask(self, request: bytes) -> tuple[bytes, bytes]:
        for is_last in (False, True):  # a process may have been ended from outside, or by itself after a large answer
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
    """Write one message: a letter that says what it is, eight bytes of length, the data.

    A call is ``c``; its answer ``v`` for a value or ``e`` for an error, in capitals where the process ends after it.
    """
    pipe.write(kind + len(data).to_bytes(8, "big") + data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Return the next message's kind and data, None where the pipe ends before it does."""
    head = pipe.read(9)
    if len(head) < 9:
        return None
    size = int.from_bytes(head[1:], "big")
    data = pipe.read(size)
    return (head[:1], data) if len(data) == size else None
