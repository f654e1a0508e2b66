"""``python -m geomap`` in a folder of foreign files executes none of them, as the console script does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.geodata

ROOT = Path(__file__).parents[2]
CONSOLE = Path(sys.executable).with_name("geomap")
PLANTED = (
    "resource json logging typing __future__ io signal threading select click numpy pypdf msgspec onnxruntime encodings "
    "runpy pkgutil sitecustomize usercustomize"
).split()  # fmt: skip


def run(command: list[str], *, cwd: Path, **more: str) -> tuple[int, str, str]:
    kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "HOME") if key in os.environ}
    done = subprocess.run(command, cwd=cwd, env=kept | more, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of an article and of modules that leave a mark when they are imported."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("Cars left Goris for Sisian.")
    (folder / "b.html").write_text(f"<html><body>{'<p>Cars left Goris for Sisian, in Armenia.</p>' * 9}</body></html>")
    for name in PLANTED:
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'a').write({name!r} + ' ')\n")
    return folder


@pytest.mark.parametrize("command", [[sys.executable, "-m", "geomap"], [str(CONSOLE)]], ids=["module", "console"])
def test_nothing_beside_an_article_is_executed(folder: Path, command: list[str]):
    code, out, err = run([*command, "places", "a.txt", "b.html"], cwd=folder)
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == ["place", "Goris", "Sisian", "Armenia"]
    assert not (folder.parent / "executed").exists()


def test_where_geomap_itself_lies_in_the_folder_the_rest_of_it_comes_last(folder: Path):
    (folder / "geomap").symlink_to(ROOT / "geomap")
    code, out, err = run([sys.executable, "-m", "geomap", "lookup", "Tegh", "-n", "1"], cwd=folder)
    assert (code, out.splitlines()[1].split()[1], err) == (0, "Tegh", "")
    assert not (folder.parent / "executed").exists()


def test_where_python_leaves_the_folder_out_no_other_path_is_taken_away(folder: Path):
    (folder / "sitecustomize.py").unlink()
    code, _, err = run([sys.executable, "-P", "-m", "geomap", "places", "a.txt", "b.html"], cwd=folder)
    assert (code, err) == (0, "")
    assert not (folder.parent / "executed").exists()
