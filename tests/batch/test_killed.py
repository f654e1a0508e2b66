"""A batch whose processes are killed at random moments: the next run finishes it, to the byte as if nothing had happened.

python -m tests.batch.test_killed --kills 300 --seed 1     the long form
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geomap.batch.aggregate import aggregate
from geomap.batch.run import run_batch
from geomap.resources import open_resources
from tests.batch.test_supervisor import is_gone
from tests.batch.toy import TOY

pytestmark = [pytest.mark.geodata, pytest.mark.slow]

PAUSE = 2.0
"""Seconds between two kills of reading processes, or two of parsers: what ends twice over one article is its failure."""
FORK = multiprocessing.get_context("fork")
PAGE = "<html><body><article>" + "<p>Families left {0} on Sunday, and were met by volunteers.</p>" * 6


def write_inputs(folder: Path) -> list[str]:
    """Write articles of every form, and some that fail; return the inputs."""
    pages = folder / "pages"
    pages.mkdir()
    for number in range(12):
        (pages / f"{number:02}.html").write_text(PAGE.format(("Goris", "Tegh")[number % 2]))
    (pages / "gone.txt").symlink_to("nowhere")
    (pages / "empty.html").write_text("<html></html>")
    rows = [
        {"text": f"SLOW. Families left Goris for Tegh, number {number}.", "published": f"2023-09-{number % 28 + 1:02}"}
        for number in range(48)
    ]
    rows[20]["text"] = "BUG in Goris."
    (folder / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "oops\n")
    pq.write_table(pa.table({"text": [f"SLOW. From Shushi to Goris {n}." for n in range(20)]}), folder / "rows.parquet")
    return [str(folder / "news.jsonl"), str(pages), str(folder / "rows.parquet")]


def run(inputs: list[str], out: str) -> None:
    """Read the inputs and add them up, as ``geomap batch`` does."""
    sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115 - of this process, which ends with it
    aggregate(
        run_batch(inputs, out=out, settings=replace(TOY, seconds=60), workers=2, per_part=4), resources=open_resources()
    )


def written(out: Path) -> dict[str, bytes]:
    """Return every file of a dataset, hidden ones too."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def assert_nothing_is_torn(out: Path) -> None:
    """What a mark says is done is there, and whole."""
    for mark in out.glob("parts/*.json"):
        done = json.loads(mark.read_bytes())
        assert pq.read_metadata(out / "mentions" / f"{done['name']}.parquet").num_rows == done["n_mentions"]
        if done["n_failures"]:
            assert pq.read_metadata(out / "failures" / f"{done['name']}.parquet").num_rows == done["n_failures"]
    for path in [*out.glob("*.parquet"), *out.glob("*/*.parquet")]:
        pq.read_metadata(path)


class Killer:
    """Kills the processes of a batch, and counts whom."""

    def __init__(self, seed: int) -> None:
        self.drawn = random.Random(seed)  # noqa: S311
        self.kills = {"main": 0, "worker_process": 0, "parser_process": 0}
        self._last = {"worker_process": 0.0, "parser_process": 0.0}

    def kill_one(self, main: psutil.Process) -> list[psutil.Process]:
        """Kill one of the processes of a batch; return those that must be gone with it."""
        below = main.children(recursive=True)
        kind = self.drawn.choices(("main", "worker_process", "parser_process"), (3, 4, 3))[0]
        if kind != "main":
            victims = [
                one
                for one in below
                if f"geomap.ingest.{kind}" in command(one) or f"geomap.batch.{kind}" in command(one)
            ]
            if not victims or time.monotonic() - self._last[kind] < PAUSE:
                return []
            victim = self.drawn.choice(victims)
            self._last[kind] = time.monotonic()
            gone = [victim, *victim.children(recursive=True)]
        else:
            victim, gone = main, [main, *below]
        victim.kill()
        self.kills[kind] += 1
        return gone


def command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def are_gone(processes: list[psutil.Process]) -> bool:
    return all(is_gone(one) for one in processes)


def attack(*, seed: int, kills: int) -> dict[str, int]:
    """Run a batch over and over while its processes are killed; raise AssertionError where anything is lost, doubled or torn.

    Return how many of each were killed, and how many runs were begun and finished.
    """
    killer = Killer(seed)
    n_begun = n_finished = 0
    open_resources()  # inherited by the children: they spend their time reading
    with tempfile.TemporaryDirectory() as name:
        inputs = write_inputs(Path(name))
        undisturbed, out = Path(name, "undisturbed"), Path(name, "out-0")
        finish(inputs, undisturbed)
        expected = written(undisturbed)
        assert sum(json.loads(expected[f])["n_failures"] for f in expected if f.startswith("parts/")) == 4
        while sum(killer.kills.values()) < kills:
            if run_and_kill(inputs, out, killer):
                assert written(out) == expected
                n_finished += 1
                out = Path(name, f"out-{n_finished}")
            n_begun += 1
        finish(inputs, out)
        assert written(out) == expected
    return {**killer.kills, "begun": n_begun + 1, "finished": n_finished + 1}


def finish(inputs: list[str], out: Path) -> None:
    child = FORK.Process(target=run, args=(inputs, str(out)))
    child.start()
    child.join()
    assert child.exitcode == 0


def run_and_kill(inputs: list[str], out: Path, killer: Killer) -> bool:
    """Run a batch and kill its processes until its main one has ended; return whether that has finished."""
    child = FORK.Process(target=run, args=(inputs, str(out)))
    child.start()
    main = psutil.Process(child.pid)
    while child.is_alive():
        time.sleep(killer.drawn.uniform(0.02, 0.8))
        if child.is_alive():
            try:
                gone = killer.kill_one(main)
            except psutil.NoSuchProcess:
                continue
            until = time.monotonic() + 10
            while not are_gone(gone):
                assert time.monotonic() < until, f"left running: {[command(one) for one in gone]}"
                time.sleep(0.02)
    child.join()
    assert_nothing_is_torn(out)
    assert child.exitcode in (0, 1, -signal.SIGKILL)  # 1: a reading process was killed twice while it started
    return child.exitcode == 0


def test_a_batch_that_is_killed_loses_doubles_and_tears_nothing():
    done = attack(seed=7, kills=10)
    assert done["main"] + done["worker_process"] + done["parser_process"] >= 10


def test_files_of_parts_without_a_mark_are_removed(tmp_path):
    """Such a run, and then other articles: their rows must not stand beside those of the unfinished part."""
    source = tmp_path / "news.jsonl"
    source.write_text(json.dumps({"text": "Goris."}) + "\n")
    out = tmp_path / "out"
    run_batch([str(source)], out=str(out), settings=TOY, workers=1)
    [mark] = out.glob("parts/*.json")
    mark.unlink()
    (out / "mentions" / f".{mark.stem}.parquet.123.part").write_bytes(b"PAR1")
    (out / ".summary.json.123.part").write_bytes(b"{")
    (out / "mentions" / "of-somebody.parquet").write_bytes(b"")
    source.write_text(json.dumps({"text": "Tegh."}) + "\n")
    run_batch([str(source)], out=str(out), settings=TOY, workers=1)
    [done] = out.glob("parts/*.json")
    assert sorted(path.name for path in (out / "mentions").iterdir()) == [f"{done.stem}.parquet", "of-somebody.parquet"]
    assert not list(out.rglob("*.part"))


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--kills", type=int, default=300)
    given.add_argument("--seed", type=int, default=1)
    asked = given.parse_args()
    print(json.dumps(attack(seed=asked.seed, kills=asked.kills)))  # noqa: T201 - the program's answer
