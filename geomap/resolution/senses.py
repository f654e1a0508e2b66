"""Groups the mentions of an article that mean one place: one sense per name, unless the text separates two. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.resolution import cues
from geomap.resolution.containment import CONTAINER_KINDS, contains
from geomap.resolution.parameters import MAX_SENSE_CANDIDATES, MAX_SPLIT_OUTER
from geomap.text.normalize import fold_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.types import Candidate, Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """The mentions of one name that mean one place, with their candidates."""

    name: str
    mentions: tuple[int, ...]
    """Indexes, in text order."""
    candidates: tuple[Candidate, ...]


def group_senses(
    text: str, mentions: Sequence[Mention], candidates: Sequence[Sequence[Candidate]], linked: Sequence[cues.Link]
) -> tuple[Sense, ...]:
    """Return the senses of an article: one per name, unless the text separates two.

    The text separates two where it states different containers ("Paris, Texas" and "Paris, France"),
    and where a word states the kind: a state or water ("Washington state").
    """
    container: dict[int, str] = {}
    names = [m.antecedent or m.text for m in mentions]
    is_contained: dict[tuple[str, str], bool] = {}
    for link in linked:
        if link.kind == "comma":
            pair = names[link.outer], names[link.inner]
            if pair not in is_contained:
                is_contained[pair] = _may_contain(candidates[link.outer], candidates[link.inner])
            if is_contained[pair]:
                container[link.inner] = fold_name(mentions[link.outer].text)
    containers: dict[str, set[str]] = defaultdict(set)
    keys = [fold_name(name) for name in names]
    for i, outer in container.items():
        containers[keys[i]].add(outer)
    grouped: dict[tuple[str, str, str], list[int]] = {}
    last: dict[str, str] = {}
    for i, key in enumerate(keys):
        if len(containers[key]) > 1:
            last[key] = container.get(i, last.get(key, ""))
        grouped.setdefault((key, last.get(key, ""), _stated_kind(text, mentions[i])), []).append(i)
    return tuple(
        Sense(
            name=key, mentions=tuple(indexes), candidates=_shortlist(text, mentions[indexes[0]], candidates[indexes[0]])
        )
        for (key, _, _), indexes in grouped.items()
    )


def _shortlist(text: str, mention: Mention, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the first ``MAX_SENSE_CANDIDATES``, those of a stated kind before others: there are 31 Washington counties."""
    if len(candidates) > MAX_SENSE_CANDIDATES and (kinds := cues.stated_kinds(text, mention)):
        candidates = sorted(candidates, key=lambda c: c.place.kind not in kinds)
    return tuple(candidates)[:MAX_SENSE_CANDIDATES]


def _may_contain(outer: Sequence[Candidate], inner: Sequence[Candidate]) -> bool:
    """Return whether one of the most prominent outer candidates contains one of the inner ones."""
    if not any(c.place.kind in CONTAINER_KINDS for c in outer):
        return False
    return any(contains(o.place, i.place) for o in outer[:MAX_SPLIT_OUTER] for i in inner)


def _stated_kind(text: str, mention: Mention) -> str:
    kinds = cues.stated_kinds(text, mention)
    return "state" if "admin1" in kinds and "settlement" not in kinds else "water" if "water" in kinds else ""
