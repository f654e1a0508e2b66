"""Write what a build made: each file whole, only where it differs from what is there, and the manifest last."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from geomap._version import __version__
from geomap.editorial.generalise import check_precision
from geomap.errors import GeomapError, OutputError
from geomap.files import write_whole
from geomap.map_types import Change
from geomap.project.config import KNOWN_OUTPUTS
from geomap.project.feed import feed
from geomap.project.protection import hidden_everywhere, names, public_changes, public_corrections, public_errors
from geomap.project.sync import listing
from geomap.render.article_page import page
from geomap.render.payload import CachedPayload
from geomap.store.database import Library
from geomap.store.outputs import OutputFile, PublishedPlace
from geomap.store.serialization import decode, encode
from geomap.types import Correction, GeoparsedArticle, Precision, Report

if TYPE_CHECKING:
    from geomap.project.config import Project
    from geomap.resources import Resources

LIGHT_FROM = 3_000_000
"""Bytes of articles from which their texts move from the map into their own pages."""
_PART = ".part"


@dataclass(kw_only=True)
class Written:
    """What was written, and what was taken away, by path below output/."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What one build has to publish."""

    reports: tuple[Report, ...]
    articles: tuple[GeoparsedArticle, ...]
    """In order of time; none on a light map, which holds no texts."""
    cached: CachedPayload
    """What a light map says of each article and place; empty on another."""
    n_articles: int
    changes: tuple[Change, ...]
    errors: tuple[GeomapError, ...]
    unfitting: tuple[Correction, ...]
    corrections: tuple[Correction, ...]
    """All of the project's."""
    key: str
    """Of all that is published: two editions of one key are the same bytes."""


def is_light(library: Library) -> bool:
    """Tell whether the stories are too many for one file to hold their texts."""
    return library.clusters.size() > LIGHT_FROM


def edition_key(library: Library, *, made_from: Sequence[object]) -> str:
    """Return the key of what there is to publish now; ``made_from`` is what else it depends on."""
    return hashlib.sha256(repr((library.clusters.stamps(), made_from)).encode("utf-8", "replace")).hexdigest()[:32]


def edition(
    library: Library,
    *,
    light: bool,
    errors: Sequence[GeomapError],
    corrections: Sequence[Correction],
    finest: Precision | None,
    key: str,
) -> Edition:
    """Return what there is to publish now. What changed is told against the last edition of another key.

    Nothing finer than ``finest`` is told, and nothing that ``corrections`` hide.
    """
    reports = tuple(library.reports.in_order())
    cached = CachedPayload()
    articles: tuple[GeoparsedArticle, ...] = ()
    if light:
        cached = CachedPayload(articles=library.clusters.entries(), places=library.reports.entries())
    else:
        articles = tuple(library.clusters.shown())
    changes = _changes(library, reports) if key != library.about("edition") else _last_changes(library)
    return Edition(
        reports=reports,
        articles=articles,
        cached=cached,
        n_articles=library.clusters.count(),
        changes=public_changes(library, changes, corrections, finest=finest),
        errors=tuple(errors),
        unfitting=unfitting(library, corrections),
        corrections=tuple(corrections),
        key=key,
    )


def unfitting(library: Library, corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """Return the corrections that fit no article any more, or whose place the gazetteer no longer knows."""
    fitted = library.clusters.fitted()
    return tuple(one for one in corrections if one not in fitted)


def _last_changes(library: Library) -> tuple[Change, ...]:
    told = library.about("changes")
    return decode(bytes.fromhex(told), tuple[Change, ...]) if told else ()


def _changes(library: Library, reports: Sequence[Report]) -> tuple[Change, ...]:
    """Return what became of the places since the last build that was finished; nothing on the first."""
    before = library.outputs.places()
    if library.about("edition") is None:
        return ()
    hidden = library.locations.hidden()
    now = {report.place.id: report for report in reports}
    named = library.reports.articles()
    changes, taken = [], set()
    for place_id, report in now.items():
        ids = tuple(named[place_id]) if place_id not in before or before[place_id].place != report.place else ()
        came_from = report.runners_up[0].place if report.correction and report.runners_up else None
        if place_id in before:
            was = before[place_id].place
            if (was.lon, was.lat) != (report.place.lon, report.place.lat):
                changes.append(Change(kind="moved", place=report.place, articles=ids, was=was, name=report.place.name))
        elif came_from and came_from.id in before and came_from.id not in now:
            taken.add(came_from.id)
            name = report.reported_as or report.place.name
            changes.append(Change(kind="moved", place=report.place, articles=ids, was=came_from, name=name))
        else:
            changes.append(Change(kind="new", place=report.place, articles=ids))
    for place_id, one in before.items():
        if place_id not in now and place_id not in taken and place_id not in hidden:
            changes.append(Change(kind="removed", place=one.place, articles=one.articles))
    return tuple(changes)


def remember(library: Library, new: Edition) -> None:
    """Remember what this edition shows, for the next to tell what changed."""
    library.note("edition", new.key)
    library.note("changes", encode(new.changes).hex())
    named = library.reports.articles()
    library.outputs.put_places(
        [PublishedPlace(place=one.place, articles=tuple(named[one.place.id])) for one in new.reports]
    )


def publish(project: Project, library: Library, resources: Resources, new: Edition, *, key: str) -> Written:
    """Write the outputs that the project asks for; files it no longer asks for are taken away.

    PrecisionError where anything is finer than the settings allow, before anything is written.
    """
    finest = project.settings.max_precision
    check_precision(finest, reports=new.reports, articles=new.articles, changes=new.changes)
    done = Written()
    wanted = set(project.settings.outputs)
    for folder in (project.output, project.output / "pages"):
        for name in _names_in(folder):
            if name.startswith(".") and name.endswith(_PART):
                with suppress(OSError):
                    (folder / name).unlink()  # of a build that was killed
    files: dict[str, bytes] = {}
    if "index.html" in wanted:
        files["index.html"] = _map(project, library, resources, new, key=key).encode("utf-8")
    for name in sorted(wanted):
        if name.startswith("places."):
            files[name] = _places(project, library, resources, new, form=name.partition(".")[2])
    if "feed.xml" in wanted:
        first = library.locations.first_dates()
        files["feed.xml"] = feed(new.reports, first, settings=project.settings).encode("utf-8")
    pages = _publish_pages(project, library, done, key=key) if "pages" in wanted else {}
    for name, data in files.items():
        _put(project.output, name, data, done)
    kept = {*files, *pages, "manifest.json"}
    _tidy(project.output, kept, done)
    _put(project.output, "manifest.json", _manifest(project, library, resources, new, files), done)
    written = {
        name: OutputFile(key=key, size=(project.output / name).stat().st_size)
        for name in files.keys() | {"manifest.json"}
    }
    with library.transaction():
        library.outputs.put_files(written | pages)
    return done


def _map(project: Project, library: Library, resources: Resources, new: Edition, *, key: str) -> str:
    from geomap.pipeline import draw
    from geomap.project.basemap_cache import ground

    settings = project.settings
    under = ground(
        library,
        resources.atlas,
        new.reports,
        settings=settings,
        on=library.clusters.last_day(),
        version=resources.geodata.version,
        key=key,
        hidden=hidden_everywhere(new.corrections),
    )
    return draw(
        new.articles,
        new.reports,
        title=settings.title,
        resources=resources,
        options=settings.options,
        changes=new.changes,
        ground=under,
        cached=replace(new.cached, basemap_json=under.drawn),
    )


def _places(project: Project, library: Library, resources: Resources, new: Edition, *, form: str) -> bytes:
    """Return the places in one of the exports' formats; what is kept of each place is only put together."""
    from geomap.export import ExportInput
    from geomap.export.geojson import Feature, collection
    from geomap.export.text import csv_table
    from geomap.pipeline import export

    settings = project.settings
    if form == "geojson":
        export_input = ExportInput(
            reports=(),
            title=settings.title,
            attributions=resources.geodata.attributions(),
            boundary_view=settings.boundary_view,
            publisher=settings.publisher,
        )
        return collection(export_input, [decode(one, Feature) for one in library.reports.features()])
    if form == "csv":
        return csv_table(library.reports.lines())
    articles = new.articles or tuple(library.clusters.shown())
    return export(
        articles,
        new.reports,
        form=form,
        title=settings.title,
        resources=resources,
        options=settings.options,
        without=names(hidden_everywhere(new.corrections)),
    )


def is_whole(project: Project, library: Library) -> bool:
    """Tell whether every file of the last build is where it was written, in its size."""
    try:
        there = {found.path: found.size for found in listing(project.output)}
    except GeomapError:
        return False
    return all(there.get(path) == file.size for path, file in library.outputs.files().items())


def _publish_pages(project: Project, library: Library, done: Written, *, key: str) -> dict[str, OutputFile]:
    """Write the pages of new and changed articles; return key and size of all."""
    settings = project.settings
    look = hashlib.sha256(f"{key}{settings.title}{settings.language}{settings.min_confidence}".encode()).hexdigest()[
        :16
    ]
    known = library.outputs.files()
    there = {f"pages/{name}" for name in _names_in(project.output / "pages")}
    pages: dict[str, OutputFile] = {}
    for one in library.clusters.stamps():
        page_key = f"{one.stamp} {look}"
        before = known.get(one.page)
        if before and before.key == page_key and one.page in there:
            pages[one.page] = before
            continue
        drawn = page(
            library.clusters.shown_of(one.id),
            story=settings.title,
            lang=settings.language,
            min_confidence=settings.min_confidence,
        )
        data = drawn.encode("utf-8", "replace")
        _put(project.output, one.page, data, done)
        pages[one.page] = OutputFile(key=page_key, size=len(data))
    return pages


def _put(folder: Path, name: str, data: bytes, done: Written) -> None:
    """Write a file, unless it holds these bytes already."""
    path = folder / name
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return
    except OSError:
        pass
    write_whole(path, data)
    done.written.append(name)


def _tidy(folder: Path, kept: set[str], done: Written) -> None:
    """Take away what an earlier build wrote and this one does not: nothing else in the folder is touched."""
    ours = [name for name in KNOWN_OUTPUTS if name != "pages"]
    ours += [f"pages/{name}" for name in _names_in(folder / "pages") if name.endswith(".html")]
    for name in ours:
        if name in kept:
            continue
        path = folder / name
        if path.exists():
            try:
                path.unlink()
            except OSError as error:
                raise OutputError(f"{path}: cannot be removed ({error.strerror}); remove it by hand") from error
            done.removed.append(name)


def _names_in(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - ten thousand Paths take 0.1 s
    except FileNotFoundError:
        return []
    except OSError as error:
        raise OutputError(f"{folder}: cannot be listed ({error.strerror}); a build writes into this folder") from error


def _manifest(project: Project, library: Library, resources: Resources, new: Edition, files: dict[str, bytes]) -> bytes:
    """Return the machine-readable account of this edition, an article a line."""
    finest = project.settings.max_precision
    said = {
        "geomap": __version__,
        "title": project.settings.title,
        "geodata": resources.geodata.version,
        "n_articles": new.n_articles,
        "n_places": len(new.reports),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        "failed": public_errors(new.errors, new.corrections, finest=finest),
        "corrections_that_fit_nothing": [
            _told(one) for one in public_corrections(new.unfitting, new.corrections, finest=finest)
        ],
        "changes": [
            {"kind": c.kind, "place": c.place.id, "name": c.place.name, "articles": list(c.articles)}
            for c in new.changes
        ],
    }
    head = msgspec.json.format(msgspec.json.encode(said), indent=1).decode().removesuffix("\n}")
    listed = ",\n  ".join(library.clusters.listed())
    return f'{head},\n "articles": [\n  {listed}\n ]\n}}\n'.encode()


def _told(one: object) -> dict[str, object]:
    said = asdict(one)  # type: ignore[call-overload]
    # By identity: a latitude of 0.0 equals False, and is told.
    return {key: value for key, value in said.items() if value is not None and value is not False and value != ""}
