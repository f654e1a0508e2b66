"""List and open the inputs of a batch: files, folders, globs and fsspec URLs; only regular files are opened."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import IO, Any, Literal, Self, cast

from geomap.errors import ArticleError, ArticleNotFound
from geomap.files import NOT_REGULAR, files_below, is_utf8, open_regular, shown
from geomap.ingest.readers import HTML_SUFFIXES, JSONL_SUFFIXES, MARKDOWN_SUFFIXES, TEXT_SUFFIXES
from geomap.web.urls import first_line, without_secrets

Form = Literal["jsonl", "parquet", "warc", "files"]
FORMS: dict[str, Form] = {
    **dict.fromkeys(sorted(JSONL_SUFFIXES), "jsonl"),
    ".parquet": "parquet",
    ".warc": "warc",
    **dict.fromkeys(sorted({*TEXT_SUFFIXES, *MARKDOWN_SUFFIXES, *HTML_SUFFIXES, ".pdf", ".eml"} - {""}), "files"),
}
PACKED = (".gz", ".zst")
_LARGEST_WINDOW = 27
"""zstd window, log2 of bytes: 128 MiB, the default limit of the zstd program."""
_MAGIC = re.compile(r"[*?[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of the input, or the reason why it cannot be read."""

    url: str
    is_named: bool = False
    """Whether the user named it, and not a folder or a glob."""
    fault: str | None = None
    """Why it cannot be read, if that is known before it is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """The unparsed source of an article: a line, a page, a file."""

    row: int
    """Number of the line, row, record or file in its input, from 1."""
    input: str
    data: bytes | None = b""
    """None for a file, which is opened when it is parsed."""
    page: str | None = None
    """URL of a web page; the data are HTML."""
    retrieved: str | None = None
    error: str | None = None
    """Why it could not be read."""
    is_too_large: bool = False
    """Whether the error is that it needs too much memory."""


def form_of(url: str) -> Form | None:
    """Return the format of a file by its name; None if it is unknown."""
    name = url.lower()
    bare = name.removesuffix(".gz").removesuffix(".zst")
    form = FORMS.get(bare[bare.rfind(".") :] if "." in bare else "")
    return form if bare == name or form in ("jsonl", "warc") else None


def listed(given: str) -> list[Source]:
    """Return the files of an input: itself, the matches of a glob, or the files of a folder with a known format.

    ArticleError where it is missing, empty or of an unknown format. An entry of a folder or a glob that cannot be read has
    a ``fault``.
    """
    path = local_path(given)
    found = _listed_there(given) if path is None else _listed_here(given, path)
    if not found:
        raise ArticleError(f"{without_secrets(given)}: has no articles; give {', '.join(FORMS)} files")
    return found


def local_path(url: str) -> str | None:
    """Return the path of a local file, None for any other."""
    if "::" in url:
        return None
    for scheme in ("file://", "local://"):
        if url.startswith(scheme):
            return url.removeprefix(scheme)
    return None if "://" in url else url


def _listed_here(given: str, path: str) -> list[Source]:
    scheme = given.removesuffix(path)
    try:
        if os.path.isdir(path):  # noqa: PTH112 - Path would normalise the name
            return [_found(scheme + url, fault) for url, fault in _below(os.path.abspath(path))]  # noqa: PTH100
        if _MAGIC.search(path) and not os.path.lexists(path):
            folder, parts = ("/", path[1:].split("/")) if path.startswith("/") else (os.getcwd(), path.split("/"))  # noqa: PTH109
            found = [_found(scheme + url, fault) for url, fault in _matching(folder, [p for p in parts if p])]
            return sorted(found, key=lambda source: source.url)
    except OSError as error:
        raise ArticleError(
            f"{shown(given)}: cannot be listed ({error.strerror or error}); check its permissions"
        ) from error
    open_input(given).close()
    return [_named(given)]


def _below(folder: str) -> Iterator[tuple[str, str | None]]:
    """Yield the files of a folder with a known format, sorted by name, and the folders that cannot be listed."""
    for name, error in sorted(files_below(folder), key=lambda entry: entry[0]):
        path = f"{folder.rstrip('/')}/{name}"
        if error:
            yield path, f"cannot be listed ({error.strerror}); give it by itself"
        elif form_of(name):
            yield path, None


def _matching(folder: str, parts: list[str]) -> Iterator[tuple[str, str | None]]:
    """Yield the paths that match a glob, hidden ones only if the pattern has the dot, and the folders that cannot be listed."""
    head, rest = parts[0], parts[1:]
    base = folder.rstrip("/")
    names: dict[str, bool] = {}
    if _MAGIC.search(head):
        try:
            with os.scandir(folder) as entries:
                names = {e.name: e.is_dir(follow_symlinks=False) for e in entries if e.name[0] != "." or head[0] == "."}
        except OSError as error:
            yield folder, f"cannot be listed ({error.strerror}); give it by itself"
    elif os.path.lexists(f"{base}/{head}"):
        names = {head: False}
    if head == "**":
        yield from _matching(folder, rest or ["*"])
        below = [f"{base}/{name}" for name, is_folder in names.items() if is_folder]
        parts_below = parts
    else:
        below = [f"{base}/{name}" for name in names if fnmatchcase(name, head) or name == head]
        parts_below = rest
    for path in below:
        if not parts_below:
            yield path, None
        elif os.path.isdir(path):  # noqa: PTH112
            yield from _matching(path, parts_below)


def _listed_there(given: str) -> list[Source]:
    """Return the files of an input on another file system."""
    from fsspec.core import url_to_fs

    _refuse_irregular(given)
    try:
        fs, path = url_to_fs(given)
        if _MAGIC.search(given):
            found = sorted(cast("list[str]", fs.glob(path)))
        elif fs.isdir(path):
            found = sorted(cast("list[str]", fs.find(path)))
            found = [f for f in found if form_of(f) and "/." not in f.removeprefix(path.rstrip("/"))]
        elif fs.exists(path):
            return [_named(given)]
        else:
            raise ArticleNotFound(f"{given}: there is no such file; check the path")
        return [_found(cast("str", fs.unstrip_protocol(f)), None) for f in found]
    except Exception as error:  # noqa: BLE001 - file systems and their libraries raise any exception
        raise _refused(given, error) from None


def _refuse_irregular(url: str) -> None:
    """Raise ArticleError where one of chained URLs is a pipe or a device: opening it may block."""
    for link in url.split("::"):
        path = local_path(link)
        if path and os.path.exists(path) and not os.path.isdir(path):  # noqa: PTH110, PTH112
            try:
                open_regular(path).close()
            except OSError as error:
                raise _refused(url, error) from None


def _named(url: str) -> Source:
    if form_of(url) is None:
        raise ArticleError(_unknown_form(url))
    return _found(url, None, is_named=True)


def _unknown_form(url: str) -> str:
    return (
        f"{without_secrets(url)}: is none of {', '.join(FORMS)}, plain or with {' or '.join(PACKED)}; "
        "convert it, or name the files"
    )


def _found(url: str, fault: str | None, *, is_named: bool = False) -> Source:
    if fault:
        fault = f"{without_secrets(url)}: {fault}"
    elif not is_utf8(url):
        fault = f"{shown(url)}: its name is not UTF-8; rename the file"
    elif form_of(url) is None:
        is_folder = os.path.isdir(local_path(url) or "")  # noqa: PTH112
        fault = f"{without_secrets(url)}: is a folder; give it by itself" if is_folder else _unknown_form(url)
    if fault and is_named:
        raise ArticleError(fault)
    return Source(url=url if is_utf8(url) else shown(url), is_named=is_named, fault=fault)


class _ReportingStream:
    """A stream with a callback for each read, so that a caller can detect a stalled storage."""

    def __init__(self, stream: IO[bytes], on_read: Callable[[], None]) -> None:
        self._stream = stream
        self._on_read = on_read

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        self._on_read()
        return self._stream.read(size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)


def open_input(url: str, *, on_read: Callable[[], None] | None = None) -> IO[bytes]:
    """Open the stored bytes of ``url``; ArticleError where it cannot be opened or is not a regular file.

    ``on_read`` is called at every read.
    """
    path = local_path(url)
    try:
        if path is None:
            import fsspec

            _refuse_irregular(url)
            stream = cast("IO[bytes]", fsspec.open(url, "rb").open())
        else:
            stream = open_regular(path)
    except Exception as error:  # noqa: BLE001 - file systems and their libraries raise any exception
        raise _refused(url, error) from None
    return cast("IO[bytes]", _ReportingStream(stream, on_read)) if on_read else stream


def _refused(url: str, error: Exception) -> ArticleError:
    """Return the ArticleError for an error in opening ``url``."""
    where = without_secrets(url)
    if isinstance(error, ArticleError):
        return type(error)(without_secrets(str(error)))
    if isinstance(error, FileNotFoundError):
        return ArticleNotFound(f"{where}: there is no such file; check the path")
    if isinstance(error, OSError) and error.strerror == NOT_REGULAR:
        return ArticleError(f"{where}: is neither a file nor a folder; write its content to a regular file")
    if isinstance(error, IsADirectoryError):
        return ArticleError(f"{where}: is a folder; give it by itself")
    remedy = "check its permissions" if isinstance(error, OSError) and local_path(url) else "check the address"
    return ArticleError(f"{where}: cannot be opened ({first_line(error)}); {remedy}")


def unpacked(stored: IO[bytes], url: str) -> IO[bytes]:
    """Return a stream of a stored file, decompressed by its suffix; a truncated file raises when its end is read."""
    if url.lower().endswith(".gz"):
        import gzip

        return cast("IO[bytes]", gzip.GzipFile(fileobj=stored))
    if url.lower().endswith(".zst"):
        try:
            from backports.zstd import DecompressionParameter, ZstdFile  # the standard library's own from 3.14 on
        except ImportError:
            raise ArticleError(
                f"{without_secrets(url)}: zstd needs an extra; pip install 'geomap-news[batch]'"
            ) from None
        # A plain stream reader would end at the first frame, or at a truncation, without an error.
        options = {int(DecompressionParameter.window_log_max): _LARGEST_WINDOW}
        return cast("IO[bytes]", ZstdFile(stored, options=options))
    return stored
