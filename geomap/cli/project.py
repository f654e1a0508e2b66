"""The commands of a map project: init, add, build, watch, status, correct."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.console import complain, complain_all, finish
from geomap.cli.limits import check_limits
from geomap.cli.options import UTF8

if TYPE_CHECKING:
    from geomap.project.build import Built
    from geomap.project.config import Project
    from geomap.web.fetch import Fetcher

_folder = click.option(
    "-C", "--project", "folder", default=".", metavar="FOLDER", help="The map project. [default: the current folder]"
)


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", type=UTF8, metavar="T", help="The story's title. [default: the folder's name]")
def init_command(folder: Path, title: str | None) -> None:
    """Make FOLDER a map project.

    \b
    geomap init karabakh --title "The road to Goris"
    """
    from geomap.project.config import init_project

    project = init_project(folder, title=title)
    click.echo(
        f"{project.folder}: put articles into {project.articles}, or `geomap add -C {project.folder} …`, then `geomap build`"
    )


@click.command("add")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@_folder
def add_command(sources: tuple[str, ...], folder: str) -> None:
    """Add articles to the project: files, folders, URLs of pages, feeds and sitemaps.

    \b
    geomap add story.txt page.html letters/ https://example.org/news/1.html
    """
    from geomap.project.config import open_project
    from geomap.project.intake import Intake
    from geomap.store.lock import locked

    project = open_project(folder)
    now = _now()
    with locked(project.library, now=now):
        done = Intake(project, now=now, fetcher=_fetcher(project)).add(sources)
    click.echo(f"{done.n_new} new, {done.n_changed} changed; `geomap build` puts them on the map")
    finish(complain_all(done.errors))


@click.command("build")
@_folder
@click.option("--offline", is_flag=True, help="Do not fetch anything.")
@click.option("--wait", is_flag=True, help="Wait for another build to end, at most ten minutes.")
def build_command(folder: str, offline: bool, wait: bool) -> None:
    """Build the map: geoparse new and changed articles, apply the corrections, write what differs to output/."""
    check_limits()
    from geomap.project.build import build
    from geomap.project.config import open_project

    project = open_project(folder)
    fetcher = _fetcher(project) if project.settings.sources and not offline else None
    done = build(project, fetcher=fetcher, wait=600.0 if wait else 0.0)
    _report(project, done)
    finish(complain_all(done.errors))


@click.command("watch")
@_folder
def watch_command(folder: str) -> None:
    """Build again whenever an article, a correction or a setting changes or a feed is due, until Ctrl-C."""
    check_limits()
    import signal
    import threading

    from geomap.errors import GeomapError
    from geomap.project.config import open_project
    from geomap.project.watch import watch

    stop = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, lambda *_: stop.set())
    project = open_project(folder)
    for done in watch(project, stop=stop, make_fetcher=_fetcher):
        if isinstance(done, GeomapError):
            complain(done)
            continue
        _report(project, done)
        complain_all(done.errors)


@click.command("status")
@_folder
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def status_command(folder: str, form: str) -> None:
    """Show what is stored, what is out of date, and what failed and why."""
    from geomap.project.config import open_project
    from geomap.project.status import status

    project = open_project(folder)
    state = status(project)
    if state.damage:
        complain(state.damage)
    if form == "json":
        import json
        from dataclasses import asdict

        click.echo(json.dumps(asdict(state), ensure_ascii=False, indent=1))
        return
    for line in state.lines():
        click.echo(line)


@click.command("correct")
@click.argument("name", type=UTF8)
@_folder
@click.option("--place", type=UTF8, metavar="ID", help="The name means this place: an id from `geomap lookup`.")
@click.option("--none", "is_none", is_flag=True, help="The name is not a place.")
@click.option("--at", metavar="LON,LAT", help="Coordinates in degrees; with --place that place is moved there.")
@click.option("--hidden", "is_hidden", is_flag=True, help="Show neither the name nor the place, to protect someone.")
@click.option("--add", "is_added", is_flag=True, help="geomap does not find the name: match it as whole words.")
@click.option("--article", type=UTF8, metavar="ID", help="Only in this article (id, URL or SHA-256).")
@click.option("--source", type=UTF8, metavar="S", help="Only in articles of this source.")
@click.option("--author", type=UTF8, metavar="A", help="Author of the correction.")
@click.option("--reason", type=UTF8, metavar="R", help="Reason for the correction.")
def correct_command(name: str, folder: str, place: str | None, at: str | None, **options: Any) -> None:  # noqa: ANN401 - the fields of Correction
    """Write the meaning of NAME to corrections.toml, for the next build.

    \b
    geomap correct Tegh --place gn:616062 --article karabakh-2023-09-23.txt --author "A. Editor"
    geomap correct Moscow --none --source "Press TV"
    """
    from geomap.editorial.corrections import add_correction
    from geomap.project.config import open_project
    from geomap.types import Correction

    project = open_project(folder)
    lon, lat = _point(at) if at else (None, None)
    correction = Correction(name=name, place=place, lon=lon, lat=lat, date=_now()[:10], **options)
    add_correction(project.corrections, correction, find=_find_place)
    click.echo(f"{project.corrections}: {name} is corrected; `geomap build` shows it")


PROJECT_COMMANDS = (init_command, add_command, build_command, watch_command, status_command, correct_command)


def _point(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter("give longitude,latitude in degrees, as 46.75,39.82", param_hint="--at") from None
    return lon, lat


def _find_place(place_id: str) -> object:
    check_limits()
    from geomap.resources import open_resources

    return open_resources().gazetteer.place(place_id)


def _fetcher(project: Project) -> Fetcher:
    from geomap.web.fetch import Fetcher, Limits

    return Fetcher(limits=Limits(allowed=project.settings.allow))


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _report(project: Project, done: Built) -> None:
    if done.damage:
        complain(done.damage)
    n_new = {kind: sum(c.kind == kind for c in done.changes) for kind in ("new", "moved", "removed")}
    changed = ", ".join(f"{n} {kind}" for kind, n in n_new.items() if n)
    if done.written is None:
        click.echo(f"{project.output / 'index.html'}: nothing new; {done.n_articles} articles, {done.n_places} places")
    else:
        places = f"{done.n_places} places" + (f" ({changed})" if changed else "")
        click.echo(f"{project.output / 'index.html'}: {done.n_articles} articles ({done.n_read} read now), {places}")
    complain_all((*done.unread_dates, *done.cut, *done.unread))
    for correction in done.unmatched_corrections:
        where = f", line {correction.line}" if correction.line else ""
        complain(f"{project.corrections}{where}: {correction.name!r} matches no article; fix or remove it")
