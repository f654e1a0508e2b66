"""The folder that a batch writes; each file is written atomically, and a later run continues an unfinished one.

=====================  ===================================================================================
mentions/NAME.parquet  a part's mentions, GeoParquet
failures/NAME.parquet  the part's articles that could not be read; no file where there are none
parts/NAME.json        marks the part as done: written last; a part without it is done again
places.parquet         one row per place, GeoParquet
regions.parquet        one row per country, state, district or disputed area, GeoParquet
days.parquet           articles by day
summary.json           the totals, and the versions of geomap and the geodata
=====================  ===================================================================================
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Container, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from geomap.batch.partitions import Part
from geomap.errors import OutputError
from geomap.web.urls import first_line, without_secrets

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

    from geomap.batch.schema import Outcome


_FOLDERS = ("mentions", "failures", "parts")
_OF_A_PART = re.compile(r"\d{4,}-\d{9,}-[0-9a-f]{12}(?=\.(?:parquet|json)\Z)")
_ASIDE = re.compile(r"\..*\.\d+\.part\Z")
IN_THIS_THREAD: dict[str, Any] = {"use_threads": False, "pre_buffer": False}
"""For Arrow reading from Python's memory: a thread of its pool that releases it while Python exits would abort the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DonePart:
    """A finished part."""

    name: str
    urls: tuple[str, ...]
    n_articles: int
    n_failures: int
    n_mentions: int
    n_placed: int
    fitted: tuple[int, ...] = ()
    """Lines of the corrections that were applied in it."""


class Dataset:
    """The dataset in a folder, by any fsspec URL."""

    def __init__(self, folder: str) -> None:
        from fsspec.core import url_to_fs

        self.folder = without_secrets(folder.rstrip("/"))
        """Without secrets, for messages."""
        try:
            fs, path = url_to_fs(folder.rstrip("/"))
        except Exception as error:  # noqa: BLE001 - file systems and their libraries raise any exception
            raise OutputError(f"{self.folder}: cannot be opened ({first_line(error)}); check the address") from None
        self.fs: AbstractFileSystem = fs
        self.path: str = path

    def where(self, name: str) -> str:
        """Return the path of a file of the dataset on its file system."""
        return f"{self.path}/{name}"

    def write(self, name: str, data: bytes) -> None:
        """Write a file atomically; OutputError where that is not possible."""
        if self._is_here():
            from geomap.files import write_atomic

            write_atomic(Path(self.where(name)), data)
            return
        try:
            self.fs.pipe_file(self.where(name), data)  # an object store shows an object when it is complete
        except OSError as error:
            raise OutputError(
                f"{self.folder}/{name}: cannot be written ({first_line(error)}); check the address"
            ) from error

    def _is_here(self) -> bool:
        return "file" in (self.fs.protocol if isinstance(self.fs.protocol, tuple) else (self.fs.protocol,))

    def read(self, name: str) -> bytes:
        """Return a file's bytes; OutputError where it cannot be read."""
        try:
            return cast("bytes", self.fs.cat_file(self.where(name)))
        except OSError as error:
            raise OutputError(
                f"{self.folder}/{name}: cannot be read ({first_line(error)}); is it the folder of a finished batch?"
            ) from error

    def write_part(self, name: str, part: Part, outcomes: Sequence[Outcome]) -> DonePart:
        """Write the outcomes of a part's articles, the mark of completion last; return the finished part."""
        from geomap.batch.schema import failures_table, mentions_frame

        mentions = [m for o in outcomes for m in o.mentions]
        failures = [o.failure for o in outcomes if o.failure]
        done = DonePart(
            name=name,
            urls=tuple(map(without_secrets, part.urls)),
            n_articles=len(outcomes) - len(failures),
            n_failures=len(failures),
            n_mentions=len(mentions),
            n_placed=sum(m.place_id is not None for m in mentions),
            fitted=tuple(sorted({line for o in outcomes for line in o.fitted})),
        )
        buffer = io.BytesIO()
        mentions_frame(mentions).to_parquet(buffer, index=False, compression="zstd")
        self.write(f"mentions/{name}.parquet", buffer.getvalue())
        if failures:
            import pyarrow.parquet as pq

            buffer = io.BytesIO()
            pq.write_table(failures_table(failures), buffer, compression="zstd")
            self.write(f"failures/{name}.parquet", buffer.getvalue())
        self.write(f"parts/{name}.json", json.dumps(asdict(done), indent=1).encode())
        return done

    def done_parts(self) -> dict[str, DonePart]:
        """Return the finished parts by name, in name order; a mark that cannot be parsed is ignored."""
        found = {}
        for path in sorted(cast("list[str]", self.fs.glob(self.where("parts/*.json")))):
            try:
                row = json.loads(self.fs.cat_file(path))
                done = DonePart(**(row | {"urls": tuple(row["urls"]), "fitted": tuple(row["fitted"])}))
            except (ValueError, TypeError, KeyError):
                continue
            found[done.name] = done
        return found

    def remove_unfinished(self, done: Container[str]) -> None:
        """Remove the files of a killed run: those of parts that are not ``done``, and temporary files."""
        folders = [self.where(name) for name in _FOLDERS]
        for folder in [self.path, *folders] if self._is_here() else folders:
            with suppress(FileNotFoundError):
                for path in cast("list[str]", self.fs.ls(folder, detail=False)):
                    name = path.rsplit("/", 1)[-1]
                    part = _OF_A_PART.match(name) if folder != self.path else None
                    if _ASIDE.match(name) or (part and part[0] not in done):
                        self.fs.rm_file(path)

    def remove_part(self, name: str) -> None:
        """Remove a part's files, its mark of completion first."""
        for path in (f"parts/{name}.json", f"mentions/{name}.parquet", f"failures/{name}.parquet"):
            if self.fs.exists(self.where(path)):
                self.fs.rm_file(self.where(path))

    def failure_reasons(self, names: Sequence[str], *, limit: int) -> list[str]:
        """Return the reasons of the first ``limit`` failures of these parts."""
        import pyarrow.parquet as pq

        found: list[str] = []
        for name in names:
            if len(found) >= limit:
                break
            found += pq.read_table(
                io.BytesIO(self.read(f"failures/{name}.parquet")), columns=["reason"], **IN_THIS_THREAD
            )["reason"].to_pylist()
        return found[:limit]

    def summary(self) -> dict[str, Any]:
        """Return the content of summary.json."""
        return cast("dict[str, Any]", json.loads(self.read("summary.json")))


def is_dataset(folder: str | Path) -> bool:
    """Return whether a folder has the files of a finished batch."""
    return Path(folder, "summary.json").is_file() and Path(folder, "places.parquet").is_file()
