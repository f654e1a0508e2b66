"""Everything a map shows, written as one block of JSON that a page can hold and that no reader can break out of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geomap.annotation.focus import focus
from geomap.render.geometry_encoding import Ink
from geomap.render.icons import icon_path
from geomap.render.payload_records import Utf16, article_text, candidate_entry, json_text, place_text, width
from geomap.render.translations import interface_language, words_of
from geomap.text.sanitize import web_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.annotation.extent import Bounds
    from geomap.map_types import Attribution, Basemap, Change, MapOptions, RegionShape, Totals
    from geomap.types import Article, GeoparsedArticle, Region, Report, Resolution


def scene(
    reports: Sequence[Report],
    *,
    articles: Sequence[GeoparsedArticle],
    basemap: Basemap,
    shapes: Sequence[RegionShape],
    changes: Sequence[Change],
    totals: Totals | None = None,
    attributions: Sequence[Attribution],
    title: str,
    options: MapOptions,
    bounds: Bounds,
    tool: str,
    kept: Kept | None = None,
) -> str:
    """Return the data block: JSON without ``<``, ``>``, ``&`` or line separators; same values, same text.

    ``kept`` are the entries of the articles and the places, where they are at hand already. Offsets in it are UTF-16 code units, as JavaScript counts; coordinates are lon, lat in integer steps, each
    vertex told as the step from the one before.
    """
    offsets = {read.article.id: Utf16(read.article.text) for read in articles}
    number = {read.article.id: n for n, read in enumerate(articles)}
    place_number = {report.place.id: n for n, report in enumerate(reports)}
    regions = list(dict.fromkeys(region for report in reports for region in report.regions))
    region_number = {region: n for n, region in enumerate(regions)}
    head: dict[str, Any] = {
        "title": title,
        "tool": tool,
        "ui": interface_language(options.lang),
        "words": words_of(options.lang),
        "publisher": options.publisher,
        "view": basemap.view,
        "asOf": basemap.as_of,
        "embed": options.embed,
        "layers": list(options.layers),
        "tiles": options.tiles,
        "tilesAttribution": options.tiles_attribution,
        "maxPrecision": options.max_precision,
        "minConfidence": options.min_confidence,
        "bounds": [round(value, 4) for value in bounds],
        "attributions": [_attribution(a) for a in attributions],
        "icons": _icons(reports),
        "regions": [_region(region) for region in regions],
        "focus": _focus(reports, region_number),
        "unplaced": [
            _unplaced(resolution, read.article, number, offsets)
            for read in articles
            for resolution in read.resolutions
            if resolution.place is None
        ],
        "changes": [_change(change) for change in changes],
        "totals": _totals(totals) if totals else None,
    }
    kept = kept or Kept()
    entries = kept.articles or [
        article_text(
            read.article,
            text=read.article.text,
            marks=_marks(read, place_number, offsets[read.article.id]),
            readTo=read.read_to,
        )
        for read in articles
    ]
    told = kept.places or [place_text(report, offsets, across=width(bounds)) for report in reports]
    places = []
    for text, report in zip(told, reports, strict=True):
        of_this_map = {
            "review": report.score < options.min_confidence,
            "in": [region_number[one] for one in report.regions],
        }
        places.append(f"{text[:-1]},{json.dumps(of_this_map)[1:]}")
    lists = f'"articles":[{",".join(entries)}],"places":[{",".join(places)}]'
    return f"{json_text(head)[:-1]},{kept.drawn or drawn_text(basemap, shapes)},{lists}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Parts of a scene as they are written there, made for an earlier map and still true; what is empty is made anew."""

    articles: Sequence[str] = ()
    places: Sequence[str] = ()
    drawn: str = ""


def drawn_text(basemap: Basemap, shapes: Sequence[RegionShape]) -> str:
    """Return what a scene draws below the places: the members ``base`` and ``shapes``."""
    return json_text({"base": _basemap(basemap), "shapes": _shapes(shapes, basemap.bounds)})[1:-1]


def _focus(reports: Sequence[Report], region_number: dict[Region, int]) -> dict[str, Any] | None:
    """Return where the story is, None where no region holds most of it."""
    found = focus(reports)
    if found is None or found.region is None:
        return None
    return {"place": found.place.id, "region": region_number[found.region], "score": found.score}


def _shapes(shapes: Sequence[RegionShape], frame: Bounds) -> list[dict[str, Any]]:
    """Return the regions to shade, as much of them as the basemap shows.

    What is disputed is cut out of both sides, so that neither is shaded with it.
    """
    import shapely

    ink = Ink.for_width(width(frame)).coarser(3.0)
    disputed = shapely.union_all([shape.geometry for shape in shapes if shape.region.level == "disputed"])
    west, south, east, north = frame
    sides = [(west, east)] if west < east else [(west, 180.0), (-180.0, east)]
    window = shapely.union_all([shapely.box(left, south, right, north) for left, right in sides])
    return [
        {
            "region": _region(shape.region),
            "shape": ink.geometry(
                (
                    shape.geometry if shape.region.level == "disputed" else shape.geometry.difference(disputed)
                ).intersection(window)
            ),
        }
        for shape in shapes
    ]


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        "articles": totals.n_articles,
        "places": totals.n_places,
        "regions": {one.id: one.n_articles for one in totals.regions},
        "days": [[one.day, one.n_articles] for one in totals.days],
        "cell": totals.cell_degrees,
        "cells": [[round(one.west, 3), round(one.south, 3), one.n_articles] for one in totals.cells],
    }


def _marks(read: GeoparsedArticle, place_number: dict[str, int], utf16: Utf16) -> list[list[object]]:
    return [
        [
            utf16(r.mention.start),
            utf16(r.mention.end),
            place_number.get(r.place.id, -1) if r.place else -1,
            r.mention.kind[0],
        ]
        for r in sorted(read.resolutions, key=lambda r: (r.mention.start, -r.mention.end))
    ]


def _icons(reports: Sequence[Report]) -> dict[str, str]:
    """Return the icons that are used, by name, as path data."""
    events = [e.event for report in reports for e in report.evidence] + [report.event for report in reports]
    names = sorted({event.icon for event in events if event and event.icon})
    return {name: path for name in names if (path := icon_path(name))}


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "place": change.place.id,
        "name": change.name or change.place.name,
        "was": change.was.name if change.was else None,
    }


def _unplaced(
    resolution: Resolution, article: Article, number: dict[str, int], offsets: dict[str, Utf16]
) -> dict[str, Any]:
    utf16 = offsets[article.id]
    return {
        "text": resolution.mention.text,
        "a": number[article.id],
        "m": [utf16(resolution.mention.start), utf16(resolution.mention.end)],
        "k": resolution.mention.kind[0],
        "score": round(resolution.score, 3),
        "reason": resolution.reason,
        "runnersUp": [candidate_entry(candidate) for candidate in resolution.runners_up],
    }


def _region(region: Region) -> dict[str, Any]:
    return {
        "id": region.id,
        "name": region.name,
        "level": region.level,
        "country": region.country,
        "iso": region.iso,
        "claimedBy": list(region.claimed_by),
        "validFrom": region.valid_from,
        "validTo": region.valid_to,
        "asOf": region.as_of,
        "source": region.source,
        "note": region.note,
    }


def _attribution(attribution: Attribution) -> dict[str, Any]:
    return {
        "title": attribution.title,
        "text": attribution.text,
        "licence": attribution.licence,
        "url": web_link(attribution.url),
        "version": attribution.version,
    }


def _basemap(basemap: Basemap) -> dict[str, Any]:
    ink = Ink.for_width(width(basemap.bounds))
    # What the globe of the inset, 92 pixels wide, and a reader far out can tell apart.
    coarse = Ink(steps=10, tolerance=0.9, smallest=0.0002)
    return {
        "bounds": [round(value, 4) for value in basemap.bounds],
        "land": ink.geometry(basemap.land),
        "lakes": ink.geometry(basemap.lakes),
        "rivers": ink.geometry(basemap.rivers),
        "admin1": ink.coarser(6.0).geometry(basemap.admin1),
        "borders": [{"status": b.status, "line": ink.geometry(b.geometry)} for b in basemap.borders],
        "labels": [[b.text, b.kind, round(b.lon, 2), round(b.lat, 2), b.rank] for b in basemap.labels],
        "world": coarse.geometry(basemap.world),
        "worldBorders": coarse.coarser(2.5).geometry(basemap.world_borders),
    }
