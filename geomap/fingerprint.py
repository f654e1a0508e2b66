"""Cache keys of what stored results are computed from: the code, by its import graph, its data files, and the geodata.

A result depends on the modules that the module which computes it imports, directly or through others. So an unrelated module may
change without anything being computed again, and no list of names has to be kept.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
INGEST = ("geomap.ingest.readers", "geomap.ingest.parser_process")
"""What turns files into articles; the second is a process of its own, so nothing imports it."""
EXTRACTORS = ("trafilatura", "pypdf", "markdown-it-py", "charset-normalizer")
GEOPARSE = ("geomap.geoparser", "geomap.gazetteer.layered")
"""What decides the mentions of an article; the second stands in for the gazetteer where a user has places of their own."""
_FROM = re.compile(r"from (geomap[\w.]*) import (\([^()]*+\)|[^\n#]*)")
_IMPORT = re.compile(r"import (geomap[\w.]*)")


@cache
def ingest_key() -> str:
    """Return the key of what turns files into articles: 32 hexadecimal digits, as all keys here."""
    return key_of([code_key(*INGEST), *(f"{name} {_version(name)}" for name in EXTRACTORS)])


def geoparse_key(geodata_version: str) -> str:
    """Return the key of what decides mentions: the modules behind ``GEOPARSE``, their data, and the geodata."""
    return key_of([geodata_version, code_key(*GEOPARSE)])


def output_key(geodata_version: str) -> str:
    """Return the key of everything that shapes what is written: the whole package and the geodata."""
    return key_of([geodata_version, _files_key(_package_files(PACKAGE))])


@cache
def code_key(*modules: str) -> str:
    """Return the key of the code that ``modules`` import, directly or through others, with the data files beside it."""
    return _files_key(sorted(files_behind(modules)))


def files_behind(modules: Iterable[str], package: Path = PACKAGE) -> set[Path]:
    """Return the files that ``modules`` are computed by: those they import, directly or not, and the ``data/`` beside each."""
    found: set[Path] = set()
    waiting = list(modules)
    while waiting:
        path = module_file(waiting.pop(), package)
        if path is None or path in found:
            continue
        found.add(path)
        waiting += _imported_by(path)
    folders = {path.parent / "data" for path in found}
    return found | {path for path in _package_files(package) if path.parent in folders}


def imported_modules(source: str) -> Iterator[str]:
    """Yield the names in geomap that a module's source, with the spaces of a formatter, imports anywhere, lazily or for types alike.

    Of ``from a import b`` both ``a`` and ``a.b``, since either may be the module. Regular expressions that begin with plain text:
    a syntax tree of every module would take half a second of each build.
    """
    yield from _IMPORT.findall(source)
    for parent, names in _FROM.findall(source):
        yield parent
        for name in re.sub(r"#[^\n]*", "", names).strip("() \t\n").split(","):
            yield f"{parent}.{name.split()[0]}" if name.split() else parent


@cache
def _imported_by(path: Path) -> frozenset[str]:
    return frozenset(imported_modules(path.read_text(encoding="utf-8")))


def module_file(module: str, package: Path = PACKAGE) -> Path | None:
    """Return the file of a module of geomap; None where there is none, or where it is the package's face, which computes nothing."""
    return _modules(package).get(module)


@cache
def _modules(package: Path) -> dict[str, Path]:
    """Return the modules and packages below the package's face by their dotted names."""
    root = package.parent
    names = {
        path: path.relative_to(root).with_suffix("").parts for path in _package_files(package) if path.suffix == ".py"
    }
    modules = {".".join(parts[:-1] if parts[-1] == "__init__" else parts): path for path, parts in names.items()}
    return {name: path for name, path in modules.items() if "." in name}


@cache
def _package_files(package: Path) -> list[Path]:
    """Return the files of the package, sorted, without the geodata, whose version stands in the manifest."""
    found: list[Path] = []
    for folder, folders, names in os.walk(package):
        folders[:] = [name for name in folders if name not in ("geodata", "__pycache__")]
        found += (Path(folder, name) for name in names)
    return sorted(found)


def _files_key(files: Iterable[Path]) -> str:
    return key_of([f"{path.relative_to(PACKAGE).as_posix()} {_digest(path)}" for path in files])


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version(name: str) -> str:
    """Return the version of an installed distribution, "none" without one; ``importlib.metadata`` takes 10 ms to import."""
    start, end = f"{name.replace('-', '_')}-", ".dist-info"
    found = (entry.name for folder in map(Path, sys.path) if folder.is_dir() for entry in folder.glob(f"{start}*{end}"))
    return next((entry[len(start) : -len(end)] for entry in found), "none")


def key_of(parts: Iterable[str]) -> str:
    """Return the key of what is computed from ``parts``: 32 hexadecimal digits."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
