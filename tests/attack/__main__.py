"""The attacks in their long form, in turn, until the time is over: ``python -m tests.attack --seconds 3600``.

Each attack takes a seed and a number of tries, and returns what it found; the seed that found something finds it again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))  # for the toys

Attack = Callable[[int, int], list[str]]


@dataclass
class Tally:
    """What has been tried of an attack, and what it found."""

    run: Attack
    n_at_once: int
    n_tries: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def attacks() -> dict[str, Tally]:
    """Return every attack by its name, with how many tries it is given at a time."""
    from tests.attack import flip_library, server, test_conditions

    return {
        "server": Tally(server.attack, 500),
        "libraries": Tally(flip_library.attack, 50),
        "conditions": Tally(test_conditions.attack, 10),
        "page": Tally(_page, 20),
        "sources": Tally(_sources, 1),
        "killed batches": Tally(_killed_batches, 10),
        "killed adding": Tally(_killed_adding, 10),
    }


def _killed_batches(seed: int, n: int) -> list[str]:
    from tests.batch import test_killed

    try:
        test_killed.attack(seed=seed, kills=n)
    except AssertionError as error:
        return [str(error)]
    return []


def _killed_adding(seed: int, n: int) -> list[str]:
    from tests.e2e import test_killed

    with tempfile.TemporaryDirectory() as folder:
        try:
            test_killed.add_and_kill(Path(folder), seed=seed, kills=n)
        except AssertionError as error:
            return [str(error)]
    return []


def _page(seed: int, n: int) -> list[str]:
    from tests.attack import pages

    with _browser() as browser, tempfile.TemporaryDirectory() as folder:
        return pages.attack(seed * 1000, n, browser=browser, folder=Path(folder))


def _sources(seed: int, n: int) -> list[str]:
    from tests.attack import pages

    faults = []
    for number in range(n):
        with _browser() as browser, tempfile.TemporaryDirectory() as folder:
            faults += pages.attack_by_sources(seed * 1000 + number, browser=browser, folder=Path(folder))
    return faults


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    from tests.support.browser import ARGS

    path = os.environ.get("GEOMAP_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


def main() -> None:
    """Run every attack, the one that has had least time first; print the tally; exit 1 where anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--only", choices=sorted(attacks()), help="this one alone")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tallies = {name: one for name, one in attacks().items() if given.only in (None, name)}
    until = time.monotonic() + given.seconds
    seed = given.seed
    try:
        while time.monotonic() < until:
            name, tally = min(tallies.items(), key=lambda item: item[1].seconds)
            began = time.monotonic()
            found = tally.run(seed, tally.n_at_once)
            tally.seconds += time.monotonic() - began
            tally.n_tries += tally.n_at_once
            tally.faults += found
            for fault in found:
                sys.stdout.write(f"{name}, seed {seed}: {fault}\n")
            seed += 1
            sys.stdout.flush()
    finally:  # where an attack itself breaks, what was tried before it is still reported
        for name, tally in tallies.items():
            sys.stdout.write(f"{name}: {tally.n_tries:,} tries in {tally.seconds:.0f} s, {len(tally.faults)} faults\n")
    sys.exit(any(tally.faults for tally in tallies.values()))


if __name__ == "__main__":
    main()
