"""The payload of the page: everything the map shows, as one JSON object that is safe inside a script element."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geomap.annotation.focus import focus
from geomap.render.geometry_encoding import GeometryEncoder
from geomap.render.icons import icon_path
from geomap.render.payload_records import (
    Utf16,
    article_json,
    candidate_record,
    json_text,
    place_json,
    role_key,
    width,
)
from geomap.render.translations import interface_language, translation_table
from geomap.text.sanitize import web_link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geomap.annotation.extent import Bounds
    from geomap.map_types import Attribution, Basemap, Change, MapOptions, RegionShape, Totals
    from geomap.types import Article, GeoparsedArticle, Region, Report, Resolution


def payload(
    reports: Sequence[Report],
    *,
    articles: Sequence[GeoparsedArticle],
    basemap: Basemap,
    shapes: Sequence[RegionShape],
    local_names: Mapping[str, str],
    changes: Sequence[Change],
    totals: Totals | None = None,
    attributions: Sequence[Attribution],
    title: str,
    options: MapOptions,
    bounds: Bounds,
    tool: str,
    cached: CachedPayload | None = None,
) -> str:
    """Return the payload: JSON without ``<``, ``>``, ``&`` or line separators; the same values give the same text.

    Offsets are in UTF-16 code units, as in JavaScript; geometry is lon, lat in the encoding of GeometryEncoder.
    ``cached`` holds the parts that were made earlier; ``local_names`` are those of regions in the page's language, by id.
    """
    offsets = {read.article.id: Utf16(read.article.text) for read in articles}
    number = {read.article.id: n for n, read in enumerate(articles)}
    place_number = {report.place.id: n for n, report in enumerate(reports)}
    regions = list(dict.fromkeys(region for report in reports for region in report.regions))
    region_number = {region: n for n, region in enumerate(regions)}
    head: dict[str, Any] = {
        "title": title,
        "tool": tool,
        "ui": interface_language(options.lang or "en"),
        "words": translation_table(options.lang or "en"),
        "publisher": options.publisher,
        "view": basemap.view,
        "asOf": basemap.as_of,
        "embed": options.embed,
        "layers": _layers(options, reports),
        "tiles": options.tiles,
        "tilesAttribution": options.tiles_attribution,
        "maxPrecision": options.max_precision,
        "minConfidence": options.min_confidence,
        "bounds": [round(value, 4) for value in bounds],
        "attributions": [_attribution(a) for a in attributions],
        "icons": _icons(reports),
        "regions": [_region(region) | {"local": local_names.get(region.id)} for region in regions],
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
    cached = cached or CachedPayload()
    records = cached.articles or _article_records(articles, place_number, offsets)
    place_records = cached.places or _place_records(reports, articles, offsets, bounds)
    places = _with_regions(place_records, reports, region_number, min_confidence=options.min_confidence)
    lists = f'"articles":[{",".join(records)}],"places":[{",".join(places)}]'
    return f"{json_text(head)[:-1]},{cached.basemap_json or basemap_json(basemap, shapes)},{lists}}}"


def _place_records(
    reports: Sequence[Report], articles: Sequence[GeoparsedArticle], offsets: Mapping[str, Utf16], bounds: Bounds
) -> list[str]:
    known = {read.article.id: read.article for read in articles}
    return [place_json(report, offsets, articles=known, across=width(bounds)) for report in reports]


def _article_records(
    articles: Sequence[GeoparsedArticle], place_number: dict[str, int], offsets: Mapping[str, Utf16]
) -> list[str]:
    """Return each article as JSON, its mentions by the numbers of their places."""
    return [
        article_json(
            read.article,
            text=read.article.text,
            marks=_marks(read.of_part("text"), place_number, offsets[read.article.id]),
            titleMarks=_marks(read.of_part("title"), place_number, Utf16(read.article.title or "")),
            readTo=read.read_to,
            language=read.language,
            isUnread=read.unread is not None or None,
        )
        for read in articles
    ]


def _layers(options: MapOptions, reports: Sequence[Report]) -> list[str]:
    """Return the layers that are initially visible; with places of which none is reported also the mentioned ones, or the map would be empty."""
    is_only_mentioned = bool(reports) and not any(report.is_reported for report in reports)
    return list(dict.fromkeys([*options.layers, *(["mentioned"] if is_only_mentioned else [])]))


def _with_regions(
    place_records: Sequence[str],
    reports: Sequence[Report],
    region_number: Mapping[Region, int],
    *,
    min_confidence: float,
) -> list[str]:
    """Return the records of the places with what depends on this map: whether each needs review, and its regions by number."""
    places = []
    for text, report in zip(place_records, reports, strict=True):
        of_this_map = {
            "review": report.score < min_confidence,
            "in": [region_number[region] for region in report.regions],
        }
        places.append(f"{text[:-1]},{json.dumps(of_this_map)[1:]}")
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedPayload:
    """Parts of a payload, as JSON, that were made earlier and are still valid; empty parts are made again."""

    articles: Sequence[str] = ()
    places: Sequence[str] = ()
    basemap_json: str = ""


def basemap_json(basemap: Basemap, shapes: Sequence[RegionShape]) -> str:
    """Return the members ``base`` and ``shapes`` of the payload: the basemap and the polygons for shading."""
    return json_text({"base": _basemap(basemap), "shapes": _shapes(shapes, basemap.bounds)})[1:-1]


def _focus(reports: Sequence[Report], region_number: dict[Region, int]) -> dict[str, Any] | None:
    """Return the focus of the story, None where no region has most of it."""
    found = focus(reports)
    if found is None or found.region is None:
        return None
    return {"place": found.place.id, "region": region_number[found.region], "score": found.score}


def _shapes(shapes: Sequence[RegionShape], frame: Bounds) -> list[dict[str, Any]]:
    """Return the regions to shade, clipped to the basemap.

    Disputed areas are cut out of the regions of both sides, so that neither is shaded with them.
    """
    import shapely

    encoder = GeometryEncoder.for_width(width(frame)).scale_tolerance(3.0)
    disputed = shapely.union_all([shape.geometry for shape in shapes if shape.region.level == "disputed"])
    west, south, east, north = frame
    sides = [(west, east)] if west < east else [(west, 180.0), (-180.0, east)]
    window = shapely.union_all([shapely.box(left, south, right, north) for left, right in sides])
    return [
        {
            "region": _region(shape.region),
            "shape": encoder.encode(
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
        "regions": {region.id: region.n_articles for region in totals.regions},
        "days": [[day.day, day.n_articles] for day in totals.days],
        "cell": totals.cell_degrees,
        "cells": [[round(cell.west, 3), round(cell.south, 3), cell.n_articles] for cell in totals.cells],
    }


def _marks(resolutions: Sequence[Resolution], place_number: dict[str, int], utf16: Utf16) -> list[list[object]]:
    """Return the mentions of a part of an article: start, end, number of the place or -1, kind, and where known role and probability."""
    return [
        [
            utf16(r.mention.start),
            utf16(r.mention.end),
            place_number.get(r.place.id, -1) if r.place else -1,
            r.mention.kind[0],
            *((role_key(r.mention), round(r.mention.role_probability or 0.0, 2)) if r.mention.role else ()),
        ]
        for r in sorted(resolutions, key=lambda r: (r.mention.start, -r.mention.end))
    ]


def _icons(reports: Sequence[Report]) -> dict[str, str]:
    """Return the icons in use as SVG path data, by name."""
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
    mention = resolution.mention
    is_title = mention.part == "title"
    utf16 = Utf16(article.title or "") if is_title else offsets[article.id]
    return {
        "text": mention.text,
        "a": number[article.id],
        "m": [utf16(mention.start), utf16(mention.end)],
        "h": mention.start if is_title else None,
        "k": mention.kind[0],
        "score": round(resolution.score, 3),
        "reason": resolution.reason,
        "runnersUp": [candidate_record(candidate) for candidate in resolution.runners_up],
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
    encoder = GeometryEncoder.for_width(width(basemap.bounds))
    # The resolution of the inset globe, 92 pixels wide, and of a map zoomed out to the world.
    coarse = GeometryEncoder(steps_per_degree=10, tolerance=0.9, min_area_share=0.0002)
    return {
        "bounds": [round(value, 4) for value in basemap.bounds],
        "land": encoder.encode(basemap.land),
        "lakes": encoder.encode(basemap.lakes),
        "rivers": encoder.encode(basemap.rivers),
        "admin1": encoder.scale_tolerance(6.0).encode(basemap.admin1),
        "borders": [{"status": b.status, "line": encoder.encode(b.geometry)} for b in basemap.borders],
        "labels": [[b.text, b.kind, round(b.lon, 2), round(b.lat, 2), b.rank] for b in basemap.labels],
        "world": coarse.encode(basemap.world),
        "worldBorders": coarse.scale_tolerance(2.5).encode(basemap.world_borders),
    }
