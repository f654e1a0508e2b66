"""The report of each place that a change has touched, kept in the library as it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.fingerprint import key_of
from geomap.project.clusters import KINDS
from geomap.project.protection import names
from geomap.store.database import Library, batches
from geomap.store.serialization import decode, decode_reports, encode, encode_report
from geomap.types import Place, ReadArticle, Region, Resolution

if TYPE_CHECKING:
    from geomap.editorial.redaction import Names
    from geomap.resources import World

EXCERPTS = 3
"""Articles whose sentences a light map shows of each place: the surest and the latest."""
OF_ONE = 1
"""Sentences of one article that a light map shows of each place."""
_LATEST = (
    "SELECT s.name FROM (SELECT id, date FROM located WHERE place = ? ORDER BY date DESC, id LIMIT 20) l"
    " JOIN stories s ON s.id = l.id ORDER BY l.date DESC, l.id"
)
NAMES = 8
"""Names that a light map holds of each place, the first of the gazetteer's."""


def report_stale(library: Library, world: World, *, key: str, is_light: bool, hidden: Sequence[str] = ()) -> int:
    """Make the reports of the stale places anew; return how many. A light map's hold only some of their sentences.

    ``key`` is that of everything that shapes what is written; ``hidden`` are the names that no place may bear.
    """
    mode = " ".join(["light" if is_light else "full", *([key_of(hidden)] if hidden else [])])
    if library.about("mode") != mode:
        with library.transaction():
            library.db.execute("INSERT OR IGNORE INTO stale SELECT DISTINCT place FROM located")
            library.note("mode", mode)
    stale = [row[0] for row in library.db.execute("SELECT place FROM stale ORDER BY place")]
    for batch in batches(stale, 200):
        _report(library, world, batch, key=" ".join([key, *hidden]), is_light=is_light, without=names(hidden))
    return len(stale)


def _report(
    library: Library, world: World, places: Sequence[str], *, key: str, is_light: bool, without: Names | None
) -> None:
    from geomap.export.geojson import feature
    from geomap.export.rows import row
    from geomap.export.text import csv_line
    from geomap.pipeline import report
    from geomap.project.basemap_cache import era, simplified
    from geomap.render.payload_records import place_json

    chosen = {place: _chosen(library, place, is_light=is_light) for place in places}
    needed = sorted({one for ids in chosen.values() for one in ids})
    shown = dict(zip(needed, _shown(library, needed), strict=True))
    # A place is joined to its regions as on the day of the last article that names it; days of one era give the same.
    by_era: dict[int, list[str]] = defaultdict(list)
    for place, ids in chosen.items():
        if ids:
            day = max((shown[one].article.published or "" for one in ids), default="")[:10]
            by_era[era(world.atlas, day or None)].append(place)
    rows = []
    for day_of, group in by_era.items():
        joined_by = f"{key} {day_of}"
        wanted: dict[str, set[str]] = defaultdict(set)
        for place in group:
            for one in chosen[place]:
                wanted[one].add(place)
        about = [_only(shown[one], ids, is_light=is_light) for one, ids in sorted(wanted.items())]
        cited = {one.article.id: one.article for one in about}
        for made in report(about, world=world, held=_held(library, group, joined_by), without=without):
            n = library.db.execute("SELECT count(*) FROM located WHERE place = ?", (made.place.id,)).fetchone()[0]
            first = made.evidence[0] if made.evidence else None
            order = f"{first.article_id} {first.mention.start:09}" if first else ""
            kept = replace(made, geometry=simplified(made.geometry, is_light=is_light))
            if is_light:
                kept = replace(kept, n_articles=n, names=made.names[:NAMES])
            latest = library.db.execute(_LATEST, (made.place.id,)).fetchall()
            rows.append(
                (
                    made.place.id,
                    n,
                    order,
                    encode([name for (name,) in latest]),
                    joined_by,
                    encode_report(kept),
                    encode(feature(kept, cited)),
                    csv_line(row(kept, cited)),
                    place_json(kept) if is_light else "",
                )
            )
    with library.transaction():
        library.db.executemany("DELETE FROM reports WHERE place = ?", [(place,) for place in places])
        library.db.executemany("INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        library.db.executemany("DELETE FROM stale WHERE place = ?", [(place,) for place in places])


def _held(library: Library, places: Sequence[str], joined_by: str) -> dict[Place, tuple[Region, ...]]:
    """Return the regions of those places that were joined to them by the same program, on a day of the same era."""
    marks = ", ".join("?" * len(places))
    rows = library.db.execute(
        f"SELECT report FROM reports WHERE joined_by = ? AND place IN ({marks})",  # noqa: S608
        (joined_by, *places),
    )
    return {one.place: one.regions for one in decode_reports([row[0] for row in rows])}


def _chosen(library: Library, place: str, *, is_light: bool) -> list[str]:
    if not is_light:
        return [row[0] for row in library.db.execute("SELECT id FROM located WHERE place = ?", (place,))]
    best = "SELECT id FROM located WHERE place = ? ORDER BY kind, score DESC, date DESC, id LIMIT 1"
    latest = "SELECT id FROM located WHERE place = ? ORDER BY kind, date DESC, id LIMIT ?"
    ids = [row[0] for row in library.db.execute(best, (place,))]
    ids += [row[0] for row in library.db.execute(latest, (place, EXCERPTS))]
    return list(dict.fromkeys(ids))[:EXCERPTS]


def _shown(library: Library, ids: Iterable[str]) -> Iterator[ReadArticle]:
    for one in ids:
        (blob,) = library.db.execute("SELECT shown FROM stories WHERE id = ?", (one,)).fetchone()
        yield decode(blob, ReadArticle)


def _only(read: ReadArticle, places: set[str], *, is_light: bool) -> ReadArticle:
    """Return the article with its mentions of these places alone."""
    kept: list[Resolution] = []
    n_of: dict[str, int] = defaultdict(int)
    for r in sorted(read.resolutions, key=lambda r: (KINDS.index(r.mention.kind), -r.score)):
        if r.place and r.place.id in places and (not is_light or n_of[r.place.id] < OF_ONE):
            n_of[r.place.id] += 1
            kept.append(r)
    kept.sort(key=lambda r: r.mention.start)
    return replace(read, resolutions=tuple(kept))
