"""Parsers of web pages, Markdown, PDF, e-mail and unknown encodings; called through ``confined``."""

from __future__ import annotations

import hashlib
import io
import re
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import parseaddr, parsedate_to_datetime
from typing import cast

from geomap.errors import ArticleError
from geomap.ingest.encodings import decode
from geomap.types import Article

MAX_HEADER = 4_000
"""Maximum characters of an e-mail header; the rest is ignored."""
MAX_PAGES = 300
"""Maximum pages of a PDF; the rest is ignored."""
MAX_CHARACTERS = 3_000_000
"""Longest text of a PDF, in characters; a longer one is a book."""

_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n(?:---|\.\.\.)\r?\n", re.DOTALL)
_FRONT_LINE = re.compile(r"^(title|date|author|source|url)\s*+:\s*+[\"']?+(.*+)", re.MULTILINE)


def markdown_article(data: bytes, *, name: str, where: str) -> Article:
    """Return the article of a Markdown text: its plain text, and the metadata of its front matter."""
    from markdown_it import MarkdownIt

    text = decode(data, where=where)
    front = _FRONT_MATTER.match(text)
    known = _front_matter(front[1]) if front else {}
    tokens = MarkdownIt("commonmark").parse(text[front.end() :] if front else text)
    blocks, title = [], known.get("title")
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type != "inline":
            continue
        words = "".join(
            " " if leaf.type in ("softbreak", "hardbreak") else leaf.content
            for leaf in token.children or ()
            if leaf.type in ("text", "code_inline", "softbreak", "hardbreak")
        ).strip()
        if words:
            blocks.append(words)
            title = title or (words if before and before.type == "heading_open" else None)
    return Article(
        id=name,
        text="\n\n".join(blocks),
        title=title or None,
        published=known.get("date") or None,
        source=known.get("source"),
        url=known.get("url") or None,
        author=known.get("author") or None,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _front_matter(text: str) -> dict[str, str]:
    """Return the values of a front matter without their quotation marks."""
    found = {key: value.rstrip() for key, value in _FRONT_LINE.findall(text)}
    return {key: value[:-1] if value.endswith(('"', "'")) else value for key, value in found.items()}


def html_article(data: bytes, *, name: str, where: str) -> Article:
    """Return the article of a saved page: its main text and metadata, without navigation and advertising."""
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
        source=page.sitename or page.hostname,
        url=page.url or None,
        author=page.author or None,
        sha256=hashlib.sha256(data).hexdigest(),
    )


class _BoundedPolicy(EmailPolicy):
    """The standard library's policy for headers cut to ``MAX_HEADER`` characters, at the end of a word.

    Its parser needs 10 kB of memory per byte of encoded words: 3 GB for a subject of 320 kB.
    """

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Return the parsed header ``value``."""
        if len(value) > MAX_HEADER:
            value = value[:MAX_HEADER].rpartition(" ")[0]
        parsed: str = super().header_fetch_parse(name, value)
        return parsed


def email_article(data: bytes, *, name: str, where: str) -> Article:
    """Return the article of a saved e-mail: its plain-text body, else its HTML body, and its headers; no attachments."""
    try:
        message = cast("EmailMessage", BytesParser(policy=_BoundedPolicy()).parsebytes(data))
        body = message.get_body(("plain", "html"))
        text = str(body.get_content()) if body is not None else ""
        sent_as = "html" if body is not None and body.get_content_subtype() == "html" else "plain"
    except MemoryError:
        raise
    except Exception as error:  # for malformed parts the standard library's parser raises any exception
        raise ArticleError(f"{where}: the e-mail cannot be parsed ({type(error).__name__}); save its text") from error
    subject, sender, date = (_header(message, key) for key in ("Subject", "From", "Date"))
    if sent_as == "html":
        text = _text_of_html(text, where=where)
    if not text.strip():
        raise ArticleError(f"{where}: the e-mail has no text; save its attachments")
    person, address = parseaddr(sender)
    return Article(
        id=name,
        text=_utf8(text),
        title=_utf8(" ".join(subject.split())) or None,
        published=_sent(date),
        source=_utf8(person or address) or None,
        author=_utf8(person) or None,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _text_of_html(page: str, *, where: str) -> str:
    import trafilatura

    try:
        return trafilatura.extract(page, include_comments=False, favor_recall=True) or trafilatura.html2txt(page)
    except (ValueError, RecursionError, AssertionError, AttributeError, LookupError) as error:
        raise ArticleError(
            f"{where}: the e-mail's HTML cannot be parsed ({type(error).__name__}); save its text"
        ) from error


def _header(message: EmailMessage, key: str) -> str:
    """Return the value of a header; empty where it is missing or cannot be parsed."""
    try:
        return str(message.get(key) or "")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the standard library's parser raises any exception: a date may overflow
        return ""


def _sent(date: str) -> str | None:
    try:
        return parsedate_to_datetime(date).isoformat()
    except (ValueError, TypeError, OverflowError):
        return None


def pdf_article(data: bytes, *, name: str, where: str, published: str | None) -> Article:
    """Return the article of a PDF's text layer.

    The dates in a PDF are not used: they are of the file, not of the publication.
    """
    title, text = pdf_text(data, where=where)
    if not text.strip():
        raise ArticleError(f"{where}: the PDF has no text layer; run OCR on it first")
    return Article(
        id=name,
        text=unwrapped(text),
        title=title or None,
        published=published,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def pdf_text(data: bytes, *, where: str) -> tuple[str, str]:
    """Return a PDF's title, on one line, and the text of its pages."""
    from pypdf import PdfReader

    def refused(reason: str) -> ArticleError:
        return ArticleError(f"{where}: the PDF cannot be read ({reason}); save its text")

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise refused("it has a password")
        title = " ".join(str(reader.metadata.title or "").split()) if reader.metadata else ""
        pages, n_characters = [], 0
        for page in reader.pages[:MAX_PAGES]:
            pages.append(page.extract_text())
            n_characters += len(pages[-1])
            if n_characters > MAX_CHARACTERS:
                raise refused("it has more text than an article")
    except (ArticleError, MemoryError):
        raise
    except Exception as error:  # a malformed PDF raises any exception
        raise refused(" ".join(f"{type(error).__name__}: {error}".split())[:200]) from error
    return _utf8(title), _utf8("\n".join(pages))


def _utf8(text: str) -> str:
    """Return ``text`` with a question mark for each character that UTF-8 cannot encode (a lone surrogate)."""
    return text.encode("utf-8", "replace").decode("utf-8")


def unwrapped(text: str) -> str:
    """Return ``text`` with the line breaks of a printed column removed and the paragraphs kept.

    A line that is nearly as long as the longest and does not end a sentence is joined with the next; a hyphenated word is
    joined, and keeps its hyphen if its second half has a capital ("Nagorno-Karabakh").
    """
    lines = [line.strip() for line in text.splitlines()]
    width = sorted(len(line) for line in lines if line)[int(0.9 * sum(map(bool, lines)))] if any(lines) else 0
    parts = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line or not following or len(line) < 0.7 * width:
            parts += [line, "\n"]
        elif re.search(r"\w-$", line):
            parts.append(line[:-1] if following[0].islower() else line)
        else:
            is_end = re.search(r"[.!?:…][\"”’')]*$", line) and len(line) < 0.85 * width
            parts += [line, "\n" if is_end else " "]
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip() + "\n"
