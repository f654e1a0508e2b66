"""Nothing that lies beside an article is executed: modules of the names that our processes import are planted there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from geomap.confined import isolated_python

pytestmark = pytest.mark.geodata

ROOT = Path(__file__).parents[2]
CONSOLE = Path(sys.executable).with_name("geomap")
EVERYWHERE = ("resource", "json", "logging", "msgspec", "numpy", "click", "geomap", "sitecustomize", "usercustomize")
IN_CHILDREN = ("resource", "pypdf", "trafilatura", "markdown_it", "charset_normalizer", "lxml", "feedparser")
TEXT = "Families left Goris for Sisian, in Armenia, on Monday. In Tegh the road was closed.\n"


def plant(folder: Path, names: tuple[str, ...]) -> Path:
    """Put modules into ``folder`` that leave a mark when they are imported; return where the mark would be."""
    mark = folder.parent / "executed"
    for name in names:
        (folder / f"{name}.py").write_text(
            f"open({str(mark)!r}, 'a').write({name!r} + ' ')\nraise ImportError({name!r})\n"
        )
    return mark


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT)
    (folder / "b.html").write_text(f"<html><body><article>{f'<p>{TEXT}</p>' * 6}</article></body></html>")
    (folder / "c.eml").write_text(f"Subject: The road\r\nFrom: desk@e.org\r\n\r\n{TEXT}")
    (folder / "d.md").write_text(f"# The road\n\n{TEXT}")
    (folder / "e.txt").write_bytes("Familien verließen Goris für Sisian über Tegh.".encode("latin-1"))
    shutil.copy(ROOT / "tests" / "fuzz" / "corpus" / "pdf" / "plain", folder / "f.pdf")
    return folder


def run(command: list[str], *, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "HOME") if key in os.environ}
    return subprocess.run(command, cwd=cwd, env=environment | more, capture_output=True, text=True, check=False)


SOURCES = ["a.txt", "b.html", "c.eml", "d.md", "e.txt", "f.pdf"]
COMMANDS = {
    "places": ["places", *SOURCES],
    "map": ["map", *SOURCES, "-o", "../map.html"],
    "export": ["export", *SOURCES, "--format", "csv", "-o", "../places.csv"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_executes_nothing_beside_the_articles(folder: Path, name: str):
    mark = plant(folder, (*EVERYWHERE, *IN_CHILDREN))
    done = run([str(CONSOLE), *COMMANDS[name]], cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert not mark.exists()


def test_a_project_executes_nothing_beside_its_articles(folder: Path, tmp_path: Path):
    project = tmp_path / "story"
    for command in (["init", str(project)], ["add", "-C", str(project), *SOURCES], ["build", "-C", str(project)]):
        mark = plant(folder, (*EVERYWHERE, *IN_CHILDREN))
        done = run([str(CONSOLE), *command], cwd=folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert not mark.exists()
        if project.exists():
            plant(project, (*EVERYWHERE, *IN_CHILDREN))
    done = run([str(CONSOLE), "build"], cwd=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "executed").exists()


def test_a_notebook_in_the_articles_folder_starts_no_module_of_that_folder(folder: Path):
    """The notebook's own imports look there first, as Python has it; what geomap starts does not."""
    mark = plant(folder, IN_CHILDREN)
    code = "import geomap; print(len(list(geomap.read_articles(['b.html', 'c.eml', 'd.md', 'e.txt', 'f.pdf']))))"
    done = run([sys.executable, "-c", code], cwd=folder)
    assert (done.stdout, done.stderr) == ("5\n", "")
    assert not mark.exists()


def test_python_settings_of_the_environment_do_not_reach_a_child(folder: Path):
    mark = plant(folder, ("sitecustomize", "usercustomize", "resource"))
    done = run([str(CONSOLE), "places", "b.html"], cwd=folder, PYTHONSTARTUP=str(folder / "resource.py"))
    assert (done.returncode, done.stderr) == (0, "")
    assert not mark.exists()


def test_an_isolated_process_puts_nothing_before_the_standard_library(folder: Path):
    (folder / "where.py").write_text(
        "import sys; print(sys.path.index(sys.argv[1]) > 2, '' in sys.path, sys.flags.isolated)"
    )
    command = isolated_python("where", str(folder))
    command[command.index("-c") + 2] += os.pathsep + str(folder)
    assert run(command, cwd=folder).stdout == "True False 1\n"
