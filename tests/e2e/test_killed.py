"""`build` and `watch` killed at a hundred random moments: the next run finishes, nothing is lost, doubled or half-written."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import signal
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geomap.project.build import build
from geomap.project.config import Project, init_project, open_project
from geomap.project.intake import Intake, read_receipts
from geomap.project.watch import watch
from geomap.resources import open_resources
from geomap.store.database import writing

pytestmark = [pytest.mark.geodata, pytest.mark.slow]

N_KILLS = 100
TOWNS = (
    "Goris",
    "Sisian",
    "Kapan",
    "Meghri",
    "Yerevan",
    "Gyumri",
    "Vanadzor",
    "Tbilisi",
    "Baku",
    "Ganja",
    "Kars",
    "Tabriz",
)
FORK = multiprocessing.get_context("fork")


def article(number: int) -> str:
    drawn = random.Random(number)  # noqa: S311
    one, other = drawn.sample(TOWNS, 2)
    lines = [
        f"In {one} the council counted {drawn.randint(2, 900)} families on {drawn.choice(('Monday', 'Friday'))}, and sent word to {other}."
        for _ in range(4)
    ]
    return f"The council of {one} counts {number}\n\n" + " ".join(lines) + "\n"


def put(project: Project, number: int) -> None:
    path = project.articles / f"2023-09-{number % 28 + 1:02}-report-{number:04}.txt"
    path.write_text(article(number))
    os.utime(path, (1_700_000_000, 1_700_000_000))


def build_in_child(folder: Path) -> None:
    build(open_project(folder), now=datetime.now(UTC))


def watch_in_child(folder: Path) -> None:
    for _ in watch(open_project(folder), stop=threading.Event()):
        pass


def add_in_child(folder: Path, source: Path) -> None:
    project = open_project(folder)
    now = datetime.now(UTC).isoformat()
    with writing(project.library, now=now):
        Intake(project, now=now).add([source])


def assert_whole(output: Path) -> None:
    """Every file that is visible is whole."""
    if (output / "manifest.json").exists():
        json.loads((output / "manifest.json").read_bytes())
    if (output / "places.geojson").exists():
        json.loads((output / "places.geojson").read_bytes())
    for path in [output / "index.html", *sorted((output / "pages").glob("*.html"))[-3:]]:
        try:
            page = path.read_bytes()
        except FileNotFoundError:
            continue
        assert page.rstrip().endswith(b"</html>"), path


def kill_at_random(project: Project, target, n_kills: int, drawn: random.Random, first: int) -> None:
    """Run ``target`` in a process of its own and kill it, again and again, while articles keep coming."""
    for number in range(first, first + n_kills):
        put(project, number)
        child = FORK.Process(target=target, args=(project.folder,))
        child.start()
        until = time.monotonic() + drawn.uniform(0.0, 2.5)
        while time.monotonic() < until and child.is_alive():
            assert_whole(project.output)
            time.sleep(0.02)
        if child.pid and child.is_alive():
            os.kill(child.pid, signal.SIGKILL)
        child.join()
        assert_whole(project.output)


def test_a_hundred_kills_lose_double_and_tear_nothing(tmp_path: Path):
    open_resources()  # inherited by the children: they spend their time building, not importing
    drawn = random.Random(6)  # noqa: S311
    project = init_project(tmp_path / "p", title="The council counts")
    build_in_child(project.folder)
    kill_at_random(project, build_in_child, N_KILLS // 2, drawn, first=0)
    kill_at_random(project, watch_in_child, N_KILLS - N_KILLS // 2, drawn, first=N_KILLS // 2)
    build_in_child(project.folder)

    manifest = json.loads((project.output / "manifest.json").read_bytes())
    known = [a["id"] for a in manifest["articles"]] + [
        p["id"] for a in manifest["articles"] for p in a.get("republished", ())
    ]
    assert sorted(known) == sorted(p.name for p in project.articles.iterdir())
    assert len(known) == N_KILLS
    assert not list(project.output.rglob("*.part"))

    other = init_project(tmp_path / "q", title="The council counts")
    for number in range(N_KILLS):
        put(other, number)
    build_in_child(other.folder)
    for name in ("places.csv", "places.geojson", "feed.xml"):
        assert (project.output / name).read_bytes() == (other.output / name).read_bytes(), name
    pages = {p.name: p.read_bytes() for p in (project.output / "pages").iterdir()}
    assert pages == {p.name: p.read_bytes() for p in (other.output / "pages").iterdir()}


def received(project: Project) -> list[tuple[str | None, str, str]]:
    """Return origin, file and digest of every receipt, in order of these."""
    found = read_receipts(project.receipts_path)
    assert found.errors == ()
    return sorted((one.origin, one.file, one.sha256) for one in found.receipts)


def kept(project: Project) -> dict[str, bytes]:
    """Return every file below articles/ but the receipts, hidden ones too."""
    return {p.name: p.read_bytes() for p in project.articles.iterdir() if p != project.receipts_path}


def add_and_kill(folder: Path, *, seed: int, kills: int) -> None:
    """Add a folder of articles whose names meet, again and again; kill at random, and change an article each time."""
    drawn = random.Random(seed)  # noqa: S311
    source = folder / "desk"
    for number in range(120):
        path = source / ("one", "other")[number % 2] / f"report-{number // 2:03}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article(number))
        os.utime(path, (1_700_000_000, 1_700_000_000))
    project = init_project(folder / "p", title="The desk")
    versions: list[dict[Path, int]] = []
    for number in range(kills):
        child = FORK.Process(target=add_in_child, args=(project.folder, source))
        child.start()
        time.sleep(drawn.uniform(0.0, 0.3))
        if child.pid and child.is_alive():
            os.kill(child.pid, signal.SIGKILL)
        child.join()
        assert set(kept(project)) >= {file for _, file, _ in received(project)}
        if number % 3 == 2:  # every version that was received stays
            add_in_child(project.folder, source)
            changed = sorted(source.rglob("*.txt"))[number % 120]
            changed.write_text(article(1_000 + number))
            os.utime(changed, (1_700_000_001 + number, 1_700_000_001 + number))
            versions.append({changed: number})
    add_in_child(project.folder, source)

    wanted = [article(n) for n in range(120)] + [article(1_000 + n) for one in versions for n in one.values()]
    assert sorted(kept(project).values()) == sorted(text.encode() for text in wanted)
    assert len(received(project)) == len(set(received(project))) == len(wanted)
    assert {file for _, file, _ in received(project)} == set(kept(project))
    for _, file, digest in received(project):
        assert hashlib.sha256((project.articles / file).read_bytes()).hexdigest() == digest


def test_adding_that_is_killed_loses_doubles_and_tears_nothing(tmp_path: Path):
    add_and_kill(tmp_path, seed=3, kills=30)
