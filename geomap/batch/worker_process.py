"""A process that reads parts, article by article, and can die of one without taking anything else with it.

Run as a program; talks JSON lines: the settings in, then a job in, and for every article a line that it has begun and a
line with its rows. What ends the process (a loop without end, memory, a fault in a native library) is thereby known to the
article that did it; whoever started the process goes on behind that one.
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
from geomap.batch.articles import article_of, raws
from geomap.batch.partitions import Part
from geomap.batch.schema import FailureKind, FailureRow, MentionRow, mention_rows, to_list
from geomap.batch.sources import Raw
from geomap.editorial.corrections import Corrected, correct, parse_corrections
from geomap.editorial.hidden_names import hidden_names
from geomap.editorial.redaction import Names
from geomap.errors import ArticleError, GeodataError, GeomapError
from geomap.ingest.process_limits import alarm, end_with_starter, limit_private_memory
from geomap.types import Article
from geomap.web.urls import without_secrets

Reading = Callable[[Article], Corrected]
MAX_ANSWER = 64_000_000
"""Characters of the rows of one article, as JSON: those of a news article have a hundred thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How articles are read, and what one of them may take."""

    reading: str = "geomap.batch.reading"
    """The module that opens what articles are read with."""
    geodata: str | None = None
    """Folder of the geodata; None for the embedded ones."""
    seconds: float = 60.0
    """Longest that one article may take."""
    corrections: str = ""
    """What the editors know, as corrections.toml has it: a worker need not reach the file."""
    expected: str | None = None
    """The ``version`` of who planned the batch; a process that has another reads nothing."""
    withheld: tuple[str, ...] = ()
    """Inputs whose names say what a correction hides; in the dataset they are numbered."""
    memory_mb: int = 1024
    """Most memory a reading process may have, in MiB of private memory; the geodata are mapped and do not count."""

    def to_json(self) -> str:
        """Return the settings as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Return the settings that ``to_json`` wrote."""
        row = json.loads(line)
        return cls(**(row | {"withheld": tuple(row["withheld"])}))

    def open(self) -> Reading:
        """Open what articles are read with; GeodataError where it is not what the batch was planned with."""
        if self.expected not in (None, self.version()):
            raise GeodataError(
                f"a worker has {self.version()}, the batch was planned with {self.expected}; give all the same geomap, "
                "geodata and own places"
            )
        source = import_module(self.reading)
        reading = source.open_reading(self.geodata)
        corrections = parse_corrections(self.corrections, where="corrections")
        if not corrections:
            return lambda article: Corrected(read=reading(article), fitted=())
        find, names = source.open_places(self.geodata), source.open_names(self.geodata)
        return lambda article: correct(reading(article), corrections, find=find, names=names)

    def shown_input(self, url: str) -> str:
        """Return how an input is called in the dataset."""
        url = without_secrets(url)
        return f"withheld-{self.withheld.index(url) + 1}" if url in self.withheld else url

    def shown_part(self, part: Part) -> Part:
        """Return a part whose inputs are called as in the dataset."""
        return replace(part, urls=tuple(map(self.shown_input, part.urls)))

    def shown(self, found: Outcome) -> Outcome:
        """Return the outcome of an article as the dataset may hold it: no row says what a correction hides."""
        secret = hidden_in(self.corrections)
        if not secret:
            return found
        failure = found.failure
        if failure:
            reason = failure.reason.replace(failure.input, self.shown_input(failure.input))
            failure = replace(failure, input=self.shown_input(failure.input), reason=secret.blacked(reason))
        mentions = tuple(replace(one, input=self.shown_input(one.input)) for one in found.mentions)
        return replace(found, mentions=mentions, failure=failure)

    def version(self) -> str:
        """Return the version of what articles are read with, the program's own included."""
        return f"geomap {__version__}, {import_module(self.reading).version(self.geodata)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one article: its rows, or its failure."""

    row: int
    mentions: tuple[MentionRow, ...] = ()
    fitted: tuple[int, ...] = ()
    """Lines in ``Settings.corrections`` of those that had something to say in it."""
    failure: FailureRow | None = None


@cache
def hidden_in(corrections: str) -> Names:
    """Return the names that these corrections hide."""
    return hidden_names(parse_corrections(corrections, where="corrections"))


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
    settings = Settings.from_json(sys.stdin.readline())
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
