"""A process that reads parts, article by article, and can die of one without taking anything else with it.

Run as a program: the settings come in as one line, then jobs as JSON lines; for every article a JSON line goes out when
it is begun and another with its rows. What ends the process (a loop without end, memory, a fault in a native library) is thereby known to the
article that did it; whoever started the process goes on behind that one.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator
from typing import IO, Any

from geomap.batch.articles import article_of, raws
from geomap.batch.partitions import Part
from geomap.batch.schema import FailureKind, FailureRow, Outcome, mention_rows, to_list
from geomap.batch.settings import Reading, Settings
from geomap.batch.sources import Raw
from geomap.errors import ArticleError, GeomapError
from geomap.ingest.process_limits import alarm, end_with_starter, limit_private_memory
from geomap.web.urls import without_secrets

MAX_ANSWER = 64_000_000
"""Characters of the rows of one article, as JSON: those of a news article have a hundred thousand."""


def outcomes(part: Part, *, reading: Reading, skip: int = 0) -> Iterator[Outcome]:
    """Yield what becomes of each article of a part, in order: the serial truth that every batch must equal."""
    for raw in raws(part, skip=skip):
        yield outcome(raw, reading=reading)


def outcome(raw: Raw, *, reading: Reading) -> Outcome:
    """Read one article; whatever goes wrong in it is its failure, and no other's."""
    source = without_secrets(raw.input)
    where = f"{source}, {raw.row}"
    try:
        if raw.error and raw.is_too_large:
            return failed(source, raw.row, "too large", raw.error)
        corrected = reading(article_of(raw))
        return Outcome(
            row=raw.row,
            mentions=tuple(mention_rows(corrected.read, source=source, row=raw.row)),
            fitted=tuple(one.line for one in corrected.fitted if one.line),
        )
    except ArticleError as error:
        return failed(source, raw.row, "unreadable", str(error))
    except GeomapError:
        raise
    except MemoryError:
        return failed(source, raw.row, "too large", f"{where}: needs more memory than is allowed")
    except Exception as error:  # noqa: BLE001 - one article must not cost the others; the row says it is a bug
        last = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__} in {os.path.basename(last.filename)}, line {last.lineno}"  # noqa: PTH119
        return failed(source, raw.row, "bug", f"{where}: geomap fails on it ({said}); please report it")


def failed(source: str, row: int, kind: FailureKind, reason: str) -> Outcome:
    """Return the outcome of an article that could not be read."""
    return Outcome(row=row, failure=FailureRow(input=source, row=row, kind=kind, reason=reason))


def main() -> None:
    """Read the parts that standard input names, behind the settings, until it ends."""
    end_with_starter()
    settings = Settings.from_line(sys.stdin.readline())
    # Whatever a library prints goes to stderr: standard output carries the lines and nothing else.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    limit_private_memory(settings.memory_mb)
    try:
        reading = settings.open()
        _say(out, {"ready": True})
        for line in sys.stdin:
            job = json.loads(line)
            _read_part(Part.from_json(json.dumps(job["part"])), job["skip"], reading, settings, out)
    except GeomapError as error:
        _say(out, {"stop": str(error)})
    except BrokenPipeError:
        os._exit(0)  # whoever asked is gone; nothing is left to say, and nowhere to say it


def _read_part(part: Part, skip: int, reading: Reading, settings: Settings, out: IO[str]) -> None:
    # The time runs for one article, or for what the storage last gave: to unpack a file up to a part may take minutes.
    found = raws(part, skip=skip, on_read=lambda: alarm(settings.seconds))
    alarm(settings.seconds)
    while raw := next(found, None):
        alarm(0)
        _say(out, {"begun": raw.row, "input": without_secrets(raw.input)})
        alarm(settings.seconds)
        answer = _answer(outcome(raw, reading=reading))
        alarm(0)
        out.write(answer)
        out.flush()
        alarm(settings.seconds)
    alarm(0)
    _say(out, {"done": True})


def _answer(found: Outcome) -> str:
    """Return the line for what became of an article; whoever reads it must have room for it."""
    failure = to_list(found.failure) if found.failure else None
    try:
        mentions = [to_list(m) for m in found.mentions]
        line = json.dumps({"row": found.row, "mentions": mentions, "fitted": found.fitted, "failure": failure}) + "\n"
    except MemoryError:
        line = ""
    if line and len(line) <= MAX_ANSWER:
        return line
    source = found.mentions[0].input
    reason = f"{source}, {found.row}: names more places than one article may; split it"
    return _answer(failed(source, found.row, "too large", reason))


def _say(out: IO[str], message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
