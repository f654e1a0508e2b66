"""Articles in other wrappings than text or a web page: Markdown, PDF and saved e-mail."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from geomap.errors import ArticleError
from geomap.vocabulary import Article

PDF_SECONDS = 20
"""A PDF that takes longer is no news article; its reader is stopped."""

_FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n(?:---|\.\.\.)\r?\n", re.DOTALL)
_FRONT_LINE = re.compile(r"^(title|date|author|source|url)\s*:\s*[\"']?(.*?)[\"']?\s*$", re.MULTILINE)


def markdown_article(text: str, *, data: bytes, name: str) -> Article:
    """Return the article of a Markdown text: its words without the marks, what its front matter says of it."""
    from markdown_it import MarkdownIt

    front = _FRONT_MATTER.match(text)
    known = dict(_FRONT_LINE.findall(front[1])) if front else {}
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
        source=known.get("source") or name,
        url=known.get("url") or None,
        author=known.get("author") or None,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def email_article(data: bytes, *, name: str, where: str) -> Article:
    """Return the article of a saved e-mail: its body, plain where it has one, and its headers; attachments are left out."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        body = message.get_body(("plain", "html"))
        text = str(body.get_content()) if body is not None else ""
        sent_as = "html" if body is not None and body.get_content_subtype() == "html" else "plain"
    except Exception as error:  # on broken parts, the standard library's parser raises what it will
        raise ArticleError(f"{where}: the e-mail cannot be parsed ({type(error).__name__}); save its text") from error
    subject, sender, date = (_header(message, key) for key in ("Subject", "From", "Date"))
    if sent_as == "html":
        text = _text_of_html(text, where=where)
    if not text.strip():
        raise ArticleError(f"{where}: the e-mail has no text; save what is attached to it")
    person, address = parseaddr(sender)
    return Article(
        id=name,
        text=text,
        title=" ".join(subject.split()) or None,
        published=_sent(date),
        source=person or address or name,
        author=person or None,
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
    """Return what a header says; nothing where it is missing, or nobody can tell."""
    try:
        return str(message.get(key) or "")
    except Exception:  # noqa: BLE001 - the standard library's parser raises what it will: a date may overflow
        return ""


def _sent(date: str) -> str | None:
    try:
        return parsedate_to_datetime(date).isoformat()
    except (ValueError, TypeError, OverflowError):
        return None


def pdf_article(data: bytes, *, name: str, where: str, published: str | None) -> Article:
    """Return the article of a PDF's text layer, read in a process of its own that may not grow or run for ever.

    A PDF's own dates say when the file was made, not when the news was published: they are not used.
    """
    command = [sys.executable, "-m", "geomap.pdf_text", str(PDF_SECONDS)]
    paths = [str(Path(__file__).resolve().parent.parent), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and the bytes go in by a pipe
            command, input=data, capture_output=True, timeout=PDF_SECONDS + 5, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ArticleError(f"{where}: the PDF takes more than {PDF_SECONDS} s to read; save its text") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1][:200] if said and done.returncode == 1 else "it asks for too much time or memory"
        raise ArticleError(f"{where}: the PDF cannot be read ({reason}); save its text")
    title, _, text = done.stdout.decode("utf-8", "replace").partition("\n")
    if not text.strip():
        raise ArticleError(f"{where}: the PDF has no text layer; run a text recognition over it first")
    return Article(
        id=name,
        text=unwrapped(text),
        title=title.strip() or None,
        published=published,
        source=name,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def unwrapped(text: str) -> str:
    """Return ``text`` with the line ends of a printed column taken out, paragraphs kept.

    A line that is nearly as long as the longest and ends no sentence goes on in the next; a word parted by a hyphen
    is joined, and keeps the hyphen where the second half has a capital ("Nagorno-Karabakh").
    """
    lines = [line.strip() for line in text.splitlines()]
    width = sorted(len(line) for line in lines if line)[int(0.9 * sum(map(bool, lines)))] if any(lines) else 0
    out = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        out += line
        if not line or not following or len(line) < 0.7 * width:
            out += "\n"
        elif re.search(r"\w-$", line):
            out = out[:-1] if following[0].islower() else out
        else:
            out += "\n" if re.search(r"[.!?:…][\"”’')]*$", line) and len(line) < 0.85 * width else " "
    return re.sub(r"\n{3,}", "\n\n", out).strip() + "\n"
