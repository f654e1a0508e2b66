"""Words around a match that say whether it places something: "ties between A and B" does not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geomap.spatial.items import Item
from geomap.spatial.matching import Match
from geomap.spatial.templates import Language, Phrases
from geomap.types import PlaceKind

_BEFORE = 6
"""Words before an expression among which one may veto it. Not tuned."""
_CONTEXT = 8
"""Words before an expression among which one may be what it needs, and after it for "off". Not tuned."""
_QUOTES = frozenset("\"“”„«»'‘’")
_CLAUSE_ENDS = frozenset(";:()")
_WIDE = frozenset(("country", "continent", "macroregion"))
_MIN_KM = 0.05
"""Nearer than which nothing is drawn: "two feet from"."""


class Vetoes:
    """The rules of a language for the matches in one sentence."""

    def __init__(
        self,
        items: Sequence[Item],
        forms: Language,
        kinds: Sequence[PlaceKind | None],
        is_river: Callable[[int], bool],
    ) -> None:
        self._items, self._forms, self._kinds, self._is_river = items, forms, kinds, is_river
        self._words = [item.text for item in items]
        self._position = {item.mention: i for i, item in enumerate(items) if item.mention is not None}

    def is_none(self, match: Match, text: str) -> bool:
        """Return whether the words around a match, or the match itself, say that it places nothing."""
        if self._is_title(match, text) or self._is_too_near(match):
            return True
        kind = match.template.kind.partition(".")[0]
        before = self._before(match.first)
        if kind == "off" and match.first_of("D") is not None:
            return False
        return self._is_vetoed(match, kind, before) or not self._has_context(match, kind, before)

    def _is_title(self, match: Match, text: str) -> bool:
        """Return whether the match is all that stands between quotation marks: "South of Broadway"."""
        start, end = self._items[match.first].start, self._items[match.end - 1].end
        return start > 0 and text[start - 1] in _QUOTES and text[end : end + 1] in _QUOTES

    @staticmethod
    def _is_too_near(match: Match) -> bool:
        distance = match.first_of("D")
        return distance is not None and getattr(distance, "high", 0.0) < _MIN_KM

    def _is_vetoed(self, match: Match, kind: str, before: Sequence[str]) -> bool:
        for form in {kind, match.template.kind}:
            words = {name: table[form] for name, table in self._forms.vetoes.items() if form in table}
            if "before" in words and _holds(words["before"], before[-_BEFORE:]):
                return True
            if "closebefore" in words and _holds(words["closebefore"], before[-1:]):
                return True
            if "after" in words and any(words["after"].at(self._words, match.end)):
                return True
        return False

    def _has_context(self, match: Match, kind: str, before: Sequence[str]) -> bool:
        """Return whether the words that this kind needs around it are there."""
        if kind == "direction" and match.first == 0 and self._items[0].is_capitalised:
            return self._words[match.end : match.end + 1] == [","]
        if match.template.kind == "along.river":
            return all(self._is_river_named(index) for index in match.indices("AB"))
        if kind == "between":
            is_wide = any(self._kinds[index] in _WIDE for index in match.indices("AB"))
            needed = self._forms.vetoes["context"]["between.country" if is_wide else "between"]
            return _holds(needed, before[-_CONTEXT:]) or (match.first == 0 and not is_wide)
        if kind == "off" and match.first_of("R", "E", "shore", "coast") is None:
            after = self._words[match.end : match.end + _CONTEXT]
            return _holds(self._forms.vetoes["context"]["off"], [*before[-_CONTEXT:], "", *after])
        return True

    def _is_river_named(self, index: int) -> bool:
        """Return whether a mention may be a river here: a water, or with an article or the word before or after it."""
        at = self._position[index]
        beside = [*self._words[max(0, at - 2) : at], *self._words[at + 1 : at + 2]]
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


def _holds(known: Phrases, words: Sequence[str]) -> bool:
    return any(True for i in range(len(words)) for _ in known.at(words, i))
