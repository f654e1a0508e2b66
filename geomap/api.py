"""The map of a story: what a notebook holds in its hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.errors import ArticleError, NothingLocated
from geomap.files import write_whole
from geomap.map_types import MapOptions
from geomap.types import Article, GeoparsedArticle, Report

if TYPE_CHECKING:
    import folium
    import geopandas as gpd

    from geomap.resources import Resources
    from geomap.web.fetch import Fetcher


@dataclass(frozen=True, kw_only=True)
class StoryMap:
    """A map of what some articles report; shows itself in Jupyter, without a network."""

    title: str
    articles: tuple[GeoparsedArticle, ...]
    reports: tuple[Report, ...]
    resources: Resources = field(repr=False)
    options: MapOptions = field(default=MapOptions(), repr=False)

    @cached_property
    def html(self) -> str:
        """The map as one self-contained HTML page."""
        from geomap.pipeline import draw

        return draw(self.articles, self.reports, title=self.title, resources=self.resources, options=self.options)

    def save(self, path: str | Path) -> Path:
        """Write the map to ``path``, whole or not at all, and return it; raise OutputError where that is not possible."""
        path = Path(path)
        write_whole(path, self.html.encode("utf-8"))
        return path

    def export(self, form: str) -> bytes:
        """Return the places in a format of ``geomap.export.FORMATS``, such as "geojson", "csv", "gpkg" or "png"."""
        from geomap.pipeline import export

        return export(
            self.articles, self.reports, form=form, title=self.title, resources=self.resources, options=self.options
        )

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """Return one row a place: its point or outline (EPSG:4326), names, regions, score and evidence."""
        from geomap.export import to_geodataframe

        return to_geodataframe(self.reports, self.articles, max_precision=self.options.max_precision)

    def to_folium(self) -> folium.Map:
        """Return an ordinary folium.Map with the places on it, every string escaped."""
        from geomap.render.html import to_folium

        return to_folium(self.reports, title=self.title, max_precision=self.options.max_precision)

    def _repr_html_(self) -> str:
        import html

        page = html.escape(self.html, quote=True)
        return f'<iframe title="{html.escape(self.title, quote=True)}" srcdoc="{page}" style="width:100%;height:640px;border:0"></iframe>'


def geoparse(article: Article, *, resources: Resources | None = None) -> GeoparsedArticle:
    """Return ``article`` with every mention decided, against the embedded geodata unless other resources are given."""
    from geomap.geoparser import geoparse as geoparse_against
    from geomap.resources import open_resources

    return geoparse_against(article, resources=resources or open_resources())


def map(  # noqa: A001 - geomap.map is what a notebook types
    articles: str | Path | Article | Iterable[str | Path | Article | GeoparsedArticle],
    *,
    title: str | None = None,
    options: MapOptions | None = None,
    events: Iterable[str | Path] = (),
    resources: Resources | None = None,
    fetcher: Fetcher | None = None,
) -> StoryMap:
    """Return the map of ``articles``: paths of files or folders, Articles, or articles already read.

    Addresses of pages are read where ``fetcher`` (``geomap.web.fetch.Fetcher()``) is given to fetch them. ``events`` are
    files of further event words, of the form of geomap/annotation/data/events.toml.
    Raise the first article's error when one cannot be read, and NothingLocated when no place is found.
    """
    from geomap.annotation.events import load_lexicon
    from geomap.ingest.readers import load_articles
    from geomap.pipeline import assemble
    from geomap.resources import open_resources

    options = options or MapOptions()
    lexicon = load_lexicon(*(Path(path) for path in events))
    resources = resources or open_resources()
    given = [articles] if isinstance(articles, (str, Path, Article)) else articles
    done: list[GeoparsedArticle] = []
    for one in given:
        if isinstance(one, GeoparsedArticle):
            done.append(one)
            continue
        for article in [one] if isinstance(one, Article) else load_articles([one], fetcher=fetcher):
            if isinstance(article, ArticleError):
                raise article
            done.append(geoparse(article, resources=resources))
    shown = assemble(done, resources=resources, finest=options.max_precision, lexicon=lexicon)
    if not shown.reports:
        what = f"that may be shown no finer than {options.max_precision} " if options.max_precision else ""
        raise NothingLocated(f"no place {what}was located in the articles; do they name places?")
    titles = [one.article.title for one in shown.articles if one.article.title]
    named = title or (titles[0] if titles else None) or shown.articles[0].article.id
    return StoryMap(title=named, articles=shown.articles, reports=shown.reports, resources=resources, options=options)
