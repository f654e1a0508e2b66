"""The embedded geodata: its folder, checksums and attributions."""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from geomap.errors import GeodataError
from geomap.map_types import Attribution

VARIABLE = "GEOMAP_GEODATA"
"""Environment variable that names another folder of geodata."""
_REMEDY = "reinstall geomap, or in a clone run `git checkout geodata`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Geodata:
    """A folder of geodata and the content of its manifest."""

    folder: Path
    version: str
    """First sixteen hexadecimal digits of the manifest's SHA-256; it names every file's digest."""
    digests: tuple[tuple[str, str], ...]
    """File name and SHA-256, as the manifest lists them."""
    sources: tuple[Attribution, ...]
    """The sources whose data a map shows; the word pieces of the recogniser are credited only in LICENSES.md."""

    def path(self, name: str) -> Path:
        """Return the path of a file of the manifest; its digest is checked once, GeodataError where it differs."""
        digest = dict(self.digests).get(name)
        if digest is None:
            raise GeodataError(f"{self.folder / 'manifest.toml'}: does not list the file {name}; {_REMEDY}")
        path = self.folder / name
        _verify(path, digest)
        return path

    def attributions(self) -> tuple[Attribution, ...]:
        """Return the sources, in the manifest's order."""
        return self.sources


def open_geodata(folder: Path | None = None) -> Geodata:
    """Return the geodata of ``folder``, of ``$GEOMAP_GEODATA``, of the installed package or of the clone.

    Only the manifest is read; each file is checked when its path is first requested. GeodataError where the manifest
    is missing or not valid.
    """
    folder = folder or _default_folder()
    manifest = folder / "manifest.toml"
    try:
        data = manifest.read_bytes()
    except OSError as error:
        raise GeodataError(f"{manifest}: no geodata here ({error.strerror}); {_REMEDY}") from error
    try:
        entries = tomllib.loads(data.decode("utf-8"))
        return Geodata(
            folder=folder,
            version=hashlib.sha256(data).hexdigest()[:16],
            digests=tuple((file["name"], file["sha256"]) for file in entries["file"]),
            sources=tuple(_attribution(source) for source in entries["source"] if source.get("on_map", True)),
        )
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise GeodataError(f"{manifest}: cannot be read ({error}); {_REMEDY}") from error


def _default_folder() -> Path:
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    package = Path(__file__).resolve().parent
    installed = package / "geodata"
    return installed if installed.is_dir() else package.parent / "geodata"


def _attribution(source: dict[str, str]) -> Attribution:
    return Attribution(
        title=source["title"],
        text=source["attribution"],
        licence=source["licence"],
        url=source["url"],
        version=source["retrieved"],
    )


@lru_cache(maxsize=64)
def _verify(path: Path, digest: str) -> None:
    """Raise GeodataError unless the file has this SHA-256; computed once per process and file."""
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise GeodataError(f"{path}: cannot be read ({error.strerror}); {_REMEDY}") from error
    if found != digest:
        raise GeodataError(f"{path}: is altered or incomplete (SHA-256 differs from manifest.toml); {_REMEDY}")
