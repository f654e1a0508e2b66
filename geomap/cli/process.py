"""The process of the command line: streams, signals and limits; system errors become one line and an exit code."""

from __future__ import annotations

import io
import os
import signal
import sys
from errno import EPIPE
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from geomap.cli.console import complain, one_line
from geomap.cli.limits import limit
from geomap.cli.streams import ReaderGone, open_standard_streams
from geomap.errors import GeomapError

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

STOPPED = 130
"""Exit code after any signal that ends the process."""
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_FULL = ("failed to map segment", "Too many open files", "start new thread", "launch worker thread", "bad_alloc")
"""Messages of libraries, in errors of many classes, where a limit of the process is too low."""


class Stopped(BaseException):
    """A signal asked the process to end; not KeyboardInterrupt, which click and others handle themselves."""


def main() -> None:
    """Run the command line and end the process with a documented exit code."""
    try:
        open_standard_streams()
        _listen()
        code = _run()
        _stop_listening()
    except (Stopped, KeyboardInterrupt):  # the latter before there was a handler
        complain("stopped")
        code = STOPPED
        _stop_listening()
    sys.exit(code)


def _run() -> int:
    """Run the command and return its exit code; our errors and system errors become one line, a bug is raised."""
    try:
        _limit_threads()
        return _call()
    except ReaderGone:
        return 0
    except SystemExit as done:
        if isinstance(done.__context__, OSError) and done.__context__.errno == EPIPE:
            return _fail(done.__context__)  # click would end without a message
        return done.code if isinstance(done.code, int) else 1
    except Exception as error:
        if _is_stopping():  # C++ libraries convert Stopped to another error
            raise Stopped from error
        return _fail(error)


def _call() -> int:
    # Not at the top: slow imports come after the signal handlers.
    import click

    from geomap.cli.main import cli

    try:
        cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        sys.stderr.write("".join(f"{one_line(line)}\n" for line in shown.getvalue().splitlines()))
        return error.exit_code
    return 0


def _fail(error: Exception) -> int:
    """Report the error in one line and return its exit code; a bug is raised."""
    if isinstance(error, GeomapError):
        complain(error)
        return error.exit_code
    condition = _condition(error)
    if condition is None:
        raise error
    complain(condition)
    return 1


def _condition(error: Exception) -> str | None:
    """Return the message of a system error, None where the error is a bug."""
    found: BaseException | None = error
    while found:
        if isinstance(found, MemoryError):
            return "there is not enough memory; give fewer articles at once, or raise the limit (ulimit -v)"
        for line in str(found).splitlines():
            if any(words in line for words in _FULL):
                return f"a limit of this process is too low ({line.strip()}); raise it (ulimit -a)"
        found = found.__cause__ or found.__context__
    found = error
    while found:
        if isinstance(found, OSError):
            where = f"{found.filename}: " if found.filename else ""
            return f"{where}{found.strerror or found}; check that it exists, its permissions and the disk space"
        found = found.__cause__
    return None


def _limit_threads() -> None:
    """Set the environment variables that limit the threads of numerical libraries, where memory is limited."""
    # Arrow's own pool does not release memory: 100 MB in a build of 10,000 articles; the system's does.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if limit("RLIMIT_AS") is not None:
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "ARROW_IO_THREADS"):
            os.environ.setdefault(name, "1")


def _listen() -> None:
    """Raise Stopped at the first signal, so that cleanup runs, and exit immediately at the second."""
    sys.unraisablehook, sys.excepthook = _unraisable, _uncaught
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or a job in the background
            signal.signal(number, _stop)
    if hasattr(signal, "SIGXCPU"):
        import resource

        signal.signal(signal.SIGXCPU, _out_of_time)
        soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        if 1 < hard <= soft:  # as set by `ulimit -t`: the process would be killed without a message
            resource.setrlimit(resource.RLIMIT_CPU, (hard - 1, hard))


def _is_stopping() -> bool:
    return any(signal.getsignal(number) is _stop_now for number in _SIGNALS)


def _stop_listening() -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) in (_stop, _stop_now):
            signal.signal(number, signal.SIG_DFL)
    if hasattr(signal, "SIGXCPU"):
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)  # only Python's own shutdown is left


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    for each in _SIGNALS:
        if signal.getsignal(each) is _stop:
            signal.signal(each, _stop_now)
    raise Stopped


def _out_of_time(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    raise GeomapError("the limit on CPU time is reached; raise it (ulimit -t), or give fewer articles at once")


def _stop_now(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of a handler
    complain("stopped")
    os._exit(STOPPED)


def _unraisable(error: UnraisableHookArgs) -> None:
    """Send the signal again where Stopped was raised in a destructor, in which Python ignores exceptions."""
    if not issubclass(error.exc_type, Stopped):
        sys.__unraisablehook__(error)
        return
    import threading

    _listen_again()
    threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGTERM)).start()


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print an uncaught error, except Stopped, which C code prints before it converts it."""
    if not issubclass(kind, Stopped):
        sys.__excepthook__(kind, error, trace)


def _listen_again() -> None:
    for number in _SIGNALS:
        if signal.getsignal(number) is _stop_now:
            signal.signal(number, _stop)
