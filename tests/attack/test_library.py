"""A library with any byte changed, or on a disk that is full, or where nothing can be written."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geomap.errors import GeomapError
from geomap.project.build import build
from geomap.project.config import Project, open_project
from geomap.project.status import status
from geomap.store.checksums import new_seal, read_seal
from geomap.store.database import Library, reading, writing
from tests.attack import flip_library
from tests.attack.flip_library import Bases, make_bases

pytestmark = pytest.mark.geodata

NOBODY = 65_534
NOTICED = [
    flip_library.flip_one, flip_library.flip_text, flip_library.flip_many, flip_library.zero_page, flip_library.swap_pages,
    flip_library.grow, flip_library.garble, flip_library.empty, flip_library.write_text, flip_library.make_folder,
    flip_library.make_pipe,
]  # fmt: skip


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Bases:
    return make_bases(tmp_path_factory.mktemp("bases"))


@pytest.fixture
def project(bases: Bases, tmp_path: Path) -> Project:
    return open_project(shutil.copytree(bases.built, tmp_path / "p"))


@pytest.fixture
def drawn() -> random.Random:
    return random.Random(3)  # noqa: S311


def geomap(*arguments: str | Path, before: Callable[[], None] | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "geomap", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_dozen_damaged_libraries_give_what_a_fresh_build_gives():
    assert flip_library.attack(12, 12) == []


@pytest.mark.parametrize("way", NOTICED)
def test_whatever_is_done_to_the_file_is_noticed(
    project: Project, way: Callable[[Path, random.Random], None], drawn: random.Random
):
    way(project.library, drawn)
    assert status(project).damage is not None
    assert build(project).damage is not None
    assert (status(project).damage, build(project).damage) == (None, None)


def test_every_command_prints_one_line_and_goes_on(project: Project, tmp_path: Path, drawn: random.Random):
    spoilt = tmp_path / "spoilt"
    flip_library.flip_text(shutil.copy2(project.library, spoilt), drawn)
    line = f"geomap: {project.library}: is damaged (its checksums do not match); "
    later = f"{line}the next `geomap build` replaces it\n"
    shutil.copy2(spoilt, project.library)
    assert geomap("status", "-C", project.folder) == (
        0,
        "stored:  0 files, 0 articles (0 without near-duplicates), 0 places\nstale:   3\n"
        + "".join(f"  new or changed: {name}\n" for name in flip_library.FILES)
        + "failed:  nothing\n",
        later,
    )
    code, out, err = geomap("evaluate", "corrections", project.folder)
    assert (code, err) == (0, f"{line}it was renamed to library.sqlite.damaged-1, and articles/ is read again\n")
    shutil.copy2(spoilt, project.library)
    (tmp_path / "story.txt").write_text(flip_library.TALKS)
    assert geomap("add", "-C", project.folder, tmp_path / "story.txt")[::2] == (0, "")
    code, out, err = geomap("build", "-C", project.folder)
    assert (code, err) == (0, f"{line}it was renamed to library.sqlite.damaged-2, and articles/ is read again\n")
    assert out == f"{project.output / 'index.html'}: 4 articles (4 read now), 4 places\n"
    assert (project.folder / "library.sqlite.damaged-2").read_bytes() == spoilt.read_bytes()


@pytest.mark.parametrize("content", [b"garbage" * 999, b"SQLite format 3\0" + bytes(5_000)])
def test_what_is_in_the_lock_does_not_matter(project: Project, content: bytes):
    lock = project.folder / "library.sqlite.lock"
    lock.write_bytes(content)
    assert build(project).damage is None
    lock.unlink()
    lock.mkdir()
    assert build(project).damage is None


def test_a_library_that_was_deleted_is_made_again_though_its_seal_is_there(project: Project):
    project.library.unlink()
    assert (build(project).n_read, build(project).damage) == (3, None)


def test_without_a_seal_the_pages_are_compared(project: Project, drawn: random.Random):
    (project.folder / "library.sqlite.sum").unlink()
    assert build(project).damage is None
    assert read_seal(project.library) is not None
    (project.folder / "library.sqlite.sum").unlink()
    flip_library.zero_page(project.library, drawn)
    assert build(project).damage is not None


def test_what_is_written_is_sealed_anew(tmp_path: Path):
    path = tmp_path / "library.sqlite"
    with writing(path) as library:
        library.set_meta("built", "x" * 3_000_000)
    before = read_seal(path)
    assert before is not None
    assert (before.size, len(before.sums)) == (path.stat().st_size, 3)
    with writing(path) as library:
        library.set_meta("built", "y")
    after = read_seal(path)
    assert after is not None
    assert after.number != before.number
    with path.open("rb") as file:
        assert new_seal(file, number=after.number, before=None, changed=()) == after


def test_a_log_that_grows_is_brought_into_the_file_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("geomap.store.database.LOG_BYTES", 100_000)
    path = tmp_path / "library.sqlite"
    with Library(path) as library:
        for number in range(9):
            with library.transaction():
                library.set_meta(str(number), "x" * 60_000)
            assert path.with_name("library.sqlite-wal").stat().st_size < 200_000
    with reading(path) as read:
        assert read is not None
        assert read.get_meta("8") == "x" * 60_000


# What is no damage.


def test_a_full_disk_is_reported_and_nothing_is_set_aside(project: Project):
    before = project.library.read_bytes()
    flip_library.write(project, flip_library.NEW)
    limit = 8_192
    code, out, err = geomap(
        "build", "-C", project.folder, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "cannot be used (" in err
    assert project.library.read_bytes() == before
    assert not list(project.folder.glob("*damaged*"))
    assert (build(project).damage, build(project).n_articles) == (None, 4)


def test_a_library_that_another_program_has_locked_is_reported(project: Project, monkeypatch: pytest.MonkeyPatch):
    (project.folder / "library.sqlite.sum").unlink()
    other = sqlite3.connect(project.library, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN IMMEDIATE")
    code, out, err = geomap("build", "-C", project.folder)
    other.close()
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "library.sqlite: cannot be used (database is locked)" in err
    assert not list(project.folder.glob("*damaged*"))


@pytest.fixture
def read_only(bases: Bases) -> Iterator[Callable[[str], Project]]:
    """A copy of a project that nobody may write to, below a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)

    def make(name: str) -> Project:
        shutil.copytree(getattr(bases, name), folder / name)
        for path in [folder / name, *(folder / name).rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        return open_project(folder / name)

    yield make
    for path in folder.rglob("*"):
        path.chmod(0o755)
    shutil.rmtree(folder)


def as_nobody(work: Callable[[], object]) -> object:
    """Return what ``work`` returns, or the line that it raises, in a process that may write nothing here."""
    here, there = multiprocessing.Pipe()

    def child() -> None:
        if os.getuid() == 0:
            os.setuid(NOBODY)
        try:
            there.send(work())
        except GeomapError as error:
            there.send(str(error))

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    assert here.poll(60)
    process.join()
    return here.recv()


@pytest.mark.parametrize(("name", "n_articles"), [("built", 3), ("killed", 4)])
def test_the_status_of_a_project_that_cannot_be_written_is_reported(read_only, name: str, n_articles: int):
    project = read_only(name)
    before = {path: path.stat().st_mtime_ns for path in project.folder.rglob("*")}
    err = as_nobody(lambda: status(project))
    assert (err.n_articles, err.damage, err.failed) == (n_articles, None, ())
    assert {path: path.stat().st_mtime_ns for path in project.folder.rglob("*")} == before


def test_a_project_that_cannot_be_written_is_not_built(read_only):
    project = read_only("built")
    err = as_nobody(lambda: build(project))
    assert err == (
        f"{project.library}: cannot be used (attempt to write a readonly database); check its permissions and the free"
        " disk space, then repeat the command"
    )


@pytest.mark.parametrize("name", ["built", "killed"])
def test_status_writes_nothing(bases: Bases, tmp_path: Path, name: str):
    project = open_project(shutil.copytree(getattr(bases, name), tmp_path / "p"))
    kept = {
        path.name: path.read_bytes() for path in project.folder.iterdir() if path.is_file() and "-shm" not in path.name
    }
    assert status(project).n_articles == (3 if name == "built" else 4)
    assert {
        path.name: path.read_bytes() for path in project.folder.iterdir() if path.is_file() and "-shm" not in path.name
    } == kept
