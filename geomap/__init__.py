"""Find the places that news articles report from and draw them on a map that opens from disk.

>>> import geomap
>>> geomap.map("article.txt").save("map.html")       # doctest: +SKIP
>>> geomap.lookup("Stepanakert")[0].place.country    # doctest: +SKIP
'AZ'
"""

# Nothing but the version is imported here: ``python -m geomap`` comes here with the current folder before the standard library.
from geomap._version import __version__

TYPE_CHECKING = False

if TYPE_CHECKING:
    from geomap.api import StoryMap, geoparse, map  # noqa: A004
    from geomap.ingest.readers import load_articles
    from geomap.resources import lookup, open_resources
    from geomap.types import Article

_HOMES = {
    "Article": "geomap.types",
    "StoryMap": "geomap.api",
    "lookup": "geomap.resources",
    "map": "geomap.api",
    "open_resources": "geomap.resources",
    "geoparse": "geomap.api",
    "load_articles": "geomap.ingest.readers",
}

__all__ = ["Article", "StoryMap", "__version__", "geoparse", "load_articles", "lookup", "map", "open_resources"]


def __getattr__(name: str) -> object:
    # Names are fetched when asked for, so that `geomap --help` opens no geodata and imports nothing heavy.
    if name not in _HOMES:
        raise AttributeError(f"module 'geomap' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
