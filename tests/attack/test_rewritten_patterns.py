"""What was rewritten to take linear time finds what it found before, on texts put together of its own parts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from importlib import resources
from typing import Any

import click
import pytest

from geomap.batch import sources
from geomap.cli import options
from geomap.editorial import corrections
from geomap.ingest import documents, feeds
from geomap.ingest import readers as articles
from geomap.recognition import features as recogniser_words
from geomap.render import folium_page as folium_map
from geomap.resolution import cues as patterns
from geomap.text import sentences

N_TEXTS = 4_000
WORDS = (
    "Goris",
    "and ",
    "or ",
    ", ",
    ",",
    " ",
    "\n",
    "A.",
    "N",
    "the",
    ".",
    "Sept",
    "20",
    "2023",
    "(Reuters)",
    "—",
    "-",
)


def _match(pattern: re.Pattern[Any]) -> Callable[[Any], object]:
    return lambda text: bool(pattern.match(text))


def _spans(pattern: re.Pattern[Any]) -> Callable[[Any], object]:
    return lambda text: [match.span() for match in pattern.finditer(text)]


def _goes_on(text: str) -> object:
    return bool(re.match(r",?\s+(?:and|or)\s|,\s+(?:[A-Z][\w.]+\s?){1,3},?\s+(?:and|or)\s", text))


_OLD_DATELINE = re.compile(
    r"\s*(?:,\s*[A-Z][\w.]*(?:\s+[A-Z][\w.]*)?)?\s*(?:,\s*\w+\.?\s+\d{1,2}(?:,\s+\d{4})?)?\s*"
    r"(?:\([^)\n]{2,40}\)\s*)?(?:—|–|--|-\s|―|\s-\s)"
)
_OLD_END = re.compile(
    rf"{sentences._STOP}\s+(?=[\"“‘'(\[«—-]?[^\Wa-z_])|(?<=[。！？])(?![。！？」』”’）])|(?<=[。！？][」』”’）])|\s*\n\s*"
)
_OLD_FRONT_LINE = re.compile(r"^(title|date|author|source|url)\s*:\s*[\"']?(.*?)[\"']?\s*$", re.MULTILINE)
_OLD_NO_END = re.compile(recogniser_words._NO_END.pattern.replace(r"[A-Za-z]\.[A-Za-z])", r"(?:[A-Za-z]\.)+[A-Za-z])"))
_OLD_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_OLD_ROOT = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*<\s*(?:[\w.-]+:)?([\w.-]+)", re.DOTALL
)


def _root(pattern: re.Pattern[bytes]) -> Callable[[bytes], object]:
    return lambda data: found[1] if (found := pattern.match(data)) else None


def _old_unwrapped(text: str) -> str:
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


def _tiles(url: str) -> bool:
    try:
        return options.parse_tiles(None, None, url) == url
    except click.BadParameter:
        return False


def _line_of(text: str) -> int:
    lines = (n for n, line in enumerate(text.splitlines(), start=1) if re.match(r"\s*\[*\s*[\"']?key\b", line))
    return next(lines, 1)


_OLD_PASSWORD = r"(?<=://)([^/?#:@\s]*):[^/?#\s]*@"  # noqa: S105
_OLD_PARAMETER = r"([?&][^=&#\s]*(?:sig|token|secret|passw|key|credential)[^=&#\s]*=)[^&#\s]*"
_OLD_TILES = r"https?://[\w.{}:-]+/\S*\{z\}\S*"
_TILES = (
    *3 * ("https://a.org/", "http://{s}.a.org:8/", "{z}"),
    "/",
    "{",
    "}",
    "z",
    "x.png",
    " ",
    "\n",
    "<",
    "https://",
)
_PROLOGUE = (" ", "\n", "<!-- a -->", "<!---->", "<!-- <rss> -->")
"""White space and whole comments: before, a comment went on behind its end where that made a page of what is none."""
PAIRS: dict[str, tuple[Callable[[Any], object], Callable[[Any], object], tuple[str, ...]]] = {
    "goes_on": (_goes_on, lambda text: patterns.goes_on(text, 0), (", ", *WORDS)),
    "dateline": (_match(_OLD_DATELINE), _match(patterns._DATELINE), (", ", "- ", "--", *WORDS)),
    "sentence ends": (_spans(_OLD_END), _spans(sentences._END), ("。", "\n", "“", "\r\n", "\t", "»", *WORDS)),
    "abbreviations": (
        lambda text: bool(_OLD_NO_END.search(text)),
        lambda text: bool(recogniser_words._NO_END.search(text)),
        ("U.", "S.", ".", "Dr", "No", " ", "-", "x", "E"),
    ),
    "front matter": (
        lambda text: dict(_OLD_FRONT_LINE.findall(text)),
        documents._front_matter,
        ("title", "date", "url", ":", " ", "\n", '"', "'", "a b", "\r\n", "\t", "http://a"),
    ),
    "page": (
        lambda text: _match(_OLD_HTML)(text.encode()),
        lambda text: _match(articles._HTML_START)(text.encode()),
        (*_PROLOGUE, "<html>", "<!DOCTYPE html", "<body"),
    ),
    "root": (
        lambda text: _root(_OLD_ROOT)(text.encode()),
        lambda text: _root(feeds._ROOT)(text.encode()),
        (*_PROLOGUE, "<?xml version='1.0'?>", "<?a <b?>", "<!DOCTYPE rss>", "<rss>", "<a:feed", "< RDF"),
    ),
    "columns": (_old_unwrapped, documents.unwrapped, ("long line of words", "ab-", "\n", "Cd", "ef", ".", "”", "?")),
    "tiles": (lambda url: not url or bool(re.fullmatch(_OLD_TILES, url)), _tiles, _TILES),
    "lines of corrections": (
        _line_of,
        lambda text: corrections._line_of(text, "key"),
        ("[", "]", " ", "\n", "key", '"', "'", "=", "x", "\t"),
    ),
    "secrets": (
        lambda url: re.sub(_OLD_PARAMETER, r"\1***", re.sub(_OLD_PASSWORD, r"\1:***@", url), flags=re.IGNORECASE),
        sources.without_secrets,
        ("https://a.org/", "?", "&", "=", "#", "sig", "Token", "x", "1", " ", "://", "u:p@"),
    ),
    "bodies": (
        lambda page: re.findall(r"<script>(.*?)</script>", page, re.DOTALL),
        lambda page: folium_map._bodies(page, "script"),
        ("<script>", "</script>", "a", "\n", "<style>", "</style>"),
    ),
}


@pytest.mark.parametrize(("before", "now", "parts"), PAIRS.values(), ids=PAIRS.keys())
def test_what_was_rewritten_finds_the_same(
    before: Callable[[Any], object], now: Callable[[Any], object], parts: tuple[str, ...]
) -> None:
    drawn = random.Random(12)  # noqa: S311
    texts = ["".join(drawn.choices(parts, k=drawn.randint(1, 10))) for _ in range(N_TEXTS)]
    found = {repr(before(text)) for text in texts}
    assert len(found) > 1
    assert [(text, now(text)) for text in texts] == [(text, before(text)) for text in texts]


@pytest.mark.parametrize("name", ["map.css", "leaflet.css"])
def test_a_stylesheet_is_shortened_as_before(name: str) -> None:
    text = resources.files("geomap.render").joinpath("assets", name).read_text(encoding="utf-8")
    plain = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    plain = re.sub(r"\s*([{};,])\s*", r"\1", plain)
    lines = (line.strip() for line in plain.splitlines())
    assert folium_map._asset(name) == "\n".join(line for line in lines if line and not line.startswith("// "))
