"""The last step: reports become one HTML page that opens from disk, without a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap import __version__
from geomap.extent import extent
from geomap.folium_map import compose, to_folium
from geomap.interface import interface_language
from geomap.scene import scene
from geomap.vocabulary import MapOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.vocabulary import Attribution, Basemap, Change, ReadArticle, RegionShape, Report, Totals

__all__ = ["render", "to_folium"]

DEFAULTS = MapOptions()


def render(
    reports: Sequence[Report],
    *,
    articles: Sequence[ReadArticle],
    basemap: Basemap,
    attributions: Sequence[Attribution] = (),
    title: str,
    options: MapOptions = DEFAULTS,
    shapes: Sequence[RegionShape] = (),
    changes: Sequence[Change] = (),
    totals: Totals | None = None,
) -> str:
    """Return the map as one self-contained HTML page; the same values give the same text.

    ``shapes`` are the polygons of the reports' regions, for the shading by number of reports; without them the
    switch is not offered. ``changes`` are what became of places since the map was last built.
    ``totals`` are what a dataset adds up to, of which ``reports`` are the strongest: shading and days follow them.
    """
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
        tool=f"geomap {__version__}",
    )
    return compose(
        data, title=title, lang=interface_language(options.lang), bounds=bounds, image_sources=_origin(options.tiles)
    )


def _origin(tiles: str | None) -> str:
    """Return the one origin that a tile URL may load from, for the page's security policy; raise ValueError on another URL."""
    if not tiles:
        return ""
    found = re.match(r"(https?://)((?:\{s\}\.)?[\w.-]+(?::\d+)?)/[^\s\"'<>;]*\{z\}[^\s\"'<>;]*$", tiles)
    if not found:
        raise ValueError(
            f"{tiles!r}: not an address of tiles; give one like https://tiles.example.org/{{z}}/{{x}}/{{y}}.png"
        )
    return found[1] + found[2].replace("{s}", "*")
