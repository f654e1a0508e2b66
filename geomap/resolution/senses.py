"""Which mentions of an article mean one place: one sense a name, unless the text itself tells two apart. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.geodesy import sphere_km
from geomap.resolution import cues as patterns
from geomap.text.normalize import fold_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.types import Candidate, Mention, Place

MAX_CANDIDATES = 40
"""Rows of one name; the gazetteer gives the most prominent first."""
BESIDE_KM = 20.0
"""Places this near each other are one spot as far as "no place" goes."""
HOLDERS = frozenset({"country", "admin1", "admin2", "disputed"})
"""Kinds of place that others are said to lie in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """The mentions of one name that mean one place, and what they may mean."""

    name: str
    mentions: tuple[int, ...]
    """Indexes, in text order."""
    candidates: tuple[Candidate, ...]


def senses(
    text: str, mentions: Sequence[Mention], candidates: Sequence[Sequence[Candidate]], linked: Sequence[patterns.Link]
) -> tuple[Sense, ...]:
    """Return the senses of an article: one a name, unless the text itself tells two apart.

    It does where one name is held by different places ("Paris, Texas" and "Paris, France"), and
    where a word says a state or a water ("Washington state").
    """
    held: dict[int, str] = {}
    names = [m.antecedent or m.text for m in mentions]
    is_held: dict[tuple[str, str], bool] = {}
    for link in linked:
        if link.kind == "comma":
            pair = names[link.outer], names[link.inner]
            if pair not in is_held:
                is_held[pair] = _is_held(candidates[link.outer], candidates[link.inner])
            if is_held[pair]:
                held[link.inner] = fold_name(mentions[link.outer].text)
    holders: dict[str, set[str]] = defaultdict(set)
    keys = [fold_name(name) for name in names]
    for i, holder in held.items():
        holders[keys[i]].add(holder)
    grouped: dict[tuple[str, str, str], list[int]] = {}
    last: dict[str, str] = {}
    for i, key in enumerate(keys):
        if len(holders[key]) > 1:
            last[key] = held.get(i, last.get(key, ""))
        grouped.setdefault((key, last.get(key, ""), _said(text, mentions[i])), []).append(i)
    return tuple(
        Sense(name=key, mentions=tuple(ones), candidates=tuple(candidates[ones[0]])[:MAX_CANDIDATES])
        for (key, _, _), ones in grouped.items()
    )


def _is_held(outer: Sequence[Candidate], inner: Sequence[Candidate]) -> bool:
    """Tell whether what the outer name usually means holds a place of the inner one."""
    if not any(c.place.kind in HOLDERS for c in outer):
        return False
    return any(holds(o.place, i.place) for o in outer[:5] for i in inner)


def _said(text: str, mention: Mention) -> str:
    said = patterns.kinds_said(text, mention)
    return "state" if "admin1" in said and "settlement" not in said else "water" if "water" in said else ""


def is_same_ground(one: Place, other: Place) -> bool:
    """Tell whether one holds the other or they lie side by side, within ``BESIDE_KM``: the city and the state of New York."""
    beside = sphere_km(one.lon, one.lat, other.lon, other.lat) <= BESIDE_KM
    return beside or holds(one, other) or holds(other, one)


def holds(outer: Place, inner: Place) -> bool:
    """Tell whether the codes of ``inner`` put it in ``outer``; a place does not hold itself, nor its equal."""
    if outer.country is None or outer.country != inner.country or outer.id == inner.id:
        return False
    if outer.kind == "country":
        return inner.kind != "country"
    if outer.kind == "admin1":
        return outer.admin1 == inner.admin1 and inner.kind not in ("country", "admin1")
    if outer.kind == "admin2":
        is_lower = inner.kind not in ("country", "admin1", "admin2")
        return is_lower and outer.admin1 == inner.admin1 and outer.admin2 is not None and outer.admin2 == inner.admin2
    return False
