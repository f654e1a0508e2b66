"""What the gazetteer does not know, placed in the town that the text puts it in: "Manila Cathedral" in Manila.

Only a place that the article names itself is ever taken, so nothing new appears on the map: a cathedral, a
street or a village that is in no gazetteer is told of where its town is, and says so.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.resolution.senses import is_same_ground
from geomap.text.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geomap.gazetteer.store import Gazetteer
    from geomap.types import Article, Candidate, PlaceKind, Resolution

TOWNS: frozenset[PlaceKind] = frozenset({"settlement", "suburb", "admin2", "admin3", "island", "site"})
"""Kinds of place small enough that what lies in one is near its point."""
SURE = 0.9
"""How sure a name must be to be placed by the words around it: less sure ones are often no places."""
SAID = 0.5
"""How sure it must be where the text itself says the town: "a fire on Kwame Street in Accra"."""
MOST = 0.5
"""The share of the towns' mentions above which an article is all about one of them."""
HOW_OFTEN = 0.84
"""How often the town is within 161 km of what it stands for: 174 of 206 gold toponyms, 24 of 30 found ones, on the
development parts of LGL and GeoWebNews, resolver and recogniser learned on the other of the two."""
_NO_TOWN_HOLDS = frozenset(
    "archipelago county desert governorate gulf island islands isle mountains ocean oblast peninsula province reef region "
    "republic sea shoal state strait".split()
)
_BESIDE = re.compile(r"(?:\s+[a-z]+){0,3}(?:,|\s+(?:in|near|at|outside))\s+(?:the\s+|downtown\s+|central\s+)?")
_CITY = 100_000
"""People of a town whose name at the head of another says where that is, though the article never names it alone."""
_BODIES = frozenset(
    "academy airport assembly bank chamber chambers college commission council court department federation government hospital "
    "house ministry museum parliament police reserve school schools senate university zoo".split()
)
"""Nouns that begin or end the name of a body that is called after where it is; an embassy lies elsewhere."""
_FAR_SMALLER = 10
_LARGER = 5_000
"""People of a town that a name in doubt may mean, and that lies in no other."""
_EDGE = re.compile(r"\b")
_NEAR_BY = 60
"""Code points between a name and the town it is said to be in."""


def place_within(
    article: Article, resolutions: Sequence[Resolution], *, gazetteer: Gazetteer
) -> tuple[Resolution, ...]:
    """Return the resolutions, those without a place told where their town is, if the text says which.

    It does where the town's name is part of the name ("Manila Cathedral"); of what is surely a place where something
    is reported also where a town follows ("the bazaar in Goris"), where the sentence names one, or the article is
    all about one.
    """
    text = article.text
    towns = [r for r in resolutions if r.place and r.place.kind in TOWNS]
    lost = [i for i, r in enumerate(resolutions) if r.place is None and r.mention.kind != "demonym"]
    if not lost:
        return tuple(resolutions)
    named = _Named(resolutions, towns, text)
    main = _main_town(towns) if towns else None
    told = list(resolutions)
    for i in lost:
        one = resolutions[i]
        town, how = named.inside(one), "its name says so"
        if town is None:
            town = _named_by_a_body(one, named.placed, gazetteer)
        if town is None and _may_be_anywhere(one, gazetteer):
            town, how = named.beside(one), "the text puts it there"
            if town is None and one.mention.score > SURE:
                town, how = named.in_sentence(one), "the sentence names it"
                if town is None:
                    town, how = main, "the article is about it"
        if town is not None:
            told[i] = _told(one, town, how)
    return tuple(told)


class _Named:
    """The towns of an article by name and by place in the text: each is found without going through all of them."""

    def __init__(self, resolutions: Sequence[Resolution], towns: Sequence[Resolution], text: str) -> None:
        self.text = text
        self.placed = {r.mention.text: r for r in reversed(resolutions) if r.place and r.mention.kind != "demonym"}
        """By name, the first resolution to a place; no people."""
        self.names = {r.mention.text: (i, r) for i, r in reversed([*enumerate(towns)])}
        """By name, the first town and its number."""
        self.longest = max(map(len, self.names), default=0)
        self.towns = sorted(towns, key=_start)
        self.literal = [r for r in self.towns if r.mention.kind == "literal"]
        self.sentences = [start for start, _ in sentence_spans(text)]

    def inside(self, one: Resolution) -> Resolution | None:
        """Return the first town whose name stands in the name as whole words."""
        name = one.mention.text
        edges = [match.start() for match in _EDGE.finditer(name)]
        parts = (name[a:b] for n, a in enumerate(edges) for b in edges[n + 1 :] if b - a <= self.longest)
        found = (self.names[part] for part in parts if part in self.names)
        return min(found, key=lambda numbered: numbered[0], default=(0, None))[1]

    def beside(self, one: Resolution) -> Resolution | None:
        """Return the first town that the words behind the name put it in."""
        end = one.mention.end
        first, last = (bisect_right(self.towns, at, key=_start) for at in (end, end + _NEAR_BY - 1))
        following = self.towns[first:last]
        return next((r for r in following if _BESIDE.fullmatch(self.text, end, r.mention.start)), None)

    def in_sentence(self, one: Resolution) -> Resolution | None:
        """Return the nearest town of the sentence in which something is reported; of two as near the first."""
        start = one.mention.start
        sentence = bisect_right(self.sentences, start)
        at = bisect_left(self.literal, start, key=_start)
        same = [r for r in self.literal[max(0, at - 1) : at + 1] if bisect_right(self.sentences, _start(r)) == sentence]
        return min(same, key=lambda r: abs(_start(r) - start), default=None)


def _start(one: Resolution) -> int:
    return one.mention.start


def _may_be_anywhere(one: Resolution, gazetteer: Gazetteer) -> bool:
    """Tell whether the words around a name may say where it is: not of an island, a county or a larger town, nor of "London Paddington"."""
    words = one.mention.text.split()
    if one.mention.kind != "literal" or one.mention.score <= SAID or words[-1].lower() in _NO_TOWN_HOLDS:
        return False
    if any(c.place.kind not in TOWNS or c.place.population >= _LARGER for c in one.runners_up if c.match == "name"):
        return False  # doubt which New York is meant is no reason to put it in London
    heads = (" ".join(words[:n]) for n in range(1, len(words)))
    return not any(
        c.place.kind == "settlement" and c.place.population >= _CITY and c.match == "name"
        for head in heads
        for c in gazetteer.lookup(head, limit=3)
    )


def _told(one: Resolution, town: Resolution, how: str) -> Resolution:
    place = town.place
    name = place.name if place else ""
    return replace(
        one,
        mention=replace(one.mention, antecedent=town.mention.antecedent or town.mention.text),
        place=place,
        score=round(HOW_OFTEN * min(town.score, one.mention.score), 3),
        reason=f"{one.reason}; told of in {name}: {how}",
        match="within",
        runners_up=(),
    )


def _main_town(towns: Sequence[Resolution]) -> Resolution | None:
    counted = Counter(r.place.id for r in towns if r.place)
    best, n = counted.most_common(1)[0]
    return next(r for r in towns if r.place and r.place.id == best) if n > MOST * len(towns) else None


def _named_by_a_body(one: Resolution, placed: Mapping[str, Resolution], gazetteer: Gazetteer) -> Resolution | None:
    """Return where a body is that is named after its place: "Colorado State University", "Bank of Japan", "Belfast Crown Court".

    The place is what the article means by the name, or what the name can hardly fail to mean.
    """
    for name in _places_in_the_name_of_a_body(one.mention.text):
        if name in placed:
            return placed[name]
        found = [c for c in gazetteer.lookup(name, limit=20) if c.match == "name" or c.language == "en"]
        if found and _means_one_place(found):
            mention = replace(one.mention, antecedent=name)
            return replace(one, mention=mention, place=found[0].place, score=one.mention.score)
    return None


def _places_in_the_name_of_a_body(name: str) -> Iterator[str]:
    """Yield what may be a place at the head or, behind "of", at the end of the name of a body, the longest first; none of another name."""
    words = name.split()
    lower = [word.lower() for word in words]
    if lower[0] in _BODIES and "of" in lower:
        tail = words[lower.index("of") + 1 :]
        yield " ".join(tail[1:] if tail[:1] == ["the"] else tail)
    elif lower[-1] in _BODIES:
        yield from (" ".join(words[:n]) for n in range(len(words) - 1, 0, -1) if lower[n - 1] not in _BODIES)


def _means_one_place(found: Sequence[Candidate]) -> bool:
    """Tell whether the first candidate is a state or a city of some size, and every other far smaller or on the same ground."""
    first = found[0].place
    if first.kind not in ("country", "admin1") and not (first.kind == "settlement" and first.population >= _CITY):
        return False
    return all(
        other.place.population * _FAR_SMALLER <= first.population or is_same_ground(first, other.place)
        for other in found[1:]
    )
