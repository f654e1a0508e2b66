"""Plain-text formats: a table for the terminal, JSON lines, CSV with HXL hashtags."""

from __future__ import annotations

import csv as csv_module
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from geomap.annotation.event_lexicon import load_lexicon
from geomap.annotation.evidence import EvidenceReader
from geomap.annotation.extent import opening_view
from geomap.export.rows import Row, rows
from geomap.map_types import MapOptions
from geomap.roles.focus import article_focus, frame_of
from geomap.text.sanitize import cell, link_cell, printable, to_json, width

if TYPE_CHECKING:
    from geomap.export.formats import ExportInput
    from geomap.types import ArticlePart, Evidence, GeoparsedArticle, Quantity, Relation, Report, Resolution

HXL: dict[str, str] = {
    "id": "#loc+code+id",
    "name": "#loc+name",
    "reported_as": "#loc+name+reported",
    "kind": "#loc+type",
    "mention_kind": "#meta+mention+type",
    "reported": "#indicator+reported+bool",
    "role": "#meta+mention+role",
    "role_probability": "#indicator+role+confidence+num",
    "precision": "#geo+precision",
    "uncertainty_km": "#geo+uncertainty+km+num",
    "acled_precision": "#geo+precision+v_acled+code",
    "ucdp_precision": "#geo+precision+v_ucdp+code",
    "lon": "#geo+lon",
    "lat": "#geo+lat",
    "country": "#country+code+v_iso2",
    "country_name": "#country+name",
    "admin1_name": "#adm1+name",
    "admin2_name": "#adm2+name",
    "disputed": "#region+disputed+name",
    "geonameid": "#loc+code+v_geonames",
    "score": "#indicator+confidence+num",
    "reason": "#description+reason",
    "event": "#event+type",
    "when_start": "#date+start",
    "when_end": "#date+end",
    "quantities": "#description+quantities",
    "n_mentions": "#indicator+mentions+num",
    "n_articles": "#indicator+articles+num",
    "published": "#date+reported",
    "sources": "#meta+source",
    "languages": "#meta+language",
    "urls": "#meta+url",
    "evidence": "#description+evidence",
    "note": "#meta+note",
}
"""Column to hashtag (HXL 1.1); our own attributes follow the rules of the standard."""

_TABLE: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("place", lambda r: r.reported_as or r.name),
    ("kind", lambda r: r.kind),
    ("mention", lambda r: r.mention_kind),
    ("precision", lambda r: r.precision),
    ("lat", lambda r: "" if r.lat is None else f"{r.lat:.4f}"),
    ("lon", lambda r: "" if r.lon is None else f"{r.lon:.4f}"),
    ("region", lambda r: ", ".join(filter(None, (r.admin1_name, r.country_name or r.country)))),
    ("disputed", lambda r: r.disputed),
    ("score", lambda r: f"{r.score:.2f}"),
    ("mentions", lambda r: str(r.n_mentions)),
    ("language", lambda r: r.languages),
)
_MAX_CELL_WIDTH = 40


def table(export_input: ExportInput) -> bytes:
    """Return the places as aligned columns for a terminal, and a line about the articles in languages that are not read."""
    lines = [[head for head, _ in _TABLE]]
    lines += [[_truncated(printable(value(row))) for _, value in _TABLE] for row in rows(export_input)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    padded = (
        "  ".join(text + " " * (wide - width(text)) for text, wide in zip(line, widths, strict=True)) for line in lines
    )
    notes = [printable(export_input.unread)] if export_input.unread else []
    return "".join(f"{line.rstrip()}\n" for line in (*padded, *notes)).encode()


def csv(export_input: ExportInput) -> bytes:
    """Return one row per place after two header rows, names and HXL hashtags: RFC 4180, UTF-8 without a BOM."""
    return csv_table(csv_line(row) for row in rows(export_input))


def csv_line(row: Row) -> str:
    """Return a row as a line of CSV, with the line ending."""
    return _line([_cell(getattr(row, name), is_link=name == "urls") for name in HXL])


def csv_table(lines: Iterable[str]) -> bytes:
    """Return the header rows followed by ``lines`` of CSV."""
    return "".join([_line(list(HXL)), _line(list(HXL.values())), *lines]).encode()


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv_module.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def jsonl(export_input: ExportInput) -> bytes:
    """Return one line per article, with all its mentions."""
    lines = (jsonl_line(read, of_article(export_input.reports, read.article.id)) for read in export_input.articles)
    return "".join(f"{line}\n" for line in lines).encode()


def of_article(reports: Iterable[Report], article_id: str) -> tuple[Report, ...]:
    """Return the reports with the evidence and the movements of one article."""
    kept = []
    for report in reports:
        evidence = tuple(e for e in report.evidence if e.article_id == article_id)
        if evidence:
            movements = tuple(m for m in report.movements if m.article_id == article_id)
            kept.append(replace(report, evidence=evidence, movements=movements))
    return tuple(kept)


def jsonl_line(read: GeoparsedArticle, reports: Sequence[Report] = ()) -> str:
    """Return an article as one line of JSON: its id, language, recognition method, focus and toponyms in text order.

    The offsets of ``toponyms`` are into the text, those of ``title_toponyms`` into the title. Toponyms without a place have
    null coordinates. ``read_to`` is the number of code points read, null for all. ``reports`` are those of the article: days, kinds of
    event, quantities and ``bounds``, those of the opening view with its margin (west, south, east, north), are theirs, and null without.
    """
    found = [e for report in reports for e in report.evidence]
    if reports:
        reader = EvidenceReader(read, load_lexicon())
        found += [reader.evidence(r.mention) for r in read.resolutions if r.place is None]
    known = {(e.mention.part, e.mention.start, e.mention.end): e for e in found}
    return to_json(
        {
            "id": read.article.id,
            "language": read.language,
            "method": read.method,
            "read_to": read.read_to,
            "published": read.article.published,
            "focus": [
                {"text": f.text, "place_id": f.place_id, "lat": f.lat, "lon": f.lon, "probability": f.probability}
                for f in article_focus(read)
            ],
            "frame": frame_of(read),
            "bounds": opening_view(reports, min_confidence=MapOptions().min_confidence) if reports else None,
            "toponyms": [_toponym(resolution, known) for resolution in read.of_part("text")],
            "title_toponyms": [_toponym(resolution, known) for resolution in read.of_part("title")],
        }
    )


def _toponym(resolution: Resolution, known: Mapping[tuple[ArticlePart, int, int], Evidence]) -> dict[str, Any]:
    mention, place, relation = resolution.mention, resolution.place, resolution.relation
    evidence = known.get((mention.part, mention.start, mention.end))
    when = evidence.when if evidence else None
    return {
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "kind": mention.kind,
        "nested": mention.nested,
        "role": mention.role,
        "role_probability": mention.role_probability,
        "sub": mention.route,
        "place_id": place.id if place else None,
        "geonameid": place.geonameid if place else None,
        "name": place.name if place else None,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "country": place.country if place else None,
        "place_kind": place.kind if place else None,
        "feature_code": place.feature_code if place else None,
        "match": resolution.match,
        "score": round(resolution.score, 4),
        "reason": resolution.reason,
        "when_start": when.start if when else None,
        "when_end": when.end if when else None,
        "event": evidence.event.kind if evidence and evidence.event else None,
        "event_probability": evidence.event.probability if evidence and evidence.event else None,
        "quantities": [_quantity(q) for q in evidence.quantities] if evidence else [],
        **(_relative(relation) if relation else {}),
    }


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return {
        "text": quantity.text,
        "value": quantity.value,
        "upper": quantity.upper,
        "unit": quantity.unit,
        "probability": quantity.probability,
    }


def _relative(relation: Relation) -> dict[str, Any]:
    """Return the fields of a relative place, which only a toponym with one has; ``expression`` is [start, end]."""
    from geomap.export.geometry import to_geojson

    return {
        "relation": relation.kind,
        "expression": [relation.start, relation.end],
        "geometry": to_geojson(relation.geometry),
        "uncertainty_km": relation.uncertainty_km,
        "relation_note": relation.note,
    }


def _cell(value: str | float | bool | None, *, is_link: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    return link_cell(value) if is_link else cell(value)


def _truncated(text: str) -> str:
    return text if width(text) <= _MAX_CELL_WIDTH else text[: _MAX_CELL_WIDTH - 1] + "…"
