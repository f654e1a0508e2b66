"""Several gazetteers read as one: a newsroom's own places, the embedded world, the full GeoNames."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Self

from geomap.errors import PlaceNotFound
from geomap.gazetteer.store import FileGazetteer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from geomap.types import Candidate, Name, Place


class LayeredGazetteer:
    """Gazetteers in order of precedence. A name that the user's own places have means those alone."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Map the files; GeodataError where one is no gazetteer."""
        self._layers = [FileGazetteer(path) for path in paths]
        versions = "".join(layer.version for layer in self._layers)
        self.version = blake2b(versions.encode(), digest_size=8).hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
        """Return whether any layer knows the name."""
        return any(layer.knows(name) for layer in self._layers)

    def may_be_people(self, name: str) -> bool:
        """Return whether a people may be among the candidates of ``name`` in any layer."""
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

    def _holder(self, place_id: str) -> FileGazetteer:
        for layer in self._layers[:-1]:
            try:
                layer.place(place_id)
            except PlaceNotFound:
                continue
            return layer
        return self._layers[-1]
