"""How often drawn pins are right, by the sort of match, and what was claimed of them.

    python -m training.reliability CORPORA [NAME …]

CORPORA is a folder of ``*.jsonl`` corpora; NAME one of them without its ending (default: tudloc, which no weights have seen). Counted are literal
mentions with a place, as the map draws them. A pin is right within 161 km of the gold's point; a country, a state, a sea or a range of the gold's very
words also within 2,500 km, since gazetteers put such points anywhere, and a continent or an ocean wherever; spurious where the gold has no
toponym there; a toponym without a point is left out.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.api import geoparse
from geomap.evaluation.corpora import read_corpus
from geomap.geodesy import sphere_km
from geomap.text.normalize import fold_name

if TYPE_CHECKING:
    from geomap.evaluation.corpora import GoldArticle
    from geomap.types import Mention, Place, Resolution

RIGHT_KM = 161.0
BINS = 5
LARGE_KM = 2_500.0
_LARGE = frozenset({"country", "macroregion", "admin1", "water", "physical", "disputed"})


@dataclass(slots=True)
class Sort:
    """The pins of one sort of match."""

    scores: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    n_far: int = 0
    n_spurious: int = 0

    def error(self) -> float:
        """Return the expected calibration error: the mean distance of score and share right over bins of equal width, weighted by pins."""
        bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for score, is_right in zip(self.scores, self.right, strict=True):
            bins[min(int(score * BINS), BINS - 1)].append((score, is_right))
        gaps = (abs(sum(s for s, _ in each) - sum(r for _, r in each)) for each in bins.values())
        return sum(gaps) / max(1, len(self.scores))


def outcome(resolution: Resolution, gold: GoldArticle) -> str | None:
    """Return "right", "far" or "spurious"; None where the gold has no point."""
    mention, place = resolution.mention, resolution.place
    at = [t for t in gold.toponyms if t.start < mention.end and mention.start < t.end]
    if not at or place is None:
        return "spurious"
    pointed = [t for t in at if t.lat is not None and t.lon is not None]
    if not pointed:
        return None
    is_right = any(
        sphere_km(place.lon, place.lat, t.lon or 0.0, t.lat or 0.0) <= _limit(place, is_named=_is_same(t.text, mention))
        for t in pointed
    )
    return "right" if is_right else "far"


def _is_same(name: str, mention: Mention) -> bool:
    return fold_name(name) == fold_name(mention.text)


def _limit(place: Place, *, is_named: bool) -> float:
    """Return the kilometres within which a place is right, where the gold has the mention's very words or not."""
    if is_named and (place.kind == "continent" or place.feature_code == "OCN"):
        return inf
    return LARGE_KM if is_named and place.kind in _LARGE else RIGHT_KM


def main() -> None:
    """Print a row for each sort of match of each corpus."""
    folder, *names = sys.argv[1:]
    print("corpus, match: pins, right within 161 km, far, spurious, mean score, calibration error")
    for name in names or ["tudloc"]:
        sorts: dict[str, Sort] = defaultdict(Sort)
        for gold in read_corpus(Path(folder) / f"{name}.jsonl"):
            for resolution in geoparse(gold.article).resolutions:
                if resolution.place is None or resolution.mention.kind != "literal":
                    continue
                how = outcome(resolution, gold)
                for sort in (sorts["all"], sorts[resolution.match or "none"]) if how else ():
                    sort.scores.append(resolution.score)
                    sort.right.append(how == "right")
                    sort.n_far += how == "far"
                    sort.n_spurious += how == "spurious"
        for match, sort in sorted(sorts.items(), key=lambda item: -len(item[1].scores)):
            n = len(sort.scores)
            share, mean = sum(sort.right) / n, sum(sort.scores) / n
            print(
                f"{name}, {match}: {n}, {share:.3f}, {sort.n_far}, {sort.n_spurious}, {mean:.3f}, {sort.error():.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
