"""What the program makes of an editor's corrections when it is not told of them."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from geomap.cli.main import cli
from geomap.errors import ProjectError
from geomap.evaluation.corrections import agreement_table, agreements
from geomap.types import Correction
from tests.editorial.test_corrections import PARIS_TX, READ, find


def compared(*corrections):
    return [(one.start, one.outcome, one.is_right) for one in agreements([READ], corrections, find=find)]


def test_the_editors_own_place_is_the_same():
    assert compared(Correction(name="Paris", place="gn:1")) == [(0, "same", True), (31, "same", True)]


def test_another_place_is_wrong_and_a_point_close_by_is_right():
    assert compared(Correction(name="Paris", place="gn:2")) == [
        (0, "another place", False),
        (31, "another place", False),
    ]
    assert compared(Correction(name="Paris", lon=2.45, lat=48.85))[0] == (0, "near", True)
    assert compared(Correction(name="Paris", lon=3.35, lat=48.85))[0] == (0, "far", False)


def test_where_the_editor_has_no_place_the_program_must_have_none():
    assert compared(Correction(name="Paris", is_none=True)) == [(0, "a place", False), (31, "a place", False)]
    quiet = replace(READ, resolutions=tuple(replace(r, place=None) for r in READ.resolutions))
    found = list(agreements([quiet], [Correction(name="Paris", is_none=True)], find=find))
    assert [(one.outcome, one.is_right) for one in found] == [("same", True), ("same", True)]


def test_what_the_program_does_not_see_is_no_place_and_what_is_hidden_is_not_judged():
    added = Correction(name="the depot", lon=2.0, lat=48.5, is_added=True)
    assert compared(added) == []  # it stands in the text as "The depot"
    assert compared(replace(added, name="The depot")) == [(16, "no place", False)]
    assert compared(Correction(name="Paris", is_hidden=True)) == []


def test_the_table_has_the_places_of_geomap_and_the_corrections_that_can_be_removed():
    corrections = [
        Correction(name="Paris", place="gn:2", line=3),
        Correction(name="The depot", lon=2.0, lat=48.5, is_added=True, line=9),
        Correction(name="Rome", is_none=True, line=15),
        Correction(name="Haus", is_hidden=True, line=21),
    ]
    assert list(agreement_table(list(agreements([READ], corrections, find=find)), corrections)) == [
        "3 corrected mentions in 1 articles; geomap agrees with the editors on 0 of 3 (0.000): the same place, one within 20 km, or both no place",
        " line  mentions  right  name: the place of geomap instead",
        "    3         2      0  Paris: Paris (gn:1)",
        "    9         1      0  The depot: no place",
        "   15         0      0  Rome: matches no article",
    ]
    changed = replace(READ, resolutions=tuple(replace(r, place=PARIS_TX) for r in READ.resolutions))
    found = list(agreements([changed], corrections[:1], find=find))
    assert list(agreement_table(found, corrections[:1]))[2].endswith("Paris: the same; the correction can be removed")


@pytest.mark.geodata
def test_a_built_project_is_scored_by_its_corrections(tmp_path):
    def run(*arguments):
        return CliRunner().invoke(cli, [str(a) for a in arguments])

    project = tmp_path / "story"
    assert run("init", project).exit_code == 0
    (project / "articles" / "a.txt").write_text(
        "Fighting was reported near Goris in Armenia. Goris was quiet by night."
    )
    bare = run("evaluate", "corrections", project)
    assert isinstance(bare.exception, ProjectError)
    assert "has no corrections" in str(bare.exception)
    assert run("correct", "Goris", "--place", "gn:174895", "-C", project).exit_code == 0
    assert run("correct", "Armenia", "--none", "-C", project).exit_code == 0
    unbuilt = run("evaluate", "corrections", project)
    assert "run `geomap build` first" in str(unbuilt.exception)
    assert run("build", "-C", project).exit_code == 0
    lines = run("evaluate", "corrections", project).output.splitlines()
    assert lines[0].startswith("3 corrected mentions in 1 articles; geomap agrees with the editors on 2 of 3 (0.667)")
    assert lines[2].split(maxsplit=3)[1:] == ["2", "2", "Goris: the same; the correction can be removed"]
    assert lines[3].split(maxsplit=3)[1:] == ["1", "0", "Armenia: Armenia (gn:174982)"]
