import json
import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from geomap.cli.main import cli
from geomap.errors import GeomapError
from geomap.user_data.places import add_places

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
    assert done.stderr == f"geomap: {source}, line 4: is not JSON (Expecting value); fix or remove the line\n"
    page = tmp_path / "map.html"
    done = geomap("map", str(out), "-o", str(page))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{page}\n", "")
    assert page.stat().st_size < 5_000_000
    assert "Stepanakert" in page.read_text("utf-8")


def test_without_the_extra_one_line_states_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    done = CliRunner().invoke(cli, ["batch", "news.jsonl", "--out", str(tmp_path)])
    assert isinstance(done.exception, GeomapError)
    assert str(done.exception) == "a batch needs fsspec; pip install 'geomap-news[batch]'"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "fsspec")
    done = CliRunner().invoke(cli, ["batch", "news.jsonl", "--out", str(tmp_path), "--scheduler", "tcp://h:8786"])
    assert isinstance(done.exception, GeomapError)
    assert str(done.exception) == "--scheduler needs Dask; pip install 'geomap-news[batch]'"


def test_asking_for_help_imports_nothing_heavy():
    code = "import sys, geomap.cli.main; print([m for m in ('numpy', 'pandas', 'dask', 'distributed', 'fsspec', 'onnxruntime', 'shapely', 'folium', 'importlib.metadata', 'email') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.slow
@pytest.mark.geodata
def test_an_editors_word_and_a_newsrooms_own_places_reach_dataset_and_map(tmp_path):
    source, out, page = tmp_path / "news.jsonl", tmp_path / "out", tmp_path / "map.html"
    source.write_text(json.dumps({"text": "Families from Stepanakert reached Goris in Armenia on Sunday."}) + "\n")
    known = tmp_path / "corrections.toml"
    known.write_text(
        '# Ours.\n[[correction]]\nname = "Goris"\nlon = 46.5\nlat = 39.25\nauthor = "A. Editor"\n\n'
        '[[correction]]\nname = "Tegh"\nnone = true\n'
    )
    mine = tmp_path / "mine.csv"
    mine.write_text("id,name,lat,lon,kind\nour,Stepanakert,39.75,46.75,settlement\n")
    environment = os.environ | {"GEOMAP_DATA": str(tmp_path / "data")}
    add_places(mine, folder=tmp_path / "data")
    done = geomap("batch", str(source), "--out", str(out), "--corrections", str(known), env=environment)
    assert (done.returncode, done.stdout) == (0, f"{out}: 1 articles, 3 mentions, 3 places\n")
    assert done.stderr == f"geomap: {known}, line 8: 'Tegh' matches no article; fix or remove it\n"
    assert geomap("map", str(out), "-o", str(page), env=environment).returncode == 0
    data = json.loads(re.search(r'id="geomap-data">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)[1])
    told = {p["id"]: (p["lon"], p["lat"], p.get("correction", {}).get("author")) for p in data["places"]}
    assert {key: what for key, what in told.items() if key.startswith("my:")} == {
        "my:our": (46.75, 39.75, None),
        "my:Goris@46.50000,39.25000": (46.5, 39.25, "A. Editor"),
    }
    assert len(told) == 3


def test_corrections_that_are_not_there_or_wrong_are_reported_before_anything_is_read(tmp_path):
    known = tmp_path / "corrections.toml"
    done = CliRunner().invoke(cli, ["batch", "news.jsonl", "--out", str(tmp_path), "--corrections", str(known)])
    assert done.exit_code == 2
    assert "does not exist" in done.output
    known.write_text('[[correction]]\nname = "Goris"\n')
    done = CliRunner().invoke(cli, ["batch", "news.jsonl", "--out", str(tmp_path), "--corrections", str(known)])
    assert isinstance(done.exception, GeomapError)
    assert str(done.exception).startswith(f"{known}, line 1: give exactly one of place, lon and lat, none, hidden")
