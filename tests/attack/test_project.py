"""What a project's folder may hold: each thing that cannot be read is one failure, and everything else is on the map."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from geomap.errors import OutputError
from geomap.project.build import Built, build
from geomap.project.config import Project, init_project
from geomap.project.intake import Intake
from geomap.project.status import status

pytestmark = pytest.mark.geodata

NOON = "2023-09-23T12:00:00Z"
TEXT = "Families left Goris for Sisian, in Armenia, on Monday. In Tegh the road was closed.\n"
ROADS = " ".join(
    f"The road to Goris was closed for hour {n} while lorries waited at the bridge below the town." for n in range(9)
)
TALKS = " ".join(
    f"Talks on gas went into day {n} in Tbilisi, where the ministers met behind closed doors." for n in range(9)
)
PAGE = '<html><head><title>{}</title><link rel="canonical" href="{}"></head><body><article><p>{}</p></article></body></html>'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init_project(tmp_path / "p", title="The road")


def shown(project: Project) -> list[str]:
    """The ids of the articles that the map shows, and of those that stand behind them."""
    manifest = json.loads((project.output / "manifest.json").read_bytes())
    return sorted(a["id"] for a in manifest["articles"]), sorted(
        p["id"] for a in manifest["articles"] for p in a.get("republished", ())
    )


def failed(done: Built, project: Project) -> list[str]:
    return sorted(str(error).replace(f"{project.articles}/", "") for error in done.errors)


def test_each_thing_that_cannot_be_read_costs_itself(project: Project):
    folder = project.articles
    (folder / "good.txt").write_text(TEXT)
    (folder / "rows.jsonl").write_text(json.dumps({"text": TEXT, "url": "http://["}) + "\n")
    os.mkfifo(folder / "pipe.txt")
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "zero.jsonl").symlink_to("/dev/zero")
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "up").symlink_to(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "sock.txt"))
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text(TEXT)
    project.receipts_path.write_bytes(
        b'{"file": "good.txt", "title": "Kept"}\n{"url": "http://["}\n{"file": "caf\xe9.txt"}\n{}\n'
    )
    kind = "cannot be read (it is neither a file nor a folder); write its content to a regular file"
    wanted = [
        ".received.jsonl, line 2: url is not a URL; remove the line",
        ".received.jsonl, line 3: is not a receipt (not UTF-8); remove the line",
        "caf\\xe9.txt: its name is not UTF-8; rename the file",
        "gone.txt: there is no such file; check the path",
        "loop.txt: cannot be read (Too many levels of symbolic links); check its permissions",
        f"pipe.jsonl: {kind}",
        f"pipe.txt: {kind}",
        'rows.jsonl, line 1: its "url" is not a URL; fix or remove it',
        "sock.txt: cannot be read (No such device or address); check its permissions",
        "up: cannot be listed (it is a link to a folder, which is not followed); put its files into the folder",
        f"zero.jsonl: {kind}",
    ]
    for _ in range(2):  # the second finds nothing new, and still says so
        done = build(project)
        assert (done.n_articles, failed(done, project)) == (1, wanted)
    assert shown(project) == (["good.txt"], [])
    assert sorted(one.replace(f"{folder}/", "") for one in status(project).failed) == wanted
    manifest = json.loads((project.output / "manifest.json").read_bytes())
    assert sorted(one.replace(f"{folder}/", "") for one in manifest["failed"]) == wanted


def test_adding_a_folder_adds_the_others(project: Project, tmp_path: Path):
    folder = tmp_path / "wire"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT)
    (folder / "b.txt").write_text(f"{TEXT}{TEXT}")
    os.mkfifo(folder / "aa.txt")
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "up").symlink_to(folder)
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text(TEXT)
    done = Intake(project, now=NOON).add([folder])
    assert done.n_new == 2
    assert [str(error).replace(f"{folder}/", "") for error in done.errors] == [
        "aa.txt: cannot be read (it is neither a file nor a folder); check its permissions",
        "caf\\xe9.txt: its name is not UTF-8; rename the file",
        "gone.txt: cannot be read (No such file or directory); check its permissions",
        "loop: cannot be read (Too many levels of symbolic links); check its permissions",
        "up: cannot be listed (it is a link to a folder, which is not followed); add it by itself",
    ]


def test_two_pages_that_claim_one_address_and_differ_are_both_shown(project: Project):
    address = "https://x.example/news"
    (project.articles / "roads.html").write_text(PAGE.format("Roads", address, ROADS))
    (project.articles / "talks.html").write_text(PAGE.format("Talks", address, TALKS))
    rows = [
        {"id": f"row {n}", "text": text, "url": address} for n, text in enumerate((TEXT, f"In Kapan it rained. {TEXT}"))
    ]
    (project.articles / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert build(project).n_articles == 4
    assert shown(project) == (["roads.html", "row 0", "row 1", "talks.html"], [])


def test_two_pages_that_claim_one_address_and_are_alike_are_versions(project: Project):
    address = "https://x.example/news"
    longer = f"{ROADS} By evening the police had counted four hundred cars, and the mayor of Goris asked for tents."
    (project.articles / "roads-1.html").write_text(PAGE.format("Roads", address, ROADS))
    (project.articles / "roads-2.html").write_text(PAGE.format("Roads", address, longer))
    (project.articles / "roads-3.html").write_text(PAGE.format("Roads", address, ROADS))
    assert build(project).n_articles == 1
    first, others = shown(project)
    assert sorted(first + others) == ["roads-1.html", "roads-2.html", "roads-3.html"]


def test_the_order_in_which_they_come_does_not_matter(project: Project, tmp_path: Path):
    address = "https://x.example/news"
    pages = {"a.html": ROADS, "b.html": TALKS, "c.html": f"{ROADS} It rained.", "d.html": f"{TALKS} It rained."}
    other = init_project(tmp_path / "q", title="The road")
    for name, text in pages.items():
        (project.articles / name).write_text(PAGE.format("News", address, text))
        build(project)
    for name, text in reversed(pages.items()):
        (other.articles / name).write_text(PAGE.format("News", address, text))
        os.utime(other.articles / name, (1_700_000_000, 1_700_000_000))
    build(other)
    assert shown(project) == shown(other)
    assert [len(ids) for ids in shown(project)] == [2, 2]


def test_a_project_whose_own_name_is_not_utf8_builds(tmp_path: Path):
    project = init_project(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")), title="The road")
    (project.articles / "good.txt").write_text(TEXT)
    (project.articles / "bad.xlsx").write_text(TEXT)
    done = build(project)
    assert (done.n_articles, len(done.errors), done.damage) == (1, 1, None)
    assert status(project).n_articles == 1
    manifest = json.loads((project.output / "manifest.json").read_bytes())
    assert [one.rpartition("/")[2][:8] for one in manifest["failed"]] == ["bad.xlsx"]


def test_what_stands_where_the_output_should_is_reported(project: Project):
    (project.articles / "good.txt").write_text(TEXT)
    project.output.write_text("a file")
    with pytest.raises(OutputError, match="output"):
        build(project)
    project.output.unlink()
    (project.output / ".odd.part").mkdir(parents=True)
    assert build(project).n_articles == 1


def test_a_folder_that_cannot_be_listed_costs_itself(project: Project, tmp_path: Path):
    (tmp_path / "b.txt").write_text(TEXT)
    (tmp_path / "long").symlink_to("x" * 4_000)
    done = Intake(project, now=NOON).add([tmp_path / "long", tmp_path / "b.txt"])
    assert (done.n_new, len(done.errors)) == (1, 1)


def test_a_page_fetched_after_the_clock_was_put_back_is_the_one_that_counts(project: Project):
    for number, (name, text) in enumerate({"old.html": ROADS, "new.html": f"{ROADS} It rained."}.items()):
        data = PAGE.format("Roads", "https://x.example/r", text).encode()
        (project.articles / name).write_bytes(data)
        receipt = {"file": name, "url": "https://x.example/r", "retrieved": f"20{33 - 10 * number}-09-23T12:00:00Z"}
        with project.receipts_path.open("a") as file:
            file.write(json.dumps(receipt) + "\n")
    build(project)
    assert shown(project) == (["new.html"], ["old.html"])
