"""One article: toponyms recognised, candidates looked up, each mention resolved to a place or to none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Protocol

from geomap.manifest import Geodata
from geomap.recognition.recognizer import method_of, recognise
from geomap.resolution.candidates import candidates_of
from geomap.resolution.enclosing_town import place_within
from geomap.resolution.ranker import FILE as RANKER_FILE
from geomap.resolution.ranker import Ranker, load_ranker
from geomap.resolution.resolver import CandidateScores, explain_name, resolve
from geomap.text.sentences import beginning_of
from geomap.types import Article, Candidate, GeoparsedArticle, Mention, Resolution

if TYPE_CHECKING:
    from geomap.gazetteer.protocol import Gazetteer
    from geomap.recognition.model import RecogniserModel


class OpenData(Protocol):
    """What an article is read against; a ``resources.Resources`` is one. No boundaries: a change of theirs reads nothing again."""

    @property
    def geodata(self) -> Geodata:
        """The embedded files, of which the models are opened."""

    @property
    def gazetteer(self) -> Gazetteer:
        """Names to candidates."""


MAX_TEXT = 300_000
"""Code points of an article that are read; of a longer one the beginning is, and all that is written of it says so.

Reading, with the sentences of every mention, is linear in the text. CPU seconds for 300,000 code points, measured on a machine busy
with other work: news prose 3, signs and emoji 17, abbreviations 19, 27,000 names of several places each in one sentence 33, which is
the slowest of 90 kinds of text. So an article of any length takes about half a minute at most, at 9,000 code points a second or more.
"""


def geoparse(article: Article, *, resources: OpenData, limit: int = MAX_TEXT) -> GeoparsedArticle:
    """Return ``article`` with every mention decided against ``resources``.

    Of a text longer than ``limit`` code points the beginning is read; ``GeoparsedArticle.read_to`` is where it ends.
    """
    beginning = _beginning(article, limit=limit)
    mentions = _mentions(beginning, resources=resources)
    return as_read(article, place_mentions(beginning, mentions, resources=resources), limit=limit)


def as_read(article: Article, resolutions: Sequence[Resolution], *, limit: int = MAX_TEXT) -> GeoparsedArticle:
    """Return ``article`` with the resolutions that ``geoparse`` gave it, as ``geoparse`` returned it."""
    read_to = beginning_of(article.text, limit=limit)
    return GeoparsedArticle(
        article=article,
        resolutions=tuple(resolutions),
        method=method_of(article),
        read_to=read_to if read_to < len(article.text) else None,
    )


def _beginning(article: Article, *, limit: int = MAX_TEXT) -> Article:
    """Return what is read of an article: itself, or one with a shorter text."""
    if len(article.text) <= limit:
        return article
    return replace(article, text=article.text[: beginning_of(article.text, limit=limit)])


def _mentions(article: Article, *, resources: OpenData) -> tuple[Mention, ...]:
    return recognise(article, model=_recogniser(resources.geodata), gazetteer=resources.gazetteer)


@cache
def _recogniser(geodata: Geodata) -> RecogniserModel:
    """Open the recogniser when the first article is read: looking up a name needs none."""
    from geomap.recognition.model import RecogniserModel

    return RecogniserModel(
        network=geodata.path("recogniser/network.onnx"),
        vocabulary=geodata.path("recogniser/vocabulary.txt"),
        lexicon=geodata.path("recogniser/lexicon.bin"),
    )


def close_recogniser() -> None:
    """Give back the recogniser's memory; the next article that is read opens it again."""
    _recogniser.cache_clear()


def place_mentions(article: Article, mentions: Sequence[Mention], *, resources: OpenData) -> tuple[Resolution, ...]:
    """Return the place of each mention of ``article``, whoever found them."""
    options = candidates_of(mentions, article=article, gazetteer=resources.gazetteer)
    return _placed(article, mentions, options, resources=resources)


def _placed(
    article: Article, mentions: Sequence[Mention], options: Sequence[Sequence[Candidate]], *, resources: OpenData
) -> tuple[Resolution, ...]:
    decided = resolve(article, mentions, options, gazetteer=resources.gazetteer, ranker=_ranker(resources.geodata))
    return place_within(article, decided, gazetteer=resources.gazetteer)


def explain(article: Article, name: str, *, resources: OpenData) -> tuple[CandidateScores, ...]:
    """Return what ``name`` may mean in ``article``, the scores of each sense; empty where the article does not name it.

    Each has the resolution that the article's map shows, also where that is the enclosing town of a name in no gazetteer.
    """
    article = _beginning(article)
    mentions = _mentions(article, resources=resources)
    options = candidates_of(mentions, article=article, gazetteer=resources.gazetteer)
    weighed = explain_name(
        article, mentions, options, name, gazetteer=resources.gazetteer, ranker=_ranker(resources.geodata)
    )
    shown = {(r.mention.start, r.mention.end): r for r in _placed(article, mentions, options, resources=resources)}
    return tuple(
        replace(one, resolution=shown[one.resolution.mention.start, one.resolution.mention.end]) for one in weighed
    )


@cache
def _ranker(geodata: Geodata) -> Ranker:
    """Open the resolver's weights when the first article is read: looking up a name needs none."""
    return load_ranker(geodata.path(RANKER_FILE))
