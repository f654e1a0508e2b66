"""Whether a library's file holds what was written into it: a checksum of each MiB of it, in a file beside.

SQLite notices damage to what it needs to find its way in a file, not to the values in it. The seal covers every byte,
at 2 GB a second. It is taken off before the file is written to, and put on again when everything is in the file.
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
from geomap.files import open_regular, read_regular, write_whole

CHUNK = 1 << 20
"""Bytes that one checksum is of."""
_ID_AT = 68
"""Where an SQLite file has its application id."""
_WAL_HEAD, _FRAME_HEAD = 32, 24
_BESIDE = ("-wal", "-shm", "-journal", ".sum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What was known of a file when all that was written had reached it."""

    number: int
    """The file has it as its application id; one that has another was written to since."""
    size: int
    sums: tuple[int, ...]
    """CRC-32 of each chunk."""


def read_seal(path: Path) -> Seal | None:
    """Return the seal of the file at ``path``; None where there is none, or it is itself not as it was written."""
    try:
        said, _, check = read_regular(_seal_path(path)).decode("ascii").strip().rpartition(" ")
        if int(check, 16) != zlib.crc32(said.encode("ascii")):
            return None
        number, size, *sums = (int(one, 16) for one in said.split(" "))
    except (OSError, ValueError):
        return None
    return Seal(number=number, size=size, sums=tuple(sums))


def write_seal(path: Path, seal: Seal) -> None:
    """Put a seal on the file at ``path``. Where it cannot be written there is none, which is safe."""
    said = " ".join(f"{one:x}" for one in (seal.number, seal.size, *seal.sums))
    with suppress(OutputError):
        write_whole(_seal_path(path), f"{said} {zlib.crc32(said.encode('ascii')):x}\n".encode("ascii"))


def drop_seal(path: Path) -> None:
    """Take the seal off the file at ``path``."""
    with suppress(OSError):
        _seal_path(path).unlink()


def new_seal(file: BufferedReader, *, number: int, before: Seal | None, changed: Collection[int]) -> Seal:
    """Return the seal of a file as it is; of its chunks only the ``changed`` and the new are read where ``before`` is known."""
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
    """Tell whether a file was last written to when this seal was put on it."""
    file.raw.seek(_ID_AT, os.SEEK_SET)  # past the buffer: it would give what was there before
    return int.from_bytes(file.raw.read(4) or b"") == seal.number


def begin_check(file: BufferedReader, seal: Seal) -> Callable[[], bool]:
    """Begin to compare a file with its seal, and return what waits for the answer: whether they agree.

    The comparison runs in a thread, as the system reads and sums without Python. OSError where the file cannot be read.
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
    except RuntimeError:  # no thread to be had
        compare()

    def wait() -> bool:
        if thread.ident:
            thread.join()
        if isinstance(found[0], OSError):
            raise found[0]
        return found[0]

    return wait


def is_unchanged(file: BufferedReader, seal: Seal) -> bool:
    """Tell whether every byte of a file is as it was sealed."""
    if os.fstat(file.fileno()).st_size != seal.size:
        return False
    buffer = bytearray(CHUNK)
    return all(_sum_at(file, n, buffer) == one for n, one in enumerate(seal.sums))


def _sum_at(file: BufferedReader, n: int, buffer: bytearray) -> int:
    file.raw.seek(n * CHUNK, os.SEEK_SET)
    n_read, view = 0, memoryview(buffer)
    while n_read < CHUNK and (got := file.raw.readinto(view[n_read:])):
        n_read += got
    return zlib.crc32(view[:n_read])


def changed_chunks(path: Path) -> set[int]:
    """Return the chunks of the file at ``path`` that its write-ahead log changes, the first always."""
    found = {0}
    with suppress(OSError), open_regular(_beside(path, "-wal")) as log:
        head = log.read(_WAL_HEAD)
        page_size = int.from_bytes(head[8:12])
        for at in range(_WAL_HEAD, os.fstat(log.fileno()).st_size, page_size + _FRAME_HEAD):
            log.seek(at)
            found.add((int.from_bytes(log.read(4)) - 1) * page_size // CHUNK)
    return found


def log_size(path: Path) -> int:
    """Return the size of the write-ahead log of the file at ``path``: 0 where everything is in the file."""
    try:
        return _beside(path, "-wal").stat().st_size
    except OSError:
        return 0


def odd_file(path: Path) -> str | None:
    """Return which of the file at ``path`` and those beside it is no regular file; None where all are, or are not there."""
    for one in (path, *(_beside(path, end) for end in _BESIDE)):
        with suppress(OSError):
            if not stat.S_ISREG(one.stat().st_mode):
                return one.name
    return None


def set_aside(path: Path) -> Path:
    """Rename the file at ``path``, and those beside it, to a name that is free; ProjectError where they cannot be."""
    n = 1
    while os.path.lexists(aside := _beside(path, f".damaged-{n}")):
        n += 1
    try:
        for end in (*_BESIDE, ""):
            if os.path.lexists(_beside(path, end)):
                _beside(path, end).rename(_beside(aside, end))
    except OSError as error:
        raise ProjectError(
            f"{path}: is damaged and cannot be renamed ({error.strerror}); remove it, the next build makes it again"
        ) from error
    return aside


def _seal_path(path: Path) -> Path:
    return _beside(path, ".sum")


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
