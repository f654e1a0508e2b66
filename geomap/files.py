"""Files: only regular files are opened, writes are atomic, file names are ASCII."""

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
"""The message of the OSError of ``open_regular`` for a pipe, a socket or a device."""


def open_regular(path: str | os.PathLike[str]) -> BufferedReader:
    """Open a regular file for reading; OSError where it does not exist, also for a pipe, a socket or a device.

    A pipe without a writer would block, and a device may never end. The open file is checked, so that it cannot be replaced
    between the check and the opening.
    """
    # O_NONBLOCK: opening a pipe for reading blocks until another process opens it for writing.
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
    """Return the text of a project's file; FileNotFoundError where it does not exist, ProjectError where it cannot be read."""
    try:
        return read_regular(path).decode("utf-8-sig")
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from error


def files_below(folder: str | os.PathLike[str]) -> Iterator[tuple[str, OSError | None]]:
    """Yield the paths below ``folder``, with slashes, sorted by their parts, without hidden files.

    A folder that cannot be listed, and a link to a folder, which is not followed, are yielded with an OSError, so that
    nothing is left out silently.
    """
    found: list[tuple[str, OSError | None]] = []
    waiting = [""]
    while waiting:  # no recursion: folders may be nested deeper than Python's recursion limit
        prefix = waiting.pop()
        try:
            with os.scandir(os.path.join(folder, prefix)) as entries:  # noqa: PTH118 - as the folder was given
                _add_entries(entries, prefix, found, waiting)
        except OSError as error:
            if not prefix:
                raise
            found.append((prefix.rstrip("/"), error))
    yield from sorted(found, key=lambda entry: entry[0].split("/"))


def _add_entries(
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
    except OSError:  # a link to itself: opening it raises
        return False


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path for a message, with escapes for bytes that are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def path_exists(path: str | os.PathLike[str]) -> bool:
    """Return whether a path exists; False below a folder without permission, where ``Path.exists`` raises."""
    try:
        Path(path).stat()
    except (OSError, ValueError):
        return False
    return True


def is_utf8(name: str) -> bool:
    """Return whether a file's name is UTF-8; other names cannot be written to the outputs."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def write_atomic(path: Path, data: bytes) -> None:
    """Write one file as ``write_all`` does."""
    write_all({path: data})


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write each file under a temporary name, and rename all when the last is written, so that no file is incomplete.

    A link stays a link and its target is written; an existing file keeps its mode. OutputError where one cannot be
    written, or is a pipe or a device, which a rename would replace; then none is.
    """
    moves: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, data in files.items():
            target = _target(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = _temporary_path(target)
            moves.append((temporary, target))
            _write_new(temporary, data, like=target)
        for path, (temporary, target) in zip(files, moves, strict=True):  # noqa: B007 - named where one fails
            temporary.replace(target)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        for temporary, _ in moves:
            with suppress(OSError):
                temporary.unlink()  # gone where it was renamed


def check_writable(path: Path) -> None:
    """Raise the OutputError that ``write_atomic`` would raise; a full disk is not detected."""
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
    """Return the path to write, of a link its target; OSError for a folder, a pipe or a device."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, NOT_REGULAR)
    return path.resolve() if path.is_symlink() else path


def _temporary_path(target: Path) -> Path:
    # Cut by bytes: file systems allow at most 255 bytes.
    return target.with_name(f".{os.fsdecode(os.fsencode(target.name)[:100])}.{os.getpid()}.part")


def _write_new(path: Path, data: bytes, *, like: Path) -> None:
    """Create a file, with the mode of ``like`` if that exists."""
    path.unlink(missing_ok=True)  # of a killed process with the same id
    with path.open("xb") as file:
        file.write(data)
    with suppress(OSError):
        path.chmod(stat.S_IMODE(like.stat().st_mode) & 0o777)


def slug(title: str) -> str:
    """Return ``title`` as a file name: at most 60 ASCII letters, digits and hyphens; "map" where none remain."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "map"
