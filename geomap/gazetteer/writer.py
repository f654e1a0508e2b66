"""Write a gazetteer file from a stream of entries, in bounded memory: sorted runs on disk, merged.

The bytes depend on the entries alone, not on their order.
"""

from __future__ import annotations

import heapq
import json
import os
import struct
import tempfile
import zlib
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING

from geomap.gazetteer.file_format import (
    ALTERNATE,
    CELLS,
    COORDINATE_SCALE,
    DEMONYM,
    KINDS,
    MAGIC,
    NAMES_PER_BLOCK,
    NUMBERED,
    PLACES_PER_BLOCK,
    PRIMARY,
    RECORD,
    SOURCES,
    cell_of,
    key_hash,
)
from geomap.text.normalize import fold_name
from geomap.types import Name, Place, PlaceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROWS_IN_MEMORY = 400_000
"""Rows sorted at once; a run of names is some 40 MB of them."""
KEYS_PER_BUCKET = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A place with its other names, as a source or a merge of sources gives it."""

    place: Place
    names: tuple[Name, ...] = ()
    """Without the primary name; a name whose note is "demonym" is met as one."""
    weight: int = 0
    """Stands in for the population where prominence is not a matter of people: seas, regions."""


_RANK: dict[PlaceKind, int] = dict.fromkeys(KINDS, 3) | {"continent": 0, "country": 1, "admin1": 2}
_WITHIN: dict[PlaceKind, int] = {"settlement": 0, "admin2": 1, "admin3": 2, "suburb": 3, "site": 5}


def prominence(entry: Entry) -> bytes:
    """Return a sort key: continents, countries, states, then the rest by people; the same people by kind, then by id.

    Ids of one source follow by number: a source numbers what lies together together, so that blocks of them deflate better.
    """
    place = entry.place
    people = max(place.population, entry.weight)
    source, _, rest = place.id.partition(":")
    tail = f"{source}:{rest:0>10}".encode()
    return struct.pack(">BIB", _RANK[place.kind], 0xFFFFFFFF - people, _WITHIN.get(place.kind, 4)) + tail


class SortedRuns:
    """Rows of bytes in, the same rows sorted out; what does not fit in memory waits in files."""

    def __init__(self, folder: Path, *, rows_in_memory: int = ROWS_IN_MEMORY) -> None:
        self._folder = folder
        self._limit = rows_in_memory
        self._rows: list[bytes] = []
        self._runs: list[Path] = []

    def add(self, row: bytes) -> None:
        """Take one row."""
        self._rows.append(row)
        if len(self._rows) >= self._limit:
            self._spill()

    def _spill(self) -> None:
        self._rows.sort()
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".run")
        with os.fdopen(handle, "wb") as stream:
            for row in self._rows:
                stream.write(struct.pack("<I", len(row)) + row)
        self._runs.append(Path(name))
        self._rows = []

    def __iter__(self) -> Iterator[bytes]:
        """Yield every row in byte order, and forget it."""
        self._rows.sort()
        yield from heapq.merge(self._rows, *(_read_run(run) for run in self._runs))
        self._rows = []
        for run in self._runs:
            run.unlink()
        self._runs = []


def _read_run(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while head := stream.read(4):
            yield stream.read(struct.unpack("<I", head)[0])


def build_gazetteer(path: Path, entries: Iterable[Entry], *, rows_in_memory: int = ROWS_IN_MEMORY) -> int:
    """Write the gazetteer to ``path``, aside first and then in one move; return the number of places.

    Ids must be unique, or ValueError. A failure leaves what was at ``path`` as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".gazetteer-") as work:
        aside = Path(work) / path.name
        written = _Writer(Path(work), rows_in_memory).write(aside, entries)
        aside.replace(path)
    return written


class _Writer:
    def __init__(self, folder: Path, rows_in_memory: int) -> None:
        self.folder = folder
        self.limit = rows_in_memory
        self.ids = self._runs()
        self.cells = self._runs()
        self.keys = self._runs()
        self.n_places = self.n_keys = 0
        self.tables: dict[str, dict[str, int]] = {n: {"": 0} for n in ("countries", "features", "admin1", "admin2")}
        self.slugs: dict[str, int] = {}

    def _runs(self) -> SortedRuns:
        return SortedRuns(self.folder, rows_in_memory=self.limit)

    def write(self, path: Path, entries: Iterable[Entry]) -> int:
        by_prominence = self._runs()
        slugs: set[str] = set()
        for entry in entries:
            by_prominence.add(prominence(entry) + b"\xff" + _pack(entry))
            if entry.place.id.split(":")[0] not in NUMBERED:
                slugs.add(entry.place.id)
        self.slugs = {slug: i for i, slug in enumerate(sorted(slugs))}
        sections = {name: self.folder / name for name in ("places", "starts", "blocks", "names")}
        self._write_records(by_prominence, sections)
        sections |= self._write_keys() | self._write_indexes()
        return self._assemble(path, sections)

    def _write_records(self, rows: Iterable[bytes], files: dict[str, Path]) -> None:
        with (
            files["starts"].open("wb") as starts,
            files["places"].open("wb") as places,
            files["blocks"].open("wb") as blocks,
            files["names"].open("wb") as names,
        ):
            records, texts = _Blocks(starts, places), _Blocks(blocks, names)
            block: list[tuple[bytes, str]] = []
            lines: list[str] = []
            for number, row in enumerate(rows):
                entry = _unpack(row[row.index(b"\xff", 6) + 1 :])
                self._add_keys(entry, number)
                block.append((self._record(entry.place, number), entry.place.name))
                lines.append("\n".join(f"{n.text}\t{n.language or ''}\t{n.note or ''}" for n in entry.names))
                if len(block) == PLACES_PER_BLOCK:
                    records.write(_by_column(block))
                    block = []
                if len(lines) == NAMES_PER_BLOCK:
                    texts.write("\0".join(lines).encode())
                    lines = []
                self.n_places += 1
            if block:
                records.write(_by_column(block))
            if lines:
                texts.write("\0".join(lines).encode())
            records.end()
            texts.end()

    def _record(self, place: Place, number: int) -> bytes:
        source, _, rest = place.id.partition(":")
        if source not in SOURCES:
            raise ValueError(f"{place.id}: the id must begin with one of {', '.join(SOURCES)}")
        id_number = int(rest) if source in NUMBERED else self.slugs[place.id]
        self.ids.add(struct.pack(">BII", SOURCES.index(source), id_number, number))
        self.cells.add(struct.pack(">II", cell_of(place.lon, place.lat), number))
        admin1 = f"{place.country}.{place.admin1}" if place.admin1 else ""
        return RECORD.pack(
            id_number,
            round(place.lon * COORDINATE_SCALE),
            round(place.lat * COORDINATE_SCALE),
            min(place.population, 0xFFFFFFFF),
            self._code("admin1", admin1.partition(".")[2]),
            self._code("admin2", place.admin2 or ""),
            self._code("features", place.feature_code),
            self._code("countries", place.country or ""),
            SOURCES.index(source) << 4 | KINDS.index(place.kind),
        )

    def _code(self, table: str, code: str) -> int:
        codes = self.tables[table]
        # Beyond what the record can hold a code is left out, never wrong.
        return codes.setdefault(code, len(codes)) if code in codes or len(codes) < 0xFFFF else 0

    def _add_keys(self, entry: Entry, number: int) -> None:
        how_of = {fold_name(entry.place.name): PRIMARY}
        for name in entry.names:
            how_of.setdefault(fold_name(name.text), DEMONYM if name.note == "demonym" else ALTERNATE)
        for key, how in how_of.items():
            if key:
                self.keys.add(struct.pack(">QI", key_hash(key), number << 2 | how))

    def _write_keys(self) -> dict[str, Path]:
        rows = self.folder / "key_rows"
        last = None
        with rows.open("wb") as stream:
            for row in self.keys:
                self.n_keys += row[:8] != last
                last = row[:8]
                stream.write(row)
        bits = max(self.n_keys // KEYS_PER_BUCKET, 2).bit_length()
        buckets, keys = self.folder / "buckets", self.folder / "keys"
        with rows.open("rb") as stream, buckets.open("wb") as heads, keys.open("wb") as out:
            _write_buckets(stream, heads, out, bits=bits)
        return {"buckets": buckets, "keys": keys}

    def _write_indexes(self) -> dict[str, Path]:
        byid, cells, near = (self.folder / name for name in ("byid", "cells", "near"))
        last = b""
        with byid.open("wb") as stream:
            for row in self.ids:
                if row[:5] == last:
                    raise ValueError(f"two places have the id {SOURCES[row[0]]}:{int.from_bytes(row[1:5], 'big')}")
                last = row[:5]
                stream.write(row[5:][::-1])
        sizes: Counter[int] = Counter()
        cell = last_record = -1
        with near.open("wb") as stream:
            for row in self.cells:
                here, record = int.from_bytes(row[:4], "big"), int.from_bytes(row[4:], "big")
                sizes[here] += stream.write(_varint(record - last_record if here == cell else record))
                cell, last_record = here, record
        total = 0
        with cells.open("wb") as stream:
            for cell in range(CELLS + 1):
                stream.write(struct.pack("<I", total))
                total += sizes[cell]
        return {"byid": byid, "cells": cells, "near": near}

    def _assemble(self, path: Path, sections: dict[str, Path]) -> int:
        tables, slugs = self.folder / "tables", self.folder / "slugs"
        tables.write_text(json.dumps({k: list(v) for k, v in self.tables.items()}, ensure_ascii=False))
        slugs.write_text("\n".join(self.slugs))
        sections |= {"tables": tables, "slugs": slugs}
        at, spans, digest = 0, {}, blake2b(digest_size=8)
        for name, part in sections.items():
            at += -at % 4
            spans[name] = (at, at + part.stat().st_size)
            at = spans[name][1]
            with part.open("rb") as stream:
                while data := stream.read(1 << 20):
                    digest.update(data)
        header = {"version": digest.hexdigest(), "places": self.n_places, "keys": self.n_keys, "sections": spans}
        text = json.dumps(header).encode()
        text += b" " * (-(len(MAGIC) + 4 + len(text)) % 4)
        with path.open("wb") as out:
            out.write(MAGIC + struct.pack("<I", len(text)) + text)
            base = out.tell()
            for name, part in sections.items():
                out.write(b"\0" * (base + spans[name][0] - out.tell()))
                with part.open("rb") as stream:
                    while data := stream.read(1 << 20):
                        out.write(data)
        return self.n_places


def _write_buckets(rows: IO[bytes], heads: IO[bytes], out: IO[bytes], *, bits: int) -> None:
    """Write the rows (hash, posting), which come sorted, as ``2 ** bits`` buckets and their directory."""
    at, row = 0, rows.read(12)
    for bucket in range(1 << bits):
        heads.write(struct.pack("<I", at))
        keys: dict[int, list[int]] = {}
        while row and (hashed := int.from_bytes(row[:8], "big")) >> (64 - bits) == bucket:
            keys.setdefault(hashed & 0xFFFFFFFF, []).append(int.from_bytes(row[8:], "big"))
            row = rows.read(12)
        if keys:
            body = b"".join(_pack_postings(postings) for postings in keys.values())
            at += out.write(struct.pack(f"<B{len(keys)}I", len(keys), *keys) + body)
    heads.write(struct.pack("<I", at))


def _pack_postings(postings: list[int]) -> bytes:
    out = bytearray(_varint(len(postings)))
    last = 0
    for posting in sorted(postings):
        out += _varint(posting - last)
        last = posting
    return bytes(out)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class _Blocks:
    """Deflated blocks, one after the other, and where each begins."""

    def __init__(self, starts: IO[bytes], out: IO[bytes]) -> None:
        self._starts, self._out, self._at = starts, out, 0

    def write(self, data: bytes) -> None:
        self._starts.write(struct.pack("<I", self._at))
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
        self._at += self._out.write(deflate.compress(data) + deflate.flush())

    def end(self) -> None:
        self._starts.write(struct.pack("<I", self._at))


def _by_column(block: list[tuple[bytes, str]]) -> bytes:
    """Return the records of a block byte by byte, first bytes first, and then their names."""
    rows = b"".join(record for record, _ in block)
    columns = b"".join(rows[i :: RECORD.size] for i in range(RECORD.size))
    return columns + "\n".join(name for _, name in block).encode()


def _pack(entry: Entry) -> bytes:
    p = entry.place
    head = [p.id, _line(p.name), p.kind, p.lon, p.lat, p.feature_code, p.country, p.admin1, p.admin2, p.population]
    return json.dumps([head, [[_line(n.text), n.language, n.note] for n in entry.names]], ensure_ascii=False).encode()


def _line(text: str) -> str:
    """Return the text as one line without control characters, which part the names in the file."""
    return " ".join("".join(c for c in text if c >= " ").split())


def _unpack(data: bytes) -> Entry:
    head, names = json.loads(data)
    place_id, name, kind, lon, lat, feature, country, admin1, admin2, population = head
    place = Place(
        id=place_id,
        name=name,
        kind=kind,
        lon=lon,
        lat=lat,
        feature_code=feature,
        country=country,
        admin1=admin1,
        admin2=admin2,
        population=population,
    )
    return Entry(place=place, names=tuple(Name(text=t, language=lang, note=note) for t, lang, note in names))
