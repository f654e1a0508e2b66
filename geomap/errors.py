"""All errors that geomap raises on purpose. Each message is one line: where, what, what to do next.

GeomapError
├── ArticleError (ValueError)          an article cannot be read
│   └── ArticleNotFound (FileNotFoundError)
├── FetchError (OSError)               a URL cannot be fetched, or may not be
├── ProjectError (ValueError)          a project's settings, corrections or folder are not valid
│   └── LibraryDamaged                 the library differs from what was written
├── LibraryBusy (BlockingIOError)      another geomap is writing to the project
├── GeodataError (RuntimeError)        the gazetteer or the boundaries are missing, altered or of another version
├── PlaceNotFound (KeyError)           no place has this id
├── CRSError (ValueError)              geometries of unequal, or no, coordinate reference system
├── OutputError (OSError)              a result cannot be written
├── PrecisionError (ValueError)        something to be shown is finer than ``max_precision``
├── LexiconError (ValueError)          a file of event words is not valid
└── NothingLocated (LookupError)       the articles were read and no place was found in them
"""

from __future__ import annotations

MAX_QUOTED = 200
"""Maximum characters of untrusted text in a message."""


def quoted(value: object) -> str:
    """Return untrusted text for a message: printable, on one line, at most ``MAX_QUOTED`` characters."""
    text = "".join(c if c.isprintable() else " " for c in str(value)[: MAX_QUOTED + 1])
    return text if len(text) <= MAX_QUOTED else f"{text[: MAX_QUOTED - 1]}…"


class GeomapError(Exception):
    """Base of all errors that are not bugs; ``exit_code`` is the exit code of the command line."""

    exit_code = 1

    def __str__(self) -> str:
        """Return the message without quotation marks, which KeyError would add."""
        return str(self.args[0]) if self.args else type(self).__name__


class ArticleError(GeomapError, ValueError):
    """An article cannot be read."""


class ArticleNotFound(ArticleError, FileNotFoundError):
    """The article's file does not exist."""


class FetchError(GeomapError, OSError):
    """A URL cannot be fetched, or may not be; ``status`` is the HTTP status if there was a response."""

    def __init__(self, message: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
        """Seconds of the server's Retry-After."""


class ProjectError(GeomapError, ValueError):
    """geomap.toml, corrections.toml or the project's folder is not valid."""


class LibraryDamaged(ProjectError):
    """A project's library differs from what was written; ``why`` is how this was detected."""

    def __init__(self, message: str, *, why: str) -> None:
        super().__init__(message)
        self.why = why


class LibraryBusy(GeomapError, BlockingIOError):
    """Another geomap is writing to the project."""


class GeodataError(GeomapError, RuntimeError):
    """The gazetteer or the boundaries are missing, altered or of another version."""


class PlaceNotFound(GeomapError, KeyError):
    """No place has this id."""


class CRSError(GeomapError, ValueError):
    """Geometries have unequal coordinate reference systems, or none."""


class LexiconError(GeomapError, ValueError):
    """A file of event words cannot be read, or is not valid."""


class PrecisionError(GeomapError, ValueError):
    """Something to be shown or exported is finer than ``max_precision``."""


class OutputError(GeomapError, OSError):
    """A result cannot be written."""


class NothingLocated(GeomapError, LookupError):
    """The articles were read, and no place was found in them."""

    exit_code = 3
