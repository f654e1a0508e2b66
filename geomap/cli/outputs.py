"""Where the commands write: checked before anything is read, so that no input is overwritten and no work is lost."""

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


class Utf8(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.5
    """A text that is printed or stored, and so must be UTF-8; paths need not be."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text; a usage error where it is not UTF-8."""
        try:
            value.encode()
        except UnicodeEncodeError:
            self.fail("is not UTF-8; give text in UTF-8", param, ctx)
        return value


UTF8 = Utf8()


def is_stdout(output: str | None) -> bool:
    """Tell whether a given output means standard output."""
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
    """Yield the identity of every file of this machine that the sources name."""
    for source in sources:
        yield _identity(source)
        with suppress(OSError):  # of what is no folder; of one that cannot be listed, reading tells
            for name, _ in files_below(source):
                yield _identity(Path(source, name))


def _identity(path: str | Path) -> tuple[int, int] | None:
    """Return what tells a file by any of its names and links, None where there is none."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def check_dataset(out: str, *, inputs: Sequence[str]) -> None:
    """Raise UsageError where a batch would read what it writes, and OutputError where it cannot write."""
    if "://" in out.removeprefix("file://"):
        return
    folder = os.path.realpath(out.removeprefix("file://"))
    for given in inputs:
        if "://" not in given.removeprefix("file://") and _meet(
            os.path.realpath(given.removeprefix("file://")), folder
        ):
            raise click.UsageError(
                f"--out {out} and the input {given} hold each other; choose another folder with --out"
            )
    check_writable(Path(folder) / _DATASET[-1])


def _meet(given: str, folder: str) -> bool:
    """Tell whether an input, a file, a folder or a pattern, holds files of the dataset in ``folder``."""
    if any(c in given for c in "*?["):
        written = [PurePath(folder, *name) for name in (("places.parquet",), ("mentions", "0.parquet"))]
        return any(fnmatch.fnmatchcase(str(path), given) if "**" in given else path.match(given) for path in written)
    inside = PurePath(given)
    if inside.is_relative_to(folder) and inside != PurePath(folder):
        return inside.relative_to(folder).parts[0] in _DATASET
    return PurePath(folder).is_relative_to(given)
