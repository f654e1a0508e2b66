"""Frozen records of the inputs of a map: basemap, outlines, totals, changes, options, attributions.

Coordinates are longitude, latitude in degrees, EPSG:4326.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from geomap.records import Record
from geomap.types import Place, Precision, Region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry


NO_NAMES: Mapping[str, str] = MappingProxyType({})
"""The names of regions in the language of the page, by region id, where there are none, as in English."""


BorderStatus = Literal["settled", "disputed", "undetermined"]
"""How a border is drawn: solid, dashed, dotted."""


BoundaryView = Literal["neutral", "de-facto"]
"""Which convention the map follows: ``neutral`` shows every disputed area as disputed and assigns it to
no side; ``de-facto`` draws the lines of control as in Natural Earth."""


PRECISION_LIMITS: tuple[Precision, ...] = ("admin2", "admin1", "country")
"""The values of ``MapOptions.max_precision``."""


ChangeKind = Literal["new", "moved", "removed"]


LabelKind = Literal["country", "disputed", "admin1", "sea", "lake", "river"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Record):
    """A change of a place since the map was last built."""

    kind: ChangeKind
    place: Place
    """The current record; of a removed place, the previous one."""
    articles: tuple[str, ...] = ()
    """Ids of the articles that name it; of a removed place, that named it."""
    was: Place | None = None
    """The previous place of a moved name."""
    name: str | None = None
    """The moved name as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline(Record):
    """The polygon or line of a place, and a note that must be shown with it."""

    geometry: BaseGeometry = field(compare=False)
    """Polygon, MultiPolygon, LineString or MultiLineString, EPSG:4326."""
    note: str | None = None
    """Must be shown with the geometry: "schematic …", "approximate …"."""
    region: Region | None = None
    """The region it is the outline of; None for seas, rivers, corridors."""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionShape(Record):
    """A region and its polygon, for the shading by number of reports."""

    region: Region
    geometry: BaseGeometry = field(compare=False)
    """Polygon or MultiPolygon, EPSG:4326."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionTotal(Record):
    """The number of articles that report from a region."""

    id: str
    n_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotal(Record):
    """The number of articles that were published on a day."""

    day: str
    """ISO 8601 date."""
    n_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTotal(Record):
    """The reports from a cell of a grid: the sum over its places of the articles that report from the place."""

    west: float
    south: float
    n_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals(Record):
    """The totals of a dataset, of which a map shows only the strongest places."""

    n_articles: int
    n_places: int
    regions: tuple[RegionTotal, ...] = ()
    days: tuple[DayTotal, ...] = ()
    cell_degrees: float = 1.0
    """Side of a cell, degrees."""
    cells: tuple[CellTotal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Border(Record):
    """A stretch of international border, drawn by its status."""

    status: BorderStatus
    geometry: BaseGeometry = field(compare=False)
    """LineString or MultiLineString, EPSG:4326."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasemapLabel(Record):
    """A name printed on the basemap."""

    text: str
    kind: LabelKind
    lon: float
    lat: float
    rank: int = 5
    """1 is printed first, 10 last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap(Record):
    """The background of a map: geometry in EPSG:4326, clipped to ``bounds``; coasts and borders are separate lines."""

    bounds: tuple[float, float, float, float]
    """west, south, east, north; west may exceed east where the map crosses the antimeridian."""
    land: BaseGeometry = field(compare=False)
    """One MultiPolygon of all land."""
    lakes: BaseGeometry = field(compare=False)
    rivers: BaseGeometry = field(compare=False)
    borders: tuple[Border, ...] = ()
    admin1: BaseGeometry | None = field(default=None, compare=False)
    """Lines between states or provinces."""
    labels: tuple[BasemapLabel, ...] = ()
    world: BaseGeometry | None = field(default=None, compare=False)
    """Coarse land of the world, for the locator inset and outside ``bounds``."""
    world_borders: BaseGeometry | None = field(default=None, compare=False)
    """Coarse lines of the world's borders."""
    view: BoundaryView = "neutral"
    as_of: str | None = None
    """ISO date of the borders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution(Record):
    """A source of data and the attribution that its licence requires."""

    title: str
    text: str
    """The string shown on the map."""
    licence: str = ""
    """SPDX expression, or LicenseRef-… with the text in ``geodata/LICENSES.md``."""
    url: str | None = None
    version: str | None = None
    """ISO date on which it was fetched, or its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOptions(Record):
    """The options of a map."""

    boundary_view: BoundaryView = "neutral"
    min_confidence: float = 0.35
    """Places with at least this score are on the map; the others are listed under "Needs review" with the reason."""
    layers: tuple[str, ...] = ("reported",)
    """Layers that are initially visible: ``reported``, ``mentioned``, ``shading``."""
    lang: str | None = None
    """BCP 47 language of the basemap's names and of the interface, which is English where there is no translation; None for that of
    most articles."""
    publisher: str | None = None
    """Named in the boundary disclaimer."""
    tiles: str | None = None
    """An online tile URL with {z}/{x}/{y}; None for the embedded basemap, which needs no network."""
    tiles_attribution: str | None = None
    embed: bool = False
    """Only the map, for an iframe."""
    max_precision: Precision | None = None
    """Nothing finer than this is shown or exported, to protect people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapBase(Record):
    """The parts of a page that do not depend on the articles' texts."""

    basemap: Basemap
    shapes: tuple[RegionShape, ...]
    page: str
    """As ``render.empty_page`` makes it."""
    basemap_json: str
    """As ``payload.basemap_json`` makes it."""
