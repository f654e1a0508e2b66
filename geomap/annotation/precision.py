"""How exactly a place is known, told in one word and in kilometres: what a symbol on the map may claim."""

from __future__ import annotations

import re
from functools import lru_cache
from math import pi, sqrt
from typing import TYPE_CHECKING

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

# Built-up land holds about 3,000 people a square kilometre in the middle of the range of UN-Habitat's
# city samples; the radius of a disc of that density is how far a report "in" a city may be from its point.
PEOPLE_PER_KM2 = 3000
SMALLEST_SETTLEMENT_KM = 1.0
SITE_KM = 0.5
# The half-width of what is drawn for an area whose outline is not known.
# UCDP GED codebook, where_prec 2: "near" a place is within some 25 km of it.
NEAR_KM = 25.0
UNKNOWN_AREA_KM = {"admin2": 25.0, "admin1": 100.0, "country": 300.0, "disputed": 50.0, "line": 10.0, "area": 100.0}


def precision_of(place: Place) -> Precision:
    """Return how exactly a report at this place is located."""
    return PRECISION_OF_KIND[place.kind]


def reported_precision(report: Report) -> Precision:
    """Return how exactly what is reported is located: "near" a town where no sentence puts it into the town itself."""
    precision = precision_of(report.place)
    said = [e.is_near for e in report.evidence if e.mention.kind == "literal"]
    return "near" if precision in ("site", "settlement") and said and all(said) else precision


def is_near(before: str) -> bool:
    """Tell whether the words before a toponym put what is told near the place and not in it; English, Russian, Ukrainian."""
    return bool(_NEAR.search(before))


_POINT = r"(?:north|south)?[- ]?(?:east|west)?(?:north|south|east|west)(?:ern)?"
_COMPASS = rf"(?:(?:to\s+the\s+)?{_POINT}\s+of)"
_NEAR = re.compile(
    r"(?:\b(?i:near|nearby|close\s+to|not\s+far\s+from|outside|in\s+the\s+vicinity\s+of|(?:on|at|in)\s+the\s+(?:outskirts|edge|approaches)\s+(?:of|to)"
    rf"|(?:km|kilomet(?:er|re)s?|miles?)\s+(?:{_COMPASS}|from|away\s+from|outside)|(?:just\s+)?{_COMPASS})"
    r"|\b(?i:под|близ|возле|около|вблизи|неподалёку\s+от|недалеко\s+от|в\s+окрестностях|під|біля|поблизу|неподалік\s+від|в\s+околицях))\s+"
    r"(?:the\s+)?(?:(?:\w+\s+)?(?:village|town|city|settlement|port|capital|hamlet)s?\s+of\s+)?"
    r"(?:[^\W\d_a-zа-яіїєґ][\w'’-]+(?:\s[^\W\d_a-zа-яіїєґ][\w'’-]+)?(?:,\s+(?:and\s+)?|\s+(?:and|и|і|та)\s+)){0,3}$"
)
"""Up to three names may stand between: "near Martakert and Askeran" is near both."""


def uncertainty_km(report: Report) -> float:
    """Return the radius in km within which the reported thing happened, one significant decimal.

    For an area it is the radius of the disc with the area's geodesic size, for a settlement that of a disc
    with its population, for a line half of its drawn length.
    """
    precision = reported_precision(report)
    if precision == "near":
        return NEAR_KM
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
