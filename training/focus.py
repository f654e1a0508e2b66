"""Fit the weights of ``geomap.roles.focus`` on the labelled articles; print them for ``geomap/roles/parameters.py``.

python -m training.focus BENCH
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from geomap.geodesy import sphere_km
from geomap.geoparser import geoparse
from geomap.resources import open_resources
from geomap.roles.focus import focus_candidates, none_features
from training.role_corpora import read_articles, read_corpus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.types import Resolution

NEAR_KM = 10.0
"""Kilometres within which a place is the labelled one, or 161 if it has its name."""
RIDGE = 0.004
"""Weight of the squared weights against an article."""


def is_focus(found: Sequence[Resolution], gold: dict[str, object]) -> bool:
    """Return whether a place is a labelled focus."""
    same = any(
        str(gold["text"]).lower() in (r.mention.text.lower(), (r.mention.antecedent or "").lower()) for r in found
    )
    place = next((r.relation or r.place for r in found if r.place), None)
    if place is None or gold["lat"] is None:
        return same
    km = sphere_km(place.lon, place.lat, float(str(gold["lon"])), float(str(gold["lat"])))
    return km <= NEAR_KM or (same and km <= 161)


def main() -> None:
    """Fit and print."""
    resources = open_resources()
    corpora = Path(sys.argv[1]) / "corpora"
    articles = [
        *read_articles(),
        *read_corpus(corpora / "lgl.dev.jsonl", "lgl"),
        *read_corpus(corpora / "geowebnews.dev.full.jsonl", "geowebnews"),
    ]
    rows, golds, nones, kinds = [], [], [], []
    for labelled in articles:
        read = geoparse(labelled.article, resources=resources)
        candidates = list(focus_candidates(read))
        if not candidates or labelled.focus is None:
            continue
        right = [any(is_focus(found, gold) for gold in labelled.focus) for found, _ in candidates]
        if labelled.focus and not any(right):
            continue  # no answer is right
        rows.append(torch.tensor([row for _, row in candidates], dtype=torch.float32))
        nones.append(torch.tensor(none_features([row for _, row in candidates]), dtype=torch.float32))
        golds.append(torch.tensor([*right, not labelled.focus]))
        kinds.append(labelled.is_complete)
    held = list(range(0, len(rows), 5))
    for name, used in (("four fifths", [i for i in range(len(rows)) if i % 5]), ("all", list(range(len(rows))))):
        weights, none = _fit(rows, nones, golds, used)
        for kind, among in (("invented", True), ("corpora", False)):
            of_kind = [i for i in held if kinds[i] == among]
            right = sum(bool(golds[i][_scores(rows[i], nones[i], weights, none).argmax()]) for i in of_kind)
            print(f"fitted on {name}: {right} of {len(of_kind)} held out articles ({kind}) right")
    print("FOCUS_WEIGHTS =", tuple(round(float(w), 3) for w in weights))
    print("NONE_WEIGHTS =", tuple(round(float(w), 3) for w in none))


def _scores(rows: torch.Tensor, none_row: torch.Tensor, weights: torch.Tensor, none: torch.Tensor) -> torch.Tensor:
    return torch.cat([rows @ weights, (none_row @ none)[None]])


def _fit(
    rows: list[torch.Tensor], nones: list[torch.Tensor], golds: list[torch.Tensor], used: list[int]
) -> tuple[torch.Tensor, torch.Tensor]:
    weights = torch.zeros(rows[0].shape[1], requires_grad=True)
    none = torch.zeros(len(nones[0]), requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, none], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        total = RIDGE * (weights.square().sum() + none.square().sum())
        for i in used:
            chance = _scores(rows[i], nones[i], weights, none).log_softmax(0)
            total = total - chance[golds[i]].logsumexp(0) / len(used)
        total.backward()
        return total

    optimizer.step(loss)
    return weights.detach(), none.detach()


if __name__ == "__main__":
    main()
