"""Local features of each candidate: one row of numbers per candidate, computed without the other names' places.

The columns describe the kind and the population of the place, the form of the name, the container stated by the text,
the dateline, the publisher and the words of the article. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from geomap.geodesy import EARTH_RADIUS_KM
from geomap.resolution import cues, parameters
from geomap.resolution.containment import CONTAINER_KINDS, contains, town_shares
from geomap.resolution.cues import country_word_shares
from geomap.resolution.penalties import penalties
from geomap.resolution.publisher import press_countries, publisher_location
from geomap.resolution.senses import Sense, group_senses
from geomap.text.languages import language_of
from geomap.types import PlaceKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.types import Article, Candidate, Match, Mention, Place

    Floats = NDArray[Any]
    """float32."""
    Flags = NDArray[Any]
    """bool."""


KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)
MATCHES: tuple[Match, ...] = ("name", "alternate", "demonym", "variant", "fuzzy")
"""The ways in which a candidate matches its name; ``within`` is set after the ranking and is not a feature."""
_COS_NEAR_TOWN = np.cos(parameters.NEAR_TOWN_KM / EARTH_RADIUS_KM)

LOCAL_FEATURES = (
    *(f"kind {kind}" for kind in KINDS),
    "capital",
    "seat of a state",
    "seat of a district",
    "population",
    "population against the largest",
    "prominence",
    "share of the name's population",
    "share of the towns' population",
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
"""The columns, in order. The file of the ranker's weights holds these names: renaming one means training again."""
_SEATS = {"PPLC": "capital", "PPLA": "seat of a state", "PPLA2": "seat of a district", "PPLA3": "seat of a district"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureMatrix:
    """The candidates of all senses of an article, one row per candidate, in the order of the senses."""

    senses: tuple[Sense, ...]
    places: tuple[Place, ...]
    sense: NDArray[np.int32]
    """Per row, the index of its sense."""
    starts: NDArray[np.int64]
    """Per sense, the index of its first row; the last value is the number of rows."""
    kind: NDArray[np.int32]
    country: NDArray[np.int32]
    """Integers that are equal where the codes are equal, -1 where a place has none; likewise the next two."""
    admin1: NDArray[np.int32]
    admin2: NDArray[np.int32]
    place: NDArray[np.int32]
    """Integers that are equal where the places are the same."""
    unit_vectors: Floats
    """Unit vectors from the centre of the earth, three columns; the angle between two is their distance."""
    static: Floats
    """The columns of ``LOCAL_FEATURES``."""
    penalty: Floats
    """Subtracted from the ranker's score of each row (see ``penalties``)."""
    contained_in: dict[int, str]
    """Per sense, the name that the text states as its container, where it states one."""
    listed: tuple[tuple[int, int], ...]
    """Pairs of senses that are neighbours in a list: "Tegh, Kornidzor and Goris"."""
    dateline: int | None
    """The sense of the dateline, None where the article has none."""


def build_features(
    article: Article,
    mentions: Sequence[Mention],
    candidates: Sequence[Sequence[Candidate]],
    *,
    gazetteer: Gazetteer,
) -> FeatureMatrix:
    """Return the candidates of every name of ``article`` with their local features; ``mentions`` in text order."""
    linked = cues.links(article.text, mentions)
    found = group_senses(article.text, mentions, candidates, linked)
    of_mention = {i: s for s, sense in enumerate(found) for i in sense.mentions}
    datelined = cues.dateline(article.text, mentions)
    builder = FeatureBuilder(article=article, mentions=mentions, senses=found)
    builder.add_candidate_features()
    builder.add_links(linked, of_mention)
    builder.add_tails(of_mention, gazetteer)
    builder.add_namesakes()
    builder.add_publisher(gazetteer)
    builder.add_country_words()
    if datelined is not None:
        builder.set(of_mention[datelined], "datelined", 1.0)
    pairs = ((of_mention[i], of_mention[j]) for i, j in cues.neighbours(article.text, mentions))
    return FeatureMatrix(
        senses=found,
        places=builder.places,
        sense=np.repeat(np.arange(len(found), dtype=np.int32), [len(s.candidates) for s in found]),
        starts=np.array(builder.starts, dtype=np.int64),
        kind=builder.kind,
        country=builder.country,
        admin1=builder.admin1,
        admin2=builder.admin2,
        place=builder.place,
        unit_vectors=builder.unit_vectors,
        static=builder.values,
        penalty=penalties(
            senses=found,
            mentions=mentions,
            places=builder.places,
            unit_vectors=builder.unit_vectors,
            has=builder.has_any,
            press_countries=press_countries(article),
        ),
        listed=tuple((first, second) for first, second in pairs if first != second),
        contained_in=builder.contained_in,
        dateline=None if datelined is None else of_mention[datelined],
    )


def unit_vectors(places: Sequence[Place]) -> Floats:
    """Return the unit vectors from the centre of the earth to the places, one row per place."""
    lon, lat = np.radians([p.lon for p in places]), np.radians([p.lat for p in places])
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1).astype(np.float32)


def _codes(codes: Sequence[str | None]) -> NDArray[np.int32]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(c, len(numbers)) if c else -1 for c in codes], dtype=np.int32)


COLUMN = {name: i for i, name in enumerate(LOCAL_FEATURES)}
_COUNTRY, _ADMIN1, _ADMIN2 = KINDS.index("country"), KINDS.index("admin1"), KINDS.index("admin2")
_TOWN = KINDS.index("settlement")


def _is_any_of(*kinds: PlaceKind) -> Flags:
    """Return, for the number of each kind, whether it is one of ``kinds``."""
    return np.array([kind in kinds for kind in KINDS], dtype=bool)


_QUARTERS = _is_any_of("suburb", "settlement", "site", "admin3")
_STATES = _is_any_of("country", "admin1")
_CONTAINERS = _is_any_of("country", "admin1", "admin2")


class FeatureBuilder:
    """Fills the columns of ``LOCAL_FEATURES`` for the candidates of one article."""

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
        self.unit_vectors = unit_vectors(places) if places else np.zeros((0, 3), dtype=np.float32)
        self.values = np.zeros((len(places), len(LOCAL_FEATURES)), dtype=np.float32)
        self.contained_in: dict[int, str] = {}
        self.is_all_capitals = article.text.isupper()

    def part(self, sense: int) -> slice:
        """Return the rows of a sense."""
        return slice(self.starts[sense], self.starts[sense + 1])

    def set(self, sense: int, column: str, value: Any) -> None:  # noqa: ANN401 - anything numpy broadcasts to the rows
        """Set a column of a sense's rows."""
        self.values[self.part(sense), COLUMN[column]] = value

    def raise_to(self, sense: int, column: str, value: Any) -> None:  # noqa: ANN401
        """Set a column of a sense's rows to the greater of its values and ``value``."""
        part = self.values[self.part(sense), COLUMN[column]]
        np.maximum(part, value.astype(np.float32), out=part)

    def add_candidate_features(self) -> None:
        """Fill the columns that describe a candidate and its name without the rest of the article."""
        language = language_of(self.article.text)
        for s, sense in enumerate(self.senses):
            if sense.candidates:
                self._add_population(s)
                self._add_name(s, sense, language)
                self._add_mentions(s, sense)
                self._add_kind(s, sense)

    def _add_population(self, s: int) -> None:
        populations = self.population[self.part(s)]
        logs = np.log10(populations + 1)
        self.set(s, "population", logs)
        self.set(s, "population against the largest", logs - logs.max())
        self.set(s, "prominence", 1 / (1 + np.arange(len(populations))))
        self.set(s, "share of the name's population", populations / max(1.0, populations.sum()))
        shares = town_shares(self.senses[s].candidates, populations, self.unit_vectors[self.part(s)])
        self.set(s, "share of the towns' population", shares)
        self.set(s, "candidates", np.log1p(len(populations)))

    def _add_name(self, s: int, sense: Sense, language: str | None) -> None:
        candidates = sense.candidates
        written = {self.mentions[i].antecedent or self.mentions[i].text for i in sense.mentions}
        is_primary = np.array([c.match == "name" for c in candidates])
        is_short = all(cues.is_abbreviation(w) for w in written) and not self.is_all_capitals
        self.set(s, "primary name", [c.name == c.place.name for c in candidates])
        self.set(s, "written the same", [c.name in written for c in candidates])
        self.set(s, "another's own name", is_primary.any() & ~is_primary)
        self.set(s, "abbreviated", is_short)
        if is_short:
            self.set(s, "abbreviates another name", [not cues.is_abbreviation(c.name) for c in candidates])
        self.set(s, "no language stated", [c.match == "alternate" and c.language is None for c in candidates])
        self.set(s, "another language's name", [c.language not in (None, "en", language) for c in candidates])
        self.set(s, "words", len(sense.name.split()))
        self.set(s, "letters", min(parameters.MAX_LETTERS, len(sense.name)))
        self.set(s, "capitals", all(w.isupper() for w in written))

    def _add_mentions(self, s: int, sense: Sense) -> None:
        text, mentions = self.article.text, [self.mentions[i] for i in sense.mentions]
        self.set(s, "demonym", any(mention.kind == "demonym" for mention in mentions))
        self.set(s, "associative", np.mean([mention.kind != "literal" for mention in mentions]))
        self.set(s, "has the article", np.mean([cues.has_article(text, mention) for mention in mentions]))
        self.set(s, "mentions", np.log1p(len(mentions)))
        self.set(s, "position", np.log1p(mentions[0].start / parameters.POSITION_SCALE))

    def _add_kind(self, s: int, sense: Sense) -> None:
        text, read = self.article.text, sense.mentions[: parameters.MAX_CUE_MENTIONS]
        stated: frozenset[str] = frozenset().union(*(cues.stated_kinds(text, self.mentions[i]) for i in read))
        places = self.places[self.part(s)]
        is_said = np.array([cues.is_of_kind(place, stated) for place in places], dtype=bool)
        self.set(s, "kind said", is_said)
        self.set(s, "kind denied", bool(stated) & ~is_said)
        for row, candidate in enumerate(sense.candidates, self.starts[s]):
            self.values[row, KINDS.index(candidate.place.kind)] = 1
            self.values[row, COLUMN[f"match {candidate.match}"]] = 1
            code = candidate.place.feature_code
            if code in _SEATS:
                self.values[row, COLUMN[_SEATS[code]]] = 1

    def containment(self, inner: slice, outer: slice) -> Flags:
        """Return which candidates of the rows ``outer`` (columns) contain which of the rows ``inner`` (rows).

        By the codes of country, state and district; a town contains smaller places near it.
        """

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
        near = self.unit_vectors[inner] @ self.unit_vectors[outer].T > _COS_NEAR_TOWN
        quarter = (high == _TOWN) & _QUARTERS[low] & near
        larger = self.population[outer][None, :] > self.population[inner][:, None]
        return other & (by_code | (quarter & larger))  # type: ignore[no-any-return]

    def add_links(self, linked: Sequence[cues.Link], of_mention: dict[int, int]) -> None:
        """Fill the columns of containment that the text states between mentions; each pair of senses is compared once."""
        compared: dict[tuple[int, int], tuple[Flags, Flags]] = {}
        for link in linked:
            inner, outer = of_mention[link.inner], of_mention[link.outer]
            if inner == outer:
                continue
            if (inner, outer) not in compared:
                compared[inner, outer] = self._likely_containment(inner, outer)
            is_contained, is_container = compared[inner, outer]
            if not is_contained.any():
                continue
            self.contained_in.setdefault(inner, self.mentions[link.outer].text)
            self.raise_to(inner, f"in by {link.kind}", is_contained)
            self.raise_to(outer, f"holds by {link.kind}", is_container)
            if link.kind == "comma" and not cues.goes_on(self.article.text, self.mentions[link.outer].end):
                self.raise_to(inner, "not in by comma", ~is_contained)

    def _likely_containment(self, inner: int, outer: int) -> tuple[Flags, Flags]:
        """Return which candidates of the inner sense lie in one of the outer, and which of the outer contain one.

        Of the outer sense only the most prominent towns contain anything: some small Washington has a New York in it.
        """
        part, n = self.part(outer), parameters.MAX_CONTAINING_TOWNS
        matrix = self.containment(self.part(inner), part)
        matrix[:, n:] &= (self.kind[part][n:] != _TOWN)[None, :]
        return np.asarray(matrix.any(axis=1)), np.asarray(matrix.any(axis=0))

    def add_tails(self, of_mention: dict[int, int], gazetteer: Gazetteer) -> None:
        """Fill the columns of containment in a state or a country that the text names but that is no mention."""
        compared: dict[tuple[int, str], Flags] = {}
        for tail in cues.tails(self.article.text, self.mentions):
            inner = of_mention[tail.inner]
            if (inner, tail.text) not in compared:
                found = gazetteer.lookup(tail.text, limit=parameters.MAX_TAIL_LOOKUP)
                containers = [c.place for c in found if c.place.kind in CONTAINER_KINDS]
                inside = [any(contains(outer, p) for outer in containers) for p in self.places[self.part(inner)]]
                compared[inner, tail.text] = np.array(inside, dtype=bool)
            is_contained = compared[inner, tail.text]
            if is_contained.any():
                self.contained_in.setdefault(inner, tail.text)
                self.raise_to(inner, "held by a tail", is_contained)
                if not cues.goes_on(self.article.text, tail.end):
                    self.raise_to(inner, "not held by a tail", ~is_contained)

    def add_namesakes(self) -> None:
        """Fill which candidates of a name lie in another of the same name: the city and the state of New York."""
        for s in range(len(self.senses)):
            part = self.part(s)
            if part.stop - part.start > 1 and _CONTAINERS[self.kind[part]].any():
                matrix = self.containment(part, part) & (self.kind[part] != _TOWN)[None, :]
                self.set(s, "within its namesake", matrix.any(axis=1))
                self.set(s, "around its namesake", matrix.any(axis=0))

    def add_publisher(self, gazetteer: Gazetteer) -> None:
        """Fill the columns that compare each candidate with the location of the publisher."""
        location = publisher_location(self.article, gazetteer=gazetteer)
        if location.country:
            is_same = np.array([p.country == location.country for p in self.places], dtype=bool)
            self.values[:, COLUMN["outlet's country"]] = is_same
            self.values[:, COLUMN["outlet's other country"]] = ~is_same
        if location.stem:
            for s, sense in enumerate(self.senses):
                letters = sense.name.replace(" ", "")
                is_in_host = len(letters) >= parameters.MIN_PUBLISHER_NAME and letters in location.stem
                self.set(s, "outlet's name", is_in_host)
        if location.places and self.places:
            cosines = self.unit_vectors @ unit_vectors(location.places).T
            km = EARTH_RADIUS_KM * np.arccos(np.clip(cosines, -1, 1)).min(axis=1)
            self.values[:, COLUMN["outlet near"]] = np.exp(-km / parameters.PUBLISHER_DECAY_KM)
            states = {(p.country, p.admin1) for p in location.places if p.admin1}
            self.values[:, COLUMN["outlet's state"]] = [(p.country, p.admin1) in states for p in self.places]
            self.values[:, COLUMN["outlet known"]] = 1

    def add_country_words(self) -> None:
        """Fill how far the vocabulary of the article is that of each candidate's country."""
        shares = country_word_shares(self.article.text)
        most = max(shares.values(), default=0.0)
        for row, place in enumerate(self.places if most else ()):
            own = shares.get(place.country or "", 0.0)
            self.values[row, COLUMN["country's own words"]] = own
            self.values[row, COLUMN["another country's words"]] = most - own

    def has_any(self, *names: str) -> Flags:
        """Return per row whether one of the named columns is above one half."""
        return self.values[:, [COLUMN[name] for name in names]].max(axis=1, initial=0) > 0.5  # type: ignore[no-any-return]
