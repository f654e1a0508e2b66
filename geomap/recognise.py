"""Find the toponyms of an article: capitalised names the gazetteer knows, minus what is usually no place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from geomap.descriptions import descriptions
from geomap.vocabulary import Article, Mention, MentionKind

if TYPE_CHECKING:
    from geomap.gazetteer import Gazetteer

MAX_WORDS = 6
"""Longest toponym looked for, in words ("Democratic Republic of the Congo" has five)."""

_WORD = re.compile(r"[^\W\d_](?:[^\W_]|[’'.\-‑–](?=[^\W\d_])|\.(?=[A-Z]\.))*(?:(?<=\b[A-Z])\.)?")
_JOINER = {
    "of",
    "the",
    "and",
    "de",
    "la",
    "le",
    "du",
    "del",
    "da",
    "do",
    "al",
    "el",
    "on",
    "upon",
    "an",
    "sur",
    "am",
    "bei",
}
_POSSESSIVE = re.compile(r"[’']s$|(?<=s)[’']$")
_GAP = re.compile(r"[ \u00a0]+$")

_SPOKE = re.compile(
    r"\s+(?:has |had |have |also |later |now )*(?:said|says|announced|demanded|demands|accused|accuses|denied|denies|warned|"
    r"warns|insisted|insists|claimed|claims|agreed|urged|urges|blamed|called|told|condemned|rejected|confirmed|vowed|wants)\b"
)
_INSTITUTION = re.compile(
    r"(?:[’']s)?\s+(?:\w+\s+){0,2}?(?:government|ministry|minister|president|parliament|army|troops|forces|officials|"
    r"authorities|police|embassy|ambassador|military|spokes\w+|chancellor|envoy|rule)\b"
)
_UNDER = re.compile(
    r"\b(?:supervision|auspices|mediation|control|pressure|talks|relations|ties|support)\s+(?:of|from|with)\s+$"
)
_BROKERED = re.compile(r"[-‑](?:mediated|brokered|backed|led|based|sponsored|controlled|held|occupied|run|made)\b")
_TRAIL = re.compile(r"^\s*\w+(?:\s+/\s+\w+)+\s*$", re.MULTILINE)


def recognise(article: Article, *, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """Return the toponyms of ``article.text`` in text order; never two that overlap.

    The longest name wins. A name counts only when it is the whole of a run of capitalised words
    ("Steffen" in "Steffen Hebestreit" does not), and when it is not usually something else.
    """
    text = article.text
    mentions: list[Mention] = []
    for run in _runs(text):
        mentions += _names_in(run, text, gazetteer)
    mentions += descriptions(text, mentions)
    return tuple(sorted(mentions, key=lambda m: m.start))


def _runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield runs of capitalised words, lower-case joiners between them included, as spans of words."""
    run: list[tuple[int, int]] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        is_joined = bool(run) and bool(_GAP.fullmatch(text, run[-1][1], start))
        possessed = bool(run) and bool(_POSSESSIVE.search(text[run[-1][0] : run[-1][1]]))
        word = match[0]
        if (word[0].isupper() and (not run or (is_joined and not possessed))) or (
            word in _JOINER and is_joined and not possessed
        ):
            run.append((start, end))
        else:
            yield from _trimmed(run, text)
            run = [(start, end)] if word[0].isupper() else []
    yield from _trimmed(run, text)


def _trimmed(run: list[tuple[int, int]], text: str) -> Iterator[list[tuple[int, int]]]:
    while run and text[slice(*run[-1])] in _JOINER:
        run = run[:-1]
    if run:
        yield run


def _names_in(run: list[tuple[int, int]], text: str, gazetteer: Gazetteer) -> Iterator[Mention]:
    """Yield the longest known names that, with words of no weight, make up the whole run."""
    at = 0
    while at < len(run):
        for n in range(min(MAX_WORDS, len(run) - at), 0, -1):
            start, end = run[at][0], run[at + n - 1][1]
            end -= len(match[0]) if (match := _POSSESSIVE.search(text[start:end])) else 0
            if _is_name(text[start:end], gazetteer) and _stands_alone(run, at, n, text, gazetteer):
                yield Mention(
                    start=start, end=end, text=text[start:end], kind=_kind(text, start, end, gazetteer), score=0.7
                )
                at += n
                break
        else:
            at += 1


def _is_name(name: str, gazetteer: Gazetteer) -> bool:
    return len(name) > 1 and name.casefold() not in no_places() and gazetteer.knows(name)


def _stands_alone(run: list[tuple[int, int]], at: int, n: int, text: str, gazetteer: Gazetteer) -> bool:
    """Whether the words beside a name in its run let it be a place: none, a light word, or another place."""
    for beside in (at - 1, at + n):
        if not 0 <= beside < len(run):
            continue
        word = text[slice(*run[beside])]
        if word in _JOINER or word.casefold() in light_words() or _is_name(_POSSESSIVE.sub("", word), gazetteer):
            continue
        return False
    return True


def _kind(text: str, start: int, end: int, gazetteer: Gazetteer) -> MentionKind:
    """Tell a place from its people and from its government, by the words beside it."""
    first = gazetteer.lookup(text[start:end], limit=1)
    if first and first[0].match == "demonym":
        return "demonym"
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    behind = text[end : end + 60]
    if (
        _SPOKE.match(behind)
        or _INSTITUTION.match(behind)
        or _BROKERED.match(behind)
        or _UNDER.search(text[max(0, start - 60) : start])
        or _TRAIL.fullmatch(text[line_start : line_end if line_end >= 0 else len(text)])
        or text[end : end + 1] == ":"
    ):
        return "associative"
    return "literal"


@lru_cache(maxsize=1)
def no_places() -> frozenset[str]:
    """Return capitalised words that are usually no place, casefolded."""
    return _words("no_places.txt")


@lru_cache(maxsize=1)
def light_words() -> frozenset[str]:
    """Return words that may stand beside a place's name in a run of capitals: "In", "Northern", "Mr" is none."""
    return _words("light_words.txt")


def _words(file: str) -> frozenset[str]:
    lines = (files("geomap") / "words" / file).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.casefold().split())
