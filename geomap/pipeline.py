"""Make a map or an export of geoparsed articles: generalise → join regions → annotate → render or export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.map_types import Basemap, Change, MapOptions, Totals
from geomap.types import GeoparsedArticle, Place, Precision, Region, Report

if TYPE_CHECKING:
    from geomap.annotation.event_lexicon import Lexicon
    from geomap.annotation.extent import Bounds
    from geomap.editorial.redaction import Names
    from geomap.map_types import MapBase, RegionShape
    from geomap.render.payload import CachedPayload
    from geomap.resources import Resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The articles and reports of a map or an export, with nothing finer than allowed."""

    articles: tuple[GeoparsedArticle, ...]
    reports: tuple[Report, ...]


def assemble(
    articles: Sequence[GeoparsedArticle],
    *,
    resources: Resources,
    finest: Precision | None = None,
    lexicon: Lexicon | None = None,
    elsewhere: Iterable[str] = (),
    on: str | None = None,
) -> Assembled:
    """Return geoparsed articles generalised to ``finest``, and their reports.

    Every map and export is made of these. ``lexicon`` and the ISO date ``on`` are as for ``report``, ``elsewhere`` as for
    ``coarsen``.
    """
    if finest:
        articles = coarsen(articles, finest=finest, resources=resources, elsewhere=elsewhere, on=on)
    return Assembled(articles=tuple(articles), reports=report(articles, resources=resources, lexicon=lexicon, on=on))


def report(
    articles: Sequence[GeoparsedArticle],
    *,
    resources: Resources,
    lexicon: Lexicon | None = None,
    held: Mapping[Place, tuple[Region, ...]] | None = None,
    without: Names | None = None,
    on: str | None = None,
    whole: Mapping[str, GeoparsedArticle] | None = None,
) -> tuple[Report, ...]:
    """Return one report per place of the articles, joined to its regions on the ISO date ``on``.

    ``on`` is by default the day of the last article. ``lexicon`` defines the kinds of event, by default geomap's own.
    ``held`` are the regions of places that were joined before. ``without`` are hidden names: no other place or region is
    shown with one of them. ``whole`` are articles of which ``articles`` have some mentions only, by id.
    """
    from geomap.annotation.reports import annotate
    from geomap.boundaries.join import regions

    places: dict[str, Place] = {}
    for article in articles:
        for resolution in article.resolutions:
            if resolution.place:
                places.setdefault(resolution.place.id, resolution.place)
    held = held or {}
    new = [place for place in places.values() if place not in held]
    joined = regions(new, atlas=resources.atlas, on=on or last_day(articles))
    by_id = {place.id: found for place, found in zip(new, joined, strict=True)}
    by_id |= {place.id: held[place] for place in places.values() if place in held}
    made = annotate(articles, by_id, gazetteer=resources.gazetteer, atlas=resources.atlas, lexicon=lexicon, whole=whole)
    return tuple(without.out_of_report(report) for report in made) if without else made


def report_article(read: GeoparsedArticle, *, resources: Resources) -> tuple[Report, ...]:
    """Return one report per place of an article, without regions: what its line of the format ``jsonl`` needs."""
    from geomap.annotation.reports import annotate

    none: Mapping[str, tuple[Region, ...]] = defaultdict(tuple)
    return annotate([read], none, gazetteer=resources.gazetteer, atlas=resources.atlas)


def draw(
    articles: Sequence[GeoparsedArticle],
    reports: Sequence[Report],
    *,
    title: str,
    resources: Resources,
    options: MapOptions | None = None,
    changes: Sequence[Change] = (),
    map_base: MapBase | None = None,
    cached: CachedPayload | None = None,
    shapes: Sequence[RegionShape] | None = None,
    totals: Totals | None = None,
    without: Names | None = None,
    on: str | None = None,
) -> str:
    """Return the map as one HTML page: equal input gives equal bytes; the borders are those of the day of the last article.

    ``map_base`` is the basemap and ``cached`` the records of articles and places, if an earlier build made them.
    ``without`` are hidden names: no region has one in the language of the page, and no label of the basemap.
    ``shapes``, ``totals`` and the ISO date ``on`` are those of a dataset; otherwise they follow from the reports.
    PrecisionError where anything is finer than the options allow.
    """
    from geomap.annotation.extent import basemap_bounds, extent
    from geomap.render.html import render

    options = _in_language(options or MapOptions(), articles)
    if shapes is None and map_base is None:
        located = (report for report in reports if report.is_reported and report.place.kind != "country")
        shapes = resources.atlas.shapes(region for report in located for region in report.regions)
    if map_base is None:
        bounds = basemap_bounds(extent(reports, min_confidence=options.min_confidence))
        basemap = _basemap(bounds, resources, options, on=on or last_day(articles))
        basemap = without.out_of_basemap(basemap) if without else basemap
    shapes = map_base.shapes if map_base else shapes or ()
    shown = (*(region for report in reports for region in report.regions), *(shape.region for shape in shapes))
    return render(
        reports,
        articles=articles,
        basemap=map_base.basemap if map_base else basemap,
        shapes=shapes,
        local_names=local_names(shown, resources=resources, options=options, without=without),
        changes=changes,
        totals=totals,
        attributions=resources.geodata.attributions(),
        title=title,
        options=options,
        cached=cached,
        page=map_base.page if map_base else None,
        data_version=resources.geodata.version,
    )


def export(
    articles: Sequence[GeoparsedArticle],
    reports: Sequence[Report],
    *,
    form: str,
    title: str,
    resources: Resources,
    options: MapOptions | None = None,
    without: Names | None = None,
) -> bytes:
    """Return the reports in one of ``geomap.export.FORMATS``; a picture has the same basemap as the map.

    ``without`` are hidden names, which are removed from the basemap. PrecisionError where anything is finer than the options
    allow.
    """
    from geomap import export as exports

    options = _in_language(options or MapOptions(), articles)
    basemap = None
    if exports.FORMATS[form].is_drawn:
        from geomap.export.picture import picture_bounds

        bounds = picture_bounds(reports, min_confidence=options.min_confidence)
        basemap = _basemap(bounds, resources, options, on=last_day(articles))
        basemap = without.out_of_basemap(basemap) if without else basemap
    return exports.export(
        reports,
        articles,
        form=form,
        title=title,
        attributions=resources.geodata.attributions(),
        boundary_view=options.boundary_view,
        publisher=options.publisher,
        min_confidence=options.min_confidence,
        max_precision=options.max_precision,
        basemap=basemap,
    )


def coarsen(
    articles: Sequence[GeoparsedArticle],
    *,
    finest: Precision,
    resources: Resources,
    elsewhere: Iterable[str] = (),
    on: str | None = None,
) -> tuple[GeoparsedArticle, ...]:
    """Return the articles without places finer than ``finest``, to protect people; it runs before ``report``.

    ``elsewhere`` are names that are too fine in other articles; ``on`` is as for ``report``.
    """
    from geomap.editorial.generalise import coarser_places, generalise
    from geomap.gazetteer.protocol import known_names

    day = on or last_day(articles)
    coarser = coarser_places(articles, finest=finest, atlas=resources.atlas, gazetteer=resources.gazetteer, on=day)
    return generalise(
        articles,
        finest=finest,
        coarser=coarser,
        names=lambda place: known_names(place, resources.gazetteer),
        elsewhere=elsewhere,
    )


def _in_language(options: MapOptions, articles: Sequence[GeoparsedArticle]) -> MapOptions:
    """Return the options with the language of most articles, where they set none."""
    from geomap.render.translations import page_language

    return options if options.lang else replace(options, lang=page_language(read.language for read in articles))


def _basemap(bounds: Bounds, resources: Resources, options: MapOptions, *, on: str | None) -> Basemap:
    from geomap.boundaries.basemap import basemap as draw_basemap
    from geomap.gazetteer.protocol import names_by_id

    return draw_basemap(
        resources.atlas,
        bounds,
        view=options.boundary_view,
        on=on,
        lang=options.lang or "en",
        gazetteer_names=names_by_id(resources.gazetteer),
    )


def local_names(
    regions: Iterable[Region], *, resources: Resources, options: MapOptions, without: Names | None = None
) -> dict[str, str]:
    """Return the names of regions in the language of the page, by id; no region has an entry in English.

    A region of which that name contains one of ``without``, or may name a place finer than the options allow, keeps its
    own name, also where the browser knows another.
    """
    from geomap.boundaries.local_names import LocalNames
    from geomap.editorial.generalise import may_name_finer
    from geomap.gazetteer.protocol import names_by_id

    regions = dict.fromkeys(regions)
    atlas, gazetteer_names = resources.atlas, names_by_id(resources.gazetteer)
    found = LocalNames(atlas=atlas, lang=options.lang or "en", gazetteer_names=gazetteer_names).of_regions(regions)
    finest = options.max_precision
    for region in regions:
        name = found.get(region.id)
        is_hidden = name and without and without.is_in(name)
        if is_hidden or (
            name
            and finest
            and may_name_finer(name, country=region.country, finest=finest, gazetteer=resources.gazetteer)
        ):
            found[region.id] = region.name
    return found


def last_day(articles: Sequence[GeoparsedArticle]) -> str | None:
    """Return the ISO date of the latest article, None if none has a date."""
    return max((day for article in articles if (day := article.article.day)), default=None)
