"""The command line: the group ``geomap`` and its commands."""

from __future__ import annotations

import click

from geomap._version import __version__
from geomap.cli.batch import batch_command
from geomap.cli.evaluate import evaluate_group, explain_command, focus_command
from geomap.cli.gazetteer import gazetteer_group, lookup_command
from geomap.cli.map import export_command, map_command, places_command
from geomap.cli.options import EXIT_CODES
from geomap.cli.project import PROJECT_COMMANDS


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="geomap")
def cli() -> None:
    """Find the places that news articles report from, and map them in one HTML file that needs no network.

    \b
    geomap map article.txt                  write output/<title>.html and print its path
    geomap places article.html              list the places
    geomap export article.txt --format csv  write the places for other programs
    geomap lookup Stepanakert               search the gazetteer
    geomap init STORY; geomap watch         make and update the map of a story
    geomap batch news.jsonl --out dataset   process many articles

    A SOURCE is a text file, an HTML page, a JSONL file of {"id", "title", "text", "published", "source", "url"}
    (only "text" is required), a folder of these, the URL of a page, or - for standard input.
    """


for _command in (
    map_command,
    export_command,
    places_command,
    *PROJECT_COMMANDS,
    batch_command,
    evaluate_group,
    explain_command,
    focus_command,
    gazetteer_group,
    lookup_command,
):
    cli.add_command(_command)
