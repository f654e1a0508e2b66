"""Find the places that news articles report from and draw them on a map that opens from disk.

>>> import geomap
>>> geomap.map("article.txt").save("map.html")       # doctest: +SKIP
>>> geomap.lookup("Stepanakert")[0].place.country    # doctest: +SKIP
'AZ'
"""

# Only the version is imported here: ``python -m geomap`` runs this with the current folder before the standard library.
from geomap._version import __version__

TYPE_CHECKING = False

# Formatted by hand: the formatter would put each name on its own line.
# fmt: off
# isort: off
if TYPE_CHECKING:
    from geomap.api import StoryMap, geoparse, map  # noqa: A004
    from geomap.errors import ArticleError, ArticleNotFound, CRSError, FetchError, GeodataError, GeomapError, LexiconError
    from geomap.errors import LibraryBusy, LibraryDamaged, NothingLocated, OutputError, PlaceNotFound, PrecisionError
    from geomap.errors import ProjectError
    from geomap.ingest.readers import load_articles
    from geomap.map_types import MapOptions
    from geomap.records import Cut, Unread, UnreadDate
    from geomap.resources import Resources, lookup, open_resources
    from geomap.types import Article, Candidate, Correction, Event, Evidence, GeoparsedArticle, Mention, Movement, Name
    from geomap.types import Place, Publication, Quantity, Region, Relation, Report, Resolution, Stop, When

# A literal list, so that type checkers can read it.
__all__ = [
    "Article",
    "ArticleError",
    "ArticleNotFound",
    "CRSError",
    "Candidate",
    "Correction",
    "Cut",
    "Event",
    "Evidence",
    "FetchError",
    "GeodataError",
    "GeomapError",
    "GeoparsedArticle",
    "LexiconError",
    "LibraryBusy",
    "LibraryDamaged",
    "MapOptions",
    "Mention",
    "Movement",
    "Name",
    "NothingLocated",
    "OutputError",
    "Place",
    "PlaceNotFound",
    "PrecisionError",
    "ProjectError",
    "Publication",
    "Quantity",
    "Region",
    "Relation",
    "Report",
    "Resolution",
    "Resources",
    "Stop",
    "StoryMap",
    "Unread",
    "UnreadDate",
    "When",
    "__version__",
    "geoparse",
    "load_articles",
    "lookup",
    "map",
    "open_resources",
]
# isort: on
# fmt: on

_MODULES = {
    "geomap.api": {"StoryMap", "geoparse", "map"},
    "geomap.ingest.readers": {"load_articles"},
    "geomap.map_types": {"MapOptions"},
    "geomap.records": {"Cut", "Unread", "UnreadDate"},
    "geomap.resources": {"Resources", "lookup", "open_resources"},
}
"""The names of some modules; the other names are in ``geomap.errors`` and ``geomap.types``."""

_RENAMED = {"open_world": "open_resources", "read": "geoparse", "read_articles": "load_articles"}
"""Names of version 0.1, with a DeprecationWarning."""


def __getattr__(name: str) -> object:
    # Imported on first use, so that `geomap --help` opens no geodata and imports no large packages.
    from importlib import import_module

    if new := _RENAMED.get(name):
        import warnings

        warnings.warn(f"geomap.{name} is called geomap.{new} now", DeprecationWarning, stacklevel=2)
        name = new
    if name not in __all__:
        raise AttributeError(f"module 'geomap' has no attribute {name!r}")
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module), name)
    errors = import_module("geomap.errors")
    return getattr(errors if hasattr(errors, name) else import_module("geomap.types"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
