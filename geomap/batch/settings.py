"""What a batch geoparses articles with, what one of them may take, and the version that finished parts depend on."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Self

from geomap._version import __version__
from geomap.batch.partitions import Part
from geomap.batch.schema import Outcome
from geomap.editorial.corrections import Corrected, correct, parse_corrections
from geomap.editorial.hidden_names import hidden_names
from geomap.editorial.redaction import Names
from geomap.errors import GeodataError
from geomap.types import Article, GeoparsedArticle, Place
from geomap.web.urls import without_secrets

Reading = Callable[[Article], Corrected]


@dataclass(frozen=True, slots=True)
class Reader:
    """Opens ``geomap.geoparse`` and the gazetteer; sent to the worker processes by pickle. A subclass may read otherwise."""

    geodata: str | None = None
    """Folder of the geodata; None for the embedded ones."""

    def open_geoparse(self) -> Callable[[Article], GeoparsedArticle]:
        """Return what geoparses an article; GeodataError where the geodata are missing or damaged."""
        from geomap.geoparser import geoparse
        from geomap.resources import open_resources

        resources = open_resources(self._folder())
        return lambda article: geoparse(article, resources=resources)

    def open_places(self) -> Callable[[str], Place]:
        """Return what gives the place of an id, on the same geodata; it raises PlaceNotFound."""
        from geomap.resources import open_resources

        return open_resources(self._folder()).gazetteer.place

    def open_names(self) -> Callable[[Place], list[str]]:
        """Return what gives the names of a place, on the same geodata."""
        from geomap.gazetteer.protocol import known_names
        from geomap.resources import open_resources

        resources = open_resources(self._folder())
        return lambda place: known_names(place, resources.gazetteer)

    def version(self) -> str:
        """Return the version of the code, the geodata and the user's own places, as one string."""
        from geomap.fingerprint import code_key, geoparse_key, ingest_key, key_of
        from geomap.manifest import open_geodata
        from geomap.resources import open_gazetteer

        geodata = open_geodata(self._folder())
        with open_gazetteer(geodata) as gazetteer:
            code = key_of([ingest_key(), geoparse_key(geodata.version), code_key("geomap.batch.worker_process")])
            return f"code {code}, geodata {geodata.version}, places {gazetteer.version}"

    def _folder(self) -> Path | None:
        return Path(self.geodata) if self.geodata else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of the processes of a batch."""

    reader: Reader = field(default_factory=Reader)
    """What articles are geoparsed with."""
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

    def to_line(self) -> str:
        """Return the settings as one line of ASCII, for a process that this one starts."""
        return base64.b64encode(pickle.dumps(self)).decode("ascii")

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Return the settings that ``to_line`` wrote; trusted, since the line comes from the process that started this one."""
        settings = pickle.loads(base64.b64decode(line))  # noqa: S301 - the starter's own pipe, which nothing else writes to
        if not isinstance(settings, cls):
            raise TypeError(f"expected {cls.__name__}, got {type(settings).__name__}")
        return settings

    def open(self) -> Reading:
        """Return the function that geoparses an article; GeodataError where the batch was planned with another version."""
        if self.expected not in (None, self.version()):
            raise GeodataError(
                f"a worker has {self.version()}, the batch was planned with {self.expected}; install the same geomap, "
                "geodata and own places on all workers"
            )
        geoparse = self.reader.open_geoparse()
        corrections = parse_corrections(self.corrections, where="corrections")
        if not corrections:
            return lambda article: Corrected(read=geoparse(article), fitted=())
        find, names = self.reader.open_places(), self.reader.open_names()
        return lambda article: correct(geoparse(article), corrections, find=find, names=names)

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
        return f"geomap {__version__}, {self.reader.version()}"


@cache
def hidden_in(corrections: str) -> Names:
    """Return the names that these corrections hide."""
    return hidden_names(parse_corrections(corrections, where="corrections"))
