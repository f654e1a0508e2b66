"""How exactly a place is known, told in one word and in kilometres: what a symbol on the map may claim."""

from __future__ import annotations

from functools import lru_cache
from math import pi, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.vocabulary import Place, PlaceKind, Precision, Report

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

# Built-up land holds about 3,000 people a square kilometre in the middle of the range of UN-Habitat's
# city samples; the radius of a disc of that density is how far a report "in" a city may be from its point.
PEOPLE_PER_KM2 = 3000
SMALLEST_SETTLEMENT_KM = 1.0
SITE_KM = 0.5
# The half-width of what is drawn for an area whose outline is not known.
UNKNOWN_AREA_KM = {"admin2": 25.0, "admin1": 100.0, "country": 300.0, "disputed": 50.0, "line": 10.0, "area": 100.0}


def precision_of(place: Place) -> Precision:
    """Return how exactly a report at this place is located."""
    return PRECISION_OF_KIND[place.kind]


def uncertainty_km(report: Report) -> float:
    """Return the radius in km within which the reported thing happened, one significant decimal.

    For an area it is the radius of the disc with the area's geodesic size, for a settlement that of a disc
    with its population, for a line half of its drawn length.
    """
    precision = precision_of(report.place)
    if precision == "site":
        return SITE_KM
    if precision == "settlement":
        return round(max(SMALLEST_SETTLEMENT_KM, sqrt(report.place.population / PEOPLE_PER_KM2 / pi)), 1)
    if report.geometry is None:
        return UNKNOWN_AREA_KM[precision]
    return round(_radius_km(report.geometry), 1)


@lru_cache(maxsize=2048)  # every export of a map asks for the same outlines
def _radius_km(geometry: BaseGeometry) -> float:
    """Return the radius of the disc as large as a polygon, or half the length of a line, geodesic km."""
    import shapely
    from pyproj import Geod

    earth = Geod(ellps="WGS84")
    if geometry.geom_type.endswith("LineString"):
        return float(earth.geometry_length(geometry)) / 2000
    area, _ = earth.geometry_area_perimeter(shapely.orient_polygons(geometry))
    return sqrt(abs(area) / 1e6 / pi)
