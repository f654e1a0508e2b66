"""The record of a relative place: "12 km north-west of Goris". Coordinates are longitude, latitude in degrees, EPSG:4326."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from geomap.records import Record

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

RelationKind = Literal[
    "distance_direction",
    "distance",
    "direction",
    "part",
    "between",
    "halfway",
    "along",
    "border",
    "off",
    "inside",
    "radius",
    "confluence",
    "opposite",
    "travel_time",
]
"""How words place something relative to named places: "12 km north of Goris", "12 km from Goris", "north of Goris", "northern
Mali", "between Lyon and Dijon", "halfway from Lyon to Dijon", "on the road from Goris to Tegh", "on the Syrian border", "off
Yemen", "30 km inside Belarus", "within 30 km of Goris", "where the Sava meets the Danube", "opposite Ruse", "two hours' drive
from Nairobi"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Record):
    """Words that place something relative to named places, and the area they mean."""

    kind: RelationKind
    start: int
    end: int
    """Half-open span of the words, the anchors included, in code points of the part of the article that the mention is in."""
    text: str
    """The words in the article: "12 km north-west of Goris"."""
    anchors: tuple[str, ...]
    """Ids of the places it is relative to."""
    wkb: bytes = field(compare=False, repr=False)
    """``geometry`` as well-known binary, in which form it is stored and sent to other processes."""
    lon: float
    lat: float
    """Its centre; with a distance and a direction the point that the words state."""
    uncertainty_km: float
    """Distance from the centre within which the geometry lies."""
    note: str | None = None
    """What the geometry is, for the reader: "ring 10 to 14 km from Goris", "schematic sector, a reach of 25 km is assumed"."""

    @property
    def geometry(self) -> BaseGeometry:
        """Where it may be: a polygon or several, EPSG:4326, within -180..180 and cut at the antimeridian; decoded at each access."""
        import shapely

        return shapely.from_wkb(self.wkb)
