"""Geoparse one article: recognise toponyms, look up candidates, resolve each mention to a place or to None."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Protocol

from geomap.manifest import Geodata
from geomap.recognition.recognizer import Recognized, method_of, recognise
from geomap.resolution.candidates import candidates_of
from geomap.resolution.enclosing_town import place_within
from geomap.resolution.ranker import FILE as RANKER_FILE
from geomap.resolution.ranker import Ranker, load_ranker
from geomap.resolution.resolver import CandidateScores, explain_name, resolve
from geomap.roles.assign import with_roles
from geomap.roles.model import FILE as ROLE_FILE
from geomap.roles.model import load_role_model
from geomap.spatial.relate import relate
from geomap.text.headlines import headline_span
from geomap.text.languages import language_of
from geomap.text.sentences import beginning_of
from geomap.types import Article, ArticlePart, Candidate, GeoparsedArticle, Mention, Resolution

if TYPE_CHECKING:
    from geomap.boundaries.atlas import Atlas
    from geomap.gazetteer.protocol import Gazetteer
    from geomap.recognition.model import RecogniserModel
    from geomap.recognition.multilingual_model import MultilingualModel


class OpenData(Protocol):
    """The data that geoparsing needs: a ``resources.Resources``."""

    @property
    def geodata(self) -> Geodata:
        """The embedded files, with the models."""

    @property
    def gazetteer(self) -> Gazetteer:
        """Names to candidates."""

    @property
    def atlas(self) -> Atlas:
        """Outlines, from which relative places are cut."""


MAX_TEXT = 300_000
"""Code points; of a longer article only the beginning is geoparsed, which every output states.

The time, with the sentences of every mention, is linear in the text. CPU seconds for 300,000 code points on a shared machine: news
prose 3, signs and emoji 17, abbreviations 19, 27,000 names of several places each in one sentence 33, which is the slowest of 90
kinds of text. So an article of any length takes at most about half a minute, at 9,000 code points a second or more.
"""


def geoparse(article: Article, *, resources: OpenData, limit: int = MAX_TEXT) -> GeoparsedArticle:
    """Return ``article`` with every mention resolved with ``resources``.

    The headline is read with the text, as its first paragraph; its mentions have ``part`` "title". Of a text longer than
    ``limit`` code points only the beginning is geoparsed; ``GeoparsedArticle.read_to`` is its end.
    """
    joined = joined_article(article, limit=limit)
    recognized = _recognized(joined.article, resources=resources)
    found = place_mentions(joined.article, recognized.mentions, resources=resources)
    if joined.language == "en":
        model = load_role_model(resources.geodata.path(ROLE_FILE))
        found = with_roles(joined.article, found, recognized.tokens, model=model, title_end=joined.shift)
    related = relate(joined.article, found, atlas=resources.atlas, language=joined.language)
    return joined.result(article, joined.parted(related))


def as_read(article: Article, resolutions: Sequence[Resolution], *, limit: int = MAX_TEXT) -> GeoparsedArticle:
    """Return the result of ``geoparse`` from ``article`` and its stored resolutions."""
    return joined_article(article, limit=limit).result(article, resolutions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joined:
    """The headline and the beginning of the text of an article, as one text."""

    article: Article
    start: int
    """Offset of the headline in the title."""
    shift: int
    """Offset of the text in the joined one; 0 where no headline is read."""
    read_to: int | None
    """Offset in the text of the article at which its beginning ends; None if all of it is geoparsed."""

    def result(self, article: Article, resolutions: Iterable[Resolution]) -> GeoparsedArticle:
        """Return the result for the whole ``article``, which this is made of, with its resolutions."""
        return GeoparsedArticle(
            article=article,
            resolutions=tuple(resolutions),
            language=self.language,
            method=method_of(self.language),
            read_to=self.read_to,
        )

    @property
    def language(self) -> str:
        """The language of the headline and the text."""
        return language_of(self.article.text)

    def parted(self, resolutions: Iterable[Resolution]) -> tuple[Resolution, ...]:
        """Return resolutions in the joined text as those of the title and of the text."""
        return (
            tuple(
                _moved(one, self.start, part="title")
                if one.mention.start < self.shift
                else _moved(one, -self.shift, part="text")
                for one in resolutions
            )
            if self.shift
            else tuple(resolutions)
        )


def _moved(one: Resolution, by: int, *, part: ArticlePart) -> Resolution:
    mention = replace(one.mention, start=one.mention.start + by, end=one.mention.end + by, part=part)
    relation = one.relation and replace(one.relation, start=one.relation.start + by, end=one.relation.end + by)
    return replace(one, mention=mention, relation=relation)


def joined_article(article: Article, *, limit: int = MAX_TEXT) -> _Joined:
    """Return what is read of an article: its headline, a blank line, which no name crosses, and the beginning of its text."""
    end_of_text = beginning_of(article.text, limit=limit)
    text, read_to = article.text[:end_of_text], end_of_text if end_of_text < len(article.text) else None
    start, end = headline_span(article.title, text, source=article.source, url=article.url)
    if start == end:
        return _Joined(article=replace(article, text=text), start=0, shift=0, read_to=read_to)
    head = f"{(article.title or '')[start:end]}\n\n"
    return _Joined(article=replace(article, text=head + text), start=start, shift=len(head), read_to=read_to)


def _recognized(article: Article, *, resources: OpenData) -> Recognized:
    return recognise(article, models=models(resources.geodata), gazetteer=resources.gazetteer)


@dataclass(frozen=True)  # without slots: cached_property needs a dictionary
class Models:
    """The recognizers' networks, each opened with the first text in its languages: looking up a name needs none."""

    geodata: Geodata

    @cached_property
    def english(self) -> RecogniserModel:
        """The network for English."""
        from geomap.recognition.model import RecogniserModel

        return RecogniserModel(
            network=self.geodata.path("recogniser/network.onnx"),
            vocabulary=self.geodata.path("recogniser/vocabulary.txt"),
            lexicon=self.geodata.path("recogniser/lexicon.bin"),
        )

    @cached_property
    def multilingual(self) -> MultilingualModel:
        """The network for the other languages."""
        from geomap.recognition.multilingual_model import MultilingualModel

        return MultilingualModel(
            network=self.geodata.path("multilingual/network.onnx"),
            pieces=self.geodata.path("multilingual/pieces.model"),
            embeddings=self.geodata.path("multilingual/embeddings.bin"),
            lexicon=self.geodata.path("multilingual/lexicon.bin"),
            english_lexicon=self.geodata.path("recogniser/lexicon.bin"),
        )


@cache
def models(geodata: Geodata) -> Models:
    """Return the recognizers' networks of ``geodata``."""
    return Models(geodata)


def close_recogniser() -> None:
    """Unload the recognizers; the next article loads one again."""
    models.cache_clear()


def place_mentions(article: Article, mentions: Sequence[Mention], *, resources: OpenData) -> tuple[Resolution, ...]:
    """Return the resolution of each mention of ``article``; the mentions may be from any recogniser."""
    options = candidates_of(mentions, article=article, gazetteer=resources.gazetteer)
    return _placed(article, mentions, options, resources=resources)


def _placed(
    article: Article, mentions: Sequence[Mention], options: Sequence[Sequence[Candidate]], *, resources: OpenData
) -> tuple[Resolution, ...]:
    decided = resolve(article, mentions, options, gazetteer=resources.gazetteer, ranker=_ranker(resources.geodata))
    return place_within(article, decided, gazetteer=resources.gazetteer)


def explain(article: Article, name: str, *, resources: OpenData) -> tuple[CandidateScores, ...]:
    """Return the candidates of ``name`` in ``article`` with their scores, by mention; empty where the article does not name it.

    Each has the resolution that the map shows, also where that is the enclosing town of a name in no gazetteer.
    """
    joined = joined_article(article)
    article = joined.article
    mentions = _recognized(article, resources=resources).mentions
    options = candidates_of(mentions, article=article, gazetteer=resources.gazetteer)
    scores = explain_name(
        article, mentions, options, name, gazetteer=resources.gazetteer, ranker=_ranker(resources.geodata)
    )
    shown = {(r.mention.start, r.mention.end): r for r in _placed(article, mentions, options, resources=resources)}
    return tuple(
        replace(scored, resolution=resolution)
        for scored in scores
        for resolution in joined.parted([shown[scored.resolution.mention.start, scored.resolution.mention.end]])
    )


@cache
def _ranker(geodata: Geodata) -> Ranker:
    """Return the resolver's weights, loaded with the first article: looking up a name does not need them."""
    return load_ranker(geodata.path(RANKER_FILE))
