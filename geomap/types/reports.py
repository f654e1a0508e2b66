"""Records of what articles report of a place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geomap.records import Record
from geomap.types.articles import ArticlePart, Correction, Mention, MentionKind, RouteEnd
from geomap.types.places import Candidate, Name, Place, Region
from geomap.types.relations import Relation

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class When(Record):
    """The day or days that a sentence refers to, resolved with the article's date of publication."""

    start: str
    """ISO 8601 date, the first day."""
    end: str
    """ISO 8601 date, the last day, inclusive; equal to ``start`` for one day."""
    text: str
    """The words in the article: "on Tuesday"."""
    doubt: str | None = None
    """Why it may be wrong, in words: "which Thursday is not said; taken as the coming one"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Record):
    """A quantity in an article."""

    text: str
    """The words in the article: "some 800 guns"."""
    value: float
    """800.0; the lower end of a range."""
    unit: str
    """The counted thing as written: "guns"."""
    upper: float | None = None
    """The upper end of a range: 30.0 for "20 to 30 houses"."""
    is_approximate: bool = False
    """Whether the article has "about", "some", "nearly", "more than"."""
    probability: float = field(default=1.0, compare=False)
    """That it is told of the place, by the clause in which it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """The kind of event that a sentence reports, by the words of a lexicon."""

    kind: str
    """The lexicon's key: "fighting", "aid", "talks"."""
    label: str
    """The displayed name: "Fighting"."""
    cue: str
    """The words in the article that matched."""
    icon: str | None = None
    """Name of the icon, without folder and suffix; None for a newsroom's own kind without an icon."""
    probability: float = field(default=1.0, compare=False)
    """That it is the kind of what happened at the place, by where its words stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Record):
    """A sentence that names a place, with the mention in it."""

    article_id: str
    start: int
    end: int
    text: str
    mention: Mention
    when: When | None = None
    quantities: tuple[Quantity, ...] = ()
    """In text order."""
    event: Event | None = None
    """Only for a literal mention: the event does not happen at the seat of a government that is named."""
    language: str = "en"
    """ISO 639-1 of the article's language; "und" where none could be identified."""
    relation: Relation | None = None
    """The relative place that the words around the mention state."""
    is_near: bool = False
    """Whether the sentence locates it near the place, not in it: "near Martakert", "5 km from Tegh"."""

    @property
    def is_reported(self) -> bool:
        """As ``Mention.is_reported_by`` its relative place."""
        return self.mention.is_reported_by(self.relation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Record):
    """A place on a movement."""

    place_id: str
    name: str
    """As in the article."""
    lon: float
    lat: float
    end: RouteEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement(Record):
    """A movement that a sentence reports: of people, goods, a vehicle."""

    article_id: str
    part: ArticlePart
    start: int
    """The sentence, offsets into its part."""
    end: int
    text: str
    stops: tuple[Stop, ...]
    """In the order of the movement; at least two."""
    path: tuple[tuple[float, float], ...]
    """Longitude, latitude in degrees, schematic: geodesics between the stops, along the line of a road or corridor among them. Longitudes go
    beyond 180 degrees rather than jump at the antimeridian."""
    probability: float
    """That all stops are on a route, 0 to 1."""
    when: When | None = None
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Record):
    """What the map shows of one place."""

    place: Place
    kind: MentionKind
    """``literal`` if any mention is: something is reported from here."""
    score: float
    reason: str
    regions: tuple[Region, ...]
    """From the country down, disputed areas last."""
    names: tuple[Name, ...]
    evidence: tuple[Evidence, ...]
    runners_up: tuple[Candidate, ...] = ()
    geometry: BaseGeometry | None = field(default=None, compare=False, repr=False)
    """The polygon or line of the place if the boundaries have one, EPSG:4326; None for a point."""
    geometry_note: str | None = None
    """Must be shown with the geometry: "schematic", "approximate, pre-2020"."""
    event: Event | None = None
    """The most frequent kind of event in its sentences; None for a tie."""
    correction: Correction | None = None
    """The correction that decided the place; the map marks it."""
    movements: tuple[Movement, ...] = ()
    """Those whose first stop is the place."""
    n_articles: int | None = None
    """Number of articles that name the place if ``evidence`` has only some of their sentences; None if it has all."""

    @property
    def is_reported(self) -> bool:
        """Whether something of the news is there by any of the mentions; else the place is only mentioned."""
        return any(e.is_reported for e in self.evidence)

    @property
    def reported_as(self) -> str | None:
        """The most frequent name in the articles, without case endings; None if they only describe the place or name its people."""
        written = Counter(
            " ".join((e.mention.antecedent or e.mention.text).split())
            for e in self.evidence
            if e.mention.kind != "demonym" and not e.mention.is_description
        )
        # GORIS in a dateline counts as Goris, as in the article or else the gazetteer; ties go to the gazetteer's name.
        not_upper = {text.casefold(): text for text in (self.place.name, *written) if not text.isupper()}
        names: Counter[str] = Counter()
        for text, n in written.items():
            names[not_upper.get(text.casefold(), text)] += n
        return max(names, key=lambda text: (names[text], text == self.place.name)) if names else None
