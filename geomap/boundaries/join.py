"""Join each place to its country, state, district and the disputed areas that held it on a day."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from geomap.boundaries.boundary_file import words
from geomap.errors import CRSError
from geomap.geodesy import KM_PER_DEGREE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from geomap.boundaries.atlas import Atlas
    from geomap.boundaries.boundary_file import Layer, Row
    from geomap.types import Place, Region

COAST_KM: Final = 10.0
"""Kilometres; a town at most this far off a simplified coast belongs to the country of its gazetteer record."""
QUAY_KM: Final = 2.0
"""Kilometres; a town at most this far off the coast of a disputed area is in that area."""
SLACK_KM: Final = 5.0
"""Kilometres; error of the boundaries (1:10 million) on land, within which the gazetteer's code decides."""

SPREAD: Final = frozenset({"continent", "macroregion", "water", "physical"})
"""Kinds whose point does not represent their area: their region is the country of their gazetteer record, if any."""
CHAINS: Final[Mapping[str, tuple[str, ...]]] = {
    "country": (), "disputed": (), "continent": (), "macroregion": (), "water": (), "physical": (), "admin1": ("admin1",),
}  # fmt: skip
"""The levels below the country that a place of a kind is joined to; the kinds that are not here are joined to both."""

HELD_WHOLE: Final = frozenset({"settlement", "suburb", "site"})
"""Kinds small enough to be in a user's own area if their point is; a line is in those it crosses."""


def regions(places: Sequence[Place], *, atlas: Atlas, on: str | None = None) -> list[tuple[Region, ...]]:
    """Return the regions of each place: country, admin1, admin2, own, disputed areas valid on the ISO date ``on``.

    Without a date every disputed area counts, each with its own dates, and of the districts those of today. A line has
    all regions it crosses, in that order; a place at sea has none. Where the gazetteer's country differs from the
    polygon's, both are given, the second with a note. Polygons of another CRS than EPSG:4326 raise CRSError.
    """
    if not places:
        return []
    shapes = _shapes(places, atlas)
    held = {name: _holding(shapes, atlas.layer(name)) for name in ("countries", "admin1", "admin2", "disputed")}
    own_at = _holding(shapes, atlas.own) if atlas.own else {}
    found = []
    for number, place in enumerate(places):
        at = {name: positions.get(number, []) for name, positions in held.items()}
        if place.kind == "line":
            at = {name: _along(shapes.geometry.iloc[number], here, atlas.layer(name)) for name, here in at.items()}
        countries = _countries(place, at["countries"], atlas.layer("countries"))
        below = (
            _below(place, atlas.layer(level), level, at=at[level], countries=countries, on=on)
            for level in ("admin1", "admin2")
        )
        contested = atlas.layer("disputed")
        if place.country and not at["countries"] and not at["disputed"]:
            at["disputed"] = _nearest_at(place, contested, QUAY_KM, country=place.country)
        disputed = _disputes(place, at["disputed"], countries, contested, on)
        own = _own(place, own_at.get(number, []), atlas.own) if atlas.own else ()
        found.append((*countries, *chain.from_iterable(below), *own, *disputed))
    return found


def is_valid_on(day: str, *, since: str | None, until: str | None) -> bool:
    """Return whether an ISO time (or year, or year and month) is in [since, until), two dates, to the precision that is known."""
    return (since is None or since[: len(day)] <= day) and (until is None or day < until[: len(day)])


def _shapes(places: Sequence[Place], atlas: Atlas) -> gpd.GeoDataFrame:
    """Return the geometries to join: the point of each place, or the complete line of a line."""
    import geopandas as gpd
    import numpy as np

    shapes = np.asarray(gpd.points_from_xy([p.lon for p in places], [p.lat for p in places]))
    for number, place in enumerate(places):
        outline = atlas.outline(place) if place.kind == "line" else None
        if outline:
            shapes[number] = outline.geometry
    return gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326")


def _holding(shapes: gpd.GeoDataFrame, layer: Layer) -> dict[int, list[int]]:
    """Return the positions of the rows that each shape lies in, by its number, in the layer's order.

    The polygons stand on the left of the join because GEOS prepares that side: one prepared country answers for
    a thousand points.
    """
    import geopandas as gpd

    polygons = layer.frame(layer.around(shapes.geometry.values))
    if not polygons.crs.equals(shapes.crs, ignore_axis_order=True):
        crs = polygons.crs.to_string()
        raise CRSError(f"{layer.path}: polygons are in {crs}, places in EPSG:4326; write the file again in EPSG:4326")
    joined = gpd.sjoin(polygons, shapes, predicate="intersects")
    found: dict[int, list[int]] = {}
    for number, position in zip(joined["index_right"].tolist(), joined["position"].tolist(), strict=True):
        found.setdefault(number, []).append(position)
    return {number: sorted(positions, key=layer.order.__getitem__) for number, positions in found.items()}


def _along(line: BaseGeometry, at: list[int], layer: Layer) -> list[int]:
    """Return the positions in the order in which the line enters their regions."""
    import shapely

    def entry(position: int) -> float:
        inside = shapely.get_coordinates(shapely.intersection(line, layer.shape(position)))
        return float(shapely.line_locate_point(line, shapely.points(inside)).min())

    return sorted(at, key=entry) if line.length else at


def _countries(place: Place, at: list[int], layer: Layer) -> tuple[Region, ...]:
    """Return the country that contains a place; where its gazetteer record has another, both, the second with a note."""
    held = tuple(map(layer.region, at))
    if place.kind == "line":
        return held
    if place.kind == "country" and place.id in layer.by_place:
        return (layer.region(layer.by_place[place.id]),)
    if place.country is None:
        return () if place.kind in SPREAD else held[:1] or _nearest(place, layer, SLACK_KM)
    filed = tuple(region for region in held if region.country == place.country)[:1]
    filed = filed or _nearest(place, layer, SLACK_KM if held else COAST_KM, country=place.country)
    return filed or (*held[:1], *_as_filed(place, held, layer))


def _as_filed(place: Place, held: Sequence[Region], layer: Layer) -> tuple[Region, ...]:
    """Return the country of the gazetteer where no polygon near the place agrees, with a note of it."""
    if place.kind == "water" and not held:
        return ()
    lies = f"the boundaries have its point in {held[0].name}" if held else "its point lies outside all boundaries"
    note = f"as the gazetteer files {place.name}; {lies}"
    found = (layer.columns["iso"] == place.country).nonzero()[0][:1]
    return tuple(replace(layer.region(position), note=note) for position in found.tolist())


def _below(
    place: Place, layer: Layer, level: str, *, at: list[int], countries: Sequence[Region], on: str | None
) -> tuple[Region, ...]:
    """Return the state or district of a place, all of them for a line; its own code decides near their boundary."""
    if level not in CHAINS.get(place.kind, ("admin1", "admin2")):
        return ()
    codes = {region.country for region in countries}
    fitting = [p for p in at if layer.row(p)["country"] in codes and _is_in_force(layer.region(p), on)]
    if place.kind == "line":
        return tuple(map(layer.region, fitting))
    filed = {"admin1": place.admin1} if level == "admin1" else {"admin1": place.admin1, "admin2": place.admin2}
    itself = [p for p in fitting if place.id in words(layer.row(p)["places"])]
    if itself:
        return (layer.region(itself[0]),)
    own = tuple(layer.region(p) for p in fitting if filed[level] and _is_filed(layer.row(p), filed))
    if not own and filed[level]:
        own = _nearest(place, layer, SLACK_KM, country=place.country, **filed)
    if not own and not at and level == "admin1":  # on a quay that the simplified coast leaves outside
        own = _nearest(place, layer, COAST_KM, country=place.country)
    own = tuple(region for region in own if _is_in_force(region, on))
    return own[:1] or tuple(map(layer.region, fitting[:1]))


def _own(place: Place, at: Sequence[int], layer: Layer) -> tuple[Region, ...]:
    """Return the user's own areas that hold a place, the widest first, and last the place's own."""
    areas = at if place.kind in (*HELD_WHOLE, "line") else ()
    itself = layer.by_place.get(place.id)
    positions = [*(p for p in areas if p != itself), *([] if itself is None else [itself])]
    return tuple(layer.region(p) for p in positions if layer.row(p)["level"] == "own")


def _is_filed(row: Row, filed: Mapping[str, str | None]) -> bool:
    return all(row[key] == code for key, code in filed.items())


def _is_in_force(region: Region, on: str | None) -> bool:
    """Return whether a unit exists on the day; without a day, whether it does today."""
    if on is None:
        return region.valid_to is None
    return is_valid_on(on, since=region.valid_from, until=region.valid_to)


def _disputes(
    place: Place, at: Sequence[int], countries: Sequence[Region], layer: Layer, on: str | None
) -> tuple[Region, ...]:
    """Return the disputed areas whose dates hold the day, one for each dispute; for a country only those that are it."""
    chosen: dict[str, Region] = {}
    for position in at:
        area = layer.region(position)
        is_it = place.kind != "country" or area.name.startswith(countries[0].name if countries else place.name)
        in_time = on is None or is_valid_on(on, since=area.valid_from, until=area.valid_to)
        if is_it and in_time and place.kind not in ("continent", "macroregion"):
            chosen.setdefault(layer.row(position)["group"] or area.id, area)
    return tuple(chosen.values())


def _nearest(place: Place, layer: Layer, reach_km: float, **codes: str | None) -> tuple[Region, ...]:
    """Return the region nearest to a place among those with these codes, as a tuple; () where none is within reach."""
    return tuple(map(layer.region, _nearest_at(place, layer, reach_km, **codes)))


def _nearest_at(place: Place, layer: Layer, reach_km: float, **codes: str | None) -> list[int]:
    """Return the position of the row nearest to a place among those with these codes, [] where none is within reach."""
    import math

    import numpy as np
    import shapely

    reach = reach_km / KM_PER_DEGREE
    shrink = max(math.cos(math.radians(place.lat)), 0.01)
    box = (place.lon - reach / shrink, place.lat - reach, place.lon + reach / shrink, place.lat + reach)
    near = layer.within(box)
    near = near[[_is_filed(layer.row(p), codes) for p in near.tolist()]]
    if not len(near):
        return []
    # Degrees of longitude shrunk to those of latitude: at ten kilometres the plane is true to a few metres.
    flat = shapely.transform(shapely.clip_by_rect(layer.shapes(near), *box), lambda xy: xy * (shrink, 1.0))
    apart = shapely.distance(flat, shapely.Point(place.lon * shrink, place.lat))
    apart = np.where(np.isnan(apart), np.inf, apart)
    best = int(np.argmin(apart))
    return [int(near[best])] if apart[best] <= reach else []
