"""The words every step shares: one frozen record for each thing that walks through the pipeline.

Coordinates are longitude, latitude in degrees, EPSG:4326, everywhere. Offsets are code points into
``Article.text`` exactly as it was read, half-open: ``article.text[m.start:m.end] == m.text``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from geomap.records import Record

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MentionKind = Literal["literal", "associative", "demonym"]
"""``literal``: something is reported there; ``associative``: a government, an organisation's
name, a dateline; ``demonym``: an adjective or a people ("Russian")."""

PlaceKind = Literal[
    "continent",
    "macroregion",
    "country",
    "disputed",
    "admin1",
    "admin2",
    "admin3",
    "settlement",
    "suburb",
    "site",
    "line",
    "island",
    "water",
    "physical",
]
"""What sort of thing a place is, coarser than a GeoNames feature code. ``macroregion`` is a named
region of no fixed rank ("the Sahel", "Donbas"); ``site`` an airport, a park, a building; ``line`` a
road or a corridor; ``water`` a sea, a lake, a river; ``physical`` a mountain range, a desert."""

RecognitionMethod = Literal["learned", "names"]
"""How an article's toponyms were found: by the learned recogniser (English), or by the gazetteer's names in the
article's script, which is less sure and tells no kinds apart."""

Match = Literal["name", "alternate", "demonym", "variant", "fuzzy", "within"]
"""How a written name met a gazetteer name: the primary name, another name of the place, its people
or adjective ("Russian"), after an article or a suffix was taken off ("the X", "X's", "St." =
"Saint", "X County"), or one typo away. ``within``: it met none, and the place is the town the text puts it in."""

RegionLevel = Literal["country", "admin1", "admin2", "own", "disputed"]
"""``own`` is an area that a newsroom added to its gazetteer."""


Precision = Literal["site", "settlement", "near", "line", "admin2", "admin1", "disputed", "area", "country"]
"""How exactly a place is known, finest first; the map's symbol follows it."""

Scope = Literal["article", "source", "everywhere"]
"""Where a correction holds."""


MAX_SHOWN = 40
"""Characters that the ``repr`` of a record shows of a text."""


def shortened(text: str | None) -> str | None:
    """Return the beginning of a text, for a ``repr``."""
    return text if text is None or len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication(Record):
    """One more place where an article's text was published."""

    id: str
    """The id it would have had as an article of its own."""
    source: str | None = None
    url: str | None = None
    published: str | None = None
    sha256: str | None = None
    retrieved: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Record):
    """One news text and what is known of where it came from; unknown stays ``None``."""

    id: str
    text: str
    title: str | None = None
    published: str | None = None
    """ISO 8601 date or date and time, as far as it is known."""
    source: str | None = None
    """The outlet, or the file's name."""
    url: str | None = None
    author: str | None = None
    sha256: str | None = None
    """Digest of the bytes that were read (of the JSON line, for an article of a JSONL file)."""
    retrieved: str | None = None
    republished: tuple[Publication, ...] = ()
    """The same story elsewhere, and its earlier versions."""
    page: str | None = None
    """Where its own page is, relative to the map; a map that leaves the text out links there."""

    def __repr__(self) -> str:
        """Return one short line: the text and the title are cut."""
        return (
            f"Article(id={shortened(self.id)!r}, title={shortened(self.title)!r}, "
            f"text={shortened(self.text)!r}, n_characters={len(self.text)})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Record):
    """A toponym as it stands in an article."""

    start: int
    end: int
    text: str
    kind: MentionKind = "literal"
    nested: bool = False
    """True inside a longer name: "Paris" in "Paris Police Department"."""
    score: float = 1.0
    """The recogniser's confidence, 0 to 1."""
    antecedent: str | None = None
    """The toponym that is looked up in place of the text: "Nagorno-Karabakh" for "the enclave", where the article
    itself writes "the Nagorno-Karabakh enclave"; the name without its case ending, "Москва" for "Москве"."""
    is_description: bool = False
    """True where the text describes the place, as "the enclave" does: no name that an article gives it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Record):
    """One name of a place, as it is written."""

    text: str
    language: str | None = None
    """BCP 47, where the source says."""
    note: str | None = None
    """Why it is not simply a name: "historical", or the side that uses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Record):
    """A gazetteer record: one place on earth, once."""

    id: str
    """Stable across rebuilds: ``gn:616062`` (GeoNames), ``wof:…`` (Who's On First), ``ne:…`` (Natural
    Earth), ``us:…`` (US Census), ``gm:…`` (geomap's own), ``my:…`` (a user's own)."""
    name: str
    kind: PlaceKind
    lon: float
    lat: float
    feature_code: str = ""
    """GeoNames feature code: PPLC, ADM1, PCLI, LK …"""
    country: str | None = None
    """ISO 3166-1 alpha-2; None for seas, continents and what no one state holds."""
    admin1: str | None = None
    """GeoNames admin-1 code within the country."""
    admin2: str | None = None
    population: int = 0
    """0 where unknown."""
    geonameid: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Record):
    """A place that a written name may mean."""

    place: Place
    name: str
    """The gazetteer name that matched, as the gazetteer writes it."""
    match: Match = "name"
    language: str | None = None
    """Of an alternate name, the language its source gives it (BCP 47); None where it gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Record):
    """What an editor says of a name, and it holds against everything the program thinks (docs/corrections.md)."""

    name: str
    """As it stands in the article, letter for letter."""
    place: str | None = None
    """Id of the place it means."""
    is_none: bool = False
    """It is no place."""
    lon: float | None = None
    lat: float | None = None
    """It lies here: a place of the editor's own, or ``place`` moved."""
    is_hidden: bool = False
    """Neither the name nor the place may be shown, to protect someone."""
    is_added: bool = False
    """The program does not see the name: wherever it stands as whole words, it is a mention."""
    article: str | None = None
    """Only in the article of this id, URL or SHA-256."""
    source: str | None = None
    """Only in articles of this source."""
    author: str | None = None
    date: str | None = None
    """ISO 8601."""
    reason: str | None = None
    line: int | None = field(default=None, compare=False)
    """Where it stands in the corrections file, from 1."""

    @property
    def scope(self) -> Scope:
        """How far it reaches; the nearer scope wins over the wider."""
        return "article" if self.article else "source" if self.source else "everywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution(Record):
    """A mention and the place it means, or None: "no place" is an answer."""

    mention: Mention
    place: Place | None
    score: float
    """How sure, 0 to 1; for "no place", how sure of that."""
    reason: str
    """In words, a comparison: why this place and not the runner-up, or why none."""
    match: Match | None = None
    runners_up: tuple[Candidate, ...] = ()
    """The other candidates, best first; at most five."""
    correction: Correction | None = None
    """The editor's word that decided it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region(Record):
    """A polygon that may hold a place: a country, a state, a district, a newsroom's own or a disputed area."""

    id: str
    name: str
    level: RegionLevel
    country: str | None = None
    iso: str | None = None
    """ISO 3166-1 alpha-2 or ISO 3166-2."""
    claimed_by: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2 of the claimants of a disputed area."""
    valid_from: str | None = None
    valid_to: str | None = None
    as_of: str | None = None
    source: str = ""
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class When(Record):
    """The day or days a sentence speaks of, resolved against the article's date of publication."""

    start: str
    """ISO 8601 date, the first day."""
    end: str
    """ISO 8601 date, the last day, itself included; equal to ``start`` for one day."""
    text: str
    """The words in the article: "on Tuesday"."""
    doubt: str | None = None
    """What may be wrong with it, in words: "which Thursday is not said; taken as the coming one"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Record):
    """A number of something, as the article gives it."""

    text: str
    """The words in the article: "some 800 guns"."""
    value: float
    """800.0; the lower end of a range."""
    unit: str
    """What is counted, as written: "guns"."""
    upper: float | None = None
    """The upper end of a range: 30.0 for "20 to 30 houses"."""
    is_approximate: bool = False
    """The article says "about", "some", "nearly", "more than"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """The kind of thing a sentence reports, by the words of a lexicon; where that is unsure there is none."""

    kind: str
    """The lexicon's key: "fighting", "aid", "talks"."""
    label: str
    """For people to read: "Fighting"."""
    cue: str
    """The words in the article that say so."""
    icon: str | None = None
    """Name of the icon, without folder and suffix; None where a newsroom's own kind has none."""


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
    """Only for a literal mention: what a sentence reports does not happen where a government sits."""
    is_near: bool = False
    """The sentence puts it near the place, not in it: "near Martakert", "5 km from Tegh"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Record):
    """What the map shows of one place."""

    place: Place
    kind: MentionKind
    """``literal`` when any mention is: something is reported here."""
    score: float
    reason: str
    regions: tuple[Region, ...]
    """From the country down, disputed areas last."""
    names: tuple[Name, ...]
    evidence: tuple[Evidence, ...]
    runners_up: tuple[Candidate, ...] = ()
    geometry: BaseGeometry | None = field(default=None, compare=False, repr=False)
    """The outline or line of the place where the boundaries hold one, EPSG:4326; None for a point."""
    geometry_note: str | None = None
    """What must be said wherever the geometry is shown: "schematic", "approximate, pre-2020"."""
    event: Event | None = None
    """The kind of event most of its sentences report; None where none leads."""
    correction: Correction | None = None
    """The editor's word that put it here; the map marks it."""
    n_articles: int | None = None
    """How many articles name the place, where ``evidence`` holds only some of their sentences; None: it holds all."""

    @property
    def reported_as(self) -> str | None:
        """The name that the articles use most, without case endings; None where they only describe the place or name its people."""
        written = Counter(
            " ".join((e.mention.antecedent or e.mention.text).split())
            for e in self.evidence
            if e.mention.kind != "demonym" and not e.mention.is_description
        )
        # A dateline's GORIS is Goris, as the article or else the gazetteer writes it; of equals the gazetteer's own name.
        quiet = {text.casefold(): text for text in (self.place.name, *written) if not text.isupper()}
        names: Counter[str] = Counter()
        for text, n in written.items():
            names[quiet.get(text.casefold(), text)] += n
        return max(names, key=lambda text: (names[text], text == self.place.name)) if names else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Record):
    """An article of which only the beginning was read."""

    article_id: str
    read_to: int
    """Code points of the text that were read."""
    length: int
    """Code points of the whole text."""

    def __str__(self) -> str:
        """Return what a log says of it."""
        return (
            f"{self.article_id}: only the first {self.read_to:,} of {self.length:,} characters were read; "
            "split the article"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoparsedArticle(Record):
    """An article with every mention decided."""

    article: Article
    resolutions: tuple[Resolution, ...]
    """In text order; unplaced ones included."""
    method: RecognitionMethod = "learned"
    """How its toponyms were found."""
    read_to: int | None = None
    """Code points of the text that were read; None where all of it was."""

    @property
    def cut(self) -> Cut | None:
        """What was left out, None where nothing was."""
        if self.read_to is None:
            return None
        return Cut(article_id=self.article.id, read_to=self.read_to, length=len(self.article.text))

    def __repr__(self) -> str:
        """Return one short line: the number of mentions and of those with a place."""
        n_placed = sum(one.place is not None for one in self.resolutions)
        return f"GeoparsedArticle(id={shortened(self.article.id)!r}, n_mentions={len(self.resolutions)}, n_placed={n_placed})"
