"""Find the places that news articles report from and draw them on a map that opens from disk.

>>> import geomap
>>> geomap.map("article.txt").save("map.html")       # doctest: +SKIP
>>> geomap.lookup("Stepanakert")[0].place.country    # doctest: +SKIP
'AZ'
"""

# Nothing is imported here: ``python -m geomap`` comes here with the current folder before the standard library.
TYPE_CHECKING = False

# Here alone; asking the installed package's metadata would cost a quarter of a look-up's time.
__version__ = "0.1.0"

if TYPE_CHECKING:
    from geomap.articles import read_articles
    from geomap.pipeline import lookup, open_world, read
    from geomap.story import StoryMap, map  # noqa: A004
    from geomap.vocabulary import Article

_HOMES = {
    "Article": "geomap.vocabulary",
    "StoryMap": "geomap.story",
    "lookup": "geomap.pipeline",
    "map": "geomap.story",
    "open_world": "geomap.pipeline",
    "read": "geomap.pipeline",
    "read_articles": "geomap.articles",
}

__all__ = ["Article", "StoryMap", "lookup", "map", "open_world", "read", "read_articles"]


def __getattr__(name: str) -> object:
    # Names are fetched when asked for, so that `geomap --help` opens no geodata and imports nothing heavy.
    if name not in _HOMES:
        raise AttributeError(f"module 'geomap' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
