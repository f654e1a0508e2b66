"""The full GeoNames, fetched and built into the user's own folder: 13 million places, streamed and resumable."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
import zipfile
import zlib
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING

from geomap.errors import GeodataError
from geomap.gazetteer_build import Entry, SortedRuns, build_gazetteer
from geomap.gazetteer_layers import FULL
from geomap.vocabulary import Name, Place, PlaceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URL = "https://download.geonames.org/export/dump/"
PLACES, NAMES = "allCountries", "alternateNamesV2"
ROOM = 8
"""Bytes needed on disk for one byte of the packed sources: the sorted runs and the gazetteer.

Measured on synthetic files of GeoNames' format: 2.6 at the peak for 250,000 places and 350,000 names, 5.5 for 2 million and
2.8 million, with 131 and 138 MB of memory. Extrapolated for all 13 million: at most 6.5, for of what lies in memory at two
million more goes to disk; the rest is margin."""
_CHUNK = 1 << 20
_TIMEOUT = 60.0
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
    source: str | Path = URL, *, folder: Path, progress: Callable[[str, int, int], None] = lambda *_: None
) -> int:
    """Build the full GeoNames from an address or a local folder into ``folder``; return the number of places.

    What has been fetched stays and is resumed; the gazetteer appears, or is replaced, only when it is whole.
    GeodataError where the disk is too small, a file is truncated or broken, or the address does not answer.
    ``progress`` is told (what, done, total) with total 0 where it is unknown.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        places, names = (_obtain(source, name, folder / "download", progress) for name in (PLACES, NAMES))
        _check_room(folder, (places.stat().st_size + names.stat().st_size) * ROOM)
        with TemporaryDirectory(dir=folder, prefix=".geonames-") as work:
            n_places = build_gazetteer(folder / FULL, _entries(places, names, Path(work), progress))
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
        _download(f"{source.rstrip('/')}/{name}.zip", part, progress)
        part.replace(whole)
    return whole


def _download(url: str, part: Path, progress: Callable[[str, int, int], None]) -> None:
    """Fetch ``url`` into ``part``, from where an earlier try stopped."""
    have = part.stat().st_size if part.exists() else 0
    if not url.startswith(("http://", "https://")):
        raise GeodataError(f"{url}: not an http address; give https://… or a folder")
    request = urllib.request.Request(url, headers={"User-Agent": "geomap (gazetteer install)"})  # noqa: S310  (checked)
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310  (checked above)
            resumed = answer.status == 206
            have = have if resumed else 0
            total = have + int(answer.headers.get("Content-Length") or 0)
            _check_room(part.parent, total - have)
            with part.open("ab" if resumed else "wb") as out:
                while data := answer.read(_CHUNK):
                    have += out.write(data)
                    progress(f"fetch {part.stem}", have, total)
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # nothing is left to fetch
            return
        raise GeodataError(
            f"{url}: the server says {error.code} {error.reason}; try later, or give a local folder"
        ) from error
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None and not isinstance(error, urllib.error.URLError):
            raise
        raise GeodataError(
            f"{url}: broke off after {have:,} bytes ({error}); run it again to go on from there"
        ) from error
    if total and have < total:
        raise GeodataError(f"{url}: broke off after {have:,} of {total:,} bytes; run it again to go on from there")


def _check_room(folder: Path, n_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if n_bytes > free:
        raise GeodataError(
            f"{folder}: needs {n_bytes / 1e9:.1f} GB and has {free / 1e9:.1f} GB free; free some, or name another folder with GEOMAP_DATA"
        )


def _entries(places: Path, names: Path, work: Path, progress: Callable[[str, int, int], None]) -> Iterator[Entry]:
    """Yield an entry for each place, its names joined by id: both files are sorted together, on disk."""
    runs = SortedRuns(work)
    for n, line in enumerate(_lines(places)):
        columns = line.split("\t")
        if len(columns) != 19 or not columns[0].isdigit():
            raise GeodataError(f"{places}, line {n + 1}: has {len(columns)} columns, GeoNames has 19; fetch it again")
        runs.add(int(columns[0]).to_bytes(5, "big") + b"\0" + line.encode())
        if n % 100_000 == 0:
            progress("read places", n, 0)
    for n, line in enumerate(_lines(names)):
        columns = line.split("\t")
        if len(columns) < 4 or not columns[1].isdigit():
            raise GeodataError(f"{names}, line {n + 1}: has {len(columns)} columns, GeoNames has 10; fetch it again")
        if columns[2] not in _NO_LANGUAGE:
            name = [columns[3], columns[2] or None, "historical" if columns[7:8] == ["1"] else None]
            order = int(columns[0]).to_bytes(5, "big") if columns[0].isdigit() else bytes(5)
            runs.add(int(columns[1]).to_bytes(5, "big") + b"\1" + order + json.dumps(name, ensure_ascii=False).encode())
        if n % 100_000 == 0:
            progress("read names", n, 0)
    for _, rows in groupby(runs, key=lambda row: row[:5]):
        first, *others = rows
        if first[5] == 0:  # names of a place that is gone are dropped
            yield _entry(first[6:].decode(), [json.loads(row[11:]) for row in others if row[5] == 1])
    progress("build", 1, 1)


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
        population=int(columns[14] or 0),
        geonameid=int(number),
    )
    known = {n[0] for n in names}
    # The packed column repeats the names without their languages, and adds machines' romanisations in lower case.
    loose = [n for n in columns[3].split(",") if n and n not in known and not (n.isascii() and n == n.lower())]
    tagged = [Name(text=text, language=language, note=note) for text, language, note in names if text != name]
    return Entry(place=place, names=(*tagged, *(Name(text=n) for n in loose if n != name)))


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file, or of the one inside a zip; GeodataError where it is broken."""
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as packed, packed.open(f"{path.stem}.txt") as stream:
                yield from _decoded(stream)
        else:
            with path.open("rb") as stream:
                yield from _decoded(stream)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, UnicodeDecodeError) as error:
        raise GeodataError(f"{path}: is truncated or broken ({error}); delete it and run it again") from error


def _decoded(stream: IO[bytes]) -> Iterator[str]:
    for line in stream:
        text = line.decode("utf-8").rstrip("\r\n")
        if text:
            yield text
