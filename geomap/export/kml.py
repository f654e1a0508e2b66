"""KML 2.2 for Google Earth and similar programs, written with xml.etree, which escapes all text."""

from __future__ import annotations

import html
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from geomap.annotation.time_spans import is_history
from geomap.export.geometry import to_geojson
from geomap.export.rows import Row, row, shape_of
from geomap.export.stated import stated
from geomap.text.sanitize import clean

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.export.formats import ExportInput

NAMESPACE = "http://www.opengis.net/kml/2.2"
# aabbggrr, the order of KML; the fills are translucent.
_LINE = "ff2a2ab4"
_FILL = "402a2ab4"


def kml(export_input: ExportInput) -> bytes:
    """Return a KML document: folders of reported places, of places that are only mentioned, of relative places and of movements.

    Earth browsers render a description as HTML, so it is escaped twice; the balloon shows only the description, so that
    the unescaped values in ExtendedData are never rendered.
    """
    articles = export_input.sources()
    root = ET.Element("kml", xmlns=NAMESPACE)
    document = _add(root, "Document")
    _add(document, "name", export_input.title or "geomap")
    _add(document, "description", html.escape(_notices(export_input)))
    _style(document)
    for title, is_shown in (("Reported", True), ("Mentioned", False)):
        reports = [report for report in export_input.reports if report.is_reported == is_shown]
        if not reports:
            continue
        folder = _add(document, "Folder")
        _add(folder, "name", title)
        for report in reports:
            _placemark(folder, row(report, articles), shape_of(report), is_shown=is_shown)
    beside = [one for report in export_input.reports for one in stated(report, articles)]
    for title, kind in (("Relative places", "relative"), ("Movements", "movement")):
        group = [one for one in beside if one.row.kind == kind]
        if group:
            folder = _add(document, "Folder")
            _add(folder, "name", title)
            for one in group:
                _placemark(folder, one.row, one.shape, is_shown=one.is_reported, place_id=one.place_id)
    ET.indent(root, space=" ")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _placemark(
    parent: ET.Element, values: Row, shape: BaseGeometry | None, *, is_shown: bool, place_id: str | None = None
) -> None:
    placemark = _add(parent, "Placemark")
    _add(placemark, "name", values.name)
    _add(placemark, "visibility", "1" if is_shown else "0")
    _add(placemark, "description", _description(values))
    if values.when_start and not is_history(values.when_end, published=values.published):  # programs play the spans
        span = _add(placemark, "TimeSpan")
        _add(span, "begin", values.when_start)
        _add(span, "end", values.when_end)
    _add(placemark, "styleUrl", "#place")
    data = _add(placemark, "ExtendedData")
    for key, value in (asdict(values) | {"place_id": place_id}).items():
        if value is None or value == "":
            continue
        element = _add(data, "Data")
        element.set("name", key)
        _add(element, "value", ("true" if value else "false") if isinstance(value, bool) else str(value))
    if shape is not None:
        _geometry(placemark, to_geojson(shape))


def _geometry(parent: ET.Element, geometry: dict[str, Any]) -> None:
    kind = geometry["type"]
    if kind.startswith("Multi") or kind == "GeometryCollection":
        multi = _add(parent, "MultiGeometry")
        parts = geometry.get("geometries") or [{"type": kind[5:], "coordinates": c} for c in geometry["coordinates"]]
        for part in parts:
            _geometry(multi, part)
    elif kind == "Polygon":
        polygon = _add(parent, "Polygon")
        for n, ring in enumerate(geometry["coordinates"]):
            boundary = _add(polygon, "innerBoundaryIs" if n else "outerBoundaryIs")
            _add(_add(boundary, "LinearRing"), "coordinates", _coordinates(ring))
    else:
        points = geometry["coordinates"] if kind == "LineString" else [geometry["coordinates"]]
        _add(_add(parent, kind), "coordinates", _coordinates(points))


def _coordinates(points: list[list[float]]) -> str:
    return " ".join(f"{lon!r},{lat!r}" for lon, lat in points)


def _description(values: Row) -> str:
    lines = [
        values.name,
        values.evidence,
        " · ".join(part for part in (values.sources, values.published) if part),
        f"{values.precision}, within about {values.uncertainty_km:g} km; confidence {values.score:.0%}",
        values.reason,
        f"Disputed: {values.disputed}" if values.disputed else "",
        values.note,
    ]
    return "<br>".join(html.escape(clean(line)) for line in lines if line)


def _notices(export_input: ExportInput) -> str:
    return " ".join(
        (
            export_input.disclaimer,
            f"Boundary view: {export_input.boundary_view}.",
            *filter(None, (export_input.unread,)),
            *(a.text for a in export_input.attributions),
        )
    )


def _style(document: ET.Element) -> None:
    style = _add(document, "Style")
    style.set("id", "place")
    line = _add(style, "LineStyle")
    _add(line, "color", _LINE)
    _add(line, "width", "2")
    _add(_add(style, "PolyStyle"), "color", _FILL)
    _add(_add(style, "BalloonStyle"), "text", "$[description]")


def _add(parent: ET.Element, tag: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, tag)
    child.text = clean(text) if text is not None else None
    return child
