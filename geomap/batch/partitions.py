"""Split the inputs of a batch into parts that can be read independently."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, Self

import numpy as np

from geomap.batch.parquet import count_rows
from geomap.batch.sources import Form, Source, form_of, listed, open_input, unpacked
from geomap.batch.warc import response_starts
from geomap.errors import ArticleError
from geomap.web.urls import first_line, without_secrets

ARTICLES_PER_PART = 1000
"""A part of this size takes seconds to a minute: little is lost with it, and its overhead is negligible."""
BLOCK = 1 << 20
"""Bytes read at a time while planning."""
_NEWLINE = ord("\n")
UNPACKED_ALWAYS_ALLOWED = 256_000_000
MAX_UNPACKED_RATIO = 200
"""A compressed file may decompress to the first number of bytes, or to the second times its size. Articles have ratios of
3 to 10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A consecutive part of the input that one worker reads; ``first`` and ``n`` count lines, rows, records or files."""

    urls: tuple[str, ...]
    """One URL, except for a part of several small files."""
    form: Form
    first: int
    """Number of its first line, row, record or file in the input, from 1."""
    n: int
    start: int = 0
    """Offset of its begin: in bytes of the decompressed lines or of the stored WARC file, or in rows of a Parquet file."""
    digest: str
    """SHA-256 of the lines, or of the complete file for rows and records."""
    fault: str | None = None
    """Why the input could not be read after this part."""
    faults: tuple[str | None, ...] = ()
    """For each of several small files, why it cannot be read, or None; empty if all can be."""

    def to_json(self) -> str:
        """Return the part as one line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str | bytes) -> Self:
        """Return the part that ``to_json`` wrote."""
        row = json.loads(line)
        return cls(**(row | {key: tuple(row[key]) for key in ("urls", "faults")}))


def plan(inputs: Iterable[str], *, per_part: int = ARTICLES_PER_PART) -> Iterator[Part]:
    """Yield the parts of ``inputs`` in order: files, folders and globs by any fsspec URL.

    Reads each input once, to count and to hash it; memory does not grow with it. Raise ArticleError, before anything is
    read, where an input is missing or of an unknown format, so that no input is left out silently. The error of a file of a
    folder or a glob becomes the ``fault`` of a part, or one of its ``faults``.
    """
    for sources in [listed(given) for given in inputs]:
        small: list[Source] = []
        for source in sources:
            form = form_of(source.url)
            if form == "files" or form is None:
                small.append(source)
            else:
                yield from _planned(source, form, per_part)
        yield from _plan_files(small, per_part)


def _planned(source: Source, form: Form, per_part: int) -> Iterator[Part]:
    """Yield the parts of a file of many articles, or one part with the reason why it cannot be read."""
    try:
        if source.fault:
            raise ArticleError(source.fault)
        if form == "jsonl":
            yield from _plan_lines(source.url, per_part)
        elif form == "parquet":
            yield from _plan_parquet(source.url, per_part)
        else:
            yield from _plan_warc(source.url, per_part)
    except ArticleError as error:  # raised on opening: no part was yielded yet
        if source.is_named:
            raise
        yield Part(urls=(source.url,), form=form, first=1, n=0, digest="", fault=str(error))


def _plan_lines(url: str, per_part: int) -> Iterator[Part]:
    """Yield the parts of a file of lines, without parts of only blank lines."""
    where = without_secrets(url)
    at = start = n = 0
    first = 1
    digest = hashlib.sha256()
    fault = None
    is_blank, ended, found = True, True, False
    with open_input(url) as stored, unpacked(stored, url) as stream:
        block = b"?"
        # read1: the bytes before the damage must not be lost with the block that it is in.
        read = getattr(stream, "read1", stream.read)
        while block:
            try:
                block = read(BLOCK)
                _refuse_bomb(at, stored)
            except Exception as error:  # noqa: BLE001 - damaged files and file systems raise any exception
                fault = f"{where}: cannot be read beyond line {first + n} ({first_line(error)}); the file is damaged"
                block = b""
            ended = block.endswith(b"\n") if block else ended
            ends = np.flatnonzero(np.frombuffer(block, np.uint8) == _NEWLINE) + 1
            done = 0
            for cut in ends[per_part - n - 1 :: per_part].tolist():
                digest.update(block[done:cut])
                is_blank = is_blank and not block[done:cut].strip()
                at += cut - done
                if not is_blank:
                    yield Part(
                        urls=(url,), form="jsonl", first=first, n=per_part, start=start, digest=digest.hexdigest()
                    )
                    found = True
                first, start, digest, is_blank, done = first + per_part, at, hashlib.sha256(), True, cut
            digest.update(block[done:])
            is_blank = is_blank and not block[done:].strip()
            at += len(block) - done
            n = (n + len(ends)) % per_part
    if not at:
        fault = fault or f"{where}: is empty; give one JSON object per line, each with a text"
    if not is_blank or fault or not found:
        n += not ended and not fault  # the last line may have no newline; a truncated line does not count
        yield Part(urls=(url,), form="jsonl", first=first, n=n, start=start, digest=digest.hexdigest(), fault=fault)


def _refuse_bomb(at: int, stored: IO[bytes]) -> None:
    """Raise OSError where the decompressed size is too large for the stored bytes (a decompression bomb)."""
    if at > UNPACKED_ALWAYS_ALLOWED and at > MAX_UNPACKED_RATIO * stored.tell():
        raise OSError(f"it decompresses to more than {MAX_UNPACKED_RATIO} times its size")


def _plan_parquet(url: str, per_part: int) -> Iterator[Part]:
    digest = _file_digest(url)
    n_rows = count_rows(url)
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
    try:
        for start in response_starts(url):
            if n % per_part == 0:
                starts.append(start)
            n += 1
    except ArticleError as error:
        fault = str(error)
    if not starts:
        fault = fault or f"{without_secrets(url)}: has no web page; give a WARC file with responses"
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


def _plan_files(sources: list[Source], per_part: int) -> Iterator[Part]:
    for at in range(0, len(sources), per_part):
        some = sources[at : at + per_part]
        digests, faults = zip(*(_digest_or_fault(source) for source in some), strict=True)
        what = "\n".join(f"{source.url} {digest}" for source, digest in zip(some, digests, strict=True))
        yield Part(
            urls=tuple(source.url for source in some),
            form="files",
            first=at + 1,
            n=len(some),
            digest=hashlib.sha256(what.encode()).hexdigest(),
            faults=faults if any(faults) else (),
        )


def _digest_or_fault(source: Source) -> tuple[str, str | None]:
    if source.fault:
        return "", source.fault
    try:
        return _file_digest(source.url), None
    except ArticleError as error:
        if source.is_named:
            raise
        return "", str(error)


def _file_digest(url: str) -> str:
    digest = hashlib.sha256()
    with open_input(url) as stream:
        try:
            while block := stream.read(BLOCK):
                digest.update(block)
        except Exception as error:  # file systems and their libraries raise any exception
            raise ArticleError(
                f"{without_secrets(url)}: cannot be read ({first_line(error)}); check its permissions"
            ) from error
    return digest.hexdigest()
