"""Time geomap on made-up articles and print a table with the machine and the versions: ``make bench``.

CPU seconds are user and system of the process and its children; they say what an idle machine would take. Wall
seconds are the best of several runs, and grow with whatever else runs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from articles import articles

from geomap._version import __version__
from geomap.api import geoparse
from geomap.batch.partitions import plan
from geomap.batch.run import run_batch
from geomap.batch.settings import Settings
from geomap.batch.worker_process import outcomes
from geomap.boundaries.join import regions
from geomap.gazetteer.store import FileGazetteer
from geomap.gazetteer.writer import Entry, build_gazetteer
from geomap.pipeline import draw, report
from geomap.resources import Resources, open_resources
from geomap.types import Place

SAMPLE = Path(__file__).parents[1] / "geomap" / "samples" / "2023-09-24-karabakh.txt"
HERE = Path(__file__).parent


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--articles", type=int, default=400, help="how many to make up")
    asked.add_argument("--compare", metavar="PYTHON", help="an interpreter with requirements-compare.txt installed")
    given = asked.parse_args()
    print(_machine())
    with tempfile.TemporaryDirectory() as folder:
        resources = open_resources()
        news = Path(folder) / "news.jsonl"
        news.write_text("\n".join(_made_up(given.articles, resources)) + "\n", encoding="utf-8")
        _cold_start()
        _reading(news, given.articles)
        _workers(news, Path(folder), given.articles)
        _steps(resources)
        _gazetteers(Path(folder))
        if given.compare:
            _compare(given.compare, news)


def _machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    packages = ", ".join(f"{p} {version(p)}" for p in ("numpy", "pandas", "geopandas", "shapely", "folium", "dask"))
    load = os.getloadavg()[0]
    return (
        f"# geomap {__version__} on Python {platform.python_version()}, {platform.system()} {platform.release()}\n"
        f"{model}, {os.cpu_count()} cores, load {load:.1f} at the start; {packages}\n"
    )


def _row(what: str, **figures: object) -> None:
    print(f"{what:<44} " + "  ".join(f"{name} {value}" for name, value in figures.items()), flush=True)


def _made_up(n: int, resources: Resources) -> list[str]:
    """Return articles that name towns and countries of the gazetteer."""
    every = [c.place for name in _seed_names() for c in resources.gazetteer.lookup(name, limit=1)]
    near = {p.id: p for one in every for p in resources.gazetteer.near(one.lon, one.lat, km=80, limit=60)}
    towns = sorted({p.name for p in near.values() if p.kind == "settlement" and p.name.isascii()})
    return list(articles(n, names=towns, countries=sorted({p.name for p in every if p.kind == "country"})))


def _seed_names() -> list[str]:
    return (
        "Armenia Georgia France Germany Kenya Peru Japan Canada Chile India Poland Spain Turkey Brazil Ghana Italy Norway "
        "Yerevan Tbilisi Lyon Dresden Nairobi Lima Osaka Toronto Santiago Pune Krakow Seville Ankara Recife Kumasi Turin Bergen"
    ).split()


def _spent(command: list[str]) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command line
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _cold_start() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for what, arguments in (
            ("--help", ["--help"]),
            ("lookup Goris", ["lookup", "Goris"]),
            ("map, the sample", ["map", str(SAMPLE), "-o", f"{folder}/map.html"]),
        ):
            runs = [_spent([sys.executable, "-m", "geomap", *arguments]) for _ in range(5)]
            _row(f"cold start: {what}", wall=f"{min(r[0] for r in runs):.2f} s", cpu=f"{min(r[1] for r in runs):.2f} s")


def _reading(news: Path, n: int) -> None:
    """One core, growing: articles a second of CPU and of wall, and the most memory so far."""
    reading = Settings().open()
    for share in (n // 4, n // 2, n):
        part = next(plan([str(news)], per_part=share))
        began, cpu = time.perf_counter(), time.process_time()
        n_mentions = sum(len(o.mentions) for o in outcomes(part, reading=reading))
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        _row(
            f"read {share} articles, one core",
            articles_per_cpu_s=f"{share / cpu:.0f}",
            articles_per_s=f"{share / wall:.0f}",
            mentions=n_mentions,
            peak=f"{peak} MB",
        )


def _workers(news: Path, folder: Path, n: int) -> None:
    """Time the whole batch, start of the workers included, with one process and with two."""
    walls = {}
    for workers in (1, 2):
        began, own, others = time.perf_counter(), time.process_time(), _children()
        run_batch([str(news)], out=str(folder / f"out{workers}"), settings=Settings(), workers=workers, per_part=n // 8)
        walls[workers] = time.perf_counter() - began
        own, others = time.process_time() - own, _children() - others
        _row(
            f"batch of {n}, {workers} process(es)",
            wall=f"{walls[workers]:.1f} s",
            articles_per_s=f"{n / walls[workers]:.0f}",
            cpu=f"{own + others:.1f} s",
            of_it_in_the_parent=f"{own:.1f} s",
        )
    _row("two processes against one", times=f"{walls[1] / walls[2]:.2f}")


def _children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _timed(what: str, run: Callable[[], object], *, times: int, unit: str) -> None:
    run()
    began = time.process_time()
    for _ in range(times):
        run()
    _row(what, cpu=f"{(time.process_time() - began) / times * 1e6:,.0f} µs {unit}")


def _steps(resources: Resources) -> None:
    from geomap.ingest.readers import load_articles

    [article] = load_articles([SAMPLE])
    done = [geoparse(article, resources=resources)]
    reports = report(done, resources=resources)
    places = list(resources.gazetteer.near(44.5, 40.2, km=400, limit=1000))
    names = [p.name for p in places]

    def look_up() -> None:
        resources.gazetteer._exact.cache_clear()  # noqa: SLF001 - a cold look-up is what is timed
        for name in names:
            resources.gazetteer.lookup(name)

    _timed(f"look up {len(names)} names, uncached", look_up, times=5, unit="in all")
    _timed(
        f"join {len(places)} places to their regions",
        lambda: regions(places, atlas=resources.atlas),
        times=3,
        unit="in all",
    )
    _timed("read the sample", lambda: geoparse(article, resources=resources), times=10, unit="an article")
    _timed("render the sample", lambda: draw(done, reports, title="t", resources=resources), times=3, unit="a map")


def _gazetteers(folder: Path) -> None:
    """Look-up against gazetteers of growing size: it should not grow with them."""
    for n in (1_000, 10_000, 100_000):
        path = folder / f"{n}.bin"
        build_gazetteer(path, [_entry(i) for i in range(1, n + 1)])
        with FileGazetteer(path) as gazetteer:
            wanted = [f"Town {i}" for i in range(1, n, n // 1000)]
            began = time.process_time()
            for name in wanted:
                gazetteer.lookup(name)
            spent = (time.process_time() - began) / len(wanted) * 1e6
        _row(f"look-up in {n} places", cpu=f"{spent:.0f} µs a name", file=f"{path.stat().st_size / 1e6:.1f} MB")


def _entry(i: int) -> Entry:
    place = Place(
        id=f"gn:{i}", name=f"Town {i}", kind="settlement", lon=i % 360 - 180, lat=i % 160 - 80, country="AA",
        feature_code="PPL", population=i, geonameid=i,
    )  # fmt: skip
    return Entry(place=place, names=(), weight=0)


def _compare(python: str, news: Path) -> None:
    """Time what a user would pick instead, one program at a time, each in a process of its own."""
    for program in ("spacy", "flashgeotext", "local-geocode"):
        done = subprocess.run(  # noqa: S603 - our own script
            [python, str(HERE / "compare.py"), str(news), program], capture_output=True, text=True, check=False
        )
        if done.returncode:
            _row(program, failed=done.stderr.strip().splitlines()[-1][:120])
            continue
        figures = json.loads(done.stdout.splitlines()[-1])
        _row(figures.pop("program"), **figures)


main()
