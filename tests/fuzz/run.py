"""Fuzz one target: ``python -m tests.fuzz.run TARGET [FOLDER] [libFuzzer options]``; needs atheris.

Inputs of the corpus are the seeds; what is new goes to FOLDER, what fails to the current one, as ``crash-…``.
"""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))  # for the toys

with atheris.instrument_imports(include=["geomap", "pypdf", "feedparser", "markdown_it", "email"]):
    from tests.fuzz.targets import TARGETS


def main():
    name, *rest = sys.argv[1:]
    seeds = Path(__file__).parent / "corpus" / name
    atheris.Setup([sys.argv[0], *rest, *([str(seeds)] if seeds.is_dir() else [])], TARGETS[name])
    atheris.Fuzz()


main()
