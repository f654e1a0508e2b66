"""``geomap gazetteer`` and ``geomap lookup``: what the gazetteer holds, whether it is whole, and how to have more of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from geomap.cli.limits import check_limits
from geomap.cli.outputs import UTF8
from geomap.errors import GeodataError, NothingLocated
from geomap.files import is_there

if TYPE_CHECKING:
    from tqdm import tqdm

    from geomap.types import Candidate


@click.group("gazetteer")
def gazetteer_group() -> None:
    """Say what the gazetteer holds, check it, and add to it."""


@gazetteer_group.command("info")
def info_command() -> None:
    """Print the gazetteers in use, how many places each has, and who made the embedded data."""
    from geomap.gazetteer.store import Gazetteer
    from geomap.manifest import open_geodata
    from geomap.user_data.paths import FULL, OWN, user_folder

    geodata = open_geodata()
    layers = [("your own places", user_folder() / OWN), ("embedded", geodata.path("gazetteer.bin"))]
    layers.append(("full GeoNames", user_folder() / FULL))
    for title, path in layers:
        if is_there(path):
            with Gazetteer(path) as gazetteer:
                click.echo(f"{title:<16} {len(gazetteer):>12,} places  version {gazetteer.version}  {path}")
        else:
            click.echo(f"{title:<16} {'none':>12}         {path}")
    click.echo("")
    for source in geodata.attributions():
        click.echo(f"{source.title}\n    {source.licence}; {source.text}; {source.url}; {source.version}")


@gazetteer_group.command("verify")
def verify_command() -> None:
    """Check every embedded file against the manifest, and open the user's own gazetteers."""
    from geomap.gazetteer.store import Gazetteer
    from geomap.manifest import open_geodata
    from geomap.user_data.paths import FULL, OWN, user_folder

    geodata = open_geodata()
    for name, _ in geodata.digests:
        geodata.path(name)
        click.echo(f"{name}: whole")
    for path in (user_folder() / OWN, user_folder() / FULL):
        if is_there(path):
            with Gazetteer(path) as gazetteer:
                click.echo(f"{path}: opens, {len(gazetteer):,} places")


@gazetteer_group.command("install")
@click.argument("what", type=click.Choice(["geonames"]))
@click.option("--from", "source", metavar="URL|FOLDER", help="Where to have it from. [default: geonames.org]")
def install_command(what: str, source: str | None) -> None:  # noqa: ARG001  (the one choice there is)
    """Fetch the full GeoNames (13 million places) and build it into your data folder; run again to resume."""
    from geomap.gazetteer.geonames_dump import URL, install_geonames
    from geomap.user_data.paths import FULL, user_folder

    with _Bar() as bar:
        n_places = install_geonames(source or URL, target=user_folder() / FULL, progress=bar.tell)
    click.echo(f"{n_places:,} places in {user_folder()}")


@gazetteer_group.command("add")
@click.argument("path", type=click.Path(path_type=Path))
def add_command(path: Path) -> None:
    """Add your own places, which win over the world's: a CSV (name, lat, lon), a GeoJSON or a GeoPackage.

    Further columns: id, kind, country, population, names (other names, with ; between). Polygons and lines are kept as
    outlines, drawn, and told of what lies in them; of these also source, as_of and note.
    """
    check_limits()
    from geomap.user_data.paths import user_folder
    from geomap.user_data.places import add_places

    if not is_there(path):
        raise GeodataError(f"{path}: there is no such file; check the path")
    n_places = add_places(path, folder=user_folder())
    click.echo(f"{n_places:,} places of your own in {user_folder()}")


class _Bar:
    """A progress bar on stderr where there is a terminal, a new one for each stage."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None
        self._stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def tell(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage has come; ``total`` 0 where nobody knows."""
        from tqdm import tqdm

        if not sys.stderr.isatty():
            return
        if stage != self._stage:
            self.__exit__()
            self._bar = tqdm(total=total or None, desc=stage, unit_scale=True, file=sys.stderr)
            self._stage = stage
        if self._bar is not None:
            self._bar.update(done - self._bar.n)


@click.command("lookup")
@click.argument("name", type=UTF8)
@click.option("--country", type=UTF8, metavar="CC", help="Only places of this country (ISO 3166-1 alpha-2), as AM.")
@click.option("-n", "limit", type=click.IntRange(1, 10_000), default=10, show_default=True, help="At most so many.")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True)
def lookup_command(name: str, country: str | None, limit: int, form: str) -> None:
    """Print the gazetteer's places that bear NAME, the most prominent first."""
    from geomap.manifest import open_geodata
    from geomap.resources import open_gazetteer

    with open_gazetteer(open_geodata()) as gazetteer:
        found = gazetteer.lookup(name, country=country.upper() if country else None, limit=limit)
    if not found:
        where = f" in {country.upper()}" if country else ""
        raise NothingLocated(f"{name}: the gazetteer knows no such place{where}; check the spelling")
    for line in _candidate_lines(found, form):
        click.echo(line if form == "table" else line.encode("utf-8"))


def _candidate_lines(found: Sequence[Candidate], form: str) -> Iterator[str]:
    if form == "jsonl":
        import json
        from dataclasses import asdict

        for one in found:
            yield json.dumps(asdict(one.place) | {"matched": one.name, "match": one.match}, ensure_ascii=False)
        return
    yield f"{'id':<16} {'name':<28} {'kind':<12} {'cc':<3} {'admin1':<7} {'lat':>9} {'lon':>10} {'population':>12}  matched"
    for one in found:
        p = one.place
        yield (
            f"{p.id:<16} {p.name:<28} {p.kind:<12} {p.country or '':<3} {p.admin1 or '':<7} "
            f"{p.lat:>9.4f} {p.lon:>10.4f} {p.population or '':>12}  {one.name} ({one.match})"
        )
