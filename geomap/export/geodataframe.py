"""Tables with geometry: a GeoDataFrame for notebooks, GeoPackage and GeoParquet for GIS."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio

from geomap.export.geometry import cut
from geomap.export.rows import row, rows, shape_of
from geomap.export.stated import stated
from geomap.text.sanitize import clean

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.export.formats import ExportInput

_NO_DATE = "1970-01-01"


def to_geodataframe(export_input: ExportInput) -> gpd.GeoDataFrame:
    """Return one row per place with the columns of ``Row`` and its outline, line or point (EPSG:4326) or None."""
    return _frame([asdict(row) for row in rows(export_input)], [shape_of(report) for report in export_input.reports])


def _frame(table: list[dict[str, Any]], shapes: list[BaseGeometry | None]) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")
    if "geonameid" in frame:
        frame["geonameid"] = frame["geonameid"].astype("Int64")
        for column in ("lon", "lat", "role_probability"):
            frame[column] = frame[column].astype("float64")
    return frame


def gpkg(export_input: ExportInput) -> bytes:
    """Return a GeoPackage with the layer ``places`` and the notices in its metadata.

    Its time of last change is the date of the latest article, so that the same input gives the same bytes.
    """
    day = max((a.day for a in export_input.sources().values() if a.day), default=_NO_DATE)
    out = io.BytesIO()
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day}T00:00:00.000Z"})
    try:
        pyogrio.write_dataframe(
            _writable(export_input),
            out,
            layer="places",
            driver="GPKG",
            geometry_type="Unknown",
            dataset_metadata=_notices(export_input),
            layer_options={"SPATIAL_INDEX": "YES", "DESCRIPTION": clean(export_input.title)},
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return out.getvalue()


def parquet(export_input: ExportInput) -> bytes:
    """Return GeoParquet 1.1 (WKB, EPSG:4326)."""
    out = io.BytesIO()
    _writable(export_input).to_parquet(out, index=False, schema_version="1.1.0")
    return out.getvalue()


def _writable(export_input: ExportInput) -> gpd.GeoDataFrame:
    """Return the places, relative places and movements with geometry cut at the antimeridian and text without NUL characters.

    The column ``place_id`` has the place that a row is of, or is relative to, or starts at.
    """
    articles = export_input.sources()
    table: list[dict[str, Any]] = []
    shapes: list[BaseGeometry | None] = []
    for report in export_input.reports:
        beside = list(stated(report, articles))
        table += [
            asdict(each) | {"place_id": report.place.id} for each in (row(report, articles), *(s.row for s in beside))
        ]
        shapes += [shape_of(report), *(s.shape for s in beside)]
    frame = _frame(table, shapes)
    frame["geometry"] = [cut(geometry) if geometry is not None else None for geometry in frame.geometry]
    for name in frame.columns.drop("geometry"):
        if frame[name].map(lambda value: isinstance(value, str)).any():
            frame[name] = frame[name].map(clean)
    return frame


def _notices(export_input: ExportInput) -> dict[str, str]:
    attribution = "; ".join(attribution.text for attribution in export_input.attributions)
    notices = {
        "BOUNDARY_VIEW": export_input.boundary_view,
        "DISCLAIMER": export_input.disclaimer,
        "ATTRIBUTION": attribution,
        "UNREAD": export_input.unread,
    }
    return {key: clean(value) for key, value in notices.items() if value}
