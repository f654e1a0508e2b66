"""Decide which place each mention of an article means.

The whole article is decided together: what is unambiguous first speaks for its neighbours. The
weights are set by hand; each is said in words in the reason of the resolutions that it decides.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from geopy.distance import great_circle

from geomap.vocabulary import Article, Candidate, Mention, Place, Resolution

_KIND_WEIGHT = {
    "continent": 6.0,
    "country": 6.0,
    "macroregion": 4.0,
    "disputed": 5.0,
    "line": 4.0,
    "admin1": 3.0,
    "water": 2.0,
    "physical": 1.5,
    "island": 1.5,
    "settlement": 1.0,
    "admin2": 0.5,
    "suburb": 0.0,
    "site": 0.0,
    "admin3": 0.0,
}
_IN_NEXT = re.compile(r"(?:,\s*|\s+(?:in|of)\s+(?:the\s+)?|\s*\()$")
_NEARBY_KM = 150.0
"""A candidate this near to another place of the article is likely meant."""
_ENOUGH = 1.0
"""A lone candidate that scores below this is "no place": a hamlet with nothing around it to speak for it."""


def resolve(
    article: Article, mentions: Sequence[Mention], candidates: Sequence[Sequence[Candidate]]
) -> tuple[Resolution, ...]:
    """Return one resolution a mention, in the same order; one sense per name throughout the article."""
    names = [mention.antecedent or mention.text for mention in mentions]
    options: dict[str, tuple[Candidate, ...]] = {n: tuple(c) for n, c in zip(names, candidates, strict=True)}
    containers = _containers(article.text, mentions, options)
    chosen = {name: found[0].place for name, found in options.items() if found}
    scores: dict[str, list[tuple[float, Candidate]]] = {}
    for _ in range(2):
        countries = Counter(chosen[name].country for name in names if name in chosen and chosen[name].country)
        scores = {
            name: sorted(
                ((_score(c, name, chosen, countries, containers[name]), c) for c in found), key=lambda s: -s[0]
            )
            for name, found in options.items()
        }
        chosen = {name: ranked[0][1].place for name, ranked in scores.items() if ranked}
    return tuple(
        _resolution(mention, scores[name], containers[name], chosen)
        for mention, name in zip(mentions, names, strict=True)
    )


def _containers(
    text: str, mentions: Sequence[Mention], options: Mapping[str, Sequence[Candidate]]
) -> dict[str, list[Place]]:
    """Return, per name, the places that the text puts it in: "Tegh in Armenia", "Paris, Texas", "the Azerbaijani town of Yevlakh"."""
    inside: dict[str, list[Place]] = defaultdict(list)
    ordered = sorted(mentions, key=lambda m: m.start)
    for here, following in itertools.pairwise(ordered):
        between = text[here.end : following.start]
        name, holder = here.antecedent or here.text, following.antecedent or following.text
        if _IN_NEXT.fullmatch(between) and options[holder]:
            inside[name].append(options[holder][0].place)
        elif here.kind == "demonym" and re.fullmatch(r"\s+(?:\w+\s+){0,2}(?:of\s+)?", between) and options[name]:
            inside[holder].append(options[name][0].place)
    return inside


def _is_in(place: Place, holder: Place) -> bool:
    if place.id == holder.id or holder.country is None or place.country != holder.country:
        return False
    return holder.kind == "country" or (holder.kind == "admin1" and place.admin1 == holder.admin1)


def _score(
    candidate: Candidate,
    name: str,
    chosen: Mapping[str, Place],
    countries: Counter[str | None],
    containers: Sequence[Place],
) -> float:
    place = candidate.place
    score = _KIND_WEIGHT[place.kind] + 0.5 * math.log10(place.population + 1)
    score -= {"name": 0.0, "alternate": 0.3, "demonym": 0.0, "variant": 0.6, "fuzzy": 2.0}[candidate.match]
    # "Yevlakh" is the town before it is Yevlakh Rayon, which only also goes by the bare name.
    score -= 2.5 * (candidate.match == "alternate" and place.kind in ("admin1", "admin2", "admin3"))
    score += 4.0 * any(_is_in(place, holder) for holder in containers)
    others = [other for n, other in chosen.items() if n != name]
    if place.country and countries:
        own = countries[place.country] - (name in chosen and chosen[name].country == place.country)
        score += 2.5 * own / max(1, countries.total())
        score += 0.5 * any(o.kind == "country" and o.country == place.country for o in others)
    points = [o for o in others if o.kind in ("settlement", "site", "line", "disputed", "admin1", "admin2")]
    if any(great_circle((place.lat, place.lon), (o.lat, o.lon)).km <= _NEARBY_KM for o in points if o.id != place.id):
        score += 1.5
    return score


def _resolution(
    mention: Mention,
    ranked: Sequence[tuple[float, Candidate]],
    containers: Sequence[Place],
    chosen: Mapping[str, Place],
) -> Resolution:
    if not ranked:
        return Resolution(mention=mention, place=None, score=0.9, reason="the gazetteer knows no place of this name")
    best, candidate = ranked[0]
    runners_up = tuple(c for _, c in ranked[1:6])
    if best < _ENOUGH:
        reason = f"only small places bear this name, and nothing else in the article is near {candidate.place.name}"
        return Resolution(mention=mention, place=None, score=0.5, reason=reason, runners_up=(candidate, *runners_up))
    total = sum(math.exp(score - best) for score, _ in ranked)
    return Resolution(
        mention=mention,
        place=candidate.place,
        score=round(mention.score * 1.3 / total if mention.score < 0.75 else 1 / total, 3),
        reason=_reason(candidate, ranked, containers, chosen),
        match=candidate.match,
        runners_up=runners_up,
    )


def _reason(
    candidate: Candidate,
    ranked: Sequence[tuple[float, Candidate]],
    containers: Sequence[Place],
    chosen: Mapping[str, Place],
) -> str:
    place = candidate.place
    holder = next((h for h in containers if _is_in(place, h)), None)
    if len(ranked) == 1:
        found = f"the only place of this name in the gazetteer ({place.kind})"
    else:
        other = ranked[1][1].place
        where = f"{other.name}, {other.country}" if other.country else other.name
        found = f"{place.kind}, {_people(place)}, before {other.kind} {where}, {_people(other)}"
    if holder:
        return f"the text puts it in {holder.name}; {found}"
    same = sum(other.country == place.country for other in chosen.values() if other.id != place.id)
    return f"{found}; {same} other places of the article are in {place.country}" if place.country and same else found


def _people(place: Place) -> str:
    return f"{place.population:,} people" if place.population else "population unknown"
