"""What every gazetteer answers: names to candidates, by id, by point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

from geomap.errors import PlaceNotFound
from geomap.types import Name, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from geomap.types import Candidate


class Gazetteer(Protocol):
    """Places by name, id and point; a context manager that closes what it reads from.

    ``store.FileGazetteer`` reads one file, ``layered.LayeredGazetteer`` several in order of precedence, and
    ``online.OnlineGazetteer`` asks a geocoding service for names that another gazetteer does not know.
    """

    version: str
    """Differs wherever an answer may: results computed with another version are stale."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def __len__(self) -> int: ...

    def close(self) -> None:
        """Close the files; a look-up after this raises."""

    def lookup(
        self, name: str, *, country: str | None = None, limit: int | None = None, fuzzy: bool = False
    ) -> tuple[Candidate, ...]:
        """Return the places that a written name may mean, the most prominent first; empty where there are none."""
        ...

    def knows(self, name: str) -> bool:
        """Return whether the name itself, folded, is any place's name; no variants are tried."""
        ...

    def may_be_people(self, name: str) -> bool:
        """Return whether a people may be among the candidates of ``name``; for most names faster than ``lookup``."""
        ...

    def place(self, place_id: str) -> Place:
        """Return the place of this id; PlaceNotFound where there is none."""
        ...

    def names(self, place_id: str) -> tuple[Name, ...]:
        """Return every name of a place, the primary name first; PlaceNotFound where there is no such place."""
        ...

    def near(self, lon: float, lat: float, *, km: float, limit: int | None = None) -> tuple[Place, ...]:
        """Return the places within ``km`` (geodesic) of a point, nearest first."""
        ...


def names_of(place: Place, gazetteer: Gazetteer) -> tuple[Name, ...]:
    """Return the names of a place; only its own name if it is in no gazetteer (a user's place, a region)."""
    try:
        return gazetteer.names(place.id)
    except PlaceNotFound:
        return (Name(text=place.name),)


def names_by_id(gazetteer: Gazetteer) -> Callable[[str], tuple[Name, ...]]:
    """Return the function from a place's id to its names, which has none of an id that is not in the gazetteer."""

    def names(place_id: str) -> tuple[Name, ...]:
        try:
            return gazetteer.names(place_id)
        except PlaceNotFound:
            return ()

    return names


def known_names(place: Place, gazetteer: Gazetteer) -> list[str]:
    """Return the names of a place as strings, the primary name first."""
    return [place.name, *(name.text for name in names_of(place, gazetteer))]
