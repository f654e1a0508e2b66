"""Cache of a project's basemap and region shapes from build to build, by what they depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import shapely

from geomap.boundaries.basemap import basemap as draw_basemap
from geomap.boundaries.local_names import no_names
from geomap.map_types import Basemap, BasemapLabel, Border, BorderStatus, BoundaryView, MapBase, RegionShape
from geomap.project.protection import names
from geomap.render.geometry_encoding import GeometryEncoder
from geomap.store.database import Library
from geomap.store.serialization import decode, encode
from geomap.types import Name, Region, Report

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.annotation.extent import Bounds
    from geomap.boundaries.atlas import Atlas
    from geomap.project.config import Settings

FINENESS = 2_000
"""Outlines are simplified with a tolerance of their longer side divided by this: less than a pixel where it fills a screen."""
FINENESS_LIGHT = 500
"""The same on a light map, which has hundreds of small outlines."""
COARSEST = 0.02
COARSEST_LIGHT = 0.1
"""Maximum tolerance, degrees."""


class StoredBasemap(msgspec.Struct, array_like=True):
    """A Basemap whose geometries are well-known binary."""

    bounds: tuple[float, float, float, float]
    shapes: tuple[bytes | None, ...]
    """land, lakes, rivers, admin1, world, world_borders"""
    borders: tuple[tuple[BorderStatus, bytes], ...]
    labels: tuple[BasemapLabel, ...]
    view: BoundaryView
    as_of: str | None


def simplified(geometry: BaseGeometry | None, *, is_light: bool) -> BaseGeometry | None:
    """Return a geometry (EPSG:4326) simplified for a screen that it fills, on a light map without its smallest islands."""
    if geometry is None or geometry.is_empty:
        return geometry
    west, south, east, north = geometry.bounds
    fineness, coarsest = (FINENESS_LIGHT, COARSEST_LIGHT) if is_light else (FINENESS, COARSEST)
    tolerance = min(coarsest, max(east - west, north - south) / fineness)
    if is_light and geometry.geom_type == "MultiPolygon":
        parts = sorted(geometry.geoms, key=lambda part: part.area, reverse=True)
        geometry = shapely.MultiPolygon(
            [part for part in parts if part is parts[0] or part.area > (5 * tolerance) ** 2]
        )
    return geometry.simplify(tolerance, preserve_topology=True)


def cached_map_base(
    library: Library,
    atlas: Atlas,
    reports: Sequence[Report],
    *,
    settings: Settings,
    on: str | None,
    version: str,
    key: str,
    hidden: Sequence[str] = (),
    gazetteer_names: Callable[[str], Iterable[Name]] = no_names,
) -> MapBase:
    """Return the basemap, region shapes and empty page of the map of these reports, without the ``hidden`` names.

    ``on`` is the ISO date of the borders, ``version`` that of the geodata, ``key`` the output key, ``gazetteer_names``
    as for ``LocalNames``.
    """
    from geomap.annotation.extent import basemap_bounds, extent
    from geomap.render.html import empty_page
    from geomap.render.payload import basemap_json

    regions = dict.fromkeys(
        region
        for report in reports
        if report.is_reported and report.place.kind != "country"
        for region in report.regions
    )
    map_extent = extent(reports, min_confidence=settings.min_confidence)
    bounds = basemap_bounds(map_extent)
    view, lang = settings.boundary_view, settings.language or "en"
    basemap = _basemap(
        library, atlas, bounds, view=view, on=on, lang=lang, version=key, gazetteer_names=gazetteer_names
    )
    basemap = without.out_of_basemap(basemap) if (without := names(hidden)) else basemap
    shapes = _shapes(library, atlas, regions, width=(bounds[2] - bounds[0]) % 360 or 360.0, version=version)
    page_key = f"{key} {map_extent} {settings!r}"
    basemap_key = (
        f"{key} {bounds} {view} {lang} {era(atlas, on)} {[shape.region.id for shape in shapes]} {hidden or ''}"
    )
    return MapBase(
        basemap=basemap,
        shapes=shapes,
        page=_cached_text(library, "page", page_key, lambda: empty_page(settings.title, map_extent, settings.options)),
        basemap_json=_cached_text(library, "drawn", basemap_key, lambda: basemap_json(basemap, shapes)),
    )


def _cached_text(library: Library, sort: str, made_from: str, make: Callable[[], str]) -> str:
    """Return the cached text of a sort; it is made again where ``made_from`` differs."""
    name = f"{sort} {hashlib.sha256(made_from.encode()).hexdigest()}"
    if (stored := library.cache.get(name)) is not None:
        return stored.decode()
    made = make()
    with library.transaction():
        library.cache.drop_kind(sort)
        library.cache.put({name: made.encode()})
    return made


def _basemap(
    library: Library,
    atlas: Atlas,
    bounds: Bounds,
    *,
    view: BoundaryView,
    on: str | None,
    lang: str,
    version: str,
    gazetteer_names: Callable[[str], Iterable[Name]],
) -> Basemap:
    """Return the basemap, from the cache where one has the same extent, view and disputed areas in force.

    ``version`` is that of the program and of its data: its labels depend on the gazetteer, too.
    """
    key = f"basemap {version} {bounds} {view} {lang} {era(atlas, on)}"
    if (data := library.cache.get(key)) is not None:
        stored: StoredBasemap = decode(data, StoredBasemap)
        return replace(_unpacked(stored), as_of=on or stored.as_of)
    made = draw_basemap(atlas, bounds, view=view, on=on, lang=lang, gazetteer_names=gazetteer_names)
    with library.transaction():
        library.cache.drop_kind("basemap")
        library.cache.put({key: encode(_packed(made))})
    return made


def era(atlas: Atlas, on: str | None) -> int:
    """Return a number that is equal for two days if no disputed area began or ended between them; -1 without a day."""
    if on is None:
        return -1
    dated = atlas.layer("disputed").columns
    days = {day for column in ("valid_from", "valid_to") for day in dated[column] if isinstance(day, str)}
    return sum(day[: len(on)] <= on[: len(day)] for day in days)


def _packed(made: Basemap) -> StoredBasemap:
    shapes = (made.land, made.lakes, made.rivers, made.admin1, made.world, made.world_borders)
    return StoredBasemap(
        bounds=made.bounds,
        shapes=tuple(None if geometry is None else shapely.to_wkb(geometry) for geometry in shapes),
        borders=tuple((border.status, shapely.to_wkb(border.geometry)) for border in made.borders),
        labels=made.labels,
        view=made.view,
        as_of=made.as_of,
    )


def _unpacked(stored: StoredBasemap) -> Basemap:
    land, lakes, rivers, admin1, world, world_borders = (shapely.from_wkb(data) for data in stored.shapes)
    return Basemap(
        bounds=stored.bounds,
        land=land,
        lakes=lakes,
        rivers=rivers,
        borders=tuple(Border(status=status, geometry=shapely.from_wkb(line)) for status, line in stored.borders),
        admin1=admin1,
        labels=stored.labels,
        world=world,
        world_borders=world_borders,
        view=stored.view,
        as_of=stored.as_of,
    )


def _shapes(
    library: Library, atlas: Atlas, regions: Iterable[Region], *, width: float, version: str
) -> tuple[RegionShape, ...]:
    """Return the regions' shapes, simplified for a map ``width`` degrees wide; each is simplified once and cached."""
    tolerance = GeometryEncoder.for_width(width).tolerance
    prefix = f"shape {version} {tolerance:.6f} "
    wanted = {prefix + region.id: region for region in regions}
    known = library.cache.with_prefix(prefix)
    new = [region for key, region in wanted.items() if key not in known]
    made = {prefix + shape.region.id: shapely.to_wkb(shape.geometry.simplify(tolerance)) for shape in atlas.shapes(new)}
    if new:
        with library.transaction():
            library.cache.drop_other_prefixes("shape", prefix)
            library.cache.put({prefix + region.id: made.get(prefix + region.id, b"") for region in new})
    blobs = {key: made.get(key) or known.get(key) or None for key in wanted}
    found = {key: blob for key, blob in blobs.items() if blob}
    return tuple(
        RegionShape(region=wanted[key], geometry=shape)
        for key, shape in zip(found, shapely.from_wkb(list(found.values())), strict=True)
    )
