"""The entries of a map's data: an article, a place; each a text that says nothing of the map it is for."""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from geomap.annotation.parameters import MIN_SPAN_DEGREES
from geomap.annotation.precision import reported_precision, uncertainty_km
from geomap.render.geometry_encoding import Ink
from geomap.render.translations import told_names
from geomap.text.sanitize import web_link, without_surrogates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geomap.annotation.extent import Bounds
    from geomap.types import Article, Candidate, Correction, Event, Evidence, Report

# JSON inside a script element: these five could end the element or the line, and are legal as escapes.
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
MOST_RUNNERS_UP = 4


def article_text(article: Article, **more: object) -> str:
    """Return the entry of an article: where it is from, and ``more`` of what is in it."""
    told = {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published,
        "url": web_link(article.url),
        "author": article.author,
        "sha256": article.sha256,
        "retrieved": article.retrieved,
        "page": article.page,
        "republished": [
            {"source": p.source, "url": web_link(p.url), "published": p.published} for p in article.republished
        ],
    }
    return json_text(told | more)


def place_text(report: Report, offsets: Mapping[str, Utf16] | None = None, *, across: float = 0.0) -> str:
    """Return the entry of a place; its sentences are offsets into the articles that ``offsets`` holds.

    Without ``offsets`` each sentence is told in its own words: the articles' texts are elsewhere. The outline is as
    fine as a map ``across`` so many degrees shows it, or one that it fills where that is wider.
    """
    place = report.place
    told = {
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
        "score": round(report.score, 3),
        "reason": report.reason,
        "names": [{"text": n.text, "language": n.language, "note": n.note} for n in told_names(report)],
        "evidence": [
            # What is reported there goes before what only names the place.
            _evidence(e, offsets[e.article_id] if offsets else None)
            for e in sorted(report.evidence, key=lambda e: e.mention.kind != "literal")
            if offsets is None or e.article_id in offsets
        ],
        "runnersUp": [candidate_entry(candidate) for candidate in report.runners_up[:MOST_RUNNERS_UP]],
        "event": _event(report.event),
        "correction": _correction(report.correction),
        "nArticles": report.n_articles,
        "shape": _outline(report, across),
        "note": report.geometry_note,
    }
    return json_text(told)


def _outline(report: Report, across: float) -> dict[str, Any] | None:
    if report.geometry is None or report.geometry.is_empty:
        return None
    west, _, east, _ = report.geometry.bounds
    ink = Ink.for_width(max(across, east - west))
    # A country is outlined by a soft band: its every bay would weigh more than the article.
    return (ink.coarser(8.0, smallest=0.001) if report.place.kind == "country" else ink).geometry(report.geometry)


def _evidence(evidence: Evidence, utf16: Utf16 | None) -> dict[str, Any]:
    """Return a sentence as offsets into its article, or as its own text where the article's is kept elsewhere."""
    mention = evidence.mention
    written: dict[str, Any] = {
        "a": evidence.article_id,
        "k": mention.kind[0],
        "event": _event(evidence.event),
        "counts": [quantity.text for quantity in evidence.quantities],
    }
    if utf16 is None or utf16.is_empty:
        own = Utf16(evidence.text)
        start, end = own(mention.start - evidence.start), own(mention.end - evidence.start)
        written |= {"t": evidence.text, "s": [0, own(len(evidence.text))], "m": [start, end]}
    else:
        written |= {
            "s": [utf16(evidence.start), utf16(evidence.end)],
            "m": [utf16(mention.start), utf16(mention.end)],
        }
    if evidence.when:
        when = evidence.when
        written["when"] = {"from": when.start, "to": when.end, "text": when.text, "doubt": when.doubt}
    return written


def _event(event: Event | None) -> dict[str, Any] | None:
    return {"kind": event.kind, "label": event.label, "cue": event.cue, "icon": event.icon} if event else None


def _correction(correction: Correction | None) -> dict[str, Any] | None:
    if correction is None:
        return None
    return {"author": correction.author, "date": correction.date, "reason": correction.reason}


def candidate_entry(candidate: Candidate) -> dict[str, Any]:
    """Return what is told of a place that a name might mean."""
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


class Utf16:
    """Turns offsets in code points into offsets in UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self.is_empty = not text
        self._astral = [n for n, char in enumerate(text) if ord(char) > 0xFFFF]

    def __call__(self, offset: int) -> int:
        """Return the offset a JavaScript string uses; equal as long as no astral character stands before it."""
        return offset + bisect_left(self._astral, offset)


def width(bounds: Bounds) -> float:
    """Return the width of bounds in degrees, across the antimeridian where west exceeds east."""
    return (bounds[2] - bounds[0]) % 360 or (360.0 if bounds[2] != bounds[0] else MIN_SPAN_DEGREES)


def json_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return JSON without ``<``, ``>``, ``&``, line separators, lone surrogates and what is empty."""
    text = json.dumps(_without_empties(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = without_surrogates(text)
    for char, escaped in ESCAPES.items():  # fifty times as fast as str.translate on a map of 7 MB
        text = text.replace(char, escaped)
    return text


def _without_empties(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value without its nulls, empty strings and empty lists: the page reads what is missing as none."""
    if isinstance(value, dict):
        kept = {key: _without_empties(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None and item not in ("", [])}
    if isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        return [_without_empties(item) for item in value]
    return value
