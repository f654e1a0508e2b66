"""The part of a title that is read as a headline: not the outlet's name beside it, and not what the text repeats. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MAX_LENGTH = 1_000
"""Code points of a title that are read."""
MAX_BEGINNING = 6_000
"""Code points of the text in which a title may be repeated. Not tuned."""
_REPEATED_WITHIN = 10
"""Lines of the text, counted without blank ones, in which a title counts as repeated: a kicker or a date may precede it."""
_SEPARATOR = re.compile(r"(?<!\s)\s++(?:\||::|»|·|-|–|—)\s+|(?<=\S):\s+|(?<!\s)\s*+｜\s*")
_NO_LETTERS = re.compile(r"[\W_]+")
_STRONG = frozenset("|｜»·") | {"::"}
"""Separators that part a headline from the site, hardly ever two parts of a headline."""
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-z]{2,12}", re.IGNORECASE)
_OUTLET_ENDS = frozenset(
    "advertiser agency argus broadcasting bulletin chronicle courier dispatch echo examiner gazette guardian herald inquirer "
    "journal mail mercury messenger mirror monitor news newspaper newspapers observer online post press radio record register "
    "reporter review sentinel standard telegraph times today tribune tv weekly".split()
)
"""Last words of the names of outlets, in lower case."""
_NEWS = frozenset(
    "news 뉴스 新闻 新聞 ニュース новости новини nachrichten noticias notícias notizie actualités nouvelles haber haberler xəbərlər "
    "նորություններ اخبار خبر חדשות समाचार ข่าว".split()
)
"""The word for news by which sites in many languages end a title."""
_FEWEST_WORDS = 3
"""Words before a strong separator from which they are a headline. Not tuned."""
_SHORTEST = 6
"""Letters from which they are one where words are not parted by spaces. Not tuned."""


def headline_span(
    title: str | None, text: str, *, source: str | None = None, url: str | None = None
) -> tuple[int, int]:
    """Return the half-open span of ``title``, in code points, to read beside ``text``; (0, 0) where nothing is.

    Left out are the name of the outlet, known by ``source``, by the host of ``url`` or by its form ("… | The Example",
    "… - CNN.com"), and a title that is among the first lines of the text or the beginning of the text, cut or not.
    """
    if not title or not title.strip():
        return 0, 0
    start, end = _without_outlets(title[:MAX_LENGTH], {_letters(source), *map(_letters, _host(url).split("."))} - {""})
    if _is_repeated(title[start:end], text) or _is_repeated(title[:MAX_LENGTH], text):
        return 0, 0
    return start, end


def _without_outlets(title: str, outlets: set[str]) -> tuple[int, int]:
    start, end = len(title) - len(title.lstrip()), len(title.rstrip())
    parts = [(match.start(), match.end(), match[0].strip()) for match in _SEPARATOR.finditer(title, start, end)]
    for left, right, separator in reversed(parts):
        if not _is_outlet(title[right:end], separator, outlets, before=title[start:left]):
            break
        end = left
    for left, right, separator in parts:
        if right < end and separator != ":" and _is_named(title[start:left], outlets):
            start = right
            continue
        break
    return start, end


def _is_outlet(tail: str, separator: str, outlets: set[str], *, before: str) -> bool:
    """Return whether what follows a separator names an outlet, or the section of one."""
    words = tail.casefold().split()
    if not words:
        return True
    if separator == ":":
        return len(words) == 1 and words[0] in _NEWS
    if separator in _STRONG and _is_headline(before):
        return True
    return _is_named(tail, outlets) or (len(words) <= 6 and (words[-1] in _OUTLET_ENDS or words[-1] in _NEWS))


def _is_headline(text: str) -> bool:
    return len(text.split()) >= _FEWEST_WORDS or (not text.isascii() and len(_letters(text)) >= _SHORTEST)


def _is_named(text: str, outlets: set[str]) -> bool:
    """Return whether ``text`` is a host name, the name of the source, or a label of its host."""
    return bool(_DOMAIN.fullmatch(text.strip())) or _letters(text) in outlets


def _is_repeated(headline: str, text: str) -> bool:
    """Return whether ``text`` has the headline as one of its first lines, or begins with it."""
    wanted = _letters(headline)
    if not wanted:
        return False
    is_cut = headline.rstrip().endswith(("…", "..."))
    beginning = text[:MAX_BEGINNING]
    lines = [_letters(line) for line in beginning.splitlines() if line.strip()][:_REPEATED_WITHIN]
    if wanted in lines or (is_cut and any(line.startswith(wanted) for line in lines)):
        return True
    return _letters(beginning[: 3 * len(headline) + 100]).startswith(wanted)


def _letters(text: str | None) -> str:
    """Return the letters and digits of ``text``, case folded."""
    return _NO_LETTERS.sub("", (text or "").casefold())


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""
