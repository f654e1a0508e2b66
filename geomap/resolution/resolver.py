"""Resolves the mentions of an article to places, all names together, one place per sense; and explains one name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geomap.resolution.containment import is_same_ground
from geomap.resolution.exclusions import exclusions
from geomap.resolution.explanations import (
    FeatureContribution,
    feature_contributions,
    kind_label,
    name_with_country,
    reason,
)
from geomap.resolution.features import COLUMN, FeatureMatrix, build_features
from geomap.resolution.parameters import (
    EVEN_RATIO,
    MAX_RUNNERS_UP,
    MAX_SHORT_NAMES,
    MIN_PROBABILITY,
    MIN_SHORT_PROBABILITY,
    UNKNOWN_NAME_SCORE,
)
from geomap.resolution.ranker import Ranker, Ranking, rank
from geomap.text.languages import language_of
from geomap.text.normalize import fold_name
from geomap.types import Article, Candidate, Mention, Resolution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.resolution.features import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateScore:
    """A candidate with its probability and the contributions of the feature groups."""

    candidate: Candidate
    chance: float
    """Probability, 0 to 1; the candidates of a name and "none of these" sum to one."""
    evidence: tuple[FeatureContribution, ...]
    """Largest first: of the best candidate against the runner-up, of the others against the best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateScores:
    """The resolution of one sense of a name, with all of its candidates."""

    resolution: Resolution
    """Of the first mention of the sense."""
    n_mentions: int
    scored: tuple[CandidateScore, ...]
    """Most probable first."""


def resolve(
    article: Article,
    mentions: Sequence[Mention],
    candidates: Sequence[Sequence[Candidate]],
    *,
    gazetteer: Gazetteer,
    ranker: Ranker,
) -> tuple[Resolution, ...]:
    """Return a resolution per mention, in the order of ``mentions``.

    A name without candidates, or without a probable one, is resolved to no place; so is one of the ``exclusions``, which
    is no evidence for others either and becomes associative, so that it is located in no town. Exclusions are for English texts: they go by
    English words and by capitals.
    """
    is_english = language_of(article.text) == "en"
    excluded = exclusions(article.text, mentions, candidates) if is_english else {}
    order = [i for i in range(len(mentions)) if i not in excluded]
    order.sort(key=lambda i: (mentions[i].start, mentions[i].end))
    ordered = [mentions[i] for i in order]
    matrix = build_features(article, ordered, [candidates[i] for i in order], gazetteer=gazetteer)
    ranking = rank(matrix, ranker)
    resolved: dict[int, Resolution] = {}
    for s, sense in enumerate(matrix.senses):
        decision = decide(matrix, ranking, s, mentions=ordered, ranker=ranker)
        for i in sense.mentions:
            score = decision.score * ordered[i].score if decision.place else decision.score
            resolved[order[i]] = replace(decision, mention=ordered[i], score=round(score, 3))
    for i, why in excluded.items():
        mention = replace(mentions[i], kind="associative")
        resolved[i] = Resolution(mention=mention, place=None, score=UNKNOWN_NAME_SCORE, reason=why)
    return tuple(resolved[i] for i in range(len(mentions)))


def decide(
    matrix: FeatureMatrix, ranking: Ranking, sense: int, *, mentions: Sequence[Mention], ranker: Ranker
) -> Resolution:
    """Return the resolution of a sense, for its first mention; ``mentions`` are the article's in text order."""
    first, last = matrix.starts[sense], matrix.starts[sense + 1]
    found, mention = matrix.senses[sense].candidates, mentions[matrix.senses[sense].mentions[0]]
    if not found:
        why = "the gazetteer knows no place of this name"
        return Resolution(mention=mention, place=None, score=UNKNOWN_NAME_SCORE, reason=why)
    order = np.argsort(-ranking.chance[first:last], kind="stable")[: MAX_RUNNERS_UP + 1].tolist()
    best, others = found[order[0]], tuple(found[i] for i in order[1:])
    n_names = len(matrix.senses)
    probability = ranker.calibrated(float(ranking.chance[first + order[0]]), n_names=n_names)
    same_ground = float(ranking.chance[first:last][_same_ground(found, order[0])].sum())
    same_ground = ranker.calibrated(same_ground, n_names=n_names)
    is_name = max(mentions[i].score for i in matrix.senses[sense].mentions)
    least = _least(matrix, sense, order, ranking.chance[first:last])
    if same_ground * is_name < least or is_name < MIN_PROBABILITY:
        is_doubtful_name = same_ground >= MIN_PROBABILITY
        doubt = "probably no place name" if is_doubtful_name else f"it fits none of {len(found)} places of this name"
        return Resolution(
            mention=mention,
            place=None,
            score=1 - probability * is_name,
            reason=f"{doubt}; {name_with_country(best.place)} comes closest",
            runners_up=(best, *others)[:MAX_RUNNERS_UP],
        )
    if others:
        rows = int(first + order[0]), int(first + order[1])
        why = reason(matrix, sense, feature_contributions(ranker.stages[-1], ranking.table, *rows), *rows)
    else:
        why = f"the only place of this name in the gazetteer ({kind_label(best.place)})"
    return Resolution(
        mention=mention, place=best.place, score=probability, reason=why, match=best.match, runners_up=others
    )


def _least(matrix: FeatureMatrix, sense: int, order: Sequence[int], chance: Floats) -> float:
    """Return the probability from which the best candidate of a sense is given; ``order`` and ``chance`` are of its candidates.

    With nothing else to go by, no outlet and few names, the place that most writers mean is the answer, with its low score;
    not where the second is nearly as probable.
    """
    has_outlet = matrix.static[
        matrix.starts[sense], [COLUMN["outlet known"], COLUMN["outlet's country"], COLUMN["outlet's other country"]]
    ].any()
    if len(matrix.senses) > MAX_SHORT_NAMES or has_outlet:
        return MIN_PROBABILITY
    best, same = order[0], _same_ground(matrix.senses[sense].candidates, order[0])
    second = next((chance[i] for i in order[1:] if i not in same), 0.0)
    return MIN_PROBABILITY if second * EVEN_RATIO > chance[best] else MIN_SHORT_PROBABILITY


def _same_ground(found: Sequence[Candidate], best: int) -> list[int]:
    """Return the indexes of the candidates on the same ground as the best, itself included: the city and the state of New York.

    Their probabilities are added: doubt between them is not doubt about where the place is.
    """
    place = found[best].place
    return [i for i, other in enumerate(found) if i == best or is_same_ground(place, other.place)]


def explain_name(
    article: Article,
    mentions: Sequence[Mention],
    candidates: Sequence[Sequence[Candidate]],
    name: str,
    *,
    gazetteer: Gazetteer,
    ranker: Ranker,
) -> tuple[CandidateScores, ...]:
    """Return the candidates of ``name`` per sense; empty where no mention has the name, compared without case and accents."""
    order = sorted(range(len(mentions)), key=lambda i: (mentions[i].start, mentions[i].end))
    ordered = [mentions[i] for i in order]
    matrix = build_features(article, ordered, [candidates[i] for i in order], gazetteer=gazetteer)
    ranking = rank(matrix, ranker)
    folded = fold_name(name)
    return tuple(
        CandidateScores(
            resolution=decide(matrix, ranking, s, mentions=ordered, ranker=ranker),
            n_mentions=len(sense.mentions),
            scored=_candidate_scores(matrix, ranking, s, ranker),
        )
        for s, sense in enumerate(matrix.senses)
        if sense.name == folded
    )


def _candidate_scores(
    matrix: FeatureMatrix, ranking: Ranking, sense: int, ranker: Ranker
) -> tuple[CandidateScore, ...]:
    first, last = int(matrix.starts[sense]), int(matrix.starts[sense + 1])
    ranked = (first + np.argsort(-ranking.chance[first:last], kind="stable")).tolist()
    rivals = [ranked[min(1, len(ranked) - 1)], *[ranked[0]] * (len(ranked) - 1)] if ranked else []
    return tuple(
        CandidateScore(
            candidate=matrix.senses[sense].candidates[row - first],
            chance=float(ranking.chance[row]),
            evidence=feature_contributions(ranker.stages[-1], ranking.table, row, rival),
        )
        for row, rival in zip(ranked, rivals, strict=True)
    )
