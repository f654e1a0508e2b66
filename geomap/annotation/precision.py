"""Spatial precision of a report: a category and an uncertainty radius in km."""

from __future__ import annotations

from functools import lru_cache
from math import pi, sqrt
from typing import TYPE_CHECKING

from geomap.annotation.parameters import NEAR_KM, PEOPLE_PER_KM2, SITE_KM, SMALLEST_SETTLEMENT_KM, UNKNOWN_AREA_KM
from geomap.annotation.roles import is_only_relative

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.types import Place, PlaceKind, Precision, Report

PRECISION_OF_KIND: dict[PlaceKind, Precision] = {
    "site": "site",
    "settlement": "settlement",
    "suburb": "settlement",
    "line": "line",
    "admin3": "admin2",
    "admin2": "admin2",
    "admin1": "admin1",
    "disputed": "disputed",
    "country": "country",
    "continent": "area",
    "macroregion": "area",
    "island": "area",
    "water": "area",
    "physical": "area",
}


def precision_of(place: Place) -> Precision:
    """Return the precision of a report at this place."""
    return PRECISION_OF_KIND[place.kind]


def reported_precision(report: Report) -> Precision:
    """Return the precision of a report: "near" for a point place where everything is reported near it and nothing in it."""
    precision = precision_of(report.place)
    if precision not in ("site", "settlement"):
        return precision
    reported = [e for e in report.evidence if e.is_reported] or [
        e for e in report.evidence if e.mention.kind == "literal"
    ]
    return "near" if reported and all(e.is_near or e.relation for e in reported) else precision


def uncertainty_km(report: Report) -> float:
    """Return the radius in km within which the reported event happened, rounded to one decimal.

    For an area: the radius of the disc of the same geodesic area. For a settlement: that of a disc which holds its population at
    ``PEOPLE_PER_KM2``. For a line: half of its drawn geodesic length. Where all is reported relative to the place: that of the widest
    relative place.
    """
    if is_only_relative(report):
        return round(max(e.relation.uncertainty_km for e in report.evidence if e.is_reported and e.relation), 1)
    precision = reported_precision(report)
    if precision == "near":
        return NEAR_KM
    if precision == "site":
        return SITE_KM
    if precision == "settlement":
        return round(max(SMALLEST_SETTLEMENT_KM, sqrt(report.place.population / PEOPLE_PER_KM2 / pi)), 1)
    if report.geometry is None:
        return UNKNOWN_AREA_KM[precision]
    return round(geometry_radius_km(report.geometry), 1)


@lru_cache(maxsize=2048)  # every export of a map needs the same outlines
def geometry_radius_km(geometry: BaseGeometry) -> float:
    """Return the radius of the disc of the same area as a polygon, or half the length of a line, in geodesic km."""
    import shapely
    from pyproj import Geod

    earth = Geod(ellps="WGS84")
    if geometry.geom_type.endswith("LineString"):
        return float(earth.geometry_length(geometry)) / 2000
    area, _ = earth.geometry_area_perimeter(shapely.orient_polygons(geometry))
    return sqrt(abs(area) / 1e6 / pi)
