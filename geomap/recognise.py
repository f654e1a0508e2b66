"""Find the toponyms of an article: by the learned network in English, by the gazetteer's names in other languages."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from math import exp
from typing import TYPE_CHECKING

import numpy as np

from geomap.descriptions import descriptions
from geomap.gazetteer_names import gazetteer_names
from geomap.languages import language_of
from geomap.recogniser_spans import BEGIN, INSIDE, OUTSIDE, agree, best_path, spans_of
from geomap.recogniser_words import split_words
from geomap.vocabulary import Article, Mention, RecognitionMethod

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geomap.gazetteer import Gazetteer
    from geomap.recogniser_model import RecogniserModel
    from geomap.recogniser_words import Word

LEAN = -0.1
"""Added to the log odds of a toponym. Trained on either dev corpus and measured on the other, 0.3 and -0.5 are best: one annotates
more than the other."""
POWER = 1.0
"""Added for a country or its capital: "Baku said" is seldom a person, though "Lachin said" may be."""
LISTED = 0.75
"""Added for a name of the gazetteer that is listed with a toponym: what stands in one list is of one sort."""
SURE = 1.5
"""Log odds from which a toponym vouches for its neighbour in a list."""
_TIES = frozenset({"and", "or", ",", "&"})
_DATELINE = re.compile(
    r"^[A-Z]{2}[A-Z .'’-]*(?:, [A-Z][\w.' ]{1,30}){0,2}(?:,? [A-Z][a-z]{2,8}\.? \d{1,2})?(?: \([^)\n]{2,30}\))?(?:\.| ?[—–]| --?) ",
    re.MULTILINE,
)
"""Where a report was filed, not where it happened: "GORIS, Armenia (Agency) — "."""
LITERAL, ASSOCIATIVE, LONGER = 3, 4, 5
"""Columns of a word's scores behind the three of outside, begin, inside."""


def recognise(article: Article, *, model: RecogniserModel, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """Return the toponyms of ``article.text`` in text order, none overlapping; ``method_of`` says how they are found."""
    text = article.text
    language = language_of(text)
    if language == "en":
        found = _learned_names(text, model=model, gazetteer=gazetteer)
    else:
        found = gazetteer_names(text, language=language, gazetteer=gazetteer)
    return tuple(sorted((*found, *descriptions(text, found)), key=lambda m: m.start))


def method_of(article: Article) -> RecognitionMethod:
    """Return how ``recognise`` finds the toponyms of ``article``: by the learned network, or by the gazetteer's names."""
    return "learned" if language_of(article.text) == "en" else "names"


def _learned_names(text: str, *, model: RecogniserModel, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    words = split_words(text)
    scores = model.score(text, words)
    scores[:, :3] = agree([word.text for word in words], scores[:, :3])
    lean = np.full(len(words), LEAN, dtype=np.float32)
    lean[_seats_of_power(words, scores, gazetteer)] += POWER
    lean[_listed_beside(words, scores, gazetteer)] += LISTED
    path = best_path(scores[:, :3] + np.stack([np.zeros_like(lean), lean, lean], axis=1))
    has_capitals = sum(word.text[0].isupper() for word in words) * 50 >= len(words)
    is_people: dict[str, bool] = {}
    datelines = [line.span() for line in _DATELINE.finditer(text)]
    found = []
    for start, end in spans_of(path):
        is_lower = not any(word.text[0].isupper() or word.text[0].isdigit() for word in words[start:end])
        if is_lower and (has_capitals or words[end - 1].end - words[start].start < 3):
            continue  # "us" is no country: surely where the article writes capitals, likely where it does not
        size = _size_of_name(text, words[start:end], gazetteer)
        name = text[words[start].start : words[start + size - 1].end]
        if " ".join(name.casefold().split()) in no_names():
            continue
        if name not in is_people:
            is_people[name] = model.names_people(name) or any(
                c.match == "demonym" for c in gazetteer.lookup(name, limit=5)
            )
        mention = _mention(name, words[start : start + size], scores[start : start + size])
        nested = mention.nested or (start + size < end and words[end - 1].text[0].isalnum())
        kind = "demonym" if is_people[name] else "associative" if _is_byword(text, mention, datelines) else mention.kind
        found.append(replace(mention, kind=kind, nested=nested))
    return tuple(found)


def _seats_of_power(words: Sequence[Word], scores: NDArray[np.float32], gazetteer: Gazetteer) -> list[int]:
    """Return the words in doubt that, alone, name a country or a capital before most else."""
    toponym = np.logaddexp(scores[:, BEGIN], scores[:, INSIDE]) - scores[:, OUTSIDE]
    found = []
    for i in np.flatnonzero((toponym > -LEAN - POWER) & (toponym < -LEAN)).tolist():
        if words[i].text[0].isupper():
            senses = [c.place for c in gazetteer.lookup(words[i].text, limit=3)]
            if any(place.kind == "country" or place.feature_code == "PPLC" for place in senses):
                found.append(i)
    return found


def _listed_beside(words: Sequence[Word], scores: NDArray[np.float32], gazetteer: Gazetteer) -> list[int]:
    """Return the known names in doubt that "and", "or" or a comma ties to a sure toponym: "near Martakert and Askeran"."""
    toponym = np.logaddexp(scores[:, BEGIN], scores[:, INSIDE]) - scores[:, OUTSIDE]
    in_doubt = np.flatnonzero((toponym > -LEAN - LISTED) & (toponym < -LEAN)).tolist()
    return [
        i
        for i in in_doubt
        if i >= 2
        and words[i - 1].text in _TIES
        and toponym[i - 2] > SURE
        and words[i].text[0].isupper()
        and gazetteer.knows(words[i].text)
    ]


def _is_byword(text: str, mention: Mention, datelines: Sequence[tuple[int, int]]) -> bool:
    """Whether a mention stands in a dateline, or before the words that a headline gives to a government: "Russia: …"."""
    at = bisect_right(datelines, (mention.start, len(text)))
    if at and mention.end <= datelines[at - 1][1]:
        return True
    begins_line = not text[text.rfind("\n", 0, mention.start) + 1 : mention.start].strip()
    return begins_line and text[mention.end : mention.end + 1] == ":"


def _size_of_name(text: str, words: Sequence[Word], gazetteer: Gazetteer) -> int:
    """Return how many of a span's words to keep.

    No comma or bracket at the end; of a school or a court unknown to the gazetteer, the town in its name.
    """
    size = len(words)
    while size > 1 and not words[size - 1].text[0].isalnum() and words[size - 1].text != ".":
        size -= 1
    if size == 1 or words[size - 1].text.lower() not in institutions():
        return size
    names = (text[words[0].start : word.end] for word in words[:size])
    known = [n for n, name in enumerate(names, 1) if gazetteer.lookup(name, limit=1)]
    return known[-1] if known else size


@lru_cache(maxsize=1)
def no_names() -> frozenset[str]:
    """Return what looks like a toponym and names none: the first word of an institution's name, a charity's emblem."""
    return frozenset(word.replace("_", " ") for word in _words("no_names.txt"))


@lru_cache(maxsize=1)
def institutions() -> frozenset[str]:
    """Return the nouns that end the name of an institution: "school", "court", "hospital"."""
    return frozenset(_words("institutions.txt"))


def _words(file: str) -> list[str]:
    lines = (files("geomap") / "words" / file).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def _mention(name: str, words: Sequence[Word], scores: NDArray[np.float32]) -> Mention:
    certain = np.logaddexp(scores[:, BEGIN], scores[:, INSIDE])
    odds = float((certain - scores[:, OUTSIDE]).min())
    return Mention(
        start=words[0].start,
        end=words[-1].end,
        text=name,
        kind="associative" if scores[0, ASSOCIATIVE] > scores[0, LITERAL] else "literal",
        nested=bool(scores[0, LONGER] > 0),
        score=round(1 / (1 + exp(-odds)), 4),
    )
