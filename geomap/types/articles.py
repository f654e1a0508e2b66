"""Records of an article, its mentions and what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from geomap.records import Cut, Record, Unread, iso_day, shortened
from geomap.types.places import Candidate, Match, Place
from geomap.types.relations import Relation

MentionKind = Literal["literal", "associative", "demonym"]
"""``literal``: something is reported from there; ``associative``: a government, an organisation's
name, a dateline; ``demonym``: an adjective or a people ("Russian")."""

Role = Literal["scene", "route", "background", "reference", "container"]
"""What a literal mention does in the news. ``scene``: the news happens there; ``route``: something moves from, to or through it;
``background``: it belongs to somebody or something in the news, or to an earlier event; ``reference``: it only says where another place
is; ``container``: it only says in what larger area."""
RouteEnd = Literal["from", "to", "via"]
"""The end of a movement that a place is, or a point on its way."""

ArticlePart = Literal["title", "text"]
"""The part of an article that the offsets of a mention or a sentence belong to."""
PARTS: tuple[ArticlePart, ...] = ("title", "text")
RecognitionMethod = Literal["learned", "names"]
"""How an article's toponyms were found: by the learned recogniser (English), or by the gazetteer's names in the
article's script, which is less accurate and does not distinguish kinds."""
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
    """ISO 8601 date, or date and time; where the source gives none, the date that the text states of itself."""
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
    unread_date: str | None = None
    """What its source says of its date, where that could not be read as one."""

    @property
    def day(self) -> str | None:
        """The day of ``published``, ISO 8601; None without one."""
        return iso_day(self.published)

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
    role: Role | None = None
    """Of a literal mention in English; None elsewhere, where no model tells."""
    role_probability: float | None = None
    """That of ``role``, 0 to 1."""
    route: RouteEnd | None = None
    """Only with the role "route"."""

    @property
    def is_reported(self) -> bool:
        """Whether something of the news is there: a literal mention that is a scene or on a route, or whose role is not known."""
        return self.kind == "literal" and self.role in (None, "scene", "route")

    def is_reported_by(self, relation: Relation | None) -> bool:
        """Return whether something of the news is there, or where the words, as ``relation``, place it relative to there."""
        return self.is_reported or (self.role == "reference" and relation is not None)


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

    @property
    def is_reported(self) -> bool:
        """As ``Mention.is_reported_by`` its relative place."""
        return self.mention.is_reported_by(self.relation)


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
