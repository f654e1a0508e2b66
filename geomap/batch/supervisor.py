"""Run the reading processes: give them parts, restart one that died, and continue after the article that ended it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from geomap.batch.partitions import Part
from geomap.batch.schema import FailureKind, FailureRow, MentionRow, Outcome
from geomap.batch.settings import Settings
from geomap.batch.worker_process import failed
from geomap.errors import GeomapError
from geomap.ingest.sandbox import ONE_THREAD, isolated_python
from geomap.web.urls import without_secrets

MAX_ATTEMPTS = 2
"""A process may be killed from outside; only an article that ends it twice is left out."""


class ReadingProcess:
    """A process of ``geomap.batch.worker_process``, started at the first part and again after it died."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[str] | None = None
        self._is_stopped = False
        self._lock = threading.Lock()

    def outcomes(self, part: Part) -> Iterator[Outcome]:
        """Yield the outcome of each article of ``part``, in order; GeomapError where the process cannot read at all."""
        skip, deaths = 0, 0
        while True:
            started: tuple[int, str] | None = None
            for message in self._answers(part, skip):
                if "done" in message:
                    return
                if "error" in message:
                    self.close()
                    raise GeomapError(message["error"])
                if "started" in message:
                    if started is None or message["started"] != started[0]:
                        started = message["started"], message["input"]
                elif "row" in message:
                    yield _outcome(message)
                    skip, deaths, started = message["row"] - part.first + 1, 0, None
            signalled = self._end()
            deaths += 1
            if signalled != "too slow" and deaths < MAX_ATTEMPTS:
                continue
            row, source = started or (part.first + skip, without_secrets(part.urls[0]))
            reason = _reason(signalled, self.settings)
            if started is None:  # it died while reading the input; the failure is for the rest of the part
                yield failed(source, row, signalled, f"{source}, from {row}: {reason}")
                return
            yield failed(source, row, signalled, f"{source}, {row}: {reason}")
            skip, deaths = row - part.first + 1, 0

    def close(self) -> None:
        """End the process; the next part starts it again."""
        if self._process:
            self._process.kill()
            self._end()

    def stop(self) -> None:
        """End the process permanently, from any thread: the thread that waits for its answers gets a GeomapError."""
        with self._lock:
            self._is_stopped = True
            process = self._process
        if process:
            process.kill()

    def _answers(self, part: Part, skip: int) -> Iterator[dict[str, Any]]:
        """Yield the messages of the process about ``part`` until the last, or until it dies."""
        process = self._started()
        if process.stdin is None or process.stdout is None:
            return
        try:
            process.stdin.write(json.dumps({"part": json.loads(part.to_json()), "skip": skip}) + "\n")
            process.stdin.flush()
        except OSError:
            return
        for line in process.stdout:
            if not line.endswith("\n"):
                return
            yield json.loads(line)

    def _started(self) -> subprocess.Popen[str]:
        """Return the process, started and ready; GeomapError where it cannot start."""
        for _ in range(MAX_ATTEMPTS):
            if self._process:
                return self._process
            process = self._start()
            first = process.stdout.readline() if process.stdout else ""
            message = json.loads(first) if first.endswith("\n") else {}
            if "error" in message:
                self.close()
                raise GeomapError(message["error"])
            if "ready" not in message:
                self._end()
        if self._process is None:
            raise GeomapError("a reading process cannot start; its output is above. Is geomap installed completely?")
        return self._process

    def _start(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._is_stopped:
                raise GeomapError("the batch was stopped; run it again to go on")
            self._process = process = subprocess.Popen(  # noqa: S603 - our own module
                isolated_python("geomap.batch.worker_process"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env=os.environ | ONE_THREAD,
                # Ctrl-C goes to the main process only, which ends this one.
                process_group=0 if os.name == "posix" else None,
            )
        if process.stdin:
            # Through the pipe: the corrections may be longer than a command-line argument can be.
            with suppress(OSError):
                process.stdin.write(self.settings.to_line() + "\n")
                process.stdin.flush()
        return process

    def _end(self) -> FailureKind:
        """Wait for a process that has ended, and return the kind of failure."""
        if self._process is None:
            return "crash"
        process, self._process = self._process, None
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        code = process.wait()
        return "too slow" if code == -getattr(signal, "SIGALRM", 0) else "crash"


def _outcome(message: dict[str, Any]) -> Outcome:
    names = MentionRow.__dataclass_fields__
    mentions = tuple(MentionRow(**dict(zip(names, values, strict=True))) for values in message["mentions"])
    failure = message["failure"]
    return Outcome(
        row=message["row"],
        mentions=mentions,
        fitted=tuple(message["fitted"]),
        failure=FailureRow(**dict(zip(FailureRow.__dataclass_fields__, failure, strict=True))) if failure else None,
    )


def _reason(kind: FailureKind, settings: Settings) -> str:
    if kind == "too slow":
        return f"takes longer than {settings.seconds:g} s; split it, or allow more with --seconds"
    return f"ended the process that reads it {MAX_ATTEMPTS} times; it is left out"


class ReadingProcesses:
    """A pool of reading processes for several threads; each process is reused for the next part."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[ReadingProcess] = []
        self._busy: list[ReadingProcess] = []
        self._is_stopped = False
        self._lock = threading.Lock()

    def outcomes(self, part: Part) -> list[Outcome]:
        """Return the outcome of each article of ``part``, in order, from a process that no other thread uses meanwhile."""
        with self._lock:
            if self._is_stopped:
                raise GeomapError("the batch was stopped; run it again to go on")
            process = self._idle.pop() if self._idle else ReadingProcess(self._settings)
            self._busy.append(process)
        try:
            found = [self._settings.shown(outcome) for outcome in process.outcomes(part)]
        except BaseException:
            process.close()
            raise
        else:
            with self._lock:
                self._idle.append(process)
            return found
        finally:
            with self._lock:
                self._busy.remove(process)

    def stop(self) -> None:
        """End all processes permanently; a thread that waits for one gets a GeomapError."""
        with self._lock:
            self._is_stopped = True
            for process in self._busy:
                process.stop()

    def close(self) -> None:
        """End the idle processes."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()
