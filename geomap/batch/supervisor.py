"""Keep reading processes, feed them parts, and go on behind the article that ended one."""

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

TRIES = 2
"""A process may be ended from outside; only an article that ends it twice is to blame."""


class ReadingProcess:
    """A process of ``geomap.batch.worker_process``, started when first needed and again when it has died."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[str] | None = None
        self._is_stopped = False
        self._lock = threading.Lock()

    def outcomes(self, part: Part) -> Iterator[Outcome]:
        """Yield what becomes of each article of ``part``, in order; GeomapError where nothing can be read at all."""
        skip, deaths = 0, 0
        while True:
            begun: tuple[int, str] | None = None
            for message in self._answers(part, skip):
                if "done" in message:
                    return
                if "stop" in message:
                    self.close()
                    raise GeomapError(message["stop"])
                if "begun" in message:
                    if begun is None or message["begun"] != begun[0]:
                        begun = message["begun"], message["input"]
                elif "row" in message:
                    yield _outcome(message)
                    skip, deaths, begun = message["row"] - part.first + 1, 0, None
            signalled = self._end()
            deaths += 1
            if signalled != "too slow" and deaths < TRIES:
                continue
            row, source = begun or (part.first + skip, without_secrets(part.urls[0]))
            reason = _reason(signalled, self.settings)
            if begun is None:  # it died of the input itself; the failure stands for the rest of the part
                yield failed(source, row, signalled, f"{source}, from {row}: {reason}")
                return
            yield failed(source, row, signalled, f"{source}, {row}: {reason}")
            skip, deaths = row - part.first + 1, 0

    def close(self) -> None:
        """End the process; it is started again when there is more to read."""
        if self._process:
            self._process.kill()
            self._end()

    def stop(self) -> None:
        """End the process for good, from any thread: the one that waits for its answers gets a GeomapError."""
        with self._lock:
            self._is_stopped = True
            process = self._process
        if process:
            process.kill()

    def _answers(self, part: Part, skip: int) -> Iterator[dict[str, Any]]:
        """Yield the process's lines about ``part`` until it has no more to say, or dies."""
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
        """Return the process, started and ready; GeomapError where it cannot start, which no article is to blame for."""
        for _ in range(TRIES):
            if self._process:
                return self._process
            process = self._start()
            first = process.stdout.readline() if process.stdout else ""
            message = json.loads(first) if first.endswith("\n") else {}
            if "stop" in message:
                self.close()
                raise GeomapError(message["stop"])
            if "ready" not in message:
                self._end()
        if self._process is None:
            raise GeomapError(
                "a reading process cannot start; what it printed stands above. Is geomap installed whole?"
            )
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
                # Ctrl-C is for the program that was started, which ends its processes.
                process_group=0 if os.name == "posix" else None,
            )
        if process.stdin:
            # By the pipe: an argument may not be as long as a newsroom's corrections.
            with suppress(OSError):
                process.stdin.write(self.settings.to_line() + "\n")
                process.stdin.flush()
        return process

    def _end(self) -> FailureKind:
        """Wait for a process that has ended, and say of what."""
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
    return f"ended the process that read it {TRIES} times; it is left out"


class ReadingProcesses:
    """Reading processes that threads share: each is opened once and used for part after part."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[ReadingProcess] = []
        self._busy: list[ReadingProcess] = []
        self._is_stopped = False
        self._lock = threading.Lock()

    def outcomes(self, part: Part) -> list[Outcome]:
        """Return what becomes of each article of ``part``, in order, by a process that nobody else uses meanwhile."""
        with self._lock:
            if self._is_stopped:
                raise GeomapError("the batch was stopped; run it again to go on")
            process = self._idle.pop() if self._idle else ReadingProcess(self._settings)
            self._busy.append(process)
        try:
            found = [self._settings.shown(one) for one in process.outcomes(part)]
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
        """End all processes for good; who waits for one gets a GeomapError."""
        with self._lock:
            self._is_stopped = True
            for process in self._busy:
                process.stop()

    def close(self) -> None:
        """End the processes that nobody uses."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()
