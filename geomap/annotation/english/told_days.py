"""The days that the sentences of an article tell, each read after those before it.

"The same evening" and "two days later" are counted from the day told last. A sentence without a time of its own takes the
day told before it where a word ties the two ("also", "meanwhile", "another"), or where it speaks of the event again ("the
quake was felt in Sligo"), with a doubt. Any other sentence has no day.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from geomap.annotation.dates import find_times, nearest
from geomap.annotation.english import clauses
from geomap.annotation.english.told_times import is_day, span_of
from geomap.annotation.parameters import MAX_EVIDENCE_LENGTH, MAX_TIE_SENTENCES
from geomap.annotation.time_spans import Span, Timed
from geomap.text.publication_dates import is_month_first
from geomap.types import Article, When

_TIE = re.compile(
    r"\b(?:also|meanwhile|elsewhere|simultaneously|likewise|similarly|at\s+the\s+same\s+time|in\s+(?:a\s+)?separate|as\s+well|too(?=[,.;])|(?:another|a\s+(?:second|third|fourth|further|similar|separate))"
    r"(?=\s+(?:\w+\s+){0,2}(?:attack|blast|explosion|bomb|fire|blaze|crash|accident|collision|quake|strike|shooting|raid|drone|missile|rocket|shell|protest|march|rally|group|convoy|boat|body|man|woman|person|people|child"
    r"|suspect|landslide|tornado|avalanche)))\b",
    re.IGNORECASE,
)
_EVENTS = {
    noun: family
    for family in (
        "quake earthquake tremor shock shaking", "blast explosion bombing bomb detonation", "fire blaze flames inferno wildfire", "crash accident collision pile-up derailment wreck",
        "attack raid assault shelling strike airstrike bombardment shooting gunfire ambush", "flood floods flooding floodwater floodwaters", "storm gale hurricane cyclone typhoon tornado blizzard winds",
        "landslide mudslide avalanche rockfall", "protest protests demonstration demonstrations march rally protesters demonstrators marchers", "vote election ballot poll count", "match game fixture",
        "eruption ash", "spill leak slick", "outage blackout cut", "robbery heist theft robbers thieves", "sinking wreck capsizing ferry boat", "stampede crush", "clash clashes fighting battle", "outbreak",
        "ceremony funeral burial service", "hearing trial verdict", "meeting talks summit", "stabbing murder killing", "collapse", "rescue", "evacuation",
    )
    for noun in family.split()
}  # fmt: skip
"""Nouns of events and the family that may name the same event."""
_TELLING = {
    verb: _EVENTS[noun]
    for noun, verbs in {
        "crash": "crashed collided overturned derailed ploughed rammed", "blast": "exploded detonated", "fire": "burned burnt ablaze", "attack": "attacked ambushed shelled raided shot bombed",
        "flood": "flooded", "eruption": "erupted", "sinking": "sank capsized overturned", "stabbing": "stabbed", "collapse": "collapsed", "robbery": "robbed", "protest": "protested demonstrated marched rallied",
        "clash": "clashed", "hearing": "sentenced", "quake": "jolted",
    }.items()
    for verb in verbs.split()
} | _EVENTS  # fmt: skip
"""The same with verbs, which tell an event that a noun takes up."""
_AGAIN = re.compile(rf"\b[Tt]he\s+(?:\w+\s+)?(?P<noun>{'|'.join(sorted(_EVENTS, key=len, reverse=True))})\b")
_TOLD = re.compile(rf"\b(?:{'|'.join(sorted(_TELLING, key=len, reverse=True))})\b", re.IGNORECASE)


@dataclass(slots=False, kw_only=True)
class ToldDays:
    """The times of the sentences of an article's text or title; they are read when one is asked for."""

    article: Article
    text: str
    spans: Sequence[tuple[int, int]]
    """The ``sentence_spans`` of the text."""
    language: str = "en"
    _times: list[tuple[Timed, ...]] = field(default_factory=list)
    _told: list[Span | None] = field(default_factory=list)
    """The day told up to the end of each sentence that was read."""
    _families: dict[str, Span] = field(default_factory=dict)

    def when(self, start: int, end: int) -> When | None:
        """Return the time of the event at the place at these offsets, by its sentence and those before it."""
        number = max(0, bisect_right(self.spans, (start, len(self.text))) - 1)
        while len(self._times) <= number:
            self._read(len(self._times))
        first, last = self.spans[number]
        place = (start - first, end - first)
        return nearest(self.text[first:last], self._times[number], place=place, language=self.language)

    def _read(self, number: int) -> None:
        """Read the times of a sentence, after those before it."""
        first, last = self.spans[number]
        sentence = self.text[first : min(last, first + MAX_EVIDENCE_LENGTH)]
        told = self._told[-1] if self._told else None
        times = tuple(self._found(sentence, told))
        events = [time for time in times if is_day(time)]
        event = self._event_of(sentence, events)
        if event is None and self.language == "en" and not times:
            times = self._taken_up(sentence, number)
        told = span_of(event) if event else told
        self._times.append(times)
        self._told.append(told)
        dated = span_of(event) if event else span_of(times[0]) if times and times[0].is_tie else None
        if dated:
            for match in _TOLD.finditer(sentence):
                self._families.setdefault(_TELLING[match[0].lower()], dated)

    def _event_of(self, sentence: str, events: Sequence[Timed]) -> Timed | None:
        """Return the time from which later sentences count: the last of an event of the news, not of what was before it."""
        if self.language == "en":
            news = [time for time in events if not clauses.is_aside(sentence, time.start, time.end)]
            events = news if news or any(self._told) else events
        return next((time for time in reversed(events) if not time.is_of_statement), events[-1] if events else None)

    def _found(self, sentence: str, told: Span | None) -> Sequence[Timed]:
        return list(
            find_times(
                sentence,
                published=self.article.published,
                language=self.language,
                is_month_first=self._is_month_first if "/" in sentence else None,
                told=told,
            )
        )

    @cached_property
    def _is_month_first(self) -> bool | None:
        return is_month_first(self.article)

    def _taken_up(self, sentence: str, number: int) -> tuple[Timed, ...]:
        """Return the day told before that a sentence without a time takes up, at the word that does so."""
        recent = self._told[max(0, number - MAX_TIE_SENTENCES) : number]
        is_recent = any(self._times[max(0, number - MAX_TIE_SENTENCES) : number])
        told = recent[-1] if recent and is_recent else None
        tie = _TIE.search(sentence) if told else None
        if told and tie and not clauses.is_background(sentence):
            return (self._tied(tie, told, f"the day told before; “{tie[0]}” takes it up"),)
        again = _AGAIN.search(sentence) if self._families else None
        span = self._families.get(_EVENTS[again["noun"]]) if again else None
        if again and span and not clauses.is_background(sentence):
            return (self._tied(again, span, f"the day told before of “{again[0]}”"),)
        return ()

    def _tied(self, match: re.Match[str], span: Span, doubt: str) -> Timed:
        when = Span(first=span.first, last=span.last, doubt=doubt).when(match[0])
        return Timed(start=match.start(), end=match.end(), when=when, is_of_statement=False, is_tie=True)
