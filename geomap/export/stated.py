"""What reports state beside their places: relative places and movements, as table rows with geometry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from geomap.annotation.precision import geometry_radius_km
from geomap.annotation.roles import relative_places
from geomap.export.rows import ACLED, UCDP, Row, row

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.annotation.roles import RelativePlace
    from geomap.types import Article, Movement, Report

SCHEMATIC = "schematic: the order of the places is reported, the way between them is not"
"""The note of every movement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A relative place or a movement as a table row."""

    row: Row
    place_id: str
    """Of the place that it is relative to, or that it starts at."""
    shape: BaseGeometry
    """EPSG:4326; a movement's goes beyond 180 degrees at the antimeridian."""
    is_reported: bool


def stated(report: Report, articles: Mapping[str, Article]) -> Iterator[Stated]:
    """Yield the relative places of a report, then its movements; ``articles`` by id."""
    for relative in relative_places(report):
        yield _relative(report, relative, articles)
    for n, movement in enumerate(report.movements, start=1):
        yield _movement(report, movement, n, articles)


def stated_id(report: Report, kind: Literal["relative", "movement"], n: int) -> str:
    """Return the id of the nth relative place or movement of a report, from 1: "gn:616062/relative/1"."""
    return f"{report.place.id}/{kind}/{n}"


def route_of(movement: Movement) -> str:
    """Return the names of the places on a movement in its order."""
    return " – ".join(stop.name for stop in movement.stops)


def path_of(movement: Movement) -> BaseGeometry:
    """Return the path of a movement; it goes beyond 180 degrees at the antimeridian."""
    from shapely import LineString

    return LineString(movement.path)


def _relative(report: Report, relative: RelativePlace, articles: Mapping[str, Article]) -> Stated:
    relation = relative.relation
    own = row(replace(report, evidence=relative.evidence), articles)
    return Stated(
        row=replace(
            own,
            id=stated_id(report, "relative", relative.number),
            name=relation.text,
            kind="relative",
            uncertainty_km=relation.uncertainty_km,
            lon=round(relation.lon, 7),
            lat=round(relation.lat, 7),
            geonameid=None,
            note=relation.note or "",
        ),
        place_id=report.place.id,
        shape=relation.geometry,
        is_reported=relative.is_reported,
    )


def _movement(report: Report, movement: Movement, n: int, articles: Mapping[str, Article]) -> Stated:
    own = (movement.article_id, movement.part, movement.start, movement.end)
    evidence = tuple(e for e in report.evidence if (e.article_id, e.mention.part, e.start, e.end) == own)
    path = path_of(movement)
    return Stated(
        row=replace(
            row(replace(report, evidence=evidence), articles),
            id=stated_id(report, "movement", n),
            name=route_of(movement),
            kind="movement",
            role="route",
            role_probability=movement.probability,
            precision="line",
            uncertainty_km=round(geometry_radius_km(path), 1),
            acled_precision=ACLED["line"],
            ucdp_precision=UCDP["line"],
            lon=None,
            lat=None,
            geonameid=None,
            note=SCHEMATIC,
        ),
        place_id=report.place.id,
        shape=path,
        is_reported=True,
    )
