"""Candidate recall, the limit for any resolver: how often the right place is among the candidates."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from statistics import median
from typing import TYPE_CHECKING

from geomap.evaluation.corpora import as_mentions
from geomap.evaluation.metrics import RADIUS_KM
from geomap.geodesy import sphere_km

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geomap.evaluation.corpora import GoldArticle, Toponym
    from geomap.types import Article, Candidate, Mention, Place

NEAR_DEGREES = 0.25
"""Maximum distance of a gold point from the right outline: a river has no area, and a coast is simplified."""
CLASSES = ("towns", "districts", "states", "countries", "water", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRecall:
    """One class of gold toponyms."""

    name: str
    n: int
    within: float
    """Share with a candidate within 161 km of the gold point."""
    within_or_inside: float
    """The same, or with the gold point inside the candidate's polygon."""
    within_or_near: float
    """The same, or with the gold point within NEAR_DEGREES of the candidate's outline."""
    median_candidates: float
    """Per gold toponym that has candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A gold toponym without a right candidate."""

    article_id: str
    toponym: Toponym
    n_candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRecall:
    """The candidate recall of one corpus; the first of ``rows`` is the total."""

    rows: tuple[ClassRecall, ...]
    missing: tuple[Missing, ...]


_WATER_CODES = frozenset(
    {"BAY", "BAYS", "BGHT", "CHN", "CNL", "COVE", "GULF", "HBR", "INLT", "LGN", "LGNS", "LK", "LKS", "OCN", "RSV", "SD"}
    | {"SEA", "SEAS", "STM", "STMI", "STMS", "STMX", "STRT", "SWMP"}
)


def class_of(toponym: Toponym, place: Place | None = None) -> str:
    """Return the class of a gold toponym, from its feature code or from the gazetteer's record of its id."""
    code = toponym.feature_code or (place.feature_code if place else "")
    kind = place.kind if place else ""
    if code.startswith("PCL") or kind == "country":
        return "countries"
    if code.startswith("ADM1") or kind == "admin1":
        return "states"
    if code.startswith("ADM") or kind in ("admin2", "admin3"):
        return "districts"
    if code.startswith("PPL") or kind in ("settlement", "suburb"):
        return "towns"
    return "water" if code in _WATER_CODES or kind == "water" else "other"


def candidate_recall(
    gold: Sequence[GoldArticle],
    *,
    find: Callable[[Mention, Article], Sequence[Candidate]],
    apart: Callable[[Toponym, Place], float] = lambda _toponym, _place: inf,
    place_of: Callable[[Toponym], Place | None] = lambda _: None,
) -> CandidateRecall:
    """Return the share of the resolvable gold toponyms with a point that have a right candidate.

    ``find`` gives the candidates of a mention; ``apart`` the distance in degrees of a gold point from a candidate's
    outline, 0 inside it; ``place_of`` the gazetteer's record of a gold toponym, for its class.
    """
    rows: list[tuple[str, float, int]] = []
    missing: list[Missing] = []
    for each in gold:
        for toponym, mention in zip(each.toponyms, as_mentions(each), strict=True):
            if toponym.lon is None or toponym.lat is None or not toponym.is_resolvable:
                continue
            found = find(mention, each.article)
            is_within = any(_is_within(toponym.lon, toponym.lat, c.place) for c in found)
            off = -1.0 if is_within else min((apart(toponym, c.place) for c in found), default=inf)
            rows.append((class_of(toponym, place_of(toponym)), off, len(found)))
            if off > NEAR_DEGREES:
                missing.append(Missing(article_id=each.article.id, toponym=toponym, n_candidates=len(found)))
    names = ["all", *(name for name in CLASSES if any(row[0] == name for row in rows))]
    figures = [_figures(name, [row for row in rows if name in ("all", row[0])]) for name in names]
    return CandidateRecall(rows=tuple(figures), missing=tuple(missing))


def _is_within(lon: float, lat: float, place: Place) -> bool:
    return sphere_km(lon, lat, place.lon, place.lat) <= RADIUS_KM


def _figures(name: str, rows: Sequence[tuple[str, float, int]]) -> ClassRecall:
    counts = [count for *_, count in rows if count]
    shares = [sum(off <= limit for _, off, _ in rows) / len(rows) if rows else 0.0 for limit in (-1, 0, NEAR_DEGREES)]
    return ClassRecall(
        name=name,
        n=len(rows),
        within=shares[0],
        within_or_inside=shares[1],
        within_or_near=shares[2],
        median_candidates=float(median(counts)) if counts else 0.0,
    )


def recall_table(name: str, figures: CandidateRecall) -> str:
    """Return the candidate recall of one corpus as a plain text table."""
    lines = [name, f"  {'class':<12} {'gold':>6} {'≤161 km':>8} {'or inside':>10} {'or ≤¼°':>7} {'candidates':>11}"]
    lines += [
        f"  {row.name:<12} {row.n:>6} {row.within:>8.3f} {row.within_or_inside:>10.3f} "
        f"{row.within_or_near:>7.3f} {row.median_candidates:>11.0f}"
        for row in figures.rows
    ]
    return "\n".join(lines)
