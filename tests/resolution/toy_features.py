"""Mentions and features of short texts, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence

from geomap.gazetteer.store import FileGazetteer
from geomap.resolution.candidates import candidates_of
from geomap.resolution.context_features import CONTEXT_FEATURES
from geomap.resolution.features import LOCAL_FEATURES, FeatureMatrix, build_features
from geomap.types import Article, Candidate, Mention, Place


def mentions_of(text: str, *names: str) -> list[Mention]:
    """Return every occurrence of the names ("Paris", or "Russian/demonym") in the text, in order."""
    found = []
    for name in names:
        written, _, kind = name.partition("/")
        start = text.find(written)
        while start >= 0:
            end = start + len(written)
            found.append(Mention(start=start, end=end, text=written, kind=kind or "literal"))
            start = text.find(written, end)
    return sorted(found, key=lambda mention: mention.start)


def features_of(text: str, *names: str, gazetteer: FileGazetteer, **article: str) -> FeatureMatrix:
    """Return the feature matrix of a text whose mentions are all occurrences of the names."""
    read = Article(id="1", text=text, **article)
    mentions = mentions_of(text, *names)
    found = candidates_of(mentions, article=read, gazetteer=gazetteer)
    return build_features(read, mentions, found, gazetteer=gazetteer)


def features_for(text: str, candidates: dict[str, Sequence[Candidate]], *, gazetteer: FileGazetteer) -> FeatureMatrix:
    """Return the feature matrix of a text whose mentions and their candidates are given."""
    mentions = mentions_of(text, *candidates)
    found = [candidates[mention.text] for mention in mentions]
    return build_features(Article(id="1", text=text), mentions, found, gazetteer=gazetteer)


def column(matrix: FeatureMatrix, name: str) -> dict[str, float]:
    """Return the values of a local feature that are not zero, by place id, to four decimals."""
    values = matrix.static[:, LOCAL_FEATURES.index(name)]
    return _by_place(matrix, values)


def context_column(matrix: FeatureMatrix, table: Sequence[Sequence[float]], name: str) -> dict[str, float]:
    """Return the values of a context feature that are not zero, by place id, to four decimals."""
    return _by_place(matrix, [row[CONTEXT_FEATURES.index(name)] for row in table])


def penalty_of(matrix: FeatureMatrix) -> dict[str, float]:
    """Return the penalties that are not zero, by place id."""
    return _by_place(matrix, matrix.penalty)


def _by_place(matrix: FeatureMatrix, values: Sequence[float]) -> dict[str, float]:
    pairs = zip(matrix.places, values, strict=True)
    return {place.id: round(float(value), 4) for place, value in pairs if value}


def candidate(place_id: str, name: str, kind: str = "settlement", *, match: str = "name", **more: object) -> Candidate:
    """Return a candidate that is at 0, 0 unless said otherwise; ``language`` is the candidate's, the rest the place's."""
    language = more.pop("language", None)
    place = Place(id=place_id, name=name, kind=kind, **{"lon": 0.0, "lat": 0.0, **more})
    return Candidate(place=place, name=name, match=match, language=language)
