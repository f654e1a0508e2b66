"""Run a batch: plan the parts, then geoparse, write and mark each as done, in threads of this process or by Dask."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, cast

from geomap.batch.dataset import Dataset, DonePart
from geomap.batch.partitions import ARTICLES_PER_PART, Part, plan
from geomap.batch.settings import Settings, hidden_in
from geomap.batch.supervisor import ReadingProcesses
from geomap.errors import ArticleError, GeomapError, OutputError
from geomap.web.urls import without_secrets

if TYPE_CHECKING:
    from distributed import Client

DEFAULTS = Settings()
MAX_WORKER_DEATHS = 3
"""A part whose worker died this often is left undone; the next run tries it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The result of a run."""

    folder: str
    done: tuple[DonePart, ...]
    n_resumed: int
    """Number of parts that an earlier run had finished."""
    undone: tuple[str, ...] = ()
    """Why parts could not be finished, one line each."""

    @property
    def n_failures(self) -> int:
        """Articles that could not be read."""
        return sum(part.n_failures for part in self.done)

    @property
    def fitted(self) -> frozenset[int]:
        """Lines in ``Settings.corrections`` of the corrections that were applied in some article."""
        return frozenset(line for part in self.done for line in part.fitted)

    @property
    def empty(self) -> tuple[str, ...]:
        """Inputs without an article and without a failure: only blank lines, only images."""
        found = {url for part in self.done if part.n_articles + part.n_failures for url in part.urls}
        return tuple(dict.fromkeys(url for part in self.done for url in part.urls if url not in found))


def run_batch(
    inputs: Sequence[str],
    *,
    out: str,
    settings: Settings = DEFAULTS,
    scheduler: str | None = None,
    workers: int | None = None,
    per_part: int = ARTICLES_PER_PART,
    on_part: Callable[[DonePart, int, int], None] | None = None,
) -> Batch:
    """Geoparse the articles of ``inputs`` into a dataset in ``out``; parts that an earlier run finished are not read again.

    ``scheduler`` is the address of a running Dask cluster whose workers can access ``inputs`` and ``out``; without it,
    ``workers`` threads (default: one per core) of this process are used, each with a reading process. ``on_part`` is called
    with each part, the number of finished parts and the number of all. Raise ArticleError for a missing input, OutputError
    where ``out`` has the result of other inputs.
    """
    dataset = Dataset(out)
    parts = list(plan(inputs, per_part=per_part))
    settings = replace(settings, expected=settings.version(), withheld=_withheld(parts, settings))
    named = _named(parts, settings)
    before = dataset.done_parts()
    _clear_stale(dataset, named, before, settings)
    dataset.remove_unfinished(before)
    done = {name: before[name] for name in named if name in before}
    todo = {name: part for name, part in named.items() if name not in before}
    n_resumed, undone = len(done), []
    if todo:
        n_workers = min(workers or _cores(), len(todo))
        for finished in (
            _on_dask(scheduler, todo, out, settings) if scheduler else _here(todo, out, settings, n_workers)
        ):
            if isinstance(finished, str):
                undone.append(finished)
                continue
            done[finished.name] = finished
            if on_part:
                on_part(finished, len(done), len(named))
    return Batch(folder=out, done=tuple(done[n] for n in named if n in done), n_resumed=n_resumed, undone=tuple(undone))


def _here(todo: dict[str, Part], out: str, settings: Settings, workers: int) -> Iterator[DonePart]:
    """Yield each part when a thread has finished it; any error stops the run."""
    dataset, processes = Dataset(out), ReadingProcesses(settings)
    pool = ThreadPoolExecutor(workers)
    try:
        futures = [
            pool.submit(
                lambda name, part: dataset.write_part(name, settings.shown_part(part), processes.outcomes(part)),
                name,
                part,
            )
            for name, part in todo.items()
        ]
        for future in as_completed(futures):
            yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        processes.stop()
        pool.shutdown()
        processes.close()


def _on_dask(scheduler: str, todo: dict[str, Part], out: str, settings: Settings) -> Iterator[DonePart | str]:
    """Yield each part when a worker has finished it, or the reason why it is not; any other error stops the run."""
    from distributed import KilledWorker
    from distributed import as_completed as completed

    from geomap.batch.dask_worker import Readers, read_part

    with _client(scheduler) as client:
        readers = Readers(settings)
        client.register_plugin(readers)
        try:
            futures = {
                client.submit(read_part, part, name, out, settings, key=f"geomap-{name}", pure=False): name
                for name, part in todo.items()
            }
            for future in completed(futures):
                error = future.exception()
                if isinstance(error, KilledWorker):
                    part = todo[futures[future]]
                    yield (
                        f"{without_secrets(part.urls[0])}, from {part.first}: its worker died {MAX_WORKER_DEATHS} "
                        "times; run again, with smaller parts"
                    )
                elif error is not None:
                    client.cancel(list(futures))
                    raise error
                else:
                    yield cast("DonePart", future.result())
                future.release()
        finally:
            client.unregister_worker_plugin(readers.name)


@contextmanager
def _client(scheduler: str) -> Iterator[Client]:
    """Connect to a scheduler."""
    import dask
    from distributed import Client

    with dask.config.set({"distributed.scheduler.allowed-failures": MAX_WORKER_DEATHS}):
        try:
            client = Client(scheduler, timeout="15s")
        except (OSError, ValueError) as error:
            raise GeomapError(
                f"{scheduler}: the Dask scheduler does not answer ({error}); check the address"
            ) from error
        with client:
            yield client


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _named(parts: Iterable[Part], settings: Settings) -> dict[str, Part]:
    """Name each part by its position, its content and the settings: equal names, equal rows."""
    versions = repr(settings)
    numbers: dict[str, int] = {}
    named = {}
    for part in parts:
        number = numbers.setdefault(part.urls[0] if part.form != "files" else "", len(numbers))
        urls = [without_secrets(url) for url in part.urls]
        what = json.dumps(asdict(part) | {"urls": urls, "versions": versions}, sort_keys=True)
        named[f"{number:04d}-{part.first:09d}-{_digest(what)}"] = part
    if not named:
        raise ArticleError("no input was given; name JSONL, Parquet, WARC or text files")
    return named


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _withheld(parts: Iterable[Part], settings: Settings) -> tuple[str, ...]:
    """Return the inputs whose names contain a hidden name, in their order."""
    secret = hidden_in(settings.corrections)
    urls = dict.fromkeys(without_secrets(url) for part in parts for url in part.urls) if secret else ()
    return tuple(url for url in urls if secret.is_in(url))


def _clear_stale(dataset: Dataset, named: dict[str, Part], before: dict[str, DonePart], settings: Settings) -> None:
    """Remove parts of these inputs that have changed; OutputError for a folder with the parts of others."""
    wanted = {settings.shown_input(url) for part in named.values() for url in part.urls}
    stale = [done for name, done in before.items() if name not in named]
    for done in stale:
        if not set(done.urls) & wanted:
            raise OutputError(
                f"{dataset.folder}: has the result of {done.urls[0]}, which is not among these inputs; "
                "give that as well, or another folder"
            )
    for done in stale:
        dataset.remove_part(done.name)
