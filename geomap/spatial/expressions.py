"""Find the expressions of relative places around the mentions of a text: "12 km north of Goris". Pure.

The language's templates say which words make an expression, its vetoes which words around it make none. Time is linear in the
text: only sentences with mentions are read, and a template reads a bounded number of words from each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geomap.spatial.items import Item, Sentence, Span, items_of, words_of
from geomap.spatial.matching import MAX_ANTECEDENT, Match, Matcher
from geomap.spatial.templates import LANGUAGES, language_forms
from geomap.spatial.vetoes import Vetoes
from geomap.text.sentences import sentence_spans
from geomap.types import Mention, PlaceKind, RelationKind

_NAME_WORD = 30
"""Code points of a word beside a mention that are looked at."""
_MAX_SENTENCE = 2_000
"""Code points of a sentence that is read: a longer one is a list or no prose."""
_HALF = 0.5
_DEFAULT_SPEED = 60.0
"""Straight-line kilometres an hour of an unstated means of travel: by car."""


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
    share: float = _HALF
    """Of the distance from the first anchor to the second at which something is: "halfway", "two thirds of the way"."""
    hours: Span | None = None
    speed_km_h: float | None = None
    """Of a travel time, in a straight line."""


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
        # "The city" may stand for a place of the sentence before.
        is_referring = (
            at > 0 and start - spans[at - 1][1] <= MAX_ANTECEDENT and bool(forms.reference.search(text, start, end))
        )
        if (inside or is_referring) and end - start <= _MAX_SENTENCE:
            candidates = forms.candidates(words_of(text, start, end, inside), len(inside))
            if not candidates:
                continue
            sentence = Sentence(items_of(text, start, end, inside), forms)
            vetoes = Vetoes(sentence.items, forms, kinds, is_river)
            matches = Matcher(sentence, forms, mentions, kinds, candidates).matches()
            placing = [match for match in matches if not vetoes.is_none(match, text)]
            found += [_expression(match, sentence.items) for match in _disjoint(placing)]
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
    before = text[max(0, mention.start - _NAME_WORD) : mention.start].split()
    after = text[mention.end : mention.end + _NAME_WORD].split()
    return bool((before and before[-1][0].isupper()) or (after and after[0][0].isupper()))


def _disjoint(matches: list[Match]) -> list[Match]:
    """Return the longest matches that share no words, in order; of two of one length the first, then that of the table's first template."""
    matches.sort(key=lambda m: (m.first - m.end, m.first, m.template.rank))
    taken: set[int] = set()
    chosen = []
    for match in matches:
        words = range(match.first, match.end)
        if taken.isdisjoint(words):
            taken.update(words)
            chosen.append(match)
    return sorted(chosen, key=lambda m: m.first)


def _expression(match: Match, items: Sequence[Item]) -> Expression:
    form = match.template.kind
    distance, hours, speed = (match.first_of(name) for name in ("D", "U", "modes"))
    bearing = match.first_of("R", "E")
    if form == "distance" and isinstance(distance, Span) and distance.is_limit:
        form = "radius"  # "less than 10 km from Goris"
    return Expression(
        kind=form.partition(".")[0],  # type: ignore[arg-type] # the table's keys are kinds, which a test holds
        form=form,
        start=items[match.first].start,
        end=items[match.end - 1].end,
        anchors=match.indices("AB"),
        near=match.indices("NM"),
        names=tuple(str(capture.value) for capture in match.captures if capture.slot == "X"),
        distance=distance if isinstance(distance, Span) else None,
        bearing=bearing if isinstance(bearing, float) else None,
        share=float(str(match.first_of("way") or _HALF)),
        hours=hours if isinstance(hours, Span) else None,
        speed_km_h=None if hours is None else float(str(speed or _DEFAULT_SPEED)),
    )
