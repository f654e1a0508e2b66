"""Draw what lies under a map: land, water and borders of an extent, simplified to suit it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely.affinity import translate

from geomap.boundaries.boundary_file import Row
from geomap.boundaries.join import is_valid_on
from geomap.boundaries.local_names import LocalNames, no_names, unqualified
from geomap.map_types import Basemap, BasemapLabel, Border, BoundaryView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from geomap.boundaries.atlas import Atlas
    from geomap.boundaries.boundary_file import Layer
    from geomap.map_types import BorderStatus, LabelKind
    from geomap.types import Name

Bounds = tuple[float, float, float, float]

VIEWS: Final[dict[BoundaryView, str]] = {
    "neutral": "every disputed line dashed, whoever holds it; every claimed area outlined; no side taken",
    "de-facto": "lines of control dashed where a disputed area is held by another than the country around it; mere claims not drawn",
}
"""What each view draws. The polygons are Natural Earth's, in which disputed ground lies with the country that the
United Nations files it under; no view moves a place from one country to another."""

WORLD: Final[Bounds] = (-180.0, -90.0, 180.0, 90.0)
MERCATOR_LIMIT: Final = 85.05
"""Degrees of latitude where web maps end; beyond it a projected coordinate runs away to infinity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is drawn at an extent."""

    widest: float
    """Degrees of the longer side up to which this scale is used."""
    layer: str
    rank: int
    """Lakes and rivers up to this scale rank are drawn, 0 being the greatest."""
    admin1: bool


SCALES: Final = (
    Scale(widest=5.0, layer="countries", rank=12, admin1=True),
    Scale(widest=12.0, layer="countries", rank=8, admin1=True),
    Scale(widest=30.0, layer="countries_medium", rank=6, admin1=True),
    Scale(widest=70.0, layer="countries_medium", rank=4, admin1=False),
    Scale(widest=361.0, layer="countries_coarse", rank=2, admin1=False),
)


def basemap(
    atlas: Atlas,
    bounds: Bounds,
    *,
    view: BoundaryView = "neutral",
    on: str | None = None,
    lang: str = "en",
    gazetteer_names: Callable[[str], Iterable[Name]] = no_names,
) -> Basemap:
    """Return the basemap of west, south, east, north; geometry runs on past 180° where the extent does.

    An extent with west beyond east, or east beyond 180, crosses the antimeridian. What is disputed is so on the ISO
    date ``on``, or at any time where none is given. ``VIEWS`` describes what each view draws. ``lang`` and
    ``gazetteer_names`` are as for ``LocalNames``.
    """
    box = frame_of(bounds)
    longer = max(box[2] - box[0], box[3] - box[1])
    scale = next(s for s in SCALES if longer <= s.widest)
    local = LocalNames(atlas=atlas, lang=lang, gazetteer_names=gazetteer_names)
    # Corners closer than a third of a pixel on a map 1,000 pixels wide are not seen.
    tolerance = longer / 3000
    countries = _copies(atlas.layer(scale.layer), box)
    water = _copies(atlas.layer("physical"), box)
    lakes = [w for w in water if w["level"] == "lake" and w["rank"] <= scale.rank]
    rivers = [w for w in water if w["level"] == "river" and w["rank"] <= scale.rank]
    admin1 = _copies(atlas.layer("admin1"), box) if scale.admin1 else []
    areas = [a for a in _copies(atlas.layer("disputed"), box) if _is_on(a, on)]
    return Basemap(
        bounds=bounds,
        land=_land(atlas, countries, scale, box).simplify(tolerance),
        lakes=_united(lakes, box).simplify(tolerance),
        rivers=_united(rivers, box).simplify(tolerance),
        borders=_borders(atlas, scale, box, view=view, on=on),
        admin1=_inner_lines(admin1, box).simplify(tolerance) if admin1 else None,
        labels=_labels([*countries, *admin1, *areas, *water], scale, box, local),
        world=_copies(atlas.layer("land"), WORLD)[0]["geometry"],
        world_borders=_lines([row["geometry"] for row in _border_rows(atlas, "countries_coarse", WORLD)]),
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


def _copies(layer: Layer, box: Bounds) -> list[Row]:
    """Return the layer's rows that touch the box, with their geometry, a turn further on beyond the antimeridian."""
    west, south, east, north = box
    found = []
    for shift in (-360.0, 0.0, 360.0):
        if west - shift >= 180.0 or east - shift <= -180.0:
            continue
        positions = layer.within((west - shift, south, east - shift, north))
        for position, shape in zip(positions.tolist(), layer.shapes(positions), strict=True):
            row = layer.row(position)
            found.append(
                row | {"geometry": translate(shape, xoff=shift) if shift else shape, "lon": row["lon"] + shift}
            )
    return found


def _is_on(row: Row, on: str | None) -> bool:
    return on is None or is_valid_on(on, since=row["valid_from"], until=row["valid_to"])


def _land(atlas: Atlas, countries: Sequence[Row], scale: Scale, box: Bounds) -> BaseGeometry:
    """Return all land in the box; for the widest maps it was put together beforehand."""
    if scale.layer == "countries_coarse":
        return _united(_copies(atlas.layer("land"), box), box)
    return _united(countries, box)


def _united(rows: Sequence[Row], box: Bounds) -> BaseGeometry:
    return shapely.union_all(shapely.clip_by_rect([row["geometry"] for row in rows], *box))


def _border_rows(atlas: Atlas, layer: str, box: Bounds) -> list[Row]:
    return [row for row in _copies(atlas.layer("borders"), box) if row["places"] == layer]


def _borders(atlas: Atlas, scale: Scale, box: Bounds, *, view: BoundaryView, on: str | None) -> tuple[Border, ...]:
    """Return the lines by status. A border that is disputed at another time only is settled; such a claim is not drawn."""
    lines: dict[BorderStatus, list[BaseGeometry]] = {"settled": [], "disputed": [], "undetermined": []}
    for row in _border_rows(atlas, scale.layer, box):
        contested = row["parties"] is not None and _is_on(row, on)
        if row["level"] == "claim":
            if not contested or (view == "de-facto" and row["held_by"] == row["country"]):
                continue
            status: BorderStatus = "disputed" if row["country"] else "undetermined"
        else:
            status = "disputed" if contested else "settled"
        lines[status].append(row["geometry"])
    merged = ((status, shapely.clip_by_rect(_lines(found), *box)) for status, found in lines.items())
    return tuple(Border(status=status, geometry=line) for status, line in merged if not line.is_empty)


def _lines(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return the lines among shapes as one merged geometry."""
    parts = [part for part in shapely.get_parts(list(shapes)) if part.geom_type == "LineString"]
    return shapely.line_merge(shapely.multilinestrings(parts)) if parts else shapely.MultiLineString()


def _inner_lines(provinces: Sequence[Row], box: Bounds) -> BaseGeometry:
    """Return the lines between provinces of one country: in a coverage the edges that two of them use."""
    west, south, east, north = box
    ends, owners = [], []
    for number, row in enumerate(provinces):
        for ring in shapely.get_rings(shapely.get_parts(row["geometry"])):
            xy = shapely.get_coordinates(ring)
            ends.append(np.hstack([xy[:-1], xy[1:]]))
            owners.append(np.full(len(xy) - 1, number))
    segments, owner = np.vstack(ends), np.concatenate(owners)
    x, y = segments[:, [0, 2]], segments[:, [1, 3]]
    inside = (x.max(1) >= west) & (x.min(1) <= east) & (y.max(1) >= south) & (y.min(1) <= north)
    segments, owner = segments[inside], owner[inside]
    turned = (segments[:, 0] > segments[:, 2]) | (
        (segments[:, 0] == segments[:, 2]) & (segments[:, 1] > segments[:, 3])
    )
    segments[turned] = segments[turned][:, [2, 3, 0, 1]]
    order = np.lexsort(segments.T)
    segments, owner = segments[order], owner[order]
    countries = np.array([row["country"] or row["id"] for row in provinces], dtype=object)[owner]
    twice = np.all(segments[1:] == segments[:-1], axis=1) & (countries[1:] == countries[:-1])
    lines = shapely.linestrings(segments[:-1][twice].reshape(-1, 2, 2))
    return shapely.clip_by_rect(_lines(list(lines)), *box)


LABELLED: Final[dict[str, LabelKind]] = {
    "country": "country", "admin1": "admin1", "disputed": "disputed", "sea": "sea", "lake": "lake", "river": "river",
}  # fmt: skip


WATER: Final = frozenset({"sea", "lake", "river"})


def _labels(rows: Sequence[Row], scale: Scale, box: Bounds, local: LocalNames) -> tuple[BasemapLabel, ...]:
    """Return one label a feature, on the part of it that is in view, by its local name where one is known."""
    view = shapely.box(*box)
    spots: dict[str, tuple[float, Row, shapely.Point]] = {}
    for row in rows:
        kind = LABELLED.get(row["level"])
        if kind is None or not row["name"] or (kind in WATER and row["rank"] > scale.rank):
            continue
        point, worth = shapely.Point(row["lon"], row["lat"]), np.inf
        if not view.contains(point):
            # Of a country on both sides of the antimeridian, or in many islands, the greatest part in view is named.
            parts = shapely.get_parts(shapely.clip_by_rect(row["geometry"], *box))
            if len(parts) == 0:
                continue
            measures = shapely.area(parts) + shapely.length(parts) / 1e6
            point, worth = parts[measures.argmax()].representative_point(), float(measures.max())
        if row["id"] not in spots or worth > spots[row["id"]][0]:
            spots[row["id"]] = (worth, row, point)
    found = {
        (kind, text): BasemapLabel(text=text, kind=kind, lon=point.x, lat=point.y, rank=_rank(row))
        for _, row, point in reversed(spots.values())
        for kind, text in [(LABELLED[row["level"]], _label(row, local))]
    }
    return tuple(sorted(found.values(), key=lambda label: (label.rank, label.kind, label.text)))


def _rank(row: Row) -> int:
    """Return 1 for what is named first to 10 for what is named last: a base or a zone inside a country comes late."""
    is_enclosed = row["level"] == "country" and row["iso"] is None
    return 9 if is_enclosed else max(1, min(10, row["rank"] or 5))


def _label(row: Row, local: LocalNames) -> str:
    """Return the name to print; in English the row's own, but for states, whose English names may differ from it."""
    is_own = local.base == "en" and row["level"] != "admin1"
    name = (None if is_own else local.of_row(row)) or (local.english(row) if row["level"] == "admin1" else None)
    return unqualified(name or row["name"])
