"""A process that geoparses parts article by article, so that an article that ends it affects nothing else.

Run as a program; the protocol is JSON lines: it reads the settings and then jobs, and writes for every article a line when it
starts and a line with its rows. If the process dies (endless loop, memory, a fault in a native library), the article is
known, and the supervisor continues after it.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib import import_module
from typing import IO, Any, Self

from geomap._version import __version__
from geomap.batch.articles import article_of, raw_articles
from geomap.batch.partitions import Part
from geomap.batch.schema import FailureKind, FailureRow, MentionRow, mention_rows, to_list
from geomap.batch.sources import RawArticle
from geomap.editorial.corrections import Corrected, correct, parse_corrections
from geomap.editorial.hidden_names import hidden_names
from geomap.editorial.redaction import Names
from geomap.errors import ArticleError, GeodataError, GeomapError
from geomap.ingest.process_limits import alarm, end_with_starter, limit_private_memory
from geomap.types import Article
from geomap.web.urls import without_secrets

Reading = Callable[[Article], Corrected]
MAX_ANSWER = 64_000_000
"""Maximum characters of the rows of one article as JSON; a news article has a hundred thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of the processes of a batch."""

    reading: str = "geomap.batch.reading"
    """The module that opens what articles are read with."""
    geodata: str | None = None
    """Folder of the geodata; None for the embedded ones."""
    seconds: float = 60.0
    """Time limit for one article."""
    corrections: str = ""
    """The content of corrections.toml: a worker may not have access to the file."""
    expected: str | None = None
    """The ``version`` of the process that planned the batch; a process of another version reads nothing."""
    withheld: tuple[str, ...] = ()
    """Inputs whose names contain a hidden name; in the dataset they are numbered."""
    memory_mb: int = 1024
    """Limit of the private memory of a process, in MiB; the memory-mapped geodata do not count."""

    def to_json(self) -> str:
        """Return the settings as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Return the settings that ``to_json`` wrote."""
        row = json.loads(line)
        return cls(**(row | {"withheld": tuple(row["withheld"])}))

    def open(self) -> Reading:
        """Return the function that geoparses an article; GeodataError where the batch was planned with another version."""
        if self.expected not in (None, self.version()):
            raise GeodataError(
                f"a worker has {self.version()}, the batch was planned with {self.expected}; install the same geomap, "
                "geodata and own places on all workers"
            )
        source = import_module(self.reading)
        reading = source.open_reading(self.geodata)
        corrections = parse_corrections(self.corrections, where="corrections")
        if not corrections:
            return lambda article: Corrected(read=reading(article), fitted=())
        find, names = source.open_places(self.geodata), source.open_names(self.geodata)
        return lambda article: correct(reading(article), corrections, find=find, names=names)

    def shown_input(self, url: str) -> str:
        """Return the name of an input in the dataset."""
        url = without_secrets(url)
        return f"withheld-{self.withheld.index(url) + 1}" if url in self.withheld else url

    def shown_part(self, part: Part) -> Part:
        """Return a part with the names of its inputs in the dataset."""
        return replace(part, urls=tuple(map(self.shown_input, part.urls)))

    def shown(self, found: Outcome) -> Outcome:
        """Return the outcome of an article as the dataset may store it, without hidden names."""
        secret = hidden_in(self.corrections)
        if not secret:
            return found
        failure = found.failure
        if failure:
            reason = failure.reason.replace(failure.input, self.shown_input(failure.input))
            failure = replace(failure, input=self.shown_input(failure.input), reason=secret.blacked(reason))
        mentions = tuple(replace(mention, input=self.shown_input(mention.input)) for mention in found.mentions)
        return replace(found, mentions=mentions, failure=failure)

    def version(self) -> str:
        """Return the versions of geomap and of everything that the result for an article depends on."""
        return f"geomap {__version__}, {import_module(self.reading).version(self.geodata)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The rows of an article, or its failure."""

    row: int
    mentions: tuple[MentionRow, ...] = ()
    fitted: tuple[int, ...] = ()
    """Lines in ``Settings.corrections`` of the corrections that were applied in it."""
    failure: FailureRow | None = None


@cache
def hidden_in(corrections: str) -> Names:
    """Return the names that these corrections hide."""
    return hidden_names(parse_corrections(corrections, where="corrections"))


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
    settings = Settings.from_json(sys.stdin.readline())
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
