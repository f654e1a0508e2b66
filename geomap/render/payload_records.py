"""Records of the payload: an article, a place; each is JSON that does not depend on the map it is shown on."""

from __future__ import annotations

import json
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from geomap.annotation.claims import differing_claims
from geomap.annotation.parameters import MIN_SPAN_DEGREES
from geomap.annotation.precision import reported_precision, uncertainty_km
from geomap.annotation.roles import STATES_POINT, RelativePlace, is_only_relative, relative_places, role_of
from geomap.render.geometry_encoding import GeometryEncoder
from geomap.render.place_names import names_to_show
from geomap.text.sanitize import web_link, without_surrogates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from geomap.annotation.extent import Bounds
    from geomap.types import (
        Article,
        ArticlePart,
        Candidate,
        Correction,
        Event,
        Evidence,
        Mention,
        Movement,
        Place,
        Report,
        When,
    )

# In a script element these five characters could end the element or the line; JSON allows their escapes.
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
MAX_RUNNERS_UP = 4
CLOSE_UP = 4
"""Widths of a relative place or a movement that fit into the map when it is looked at. Not tuned."""


def article_json(article: Article, **more: object) -> str:
    """Return the record of an article: its provenance and the fields in ``more``."""
    record = {
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
    return json_text(record | more)


def place_json(
    report: Report,
    offsets: Mapping[str, Utf16] | None = None,
    *,
    articles: Mapping[str, Article] | None = None,
    across: float = 0.0,
) -> str:
    """Return the record of a place; its sentences are offsets into the articles in ``offsets``.

    ``articles``, by id, have the days of publication, without which the claims of two articles are not compared. Without ``offsets``
    the record has the text of each sentence, for a map without the articles' texts. The outline has
    the resolution of a map ``across`` degrees wide, or as wide as the outline where that is wider.
    """
    place = report.place
    role, probability = role_of(report)
    stated = relative_places(report)
    number_of = {id(e): relative.number - 1 for relative in stated for e in relative.evidence}
    shown = _shown(report.evidence, offsets)
    record = {
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
        "reported": report.is_reported,
        "beside": is_only_relative(report) or None,
        "role": role,
        "roleP": _rounded(probability),
        "score": round(report.score, 3),
        "reason": report.reason,
        "names": [{"text": n.text, "language": n.language, "note": n.note} for n in names_to_show(report)],
        "evidence": [
            _evidence(e, offsets[e.article_id] if offsets else None, relation=number_of.get(id(e))) for e in shown
        ],
        "claims": _claims(shown, place, articles or {}),
        "relations": [_relative_place(relative, across) for relative in stated],
        "movements": [
            _movement(movement, offsets[movement.article_id] if offsets else None, across)
            for movement in report.movements
            if offsets is None or movement.article_id in offsets
        ],
        "runnersUp": [candidate_record(candidate) for candidate in report.runners_up[:MAX_RUNNERS_UP]],
        "event": _event(report.event),
        "correction": _correction(report.correction),
        "nArticles": report.n_articles,
        "shape": _outline(report, across),
        "note": report.geometry_note,
    }
    return json_text(record)


def _shown(evidence: Sequence[Evidence], offsets: Mapping[str, Utf16] | None) -> list[Evidence]:
    """Return the sentences of the articles that are shown, those that report from the place before those that only name it."""
    ordered = sorted(evidence, key=lambda e: not e.is_reported)
    return [e for e in ordered if offsets is None or e.article_id in offsets]


def _outline(report: Report, across: float) -> dict[str, Any] | None:
    if report.geometry is None or report.geometry.is_empty:
        return None
    west, _, east, _ = report.geometry.bounds
    encoder = GeometryEncoder.for_width(max(across, east - west))
    if report.place.kind == "country":  # outlined by a soft band; its full coastline would be larger than the article
        encoder = encoder.scale_tolerance(8.0, min_area_share=0.001)
    return encoder.encode(report.geometry)


def _evidence(evidence: Evidence, utf16: Utf16 | None, *, relation: int | None) -> dict[str, Any]:
    """Return a sentence with its mention and role; ``relation`` is the index of the relative place that it states.

    ``h`` is the offset of the mention in the title, in code points.
    """
    mention = evidence.mention
    sentence, offset = _sentence(evidence, mention.part, utf16)
    record: dict[str, Any] = {
        "a": evidence.article_id,
        "k": mention.kind[0],
        "event": _event(evidence.event),
        "counts": [quantity.text for quantity in evidence.quantities],
        "when": _when(evidence.when),
        "role": role_key(mention),
        "p": _rounded(mention.role_probability),
        "rel": relation,
        **sentence,
        "m": [offset(mention.start), offset(mention.end)],
    }
    if mention.part == "title":
        record["h"] = mention.start
    return record


def _claims(shown: Sequence[Evidence], place: Place, articles: Mapping[str, Article]) -> list[dict[str, Any]]:
    """Return the claims that differ, each with the index of its sentence in the evidence of the record.

    ``day`` is that of a claim about the day.
    """
    return [
        {
            "sort": differing.sort,
            "of": [
                {"e": claim.index, "text": claim.text, "day": claim.value if isinstance(claim.value, str) else None}
                for claim in differing.claims
            ],
        }
        for differing in differing_claims(shown, place=place, articles=articles)
    ]


def _sentence(
    said: Evidence | Movement, part: ArticlePart, utf16: Utf16 | None
) -> tuple[dict[str, Any], Callable[[int], int]]:
    """Return a sentence as offsets into its article's text, or as text where that is not in the payload, or in the title.

    The function returns the offset of a code point of the part, in the text that the offsets belong to.
    """
    if utf16 is not None and not utf16.is_empty and part == "text":
        return {"s": [utf16(said.start), utf16(said.end)]}, utf16
    own = Utf16(said.text)
    return {"t": said.text, "s": [0, own(len(said.text))]}, lambda at: own(at - said.start)


def _when(when: When | None) -> dict[str, Any] | None:
    return {"from": when.start, "to": when.end, "text": when.text, "doubt": when.doubt} if when else None


def role_key(mention: Mention) -> str | None:
    """Return the role of a mention, with the end of the movement that it is: "route from"."""
    return f"{mention.role} {mention.route}" if mention.route else mention.role


def _rounded(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 2)


def _relative_place(relative: RelativePlace, across: float) -> dict[str, Any]:
    relation = relative.relation
    return {
        "kind": relation.kind,
        "text": relation.text,
        "note": relation.note,
        "km": round(relation.uncertainty_km, 1),
        "lon": round(relation.lon, 5),
        "lat": round(relation.lat, 5),
        "point": relation.kind in STATES_POINT or None,
        "quiet": not relative.is_reported or None,
        "shape": _close_up(relation.geometry, across),
    }


def _movement(movement: Movement, utf16: Utf16 | None, across: float) -> dict[str, Any]:
    import shapely

    return {
        "a": movement.article_id,
        "p": _rounded(movement.probability),
        "counts": [quantity.text for quantity in movement.quantities],
        "when": _when(movement.when),
        "stops": [{"id": stop.place_id, "name": stop.name, "end": stop.end} for stop in movement.stops],
        "path": _close_up(shapely.LineString(movement.path), across),
        **_sentence(movement, movement.part, utf16)[0],
    }


def _close_up(geometry: BaseGeometry, across: float) -> dict[str, Any] | None:
    """Return geometry at the resolution of a map that it fills a quarter of, or of the whole map where that is finer."""
    west, _, east, _ = geometry.bounds
    return GeometryEncoder.for_width(min(across or 360.0, CLOSE_UP * (east - west))).encode(geometry)


def _event(event: Event | None) -> dict[str, Any] | None:
    return {"kind": event.kind, "label": event.label, "cue": event.cue, "icon": event.icon} if event else None


def _correction(correction: Correction | None) -> dict[str, Any] | None:
    if correction is None:
        return None
    return {"author": correction.author, "date": correction.date, "reason": correction.reason}


def candidate_record(candidate: Candidate) -> dict[str, Any]:
    """Return the record of a place that a name may mean."""
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
    """Converts offsets in code points to offsets in UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self.is_empty = not text
        self._astral = [n for n, char in enumerate(text) if ord(char) > 0xFFFF]

    def __call__(self, offset: int) -> int:
        """Return the offset in a JavaScript string."""
        return offset + bisect_left(self._astral, offset)


def width(bounds: Bounds) -> float:
    """Return the width of bounds in degrees; they cross the antimeridian where west exceeds east."""
    return (bounds[2] - bounds[0]) % 360 or (360.0 if bounds[2] != bounds[0] else MIN_SPAN_DEGREES)


def json_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return JSON without ``<``, ``>``, ``&``, line separators, lone surrogates and empty values."""
    text = json.dumps(_without_empties(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = without_surrogates(text)
    for char, escaped in ESCAPES.items():  # fifty times as fast as str.translate on a map of 7 MB
        text = text.replace(char, escaped)
    return text


def _without_empties(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value without nulls, empty strings and empty lists, which the scripts treat as missing."""
    if isinstance(value, dict):
        items = {key: _without_empties(item) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not None and item not in ("", [])}
    if isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        return [_without_empties(item) for item in value]
    return value
