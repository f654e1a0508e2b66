"""The listed newsrooms, and the country of an article's outlet by its host name or its name."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from geomap.text.normalize import fold_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geomap.types import Article


class Newsroom(NamedTuple):
    """A row of ``data/newsrooms.tsv``."""

    town: str
    """Empty where the outlet's news is of a whole country."""
    country: str
    """ISO 3166-1 alpha-2."""
    state: str = ""
    """Name of the admin-1 unit, where other towns of the country have the name."""
    name: str = ""
    """Name of the outlet, without "The"."""


_HOST = re.compile(r"(?:https?://)?(?:www\d?\.)?((?:[\w-]+\.)+[a-z]{2,})(?=[/:?]|$)", re.IGNORECASE)
_NOT_NATIONAL = frozenset({"co", "tv", "me", "io", "fm", "am", "ai", "eu", "cc", "ly", "to", "ws", "la", "uk"})
"""Two-letter domains that are sold worldwide; and .uk, whose country is GB."""


@lru_cache(maxsize=1)
def newsrooms() -> Mapping[str, Newsroom]:
    """Return the listed newsrooms by host."""
    text = (files("geomap.text") / "data" / "newsrooms.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {row[0]: Newsroom(*row[1:]) for row in rows}


def host_of(article: Article) -> str | None:
    """Return the host name in ``source`` or else in ``url``, in lower case without "www."; None where neither has one."""
    match = next((m for m in map(_HOST.match, (article.source or "", article.url or "")) if m), None)
    return match[1].lower() if match else None


def is_host(text: str) -> bool:
    """Return whether a text begins with a host name."""
    return bool(_HOST.match(text))


def listed(labels: Sequence[str]) -> Newsroom | None:
    """Return the row of ``data/newsrooms.tsv`` for a host name, given by its labels, or for a domain that it is in."""
    rows = newsrooms()
    return next((rows[host] for i in range(len(labels) - 1) if (host := ".".join(labels[i:])) in rows), None)


def national(top: str) -> str | None:
    """Return the country (ISO 3166-1 alpha-2) of a top-level domain, None where it is of no single country."""
    return "GB" if top == "uk" else top.upper() if len(top) == 2 and top not in _NOT_NATIONAL else None


def name_key(name: str) -> str:
    """Return the key by which the name of an outlet is compared."""
    return fold_name(name).removeprefix("the ")


def outlet_country(article: Article) -> str | None:
    """Return the country (ISO 3166-1 alpha-2) of the outlet: of its national domain, of the listed host, or of the listed name.

    None where the outlet is not known, or where outlets of several countries have its name.
    """
    host = host_of(article)
    if host:
        labels = host.split(".")
        row = listed(labels)
        return national(labels[-1]) or (row.country if row else None)
    countries = _countries_by_name().get(name_key(article.source or ""), frozenset())
    return next(iter(countries)) if len(countries) == 1 else None


@lru_cache(maxsize=1)
def _countries_by_name() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for row in newsrooms().values():
        if row.name:
            key = name_key(row.name)
            found[key] = found.get(key, frozenset()) | {row.country}
    return found
