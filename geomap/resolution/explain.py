"""Explains the resolution of a name: its candidates with their probabilities and the features that decided. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geomap.resolution.explanations import FeatureContribution, feature_contributions
from geomap.resolution.features import FeatureMatrix, build_features
from geomap.resolution.ranker import Ranker, Ranking, rank
from geomap.resolution.resolver import decide
from geomap.text.normalize import fold_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.types import Article, Candidate, Mention, Resolution


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
