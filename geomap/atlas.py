"""The atlas: boundary polygons and physical features, read from disk only as far as a question needs them."""

from __future__ import annotations

import json
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from geomap.errors import CRSError, GeodataError
from geomap.vocabulary import Outline, Region, RegionShape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import pyarrow.parquet as pq
    from pyproj import CRS
    from shapely import STRtree

    from geomap.geodata import Geodata
    from geomap.vocabulary import Basemap, BoundaryView, Place

OUTLINED: Final = {
    "country": ("countries", "disputed"),
    "disputed": ("disputed", "countries", "admin1"),
    "admin1": ("admin1", "admin2", "countries"),
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

NEAR_KM: Final = 300.0
"""How far from its gazetteer point a natural feature of the same name may lie and still be the same one."""


class Layer:
    """One GeoParquet file of regions: attributes are read once, geometries by row group when asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._n_read: set[int] = set()

    @cached_property
    def _file(self) -> pq.ParquetFile:
        import pyarrow.parquet as pq
        from pyarrow import ArrowInvalid

        try:
            return pq.ParquetFile(self.path)
        except FileNotFoundError as error:
            message = f"{self.path}: boundary file is missing; install geomap again, or build it (see geodata/build)"
            raise GeodataError(message) from error
        except ArrowInvalid as error:
            message = f"{self.path}: boundary file is damaged; install geomap again, or build it (see geodata/build)"
            raise GeodataError(message) from error

    @cached_property
    def crs(self) -> CRS:
        """The coordinate reference system the file declares; GeoParquet's default is longitude, latitude WGS 84."""
        from pyproj import CRS

        metadata = self._file.schema_arrow.metadata or {}
        column = json.loads(metadata.get(b"geo", b"{}")).get("columns", {}).get("geometry", {})
        if "crs" in column and column["crs"] is None:
            raise CRSError(
                f"{self.path}: the boundary file declares no coordinate reference system; write it as EPSG:4326"
            )
        return CRS.from_user_input(column.get("crs", "OGC:CRS84"))

    @cached_property
    def attributes(self) -> pd.DataFrame:
        """Every column but the geometry, one row a region."""
        columns = [n for n in self._file.schema_arrow.names if n not in ("geometry", "bbox")]
        return self._file.read(columns=columns).to_pandas()

    @cached_property
    def boxes(self) -> np.ndarray[Any, Any]:
        """Shape (n, 4): west, south, east, north of each row, degrees."""
        import numpy as np

        column = self._file.read(columns=["bbox"])["bbox"].combine_chunks().flatten()
        return np.stack([np.asarray(side) for side in column], axis=1)

    @cached_property
    def tree(self) -> STRtree:
        """A spatial index of the boxes: which rows are worth decoding."""
        import shapely

        return shapely.STRtree(shapely.box(*self.boxes.T))

    @cached_property
    def _starts(self) -> np.ndarray[Any, Any]:
        import numpy as np

        metadata = self._file.metadata
        sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(int)

    @cached_property
    def _geometry(self) -> np.ndarray[Any, Any]:
        import numpy as np

        return np.full(self._starts[-1], None, dtype=object)

    def rows(self, wanted: np.ndarray[Any, Any]) -> gpd.GeoDataFrame:
        """Return the rows of these positions, decoding only the row groups they lie in."""
        import geopandas as gpd
        import numpy as np
        import shapely

        groups = set(np.searchsorted(self._starts, wanted, side="right") - 1) - self._n_read
        ordered = sorted(int(g) for g in groups)
        if ordered:
            blobs = self._file.read_row_groups(ordered, columns=["geometry"])["geometry"].to_numpy(zero_copy_only=False)
            positions = np.concatenate([np.arange(self._starts[g], self._starts[g + 1]) for g in ordered])
            self._geometry[positions] = shapely.from_wkb(blobs)
            self._n_read.update(ordered)
        return gpd.GeoDataFrame(self.attributes.iloc[wanted], geometry=self._geometry[wanted], crs=self.crs)

    def within(self, bounds: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
        """Return the rows whose box touches west, south, east, north."""
        import numpy as np
        import shapely

        return self.rows(np.sort(self.tree.query(shapely.box(*bounds))))

    def around(self, points: np.ndarray[Any, Any]) -> gpd.GeoDataFrame:
        """Return the rows whose box holds any of these points."""
        import numpy as np

        return self.rows(np.unique(self.tree.query(points)[1]))

    @cached_property
    def by_place(self) -> dict[str, int]:
        """Return gazetteer id → position of its row; a row answers to its own id too."""
        found = {key: row for row, key in enumerate(self.attributes["id"])}
        for row, keys in enumerate(self.attributes["places"]):
            for key in (keys or "").split():
                found[key] = row
        return found

    @cached_property
    def by_name(self) -> dict[str, list[int]]:
        """Return folded name → positions."""
        found: dict[str, list[int]] = {}
        for row, name in enumerate(self.attributes["name"]):
            found.setdefault(_folded(name), []).append(row)
        return found


class Atlas:
    """The boundaries of one geodata folder; opening it reads nothing."""

    def __init__(self, folder: Path | Geodata) -> None:
        """Take a folder of boundary files, or the geodata whose ``boundaries`` folder holds them."""
        self._source = folder
        self._layers: dict[str, Layer] = {}

    def _path(self, name: str) -> Path:
        from pathlib import Path

        if isinstance(self._source, Path):
            return self._source / f"{name}.parquet"
        return self._source.path(f"boundaries/{name}.parquet")

    def layer(self, name: str) -> Layer:
        """Return a layer by file name: countries, admin1, admin2, disputed, physical."""
        if name not in self._layers:
            self._layers[name] = Layer(self._path(name))
        return self._layers[name]

    def basemap(
        self,
        bounds: tuple[float, float, float, float],
        *,
        view: BoundaryView = "neutral",
        on: str | None = None,
        lang: str = "en",
    ) -> Basemap:
        """Return land, water, borders and labels of west, south, east, north as they stood on the ISO date ``on``."""
        from geomap.basemap import basemap

        return basemap(self, bounds, view=view, on=on, lang=lang)

    def outline(self, place: Place) -> Outline | None:
        """Return the polygon or line of a place, or None where it is a point or the atlas holds no outline of it."""
        for name in OUTLINED.get(place.kind, ()):
            layer = self.layer(name)
            row = layer.by_place.get(place.id)
            if row is None and name == "physical":
                row = self._same_name(layer, place)
            if row is not None:
                return self._outline(layer, row)
        return None

    def shapes(self, regions: Iterable[Region]) -> tuple[RegionShape, ...]:
        """Return the polygons of these regions, each once, in the order given; a region of no layer is left out."""
        import numpy as np

        layers = {"country": "countries", "admin1": "admin1", "admin2": "admin2", "disputed": "disputed"}
        found = []
        for region in dict.fromkeys(regions):
            layer = self.layer(layers[region.level])
            row = layer.by_place.get(region.id)
            if row is not None:
                found.append(RegionShape(region=region, geometry=layer.rows(np.array([row])).geometry.iloc[0]))
        return tuple(found)

    @staticmethod
    def _outline(layer: Layer, row: int) -> Outline:
        import numpy as np

        record = next(records(layer.rows(np.array([row]))))
        region = region_of(record) if record["level"] in ("country", "admin1", "admin2", "disputed") else None
        return Outline(
            geometry=record["geometry"], note=record["note"], region=region, source=record["source"],
        )  # fmt: skip

    @staticmethod
    def _same_name(layer: Layer, place: Place) -> int | None:
        """Return the natural feature of the same name and kind that lies at the place's point, or nearest to it."""
        import numpy as np
        import shapely

        rows = np.array(layer.by_name.get(_folded(place.name), ()), dtype=int)
        kinds = {"water": ("water", "sea", "lake", "river")}.get(place.kind, (place.kind,))
        rows = rows[[layer.attributes["level"].iloc[row] in kinds for row in rows]]
        if not len(rows):
            return None
        apart = shapely.distance(layer.rows(rows).geometry.values, shapely.Point(place.lon, place.lat))
        best = int(np.argmin(apart))
        return int(rows[best]) if apart[best] * 111.0 <= NEAR_KM else None


def records(frame: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Yield each row as a dict, with None for what is missing."""
    for row in frame.to_dict("records"):
        yield {key: None if isinstance(value, float) and value != value else value for key, value in row.items()}  # noqa: PLR0124


def region_of(record: dict[str, Any]) -> Region:
    """Return the region that a row of a layer describes."""
    return Region(
        id=record["id"], name=record["name"], level=record["level"], country=record["country"], iso=record["iso"],
        claimed_by=tuple((record["claimed_by"] or "").split()), valid_from=record["valid_from"], valid_to=record["valid_to"],
        as_of=record["as_of"], source=record["source"] or "", note=record["note"],
    )  # fmt: skip


def _folded(name: str) -> str:
    """Return a name in lower case without marks, articles and the generic words that gazetteers differ in."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = plain.replace(".", "").replace("-", " ").split()
    generic = {
        "the",
        "lake",
        "river",
        "ozero",
        "lago",
        "lac",
        "mountains",
        "mts",
        "mountain",
        "range",
        "desert",
        "islands",
        "is",
        "island",
    }
    return " ".join(word for word in words if word not in generic) or plain
