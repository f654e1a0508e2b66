"""The wheel, built once and unpacked alone in another folder, with the data in it and what built them left out."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.geodata]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("hatchling", reason="needs hatchling, which builds the wheel")
    out = tmp_path_factory.mktemp("dist")
    code = f"import hatchling.build; print(hatchling.build.build_wheel({str(out)!r}))"
    built = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return out / built.stdout.split()[-1]


def test_the_wheel_holds_every_file_of_the_manifest_and_nothing_that_built_them(wheel):
    import tomllib

    assert wheel.name.startswith("geomap_news-")
    names = set(zipfile.ZipFile(wheel).namelist())
    manifest = tomllib.loads((ROOT / "geodata" / "manifest.toml").read_text("utf-8"))
    shipped = {f"geomap/geodata/{file['name']}" for file in manifest["file"]}
    assert shipped | {"geomap/geodata/manifest.toml", "geomap/geodata/LICENSES.md", "geomap/py.typed"} <= names
    strange = [
        n for n in names if n.startswith(("tests", "benchmarks", "training", "geodata/", "geomap/geodata/build"))
    ]
    assert strange == []


def test_the_wheel_maps_its_sample_from_another_folder(wheel, tmp_path):
    alone = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(alone)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    sample = alone / "geomap" / "samples" / "2023-09-24-karabakh.txt"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GEOMAP")} | {"PYTHONPATH": str(alone)}
    where = subprocess.run(
        [sys.executable, "-c", "import geomap; print(geomap.__file__)"],
        cwd=elsewhere, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout == f"{alone}/geomap/__init__.py\n"
    done = subprocess.run(
        [sys.executable, "-m", "geomap", "map", str(sample), "-o", "map.html"],
        cwd=elsewhere, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "map.html\n", "")
    assert "Stepanakert" in (elsewhere / "map.html").read_text("utf-8")
