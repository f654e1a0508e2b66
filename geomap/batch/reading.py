"""What a batch reads articles with, and what its version is; another module of these two functions may stand in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from geomap.vocabulary import Article, ReadArticle


def open_reading(folder: str | None) -> Callable[[Article], ReadArticle]:
    """Open the geodata of ``folder``, or the embedded ones, and return what ``geomap.read`` does on them."""
    from geomap.pipeline import open_world, read

    world = open_world(Path(folder) if folder else None)
    return lambda article: read(article, world=world)


def version(folder: str | None) -> str:
    """Return what tells these geodata from all others: the digest of their manifest, which has every file's digest."""
    from geomap.geodata import open_geodata

    return open_geodata(Path(folder) if folder else None).version
