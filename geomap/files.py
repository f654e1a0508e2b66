"""Files: opened only where they are regular, written as a whole or not at all, named in ASCII."""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

from geomap.errors import OutputError, ProjectError

NOT_REGULAR = "it is neither a file nor a folder"
"""What the OSError of ``open_regular`` says of a pipe, a socket or a device."""


def open_regular(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a regular file for reading; OSError where there is none, for a pipe, a socket or a device too.

    A pipe without a writer would wait for ever, and a device may never end. What is opened is what is checked, so that
    nothing can be put in its place in between.
    """
    # Without waiting: opening a pipe for reading blocks until somebody writes into it.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, NOT_REGULAR, str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_regular(path: str | os.PathLike[str], *, limit: int = -1) -> bytes:
    """Return the bytes of a regular file, at most ``limit`` of them; OSError as of ``open_regular``."""
    with open_regular(path) as file:
        return file.read(limit)


def read_own_text(path: Path) -> str:
    """Return the text of a file that belongs to a project; FileNotFoundError where there is none, ProjectError of all else."""
    try:
        return read_regular(path).decode("utf-8-sig")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from error


def files_below(folder: str | os.PathLike[str]) -> Iterator[tuple[str, OSError | None]]:
    """Yield the paths below ``folder``, with slashes, in order of their parts, without hidden ones.

    A folder that cannot be listed, and a link to a folder, which is not followed, stand there with the error that says
    so: nothing is left out in silence.
    """
    found: list[tuple[str, OSError | None]] = []
    waiting = [""]
    while waiting:  # no recursion: folders may be nested deeper than calls
        prefix = waiting.pop()
        try:
            with os.scandir(os.path.join(folder, prefix)) as entries:  # noqa: PTH118 - as the folder was given
                _sort_out(entries, prefix, found, waiting)
        except OSError as error:
            if not prefix:
                raise
            found.append((prefix.rstrip("/"), error))
    yield from sorted(found, key=lambda one: one[0].split("/"))


def _sort_out(
    entries: Iterable[os.DirEntry[str]], prefix: str, found: list[tuple[str, OSError | None]], waiting: list[str]
) -> None:
    for entry in entries:
        name = prefix + entry.name
        if entry.name.startswith("."):
            continue
        if not _is_folder(entry):
            found.append((name, None))
        elif entry.is_symlink():
            found.append((name, OSError(errno.ELOOP, "it is a link to a folder, which is not followed")))
        else:
            waiting.append(f"{name}/")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself: opening it says so
        return False


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path as it may be printed, with escapes for what is not UTF-8 in it."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_there(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path leads to something; False, where ``Path.exists`` raises, below a folder that is closed to us."""
    try:
        Path(path).stat()
    except (OSError, ValueError):
        return False
    return True


def is_utf8(name: str) -> bool:
    """Tell whether a file's name is UTF-8: one that is not can stand in no output."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def write_whole(path: Path, data: bytes) -> None:
    """Write one file as ``write_all`` does."""
    write_all({path: data})


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write each file aside, and rename them all when the last is written: nobody ever sees half a file.

    A link stays a link and its target is written; a file that was there keeps its mode. OutputError where one cannot be
    written, or is a pipe or a device, which a rename would replace; then none is.
    """
    moves: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, data in files.items():
            target = _target(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = _aside(target)
            moves.append((aside, target))
            _write_new(aside, data, like=target)
        for path, (aside, target) in zip(files, moves, strict=True):  # noqa: B007 - named where one fails
            aside.replace(target)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        for aside, _ in moves:
            with suppress(OSError):
                aside.unlink()  # gone where it was renamed


def check_writable(path: Path) -> None:
    """Raise the OutputError that ``write_whole`` is sure to raise; what it does not see, as a full disk, it does not."""
    try:
        folder = _target(path).parent
        while not os.path.lexists(folder) and folder != folder.parent:
            folder = folder.parent
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "its folder is read-only")
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written ({error.strerror or error}); choose another place with -o")


def _target(path: Path) -> Path:
    """Return the path that is to be written, of a link what it leads to; OSError for a folder, a pipe or a device."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, NOT_REGULAR)
    return path.resolve() if path.is_symlink() else path


def _aside(target: Path) -> Path:
    # Cut by bytes: file systems count those, at most 255.
    return target.with_name(f".{os.fsdecode(os.fsencode(target.name)[:100])}.{os.getpid()}.part")


def _write_new(path: Path, data: bytes, *, like: Path) -> None:
    """Write a file that nobody has put there before, with the mode of another where that exists."""
    path.unlink(missing_ok=True)  # of a process of this number that was killed
    with path.open("xb") as file:
        file.write(data)
    with suppress(OSError):
        path.chmod(stat.S_IMODE(like.stat().st_mode) & 0o777)


def slug(title: str) -> str:
    """Return ``title`` as a file name: ASCII letters, digits and hyphens, at most 60; "map" where nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "map"
