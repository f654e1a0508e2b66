"""Measures of toponym recognition and resolution, as usual in the field. Pure.

Recognition is *strict* (same span) or *overlap* (at least one shared character), one to one.
Resolution is measured on matched toponyms whose gold has a point; an unresolved one counts as an error of
20,039 km, half the circumference of the Earth. End to end, a hit is a prediction that overlaps a gold
toponym and is within the radius. A prediction that overlaps only gold toponyms without a point, or
that a filter excludes, is neither right nor wrong. Distances are kilometres on a sphere of radius 6,371.0088 km,
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
"""The error of an unresolved toponym."""
RADIUS_KM = 161.0
"""100 miles, the usual radius of a right answer in the field."""
NEAR_KM = 20.0
"""The accuracy that a map of districts needs."""

Outcome = Literal["right", "wrong place", "no place", "missed", "spurious"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counts of one article; every figure is a ratio of sums of these."""

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
    """Strict matches whose gold is labelled literal or associative."""
    n_group_right: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A gold or predicted toponym and its outcome."""

    article_id: str
    outcome: Outcome
    gold: Toponym | None
    predicted: Toponym | None
    km: float | None = None
    """Distance of the two points; None where one of them has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measure with its 95 % bootstrap interval over articles; None where there is nothing to measure."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """Return the value with three decimals, and its interval where it has one."""
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
    """Of the error of overlap matches, 20,039 km where unresolved."""
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

    ``keep`` selects gold toponyms: others need not be found, and finding them is not an error.
    ``class_of`` groups gold toponyms for ``by_class``. Intervals are percentiles of ``n_resamples``
    bootstrap resamples of articles, with a fixed seed.
    """
    tallied = [_tally(each, predicted.get(each.article.id, ()), keep=keep) for each in gold]
    tallies = [tally for tally, _ in tallied]
    judged = tuple(judgement for _, each in tallied for judgement in each)
    errors = [
        _error_km(judgement)
        for judgement in judged
        if judgement.gold and judgement.gold.is_placed and judgement.predicted
    ]
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


def _error_km(judgement: Judged) -> float:
    return FARTHEST_KM if judgement.km is None else judgement.km


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(**{each.name: sum(getattr(t, each.name) for t in tallies) for each in fields(Tally)})


def _figures(tallies: Sequence[Tally], total: Tally, *, n_resamples: int) -> dict[str, Figure]:
    if not n_resamples:
        return {name: Figure(value=measure(total)) for name, measure in MEASURES.items()}
    names = [each.name for each in fields(Tally)]
    table = np.array([[getattr(t, name) for name in names] for t in tallies])
    rng = random.Random(7)  # noqa: S311 - a bootstrap needs no cryptographic randomness
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
    for judgement in judged:
        if judgement.gold and judgement.gold.is_placed:
            rows.setdefault(class_of(judgement.gold), []).append(judgement)
    return tuple(
        ClassFigures(
            name=name,
            n=len(group),
            found=sum(judgement.predicted is not None for judgement in group) / len(group),
            right=sum(_error_km(judgement) <= RADIUS_KM for judgement in group) / len(group),
            near=sum(_error_km(judgement) <= NEAR_KM for judgement in group) / len(group),
        )
        for name, group in sorted(rows.items(), key=lambda row: (-len(row[1]), row[0]))
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
        _judge(gold.article.id, toponym, predicted[of_gold[i]] if i in of_gold else None)
        for i, toponym in enumerate(kept)
    ]
    placed = [judgement for judgement in judged if judgement.gold and judgement.gold.is_placed and judgement.predicted]
    answered = [judgement for judgement in placed if judgement.km is not None]
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
        n_right=sum(_error_km(judgement) <= RADIUS_KM for judgement in answered),
        n_near=sum(_error_km(judgement) <= NEAR_KM for judgement in answered),
        n_grouped=len(groups),
        n_group_right=sum(expected == found for expected, found in groups),
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


def _overlaps(toponym: Toponym, others: Sequence[Toponym]) -> bool:
    return any(min(toponym.end, other.end) > max(toponym.start, other.start) for other in others)


def match_strict(gold: Sequence[Toponym], predicted: Sequence[Toponym]) -> list[tuple[int, int]]:
    """Return (gold, predicted) index pairs with the same span, one to one, in the order of the predictions."""
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
    for g, first in enumerate(gold):
        for p, second in enumerate(predicted):
            shared = min(first.end, second.end) - max(first.start, second.start)
            if shared > 0:
                is_same = first.start == second.start and first.end == second.end
                pairs.append((not is_same, -shared, second.end - second.start, g, p))
    pairs.sort()
    gold_left, predicted_left = set(range(len(gold))), set(range(len(predicted)))
    matched = []
    for _, _, _, g, p in pairs:
        if g in gold_left and p in predicted_left:
            gold_left.remove(g)
            predicted_left.remove(p)
            matched.append((g, p))
    return matched
