"""The last step: reports become one HTML page that opens from disk, without a network."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geomap.extent import extent
from geomap.folium_map import compose, to_folium
from geomap.scene import scene
from geomap.vocabulary import MapOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.vocabulary import Attribution, Basemap, ReadArticle, RegionShape, Report

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
) -> str:
    """Return the map as one self-contained HTML page; the same values give the same text.

    ``shapes`` are the polygons of the reports' regions, for the shading by number of reports; without them the
    switch is not offered.
    """
    bounds = extent(reports)
    data = scene(
        reports,
        articles=articles,
        basemap=basemap,
        shapes=shapes,
        attributions=attributions,
        title=title,
        options=options,
        bounds=bounds,
        tool=f"geomap {_version()}",
    )
    return compose(data, title=title, lang=options.lang, bounds=bounds, image_sources=_origin(options.tiles))


def _origin(tiles: str | None) -> str:
    """Return the one origin that a tile URL may load from, for the page's security policy."""
    if not tiles:
        return ""
    parts = urlsplit(tiles)
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


def _version() -> str:
    try:
        return version("geomap")
    except PackageNotFoundError:
        return "(not installed)"
