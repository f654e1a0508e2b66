"""Damage a project's library in every way, and see that the next build makes what a fresh one makes.

python -m tests.attack.flip_library --tries 200 --seed 1
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from geomap.editorial.corrections import add_correction, read_corrections
from geomap.project.build import _build, build
from geomap.project.config import Project, init_project, open_project
from geomap.project.status import status
from geomap.store.database import writing
from geomap.types import Correction

PAGE = 4096
FIRE = (
    "A fire in Goris\n\nA warehouse burned in Goris in Armenia on Monday. Crews came from Sisian before the morning.\n"
)
RAIN = "The streets of Kapan are flooded\n\nThe river flooded the streets of Kapan in Armenia on Tuesday; the road to Goris is open.\n"
SNOW = "Snow in Sisian\n\nThe road from Sisian to Goris was closed by snow on Wednesday, the council of Sisian said.\n"
TALKS = "Talks in Meghri\n\nThe mayor of Meghri met the mayor of Kapan on Thursday to speak about the road to Sisian.\n"
FILES = {"2023-09-18-fire.txt": FIRE, "2023-09-19-rain.txt": RAIN, "2023-09-20-snow.txt": SNOW}
NEW = {"2023-09-21-talks.txt": TALKS, "2023-09-19-rain.txt": RAIN.replace("Goris", "Sisian")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bases:
    """Projects to damage copies of, and what a fresh build of each makes."""

    built: Path
    """Three articles, built."""
    killed: Path
    """The same with one more and one changed; the build of them was killed before its last line: a log lies beside the library."""
    outputs: dict[bool, dict[str, bytes]]
    """With what is new, or without."""


def make_bases(folder: Path) -> Bases:
    """Build what is to be damaged."""
    built, killed, fresh = (folder / name for name in ("built", "killed", "fresh"))
    project = init_project(built, title="Syunik")
    write(project, FILES)
    add_correction(project.corrections, Correction(name="Meghri", is_hidden=True), find=str)
    build(project, now=datetime.now(UTC))
    outputs = {False: output(project)}
    shutil.copytree(built, killed)
    write(open_project(killed), NEW)
    shutil.copytree(killed, fresh)
    for one in (open_project(fresh).output, *fresh.glob("library.sqlite*")):
        shutil.rmtree(one) if one.is_dir() else one.unlink()
    build(open_project(fresh), now=datetime.now(UTC))
    outputs[True] = output(open_project(fresh))
    child = multiprocessing.get_context("fork").Process(target=_build_and_die, args=(open_project(killed),))
    child.start()
    child.join()
    return Bases(built=built, killed=killed, outputs=outputs)


def _build_and_die(project: Project) -> None:
    now = datetime.now(UTC)
    at, said = int(now.timestamp() * 1e9), now.strftime("%Y-%m-%dT%H:%M:%SZ")
    with writing(project.library, now=said) as library:
        corrections = read_corrections(project.corrections)
        _build(project, library, corrections, now=said, now_ns=at, fetcher=None, geodata=None)
        os.kill(os.getpid(), signal.SIGKILL)


def write(project: Project, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = project.articles / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_700_000_000 + len(text), 1_700_000_000 + len(text)))


def output(project: Project) -> dict[str, bytes]:
    return {p.relative_to(project.output).as_posix(): p.read_bytes() for p in project.output.rglob("*") if p.is_file()}


# Ways to damage a file; each does it in place.


def flip_one(path: Path, drawn: random.Random) -> None:
    _flip(path, drawn, 1)


def flip_many(path: Path, drawn: random.Random) -> None:
    _flip(path, drawn, 300)


def flip_head(path: Path, drawn: random.Random) -> None:
    _flip(path, drawn, 3, below=100)


def flip_text(path: Path, drawn: random.Random) -> None:
    """Change a letter within a value: the file stays a sound SQLite file."""
    data = bytearray(path.read_bytes())
    at = [n for n in range(len(data) - 5) if data[n : n + 5] in (b"Goris", b"Kapan", b"Sisia")]
    if at:
        data[drawn.choice(at) + 2] ^= 1
    path.write_bytes(data)


def zero_page(path: Path, drawn: random.Random) -> None:
    data = bytearray(path.read_bytes())
    at = drawn.randrange(0, max(len(data), 1), PAGE)
    data[at : at + PAGE] = bytes(len(data[at : at + PAGE]))
    path.write_bytes(data)


def swap_pages(path: Path, drawn: random.Random) -> None:
    data = path.read_bytes()
    pages = [data[at : at + PAGE] for at in range(0, len(data), PAGE)]
    drawn.shuffle(pages)
    path.write_bytes(b"".join(pages))


def cut(path: Path, drawn: random.Random) -> None:
    os.truncate(path, drawn.randrange(path.stat().st_size + 1))


def empty(path: Path, drawn: random.Random) -> None:
    os.truncate(path, 0)


def grow(path: Path, drawn: random.Random) -> None:
    with path.open("ab") as file:
        file.write(drawn.randbytes(drawn.randrange(1, 3 * PAGE)))


def garble(path: Path, drawn: random.Random) -> None:
    path.write_bytes(drawn.randbytes(drawn.randrange(1, 9 * PAGE)))


def write_text(path: Path, drawn: random.Random) -> None:
    path.write_text("This is no library.\n" * drawn.randrange(1, 900))


def make_folder(path: Path, drawn: random.Random) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def make_pipe(path: Path, drawn: random.Random) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def remove(path: Path, drawn: random.Random) -> None:
    path.unlink(missing_ok=True)


def _flip(path: Path, drawn: random.Random, n: int, *, below: int | None = None) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(n if data else 0):
        data[drawn.randrange(min(len(data), below or len(data)))] ^= 1 << drawn.randrange(8)
    path.write_bytes(data)


WAYS: tuple[Callable[[Path, random.Random], None], ...] = (
    flip_one, flip_text, flip_many, flip_head, zero_page, swap_pages, cut, empty, grow, garble, write_text, make_folder,
    make_pipe, remove,
)  # fmt: skip
ENDS = ("", "", "", "-wal", "-shm", ".lock", ".sum", ".writer", "-journal")
"""What is damaged: the file itself as often as all that may lie beside it."""


def try_one(bases: Bases, drawn: random.Random, folder: Path) -> list[str]:
    """Damage a copy of a project, ask for its status, build it; return what was wrong with what that gave."""
    is_killed, is_new = drawn.random() < 0.3, drawn.random() < 0.5
    project = open_project(shutil.copytree(bases.killed if is_killed else bases.built, folder / "p"))
    if is_new:
        write(project, NEW)
    way, end = drawn.choice(WAYS), drawn.choice(ENDS)
    target = project.library.with_name(project.library.name + end)
    if not target.exists():
        target.touch()
    way(target, drawn)
    what = f"{way.__name__} of library.sqlite{end}{', killed' if is_killed else ''}{', articles new' if is_new else ''}"
    try:
        status(project)
        done = build(project, now=datetime.now(UTC))
        again = build(project, now=datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 - each is a fault
        return [f"{what}: {type(error).__name__}: {error}"]
    wrong = [f"{what}: {one}" for one in done.errors]
    if again.written or again.damage:
        wrong.append(f"{what}: the build after that is not settled")
    return wrong + [f"{what}: {one}" for one in _differences(output(project), bases.outputs[is_killed or is_new])]


def _differences(made: dict[str, bytes], fresh: dict[str, bytes]) -> Iterator[str]:
    """Yield what differs from a fresh build, but for the account of what has changed since the build before."""
    if made.keys() != fresh.keys():
        yield f"files {sorted(made.keys() ^ fresh.keys())}"
        return
    for name in fresh.keys() - {"index.html", "manifest.json"}:
        if made[name] != fresh[name]:
            yield name
    one, other = (json.loads(files["manifest.json"]) for files in (made, fresh))
    for key in one.keys() - {"changes", "files"}:
        if one[key] != other[key]:
            yield f"manifest.json, {key}"


def attack(seed: int, n: int) -> list[str]:
    """Damage ``n`` libraries and return what went wrong."""
    drawn = random.Random(seed)  # noqa: S311
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        bases = make_bases(Path(folder))
        for number in range(n):
            scratch = Path(folder) / str(number)
            scratch.mkdir()
            wrong += [f"library, seed {seed}, {number}: {one}" for one in try_one(bases, drawn, scratch)]
            shutil.rmtree(scratch)
    return wrong
