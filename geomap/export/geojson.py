"""GeoJSON (RFC 7946) with all data of each place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geomap.annotation.precision import reported_precision, uncertainty_km
from geomap.export.geometry import bbox, joint_bbox, to_geojson
from geomap.export.rows import ACLED, UCDP, UCDP_INTERNATIONAL, is_disputed, is_international, shape_of
from geomap.text.sanitize import to_json, web_link

if TYPE_CHECKING:
    from geomap.export.formats import ExportInput
    from geomap.map_types import Attribution
    from geomap.types import Article, Candidate, Evidence, Region, Report


def geojson(export_input: ExportInput) -> bytes:
    """Return a FeatureCollection with one feature per place and per line, for line-based diffs.

    Geometry: longitude, latitude of WGS 84 to 7 decimals, exterior rings counter-clockwise, cut at the antimeridian,
    null for a country or area without an outline. Foreign members of the collection have the boundary view, the
    attributions and the disclaimer.
    """
    articles = export_input.sources()
    features = [feature(report, articles) for report in export_input.reports]
    return collection(export_input, features)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """The feature of a place, independent of the collection it is in."""

    text: str
    """JSON on one line."""
    bbox: list[float] | None
    """west, south, east, north; None where there is no geometry."""


def feature(report: Report, articles: Mapping[str, Article]) -> Feature:
    """Return the feature of a report; ``articles`` by id."""
    shape = shape_of(report)
    box = bbox(shape) if shape is not None else None
    members: dict[str, Any] = {"type": "Feature", "id": report.place.id}
    if box:
        members["bbox"] = box
    members["geometry"] = to_geojson(shape) if shape is not None else None
    members["properties"] = properties(report, articles)
    return Feature(text=to_json(members), bbox=box)


def collection(export_input: ExportInput, features: Sequence[Feature]) -> bytes:
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
    }


def _evidence(evidence: Evidence, articles: Mapping[str, Article]) -> dict[str, Any]:
    article, mention, when = articles.get(evidence.article_id), evidence.mention, evidence.when
    return {
        "article_id": evidence.article_id,
        "title": article.title if article else None,
        "source": article.source if article else None,
        "published": article.published if article else None,
        "url": web_link(article.url) if article else None,
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
        },
        "when": {"start": when.start, "end": when.end, "text": when.text, "doubt": when.doubt} if when else None,
        "quantities": [
            {
                "text": q.text,
                "value": q.value,
                "upper": q.upper,
                "unit": q.unit,
                "approximate": q.is_approximate,
            }
            for q in evidence.quantities
        ],
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
