"""What a batch reads articles with, and what its version is; another module of these functions may stand in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from geomap.vocabulary import Article, Place, ReadArticle


def open_reading(folder: str | None) -> Callable[[Article], ReadArticle]:
    """Open the geodata of ``folder``, or the embedded ones, and return what ``geomap.read`` does on them."""
    from geomap.pipeline import open_world, read

    world = open_world(Path(folder) if folder else None)
    return lambda article: read(article, world=world)


def open_places(folder: str | None) -> Callable[[str], Place]:
    """Return what gives the place of an id, on the same geodata; it raises PlaceNotFound."""
    from geomap.pipeline import open_world

    return open_world(Path(folder) if folder else None).gazetteer.place


def open_names(folder: str | None) -> Callable[[Place], list[str]]:
    """Return what gives the names of a place, on the same geodata."""
    from geomap.pipeline import known_names, open_world

    world = open_world(Path(folder) if folder else None)
    return lambda place: known_names(place, world=world)


def version(folder: str | None) -> str:
    """Return what tells these geodata, and the user's own places beside them, from all others."""
    from geomap.gazetteer_layers import open_gazetteer
    from geomap.geodata import open_geodata

    geodata = open_geodata(Path(folder) if folder else None)
    with open_gazetteer(geodata) as gazetteer:
        return f"geodata {geodata.version}, places {gazetteer.version}"
