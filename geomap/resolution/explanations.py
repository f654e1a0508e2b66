"""Why one candidate and not another, in words: a comparison on the evidence that decided, never a cause. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geomap.resolution.context_features import CONTEXT
from geomap.resolution.features import STATIC

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.resolution.features import Floats, Rows
    from geomap.resolution.ranker import Stage
    from geomap.types import Place, PlaceKind

_COLUMNS = [*STATIC, *CONTEXT]
GROUPS: dict[str, tuple[str, ...]] = {
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
"""Evidence by the word a reader is told, as prefixes of columns."""


def members(group: str) -> list[int]:
    """Return the columns of a group of evidence."""
    prefixes = GROUPS[group]
    said = ("kind said", "kind denied")  # the text's word on the kind, not the kind itself
    return [i for i, name in enumerate(_COLUMNS) if name.startswith(prefixes) and (group != "kind" or name not in said)]


_MEMBERS = {group: members(group) for group in GROUPS}


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
class Weighed:
    """A group of evidence and how much it speaks for one candidate against another, in units of score."""

    group: str
    weight: float


def weigh(stage: Stage, table: Floats, chosen: int, rival: int) -> tuple[Weighed, ...]:
    """Return the evidence for row ``chosen`` against row ``rival``, the weightiest first.

    A group weighs what the score of ``chosen`` loses when its columns are set to the rival's.
    What earlier stages thought is no evidence of its own and goes with whatever moved it.
    """
    trials = np.repeat(table[chosen][None, :], len(_MEMBERS) + 1, axis=0)
    for trial, members in zip(trials[1:], _MEMBERS.values(), strict=True):
        trial[members] = table[rival][members]
    scores = stage.score(trials)
    weighed = [Weighed(group=g, weight=float(scores[0] - s)) for g, s in zip(_MEMBERS, scores[1:], strict=True)]
    return tuple(sorted(weighed, key=lambda w: -w.weight))


def reason(rows: Rows, sense: int, weighed: Sequence[Weighed], chosen: int, rival: int) -> str:
    """Return the comparison of ``chosen`` with its ``rival`` in words, on the one or two groups that weigh most."""
    told = [w for w in weighed if w.weight > 0]
    told.sort(key=lambda w: w.group != "the text" or sense not in rows.held_in)
    phrases = [
        phrase for w in told[:3] if (phrase := _phrase(w.group, rows, sense, rows.places[chosen], rows.places[rival]))
    ][:2]
    other = rows.places[rival]
    rather = f"{called(other)} {where(other)}"
    if not phrases:
        return f"slightly likelier than the {rather}"
    return f"{'; '.join(phrases)}: rather than the {rather}"


def _phrase(group: str, rows: Rows, sense: int, place: Place, other: Place) -> str:
    """Return what a group of evidence says for ``place``; empty where it says nothing that a reader can check."""
    if group == "the text":
        holder = rows.held_in.get(sense)
        return f"the text puts it in {holder}" if holder else "the words around it say so"
    if group == "kind":
        return f"usually the {called(place)}" if place.kind != other.kind else ""
    if group == "population" and place.population > other.population:
        return f"{place.population:,} people against {other.population:,}"
    if group == "country" and place.country and place.country != other.country:
        return f"the article's other places are rather in {place.country}"
    return _PHRASES[group]


_CALLED: dict[PlaceKind, str] = {
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


def called(place: Place) -> str:
    """Return the sort of thing a place is, in words."""
    return _CALLED.get(place.kind, place.kind)


def where(place: Place) -> str:
    """Return a place's name with its country, of the United States with its state too."""
    within = ", ".join(part for part in (place.admin1 if place.country == "US" else None, place.country) if part)
    return f"{place.name} ({within})" if within else place.name
