"""What goes into a batch: inputs by URL, cut into parts that can be read one without the other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal, Self, cast

from geomap.articles import HTML_SUFFIXES, JSONL_SUFFIXES, MARKDOWN_SUFFIXES, TEXT_SUFFIXES
from geomap.errors import ArticleError, ArticleNotFound

Form = Literal["jsonl", "parquet", "warc", "files"]

FORMS: dict[str, Form] = {
    **dict.fromkeys(sorted(JSONL_SUFFIXES), "jsonl"),
    ".parquet": "parquet",
    ".warc": "warc",
    **dict.fromkeys(sorted({*TEXT_SUFFIXES, *MARKDOWN_SUFFIXES, *HTML_SUFFIXES, ".pdf", ".eml"} - {""}), "files"),
}
PACKED = (".gz", ".zst")
ARTICLES_A_PART = 1000
"""A part takes a worker seconds to a minute: little is lost with it, and its start costs nothing beside it."""
BLOCK = 1 << 20
"""Bytes read at a time while planning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of the input that one worker reads; ``first`` and ``n`` count lines, rows, records or files."""

    urls: tuple[str, ...]
    """One, but for a part of several small files."""
    form: Form
    first: int
    """Number of its first line, row, record or file in the input, from 1."""
    n: int
    start: int = 0
    """Where it begins: bytes into the decompressed lines, or into the WARC file as it is stored."""
    digest: str
    """SHA-256 of the lines, or of the whole file where rows or records make the part."""
    fault: str | None = None
    """Why the input could not be read beyond this part."""

    def to_json(self) -> str:
        """Return the part as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str | bytes) -> Self:
        """Return the part that ``to_json`` wrote."""
        row = json.loads(line)
        return cls(**(row | {"urls": tuple(row["urls"])}))


def plan(inputs: Iterable[str], *, per_part: int = ARTICLES_A_PART) -> Iterator[Part]:
    """Yield the parts of ``inputs`` in order: files, folders and globs by any fsspec URL.

    Reads each input once, to count and to fingerprint it; memory does not grow with it. Raise ArticleError
    where an input is missing or of an unknown form: a batch that leaves out an input is no result.
    """
    for given in inputs:
        small: list[str] = []
        for url in _files(given):
            _regular(url)
            form = form_of(url)
            if form == "files":
                small.append(url)
            elif form is None:
                raise ArticleError(
                    f"{url}: is none of {', '.join(FORMS)}, plain or with {' or '.join(PACKED)}; convert it, or name the files"
                )
            else:
                yield from _PLANS[form](url, per_part)
        yield from _plan_files(small, per_part)


def form_of(url: str) -> Form | None:
    """Return how a file is read, by its name; None where that is not known."""
    name = url.lower()
    bare = name.removesuffix(".gz").removesuffix(".zst")
    form = FORMS.get(bare[bare.rfind(".") :] if "." in bare else "")
    return form if bare == name or form in ("jsonl", "warc") else None


def _files(given: str) -> list[str]:
    """Return the files that an input names: itself, what a glob matches, or what a folder holds and we can read."""
    from fsspec.core import url_to_fs

    try:
        fs, path = url_to_fs(given)
        if any(c in given for c in "*?["):
            found = sorted(cast("list[str]", fs.glob(path)))
        elif fs.isdir(path):
            found = sorted(cast("list[str]", fs.find(path)))
            found = [f for f in found if form_of(f) and not any(p.startswith(".") for p in _below(f, path))]
        elif fs.exists(path):
            return [given]
        else:
            raise ArticleNotFound(f"{given}: there is no such file; check the path")
    except (OSError, ImportError, ValueError) as error:
        if isinstance(error, ArticleError):
            raise
        raise ArticleError(f"{given}: cannot be opened ({error}); check the address") from error
    if not found:
        raise ArticleError(f"{given}: holds no articles; give {', '.join(FORMS)} files")
    return [f if "://" not in given else cast("str", fs.unstrip_protocol(f)) for f in found]


def _regular(url: str) -> None:
    """Raise ArticleError for a pipe or a device of this machine: it cannot be read twice, and may never end."""
    path = Path(url.removeprefix("file://"))
    if "://" not in str(path) and path.exists() and not path.is_file():
        raise ArticleError(f"{url}: is neither a file nor a folder; write what it gives into a file")


def _below(path: str, folder: str) -> list[str]:
    return path.removeprefix(folder.rstrip("/")).split("/")


def open_input(url: str) -> IO[bytes]:
    """Open the bytes of ``url`` as they are stored; raise ArticleError where that is not possible."""
    import fsspec

    try:
        return cast("IO[bytes]", fsspec.open(url, "rb").open())
    except FileNotFoundError:
        raise ArticleNotFound(f"{url}: there is no such file; check the path") from None
    except (OSError, ImportError, ValueError) as error:
        raise ArticleError(f"{url}: cannot be opened ({error}); check the address") from error


def open_lines(url: str) -> IO[bytes]:
    """Open a file of lines, decompressed by its suffix; a file that is cut short raises EOFError when read to there."""
    stored = open_input(url)
    if url.lower().endswith(".gz"):
        import gzip

        return cast("IO[bytes]", gzip.GzipFile(fileobj=stored))
    if url.lower().endswith(".zst"):
        try:
            from backports.zstd import ZstdFile  # the standard library's own from Python 3.14 on
        except ImportError:
            raise ArticleError(f"{url}: zstd needs an extra; pip install 'geomap[batch]'") from None
        # A plain stream reader would end at the first frame, or at a cut, without a word.
        return cast("IO[bytes]", ZstdFile(stored))
    return stored


def faults() -> tuple[type[Exception], ...]:
    """Return what a damaged compressed file raises while it is read."""
    import zlib

    found: list[type[Exception]] = [OSError, EOFError, zlib.error]
    with suppress(ImportError):
        from backports.zstd import ZstdError

        found.append(ZstdError)
    return tuple(found)


def _plan_lines(url: str, per_part: int) -> Iterator[Part]:
    at = start = n = 0
    first = 1
    digest = hashlib.sha256()
    fault = None
    ended = True
    with open_lines(url) as stream:
        block = b"?"
        # What a damaged file still gives must not be lost with the block that its end falls into.
        read = getattr(stream, "read1", stream.read)
        while block:
            try:
                block = read(BLOCK)
            except faults() as error:
                fault = f"{url}: cannot be read beyond line {first + n} ({error}); the file is damaged"
                block = b""
            ended = block.endswith(b"\n") if block else ended
            rest = memoryview(block)
            while n + _newlines(rest) >= per_part:
                cut = _nth_newline(block, len(block) - len(rest), per_part - n)
                head = rest[: cut - (len(block) - len(rest))]
                digest.update(head)
                at += len(head)
                rest = rest[len(head) :]
                yield Part(urls=(url,), form="jsonl", first=first, n=per_part, start=start, digest=digest.hexdigest())
                first, n, start, digest = first + per_part, 0, at, hashlib.sha256()
            digest.update(rest)
            at += len(rest)
            n += _newlines(rest)
    if not at:
        fault = fault or f"{url}: is empty; give one JSON object a line, each with a text"
    if at > start or fault:
        n += not ended and not fault  # the last line may have no newline behind it; a torn one is no line
        yield Part(urls=(url,), form="jsonl", first=first, n=n, start=start, digest=digest.hexdigest(), fault=fault)


def _newlines(data: memoryview) -> int:
    return bytes(data).count(b"\n")


def _nth_newline(block: bytes, at: int, n: int) -> int:
    """Return where the line behind the n-th newline from ``at`` on begins."""
    for _ in range(n):
        at = block.index(b"\n", at) + 1
    return at


def _plan_parquet(url: str, per_part: int) -> Iterator[Part]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    digest = _file_digest(url)
    with open_input(url) as stream:
        try:
            n_rows = pq.read_metadata(stream).num_rows
        except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
            raise ArticleError(f"{url}: is not Parquet ({_first_line(error)}); check the file") from error
    for first in range(1, max(n_rows, 1) + 1, per_part):
        yield Part(
            urls=(url,),
            form="parquet",
            first=first,
            n=min(per_part, n_rows - first + 1),
            start=first - 1,
            digest=digest,
        )


def _plan_warc(url: str, per_part: int) -> Iterator[Part]:
    digest = _file_digest(url)
    fault = None
    starts: list[int] = []
    n = 0
    with open_input(url) as stream:
        try:
            for record in warc_records(stream, url):
                if n % per_part == 0:
                    starts.append(record.stream_pos)
                n += 1
        except faults() as error:
            fault = f"{url}: cannot be read beyond page {n} ({error}); the file is damaged"
    if not starts:
        fault = fault or f"{url}: holds no web page; give a WARC file with responses"
    for number, start in enumerate(starts or [0]):
        first = number * per_part + 1
        yield Part(
            urls=(url,),
            form="warc",
            first=first,
            n=min(per_part, n - first + 1),
            start=start,
            digest=digest,
            fault=fault if number + 1 >= len(starts) else None,
        )


def warc_records(stream: IO[bytes], url: str) -> Iterator[Any]:
    """Yield the responses of a WARC file, unparsed."""
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError:
        raise ArticleError(f"{url}: WARC needs an extra; pip install 'geomap[warc]'") from None
    yield from ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=False)


def _plan_files(urls: list[str], per_part: int) -> Iterator[Part]:
    for at in range(0, len(urls), per_part):
        some = urls[at : at + per_part]
        digest = hashlib.sha256("\n".join(f"{u} {_file_digest(u)}" for u in some).encode()).hexdigest()
        yield Part(urls=tuple(some), form="files", first=at + 1, n=len(some), digest=digest)


def _file_digest(url: str) -> str:
    digest = hashlib.sha256()
    try:
        with open_input(url) as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
    except OSError as error:
        if isinstance(error, ArticleError):
            raise
        raise ArticleError(f"{url}: cannot be read ({error}); check its permissions") from error
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]


_PLANS = {"jsonl": _plan_lines, "parquet": _plan_parquet, "warc": _plan_warc}
