"""The order of the work: articles → recognise → candidates → resolve → generalise → regions → annotate → render."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.candidates import candidates_of
from geomap.files import is_there
from geomap.gazetteer import Gazetteer
from geomap.gazetteer_layers import open_gazetteer, user_folder
from geomap.geodata import Geodata, open_geodata
from geomap.own_outlines import OUTLINES
from geomap.ranker import FILE as RANKER_FILE
from geomap.ranker import Ranker, load_ranker
from geomap.recognise import method_of, recognise
from geomap.resolve import Weighing, resolve, weigh_name
from geomap.sentences import beginning_of
from geomap.vocabulary import (
    Article,
    Basemap,
    Candidate,
    Change,
    MapOptions,
    Mention,
    Place,
    Precision,
    ReadArticle,
    Region,
    Report,
    Resolution,
    Totals,
)
from geomap.within import place_within

if TYPE_CHECKING:
    from geomap.atlas import Atlas
    from geomap.events import Lexicon
    from geomap.geocoder import Service
    from geomap.ground import Ground
    from geomap.recogniser_model import RecogniserModel
    from geomap.redaction import Names
    from geomap.scene import Kept
    from geomap.vocabulary import RegionShape

MAX_TEXT = 300_000
"""Code points of an article that are read; of a longer one the beginning is, and all that is written of it says so.

Reading, with the sentences of every mention, is linear in the text. CPU seconds for 300,000 code points, measured on a machine busy
with other work: news prose 3, signs and emoji 17, abbreviations 19, 27,000 names of several places each in one sentence 33, which is
the slowest of 90 kinds of text. So an article of any length takes about half a minute at most, at 9,000 code points a second or more.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The geodata, opened: what every article is read against."""

    geodata: Geodata
    gazetteer: Gazetteer
    atlas: Atlas


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """What a map or an export shows: articles and reports of which nothing is finer than was asked for."""

    articles: tuple[ReadArticle, ...]
    reports: tuple[Report, ...]


@cache
def open_world(folder: Path | None = None, *, geocoder: Service | None = None) -> World:
    """Open the embedded geodata, or those of ``folder``; raise GeodataError where they are missing or altered.

    A user's own gazetteers and outlines come with the embedded ones. ``geocoder`` names the online service that is asked for
    names nothing local knows; without it nothing is.
    """
    from geomap.atlas import Atlas

    geodata = open_geodata(folder)
    gazetteer = open_gazetteer(geodata)
    if geocoder is not None:
        from geomap.geocoder import OPENSTREETMAP, AskingGazetteer, open_geocoder

        cache = user_folder() / "geocoder.sqlite"
        gazetteer = AskingGazetteer(gazetteer, open_geocoder(geocoder, cache=cache))
        geodata = replace(geodata, sources=(*geodata.sources, OPENSTREETMAP))
    own = user_folder() / OUTLINES
    return World(geodata=geodata, gazetteer=gazetteer, atlas=Atlas(geodata, own=own if is_there(own) else None))


def read(article: Article, *, world: World | None = None, limit: int = MAX_TEXT) -> ReadArticle:
    """Return ``article`` with every mention decided, against the embedded geodata unless another world is given.

    Of a text longer than ``limit`` code points the beginning is read; ``ReadArticle.read_to`` is where it ends.
    """
    world = world or open_world()
    beginning = _beginning(article, limit=limit)
    mentions = _mentions(beginning, world=world)
    return as_read(article, place_mentions(beginning, mentions, world=world), limit=limit)


def as_read(article: Article, resolutions: Sequence[Resolution], *, limit: int = MAX_TEXT) -> ReadArticle:
    """Return ``article`` with the resolutions that ``read`` gave it, as ``read`` returned it."""
    read_to = beginning_of(article.text, limit=limit)
    return ReadArticle(
        article=article,
        resolutions=tuple(resolutions),
        method=method_of(article),
        read_to=read_to if read_to < len(article.text) else None,
    )


def _beginning(article: Article, *, limit: int = MAX_TEXT) -> Article:
    """Return what is read of an article: itself, or one with a shorter text."""
    if len(article.text) <= limit:
        return article
    return replace(article, text=article.text[: beginning_of(article.text, limit=limit)])


def _mentions(article: Article, *, world: World) -> tuple[Mention, ...]:
    return recognise(article, model=_recogniser(world.geodata), gazetteer=world.gazetteer)


@cache
def _recogniser(geodata: Geodata) -> RecogniserModel:
    """Open the recogniser when the first article is read: looking up a name needs none."""
    from geomap.recogniser_model import RecogniserModel

    return RecogniserModel(
        network=geodata.path("recogniser/network.onnx"),
        vocabulary=geodata.path("recogniser/vocabulary.txt"),
        lexicon=geodata.path("recogniser/lexicon.bin"),
    )


def close_recogniser() -> None:
    """Give back the recogniser's memory; the next article that is read opens it again."""
    _recogniser.cache_clear()


def place_mentions(article: Article, mentions: Sequence[Mention], *, world: World) -> tuple[Resolution, ...]:
    """Return the place of each mention of ``article``, whoever found them."""
    options = candidates_of(mentions, article=article, gazetteer=world.gazetteer)
    return _placed(article, mentions, options, world=world)


def _placed(
    article: Article, mentions: Sequence[Mention], options: Sequence[Sequence[Candidate]], *, world: World
) -> tuple[Resolution, ...]:
    decided = resolve(article, mentions, options, gazetteer=world.gazetteer, ranker=_ranker(world.geodata))
    return place_within(article, decided, gazetteer=world.gazetteer)


def explain(article: Article, name: str, *, world: World) -> tuple[Weighing, ...]:
    """Return what ``name`` may mean in ``article``, a weighing a sense; empty where the article does not name it.

    Each holds the answer that the article's map shows, also where that is the town that what no gazetteer holds is told of in.
    """
    article = _beginning(article)
    mentions = _mentions(article, world=world)
    options = candidates_of(mentions, article=article, gazetteer=world.gazetteer)
    weighed = weigh_name(article, mentions, options, name, gazetteer=world.gazetteer, ranker=_ranker(world.geodata))
    shown = {(r.mention.start, r.mention.end): r for r in _placed(article, mentions, options, world=world)}
    return tuple(
        replace(one, resolution=shown[one.resolution.mention.start, one.resolution.mention.end]) for one in weighed
    )


@cache
def _ranker(geodata: Geodata) -> Ranker:
    """Open the resolver's weights when the first article is read: looking up a name needs none."""
    return load_ranker(geodata.path(RANKER_FILE))


def assemble(
    articles: Sequence[ReadArticle],
    *,
    world: World,
    finest: Precision | None = None,
    lexicon: Lexicon | None = None,
    elsewhere: Iterable[str] = (),
    on: str | None = None,
) -> Assembled:
    """Return what may be shown of articles that are read: generalised to ``finest``, then reported.

    Every map and every export is made of this. ``lexicon`` and the ISO date ``on`` are as for ``report``, ``elsewhere``
    as for ``coarsen``.
    """
    if finest:
        articles = coarsen(articles, finest=finest, world=world, elsewhere=elsewhere, on=on)
    return Assembled(articles=tuple(articles), reports=report(articles, world=world, lexicon=lexicon, on=on))


def report(
    articles: Sequence[ReadArticle],
    *,
    world: World,
    lexicon: Lexicon | None = None,
    held: Mapping[Place, tuple[Region, ...]] | None = None,
    without: Names | None = None,
    on: str | None = None,
) -> tuple[Report, ...]:
    """Return what the articles report, one report a place, joined to its regions on the ISO date ``on``.

    Without ``on`` it is the day of the last article.
    ``lexicon`` names the kinds of event; geomap's own where none is given. ``held`` are the regions of places that
    were joined before. ``without`` are the names that editors hide: no other place or region is called by one of them.
    """
    from geomap.annotate import annotate
    from geomap.regions import regions

    places: dict[str, Place] = {}
    for one in articles:
        for resolution in one.resolutions:
            if resolution.place:
                places.setdefault(resolution.place.id, resolution.place)
    held = held or {}
    new = [place for place in places.values() if place not in held]
    joined = dict(zip(new, regions(new, atlas=world.atlas, on=on or last_day(articles)), strict=True))
    held_by = [held[place] if place in held else joined[place] for place in places.values()]
    made = annotate(articles, held_by, gazetteer=world.gazetteer, atlas=world.atlas, lexicon=lexicon)
    return tuple(without.out_of_report(one) for one in made) if without else made


def draw(
    articles: Sequence[ReadArticle],
    reports: Sequence[Report],
    *,
    title: str,
    world: World,
    options: MapOptions | None = None,
    changes: Sequence[Change] = (),
    ground: Ground | None = None,
    kept: Kept | None = None,
    shapes: Sequence[RegionShape] | None = None,
    totals: Totals | None = None,
    on: str | None = None,
) -> str:
    """Return the map as one HTML page: same input, same bytes; borders as on the day of the last article.

    ``ground`` is what it is drawn on and ``kept`` what it says of articles and places, where they are at hand already.
    ``shapes``, ``totals`` and the ISO date ``on`` are those of a dataset; elsewhere the reports give them. PrecisionError
    where anything is finer than the options allow.
    """
    from geomap.render import render

    options = options or MapOptions()
    if shapes is None and ground is None:
        drawn = (one for one in reports if one.kind == "literal" and one.place.kind != "country")
        shapes = world.atlas.shapes(region for one in drawn for region in one.regions)
    return render(
        reports,
        articles=articles,
        basemap=ground.basemap if ground else _basemap(reports, world, options, on=on or last_day(articles)),
        shapes=ground.shapes if ground else shapes or (),
        changes=changes,
        totals=totals,
        attributions=world.geodata.attributions(),
        title=title,
        options=options,
        kept=kept,
        page=ground.page if ground else None,
        data_version=world.geodata.version,
    )


def export(
    articles: Sequence[ReadArticle],
    reports: Sequence[Report],
    *,
    form: str,
    title: str,
    world: World,
    options: MapOptions | None = None,
    without: Names | None = None,
) -> bytes:
    """Return the reports in one of ``geomap.exports.FORMATS``; a picture is drawn over the same basemap as the map.

    ``without`` are the names that editors hide: the basemap prints none of them. PrecisionError where anything is finer
    than the options allow.
    """
    from geomap import exports

    options = options or MapOptions()
    basemap = None
    if exports.FORMATS[form].is_drawn:
        from geomap.exports.drawing import ground_bounds

        bounds = ground_bounds(reports, min_confidence=options.min_confidence)
        basemap = world.atlas.basemap(bounds, view=options.boundary_view, on=last_day(articles), lang=options.lang)
        basemap = without.out_of_basemap(basemap) if without else basemap
    return exports.export(
        reports,
        articles,
        form=form,
        title=title,
        attributions=world.geodata.attributions(),
        boundary_view=options.boundary_view,
        publisher=options.publisher,
        min_confidence=options.min_confidence,
        max_precision=options.max_precision,
        basemap=basemap,
    )


def coarsen(
    articles: Sequence[ReadArticle],
    *,
    finest: Precision,
    world: World,
    elsewhere: Iterable[str] = (),
    on: str | None = None,
) -> tuple[ReadArticle, ...]:
    """Return the articles with nothing in them finer than ``finest``: what comes before ``report``, to protect people.

    ``elsewhere`` are names that are too fine in articles that are not among these; ``on`` is as for ``report``.
    """
    from geomap.generalise import coarser_places, generalise

    day = on or last_day(articles)
    coarser = coarser_places(articles, finest=finest, atlas=world.atlas, gazetteer=world.gazetteer, on=day)
    return generalise(
        articles,
        finest=finest,
        coarser=coarser,
        names=lambda place: known_names(place, world=world),
        elsewhere=elsewhere,
    )


def known_names(place: Place, *, world: World) -> list[str]:
    """Return the names of a place, the primary name first."""
    from geomap.annotate import names_of

    return [place.name, *(name.text for name in names_of(place, world.gazetteer))]


def _basemap(reports: Sequence[Report], world: World, options: MapOptions, *, on: str | None) -> Basemap:
    from geomap.extent import basemap_bounds, extent

    bounds = basemap_bounds(extent(reports, min_confidence=options.min_confidence))
    return world.atlas.basemap(bounds, view=options.boundary_view, on=on, lang=options.lang)


def last_day(articles: Sequence[ReadArticle]) -> str | None:
    """Return the ISO date of the latest article, None where none is dated."""
    return max((one.article.published[:10] for one in articles if one.article.published), default=None)


def lookup(name: str, *, country: str | None = None, limit: int | None = 10) -> tuple[Candidate, ...]:
    """Return the places that bear ``name`` in the embedded gazetteer, most prominent first."""
    return open_world().gazetteer.lookup(name, country=country, limit=limit)
