"""Write what was found in the formats that other programs read; every writer is value → bytes, the same for the same input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, cast

from geomap.exports.dossier import FORMATS, Dossier, Format
from geomap.exports.plain import jsonl_line as jsonl
from geomap.generalise import check_precision
from geomap.vocabulary import MapOptions

if TYPE_CHECKING:
    import geopandas as gpd

    from geomap.vocabulary import Attribution, Basemap, BoundaryView, Precision, ReadArticle, Report

__all__ = ["FORMATS", "Dossier", "Format", "export", "jsonl", "to_geodataframe"]


def export(
    reports: Sequence[Report],
    articles: Sequence[ReadArticle],
    *,
    form: str,
    title: str = "",
    attributions: Sequence[Attribution] = (),
    boundary_view: BoundaryView = "neutral",
    publisher: str | None = None,
    basemap: Basemap | None = None,
    min_confidence: float = MapOptions().min_confidence,
    max_precision: Precision | None = None,
) -> bytes:
    """Return the reports in one of FORMATS (KeyError where there is no such format).

    ``articles`` are those the evidence comes from; ``basemap`` is drawn under ``svg`` and ``png``, whose
    coordinates are pixels and which leave out places less sure than ``min_confidence``; all others are longitude,
    latitude in EPSG:4326. PrecisionError where a report or an article is finer than ``max_precision``.
    """
    check_precision(max_precision, reports=reports, articles=articles)
    chosen = FORMATS[form]
    dossier = Dossier(
        reports=tuple(reports),
        articles=tuple(articles),
        title=title,
        attributions=tuple(attributions),
        boundary_view=boundary_view,
        publisher=publisher,
        basemap=basemap,
        min_confidence=min_confidence,
    )
    # A writer is fetched when it is asked for: `geomap places` must not wait for geopandas to load.
    write = getattr(import_module(f"geomap.exports.{chosen.home}"), form)
    return cast("Callable[[Dossier], bytes]", write)(dossier)


def to_geodataframe(
    reports: Sequence[Report], articles: Sequence[ReadArticle] = (), *, max_precision: Precision | None = None
) -> gpd.GeoDataFrame:
    """Return one row a place, its outline or point as geometry (EPSG:4326); dates and sources need ``articles``.

    PrecisionError where a report or an article is finer than ``max_precision``.
    """
    check_precision(max_precision, reports=reports, articles=articles)
    from geomap.exports.frame import to_geodataframe as frame

    return frame(Dossier(reports=tuple(reports), articles=tuple(articles)))
