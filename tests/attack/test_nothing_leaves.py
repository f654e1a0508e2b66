"""Nothing is sent anywhere and nothing is written but where SECURITY.md says: the commands under strace."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely import Point

from tests.attack.traced import Trace, traced

pytestmark = [
    pytest.mark.geodata,
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("strace"), reason="needs strace: apt-get install strace"),
]

ROOT = Path(__file__).parents[2]
TEXT = "Families left Goris for Sisian, in Armenia, on Monday. In Tegh the road was closed.\n"
PAGE = f"<html><head><title>The road</title></head><body><article>{f'<p>{TEXT}</p>' * 6}</article></body></html>"
LETTER = f"Subject: The road\r\nFrom: desk@e.org\r\n\r\n{TEXT}"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with articles of every sort, beside a home folder of its own."""
    folder = tmp_path / "work"
    (folder / "articles").mkdir(parents=True)
    (tmp_path / "home").mkdir()
    (tmp_path / "tmp").mkdir()
    (folder / "articles" / "a.txt").write_text(TEXT)
    (folder / "articles" / "b.html").write_text(PAGE)
    (folder / "articles" / "c.eml").write_text(LETTER)
    (folder / "articles" / "d.md").write_text(f"# The road\n\n{TEXT}")
    (folder / "articles" / "e.txt").write_bytes("Familien verließen Goris für Sisian über Tegh.".encode("latin-1"))
    shutil.copy(ROOT / "tests" / "fuzz" / "corpus" / "pdf" / "plain", folder / "articles" / "f.pdf")
    return folder


def run(work: Path, *arguments: str, more: dict[str, str] | None = None) -> Trace:
    """Run Python with an environment that would let telemetry through, if anything could."""
    kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "LANG") if key in os.environ}
    env = kept | {"HOME": str(work.parent / "home"), "TMPDIR": str(work.parent / "tmp"), "ORT_DISABLE_TELEMETRY": "0"}
    return traced([sys.executable, "-B", *arguments], cwd=work, env=env | (more or {}))


COMMANDS = {
    "help": ["--help"],
    "lookup": ["lookup", "Stepanakert"],
    "places": ["places", "articles"],
    "map": ["map", "articles", "-o", "map.html", "--also", "geojson,csv,kml,gpkg,parquet,svg,png"],
    "explain": ["explain", "articles/a.txt", "Tegh"],
    "focus": ["focus", "articles/a.txt"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_connects_nowhere_and_writes_only_its_output(work: Path, name: str):
    done = run(work, "-m", "geomap", *COMMANDS[name])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.connections == ()
    assert done.outside(work) == []
    made = {path.removeprefix(f"{work.resolve()}/") for path in done.written if not path.endswith(".part")}
    wanted = {"map.html", *(f"map.{form}" for form in ("geojson", "csv", "kml", "gpkg", "parquet", "svg", "png"))}
    assert made - {"map.gpkg-journal"} == (wanted if name == "map" else set())


def test_a_project_writes_in_its_own_folder_alone(work: Path):
    project = work / "story"
    for arguments in (
        ["init", "story"],
        ["add", "-C", "story", "articles"],
        ["build", "-C", "story"],
        ["status", "-C", "story"],
    ):
        done = run(work, "-m", "geomap", *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.connections == ()
        assert done.outside(project) == []


def test_a_batch_connects_nowhere_and_writes_only_its_dataset(work: Path):
    dataset = work / "dataset"
    (work / "rows.jsonl").write_text(json.dumps({"text": TEXT}) + "\n")
    pq.write_table(pa.table({"text": [TEXT]}), work / "rows.parquet")
    for _ in range(2):  # the second time, what is there is taken over
        done = run(work, "-m", "geomap", "batch", "articles", "rows.jsonl", "rows.parquet", "-o", "dataset")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.connections == ()
        assert done.outside(dataset) == []
    assert not list(dataset.rglob(".*"))
    done = run(work, "-m", "geomap", "map", "dataset", "-o", "map.html")
    assert (done.returncode, done.stderr, done.connections) == (0, "", ())
    assert [path for path in done.outside() if not path.endswith(".part")] == [str(work.resolve() / "map.html")]


def test_a_batch_on_this_machine_loads_no_dask(work: Path):
    code = "import sys; from geomap.cli.process import main; sys.argv[1:] = ['batch', 'articles', '-o', 'dataset']; import atexit; "
    code += (
        "atexit.register(lambda: print([m for m in ('dask', 'distributed', 'tornado') if m in sys.modules])); main()"
    )
    done = run(work, "-c", code)
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, ["[]"])


def test_own_places_are_turned_without_asking_for_grids(work: Path):
    """PROJ fetches the grids of national systems where its environment says so."""
    frame = gpd.GeoDataFrame({"name": ["Leeds yard"]}, geometry=[Point(430000, 433000)], crs=27700)
    frame.to_file(work / "yard.gpkg")
    data = work.parent / "data"
    done = run(
        work, "-m", "geomap", "gazetteer", "add", "yard.gpkg", more={"PROJ_NETWORK": "ON", "GEOMAP_DATA": str(data)}
    )
    assert (done.returncode, done.stderr, done.connections, done.outside(data)) == (0, "", (), [])
    done = run(work, "-m", "geomap", "lookup", "Leeds yard", more={"PROJ_NETWORK": "ON", "GEOMAP_DATA": str(data)})
    assert (done.returncode, done.connections, done.written) == (0, (), frozenset())


def test_a_notebook_connects_nowhere(work: Path):
    code = "import geomap; m = geomap.map('articles/a.txt'); m.to_geodataframe(); m.to_folium(); print(len(m._repr_html_()) > 100_000)"
    done = run(work, "-c", code)
    assert (done.stdout, done.stderr, done.connections, done.written) == ("True\n", "", (), frozenset())


def test_importing_geomap_touches_nothing(work: Path):
    done = run(work, "-c", "import geomap")
    assert (done.returncode, done.connections, done.written) == (0, (), frozenset())


def test_onnxruntime_is_loaded_in_one_place():
    """Whoever else imports it would start its telemetry."""
    sources = [p for top in ("geomap", "training", "benchmarks", "geodata") for p in sorted((ROOT / top).rglob("*.py"))]
    loading = {
        str(path.relative_to(ROOT)): path.read_text().count("load_onnxruntime()")
        for path in sources
        if re.search(r"^\s*(?:import|from) onnxruntime", path.read_text(), re.MULTILINE)
    }
    # the function and its use in open_network; in training the use before the quantisation
    assert loading == {"geomap/recognition/onnx_runtime.py": 2, "training/export.py": 1}


def test_a_command_that_connects_or_writes_elsewhere_would_be_seen(work: Path):
    done = run(work, "-c", "import socket; socket.socket().connect_ex(('127.0.0.1', 9))")
    assert len(done.connections) == 1
    assert "AF_INET" in done.connections[0]
    done = run(work, "-c", "import socket; socket.getaddrinfo('geomap.invalid', 80)")
    assert done.connections != ()
    done = run(
        work,
        "-c",
        "import pathlib; pathlib.Path.home().joinpath('.cache').mkdir(); open(pathlib.Path.home() / '.cache' / 'id', 'w')",
    )
    home = work.parent / "home"
    assert done.outside(work) == [str(home / ".cache"), str(home / ".cache" / "id")]
