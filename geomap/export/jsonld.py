"""JSON-LD: places in Linked Places format, mentions as W3C Web Annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from geomap.export.geometry import to_geojson
from geomap.export.rows import shape_of
from geomap.text.sanitize import to_json, web_link

if TYPE_CHECKING:
    from geomap.export.formats import ExportInput
    from geomap.types import Article, Mention, Region, Report, Resolution

LINKED_PLACES = "https://raw.githubusercontent.com/LinkedPasts/linked-places/master/linkedplaces-context-v1.1.jsonld"
WEB_ANNOTATION = "http://www.w3.org/ns/anno.jsonld"
AUTHORITIES = {"gn": "https://sws.geonames.org/{}/", "wof": "https://spelunker.whosonfirst.org/id/{}"}
_QUOTED_AROUND = 32
"""Length of prefix and suffix in code points, by which a quotation is found again in a changed text."""


def linkedplaces(export_input: ExportInput) -> bytes:
    """Return the places in Linked Places format 1.2, an extension of GeoJSON; names as in the articles come first.

    Without an outline, a place too large for a point has an empty geometry collection.
    """
    articles = export_input.sources()
    document = {
        "type": "FeatureCollection",
        "@context": LINKED_PLACES,
        "features": [_feature(report, articles) for report in export_input.reports],
    }
    return f"{to_json(document, indent=1)}\n".encode()


def webannotations(export_input: ExportInput) -> bytes:
    """Return a Web Annotation for every located mention, selected by quotation and by position in code points.

    A mention in the title is selected by quotation alone: positions are those of the text.
    """
    items = [
        _annotation(read.article, resolution, read.language)
        for read in export_input.articles
        for resolution in read.resolutions
        if resolution.place
    ]
    document = {
        "@context": WEB_ANNOTATION,
        "id": "urn:geomap:annotations",
        "type": "AnnotationCollection",
        "label": export_input.title,
        "total": len(items),
        "first": {"id": "urn:geomap:annotations:1", "type": "AnnotationPage", "startIndex": 0, "items": items},
    }
    return f"{to_json(document, indent=1)}\n".encode()


def uri(place_id: str) -> str:
    """Return the URI of a place or region at the authority of its id, else a URN of geomap."""
    authority, _, number = place_id.partition(":")
    pattern = AUTHORITIES.get(authority)
    return (
        pattern.format(number)
        if pattern and number.isdigit()
        else f"urn:geomap:{quote(place_id, safe=':', errors='replace')}"
    )


def _feature(report: Report, articles: Mapping[str, Article]) -> dict[str, Any]:
    place, shape = report.place, shape_of(report)
    feature: dict[str, Any] = {
        "@id": uri(place.id),
        "type": "Feature",
        "properties": {"title": place.name, "ccodes": [place.country] if place.country else []},
        "names": _names(report, articles),
        "types": [{"identifier": f"https://www.geonames.org/ontology#{place.feature_code}", "label": place.kind}],
        "geometry": {"type": "GeometryCollection", "geometries": []},
        "relations": [_relation(region) for region in report.regions if region.id != place.id],
        "descriptions": [
            {"@id": _source(articles[e.article_id]), "value": e.text, "lang": e.language}
            for e in report.evidence
            if e.article_id in articles
        ],
    }
    if not place.feature_code:
        feature["types"] = [{"identifier": f"urn:geomap:kind:{place.kind}", "label": place.kind}]
    if shape is not None:
        certainty = "certain" if report.score >= 0.8 else "less-certain" if report.score >= 0.5 else "uncertain"
        feature["geometry"]["geometries"] = [to_geojson(shape) | {"certainty": certainty}]
    spans = [{"start": {"in": e.when.start}, "end": {"in": e.when.end}} for e in report.evidence if e.when]
    if spans:
        feature["when"] = {"timespans": [span for n, span in enumerate(spans) if span not in spans[:n]]}
    return feature


def _names(report: Report, articles: Mapping[str, Article]) -> list[dict[str, Any]]:
    """Return the names: as written in the articles, with citations, then those of the gazetteer."""
    written: dict[str, dict[str, Any]] = {}
    for evidence in report.evidence:
        article = articles.get(evidence.article_id)
        if article and evidence.mention.kind != "demonym":
            cited = {"label": article.source or article.id, "@id": _source(article)}
            written.setdefault(evidence.mention.text, {"toponym": evidence.mention.text, "citations": [cited]})
    for name in report.names:
        toponym = {"toponym": name.text} | ({"lang": name.language} if name.language else {})
        written.setdefault(name.text, toponym)
    return list(written.values()) or [{"toponym": report.place.name}]


def _relation(region: Region) -> dict[str, Any]:
    if region.level == "disputed":
        claimed = f", claimed by {', '.join(region.claimed_by)}" if region.claimed_by else ""
        label, kind = f"in the disputed area {region.name}{claimed}", "gvp:tgn3000_related_to"
    else:
        label, kind = f"in {region.name}", "gvp:broaderPartitive"
    return {"relationType": kind, "relationTo": uri(region.id), "label": label}


def _annotation(article: Article, resolution: Resolution, language: str) -> dict[str, Any]:
    mention, place = resolution.mention, resolution.place
    start, end, text = mention.start, mention.end, article.part(mention.part)
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    part = "title:" if mention.part == "title" else ""
    return {
        "id": f"urn:geomap:annotation:{quote(article.id, safe='', errors='replace')}:{part}{start}-{end}",
        "type": "Annotation",
        "motivation": "identifying",
        "body": [
            {"type": "SpecificResource", "source": uri(place.id) if place else None, "purpose": "identifying"},
            {"type": "TextualBody", "value": mention.kind, "purpose": "classifying"},
            *_role(mention),
            {"type": "TextualBody", "value": resolution.reason, "purpose": "commenting"},
        ],
        "target": {
            "source": _source(article),
            "language": language,
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": text[start:end],
                    "prefix": text[max(0, start - _QUOTED_AROUND) : start],
                    "suffix": text[end : end + _QUOTED_AROUND],
                },
                *([] if part else [position]),
            ],
        },
    }


def _role(mention: Mention) -> list[dict[str, Any]]:
    """Return the role of a mention as bodies: the role, "route from" with the end of the movement, and its probability in words."""
    if mention.role is None:
        return []
    value = f"{mention.role} {mention.route}" if mention.route else mention.role
    bodies = [{"type": "TextualBody", "value": value, "purpose": "classifying"}]
    if mention.role_probability is not None:
        said = f"{value}: probability {mention.role_probability:.2f}"
        bodies.append({"type": "TextualBody", "value": said, "purpose": "commenting"})
    return bodies


def _source(article: Article) -> str:
    return web_link(article.url) or f"urn:geomap:article:{quote(article.id, safe='', errors='replace')}"
