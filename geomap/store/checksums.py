"""Detect damage to a library's file by a seal: a CRC-32 of each MiB, in a second file beside it.

SQLite detects damage to the structure of its file, not to the values. The seal covers every byte, at 2 GB per second.
It is removed before the file is written to, and written again when the file has all changes.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from threading import Thread

from geomap.errors import OutputError, ProjectError
from geomap.files import open_regular, read_regular, write_atomic

CHUNK = 1 << 20
"""Bytes per checksum."""
_ID_AT = 68
"""Offset of the application id in an SQLite file."""
_WAL_HEAD, _FRAME_HEAD = 32, 24
_BESIDE = ("-wal", "-shm", "-journal", ".sum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The size and checksums of a file that has all changes."""

    number: int
    """The application id of the file; a file with another was written to since."""
    size: int
    sums: tuple[int, ...]
    """CRC-32 of each chunk."""


def read_seal(path: Path) -> Seal | None:
    """Return the seal of the file at ``path``; None where there is none or it is itself damaged."""
    try:
        content, _, check = read_regular(_seal_path(path)).decode("ascii").strip().rpartition(" ")
        if int(check, 16) != zlib.crc32(content.encode("ascii")):
            return None
        number, size, *sums = (int(word, 16) for word in content.split(" "))
    except (OSError, ValueError):
        return None
    return Seal(number=number, size=size, sums=tuple(sums))


def write_seal(path: Path, seal: Seal) -> None:
    """Write the seal of the file at ``path``. If that fails there is no seal, which is safe."""
    content = " ".join(f"{value:x}" for value in (seal.number, seal.size, *seal.sums))
    with suppress(OutputError):
        write_atomic(_seal_path(path), f"{content} {zlib.crc32(content.encode('ascii')):x}\n".encode("ascii"))


def drop_seal(path: Path) -> None:
    """Remove the seal of the file at ``path``."""
    with suppress(OSError):
        _seal_path(path).unlink()


def new_seal(file: BufferedReader, *, number: int, before: Seal | None, changed: Collection[int]) -> Seal:
    """Return the seal of a file; where ``before`` is known, only the ``changed`` and the new chunks are read."""
    size = os.fstat(file.fileno()).st_size
    n_chunks = -(-size // CHUNK)
    # The last chunk may have been longer, or shorter.
    n_kept = min(len(before.sums), n_chunks) - 1 if before else 0
    buffer = bytearray(CHUNK)
    sums = tuple(
        before.sums[n] if before and n < n_kept and n not in changed else _sum_at(file, n, buffer)
        for n in range(n_chunks)
    )
    return Seal(number=number, size=size, sums=sums)


def is_of(file: BufferedReader, seal: Seal) -> bool:
    """Return whether a file was not written to since it was sealed, by its application id."""
    file.raw.seek(_ID_AT, os.SEEK_SET)  # not through the buffer, which may be outdated
    return int.from_bytes(file.raw.read(4) or b"") == seal.number


def begin_check(file: BufferedReader, seal: Seal) -> Callable[[], bool]:
    """Begin to compare a file with its seal in a thread; return a function that waits for the result: whether they match.

    Reading and CRC-32 release the GIL. The function raises OSError where the file cannot be read.
    """
    found: list[bool | OSError] = []

    def compare() -> None:
        try:
            found.append(is_unchanged(file, seal))
        except OSError as error:
            found.append(error)

    thread = Thread(target=compare, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no thread can be started
        compare()

    def wait() -> bool:
        if thread.ident:
            thread.join()
        if isinstance(found[0], OSError):
            raise found[0]
        return found[0]

    return wait


def is_unchanged(file: BufferedReader, seal: Seal) -> bool:
    """Return whether every byte of a file is as it was sealed."""
    if os.fstat(file.fileno()).st_size != seal.size:
        return False
    buffer = bytearray(CHUNK)
    return all(_sum_at(file, n, buffer) == checksum for n, checksum in enumerate(seal.sums))


def _sum_at(file: BufferedReader, n: int, buffer: bytearray) -> int:
    file.raw.seek(n * CHUNK, os.SEEK_SET)
    n_read, view = 0, memoryview(buffer)
    while n_read < CHUNK and (got := file.raw.readinto(view[n_read:])):
        n_read += got
    return zlib.crc32(view[:n_read])


def changed_chunks(path: Path) -> set[int]:
    """Return the numbers of the chunks of the file at ``path`` that its write-ahead log changes, always with the first."""
    found = {0}
    with suppress(OSError), open_regular(_beside(path, "-wal")) as log:
        head = log.read(_WAL_HEAD)
        page_size = int.from_bytes(head[8:12])
        for at in range(_WAL_HEAD, os.fstat(log.fileno()).st_size, page_size + _FRAME_HEAD):
            log.seek(at)
            found.add((int.from_bytes(log.read(4)) - 1) * page_size // CHUNK)
    return found


def log_size(path: Path) -> int:
    """Return the size in bytes of the write-ahead log of the file at ``path``; 0 after a checkpoint."""
    try:
        return _beside(path, "-wal").stat().st_size
    except OSError:
        return 0


def odd_file(path: Path) -> str | None:
    """Return the name of the file, of ``path`` and those beside it, that is not regular; None where all are or are missing."""
    for file in (path, *(_beside(path, end) for end in _BESIDE)):
        with suppress(OSError):
            if not stat.S_ISREG(file.stat().st_mode):
                return file.name
    return None


def set_aside(path: Path) -> Path:
    """Rename the file at ``path``, and those beside it, to an unused name; ProjectError where they cannot be renamed."""
    n = 1
    while os.path.lexists(aside := _beside(path, f".damaged-{n}")):
        n += 1
    try:
        for end in (*_BESIDE, ""):
            if os.path.lexists(_beside(path, end)):
                _beside(path, end).rename(_beside(aside, end))
    except OSError as error:
        raise ProjectError(
            f"{path}: is damaged and cannot be renamed ({error.strerror}); remove it, the next build replaces it"
        ) from error
    return aside


def _seal_path(path: Path) -> Path:
    return _beside(path, ".sum")


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
