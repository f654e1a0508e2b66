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
from geomap.store.articles import StoredFile, text_digest
from geomap.store.database import Library, batches, reading, writing
from geomap.store.migrations import MIGRATIONS
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
        library.set_meta("built", "x")
        source = Source(url="https://x.example/feed", etag='"1"', polled="2023-09-23T12:00:00Z")
        library.sources.put(source)
    with Library(tmp_path / "library.sqlite") as library:
        assert (library.get_meta("built"), library.sources.get(source.url)) == ("x", source)
        library.set_meta("built", None)
        assert (library.get_meta("built"), library.sources.get("other")) == (None, Source(url="other"))


def test_a_transaction_that_fails_leaves_nothing(tmp_path):
    with Library(tmp_path / "library.sqlite") as library:
        with suppress(ZeroDivisionError), library.transaction():
            library.set_meta("built", "x")
            raise ZeroDivisionError
        assert library.get_meta("built") is None


def test_a_file_that_is_no_library_is_told(tmp_path):
    path = tmp_path / "library.sqlite"
    path.write_bytes(b"this is not a database, and it is long enough to be looked at" * 20)
    with pytest.raises(
        LibraryDamaged, match=r"is damaged \(file is not a database\); the next `geomap build` replaces it"
    ):
        Library(path)


def test_a_later_library_is_not_touched(tmp_path):
    path = tmp_path / "library.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(ProjectError, match="was made by a later version of geomap"):
        Library(path)


def test_the_second_writer_is_told_who_the_first_is(tmp_path):
    path = tmp_path / "library.sqlite"
    with writing(path, now="2023-09-23T12:00:00Z"):
        began = time.monotonic()
        with pytest.raises(LibraryBusy) as caught, writing(path):
            pass
        assert time.monotonic() - began < 0.9
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


def test_a_library_is_read_without_a_byte_being_written(tmp_path):
    path = tmp_path / "library.sqlite"
    with reading(path) as library:
        assert (library, path.exists()) == (None, False)
    with writing(path) as library:
        library.set_meta("built", "x")
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    with reading(path) as library:
        assert (library.get_meta("built"), library.version) == ("x", len(MIGRATIONS))
        with pytest.raises(sqlite3.OperationalError):
            library._db.execute("DELETE FROM about")
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_what_a_writer_has_not_finished_is_read_while_it_writes(tmp_path):
    path = tmp_path / "library.sqlite"
    with writing(path) as library:
        library.set_meta("built", "x")
        with reading(path) as other:
            assert other.get_meta("built") == "x"


def test_a_library_of_an_earlier_version_is_not_read(tmp_path):
    path = tmp_path / "library.sqlite"
    with writing(path) as library:
        library._db.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")
    with reading(path) as library:
        assert library is None


def test_entries_come_the_most_named_place_first_then_by_the_article_that_names_it_first(tmp_path):
    with Library(tmp_path / "library.sqlite") as library:
        rows = [("b", 1, "x"), ("a", 1, "x"), ("c", 3, "z"), ("d", 1, "w")]
        library._db.executemany(
            "INSERT INTO reports VALUES (?, ?, ?, '', '', '', '', '', ?)", [(*row, f"entry {row[0]}") for row in rows]
        )
        assert library.reports.entries() == ["entry c", "entry d", "entry a", "entry b"]
        assert (library.reports.count(), library.clusters.count()) == (4, 0)


def test_a_dropped_file_takes_its_articles_and_their_likeness_along(tmp_path):
    with Library(tmp_path / "library.sqlite") as library:
        for name in ("a", "b"):
            file = StoredFile(path=f"{name}.txt", size=1, mtime_ns=2, key="k", seen="t")
            library.articles.put_file(file, [Article(id=name, text=name)])
            library._db.execute("INSERT INTO sketches VALUES (?, '', '')", (name,))
            library._db.execute("INSERT INTO shingles VALUES (1, '', ?)", (name,))
            library._db.execute("INSERT INTO twins VALUES (?, ?)", (name, "ab".replace(name, "")))
        library.articles.put_file_times(replace(file, size=7, mtime_ns=9, key="not kept"))
        assert library.articles.files()["b.txt"] == replace(file, size=7, mtime_ns=9)
        library.articles.drop_file("a.txt")
        left = {
            t: library._db.execute(f"SELECT count(*) FROM {t}").fetchone()[0]  # noqa: S608 - its own list of tables
            for t in ("files", "articles", "sketches", "shingles", "twins")
        }
        assert left == {"files": 1, "articles": 1, "sketches": 1, "shingles": 1, "twins": 0}
        address = library._db.execute("SELECT address FROM articles").fetchall()
        assert address == [(None,)]


def test_articles_come_in_batches_of_fifty_and_the_rest():
    assert [len(batch) for batch in batches(range(101))] == [50, 50, 1]
    assert list(batches("abc", 2)) == [["a", "b"], ["c"]]
    assert list(batches(())) == []


def test_the_digest_of_a_text_is_of_all_that_reading_it_depends_on():
    one = Article(id="1", text="t", title="T", published="2023")
    same = replace(one, id="2", url="https://x.example", source="S")
    others = [replace(one, text="u"), replace(one, title=None), replace(one, published=None)]
    assert text_digest(one) == text_digest(same)
    assert len({text_digest(other) for other in (one, *others)}) == 4
