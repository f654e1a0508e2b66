"""Watch the memory of a batch while it grows: ``python benchmarks/memory.py --articles 20000 --workers 1``.

Articles are made up with towns drawn from the whole gazetteer, so that every cache meets names it has not seen. A row
for each ``--every`` articles: what each reading process has (RSS), what of it is its own (anonymous: not mapped from
the geodata, which all processes share), and the same of the process that was started; MB of 10^6 bytes.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))

from articles import articles

from geomap.batch.dataset import DonePart
from geomap.batch.run import run_batch
from geomap.batch.settings import Settings
from geomap.resources import open_resources

PER_PART = 250
N_TOWNS = 20_000


def main() -> None:
    """Print the rows."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--articles", type=int, default=20_000)
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--every", type=int, default=1000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        news = Path(folder) / "news.jsonl"
        with news.open("w", encoding="utf-8") as stream:
            towns, countries = _names()
            stream.writelines(f"{line}\n" for line in articles(given.articles, names=towns, countries=countries))
        print(f"{'articles':>8}  {'reading processes: RSS (own)':<40}  parent")
        read = 0

        def tell(part: DonePart, _n_done: int, _n_parts: int) -> None:
            nonlocal read
            before, read = read, read + part.n_articles
            if read // given.every > before // given.every or before == 0:
                here = psutil.Process()
                readers = [c for c in here.children() if "geomap.batch.worker_process" in " ".join(c.cmdline())]
                print(f"{read:>8}  {'  '.join(_memory(one) for one in readers):<40}  {_memory(here)}", flush=True)

        run_batch(
            [str(news)],
            out=f"{folder}/out",
            settings=Settings(),
            workers=given.workers,
            per_part=PER_PART,
            on_part=tell,
        )


def _names() -> tuple[list[str], list[str]]:
    """Return names of towns, drawn from all, and of countries."""
    gazetteer = open_resources().gazetteer
    places = [gazetteer._place(record) for record in range(len(gazetteer))]  # noqa: SLF001 - every place there is
    towns = sorted({p.name for p in places if p.kind == "settlement"})
    countries = sorted({p.name for p in places if p.kind == "country"})
    return random.Random(7).sample(towns, N_TOWNS), countries  # noqa: S311 - reproducible on purpose


def _memory(process: psutil.Process) -> str:
    found = process.memory_info()
    return f"{found.rss / 1e6:.0f} ({(found.rss - found.shared) / 1e6:.0f})"


main()
