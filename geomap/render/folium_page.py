"""Compose the page with Folium: a figure, a Leaflet map and the element that starts our scripts; no external files.

Folium's default page loads ten files from four hosts, gives its elements random ids and renders its input as a Jinja
template. Here the lists of external files are empty, the ids are fixed, and text from articles never enters a Folium
string: the page is rendered with placeholders, which are replaced afterwards.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape
from importlib import resources
from typing import TYPE_CHECKING

import folium
from branca.element import Figure, MacroElement
from folium.template import Template
from jinja2 import Template as PageTemplate

from geomap.text.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.annotation.extent import Bounds
    from geomap.types import Report

SCRIPTS = (
    "dom.js",
    "words.js",
    "scene.js",
    "state.js",
    "basemap.js",
    "shapes.js",
    "places.js",
    "relations.js",
    "movements.js",
    "labels.js",
    "shading.js",
    "article.js",
    "lists.js",
    "card.js",
    "correction.js",
    "legend.js",
    "time.js",
    "table.js",
    "written.js",
    "formats.js",
    "takeaway.js",
    "sheet.js",
    "page.js",
)
_SPACED = re.compile(r" ?([,;:{}()\[\]=<>?&|]) ?")
DIRECTION_RTL = ("ar", "fa", "he", "ur", "ps", "ckb", "dv", "yi", "sd", "ug")


class OfflineFigure(Figure):
    """The document: assets/page.html, with the parts in which branca collects HTML and scripts."""

    def __init__(self) -> None:
        super().__init__()
        for number, part in enumerate((self, self.header, self.html, self.script), start=1):
            part._id = str(number)  # noqa: SLF001 - branca has no public way to choose the id
        self.header._children.clear()  # noqa: SLF001 - branca's own meta tag; the page has one
        self._template = PageTemplate(_asset("page.html"))


class OfflineMap(folium.Map):
    """A Leaflet map that loads nothing: its scripts and styles are part of the page."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium reads it from the class or the instance alike
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template("""
        {% macro html(this, kwargs) %}<div class="folium-map" id={{ this.get_name()|tojson }}></div>{% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map(
                {{ this.get_name()|tojson }},
                {center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{ this.options|tojavascript }}}
            );
        {% endmacro %}
    """)

    @classmethod
    def _generate_id(cls) -> str:
        """Return the id in place of a random one: the page's only map is the variable and the element ``map_6``."""
        return "6"


class StoryLayer(MacroElement):
    """Calls the function of our scripts with the Leaflet map."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            geomap({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    @classmethod
    def _generate_id(cls) -> str:
        """Return the id in place of a random one."""
        return "7"


def compose(*, title: str, lang: str, bounds: Bounds, image_sources: str = "") -> str:
    """Return the page of a map centred on ``bounds``, with the placeholder ``<!--geomap:data-->`` for the payload.

    Its content security policy allows its own scripts and styles, and images from ``image_sources`` (the origins of
    online tiles; none by default). No global state is used: threads may compose pages at the same time.
    """
    west, south, east, north = bounds
    width = (east - west) % 360
    figure = OfflineFigure()
    map_ = OfflineMap(
        location=((south + north) / 2, west + width / 2),
        zoom_start=6,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=90,
    )
    StoryLayer().add_to(map_)  # type: ignore[no-untyped-call]
    figure.add_child(map_)
    page = figure.render()
    fills = {
        "lang": escape(lang, quote=True),
        "dir": "rtl" if lang.split("-", maxsplit=1)[0] in DIRECTION_RTL else "ltr",
        "title": escape(clean(title), quote=True),
        "styles": "".join(f"<style>{_asset(name)}</style>" for name in ("leaflet.css", "map.css")),
        "scripts": "".join(f"<script>{script}</script>" for script in (_asset("leaflet.js"), _own_script())),
    }
    page = re.sub(r"<!--geomap:(\w+)-->", lambda placeholder: fills.get(placeholder[1], placeholder[0]), page)
    return page.replace("<!--geomap-policy-->", _policy(page, image_sources), 1)


def to_folium(reports: Sequence[Report], *, title: str = "") -> folium.Map:
    """Return a folium.Map with a circle for each point and an outline for each area.

    It loads Leaflet and tiles from the network, as any folium.Map. Every string is escaped by ``inert``.
    """
    from shapely.geometry import mapping

    map_ = folium.Map(tiles="OpenStreetMap")
    if title:
        map_.get_root().title = inert(title)  # type: ignore[attr-defined]
    for report in reports:
        tooltip = inert(f"{report.place.name}: {report.reason}")
        if report.geometry is not None:
            folium.GeoJson(mapping(report.geometry), tooltip=tooltip).add_to(map_)
        else:
            folium.CircleMarker((report.place.lat, report.place.lon), radius=6, tooltip=tooltip).add_to(map_)
    if reports:
        lons, lats = [r.place.lon for r in reports], [r.place.lat for r in reports]
        map_.fit_bounds([(min(lats), min(lons)), (max(lats), max(lons))])
    return map_


def inert(text: str) -> str:
    """Return the text with a numeric character reference for all but letters, digits and a few punctuation marks.

    ``html.escape`` does not escape `` ` ``, ``$`` and ``{``, which are syntax in JavaScript template strings and in Jinja.
    """
    return "".join(c if c.isalnum() or c in " .,;:!?-()/" else f"&#{ord(c)};" for c in text if c.isprintable())


def _policy(page: str, image_sources: str) -> str:
    """Return the content security policy that allows exactly the scripts and styles of this page."""
    scripts = " ".join(_digest(body) for body in _bodies(page, "script"))
    styles = " ".join(_digest(body) for body in _bodies(page, "style"))
    images = f"data: {image_sources}".strip()
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )


def _bodies(page: str, tag: str) -> list[str]:
    """Return the contents of the elements ``tag`` (those without attributes) of a page."""
    parts = (part.partition(f"<{tag}>") for part in page.split(f"</{tag}>")[:-1])
    return [body for _, start_tag, body in parts if start_tag]


def _digest(body: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'"


def _own_script() -> str:
    """Return our scripts wrapped in one function, the only global name they add to the page."""
    body = "\n".join(squeezed(line) for name in SCRIPTS for line in _asset(f"js/{name}").splitlines())
    return f"function geomap(map) {{\n'use strict';\n{body}\n}}"


def squeezed(line: str) -> str:
    """Return a line of our scripts without the spaces around punctuation: a tenth of their size.

    Strings in single quotes stay as they are, and so do lines with other quotes, a backslash, or a slash, which may begin a regular expression.
    """
    parts = line.split("'")
    if any(char in line for char in '/`"\\') or len(parts) % 2 == 0:
        return line
    return "'".join(part if n % 2 else _SPACED.sub(r"\1", part) for n, part in enumerate(parts))


def _asset(name: str) -> str:
    """Return an asset without indentation and whole-line comments."""
    text = resources.files("geomap.render").joinpath("assets", name).read_text(encoding="utf-8")
    if name == "leaflet.js":
        return text
    if name.endswith(".css"):
        before, *comments = text.split("/*")
        text = before + "".join(comment.partition("*/")[2] for comment in comments)
        text = re.sub(r"(?:(?<!\s)\s++)?+([{};,])\s*+", r"\1", text)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("// "))
