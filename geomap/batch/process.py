"""Keep a reading process, feed it parts, and go on behind the article that ended it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from geomap.batch.inputs import Part
from geomap.batch.reader import Outcome, Settings, failed
from geomap.batch.rows import FailureKind, FailureRow, MentionRow
from geomap.errors import GeomapError

TRIES = 2
"""A process may be ended from outside; only an article that ends it twice is to blame."""


class ReadingProcess:
    """A process of ``geomap.batch.reader``, started when first needed and again when it has died."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[str] | None = None

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
            row, source = begun or (part.first + skip, part.urls[0])
            yield failed(source, row, signalled, _reason(signalled, source, row, self.settings))
            if begun is None:
                return  # it died of the input itself; the failure stands for the rest of the part
            skip, deaths = row - part.first + 1, 0

    def close(self) -> None:
        """End the process; it is started again when there is more to read."""
        if self._process:
            self._process.kill()
            self._end()

    def _answers(self, part: Part, skip: int) -> Iterator[dict[str, Any]]:
        """Yield the process's lines about ``part`` until it has no more to say, or dies."""
        process = self._started()
        if process.stdin is None or process.stdout is None:
            return
        try:
            process.stdin.write(json.dumps({"part": json.loads(part.to_json()), "skip": skip}) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
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
            self._process = process = self._start()
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
        # The geomap of this process and no other, wherever that was started.
        paths = [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
        process = subprocess.Popen(
            [sys.executable, "-m", "geomap.batch.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        if process.stdin:
            # By the pipe: an argument may not be as long as a newsroom's corrections.
            with suppress(BrokenPipeError):
                process.stdin.write(self.settings.to_json() + "\n")
                process.stdin.flush()
        return process

    def _end(self) -> FailureKind:
        """Wait for a process that has ended, and say of what."""
        if self._process is None:
            return "crash"
        process, self._process = self._process, None
        for pipe in (process.stdin, process.stdout):
            if pipe:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
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


def _reason(kind: FailureKind, source: str, row: int, settings: Settings) -> str:
    if kind == "too slow":
        return f"{source}, {row}: takes longer than {settings.seconds:g} s; split it, or allow more with --seconds"
    return f"{source}, {row}: ended the process that read it {TRIES} times; it is left out"
