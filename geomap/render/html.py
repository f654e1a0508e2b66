"""The last step: reports become one HTML page that opens from disk, without a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap._version import __version__
from geomap.annotation.extent import extent
from geomap.editorial.generalise import check_precision
from geomap.map_types import MapOptions
from geomap.render.payload import Kept, scene
from geomap.render.translations import interface_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium

    from geomap.annotation.extent import Bounds
    from geomap.map_types import Attribution, Basemap, Change, RegionShape, Totals
    from geomap.types import GeoparsedArticle, Precision, Report

DEFAULTS = MapOptions()
_TILES = re.compile(r"(https?://)((?:\{s\}\.)?[\w.-]+(?::\d+)?)/(?:[^\s\"'<>;{}]|\{(?:s|x|-?y|z|r)\})*+")
"""An address of tiles; a name in braces that Leaflet does not know would keep the page blank."""
DATA = "<!--geomap:data-->"
"""Where an empty page wants the story's data; nothing that is escaped can be taken for it."""


def render(
    reports: Sequence[Report],
    *,
    articles: Sequence[GeoparsedArticle],
    basemap: Basemap,
    attributions: Sequence[Attribution] = (),
    title: str,
    options: MapOptions = DEFAULTS,
    shapes: Sequence[RegionShape] = (),
    changes: Sequence[Change] = (),
    totals: Totals | None = None,
    kept: Kept | None = None,
    page: str | None = None,
    data_version: str | None = None,
) -> str:
    """Return the map as one self-contained HTML page; the same values give the same text.

    PrecisionError where a report, an article, a change or the totals say more than ``options.max_precision`` allows; of
    ``kept`` only the reports are looked at.

    ``shapes`` are the polygons of the reports' regions, for the shading by number of reports; without them the
    switch is not offered. ``changes`` are what became of places since the map was last built.
    ``kept`` are the entries of the articles and places and ``page`` is ``empty_page``, where they are at hand already.
    ``data_version`` names the gazetteer, the boundaries and the models that read the articles; the page tells it.
    ``totals`` are what a dataset adds up to, of which ``reports`` are the strongest: shading and days follow them.
    """
    check_precision(options.max_precision, reports=reports, articles=articles, changes=changes, totals=totals)
    bounds = extent(reports, min_confidence=options.min_confidence)
    data = scene(
        reports,
        articles=articles,
        basemap=basemap,
        shapes=shapes,
        changes=changes,
        totals=totals,
        attributions=attributions,
        title=title,
        options=options,
        bounds=bounds,
        tool=f"geomap {__version__}" + (f" (data {data_version})" if data_version else ""),
        kept=kept,
    )
    before, _, after = (page or empty_page(title, bounds, options)).partition(DATA)
    return f"{before}{data}{after}"


def empty_page(title: str, bounds: Bounds, options: MapOptions = DEFAULTS) -> str:
    """Return the page of a map around ``bounds`` without its data."""
    from geomap.render.folium_page import compose

    return compose(
        title=title, lang=interface_language(options.lang), bounds=bounds, image_sources=_origin(options.tiles)
    )


def to_folium(reports: Sequence[Report], *, title: str = "", max_precision: Precision | None = None) -> folium.Map:
    """Return an ordinary folium.Map with the reports on it, every string made inert; PrecisionError as for ``render``."""
    from geomap.render.folium_page import to_folium as drawn

    check_precision(max_precision, reports=reports)
    return drawn(reports, title=title)


def _origin(tiles: str | None) -> str:
    """Return the one origin that a tile URL may load from, for the page's security policy; raise ValueError on another URL."""
    if not tiles:
        return ""
    found = _TILES.fullmatch(tiles)
    if not found or "{z}" not in tiles:
        raise ValueError(
            f"{tiles!r}: not an address of tiles; give one like https://tiles.example.org/{{z}}/{{x}}/{{y}}.png"
        )
    return found[1] + found[2].replace("{s}", "*")
