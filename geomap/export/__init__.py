"""Export reports in the formats of other programs; every writer is a pure function that returns bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from geomap.export.formats import FORMATS, ExportInput, Format
from geomap.map_types import MapOptions

if TYPE_CHECKING:
    import geopandas as gpd

    from geomap.map_types import Attribution, Basemap, BoundaryView
    from geomap.types import GeoparsedArticle, Precision, Report

__all__ = ["FORMATS", "ExportInput", "Format", "export", "jsonl", "to_geodataframe"]


def export(
    reports: Sequence[Report],
    articles: Sequence[GeoparsedArticle],
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
    """Return the reports in one of FORMATS; KeyError where there is no such format.

    ``articles`` are the sources of the evidence. ``svg`` and ``png`` have coordinates in pixels, are drawn over
    ``basemap`` and omit places that score below ``min_confidence``; all other formats are longitude, latitude in
    EPSG:4326. PrecisionError where a report or an article is finer than ``max_precision``.
    """
    from geomap.editorial.generalise import check_precision

    check_precision(max_precision, reports=reports, articles=articles)
    write = _writer(form)
    export_input = ExportInput(
        reports=tuple(reports),
        articles=tuple(articles),
        title=title,
        attributions=tuple(attributions),
        boundary_view=boundary_view,
        publisher=publisher,
        basemap=basemap,
        min_confidence=min_confidence,
    )
    return write(export_input)


def _writer(form: str) -> Callable[[ExportInput], bytes]:
    """Return the writer of a format; its module is imported here, so that `geomap places` does not load geopandas."""
    match form:
        case "table" | "jsonl" | "csv":
            from geomap.export import text

            return {"table": text.table, "jsonl": text.jsonl, "csv": text.csv}[form]
        case "geojson":
            from geomap.export.geojson import geojson

            return geojson
        case "kml":
            from geomap.export.kml import kml

            return kml
        case "gpkg" | "parquet":
            from geomap.export import geodataframe

            return {"gpkg": geodataframe.gpkg, "parquet": geodataframe.parquet}[form]
        case "linkedplaces" | "webannotations":
            from geomap.export import jsonld

            return {"linkedplaces": jsonld.linkedplaces, "webannotations": jsonld.webannotations}[form]
        case "svg" | "png":
            from geomap.export import picture

            return {"svg": picture.svg, "png": picture.png}[form]
    raise KeyError(form)


def jsonl(read: GeoparsedArticle, reports: Sequence[Report] = ()) -> str:
    """Return an article, with its own ``reports``, as one line of the format ``jsonl``, without the line's end."""
    from geomap.export.text import jsonl_line

    return jsonl_line(read, reports)


def to_geodataframe(
    reports: Sequence[Report], articles: Sequence[GeoparsedArticle] = (), *, max_precision: Precision | None = None
) -> gpd.GeoDataFrame:
    """Return one row per place with its outline or point (EPSG:4326); dates and sources need ``articles``.

    PrecisionError where a report or an article is finer than ``max_precision``.
    """
    from geomap.editorial.generalise import check_precision

    check_precision(max_precision, reports=reports, articles=articles)
    from geomap.export.geodataframe import to_geodataframe as frame

    return frame(ExportInput(reports=tuple(reports), articles=tuple(articles)))
