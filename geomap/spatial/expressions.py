"""Find the expressions of relative places around the mentions of a text: "12 km north of Goris". Pure.

The language's templates say which words make an expression, its vetoes which words around it make none. Time is linear in the
text: only sentences with mentions are read, and a template reads a bounded number of words from each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from geomap.spatial.items import Item, Sentence, Span, items_of
from geomap.spatial.templates import ANCHORS, Element, Language, Template, language_forms
from geomap.text.sentences import sentence_spans
from geomap.types import Mention, PlaceKind, RelationKind

_MAX_FILLERS = 5
"""Words between a preposition and its anchor: "of the besieged northern Syrian town of Afrin"."""
_BEFORE = 6
"""Words before an expression among which one may veto it. Not tuned."""
_CONTEXT = 8
"""Words before an expression among which one may be what it needs, and after it for "off". Not tuned."""
_NAME_WORD = 30
"""Code points of a word beside a mention that are looked at."""
_ANTECEDENT = 250
"""Code points before "the city" in which it was named. Not tuned."""
_DEFAULT_SPEED = 60.0
"""Straight-line kilometres an hour of an unstated means of travel: by car."""
_CAPITALISED = frozenset(("road", "river", "rivers", "place", "roadword"))
"""Classes and words that are written with a capital in names."""
_QUOTES = frozenset("\"“”„«»'‘’")
_CLAUSE_ENDS = frozenset(";:()")
_WIDE = frozenset(("country", "continent", "macroregion"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """Words that place something relative to mentions."""

    kind: RelationKind
    form: str
    """The finer kind of the language's table: "part.outskirts"; equal to ``kind`` where there is one form."""
    start: int
    end: int
    """Half-open span in code points, anchors included."""
    anchors: tuple[int, ...]
    """Indices of the mentions it is relative to."""
    near: tuple[int, ...] = ()
    """Indices of the mentions that narrow a line: "on the border near Tegh"."""
    names: tuple[str, ...] = ()
    """Of rivers that are no mentions."""
    distance: Span | None = None
    """Kilometres."""
    bearing: float | None = None
    """Degrees clockwise from north, from the first anchor."""
    hours: Span | None = None
    speed_km_h: float | None = None
    """Of a travel time, in a straight line."""


@dataclass(frozen=True, slots=True)
class _Capture:
    slot: str
    value: object


@dataclass(frozen=True, slots=True)
class _Match:
    template: Template
    first: int
    end: int
    captures: tuple[_Capture, ...]


def find_expressions(
    text: str,
    mentions: Sequence[Mention],
    *,
    language: str,
    kinds: Sequence[PlaceKind | None] | None = None,
    is_river: Callable[[int], bool] = lambda _: True,
) -> tuple[Expression, ...]:
    """Return the expressions in ``text`` in order, none of which share words.

    ``mentions`` are those of the text, in order; nested ones are no anchors. ``kinds`` are the kinds of their places: between
    two countries more words must speak for a place. ``is_river`` tells of the index of a mention whether it may name a river. A language without a table has no expressions.
    """
    from geomap.spatial.templates import LANGUAGES

    if language not in LANGUAGES or not mentions:
        return ()
    forms = language_forms(language)
    kinds = kinds or [None] * len(mentions)
    spans = _outer(text, mentions)
    found: list[Expression] = []
    at = 0
    for start, end in sentence_spans(text):
        inside = []
        while at < len(spans) and spans[at][0] < end:
            if spans[at][1] <= end and spans[at][0] >= start:
                inside.append(spans[at])
            at += 1
        if inside:
            sentence = Sentence(items_of(text, start, end, inside), forms)
            found += _Reader(sentence, forms, text, mentions, kinds, is_river).expressions()
    return tuple(found)


def _outer(text: str, mentions: Sequence[Mention]) -> list[tuple[int, int, int]]:
    """Return start, end and index of the mentions that share no words and are not in a longer name.

    A nested mention without a capital beside it is in none: the recogniser takes some for nested that are not.
    """
    spans: list[tuple[int, int, int]] = []
    for index, mention in sorted(enumerate(mentions), key=lambda one: (one[1].start, -one[1].end)):
        if (not spans or mention.start >= spans[-1][1]) and not (mention.nested and _is_in_name(text, mention)):
            spans.append((mention.start, mention.end, index))
    return spans


def _is_in_name(text: str, mention: Mention) -> bool:
    before, after = text[: mention.start][-_NAME_WORD:].split(), text[mention.end :][:_NAME_WORD].split()
    return bool((before and before[-1][0].isupper()) or (after and after[0][0].isupper()))


class _Reader:
    """Reads one sentence."""

    def __init__(
        self,
        sentence: Sentence,
        forms: Language,
        text: str,
        mentions: Sequence[Mention],
        kinds: Sequence[PlaceKind | None],
        is_river: Callable[[int], bool],
    ) -> None:
        self._sentence, self._forms, self._text = sentence, forms, text
        self._items: Sequence[Item] = sentence.items
        self._mentions, self._kinds, self._is_river = mentions, kinds, is_river
        self._starting: dict[object, list[int]] = {}

    def expressions(self) -> list[Expression]:
        matches = [match for match in self._matches() if not self._is_vetoed(match)]
        matches.sort(key=lambda m: (m.first - m.end, m.first, m.template.rank))
        taken: set[int] = set()
        chosen = []
        for match in matches:
            words = range(match.first, match.end)
            if taken.isdisjoint(words):
                taken.update(words)
                chosen.append(match)
        return [self._expression(match) for match in sorted(chosen, key=lambda m: m.first)]

    def _matches(self) -> Iterator[_Match]:
        """Yield the longest match of each template at each item."""
        for template in self._candidates():
            first = template.elements[0]
            for i in self._starts(first):
                ends = list(self._rest(template.elements, 0, i, ()))
                if ends:
                    end, captures = max(ends, key=lambda found: found[0])
                    yield _Match(template, i, end, captures)

    def _candidates(self) -> list[Template]:
        """Return the templates for which the sentence has all the words."""
        features = self._forms.features
        present = frozenset().union(*(features[word] for word in set(self._sentence.words) if word in features))
        return [
            template
            for key in present
            for template, needed in self._forms.by_key.get(key, ())
            if needed <= present
        ]

    def _starts(self, first: Element) -> Sequence[int]:
        """Return the items at which a template with this first element may begin."""
        key = (first.slot, first.phrase, first.words, first.takes_reference)
        if key not in self._starting:
            words, phrases = self._sentence.words, self._forms.phrases
            if first.words:
                found = [i for i, word in enumerate(words) if word in first.words]
            elif first.phrase:
                found = [i for i, word in enumerate(words) if word in phrases[first.phrase]]
            elif first.slot in ANCHORS:
                found = [
                    i
                    for i, word in enumerate(words)
                    if not word or (first.takes_reference and next(self._antecedents(i), None))
                ]
            else:
                found = [i for i, word in enumerate(words) if word and next(self._slot(first, i), None)]
            self._starting[key] = found
        return self._starting[key]

    def _rest(
        self, elements: Sequence[Element], k: int, i: int, captures: tuple[_Capture, ...]
    ) -> Iterator[tuple[int, tuple[_Capture, ...]]]:
        if k == len(elements):
            yield i, captures
            return
        element = elements[k]
        for end, capture in self._slot(element, i):
            yield from self._rest(elements, k + 1, end, (*captures, capture) if capture else captures)
        if element.is_optional:
            yield from self._rest(elements, k + 1, i, captures)

    def _slot(self, element: Element, i: int) -> Iterator[tuple[int, _Capture | None]]:
        """Yield the end of each way in which an element matches at item ``i``, with what it captures."""
        if i >= len(self._items):
            return
        slot, words = element.slot, self._sentence.words
        if element.words:
            if words[i] in element.words and self._is_plain(i, element):
                yield i + 1, None
        elif element.phrase:
            for end, value in self._forms.phrases[element.phrase].at(words, i):
                if self._is_plain(i, element):
                    yield end, _Capture(element.phrase, value)
        elif slot in ANCHORS:
            for end, index in self._anchors(i, element):
                if not self._goes_on(end):
                    yield end, _Capture(slot, index)
            if element.takes_reference:
                for end, index in self._antecedents(i):
                    yield end, _Capture(slot, index)
        elif slot == "H":
            yield from self._road(i)
        elif slot == "X":
            if self._items[i].is_capitalised:
                yield i + 1, _Capture(slot, self._text[self._items[i].start : self._items[i].end])
        else:
            sentence = self._sentence
            values = {"D": sentence.distances, "U": sentence.times, "R": sentence.directions, "E": sentence.adjectives}
            for end, quantity in values[slot](i):
                yield end, _Capture(slot, quantity)

    def _is_plain(self, i: int, element: Element) -> bool:
        """Return whether a word is not part of a name by its capital: "the Georgian Border Police"; roads and rivers are written so."""
        is_named = element.phrase in _CAPITALISED or not _CAPITALISED.isdisjoint(element.words)
        return i == 0 or is_named or not self._items[i].is_capitalised

    def _goes_on(self, end: int) -> bool:
        """Return whether a capitalised word continues the name of an anchor: "the Ohio Turnpike"."""
        if end >= len(self._items) or not self._items[end].is_capitalised:
            return False
        is_adjacent = self._items[end].start - self._items[end - 1].end == 1
        return is_adjacent and self._sentence.words[end] not in self._forms.phrases["aftername"]

    def _anchors(self, i: int, element: Element) -> Iterator[tuple[int, int]]:
        """Yield the end and the index of the anchors at item ``i``: "Goris", "the town of Goris", "Syria's city of Afrin"."""
        phrases, words = self._forms.phrases, self._sentence.words
        at = i + 1 if words[i] and words[i] in phrases["determiner"] else i
        is_named = True
        for _ in range(_MAX_FILLERS + 1):
            if at >= len(self._items):
                return
            index = self._items[at].mention
            if index is not None:
                is_demonym = self._mentions[index].kind == "demonym"
                if is_named and (element.takes_demonym or not is_demonym):
                    yield at + 1, index
                    if words[at + 1 : at + 2] == ["'s"] and at + 2 < len(words) and not element.is_bare:
                        yield from self._anchors(at + 2, element)
                    return
                if not is_demonym or element.is_bare:
                    return
                at, is_named = at + 1, False
                continue
            if element.is_bare:
                return
            end = next((end for end, _ in phrases["place"].at(words, at)), None)
            if end is not None:
                at, is_named = end, True
                if at < len(words) and words[at] in ("of", ","):
                    at += 1
            elif (
                words[at].isalpha() and words[at] not in phrases["notadjective"] and not self._items[at].is_capitalised
            ):
                at, is_named = at + 1, False
            else:
                return

    def _antecedents(self, i: int) -> Iterator[tuple[int, int]]:
        """Yield the end of "the city" at item ``i``, and the mention it stands for: the last before it, else the next in the sentence."""
        words = self._sentence.words
        if words[i] != "the" or words[i + 1 : i + 2] == [""]:
            return
        kinds = self._forms.references.get(words[i + 1]) if i + 1 < len(words) else None
        if kinds is None or words[i + 2 : i + 3] in (["of"], [""]) or words[i + 2 : i + 4] == [",", ""]:
            return
        at = self._items[i].start
        fitting = [
            index
            for index, mention in enumerate(self._mentions)
            if not mention.nested and mention.kind != "demonym" and self._kinds[index] in (None, *kinds)
        ]
        before = [n for n in fitting if at - _ANTECEDENT <= self._mentions[n].end <= at]
        after = [n for n in fitting if at < self._mentions[n].start < self._items[-1].end]
        for index in (*before[-1:], *after[:1])[:1]:
            yield i + 2, index

    def _road(self, i: int) -> Iterator[tuple[int, _Capture | None]]:
        """Yield the end of a road's name at item ``i``: "M1", "A-16", "Highway 61"."""
        words = self._sentence.words
        at = next((end for end, _ in self._forms.phrases["roadword"].at(words, i)), None)
        if at is None and self._items[i].is_capitalised and len(words[i]) <= 2:
            at = i + 1
        if at is not None and words[at : at + 1] == ["-"]:
            at += 1
        if at is not None and at < len(words) and words[at].isdigit():
            yield at + 1, _Capture("H", "")

    def _is_vetoed(self, match: _Match) -> bool:
        template, items = match.template, self._items
        start, end = items[match.first].start, items[match.end - 1].end
        if start > 0 and self._text[start - 1] in _QUOTES and self._text[end : end + 1] in _QUOTES:
            return True  # a title: "South of Broadway"
        kind = template.kind.partition(".")[0]
        before = self._before(match.first)
        if kind == "off" and any(capture.slot == "D" for capture in match.captures):
            return False
        for form in {kind, template.kind}:
            vetoes = {name: table[form] for name, table in self._forms.vetoes.items() if form in table}
            if "before" in vetoes and _holds(vetoes["before"], before[-_BEFORE:]):
                return True
            if "closebefore" in vetoes and _holds(vetoes["closebefore"], before[-1:]):
                return True
            if "after" in vetoes and next(vetoes["after"].at(self._sentence.words, match.end), None):
                return True
        return not self._has_context(match, kind, before)

    def _has_context(self, match: _Match, kind: str, before: Sequence[str]) -> bool:
        captures = match.captures
        if kind == "direction" and match.first == 0 and self._items[0].is_capitalised:
            return self._sentence.words[match.end : match.end + 1] == [","]
        if kind == "off" and any(capture.slot in ("D", "R", "E", "shore", "coast") for capture in captures):
            return True
        if kind == "confluence":
            return True
        if match.template.kind == "along.river":
            return all(self._is_river_named(c.value) for c in captures if c.slot in "AB" and isinstance(c.value, int))
        if kind == "between":
            wide = any(self._kinds[c.value] in _WIDE for c in captures if isinstance(c.value, int))
            needed = self._forms.vetoes["context"]["between.country" if wide else "between"]
            return _holds(needed, before[-_CONTEXT:]) or (match.first == 0 and not wide)
        if kind == "off":
            needed = self._forms.vetoes["context"]["off"]
            after = self._sentence.words[match.end : match.end + _CONTEXT]
            return _holds(needed, before[-_CONTEXT:]) or _holds(needed, after)
        return True

    def _is_river_named(self, index: int) -> bool:
        """Return whether a mention may be a river here: a water, or with an article or the word before or after it."""
        at = next(i for i, item in enumerate(self._items) if item.mention == index)
        beside = [*self._sentence.words[max(0, at - 2) : at], *self._sentence.words[at + 1 : at + 2]]
        is_said = any(word in self._forms.phrases["rivercue"] for word in beside if word)
        return (is_said or self._kinds[index] == "water") and self._is_river(index)

    def _before(self, first: int) -> list[str]:
        """Return the words of the clause before an item; a mention is an empty word."""
        words: list[str] = []
        for item in reversed(self._items[max(0, first - _CONTEXT - 2) : first]):
            if item.text in _CLAUSE_ENDS:
                break
            words.append(item.text)
        return words[::-1]

    def _expression(self, match: _Match) -> Expression:
        form = match.template.kind
        captures: dict[str, list[object]] = {}
        for capture in match.captures:
            captures.setdefault(capture.slot, []).append(capture.value)

        def only(*slots: str) -> object:
            return next((captures[slot][0] for slot in slots if slot in captures), None)

        modes = captures.get("modes", [])
        hours = only("U")
        expression = Expression(
            kind=form.partition(".")[0],  # type: ignore[arg-type] # the table's keys are kinds, which a test holds
            form=form,
            start=self._items[match.first].start,
            end=self._items[match.end - 1].end,
            anchors=tuple(v for slot in "AB" for v in captures.get(slot, ()) if isinstance(v, int)),
            near=tuple(v for slot in "NM" for v in captures.get(slot, ()) if isinstance(v, int)),
            names=tuple(str(name) for name in captures.get("X", ())),
            distance=_span(only("D")),
            bearing=_number(only("R", "E")),
            hours=_span(hours),
            speed_km_h=None if hours is None else float(str(modes[0])) if modes else _DEFAULT_SPEED,
        )
        return _normal(expression)


def _normal(expression: Expression) -> Expression:
    """Return a distance that is an upper limit as a radius: "less than 10 km from Goris"."""
    if expression.kind == "distance" and expression.distance and expression.distance.is_limit:
        return replace(expression, kind="radius", form="radius")
    return expression


def _span(value: object) -> Span | None:
    return value if isinstance(value, Span) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _holds(known: object, words: Sequence[str]) -> bool:
    return any(next(known.at(words, i), None) is not None for i in range(len(words)))  # type: ignore[attr-defined]
