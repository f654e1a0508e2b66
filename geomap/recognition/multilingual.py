"""Recognize the toponyms of a text in any language of ``languages.READ`` but English, by the multilingual network."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import exp
from typing import TYPE_CHECKING

import numpy as np

from geomap.recognition.decoding import BEGIN, INSIDE, OUTSIDE, average_logits_by_word, best_path, spans_of
from geomap.recognition.inflection import listed_name
from geomap.recognition.multilingual_model import NESTED, PERSON, USE, MultilingualModel
from geomap.recognition.parameters import (
    LOWER_CASE_DEMONYM,
    MAX_JOINED_TOKENS,
    MIN_CAPITALIZED_SHARE,
    MIN_UNLISTED_SCORE,
    MULTILINGUAL_BIAS,
    PERSON_LOGIT,
)
from geomap.text.sentences import sentence_spans
from geomap.text.tokens import tokenize
from geomap.types import Mention, MentionKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.text.tokens import Token

_N_LITERAL = 5
_MODIFIER = 3
"""The number of the use "literal modifier", an adjective or a noun: "ереванский аэропорт", "Berliner Straße"."""
_PEOPLE = (7, 8, 9, 10)
"""Numbers of the uses that are not of a place: adjectives of nations, peoples, homonyms, languages."""
_SUFFIX_AFTER_APOSTROPHE = frozenset({"tr", "az"})
_UNSPACED_LANGUAGES = frozenset({"zh", "ja", "th"})
_HIRAGANA = re.compile("[\u3041-\u309f]")
_HYPHENS = frozenset("-‑–־")


def multilingual_names(
    text: str, *, language: str, model: MultilingualModel, gazetteer: Gazetteer
) -> tuple[Mention, ...]:
    """Return the toponyms of ``text``, which is in ``language``, in text order, none overlapping.

    The antecedent of a mention with an ending or a prefix is the name by which the gazetteer lists it.
    """
    words = tokenize(text)
    scores = model.score(words, sentence_starts(text, words))
    scores[:, :3] = average_logits_by_word([word.text for word in words], scores[:, :3])
    scores[:, BEGIN : INSIDE + 1] += MULTILINGUAL_BIAS
    is_cased = language not in LOWER_CASE_DEMONYM and _has_capitals(words)
    names = _Names(text=text, words=words, language=language, gazetteer=gazetteer)
    found: list[Mention] = []
    reached = 0
    for span in spans_of(best_path(scores[:, :3])):
        start, end, name = names.fitted(*names.trimmed(max(span[0], reached), span[1]), floor=reached)
        if start >= end or scores[start:end, PERSON].mean() >= PERSON_LOGIT or names.is_no_name(start, end):
            continue
        kind = _kind(scores[max(start, span[0])], is_small=is_cased and words[start].text[0].islower())
        if kind != "demonym" and is_cased and not any(word.text[0].isupper() for word in words[start:end]):
            continue
        read = slice(max(start, span[0]), min(end, span[1]))
        mention = _mention(names.written(start, end), words[start].start, scores[read], kind, name)
        if name is not None or mention.score >= MIN_UNLISTED_SCORE:
            found.append(mention)
            reached = end
    return tuple(found)


def sentence_starts(text: str, words: Sequence[Token]) -> list[int]:
    """Return the index of the first token of each sentence of ``text``, 0 first."""
    begins = [word.start for word in words]
    starts = {bisect_left(begins, start) for start, _ in sentence_spans(text)} | {0}
    return sorted(start for start in starts if start < len(words)) or [0]


def _has_capitals(words: Sequence[Token]) -> bool:
    return sum(word.text[0].isupper() for word in words) >= MIN_CAPITALIZED_SHARE * len(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """The tokens of a text as names that the gazetteer may list."""

    text: str
    words: Sequence[Token]
    language: str
    gazetteer: Gazetteer
    listed: dict[str, str | None] = field(default_factory=dict)
    """The listed form of each name that was looked up."""

    def written(self, start: int, end: int) -> str:
        """Return the text of a span of tokens."""
        return self.text[self.words[start].start : self.words[end - 1].end]

    def is_no_name(self, start: int, end: int) -> bool:
        """Return whether a span is a generic word, or a code of one or two Latin letters, which names places in English texts alone."""
        written = self.written(start, end)
        is_code = len(written) < 3 and written.isascii()
        pattern = generic_words(self.language)
        return is_code or (pattern is not None and pattern.fullmatch(written.casefold()) is not None)

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Return a span, up to the end of its line, without the signs at its ends, the suffix after a Turkish apostrophe, and Japanese particles."""
        words = self.words
        end = next((i for i in range(start + 1, end) if "\n" in self.text[words[i - 1].end : words[i].start]), end)
        if self.language in _SUFFIX_AFTER_APOSTROPHE:
            end = next((i for i in range(start + 1, end) if words[i].text in "'’"), end)
        while start < end and not words[start].text[0].isalnum():
            start += 1
        while start < end and not words[end - 1].text[0].isalnum():
            end -= 1
        if self.language == "ja" and not _HIRAGANA.match(words[start].text if start < end else "の"):
            while start < end and _HIRAGANA.match(words[end - 1].text):
                end -= 1
        return start, end

    def fitted(self, start: int, end: int, *, floor: int) -> tuple[int, int, str | None]:
        """Return the span of the name and its listed form: the network's, longer or shorter where only that is listed.

        Longer by tokens that a space or a hyphen joins to it: "El" + "Fascher"; shorter by tokens without a capital: "乌克兰东". Tokens before
        ``floor`` belong to other names.
        """
        if start >= end:
            return start, end, None
        name = self._listed(start, end)
        first, last = max(floor, self._reach(start, -1)), self._reach(end, 1)
        for begin, stop in _longest_first(first, last, length=end - start):
            longer = self._listed(begin, stop) if begin <= start and stop >= end else None
            if longer is not None and (name is None or longer == self.written(begin, stop)):
                return begin, stop, longer
        for begin, stop in _longest_first(start, end, length=0) if name is None else ():
            shorter = self._listed(begin, stop) if self._may_be_cut(start, begin, stop, end) else None
            if shorter is not None:
                return begin, stop, shorter
        return start, end, name

    def _may_be_cut(self, start: int, begin: int, stop: int, end: int) -> bool:
        """Return whether the tokens around ``begin`` to ``stop`` may belong to no name: "rione Toiano", "乌克兰东"; not those of "Victoria León"."""
        if self.language in _UNSPACED_LANGUAGES:
            return len(self.written(begin, stop)) > 1
        around = [*self.words[start:begin], *self.words[stop:end]]
        return not any(word.text[0].isupper() for word in around)

    def _listed(self, start: int, end: int) -> str | None:
        written = self.written(start, end)
        if written not in self.listed:
            words = [word.text for word in self.words[start:end]]
            self.listed[written] = listed_name(words, written, self.language, self.gazetteer)
        return self.listed[written]

    def _reach(self, edge: int, step: int) -> int:
        """Return how far from ``edge`` tokens may belong to a longer name, by at most ``MAX_JOINED_TOKENS``."""
        reached = edge
        for _ in range(MAX_JOINED_TOKENS):
            is_inside = 0 < reached < len(self.words)
            if (
                not is_inside
                or not self._is_joined(reached)
                or not self._may_join(reached if step > 0 else reached - 1)
            ):
                break
            reached += step
        return reached

    def _is_joined(self, at: int) -> bool:
        """Return whether at most one space separates the tokens before and at ``at``."""
        return self.text[self.words[at - 1].end : self.words[at].start] in ("", " ")

    def _may_join(self, i: int) -> bool:
        """Return whether a token may be part of a name: capitalized, a hyphen, a letter of a script without spaces."""
        word = self.words[i].text
        if self.language in _UNSPACED_LANGUAGES:
            return word[0].isalpha()
        return word in _HYPHENS or word[0].isupper() or (self.language in LOWER_CASE_DEMONYM and word[0].isalpha())


@cache
def generic_words(language: str) -> re.Pattern[str] | None:
    """Return the pattern of the words of ``data/generic_words.toml``, which occur in names but name no place alone; None for none."""
    listed = tomllib.loads((files("geomap.recognition") / "data" / "generic_words.toml").read_text(encoding="utf-8"))
    words = [re.escape(word.replace("_", " ")).replace(r"\*", r"\w{0,3}") for word in listed.get(language, "").split()]
    return re.compile("|".join(words)) if words else None


def _longest_first(first: int, last: int, *, length: int) -> Iterator[tuple[int, int]]:
    """Yield the spans within ``first`` to ``last`` that are longer than ``length``, the longest first."""
    for size in range(last - first, length, -1):
        for begin in range(first, last - size + 1):
            yield begin, begin + size


def _mention(written: str, at: int, scores: NDArray[np.float32], kind: MentionKind, name: str | None) -> Mention:
    """Return the mention of ``written``, which begins at offset ``at``; ``scores`` are those of the tokens that the network marked."""
    toponym = np.logaddexp(scores[:, BEGIN], scores[:, INSIDE]) - scores[:, OUTSIDE]
    return Mention(
        start=at,
        end=at + len(written),
        text=written,
        kind=kind,
        nested=bool(scores[0, NESTED] > 0),
        score=round(1 / (1 + exp(-float(toponym.min()))), 4),
        antecedent=None if name in (None, written) else name,
    )


def _kind(scores: NDArray[np.float32], *, is_small: bool) -> MentionKind:
    """Return the kind of a mention by the uses of its first token; an adjective in lower case is a demonym."""
    uses = np.exp(scores[USE])
    people = float(uses[list(_PEOPLE)].sum()) + (float(uses[_MODIFIER]) if is_small else 0.0)
    if people > 0.5:
        return "demonym"
    return "literal" if float(uses[:_N_LITERAL].sum()) >= float(uses[_N_LITERAL:].sum()) else "associative"
