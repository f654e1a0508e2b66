"""Open the embedded and the user's own data once: geodata, gazetteer, atlas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.files import path_exists
from geomap.gazetteer.layered import LayeredGazetteer
from geomap.gazetteer.protocol import Gazetteer
from geomap.gazetteer.store import FileGazetteer
from geomap.manifest import Geodata, open_geodata
from geomap.user_data.paths import FULL, OUTLINES, OWN, user_folder

if TYPE_CHECKING:
    from geomap.boundaries.atlas import Atlas
    from geomap.gazetteer.online import Service
    from geomap.types import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """The opened geodata, with which articles are geoparsed and mapped."""

    geodata: Geodata
    gazetteer: Gazetteer
    atlas: Atlas


@cache
def open_resources(folder: Path | None = None, *, geocoder: Service | None = None) -> Resources:
    """Open the embedded geodata, or those of ``folder``; GeodataError where they are missing or altered.

    The user's own gazetteers and outlines are opened as well. ``geocoder`` is the online service that is queried for names in
    no local gazetteer; without it there are no queries.
    """
    from geomap.boundaries.atlas import Atlas

    geodata = open_geodata(folder)
    gazetteer = open_gazetteer(geodata)
    if geocoder is not None:
        from geomap.gazetteer.online import OPENSTREETMAP, OnlineGazetteer, open_geocoder

        cache = user_folder() / "geocoder.sqlite"
        gazetteer = OnlineGazetteer(gazetteer, open_geocoder(geocoder, cache=cache))
        geodata = replace(geodata, sources=(*geodata.sources, OPENSTREETMAP))
    own = user_folder() / OUTLINES
    return Resources(geodata=geodata, gazetteer=gazetteer, atlas=Atlas(geodata, own=own if path_exists(own) else None))


def lookup(name: str, *, country: str | None = None, limit: int | None = 10) -> tuple[Candidate, ...]:
    """Return the places named ``name`` in the embedded gazetteer, most prominent first."""
    return open_resources().gazetteer.lookup(name, country=country, limit=limit)


def open_gazetteer(geodata: Geodata, folder: Path | None = None) -> Gazetteer:
    """Return the embedded gazetteer, preceded by the user's own places and followed by the full GeoNames, if installed."""
    folder = folder or user_folder()
    embedded = geodata.path("gazetteer.bin")
    own, full = folder / OWN, folder / FULL
    if not path_exists(own) and not path_exists(full):
        return FileGazetteer(embedded)
    return LayeredGazetteer([*([own] if path_exists(own) else []), embedded, *([full] if path_exists(full) else [])])
