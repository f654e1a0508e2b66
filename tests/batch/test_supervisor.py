"""The processes of a batch: none outlives who started it, none waits for what never ends, an error ends them all."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from geomap.batch.partitions import Part, plan
from geomap.batch.run import run_batch
from geomap.batch.supervisor import ReadingProcess
from geomap.errors import GeomapError
from tests.batch.toy import TOY, ToyReader

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
ENDLESS = b"<html>" + b"<a>" * 2_000_000
GOOD = {"text": "Goris."}


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def children(pid=None):
    """Return the processes below one, by what they run."""
    found = {"worker_process": [], "parser_process": [], "warc": []}
    for child in psutil.Process(pid).children(recursive=True):
        try:
            command = " ".join(child.cmdline())
        except psutil.Error:
            continue
        for name, of_it in found.items():
            if f" geomap.batch.{name}" in command or f" geomap.ingest.{name}" in command:
                of_it.append(child)
    return found


def parsers_of(reading):
    """Return the parsers of a reading process; this one may have some of its own."""
    return children(reading._process.pid)["parser_process"] if reading._process else []


def wait_for(condition, seconds=20.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come")


def is_gone(process):
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it ended between the two questions
        return True


def test_an_alarm_ends_the_parser_that_the_reading_process_waits_for(tmp_path):
    (tmp_path / "a.html").write_bytes(ENDLESS)
    (tmp_path / "b.txt").write_text("Goris.")
    process = ReadingProcess(replace(TOY, seconds=2.0))
    [part] = plan([str(tmp_path)])
    seen = []
    watching = threading.Thread(target=lambda: seen.extend(wait_for(lambda: parsers_of(process))))
    watching.start()
    found = list(process.outcomes(part))
    watching.join()
    reason = f"{tmp_path}/a.html, 1: takes longer than 2 s; split it, or allow more with --seconds"
    assert [(one.row, one.failure.reason if one.failure else one.mentions[0].place_id) for one in found] == [
        (1, reason),
        (2, "gn:1"),
    ]
    wait_for(lambda: all(is_gone(one) for one in seen), seconds=3)
    process.close()
    assert children()["worker_process"] == []


PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what it starts in the background ignore it
from geomap.batch.run import run_batch
from tests.batch.toy import TOY
run_batch(sys.argv[2:], out=sys.argv[1], settings=TOY, workers=2, per_part=1)
"""


def started(tmp_path, *inputs):
    """Start a batch of toys in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "out"), *inputs],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


@pytest.mark.parametrize("victim", ["main", "worker_process"])
def test_who_is_killed_leaves_no_process_behind(tmp_path, victim):
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_bytes(ENDLESS)
    batch = started(tmp_path, str(tmp_path / "a.html"), str(tmp_path / "b.html"))
    wait_for(lambda: len(children(batch.pid)["parser_process"]) == 2)
    before = children(batch.pid)
    if victim == "main":
        batch.kill()
        gone = before["worker_process"] + before["parser_process"]
    else:
        reader = before["worker_process"][0]
        gone = [reader, *reader.children()]
        reader.kill()
    wait_for(lambda: all(is_gone(one) for one in gone), seconds=3)
    batch.kill()
    batch.communicate()
    wait_for(lambda: all(is_gone(one) for one in before["worker_process"] + before["parser_process"]), seconds=3)


def test_ctrl_c_ends_the_processes_and_the_next_run_goes_on(tmp_path):
    source = write(tmp_path / "news.jsonl", [GOOD] * 5 + [{"text": "LOOP"}, {"text": "LOOP"}])
    batch = started(tmp_path, source)
    wait_for(lambda: len(list((tmp_path / "out").glob("parts/*.json"))) == 5)
    before = children(batch.pid)["worker_process"]
    began = time.monotonic()
    os.killpg(batch.pid, signal.SIGINT)
    _, said = batch.communicate()
    assert time.monotonic() - began < 5
    assert said.count("Traceback") == 1  # of the test's program; the processes say nothing
    assert said.rstrip().endswith("KeyboardInterrupt")
    assert all(is_gone(one) for one in before)
    source = write(tmp_path / "news.jsonl", [GOOD] * 7)
    assert run_batch([source], out=str(tmp_path / "out"), settings=TOY, per_part=1).n_resumed == 5


def test_an_error_that_is_no_articles_stops_the_others(tmp_path):
    """A process that cannot start, while another one reads."""
    source = write(tmp_path / "news.jsonl", [{"text": "LOOP"}] * 4)
    began = time.monotonic()
    with pytest.raises(GeomapError, match="a reading process cannot start"):
        run_batch(
            [source],
            out=str(tmp_path / "out"),
            settings=replace(TOY, reader=ToyReader("broken")),
            workers=2,
            per_part=1,
        )
    assert time.monotonic() - began < 20
    assert children()["worker_process"] == []
    assert not list((tmp_path / "out").rglob("*.json"))


def test_a_batch_opens_no_socket(tmp_path, socket_disabled):
    source = write(tmp_path / "news.jsonl", [GOOD] * 6)
    batch = run_batch([source], out=str(tmp_path / "out"), settings=TOY, workers=2, per_part=2)
    assert [part.n_articles for part in batch.done] == [2, 2, 2]
    assert children()["worker_process"] == []


def test_a_storage_that_does_not_answer_is_reported_for_the_rest_of_the_part():
    part = Part(urls=("stuck://me:secret@h/news.jsonl",), form="jsonl", first=1, n=3, digest="")
    process = ReadingProcess(replace(TOY, seconds=2.0))
    one, other = process.outcomes(part)
    assert (one.row, one.mentions[0].place_id) == (1, "gn:1")
    where = "stuck://me:***@h/news.jsonl"
    reason = f"{where}, from 2: takes longer than 2 s; split it, or allow more with --seconds"
    assert (other.failure.input, other.row, other.failure.kind, other.failure.reason) == (where, 2, "too slow", reason)
    process.close()


def test_a_pipe_in_the_place_of_a_planned_file_is_not_waited_for(tmp_path):
    path = tmp_path / "news.jsonl"
    write(path, [GOOD, GOOD])
    [part] = plan([str(path)])
    path.unlink()
    os.mkfifo(path)
    process = ReadingProcess(replace(TOY, seconds=1.0))
    [one] = process.outcomes(part)
    assert one.failure.reason == f"{path}: is neither a file nor a folder; write its content to a regular file"
    process.close()
