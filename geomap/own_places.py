"""A newsroom's own places: from a table or a file of shapes into a gazetteer that wins over the world's."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from geomap.errors import GeodataError
from geomap.gazetteer_build import Entry, build_gazetteer
from geomap.gazetteer_layers import OWN
from geomap.names import fold
from geomap.vocabulary import Name, Place, PlaceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STORE = "own.jsonl"
"""Every place added so far, a line each: what the gazetteer is rebuilt from."""
_KINDS = get_args(PlaceKind)
_COLUMNS = "name, lat, lon; optional: id, kind, country, population, names (with ; between)"
_SHAPES = (".geojson", ".json", ".gpkg")


def add_places(path: Path, *, folder: Path) -> int:
    """Add the places of a CSV, a GeoJSON or a GeoPackage; return how many the user now has.

    A place of an id that is there already replaces it. Polygons and lines stand as a point on them. GeodataError with
    the row for what is wrong in the file; what was there before then stays as it was.
    """
    rows = _shapes(path) if path.suffix.lower() in _SHAPES else _table(path)
    added: dict[str, str] = {}
    rows_of: dict[str, int] = {}
    for number, row in rows:
        place_id, line = _checked(row, path=path, number=number)
        if place_id in rows_of:
            raise GeodataError(
                f"{path}, row {number}: has the id {place_id} of row {rows_of[place_id]}; give each place its own id"
            )
        rows_of[place_id] = number
        added[place_id] = line
    if not added:
        raise GeodataError(f"{path}: holds no place; it needs the columns {_COLUMNS}")
    return _store(added, folder)


def _store(added: dict[str, str], folder: Path) -> int:
    store = folder / STORE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = dict(_stored(store)) if store.exists() else {}
        known |= added
        with tempfile.TemporaryDirectory(dir=folder, prefix=".own-") as work:
            aside = Path(work) / STORE
            aside.write_text("".join(f"{line}\n" for _, line in sorted(known.items())), encoding="utf-8")
            n_places = build_gazetteer(folder / OWN, (_entry(line) for _, line in sorted(known.items())))
            aside.replace(store)
    except OSError as error:
        raise GeodataError(
            f"{folder}: cannot be written ({error.strerror}); name another folder with GEOMAP_DATA"
        ) from error
    return n_places


def _stored(store: Path) -> Iterator[tuple[str, str]]:
    with store.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)["id"], line.rstrip("\n")


def _table(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows of a CSV with their line numbers."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            columns = {(c or "").strip().lower() for c in reader.fieldnames or ()}
            missing = [c for c in ("name", "lat", "lon") if c not in columns]
            if missing:
                raise GeodataError(f"{path}: has no column {', '.join(missing)}; it needs {_COLUMNS}")
            for row in reader:
                yield (
                    reader.line_num,
                    {(k or "").strip().lower(): v or "" for k, v in row.items() if isinstance(v, str | None)},
                )
    except OSError as error:
        raise GeodataError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise GeodataError(f"{path}: is no UTF-8 table ({error}); save it as CSV UTF-8") from error


def _shapes(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the features of a GeoJSON or a GeoPackage as rows, each with a point on its shape."""
    import geopandas as gpd

    try:
        frame = gpd.read_file(path)
    except Exception as error:  # pyogrio's errors share no base with a name of their own
        raise GeodataError(
            f"{path}: cannot be read as a map file ({str(error).splitlines()[0]}); check the path and the format"
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise GeodataError(f"{path}: has no geometry; save it with shapes, or as CSV with {_COLUMNS}")
    if frame.crs is None:
        raise GeodataError(f"{path}: says no coordinate reference system; save it as EPSG:4326")
    if frame.crs.to_epsg() not in (4326, 4979) and frame.crs.to_string() != "OGC:CRS84":
        frame = frame.to_crs(4326)
    for number, (shape, row) in enumerate(
        zip(frame.geometry, frame.drop(columns=frame.geometry.name).to_dict("records"), strict=True), 1
    ):
        if shape is None or shape.is_empty:
            raise GeodataError(f"{path}, row {number}: has no shape; draw one or take the row out")
        if not shape.is_valid:
            from shapely import is_valid_reason

            raise GeodataError(
                f"{path}, row {number}: its shape is invalid ({is_valid_reason(shape)}); mend it in the map program"
            )
        point = shape.representative_point()
        told = {str(k).strip().lower(): "" if v is None or v != v else str(v) for k, v in row.items()}  # noqa: PLR0124  (NaN)
        yield number, told | {"lat": repr(point.y), "lon": repr(point.x)}


def _checked(row: Mapping[str, str], *, path: Path, number: int) -> tuple[str, str]:
    """Return the id and the stored line of a row; GeodataError where it is no place."""
    where = f"{path}, row {number}"
    name = " ".join(row.get("name", "").split())
    if not fold(name):
        raise GeodataError(f"{where}: has no name; give one or take the row out")
    lat, lon = (_number(row.get(key, ""), key, where) for key in ("lat", "lon"))
    if not -90 <= lat <= 90:
        swapped = (
            "; are lat and lon swapped?"
            if -90 <= lon <= 90 and -180 <= lat <= 180
            else "; latitudes lie between -90 and 90"
        )
        raise GeodataError(f"{where}: the latitude of {name} is {lat:g}{swapped}")
    if not -180 <= lon <= 180:
        raise GeodataError(f"{where}: the longitude of {name} is {lon:g}; longitudes lie between -180 and 180")
    kind = row.get("kind", "").strip() or "settlement"
    if kind not in _KINDS:
        raise GeodataError(f"{where}: the kind of {name} is {kind}; it must be one of {', '.join(_KINDS)}")
    country = row.get("country", "").strip().upper()
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        raise GeodataError(f"{where}: the country of {name} is {country}; give two letters (ISO 3166-1), as AM")
    population = row.get("population", "").strip()
    people = _number(population, "population", where) if population else 0
    own_id = row.get("id", "").strip() or f"{fold(name).replace(' ', '-')}@{lat:.4f},{lon:.4f}"
    place = {"id": f"my:{own_id.removeprefix('my:')}", "name": name, "lat": lat, "lon": lon, "kind": kind}
    place |= {"country": country or None, "population": max(0, int(people))}
    names = [" ".join(n.split()) for n in row.get("names", "").split(";")]
    return str(place["id"]), json.dumps(place | {"names": [n for n in names if n]}, ensure_ascii=False)


def _number(text: str, column: str, where: str) -> float:
    with suppress(ValueError):
        number = float(text.strip())
        if number == number and abs(number) != float("inf"):  # noqa: PLR0124  (NaN)
            return number
    raise GeodataError(
        f"{where}: {column} is {text.strip() or 'empty'!s}; give a number in degrees with a point, as 39.5583"
    )


def _entry(line: str) -> Entry:
    stored = json.loads(line)
    names = tuple(Name(text=text) for text in stored.pop("names"))
    return Entry(place=Place(**stored), names=names)
