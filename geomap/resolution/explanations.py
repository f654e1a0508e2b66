"""Explains in words why a candidate ranks above another: by the groups of features that contribute most. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geomap.resolution.context_features import CONTEXT_FEATURES
from geomap.resolution.features import LOCAL_FEATURES
from geomap.resolution.parameters import MAX_EXPLAINED_GROUPS, MAX_PHRASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.resolution.features import FeatureMatrix, Floats
    from geomap.resolution.ranker import Stage
    from geomap.types import Place, PlaceKind

_COLUMNS = [*LOCAL_FEATURES, *CONTEXT_FEATURES]
FEATURE_GROUPS: dict[str, tuple[str, ...]] = {
    "the text": ("in by", "not in by", "holds by", "held by", "not held by", "kind said", "kind denied"),
    "kind": ("kind ", "capital", "seat of", "within its namesake", "around its namesake", "demonym", "associative"),
    "population": ("population", "prominence", "share of the name"),
    "name": (
        "match ",
        "primary name",
        "written the same",
        "another's own",
        "abbreviat",
        "no language",
        "has the article",
    ),
    "nearby places": ("places within", "nearest place", "listed beside", "same place", "same district", "its district"),
    "country": ("same country", "its country", "in the leading", "the article is in it"),
    "state": ("same state", "its state"),
    "dateline": ("datelined", "in the dateline", "near the dateline"),
    "outlet": ("outlet",),
    "words": ("country's own words", "another country's words"),
}
"""Groups of features by the word shown to the user, as prefixes of the names of columns."""


def members(group: str) -> list[int]:
    """Return the indexes of the columns of a feature group."""
    prefixes = FEATURE_GROUPS[group]
    stated = ("kind said", "kind denied")  # the kind stated by the text, not the kind of the place
    return [
        i for i, name in enumerate(_COLUMNS) if name.startswith(prefixes) and (group != "kind" or name not in stated)
    ]


_MEMBERS = {group: members(group) for group in FEATURE_GROUPS}


_PHRASES = {
    "population": "the better known of the two",
    "name": "the name is written as this place's own",
    "nearby places": "other places of the article are nearer to it",
    "country": "it fits the countries that the article names",
    "state": "other places of the article are in its state",
    "dateline": "it agrees with the dateline",
    "outlet": "it agrees with where the outlet is at home",
    "words": "the article's words are those of its country",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureContribution:
    """How much a group of features favours a candidate over another, in units of the ranker's score."""

    group: str
    weight: float


def feature_contributions(stage: Stage, table: Floats, chosen: int, rival: int) -> tuple[FeatureContribution, ...]:
    """Return the contribution of each feature group to row ``chosen`` against row ``rival``, the largest first.

    The contribution of a group is what the score of ``chosen`` loses when the columns of the group are set to the
    rival's. The probabilities of earlier stages are in no group.
    """
    trials = np.repeat(table[chosen][None, :], len(_MEMBERS) + 1, axis=0)
    for trial, columns in zip(trials[1:], _MEMBERS.values(), strict=True):
        trial[columns] = table[rival][columns]
    scores = stage.score(trials)
    contributions = [
        FeatureContribution(group=group, weight=float(scores[0] - score))
        for group, score in zip(_MEMBERS, scores[1:], strict=True)
    ]
    return tuple(sorted(contributions, key=lambda c: -c.weight))


def reason(
    matrix: FeatureMatrix, sense: int, contributions: Sequence[FeatureContribution], chosen: int, rival: int
) -> str:
    """Return in words why row ``chosen`` ranks above row ``rival``, by the one or two groups that contribute most.

    A container that the text states comes first, whatever it contributes.
    """
    place, other = matrix.places[chosen], matrix.places[rival]
    positive = [c for c in contributions if c.weight > 0]
    positive.sort(key=lambda c: c.group != "the text" or sense not in matrix.contained_in)
    found = (_phrase(c.group, matrix, sense, place, other) for c in positive[:MAX_EXPLAINED_GROUPS])
    phrases = [phrase for phrase in found if phrase][:MAX_PHRASES]
    rather = f"{kind_label(other)} {name_with_country(other)}"
    if not phrases:
        return f"slightly likelier than the {rather}"
    return f"{'; '.join(phrases)}: rather than the {rather}"


def _phrase(group: str, matrix: FeatureMatrix, sense: int, place: Place, other: Place) -> str:
    """Return the phrase of a feature group for ``place``; empty where it states nothing that a reader can check."""
    if group == "the text":
        container = matrix.contained_in.get(sense)
        return f"the text puts it in {container}" if container else "the words around it say so"
    if group == "kind":
        return f"usually the {kind_label(place)}" if place.kind != other.kind else ""
    if group == "population" and place.population > other.population:
        return f"{place.population:,} people against {other.population:,}"
    if group == "country" and place.country and place.country != other.country:
        return f"the article's other places are rather in {place.country}"
    return _PHRASES[group]


_KIND_LABELS: dict[PlaceKind, str] = {
    "macroregion": "region",
    "disputed": "disputed area",
    "admin1": "state or province",
    "admin2": "district",
    "admin3": "municipality",
    "settlement": "town or village",
    "suburb": "part of a town",
    "line": "road or corridor",
    "physical": "landscape",
}


def kind_label(place: Place) -> str:
    """Return the kind of a place in words."""
    return _KIND_LABELS.get(place.kind, place.kind)


def name_with_country(place: Place) -> str:
    """Return the name of a place with its country, in the United States also with its state."""
    within = ", ".join(part for part in (place.admin1 if place.country == "US" else None, place.country) if part)
    return f"{place.name} ({within})" if within else place.name
