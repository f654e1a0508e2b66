"""Read articles: text, Markdown, HTML, PDF, e-mail and JSONL files, folders of these, URLs, or standard input.

The ArticleError of an article that cannot be read is yielded in its place, and the rest is still read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from stat import S_ISDIR
from typing import TYPE_CHECKING, BinaryIO, TypeVar
from urllib.parse import urlsplit

from geomap.errors import ArticleError, ArticleNotFound, FetchError, quoted
from geomap.files import NOT_REGULAR, files_below, is_utf8, open_regular, shown
from geomap.ingest.encodings import declared_encoding, decode_utf8
from geomap.ingest.sandbox import LimitReached, confined
from geomap.text.publication_dates import with_publication_date
from geomap.text.sentences import FULL_STOPS
from geomap.text.tokens import UNSPACED
from geomap.types import Article
from geomap.web.urls import MAX_URL

if TYPE_CHECKING:
    from geomap.web.fetch import Fetcher

T = TypeVar("T")
MAX_BYTES = 10_000_000
"""Longest article, in bytes. A novel has one million."""

TEXT_SUFFIXES = {".txt", ".text", ""}
MARKDOWN_SUFFIXES = {".md", ".markdown"}
HTML_SUFFIXES = {".html", ".htm", ".xhtml"}
JSONL_SUFFIXES = {".jsonl", ".ndjson"}
SUFFIX_OF = {"application/pdf": ".pdf", "text/plain": ".txt", "text/markdown": ".md", "message/rfc822": ".eml"}
"""By the media type that a server declares; every other type is read as HTML."""

MAX_METADATA = 1_000
"""Maximum code points of a title, an outlet, an author, a date or an id; the longest real titles have 300."""

_UNSPACED = re.compile(f"[{UNSPACED}]")
_SHORTEST_UNSPACED = 6
"""Letters of a headline in a script without spaces, where others have three words. Not tuned."""
JSONL_FIELDS = ("id", "title", "published", "source", "url", "author", "retrieved")
_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?!\d)")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Possessive quantifiers throughout: no backtracking over runs of comments.
_HTML_START = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:(?><!--.*?-->)\s*+)*+<(?:!doctype\s++html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def load_articles(
    sources: str | Path | Iterable[str | Path], *, stdin: BinaryIO | None = None, fetcher: Fetcher | None = None
) -> Iterator[Article | ArticleError]:
    """Yield every article of one source or several in order, or an ArticleError in its place.

    A source is a file, a folder (read in name order, without hidden files), the URL of a page, which ``fetcher`` fetches,
    or ``-`` for ``stdin``. The id is that in the JSONL, the file's path below the source or the URL; a repeated id gets
    ``#2``.
    """
    seen: dict[str, int] = {}
    for source in [sources] if isinstance(sources, (str, Path)) else sources:
        for found in _read_source(source, stdin, fetcher):
            if isinstance(found, ArticleError):
                yield found
                continue
            seen[found.id] = n = seen.get(found.id, 0) + 1
            yield found if n == 1 else replace(found, id=f"{found.id}#{n}")


def _read_source(
    source: str | Path, stdin: BinaryIO | None, fetcher: Fetcher | None
) -> Iterator[Article | ArticleError]:
    if str(source) == "-":
        if stdin is None:
            yield ArticleError("-: standard input is not open; give a file instead")
            return
        yield from bytes_articles(stdin.read(MAX_BYTES + 1), name="standard input", suffix="", where="standard input")
        return
    if is_address(source):
        yield from _read_address(str(source), fetcher)
        return
    path = Path(source)
    try:
        is_folder = S_ISDIR(path.stat().st_mode)
    except ValueError:  # NUL, a lone surrogate
        yield ArticleError(f"{quoted(path)}: no file can have this name; check the path")
        return
    except OSError:  # reported when it is read
        is_folder = False
    if is_folder:
        yield from _read_folder(path)
    else:
        yield from read_file(path, name=path.name)


def is_address(source: str | Path) -> bool:
    """Return whether a source is a URL, not a path."""
    return isinstance(source, str) and "://" in source


def _read_address(url: str, fetcher: Fetcher | None) -> Iterator[Article | ArticleError]:
    from geomap.ingest.feeds import kind_of

    if fetcher is None:
        yield ArticleError(f"{url}: is a URL, which is not fetched here; save the page and give the file")
        return
    try:
        fetched = fetcher.fetch(url)
    except FetchError as error:
        yield ArticleError(str(error))
        return
    data = fetched.data or b""
    if kind_of(data) != "page":
        yield ArticleError(f"{url}: is a feed or a sitemap, not an article; add it to a map project (`geomap init`)")
        return
    suffix = SUFFIX_OF.get(fetched.content_type, ".html")
    for article in bytes_articles(_as_declared(data, fetched.charset), name=url, suffix=suffix, where=url):
        yield (
            article
            if isinstance(article, ArticleError)
            else replace(
                article,
                source=article.source or urlsplit(fetched.url).hostname,
                url=own_url(article.url, fetched.url),
                sha256=hashlib.sha256(data).hexdigest(),
                retrieved=fetched.retrieved,
            )
        )


def own_url(canonical: str | None, url: str | None) -> str | None:
    """Return the canonical URL of a page; the URL it was fetched from if the canonical one is on another host.

    Otherwise a page could replace an article of another host.
    """
    same_host = canonical and url and is_url(canonical) and urlsplit(canonical).hostname == urlsplit(url).hostname
    return canonical if same_host else url or canonical


def is_url(text: str) -> bool:
    """Return whether ``text`` can be parsed as a URL of at most ``MAX_URL`` characters; false for "http://["."""
    try:
        _ = urlsplit(text).port
    except ValueError:
        return False
    return len(text) <= MAX_URL


def _read_folder(folder: Path) -> Iterator[Article | ArticleError]:
    try:
        files = list(files_below(folder))
    except OSError as error:
        yield ArticleError(f"{shown(folder)}: the folder cannot be listed ({error.strerror}); check its permissions")
        return
    if not files:
        yield ArticleError(
            f"{shown(folder)}: the folder has no files; put .txt, .html, .pdf, .eml or .jsonl articles into it"
        )
    for name, unlisted in files:
        if unlisted:
            yield ArticleError(f"{shown(folder / name)}: cannot be listed ({unlisted.strerror}); give it by itself")
        else:
            yield from read_file(folder / name, name=name)


def read_file(path: Path, *, name: str, charset: str | None = None) -> Iterator[Article | ArticleError]:
    """Yield the articles of a file, or an ArticleError in the place of one; ``charset`` is the one a server declared."""
    where, suffix = shown(path), path.suffix.lower()
    if not is_utf8(name):
        yield ArticleError(f"{where}: its name is not UTF-8; rename the file")
        return
    try:
        with open_regular(path) as file:
            if suffix in JSONL_SUFFIXES:
                yield from _read_jsonl(file, name=name, where=where)
                return
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        yield ArticleNotFound(f"{where}: there is no such file; check the path")
    except OSError as error:
        yield ArticleError(f"{where}: cannot be read ({error.strerror}); {_remedy(error)}")
    else:
        digest = hashlib.sha256(data).hexdigest()
        for article in bytes_articles(_as_declared(data, charset), name=name, suffix=suffix, where=where):
            yield replace(article, sha256=digest) if charset and isinstance(article, Article) else article


def _remedy(error: OSError) -> str:
    return "write its content to a regular file" if error.strerror == NOT_REGULAR else "check its permissions"


def bytes_articles(data: bytes, *, name: str, suffix: str, where: str) -> Iterator[Article | ArticleError]:
    """Yield the article of ``data``, or the articles if it is JSON lines on standard input."""
    try:
        if len(data) > MAX_BYTES:
            raise ArticleError(
                f"{where}: is larger than {MAX_BYTES // 1_000_000} MB; split it, or give articles as JSONL"
            )
        if not data.strip():
            raise ArticleError(f"{where}: is empty; give a file with the article's text")
        if suffix == ".eml":
            yield _bounded(_parsed("email", data, where=where, what="the e-mail", result=Article, name=name))
        elif data.startswith(b"%PDF-"):
            published = _date_in(name)
            yield _bounded(
                _parsed("pdf", data, where=where, what="the PDF", result=Article, name=name, published=published)
            )
        elif suffix in HTML_SUFFIXES or _HTML_START.match(data):
            yield html_article(data, name=name, where=where)
        elif suffix in MARKDOWN_SUFFIXES:
            yield _markdown_article(data, name=name, where=where)
        elif suffix in TEXT_SUFFIXES and not (where == "standard input" and data.lstrip().startswith(b"{")):
            yield _text_article(data, name=name, where=where)
        elif suffix in TEXT_SUFFIXES:
            yield from _read_jsonl(data.splitlines(keepends=True), name=name, where=where)
        else:
            raise ArticleError(
                f"{where}: {suffix} files are not supported; give .txt, .md, .html, .pdf, .eml or .jsonl"
            )
    except ArticleError as error:
        yield error


def _as_declared(data: bytes, charset: str | None) -> bytes:
    """Return ``data`` as UTF-8, decoded by the declared encoding if it is not UTF-8; unchanged if that fails.

    Servers often declare a wrong encoding.
    """
    encoding = declared_encoding(charset)
    if encoding is None:
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return data.decode(encoding).encode("utf-8")
        except UnicodeError:
            return data
    return data


def _text_article(data: bytes, *, name: str, where: str) -> Article:
    text = decode_utf8(data, where=where)
    if text is None:
        text = _parsed("text", data, where=where, what="the text", result=str)
    if not text.strip():
        raise ArticleError(f"{where}: is empty; give a file with the article's text")
    digest = hashlib.sha256(data).hexdigest()
    read = Article(id=name, text=text, title=headline(text), published=_date_in(name), sha256=digest)
    return with_publication_date(read)


def _markdown_article(data: bytes, *, name: str, where: str) -> Article:
    article = _parsed("markdown", data, where=where, what="the text", result=Article, name=name)
    if not article.text.strip():
        raise ArticleError(f"{where}: is empty; give a file with the article's text")
    return _bounded(replace(article, published=article.published or _date_in(name)))


def _bounded(article: Article) -> Article:
    """Return an article with its metadata cut to ``MAX_METADATA``, its date as ISO 8601, and without a URL that is not valid."""
    bounded = replace(
        article,
        id=_cut(article.id) or "",
        title=_cut(article.title),
        source=_cut(article.source),
        author=_cut(article.author),
        published=_cut(article.published),
        url=article.url if article.url and is_url(article.url) else None,
    )
    return with_publication_date(bounded)


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= MAX_METADATA else f"{text[: MAX_METADATA - 1]}…"


def html_article(data: bytes, *, name: str, where: str) -> Article:
    """Return the article of a saved page; ArticleError where there is none, or parsing takes too much time or memory."""
    return _bounded(_parsed("html", data, where=where, what="the page", result=Article, name=name))


def _parsed(parser: str, data: bytes, *, where: str, what: str, result: type[T], **known: str | None) -> T:
    """Return the result of a parser of untrusted bytes, which runs in its own process."""
    try:
        return confined(parser, data, result=result, where=where, **known)
    except LimitReached as error:
        raise ArticleError(f"{where}: {what} {error}; save its text instead") from error


def _date_in(name: str) -> str | None:
    dated = _ISO_DATE.search(name)
    return dated[1] if dated else None


def headline(text: str) -> str | None:
    """Return the first line that may be a headline: short, without a full stop, not breadcrumb navigation."""
    for line in text.splitlines()[:10]:
        words = line.split()
        if (
            (len(words) >= 3 or len(_UNSPACED.findall(line)) >= _SHORTEST_UNSPACED)
            and len(line) <= 200
            and not line.rstrip().endswith(tuple(FULL_STOPS))
            and "/" not in words
            and "|" not in words
        ):
            return " ".join(words).lstrip("# ")
    return None


def _read_jsonl(lines: Iterable[bytes], *, name: str, where: str) -> Iterator[Article | ArticleError]:
    n_articles = 0
    number = 0
    for number, line in enumerate(bounded_lines(lines), start=1):
        if not line.strip():
            continue
        try:
            yield json_article(line, name=name, number=number, where=where)
        except ArticleError as error:
            yield error
        n_articles += 1
    if not n_articles:
        yield ArticleError(f"{where}: is empty; give one JSON object per line, each with a text")


def bounded_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines of at most MAX_BYTES + 1 bytes; a longer line is cut, and never completely in memory."""
    readline = getattr(lines, "readline", None)
    if readline is None:
        yield from lines
        return
    while line := readline(MAX_BYTES + 1):
        rest = line
        while len(rest) > MAX_BYTES and not rest.endswith(b"\n"):
            rest = readline(MAX_BYTES + 1)
        yield line


def json_article(line: bytes, *, name: str, number: int, where: str) -> Article:
    """Return the article of a JSON line; ArticleError with the line number where it is not valid."""
    if len(line) > MAX_BYTES:
        raise ArticleError(f"{where}, line {number}: is larger than {MAX_BYTES // 1_000_000} MB; split the article")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ArticleError(f"{where}, line {number}: is not UTF-8; save it as UTF-8") from None
    except (ValueError, RecursionError) as error:  # ValueError: not JSON, or a number of too many digits
        reason = (
            "nested too deep" if isinstance(error, RecursionError) else getattr(error, "msg", "a number is too long")
        )
        raise ArticleError(f"{where}, line {number}: is not JSON ({reason}); fix or remove the line") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ArticleError(f'{where}, line {number}: has no "text"; each line is an object like {{"text": "…"}}')
    digest = hashlib.sha256(line.rstrip(b"\r\n")).hexdigest()
    return row_article(row, id=f"{name}:{number}", where=f"{where}, line {number}", sha256=digest)


def row_article(row: Mapping[str, object], *, id: str, where: str, sha256: str | None = None) -> Article:  # noqa: A002
    """Return the article of a row of named values; ``id`` is its id where the row has none. ArticleError if it is not valid.

    ``row["text"]`` must be a string.
    """
    text = str(row["text"])
    if not text.strip():
        raise ArticleError(f'{where}: its "text" is empty; give the article\'s text')
    if _LONE_SURROGATE.search(text):
        raise ArticleError(f'{where}: its "text" has a lone surrogate; fix the escape sequence')
    known = {key: _plain(row.get(key)) for key in JSONL_FIELDS}
    if known["url"] and not is_url(known["url"]):
        raise ArticleError(f'{where}: its "url" is not a URL; fix or remove it')
    article = Article(
        id=known["id"] or id,
        text=text,
        title=known["title"],
        published=known["published"],
        source=known["source"],
        url=known["url"],
        author=known["author"],
        retrieved=known["retrieved"],
        sha256=sha256,
    )
    return _bounded(article)


def _plain(value: object) -> str | None:
    """Return a metadata value as text; None for anything but text and numbers."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value).encode("utf-8", "replace").decode("utf-8").strip() or None
