"""What stored results are made by: a key for the program and one for its data, so that no result outlives either."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
EXTRACTION = ("articles.py", "confined.py", "documents.py", "encodings.py", "parsers.py", "vocabulary.py")
EXTRACTORS = ("trafilatura", "pypdf", "markdown-it-py", "charset-normalizer")
LATER = {
    "assets", "atom.py", "basemap.py", "build.py", "cli.py", "cli_outputs.py", "cli_project.py", "codec.py", "collect.py", "corrections.py", "download.py", "entries.py", "evaluate.py", "exports",
    "extent.py", "feeds.py", "fetch.py", "files.py", "folium_map.py", "generalise.py", "ground.py", "hiding.py", "icons.py", "ink.py", "library.py", "lock.py", "made_by.py", "migrations.py", "network.py", "page.py",
    "place_reports.py", "precision.py", "program.py", "project.py", "protect.py", "publish.py", "receive.py", "redaction.py", "render.py", "republished.py", "samples", "scene.py", "scorecard.py",
    "seal.py", "second_opinion.py", "spans.py", "status.py", "stories.py", "story.py", "streams.py", "twins.py", "urls.py", "watch.py",
}  # fmt: skip
"""What cannot change how an article is read: a new look of the map must not read ten thousand articles again."""
_NO_CODE = {"geodata", "__pycache__"}


@cache
def extraction_key() -> str:
    """Return the key of what turns files into articles."""
    return key_of(
        [_digest(PACKAGE / name) for name in EXTRACTION] + [f"{name} {_version(name)}" for name in EXTRACTORS]
    )


def reading_key(geodata_version: str) -> str:
    """Return the key of what decides mentions: every module and model but those that only show, and the geodata."""
    return key_of([geodata_version, _package(frozenset(LATER))])


def showing_key(geodata_version: str) -> str:
    """Return the key of everything that shapes what is written."""
    return key_of([geodata_version, _package(frozenset())])


@cache
def _package(without: frozenset[str]) -> str:
    skipped = without | _NO_CODE
    files = sorted(
        p for top in PACKAGE.iterdir() if top.name not in skipped for p in ([top] if top.is_file() else top.rglob("*"))
    )
    return key_of(
        [f"{p.relative_to(PACKAGE)} {_digest(p)}" for p in files if p.is_file() and "__pycache__" not in p.parts]
    )


@cache
def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def key_of(parts: Iterable[str]) -> str:
    """Return the key of what is made from ``parts``: 32 hexadecimal digits."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
