"""Short texts for the resolver: corpus articles cut to a few sentences, and invented items of a sentence or a headline.

An article of three hundred words shows what its names mean by the other names; an alert of ten words does not. What such
a text means is learned from cut articles, and from invented items about towns that are the first of their name by a rule.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.evaluation.corpora import GoldArticle, Toponym
from geomap.text.sentences import sentence_spans
from geomap.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.gazetteer.store import FileGazetteer
    from geomap.types import Place

CUT = "~"
"""Parts the id of an article from the number of sentences that it was cut to."""
FIRST_OF_NAME = 4
"""A town is the first of its name where it has this many times the people of the next town that has the name as its own."""
MIN_POPULATION = 40_000
MIN_LOCAL_PEOPLE, MIN_CITY_PEOPLE = 5_000, 150_000
"""People of a town that local items are about, and of a city abroad that has a namesake there."""
N_INVENTED = 6_000
SHARED_NAME = 4
"""Candidates from which a name is shared by many; most bare items are about such towns."""
SAME_TOWN_DEGREES = 0.25

BARE = (
    "Protesters blocked the main square of {c} for a second night.",
    "Flights from {c} were cancelled because of fog.",
    "At least nine people were hurt when a bus overturned near {c}, police said on Friday.",
    "The mayor of {c} has resigned.",
    "A blast rocked a factory in {c} early today, killing three workers.",
    "Schools in {c} will stay shut until Wednesday after the storm.",
    "Heavy rain has flooded parts of {c}.",
    "Blast at {c} factory kills three",
    "{c} hospital evacuated after gas leak",
    "Thousands march in {c} against rise in fares",
    "Court in {c} jails former minister",
    "Man held after shooting in {c}",
    "Cholera spreads in {c}",
)
IN_COUNTRY = (
    "Rescuers searched the ruins of a hotel in {c}, {k}, on Saturday.",
    "Doctors in {c}, {k}, have gone on strike.",
    "The trial will be held in {c}, {k}.",
    "Flooding cut the road to {c}, {k}.",
    "Police in {c}, {k}, arrested four men.",
    "{c}, {k}: market burns down",
    "A train derailed outside {c}, {k}, and blocked the line.",
)
OF_UNIT = (
    "Clashes broke out in {u} {w}, officials said.",
    "Floods hit {u} {w} in {k}.",
    "Aid convoys reached the {w} of {u}.",
    "The governor of {u} {w} called for help.",
)
LISTS = (
    "Rainfall was above average in {a}, {b} and {c}.",
    "{a} recorded four deaths, {b} two, {c} one and {d} none.",
    "The worst damage was in {a}, followed by {b}, {c} and {d}.",
    "Measles was found in {a}, in {b}, in {c} and in {d}.",
    "Farmers in {a} and {b} lost their crops; in {c} the rain came in time.",
)
ABROAD = (
    "{L}, {s} - A nurse from {m} was in {k} last week. She was walking in {c} when the blast went off. The family hopes to leave {c} soon.",
    "{L}, {s} - The choir of a church in {m} will sing in {k} this summer. Its first concert is in {c}.",
    "{L}, {s} - A student from {l} is stuck in {k}. The airport of {c} has been shut since Sunday.",
    "A man who grew up in {l}, {s}, was killed in {k}. He had worked in {c} for nine years, and his brother still lives in {m}.",
)
AT_HOME = (
    "{L}, {s} - The school board of {c} met on Monday. Parents from {m} and {l} spoke against the plan.",
    "{L}, {s} - A house in {c} burned down on Saturday. Crews came from {m}.",
    "Deputies from {l}, {s}, arrested a man in {c} after a chase through {m}.",
    "{L}, {s} - Voters in {c} and {m} will choose a new sheriff.",
)
N_LISTS, N_PAIRS = 800, 800
ENGLISH = ("US", "GB", "CA", "AU", "NZ", "IE", "ZA")
"""Countries whose papers the invented local items are from."""
WORDS_OF_UNIT = {"admin1": ("province", "region"), "admin2": ("district",)}


def shortened(gold: Sequence[GoldArticle], seed: int) -> list[GoldArticle]:
    """Return each article twice more, with its outlet: one sentence that has a toponym, and up to three from one on.

    Without the outlet a local paper's sentence would teach that a name alone means any of its towns.
    """
    rng = random.Random(seed)
    return [short for each in gold for n in (1, rng.choice((2, 3))) if (short := _cut(each, n, rng))]


def _cut(gold: GoldArticle, n_sentences: int, rng: random.Random) -> GoldArticle | None:
    spans = sentence_spans(gold.article.text)
    placed = [t for t in gold.toponyms if t.is_placed]
    if not placed:
        return None
    first = max(0, bisect_right(spans, (rng.choice(placed).start, len(gold.article.text))) - 1)
    start, end = spans[first][0], spans[min(len(spans), first + n_sentences) - 1][1]
    toponyms = tuple(
        replace(t, start=t.start - start, end=t.end - start) for t in gold.toponyms if start <= t.start and t.end <= end
    )
    article = replace(gold.article, id=f"{gold.article.id}{CUT}{n_sentences}", text=gold.article.text[start:end])
    return GoldArticle(article=article, toponyms=toponyms) if toponyms else None


def invented(gazetteer: FileGazetteer, seed: int, n: int = N_INVENTED) -> list[GoldArticle]:
    """Return ``n`` items: of towns that are the first of their name, bare or in their country, and of units with their word."""
    rng = random.Random(seed)
    places = list(gazetteer.places())
    countries = {p.country: p for p in places if p.kind == "country" and p.country and p.population}
    towns = [p for p in places if p.kind == "settlement" and p.population >= MIN_POPULATION and p.country in countries]
    units = [p for p in places if p.kind in WORDS_OF_UNIT and p.population >= MIN_POPULATION and p.country in countries]
    shared = [p for p in towns if len(gazetteer.lookup(p.name, limit=SHARED_NAME)) == SHARED_NAME]
    out: list[GoldArticle] = []
    while len(out) < n:
        sort = rng.random()
        if sort < 0.6:
            town = rng.choice(shared if sort < 0.4 else towns)
            if _is_first_of_name(town, gazetteer):
                out.append(_item(f"short-{len(out)}", rng.choice(BARE), {"c": town}))
        elif sort < 0.9:
            town = rng.choice(towns)
            out.append(_item(f"short-{len(out)}", rng.choice(IN_COUNTRY), {"c": town, "k": countries[town.country]}))
        else:
            unit = rng.choice(units)
            word = rng.choice(WORDS_OF_UNIT[unit.kind])
            if word not in unit.name.lower():
                pattern = rng.choice(OF_UNIT).replace("{w}", word)
                out.append(_item(f"short-{len(out)}", pattern, {"u": unit, "k": countries[unit.country]}))
    return out


def lists(gazetteer: FileGazetteer, seed: int, n: int = N_LISTS) -> list[GoldArticle]:
    """Return items that name several states of one country, by their everyday names."""
    rng = random.Random(seed)
    of_country: dict[str, list[Place]] = {}
    for place in gazetteer.places():
        if place.kind == "admin1" and place.country and place.population > MIN_POPULATION:
            called = _called(place, gazetteer)
            if not _has_town(called, gazetteer):
                of_country.setdefault(place.country, []).append(called)
    large = sorted(country for country, states in of_country.items() if len(states) >= len("abcd"))
    shared = [
        p
        for country in large
        for p in of_country[country]
        if len(gazetteer.lookup(p.name, limit=SHARED_NAME)) == SHARED_NAME
    ]
    found = []
    for i in range(n):  # every other list has a state whose name many places have
        states = rng.sample(of_country[rng.choice(shared).country if i % 2 else rng.choice(large)], len("abcd"))
        if i % 2:
            one = rng.choice([p for p in shared if p.country == states[0].country])
            states = [one, *(p for p in states if p.id != one.id)][: len("abcd")]
            rng.shuffle(states)
        found.append(states)
    return [
        _item(f"list-{i}", rng.choice(LISTS), dict(zip("abcd", states, strict=True))) for i, states in enumerate(found)
    ]


def _has_town(state: Place, gazetteer: FileGazetteer) -> bool:
    """Return whether a town of a state has its name: of such a name alone nobody can say which is meant."""
    found = (c.place for c in gazetteer.lookup(state.name, limit=40))
    return any(p.kind == "settlement" and (p.country, p.admin1) == (state.country, state.admin1) for p in found)


def _called(place: Place, gazetteer: FileGazetteer) -> Place:
    """Return a place by its shortest name in English that the gazetteer finds it by: "Victoria" for "State of Victoria"."""
    names = {name.text for name in gazetteer.names(place.id) if name.language == "en"} | {place.name}
    found = [
        name
        for name in names
        if len(name) > len("Ohi") and any(c.place.id == place.id for c in gazetteer.lookup(name, limit=40))
    ]
    return replace(place, name=min(found, key=lambda name: (len(name), name), default=place.name))


def namesakes(gazetteer: FileGazetteer, seed: int, n: int = N_PAIRS) -> list[GoldArticle]:
    """Return local items about a city abroad, whose country they name, and as many about its namesake at home, without it."""
    rng = random.Random(seed)
    places = list(gazetteer.places())
    countries = {p.country: p for p in places if p.kind == "country" and p.country and p.population}
    states = {(p.country, p.admin1): p for p in places if p.kind == "admin1"}
    towns = [p for p in places if p.kind == "settlement" and p.country in countries]
    of_state: dict[tuple[str | None, str | None], list[Place]] = {}
    of_name: dict[str, list[Place]] = {}
    for town in towns:
        of_name.setdefault(town.name, []).append(town)
        if town.population > MIN_LOCAL_PEOPLE and town.country in ENGLISH:
            of_state.setdefault((town.country, town.admin1), []).append(town)
    pairs = [
        (city, home)
        for namesake in of_name.values()
        for city in [max(namesake, key=lambda p: p.population)]
        if city.population > MIN_CITY_PEOPLE
        for home in namesake
        if home.country in ENGLISH
        and home.country != city.country
        and home.population > MIN_LOCAL_PEOPLE // 2
        and len(of_state.get((home.country, home.admin1), ())) > len("lm")
        and (home.country, home.admin1) in states
    ]
    out = []
    for i in range(n):
        city, home = rng.choice(pairs)
        local, more = rng.sample([p for p in of_state[home.country, home.admin1] if p.name != city.name], 2)
        around = {
            "l": local,
            "L": replace(local, name=local.name.upper()),
            "m": more,
            "s": states[home.country, home.admin1],
        }
        out.append(_item(f"abroad-{i}", rng.choice(ABROAD), around | {"c": city, "k": countries[city.country]}))
        out.append(_item(f"home-{i}", rng.choice(AT_HOME), around | {"c": home}))
    return out


def _is_first_of_name(town: Place, gazetteer: FileGazetteer) -> bool:
    others = [c.place for c in gazetteer.lookup(town.name, limit=40) if c.place.id != town.id]
    if any(p.kind in ("country", "admin1") and not _is_near(p, town, 3.0) for p in others):
        return False
    return all(
        p.population * FIRST_OF_NAME <= town.population
        for p in others
        if p.kind == "settlement" and not _is_near(p, town, SAME_TOWN_DEGREES)
    )


def _is_near(one: Place, other: Place, degrees: float) -> bool:
    return abs(one.lon - other.lon) < degrees and abs(one.lat - other.lat) < degrees


def _item(id_: str, pattern: str, places: dict[str, Place]) -> GoldArticle:
    """Return the item of a pattern, its places marked."""
    text, toponyms = "", []
    for literal, key in _pieces(pattern):
        text += literal
        if key:
            place = places[key]
            toponyms.append(_toponym(len(text), place))
            text += place.name
    return GoldArticle(article=Article(id=id_, text=text), toponyms=tuple(toponyms))


def _pieces(pattern: str) -> Iterator[tuple[str, str]]:
    while "{" in pattern:
        literal, _, rest = pattern.partition("{")
        key, _, pattern = rest.partition("}")
        yield literal, key
    yield pattern, ""


def _toponym(start: int, place: Place) -> Toponym:
    return Toponym(
        start=start,
        end=start + len(place.name),
        text=place.name,
        lon=place.lon,
        lat=place.lat,
        geonameid=place.geonameid,
        group="literal",
        feature_code=place.feature_code,
    )
