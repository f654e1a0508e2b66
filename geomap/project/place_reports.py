"""Make the reports of the stale places and store them in the library as they are published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.fingerprint import key_of
from geomap.project.clusters import rank_of
from geomap.project.protection import names
from geomap.store.database import Library, batches
from geomap.store.reports import StoredReport
from geomap.store.serialization import encode
from geomap.types import ArticlePart, GeoparsedArticle, Mention, Place, Region, Report, Resolution

if TYPE_CHECKING:
    from geomap.editorial.redaction import Names
    from geomap.resources import Resources

EXCERPTS = 3
"""Articles whose sentences a light map shows for each place: the best and the latest."""
OF_ONE = 1
"""Sentences of one article that a light map shows for each place."""
LATEST = 20
"""Articles that are listed for each new or removed place, the latest."""
NAMES = 8
"""Names of each place on a light map, the first of the gazetteer's."""


def report_stale(
    library: Library, resources: Resources, *, key: str, is_light: bool, hidden: Sequence[str] = ()
) -> int:
    """Make the reports of the stale places; return how many. On a light map they have only some of their sentences.

    ``key`` is the output key; ``hidden`` are the names that no place may have.
    """
    mode = " ".join(["light" if is_light else "full", *([key_of(hidden)] if hidden else [])])
    if library.get_meta("mode") != mode:
        with library.transaction():
            library.locations.mark_all_stale()
            library.set_meta("mode", mode)
    stale = library.locations.stale()
    for batch in batches(stale, 200):
        _report(library, resources, batch, key=" ".join([key, *hidden]), is_light=is_light, without=names(hidden))
    return len(stale)


def _report(
    library: Library, resources: Resources, places: Sequence[str], *, key: str, is_light: bool, without: Names | None
) -> None:
    from geomap.export.geojson import features
    from geomap.export.rows import row
    from geomap.export.text import csv_line
    from geomap.pipeline import report
    from geomap.project.basemap_cache import era, simplified
    from geomap.render.payload_records import place_json

    chosen = {place: _chosen(library, place, is_light=is_light) for place in places}
    needed = sorted({cluster_id for ids in chosen.values() for cluster_id in ids})
    shown = {cluster_id: library.clusters.shown_of(cluster_id) for cluster_id in needed}
    # A place is joined to the regions of the day of its last article; days of one era have the same regions.
    by_era: dict[int, list[str]] = defaultdict(list)
    for place, ids in chosen.items():
        if ids:
            day = max((shown[cluster_id].article.day or "" for cluster_id in ids), default="")
            by_era[era(resources.atlas, day or None)].append(place)
    done: list[StoredReport] = []
    for day_of, group in by_era.items():
        joined_by = f"{key} {day_of}"
        wanted: dict[str, set[str]] = defaultdict(set)
        for place in group:
            for cluster_id in chosen[place]:
                wanted[cluster_id].add(place)
        articles = [_only(shown[cluster_id], ids, is_light=is_light) for cluster_id, ids in sorted(wanted.items())]
        cited = {read.article.id: read.article for read in articles}
        on_way = [_with_ways(read, shown[key]) for read, key in zip(articles, sorted(wanted), strict=True)]
        kept_mentions = {_key(read.article.id, r.mention) for read in articles for r in read.resolutions}
        held, whole = _held(library, group, joined_by), {shown[key].article.id: shown[key] for key in wanted}
        for every in report(on_way, resources=resources, held=held, without=without, whole=whole):
            made = _of_kept(every, kept_mentions)
            if not made.evidence:
                continue
            n = library.locations.count(made.place.id)
            first = made.evidence[0] if made.evidence else None
            order = f"{first.article_id} {first.mention.start:09}" if first else ""
            kept = replace(made, geometry=simplified(made.geometry, is_light=is_light))
            if is_light:
                kept = replace(kept, n_articles=n, names=made.names[:NAMES])
            done.append(
                StoredReport(
                    report=kept,
                    n=n,
                    first=order,
                    articles=tuple(library.locations.latest_shown_ids(made.place.id, LATEST)),
                    joined_by=joined_by,
                    feature=encode(features(kept, cited)),
                    line=csv_line(row(kept, cited)),
                    entry=place_json(kept, articles=cited) if is_light else "",
                )
            )
    with library.transaction():
        library.reports.replace(places, done)


def _held(library: Library, places: Sequence[str], joined_by: str) -> dict[Place, tuple[Region, ...]]:
    """Return the stored regions of the places that were joined by the same code and data, on a day of the same era."""
    return {report.place: report.regions for report in library.reports.joined_by(joined_by, places)}


def _chosen(library: Library, place: str, *, is_light: bool) -> list[str]:
    if not is_light:
        return library.locations.clusters(place)
    return library.locations.best_clusters(place, EXCERPTS)


_Key = tuple[str, ArticlePart, int]
"""The article of a mention, its part and its start."""


def _key(article_id: str, mention: Mention) -> _Key:
    return article_id, mention.part, mention.start


def _with_ways(read: GeoparsedArticle, shown: GeoparsedArticle) -> GeoparsedArticle:
    """Return the article with all mentions on a route if a movement starts at one of its own: the other stops of it are needed."""
    if not any(r.mention.route == "from" for r in read.resolutions):
        return read
    own = {(r.mention.part, r.mention.start) for r in read.resolutions}
    return replace(
        read,
        resolutions=tuple(r for r in shown.resolutions if r.mention.route or (r.mention.part, r.mention.start) in own),
    )


def _of_kept(report: Report, kept: Collection[_Key]) -> Report:
    """Return a report with only the evidence of these mentions, and only the movements that start at one of them."""
    evidence = tuple(e for e in report.evidence if _key(e.article_id, e.mention) in kept)
    starts = {(e.article_id, e.mention.part, e.start) for e in evidence if e.mention.route == "from"}
    movements = (
        movement for movement in report.movements if (movement.article_id, movement.part, movement.start) in starts
    )
    return replace(report, evidence=evidence, movements=tuple(movements))


def _only(read: GeoparsedArticle, places: set[str], *, is_light: bool) -> GeoparsedArticle:
    """Return the article with only its mentions of these places."""
    kept: list[Resolution] = []
    n_of: dict[str, int] = defaultdict(int)
    for r in sorted(read.resolutions, key=lambda r: (rank_of(r), -r.score)):
        if r.place and r.place.id in places and (not is_light or n_of[r.place.id] < OF_ONE):
            n_of[r.place.id] += 1
            kept.append(r)
    kept.sort(key=lambda r: (r.mention.part == "text", r.mention.start))
    return replace(read, resolutions=tuple(kept))
