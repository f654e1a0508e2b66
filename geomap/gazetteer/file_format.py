"""The layout of ``gazetteer.bin``: one read-only, memory-mapped file of places, keys and names.

After the magic and a JSON header come the sections; a record's number is its place in the order of prominence,
so a list of record numbers is already sorted, the most prominent first.

========  =====================================================================================================
places    deflated blocks of :data:`PLACES_PER_BLOCK` records, column by column, then their primary names, a line each
starts    u32 per block of places + 1: where it begins in ``places``
buckets   u32 per bucket of keys + 1: where it begins in ``keys``
keys      per bucket: count, u32 fingerprints, then per key the posting count and varints (record << 2 | how)
blocks    u32 per block of names + 1: where it begins in ``names``
names     deflated blocks of :data:`NAMES_PER_BLOCK` places' names
byid      record numbers sorted by source and number
cells     u32 per one-degree cell + 1: where it begins in ``near``
near      per cell its record numbers, ascending, varints of the steps
slugs     ids that are no numbers, sorted, one a line
tables    JSON: countries, features, admin-1 and admin-2 codes
========  =====================================================================================================
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from bisect import bisect_left
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, get_args

from geomap.errors import GeodataError
from geomap.types import Name, PlaceKind

MAGIC = b"geomap gazetteer 1\n"
RECORD = struct.Struct("<IiiIHHHBB")
"""Id number, longitude and latitude in microdegrees, population, admin-1, admin-2, feature code, country, and
source << 4 | kind."""
PLACES_PER_BLOCK = 16
"""Sixteen inflate in some 9 µs, and take half the room of records that lie open."""
COORDINATE_SCALE = 1_000_000
NAMES_PER_BLOCK = 96
SOURCES = ("gn", "wof", "us", "gm", "ne", "my", "gnis", "oa", "wd", "ipeds", "wri")
NUMBERED = frozenset({"gn", "wof", "gnis", "ipeds"})
"""Sources whose ids are plain numbers below 2^32; the others are kept in ``slugs``."""
KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)
PRIMARY, ALTERNATE, DEMONYM = 0, 1, 2
CELLS = 360 * 180


class Row(NamedTuple):
    """A record as it is stored; codes are indexes into the tables."""

    number: int
    lon: int
    lat: int
    population: int
    admin1: int
    admin2: int
    feature: int
    country: int
    source_kind: int


def key_hash(key: str) -> int:
    """Return the 64-bit hash of a folded name; the high half picks the bucket, the low half is the fingerprint."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")


def cell_of(lon: float, lat: float) -> int:
    """Return the number of the one-degree cell that holds a point."""
    return min(int(lat + 90), 179) * 360 + int(lon + 180) % 360


class GazetteerFile:
    """A gazetteer file, mapped; reads are by offset, so threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as stream:
                self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise GeodataError(
                f"{path}: cannot open the gazetteer ({error}); reinstall geomap or rebuild it"
            ) from error
        self._view = memoryview(self._map)
        try:
            self._read_header()
        except (LookupError, ValueError, TypeError, AttributeError, RecursionError, struct.error) as error:
            self.close()
            raise GeodataError(f"{path}: not a gazetteer of this version of geomap; reinstall or rebuild it") from error

    def _read_header(self) -> None:
        if self._map[: len(MAGIC)] != MAGIC:
            raise ValueError("magic")
        (length,) = struct.unpack_from("<I", self._map, len(MAGIC))
        start = len(MAGIC) + 4
        header = json.loads(self._map[start : start + length])
        base = start + length
        sections = {name: (base + a, base + b) for name, (a, b) in header["sections"].items()}
        if max(b for _, b in sections.values()) > len(self._map):
            raise ValueError("truncated")
        self.version: str = header["version"]
        self.n_places: int = header["places"]
        self.n_keys: int = header["keys"]
        self._sections = sections
        self._places, self._keys, self._names = (sections[name][0] for name in ("places", "keys", "names"))
        self._starts, self._buckets = self._u32("starts"), self._u32("buckets")
        self._blocks = self._u32("blocks")
        self._byid, self._cells, self._near = self._u32("byid"), self._u32("cells"), sections["near"][0]
        self._shift = 65 - (len(self._buckets) - 1).bit_length()
        a, b = sections["tables"]
        tables = json.loads(self._map[a:b])
        self.countries: list[str] = tables["countries"]
        self.features: list[str] = tables["features"]
        self.admin1: list[str] = tables["admin1"]
        self.admin2: list[str] = tables["admin2"]
        a, b = sections["slugs"]
        self.slugs: list[str] = self._map[a:b].decode().split("\n")
        self._block_of_places = lru_cache(maxsize=4096)(self._inflate_places)
        self._block_of_names = lru_cache(maxsize=256)(self._inflate_names)

    def _u32(self, section: str) -> memoryview:
        a, b = self._sections[section]
        return self._view[a:b].cast("I")

    def close(self) -> None:
        """Unmap the file; reading after this raises."""
        for name in ("_starts", "_buckets", "_blocks", "_byid", "_cells", "_view"):
            view = self.__dict__.get(name)
            if view is not None:
                view.release()
        self._map.close()

    def row(self, record: int) -> Row:
        """Return the stored record of this number."""
        block, place = divmod(record, PLACES_PER_BLOCK)
        columns, _ = self._block_of_places(block)
        return Row._make(RECORD.unpack(columns[place :: len(columns) // RECORD.size]))

    def name(self, record: int) -> str:
        """Return the primary name of the record of this number."""
        block, place = divmod(record, PLACES_PER_BLOCK)
        return self._block_of_places(block)[1][place]

    def _inflate_places(self, block: int) -> tuple[bytes, list[str]]:
        a, b = self._places + self._starts[block], self._places + self._starts[block + 1]
        data = zlib.decompress(self._map[a:b], wbits=-15)
        n = min(PLACES_PER_BLOCK, self.n_places - block * PLACES_PER_BLOCK)
        return data[: n * RECORD.size], data[n * RECORD.size :].decode().split("\n")

    def postings(self, key: str) -> list[int]:
        """Return ``record << 2 | how`` for each place of this folded name, the most prominent first."""
        hashed = key_hash(key)
        bucket = hashed >> self._shift
        at, end = self._buckets[bucket], self._buckets[bucket + 1]
        if at == end:
            return []
        at += self._keys
        count = self._map[at]
        prints = struct.unpack_from(f"<{count}I", self._map, at + 1)
        wanted = hashed & 0xFFFFFFFF
        if wanted not in prints:
            return []
        data = self._map[at + 1 + 4 * count : self._keys + end]
        return _postings_at(data, prints.index(wanted))

    def has(self, key: str) -> bool:
        """Return whether any place has this folded name; wrong once in some hundred million names."""
        hashed = key_hash(key)
        bucket = hashed >> self._shift
        at, end = self._buckets[bucket], self._buckets[bucket + 1]
        if at == end:
            return False
        at += self._keys
        return (hashed & 0xFFFFFFFF) in struct.unpack_from(f"<{self._map[at]}I", self._map, at + 1)

    def names(self, record: int) -> tuple[Name, ...]:
        """Return the names of a place beyond its primary one, as the sources write them."""
        block, place = divmod(record, NAMES_PER_BLOCK)
        lines = self._block_of_names(block)[place]
        if not lines:
            return ()
        return tuple(
            Name(text=text, language=language or None, note=note or None)
            for text, language, note in (line.split("\t") for line in lines.split("\n"))
        )

    def _inflate_names(self, block: int) -> list[str]:
        a, b = self._names + self._blocks[block], self._names + self._blocks[block + 1]
        return zlib.decompress(self._map[a:b], wbits=-15).decode().split("\x00")

    def record_of(self, source: int, number: int) -> int | None:
        """Return the record number of an id, by binary search."""
        low, high = 0, len(self._byid)
        wanted = (source, number)
        while low < high:
            middle = (low + high) // 2
            row = self.row(self._byid[middle])
            found = (row.source_kind >> 4, row.number)
            if found == wanted:
                return self._byid[middle]
            if found < wanted:
                low = middle + 1
            else:
                high = middle
        return None

    def slug_number(self, slug: str) -> int | None:
        """Return the number that stands for an id that is no number."""
        index = bisect_left(self.slugs, slug)
        return index if index < len(self.slugs) and self.slugs[index] == slug else None

    def in_cell(self, cell: int) -> list[int]:
        """Return the numbers of the records in a one-degree cell."""
        data = self._map[self._near + self._cells[cell] : self._near + self._cells[cell + 1]]
        found, at, last = [], 0, 0
        while at < len(data):
            step, at = _varint(data, at)
            last += step
            found.append(last)
        return found


def _postings_at(data: bytes, index: int) -> list[int]:
    """Return the postings of the index-th key: delta-coded varints, each list behind its length."""
    at = 0
    for _ in range(index):
        n, at = _varint(data, at)
        for _ in range(n):
            while data[at] & 0x80:
                at += 1
            at += 1
    n, at = _varint(data, at)
    found, last = [], 0
    for _ in range(n):
        step, at = _varint(data, at)
        last += step
        found.append(last)
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
