"""Read articles: text, Markdown, HTML, PDF, e-mail and JSONL files, a folder of these, addresses, or standard input.

What cannot be read does not stop the rest: its ArticleError is yielded in its place.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from geomap.documents import email_article, markdown_article, pdf_article
from geomap.errors import ArticleError, ArticleNotFound, FetchError
from geomap.vocabulary import Article

if TYPE_CHECKING:
    from geomap.fetch import Fetcher

MAX_BYTES = 10_000_000
"""Longest article read, in bytes. A novel has one million; what is larger is no article."""

TEXT_SUFFIXES = {".txt", ".text", ""}
MARKDOWN_SUFFIXES = {".md", ".markdown"}
HTML_SUFFIXES = {".html", ".htm", ".xhtml"}
JSONL_SUFFIXES = {".jsonl", ".ndjson"}
SUFFIX_OF = {"application/pdf": ".pdf", "text/plain": ".txt", "text/markdown": ".md", "message/rfc822": ".eml"}
"""By the media type that a server declares; everything else it sends is read as a page."""

JSONL_FIELDS = ("id", "title", "published", "source", "url", "author", "retrieved")
_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?!\d)")
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)


def read_articles(
    sources: Iterable[str | Path], *, stdin: BinaryIO | None = None, fetcher: Fetcher | None = None
) -> Iterator[Article | ArticleError]:
    """Yield every article of ``sources`` in order, or the error that stands in its place.

    A source is a file, a folder (read in name order, hidden files left out), the address of a page, which ``fetcher``
    fetches, or ``-`` for ``stdin``. Ids are the JSONL's own, the file's path below the source or the address; one that
    occurs again gets ``#2``.
    """
    seen: dict[str, int] = {}
    for source in sources:
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
            yield ArticleError("-: standard input was asked for and is not open; give a file instead")
            return
        yield from bytes_articles(stdin.read(MAX_BYTES + 1), name="standard input", suffix="", where="standard input")
        return
    if is_address(source):
        yield from _read_address(str(source), fetcher)
        return
    path = Path(source)
    if path.is_dir():
        yield from _read_folder(path)
    else:
        yield from read_file(path, name=path.name)


def is_address(source: str | Path) -> bool:
    """Tell whether a source is an address on the web, not a path."""
    return isinstance(source, str) and "://" in source


def _read_address(url: str, fetcher: Fetcher | None) -> Iterator[Article | ArticleError]:
    from geomap.feeds import kind_of

    if fetcher is None:
        yield ArticleError(f"{url}: is an address and nothing fetches here; save the page and give the file")
        return
    try:
        fetched = fetcher.fetch(url)
    except FetchError as error:
        yield ArticleError(str(error))
        return
    data = fetched.data or b""
    if kind_of(data) != "page":
        yield ArticleError(f"{url}: is a feed or a sitemap, no article; a map project follows it (`geomap init`)")
        return
    suffix = SUFFIX_OF.get(fetched.content_type, ".html")
    for one in bytes_articles(_as_declared(data, fetched.charset), name=url, suffix=suffix, where=url):
        yield (
            one
            if isinstance(one, ArticleError)
            else replace(
                one,
                source=urlsplit(fetched.url).hostname if one.source == url else one.source,
                url=own_url(one.url, fetched.url),
                sha256=hashlib.sha256(data).hexdigest(),
                retrieved=fetched.retrieved,
            )
        )


def own_url(canonical: str | None, url: str | None) -> str | None:
    """Return the address a page calls its own; the one it came from where that is on another host.

    A page that could name any address could take another article's place.
    """
    same_host = canonical and url and urlsplit(canonical).hostname == urlsplit(url).hostname
    return canonical if same_host else url or canonical


def _read_folder(folder: Path) -> Iterator[Article | ArticleError]:
    try:
        files = sorted(
            p for p in folder.rglob("*") if not any(part.startswith(".") for part in p.relative_to(folder).parts)
        )
        files = [p for p in files if not p.is_dir()]
    except OSError as error:
        yield ArticleError(f"{folder}: the folder cannot be listed ({error.strerror}); check its permissions")
        return
    if not files:
        yield ArticleError(
            f"{folder}: the folder holds no file; put .txt, .html, .pdf, .eml or .jsonl articles into it"
        )
    for path in files:
        yield from read_file(path, name=path.relative_to(folder).as_posix())


def read_file(path: Path, *, name: str, charset: str | None = None) -> Iterator[Article | ArticleError]:
    """Yield the articles of a file, or the error in an article's place; ``charset`` is what a server declared."""
    suffix = path.suffix.lower()
    try:
        if suffix in JSONL_SUFFIXES:
            with path.open("rb") as lines:
                yield from _read_jsonl(lines, name=name, where=str(path))
            return
        if not path.is_file() and path.exists():
            raise ArticleError(f"{path}: is neither a file nor a folder; give an article")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        yield ArticleNotFound(f"{path}: there is no such file; check the path")
    except OSError as error:
        yield ArticleError(f"{path}: cannot be read ({error.strerror}); check its permissions")
    except ArticleError as error:
        yield error
    else:
        whole = hashlib.sha256(data).hexdigest()
        for one in bytes_articles(_as_declared(data, charset), name=name, suffix=suffix, where=str(path)):
            yield replace(one, sha256=whole) if charset and isinstance(one, Article) else one


def bytes_articles(data: bytes, *, name: str, suffix: str, where: str) -> Iterator[Article | ArticleError]:
    """Yield the article, or the articles where standard input carries JSON lines, that ``data`` holds."""
    try:
        if len(data) > MAX_BYTES:
            raise ArticleError(
                f"{where}: is larger than {MAX_BYTES // 1_000_000} MB; split it, or give articles as JSONL"
            )
        if not data.strip():
            raise ArticleError(f"{where}: is empty; give a file with the article's text")
        if suffix == ".eml":
            yield email_article(data, name=name, where=where)
        elif data.startswith(b"%PDF-"):
            yield pdf_article(data, name=name, where=where, published=_date_in(name))
        elif suffix in HTML_SUFFIXES or _HTML_START.match(data):
            yield html_article(data, name=name, where=where)
        elif suffix in MARKDOWN_SUFFIXES:
            yield _markdown_article(data, name=name, where=where)
        elif suffix in TEXT_SUFFIXES and not (where == "standard input" and data.lstrip().startswith(b"{")):
            yield _text_article(data, name=name, where=where)
        elif suffix in TEXT_SUFFIXES:
            yield from _read_jsonl(data.splitlines(keepends=True), name=name, where=where)
        else:
            raise ArticleError(f"{where}: {suffix} files are not read; give .txt, .md, .html, .pdf, .eml or .jsonl")
    except ArticleError as error:
        yield error


def _as_declared(data: bytes, charset: str | None) -> bytes:
    """Return ``data`` as UTF-8 where it is not already and the declared encoding fits; servers often declare a wrong one."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return data.decode(charset).encode("utf-8") if charset else data
        except (UnicodeError, LookupError):
            return data
    return data


def _decode(data: bytes, *, where: str) -> str:
    """Return the text of ``data``: UTF-8, or the encoding that its bytes speak for."""
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ArticleError(f"{where}: is a binary file, not text; convert it to text or HTML")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        if best is None:
            raise ArticleError(f"{where}: its character encoding is not recognised; save it as UTF-8") from None
        return str(best).removeprefix("\ufeff")


def _text_article(data: bytes, *, name: str, where: str) -> Article:
    text = _decode(data, where=where)
    if not text.strip():
        raise ArticleError(f"{where}: is empty; give a file with the article's text")
    return Article(
        id=name,
        text=text,
        title=_headline(text),
        published=_date_in(name),
        source=name,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _markdown_article(data: bytes, *, name: str, where: str) -> Article:
    article = markdown_article(_decode(data, where=where), data=data, name=name)
    if not article.text.strip():
        raise ArticleError(f"{where}: is empty; give a file with the article's text")
    return replace(article, published=article.published or _date_in(name))


def _date_in(name: str) -> str | None:
    dated = _ISO_DATE.search(name)
    return dated[1] if dated else None


def _headline(text: str) -> str | None:
    """Return the first line that reads like a headline: short, no full stop, not a trail of navigation."""
    for line in text.splitlines()[:10]:
        words = line.split()
        if (
            len(words) >= 3
            and len(line) <= 200
            and not line.rstrip().endswith((".", ":"))
            and "/" not in words
            and "|" not in words
        ):
            return " ".join(words).lstrip("# ")
    return None


def html_article(data: bytes, *, name: str, where: str) -> Article:
    """Return the article of a saved page: its main text and metadata, navigation and promotion left out."""
    import trafilatura
    from trafilatura.settings import Document

    try:
        page = trafilatura.bare_extraction(
            data,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (ValueError, RecursionError, AssertionError, AttributeError, LookupError, OSError) as error:
        raise ArticleError(
            f"{where}: the page cannot be parsed ({type(error).__name__}); save its text instead"
        ) from error
    text = (page.text or "").strip() if isinstance(page, Document) else ""
    if not isinstance(page, Document) or not text:
        raise ArticleError(f"{where}: no article text was found in the page; save its text instead")
    return Article(
        id=name,
        text=text,
        title=page.title or None,
        published=page.date or None,
        source=page.sitename or page.hostname or name,
        url=page.url or None,
        author=page.author or None,
        sha256=hashlib.sha256(data).hexdigest(),
    )


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
        yield ArticleError(f"{where}: is empty; give one JSON object a line, each with a text")


def bounded_lines(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines of at most MAX_BYTES + 1 bytes; of a longer one only its beginning, never the whole in memory."""
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
    """Return the article of a JSON line; ArticleError names the line where there is none."""
    if len(line) > MAX_BYTES:
        raise ArticleError(f"{where}, line {number}: is larger than {MAX_BYTES // 1_000_000} MB; split the article")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ArticleError(f"{where}, line {number}: is not UTF-8; JSON lines must be") from None
    except (ValueError, RecursionError) as error:  # ValueError: not JSON, or a number of too many digits
        said = "nested too deep" if isinstance(error, RecursionError) else getattr(error, "msg", "a number is too long")
        raise ArticleError(f"{where}, line {number}: is not JSON ({said}); mend or remove the line") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ArticleError(f'{where}, line {number}: has no "text"; each line is an object like {{"text": "…"}}')
    if not row["text"].strip():
        raise ArticleError(f'{where}, line {number}: its "text" is empty; give the article\'s text')
    if _HALF_A_PAIR.search(row["text"]):
        raise ArticleError(f'{where}, line {number}: its "text" holds half a surrogate pair; mend the escape sequence')
    known = {key: _plain(row.get(key)) for key in JSONL_FIELDS}
    return Article(
        id=known["id"] or f"{name}:{number}",
        text=row["text"],
        title=known["title"],
        published=known["published"],
        source=known["source"],
        url=known["url"],
        author=known["author"],
        retrieved=known["retrieved"],
        sha256=hashlib.sha256(line.rstrip(b"\r\n")).hexdigest(),
    )


def _plain(value: object) -> str | None:
    """Return a metadata value as text; what is neither text nor a number counts as unknown."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return str(value).encode("utf-8", "replace").decode("utf-8").strip() or None
