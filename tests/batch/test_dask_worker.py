"""The same batch on a real scheduler on localhost, whose workers are processes of their own."""

import os
import signal
import threading
import time

import pytest

from geomap.batch.run import run_batch
from geomap.errors import GeomapError
from tests.batch.test_run import TOY, mentions, same, serial, write

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow]


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as started:
        yield started


def test_a_cluster_gives_the_rows_of_the_serial_loop(cluster, tmp_path):
    source = write(tmp_path / "news.jsonl", [f"Goris and Tegh, number {n}." for n in range(40)])
    out = str(tmp_path / "out")
    batch = run_batch([source], out=out, settings=TOY, scheduler=cluster.scheduler_address, per_part=5)
    assert (len(batch.done), batch.undone) == (8, ())
    same(mentions(out), serial(source))


def test_a_worker_that_is_killed_costs_no_more_than_its_parts_again(cluster, tmp_path):
    source = write(tmp_path / "news.jsonl", [f"SLOW Goris {n}." for n in range(120)])
    out = str(tmp_path / "out")
    victim = next(iter(cluster.workers.values())).pid
    killer = threading.Timer(2.0, os.kill, (victim, signal.SIGKILL))
    killer.start()
    batch = run_batch([source], out=out, settings=TOY, scheduler=cluster.scheduler_address, per_part=10)
    killer.join()
    assert (len(batch.done), batch.n_failures, batch.undone) == (12, 0, ())
    same(mentions(out), serial(source))


def test_reading_processes_end_with_the_run(cluster, tmp_path):
    import psutil

    source = write(tmp_path / "news.jsonl", ["Goris."])
    run_batch([source], out=str(tmp_path / "out"), settings=TOY, scheduler=cluster.scheduler_address)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        left = [
            c
            for worker in cluster.workers.values()
            for c in psutil.Process(worker.pid).children(recursive=True)
            if "geomap.batch.worker_process" in " ".join(c.cmdline())
        ]
        if not left:
            break
        time.sleep(0.1)
    assert left == []


def test_a_scheduler_that_does_not_answer_is_reported_in_one_line(tmp_path):
    source = write(tmp_path / "news.jsonl", ["Goris."])
    with pytest.raises(GeomapError, match="the Dask scheduler does not answer") as told:
        run_batch([source], out=str(tmp_path / "out"), settings=TOY, scheduler="tcp://127.0.0.1:1")
    assert "\n" not in str(told.value)
