import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from geomap.cli import cli
from geomap.errors import GeomapError

pytestmark = pytest.mark.enable_socket


def geomap(*arguments, **kwargs):
    return subprocess.run(
        [sys.executable, "-m", "geomap", *arguments], capture_output=True, text=True, check=False, **kwargs
    )


@pytest.mark.slow
@pytest.mark.geodata
def test_a_batch_becomes_a_dataset_and_the_dataset_a_map(tmp_path):
    source = tmp_path / "news.jsonl"
    lines = [{"text": "Families from Stepanakert reached Goris in Armenia.", "published": "2023-09-24"}] * 3
    source.write_text("".join(json.dumps(line) + "\n" for line in lines) + "oops\n")
    out = tmp_path / "out"
    done = geomap("batch", str(source), "--out", str(out), "--workers", "1")
    assert done.returncode == 1
    assert done.stdout == f"{out}: 3 articles, 9 mentions, 3 places; 1 articles failed\n"
    assert done.stderr == f"geomap: {source}, line 4: is not JSON (Expecting value); mend or remove the line\n"
    page = tmp_path / "map.html"
    done = geomap("map", str(out), "-o", str(page))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{page}\n", "")
    assert page.stat().st_size < 5_000_000
    assert "Stepanakert" in page.read_text("utf-8")


def test_without_the_extra_one_line_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    done = CliRunner().invoke(cli, ["batch", "news.jsonl", "--out", str(tmp_path)])
    assert isinstance(done.exception, GeomapError)
    assert str(done.exception) == "a batch needs Dask and fsspec; pip install 'geomap[batch]'"


def test_asking_for_help_imports_nothing_heavy():
    code = "import sys, geomap.cli; print([m for m in ('numpy', 'pandas', 'dask', 'distributed', 'fsspec', 'onnxruntime', 'shapely', 'folium') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
