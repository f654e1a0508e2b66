"""Fuzz one target: ``python -m tests.fuzz.run TARGET [FOLDER] [libFuzzer options]``; needs atheris.

Inputs of the corpus are the seeds; what is new goes to FOLDER, what fails to the current one, as ``crash-…``.
"""

import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import atheris

PARSERS = {"feeds": "feedparser", "markdown": "markdown_it", "pdf": "pypdf"}
"""What reads the bytes behind geomap's own reader."""
BEHIND = [PARSERS[one] for one in sys.argv[1:2] if one in PARSERS]

# What is imported when it is needed would come too late to be watched.
with atheris.instrument_imports(include=["geomap", *BEHIND]):
    import geomap

    for parser in BEHIND:
        import_module(parser)
    for module in walk_packages(geomap.__path__, "geomap."):
        if module.name != "geomap.__main__":
            import_module(module.name)
    from tests.fuzz.targets import TARGETS


def main():
    name, *rest = sys.argv[1:]
    seeds = Path(__file__).parent / "corpus" / name
    atheris.Setup([sys.argv[0], *rest, *([str(seeds)] if seeds.is_dir() else [])], TARGETS[name])
    atheris.Fuzz()


main()
