"""The Dask worker: it has reading processes, and geoparses and writes one part at a time with one of them."""

from __future__ import annotations

import hashlib
from typing import cast

from distributed import WorkerPlugin, get_worker

from geomap.batch.dataset import Dataset, DonePart
from geomap.batch.partitions import Part
from geomap.batch.settings import Settings
from geomap.batch.supervisor import ReadingProcesses


class Readers(WorkerPlugin):
    """The reading processes of a worker."""

    idempotent = True

    def __init__(self, settings: Settings) -> None:
        self.name = plugin_name(settings)
        self.settings = settings
        self.processes: ReadingProcesses | None = None

    def setup(self, worker: object) -> None:  # noqa: ARG002 - Dask's signature
        """Create an empty pool; a process is started when a part needs it."""
        self.processes = ReadingProcesses(self.settings)

    def teardown(self, worker: object) -> None:  # noqa: ARG002 - Dask's signature
        """End the processes when the worker or the run ends."""
        if self.processes:
            self.processes.stop()
            self.processes.close()


def plugin_name(settings: Settings) -> str:
    """Return the name of the plugin for these settings."""
    return f"geomap-{hashlib.sha256(repr(settings).encode()).hexdigest()[:12]}"


def read_part(part: Part, name: str, out: str, settings: Settings) -> DonePart:
    """Geoparse and write one part; if the worker dies here, another worker repeats the part."""
    readers = cast("Readers", get_worker().plugins[plugin_name(settings)])
    processes = readers.processes or ReadingProcesses(settings)
    return Dataset(out).write_part(name, settings.shown_part(part), processes.outcomes(part))
