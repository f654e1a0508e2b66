"""The full GeoNames, fetched and built into the user's own folder: 13 million places, streamed and resumable."""

from __future__ import annotations

import io
import json
import lzma
import re
import shutil
import struct
import zipfile
import zlib
from contextlib import contextmanager
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, cast

from geomap.errors import GeodataError, quoted
from geomap.files import open_regular
from geomap.gazetteer.writer import Entry, SortedRuns, build_gazetteer
from geomap.types import Name, Place, PlaceKind
from geomap.web.download import download

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URL = "https://download.geonames.org/export/dump/"
PLACES, NAMES = "allCountries", "alternateNamesV2"
ROOM = 8
"""Bytes needed on disk for one byte of the packed sources: the sorted runs and the gazetteer.

Measured on synthetic files of GeoNames' format: 2.6 at the peak for 250,000 places and 350,000 names, 5.5 for 2 million and
2.8 million, with 131 and 138 MB of memory. Extrapolated for all 13 million: at most 6.5, for of what lies in memory at two
million more goes to disk; the rest is margin."""
MOST_BYTES = 4_000_000_000
"""Of a packed file; the longer one has 0.4 GB."""
MOST_UNPACKED = 50
"""Times its packed size that a file may unpack to; GeoNames' unpack to four times."""
_MOST_OF_A_LINE = 1_000_000
"""Bytes; GeoNames bounds its longest column at 10,000 characters."""
_LARGEST = 0xFFFFFFFF
"""Id or population that the gazetteer can hold."""
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NO_LANGUAGE = frozenset(
    {"link", "wkdt", "post", "iata", "icao", "faac", "unlc", "fr_1793", "abbr", "tcid", "phon", "piny"}
)
"""What alternateNamesV2 keeps in its language column that is no name in a language."""
_CLASSES: dict[str, PlaceKind] = {
    "P": "settlement",
    "H": "water",
    "T": "physical",
    "V": "physical",
    "R": "line",
    "S": "site",
    "U": "water",
    "L": "site",
    "A": "admin3",
}
_CODES: dict[str, PlaceKind] = {
    "CONT": "continent",
    "ADM1": "admin1",
    "ADM1H": "admin1",
    "ADM2": "admin2",
    "ADM2H": "admin2",
    "PPLX": "suburb",
    "ISL": "island",
    "ISLS": "island",
    "ATOL": "island",
    "RGN": "macroregion",
    "RGNH": "macroregion",
    "RGNE": "macroregion",
    "AREA": "macroregion",
}


def install_geonames(
    source: str | Path = URL, *, target: Path, progress: Callable[[str, int, int], None] = lambda *_: None
) -> int:
    """Build the full GeoNames from an address or a local folder into the gazetteer file ``target``; return the number of places.

    What has been fetched stays and is resumed; the gazetteer appears, or is replaced, only when it is whole.
    GeodataError where the disk is too small, a file is truncated or broken, or the address does not answer.
    ``progress`` is called with (what, done, total), total 0 where it is unknown.
    """
    folder = target.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        places, names = (_obtain(source, name, folder / "download", progress) for name in (PLACES, NAMES))
        _check_room(folder, (places.stat().st_size + names.stat().st_size) * ROOM)
        with TemporaryDirectory(dir=folder, prefix=".geonames-") as work:
            n_places = build_gazetteer(target, _entries(places, names, Path(work), progress))
    except OSError as error:
        raise GeodataError(
            f"{folder}: cannot install GeoNames ({error.strerror or error}); free some room or name another folder with GEOMAP_DATA, then run it again"
        ) from error
    shutil.rmtree(folder / "download", ignore_errors=True)
    return n_places


def _obtain(source: str | Path, name: str, into: Path, progress: Callable[[str, int, int], None]) -> Path:
    """Return the file of this name: from the folder as it is, from the address fetched, or the rest of it fetched."""
    if isinstance(source, Path) or "://" not in source:
        for suffix in (".zip", ".txt"):
            path = Path(source) / f"{name}{suffix}"
            if path.exists():
                return path
        raise GeodataError(f"{source}: holds neither {name}.zip nor {name}.txt; fetch them from {URL}")
    into.mkdir(exist_ok=True)
    whole, part = into / f"{name}.zip", into / f"{name}.zip.part"
    if not whole.exists():
        download(
            f"{source.rstrip('/')}/{name}.zip",
            part,
            n_bytes=MOST_BYTES,
            check_room=partial(_check_room, into),
            progress=partial(progress, f"fetch {name}.zip"),
        )
        part.replace(whole)
    return whole


def _check_room(folder: Path, n_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if n_bytes > free:
        raise GeodataError(
            f"{folder}: needs {n_bytes / 1e9:.1f} GB and has {free / 1e9:.1f} GB free; free some, or name another folder with GEOMAP_DATA"
        )


def _entries(places: Path, names: Path, work: Path, progress: Callable[[str, int, int], None]) -> Iterator[Entry]:
    """Yield an entry for each place, its names joined by id: both files are sorted together, on disk."""
    runs = SortedRuns(work)
    for n, row in enumerate(chain(_place_rows(places), _name_rows(names))):
        runs.add(row)
        if n % 100_000 == 0:
            progress("read places and names", n, 0)
    for _, rows in groupby(runs, key=lambda row: row[:5]):
        first, *others = rows
        if first[5] == 0:  # names of a place that is gone are dropped
            yield _entry(first[6:].decode(), [json.loads(row[11:]) for row in others if row[5] == 1])
    progress("build", 1, 1)


def _place_rows(path: Path) -> Iterator[bytes]:
    for n, line in enumerate(_lines(path), start=1):
        columns = line.split("\t")
        if len(columns) != 19:
            raise GeodataError(f"{path}, line {n}: has {len(columns)} columns, GeoNames has 19; fetch it again")
        if not _is_sound(columns):
            raise GeodataError(f"{path}, line {n}: is no place (id, latitude, longitude); fetch it again")
        yield int(columns[0]).to_bytes(5, "big") + b"\0" + line.encode()


def _name_rows(path: Path) -> Iterator[bytes]:
    for n, line in enumerate(_lines(path), start=1):
        columns = line.split("\t")
        if len(columns) < 4 or not _is_id(columns[1]):
            raise GeodataError(f"{path}, line {n}: has {len(columns)} columns, GeoNames has 10; fetch it again")
        if columns[2] not in _NO_LANGUAGE:
            name = [columns[3], columns[2] or None, "historical" if columns[7:8] == ["1"] else None]
            order = int(columns[0]).to_bytes(5, "big") if _is_id(columns[0]) else bytes(5)
            yield int(columns[1]).to_bytes(5, "big") + b"\1" + order + json.dumps(name, ensure_ascii=False).encode()


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _LARGEST


def _is_sound(columns: list[str]) -> bool:
    """Return whether a row has an id and a point on earth."""
    try:
        lat, lon = float(columns[4]), float(columns[5])
    except ValueError:
        return False
    return _is_id(columns[0]) and -90 <= lat <= 90 and -180 <= lon <= 180


def _entry(line: str, names: list[tuple[str, str | None, str | None]]) -> Entry:
    columns = line.split("\t")
    number, name, _, _, lat, lon, group, code, country, _, admin1, admin2 = columns[:12]
    kind: PlaceKind = "country" if code.startswith("PCL") else _CODES.get(code) or _CLASSES.get(group, "site")
    place = Place(
        id=f"gn:{number}",
        name=name,
        kind=kind,
        lon=float(lon),
        lat=float(lat),
        feature_code=code,
        country=country or None,
        admin1=admin1 if admin1 not in ("", "00") else None,
        admin2=admin2 or None,
        # The earth has more people than the file can hold.
        population=min(int(columns[14]), _LARGEST) if columns[14].isdecimal() and len(columns[14]) < 20 else 0,
        geonameid=int(number),
    )
    known = {n[0] for n in names}
    # The packed column repeats the names without their languages, and adds machines' romanisations in lower case.
    loose = [n for n in columns[3].split(",") if n and n not in known and not (n.isascii() and n == n.lower())]
    tagged = [Name(text=text, language=language, note=note) for text, language, note in names if text != name]
    return Entry(place=place, names=(*tagged, *(Name(text=n) for n in loose if n != name)))


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, or of the one inside a zip; GeodataError where it is broken or has none."""
    n = 0
    try:
        with _opened(path) as stream:
            for line in _decoded(stream):
                n += 1
                yield line
    except (  # what zipfile makes of odd bytes; RuntimeError: of a password, NotImplementedError: of an unknown packing
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        struct.error,
        LookupError,
        EOFError,
        ValueError,
        OverflowError,
        RuntimeError,
    ) as error:
        raise GeodataError(f"{path}: is truncated or broken ({quoted(error)}); delete it and run it again") from error
    if not n:
        raise GeodataError(f"{path}: is empty; delete it and run it again")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix != ".zip":
        with open_regular(path) as stream:
            yield stream
        return
    with open_regular(path) as file, zipfile.ZipFile(file) as packed:
        about = packed.getinfo(f"{path.stem}.txt")
        if about.file_size > MOST_UNPACKED * path.stat().st_size:
            raise ValueError(f"it decompresses to more than {MOST_UNPACKED} times its size")
        # zipfile's own reader finds the ends of lines in Python.
        with packed.open(about) as inner, io.BufferedReader(cast("io.RawIOBase", inner), 1 << 20) as stream:
            yield stream


def _decoded(stream: IO[bytes]) -> Iterator[str]:
    for line in iter(partial(stream.readline, _MOST_OF_A_LINE), b""):
        if len(line) == _MOST_OF_A_LINE:
            raise ValueError("a line has more than a million bytes")
        text = _CONTROL.sub("", line.decode("utf-8"))
        if text:
            yield text
