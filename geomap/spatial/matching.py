"""Match the templates of a language to the items of one sentence. Pure; a template reads a bounded number of items from each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geomap.spatial.items import Item, Sentence
from geomap.spatial.templates import ANCHORS, Element, Language, Template
from geomap.types import Mention, PlaceKind

_MAX_FILLERS = 5
"""Words between a preposition and its anchor: "of the besieged northern Syrian town of Afrin"."""
MAX_ANTECEDENT = 250
"""Code points before "the city" in which it was named. Not tuned."""
_CAPITALISED = frozenset(("road", "river", "rivers", "place", "roadword"))
"""Classes and words that are written with a capital in names."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What an element of a template matched: the index of a mention, a quantity, a bearing, the value of a phrase."""

    slot: str
    """The letter of the slot, or the name of the class."""
    value: object


@dataclass(frozen=True, slots=True)
class Match:
    """A template at the items ``first`` to ``end``, half-open."""

    template: Template
    first: int
    end: int
    captures: tuple[Capture, ...]

    def indices(self, slots: str) -> tuple[int, ...]:
        """Return the indices of the mentions in these slots, slot after slot."""
        return tuple(c.value for slot in slots for c in self.captures if c.slot == slot and isinstance(c.value, int))

    def first_of(self, *names: str) -> object:
        """Return the first value of the first of these slots or classes that has one; None where none has."""
        return next((c.value for name in names for c in self.captures if c.slot == name), None)


Found = Iterator[tuple[int, Capture | None]]
"""The end of each way in which an element matches, with what it captures."""


class Matcher:
    """The templates of a language at the items of a sentence."""

    def __init__(
        self,
        sentence: Sentence,
        forms: Language,
        mentions: Sequence[Mention],
        kinds: Sequence[PlaceKind | None],
        candidates: Sequence[tuple[frozenset[str], Sequence[Template]]],
    ) -> None:
        """Take the mentions of the whole text in order, to whose indices the items refer, and the kinds of their places.

        ``candidates`` are the templates that are matched, by the features they need.
        """
        self._sentence, self._forms, self._candidates = sentence, forms, candidates
        self._items: Sequence[Item] = sentence.items
        self._mentions, self._kinds = mentions, kinds
        self._starting: dict[int, list[int]] = {}
        self._found: dict[tuple[int, int], tuple[tuple[int, Capture | None], ...]] = {}
        # Elements are known by their identity: hashing them takes longer than matching.
        self._positions: dict[str, list[int]] = {}
        for i, word in enumerate(sentence.words):
            self._positions.setdefault(word, []).append(i)

    def matches(self) -> Iterator[Match]:
        """Yield the longest match of each template at each item."""
        for template, last in self._last_starts():
            for i in self._starts(template.elements[0]):
                if i > last:
                    continue
                ends = list(self._rest(template.elements, 0, i, ()))
                if ends:
                    end, captures = max(ends, key=lambda found: found[0])
                    yield Match(template, i, end, captures)

    def _last_starts(self) -> Iterator[tuple[Template, int]]:
        """Yield the templates with the last item that one may begin at: all it needs comes after it."""
        wanted = frozenset().union(*(needed for needed, _ in self._candidates))
        features = self._forms.features
        last: dict[str, int] = {}
        for word, positions in self._positions.items():
            for feature in features[word] & wanted if word in features else ():
                last[feature] = max(last.get(feature, 0), positions[-1])
        if "H" in wanted:
            numbers = (i for word, positions in self._positions.items() if word.isdigit() for i in positions)
            last["H"] = max((i for i in numbers if self._ends_road(i)), default=-1)
        for needed, templates in self._candidates:
            at = min(last.get(feature, -1) for feature in needed)
            if at >= 0:
                yield from ((template, at) for template in templates)

    def _starts(self, first: Element) -> Sequence[int]:
        """Return the items at which a template with this first element may begin."""
        if id(first) not in self._starting:
            self._starting[id(first)] = list(self._beginnings(first))
        return self._starting[id(first)]

    def _beginnings(self, first: Element) -> Iterable[int]:
        positions = self._positions
        if first.words:
            return (i for word in first.words for i in positions.get(word, ()))
        if first.phrase:
            phrases = self._forms.phrases[first.phrase]
            return (i for word, known in positions.items() if word in phrases for i in known)
        if first.slot in ANCHORS:
            places = positions.get("", [])
            if not first.takes_reference:
                return places
            return [*places, *(i for i in positions.get("the", ()) if any(self._antecedents(i)))]
        return (i for i, word in enumerate(self._sentence.words) if word and any(self._slot(first, i)))

    def _rest(
        self, elements: Sequence[Element], k: int, i: int, captures: tuple[Capture, ...]
    ) -> Iterator[tuple[int, tuple[Capture, ...]]]:
        """Yield the end and the captures of each way in which the elements from ``k`` on match from item ``i`` on."""
        if k == len(elements):
            yield i, captures
            return
        element = elements[k]
        if i < len(self._items):
            for end, capture in self._ways(element, i):
                yield from self._rest(elements, k + 1, end, (*captures, capture) if capture else captures)
        if element.is_optional:
            yield from self._rest(elements, k + 1, i, captures)

    def _ways(self, element: Element, i: int) -> tuple[tuple[int, Capture | None], ...]:
        """Return the ways in which an element matches at item ``i``; many templates have the same one."""
        key = (id(element), i)
        if key not in self._found:
            self._found[key] = tuple(self._element(element, i))
        return self._found[key]

    def _element(self, element: Element, i: int) -> Found:
        if element.words:
            if self._sentence.words[i] in element.words and self._is_plain(i, element):
                yield i + 1, None
        elif element.phrase:
            for end, value in self._forms.phrases[element.phrase].at(self._sentence.words, i):
                if self._is_plain(i, element):
                    yield end, Capture(element.phrase, value)
        elif element.slot in ANCHORS:
            yield from self._place(element, i)
        else:
            yield from self._slot(element, i)

    def _slot(self, element: Element, i: int) -> Found:
        sentence, slot = self._sentence, element.slot
        if slot == "H":
            yield from self._road(i)
        elif slot == "X":
            if self._items[i].is_capitalised:
                yield i + 1, Capture(slot, self._items[i].written)
        else:
            values = {"D": sentence.distances, "U": sentence.times, "R": sentence.directions, "E": sentence.adjectives}
            for end, quantity in values[slot](i):
                yield end, Capture(slot, quantity)

    def _is_plain(self, i: int, element: Element) -> bool:
        """Return whether a word is not part of a name by its capital: "the Georgian Border Police"; roads and rivers are written so."""
        is_named = element.phrase in _CAPITALISED or not _CAPITALISED.isdisjoint(element.words)
        return i == 0 or is_named or not self._items[i].is_capitalised

    def _place(self, element: Element, i: int) -> Found:
        for end, index in self._anchors(i, element):
            if not self._goes_on(end):
                yield end, Capture(element.slot, index)
        if element.takes_reference:
            for end, index in self._antecedents(i):
                yield end, Capture(element.slot, index)

    def _goes_on(self, end: int) -> bool:
        """Return whether a capitalised word continues the name of an anchor: "the Ohio Turnpike"."""
        if end >= len(self._items) or not self._items[end].is_capitalised:
            return False
        is_adjacent = self._items[end].start - self._items[end - 1].end == 1
        return is_adjacent and self._sentence.words[end] not in self._forms.phrases["aftername"]

    def _anchors(self, i: int, element: Element) -> Iterator[tuple[int, int]]:
        """Yield the end and the index of the anchors at item ``i``: "Goris", "the town of Goris", "Syria's city of Afrin"."""
        words = self._sentence.words
        at = i + 1 if words[i] and words[i] in self._forms.phrases["determiner"] else i
        is_named = True
        for _ in range(1 if element.is_bare else _MAX_FILLERS + 1):
            if at >= len(self._items):
                return
            index = self._items[at].mention
            if index is None:
                filler = self._filler(at)
                if filler is None:
                    return
                at, is_named = filler
                continue
            is_demonym = self._mentions[index].kind == "demonym"
            if is_named and (element.takes_demonym or not is_demonym):
                yield at + 1, index
                if words[at + 1 : at + 2] == ["'s"] and at + 2 < len(words) and not element.is_bare:
                    yield from self._anchors(at + 2, element)
                return
            if not is_demonym:
                return
            at, is_named = at + 1, False

    def _filler(self, at: int) -> tuple[int, bool] | None:
        """Return the end of a word before an anchor, and whether a name may follow it: after "town of", not after "besieged"."""
        words, phrases = self._sentence.words, self._forms.phrases
        end = next((end for end, _ in phrases["place"].at(words, at)), None)
        if end is not None:
            return (end + 1 if end < len(words) and words[end] in ("of", ",") else end), True
        is_adjective = words[at].isalpha() and words[at] not in phrases["notadjective"]
        return (at + 1, False) if is_adjective and not self._items[at].is_capitalised else None

    def _antecedents(self, i: int) -> Iterator[tuple[int, int]]:
        """Yield the end of "the city" at item ``i``, and the mention it stands for: the last before it, else the next in the sentence."""
        words = self._sentence.words
        kinds = self._forms.references.get(words[i + 1]) if words[i] == "the" and i + 1 < len(words) else None
        if kinds is None or words[i + 2 : i + 3] in (["of"], [""]) or words[i + 2 : i + 4] == [",", ""]:
            return
        at = self._items[i].start
        first = bisect_left(self._mentions, at - MAX_ANTECEDENT, key=lambda mention: mention.start)
        last = bisect_left(self._mentions, self._items[-1].end, key=lambda mention: mention.start)
        fitting = [n for n in range(first, last) if self._may_stand_for(n, kinds)]
        before = [n for n in fitting if self._mentions[n].start < at]
        for index in (*before[-1:], *fitting[len(before) :])[:1]:
            yield i + 2, index

    def _may_stand_for(self, index: int, kinds: frozenset[str]) -> bool:
        mention = self._mentions[index]
        return not mention.nested and mention.kind != "demonym" and self._kinds[index] in (None, *kinds)

    def _road(self, i: int) -> Found:
        """Yield the end of a road's name at item ``i``: "M1", "A-16", "Highway 61"."""
        words, phrases = self._sentence.words, self._forms.phrases
        at = next((end for end, _ in phrases["roadword"].at(words, i)), None)
        if at is None and self._items[i].is_capitalised and words[i] in phrases["roadletters"]:
            at = i + 1
        if at is not None and words[at : at + 1] == ["-"]:
            at += 1
        if at is not None and at < len(words) and words[at].isdigit():
            yield at + 1, Capture("H", "")

    def _ends_road(self, i: int) -> bool:
        """Return whether the number at item ``i`` is the end of a road's name."""
        return any(end == i + 1 for first in range(max(0, i - 3), i) for end, _ in self._road(first))
