"""Decide which place each mention of an article means: all of them together, one sense a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from geomap.resolution.explanations import Weighed, called, reason, weigh, where
from geomap.resolution.features import Rows, rows
from geomap.resolution.ranker import Ranker, Ranking, rank
from geomap.resolution.senses import is_same_ground
from geomap.text.normalize import fold_name
from geomap.types import Article, Candidate, Mention, Resolution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer.store import Gazetteer

LEAST_CHANCE = 0.45
"""A candidate less likely than this, after calibration and with the doubt whether its name is a place at all, is "no place".

About even: a wrong pin is worse than none. Swept from 0.2 to 0.6 on the development corpora, end to end."""
MAX_RUNNERS_UP = 5
_UNKNOWN = 0.9
"""How sure "no place" is where the gazetteer knows none: names it should know are missing at about this rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate with its chance and what speaks for it."""

    candidate: Candidate
    chance: float
    """How likely it is the place meant, 0 to 1; a name's candidates and "none of these" sum to one."""
    evidence: tuple[Weighed, ...]
    """Weightiest first: the winner's against the runner-up, the others' against the winner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """Everything a name of an article may mean, weighed."""

    resolution: Resolution
    """Of the first mention of this sense."""
    n_mentions: int
    scored: tuple[Scored, ...]
    """Likeliest first."""


def resolve(
    article: Article,
    mentions: Sequence[Mention],
    candidates: Sequence[Sequence[Candidate]],
    *,
    gazetteer: Gazetteer,
    ranker: Ranker,
) -> tuple[Resolution, ...]:
    """Return one resolution a mention, in the order of ``mentions``.

    A name that no candidate fits, or that the gazetteer does not know, is resolved to no place.
    """
    order = sorted(range(len(mentions)), key=lambda i: (mentions[i].start, mentions[i].end))
    ordered = [mentions[i] for i in order]
    table = rows(article, ordered, [candidates[i] for i in order], gazetteer=gazetteer)
    ranking = rank(table, ranker)
    decided: dict[int, Resolution] = {}
    for s, sense in enumerate(table.senses):
        answer = _decide(table, ranking, s, mentions=ordered, ranker=ranker)
        for i in sense.mentions:
            sure = answer.score * ordered[i].score if answer.place else answer.score
            decided[order[i]] = replace(answer, mention=ordered[i], score=round(sure, 3))
    return tuple(decided[i] for i in range(len(mentions)))


def _decide(table: Rows, ranking: Ranking, sense: int, *, mentions: Sequence[Mention], ranker: Ranker) -> Resolution:
    """Return what a sense means, for its first mention; ``mentions`` are the article's in text order."""
    first, last = table.starts[sense], table.starts[sense + 1]
    found, mention = table.senses[sense].candidates, mentions[table.senses[sense].mentions[0]]
    if not found:
        reason_ = "the gazetteer knows no place of this name"
        return Resolution(mention=mention, place=None, score=_UNKNOWN, reason=reason_)
    order = np.argsort(-ranking.chance[first:last], kind="stable")[: MAX_RUNNERS_UP + 1].tolist()
    best = found[order[0]]
    sure = ranker.calibrated(float(ranking.chance[first + order[0]]))
    around = ranker.calibrated(float(ranking.chance[first:last][_same_ground(found, order[0])].sum()))
    others = tuple(found[i] for i in order[1:])
    is_name = max(mentions[i].score for i in table.senses[sense].mentions)
    if around * is_name < LEAST_CHANCE:
        doubt = (
            "probably no place name" if around >= LEAST_CHANCE else f"it fits none of {len(found)} places of this name"
        )
        reason_ = f"{doubt}; {where(best.place)} comes closest"
        runners_up = (best, *others)[:MAX_RUNNERS_UP]
        return Resolution(mention=mention, place=None, score=1 - sure * is_name, reason=reason_, runners_up=runners_up)
    if others:
        rows_ = int(first + order[0]), int(first + order[1])
        weighed = weigh(ranker.stages[-1], ranking.table, *rows_)
        reason_ = reason(table, sense, weighed, *rows_)
    else:
        reason_ = f"the only place of this name in the gazetteer ({called(best.place)})"
    return Resolution(
        mention=mention, place=best.place, score=sure, reason=reason_, match=best.match, runners_up=others
    )


def _same_ground(found: Sequence[Candidate], best: int) -> list[int]:
    """Return the candidates that hold the best, lie in it or beside it, itself included: the city and the state of New York.

    Doubt between these is no doubt that the place is there.
    """
    one = found[best].place
    return [i for i, other in enumerate(found) if i == best or is_same_ground(one, other.place)]


def weigh_name(
    article: Article,
    mentions: Sequence[Mention],
    candidates: Sequence[Sequence[Candidate]],
    name: str,
    *,
    gazetteer: Gazetteer,
    ranker: Ranker,
) -> tuple[Weighing, ...]:
    """Return what ``name`` may mean, one weighing a sense; empty where no mention is written so."""
    order = sorted(range(len(mentions)), key=lambda i: (mentions[i].start, mentions[i].end))
    ordered = [mentions[i] for i in order]
    table = rows(article, ordered, [candidates[i] for i in order], gazetteer=gazetteer)
    ranking = rank(table, ranker)
    wanted = fold_name(name)
    return tuple(
        Weighing(
            resolution=_decide(table, ranking, s, mentions=ordered, ranker=ranker),
            n_mentions=len(sense.mentions),
            scored=_scored(table, ranking, s, ranker),
        )
        for s, sense in enumerate(table.senses)
        if sense.name == wanted
    )


def _scored(table: Rows, ranking: Ranking, sense: int, ranker: Ranker) -> tuple[Scored, ...]:
    first, last = int(table.starts[sense]), int(table.starts[sense + 1])
    ranked = (first + np.argsort(-ranking.chance[first:last], kind="stable")).tolist()
    rivals = [ranked[min(1, len(ranked) - 1)], *[ranked[0]] * (len(ranked) - 1)] if ranked else []
    return tuple(
        Scored(
            candidate=table.senses[sense].candidates[row - first],
            chance=float(ranking.chance[row]),
            evidence=weigh(ranker.stages[-1], ranking.table, row, rival),
        )
        for row, rival in zip(ranked, rivals, strict=True)
    )
