"""The command line: reads arguments, checks where it is to write, calls the pipeline, prints what that returns."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from geomap._version import __version__
from geomap.cli.batch import batch_command, map_dataset
from geomap.cli.evaluate import evaluate_group, explain_command, focus_command
from geomap.cli.gazetteer import gazetteer_group, lookup_command
from geomap.cli.limits import check_limits
from geomap.cli.outputs import UTF8, check_outputs, is_stdout
from geomap.cli.project import PROJECT_COMMANDS
from geomap.cli.streams import complain
from geomap.errors import ArticleError, NothingLocated
from geomap.map_types import BoundaryView, MapOptions

if TYPE_CHECKING:
    from geomap.resources import Resources
    from geomap.types import Article, GeoparsedArticle, Precision

FILES = ("geojson", "csv", "kml", "gpkg", "parquet", "jsonl", "svg", "png", "linkedplaces", "webannotations")
UNNAMED = Path("output") / "map.html"
"""Where a map goes whose name is not known before its articles are read."""
LIMITS = ("admin2", "admin1", "country")
LAYERS = ("reported", "mentioned", "shading")
EXIT_CODES = """\b
Exit codes:
  0  done
  1  failed; where some articles failed, the others are done and each failure is a line on stderr
  2  wrong usage
  3  nothing located
  130  stopped by a signal, as by Ctrl-C
"""


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="geomap")
def cli() -> None:
    """Find the places that news articles report from, and map them in one file that opens from disk.

    \b
    geomap map article.txt                  write output/<title>.html and print its path
    geomap places article.html              list the places
    geomap export article.txt --format csv  write the places for other programs
    geomap lookup Stepanakert               ask the gazetteer
    geomap init STORY; geomap watch         keep the map of a running story
    geomap batch news.jsonl --out dataset   read many articles

    A SOURCE is a text file, an HTML page, a JSONL file of {"id", "title", "text", "published", "source", "url"}
    (only "text" is required), a folder of these, the address of a page, or - for standard input.
    """


cli.add_command(batch_command)
cli.add_command(evaluate_group)
cli.add_command(explain_command)
cli.add_command(focus_command)
cli.add_command(gazetteer_group)
cli.add_command(lookup_command)


def _keep(context: click.Context, option: click.Parameter, value: object) -> None:
    context.meta[str(option.name)] = value


GEOCODER = click.option(
    "--geocoder",
    type=click.Choice(["nominatim", "photon"]),
    callback=_keep,
    expose_value=False,
    help="Ask this online service for names that nothing local knows; answers are kept. [default: ask nobody]",
)
ALLOW = click.option(
    "--allow",
    multiple=True,
    metavar="NETWORK",
    callback=_keep,
    expose_value=False,
    help="A private network that addresses may lead into, as 10.0.0.0/8; may be repeated. [default: none]",
)

MAX_PRECISION = click.option(
    "--max-precision",
    type=click.Choice(LIMITS),
    help="Nothing finer is shown, named or exported, to protect people: villages become their district (admin2), "
    "state (admin1) or country. What the words around give away stays: read before you publish.",
)
EVENTS = click.option(
    "--events",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="More words for kinds of event, in the form of geomap/annotation/data/events.toml; may be repeated.",
)


def map_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``command`` the options that say how a map is drawn; each is a field of MapOptions."""
    for option in reversed(
        (
            click.option(
                "--boundary-view",
                type=click.Choice(get_args(BoundaryView)),
                default="neutral",
                show_default=True,
                help="How contested borders are drawn; the view is named on the map.",
            ),
            click.option(
                "--min-confidence",
                type=click.FloatRange(0, 1),
                default=MapOptions().min_confidence,
                show_default=True,
                help="Places less sure than this are listed for review, not drawn.",
            ),
            click.option(
                "--layers",
                default="reported",
                show_default=True,
                callback=_layers,
                help="Layers shown at first, as reported,mentioned,shading.",
            ),
            click.option(
                "--lang",
                default="en",
                show_default=True,
                help="Language of the page (en, ar, az, de, es, fr, hy, ru, tr, uk, zh) and of names on the basemap.",
            ),
            click.option(
                "--publisher", type=UTF8, metavar="NAME", help="Who publishes the map; the disclaimer names it."
            ),
            click.option(
                "--tiles",
                type=UTF8,
                metavar="URL",
                callback=_tiles,
                help="Online tiles instead of the embedded basemap, as https://tiles.example.org/{z}/{x}/{y}.png; "
                "readers' browsers then ask that server.",
            ),
            click.option(
                "--tiles-attribution", type=UTF8, metavar="TEXT", help="What the tiles' licence asks to be shown."
            ),
            click.option("--embed", is_flag=True, help="The map alone, for an iframe."),
            MAX_PRECISION,
        )
    ):
        command = option(command)
    return command


def _layers(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(layer.strip() for layer in value.split(",") if layer.strip())
    for layer in chosen:
        if layer not in LAYERS:
            raise click.BadParameter(f"{layer!r} is no layer; choose among {', '.join(LAYERS)}")
    return chosen


def _tiles(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value and not re.fullmatch(r"https?://[\w.{}:-]+/(?:(?!\{z\})\S)*+\{z\}\S*+", value):
        raise click.BadParameter("give a URL like https://tiles.example.org/{z}/{x}/{y}.png")
    return value


def _formats(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(form.strip() for form in value.split(",") if form.strip()))
    for form in chosen:
        if form not in FILES:
            raise click.BadParameter(f"{form!r} is no format; choose among {', '.join(FILES)}")
    return chosen


@cli.command("map", epilog=EXIT_CODES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("-o", "--output", metavar="FILE", help="Where to write it, - for stdout. [default: output/<title>.html]")
@click.option("--title", type=UTF8, metavar="T", help="The map's title. [default: the article's]")
@click.option(
    "--also",
    metavar="FORMATS",
    default="",
    callback=_formats,
    help="Files beside the map, as geojson,csv,kml,gpkg,svg,png.",
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
    """Write an annotated map of where the news in SOURCE... happened, and print its path.

    \b
    geomap map article.txt --publisher "The Example" --min-confidence 0.6 -o story.html
    geomap map article.txt --also geojson,csv --max-precision admin1
    geomap map dataset                      the map of what `geomap batch` has written
    """
    from geomap.api import map as make_map
    from geomap.batch.dataset import is_dataset
    from geomap.files import slug, write_all

    check_limits()
    to_stdout = is_stdout(output)
    if to_stdout and also:
        raise click.UsageError("--also needs a name to write files beside: give -o FILE")
    check_outputs([] if to_stdout else _beside(Path(output or UNNAMED), also), sources=(*sources, *events))
    if len(sources) == 1 and is_dataset(sources[0]):
        if also or events:
            raise click.UsageError("a dataset is read already: --also and --events go with articles")
        if to_stdout:
            raise click.UsageError("the map of a dataset goes into a file: give -o FILE")
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
    _finish(n_failed)


def _beside(path: Path, also: Iterable[str]) -> list[Path]:
    """Return the path of a map and those of the files beside it."""
    from geomap.export import FORMATS

    return [path, *(path.with_suffix(FORMATS[form].suffix) for form in also)]


@cli.command("export", epilog=EXIT_CODES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--format", "form", required=True, metavar="F", callback=_formats, help=f"One of {', '.join(FILES)}.")
@click.option("-o", "--output", metavar="FILE", help="Where to write it, - for stdout. [default: output/<title>.<F>]")
@click.option("--title", type=UTF8, metavar="T", help="The title in the file. [default: the article's]")
@click.option("--boundary-view", type=click.Choice(get_args(BoundaryView)), default="neutral", show_default=True)
@click.option("--publisher", type=UTF8, metavar="NAME", help="Who publishes it; the disclaimer names it.")
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
    """Write the places that SOURCE... report as a file for other programs, without a map, and print its path.

    \b
    geomap export article.txt --format geojson -o places.geojson
    geomap export articles/ --format csv -o - | head
    """
    from geomap.api import map as make_map
    from geomap.export import FORMATS
    from geomap.files import slug, write_whole

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
        write_whole(path, data)
        click.echo(os.fsencode(path))
    _finish(n_failed)


@cli.command("places", epilog=EXIT_CODES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "geojson", "csv"]),
    default="table",
    show_default=True,
    help="How to print them; jsonl has one line an article, with every mention.",
)
@MAX_PRECISION
@GEOCODER
@ALLOW
def places_command(sources: tuple[str, ...], form: str, max_precision: Precision | None) -> None:
    """Print the places that SOURCE... report, to stdout."""
    resources = _resources()
    from geomap import export as exports
    from geomap.pipeline import assemble

    if form == "jsonl" and not max_precision:
        n_failed = n_placed = 0
        for one in _progress(_readable(sources)):
            if isinstance(one, ArticleError):
                complain(one)
                n_failed += 1
                continue
            read = _read_one(one, resources)
            n_placed += sum(r.place is not None for r in read.resolutions)
            click.echo(exports.jsonl(read).encode("utf-8"))
        if not n_placed:
            raise NothingLocated(_nothing(sources)) if not n_failed else SystemExit(1)
        _finish(n_failed)
        return
    articles, n_failed = _read_all(sources, resources)
    made = assemble(articles, resources=resources, finest=max_precision)
    if not made.reports:
        raise NothingLocated(_nothing(sources))
    written = exports.export(
        made.reports,
        made.articles,
        form=form,
        attributions=resources.geodata.attributions(),
        max_precision=max_precision,
    )
    click.echo(written.decode("utf-8") if form == "table" else written, nl=False)
    _finish(n_failed)


for _command in PROJECT_COMMANDS:
    cli.add_command(_command)


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

    done = geoparse(article, resources=resources)
    if done.cut:
        complain(done.cut)
    return done


def _read_all(sources: Sequence[str], resources: Resources) -> tuple[list[GeoparsedArticle], int]:
    """Return the articles read and the number that failed, each already told on stderr; raise when none is left."""
    done: list[GeoparsedArticle] = []
    n_failed = 0
    for one in _progress(_readable(sources)):
        if isinstance(one, ArticleError):
            complain(one)
            n_failed += 1
        else:
            done.append(_read_one(one, resources))
    if not done:
        raise SystemExit(1)
    if not any(r.place for one in done for r in one.resolutions):
        raise NothingLocated(_nothing(sources))
    return done, n_failed


def _progress(articles: Iterable[Article | ArticleError]) -> Iterable[Article | ArticleError]:
    """Count articles on stderr, once there is something to wait for and where a terminal shows it."""
    if not sys.stderr.isatty():
        return articles
    from tqdm import tqdm

    return tqdm(articles, unit=" articles", delay=1, leave=False, file=sys.stderr)  # type: ignore[no-any-return]


def _nothing(sources: Sequence[str]) -> str:
    return f"{', '.join(sources)}: no place was located; is it a news text that names places?"


def _finish(n_failed: int) -> None:
    if n_failed:
        raise SystemExit(1)
