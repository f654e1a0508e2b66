"""Geographic focus of articles: the main place and the smallest region with most of the reports. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.annotation.parameters import MAJORITY_SHARE, NON_LITERAL_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.types import Place, Region, RegionLevel, Report

_SMALLEST_FIRST: tuple[RegionLevel, ...] = ("admin2", "admin1", "country")
_WIDE = frozenset({"country", "continent", "macroregion", "admin1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """The geographic focus of a set of reports."""

    place: Place
    """The place with the largest weight, inside ``region`` if there is one."""
    region: Region | None
    """The smallest region with more than ``MAJORITY_SHARE`` of the weight; None if no country has it."""
    score: float
    """Share of the weight in the region, or at the place if there is no region; 0 to 1."""


def focus(reports: Sequence[Report]) -> Focus | None:
    """Return the geographic focus of the reports, None without located reports.

    The weight of a place is its number of mentions from which something is reported, and ``NON_LITERAL_WEIGHT`` times that of the others, such
    as those of a home, a government or a people, times its score. On a tie the first place is taken.
    """
    weights = [_weight(report) for report in reports]
    total = sum(weights)
    if not total:
        return None
    for level in _SMALLEST_FIRST:
        held: dict[str, float] = {}
        named: dict[str, Region] = {}
        for report, weight in zip(reports, weights, strict=True):
            region = _region(report, level)
            if region:
                held[region.id] = held.get(region.id, 0.0) + weight
                named.setdefault(region.id, region)
        best = max(held, key=lambda id_: held[id_], default=None)
        if best is not None and held[best] > MAJORITY_SHARE * total:
            inside = [
                (r, w)
                for r, w in zip(reports, weights, strict=True)
                if (region := _region(r, level)) and region.id == best
            ]
            return Focus(place=_heaviest(inside), region=named[best], score=round(held[best] / total, 3))
    place = _heaviest(list(zip(reports, weights, strict=True)))
    share = next(w for r, w in zip(reports, weights, strict=True) if r.place == place) / total
    return Focus(place=place, region=None, score=round(share, 3))


def _weight(report: Report) -> float:
    n_reported = sum(e.is_reported for e in report.evidence)
    return report.score * (n_reported + NON_LITERAL_WEIGHT * (len(report.evidence) - n_reported))


def _region(report: Report, level: RegionLevel) -> Region | None:
    """Return the region of this level that contains the place; None for a place larger than the level."""
    if report.place.kind in _WIDE and level != "country" and not (report.place.kind == "admin1" and level == "admin1"):
        return None
    return next((region for region in report.regions if region.level == level), None)


def _heaviest(weighed: Sequence[tuple[Report, float]]) -> Place:
    """Return the place with the largest weight; a country or a state only if no smaller place is reported."""
    small = [(r, w) for r, w in weighed if r.place.kind not in _WIDE and w > 0]
    return max(small or weighed, key=lambda pair: pair[1])[0].place
