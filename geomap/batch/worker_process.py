"""A process that geoparses parts article by article, so that an article that ends it affects nothing else.

Run as a program; it reads a line of settings and then jobs, and writes for every article a line when it
starts and a line with its rows. If the process dies (endless loop, memory, a fault in a native library), the article is
known, and the supervisor continues after it.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator
from typing import IO, Any

from geomap.batch.articles import article_of, raw_articles
from geomap.batch.partitions import Part
from geomap.batch.schema import FailureKind, FailureRow, Outcome, mention_rows, to_list
from geomap.batch.settings import Reading, Settings
from geomap.batch.sources import RawArticle
from geomap.errors import ArticleError, GeomapError
from geomap.ingest.process_limits import alarm, end_with_starter, limit_private_memory
from geomap.web.urls import without_secrets

MAX_ANSWER = 64_000_000
"""Maximum characters of the rows of one article as JSON; a news article has a hundred thousand."""


def outcomes(part: Part, *, reading: Reading, skip: int = 0) -> Iterator[Outcome]:
    """Yield the outcome of each article of a part, in order: the serial reference implementation of a batch."""
    for raw in raw_articles(part, skip=skip):
        yield outcome(raw, reading=reading)


def outcome(raw: RawArticle, *, reading: Reading) -> Outcome:
    """Geoparse one article; an error of the article becomes its failure."""
    source = without_secrets(raw.input)
    where = f"{source}, {raw.row}"
    try:
        if raw.error and raw.is_too_large:
            return failed(source, raw.row, "too large", raw.error)
        corrected = reading(article_of(raw))
        return Outcome(
            row=raw.row,
            mentions=tuple(mention_rows(corrected.read, source=source, row=raw.row)),
            fitted=tuple(correction.line for correction in corrected.fitted if correction.line),
        )
    except ArticleError as error:
        return failed(source, raw.row, "unreadable", str(error))
    except GeomapError:
        raise
    except MemoryError:
        return failed(source, raw.row, "too large", f"{where}: needs more memory than is allowed")
    except Exception as error:  # noqa: BLE001 - the other articles must still be read; the row records the bug
        last = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__} in {os.path.basename(last.filename)}, line {last.lineno}"  # noqa: PTH119
        return failed(source, raw.row, "bug", f"{where}: geomap fails on it ({detail}); please report it")


def failed(source: str, row: int, kind: FailureKind, reason: str) -> Outcome:
    """Return the outcome of an article that could not be read."""
    return Outcome(row=row, failure=FailureRow(input=source, row=row, kind=kind, reason=reason))


def main() -> None:
    """Read the settings and then parts from standard input, until it ends."""
    end_with_starter()
    settings = Settings.from_line(sys.stdin.readline())
    # Output that a library prints goes to stderr: standard output has only the messages.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    limit_private_memory(settings.memory_mb)
    try:
        reading = settings.open()
        _send(out, {"ready": True})
        for line in sys.stdin:
            job = json.loads(line)
            _read_part(Part.from_json(json.dumps(job["part"])), job["skip"], reading, settings, out)
    except GeomapError as error:
        _send(out, {"error": str(error)})
    except BrokenPipeError:
        os._exit(0)  # the supervisor has ended


def _read_part(part: Part, skip: int, reading: Reading, settings: Settings, out: IO[str]) -> None:
    # The time limit is for one article or one read: decompressing a file up to the part may take minutes.
    found = raw_articles(part, skip=skip, on_read=lambda: alarm(settings.seconds))
    alarm(settings.seconds)
    while raw := next(found, None):
        alarm(0)
        _send(out, {"started": raw.row, "input": without_secrets(raw.input)})
        alarm(settings.seconds)
        answer = _answer(outcome(raw, reading=reading))
        alarm(0)
        out.write(answer)
        out.flush()
        alarm(settings.seconds)
    alarm(0)
    _send(out, {"done": True})


def _answer(found: Outcome) -> str:
    """Return the message with the outcome of an article, of at most ``MAX_ANSWER`` characters."""
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


def _send(out: IO[str], message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
