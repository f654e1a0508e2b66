"""GeoJSON (RFC 7946) with all data of each place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geomap.annotation.claims import Claim, differing_claims
from geomap.annotation.precision import reported_precision, uncertainty_km
from geomap.annotation.roles import RelativePlace, relative_places, role_of
from geomap.export.geometry import bbox, joint_bbox, to_geojson
from geomap.export.rows import ACLED, UCDP, UCDP_INTERNATIONAL, is_disputed, is_international, shape_of
from geomap.export.stated import SCHEMATIC, path_of, route_of, stated_id
from geomap.text.sanitize import to_json, web_link

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.export.formats import ExportInput
    from geomap.map_types import Attribution
    from geomap.types import Article, Candidate, Evidence, Movement, Quantity, Region, Report, When


def geojson(export_input: ExportInput) -> bytes:
    """Return a FeatureCollection with one feature per line, for line-based diffs: each place, its relative places, its movements.

    Geometry: longitude, latitude of WGS 84 to 7 decimals, exterior rings counter-clockwise, cut at the antimeridian,
    null for a country or area without an outline. Foreign members of the collection have the boundary view, the
    attributions and the disclaimer.
    """
    articles = export_input.sources()
    return collection(export_input, [features(report, articles) for report in export_input.reports])


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The features of a report, independent of the collection they are in."""

    text: str
    """JSON, one feature on a line, with commas between them."""
    bbox: list[float] | None
    """west, south, east, north of all of them; None where there is no geometry."""


def features(report: Report, articles: Mapping[str, Article]) -> Features:
    """Return the features of a report: its place, the relative places that it states and its movements; ``articles`` by id."""
    found = [(report.place.id, shape_of(report), properties(report, articles))]
    found += [
        (
            stated_id(report, "relative", relative.number),
            relative.relation.geometry,
            _relative(report, relative, articles),
        )
        for relative in relative_places(report)
    ]
    found += [
        (stated_id(report, "movement", n), path_of(movement), _movement(report, movement, n, articles))
        for n, movement in enumerate(report.movements, start=1)
    ]
    boxes = [bbox(shape) for _, shape, _ in found if shape is not None]
    lines = [to_json(_feature(key, shape, values)) for key, shape, values in found]
    return Features(text=",\n".join(lines), bbox=joint_bbox(boxes) if boxes else None)


def _feature(key: str, shape: BaseGeometry | None, values: dict[str, Any]) -> dict[str, Any]:
    members: dict[str, Any] = {"type": "Feature", "id": key}
    if shape is not None:
        members["bbox"] = bbox(shape)
    members["geometry"] = to_geojson(shape) if shape is not None else None
    members["properties"] = values
    return members


def collection(export_input: ExportInput, features: Sequence[Features]) -> bytes:
    """Return the FeatureCollection of encoded features."""
    boxes = [feature.bbox for feature in features if feature.bbox]
    head: dict[str, Any] = {"type": "FeatureCollection"}
    if boxes:
        head["bbox"] = joint_bbox(boxes)
    head["title"] = export_input.title
    head["boundary_view"] = export_input.boundary_view
    head["disclaimer"] = export_input.disclaimer
    head["attribution"] = [_attribution(attribution) for attribution in export_input.attributions]
    listed = ",\n".join(feature.text for feature in features)
    return f'{to_json(head)[:-1]},"features":[\n{listed}\n]}}\n'.encode()


def properties(report: Report, articles: Mapping[str, Article]) -> dict[str, Any]:
    """Return all data of a report as nested properties, with the full evidence."""
    place, precision = report.place, reported_precision(report)
    role, probability = role_of(report)
    return {
        "place_id": place.id,
        "name": place.name,
        "reported_as": report.reported_as,
        "kind": place.kind,
        "feature_code": place.feature_code,
        "geonameid": place.geonameid,
        "country": place.country,
        "population": place.population,
        "names": [{"text": n.text, "language": n.language, "note": n.note} for n in report.names],
        "mention_kind": report.kind,
        "reported": report.is_reported,
        "role": role,
        "role_probability": probability,
        "event": report.event.kind if report.event else None,
        "precision": precision,
        "uncertainty_km": uncertainty_km(report),
        "acled_precision": ACLED[precision],
        "ucdp_precision": UCDP_INTERNATIONAL if is_international(report) else UCDP[precision],
        "geometry_note": report.geometry_note,
        "score": round(report.score, 3),
        "reason": report.reason,
        "disputed": is_disputed(report),
        "regions": [_region(region) for region in report.regions],
        "runners_up": [_candidate(candidate) for candidate in report.runners_up],
        "evidence": [_evidence(evidence, articles) for evidence in report.evidence],
        "differing": [
            {"sort": differing.sort, "claims": [_claim(claim, report, articles) for claim in differing.claims]}
            for differing in differing_claims(report.evidence, place=place, articles=articles)
        ],
    }


def _claim(claim: Claim, report: Report, articles: Mapping[str, Article]) -> dict[str, Any]:
    """Return a claim with its source and its sentence."""
    evidence = report.evidence[claim.index]
    return {
        "text": claim.text,
        "value": claim.value,
        "upper": claim.upper,
        **_source(evidence.article_id, articles),
        "part": evidence.mention.part,
        "start": evidence.start,
        "end": evidence.end,
    }


def _relative(report: Report, relative: RelativePlace, articles: Mapping[str, Article]) -> dict[str, Any]:
    """Return the properties of a relative place; its geometry is where it may be."""
    relation = relative.relation
    return {
        "place_id": report.place.id,
        "kind": "relative",
        "name": relation.text,
        "relation": relation.kind,
        "anchors": list(relation.anchors),
        "reported": relative.is_reported,
        "lon": round(relation.lon, 7),
        "lat": round(relation.lat, 7),
        "uncertainty_km": relation.uncertainty_km,
        "geometry_note": relation.note,
        "evidence": [_evidence(evidence, articles) for evidence in relative.evidence],
    }


def _movement(report: Report, movement: Movement, n: int, articles: Mapping[str, Article]) -> dict[str, Any]:
    """Return the properties of a movement; its geometry is schematic."""
    return {
        "place_id": report.place.id,
        "kind": "movement",
        "name": route_of(movement),
        "order": n,
        "stops": [
            {"place_id": s.place_id, "name": s.name, "lon": s.lon, "lat": s.lat, "end": s.end} for s in movement.stops
        ],
        "probability": movement.probability,
        "geometry_note": SCHEMATIC,
        **_source(movement.article_id, articles),
        "part": movement.part,
        "start": movement.start,
        "end": movement.end,
        "text": movement.text,
        "when": _when(movement.when),
        "quantities": _quantities(movement.quantities),
    }


def _source(article_id: str, articles: Mapping[str, Article]) -> dict[str, Any]:
    article = articles.get(article_id)
    return {
        "article_id": article_id,
        "title": article.title if article else None,
        "source": article.source if article else None,
        "published": article.published if article else None,
        "url": web_link(article.url) if article else None,
    }


def _when(when: When | None) -> dict[str, Any] | None:
    return {"start": when.start, "end": when.end, "text": when.text, "doubt": when.doubt} if when else None


def _quantities(quantities: Iterable[Quantity]) -> list[dict[str, Any]]:
    return [
        {"text": q.text, "value": q.value, "upper": q.upper, "unit": q.unit, "approximate": q.is_approximate}
        for q in quantities
    ]


def _evidence(evidence: Evidence, articles: Mapping[str, Article]) -> dict[str, Any]:
    article, mention = articles.get(evidence.article_id), evidence.mention
    return {
        **_source(evidence.article_id, articles),
        "language": evidence.language,
        "sha256": article.sha256 if article else None,
        "part": mention.part,
        "start": evidence.start,
        "end": evidence.end,
        "text": evidence.text,
        "mention": {
            "start": mention.start,
            "end": mention.end,
            "text": mention.text,
            "kind": mention.kind,
            "role": mention.role,
            "role_probability": mention.role_probability,
            "route": mention.route,
        },
        "when": _when(evidence.when),
        "quantities": _quantities(evidence.quantities),
        "event": {"kind": evidence.event.kind, "cue": evidence.event.cue} if evidence.event else None,
    }


def _region(region: Region) -> dict[str, Any]:
    return {
        "id": region.id,
        "name": region.name,
        "level": region.level,
        "country": region.country,
        "iso": region.iso,
        "claimed_by": list(region.claimed_by),
        "valid_from": region.valid_from,
        "valid_to": region.valid_to,
        "as_of": region.as_of,
        "source": region.source,
        "note": region.note,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    place = candidate.place
    return {"place_id": place.id, "name": place.name, "kind": place.kind, "country": place.country}


def _attribution(attribution: Attribution) -> dict[str, Any]:
    return {
        "title": attribution.title,
        "text": attribution.text,
        "licence": attribution.licence,
        "url": web_link(attribution.url),
        "version": attribution.version,
    }
