"""``geomap gazetteer`` and ``geomap lookup``: inspect, verify, extend and search the gazetteer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.console import ProgressBar
from geomap.cli.limits import check_limits
from geomap.cli.options import UTF8
from geomap.errors import GeodataError, NothingLocated
from geomap.files import path_exists

if TYPE_CHECKING:
    from geomap.types import Candidate


@click.group("gazetteer")
def gazetteer_group() -> None:
    """Inspect, verify and extend the gazetteer."""


@gazetteer_group.command("info")
def info_command() -> None:
    """Print the gazetteers in use, the number of places in each, and the sources of the embedded data."""
    from geomap.gazetteer.store import FileGazetteer
    from geomap.manifest import open_geodata
    from geomap.user_data.paths import FULL, OWN, user_folder

    geodata = open_geodata()
    layers = [("your own places", user_folder() / OWN), ("embedded", geodata.path("gazetteer.bin"))]
    layers.append(("full GeoNames", user_folder() / FULL))
    for title, path in layers:
        if path_exists(path):
            with FileGazetteer(path) as gazetteer:
                click.echo(f"{title:<16} {len(gazetteer):>12,} places  version {gazetteer.version}  {path}")
        else:
            click.echo(f"{title:<16} {'none':>12}         {path}")
    click.echo("")
    for source in geodata.attributions():
        click.echo(f"{source.title}\n    {source.licence}; {source.text}; {source.url}; {source.version}")


@gazetteer_group.command("verify")
def verify_command() -> None:
    """Check every embedded file against the manifest, and open your own gazetteers."""
    from geomap.gazetteer.store import FileGazetteer
    from geomap.manifest import open_geodata
    from geomap.user_data.paths import FULL, OWN, user_folder

    geodata = open_geodata()
    for name, _ in geodata.digests:
        geodata.path(name)
        click.echo(f"{name}: OK")
    for path in (user_folder() / OWN, user_folder() / FULL):
        if path_exists(path):
            with FileGazetteer(path) as gazetteer:
                click.echo(f"{path}: OK, {len(gazetteer):,} places")


@gazetteer_group.command("install")
@click.argument("what", type=click.Choice(["geonames"]))
@click.option("--from", "source", metavar="URL|FOLDER", help="Source of the files. [default: geonames.org]")
def install_command(what: str, source: str | None) -> None:  # noqa: ARG001  (the one choice there is)
    """Download the full GeoNames (13 million places) into your data folder; run again to resume."""
    from geomap.gazetteer.geonames_dump import URL, install_geonames
    from geomap.user_data.paths import FULL, user_folder

    with ProgressBar() as bar:
        n_places = install_geonames(source or URL, target=user_folder() / FULL, progress=bar.update)
    click.echo(f"{n_places:,} places in {user_folder()}")


@gazetteer_group.command("add")
@click.argument("path", type=click.Path(path_type=Path))
def add_command(path: Path) -> None:
    """Add your own places, preferred to all others: a CSV (name, lat, lon), a GeoJSON or a GeoPackage.

    Further columns: id, kind, country, population, names (other names, separated by ;). Polygons and lines are stored
    as outlines, drawn, and used as regions of the places in them; they may also have source, as_of and note.
    """
    check_limits()
    from geomap.user_data.paths import user_folder
    from geomap.user_data.places import add_places

    if not path_exists(path):
        raise GeodataError(f"{path}: there is no such file; check the path")
    n_places = add_places(path, folder=user_folder())
    click.echo(f"{n_places:,} own places in {user_folder()}")


@click.command("lookup")
@click.argument("name", type=UTF8)
@click.option(
    "--country", type=UTF8, metavar="CC", help="Only places of this country (ISO 3166-1 alpha-2), such as AM."
)
@click.option(
    "-n", "limit", type=click.IntRange(1, 10_000), default=10, show_default=True, help="Maximum number of places."
)
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
def lookup_command(name: str, country: str | None, limit: int, form: str) -> None:
    """Print the places called NAME, the most prominent first."""
    from geomap.manifest import open_geodata
    from geomap.resources import open_gazetteer

    with open_gazetteer(open_geodata()) as gazetteer:
        found = gazetteer.lookup(name, country=country.upper() if country else None, limit=limit)
    if not found:
        where = f" in {country.upper()}" if country else ""
        raise NothingLocated(f"{name}: not in the gazetteer{where}; check the spelling")
    for line in _candidate_lines(found, form):
        click.echo(line if form == "table" else line.encode("utf-8"))


def _candidate_lines(found: Sequence[Candidate], form: str) -> Iterator[str]:
    if form == "jsonl":
        import json
        from dataclasses import asdict

        for candidate in found:
            yield json.dumps(
                asdict(candidate.place) | {"matched": candidate.name, "match": candidate.match}, ensure_ascii=False
            )
        return
    yield f"{'id':<16} {'name':<28} {'kind':<12} {'cc':<3} {'admin1':<7} {'lat':>9} {'lon':>10} {'population':>12}  matched"
    for candidate in found:
        p = candidate.place
        yield (
            f"{p.id:<16} {p.name:<28} {p.kind:<12} {p.country or '':<3} {p.admin1 or '':<7} "
            f"{p.lat:>9.4f} {p.lon:>10.4f} {p.population or '':>12}  {candidate.name} ({candidate.match})"
        )
