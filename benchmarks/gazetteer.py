"""The gazetteer's and the atlas's figures against their limits: ``python benchmarks/gazetteer.py`` prints the table of the README.

CPU time, medians: what else runs on the machine counts for little. Names and points are drawn from the gazetteer itself.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from geomap.gazetteer.store import FileGazetteer  # noqa: E402
from geomap.manifest import open_geodata  # noqa: E402

N_NAMES, N_FUZZY, N_POINTS = 2_000, 100, 10_000


def main() -> None:
    """Print the table: each figure beside the limit it must keep."""
    if sys.argv[1:] == ["memory"]:
        print(f"{_memory():.0f}")
        return
    geodata = open_geodata()
    path = geodata.path("gazetteer.bin")
    opening = median(_seconds(lambda: FileGazetteer(path).close()) for _ in range(20))
    with FileGazetteer(path) as gazetteer:
        places = random.Random(1).sample([gazetteer._place(r) for r in range(len(gazetteer))], N_POINTS)  # noqa: S311, SLF001
        names = [place.name for place in places[:N_NAMES]]
        typos = [name[:3] + name[4:] for name in names if len(name) > 8][:N_FUZZY]
        cold = median(_each(gazetteer.lookup, names))
        warm = median(_each(gazetteer.lookup, names))
        fuzzy = median(_each(lambda name: gazetteer.lookup(name, fuzzy=True), typos))
    join = _join(places)
    memory = subprocess.run([sys.executable, __file__, "memory"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    size = sum((geodata.folder / name).stat().st_size for name, _ in geodata.digests) / 1e6
    models = (
        sum((geodata.folder / n).stat().st_size for n, _ in geodata.digests if n.startswith(("reco", "multi"))) / 1e6
    )
    rows = [
        ("lookup of a name, cached", f"{warm * 1e6:.1f} µs", "30 µs"),
        ("the same, uncached", f"{cold * 1e6:.0f} µs", ""),
        ("lookup with one typo", f"{fuzzy * 1e3:.1f} ms", "3 ms"),
        ("opening", f"{opening * 1e3:.1f} ms", "50 ms"),
        (f"regions of {N_POINTS:,} points", f"{join:.2f} s", "1 s"),
        ("resident memory after 1,000 lookups", f"{float(memory):.0f} MB", "120 MB"),
        ("`geodata/` without the recognisers", f"{size - models:.1f} MB", "70 MB"),
    ]
    print("| | median | limit |\n|---|---|---|")
    print("\n".join(f"| {what} | {figure} | {limit} |" for what, figure, limit in rows))


def _seconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def _each(ask: Callable[[str], object], names: Iterable[str]) -> list[float]:
    return [_seconds(lambda name=name: ask(name)) for name in names]


def _join(places: list) -> float:
    """Return the seconds of a second join: the first also decodes the polygons."""
    from geomap.boundaries.atlas import Atlas
    from geomap.boundaries.join import regions

    atlas = Atlas(open_geodata())
    return min(_seconds(lambda: regions(places, atlas=atlas)) for _ in range(3))


def _memory() -> float:
    """Return the resident memory of a process that has looked up the names of a thousand places, MB."""
    with FileGazetteer(open_geodata().path("gazetteer.bin")) as gazetteer:
        for record in range(0, len(gazetteer), len(gazetteer) // 1000):
            gazetteer.lookup(gazetteer._place(record).name)  # noqa: SLF001
    # The kernel's own count: getrusage also remembers what the parent was when it forked.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


main()
