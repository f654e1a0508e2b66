"""Several gazetteers read as one: a newsroom's own places, the embedded world, the full GeoNames."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.errors import PlaceNotFound
from geomap.files import is_there
from geomap.gazetteer import Gazetteer
from geomap.own_outlines import OUTLINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.geodata import Geodata
    from geomap.vocabulary import Candidate, Name, Place

VARIABLE = "GEOMAP_DATA"
"""Environment variable that names another folder for the user's gazetteers."""
OWN, FULL = "own.bin", "geonames.bin"


def user_folder() -> Path:
    """Return where a user's own gazetteers lie: ``$GEOMAP_DATA``, else ``geomap`` in the platform's data folder.

    A variable that is empty or relative counts as unset, as the XDG specification has it.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        if Path(os.environ.get(variable, "")).is_absolute():
            return Path(os.environ[variable]) / "geomap"
    return _home() / ".local" / "share" / "geomap"


def _home() -> Path:
    """Return the user's home folder; where there is none, a path below which nothing can be."""
    if Path(os.environ.get("HOME", "")).is_absolute() or os.name == "nt":
        return Path.home()
    try:
        import pwd

        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:  # a user of a container without an entry
        return Path(os.devnull)


def data_version(geodata: Geodata, folder: Path | None = None) -> str:
    """Return the version of the geodata and of what the user has added: no result outlives either."""
    folder = folder or user_folder()
    own = [folder / name for name in (OWN, OUTLINES, FULL)]
    told = [f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in own if is_there(path)]
    return blake2b("\n".join([geodata.version, *told]).encode(), digest_size=8).hexdigest() if told else geodata.version


def open_gazetteer(geodata: Geodata, folder: Path | None = None) -> Gazetteer:
    """Return the embedded gazetteer, with the user's own places before it and the full GeoNames behind it if there."""
    folder = folder or user_folder()
    embedded = geodata.path("gazetteer.bin")
    own, full = folder / OWN, folder / FULL
    if not is_there(own) and not is_there(full):
        return Gazetteer(embedded)
    return LayeredGazetteer([*([own] if is_there(own) else []), embedded, *([full] if is_there(full) else [])])


class LayeredGazetteer(Gazetteer):
    """Gazetteers in order of precedence. A name that the user's own places have means those alone."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Map the files; GeodataError where one is no gazetteer."""
        self._layers = [Gazetteer(path) for path in paths]
        versions = "".join(layer.version for layer in self._layers)
        self.version = blake2b(versions.encode(), digest_size=8).hexdigest()

    def __len__(self) -> int:
        return sum(len(layer) for layer in self._layers)

    def close(self) -> None:
        """Close every file."""
        for layer in self._layers:
            layer.close()

    def lookup(
        self, name: str, *, country: str | None = None, limit: int | None = None, fuzzy: bool = False
    ) -> tuple[Candidate, ...]:
        """Return the places a name may mean: the user's own where they have it, else the world's, each id once."""
        found: dict[str, Candidate] = {}
        for layer in self._layers:
            for candidate in layer.lookup(name, country=country):
                found.setdefault(candidate.place.id, candidate)
            if any(place_id.startswith("my:") for place_id in found):
                break
        if not found and fuzzy:
            guesses = (c for layer in self._layers for c in layer.lookup(name, country=country, fuzzy=True))
            for candidate in guesses:
                found.setdefault(candidate.place.id, candidate)
        # A name itself before a variant of it, whichever layer has it; the layers' own order within.
        ordered = sorted(found.values(), key=lambda c: c.match in ("variant", "fuzzy"))
        return tuple(ordered[:limit])

    def knows(self, name: str) -> bool:
        """Tell whether any layer knows the name."""
        return any(layer.knows(name) for layer in self._layers)

    def may_be_people(self, name: str) -> bool:
        """Tell whether a people may be among the candidates of ``name`` in any layer."""
        return any(layer.may_be_people(name) for layer in self._layers)

    def place(self, place_id: str) -> Place:
        """Return the place of this id, from the first layer that has it; PlaceNotFound where none has."""
        return self._holder(place_id).place(place_id)

    def names(self, place_id: str) -> tuple[Name, ...]:
        """Return every name of a place; PlaceNotFound where there is no such place."""
        return self._holder(place_id).names(place_id)

    def near(self, lon: float, lat: float, *, km: float, limit: int | None = None) -> tuple[Place, ...]:
        """Return the places within ``km`` (geodesic) of a point, nearest first, each id once."""
        from geopy.distance import geodesic

        found: dict[str, Place] = {}
        for layer in self._layers:
            for place in layer.near(lon, lat, km=km, limit=limit):
                found.setdefault(place.id, place)
        nearest = sorted(found.values(), key=lambda p: float(geodesic((lat, lon), (p.lat, p.lon)).km))
        return tuple(nearest[:limit])

    def name_worth(self, name: str) -> float:
        """Return how likely a written name is a place: certain where it is one of the user's own."""
        own = self._layers[0].lookup(name, limit=1)
        if own and own[0].place.id.startswith("my:"):
            return 1.0
        return max(layer.name_worth(name) for layer in self._layers)

    def _holder(self, place_id: str) -> Gazetteer:
        for layer in self._layers[:-1]:
            try:
                layer.place(place_id)
            except PlaceNotFound:
                continue
            return layer
        return self._layers[-1]
