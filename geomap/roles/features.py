"""Features of the literal mentions of an article, as the role model reads them. Pure; training uses the same functions."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from math import log1p
from typing import TYPE_CHECKING, get_args

import numpy as np

from geomap.geodesy import sphere_km
from geomap.text.sentences import sentence_spans
from geomap.types import Place, PlaceKind, Resolution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geomap.text.word_vectors import WordVectors

WORD_POSITIONS = (-4, -3, -2, -1, 1, 2, 3)
"""Words read beside a mention, by their distance from it."""
NEAR_TOKENS = 4
"""Tokens on either side whose vectors are averaged. Not tuned."""
_CLAUSE_BEFORE, _CLAUSE_AFTER = 60, 50
"""Code points around a mention that are searched for cue words. Not tuned."""
_SUBURB_KM = 30.0
"""Kilometres within which a suburb or site may lie in a town. Not tuned."""
_KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)
_WIDE = ("country", "continent", "macroregion")
_YEAR = re.compile(r"\b(?:1[5-9]\d\d|20[0-4]\d)\b")
_CUE_WORDS = (
    "said|says|told|added|according",
    "will|would|to be|planned|plans|expected|due",
    "had",
    "ago|earlier|previous|previously|formerly|once|last year|years|since|decade|decades|century",
    "is|are|has|have",
    "born|grew up|raised|lives|lived|live|resident|native|moved|graduated|studied|worked|retired|family|son|daughter|wife|husband|parents|home",
    "company|firm|based|headquarters|headquartered|supplier|owner|owned|factory|plant|market|sold|import|imports|export|exports",
    "like|as in|compared|similar|than|unlike|such as",
    "",
    "he|she|his|her|who|whose",
)
"""Words of reports, plans, the past, general facts, lives, business, comparison; quotation marks; persons."""
_QUOTATION = _CUE_WORDS.index("")
_CUE_OF = {word: n for n, words in enumerate(_CUE_WORDS) for word in words.split("|") if word and " " not in word}
_PHRASES = tuple(
    (phrase, re.compile(rf"\b{phrase}\b"), n)
    for n, words in enumerate(_CUE_WORDS)
    for phrase in words.split("|")
    if " " in phrase
)
_WORDS = re.compile(r"\w+")
_FOLDED = str.maketrans("ıİſK", "iisk")
"""Letters that are those of ASCII in another case."""
N_SCALARS = 6 + 13 + len(_KINDS) + 8 + 5 + 3 * len(_CUE_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The features of n mentions."""

    scalars: NDArray[np.float32]
    """(n, ``N_SCALARS``), not standardised."""
    words: tuple[tuple[str, ...], ...]
    """The lower-case words at ``WORD_POSITIONS`` of each mention; empty beyond the text."""
    tokens: tuple[tuple[int, int], ...]
    """The half-open span of tokens of each mention."""
    sentences: tuple[tuple[int, int], ...]
    """That of its sentence."""
    lead: int
    """Number of tokens of the headline and the first sentence of the text."""


def mention_features(
    text: str, resolutions: Sequence[Resolution], tokens: WordVectors, *, title_end: int, published: str | None
) -> Features:
    """Return the features of ``resolutions``, which are the literal ones of an article in text order.

    ``text`` is the headline, up to ``title_end``, a blank line and the text; ``tokens`` are its tokens.
    """
    spans = sentence_spans(text) or [(0, len(text))]
    reader = _Reader(text, spans, resolutions, tokens, title_end=title_end, year=(published or "")[:4])
    rows = [reader.row(n) for n in range(len(resolutions))]
    first = next((end for start, end in spans if start >= title_end), len(text))
    return Features(
        scalars=np.array(rows, dtype=np.float32).reshape(len(rows), -1),
        words=tuple(reader.words(n) for n in range(len(resolutions))),
        tokens=tuple(reader.tokens),
        sentences=tuple(reader.sentence_tokens(n) for n in range(len(resolutions))),
        lead=bisect_left(tokens.starts, first),
    )


class _Reader:
    """An article of which the rows of features are read."""

    def __init__(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        found: Sequence[Resolution],
        tokens: WordVectors,
        *,
        title_end: int,
        year: str,
    ) -> None:
        self.text, self.spans, self.found, self.year, self.title_end = text, spans, found, year, title_end
        self.starts, self.ends = tokens.starts, tokens.ends
        begins = [start for start, _ in spans]
        self.sentence = [max(0, bisect_right(begins, r.mention.start) - 1) for r in found]
        first = [bisect_left(self.starts, r.mention.start) for r in found]
        self.tokens = [
            (i, max(i + 1, bisect_left(self.starts, r.mention.end))) for i, r in zip(first, found, strict=True)
        ]
        self.title = text[:title_end].lower()
        self.counts = Counter(r.mention.text for r in found)
        self.first_of = {r.mention.text: n for n, r in reversed(list(enumerate(found)))}
        self.beside: Mapping[int, list[Resolution]] = defaultdict(list)
        for number, r in zip(self.sentence, found, strict=True):
            self.beside[number].append(r)
        self.sentence_cues: dict[int, list[float]] = {}
        self.lead = next((r.place for r in found if r.place and r.place.kind not in _WIDE), None)

    def words(self, n: int) -> tuple[str, ...]:
        """Return the words around a mention."""
        start, end = self.tokens[n]
        at = (start + d if d < 0 else end - 1 + d for d in WORD_POSITIONS)
        return tuple(self.text[self.starts[i] : self.ends[i]].lower() if 0 <= i < len(self.starts) else "" for i in at)

    def sentence_tokens(self, n: int) -> tuple[int, int]:
        """Return the tokens of its sentence."""
        start, end = self.spans[self.sentence[n]]
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def row(self, n: int) -> list[float]:
        """Return the scalars of a mention."""
        r = self.found[n]
        return [
            *self._of_mention(r),
            *self._of_position(n),
            *_of_place(r.place),
            *self._of_neighbours(n),
            *self._of_words(n),
        ]

    def _of_mention(self, r: Resolution) -> list[float]:
        m = r.mention
        place_score = r.score if r.place else 0.0
        return [m.nested, m.is_description, m.score, place_score, r.place is None, m.start < self.title_end]

    def _of_position(self, n: int) -> list[float]:
        text, number, n_sentences = self.found[n].mention.text, self.sentence[n], len(self.spans)
        return [
            min(number, 12) / 12,
            number / n_sentences,
            number == 0,
            number <= 1,
            number <= 3,
            log1p(n_sentences) / 4,
            log1p(len(self.found)) / 4,
            log1p(self.counts[text]) / 2,
            self.first_of[text] < n,
            text.lower() in self.title,
            log1p(n) / 4,
            n == 0,
            n < 3,
        ]

    def _of_neighbours(self, n: int) -> list[float]:
        """Return whether a finer place of the sentence lies in the place, how near it stands, and how far the lead's place is."""
        r = self.found[n]
        inside = touches = follows = 0
        for other in self.beside[self.sentence[n]]:
            if other is r or not r.place or not other.place or not _lies_in(other.place, r.place):
                continue
            inside = 1
            before = other.mention.end <= r.mention.start
            gap = r.mention.start - other.mention.end if before else other.mention.start - r.mention.end
            touches |= gap < 4
            follows |= before and gap < 12
        place, lead = r.place, self.lead
        far = [0.0, 0.0, 0.0, 0.0]
        if place and lead:
            km = sphere_km(place.lon, place.lat, lead.lon, lead.lat)
            is_home = place.country == lead.country
            far = [log1p(km) / 9, is_home, is_home and place.admin1 == lead.admin1, km < _SUBURB_KM]
        return [inside, touches, follows, log1p(len(self.beside[self.sentence[n]])) / 2, *far]

    def _of_words(self, n: int) -> list[float]:
        m = self.found[n].mention
        start, end = self.spans[self.sentence[n]]
        sentence = self.text[start:end]
        before = self.text[max(start, m.start - _CLAUSE_BEFORE) : m.start]
        after = self.text[m.end : min(end, m.end + _CLAUSE_AFTER)]
        number = self.sentence[n]
        if number not in self.sentence_cues:
            self.sentence_cues[number] = _cues(sentence)
        cues = (_cues(before), _cues(after), self.sentence_cues[number])
        years = _YEAR.findall(sentence)
        next_two = self.text[m.end : m.end + 2]
        return [
            bool(years) and self.year not in years,
            self.year in years,
            *(found for of_parts in zip(*cues, strict=True) for found in of_parts),
            m.text.isupper(),
            next_two in ("'s", "’s"),
            next_two[:1] == "-",
        ]


def _cues(text: str) -> list[float]:
    """Return for each of ``_CUE_WORDS`` whether a text has one."""
    found = [0.0] * len(_CUE_WORDS)
    found[_QUOTATION] = float('"' in text or "“" in text or "”" in text)
    folded = text.translate(_FOLDED).lower() if not text.isascii() else text.lower()
    for word in _CUE_OF.keys() & _WORDS.findall(folded):
        found[_CUE_OF[word]] = 1.0
    for phrase, pattern, n in _PHRASES:
        if phrase in folded and pattern.search(folded):
            found[n] = 1.0
    return found


def _of_place(place: Place | None) -> list[float]:
    return [float(place is not None and place.kind == kind) for kind in _KINDS]


def _lies_in(place: Place, area: Place) -> bool:
    """Return whether a place is a finer one in ``area`` by their codes, or by distance in a town."""
    if area.kind == "settlement":
        is_part = place.kind in ("suburb", "site")
        return is_part and sphere_km(place.lon, place.lat, area.lon, area.lat) < _SUBURB_KM
    if place.country != area.country or area.country is None:
        return False
    match area.kind:
        case "country":
            return place.kind != "country"
        case "admin1":
            return place.admin1 == area.admin1 and place.kind not in ("country", "admin1")
        case "admin2":
            return place.admin2 == area.admin2 and place.kind not in ("country", "admin1", "admin2")
    return False


def context_vectors(features: Features, vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return (n, 5 d) for token vectors (t, d): the means over the mention, the tokens before and after it, its sentence and the lead."""
    d = vectors.shape[1]
    wide = vectors.astype(np.promote_types(vectors.dtype, np.float32))
    means: dict[tuple[int, int], NDArray[np.floating]] = {}
    rows = np.zeros((len(features.tokens), 5, d), dtype=np.float32)
    lead = _mean(wide[: features.lead], vectors.dtype) if features.lead else np.zeros(d)
    for row, (start, end), (first, last) in zip(rows, features.tokens, features.sentences, strict=True):
        cuts = ((start, end), (max(first, start - NEAR_TOKENS), start), (end, end + NEAR_TOKENS), (first, last))
        for into, (a, b) in zip(row, cuts, strict=False):
            if a < min(b, len(vectors)):
                if (a, b) not in means:
                    means[a, b] = _mean(wide[a:b], vectors.dtype)
                into[:] = means[a, b]
        row[4] = lead
    return rows.reshape(len(rows), -1)


def _mean(rows: NDArray[np.floating], dtype: np.dtype[np.floating]) -> NDArray[np.floating]:
    """Return the mean of rows as ``ndarray.mean``, which takes three times as long for a few of them, rounded to ``dtype``."""
    mean: NDArray[np.floating] = (np.add.reduce(rows, axis=0) / len(rows)).astype(dtype)
    return mean
