"""A project from articles to output, on the real geodata."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from geomap.editorial.corrections import add_correction
from geomap.errors import LibraryBusy, ProjectError
from geomap.gazetteer.store import FileGazetteer
from geomap.gazetteer.writer import Entry, build_gazetteer
from geomap.project.build import Built, build
from geomap.project.config import Project, init_project, open_project
from geomap.project.status import status
from geomap.store.database import writing
from geomap.types import Correction

pytestmark = pytest.mark.geodata

GEODATA = Path(__file__).parents[2] / "geodata"
ARMENIA, GORIS, SISIAN, KAPAN = "gn:174982", "gn:174895", "gn:174710", "gn:174875"
FIRE = (
    "A fire in Goris\n\nA warehouse burned in Goris in Armenia on Monday. Crews came from Sisian before the morning.\n"
)
RAIN = "The streets of Kapan are flooded\n\nThe river flooded the streets of Kapan in Armenia on Tuesday, and the school was closed.\n"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = init_project(tmp_path / "p", title="Syunik")
    put(made, "2023-09-18-fire.txt", FIRE)
    return made


def put(project: Project, name: str, text: str) -> None:
    """Write an article that is old enough to be settled."""
    path = project.articles / name
    path.write_text(text, encoding="utf-8")
    age(path)


def age(path: Path, seconds: float = 100) -> None:
    about = path.stat()
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns - int(seconds * 1e9)))


def run(project: Project, *, geodata: Path | None = None) -> Built:
    return build(open_project(project.folder), now=datetime.now(UTC), geodata=geodata)


def output(project: Project) -> dict[str, bytes]:
    return {p.relative_to(project.output).as_posix(): p.read_bytes() for p in project.output.rglob("*") if p.is_file()}


def times(project: Project) -> dict[str, int]:
    return {str(p): p.stat().st_mtime_ns for p in project.output.rglob("*")}


def manifest(project: Project) -> dict:
    return json.loads((project.output / "manifest.json").read_bytes())


def names(project: Project) -> list[str]:
    rows = csv.DictReader((project.output / "places.csv").read_text("utf-8").splitlines())
    return sorted(row["name"] for row in rows if not row["name"].startswith("#"))


def changes(done: Built) -> list[tuple[str, str]]:
    return sorted((c.kind, c.place.name) for c in done.changes)


def test_a_new_project_builds_at_once_and_every_output_is_there(project: Project):
    done = run(project)
    assert (done.n_articles, done.n_read, done.errors, done.changes) == (1, 1, (), ())
    [page] = [name for name in output(project) if name.startswith("pages/")]
    assert re.fullmatch(r"pages/a-fire-in-goris-[0-9a-f]{8}\.html", page)
    assert sorted(output(project)) == ["feed.xml", "index.html", "manifest.json", page, "places.csv", "places.geojson"]
    assert names(project) == ["Armenia", "Goris", "Sisian"]
    assert manifest(project)["articles"] == [
        {
            "id": "2023-09-18-fire.txt",
            "title": "A fire in Goris",
            "published": "2023-09-18",
            "sha256": manifest(project)["articles"][0]["sha256"],
            "page": page,
            "language": "en",
        }
    ]
    entries = fromstring((project.output / "feed.xml").read_bytes()).findall("a:entry", ATOM)
    assert {e.findtext("a:updated", namespaces=ATOM) for e in entries} == {"2023-09-18T00:00:00Z"}


def test_an_empty_project_builds_an_empty_map(tmp_path: Path):
    project = init_project(tmp_path / "p")
    assert run(project).n_articles == 0
    assert (project.output / "index.html").exists()


def test_nothing_new_touches_no_file(project: Project):
    run(project)
    before = times(project)
    assert run(project).written is None
    assert times(project) == before


def test_a_file_too_fresh_to_trust_its_time_is_looked_at_again_and_touches_no_file(project: Project):
    (project.articles / "fresh.txt").write_text(RAIN)
    run(project)
    before = times(project)
    done = run(project)
    assert (done.n_read, done.written, changes(done)) == (0, None, [])
    assert times(project) == before


def test_only_the_new_article_is_read_and_only_what_differs_is_written(project: Project):
    run(project)
    old_page = next((project.output / "pages").iterdir())
    before = old_page.stat().st_mtime_ns
    put(project, "2023-09-19-rain.txt", RAIN)
    done = run(project)
    assert (done.n_articles, done.n_read, changes(done)) == (2, 1, [("new", "Kapan")])
    assert old_page.stat().st_mtime_ns == before
    assert manifest(project)["changes"] == [
        {"kind": "new", "place": KAPAN, "name": "Kapan", "articles": ["2023-09-19-rain.txt"]}
    ]


@pytest.mark.slow
def test_step_by_step_gives_the_same_bytes_as_all_at_once(project: Project, tmp_path: Path):
    run(project)
    put(project, "2023-09-19-rain.txt", RAIN)
    run(project)
    put(project, "2023-09-18-fire.txt", FIRE.replace("Sisian", "Kapan"))
    run(project)
    other = init_project(tmp_path / "q", title="Syunik")
    for path in project.articles.iterdir():
        shutil.copy2(path, other.articles)
    run(other)
    left, right = output(project), output(other)
    for name in ("index.html", "manifest.json"):  # what changed since the last build is another matter
        left.pop(name), right.pop(name)
    assert left == right
    shutil.rmtree(project.output)
    for left_over in project.folder.glob("library.sqlite*"):
        left_over.unlink()
    run(project)
    assert output(project) == output(other)


def test_output_that_was_deleted_is_written_again(project: Project):
    run(project)
    before = output(project)
    page = next((project.output / "pages").iterdir())
    for path in (project.output / "places.csv", page):
        path.unlink()
        written = run(project).written
        assert written is not None
        assert written.written == [path.relative_to(project.output).as_posix()]
        assert output(project) == before


def test_a_removed_article_takes_its_places_with_it(project: Project):
    put(project, "2023-09-19-rain.txt", RAIN)
    run(project)
    (project.articles / "2023-09-19-rain.txt").unlink()
    done = run(project)
    assert (done.n_articles, changes(done), names(project)) == (
        1,
        [("removed", "Kapan")],
        ["Armenia", "Goris", "Sisian"],
    )
    assert len(list((project.output / "pages").iterdir())) == 1


def test_a_correction_survives_rebuilds_a_changed_article_and_a_lost_library(project: Project):
    run(project)
    add_correction(
        project.corrections, Correction(name="Sisian", place=KAPAN, author="A. Editor", reason="a slip"), find=str
    )
    done = run(project)
    assert (done.n_read, changes(done), names(project)) == (0, [("moved", "Kapan")], ["Armenia", "Goris", "Kapan"])
    put(project, "2023-09-18-fire.txt", FIRE + "\nThe road to Sisian is closed.\n")
    run(project)
    assert names(project) == ["Armenia", "Goris", "Kapan"]
    for path in project.folder.glob("library.sqlite*"):
        path.unlink()
    run(project)
    assert names(project) == ["Armenia", "Goris", "Kapan"]
    assert "corrected by A. Editor" in (project.output / "index.html").read_text("utf-8")


def rebuilt(folder: Path, places: list[str], *, north: float) -> Path:
    """Return geodata whose gazetteer was built anew of these places alone, each moved to the north by some degrees."""
    shutil.copytree(GEODATA, folder, ignore=shutil.ignore_patterns("gazetteer.bin", "build"))
    with FileGazetteer(GEODATA / "gazetteer.bin") as old:
        entries = [Entry(place=(p := old.place(i)), names=old.names(p.id)[1:]) for i in places]
    build_gazetteer(
        folder / "gazetteer.bin", [replace(e, place=replace(e.place, lat=e.place.lat + north)) for e in entries]
    )
    manifest = folder / "manifest.toml"
    digests = [hashlib.sha256((f / "gazetteer.bin").read_bytes()).hexdigest() for f in (GEODATA, folder)]
    manifest.write_text(manifest.read_text("utf-8").replace(*digests), encoding="utf-8")
    return folder


def test_a_correction_survives_a_rebuilt_gazetteer_and_is_reported_when_its_place_is_gone(
    project: Project, tmp_path: Path
):
    run(project)
    moved = Correction(name="Sisian", place=KAPAN, author="A. Editor")
    add_correction(project.corrections, moved, find=str)
    run(project)
    newer = rebuilt(tmp_path / "newer", [ARMENIA, GORIS, SISIAN, KAPAN], north=0.01)
    with FileGazetteer(GEODATA / "gazetteer.bin") as old:
        lat = old.place(KAPAN).lat
    done = run(project, geodata=newer)
    assert (done.n_read, done.unmatched_corrections, names(project)) == (1, (), ["Armenia", "Goris", "Kapan"])
    rows = csv.DictReader((project.output / "places.csv").read_text("utf-8").splitlines())
    assert [round(float(row["lat"]) - lat, 4) for row in rows if row["name"] == "Kapan"] == [0.01]
    poorer = rebuilt(tmp_path / "poorer", [ARMENIA, GORIS, SISIAN], north=0.0)
    done = run(project, geodata=poorer)
    assert [one.name for one in done.unmatched_corrections] == ["Sisian"]
    assert set(names(project)) - {"Sisian"} == {"Armenia", "Goris"}  # the correction changes nothing


def test_a_correction_that_is_taken_back_leaves_nothing(project: Project):
    run(project)
    before = output(project)
    add_correction(project.corrections, Correction(name="Sisian", is_none=True), find=str)
    run(project)
    assert names(project) == ["Armenia", "Goris"]
    project.corrections.write_text("")
    run(project)
    after = output(project)
    assert {k: v for k, v in after.items() if k not in ("index.html", "manifest.json")} == {
        k: v for k, v in before.items() if k not in ("index.html", "manifest.json")
    }


def test_what_is_hidden_is_nowhere_in_the_output(project: Project):
    put(project, "2023-09-19-goris-again.txt", "GORIS, Armenia: the road from Goris to Kapan is open\n\n" + RAIN)
    files = {
        "id": "g",
        "text": FIRE + RAIN,
        "url": "https://example.org/goris/1",
        "source": "Goris Daily",
        "author": "X",
    }
    put(project, "wire.jsonl", json.dumps(files) + "\n")
    run(project)
    point = next(
        row for row in csv.DictReader((project.output / "places.csv").read_text().splitlines()) if row["id"] == GORIS
    )
    digests = [one["sha256"] for one in manifest(project)["articles"]]
    add_correction(project.corrections, Correction(name="Goris", is_hidden=True), find=str)
    run(project)
    assert names(project) == ["Armenia", "Kapan", "Sisian"]
    base = re.compile(r'"labels":\[.*?\]\]|"lakes":\{.*?\}')
    for name, data in output(project).items():
        said = base.sub("", f"{name} {data.decode('utf-8')}".casefold())
        assert [one for one in ("goris", GORIS, point["lat"], point["lon"], *digests) if one in said] == [], name


def test_a_correction_that_matches_no_article_is_reported_each_time(project: Project):
    one = Correction(name="Roku", is_none=True, date="2026-11-23")
    add_correction(project.corrections, one, find=str)
    assert (run(project).unmatched_corrections, run(project).unmatched_corrections) == ((one,), (one,))
    assert status(project).unmatched_corrections == ("Roku",)


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [("corrections.toml", '[[correction]]\nname = "x\n'), ("geomap.toml", 'title = "T"\ncolour = 3\n')],
)
def test_a_broken_file_leaves_the_last_good_map(project: Project, name: str, spoilt: str):
    run(project)
    before = output(project)
    put(project, "2023-09-19-rain.txt", RAIN)
    (project.folder / name).write_text(spoilt)
    with pytest.raises(ProjectError, match=r"line 2|'colour' is not a known key"):
        run(project)
    assert output(project) == before


def test_what_cannot_be_read_is_reported_and_the_rest_is_mapped(project: Project):
    put(project, "b.xlsx", "not an article")
    for _ in range(2):
        done = run(project)
        assert [str(e) for e in done.errors] == [
            f"{project.articles / 'b.xlsx'}: .xlsx files are not supported; give .txt, .md, .html, .pdf, .eml or .jsonl"
        ]
    assert (done.n_articles, done.written) == (1, None)
    assert status(project).failed == tuple(str(e) for e in done.errors)
    assert manifest(project)["failed"] == [str(e) for e in done.errors]


def test_near_duplicates_are_one_article_with_two_sources(project: Project):
    body = " ".join(
        f"Sentence number {n} of the long report from Goris in Armenia tells of {n} more houses." for n in range(20)
    )
    put(project, "2023-09-19-a.txt", f"Long report from Goris\n\n{body}\n")
    put(project, "2023-09-20-b.txt", f"Long report from Goris\n\n(Agency) {body}\n")
    done = run(project)
    assert done.n_articles == 2
    story = manifest(project)["articles"][1]
    assert (story["id"], [p["id"] for p in story["republished"]]) == ("2023-09-19-a.txt", ["2023-09-20-b.txt"])
    (project.articles / "2023-09-19-a.txt").unlink()
    run(project)
    assert [a["id"] for a in manifest(project)["articles"]] == ["2023-09-18-fire.txt", "2023-09-20-b.txt"]


def test_status_reports_what_is_new_and_gone(project: Project):
    assert status(project).new == ("2023-09-18-fire.txt",)
    run(project)
    assert (status(project).new, status(project).n_clusters) == ((), 1)
    (project.articles / "2023-09-18-fire.txt").unlink()
    put(project, "b.txt", RAIN)
    assert (status(project).new, status(project).removed) == (("b.txt",), ("2023-09-18-fire.txt",))


def test_two_builds_at_once_do_not_meet(project: Project):
    run(project)
    put(project, "b.txt", RAIN)
    with writing(project.library), pytest.raises(LibraryBusy, match="another geomap is writing"):
        run(project)
    assert run(project).n_articles == 2


def test_a_damaged_library_is_set_aside_and_made_again(project: Project):
    run(project)
    before = output(project)
    data = bytearray(project.library.read_bytes())
    data[4096:] = b"\xff" * len(data[4096:])
    project.library.write_bytes(data)
    done = run(project)
    said = "is damaged (database disk image is malformed); it was renamed to library.sqlite.damaged-1, and articles/ is read again"
    assert (done.n_read, done.damage) == (1, f"{project.library}: {said}")
    assert output(project) == before
    assert (project.folder / "library.sqlite.damaged-1").read_bytes() == data
    assert run(project).damage is None


def test_hostile_text_is_inert_in_every_output(project: Project):
    put(
        project,
        "2023-09-19-x.txt",
        'Bad <script>alert(1)</script> news\n\nIn Kapan in Armenia <img src=x onerror=alert(1)> "${x}" `y` ]]> & &amp; \u2028.\n',
    )
    run(project)
    for name, data in output(project).items():
        if name.endswith((".html", ".xml")):
            assert b"<script>alert" not in data, name
            assert b"<img src=x" not in data, name
    fromstring(output(project)["feed.xml"])


def test_outputs_no_longer_asked_for_are_taken_away_and_other_files_stay(project: Project):
    run(project)
    (project.output / "mine.txt").write_text("mine")
    text = (project.folder / "geomap.toml").read_text()
    kept = re.sub(r"^outputs = .*$", 'outputs = ["places.csv"]', text, flags=re.MULTILINE)
    (project.folder / "geomap.toml").write_text(kept)
    run(project)
    assert sorted(output(project)) == ["manifest.json", "mine.txt", "places.csv"]


def test_nothing_finer_than_the_limit_is_anywhere_in_the_output(project: Project):
    put(project, "goris-2023-09-19.txt", RAIN.replace("Kapan", "Goris"))
    text = (project.folder / "geomap.toml").read_text()
    (project.folder / "geomap.toml").write_text(text + 'max_precision = "admin1"\n')
    done = run(project)
    assert (done.n_articles, "Goris" in names(project)) == (2, False)
    assert len(list((project.output / "pages").iterdir())) == 2
    for name, data in output(project).items():
        assert "goris" not in f"{name} {data.decode('utf-8')}".casefold(), name


def test_more_outputs_may_be_named_and_are_taken_away_again(project: Project):
    text = (project.folder / "geomap.toml").read_text()
    wanted = 'outputs = ["places.kml", "places.gpkg", "places.svg", "places.png"]'
    (project.folder / "geomap.toml").write_text(re.sub(r"^outputs = .*$", wanted, text, flags=re.MULTILINE))
    run(project)
    made = output(project)
    assert sorted(made) == ["manifest.json", "places.gpkg", "places.kml", "places.png", "places.svg"]
    assert all(b"Goris" in made[f"places.{form}"] for form in ("kml", "gpkg", "svg"))
    assert made["places.png"].startswith(b"\x89PNG")
    assert run(project).written is None
    (project.folder / "geomap.toml").write_text(text)
    assert sorted(run(project).written.removed) == ["places.gpkg", "places.kml", "places.png", "places.svg"]
