"""Render reports as one HTML page that opens from disk and needs no network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap._version import __version__
from geomap.annotation.extent import extent
from geomap.editorial.generalise import check_precision
from geomap.map_types import NO_NAMES, MapOptions
from geomap.render.payload import CachedPayload, payload
from geomap.render.translations import interface_language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import folium

    from geomap.annotation.extent import Bounds
    from geomap.map_types import Attribution, Basemap, Change, RegionShape, Totals
    from geomap.types import GeoparsedArticle, Precision, Report

DEFAULTS = MapOptions()
_TILES = re.compile(r"(https?://)((?:\{s\}\.)?[\w.-]+(?::\d+)?)/(?:[^\s\"'<>;{}]|\{(?:s|x|-?y|z|r)\})*+")
"""URL template of tiles. Leaflet throws an error on a variable it does not know, which would leave the page blank."""
DATA = "<!--geomap:data-->"
"""Placeholder of the payload in an empty page; escaped text cannot contain it."""


def render(
    reports: Sequence[Report],
    *,
    articles: Sequence[GeoparsedArticle],
    basemap: Basemap,
    attributions: Sequence[Attribution] = (),
    title: str,
    options: MapOptions = DEFAULTS,
    shapes: Sequence[RegionShape] = (),
    local_names: Mapping[str, str] = NO_NAMES,
    changes: Sequence[Change] = (),
    totals: Totals | None = None,
    cached: CachedPayload | None = None,
    page: str | None = None,
    data_version: str | None = None,
) -> str:
    """Return the map as one self-contained HTML page; the same values give the same text.

    PrecisionError where a report, an article, a change or the totals are finer than ``options.max_precision``;
    ``cached`` is not checked, only the reports it was made from.

    ``shapes`` are the polygons of the reports' regions, for the shading by number of reports; without them the page
    has no such layer. ``changes`` are the changes of places since the previous build.
    ``local_names`` are the names of regions in the language of the page, by region id.
    ``cached`` holds parts of the payload made earlier, and ``page`` the result of ``empty_page``.
    ``data_version`` identifies gazetteer, boundaries and models; the page shows it.
    ``totals`` are the counts of a dataset of which ``reports`` are the top places: they set the shading and the days.
    """
    check_precision(options.max_precision, reports=reports, articles=articles, changes=changes, totals=totals)
    bounds = extent(reports, min_confidence=options.min_confidence)
    data = payload(
        reports,
        articles=articles,
        basemap=basemap,
        shapes=shapes,
        local_names=local_names,
        changes=changes,
        totals=totals,
        attributions=attributions,
        title=title,
        options=options,
        bounds=bounds,
        tool=f"geomap {__version__}" + (f" (data {data_version})" if data_version else ""),
        cached=cached,
    )
    before, _, after = (page or empty_page(title, bounds, options)).partition(DATA)
    return f"{before}{data}{after}"


def empty_page(title: str, bounds: Bounds, options: MapOptions = DEFAULTS) -> str:
    """Return the page of a map centred on ``bounds``, without its payload."""
    from geomap.render.folium_page import compose

    return compose(
        title=title, lang=interface_language(options.lang or "en"), bounds=bounds, image_sources=_origin(options.tiles)
    )


def to_folium(reports: Sequence[Report], *, title: str = "", max_precision: Precision | None = None) -> folium.Map:
    """Return a folium.Map with the reports, every string escaped; PrecisionError as for ``render``."""
    from geomap.render.folium_page import to_folium as folium_map

    check_precision(max_precision, reports=reports)
    return folium_map(reports, title=title)


def _origin(tiles: str | None) -> str:
    """Return the origin of a tile URL, for the content security policy; ValueError where the URL is not one of tiles."""
    if not tiles:
        return ""
    found = _TILES.fullmatch(tiles)
    if not found or "{z}" not in tiles:
        raise ValueError(
            f"{tiles!r}: not a URL of tiles; give one like https://tiles.example.org/{{z}}/{{x}}/{{y}}.png"
        )
    return found[1] + found[2].replace("{s}", "*")
