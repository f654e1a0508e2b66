"""Check the output paths before anything is read, so that no input is overwritten and no work is lost."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

import click

from geomap.files import check_writable, files_below

_STDOUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
_DATASET = ("mentions", "failures", "parts", "places.parquet", "regions.parquet", "days.parquet", "summary.json")


def is_stdout(output: str | None) -> bool:
    """Return whether an output path means standard output."""
    return output in _STDOUT


def check_outputs(paths: Sequence[Path], *, sources: Iterable[str | Path]) -> None:
    """Raise UsageError where two outputs are one file or one is a source, and OutputError where one cannot be written."""
    seen: dict[str, Path] = {}
    for path in paths:
        first = seen.setdefault(os.path.realpath(path), path)
        if first is not path:
            raise click.UsageError(f"{path} would be written twice; give another name with -o, or leave a format out")
    there = {identity: path for path in paths if (identity := _identity(path))}
    for identity in _identities(sources) if there else ():
        if identity in there:
            raise click.UsageError(
                f"{there[identity]} is one of the sources and would be overwritten; choose another place with -o"
            )
    for path in paths:
        check_writable(path)


def _identities(sources: Iterable[str | Path]) -> Iterator[tuple[int, int] | None]:
    """Yield the identity of every local file among the sources."""
    for source in sources:
        yield _identity(source)
        with suppress(OSError):  # not a folder, or one that cannot be listed, which reading it will report
            for name, _ in files_below(source):
                yield _identity(Path(source, name))


def _identity(path: str | Path) -> tuple[int, int] | None:
    """Return device and inode, which are the same for all names and links of a file; None where there is no file."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def check_dataset(out: str, *, inputs: Sequence[str]) -> None:
    """Raise UsageError where a batch would read its own output, and OutputError where it cannot write."""
    if "://" in out.removeprefix("file://"):
        return
    folder = os.path.realpath(out.removeprefix("file://"))
    for given in inputs:
        if "://" not in given.removeprefix("file://") and _overlap(
            os.path.realpath(given.removeprefix("file://")), folder
        ):
            raise click.UsageError(f"--out {out} and the input {given} overlap; choose another folder with --out")
    check_writable(Path(folder) / _DATASET[-1])


def _overlap(given: str, folder: str) -> bool:
    """Return whether an input (a file, a folder or a pattern) includes files of the dataset in ``folder``."""
    if any(c in given for c in "*?["):
        written = [PurePath(folder, *name) for name in (("places.parquet",), ("mentions", "0.parquet"))]
        return any(fnmatch.fnmatchcase(str(path), given) if "**" in given else path.match(given) for path in written)
    inside = PurePath(given)
    if inside.is_relative_to(folder) and inside != PurePath(folder):
        return inside.relative_to(folder).parts[0] in _DATASET
    return PurePath(folder).is_relative_to(given)
