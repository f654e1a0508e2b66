from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from shapely import Point

from geomap.errors import LibraryBusy, LibraryDamaged, ProjectError
from geomap.store.articles import StoredFile
from geomap.store.database import Library, writing
from geomap.store.serialization import decode, decode_reports, encode, encode_report
from geomap.store.sources import Source
from geomap.types import (
    Article,
    Candidate,
    Correction,
    Evidence,
    GeoparsedArticle,
    Mention,
    Name,
    Place,
    Region,
    Report,
    Resolution,
)

PLACE = Place(id="gn:1", name="Goris", kind="settlement", lon=46.34, lat=39.51, country="AM", geonameid=1)
MENTION = Mention(start=0, end=5, text="Goris")


def test_values_come_back_as_they_were_stored():
    read = GeoparsedArticle(
        article=Article(id="a", text="Goris 🚗", title=None),
        resolutions=(
            Resolution(
                mention=MENTION,
                place=PLACE,
                score=0.5,
                reason="why",
                runners_up=(Candidate(place=PLACE, name="Goris"),),
                correction=Correction(name="Goris", place="gn:1", line=3),
            ),
        ),
    )
    assert decode(encode(read), GeoparsedArticle) == read


def test_reports_come_back_with_their_geometry():
    report = Report(
        place=PLACE,
        kind="literal",
        score=0.5,
        reason="why",
        regions=(Region(id="AM", name="Armenia", level="country"),),
        names=(Name(text="Goris"),),
        evidence=(Evidence(article_id="a", start=0, end=5, text="Goris", mention=MENTION),),
        geometry=Point(46.34, 39.51).buffer(0.1),
        n_articles=7,
    )
    [back, bare] = decode_reports([encode_report(report), encode_report(replace(report, geometry=None))])
    assert back == report
    assert back.geometry.equals(report.geometry)
    assert (bare, bare.geometry) == (report, None)


def test_a_file_is_replaced_with_its_articles(tmp_path):
    first = StoredFile(path="a.jsonl", size=1, mtime_ns=2, key="k", seen="2023-09-23T12:00:00Z")
    with Library(tmp_path / "library.sqlite") as library:
        library.articles.put_file(
            first, [Article(id="1", text="one"), Article(id="2", text="two", url="https://x.example/2")], origin="../a"
        )
        rows = [(row.id, row.path, row.address, row.claimed) for row in library.articles.rows()]
        assert rows == [("1", "a.jsonl", "../a#1", None), ("2", "a.jsonl", "../a#2", "https://x.example/2")]
        library.articles.put_file(replace(first, error="torn"), [Article(id="2", text="new")])
        assert library.articles.files() == {"a.jsonl": replace(first, error="torn")}
        assert [library.articles.get("2")] == [Article(id="2", text="new")]
        assert library.articles.count() == 1


def test_what_is_noted_is_remembered_and_forgotten(tmp_path):
    with Library(tmp_path / "library.sqlite") as library:
        library.note("built", "x")
        source = Source(url="https://x.example/feed", etag='"1"', polled="2023-09-23T12:00:00Z")
        library.sources.put(source)
    with Library(tmp_path / "library.sqlite") as library:
        assert (library.about("built"), library.sources.get(source.url)) == ("x", source)
        library.note("built", None)
        assert (library.about("built"), library.sources.get("other")) == (None, Source(url="other"))


def test_a_transaction_that_fails_leaves_nothing(tmp_path):
    with Library(tmp_path / "library.sqlite") as library:
        with suppress(ZeroDivisionError), library.transaction():
            library.note("built", "x")
            raise ZeroDivisionError
        assert library.about("built") is None


def test_a_file_that_is_no_library_is_told(tmp_path):
    path = tmp_path / "library.sqlite"
    path.write_bytes(b"this is not a database, and it is long enough to be looked at" * 20)
    with pytest.raises(
        LibraryDamaged, match=r"is damaged \(file is not a database\); the next `geomap build` makes it again"
    ):
        Library(path)


def test_a_later_library_is_not_touched(tmp_path):
    path = tmp_path / "library.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(ProjectError, match="was made by a later geomap"):
        Library(path)


def test_the_second_writer_is_told_who_the_first_is(tmp_path):
    path = tmp_path / "library.sqlite"
    with writing(path, now="2023-09-23T12:00:00Z"), pytest.raises(LibraryBusy) as caught, writing(path):
        pass
    said = str(caught.value)
    assert said.startswith(f"{path}: another geomap is writing (process ")
    assert said.endswith(", since 2023-09-23T12:00:00Z); wait for it, or build with --wait")
    with writing(path):
        assert path.with_name("library.sqlite.writer").exists()
    assert not path.with_name("library.sqlite.writer").exists()


def test_a_killed_writer_leaves_the_library_free(tmp_path):
    path = tmp_path / "library.sqlite"
    code = f"from pathlib import Path; from geomap.store.database import writing; import time\nwith writing(Path({str(path)!r})): print('in', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(LibraryBusy), writing(path):
        pass
    holder.kill()
    holder.wait()
    began = time.monotonic()
    with writing(path, wait=5):
        assert time.monotonic() - began < 5
