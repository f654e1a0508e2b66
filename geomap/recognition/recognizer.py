"""Recognize the toponyms of an article: by a neural network for English, by another for the other languages that are read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp
from typing import TYPE_CHECKING, Protocol

import numpy as np

from geomap.gazetteer.name_frequency import place_probability
from geomap.recognition.certain_names import certain_names
from geomap.recognition.coreference import descriptions
from geomap.recognition.decoding import BEGIN, INSIDE, OUTSIDE, average_logits_by_word, best_path, spans_of
from geomap.recognition.facilities import facility_spans
from geomap.recognition.mention_kinds import kind_odds
from geomap.recognition.model import WIDTH
from geomap.recognition.multilingual import multilingual_names
from geomap.recognition.name_spans import PARTIES, name_spans
from geomap.recognition.parameters import (
    CAPITAL_BONUS,
    CONFIDENT_LOGIT,
    DATELINE_BONUS,
    FACILITY_NAME_SCORE,
    LIST_NEIGHBOUR_BONUS,
    MAX_SHORT_TOKENS,
    MIN_CAPITALIZED_SHARE,
    MIN_CITY_POPULATION,
    MIN_PLACE_PROBABILITY,
    MIN_SHORT_LOGIT,
    MIN_UNCAPITALIZED_LENGTH,
    MODEL_KIND_WEIGHT,
    PARTY_AFFILIATION_BONUS,
    TOPONYM_BIAS,
)
from geomap.text.languages import READ, language_runs
from geomap.text.tokens import tokenize
from geomap.text.word_vectors import WordVectors
from geomap.types import Article, Candidate, Mention, MentionKind, RecognitionMethod

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.recognition.model import RecogniserModel
    from geomap.recognition.multilingual_model import MultilingualModel
    from geomap.recognition.name_spans import NameSpan
    from geomap.text.tokens import Token

_CONJUNCTIONS = frozenset({"and", "or", ",", "&"})
_DATELINE = re.compile(
    r"^[A-Z]{2}[A-Z .'’-]*(?:, [A-Z][\w.' ]{1,30}){0,2}(?:,? (?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}\.?)(?:,? \d{4})?)?(?: \([^)\n]{2,30}\))?(?:\.| ?[—–]| --?) ",
    re.MULTILINE,
)
"""A dateline, the place where a report was filed: "GORIS, Armenia (Agency) — "."""
LITERAL, ASSOCIATIVE, LONGER = 3, 4, 5
"""Columns of a token's scores after those of outside, begin, inside; ``LONGER``: nested in a longer name."""


class Models(Protocol):
    """The networks, each opened when it is first needed."""

    @property
    def english(self) -> RecogniserModel:
        """The network for English."""

    @property
    def multilingual(self) -> MultilingualModel:
        """The network for every other language of ``languages.READ``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognized:
    """The toponyms of an article."""

    mentions: tuple[Mention, ...]
    """In text order, none overlapping."""
    tokens: WordVectors
    """The tokens of its English paragraphs."""


def recognise(article: Article, *, models: Models, gazetteer: Gazetteer) -> Recognized:
    """Return the toponyms of ``article.text``; each paragraph is read in its language."""
    text = article.text
    found: list[Mention] = []
    read: list[tuple[int, list[Token], NDArray[np.float16]]] = []
    for run in language_runs(text):
        part = text[run.start : run.end]
        if run.language == "en":
            mentions, words, vectors = _english_names(part, model=models.english, gazetteer=gazetteer)
            read.append((run.start, words, vectors))
        else:
            mentions = _names_in(part, run.language, models=models, gazetteer=gazetteer)
        found += (
            [replace(m, start=m.start + run.start, end=m.end + run.start) for m in mentions] if run.start else mentions
        )
    mentions = tuple(sorted((*found, *descriptions(text, found)), key=lambda m: m.start))
    return Recognized(mentions=mentions, tokens=_joined(read))


def _joined(read: Sequence[tuple[int, Sequence[Token], NDArray[np.float16]]]) -> WordVectors:
    """Return the tokens of runs that begin at an offset of the text."""
    return WordVectors(
        starts=tuple(word.start + shift for shift, words, _ in read for word in words),
        ends=tuple(word.end + shift for shift, words, _ in read for word in words),
        values=np.concatenate([vectors for *_, vectors in read]) if read else np.zeros((0, WIDTH), dtype=np.float16),
    )


def _names_in(text: str, language: str, *, models: Models, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """Return the toponyms of a text in one language beside English."""
    if language in READ:
        return multilingual_names(text, language=language, model=models.multilingual, gazetteer=gazetteer)
    return certain_names(text, language=language, gazetteer=gazetteer)


def method_of(language: str) -> RecognitionMethod:
    """Return how toponyms are found in a language: "learned" by a network, or "names", the certain ones only."""
    return "learned" if language in READ else "names"


def _english_names(
    text: str, *, model: RecogniserModel, gazetteer: Gazetteer
) -> tuple[tuple[Mention, ...], list[Token], NDArray[np.float16]]:
    """Return the toponyms of an English text, its tokens and their vectors."""
    words = tokenize(text)
    scores, vectors = model.read(text, words)
    scores[:, :3] = average_logits_by_word([word.text for word in words], scores[:, :3])
    bias = np.full(len(words), TOPONYM_BIAS, dtype=np.float32)
    bias[_countries_and_capitals(words, scores, gazetteer)] += CAPITAL_BONUS
    bias[_listed_beside(words, scores, gazetteer)] += LIST_NEIGHBOUR_BONUS
    bias[_after_parties(words)] += PARTY_AFFILIATION_BONUS
    datelines = [line.span() for line in _DATELINE.finditer(text)]
    bias[_in_datelines(words, datelines, gazetteer)] += DATELINE_BONUS
    path = best_path(scores[:, :3] + np.stack([np.zeros_like(bias), bias, bias], axis=1))
    path[(path == INSIDE) & _begin_paragraphs(text, words)] = BEGIN
    has_capitals = sum(word.text[0].isupper() for word in words) >= MIN_CAPITALIZED_SHARE * len(words)
    is_people: dict[str, bool] = {}
    found = []
    spans = [span for span in spans_of(path) if not _is_common(words[slice(*span)], has_capitals=has_capitals)]
    names = name_spans(text, words, spans, gazetteer=gazetteer)
    for span in names:
        name = text[words[span.start].start : words[span.end - 1].end]
        if name not in is_people:
            is_people[name] = model.names_people(name) or (
                gazetteer.may_be_people(name) and any(c.match == "demonym" for c in gazetteer.lookup(name, limit=5))
            )
        read = slice(span.read_start, span.read_end)
        mention = _mention(name, words, span, scores[read], bias[read])
        kind = (
            "demonym"
            if is_people[name]
            else "associative"
            if _is_dateline_or_headline(text, mention, datelines)
            else mention.kind
        )
        found.append(replace(mention, kind=kind, nested=mention.nested or span.is_cut))
    taken = [(span.start, span.end) for span in names]
    facilities = facility_spans(text, words, taken, gazetteer=gazetteer)
    return (*found, *(_facility(text, words, start, end) for start, end in facilities)), words, vectors


def _facility(text: str, words: Sequence[Token], start: int, end: int) -> Mention:
    """Return the mention of a facility that the network does not mark."""
    first, last = words[start].start, words[end - 1].end
    kind: MentionKind = "associative" if kind_odds(words, start, end) > 0 else "literal"
    return Mention(start=first, end=last, text=text[first:last], kind=kind, score=FACILITY_NAME_SCORE)


def _begin_paragraphs(text: str, words: Sequence[Token]) -> NDArray[np.bool_]:
    """Return for each token whether a blank line precedes it; no name continues from a headline into the text."""
    gaps = (text[before.end : word.start] for before, word in pairwise(words))
    return np.array([False, *(gap.count("\n") > 1 for gap in gaps)][: len(words)], dtype=np.bool_)


def _is_common(words: Sequence[Token], *, has_capitals: bool) -> bool:
    """Return whether a span without capitals is a common word such as "us": always in an article with capitals, else if it is short."""
    is_lower = not any(word.text[0].isupper() or word.text[0].isdigit() for word in words)
    return is_lower and (has_capitals or words[-1].end - words[0].start < MIN_UNCAPITALIZED_LENGTH)


def _countries_and_capitals(words: Sequence[Token], scores: NDArray[np.float32], gazetteer: Gazetteer) -> list[int]:
    """Return the uncertain tokens that alone name a country, a capital or a large city of a distinctive name.

    In a short text, such as a headline, of any large city: the network has little to go by there.
    """
    toponym = np.logaddexp(scores[:, BEGIN], scores[:, INSIDE]) - scores[:, OUTSIDE]
    is_short = len(words) <= MAX_SHORT_TOKENS
    found = []
    for i in np.flatnonzero((toponym > -TOPONYM_BIAS - CAPITAL_BONUS) & (toponym < CONFIDENT_LOGIT)).tolist():
        if words[i].text[0].isupper():
            senses = gazetteer.lookup(words[i].text, limit=3)
            least = 0.0 if is_short and toponym[i] > MIN_SHORT_LOGIT else MIN_PLACE_PROBABILITY
            if any(c.place.kind == "country" or c.place.feature_code == "PPLC" or _is_city(c, least) for c in senses):
                found.append(i)
    return found


def _is_city(candidate: Candidate, least: float) -> bool:
    """Return whether a large city has the name as its own, and the name is that of a place with a probability of at least ``least``."""
    is_large = candidate.place.kind == "settlement" and candidate.place.population >= MIN_CITY_POPULATION
    return is_large and candidate.match == "name" and place_probability(candidate.name) >= least


def _in_datelines(words: Sequence[Token], datelines: Sequence[tuple[int, int]], gazetteer: Gazetteer) -> list[int]:
    """Return the tokens in datelines that name places."""
    starts = [word.start for word in words]
    return [
        i
        for start, end in datelines
        for i in range(bisect_left(starts, start), bisect_left(starts, end))
        if words[i].text[0].isupper() and gazetteer.knows(words[i].text)
    ]


def _listed_beside(words: Sequence[Token], scores: NDArray[np.float32], gazetteer: Gazetteer) -> list[int]:
    """Return the uncertain gazetteer names joined to a confident toponym by "and", "or", "&" or a comma: "Tegh and Askeran", "Tegh, Armenia"."""
    toponym = np.logaddexp(scores[:, BEGIN], scores[:, INSIDE]) - scores[:, OUTSIDE]
    in_doubt = np.flatnonzero((toponym > -TOPONYM_BIAS - LIST_NEIGHBOUR_BONUS) & (toponym < -TOPONYM_BIAS)).tolist()
    return [
        i
        for i in in_doubt
        if words[i].text[0].isupper()
        and (
            (i >= 2 and words[i - 1].text in _CONJUNCTIONS and toponym[i - 2] > CONFIDENT_LOGIT)
            or (i + 2 < len(words) and words[i + 1].text in _CONJUNCTIONS and toponym[i + 2] > CONFIDENT_LOGIT)
        )
        and gazetteer.knows(words[i].text)
    ]


def _after_parties(words: Sequence[Token]) -> list[int]:
    """Return the capitalized tokens after a comma or bracket, a party letter and a hyphen."""
    return [
        i
        for i in range(3, len(words))
        if words[i].text[0].isupper()
        and words[i - 3].text in ",("
        and words[i - 1].text in "-–"
        and words[i - 2].text in PARTIES
        and words[i].start - words[i - 2].end == 1
    ]


def _is_dateline_or_headline(text: str, mention: Mention, datelines: Sequence[tuple[int, int]]) -> bool:
    """Return whether a mention is in a dateline, or attributes a headline to a government: "Russia: …"."""
    at = bisect_right(datelines, (mention.start, len(text)))
    if at and mention.end <= datelines[at - 1][1]:
        return True
    return text[mention.end : mention.end + 1] == ":" and _begins_line(text, mention.start)


def _begins_line(text: str, at: int) -> bool:
    """Return whether only white space precedes ``at`` on its line; linear in that white space, not in the line."""
    while at and text[at - 1] != "\n" and text[at - 1].isspace():
        at -= 1
    return at == 0 or text[at - 1] == "\n"


def _mention(
    name: str, words: Sequence[Token], span: NameSpan, scores: NDArray[np.float32], bias: NDArray[np.float32]
) -> Mention:
    certain = np.logaddexp(scores[:, BEGIN], scores[:, INSIDE])
    odds = float((certain + bias - scores[:, OUTSIDE]).min())
    associative = kind_odds(words, span.start, span.end)
    if span.start == span.read_start:  # else the network judged another name: the "France" of "Stade de France"
        associative += MODEL_KIND_WEIGHT * float(scores[0, ASSOCIATIVE] - scores[0, LITERAL])
    return Mention(
        start=words[span.start].start,
        end=words[span.end - 1].end,
        text=name,
        kind="associative" if associative > 0 else "literal",
        nested=bool(scores[0, LONGER] > 0),
        score=round(1 / (1 + exp(-odds)), 4),
    )
