"""What a batch reads articles with, and what its version is; another module of these functions may stand in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from geomap.types import Article, GeoparsedArticle, Place


def open_reading(folder: str | None) -> Callable[[Article], GeoparsedArticle]:
    """Open the geodata of ``folder``, or the embedded ones, and return what ``geomap.geoparse`` does on them."""
    from geomap.geoparser import geoparse
    from geomap.resources import open_resources

    resources = open_resources(Path(folder) if folder else None)
    return lambda article: geoparse(article, resources=resources)


def open_places(folder: str | None) -> Callable[[str], Place]:
    """Return what gives the place of an id, on the same geodata; it raises PlaceNotFound."""
    from geomap.resources import open_resources

    return open_resources(Path(folder) if folder else None).gazetteer.place


def open_names(folder: str | None) -> Callable[[Place], list[str]]:
    """Return what gives the names of a place, on the same geodata."""
    from geomap.pipeline import known_names
    from geomap.resources import open_resources

    resources = open_resources(Path(folder) if folder else None)
    return lambda place: known_names(place, resources=resources)


def version(folder: str | None) -> str:
    """Return what tells this code, these geodata and the user's own places from all others."""
    from geomap.fingerprint import code_key, geoparse_key, ingest_key, key_of
    from geomap.manifest import open_geodata
    from geomap.resources import open_gazetteer

    geodata = open_geodata(Path(folder) if folder else None)
    with open_gazetteer(geodata) as gazetteer:
        code = key_of([ingest_key(), geoparse_key(geodata.version), code_key("geomap.batch.worker_process")])
        return f"code {code}, geodata {geodata.version}, places {gazetteer.version}"
