"""Write the outputs of a build: each file atomically, only if it differs, and the manifest last."""

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
from geomap.errors import GeomapError, OutputError
from geomap.files import write_atomic
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
    """The files that were written and removed, by path below output/."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOutput:
    """The data that a build publishes."""

    reports: tuple[Report, ...]
    articles: tuple[GeoparsedArticle, ...]
    """In order of time; empty for a light map, which has no texts."""
    cached: CachedPayload
    """The records of articles and places on a light map; empty otherwise."""
    n_articles: int
    changes: tuple[Change, ...]
    errors: tuple[GeomapError, ...]
    unmatched_corrections: tuple[Correction, ...]
    corrections: tuple[Correction, ...]
    """All corrections of the project."""
    key: str
    """Of all that is published: equal keys give the same bytes."""


def is_light(library: Library) -> bool:
    """Return whether the map is light: the texts are too long for one file and are only on the articles' own pages."""
    return library.clusters.size() > LIGHT_FROM


def build_output_key(library: Library, *, made_from: Sequence[object]) -> str:
    """Return the key of the current data to publish; ``made_from`` is what else it depends on."""
    return hashlib.sha256(repr((library.clusters.stamps(), made_from)).encode("utf-8", "replace")).hexdigest()[:32]


def build_output(
    library: Library,
    *,
    light: bool,
    errors: Sequence[GeomapError],
    corrections: Sequence[Correction],
    finest: Precision | None,
    key: str,
) -> BuildOutput:
    """Return the data to publish now, with the changes since the last published data of another key.

    Changes finer than ``finest`` and changes that ``corrections`` hide are left out.
    """
    reports = tuple(library.reports.in_order())
    cached = CachedPayload()
    articles: tuple[GeoparsedArticle, ...] = ()
    if light:
        cached = CachedPayload(articles=library.clusters.entries(), places=library.reports.entries())
    else:
        articles = tuple(library.clusters.shown())
    changes = _changes(library, reports) if key != library.get_meta("edition") else _last_changes(library)
    return BuildOutput(
        reports=reports,
        articles=articles,
        cached=cached,
        n_articles=library.clusters.count(),
        changes=public_changes(library, changes, corrections, finest=finest),
        errors=tuple(errors),
        unmatched_corrections=unmatched_corrections(library, corrections),
        corrections=tuple(corrections),
        key=key,
    )


def unmatched_corrections(library: Library, corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """Return the corrections that match no article, or whose place is not in the gazetteer."""
    fitted = library.clusters.fitted()
    return tuple(correction for correction in corrections if correction not in fitted)


def _last_changes(library: Library) -> tuple[Change, ...]:
    stored = library.get_meta("changes")
    return decode(bytes.fromhex(stored), tuple[Change, ...]) if stored else ()


def _changes(library: Library, reports: Sequence[Report]) -> tuple[Change, ...]:
    """Return how the places changed since the last finished build; empty for the first."""
    before = library.outputs.places()
    if library.get_meta("edition") is None:
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
    for place_id, published in before.items():
        if place_id not in now and place_id not in taken and place_id not in hidden:
            changes.append(Change(kind="removed", place=published.place, articles=published.articles))
    return tuple(changes)


def save_published(library: Library, new: BuildOutput) -> None:
    """Store the published places, from which the next build computes what changed."""
    library.set_meta("edition", new.key)
    library.set_meta("changes", encode(new.changes).hex())
    named = library.reports.articles()
    library.outputs.put_places(
        [PublishedPlace(place=report.place, articles=tuple(named[report.place.id])) for report in new.reports]
    )


def publish(project: Project, library: Library, resources: Resources, new: BuildOutput, *, key: str) -> Written:
    """Write the outputs in the project's settings, and remove the files of outputs that no longer are.

    PrecisionError where anything is finer than the settings allow, before anything is written.
    """
    from geomap.editorial.generalise import check_precision

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
        in_language = _local_names(project, resources, new)
        files["feed.xml"] = feed(new.reports, first, settings=project.settings, local_names=in_language).encode("utf-8")
    pages = _publish_pages(project, library, done, key=key) if "pages" in wanted else {}
    for name, data in files.items():
        _write_if_changed(project.output, name, data, done)
    kept = {*files, *pages, "manifest.json"}
    _remove_stale(project.output, kept, done)
    _write_if_changed(project.output, "manifest.json", _manifest(project, library, resources, new, files), done)
    written = {
        name: OutputFile(key=key, size=(project.output / name).stat().st_size)
        for name in files.keys() | {"manifest.json"}
    }
    with library.transaction():
        library.outputs.put_files(written | pages)
    return done


def _local_names(project: Project, resources: Resources, new: BuildOutput) -> dict[str, str]:
    from geomap.pipeline import local_names

    return local_names(
        (region for report in new.reports for region in report.regions),
        resources=resources,
        options=project.settings.options,
        without=names(hidden_everywhere(new.corrections)),
    )


def _map(project: Project, library: Library, resources: Resources, new: BuildOutput, *, key: str) -> str:
    from geomap.gazetteer.protocol import names_by_id
    from geomap.pipeline import draw
    from geomap.project.basemap_cache import cached_map_base

    settings = project.settings
    map_base = cached_map_base(
        library,
        resources.atlas,
        new.reports,
        settings=settings,
        on=library.clusters.last_day(),
        version=resources.geodata.version,
        key=key,
        hidden=hidden_everywhere(new.corrections),
        gazetteer_names=names_by_id(resources.gazetteer),
    )
    return draw(
        new.articles,
        new.reports,
        title=settings.title,
        resources=resources,
        options=settings.options,
        changes=new.changes,
        map_base=map_base,
        without=names(hidden_everywhere(new.corrections)),
        cached=replace(new.cached, basemap_json=map_base.basemap_json),
    )


def _places(project: Project, library: Library, resources: Resources, new: BuildOutput, *, form: str) -> bytes:
    """Return the places in one of the export formats; GeoJSON and CSV are concatenated from stored parts."""
    from geomap.export import ExportInput
    from geomap.export.geojson import Features, collection
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
        return collection(export_input, [decode(feature, Features) for feature in library.reports.features()])
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


def is_complete(project: Project, library: Library) -> bool:
    """Return whether every file of the last build exists with its size."""
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
    for cluster in library.clusters.stamps():
        page_key = f"{cluster.stamp} {look}"
        before = known.get(cluster.page)
        if before and before.key == page_key and cluster.page in there:
            pages[cluster.page] = before
            continue
        drawn = page(
            library.clusters.shown_of(cluster.id),
            map_title=settings.title,
            lang=settings.language or "en",
            min_confidence=settings.min_confidence,
        )
        data = drawn.encode("utf-8", "replace")
        _write_if_changed(project.output, cluster.page, data, done)
        pages[cluster.page] = OutputFile(key=page_key, size=len(data))
    return pages


def _write_if_changed(folder: Path, name: str, data: bytes, done: Written) -> None:
    """Write a file, unless it has this content already."""
    path = folder / name
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return
    except OSError:
        pass
    write_atomic(path, data)
    done.written.append(name)


def _remove_stale(folder: Path, kept: set[str], done: Written) -> None:
    """Remove the files that an earlier build wrote and this one does not; other files in the folder stay."""
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


def _manifest(
    project: Project, library: Library, resources: Resources, new: BuildOutput, files: dict[str, bytes]
) -> bytes:
    """Return the manifest as JSON, one article per line."""
    finest = project.settings.max_precision
    manifest = {
        "geomap": __version__,
        "title": project.settings.title,
        "geodata": resources.geodata.version,
        "n_articles": new.n_articles,
        "n_places": len(new.reports),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
        "failed": public_errors(new.errors, new.corrections, finest=finest),
        "corrections_that_fit_nothing": [
            _without_empty(correction)
            for correction in public_corrections(new.unmatched_corrections, new.corrections, finest=finest)
        ],
        "changes": [
            {"kind": c.kind, "place": c.place.id, "name": c.place.name, "articles": list(c.articles)}
            for c in new.changes
        ],
    }
    head = msgspec.json.format(msgspec.json.encode(manifest), indent=1).decode().removesuffix("\n}")
    listed = ",\n  ".join(library.clusters.listed())
    return f'{head},\n "articles": [\n  {listed}\n ]\n}}\n'.encode()


def _without_empty(correction: object) -> dict[str, object]:
    values = asdict(correction)  # type: ignore[call-overload]
    # By identity: a latitude of 0.0 equals False and must be listed.
    return {key: value for key, value in values.items() if value is not None and value is not False and value != ""}
