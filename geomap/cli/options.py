"""Options that several commands have; their choices come from the modules that implement them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import click

from geomap.export.formats import FORMATS
from geomap.map_types import PRECISION_LIMITS, BoundaryView, MapOptions
from geomap.render.translations import INTERFACE_LANGUAGES

FILE_FORMATS = tuple(name for name, form in FORMATS.items() if not form.is_terminal_only)
PRINTED_FORMATS = ("table", "jsonl", "geojson", "csv")
LAYERS = ("reported", "mentioned", "shading")
BOUNDARY_VIEWS = click.Choice(get_args(BoundaryView))
EXIT_CODES = """\b
Exit codes:
  0  done
  1  failed; where some articles failed, the others are done and each failure is a line on stderr
  2  wrong usage
  3  nothing located
  130  stopped by a signal, as by Ctrl-C
"""


class Utf8(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.5
    """Text that is printed or stored and so must be UTF-8; paths may have any bytes."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text; usage error where it is not UTF-8."""
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail("is not UTF-8; give text in UTF-8", param, ctx)
        return value


UTF8 = Utf8()


def _keep(context: click.Context, option: click.Parameter, value: object) -> None:
    context.meta[str(option.name)] = value


GEOCODER = click.option(
    "--geocoder",
    type=click.Choice(["nominatim", "photon"]),
    callback=_keep,
    expose_value=False,
    help="Look up names that are in no local gazetteer with this online service; answers are cached. [default: none]",
)
ALLOW = click.option(
    "--allow",
    multiple=True,
    metavar="NETWORK",
    callback=_keep,
    expose_value=False,
    help="A private network that URLs may resolve to, such as 10.0.0.0/8; may be repeated. [default: none]",
)

MAX_PRECISION = click.option(
    "--max-precision",
    type=click.Choice(PRECISION_LIMITS),
    help="To protect people, show, name and export nothing finer: villages become their district (admin2), "
    "state (admin1) or country. The surrounding text may still identify a place: read it before you publish.",
)
EVENTS = click.option(
    "--events",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="More words for kinds of event, in the format of geomap/annotation/data/events.toml; may be repeated.",
)


def map_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of how a map is drawn to ``command``; each is a field of MapOptions."""
    for option in reversed(
        (
            click.option(
                "--boundary-view",
                type=BOUNDARY_VIEWS,
                default="neutral",
                show_default=True,
                help="How contested borders are drawn; the view is named on the map.",
            ),
            click.option(
                "--min-confidence",
                type=click.FloatRange(0, 1),
                default=MapOptions().min_confidence,
                show_default=True,
                help="Places with a lower score are listed for review, not drawn.",
            ),
            click.option(
                "--layers",
                default="reported",
                show_default=True,
                callback=parse_layers,
                help="Layers shown at first, a list such as reported,mentioned,shading.",
            ),
            click.option(
                "--lang",
                help=f"Language of the page ({', '.join(INTERFACE_LANGUAGES)}) and of names on the basemap; by default that of most articles.",
            ),
            click.option(
                "--publisher", type=UTF8, metavar="NAME", help="The publisher of the map, named in the disclaimer."
            ),
            click.option(
                "--tiles",
                type=UTF8,
                metavar="URL",
                callback=parse_tiles,
                help="Online tiles instead of the embedded basemap, such as https://tiles.example.org/{z}/{x}/{y}.png; "
                "readers' browsers then ask that server.",
            ),
            click.option(
                "--tiles-attribution", type=UTF8, metavar="TEXT", help="Attribution that the tiles' licence requires."
            ),
            click.option("--embed", is_flag=True, help="The map alone, for an iframe."),
            MAX_PRECISION,
        )
    ):
        command = option(command)
    return command


def parse_layers(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    """Return the layers of a comma-separated list; usage error where one is unknown."""
    chosen = tuple(layer.strip() for layer in value.split(",") if layer.strip())
    for layer in chosen:
        if layer not in LAYERS:
            raise click.BadParameter(f"{layer!r} is not a layer; choose among {', '.join(LAYERS)}")
    return chosen


def parse_tiles(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Return the URL template of tiles; usage error where it is not one."""
    if value and not re.fullmatch(r"https?://[\w.{}:-]+/(?:(?!\{z\})\S)*+\{z\}\S*+", value):
        raise click.BadParameter("give a URL like https://tiles.example.org/{z}/{x}/{y}.png")
    return value


def parse_formats(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    """Return the distinct formats of a comma-separated list; usage error where one is unknown."""
    chosen = tuple(dict.fromkeys(form.strip() for form in value.split(",") if form.strip()))
    for form in chosen:
        if form not in FILE_FORMATS:
            raise click.BadParameter(f"{form!r} is not a format; choose among {', '.join(FILE_FORMATS)}")
    return chosen
