"""What speaks for each candidate before its neighbours are asked: one row of numbers a candidate.

Every column can be told to a reader: kind and population, how the name is written, what the text puts
the place in, the dateline, the outlet, what the bare name usually means. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from geomap.geodesy import EARTH_RADIUS_KM
from geomap.resolution import cues as patterns
from geomap.resolution import publisher as outlet
from geomap.resolution.senses import HOLDERS, Sense, holds, senses
from geomap.text.languages import language_of
from geomap.types import PlaceKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geomap.gazetteer.store import Gazetteer
    from geomap.types import Article, Candidate, Match, Mention, Place

    Floats = NDArray[Any]
    """float32."""
    Flags = NDArray[Any]
    """bool."""


KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)
MATCHES: tuple[Match, ...] = ("name", "alternate", "demonym", "variant", "fuzzy")
"""How a candidate met its name; ``within`` is decided after the ranking and is none of its evidence."""
_NEAR_TOWN = np.cos(40.0 / EARTH_RADIUS_KM)
"""A quarter or a suburb is written "Brooklyn, New York": 40 km from a larger town count as in it."""
_USUAL = 4
"""Candidates, most prominent first, of which a town may hold a quarter."""
_BAR = 8.0
"""Taken from the score of what must not win: leaves a chance of about 1 in 3,000."""
_STATE = 4.0
"""Taken from a state whose namesake is a metropolis, where the text does not say which: most of an article's evidence."""
_UNIT = 2.0
"""Taken from a district whose seat bears its name, where the text does not say which."""
_NEAR_UNIT = np.cos(60.0 / EARTH_RADIUS_KM)
_LENT = 3.0
"""Taken from a town that bears the name in no stated language only, where another of some size has it for its own."""
_KNOWN = 3.5
"""Given to what geomap's own tables hold for a name, and to its ocean: they hold only what nearly everybody means by it.
Swept 1.5 to 3.5: no difference."""
_OWNER = 20
"""The owner may be this much smaller."""
METROPOLIS = 500_000
HAMLET = 10_000
"""People; a smaller place needs the text itself to speak for it against a country or a state of its name."""

STATIC = (
    *(f"kind {kind}" for kind in KINDS),
    "capital",
    "seat of a state",
    "seat of a district",
    "population",
    "population against the largest",
    "prominence",
    "share of the name's population",
    "candidates",
    *(f"match {match}" for match in MATCHES),
    "primary name",
    "written the same",
    "another's own name",
    "abbreviated",
    "abbreviates another name",
    "country's own words",
    "another country's words",
    "demonym",
    "associative",
    "no language stated",
    "another language's name",
    "has the article",
    "words",
    "letters",
    "capitals",
    "mentions",
    "position",
    "kind said",
    "kind denied",
    "in by comma",
    "in by in",
    "in by of",
    "not in by comma",
    "holds by comma",
    "holds by in",
    "holds by of",
    "held by a tail",
    "not held by a tail",
    "datelined",
    "within its namesake",
    "around its namesake",
    "outlet's country",
    "outlet's other country",
    "outlet's name",
    "outlet near",
    "outlet's state",
    "outlet known",
)
"""The columns, in order."""
_OPEN_WATER = frozenset({"OCN", "SEA", "GULF"})
_SEATS = {"PPLC": "capital", "PPLA": "seat of a state", "PPLA2": "seat of a district", "PPLA3": "seat of a district"}
_SPEAKS_FOR_A_HAMLET = (
    "in by comma",
    "in by in",
    "in by of",
    "held by a tail",
    "kind said",
    "datelined",
    "outlet near",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """All candidates of all senses of an article, one row each, sense by sense."""

    senses: tuple[Sense, ...]
    places: tuple[Place, ...]
    sense: NDArray[np.int32]
    """Per row, the index of its sense."""
    starts: NDArray[np.int64]
    """Per sense, its first row, and the number of rows at the end."""
    kind: NDArray[np.int32]
    country: NDArray[np.int32]
    """Numbers that are equal where the code is; -1 where there is none. So for the next two."""
    admin1: NDArray[np.int32]
    admin2: NDArray[np.int32]
    place: NDArray[np.int32]
    """Equal where the place is."""
    towards: Floats
    """Unit vectors from the earth's centre, three columns: the distance of two is the angle between them."""
    static: Floats
    handicap: Floats
    """What is taken from the score of a row: rules that no weight of evidence may overrule, or hardly any."""
    held_in: dict[int, str]
    """Per sense, the name that the text puts it in."""
    listed: tuple[tuple[int, int], ...]
    """Pairs of senses that stand in one list: "Tegh, Kornidzor and Goris"."""
    dateline: int | None
    """The sense that the article is datelined from."""


def rows(
    article: Article,
    mentions: Sequence[Mention],
    candidates: Sequence[Sequence[Candidate]],
    *,
    gazetteer: Gazetteer,
) -> Rows:
    """Return the candidates of every name of ``article`` with what speaks for each; ``mentions`` in text order."""
    linked = patterns.links(article.text, mentions)
    found = senses(article.text, mentions, candidates, linked)
    of_mention = {i: s for s, sense in enumerate(found) for i in sense.mentions}
    datelined = patterns.dateline(article.text, mentions)
    table = _Table(article=article, mentions=mentions, senses=found)
    table.describe()
    table.link(linked, of_mention)
    table.tails(of_mention, gazetteer)
    table.namesakes()
    table.outlet(gazetteer)
    table.words()
    if datelined is not None:
        table.set(of_mention[datelined], "datelined", 1.0)
    pairs = ((of_mention[one], of_mention[other]) for one, other in patterns.neighbours(article.text, mentions))
    return Rows(
        senses=found,
        places=table.places,
        sense=np.repeat(np.arange(len(found), dtype=np.int32), [len(s.candidates) for s in found]),
        starts=np.array(table.starts, dtype=np.int64),
        kind=table.kind,
        country=table.country,
        admin1=table.admin1,
        admin2=table.admin2,
        place=table.place,
        towards=table.towards,
        static=table.values,
        handicap=table.handicap(),
        listed=tuple((one, other) for one, other in pairs if one != other),
        held_in=table.held_in,
        dateline=None if datelined is None else of_mention[datelined],
    )


def directions(places: Sequence[Place]) -> Floats:
    """Return unit vectors from the earth's centre to the places, one a row."""
    lon, lat = np.radians([p.lon for p in places]), np.radians([p.lat for p in places])
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1).astype(np.float32)


def _codes(codes: Sequence[str | None]) -> NDArray[np.int32]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(c, len(numbers)) if c else -1 for c in codes], dtype=np.int32)


_COLUMN = {name: i for i, name in enumerate(STATIC)}
_COUNTRY, _ADMIN1, _ADMIN2 = KINDS.index("country"), KINDS.index("admin1"), KINDS.index("admin2")
_TOWN = KINDS.index("settlement")


def _is_any_of(*kinds: PlaceKind) -> Flags:
    """Return, for the number of each kind, whether it is one of ``kinds``."""
    return np.array([kind in kinds for kind in KINDS], dtype=bool)


_QUARTERS = _is_any_of("suburb", "settlement", "site", "admin3")
_UNITS = _is_any_of("admin1", "admin2", "admin3")
_STATES = _is_any_of("country", "admin1")
_HOLDERS = _is_any_of("country", "admin1", "admin2")
_LARGE = _is_any_of("continent", "macroregion", "country", "disputed", "admin1")
_SMALL = _is_any_of("suburb", "settlement", "site", "admin3", "island", "physical", "water", "line")


class _Table:
    """The columns of an article's candidates while they are filled."""

    def __init__(self, *, article: Article, mentions: Sequence[Mention], senses: Sequence[Sense]) -> None:
        self.article, self.mentions, self.senses = article, mentions, senses
        self.places = places = tuple(c.place for sense in senses for c in sense.candidates)
        self.starts: list[int] = [0, *np.cumsum([len(s.candidates) for s in senses]).tolist()]
        self.kind = np.array([KINDS.index(p.kind) for p in places], dtype=np.int32)
        self.country = _codes([p.country for p in places])
        self.admin1 = _codes([p.admin1 and f"{p.country}.{p.admin1}" for p in places])
        self.admin2 = _codes([p.admin2 and f"{p.country}.{p.admin1}.{p.admin2}" for p in places])
        self.place = _codes([p.id for p in places])
        self.population = np.array([p.population for p in places], dtype=np.float64)
        self.towards = directions(places) if places else np.zeros((0, 3), dtype=np.float32)
        self.values = np.zeros((len(places), len(STATIC)), dtype=np.float32)
        self.held_in: dict[int, str] = {}
        self.is_all_capitals = article.text.isupper()

    def part(self, sense: int) -> slice:
        return slice(self.starts[sense], self.starts[sense + 1])

    def set(self, sense: int, column: str, value: Any) -> None:  # noqa: ANN401 - whatever numpy spreads over rows
        self.values[self.part(sense), _COLUMN[column]] = value

    def raise_to(self, sense: int, column: str, value: Any) -> None:  # noqa: ANN401
        part = self.values[self.part(sense), _COLUMN[column]]
        np.maximum(part, value.astype(np.float32), out=part)

    def describe(self) -> None:
        """Fill what a candidate and its name are by themselves."""
        text = self.article.text
        language = language_of(text)
        for s, sense in enumerate(self.senses):
            if not sense.candidates:
                continue
            ones = [self.mentions[i] for i in sense.mentions]
            places = self.places[self.part(s)]
            written = {one.antecedent or one.text for one in ones}
            said: frozenset[str] = frozenset().union(*(patterns.kinds_said(text, one) for one in ones[:20]))
            populations = self.population[self.part(s)]
            logs = np.log10(populations + 1)
            self.set(s, "population", logs)
            self.set(s, "population against the largest", logs - logs.max())
            self.set(s, "prominence", 1 / (1 + np.arange(len(places))))
            self.set(s, "share of the name's population", populations / max(1.0, populations.sum()))
            self.set(s, "candidates", np.log1p(len(places)))
            self.set(s, "primary name", [c.name == c.place.name for c in sense.candidates])
            self.set(s, "written the same", [c.name in written for c in sense.candidates])
            own = np.array([c.match == "name" for c in sense.candidates])
            self.set(s, "another's own name", own.any() & ~own)
            short = all(patterns.is_abbreviation(w) for w in written) and not self.is_all_capitals
            self.set(s, "abbreviated", short)
            if short:
                self.set(
                    s, "abbreviates another name", [not patterns.is_abbreviation(c.name) for c in sense.candidates]
                )
            self.set(s, "demonym", any(one.kind == "demonym" for one in ones))
            self.set(s, "associative", np.mean([one.kind != "literal" for one in ones]))
            self.set(s, "no language stated", [c.match == "alternate" and c.language is None for c in sense.candidates])
            self.set(s, "another language's name", [c.language not in (None, "en", language) for c in sense.candidates])
            self.set(s, "has the article", np.mean([patterns.has_article(text, one) for one in ones]))
            self.set(s, "words", len(sense.name.split()))
            self.set(s, "letters", min(20, len(sense.name)))
            self.set(s, "capitals", all(w.isupper() for w in written))
            self.set(s, "mentions", np.log1p(len(ones)))
            self.set(s, "position", np.log1p(ones[0].start / 100))
            self.set(s, "kind said", [p.kind in said for p in places])
            self.set(s, "kind denied", [bool(said) and p.kind not in said for p in places])
            for row, one in enumerate(sense.candidates, self.starts[s]):
                self.values[row, KINDS.index(one.place.kind)] = 1
                self.values[row, _COLUMN[f"match {one.match}"]] = 1
                code = one.place.feature_code
                if code in _SEATS:
                    self.values[row, _COLUMN[_SEATS[code]]] = 1

    def holding(self, inner: slice, outer: slice) -> Flags:
        """Return which of the outer candidates (columns) hold which of the inner ones (rows)."""

        def same(codes: NDArray[np.int32]) -> Flags:
            return (codes[inner][:, None] == codes[outer][None, :]) & (codes[inner] >= 0)[:, None]  # type: ignore[no-any-return]

        low, high = self.kind[inner][:, None], self.kind[outer][None, :]
        other = self.place[inner][:, None] != self.place[outer][None, :]
        below_state = ~_STATES[low]
        by_code = (
            ((high == _COUNTRY) & (low != _COUNTRY) & same(self.country))
            | ((high == _ADMIN1) & below_state & same(self.admin1))
            | ((high == _ADMIN2) & below_state & (low != _ADMIN2) & same(self.admin2))
        )
        near = self.towards[inner] @ self.towards[outer].T > _NEAR_TOWN
        quarter = (high == _TOWN) & _QUARTERS[low] & near
        larger = self.population[outer][None, :] > self.population[inner][:, None]
        return other & (by_code | (quarter & larger))  # type: ignore[no-any-return]

    def link(self, linked: Sequence[patterns.Link], of_mention: dict[int, int]) -> None:
        """Fill what the text puts in what; names that it links many times are compared once."""
        compared: dict[tuple[int, int], tuple[Flags, Flags]] = {}
        for link in linked:
            inner, outer = of_mention[link.inner], of_mention[link.outer]
            if inner == outer:
                continue
            if (inner, outer) not in compared:
                compared[inner, outer] = self.usually_held(inner, outer)
            held, holding = compared[inner, outer]
            if not held.any():
                continue
            self.held_in.setdefault(inner, self.mentions[link.outer].text)
            self.raise_to(inner, f"in by {link.kind}", held)
            self.raise_to(outer, f"holds by {link.kind}", holding)
            if link.kind == "comma" and not patterns.goes_on(self.article.text, self.mentions[link.outer].end):
                self.raise_to(inner, "not in by comma", ~held)

    def usually_held(self, inner: int, outer: int) -> tuple[Flags, Flags]:
        """Return which candidates of the inner sense lie in one of the outer, and which of the outer hold one.

        Only what the outer name usually means holds anything: some Washington has a New York in it.
        """
        part = self.part(outer)
        table = self.holding(self.part(inner), part)
        table[:, _USUAL:] &= (self.kind[part][_USUAL:] != _TOWN)[None, :]
        return np.asarray(table.any(axis=1)), np.asarray(table.any(axis=0))

    def tails(self, of_mention: dict[int, int], gazetteer: Gazetteer) -> None:
        """Fill what the text puts in a state or a country that is no mention of its own."""
        compared: dict[tuple[int, str], Flags] = {}
        for tail in patterns.tails(self.article.text, self.mentions):
            inner = of_mention[tail.inner]
            if (inner, tail.text) not in compared:
                holders = [c.place for c in gazetteer.lookup(tail.text, limit=8) if c.place.kind in HOLDERS]
                held_by = [any(holds(h, p) for h in holders) for p in self.places[self.part(inner)]]
                compared[inner, tail.text] = np.array(held_by, dtype=bool)
            held = compared[inner, tail.text]
            if held.any():
                self.held_in.setdefault(inner, tail.text)
                self.raise_to(inner, "held by a tail", held)
                if not patterns.goes_on(self.article.text, tail.end):
                    self.raise_to(inner, "not held by a tail", ~held)

    def namesakes(self) -> None:
        """Fill which candidates of a name lie in another of the same name: the city and the state of New York."""
        for s in range(len(self.senses)):
            part = self.part(s)
            if part.stop - part.start > 1 and _HOLDERS[self.kind[part]].any():
                table = self.holding(part, part) & (self.kind[part] != _TOWN)[None, :]
                self.set(s, "within its namesake", table.any(axis=1))
                self.set(s, "around its namesake", table.any(axis=0))

    def outlet(self, gazetteer: Gazetteer) -> None:
        """Fill what the outlet's address says of where its readers live."""
        home = outlet.home(self.article, gazetteer=gazetteer)
        if home.country:
            is_home = np.array([p.country == home.country for p in self.places], dtype=bool)
            self.values[:, _COLUMN["outlet's country"]] = is_home
            self.values[:, _COLUMN["outlet's other country"]] = ~is_home
        if home.stem:
            for s, sense in enumerate(self.senses):
                squeezed = sense.name.replace(" ", "")
                self.set(s, "outlet's name", len(squeezed) > 3 and squeezed in home.stem)
        if home.places and self.places:
            km = EARTH_RADIUS_KM * np.arccos(np.clip(self.towards @ directions(home.places).T, -1, 1)).min(axis=1)
            self.values[:, _COLUMN["outlet near"]] = np.exp(-km / 150)
            states = {(p.country, p.admin1) for p in home.places if p.admin1}
            self.values[:, _COLUMN["outlet's state"]] = [(p.country, p.admin1) in states for p in self.places]
            self.values[:, _COLUMN["outlet known"]] = 1

    def words(self) -> None:
        """Fill what the article's own words say of the country it is written in and for."""
        said = outlet.words_of_countries(self.article.text)
        most = max(said.values(), default=0.0)
        for row, place in enumerate(self.places if most else ()):
            own = said.get(place.country or "", 0.0)
            self.values[row, _COLUMN["country's own words"]] = own
            self.values[row, _COLUMN["another country's words"]] = most - own

    def any_of(self, *names: str) -> Flags:
        return self.values[:, [_COLUMN[name] for name in names]].max(axis=1, initial=0) > 0.5  # type: ignore[no-any-return]

    def handicap(self) -> Floats:
        """Return what is taken from the score of each row, whatever else speaks for it.

        Countries and states never lose to a hamlet, "Paris, Texas" is not in France, "EU" is not Eu, and "New York" is
        the city unless the article is about the state; a town comes before the district it gives its name to, and before a
        town that half-forgotten spellings lend its name. "The Atlantic" is no hamlet in Iowa.
        """
        water = self.is_open_water()
        spoken_for = self.any_of(*_SPEAKS_FOR_A_HAMLET)
        tiny = _SMALL[self.kind] & (self.population < HAMLET) & ~spoken_for & ~water
        large = _LARGE[self.kind] & self.any_of("match name", "match demonym") | water
        denied = self.any_of("not in by comma", "not held by a tail")
        held = self.any_of("in by comma", "held by a tail")
        unlike = self.any_of("abbreviates another name")
        adjective = self.any_of("match demonym")
        bare = ~self.any_of("kind said", "abbreviated", "holds by comma", "holds by in", "in by comma")
        metropolis = (self.kind == _TOWN) & (self.population > METROPOLIS) & ~unlike
        unit_by_half = _UNITS[self.kind] & self.any_of("match alternate") & ~spoken_for
        lent = (self.kind == _TOWN) & self.any_of("no language stated")
        own = (self.kind == _TOWN) & self.any_of("match name")
        taken = np.zeros(len(self.places), dtype=np.float32)
        for s, sense in enumerate(self.senses):
            part = self.part(s)
            barred = unlike[part] & (not unlike[part].all())
            if large[part][:3].any():
                barred |= tiny[part]
            if water[part][:3].any():
                # "The Red Sea" is no state on its shore.
                barred |= ~water[part] if patterns.says_sea(sense.name) else unit_by_half[part]
            if held[part].any():
                # "New York, Washington" does not mean a New York in Washington: too small beside what it would deny.
                largest = max(1_000.0, self.population[part][held[part]].max())
                barred |= denied[part] & ~held[part] & (self.population[part] < 1_000 * largest)
            if adjective[part].any() and any(self.mentions[i].kind == "demonym" for i in sense.mentions):
                barred |= ~adjective[part]
            taken[part] = _BAR * barred
            owner = self.population[part].max(initial=0, where=own[part]) * _OWNER
            taken[part] += _LENT * (lent[part] & (self.population[part] <= owner))
            taken[part] += _UNIT * (self.is_its_seat(part) & bare[part])
            if metropolis[part].any():
                taken[part] += _STATE * ((self.kind[part] == _ADMIN1) & bare[part] & ~barred)
        known = np.array([p.id.startswith("gm:") for p in self.places], dtype=bool) & ~denied
        return taken - np.float32(_KNOWN) * known

    def is_open_water(self) -> Flags:
        return np.array([p.feature_code in _OPEN_WATER for p in self.places], dtype=bool)

    def is_its_seat(self, part: slice) -> Flags:
        """Return the units whose namesake town is near and holds a quarter of their people: Shusha before its district."""
        unit, town = _UNITS[self.kind[part]], self.kind[part] == _TOWN
        near = self.towards[part] @ self.towards[part].T > _NEAR_UNIT
        many = self.population[part][None, :] * 4 > np.maximum(self.population[part], 1)[:, None]
        alike = self.country[part][:, None] == self.country[part][None, :]
        return unit & (near & many & alike & town[None, :]).any(axis=1)  # type: ignore[no-any-return]
