"""``geomap map``, ``geomap export`` and ``geomap places``: the places of some articles as a map, a file or a list."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.batch import map_dataset
from geomap.cli.console import complain, complain_all, finish, nothing_located, progress
from geomap.cli.limits import check_limits
from geomap.cli.options import (
    ALLOW,
    BOUNDARY_VIEWS,
    EVENTS,
    EXIT_CODES,
    FILE_FORMATS,
    GEOCODER,
    MAX_PRECISION,
    PRINTED_FORMATS,
    UTF8,
    map_options,
    parse_formats,
)
from geomap.cli.outputs import check_outputs, is_stdout
from geomap.errors import ArticleError, NothingLocated
from geomap.map_types import MapOptions

if TYPE_CHECKING:
    from geomap.resources import Resources
    from geomap.types import Article, GeoparsedArticle, Precision

UNNAMED = Path("output") / "map.html"
"""Path of a map whose file name depends on its articles, for the checks before they are read."""


@click.command("map", epilog=EXIT_CODES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", metavar="FILE", help="Output file, - for stdout. [default: output/<title>.html]")
@click.option("--title", type=UTF8, metavar="T", help="The map's title. [default: the article's]")
@click.option(
    "--also",
    metavar="FORMATS",
    default="",
    callback=parse_formats,
    help="Further files next to the map, a list such as geojson,csv,kml,gpkg,svg,png.",
)
@EVENTS
@GEOCODER
@ALLOW
@map_options
def map_command(
    sources: tuple[str, ...],
    output: str | None,
    title: str | None,
    also: tuple[str, ...],
    events: tuple[Path, ...],
    **options: Any,  # noqa: ANN401 - the fields of MapOptions
) -> None:
    """Write an annotated map of the places that SOURCE... report from, and print its path.

    \b
    geomap map article.txt --publisher "The Example" --min-confidence 0.6 -o story.html
    geomap map article.txt --also geojson,csv --max-precision admin1
    geomap map dataset                      the map of a dataset of `geomap batch`
    """
    from geomap.api import map as make_map
    from geomap.batch.dataset import is_dataset
    from geomap.files import slug, write_all

    check_limits()
    to_stdout = is_stdout(output)
    if to_stdout and also:
        raise click.UsageError("--also needs the name of the map's file: give -o FILE")
    check_outputs([] if to_stdout else _beside(Path(output or UNNAMED), also), sources=(*sources, *events))
    if len(sources) == 1 and is_dataset(sources[0]):
        if also or events:
            raise click.UsageError("--also and --events are for articles, not for a dataset")
        if to_stdout:
            raise click.UsageError("the map of a dataset is written to a file: give -o FILE")
        click.echo(os.fsencode(map_dataset(sources[0], output=output, title=title, options=MapOptions(**options))))
        return
    resources = _resources()
    read, n_failed = _read_all(sources, resources)
    story = make_map(read, title=title, options=MapOptions(**options), events=events, resources=resources)
    if to_stdout:
        click.echo(story.html.encode("utf-8"), nl=False)
    else:
        paths = _beside(Path(output or UNNAMED.with_name(f"{slug(story.title)}.html")), also)
        check_outputs(paths, sources=(*sources, *events))
        written = [story.html.encode("utf-8"), *(story.export(form) for form in also)]
        write_all(dict(zip(paths, written, strict=True)))
        for path in paths:
            click.echo(os.fsencode(path))
    finish(n_failed)


def _beside(path: Path, also: Iterable[str]) -> list[Path]:
    """Return the path of a map and those of its further files."""
    from geomap.export import FORMATS

    return [path, *(path.with_suffix(FORMATS[form].suffix) for form in also)]


@click.command("export", epilog=EXIT_CODES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--format", "form", required=True, metavar="F", callback=parse_formats, help=f"One of {', '.join(FILE_FORMATS)}."
)
@click.option("-o", "--output", metavar="FILE", help="Output file, - for stdout. [default: output/<title>.<F>]")
@click.option("--title", type=UTF8, metavar="T", help="The title in the file. [default: the article's]")
@click.option("--boundary-view", type=BOUNDARY_VIEWS, default="neutral", show_default=True)
@click.option("--publisher", type=UTF8, metavar="NAME", help="The publisher, named in the disclaimer.")
@EVENTS
@ALLOW
@MAX_PRECISION
def export_command(
    sources: tuple[str, ...],
    form: tuple[str, ...],
    output: str | None,
    title: str | None,
    events: tuple[Path, ...],
    **options: Any,  # noqa: ANN401 - the fields of MapOptions
) -> None:
    """Write the places that SOURCE... report to a file for other programs, and print its path.

    \b
    geomap export article.txt --format geojson -o places.geojson
    geomap export articles/ --format csv -o - | head
    """
    from geomap.api import map as make_map
    from geomap.export import FORMATS
    from geomap.files import slug, write_atomic

    if len(form) != 1:
        raise click.BadParameter("give one format", param_hint="--format")
    to_stdout = is_stdout(output)
    if not to_stdout:
        check_outputs([Path(output or UNNAMED)], sources=(*sources, *events))
    resources = _resources()
    read, n_failed = _read_all(sources, resources)
    story = make_map(read, title=title, options=MapOptions(**options), events=events, resources=resources)
    data = story.export(form[0])
    if to_stdout:
        click.echo(data, nl=False)
    else:
        path = Path(output or UNNAMED.with_name(f"{slug(story.title)}{FORMATS[form[0]].suffix}"))
        check_outputs([path], sources=(*sources, *events))
        write_atomic(path, data)
        click.echo(os.fsencode(path))
    finish(n_failed)


@click.command("places", epilog=EXIT_CODES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--format",
    "form",
    type=click.Choice(PRINTED_FORMATS),
    default="table",
    show_default=True,
    help="Output format; jsonl is one line per article, with every mention.",
)
@MAX_PRECISION
@GEOCODER
@ALLOW
def places_command(sources: tuple[str, ...], form: str, max_precision: Precision | None) -> None:
    """Print the places that SOURCE... report, to stdout."""
    resources = _resources()
    from geomap.export import export, jsonl
    from geomap.pipeline import assemble, report_article

    if form == "jsonl" and not max_precision:
        n_failed = n_placed = 0
        for article in progress(_readable(sources)):
            if isinstance(article, ArticleError):
                complain(article)
                n_failed += 1
                continue
            read = _read_one(article, resources)
            n_placed += sum(r.place is not None for r in read.resolutions)
            click.echo(jsonl(read, report_article(read, resources=resources)).encode("utf-8"))
        if not n_placed:
            raise NothingLocated(nothing_located(sources)) if not n_failed else SystemExit(1)
        finish(n_failed)
        return
    articles, n_failed = _read_all(sources, resources)
    made = assemble(articles, resources=resources, finest=max_precision)
    if not made.reports:
        raise NothingLocated(nothing_located(sources))
    written = export(
        made.reports,
        made.articles,
        form=form,
        attributions=resources.geodata.attributions(),
        max_precision=max_precision,
    )
    click.echo(written.decode("utf-8") if form == "table" else written, nl=False)
    finish(n_failed)


def _resources() -> Resources:
    check_limits()
    from geomap.resources import open_resources

    context = click.get_current_context(silent=True)
    return open_resources(geocoder=context.meta.get("geocoder") if context else None)


def _readable(sources: Sequence[str]) -> Iterator[Article | ArticleError]:
    from geomap.ingest.readers import is_address, load_articles

    fetcher = None
    if any(is_address(source) for source in sources):
        from geomap.web.fetch import Fetcher, Limits

        fetcher = Fetcher(limits=Limits(allowed=click.get_current_context().meta["allow"]))
    return load_articles(sources, stdin=sys.stdin.buffer if sys.stdin else None, fetcher=fetcher)


def _read_one(article: Article, resources: Resources) -> GeoparsedArticle:
    from geomap.geoparser import geoparse
    from geomap.text.publication_dates import unread_date

    done = geoparse(article, resources=resources)
    complain_all(filter(None, (unread_date(article), done.cut, done.unread)))
    return done


def _read_all(sources: Sequence[str], resources: Resources) -> tuple[list[GeoparsedArticle], int]:
    """Return the geoparsed articles and the number that failed, each reported on stderr; exit where all failed."""
    done: list[GeoparsedArticle] = []
    n_failed = 0
    for article in progress(_readable(sources)):
        if isinstance(article, ArticleError):
            complain(article)
            n_failed += 1
        else:
            done.append(_read_one(article, resources))
    if not done:
        raise SystemExit(1)
    if not any(r.place for read in done for r in read.resolutions):
        raise NothingLocated(nothing_located(sources))
    return done, n_failed
