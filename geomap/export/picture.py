"""The map as a picture for print and slides: SVG, and PNG rendered from that SVG."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from shapely import MultiPolygon, box

from geomap.annotation.extent import Bounds, basemap_bounds, extent
from geomap.annotation.parameters import MAX_LAT
from geomap.annotation.precision import precision_of, reported_precision, uncertainty_km
from geomap.annotation.roles import STATES_POINT, is_only_relative, relative_places
from geomap.errors import OutputError
from geomap.export.label_layout import Box, Label, place_labels
from geomap.export.projection import Plane, plane_for
from geomap.export.stated import path_of, route_of
from geomap.text.sanitize import clean, printable

if TYPE_CHECKING:
    from geomap.export.formats import ExportInput
    from geomap.map_types import Basemap
    from geomap.types import Report

FONTS = "Noto Sans, Noto Sans Armenian, Noto Sans Arabic, Noto Sans CJK SC, DejaVu Sans, Helvetica, Arial, sans-serif"
INK, QUIET, PAPER, SEA, LAND, RIVER, STATE, BORDER, ACCENT = (
    "#1d1c1a", "#5c574e", "#ffffff", "#d4e2ea", "#f5f2ea", "#a9c6d6", "#cfc6b5", "#857b6b", "#a8281c",
)  # fmt: skip
DASHES = {"settled": None, "disputed": "7 4", "undetermined": "1.5 4"}
POLAR_CAP = MultiPolygon([box(-180.0, -90.0, 0.0, -84.9), box(0.0, -90.0, 180.0, -84.9)])
"""The basemap ends at 85 degrees south; all further south is land."""
SIGNS = (
    "Borders: solid settled, dashed disputed, dotted undetermined. Hatched: the area meant; ring: how far off a place may "
    "be; broken ring or edge: stated relative to a place, which is a grey dot; broken band: a schematic line; arrow: a movement, schematic; "
    "soft edge: a country."
)
MAX_BASEMAP_LABELS = {"country": 24, "disputed": 8, "admin1": 16, "sea": 8, "lake": 3}
"""Maximum number of basemap labels of each kind; rivers have none, as one point does not identify them."""
_NEAR_POLE = 70.0
_HEAD, _LINE = 58, 17
_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_BAR = 140.0


def svg(export_input: ExportInput) -> bytes:
    """Return the map of the reported places as an SVG document; places that need review are counted, not drawn.

    Text remains text, in a sans-serif font of the reader; every string is escaped XML text.
    """
    drawn = _drawn(export_input.reports, export_input.min_confidence)
    plane = plane_for(_extent(drawn))
    footer = _footer(export_input, plane.width)
    height = _HEAD + plane.height + 12 + _LINE * len(footer)
    root = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {plane.width} {height}", role="img")
    root.attrib |= {"width": str(plane.width), "height": str(height), "font-family": FONTS}
    title = printable(export_input.title) or "Places reported"
    _add(root, "title", title)
    _add(root, "desc", "Reported: " + "; ".join(printable(r.place.name) for r in drawn))
    _definitions(root, plane)
    _add(root, "rect", width=plane.width, height=height, fill=PAPER)
    _add(root, "text", _truncated(title, plane.width - 48, 25), x=24, y=38, fill=INK, font_size=25, font_weight="bold")
    sheet = _add(root, "g", transform=f"translate(0 {_HEAD})", clip_path="url(#sheet)")
    _add(sheet, "rect", width=plane.width, height=plane.height, fill=SEA)
    if export_input.basemap:
        _draw_basemap(sheet, export_input.basemap, plane)
    by_size = sorted(drawn, key=lambda r: (r.geometry is None, -uncertainty_km(r)))
    for report in by_size:
        _draw_beside(sheet, report, plane)
    for report in by_size:
        _draw_place(sheet, report, plane)
    _draw_labels(sheet, drawn, export_input.basemap, plane)
    _draw_scale_bar(sheet, plane)
    for n, line in enumerate(footer):
        _add(root, "text", line, x=24, y=_HEAD + plane.height + 22 + n * _LINE, fill=QUIET, font_size=12)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def png(export_input: ExportInput) -> bytes:
    """Return the SVG as PNG at twice its size, in the fonts of this machine; OutputError where there are none."""
    import resvg_py

    svg_of_letter = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9" font-family="{FONTS}">M</text></svg>'
    )
    blank, letters = (resvg_py.svg_to_bytes(svg_string=svg_of_letter, skip_system_fonts=skip) for skip in (True, False))
    if bytes(blank) == bytes(letters):
        raise OutputError("png: no fonts are installed; install some, such as fonts-noto-core, or use svg")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg(export_input).decode("utf-8"), zoom=2))


def picture_bounds(reports: Iterable[Report], *, min_confidence: float) -> Bounds:
    """Return the bounds of the basemap for a picture of these reports; near a pole, all longitudes."""
    bounds = _extent(_drawn(reports, min_confidence))
    _, south, _, north = bounds
    if max(north, -south) < _NEAR_POLE:
        return basemap_bounds(bounds)
    return (-180.0, max(-MAX_LAT, south - 25), 180.0, min(MAX_LAT, north + 25))


def _drawn(reports: Iterable[Report], min_confidence: float) -> list[Report]:
    return [r for r in reports if r.is_reported and r.score >= min_confidence]


def _extent(drawn: list[Report]) -> Bounds:
    """Return west, south, east, north of the places, with those beyond the latitudes of a screen map."""
    west, south, east, north = extent(drawn)
    polar = [r.place.lat for r in drawn if abs(r.place.lat) > MAX_LAT and r.geometry is None]
    return west, min(south, *polar, 90.0), east, max(north, *polar, -90.0)


def _draw_basemap(sheet: ET.Element, basemap: Basemap, plane: Plane) -> None:
    """Draw land, water and borders; the dashes of a border show its status, not its colour alone."""
    _path(sheet, plane.path(basemap.land), fill=LAND, stroke=LAND, stroke_width=0.6)
    _path(sheet, plane.path(POLAR_CAP) if plane.is_seamless else "", fill=LAND, stroke=LAND, stroke_width=0.6)
    _path(sheet, plane.path(basemap.rivers), fill="none", stroke=RIVER, stroke_width=0.9)
    _path(sheet, plane.path(basemap.lakes), fill=SEA, stroke=RIVER, stroke_width=0.6)
    _path(sheet, plane.path(basemap.admin1), fill="none", stroke=STATE, stroke_width=0.7)
    for border in basemap.borders:
        dashes = DASHES[border.status]
        style: dict[str, str | float] = {"stroke_dasharray": dashes} if dashes else {}
        _path(sheet, plane.path(border.geometry), fill="none", stroke=BORDER, stroke_width=1.4, **style)


def _draw_place(sheet: ET.Element, report: Report, plane: Plane) -> None:
    """Draw a place by its precision: outline, band, hatched area, or a dot within its ring of uncertainty."""
    precision = reported_precision(report)
    is_beside = is_only_relative(report)
    group = _add(sheet, "g")
    _add(
        group, "title", " – ".join(filter(None, (printable(report.place.name), printable(report.geometry_note or ""))))
    )
    if report.geometry is not None:
        data = plane.path(report.geometry)
        if is_beside:
            _path(group, data, fill="none", stroke=QUIET, stroke_width=1, stroke_dasharray="2 3")
        elif precision == "line":
            _path(group, data, fill="none", stroke=ACCENT, stroke_width=9, stroke_opacity=0.25, stroke_linecap="round")
            _path(group, data, fill="none", stroke=ACCENT, stroke_width=1.6, stroke_dasharray="6 4")
        elif precision in ("country", "area"):
            _path(group, data, fill="none", stroke=ACCENT, stroke_width=5, stroke_opacity=0.2, stroke_linejoin="round")
        else:
            dashes = {"stroke_dasharray": "7 4"} if precision == "disputed" else {}
            _path(group, data, fill="url(#hatch)", stroke=ACCENT, stroke_width=1.4, **dashes)
    elif precision in ("site", "settlement", "near"):
        x, y = plane.point(report.place.lon, report.place.lat)
        if plane.contains(x, y):
            ring = max(9.0, uncertainty_km(report) * 1000 / plane.metres)
            at: dict[str, str | float] = {"cx": f"{x:.1f}", "cy": f"{y:.1f}"}
            if is_beside:
                _add(group, "circle", **at, r=3.4, fill=QUIET, stroke=PAPER, stroke_width=1.2)
            elif precision == "near":
                near: dict[str, str | float] = {"stroke": ACCENT, "stroke_width": 1.4, "stroke_dasharray": "5 4"}
                _add(group, "circle", **at, r=f"{ring:.1f}", fill=ACCENT, fill_opacity=0.08, **near)
                _add(group, "circle", **at, r=3, fill=PAPER, stroke=ACCENT, stroke_width=1.4)
            else:
                _add(group, "circle", **at, r=f"{ring:.1f}", fill=ACCENT, fill_opacity=0.16)
                _add(group, "circle", **at, r=4.5, fill=ACCENT, stroke=PAPER, stroke_width=1.4)


def _draw_beside(sheet: ET.Element, report: Report, plane: Plane) -> None:
    """Draw what is reported relative to a place, and the movements that start there."""
    near: dict[str, str | float] = {"stroke": ACCENT, "stroke_width": 1.4, "stroke_dasharray": "5 4"}
    for relative in relative_places(report):
        relation = relative.relation
        if not relative.is_reported:
            continue
        group = _add(sheet, "g")
        _add(group, "title", " – ".join(filter(None, (printable(relation.text), printable(relation.note or "")))))
        is_area = relation.geometry.geom_type.endswith("Polygon")
        _path(group, plane.path(relation.geometry), fill=ACCENT if is_area else "none", fill_opacity=0.1, **near)
        if relation.kind in STATES_POINT:
            x, y = plane.point(relation.lon, relation.lat)
            _add(group, "circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=3, fill=PAPER, stroke=ACCENT, stroke_width=1.4)
    for movement in report.movements:
        group = _add(sheet, "g")
        _add(group, "title", printable(route_of(movement)))
        style: dict[str, str | float] = {"stroke_width": 2.2, "stroke_dasharray": "7 5", "marker_end": "url(#arrow)"}
        _path(group, plane.path(path_of(movement)), fill="none", stroke=ACCENT, stroke_opacity=0.75, **style)


def _reported_labels(drawn: list[Report], plane: Plane) -> tuple[list[Label], list[Box]]:
    """Return the labels of the places and of what is stated relative to them, and the boxes of the dots."""
    labels: list[Label] = []
    dots: list[Box] = []
    for report in sorted(drawn, key=lambda r: (precision_of(r.place) in ("country", "area"), -len(r.evidence))):
        for relative in relative_places(report):
            x, y = plane.point(relative.relation.lon, relative.relation.lat)
            if relative.is_reported and plane.contains(x, y):
                dots.append((x - 6, y - 6, x + 6, y + 6))
                labels.append(
                    Label(
                        text=_truncated(relative.relation.text, 330, 14), x=x, y=y, size=14, style="reported", gap=11.0
                    )
                )
        is_point = report.geometry is None
        middle = (report.place.lon, report.place.lat)
        if report.geometry is not None:
            inside = report.geometry.representative_point()
            middle = (inside.x, inside.y)
        x, y = plane.point(*middle)
        if not plane.contains(x, y) or (is_point and precision_of(report.place) not in ("site", "settlement", "near")):
            continue
        if is_point:
            dots.append((x - 6, y - 6, x + 6, y + 6))
        name = _truncated(report.reported_as or report.place.name, 330, 16)
        gap, room = (11.0, 0.0) if is_point else (0.0, 44.0)
        # The name of a place of which all is reported beside it is a name of the ground.
        of_name = (12, "anchor") if is_only_relative(report) else (16, "reported")
        labels.append(Label(text=name, x=x, y=y, size=of_name[0], style=of_name[1], gap=gap, room=room))
    return labels, dots


def _draw_labels(sheet: ET.Element, drawn: list[Report], basemap: Basemap | None, plane: Plane) -> None:
    """Draw the labels without overlaps: reported places first, then the basemap's."""
    labels, dots = _reported_labels(drawn, plane)
    named = {name for report in drawn for name in (report.place.name, report.reported_as)}
    n_left = dict(MAX_BASEMAP_LABELS)
    for label in sorted(basemap.labels if basemap else (), key=lambda label: label.rank):
        x, y = plane.point(label.lon, label.lat)
        if plane.contains(x, y) and label.text not in named and n_left.get(label.kind, 0):
            n_left[label.kind] -= 1
            size = 15 if label.kind == "country" else 12
            labels.append(Label(text=_truncated(label.text, 330, size), x=x, y=y, size=size, style=label.kind))
    bar: Box = (0, plane.height - 52, _BAR + 90, plane.height)
    within: Box = (6, 6, plane.width - 6, plane.height - 6)
    for placed in place_labels(labels, within=within, taken=[*dots, bar]):
        is_water = placed.label.style in ("sea", "lake", "river")
        style = (
            {"font_style": "italic"}
            if is_water
            else {"font_weight": "bold"}
            if placed.label.style == "reported"
            else {}
        )
        _add(
            sheet,
            "text",
            placed.label.text,
            x=f"{placed.x:.1f}",
            y=f"{placed.y + placed.label.size * 0.35:.1f}",
            font_size=placed.label.size,
            text_anchor="middle",
            fill=INK if placed.label.style == "reported" else "#43708c" if is_water else QUIET,
            stroke=SEA if is_water else PAPER,
            stroke_width=3.2,
            stroke_opacity=0.9,
            stroke_linejoin="round",
            paint_order="stroke",
            **style,
        )


def _draw_scale_bar(sheet: ET.Element, plane: Plane) -> None:
    km = max((n for n in _KM if n * 1000 / plane.metres <= _BAR), default=_KM[0])
    length, y = km * 1000 / plane.metres, plane.height - 20
    _path(sheet, f"M24 {y - 6}V{y}H{24 + length:.1f}V{y - 6}", fill="none", stroke=INK, stroke_width=1.5)
    _add(sheet, "text", f"{km} km", x=f"{30 + length:.1f}", y=y + 3, fill=INK, font_size=12)


def _footer(export_input: ExportInput, width: int) -> list[str]:
    """Return the lines below the map: key, places not drawn, boundary view, disclaimer and attributions."""
    n_unsure = sum(r.is_reported and r.score < export_input.min_confidence for r in export_input.reports)
    basemap = export_input.basemap
    notes = [
        SIGNS,
        *(
            f"{printable(r.place.name)}: {printable(r.geometry_note)}."
            for r in export_input.reports
            if r.geometry_note and r.is_reported
        ),
        f"{n_unsure} places need review and are not drawn." if n_unsure else "",
        printable(export_input.unread),
        f"Boundary view: {export_input.boundary_view}{f', as of {basemap.as_of}' if basemap and basemap.as_of else ''}. {export_input.disclaimer}",
        "Data: " + "; ".join(printable(attribution.text) for attribution in export_input.attributions)
        if export_input.attributions
        else "",
    ]
    return [line for text in notes if text for line in _wrapped(text, round((width - 48) / (12 * 0.53)))]


def _wrapped(text: str, limit: int) -> list[str]:
    import textwrap

    return textwrap.wrap(clean(text), limit)


def _truncated(text: str, pixels: float, size: float) -> str:
    """Return ``text`` on one line, truncated to the width."""
    line, limit = printable(text), int(pixels / (size * 0.56))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _definitions(root: ET.Element, plane: Plane) -> None:
    definitions = _add(root, "defs")
    clip = _add(definitions, "clipPath", id="sheet")
    _add(clip, "rect", width=plane.width, height=plane.height)
    arrow = _add(
        definitions,
        "marker",
        id="arrow",
        refX=20,
        refY=6,
        markerWidth=13,
        markerHeight=12,
        orient="auto",
        markerUnits="userSpaceOnUse",
    )
    _add(arrow, "path", d="M0 0L13 6L0 12L3 6Z", fill=ACCENT)
    hatch = _add(
        definitions,
        "pattern",
        id="hatch",
        width=8,
        height=8,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    _add(hatch, "rect", width=8, height=8, fill=ACCENT, fill_opacity=0.07)
    _add(hatch, "path", d="M0 0V8", stroke=ACCENT, stroke_width=1.6, stroke_opacity=0.45)


def _path(parent: ET.Element, data: str, **style: str | float) -> None:
    if data:
        _add(parent, "path", d=data, **style)


def _add(parent: ET.Element, tag: str, text: str | None = None, /, **attributes: str | float) -> ET.Element:
    """Append an element; ``_`` in attribute names becomes ``-``."""
    named = {key if not key.islower() else key.replace("_", "-"): str(value) for key, value in attributes.items()}
    child = ET.SubElement(parent, tag, named)
    child.text = clean(text) if text is not None else None
    return child
