from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from geomap.errors import GeomapError
from geomap.project.build import Built
from geomap.project.config import init_project
from geomap.project.watch import file_changes, watch

pytestmark = pytest.mark.geodata

GORIS = "Fire in Goris\n\nA warehouse burned in Goris in Armenia on Monday.\n"


def test_each_change_is_built_and_an_error_stops_nothing(tmp_path: Path):
    project = init_project(tmp_path / "p")
    stop = threading.Event()

    def changes(given, event):
        assert (given.folder, event) == (project.folder, stop)
        (project.articles / "a.txt").write_text(GORIS)
        yield
        (project.folder / "corrections.toml").write_text("nonsense")
        yield
        (project.folder / "geomap.toml").write_text("colour = 3\n")
        yield
        (project.folder / "geomap.toml").write_text('title = "Anew"\n')
        (project.folder / "corrections.toml").write_text("")
        yield
        stop.set()
        yield

    done = list(watch(project, stop=stop, changes=changes))
    assert [type(one) if isinstance(one, Built) else str(one).partition(": ")[2][:30] for one in done] == [
        Built,
        Built,
        "is not TOML: Expected '=' afte",
        "'colour' is not a known key (t",
        Built,
    ]
    assert [one.n_articles for one in done if isinstance(one, Built)] == [0, 1, 1]
    assert "<title>Anew" in (project.output / "index.html").read_text("utf-8")


def test_what_cannot_be_read_is_reported_once(tmp_path: Path):
    project = init_project(tmp_path / "p")
    stop = threading.Event()
    (project.articles / "a.xlsx").write_text("no article")

    def changes(given, event):
        yield
        (project.articles / "b.txt").symlink_to(project.articles / "nowhere")
        yield
        for _ in range(2):
            (project.folder / "corrections.toml").write_text("nonsense")
            yield
        (project.folder / "corrections.toml").write_text("")
        yield
        damaged = project.library.read_bytes().replace(b"no such file", b"no such pile")
        project.library.write_bytes(damaged)
        yield
        yield
        stop.set()
        yield

    reported = [
        [line.replace(f"{project.folder}/", "").partition(":")[0] for line in (str(error) for error in done.errors)]
        + ([done.damage.partition("(")[2].partition(")")[0]] if done.damage else [])
        if isinstance(done, Built)
        else str(done).partition(": ")[2][:11]
        for done in watch(project, stop=stop, changes=changes)
    ]
    again = ["articles/a.xlsx", "articles/b.txt"]  # after an error that stopped the build
    assert reported == [
        ["articles/a.xlsx"], [], ["articles/b.txt"], "is not TOML", again, ["its checksums do not match"], []
    ]  # fmt: skip


def test_a_name_that_is_not_utf8_does_not_end_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("geomap.project.watch.PAUSE", 0.1)
    project = init_project(tmp_path / "p")
    stop = threading.Event()
    seen: list[object] = []

    def follow() -> None:
        for found in file_changes(project, stop):
            seen.append(found)
            if any("b.txt" in str(one) for one in seen):
                stop.set()

    thread = threading.Thread(target=follow)
    thread.start()
    time.sleep(0.5)
    Path(os.fsdecode(os.fsencode(project.articles) + b"/caf\xe9.txt")).write_text(GORIS)
    time.sleep(1)
    n_seen = len(seen)
    (project.articles / "b.txt").write_text(GORIS)
    thread.join(20)
    assert not thread.is_alive()
    assert n_seen == 1


def test_a_file_that_comes_is_noticed_and_output_is_not(tmp_path: Path):
    project = init_project(tmp_path / "p")
    project.output.mkdir()
    stop = threading.Event()
    seen: list[set[str]] = []

    def follow() -> None:
        for found in file_changes(project, stop):
            seen.append({Path(path).name for _, path in found})
            if any("b.txt" in names for names in seen):
                stop.set()

    thread = threading.Thread(target=follow)
    thread.start()
    time.sleep(0.5)
    (project.output / "index.html").write_text("written by a build")
    (project.folder / "library.sqlite").write_text("")
    (project.articles / ".b.txt.part").write_text("half")
    time.sleep(0.7)
    (project.articles / "b.txt").write_text(GORIS)
    thread.join(20)
    assert not thread.is_alive()
    assert set().union(*seen) == {"b.txt"}


def test_watch_ends_at_once_when_it_is_stopped(tmp_path: Path):
    project = init_project(tmp_path / "p")
    stop = threading.Event()
    builds = watch(project, stop=stop)
    assert not isinstance(next(builds), GeomapError)
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    assert list(builds) == []
    assert time.monotonic() - began < 5
