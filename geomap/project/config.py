"""A map project: a folder with geomap.toml, articles/, corrections.toml and output/; it can be kept in git."""

from __future__ import annotations

import os
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import get_args

from geomap.errors import OutputError, ProjectError
from geomap.files import read_own_text, shown, write_all
from geomap.map_types import PRECISION_LIMITS, BoundaryView, MapOptions
from geomap.types import Precision

SETTINGS_FILE = "geomap.toml"
OUTPUTS = ("index.html", "pages", "places.geojson", "places.csv", "feed.xml")
"""What a build writes unless geomap.toml says otherwise; manifest.json is always written."""
KNOWN_OUTPUTS = (*OUTPUTS, "places.kml", "places.gpkg", "places.parquet", "places.svg", "places.png")
"""What a build can write."""

TEMPLATE = """\
# A map project. `geomap build` reads articles/ and writes output/; `geomap watch` does so whenever something changes.
title = {title}

# Feeds, sitemaps and pages on the web, and folders or files on this machine, that `build` and `watch` collect from.
# sources = ["https://example.org/feed.xml", "../wire"]
sources = []

boundary_view = "neutral"    # or "de-facto": which convention the map draws
# language = "hy"                    # of the page; that of most articles unless it is set
outputs = ["index.html", "pages", "places.geojson", "places.csv", "feed.xml"]

# publisher = "The Daily Square"      # named in the boundary disclaimer
# site = "https://example.org/map/"   # where output/ is published; makes the links of feed.xml absolute
# min_confidence = 0.35
# max_precision = "admin2"            # nothing finer is shown or exported, to protect people
# poll_minutes = 15
# allow = ["10.0.0.0/8"]              # private networks that sources may lead to
"""
CORRECTIONS_TEMPLATE = "# Corrections by the editors: docs/corrections.md, or `geomap correct --help`.\n"
GITIGNORE = "library.sqlite*\noutput/\n.*.part\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The values of geomap.toml."""

    title: str
    sources: tuple[str, ...] = ()
    boundary_view: BoundaryView = "neutral"
    language: str | None = None
    """Of the page; None for that of most articles."""
    outputs: tuple[str, ...] = OUTPUTS
    publisher: str | None = None
    site: str | None = None
    min_confidence: float = 0.35
    max_precision: Precision | None = None
    poll_minutes: float = 15.0
    allow: tuple[str, ...] = ()

    @property
    def options(self) -> MapOptions:
        """The map's options."""
        return MapOptions(
            boundary_view=self.boundary_view,
            lang=self.language,
            publisher=self.publisher,
            min_confidence=self.min_confidence,
            max_precision=self.max_precision,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project's folder and its settings."""

    folder: Path
    settings: Settings

    @property
    def articles(self) -> Path:
        """The folder of the files that were fetched or copied, unchanged."""
        return self.folder / "articles"

    @property
    def receipts_path(self) -> Path:
        """The receipts: one JSON line each time a file was fetched, copied or withdrawn, with URL, time and file."""
        return self.articles / ".received.jsonl"

    @property
    def corrections(self) -> Path:
        """The file of the editors' corrections."""
        return self.folder / "corrections.toml"

    @property
    def output(self) -> Path:
        """The folder that a build writes; may be deleted at any time."""
        return self.folder / "output"

    @property
    def library(self) -> Path:
        """The SQLite file of intermediate results; may be deleted at any time: the next build geoparses everything again."""
        return self.folder / "library.sqlite"


def open_project(folder: str | Path = ".") -> Project:
    """Return the project of ``folder``; ProjectError where it is not a project or its geomap.toml is not valid."""
    folder = Path(folder)
    path = folder / SETTINGS_FILE
    try:
        text = read_own_text(path)
    except FileNotFoundError as error:
        raise ProjectError(
            f"{folder}: is not a map project, it has no {SETTINGS_FILE}; create one with `geomap init FOLDER`"
        ) from error
    return Project(folder=folder, settings=parse_settings(text, where=str(path)))


def parse_settings(text: str, *, where: str) -> Settings:
    """Return the settings in ``text``; ProjectError names the key that is unknown or of a wrong type."""
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: not TOML, or a number of too many digits
        reason = str(error) if isinstance(error, ValueError) else "nested too deep"
        raise ProjectError(f"{where}: is not TOML: {reason}; fix it") from error
    known = [field.name for field in fields(Settings)]
    for key in table:
        if key not in known:
            raise ProjectError(f"{where}: {key!r} is not a known key ({', '.join(known)}); remove it")
    if "title" not in table:
        raise ProjectError(f'{where}: title is missing; write title = "The story"')
    return Settings(**{key: _checked(key, value, where) for key, value in table.items()})  # type: ignore[arg-type]


_TEXTS = {"title", "language", "publisher", "site"}
_LISTS = {"sources", "outputs", "allow"}
_CHOICES = {"boundary_view": get_args(BoundaryView), "max_precision": PRECISION_LIMITS}
_RANGES = {"min_confidence": (0.0, 1.0), "poll_minutes": (1.0, 10_080.0)}


def _checked(key: str, value: object, where: str) -> object:
    """Return the value of a setting in the type that Settings has; ProjectError where it is not valid."""

    def invalid(must: str) -> ProjectError:
        return ProjectError(f"{where}: {key} must be {must}; fix it")

    if key in _TEXTS:
        if not isinstance(value, str) or not value.strip():
            raise invalid("text in quotes")
    elif key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise invalid('a list of texts, like ["…", "…"]')
        if key == "outputs" and (unknown := [name for name in value if name not in KNOWN_OUTPUTS]):
            raise invalid(f"of {', '.join(KNOWN_OUTPUTS)}, not {unknown[0]!r}")
        return tuple(value)
    elif key in _CHOICES:
        if value not in _CHOICES[key]:
            raise invalid(f"one of {', '.join(_CHOICES[key])}")
    else:
        low, high = _RANGES[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise invalid(f"a number from {low:g} to {high:g}")
        return float(value)
    return value


def init_project(folder: str | Path, *, title: str | None = None) -> Project:
    """Create a project in ``folder`` that can be built at once; ProjectError, and no change, where it is one already."""
    folder = Path(folder)
    if os.path.lexists(folder / SETTINGS_FILE):
        raise ProjectError(f"{folder}: is a map project already; edit its {SETTINGS_FILE}")
    named = title or re.sub(r"[-_]+", " ", shown(Path(os.path.abspath(folder)).name)).strip().capitalize()  # noqa: PTH100 - a link to itself has no end
    named = " ".join("".join(c if c.isprintable() else " " for c in named).split()) or "A story"
    quoted = '"' + named.replace("\\", "\\\\").replace('"', '\\"') + '"'
    articles = folder / "articles"
    created = [path for path in (articles, *articles.parents) if not os.path.lexists(path)]
    texts = {"corrections.toml": CORRECTIONS_TEMPLATE, ".gitignore": GITIGNORE}
    files = {folder / name: text for name, text in texts.items() if not os.path.lexists(folder / name)}
    files[folder / SETTINGS_FILE] = TEMPLATE.format(title=quoted)  # last: it makes a folder a project
    try:
        articles.mkdir(parents=True, exist_ok=True)
        write_all({path: text.encode("utf-8") for path, text in files.items()})
    except OSError as error:
        for path in created:
            with suppress(OSError):
                path.rmdir()
        why = error.__cause__ if isinstance(error, OutputError) else error
        detail = why.strerror if isinstance(why, OSError) else error
        raise ProjectError(f"{folder}: the project cannot be created ({detail}); choose another folder") from error
    return open_project(folder)
