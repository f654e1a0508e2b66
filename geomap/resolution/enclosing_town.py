"""Locates names that were resolved to no place at their enclosing town (approximate; match = ``within``).

"Manila Cathedral" is located at Manila, "a fire on Kwame Street in Accra" at Accra: a cathedral, a street or a village
that is in no gazetteer. The town is one that the article names, or one that the name itself contains.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.geodesy import sphere_km
from geomap.resolution import cues, parameters
from geomap.resolution.containment import is_same_ground
from geomap.resolution.home_town import TOWNS, home_of, settle_near
from geomap.text.languages import language_of
from geomap.text.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.resolution.home_town import Home
    from geomap.types import Article, Candidate, Place, Resolution

_NEVER_IN_A_TOWN = frozenset(
    "archipelago county desert governorate gulf island islands isle mountains ocean oblast peninsula province reef region "
    "republic sea shoal state strait".split()
)
_TOWN_AFTER = re.compile(r"(?:\s+[a-z]+){0,3}(?:,|\s+(?:in|near|at|outside))\s+(?:the\s+|downtown\s+|central\s+)?")
_ORGANIZATION_WORDS = frozenset(
    "academy airport assembly bank chamber chambers college commission council court department federation government hospital "
    "house ministry museum parliament police reserve school schools senate university zoo".split()
)
"""Nouns at the start or end of the names of organizations that are named after their location; an embassy is not."""
_CLOSED = re.compile(r"\s*(?:$|[.;:)!?\n]|,(?!\s+[A-Z]))")
"""What follows a container: not the verb of "In Geneva, Russia said", nor the next name of a list."""
_EDGE = re.compile(r"\b")


def place_within(
    article: Article, resolutions: Sequence[Resolution], *, gazetteer: Gazetteer
) -> tuple[Resolution, ...]:
    """Return the resolutions, those without a place located at their enclosing town where the text states one.

    The town is the one in the name ("Manila Cathedral"). For a probable place name it is also a town that the next
    words state ("the bazaar in Goris"); for a confident one, the nearest town of the sentence or the article's main one. These
    last two are for English: in other languages a name in no gazetteer is as often that of a river or a town abroad.
    """
    text = article.text
    resolutions = [_in_stated_container(text, resolutions, i) for i in range(len(resolutions))]
    home = home_of(resolutions)
    is_english = language_of(text) == "en"
    resolutions = settle_near(resolutions, home, gazetteer=gazetteer, may_doubt=is_english)
    towns = [r for r in resolutions if r.place and r.place.kind in TOWNS]
    unplaced = [i for i, r in enumerate(resolutions) if r.place is None and r.mention.kind != "demonym"]
    if not unplaced:
        return tuple(resolutions)
    index = _TownIndex(resolutions, towns, text)
    located = list(resolutions)
    for i in unplaced:
        resolution = resolutions[i]
        town, how = index.in_name(resolution), "its name says so"
        if town is None:
            town = _town_of_organization(resolution, index.placed, gazetteer)
        if town is None and _may_be_in_any_town(resolution, gazetteer):
            town, how = index.stated_after(resolution), "the text puts it there"
            if is_english and town is None and resolution.mention.score > parameters.CONFIDENT_NAME_SCORE:
                town, how = index.in_sentence(resolution), "the sentence names it"
            if is_english and town is None and home is not None and _is_of_home(resolution, home):
                town, how = home.town, "the article is about it"
        if town is not None:
            located[i] = _at_town(resolution, town, how)
    return tuple(located)


def _in_stated_container(text: str, resolutions: Sequence[Resolution], i: int) -> Resolution:
    """Return a resolution, located in the container that follows its name and a comma where its own place is not in it.

    "Soho, Hong Kong" is not in London: of a name that the gazetteer does not know there, the container is what is known.
    """
    here = resolutions[i]
    following = resolutions[i + 1] if i + 1 < len(resolutions) else None
    if following is None or following.place is None or here.mention.kind == "demonym":
        return here
    end = following.mention.end
    if (
        text[here.mention.end : following.mention.start] != ", "
        or cues.goes_on(text, end)
        or not _CLOSED.match(text, end)
    ):
        return here
    if not _may_be_container(following.place, here):
        return here
    return _at_town(here, following, "the text puts it there")


def _may_be_container(outer: Place, inner: Resolution) -> bool:
    """Return whether a place can be what an inner name, which the gazetteer does not know there, lies in."""
    if inner.place is None:
        return bool(inner.runners_up) and outer.kind in ("country", "admin1")
    if inner.place.kind not in TOWNS or is_same_ground(outer, inner.place):
        return False
    if outer.kind in ("country", "admin1"):
        return outer.country is not None
    is_far = sphere_km(outer.lon, outer.lat, inner.place.lon, inner.place.lat) > parameters.MAX_WITHIN_KM
    is_larger = outer.population > parameters.CONTAINING_POPULATION_RATIO * max(1_000, inner.place.population)
    return outer.kind in ("settlement", "admin2") and is_far and is_larger


class _TownIndex:
    """The towns of an article, indexed by name and by position in the text."""

    def __init__(self, resolutions: Sequence[Resolution], towns: Sequence[Resolution], text: str) -> None:
        self.text = text
        self.placed = {r.mention.text: r for r in reversed(resolutions) if r.place and r.mention.kind != "demonym"}
        """By name, the first resolution to a place; demonyms left out."""
        self.names = {r.mention.text: (i, r) for i, r in reversed([*enumerate(towns)])}
        """By name, the first town and its position among the towns."""
        self.longest = max(map(len, self.names), default=0)
        self.towns = sorted(towns, key=_start)
        self.literal = [r for r in self.towns if r.mention.kind == "literal"]
        self.sentences = [start for start, _ in sentence_spans(text)]

    def in_name(self, resolution: Resolution) -> Resolution | None:
        """Return the first town whose name is part of the name, as complete words."""
        name = resolution.mention.text
        edges = [match.start() for match in _EDGE.finditer(name)]
        parts = (name[a:b] for n, a in enumerate(edges) for b in edges[n + 1 :] if b - a <= self.longest)
        found = (self.names[part] for part in parts if part in self.names)
        return min(found, key=lambda numbered: numbered[0], default=(0, None))[1]

    def stated_after(self, resolution: Resolution) -> Resolution | None:
        """Return the first town that the words after the name state as its location."""
        end = resolution.mention.end
        first, last = (bisect_right(self.towns, at, key=_start) for at in (end, end + parameters.MAX_TOWN_GAP - 1))
        following = self.towns[first:last]
        return next((r for r in following if _TOWN_AFTER.fullmatch(self.text, end, r.mention.start)), None)

    def in_sentence(self, resolution: Resolution) -> Resolution | None:
        """Return the nearest town, by position, that the sentence names as a location; the first of two equally near."""
        start = resolution.mention.start
        sentence = bisect_right(self.sentences, start)
        at = bisect_left(self.literal, start, key=_start)
        same = [r for r in self.literal[max(0, at - 1) : at + 1] if bisect_right(self.sentences, _start(r)) == sentence]
        return min(same, key=lambda r: abs(_start(r) - start), default=None)


def _start(resolution: Resolution) -> int:
    return resolution.mention.start


def _may_be_in_any_town(resolution: Resolution, gazetteer: Gazetteer) -> bool:
    """Return whether the words around a name may state its town: not for an island, a county, a larger town or "London Paddington"."""
    words = resolution.mention.text.split()
    if (
        resolution.mention.kind != "literal"
        or resolution.mention.score <= parameters.STATED_TOWN_SCORE
        or words[-1].lower() in _NEVER_IN_A_TOWN
    ):
        return False
    if any(
        c.place.kind not in TOWNS or c.place.population >= _independent_population(c)
        for c in resolution.runners_up
        if c.match in ("name", "alternate")
    ):
        return False  # doubt which New York is meant does not locate it in London
    heads = (" ".join(words[:n]) for n in range(1, len(words)))
    return not any(
        c.place.kind == "settlement" and c.place.population >= parameters.CITY_POPULATION and c.match == "name"
        for head in heads
        for c in gazetteer.lookup(head, limit=parameters.MAX_HEAD_LOOKUP)
    )


def _independent_population(candidate: Candidate) -> int:
    """Return from how many people on a town of the name is in no other town: more where others have the name too."""
    is_own = candidate.match == "name"
    return parameters.INDEPENDENT_TOWN_POPULATION if is_own else parameters.CITY_POPULATION


def _at_town(resolution: Resolution, town: Resolution, how: str) -> Resolution:
    place = town.place
    name = place.name if place else ""
    return replace(
        resolution,
        mention=replace(resolution.mention, antecedent=town.mention.antecedent or town.mention.text),
        place=place,
        score=round(parameters.ENCLOSING_TOWN_ACCURACY * min(town.score, resolution.mention.score), 3),
        reason=f"{resolution.reason}; located in {name}: {how}",
        match="within",
        runners_up=(),
    )


def _is_of_home(resolution: Resolution, home: Home) -> bool:
    """Return whether a name is located at the article's home: a confident one, or a likely one where the home is certain.

    Single words need more: many are surnames, of which the network is less sure than of "Fingo Village".
    """
    mention = resolution.mention
    is_word = " " not in mention.text
    least = parameters.LIKELY_WORD_SCORE if is_word else parameters.LIKELY_NAME_SCORE
    is_certain = home.n_mentions >= parameters.MIN_HOME_MENTIONS
    return mention.score > (least if is_certain else parameters.CONFIDENT_NAME_SCORE)


def _town_of_organization(
    resolution: Resolution, placed: Mapping[str, Resolution], gazetteer: Gazetteer
) -> Resolution | None:
    """Return the place an organization is named after: "Colorado State University", "Bank of Japan", "Belfast Crown Court".

    The place is the article's own of that name, or else the only likely one in the gazetteer.
    """
    for name in _places_in_organization(resolution.mention.text):
        if name in placed:
            return placed[name]
        found = [
            c
            for c in gazetteer.lookup(name, limit=parameters.MAX_BODY_LOOKUP)
            if c.match == "name" or c.language == "en"
        ]
        if found and _is_unambiguous(found):
            mention = replace(resolution.mention, antecedent=name)
            return replace(resolution, mention=mention, place=found[0].place, score=resolution.mention.score)
    return None


def _places_in_organization(name: str) -> Iterator[str]:
    """Yield the parts of an organization's name that may be a place: after "of", or its first words, the longest first."""
    words = name.split()
    lower = [word.lower() for word in words]
    if lower[0] in _ORGANIZATION_WORDS and "of" in lower:
        tail = words[lower.index("of") + 1 :]
        yield " ".join(tail[1:] if tail[:1] == ["the"] else tail)
    elif lower[-1] in _ORGANIZATION_WORDS:
        yield from (
            " ".join(words[:n]) for n in range(len(words) - 1, 0, -1) if lower[n - 1] not in _ORGANIZATION_WORDS
        )


def _is_unambiguous(found: Sequence[Candidate]) -> bool:
    """Return whether the first candidate is a country, a state or a city, and every other far smaller or on the same ground."""
    first = found[0].place
    if first.kind not in ("country", "admin1") and not (
        first.kind == "settlement" and first.population >= parameters.CITY_POPULATION
    ):
        return False
    return all(
        other.place.population * parameters.UNAMBIGUOUS_POPULATION_RATIO <= first.population
        or is_same_ground(first, other.place)
        for other in found[1:]
    )
