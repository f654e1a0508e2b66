"""What a build publishes: what changed since the last, which files are written, and what the manifest may say."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geomap._version import __version__
from geomap.editorial.corrections import add_correction
from geomap.errors import OutputError
from geomap.manifest import open_geodata
from geomap.map_types import Change
from geomap.project.build import Built, build
from geomap.project.config import Project, Settings, init_project, open_project
from geomap.project.publish import (
    LIGHT_FROM,
    BuildOutput,
    Written,
    _changes,
    _names_in,
    _remove_stale,
    _write_if_changed,
    build_output,
    build_output_key,
    is_complete,
    is_light,
    save_published,
    unmatched_corrections,
)
from geomap.render.payload import CachedPayload
from geomap.store.database import Library
from geomap.store.outputs import OutputFile
from geomap.store.serialization import encode, encode_report
from geomap.types import Candidate, Correction, Place, Report

TEGH = Place(id="gn:1", name="Tegh", kind="settlement", lon=46.48, lat=39.56, country="AM")
GORIS = Place(id="gn:2", name="Goris", kind="settlement", lon=46.34, lat=39.51, country="AM")
KAPAN = Place(id="gn:3", name="Kapan", kind="settlement", lon=46.41, lat=39.2, country="AM")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library._db") as opened:
        yield opened


def put_story(
    library: Library, key: str, *, fitted: tuple[Correction, ...] = (), shown: bytes = b"", **more: str
) -> None:
    row = {
        "stamp": "s",
        "date": "2023-09-23",
        "name": key,
        "page": f"pages/{key}.html",
        "entry": f"entry of {key}",
    } | more
    library._db.execute(
        "INSERT INTO stories (id, key, stamp, date, name, page, listed, entry, fitted, shown) VALUES (?, '', ?, ?, ?, ?, '{}', ?, ?, ?)",
        (key, row["stamp"], row["date"], row["name"], row["page"], row["entry"], encode(fitted), shown),
    )


def report(place: Place, **more: object) -> Report:
    return Report(place=place, kind="literal", score=1.0, reason="", regions=(), names=(), evidence=(), **more)


def put_reports(library: Library, *reports: Report) -> None:
    library._db.execute("DELETE FROM reports")
    for one in reports:
        row = (
            one.place.id,
            1,
            "",
            encode([f"about {one.place.id}"]),
            "",
            encode_report(one),
            b"",
            "",
            f"entry {one.place.name}",
        )
        library._db.execute("INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def made(library: Library, *reports: Report, key: str = "k", light: bool = True, **more: object) -> BuildOutput:
    put_reports(library, *reports)
    given = {"errors": (), "corrections": (), "finest": None} | more
    return build_output(library, light=light, key=key, **given)


def test_the_first_edition_tells_no_changes_and_the_next_what_became_of_each_place(library: Library) -> None:
    for one in (TEGH, GORIS, KAPAN):
        put_story(library, f"about {one.id}")
    first = made(library, report(TEGH), report(GORIS), key="one")
    assert (first.changes, first.n_articles, first.articles) == ((), 3, ())
    save_published(library, first)
    moved = replace(GORIS, lat=39.6)
    second = made(library, report(moved), report(KAPAN), key="two")
    assert second.changes == (
        Change(kind="moved", place=moved, articles=("about gn:2",), was=GORIS, name="Goris"),
        Change(kind="new", place=KAPAN, articles=("about gn:3",)),
        Change(kind="removed", place=TEGH, articles=("about gn:1",)),
    )
    save_published(library, second)
    assert made(library, report(moved), report(KAPAN), key="two").changes == second.changes  # of the same edition
    assert made(library, report(moved), report(KAPAN), key="three").changes == ()


@pytest.mark.parametrize("moved", [replace(GORIS, lon=46.0), replace(GORIS, lat=39.0)])
def test_a_place_that_lies_elsewhere_was_moved_and_one_of_another_name_was_not(library: Library, moved: Place) -> None:
    save_published(library, made(library, report(GORIS), key="one"))
    assert [c.kind for c in _changes(library, [report(moved)])] == ["moved"]
    assert _changes(library, [report(replace(GORIS, name="Horis"))]) == ()


def test_a_place_that_a_correction_put_elsewhere_has_moved_and_is_not_removed_too(library: Library) -> None:
    save_published(library, made(library, report(TEGH), key="one"))
    correction = Correction(name="Tegh", place=KAPAN.id)
    corrected = report(KAPAN, correction=correction, runners_up=(Candidate(place=TEGH, name="Tegh"),))
    put_reports(library, corrected)
    assert _changes(library, [corrected]) == (
        Change(kind="moved", place=KAPAN, articles=("about gn:3",), was=TEGH, name="Kapan"),
    )
    both = [corrected, report(TEGH)]
    put_reports(library, *both)
    assert [(c.kind, c.place.id) for c in _changes(library, both)] == [("new", "gn:3")]
    guessed = report(KAPAN, runners_up=(Candidate(place=TEGH, name="Tegh"),))
    assert [(c.kind, c.place.id) for c in _changes(library, [guessed])] == [("new", "gn:3"), ("removed", "gn:1")]


def test_a_place_that_is_hidden_now_is_not_told_as_removed(library: Library) -> None:
    save_published(library, made(library, report(TEGH), report(GORIS), key="one"))
    library._db.execute("INSERT INTO hidden VALUES (?)", (TEGH.id,))
    assert [c.place.id for c in _changes(library, [])] == ["gn:2"]


def test_what_is_remembered_is_what_is_shown_now(library: Library) -> None:
    save_published(library, made(library, report(TEGH), report(GORIS), key="one"))
    save_published(library, made(library, report(GORIS), report(KAPAN), key="two"))
    assert library._db.execute("SELECT * FROM built ORDER BY place").fetchall() == [
        ("gn:2", encode(GORIS), encode(["about gn:2"])),
        ("gn:3", encode(KAPAN), encode(["about gn:3"])),
    ]
    assert library.get_meta("edition") == "two"


def test_a_light_edition_holds_entries_and_no_texts(library: Library) -> None:
    put_story(library, "b", date="2023-09-22")
    put_story(library, "a", date="2023-09-23")
    put_story(library, "c", date="2023-09-22")
    new = made(library, report(TEGH), light=True)
    assert (new.cached, new.articles) == (
        CachedPayload(articles=["entry of b", "entry of c", "entry of a"], places=["entry Tegh"]),
        (),
    )


@pytest.mark.parametrize(("size", "expected"), [(LIGHT_FROM, False), (LIGHT_FROM + 1, True)])
def test_more_than_three_megabytes_of_articles_make_a_light_map(library: Library, size: int, *, expected: bool) -> None:
    assert (LIGHT_FROM, is_light(library)) == (3_000_000, False)
    put_story(library, "a", shown=b"a")
    put_story(library, "b", shown=b"b" * (size - 1))
    assert is_light(library) is expected


def test_the_key_of_an_edition_is_of_its_stories_and_all_it_is_made_from(library: Library) -> None:
    keys = [build_output_key(library, made_from=("a",)), build_output_key(library, made_from=("b",))]
    put_story(library, "x", stamp="1")
    keys.append(build_output_key(library, made_from=("a",)))
    library._db.execute("UPDATE stories SET stamp = '2'")
    keys.append(build_output_key(library, made_from=("a",)))
    library._db.execute("UPDATE stories SET date = '2023'")
    keys.append(build_output_key(library, made_from=("a",)))
    assert (len(set(keys)), {len(key) for key in keys}) == (5, {32})
    assert build_output_key(library, made_from=("a",)) == keys[-1]


def test_a_correction_that_fitted_one_story_is_not_unfitting(library: Library) -> None:
    one, two, three = (Correction(name=name, is_none=True) for name in ("One", "Two", "Three"))
    put_story(library, "a", fitted=(one,))
    put_story(library, "b", fitted=(two, one))
    assert unmatched_corrections(library, (one, two, three)) == (three,)


def test_a_file_is_written_only_where_its_bytes_differ(tmp_path: Path) -> None:
    done = Written()
    for data in (b"one", b"one", b"two", b"more"):
        _write_if_changed(tmp_path, "a.txt", data, done)
    assert (done.written, (tmp_path / "a.txt").read_bytes()) == (["a.txt"] * 3, b"more")


def test_only_what_an_earlier_build_wrote_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for name in ("index.html", "places.csv", "notes.txt", "pages/a.html", "pages/b.html", "pages/c.txt"):
        (tmp_path / name).touch()
    done = Written()
    _remove_stale(tmp_path, {"index.html", "pages/b.html"}, done)
    assert done.removed == ["places.csv", "pages/a.html"]
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")) == [
        "index.html",
        "notes.txt",
        "pages/b.html",
        "pages/c.txt",
    ]


def test_what_cannot_be_listed_or_removed_is_one_line(tmp_path: Path) -> None:
    assert _names_in(tmp_path / "none") == []
    (tmp_path / "file").touch()
    with pytest.raises(
        OutputError, match=r"file: cannot be listed \(Not a directory\); a build writes into this folder$"
    ):
        _names_in(tmp_path / "file")
    (tmp_path / "places.csv").mkdir()
    with pytest.raises(OutputError, match=r"places\.csv: cannot be removed \(.+\); remove it by hand$"):
        _remove_stale(tmp_path, set(), Written())


def test_a_build_is_whole_where_every_file_has_its_size(library: Library, tmp_path: Path) -> None:
    project = Project(folder=tmp_path / "p", settings=Settings(title="T"))
    assert not is_complete(project, library)  # there is no folder
    project.output.mkdir(parents=True)
    assert is_complete(project, library)
    (project.output / "a.html").write_bytes(b"four")
    library.outputs.put_files({"a.html": OutputFile(key="k", size=4), "b.html": OutputFile(key="k", size=1)})
    assert not is_complete(project, library)
    library.outputs.put_files({"a.html": OutputFile(key="k2", size=4)})
    assert library._db.execute("SELECT path, key, size FROM pages").fetchall() == [("a.html", "k2", 4)]
    assert is_complete(project, library)
    (project.output / "a.html").write_bytes(b"fives")
    assert not is_complete(project, library)


FIRE = (
    "A fire in Goris\n\nA warehouse burned in Goris in Armenia on Monday. Crews came from Sisian before the morning.\n\n"
    "Nobody was hurt, and the cellar is dry.\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    created = init_project(tmp_path / "p", title="Syunik")
    path = created.articles / "2023-09-18-fire.txt"
    path.write_text(FIRE, encoding="utf-8")
    os.utime(path, ns=(0, path.stat().st_mtime_ns - 100_000_000_000))
    return created


def run(project: Project) -> tuple[Built, dict]:
    done = build(open_project(project.folder), now=datetime(2023, 9, 24, tzinfo=UTC))
    return done, json.loads((project.output / "manifest.json").read_bytes())


@pytest.mark.geodata
def test_the_manifest_names_no_hidden_name_though_it_fits_nothing(project: Project) -> None:
    for one in (
        Correction(name="Roku", is_hidden=True),
        Correction(name="Roku Town", is_none=True),
        Correction(name="Tegh", is_none=True, author="Roku Desk", reason="as ROKU says", date="2023-09-24"),
        Correction(name="Kapan", lon=46.5, lat=0.0),
    ):
        add_correction(project.corrections, one, find=str)
    done, said = run(project)
    assert [one.name for one in done.unmatched_corrections] == ["Roku", "Roku Town", "Tegh", "Kapan"]
    assert said["corrections_that_fit_nothing"] == [
        {
            "name": "Tegh",
            "is_none": True,
            "author": "████ Desk",
            "date": "2023-09-24",
            "reason": "as ████ says",
            "line": 11,
        },
        {"name": "Kapan", "lon": 46.5, "lat": 0.0, "line": 18},
    ]
    for path in project.output.rglob("*.*"):
        assert b"roku" not in path.read_bytes().lower(), path
    (project.folder / "geomap.toml").open("a").write('max_precision = "admin1"\n')
    done, said = run(project)
    assert (len(done.unmatched_corrections), said["corrections_that_fit_nothing"]) == (4, [])


@pytest.mark.geodata
def test_the_manifest_tells_what_it_was_made_with_and_the_digest_of_each_file(project: Project) -> None:
    _, said = run(project)
    names = ("feed.xml", "index.html", "places.csv", "places.geojson")
    digests = {name: hashlib.sha256((project.output / name).read_bytes()).hexdigest() for name in names}
    geodata = open_geodata(None).version
    [article] = said.pop("articles")
    assert (said, article["id"]) == (
        {
            "geomap": __version__,
            "title": "Syunik",
            "geodata": geodata,
            "n_articles": 1,
            "n_places": 3,
            "files": digests,
            "failed": [],
            "corrections_that_fit_nothing": [],
            "changes": [],
        },
        "2023-09-18-fire.txt",
    )


@pytest.mark.geodata
def test_a_light_map_holds_no_text_but_the_pages_do_and_the_places_are_the_same(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, full = run(project)
    whole, table, feed = (project.output / name for name in ("index.html", "places.csv", "feed.xml"))
    before = whole.read_text("utf-8"), located(table), feed.read_bytes()
    monkeypatch.setattr("geomap.project.publish.LIGHT_FROM", 0)
    done, light = run(project)
    text = whole.read_text("utf-8")
    assert [("A warehouse burned" in one, "the cellar is dry" in one) for one in (before[0], text)] == [
        (True, True),
        (True, False),
    ]
    assert (located(table), feed.read_bytes()) == before[1:]
    assert (light["n_places"], light["articles"], light["changes"]) == (full["n_places"], full["articles"], [])
    assert "Crews came from" in (project.output / light["articles"][0]["page"]).read_text("utf-8")
    assert done.written.written == ["index.html", "places.csv", "places.geojson", "manifest.json"]
    monkeypatch.undo()
    run(project)
    assert whole.read_text("utf-8") == before[0]


def located(table: Path) -> list[tuple[str, ...]]:
    """Return what does not hang on how many sentences of an article are told."""
    rows = csv.DictReader(table.read_text("utf-8").splitlines())
    return [
        tuple(row[key] for key in ("id", "name", "lon", "lat", "admin1_name", "n_articles", "published"))
        for row in rows
    ]
