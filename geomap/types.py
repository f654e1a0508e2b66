"""The frozen records that all steps of the pipeline share.

Coordinates are longitude, latitude in degrees, EPSG:4326. Offsets are code points into
``Article.text``, half-open: ``article.text[m.start:m.end] == m.text``; those of a mention in the title are offsets
into ``Article.title``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from geomap.records import Cut, Record, Unread, shortened
from geomap.relation import Relation

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MentionKind = Literal["literal", "associative", "demonym"]
"""``literal``: something is reported from there; ``associative``: a government, an organisation's
name, a dateline; ``demonym``: an adjective or a people ("Russian")."""

ArticlePart = Literal["title", "text"]
"""The part of an article that the offsets of a mention or a sentence belong to."""
PARTS: tuple[ArticlePart, ...] = ("title", "text")

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
"""The kind of a place, coarser than a GeoNames feature code. ``macroregion`` is a named
region without administrative rank ("the Sahel", "Donbas"); ``site`` an airport, a park, a building; ``line`` a
road or a corridor; ``water`` a sea, a lake, a river; ``physical`` a mountain range, a desert."""

RecognitionMethod = Literal["learned", "names"]
"""How an article's toponyms were found: by the learned recogniser (English), or by the gazetteer's names in the
article's script, which is less accurate and does not distinguish kinds."""

Match = Literal["name", "alternate", "demonym", "variant", "fuzzy", "within"]
"""How a written name matches a gazetteer name: the primary name, another name of the place, its people
or adjective ("Russian"), after an article or a suffix was removed ("the X", "X's", "St." =
"Saint", "X County"), or with one typo. ``within``: there is no match, and the place is the enclosing town."""

RegionLevel = Literal["country", "admin1", "admin2", "own", "disputed"]
"""``own`` is an area that a newsroom added to its gazetteer."""


Precision = Literal["site", "settlement", "near", "line", "admin2", "admin1", "disputed", "area", "country"]
"""How exactly a place is known, finest first; the map's symbol follows it."""

Scope = Literal["article", "source", "everywhere"]
"""Where a correction applies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication(Record):
    """Another publication of an article's text."""

    id: str
    """The id of the article it was read from."""
    source: str | None = None
    url: str | None = None
    published: str | None = None
    sha256: str | None = None
    retrieved: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Record):
    """A news text and its metadata; unknown values are None."""

    id: str
    text: str
    title: str | None = None
    published: str | None = None
    """ISO 8601 date, or date and time."""
    source: str | None = None
    """The outlet: the name or the host of the publisher, or the sender of an e-mail; never the name of a file."""
    url: str | None = None
    author: str | None = None
    sha256: str | None = None
    """Digest of the bytes that were read (of the JSON line, for an article of a JSONL file)."""
    retrieved: str | None = None
    republished: tuple[Publication, ...] = ()
    """Copies of the article elsewhere, and its earlier versions."""
    page: str | None = None
    """Path of its own page, relative to the map; a map without texts links to it."""

    def part(self, part: ArticlePart) -> str:
        """Return the text, or the title; empty where there is none."""
        return self.text if part == "text" else self.title or ""

    def __repr__(self) -> str:
        """Return one short line: the text and the title are cut."""
        return (
            f"Article(id={shortened(self.id)!r}, title={shortened(self.title)!r}, "
            f"text={shortened(self.text)!r}, n_characters={len(self.text)})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention(Record):
    """A toponym in an article."""

    start: int
    end: int
    text: str
    kind: MentionKind = "literal"
    nested: bool = False
    """True inside a longer name: "Paris" in "Paris Police Department"."""
    score: float = 1.0
    """The recogniser's confidence, 0 to 1."""
    antecedent: str | None = None
    """The toponym that is looked up instead of the text: "Nagorno-Karabakh" for "the enclave" if the article also has
    "the Nagorno-Karabakh enclave"; the name without its case ending, "Москва" for "Москве"."""
    is_description: bool = False
    """True where the text describes the place, as "the enclave", and is not a name."""
    part: ArticlePart = "text"
    """The part of the article that ``start`` and ``end`` are offsets into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Record):
    """One name of a place."""

    text: str
    language: str | None = None
    """BCP 47; None where the source gives none."""
    note: str | None = None
    """A qualification of the name: "historical", or the side that uses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Record):
    """A gazetteer record of one place."""

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
    """ISO 3166-1 alpha-2; None for seas, continents and places that belong to no single state."""
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
    """The gazetteer name that matched."""
    match: Match = "name"
    language: str | None = None
    """The language of an alternate name (BCP 47); None where its source gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(Record):
    """An editor's decision about a name, which overrides geomap's result (docs/corrections.md)."""

    name: str
    """Exactly as in the article."""
    place: str | None = None
    """Id of the place it means."""
    is_none: bool = False
    """The name is not a place."""
    lon: float | None = None
    lat: float | None = None
    """Coordinates, degrees: of a place that the editor defines, or of ``place``, which is moved."""
    is_hidden: bool = False
    """Neither the name nor the place may be shown, to protect someone."""
    is_added: bool = False
    """geomap does not recognise the name: wherever it is in the text as whole words, it becomes a mention."""
    article: str | None = None
    """Only in the article of this id, URL or SHA-256."""
    source: str | None = None
    """Only in articles of this source."""
    author: str | None = None
    date: str | None = None
    """ISO 8601."""
    reason: str | None = None
    line: int | None = field(default=None, compare=False)
    """Its line in the corrections file, from 1."""

    @property
    def scope(self) -> Scope:
        """Where it applies; a narrower scope overrides a wider one."""
        return "article" if self.article else "source" if self.source else "everywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution(Record):
    """A mention and the place it means, or None for "no place"."""

    mention: Mention
    place: Place | None
    score: float
    """Confidence, 0 to 1; also of "no place"."""
    reason: str
    """Why this place and not the runner-up, or why none, in words."""
    match: Match | None = None
    runners_up: tuple[Candidate, ...] = ()
    """The other candidates, best first; at most five."""
    correction: Correction | None = None
    """The correction that decided it."""
    relation: Relation | None = None
    """The relative place that the words around the mention state; of one with several anchors, on the first that has a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region(Record):
    """An area that places are in: a country, a state, a district, a newsroom's own area or a disputed area."""

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
    is_near: bool = False
    """Whether the sentence locates it near the place, not in it: "near Martakert", "5 km from Tegh"."""


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
    n_articles: int | None = None
    """Number of articles that name the place if ``evidence`` has only some of their sentences; None if it has all."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoparsedArticle(Record):
    """An article with every mention resolved."""

    article: Article
    resolutions: tuple[Resolution, ...]
    """In text order, those of the title first; also those without a place."""
    language: str = "en"
    """ISO 639-1 of the language that most of it is in; "und" where none could be identified."""
    method: RecognitionMethod = "learned"
    """How its toponyms were found: "learned" by a network, "names" where no network reads the language: then only those that are certain."""
    read_to: int | None = None
    """Number of code points that were geoparsed; None if all were."""

    def of_part(self, part: ArticlePart) -> tuple[Resolution, ...]:
        """Return the resolutions of the title, or of the text, in text order."""
        return tuple(one for one in self.resolutions if one.mention.part == part)

    @property
    def cut(self) -> Cut | None:
        """The part that was not geoparsed; None if all was."""
        if self.read_to is None:
            return None
        return Cut(article_id=self.article.id, read_to=self.read_to, length=len(self.article.text))

    @property
    def unread(self) -> Unread | None:
        """The language that no network reads; None if one does, or if the article has no letters."""
        text = f"{self.article.title or ''}{self.article.text}"
        if self.method == "learned" or not any(map(str.isalpha, text)):
            return None
        return Unread(article_id=self.article.id, language=self.language)

    def __repr__(self) -> str:
        """Return one short line with the number of mentions and of those with a place."""
        n_placed = sum(resolution.place is not None for resolution in self.resolutions)
        return f"GeoparsedArticle(id={shortened(self.article.id)!r}, n_mentions={len(self.resolutions)}, n_placed={n_placed})"
