from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geomap.project.config import open_project
from geomap.store.database import writing

pytestmark = pytest.mark.geodata


def geomap(*arguments: str | Path) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "geomap", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_a_story_is_kept_from_the_command_line(tmp_path: Path):
    (tmp_path / "story.txt").write_text(
        "A fire in Goris\n\nA warehouse burned in Goris in Armenia. Crews came from Sisian.\n"
    )
    folder = tmp_path / "p"
    assert geomap("init", folder, "--title", "The fire")[0] == 0
    code, out, err = geomap("add", "-C", folder, tmp_path / "story.txt", tmp_path / "no.txt")
    assert (code, out) == (1, "1 new, 0 changed; `geomap build` puts them on the map\n")
    assert err == f"geomap: {tmp_path / 'no.txt'}: there is no such file or folder; check the path\n"
    index = folder / "output" / "index.html"
    assert geomap("build", "-C", folder) == (0, f"{index}: 1 articles (1 read now), 3 places\n", "")
    assert geomap("correct", "Sisian", "-C", folder, "--none", "--author", "A. Editor")[0] == 0
    assert geomap("build", "-C", folder) == (0, f"{index}: 1 articles (0 read now), 2 places (1 removed)\n", "")
    status = json.loads(geomap("status", "-C", folder, "--format", "json")[1])
    assert (status["n_articles"], status["new"], status["failed"]) == (1, [], [])
    assert geomap("status", "-C", folder)[1].splitlines()[:3] == [
        "stored:  1 files, 1 articles (1 without near-duplicates), 2 places",
        "stale:   nothing",
        "failed:  nothing",
    ]
    with writing(open_project(folder).library):
        code, out, err = geomap("build", "-C", folder)
    assert (code, out) == (1, "")
    assert "another geomap is writing" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["build"], "is not a map project, it has no geomap.toml; create one with `geomap init FOLDER`"),
        (["correct", "Goris", "--none"], "is not a map project"),
    ],
)
def test_outside_a_project_there_is_one_clear_line(tmp_path: Path, arguments: list[str], says: str):
    code, out, err = geomap(*arguments, "-C", tmp_path)
    assert (code, out) == (1, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_correction_without_an_effect_is_refused_and_the_file_stays(tmp_path: Path):
    geomap("init", tmp_path)
    before = (tmp_path / "corrections.toml").read_bytes()
    code, _, err = geomap("correct", "Goris", "-C", tmp_path)
    assert (code, "give exactly one of place, lon and lat, none, hidden" in err) == (1, True)
    code, _, err = geomap("correct", "Goris", "-C", tmp_path, "--place", "gn:999999999")
    assert (code, "no place has this id" in err) == (1, True)
    assert geomap("correct", "Goris", "-C", tmp_path, "--at", "46")[0] == 2
    assert (tmp_path / "corrections.toml").read_bytes() == before
