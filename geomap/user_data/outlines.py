"""The outlines of a newsroom's own places as a layer of the atlas: they are drawn, and are regions of the places in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

OUTLINE_KINDS = ("Polygon", "MultiPolygon", "LineString", "MultiLineString")
_TEXTS = (
    "id", "places", "name", "level", "country", "iso", "claimed_by", "valid_from", "valid_to", "as_of", "source", "note", "names",
)  # fmt: skip


def write_outlines(places: Sequence[Mapping[str, str | None]], shapes: Sequence[BaseGeometry], path: Path) -> None:
    """Write GeoParquet that ``layer.Layer`` reads: a row a place, the largest first, EPSG:4326.

    A place gives id, name, country, source, as_of and note; lines are outlines too, but hold nothing.
    """
    import geopandas as gpd

    by_size = sorted(zip(places, shapes, strict=True), key=lambda pair: (-pair[1].area, str(pair[0]["id"])))
    rows = [
        dict.fromkeys(_TEXTS)
        | {key: place.get(key) or None for key in ("name", "country", "source", "as_of", "note")}
        | {"id": place["id"], "places": place["id"], "level": "own" if shape.area else "line", "rank": rank}
        for rank, (place, shape) in enumerate(by_size)
    ]
    frame = gpd.GeoDataFrame(rows, geometry=[shape for _, shape in by_size], crs="EPSG:4326")
    frame.astype(dict.fromkeys(_TEXTS, "string")).to_parquet(
        path, index=False, compression="zstd", write_covering_bbox=True, schema_version="1.1.0"
    )
