"""One file of boundaries, read from disk only as far as a question needs it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from geomap.errors import CRSError, GeodataError
from geomap.text.normalize import fold_feature
from geomap.types import Region

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import numpy as np
    import pyarrow.parquet as pq
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely import STRtree
    from shapely.geometry.base import BaseGeometry

Row = dict[str, Any]
"""The columns of one row but its geometry; a missing text is None."""


class Layer:
    """One GeoParquet file of regions: columns are read once, geometries by row group when asked for.

    A row is known by its position in the file. Geometry is longitude, latitude in degrees, of ``crs``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._groups_read: set[int] = set()
        self._rows: dict[int, Row] = {}
        self._regions: dict[int, Region] = {}

    @cached_property
    def _file(self) -> pq.ParquetFile:
        import pyarrow.parquet as pq
        from pyarrow import ArrowInvalid

        remedy = "install geomap again, or build it with geodata/build/boundaries.py"
        try:
            return pq.ParquetFile(self.path)
        except FileNotFoundError as error:
            raise GeodataError(f"{self.path}: boundary file is missing; {remedy}") from error
        except ArrowInvalid as error:
            raise GeodataError(f"{self.path}: boundary file is damaged; {remedy}") from error

    @cached_property
    def crs(self) -> CRS:
        """The coordinate reference system the file declares; GeoParquet's default is longitude, latitude WGS 84."""
        from pyproj import CRS

        metadata = self._file.schema_arrow.metadata or {}
        column = json.loads(metadata.get(b"geo", b"{}")).get("columns", {}).get("geometry", {})
        if "crs" in column and column["crs"] is None:
            raise CRSError(f"{self.path}: declares no coordinate reference system; write the file again in EPSG:4326")
        return CRS.from_user_input(column.get("crs", "OGC:CRS84"))

    @cached_property
    def columns(self) -> dict[str, NDArray[Any]]:
        """Every column but the geometry, by name, as Python's own numbers and texts: what is read ends in JSON."""
        import numpy as np

        names = [n for n in self._file.schema_arrow.names if n not in ("geometry", "bbox")]
        table = self._file.read(columns=names)
        return {name: np.array(table[name].to_pylist(), dtype=object) for name in names}

    @cached_property
    def tree(self) -> STRtree:
        """A spatial index of the rows' boxes: which rows are worth decoding."""
        import shapely

        box = self._file.read(columns=["bbox"])["bbox"].combine_chunks()
        return shapely.STRtree(shapely.box(*(box.field(side).to_numpy() for side in ("xmin", "ymin", "xmax", "ymax"))))

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """For each position its place in the order of rank and id."""
        import numpy as np

        order = np.lexsort((self.columns["id"].astype(str), self.columns["rank"].astype(int)))
        return np.argsort(order)

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        import numpy as np

        metadata = self._file.metadata
        sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    @cached_property
    def _shapes(self) -> NDArray[Any]:
        import numpy as np

        return np.full(self._starts[-1], None, dtype=object)

    def shapes(self, positions: NDArray[np.int64]) -> NDArray[Any]:
        """Return the geometries at these positions, decoding only the row groups they lie in."""
        import numpy as np
        import shapely

        wanted = set((np.searchsorted(self._starts, positions, side="right") - 1).tolist()) - self._groups_read
        groups = sorted(wanted)
        if groups:
            geometries = self._file.read_row_groups(groups, columns=["geometry"])["geometry"]
            read = np.concatenate([np.arange(self._starts[g], self._starts[g + 1]) for g in groups])
            self._shapes[read] = shapely.from_wkb(geometries.to_pylist())  # to_numpy would load pandas
            self._groups_read.update(groups)
        found: NDArray[Any] = self._shapes[positions]
        return found

    def shape(self, position: int) -> BaseGeometry:
        """Return the geometry at a position."""
        import numpy as np

        shape: BaseGeometry = self.shapes(np.array([position]))[0]
        return shape

    def frame(self, positions: NDArray[np.int64]) -> gpd.GeoDataFrame:
        """Return position and geometry of these rows, for a join."""
        import geopandas as gpd

        return gpd.GeoDataFrame({"position": positions}, geometry=self.shapes(positions), crs=self.crs)

    def within(self, bounds: tuple[float, float, float, float]) -> NDArray[np.int64]:
        """Return the positions of rows whose box touches west, south, east, north, in file order."""
        import numpy as np
        import shapely

        return np.sort(self.tree.query(shapely.box(*bounds)))

    def around(self, shapes: NDArray[Any]) -> NDArray[np.int64]:
        """Return the positions of rows whose box touches that of any of these shapes, in file order."""
        import numpy as np

        return np.unique(self.tree.query(shapes)[1])

    def row(self, position: int) -> Row:
        """Return the columns at a position."""
        if position not in self._rows:
            self._rows[position] = {name: column[position] for name, column in self.columns.items()}
        return self._rows[position]

    def region(self, position: int) -> Region:
        """Return the region at a position."""
        if position not in self._regions:
            row = self.row(position)
            same = ("id", "name", "level", "country", "iso", "valid_from", "valid_to", "as_of", "note")
            self._regions[position] = Region(
                claimed_by=words(row["claimed_by"]), source=row["source"] or "", **{key: row[key] for key in same}
            )
        return self._regions[position]

    @cached_property
    def by_place(self) -> dict[str, int]:
        """Return gazetteer id → position of its row."""
        return {key: at for at, keys in enumerate(self.columns["places"]) for key in words(keys)}

    @cached_property
    def by_id(self) -> dict[str, int]:
        """Return region id → position of its row."""
        return {key: at for at, key in enumerate(self.columns["id"])}

    @cached_property
    def by_own_name(self) -> dict[str, list[int]]:
        """Return name, as in the column but without a qualification in parentheses → positions in file order."""
        found: dict[str, list[int]] = {}
        for at, name in enumerate(self.columns["name"]):
            found.setdefault((name or "").partition(" (")[0], []).append(at)
        return found

    @cached_property
    def by_name(self) -> dict[str, list[int]]:
        """Return folded name, in any language the layer knows, → positions in file order."""
        found: dict[str, list[int]] = {}
        for at, (name, others) in enumerate(zip(self.columns["name"], self.columns["names"], strict=True)):
            every = (name or "", *(json.loads(others).values() if others else ()))
            for key in {fold_feature(text) for text in every} - {""}:
                found.setdefault(key, []).append(at)
        return found


def words(text: str | None) -> tuple[str, ...]:
    """Return the words of a column that holds several values, none where it is missing."""
    return tuple(text.split()) if text else ()
