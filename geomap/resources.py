"""The embedded and the user's own data, opened once: geodata, gazetteer, atlas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.files import is_there
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
    """The geodata, opened: what every article is read against."""

    geodata: Geodata
    gazetteer: Gazetteer
    atlas: Atlas


@cache
def open_resources(folder: Path | None = None, *, geocoder: Service | None = None) -> Resources:
    """Open the embedded geodata, or those of ``folder``; raise GeodataError where they are missing or altered.

    A user's own gazetteers and outlines come with the embedded ones. ``geocoder`` names the online service that is asked for
    names nothing local knows; without it nothing is.
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
    return Resources(geodata=geodata, gazetteer=gazetteer, atlas=Atlas(geodata, own=own if is_there(own) else None))


def lookup(name: str, *, country: str | None = None, limit: int | None = 10) -> tuple[Candidate, ...]:
    """Return the places that bear ``name`` in the embedded gazetteer, most prominent first."""
    return open_resources().gazetteer.lookup(name, country=country, limit=limit)


def open_gazetteer(geodata: Geodata, folder: Path | None = None) -> Gazetteer:
    """Return the embedded gazetteer, with the user's own places before it and the full GeoNames behind it if there."""
    folder = folder or user_folder()
    embedded = geodata.path("gazetteer.bin")
    own, full = folder / OWN, folder / FULL
    if not is_there(own) and not is_there(full):
        return FileGazetteer(embedded)
    return LayeredGazetteer([*([own] if is_there(own) else []), embedded, *([full] if is_there(full) else [])])
