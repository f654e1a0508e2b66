"""Everything a map shows, written as one block of JSON that a page can hold and that no reader can break out of."""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from geomap.extent import MIN_SPAN_DEGREES
from geomap.focus import focus
from geomap.icons import icon_path
from geomap.ink import Ink
from geomap.interface import interface_language, told_names, words_of
from geomap.precision import reported_precision, uncertainty_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extent import Bounds
    from geomap.vocabulary import (
        Article,
        Attribution,
        Basemap,
        Candidate,
        Change,
        Correction,
        Event,
        Evidence,
        MapOptions,
        ReadArticle,
        Region,
        RegionShape,
        Report,
        Resolution,
        Totals,
    )

# JSON inside a script element: these five could end the element or the line, and are legal as escapes.
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
MOST_RUNNERS_UP = 4


def scene(
    reports: Sequence[Report],
    *,
    articles: Sequence[ReadArticle],
    basemap: Basemap,
    shapes: Sequence[RegionShape],
    changes: Sequence[Change],
    totals: Totals | None = None,
    attributions: Sequence[Attribution],
    title: str,
    options: MapOptions,
    bounds: Bounds,
    tool: str,
) -> str:
    """Return the data block: JSON without ``<``, ``>``, ``&`` or line separators; same values, same text.

    Offsets in it are UTF-16 code units, as JavaScript counts; coordinates are lon, lat in integer steps, each
    vertex told as the step from the one before.
    """
    offsets = {read.article.id: Utf16(read.article.text) for read in articles}
    number = {read.article.id: n for n, read in enumerate(articles)}
    place_number = {report.place.id: n for n, report in enumerate(reports)}
    regions = list(dict.fromkeys(region for report in reports for region in report.regions))
    region_number = {region: n for n, region in enumerate(regions)}
    block: dict[str, Any] = {
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
        "articles": [_article(read, place_number, offsets[read.article.id]) for read in articles],
        "icons": _icons(reports),
        "regions": [_region(region) for region in regions],
        "places": [
            _place(report, number, offsets, options, bounds)
            | {"in": [region_number[region] for region in report.regions]}
            for report in reports
        ],
        "focus": _focus(reports, region_number),
        "unplaced": [
            _unplaced(resolution, read.article, number, offsets)
            for read in articles
            for resolution in read.resolutions
            if resolution.place is None
        ],
        "base": _basemap(basemap),
        "changes": [_change(change) for change in changes],
        "shapes": _shapes(shapes, basemap.bounds),
        "totals": _totals(totals) if totals else None,
    }
    text = json.dumps(_without_empties(block), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char, escaped in ESCAPES.items():  # fifty times as fast as str.translate on a map of 7 MB
        text = text.replace(char, escaped)
    return text


class Utf16:
    """Turns offsets in code points into offsets in UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self.is_empty = not text
        self._astral = [n for n, char in enumerate(text) if ord(char) > 0xFFFF]

    def __call__(self, offset: int) -> int:
        """Return the offset a JavaScript string uses; equal as long as no astral character stands before it."""
        return offset + bisect_left(self._astral, offset)


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

    ink = Ink.for_width(_width(frame)).coarser(3.0)
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


def _article(read: ReadArticle, place_number: dict[str, int], utf16: Utf16) -> dict[str, Any]:
    article = read.article
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "url": article.url,
        "author": article.author,
        "sha256": article.sha256,
        "retrieved": article.retrieved,
        "page": article.page,
        "republished": [{"source": p.source, "url": p.url, "published": p.published} for p in article.republished],
        "text": article.text,
        "marks": [
            [
                utf16(r.mention.start),
                utf16(r.mention.end),
                place_number.get(r.place.id, -1) if r.place else -1,
                r.mention.kind[0],
            ]
            for r in sorted(read.resolutions, key=lambda r: (r.mention.start, -r.mention.end))
        ],
    }


def _place(
    report: Report, number: dict[str, int], offsets: dict[str, Utf16], options: MapOptions, bounds: Bounds
) -> dict[str, Any]:
    place = report.place
    return {
        "id": place.id,
        "name": place.name,
        "as": report.reported_as,
        "kind": place.kind,
        "country": place.country,
        "geonameid": None if place.id == f"gn:{place.geonameid}" else place.geonameid,
        "lon": round(place.lon, 5),
        "lat": round(place.lat, 5),
        "precision": reported_precision(report),
        "uncertaintyKm": uncertainty_km(report),
        "reported": report.kind == "literal",
        "review": report.score < options.min_confidence,
        "score": round(report.score, 3),
        "reason": report.reason,
        "names": [{"text": n.text, "language": n.language, "note": n.note} for n in told_names(report)],
        "evidence": [
            # What is reported there goes before what only names the place.
            _evidence(e, number, offsets)
            for e in sorted(report.evidence, key=lambda e: e.mention.kind != "literal")
            if e.article_id in number
        ],
        "runnersUp": [_candidate(candidate) for candidate in report.runners_up[:MOST_RUNNERS_UP]],
        "event": _event(report.event),
        "correction": _correction(report.correction),
        "nArticles": report.n_articles,
        "shape": _outline(report, bounds),
        "note": report.geometry_note,
    }


def _outline(report: Report, bounds: Bounds) -> dict[str, Any] | None:
    """Return the place's outline, as fine as the story's map or the outline itself is wide, whichever is wider."""
    if report.geometry is None or report.geometry.is_empty:
        return None
    west, _, east, _ = report.geometry.bounds
    ink = Ink.for_width(max(_width(bounds), east - west))
    # A country is outlined by a soft band: its every bay would weigh more than the article.
    return (ink.coarser(6.0, smallest=0.001) if report.place.kind == "country" else ink).geometry(report.geometry)


def _evidence(evidence: Evidence, number: dict[str, int], offsets: dict[str, Utf16]) -> dict[str, Any]:
    """Return a sentence as offsets into its article, or as its own text where the article's is kept elsewhere."""
    mention = evidence.mention
    utf16 = offsets[evidence.article_id]
    written: dict[str, Any] = {
        "a": number[evidence.article_id],
        "s": [utf16(evidence.start), utf16(evidence.end)],
        "m": [utf16(mention.start), utf16(mention.end)],
        "k": mention.kind[0],
        "event": _event(evidence.event),
        "counts": [quantity.text for quantity in evidence.quantities],
    }
    if utf16.is_empty:
        own = Utf16(evidence.text)
        start, end = own(mention.start - evidence.start), own(mention.end - evidence.start)
        written |= {"t": evidence.text, "s": [0, own(len(evidence.text))], "m": [start, end]}
    if evidence.when:
        when = evidence.when
        written["when"] = {"from": when.start, "to": when.end, "text": when.text, "doubt": when.doubt}
    return written


def _event(event: Event | None) -> dict[str, Any] | None:
    return {"kind": event.kind, "label": event.label, "cue": event.cue, "icon": event.icon} if event else None


def _icons(reports: Sequence[Report]) -> dict[str, str]:
    """Return the icons that are used, by name, as path data."""
    events = [e.event for report in reports for e in report.evidence] + [report.event for report in reports]
    names = sorted({event.icon for event in events if event and event.icon})
    return {name: path for name in names if (path := icon_path(name))}


def _correction(correction: Correction | None) -> dict[str, Any] | None:
    if correction is None:
        return None
    return {"author": correction.author, "date": correction.date, "reason": correction.reason}


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
        "runnersUp": [_candidate(candidate) for candidate in resolution.runners_up],
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    place = candidate.place
    return {
        "id": place.id,
        "name": place.name,
        "kind": place.kind,
        "country": place.country,
        "admin1": place.admin1,
        "population": place.population,
        "lon": round(place.lon, 4),
        "lat": round(place.lat, 4),
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
        "url": attribution.url,
        "version": attribution.version,
    }


def _basemap(basemap: Basemap) -> dict[str, Any]:
    ink = Ink.for_width(_width(basemap.bounds))
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


def _width(bounds: Bounds) -> float:
    """Return the width in degrees, across the antimeridian where west exceeds east."""
    return (bounds[2] - bounds[0]) % 360 or (360.0 if bounds[2] != bounds[0] else MIN_SPAN_DEGREES)


def _without_empties(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value without its nulls, empty strings and empty lists: the page reads what is missing as none."""
    if isinstance(value, dict):
        kept = {key: _without_empties(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None and item not in ("", [])}
    if isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        return [_without_empties(item) for item in value]
    return value
