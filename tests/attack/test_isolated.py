"""Nothing that lies beside an article is executed: modules of the names that our processes import are planted there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geomap.batch.run import run_batch
from geomap.ingest.sandbox import isolated_python
from tests.batch.toy import TOY

pytestmark = pytest.mark.geodata

ROOT = Path(__file__).parents[2]
CONSOLE = Path(sys.executable).with_name("geomap")
EVERYWHERE = ("resource", "json", "logging", "msgspec", "numpy", "click", "geomap", "sitecustomize", "usercustomize")
WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://e.org/\r\nContent-Type: application/http\r\n"
    "Content-Length: {}\r\n\r\n{}\r\n\r\n"
)
IN_CHILDREN = (
    "resource",
    "pypdf",
    "pyarrow",
    "fastwarc",
    "trafilatura",
    "markdown_it",
    "charset_normalizer",
    "lxml",
    "feedparser",
)
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
    (folder / "rows.jsonl").write_text(json.dumps({"text": TEXT}) + "\n")
    pq.write_table(pa.table({"text": [TEXT]}), folder / "rows.parquet")
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{(folder / 'b.html').read_text()}"
    (folder / "pages.warc").write_text(WARC.format(len(answer), answer), newline="")
    return folder


def run(command: list[str], *, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "HOME") if key in os.environ}
    return subprocess.run(command, cwd=cwd, env=environment | more, capture_output=True, text=True, check=False)


SOURCES = ["a.txt", "b.html", "c.eml", "d.md", "e.txt", "f.pdf"]
COMMANDS = {
    "places": ["places", *SOURCES],
    "map": ["map", *SOURCES, "-o", "../map.html"],
    "export": ["export", *SOURCES, "--format", "csv", "-o", "../places.csv"],
    "batch": ["batch", *SOURCES, "rows.jsonl", "rows.parquet", "pages.warc", "-o", "../dataset"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_executes_nothing_beside_the_articles(folder: Path, name: str):
    mark = plant(folder, (*EVERYWHERE, *IN_CHILDREN))
    done = run([str(CONSOLE), *COMMANDS[name]], cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert not mark.exists()


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_dask_worker_that_lives_beside_the_articles_executes_nothing_there(folder: Path, monkeypatch):
    """Its own imports, like those of a notebook, are done by then; the processes that it starts are ours."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=1, processes=True, host="127.0.0.1", dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.run(os.chdir, str(folder))
        mark = plant(folder, (*EVERYWHERE, *IN_CHILDREN))
        sources = [str(folder / name) for name in (*SOURCES, "rows.jsonl", "rows.parquet", "pages.warc")]
        out = str(folder.parent / "dataset")
        batch = run_batch(sources, out=out, settings=TOY, scheduler=cluster.scheduler_address)
    assert (sum(part.n_articles for part in batch.done), batch.n_failures) == (9, 0)
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
    code = "import geomap; print(len(list(geomap.load_articles(['b.html', 'c.eml', 'd.md', 'e.txt', 'f.pdf']))))"
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


def test_a_child_runs_the_geomap_of_its_starter_wherever_another_is_installed(tmp_path: Path):
    shutil.copytree(ROOT / "geomap", tmp_path / "geomap", ignore=shutil.ignore_patterns("__pycache__", "assets"))
    (tmp_path / "where.py").write_text("import geomap.batch; print(geomap.batch.__file__)")
    code = (
        "import subprocess; from geomap.ingest.sandbox import isolated_python; subprocess.run(isolated_python('where'))"
    )
    done = run([sys.executable, "-c", code], cwd=tmp_path.parent, PYTHONPATH=str(tmp_path))
    assert done.stdout == f"{tmp_path / 'geomap' / 'batch' / '__init__.py'}\n"
