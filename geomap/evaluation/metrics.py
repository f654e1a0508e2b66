"""How well toponyms are found and placed, in the measures the field reports. Pure.

Recognition is *strict* (same span) or *overlap* (at least one shared character), one to one.
Resolution is measured on matched toponyms whose gold has a point; one without an answer counts as
20,039 km wrong, the longest way there is. End to end, a hit is a prediction that overlaps a gold
toponym and lies within the radius. A prediction that only meets a gold toponym without a point, or
one that a filter drops, is neither right nor wrong. Distances are kilometres on a sphere of 6,371.0088 km,
as in the measures of Gritta et al., "A pragmatic guide to geoparsing evaluation" (2020).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

import numpy as np

from geomap.geodesy import sphere_km

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geomap.evaluation.corpora import GoldArticle, Toponym

FARTHEST_KM = 20_039.0
"""The error of a toponym that is not answered."""
RADIUS_KM = 161.0
"""A hundred miles, the radius that the field calls right."""
NEAR_KM = 20.0
"""What a map of districts needs."""

Outcome = Literal["right", "wrong place", "no place", "missed", "spurious"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one article adds to the figures; every figure is a ratio of sums of these."""

    n_gold: int = 0
    n_gold_placed: int = 0
    n_strict: int = 0
    n_false_strict: int = 0
    n_overlap: int = 0
    n_false_overlap: int = 0
    n_predicted_placed: int = 0
    """Predictions with a point that count for end-to-end precision."""
    n_matched_placed: int = 0
    """Overlap matches whose gold has a point."""
    n_answered: int = 0
    n_right: int = 0
    """Within 161 km."""
    n_near: int = 0
    """Within 20 km."""
    n_grouped: int = 0
    """Strict matches whose gold says literal or associative."""
    n_group_right: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One toponym and what became of it."""

    article_id: str
    outcome: Outcome
    gold: Toponym | None
    predicted: Toponym | None
    km: float | None = None
    """Between the two points, where both have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measure with its 95 % bootstrap interval over articles; None where nothing could be measured."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """Return the value to three places, with its interval where there is one."""
        if self.value is None:
            return "-"
        return f"{self.value:.3f}" if self.low is None else f"{self.value:.3f} [{self.low:.3f}-{self.high:.3f}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """Resolution of one class of place."""

    name: str
    n: int
    """Gold toponyms of the class that have a point, found or not."""
    found: float
    right: float
    near: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Every figure of one corpus."""

    n_articles: int
    n_gold: int
    n_gold_placed: int
    figures: Mapping[str, Figure]
    """By measure, in the order of ``MEASURES``."""
    median_km: float | None
    """Of the error on overlap matches, unanswered ones at 20,039 km."""
    by_class: tuple[ClassFigures, ...]
    judged: tuple[Judged, ...]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _f1(precision: float | None, recall: float | None) -> float:
    return 2 * precision * recall / (precision + recall) if precision and recall else 0.0


MEASURES: Mapping[str, Callable[[Tally], float | None]] = {
    "recognition strict P": lambda t: _ratio(t.n_strict, t.n_strict + t.n_false_strict),
    "recognition strict R": lambda t: _ratio(t.n_strict, t.n_gold),
    "recognition strict F1": lambda t: _f1(
        _ratio(t.n_strict, t.n_strict + t.n_false_strict), _ratio(t.n_strict, t.n_gold)
    ),
    "recognition overlap P": lambda t: _ratio(t.n_overlap, t.n_overlap + t.n_false_overlap),
    "recognition overlap R": lambda t: _ratio(t.n_overlap, t.n_gold),
    "recognition overlap F1": lambda t: _f1(
        _ratio(t.n_overlap, t.n_overlap + t.n_false_overlap), _ratio(t.n_overlap, t.n_gold)
    ),
    "resolution acc@161": lambda t: _ratio(t.n_right, t.n_matched_placed),
    "resolution acc@20": lambda t: _ratio(t.n_near, t.n_matched_placed),
    "resolution acc@161 answered": lambda t: _ratio(t.n_right, t.n_answered),
    "end to end P@161": lambda t: _ratio(t.n_right, t.n_predicted_placed),
    "end to end R@161": lambda t: _ratio(t.n_right, t.n_gold_placed),
    "end to end F1@161": lambda t: _f1(_ratio(t.n_right, t.n_predicted_placed), _ratio(t.n_right, t.n_gold_placed)),
    "end to end F1@20": lambda t: _f1(_ratio(t.n_near, t.n_predicted_placed), _ratio(t.n_near, t.n_gold_placed)),
    "literal/associative accuracy": lambda t: _ratio(t.n_group_right, t.n_grouped),
}


def score(
    gold: Sequence[GoldArticle],
    predicted: Mapping[str, Sequence[Toponym]],
    *,
    keep: Callable[[Toponym], bool] = lambda _: True,
    class_of: Callable[[Toponym], str] = lambda _: "all",
    n_resamples: int = 0,
) -> Scores:
    """Return the figures of ``predicted`` (by article id; a missing article counts as empty) against ``gold``.

    ``keep`` is the convention: gold toponyms it refuses are neither asked for nor counted against.
    ``class_of`` groups gold toponyms for ``by_class``. Intervals are percentiles of ``n_resamples``
    bootstrap resamples of articles, with a fixed seed.
    """
    tallied = [_tally(each, predicted.get(each.article.id, ()), keep=keep) for each in gold]
    tallies = [tally for tally, _ in tallied]
    judged = tuple(one for _, each in tallied for one in each)
    errors = [_error_km(one) for one in judged if one.gold and one.gold.is_placed and one.predicted]
    total = _sum(tallies)
    return Scores(
        n_articles=len(gold),
        n_gold=total.n_gold,
        n_gold_placed=total.n_gold_placed,
        figures=_figures(tallies, total, n_resamples=n_resamples),
        median_km=float(np.median(errors)) if errors else None,
        by_class=_by_class(judged, class_of),
        judged=judged,
    )


def _error_km(one: Judged) -> float:
    return FARTHEST_KM if one.km is None else one.km


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(**{each.name: sum(getattr(t, each.name) for t in tallies) for each in fields(Tally)})


def _figures(tallies: Sequence[Tally], total: Tally, *, n_resamples: int) -> dict[str, Figure]:
    if not n_resamples:
        return {name: Figure(value=measure(total)) for name, measure in MEASURES.items()}
    names = [each.name for each in fields(Tally)]
    table = np.array([[getattr(t, name) for name in names] for t in tallies])
    rng = random.Random(7)  # noqa: S311 - an interval needs a seed, not secrecy
    samples: list[Tally] = []
    for _ in range(n_resamples):
        sums = table[[rng.randrange(len(tallies)) for _ in tallies]].sum(axis=0).tolist()
        samples.append(Tally(**dict(zip(names, sums, strict=True))))
    figures = {}
    for name, measure in MEASURES.items():
        values = sorted(measure(sample) or 0.0 for sample in samples)
        low, high = values[int(0.025 * n_resamples)], values[int(0.975 * n_resamples) - 1]
        value = measure(total)
        figures[name] = Figure(value=value) if value is None else Figure(value=value, low=low, high=high)
    return figures


def _by_class(judged: Sequence[Judged], class_of: Callable[[Toponym], str]) -> tuple[ClassFigures, ...]:
    rows: dict[str, list[Judged]] = {}
    for one in judged:
        if one.gold and one.gold.is_placed:
            rows.setdefault(class_of(one.gold), []).append(one)
    return tuple(
        ClassFigures(
            name=name,
            n=len(ones),
            found=sum(one.predicted is not None for one in ones) / len(ones),
            right=sum(_error_km(one) <= RADIUS_KM for one in ones) / len(ones),
            near=sum(_error_km(one) <= NEAR_KM for one in ones) / len(ones),
        )
        for name, ones in sorted(rows.items(), key=lambda row: (-len(row[1]), row[0]))
    )


def _tally(
    gold: GoldArticle, predicted: Sequence[Toponym], *, keep: Callable[[Toponym], bool]
) -> tuple[Tally, tuple[Judged, ...]]:
    kept = [each for each in gold.toponyms if keep(each)]
    dropped = [each for each in gold.toponyms if not keep(each)]
    exact, shared = match_strict(kept, predicted), match_overlap(kept, predicted)
    excused = [_overlaps(p, dropped) and not _overlaps(p, kept) for p in predicted]
    of_gold = dict(shared)
    judged = [
        _judge(gold.article.id, one, predicted[of_gold[i]] if i in of_gold else None) for i, one in enumerate(kept)
    ]
    placed = [one for one in judged if one.gold and one.gold.is_placed and one.predicted]
    answered = [one for one in placed if one.km is not None]
    met = {p: g for g, p in shared}
    met_exactly = {p for _, p in exact}
    groups = [(kept[g].group, predicted[p].group) for g, p in exact if kept[g].group]
    tally = Tally(
        n_gold=len(kept),
        n_gold_placed=sum(each.is_placed for each in kept),
        n_strict=len(exact),
        n_false_strict=sum(i not in met_exactly and not excused[i] for i in range(len(predicted))),
        n_overlap=len(shared),
        n_false_overlap=sum(i not in met and not excused[i] for i in range(len(predicted))),
        n_predicted_placed=sum(
            p.is_placed and (kept[met[i]].is_placed if i in met else not excused[i]) for i, p in enumerate(predicted)
        ),
        n_matched_placed=len(placed),
        n_answered=len(answered),
        n_right=sum(_error_km(one) <= RADIUS_KM for one in answered),
        n_near=sum(_error_km(one) <= NEAR_KM for one in answered),
        n_grouped=len(groups),
        n_group_right=sum(one == other for one, other in groups),
    )
    spurious = [
        Judged(article_id=gold.article.id, outcome="spurious", gold=None, predicted=p)
        for i, p in enumerate(predicted)
        if i not in met and not excused[i]
    ]
    return tally, (*judged, *spurious)


def _judge(article_id: str, gold: Toponym, predicted: Toponym | None) -> Judged:
    km = None
    outcome: Outcome = "right"
    if predicted is None:
        outcome = "missed"
    elif gold.lon is not None and gold.lat is not None:
        outcome = "no place"
        if predicted.lon is not None and predicted.lat is not None:
            km = sphere_km(gold.lon, gold.lat, predicted.lon, predicted.lat)
            outcome = "right" if km <= RADIUS_KM else "wrong place"
    return Judged(article_id=article_id, outcome=outcome, gold=gold, predicted=predicted, km=km)


def _overlaps(one: Toponym, others: Sequence[Toponym]) -> bool:
    return any(min(one.end, other.end) > max(one.start, other.start) for other in others)


def match_strict(gold: Sequence[Toponym], predicted: Sequence[Toponym]) -> list[tuple[int, int]]:
    """Return (gold, predicted) index pairs with the same span, one to one, first come first served."""
    free: dict[tuple[int, int], list[int]] = {}
    for i, each in enumerate(predicted):
        free.setdefault((each.start, each.end), []).append(i)
    pairs = []
    for g, each in enumerate(gold):
        waiting = free.get((each.start, each.end))
        if waiting:
            pairs.append((g, waiting.pop(0)))
    return pairs


def match_overlap(gold: Sequence[Toponym], predicted: Sequence[Toponym]) -> list[tuple[int, int]]:
    """Return (gold, predicted) index pairs that share a character, one to one.

    Same spans first, then the longest overlap, then the shorter prediction.
    """
    pairs = []
    for g, one in enumerate(gold):
        for p, other in enumerate(predicted):
            shared = min(one.end, other.end) - max(one.start, other.start)
            if shared > 0:
                is_same = one.start == other.start and one.end == other.end
                pairs.append((not is_same, -shared, other.end - other.start, g, p))
    pairs.sort()
    gold_left, predicted_left = set(range(len(gold))), set(range(len(predicted)))
    matched = []
    for _, _, _, g, p in pairs:
        if g in gold_left and p in predicted_left:
            gold_left.remove(g)
            predicted_left.remove(p)
            matched.append((g, p))
    return matched
