"""The functions and the map for notebooks and programs."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar

from geomap.errors import ArticleError, ArticleNotFound, NothingLocated, quoted
from geomap.files import write_atomic
from geomap.map_types import MapOptions
from geomap.records import shortened
from geomap.types import Article, GeoparsedArticle, Place, Report

if TYPE_CHECKING:
    import folium
    import geopandas as gpd
    import pandas as pd

    from geomap.resources import Resources
    from geomap.web.fetch import Fetcher

    Source: TypeAlias = str | Path | Article | GeoparsedArticle
    """A path, a URL or an article."""

P = ParamSpec("P")
T = TypeVar("T")
MAX_PATH = 1_000
"""Characters; a longer string is not a path but the text of an article, which the error points out."""


@dataclass(frozen=True, kw_only=True)
class StoryMap:
    """A map of the places that articles report from; displayed in Jupyter, without a network."""

    title: str
    articles: tuple[GeoparsedArticle, ...]
    reports: tuple[Report, ...]
    resources: Resources = field(repr=False)
    options: MapOptions = field(default=MapOptions(), repr=False)

    def __repr__(self) -> str:
        """Return one short line: the title cut, the numbers of places and of articles."""
        counts = f"n_places={len(self.reports)}, n_articles={len(self.articles)}"
        return f"StoryMap(title={shortened(self.title)!r}, {counts})"

    @property
    def places(self) -> tuple[Place, ...]:
        """The places on the map, in the order of the reports."""
        return tuple(report.place for report in self.reports)

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The places as a FeatureCollection (RFC 7946), which geopandas, folium and others accept."""
        collection: dict[str, Any] = json.loads(self.export("geojson"))
        return collection

    @cached_property
    def html(self) -> str:
        """The map as one self-contained HTML page."""
        from geomap.pipeline import draw

        return draw(self.articles, self.reports, title=self.title, resources=self.resources, options=self.options)

    def save(self, path: str | Path) -> Path:
        """Write the map to ``path`` atomically and return ``path``; OutputError where that is not possible."""
        path = Path(path)
        write_atomic(path, self.html.encode("utf-8"))
        return path

    def export(self, form: str) -> bytes:
        """Return the places in a format of ``geomap.export.FORMATS``, such as "geojson", "csv", "gpkg" or "png"."""
        from geomap.pipeline import export

        return export(
            self.articles, self.reports, form=form, title=self.title, resources=self.resources, options=self.options
        )

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """Return one row per place: its point or outline (EPSG:4326), names, regions, score and evidence."""
        from geomap.export import to_geodataframe

        return to_geodataframe(self.reports, self.articles, max_precision=self.options.max_precision)

    def to_folium(self) -> folium.Map:
        """Return a folium.Map with the places, every string escaped."""
        from geomap.render.html import to_folium

        return to_folium(self.reports, title=self.title, max_precision=self.options.max_precision)

    def explore(self) -> folium.Map:
        """Return ``to_folium()``; the name is that of GeoDataFrame's interactive map."""
        return self.to_folium()

    def _repr_html_(self) -> str:
        import html

        page = html.escape(self.html, quote=True)
        return f'<iframe title="{html.escape(self.title, quote=True)}" srcdoc="{page}" style="width:100%;height:640px;border:0"></iframe>'


def _accepts_world(function: Callable[P, T]) -> Callable[P, T]:
    """Accept ``world=``, the name of ``resources=`` in 0.1, with a DeprecationWarning."""

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        if "world" in kwargs and "resources" not in kwargs:
            warnings.warn("world= is called resources= now", DeprecationWarning, stacklevel=2)
            kwargs["resources"] = kwargs.pop("world")
        return function(*args, **kwargs)

    return called


@_accepts_world
def geoparse(article_or_text: Article | str, *, resources: Resources | None = None) -> GeoparsedArticle:
    """Return an article, or the article of a text (its id is "text"), with every mention resolved to a place or to None.

    ``resources`` are by default the embedded geodata. ArticleError where ``article_or_text`` is neither.
    """
    from geomap.geoparser import geoparse as geoparse_against
    from geomap.ingest.values import text_article
    from geomap.resources import open_resources
    from geomap.text.publication_dates import with_publication_date

    if isinstance(article_or_text, os.PathLike):
        path = quoted(os.fspath(article_or_text))
        raise ArticleError(f"{path}: is a path, not a text; load its articles with geomap.load_articles")
    if not isinstance(article_or_text, (Article, str)):
        raise ArticleError(
            f"geoparse takes an Article or its text, not an object of type {type(article_or_text).__name__}"
        )
    article = article_or_text if isinstance(article_or_text, Article) else text_article(article_or_text)
    return geoparse_against(with_publication_date(article), resources=resources or open_resources())


@_accepts_world
def map(  # noqa: A001 - called as geomap.map
    articles: Source | Iterable[Source] | pd.DataFrame | None = None,
    *,
    text: str | Iterable[str] | None = None,
    title: str | None = None,
    options: MapOptions | None = None,
    events: Iterable[str | Path] = (),
    resources: Resources | None = None,
    fetcher: Fetcher | None = None,
) -> StoryMap:
    """Return the map of ``articles`` or of ``text``; exactly one of the two must be given.

    ``articles`` are paths of files or folders, Articles or GeoparsedArticles, one or several, or a pandas DataFrame with a
    column ``text`` (and title, published, source, url, author, id). ``text`` is the text of one article or of several.
    URLs of pages need a ``fetcher`` (``geomap.web.fetch.Fetcher()``). ``events`` are files of additional event words, in the
    format of geomap/annotation/data/events.toml.
    Raise the error of the first article that cannot be read, and NothingLocated where no place is found.
    """
    from geomap.annotation.event_lexicon import load_lexicon
    from geomap.ingest.values import text_articles
    from geomap.pipeline import assemble
    from geomap.resources import open_resources

    if (articles is None) == (text is None):
        raise ArticleError("geomap.map takes either articles or text=; give exactly one of the two")
    options = options or MapOptions()
    lexicon = load_lexicon(*(Path(path) for path in events))
    given = text_articles(text) if articles is None else _given(articles, fetcher)
    resources = resources or open_resources()
    done = [
        article if isinstance(article, GeoparsedArticle) else geoparse(article, resources=resources)
        for article in _numbered(given)
    ]
    if not done:
        raise ArticleError("there are no articles; give at least one")
    shown = assemble(done, resources=resources, finest=options.max_precision, lexicon=lexicon)
    if not shown.reports:
        what = f"that may be shown no finer than {options.max_precision} " if options.max_precision else ""
        raise NothingLocated(f"no place {what}was located in the articles; do they name places?")
    titles = [article.article.title for article in shown.articles if article.article.title]
    named = title or (titles[0] if titles else None) or shown.articles[0].article.id
    return StoryMap(title=named, articles=shown.articles, reports=shown.reports, resources=resources, options=options)


def _given(articles: object, fetcher: Fetcher | None) -> Iterator[Article | GeoparsedArticle]:
    """Yield the articles in the first argument of ``map``; ArticleError where it is of another type."""
    from geomap.ingest.values import dataframe_articles

    pandas = sys.modules.get("pandas")  # if it is not imported, there is no DataFrame
    if pandas is not None and isinstance(articles, pandas.DataFrame):
        yield from dataframe_articles(articles)
    elif isinstance(articles, (str, os.PathLike, Article, GeoparsedArticle)):
        yield from _from_source(articles, fetcher)
    elif isinstance(articles, Iterable) and not isinstance(articles, (bytes, bytearray, Mapping)):
        for source in articles:
            yield from _from_source(source, fetcher)
    else:
        yield from _from_source(articles, fetcher)


def _from_source(source: object, fetcher: Fetcher | None) -> Iterator[Article | GeoparsedArticle]:
    from geomap.ingest.readers import load_articles

    if isinstance(source, (Article, GeoparsedArticle)):
        yield source
        return
    if isinstance(source, ArticleError):  # load_articles yields it in an article's place
        raise source
    if not isinstance(source, (str, os.PathLike)):
        kind = type(source).__name__
        raise ArticleError(
            f"an object of type {kind} is not an article; give paths, Articles or a DataFrame, or use text="
        )
    _check_path(source)
    for article in load_articles([source if isinstance(source, str) else Path(source)], fetcher=fetcher):
        if isinstance(article, ArticleError):
            raise article
        yield article


def _check_path(source: str | os.PathLike[str]) -> None:
    """Raise ArticleNotFound where a string is the text of an article and not a path, ArticleError where it is empty."""
    written = os.fspath(source)
    if not written.strip():
        raise ArticleError("the path of the article is empty; give the path of a file, or the article itself as text=")
    is_text = len(written) > MAX_PATH or any(c.isspace() for c in written)
    if is_text and not os.path.lexists(written):
        start = quoted(written if len(written) <= 80 else f"{written[:79]}…")
        raise ArticleNotFound(f"{start}: there is no such file; check the path, or give an article's text as text=")


def _numbered(articles: Iterable[Article | GeoparsedArticle]) -> Iterator[Article | GeoparsedArticle]:
    """Yield the articles with unique ids: a repeated id gets ``#2``, as in ``load_articles``."""
    seen: dict[str, int] = {}
    for item in articles:
        article = item.article if isinstance(item, GeoparsedArticle) else item
        seen[article.id] = n = seen.get(article.id, 0) + 1
        if n > 1:
            article = replace(article, id=f"{article.id}#{n}")
            item = replace(item, article=article) if isinstance(item, GeoparsedArticle) else article  # noqa: PLW2901
        yield item
