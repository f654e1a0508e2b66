"""How a map project grows: ``python benchmarks/growth.py CHART.svg --sizes 1000 2500 5000 7500 10000`` (``make growth``).

At each size, in one project that grows: the build that brings it there; a build with one new article and a build with nothing
new, medians of ``--repeats``; and how long the story map takes to open in headless Chromium, from asking for it until two frames
after everything has loaded. Wall seconds; memory is the most a process had (resident, MB of 10^6 bytes). A build with
nothing new that touches a file of ``output/`` ends the run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.benchmarks.make_articles import make_articles

GEOMAP = Path(sys.executable).parent / "geomap"
LIMITS = {"one new article": 2.0, "nothing new": 1.0, "map opens": 2.0}
"""Seconds."""
MOST_MB = 600.0
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What was measured with so many articles in the project."""

    n_articles: int
    full_s: float
    """Of the build that read what was added since the size before."""
    seconds: dict[str, float]
    """By what is done, as ``LIMITS``."""
    memory_mb: float
    """The most of any build."""
    map_mb: float


def main() -> None:
    """Measure, print a line a size, draw the chart."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("chart", type=Path)
    asked.add_argument("--sizes", type=int, nargs="+", default=[1000, 2500, 5000, 7500, 10_000])
    asked.add_argument("--repeats", type=int, default=5)
    given = asked.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} at the start")
    print(f"{'articles':>8} {'that build':>11} {'one new':>8} {'nothing':>8} {'opens':>7} {'memory':>8} {'map':>7}")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "story"
        subprocess.run([GEOMAP, "init", project, "--title", "Growth"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        found: list[Size] = []
        for size in given.sizes:
            found.append(measure(project, size, repeats=given.repeats))
            one = found[-1]
            told = " ".join(f"{one.seconds[what]:>6.2f} s" for what in LIMITS)
            print(
                f"{size:>8} {one.full_s:>9.1f} s {told} {one.memory_mb:>5.0f} MB {one.map_mb:>4.1f} MB",
                flush=True,
            )
    draw(found, given.chart)


def measure(project: Path, size: int, *, repeats: int) -> Size:
    """Bring the project to ``size`` articles, ``repeats`` of them one by one, and time it."""
    articles = project / "articles"
    there = len(list(articles.glob("*.txt")))
    make_articles(articles, n_articles=size - repeats - there, first=there)
    full_s, memory = build(project)
    build(project)  # files so fresh that a change might go unseen are read once more
    adding, idle, most = [], [], [memory]
    for number in range(size - repeats, size):
        make_articles(articles, n_articles=1, first=number)
        seconds, memory = build(project)
        adding.append(seconds)
        most.append(memory)
    time.sleep(2.5)
    build(project)
    before = stamps(project / "output")
    for _ in range(repeats):
        seconds, memory = build(project)
        idle.append(seconds)
        most.append(memory)
    if stamps(project / "output") != before:
        sys.exit("a build with nothing new touched output/")
    index = project / "output" / "index.html"
    opened = opening(index, repeats=repeats)
    seconds_of = {"one new article": median(adding), "nothing new": median(idle), "map opens": median(opened)}
    return Size(
        n_articles=size, full_s=full_s, seconds=seconds_of, memory_mb=max(most), map_mb=index.stat().st_size / 1e6
    )


def build(project: Path) -> tuple[float, float]:
    """Return wall seconds and most memory, MB, of a build in a process of its own."""
    began = time.perf_counter()
    process = subprocess.Popen([GEOMAP, "build", "-C", project], stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"geomap build failed with {process.returncode}")
    return time.perf_counter() - began, used.ru_maxrss * 1024 / 1e6


def stamps(folder: Path) -> dict[str, int]:
    """Return when each file was written, nanoseconds."""
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*")) if path.is_file()}


def opening(index: Path, *, repeats: int) -> list[float]:
    """Return the seconds from asking for the page until two frames after it has loaded, a new browser each time."""
    found = []
    with sync_playwright() as playwright:
        for _ in range(repeats):
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            began = time.perf_counter()
            page.goto(index.as_uri())
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            found.append(time.perf_counter() - began)
            browser.close()
    return found


def draw(found: list[Size], path: Path) -> None:
    """Write the curves, and the limits they are held to, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "growth"
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    sizes = [one.n_articles for one in found]
    for what, limit in LIMITS.items():
        (line,) = left.plot(sizes, [one.seconds[what] for one in found], marker="o", label=what)
        left.axhline(limit, color=line.get_color(), linewidth=0.8, linestyle=":")
    left.set(xlabel="articles in the project", ylabel="seconds (dotted: limit)", ylim=(0, 2.4), xlim=(0, None))
    left.legend(frameon=False)
    right.plot(sizes, [one.memory_mb for one in found], marker="o", color="black")
    right.axhline(MOST_MB, color="black", linewidth=0.8, linestyle=":")
    right.set(xlabel="articles in the project", ylabel="most memory of a build, MB", ylim=(0, 660), xlim=(0, None))
    figure.savefig(path, metadata={"Date": None})


main()
