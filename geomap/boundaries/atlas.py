"""The atlas: outlines of places and the basemap, from the embedded boundaries. Opening it reads nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geomap.boundaries.boundary_file import Layer
from geomap.geodesy import KM_PER_DEGREE
from geomap.map_types import Outline, RegionShape
from geomap.text.normalize import fold_feature

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from geomap.manifest import Geodata
    from geomap.types import Place, Region

OUTLINED: Final = {
    "country": ("countries", "disputed"),
    "disputed": ("disputed", "countries", "admin1"),
    "admin1": ("admin1", "admin2", "countries", "disputed"),
    "admin2": ("admin2", "admin1"),
    "admin3": ("admin2", "admin1"),
    "continent": ("physical",),
    "macroregion": ("physical", "disputed", "admin1"),
    "line": ("physical",),
    "island": ("physical", "countries", "admin1"),
    "water": ("physical",),
    "physical": ("physical",),
}
"""The layers that may hold a place's outline, by kind, best first; a town is a point, whatever its district is."""

REGION_LAYERS: Final = {"country": "countries", "admin1": "admin1", "admin2": "admin2", "disputed": "disputed"}

ALIKE: Final = {
    "water": ("water", "sea", "lake", "river"), "macroregion": ("macroregion", "physical"), "physical": ("physical", "macroregion"),
}  # fmt: skip
"""Kinds of the atlas that a gazetteer kind may be: what one calls a region, another calls a range."""
NEAR_KM: Final = 300.0
"""How far from its gazetteer point a natural feature of the same name may lie and still be the same one."""


MAX_POINTS: Final = 3_000
"""Of an outline that is used as it is."""
COARSE_DEGREES: Final = 0.01
"""Tolerance of the outline of a large area: 1 km, which the boundaries are true to."""
WIDE_DEGREES: Final = 4.0
"""Width from which land is taken at ``COARSE_DEGREES``."""
COARSE_SHARE: Final = 0.001
"""Tolerance of wide land, as a share of its width."""
GRID_DEGREES: Final = 0.0005
"""To which the corners of land are rounded, so that slivers between neighbours vanish: 55 m."""
COARSE_AREA_SHARE: Final = 0.0007
"""The same of a very large area, as a share of the root of its square degrees: 2.5 km for the United States."""
ISLAND_SHARE: Final = 0.001
"""Of the largest part of a large area, below which an island is left out."""


class Atlas:
    """The boundaries of one geodata folder; opening it reads nothing."""

    def __init__(self, folder: Path | Geodata, *, own: Path | None = None) -> None:
        """Take a folder of boundary files, or the geodata whose ``boundaries`` folder holds them; and the user's own."""
        self._source = folder
        self.own = Layer(own) if own else None
        self._layers: dict[str, Layer] = {}
        self._coarse: dict[str, Outline | None] = {}

    def _path(self, name: str) -> Path:
        from pathlib import Path

        if isinstance(self._source, Path):
            return self._source / f"{name}.parquet"
        return self._source.path(f"boundaries/{name}.parquet")

    def layer(self, name: str) -> Layer:
        """Return a layer by file name: countries, admin1, admin2, disputed, physical, borders, land."""
        if name not in self._layers:
            self._layers[name] = Layer(self._path(name))
        return self._layers[name]

    def outline(self, place: Place) -> Outline | None:
        """Return the polygon or line of a place, or None where it is a point or the atlas holds no outline of it."""
        if self.own and place.id in self.own.by_place:
            return self._outline(self.own, self.own.by_place[place.id])
        for name in OUTLINED.get(place.kind, ()):
            layer = self.layer(name)
            row = layer.by_place.get(place.id)
            if row is None and name == "physical":
                row = self._same_name(layer, place)
            if row is not None:
                return self._outline(layer, row)
        return None

    def coarse_outline(self, place: Place) -> Outline | None:
        """Return the outline of a place for cutting shapes from it: of a large one without detail and without small islands."""
        if place.id not in self._coarse:
            outline = self.outline(place)
            self._coarse[place.id] = outline and replace(outline, geometry=_coarse(outline.geometry))
        return self._coarse[place.id]

    def rivers(self, name: str) -> tuple[BaseGeometry, ...]:
        """Return the lines of the rivers of this name, in any language the boundaries know, the world over."""
        import numpy as np

        layer = self.layer("physical")
        levels = layer.columns["level"]
        found = [at for at in layer.by_name.get(fold_feature(name), ()) if levels[at] == "river"]
        return tuple(layer.shapes(np.array(found, dtype=int))) if found else ()

    def lines_within(self, west: float, south: float, east: float, north: float) -> tuple[BaseGeometry, ...]:
        """Return the lines of the rivers and of the international borders within bounds in degrees."""
        import numpy as np
        import shapely

        box = (west, south, east, north)
        found: list[BaseGeometry] = []
        for name, column, value in (("physical", "level", "river"), ("borders", "places", "countries")):
            layer = self.layer(name)
            positions = [at for at in layer.within(box).tolist() if layer.columns[column][at] == value]
            found += shapely.clip_by_rect(layer.shapes(np.array(positions, dtype=int)), *box).tolist()
        return tuple(shape for shape in found if not shape.is_empty)

    def land(self, west: float, south: float, east: float, north: float) -> BaseGeometry:
        """Return the land within bounds in degrees that do not cross the antimeridian, as one geometry."""
        import shapely

        layer = self.layer("countries")
        box = (west, south, east, north)
        clipped = shapely.clip_by_rect(layer.shapes(layer.within(box)), *box)
        if max(east - west, north - south) > WIDE_DEGREES:
            tolerance = max(COARSE_DEGREES, max(east - west, north - south) * COARSE_SHARE)
            clipped = shapely.simplify(clipped, tolerance, preserve_topology=False)
        return shapely.union_all(shapely.make_valid(clipped), grid_size=GRID_DEGREES)

    def country(self, code: str) -> Outline | None:
        """Return the coarse outline of the country of an ISO 3166-1 alpha-2 code; None where the boundaries have none."""
        if code not in self._coarse:
            layer = self.layer("countries")
            found = [at for at, known in enumerate(layer.columns["country"]) if known == code]
            outline = self._outline(layer, found[0]) if found else None
            self._coarse[code] = outline and replace(outline, geometry=_coarse(outline.geometry))
        return self._coarse[code]

    def shapes(self, regions: Iterable[Region]) -> tuple[RegionShape, ...]:
        """Return the polygons of these regions, each once, in the order given.

        A region of no layer is left out, and so is a user's own area: these overlap as they like, and are not counted.
        """
        found = []
        for region in dict.fromkeys(regions):
            if region.level == "own":
                continue
            layer = self.layer(REGION_LAYERS[region.level])
            position = layer.by_id.get(region.id)
            if position is not None:
                found.append(RegionShape(region=region, geometry=layer.shape(position)))
        return tuple(found)

    @staticmethod
    def _outline(layer: Layer, position: int) -> Outline:
        row = layer.row(position)
        region = layer.region(position) if row["level"] in (*REGION_LAYERS, "own") else None
        return Outline(geometry=layer.shape(position), note=row["note"], region=region, source=row["source"] or "")

    @staticmethod
    def _same_name(layer: Layer, place: Place) -> int | None:
        """Return the natural feature of the same name and kind that lies at the place's point, or nearest to it."""
        import numpy as np
        import shapely

        kinds = ALIKE.get(place.kind, (place.kind,))
        levels = layer.columns["level"]
        named = layer.by_name.get(fold_feature(place.name), ())
        found = np.array([at for at in named if levels[at] in kinds], dtype=int)
        if not len(found):
            return None
        apart = shapely.distance(layer.shapes(found), shapely.Point(place.lon, place.lat))
        best = int(np.argmin(apart))
        return int(found[best]) if apart[best] * KM_PER_DEGREE <= NEAR_KM else None


def _coarse(geometry: BaseGeometry) -> BaseGeometry:
    import shapely

    if "Polygon" not in geometry.geom_type or shapely.get_num_coordinates(geometry) <= MAX_POINTS:
        return geometry
    parts = shapely.get_parts(geometry)
    areas = shapely.area(parts)
    tolerance = max(COARSE_DEGREES, COARSE_AREA_SHARE * float(areas.sum()) ** 0.5)
    kept = shapely.simplify(parts[areas >= ISLAND_SHARE * areas.max()], tolerance, preserve_topology=False)
    return shapely.make_valid(shapely.multipolygons(shapely.get_parts(kept)))
