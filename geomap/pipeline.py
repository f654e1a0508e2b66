"""The order of the work: articles → recognise → candidates → resolve → regions → annotate → render."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.candidates import candidates
from geomap.gazetteer import Gazetteer
from geomap.geodata import Geodata, open_geodata
from geomap.recognise import recognise
from geomap.resolve import resolve
from geomap.vocabulary import Article, Place, ReadArticle, Report

if TYPE_CHECKING:
    from geomap.atlas import Atlas


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The geodata, opened: what every article is read against."""

    geodata: Geodata
    gazetteer: Gazetteer
    atlas: Atlas


def open_world(folder: Path | None = None) -> World:
    """Open the embedded geodata, or those of ``folder``; raise GeodataError where they are missing or altered."""
    from geomap.atlas import Atlas

    geodata = open_geodata(folder)
    return World(geodata=geodata, gazetteer=Gazetteer(geodata.path("gazetteer.bin")), atlas=Atlas(geodata))


def read(article: Article, *, world: World) -> ReadArticle:
    """Return ``article`` with every mention decided."""
    mentions = recognise(article, gazetteer=world.gazetteer)
    options = [candidates(mention, gazetteer=world.gazetteer) for mention in mentions]
    return ReadArticle(article=article, resolutions=resolve(article, mentions, options))


def report(articles: Sequence[ReadArticle], *, world: World) -> tuple[Report, ...]:
    """Return what the articles report, one report a place, joined to its regions on the day of the last article."""
    from geomap.annotate import annotate
    from geomap.regions import regions

    places: dict[str, Place] = {}
    for one in articles:
        for resolution in one.resolutions:
            if resolution.place:
                places.setdefault(resolution.place.id, resolution.place)
    day = max((one.article.published[:10] for one in articles if one.article.published), default=None)
    held_by = regions(list(places.values()), atlas=world.atlas, on=day)
    return annotate(articles, held_by, gazetteer=world.gazetteer, atlas=world.atlas)
