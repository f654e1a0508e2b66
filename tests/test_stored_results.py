"""Results that an earlier geomap stored are read again, never taken for those of this one.

``data/results-2026-11-25.zip`` was written by the geomap of that day: ``geomap build`` of a project with one article and a
correction, and ``geomap batch`` of the same article as ``/news/bridge.txt``; the stored basemap was left out for its size.
"""

import csv
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from geomap.batch.run import run_batch
from geomap.batch.settings import Settings
from geomap.project.build import build
from geomap.project.config import open_project
from geomap.store.migrations import MIGRATIONS

RESULTS = Path(__file__).parent / "data" / "results-2026-11-25.zip"

pytestmark = pytest.mark.geodata


@pytest.fixture
def stored(tmp_path):
    with zipfile.ZipFile(RESULTS) as results:
        results.extractall(tmp_path)
    return tmp_path


def places(output):
    return (output / "places.csv").read_text(encoding="utf-8")


def test_a_project_of_an_earlier_version_is_read_again_and_keeps_its_corrections(stored):
    project = stored / "project"
    fresh = stored / "fresh"
    shutil.copytree(project, fresh, ignore=shutil.ignore_patterns("library.sqlite"))
    with sqlite3.connect(project / "library.sqlite") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
        assert db.execute("SELECT COUNT(*) FROM readings").fetchone() == (1,)
    done = build(open_project(project))
    assert (done.n_articles, done.n_read) == (1, 1)
    build(open_project(fresh))
    assert places(project / "output") == places(fresh / "output")
    assert [row["name"] for row in csv.DictReader(places(fresh / "output").splitlines())][1:] == [
        "Goris",
        "Armenia",
        "Tegh",
    ]
    with sqlite3.connect(project / "library.sqlite") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert build(open_project(project)).n_read == 0


def test_the_parts_of_a_dataset_of_an_earlier_version_are_computed_again(stored):
    source, dataset, fresh = stored / "bridge.txt", stored / "dataset", stored / "fresh"
    [before] = (dataset / "parts").iterdir()
    assert json.loads(before.read_text())["urls"] == ["/news/bridge.txt"]
    before.write_text(before.read_text().replace("/news/bridge.txt", str(source)))
    batch = run_batch([str(source)], out=str(dataset), settings=Settings(), workers=1)
    assert (batch.n_resumed, len(batch.done)) == (0, 1)
    run_batch([str(source)], out=str(fresh), settings=Settings(), workers=1)
    [again] = (dataset / "mentions").iterdir()
    assert pq.read_table(again).equals(pq.read_table(fresh / "mentions" / again.name))
    assert not before.exists()
