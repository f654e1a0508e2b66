"""The choices of the command line are those of the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import click
import pytest
from click.testing import CliRunner

from geomap.cli.main import cli
from geomap.cli.options import FILE_FORMATS, PRINTED_FORMATS
from geomap.editorial.generalise import REGIONS_FOR
from geomap.export import FORMATS, ExportInput
from geomap.export import _writer as writer
from geomap.gazetteer.online import Service
from geomap.map_types import PRECISION_LIMITS, BoundaryView
from geomap.project import config
from geomap.render.translations import INTERFACE_LANGUAGES
from geomap.types import Precision


def options(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Option]]:
    """Yield every option of every command, with the command's name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from options(command, f"{path}{name} ")
        yield from ((f"{path}{name}", each) for each in command.params if isinstance(each, click.Option))


def choices(option: str) -> dict[str, tuple[str, ...]]:
    return {
        command: tuple(each.type.choices)
        for command, each in options(cli)
        if option in each.opts and isinstance(each.type, click.Choice)
    }


def test_precisions_are_those_that_generalise_and_the_settings_know():
    assert choices("--max-precision") == dict.fromkeys(("map", "export", "places"), PRECISION_LIMITS)
    assert config._CHOICES["max_precision"] == PRECISION_LIMITS == tuple(REGIONS_FOR)
    assert set(PRECISION_LIMITS) < set(get_args(Precision))


def test_boundary_views_are_those_of_the_type():
    assert choices("--boundary-view") == dict.fromkeys(("map", "export"), get_args(BoundaryView))
    assert config._CHOICES["boundary_view"] == get_args(BoundaryView)


def test_geocoders_are_those_of_the_gazetteer():
    assert choices("--geocoder") == dict.fromkeys(("map", "places"), get_args(Service))


def test_formats_are_those_of_the_exports():
    assert (*FILE_FORMATS, "table") == tuple(FORMATS)
    assert set(PRINTED_FORMATS) < set(FORMATS)
    assert choices("--format")["places"] == PRINTED_FORMATS
    outputs = {name.removeprefix("places.") for name in config.KNOWN_OUTPUTS if name.startswith("places.")}
    assert outputs < set(FILE_FORMATS)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_a_writer(form: str):
    assert isinstance(writer(form)(ExportInput(reports=())), bytes)


@pytest.mark.parametrize(("command", "option"), [("map", "--also"), ("export", "--format")])
def test_an_unknown_format_is_answered_with_those_there_are(command: str, option: str):
    done = CliRunner().invoke(cli, [command, "a.txt", option, "table"])
    assert done.exit_code == 2
    assert done.output.splitlines()[-1].endswith(f"'table' is not a format; choose among {', '.join(FILE_FORMATS)}")


def test_the_help_names_the_languages_of_the_page():
    helps = {command: each.help or "" for command, each in options(cli) if "--lang" in each.opts}
    assert list(helps) == ["map"]
    assert f"({', '.join(INTERFACE_LANGUAGES)})" in helps["map"]
