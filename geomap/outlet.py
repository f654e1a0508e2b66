"""Where an outlet's readers live, as far as its address says: its country's domain, the town in its name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geomap.gazetteer import Gazetteer
    from geomap.vocabulary import Article, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What an outlet's address says; all empty where it says nothing."""

    country: str | None = None
    """ISO 3166-1 alpha-2, from a national domain."""
    stem: str = ""
    """The address's own name, letters only: "gainesvilleregister"."""
    places: tuple[Place, ...] = ()
    """The places that a part of the stem may name, most prominent first."""


_HOST = re.compile(r"(?:https?://)?(?:www\d?\.)?((?:[\w-]+\.)+[a-z]{2,})(?=[/:?]|$)", re.IGNORECASE)
_NOT_NATIONAL = frozenset({"co", "tv", "me", "io", "fm", "am", "ai", "eu", "cc", "ly", "to", "ws", "la", "uk"})
"""Two-letter domains that are sold to all the world; and .uk, whose country is GB."""
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne"})
_PAPER = frozenset(
    {
        "advertiser",
        "advocate",
        "american",
        "and",
        "argus",
        "banner",
        "beacon",
        "bulletin",
        "chronicle",
        "citizen",
        "courier",
        "daily",
        "democrat",
        "dispatch",
        "echo",
        "enquirer",
        "evening",
        "examiner",
        "express",
        "gazette",
        "globe",
        "guardian",
        "headlight",
        "herald",
        "independent",
        "inquirer",
        "inter",
        "its",
        "journal",
        "leader",
        "local",
        "mail",
        "mercury",
        "messenger",
        "mirror",
        "morning",
        "my",
        "news",
        "newspaper",
        "newspapers",
        "observer",
        "of",
        "online",
        "pioneer",
        "post",
        "press",
        "record",
        "register",
        "reporter",
        "republic",
        "review",
        "sentinel",
        "standard",
        "star",
        "statesman",
        "sun",
        "sunday",
        "telegraph",
        "the",
        "times",
        "today",
        "tribune",
        "voice",
        "weekly",
        "world",
    }
)
"""Words of mastheads, which name no place."""
_MASTHEAD = re.compile("|".join(sorted(_PAPER, key=lambda word: (-len(word), word))))


def home(article: Article, *, gazetteer: Gazetteer) -> Home:
    """Return where the outlet of ``article`` is at home; its address is taken from ``source`` or ``url``."""
    match = next((m for m in map(_HOST.match, (article.source or "", article.url or "")) if m), None)
    if not match:
        return Home()
    labels = match[1].lower().split(".")
    top = labels.pop()
    country = "GB" if top == "uk" else top.upper() if len(top) == 2 and top not in _NOT_NATIONAL else None
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    stem = re.sub(r"[^a-z]", "", "".join(labels[-2:]))
    return Home(country=country, stem=stem, places=_places(tuple(labels[-2:]), gazetteer))


def _places(labels: tuple[str, ...], gazetteer: Gazetteer) -> tuple[Place, ...]:
    """Return the towns and states that the labels name once the words of mastheads are taken off."""
    for label in labels:
        for name in {label, re.sub(r"^(?:the|my|go)", "", label), *_MASTHEAD.sub(" ", label).split()}:
            if len(name) < 2 or name in _PAPER:
                continue
            found = [
                c.place
                for c in gazetteer.lookup(name.replace("-", " "), limit=12)
                if c.place.kind in ("settlement", "admin1")
                and c.match in ("name", "alternate")
                and (len(name) > 3 or c.place.kind == "admin1")
            ]
            if found:
                return tuple(found)
    return ()
