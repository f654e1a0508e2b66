"""Frozen records of what a map is drawn from: basemap, outlines, totals, changes, options, attributions.

Coordinates are longitude, latitude in degrees, EPSG:4326.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from geomap.types import Place, Precision, Region

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


BorderStatus = Literal["settled", "disputed", "undetermined"]
"""How a border is drawn: solid, dashed, dotted."""


BoundaryView = Literal["neutral", "de-facto"]
"""Which convention the map draws: ``neutral`` shows every disputed area as disputed and gives it to
no side; ``de-facto`` draws the lines of control as Natural Earth has them."""


PRECISION_LIMITS: tuple[Precision, ...] = ("admin2", "admin1", "country")
"""What ``MapOptions.max_precision`` may be."""


ChangeKind = Literal["new", "moved", "removed"]


LabelKind = Literal["country", "disputed", "admin1", "sea", "lake", "river"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a place since the map was last built."""

    kind: ChangeKind
    place: Place
    """As it is now; of a removed one, as it was."""
    articles: tuple[str, ...] = ()
    """Ids of the articles that name it; of a removed one, that named it."""
    was: Place | None = None
    """Where a moved name stood before."""
    name: str | None = None
    """The moved name, as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The polygon or line of a place, and what must be said with it."""

    geometry: BaseGeometry = field(compare=False)
    """Polygon, MultiPolygon, LineString or MultiLineString, EPSG:4326."""
    note: str | None = None
    """What must be said wherever it is shown: "schematic …", "approximate …"."""
    region: Region | None = None
    """The region it is the outline of; None for seas, rivers, corridors."""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionShape:
    """A region and its polygon, for the shading by number of reports."""

    region: Region
    geometry: BaseGeometry = field(compare=False)
    """Polygon or MultiPolygon, EPSG:4326."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionTotal:
    """In how many articles something is reported from a region."""

    id: str
    n_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTotal:
    """How many articles were published on a day."""

    day: str
    """ISO 8601 date."""
    n_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellTotal:
    """How much is reported from a cell of a grid: articles, counted once for each of its places they report from."""

    west: float
    south: float
    n_articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What a dataset adds up to, where a map shows only the strongest of its places."""

    n_articles: int
    n_places: int
    regions: tuple[RegionTotal, ...] = ()
    days: tuple[DayTotal, ...] = ()
    cell_degrees: float = 1.0
    """Side of a cell, degrees."""
    cells: tuple[CellTotal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """A stretch of international border, drawn by its status."""

    status: BorderStatus
    geometry: BaseGeometry = field(compare=False)
    """LineString or MultiLineString, EPSG:4326."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasemapLabel:
    """A name printed on the basemap."""

    text: str
    kind: LabelKind
    lon: float
    lat: float
    rank: int = 5
    """1 is printed first, 10 last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """What lies under a map: geometry of EPSG:4326, clipped to ``bounds``, coasts and borders as lines of their own."""

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
    """Coarse land of the whole world, for the locator inset and beyond ``bounds``."""
    world_borders: BaseGeometry | None = field(default=None, compare=False)
    """Coarse lines of the world's borders."""
    view: BoundaryView = "neutral"
    as_of: str | None = None
    """ISO date the borders stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """A source of data and the words its licence asks for."""

    title: str
    text: str
    """The string shown on the map."""
    licence: str = ""
    """SPDX expression, or LicenseRef-… with the text in ``geodata/LICENSES.md``."""
    url: str | None = None
    version: str | None = None
    """ISO date on which it was fetched, or the version it carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOptions:
    """What an editor may choose about a map; the defaults are for a newsroom that has not chosen."""

    boundary_view: BoundaryView = "neutral"
    min_confidence: float = 0.35
    """Places surer than this are drawn; the others are listed under "Needs review" with the reason."""
    layers: tuple[str, ...] = ("reported",)
    """Layers switched on at first: ``reported``, ``mentioned``, ``shading``."""
    lang: str = "en"
    """BCP 47 language of the basemap's names and, where it is translated, of the interface; else that is English."""
    publisher: str | None = None
    """Named in the boundary disclaimer."""
    tiles: str | None = None
    """An online tile URL with {z}/{x}/{y}; None draws the embedded basemap and needs no network."""
    tiles_attribution: str | None = None
    embed: bool = False
    """Map alone, for an iframe."""
    max_precision: Precision | None = None
    """Nothing finer than this is shown or exported, to protect people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapBase:
    """The parts of a page that do not depend on the articles' texts."""

    basemap: Basemap
    shapes: tuple[RegionShape, ...]
    page: str
    """As ``render.empty_page`` makes it."""
    basemap_json: str
    """As ``payload.basemap_json`` makes it."""
