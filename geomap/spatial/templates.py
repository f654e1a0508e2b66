"""The forms of relative places in a language: parse ``data/<language>.toml`` and match its templates. Pure.

A template is a sequence of elements separated by spaces. An element is a word or several as ``of|from``; ``@class``, a phrase of
a class; or a capital letter: ``A`` ``B`` an anchor, with the words that may lie between ("the besieged town of Goris"), or with
``|demonym`` also a people or an adjective ("Syrian"), with ``|bare`` without such words; ``N`` ``M`` the places nearby that narrow it; ``D`` a distance, ``U`` a time,
``R`` a direction, ``E`` the adjective of one, ``H`` the name of a road, ``X`` a name that is no mention; or ``L Q T V``, phrases of the table ``phrases``, for
each of which the template is written out. ``?`` after an element makes it optional. The first element is never optional.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

LANGUAGES = frozenset({"en"})
"""ISO 639-1 codes of the languages that have a table."""
ANCHORS = frozenset("ABNM")
SLOTS = ANCHORS | frozenset("DUREHX")
_WORD = re.compile(r"\d++|[^\W\d_]++|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a template: words, the name of a class, or a slot."""

    words: frozenset[str] = frozenset()
    phrase: str = ""
    slot: str = ""
    takes_demonym: bool = False
    is_bare: bool = False
    """Whether no words may lie before the anchor: "northern Mali", but "the northern town of Gao" is not a part of Gao."""
    takes_reference: bool = False
    """Whether "the city" may stand for a place named before."""
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A form, and the kind of expression it is: "distance", "part.outskirts"."""

    rank: int
    """Its place in the table; of two that match the same words the first counts."""
    kind: str
    elements: tuple[Element, ...]
    """Equal elements of a language are one object."""
    n_mentions: int
    """Mentions that a sentence needs for it."""


class Phrases:
    """Phrases of words, each with a value; at one position the longest counts."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        """Take value → phrases that commas separate; the values of an unnamed list are empty."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for value, phrases in entries.items():
            for phrase in filter(None, map(str.strip, phrases.split(","))):
                words = tuple(_WORD.findall(phrase))
                self._by_first.setdefault(words[0], []).append((words, value))
        for known in self._by_first.values():
            known.sort(key=lambda entry: -len(entry[0]))

    def __contains__(self, word: str) -> bool:
        """Return whether any phrase begins with ``word``."""
        return word in self._by_first

    def first_words(self) -> Iterator[str]:
        """Return the first words of all phrases."""
        return iter(self._by_first)

    def at(self, words: Sequence[str], i: int) -> Iterator[tuple[int, str]]:
        """Yield the end and the value of each phrase at ``words[i]``, the longest first."""
        if i < len(words):
            for phrase, value in self._by_first.get(words[i], ()):
                if words[i] and tuple(words[i : i + len(phrase)]) == phrase:
                    yield i + len(phrase), value


@dataclass(frozen=True, slots=True)
class Language:
    """The words and templates of a language."""

    phrases: Mapping[str, Phrases]
    """By name: the tables of numbers, units and directions, and the classes."""
    features: Mapping[str, frozenset[str]]
    """A word → what it may begin or be in a template: the word itself, "@class", the letter of a slot."""
    by_key: Mapping[str, Mapping[frozenset[str], tuple[Template, ...]]]
    """The rarest feature of a template → such templates, by all the features they need."""
    vetoes: Mapping[str, Mapping[str, Phrases]]
    """``before``, ``closebefore``, ``after`` and ``context`` → kind → words."""
    references: Mapping[str, frozenset[str]]
    """A word such as "city" → the kinds of place that it may stand for."""
    reference: re.Pattern[str]
    """Finds "the city" in a text."""

    def candidates(self, words: AbstractSet[str], n_mentions: int) -> list[tuple[frozenset[str], list[Template]]]:
        """Return the templates for which a sentence has the words and the mentions, by the features they need."""
        present = {feature for word in words & self.features.keys() for feature in self.features[word]}
        if any(map(str.isdigit, words)):
            present.add("H")
        return [
            (needed, some)
            for key in present & self.by_key.keys()
            for needed, templates in self.by_key[key].items()
            if needed <= present and (some := [one for one in templates if one.n_mentions <= n_mentions])
        ]


_TABLES = (
    "directions",
    "abbreviations",
    "adjectives",
    "lengths",
    "times",
    "modes",
    "numbers",
    "vague",
    "approximators",
    "multipliers",
    "way",
    "fractions",
)


@cache
def language_forms(language: str) -> Language:
    """Return the words and templates of a language of ``LANGUAGES``."""
    data = tomllib.loads((files("geomap.spatial") / "data" / f"{language}.toml").read_text("utf-8"))
    phrases = {name: Phrases(data[name]) for name in _TABLES}
    phrases["range"] = Phrases({"": data["approximators"]["range"]})
    phrases |= {name: Phrases({"": words}) for name, words in data["classes"].items()}
    wanted: dict[str, dict[frozenset[str], list[Template]]] = {}
    templates = tuple(_templates(data))
    for template in templates:
        needed = [_feature(element) for element in template.elements if not element.is_optional]
        features = frozenset(feature for feature in needed if feature)
        wanted.setdefault(min(features, key=_commonness), {}).setdefault(features, []).append(template)
    vetoes = {
        name: {kind: Phrases({"": words}) for kind, words in data[name].items()}
        for name in ("before", "closebefore", "after", "context")
    }
    references = {word: frozenset(kinds.split()) for word, kinds in data["coreference"].items() if word != "forms"}
    words = list(map(re.escape, references))
    return Language(
        phrases=phrases,
        features=_features(templates, phrases),
        by_key={key: {features: tuple(some) for features, some in known.items()} for key, known in wanted.items()},
        vetoes=vetoes,
        references=references,
        reference=re.compile(rf"\bthe (?:{'|'.join(words)})\b"),
    )


_COMMON = frozenset("the in on of to from a and at with , - 's".split())
_COMMON_CLASSES = frozenset(("@at", "@adv", "@place", "@partnoun"))
_QUANTITIES = {"D": "lengths", "U": "times", "R": "directions", "E": "adjectives"}


def _feature(element: Element) -> str:
    """Return what an element needs of a sentence: a word, a class or a slot; empty where any sentence has it."""
    if element.words:
        return "|".join(sorted(element.words))
    if element.phrase:
        return f"@{element.phrase}"
    return element.slot if element.slot in _QUANTITIES or element.slot == "H" else ""


def _commonness(feature: str) -> tuple[bool, bool, str]:
    is_common = feature in _COMMON or feature in _COMMON_CLASSES
    return is_common, feature not in _QUANTITIES and feature != "H", feature


def _features(templates: Sequence[Template], phrases: Mapping[str, Phrases]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for element in {element for template in templates for element in template.elements}:
        feature = _feature(element)
        words = phrases[element.phrase].first_words() if element.phrase else iter(element.words)
        for word in words:
            found.setdefault(word, set()).add(feature)
    for slot, table in _QUANTITIES.items():
        for word in phrases[table].first_words():
            found.setdefault(word, set()).add(slot)
    for word in phrases["directions"].first_words():
        found.setdefault(word, set()).add("E")
    for word in phrases["abbreviations"].first_words():
        found.setdefault(word.lower(), set()).add("R")
    return {word: frozenset(features) for word, features in found.items()}


def _templates(data: Mapping[str, Any]) -> Iterator[Template]:
    phrases = {name: tuple(forms) for name, forms in data["phrases"].items()}
    referring = {form.strip() for form in data["coreference"]["forms"].split(",")}
    known: dict[Element, Element] = {}
    rank = 0
    for kind, forms in data["templates"].items():
        for form in forms:
            for written in _written_out(form.split(), phrases):
                elements = [_element(part, kind in referring) for part in written]
                for before, after in pairwise(range(len(elements))):
                    if elements[before].slot == "E" and elements[after].slot in ANCHORS:
                        elements[after] = replace(elements[after], is_bare=True)
                rank += 1
                same = tuple(known.setdefault(element, element) for element in elements)
                places = [
                    one for one in same if one.slot in ANCHORS and not one.is_optional and not one.takes_reference
                ]
                yield Template(rank=rank, kind=kind, elements=same, n_mentions=len(places))


def _written_out(form: Sequence[str], phrases: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the template once for each way to replace its phrases."""
    for i, part in enumerate(form):
        if part in phrases:
            for phrase in phrases[part]:
                yield from _written_out([*form[:i], *phrase.split(), *form[i + 1 :]], phrases)
            return
    yield tuple(form)


def _element(written: str, takes_reference: bool) -> Element:
    is_optional = written.endswith("?") and len(written) > 1
    bare = written.removesuffix("?") if is_optional else written
    if bare.startswith("@"):
        return Element(phrase=bare[1:].partition(".")[0], is_optional=is_optional)
    options = bare.split("|")
    if options[0] in SLOTS:
        return Element(
            slot=options[0],
            takes_demonym="demonym" in options,
            is_bare="bare" in options,
            takes_reference=takes_reference,
            is_optional=is_optional,
        )
    return Element(words=frozenset(options), is_optional=is_optional)
