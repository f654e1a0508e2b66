"""Draw what lies under a map: land, water and borders of an extent, simplified to suit it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from shapely.affinity import translate

from geomap.vocabulary import Basemap, BasemapLabel, Border

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from geomap.atlas import Atlas
    from geomap.vocabulary import BorderStatus, BoundaryView, LabelKind

Bounds = tuple[float, float, float, float]

MERCATOR_LIMIT: Final = 85.05
"""Degrees of latitude where web maps end; beyond it a projected coordinate runs away to infinity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is drawn at an extent."""

    widest: float
    """Degrees of the longer side up to which this scale is used."""
    layer: str
    snap: float
    """Degrees within which a border and the edge of a disputed area are the same line."""
    rank: int
    """Lakes and rivers up to this scale rank are drawn, 0 being the greatest."""
    admin1: bool


SCALES: Final = (
    Scale(widest=3.0, layer="countries", snap=0.03, rank=12, admin1=True),
    Scale(widest=9.0, layer="countries", snap=0.03, rank=8, admin1=True),
    Scale(widest=25.0, layer="countries_medium", snap=0.08, rank=6, admin1=True),
    Scale(widest=60.0, layer="countries_medium", snap=0.08, rank=4, admin1=False),
    Scale(widest=1e9, layer="countries_coarse", snap=0.35, rank=2, admin1=False),
)


def basemap(
    atlas: Atlas, bounds: Bounds, *, view: BoundaryView = "neutral", on: str | None = None, lang: str = "en"
) -> Basemap:
    """Return the basemap of west, south, east, north; geometry runs on past 180° where the extent does.

    An extent with west beyond east, or east beyond 180, crosses the antimeridian. ``neutral`` draws every edge of a
    disputed area; ``de-facto`` only those where control changes hands, and no mere claim. Either way the edge is disputed.
    """
    box = frame_of(bounds)
    longer = max(box[2] - box[0], box[3] - box[1])
    scale = next(s for s in SCALES if longer <= s.widest)
    countries = _copies(atlas, scale.layer, box)
    areas = [a for a in _copies(atlas, "disputed", box) if _draws(a, view, on)]
    tolerance = longer / 3000
    shared, coast = _edges(countries)
    water = _copies(atlas, "physical", box)
    lakes = [w for w in water if w["level"] == "lake" and w["rank"] <= scale.rank]
    rivers = [w for w in water if w["level"] == "river" and w["rank"] <= scale.rank]
    admin1 = _copies(atlas, "admin1", box) if scale.admin1 else []
    world = _copies(atlas, "countries_coarse", (-180.0, -90.0, 180.0, 90.0))
    return Basemap(
        bounds=bounds,
        land=shapely.union_all(shapely.clip_by_rect([c["geometry"] for c in countries], *box)).simplify(tolerance),
        lakes=_clipped(shapely.union_all([w["geometry"] for w in lakes]), box, tolerance),
        rivers=_clipped(shapely.union_all([w["geometry"] for w in rivers]), box, tolerance),
        borders=_borders(shared, coast, areas, box=box, snap=scale.snap),
        admin1=_inner_lines(admin1, shared, box) if admin1 else None,
        labels=_labels([*countries, *admin1, *areas, *lakes, *rivers, *water], box, lang),
        world=shapely.union_all([c["geometry"] for c in world]),
        world_borders=_lines([line for _, line in _edges(world)[0]]),
        view=view,
        as_of=on or max((c["as_of"] for c in countries if c["as_of"]), default=None),
    )


def frame_of(bounds: Bounds) -> Bounds:
    """Return bounds with west < east, at most once around the globe, and off the poles."""
    west, south, east, north = bounds
    if west > east:
        east += 360.0
    if east - west >= 360.0:
        west, east = -180.0, 180.0
    turns = np.floor((west + 180.0) / 360.0) * 360.0
    return float(west - turns), max(south, -MERCATOR_LIMIT), float(east - turns), min(north, MERCATOR_LIMIT)


def _records(frame: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    from geomap.atlas import records

    return records(frame)


def _copies(atlas: Atlas, layer: str, box: Bounds) -> list[dict[str, Any]]:
    """Return the layer's rows that touch the box, shifted by a turn where they lie beyond the antimeridian."""
    west, south, east, north = box
    found = []
    for shift in (-360.0, 0.0, 360.0):
        if west - shift >= 180.0 or east - shift <= -180.0:
            continue
        for row in _records(atlas.layer(layer).within((west - shift, south, east - shift, north))):
            if shift:
                row["geometry"] = translate(row["geometry"], xoff=shift)
                row["lon"] += shift
            found.append(row | {"key": row["country"] or row["id"]})
    return found


def _draws(area: dict[str, Any], view: BoundaryView, on: str | None) -> bool:
    from geomap.regions import holds

    if on is not None and not holds(area, on):
        return False
    return view == "neutral" or area["held_by"] != area["country"]


def _clipped(shape: BaseGeometry, box: Bounds, tolerance: float) -> BaseGeometry:
    return shapely.clip_by_rect(shape, *box).simplify(tolerance)


def _edges(countries: Sequence[dict[str, Any]]) -> tuple[list[tuple[frozenset[str], BaseGeometry]], BaseGeometry]:
    """Return the lines that two countries share, with their ids, and the coast: in a coverage an edge is used twice or once."""
    ends, owners = [], []
    for number, country in enumerate(countries):
        for ring in shapely.get_rings(shapely.get_parts(country["geometry"])):
            xy = shapely.get_coordinates(ring)
            ends.append(np.hstack([xy[:-1], xy[1:]]))
            owners.append(np.full(len(xy) - 1, number))
    if not ends:
        return [], shapely.MultiLineString()
    segments, owner = np.vstack(ends), np.concatenate(owners)
    turned = (segments[:, 0] > segments[:, 2]) | (
        (segments[:, 0] == segments[:, 2]) & (segments[:, 1] > segments[:, 3])
    )
    segments[turned] = segments[turned][:, [2, 3, 0, 1]]
    order = np.lexsort(segments.T)
    segments, owner = segments[order], owner[order]
    same = np.all(segments[1:] == segments[:-1], axis=1)
    paired = np.concatenate([same, [False]]) | np.concatenate([[False], same])
    coast = shapely.multilinestrings(segments[~paired].reshape(-1, 2, 2))
    pairs: dict[frozenset[str], list[int]] = {}
    for index in np.flatnonzero(same):
        key = frozenset((countries[owner[index]]["key"], countries[owner[index + 1]]["key"]))
        pairs.setdefault(key, []).append(index)
    lines = [(k, shapely.line_merge(shapely.multilinestrings(segments[i].reshape(-1, 2, 2)))) for k, i in pairs.items()]
    return lines, coast


def _borders(
    shared: Sequence[tuple[frozenset[str], BaseGeometry]],
    coast: BaseGeometry,
    areas: Sequence[dict[str, Any]],
    *,
    box: Bounds,
    snap: float,
) -> tuple[Border, ...]:
    """Return the borders by status: a line is disputed where both its sides are parties to the area beside it.

    Where an area's outer edge is the border with a country that claims nothing of it, the line itself is settled.
    """
    settled, disputed, undetermined = [], [], []
    edges = [(a, shapely.clip_by_rect(a["geometry"].boundary, *_grown(box))) for a in areas]
    edges = [(a, e) for a, e in edges if not e.is_empty]
    for sides, line in shared:
        whole = shapely.clip_by_rect(line, *box)
        for area, edge in edges:
            if sides <= set((area["parties"] or "").split()) and shapely.dwithin(whole, edge, snap):
                band = edge.buffer(snap)
                disputed.append(whole.intersection(band))
                whole = whole.difference(band)
        settled.append(whole)
    drawn = shapely.get_parts([coast, *[line for _, line in shared]])
    near = shapely.STRtree(drawn)
    for area, edge in edges:
        beside = drawn[near.query(edge, predicate="dwithin", distance=snap)]
        inner = shapely.clip_by_rect(edge.difference(shapely.union_all(shapely.buffer(beside, snap))), *box)
        (undetermined if area["country"] is None else disputed).append(inner)
    statuses: tuple[tuple[BorderStatus, list[BaseGeometry]], ...] = (
        ("settled", settled), ("disputed", disputed), ("undetermined", undetermined),
    )  # fmt: skip
    merged = ((status, _lines(shapes)) for status, shapes in statuses)
    return tuple(Border(status=status, geometry=line) for status, line in merged if not line.is_empty)


def _grown(box: Bounds) -> Bounds:
    return box[0] - 1.0, box[1] - 1.0, box[2] + 1.0, box[3] + 1.0


def _lines(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return the lines among shapes as one merged geometry, without points where lines only touch."""
    parts = shapely.get_parts(shapely.get_parts(list(shapes)))
    lines = [p for p in parts if p.geom_type == "LineString" and not p.is_empty]
    return shapely.line_merge(shapely.multilinestrings(lines)) if lines else shapely.MultiLineString()


def _inner_lines(
    admin1: Sequence[dict[str, Any]], shared: Sequence[tuple[frozenset[str], BaseGeometry]], box: Bounds
) -> BaseGeometry:
    """Return the lines between provinces of one country."""
    keyed = [row | {"key": f"{row['country']}/{row['id']}"} for row in admin1]
    inside = [line for sides, line in _edges(keyed)[0] if len({s.partition("/")[0] for s in sides}) == 1]
    return shapely.clip_by_rect(_lines(inside), *box)


LABELLED: Final[dict[str, LabelKind]] = {
    "country": "country", "admin1": "admin1", "disputed": "disputed", "sea": "sea", "lake": "lake", "river": "river",
}  # fmt: skip


def _labels(rows: Sequence[dict[str, Any]], box: Bounds, lang: str) -> tuple[BasemapLabel, ...]:
    """Return one label a feature, on the part of it that is in view, in ``lang`` where the atlas knows the name so."""
    view = shapely.box(*box)
    found: dict[str, BasemapLabel] = {}
    for row in rows:
        kind = LABELLED.get(row["level"])
        if kind is None or not row["name"] or row["id"] in found:
            continue
        point = shapely.Point(row["lon"], row["lat"])
        if not view.contains(point):
            part = shapely.clip_by_rect(row["geometry"], *box)
            if part.is_empty:
                continue
            point = part.representative_point()
        found[row["id"]] = BasemapLabel(
            text=_in_language(row, lang), kind=kind, lon=point.x, lat=point.y, rank=max(1, min(10, row["rank"] or 5))
        )
    return tuple(sorted(found.values(), key=lambda label: (label.rank, label.kind, label.text)))


def _in_language(row: dict[str, Any], lang: str) -> str:
    if lang == "en" and row["level"] != "admin1":
        return str(row["name"])
    names = json.loads(row["names"] or "{}")
    return str(names.get(lang) or names.get(lang.partition("-")[0]) or row["name"])
