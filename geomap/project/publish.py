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
from geomap.render.article_page import page
from geomap.render.payload import Kept
from geomap.store.database import Library
from geomap.store.serialization import decode, decode_reports, encode
from geomap.types import Correction, Place, Precision, ReadArticle, Report

if TYPE_CHECKING:
    from geomap.project.config import Project
    from geomap.resources import World

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
    articles: tuple[ReadArticle, ...]
    """In order of time; none on a light map, which holds no texts."""
    kept: Kept
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
    return (library.db.execute("SELECT sum(length(shown)) FROM stories").fetchone()[0] or 0) > LIGHT_FROM


def edition_key(library: Library, *, made_from: Sequence[object]) -> str:
    """Return the key of what there is to publish now; ``made_from`` is what else it depends on."""
    stamps = library.db.execute("SELECT id, stamp, date FROM stories ORDER BY id").fetchall()
    return hashlib.sha256(repr((stamps, made_from)).encode("utf-8", "replace")).hexdigest()[:32]


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
    reports = tuple(decode_reports(library.of_places("report")))
    kept = Kept()
    articles: tuple[ReadArticle, ...] = ()
    if light:
        entries = library.db.execute("SELECT entry FROM stories ORDER BY date, id")
        kept = Kept(articles=[row[0] for row in entries], places=library.of_places("entry"))
    else:
        shown = library.db.execute("SELECT shown FROM stories ORDER BY date, id")
        articles = tuple(decode(row[0], ReadArticle) for row in shown)
    changes = _changes(library, reports) if key != library.about("edition") else _last_changes(library)
    return Edition(
        reports=reports,
        articles=articles,
        kept=kept,
        n_articles=library.count("stories"),
        changes=public_changes(library, changes, corrections, finest=finest),
        errors=tuple(errors),
        unfitting=unfitting(library, corrections),
        corrections=tuple(corrections),
        key=key,
    )


def unfitting(library: Library, corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """Return the corrections that fit no article any more, or whose place the gazetteer no longer knows."""
    rows = library.db.execute("SELECT DISTINCT fitted FROM stories")
    fitted = {one for row in rows for one in decode(row[0], tuple[Correction, ...])}
    return tuple(one for one in corrections if one not in fitted)


def _last_changes(library: Library) -> tuple[Change, ...]:
    told = library.about("changes")
    return decode(bytes.fromhex(told), tuple[Change, ...]) if told else ()


def _changes(library: Library, reports: Sequence[Report]) -> tuple[Change, ...]:
    """Return what became of the places since the last build that was finished; nothing on the first."""
    before = {
        row[0]: (decode(row[1], Place), decode(row[2], list[str])) for row in library.db.execute("SELECT * FROM built")
    }
    if library.about("edition") is None:
        return ()
    hidden = {row[0] for row in library.db.execute("SELECT place FROM hidden")}
    now = {report.place.id: report for report in reports}
    named = _named(library)
    changes, taken = [], set()
    for place_id, report in now.items():
        ids = (
            tuple(decode(named[place_id], list[str]))
            if place_id not in before or before[place_id][0] != report.place
            else ()
        )
        came_from = report.runners_up[0].place if report.correction and report.runners_up else None
        if place_id in before:
            was = before[place_id][0]
            if (was.lon, was.lat) != (report.place.lon, report.place.lat):
                changes.append(Change(kind="moved", place=report.place, articles=ids, was=was, name=report.place.name))
        elif came_from and came_from.id in before and came_from.id not in now:
            taken.add(came_from.id)
            name = report.reported_as or report.place.name
            changes.append(Change(kind="moved", place=report.place, articles=ids, was=came_from, name=name))
        else:
            changes.append(Change(kind="new", place=report.place, articles=ids))
    for place_id, (was, articles) in before.items():
        if place_id not in now and place_id not in taken and place_id not in hidden:
            changes.append(Change(kind="removed", place=was, articles=tuple(articles)))
    return tuple(changes)


def _named(library: Library) -> dict[str, bytes]:
    """Return the ids of the latest articles that name each place, as they are stored."""
    return dict(library.db.execute("SELECT place, articles FROM reports"))


def remember(library: Library, new: Edition) -> None:
    """Remember what this edition shows, for the next to tell what changed."""
    library.note("edition", new.key)
    library.note("changes", encode(new.changes).hex())
    before = {row[0]: (row[1], row[2]) for row in library.db.execute("SELECT place, record, articles FROM built")}
    named = _named(library)
    now = {r.place.id: (encode(r.place), named[r.place.id]) for r in new.reports}
    library.db.executemany("DELETE FROM built WHERE place = ?", [(place,) for place in before.keys() - now.keys()])
    library.db.executemany(
        "INSERT OR REPLACE INTO built VALUES (?, ?, ?)", [(p, *row) for p, row in now.items() if before.get(p) != row]
    )


def publish(project: Project, library: Library, world: World, new: Edition, *, key: str) -> Written:
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
        files["index.html"] = _map(project, library, world, new, key=key).encode("utf-8")
    for name in sorted(wanted):
        if name.startswith("places."):
            files[name] = _places(project, library, world, new, form=name.partition(".")[2])
    if "feed.xml" in wanted:
        first = dict(library.db.execute("SELECT place, min(date) FROM located GROUP BY place"))
        files["feed.xml"] = feed(new.reports, first, settings=project.settings).encode("utf-8")
    pages = _publish_pages(project, library, done, key=key) if "pages" in wanted else {}
    for name, data in files.items():
        _put(project.output, name, data, done)
    kept = {*files, *pages, "manifest.json"}
    _tidy(project.output, kept, done)
    _put(project.output, "manifest.json", _manifest(project, library, world, new, files), done)
    sizes = {name: (key, (project.output / name).stat().st_size) for name in files.keys() | {"manifest.json"}}
    _note_files(library, sizes | pages)
    return done


def _note_files(library: Library, now: dict[str, tuple[str, int]]) -> None:
    """Remember key and size of every file of this build."""
    before = {row[0]: (row[1], row[2]) for row in library.db.execute("SELECT path, key, size FROM pages")}
    with library.transaction():
        library.db.executemany("DELETE FROM pages WHERE path = ?", [(path,) for path in before.keys() - now.keys()])
        library.db.executemany(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?)",
            [(path, *row) for path, row in now.items() if before.get(path) != row],
        )


def _map(project: Project, library: Library, world: World, new: Edition, *, key: str) -> str:
    from geomap.pipeline import draw
    from geomap.project.basemap_cache import ground

    settings = project.settings
    under = ground(
        library,
        world.atlas,
        new.reports,
        settings=settings,
        on=_last_day(library),
        version=world.geodata.version,
        key=key,
        hidden=hidden_everywhere(new.corrections),
    )
    return draw(
        new.articles,
        new.reports,
        title=settings.title,
        world=world,
        options=settings.options,
        changes=new.changes,
        ground=under,
        kept=replace(new.kept, drawn=under.drawn),
    )


def _last_day(library: Library) -> str | None:
    day: str | None = library.db.execute("SELECT max(substr(published, 1, 10)) FROM stories").fetchone()[0]
    return day


def _places(project: Project, library: Library, world: World, new: Edition, *, form: str) -> bytes:
    """Return the places in one of the exports' formats; what is kept of each place is only put together."""
    from geomap.export import Dossier
    from geomap.export.geojson import Feature, collection
    from geomap.export.text import csv_table
    from geomap.pipeline import export

    settings = project.settings
    if form == "geojson":
        dossier = Dossier(
            reports=(),
            title=settings.title,
            attributions=world.geodata.attributions(),
            boundary_view=settings.boundary_view,
            publisher=settings.publisher,
        )
        return collection(dossier, [decode(one, Feature) for one in library.of_places("feature")])
    if form == "csv":
        return csv_table(library.of_places("line"))
    shown = library.db.execute("SELECT shown FROM stories ORDER BY date, id")
    articles = new.articles or tuple(decode(row[0], ReadArticle) for row in shown)
    return export(
        articles,
        new.reports,
        form=form,
        title=settings.title,
        world=world,
        options=settings.options,
        without=names(hidden_everywhere(new.corrections)),
    )


def is_whole(project: Project, library: Library) -> bool:
    """Tell whether every file of the last build is where it was written, in its size."""
    from geomap.project.sync import listing

    try:
        there = {found.path: found.size for found in listing(project.output)}
    except GeomapError:
        return False
    return all(there.get(path) == size for path, size in library.db.execute("SELECT path, size FROM pages"))


def _publish_pages(project: Project, library: Library, done: Written, *, key: str) -> dict[str, tuple[str, int]]:
    """Write the pages of new and changed articles; return key and size of all."""
    settings = project.settings
    look = hashlib.sha256(f"{key}{settings.title}{settings.language}{settings.min_confidence}".encode()).hexdigest()[
        :16
    ]
    known = {row[0]: (row[1], row[2]) for row in library.db.execute("SELECT path, key, size FROM pages")}
    there = {f"pages/{name}" for name in _names_in(project.output / "pages")}
    pages: dict[str, tuple[str, int]] = {}
    for story, stamp, path in library.db.execute("SELECT id, stamp, page FROM stories").fetchall():
        page_key = f"{stamp} {look}"
        before = known.get(path)
        if before and before[0] == page_key and path in there:
            pages[path] = before
            continue
        (blob,) = library.db.execute("SELECT shown FROM stories WHERE id = ?", (story,)).fetchone()
        drawn = page(
            decode(blob, ReadArticle),
            story=settings.title,
            lang=settings.language,
            min_confidence=settings.min_confidence,
        )
        data = drawn.encode("utf-8", "replace")
        _put(project.output, path, data, done)
        pages[path] = (page_key, len(data))
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


def _manifest(project: Project, library: Library, world: World, new: Edition, files: dict[str, bytes]) -> bytes:
    """Return the machine-readable account of this edition, an article a line."""
    finest = project.settings.max_precision
    said = {
        "geomap": __version__,
        "title": project.settings.title,
        "geodata": world.geodata.version,
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
    listed = ",\n  ".join(row[0] for row in library.db.execute("SELECT listed FROM stories ORDER BY date, id"))
    return f'{head},\n "articles": [\n  {listed}\n ]\n}}\n'.encode()


def _told(one: object) -> dict[str, object]:
    said = asdict(one)  # type: ignore[call-overload]
    # By identity: a latitude of 0.0 equals False, and is told.
    return {key: value for key, value in said.items() if value is not None and value is not False and value != ""}
