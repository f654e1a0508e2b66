"""One gazetteer file: names to candidates, by id, by point."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from geomap.errors import PlaceNotFound
from geomap.gazetteer.file_format import COORDINATE_SCALE, DEMONYM, KINDS, NUMBERED, SOURCES, GazetteerFile, cell_of
from geomap.gazetteer.variants import MAX_NAME, one_typo, twin, variants
from geomap.geodesy import sphere_km
from geomap.text.normalize import fold_name
from geomap.types import Candidate, Match, Name, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

_MATCHES: tuple[Match, ...] = ("name", "alternate", "demonym")
MAX_WOF_TOWN = 100_000
"""People. The towns that are in Who's On First alone are small; six have the population of a namesake, as an Italian hamlet that of
Tripoli in Libya. Theirs is unknown."""
_FUZZY_FROM = 5
"""Shorter names are one letter from too many others to be guessed."""


class FileGazetteer:
    """A gazetteer file, open for reading; a context manager, and threads may share it."""

    def __init__(self, path: Path) -> None:
        """Map the file; GeodataError where it is missing or not a gazetteer."""
        self._file = GazetteerFile(path)
        self.version = self._file.version
        self._exact = lru_cache(maxsize=4096)(self._exact_uncached)
        self._place = lru_cache(maxsize=16384)(self._place_uncached)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self._file.n_places

    def close(self) -> None:
        """Close the file; looking up after this raises."""
        self._exact.cache_clear()
        self._place.cache_clear()
        self._file.close()

    def lookup(
        self, name: str, *, country: str | None = None, limit: int | None = None, fuzzy: bool = False
    ) -> tuple[Candidate, ...]:
        """Return the places a written name may mean, the most prominent first; empty where there are none.

        A town of this very name counts as ten times its people against a town that others call so.
        The name itself, folded, is tried first; only where it is unknown, its variants ("the X", "X's",
        "St." = "Saint", "X County"); only with ``fuzzy``, and where those fail too, names one typo away.
        ``country`` (ISO 3166-1 alpha-2) keeps the places of that country. No place has a name longer than ``MAX_NAME``.
        """
        if len(name) > MAX_NAME:
            return ()
        found = self._exact(fold_name(name)) or self._of_variants(name)
        if not found and fuzzy:
            found = self._one_typo_away(fold_name(name))
        if country is not None:
            wanted = country.upper()
            found = tuple(c for c in found if c.place.country == wanted)
        return found if limit is None else found[:limit]

    def knows(self, name: str) -> bool:
        """Return whether the name itself, folded, is any place's name; no variants are tried."""
        if len(name) > MAX_NAME:
            return False
        key = fold_name(name)
        other = twin(key)
        return self._file.has(key) or (other is not None and self._file.has(other))

    def may_be_people(self, name: str) -> bool:
        """Return whether a people may be among the candidates of ``name``; for most names faster than looking it up."""
        key = fold_name(name)
        other = twin(key)
        postings = [*self._file.postings(key), *(self._file.postings(other) if other else ())]
        return not postings or any(posting & 3 == DEMONYM for posting in postings)

    def place(self, place_id: str) -> Place:
        """Return the place of this id; PlaceNotFound where there is none."""
        return self._place(self._record(place_id))

    def places(self) -> Iterator[Place]:
        """Yield every place of the file, in the order of its records."""
        return map(self._place_uncached, range(len(self)))

    def names(self, place_id: str) -> tuple[Name, ...]:
        """Return every name of a place, the primary one first; PlaceNotFound where there is no such place."""
        record = self._record(place_id)
        primary = self._place(record).name
        others = self._file.names(record)
        first = next((n for n in others if n.text == primary), Name(text=primary))
        return (first, *(_with_script(n) for n in others if n.text != primary))

    def near(self, lon: float, lat: float, *, km: float, limit: int | None = None) -> tuple[Place, ...]:
        """Return the places within ``km`` (geodesic) of a point, nearest first."""
        from geopy.distance import geodesic

        found: list[tuple[float, int]] = []
        for record in self._records_around(lon, lat, km):
            row = self._file.row(record)
            place_lon, place_lat = row.lon / COORDINATE_SCALE, row.lat / COORDINATE_SCALE
            if sphere_km(lon, lat, place_lon, place_lat) <= km * 1.01:  # the sphere is within 0.6 % of the ellipsoid
                exact = geodesic((lat, lon), (place_lat, place_lon)).km
                if exact <= km:
                    found.append((exact, record))
        return tuple(self._place(record) for _, record in sorted(found)[:limit])

    def _record(self, place_id: str) -> int:
        source, _, rest = place_id.partition(":")
        record = None
        if source in NUMBERED and rest.isascii() and rest.isdigit():
            record = self._file.record_of(SOURCES.index(source), int(rest))
        elif source in SOURCES:
            number = self._file.slug_number(place_id)
            record = None if number is None else self._file.record_of(SOURCES.index(source), number)
        if record is None:
            raise PlaceNotFound(f"{place_id}: no place has this id; `geomap lookup NAME` shows the ids")
        return record

    def _place_uncached(self, record: int) -> Place:
        row, tables = self._file.row(record), self._file
        source = SOURCES[row.source_kind >> 4]
        kind = KINDS[row.source_kind & 15]
        is_borrowed = source == "wof" and kind == "settlement" and row.population >= MAX_WOF_TOWN
        return Place(
            id=f"{source}:{row.number}" if source in NUMBERED else tables.slugs[row.number],
            name=tables.name(record),
            kind=kind,
            lon=row.lon / COORDINATE_SCALE,
            lat=row.lat / COORDINATE_SCALE,
            feature_code=tables.features[row.feature],
            country=tables.countries[row.country] or None,
            admin1=tables.admin1[row.admin1] or None,
            admin2=tables.admin2[row.admin2] or None,
            population=0 if is_borrowed else row.population,
            geonameid=row.number if source == "gn" else None,
        )

    def _exact_uncached(self, key: str) -> tuple[Candidate, ...]:
        met = [(posting >> 2, posting & 3, key) for posting in self._file.postings(key)]
        other = twin(key)
        if other is not None:
            known = {record for record, _, _ in met}
            met += [(p >> 2, p & 3, other) for p in self._file.postings(other) if p >> 2 not in known]
            met.sort()
        return _own_names_first(
            [
                Candidate(place=self._place(record), name=name.text, match=_MATCHES[how], language=name.language)
                for record, how, found in met
                for name in [self._name_met(record, how, found)]
            ]
        )

    def _name_met(self, record: int, how: int, key: str) -> Name:
        """Return the name with this key as the gazetteer writes it."""
        if how == 0:
            return Name(text=self._place(record).name)
        return next((n for n in self._file.names(record) if fold_name(n.text) == key), Name(text=key))

    def _of_variants(self, name: str) -> tuple[Candidate, ...]:
        for form in variants(name):
            found = tuple(
                replace(c, match="demonym" if c.match == "demonym" else "variant")
                for c in self._exact(form.key)
                if (form.kinds is None or c.place.kind in form.kinds)
                and (form.codes is None or c.place.feature_code in form.codes)
                and (c.match == "demonym" or not form.is_people)
            )
            if found:
                return found
        return ()

    def _one_typo_away(self, key: str) -> tuple[Candidate, ...]:
        if len(key) < _FUZZY_FROM:
            return ()
        records: dict[int, Candidate] = {}
        for near_key in dict.fromkeys(one_typo(key)):
            if self._file.has(near_key):
                for posting in self._file.postings(near_key):
                    record = posting >> 2
                    name = self._name_met(record, posting & 3, near_key).text
                    records.setdefault(record, Candidate(place=self._place(record), name=name, match="fuzzy"))
        return tuple(records[record] for record in sorted(records))

    def _records_around(self, lon: float, lat: float, km: float) -> list[int]:
        """Return the records of the one-degree cells that a circle may touch."""
        south, north = max(lat - km / 110.5, -90.0), min(lat + km / 110.5, 90.0)
        widest = math.cos(math.radians(max(abs(south), abs(north))))
        reach = 180.0 if widest < 0.01 else min(km / (110.5 * widest), 180.0)
        rows = range(int(south + 90), min(int(north + 90), 179) + 1)
        columns = range(math.floor(lon - reach), min(math.floor(lon + reach), math.floor(lon - reach) + 359) + 1)
        return [
            record
            for row in rows
            for column in columns
            for record in self._file.in_cell(cell_of((column + 180.5) % 360 - 180, row - 89.5))
        ]


def _own_names_first(found: list[Candidate]) -> tuple[Candidate, ...]:
    """Return the candidates with the towns sorted by population, which counts a tenth where the name is an alternate."""
    towns = [c for c in found if c.place.kind == "settlement"]
    towns.sort(key=lambda c: c.place.population * (1 if c.match == "name" else 0.1), reverse=True)
    in_order = iter(towns)
    return tuple(next(in_order) if c.place.kind == "settlement" else c for c in found)


_SCRIPTS = (
    # First code point, last, BCP 47: the language if the script determines it, else only the script.
    (0x370, 0x3FF, "el"),
    (0x400, 0x52F, "und-Cyrl"),
    (0x531, 0x58F, "hy"),
    (0x591, 0x5F4, "he"),
    (0x600, 0x77F, "und-Arab"),
    (0x780, 0x7BF, "dv"),
    (0x900, 0x97F, "und-Deva"),
    (0x980, 0x9FF, "und-Beng"),
    (0xA00, 0xA7F, "pa"),
    (0xA80, 0xAFF, "gu"),
    (0xB00, 0xB7F, "or"),
    (0xB80, 0xBFF, "ta"),
    (0xC00, 0xC7F, "te"),
    (0xC80, 0xCFF, "kn"),
    (0xD00, 0xD7F, "ml"),
    (0xD80, 0xDFF, "si"),
    (0xE00, 0xE7F, "th"),
    (0xE80, 0xEFF, "lo"),
    (0xF00, 0xFFF, "bo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1200, 0x139F, "und-Ethi"),
    (0x1780, 0x17FF, "km"),
    (0x1800, 0x18AF, "mn-Mong"),
    (0x3040, 0x30FF, "ja"),
    (0x4E00, 0x9FFF, "und-Hani"),
    (0xAC00, 0xD7AF, "ko"),
)


def _with_script(name: Name) -> Name:
    """Return the name with the language or script of its letters, where the source gives no language."""
    if name.language is not None or name.text.isascii():
        return name
    for letter in name.text:
        for first, last, tag in _SCRIPTS:
            if first <= ord(letter) <= last:
                return Name(text=name.text, language=tag, note=name.note)
    return name
