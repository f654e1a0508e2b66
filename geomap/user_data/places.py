"""A newsroom's own places: from a table or a file of shapes into a gazetteer that wins over the world's."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from geomap.errors import GeodataError
from geomap.files import open_regular, read_regular
from geomap.gazetteer.writer import Entry, build_gazetteer
from geomap.text.normalize import fold_name
from geomap.types import Name, Place, PlaceKind
from geomap.user_data.outlines import OUTLINE_KINDS, write_outlines
from geomap.user_data.paths import OUTLINES, OWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

STORE = "own.jsonl"
"""Every place added so far, a line each: what the gazetteer is rebuilt from."""
_KINDS = get_args(PlaceKind)
_COLUMNS = "name, lat, lon; optional: id, kind, country, population, names (with ; between)"
_KIND_OF = {"Polygon": "admin3", "MultiPolygon": "admin3", "LineString": "line", "MultiLineString": "line"}
"""The default kind of a geometry: an area may be part of a town or contain several, like a district."""
_ABOUT = ("outline", "source", "as_of", "note")
"""What is kept with a shape, beside its place."""
_SHAPES = (".geojson", ".json", ".gpkg")
_SQLITE = b"SQLite format 3\0"
_CRS = re.compile(r"(?:urn:ogc:def:crs:)?(?:EPSG:(?:[\d.]*:)?(\d{4,6})|OGC:(?:1\.3:)?CRS84)")
"""How a GeoJSON may name its coordinate reference system (GeoJSON 2008, section 3); CRS84 is longitude, latitude."""


def add_places(path: Path, *, folder: Path) -> int:
    """Add the places of a CSV, a GeoJSON or a GeoPackage; return how many the user now has.

    A place of an id that is there already replaces it. Polygons and lines are kept as the outlines of their places.
    GeodataError with the row for what is wrong in the file; what was there before then stays as it was.
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
            _store_outlines(known, folder / OUTLINES, Path(work) / OUTLINES)
            n_places = build_gazetteer(folder / OWN, (_entry(line) for _, line in sorted(known.items())))
            aside.replace(store)
    except OSError as error:
        raise GeodataError(
            f"{folder}: cannot be written ({error.strerror}); name another folder with GEOMAP_DATA"
        ) from error
    return n_places


def _store_outlines(known: Mapping[str, str], path: Path, aside: Path) -> None:
    """Replace the outlines atomically; an outline whose place is not yet in the gazetteer is never used."""
    from shapely import from_wkb

    places = [json.loads(line) for _, line in sorted(known.items()) if '"outline": ' in line]
    if places:
        write_outlines(places, [from_wkb(place["outline"]) for place in places], aside)
        aside.replace(path)
    else:
        path.unlink(missing_ok=True)


def _stored(store: Path) -> Iterator[tuple[str, str]]:
    try:
        for line in read_regular(store).splitlines():
            yield json.loads(line)["id"], line.decode()
    except (ValueError, TypeError, KeyError) as error:
        raise GeodataError(f"{store}: is damaged ({error}); remove it and add your files again") from error


def _table(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows of a CSV with their line numbers."""
    try:
        with io.TextIOWrapper(open_regular(path), encoding="utf-8-sig", newline="") as stream:
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
    """Yield the features of a GeoJSON or a GeoPackage as rows, each with a point on its shape, and its outline as WKB."""
    import geopandas as gpd
    import shapely
    from pyproj.network import set_network_enabled  # type: ignore[attr-defined]

    frame = _frame(path)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise GeodataError(f"{path}: has no geometry; save it with shapes, or as CSV with {_COLUMNS}")
    if frame.crs is None:
        raise GeodataError(f"{path}: has no coordinate reference system; save it as EPSG:4326")
    if frame.crs.to_epsg() not in (4326, 4979) and frame.crs.to_string() != "OGC:CRS84":
        # PROJ may be configured to download grids of national systems; without them the error is a few metres.
        set_network_enabled(active=False)
        frame = frame.to_crs(4326)
    for number, (shape, row) in enumerate(
        zip(frame.geometry, frame.drop(columns=frame.geometry.name).to_dict("records"), strict=True), 1
    ):
        point = _sound(shape, where=f"{path}, row {number}").representative_point()
        fields = {str(k).strip().lower(): _cell_text(v) for k, v in row.items()} | {
            "lat": repr(point.y),
            "lon": repr(point.x),
        }
        if shape.geom_type in OUTLINE_KINDS:
            fields["kind"] = fields.get("kind", "").strip() or _KIND_OF[shape.geom_type]
            fields["source"] = fields.get("source", "").strip() or path.name
            fields["outline"] = shapely.to_wkb(shapely.force_2d(shape), hex=True)
        yield number, fields


def _frame(path: Path) -> gpd.GeoDataFrame | pd.DataFrame:
    """Return the features of a file, whose format is detected from its bytes.

    GDAL would choose among all its formats by the beginning of the file, and some of them fetch URLs or read other files:
    here it opens only SQLite.
    """
    import geopandas as gpd

    try:
        data = read_regular(path)
        if data.startswith(_SQLITE):
            return gpd.read_file(path)
        collection = json.loads(data.decode("utf-8-sig"))
        features = collection["features"] if collection["type"] == "FeatureCollection" else [collection]
        named = _CRS.fullmatch(collection["crs"]["properties"]["name"]) if collection.get("crs") else None
        crs = "EPSG:4326" if not collection.get("crs") or (named and named[1] is None) else named and f"EPSG:{named[1]}"
        return gpd.GeoDataFrame.from_features(features, crs=crs)
    except OSError as error:
        raise GeodataError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, or nested too deep
        raise GeodataError(f"{path}: is neither GeoJSON nor a GeoPackage; save it as one of them") from error
    except (
        Exception
    ) as error:  # of other JSON, of shapes without their members, and of pyogrio, which has no base class
        raise GeodataError(
            f"{path}: cannot be read as a map file ({type(error).__name__}); check how it was saved"
        ) from error


def _sound(shape: BaseGeometry | None, *, where: str) -> BaseGeometry:
    """Return the shape; GeodataError where none can be made of it."""
    if shape is None or shape.is_empty:
        raise GeodataError(f"{where}: has no shape; draw one or take the row out")
    if shape.geom_type not in (*OUTLINE_KINDS, "Point"):
        raise GeodataError(f"{where}: its shape is a {shape.geom_type}; draw a polygon, a line or a point")
    if not shape.is_valid:
        from shapely import is_valid_reason

        raise GeodataError(f"{where}: its shape is invalid ({is_valid_reason(shape)}); fix it in the map program")
    west, south, east, north = shape.bounds
    if max(-west, east) > 180 or max(-south, north) > 90:
        raise GeodataError(
            f"{where}: its shape reaches to {west:g} {south:g} {east:g} {north:g}, off the earth's degrees; "
            "save the file in the coordinate reference system that it names, best EPSG:4326"
        )
    return shape


def _cell_text(value: object) -> str:
    """Return a property as text, nothing for none; map programs make a time of every date."""
    return "" if value is None or value != value else str(value).removesuffix(" 00:00:00")  # noqa: PLR0124  (NaN)


def _checked(row: Mapping[str, str], *, path: Path, number: int) -> tuple[str, str]:
    """Return the id and the stored line of a row; GeodataError where it is no place."""
    where = f"{path}, row {number}"
    row = {key: " ".join(value.split()) for key, value in row.items()}  # a quoted cell may hold lines
    name = row.get("name", "")
    if not fold_name(name):
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
    kind = row.get("kind", "") or "settlement"
    if kind not in _KINDS:
        raise GeodataError(f"{where}: the kind of {name} is {kind}; it must be one of {', '.join(_KINDS)}")
    country = row.get("country", "").upper()
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        raise GeodataError(f"{where}: the country of {name} is {country}; give two letters (ISO 3166-1), as AM")
    population = row.get("population", "").strip()
    people = _number(population, "population", where) if population else 0
    own_id = row.get("id", "").strip() or f"{fold_name(name).replace(' ', '-')}@{lat:.4f},{lon:.4f}"
    place = {"id": f"my:{own_id.removeprefix('my:')}", "name": name, "lat": lat, "lon": lon, "kind": kind}
    place |= {"country": country or None, "population": max(0, int(people))}
    names = [" ".join(n.split()) for n in row.get("names", "").split(";")]
    if row.get("outline"):
        place |= {key: row.get(key, "").strip() or None for key in _ABOUT}
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
    for key in _ABOUT:
        stored.pop(key, None)
    return Entry(place=Place(**stored), names=names)
