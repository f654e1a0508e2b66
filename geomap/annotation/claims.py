"""Claims that differ: the counts and days that sentences tell of one event at a place, where they cannot all be right.

Nothing is averaged and nothing is superseded: each claim is listed with the sentence that it is from. What is unsure is no claim: the sort
of a count is that of its unit or of the verb beside it, a part of a count ("including two children", "four others") is none, and sentences
are of one event only if they tell the same kind of event on days that overlap, in articles of a few days.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from geomap.annotation.foreign.quantities import FoundQuantity
from geomap.annotation.parameters import (
    APPROXIMATE_SHARE,
    CLAIM_CONTEXT_LENGTH,
    MAX_ACCOUNT_DAYS,
    MAX_CLAIM_SPAN_DAYS,
    MIN_DAY_COUNT,
)
from geomap.annotation.quantities import locate_quantities
from geomap.annotation.time_spans import n_days
from geomap.records import Record
from geomap.types import Article, Evidence, Place, Quantity

Sort = Literal["killed", "injured", "missing", "arrested", "displaced", "evacuated", "homes destroyed", "day"]
"""What is counted, or the day of an event with the same count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Record):
    """A count or a day that a sentence tells."""

    index: int
    """The sentence, by its index in the evidence."""
    text: str
    """The words in the article: "at least six people", "Monday"."""
    value: float | str
    """The count, or the lower end of a range; of a day the ISO 8601 date."""
    upper: float | None = None
    """The upper end of a range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingClaims(Record):
    """The claims of one sort about one event of which not all can be right."""

    sort: Sort
    claims: tuple[Claim, ...]
    """Two or more, in the order of publication; each excludes another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """A count with what decides which others are of the same event."""

    claim: Claim
    lowest: float
    highest: float
    """The values that the words allow, inclusive."""
    days: tuple[int, int] | None
    """First and last day that the sentence tells, as ordinals; None where none is told for certain."""
    day_text: str | None
    article_id: str
    published: int | None
    is_attributed: bool
    """Whether the sentence names who says so: a second account, not a second event, in one article."""

    def excludes(self, other: _Count) -> bool:
        """Return whether no value is allowed by both."""
        return self.lowest > other.highest or self.highest < other.lowest


_Key = tuple[str, Sort, str]
"""The kind of event, the sort, and who is counted."""

_WIDE = frozenset({"country", "continent", "macroregion", "admin1", "admin2", "disputed"})
"""Kinds of place in which several events happen on one day, and that stand for finer places on a map that protects people."""
_WORDS: Mapping[Sort, str] = {
    "killed": "killed killing kills dead died deaths fatalities",
    "injured": "injured injuring injures wounded wounding wounds hurt hurting injuries",
    "missing": "missing",
    "arrested": "arrested arresting arrests detained detaining detains",
    "displaced": "displaced displacing displaces",
    "evacuated": "evacuated evacuating evacuates",
    "homes destroyed": "destroyed destroying destroys",
}
_SORT_OF: Mapping[str, Sort] = {word: sort for sort, words in _WORDS.items() for word in words.split()}
_ROWS_ABROAD: tuple[tuple[str, Sort, str], ...] = (
    ("de", "killed", "tote toten todesopfer todesopfern"),
    ("de", "injured", "verletzte verletzten"),
    ("fr", "killed", "mort morts"),
    ("fr", "injured", "blessé blessés"),
    ("es", "killed", "muerto muertos fallecidos"),
    ("es", "injured", "herido heridos"),
    ("ru", "killed", "погибших погибшие"),
    ("ru", "injured", "раненых раненые"),
    ("uk", "killed", "загиблих загиблі"),
    ("uk", "injured", "поранених поранені"),
)
_ABROAD = {(language, word): sort for language, sort, words in _ROWS_ABROAD for word in words.split()}
"""The units of the tables in ``geomap/annotation/data`` that name a sort by themselves, by language and word."""
_UNSURE_ABROAD = re.compile(
    r"\b(?:darunter|davon|weitere[nr]?|seit|insgesamt|dont|autres?|depuis|otr[oa]s?|desde|entre ellos|incluid[oa]s?"
    r"|ещ[её]|среди|в том числе|с начала|ще|серед|у тому числі|з початку)\b",
    re.IGNORECASE,
)
"""Words by which a count in those languages may be a part, or a sum of events."""
_HOMES = frozenset({"homes", "houses"})
_PEOPLE = frozenset({"people", "persons", "person"})
_VERB = rf"(?:{'|'.join(_SORT_OF)})"
_LEAD = re.compile(rf"{_VERB}\s+")
_BEFORE = re.compile(rf"\b(?P<verb>{_VERB})\s+$")
_AFTER = re.compile(
    rf"\s+(?:(?:(?:have|has|had)\s+been|were|was|are|is)\s+(?:(?:also|reported|confirmed)\s+)?(?P<passive>{_VERB})\b"
    rf"|(?:(?:are|were|is|was|have|has|had)\s+)?(?P<active>died|dead|missing)\b"
    rf"|(?P<bare>killed|injured|wounded|hurt|arrested|detained|displaced|evacuated|destroyed)\b"
    r"(?=\s*(?:[.,;:)]|$)|\s+(?:in|at|on|near|when|as|while|after|by|and|during)\b))"
)
"""What befell those counted, after them: "people were killed"; "four soldiers killed two men" has an object."""
_OR_BEFORE = re.compile(rf"\b{_VERB}\s+(?:and|or|and/or)\s+{_VERB}\s+$")
_OR_AFTER = re.compile(rf"\s+(?:and|or|and/or)\s+{_VERB}\b")
"""One count of two sorts: "killed or wounded 30 people"."""
_PART_BEFORE = re.compile(
    r"\b(?:including|among\s+them|of\s+whom|of\s+them|with|another|further|from|plus)\s+$", re.IGNORECASE
)
_PART = re.compile(r"\b(?:others?|another|additional|further|feared|more(?!\s+than)|of\s+them)\b", re.IGNORECASE)
_PART_AFTER = re.compile(r"\s+(?:others|more|of\s+(?:them|whom|the|those))\b")
_UNSURE = re.compile(
    r"\b(?:another|separate|separately|second|third|previous|previously|since|each|every|feared|would|could|might|may"
    r"|den(?:y|ies|ied|ying))\b"
)
"""Words by which a sentence may be of a further event, of a sum of events, or of none."""
_ATTRIBUTED = re.compile(r"\b(?:said|says|say|according\s+to|reported|claimed|claims|put|puts)\b")
_LEAST = re.compile(r"\b(?:at least|no fewer than|no less than|not less than|more than|over)\b")
_MOST = re.compile(r"\b(?:at most|up to|less than|fewer than|under|as many as|as much as)\b")


def differing_claims(
    evidence: Sequence[Evidence], *, place: Place, articles: Mapping[str, Article]
) -> tuple[DifferingClaims, ...]:
    """Return the claims that differ in the evidence of a place, ``articles`` by id: counts by their sort, then days.

    None of a district or a wider area: there, two counts on one day are mostly of two events.
    """
    if place.kind in _WIDE or len(evidence) < 2:
        return ()
    counts: dict[_Key, list[_Count]] = defaultdict(list)
    for key, count in _counts(evidence, articles):
        counts[key].append(count)
    found = []
    for (_, sort, _), same in counts.items():
        for event in _events(same):
            differing = [count for count in event if any(count.excludes(other) for other in event)]
            if differing:
                found.append(DifferingClaims(sort=sort, claims=_claims(differing)))
    found += [days for same in counts.values() if (days := _differing_days(same))]
    return tuple(sorted(found, key=lambda claims: claims.sort == "day"))


def _counts(evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> Iterator[tuple[_Key, _Count]]:
    """Yield the counts whose sort is certain, one of each sort in a sentence."""
    for index, one in enumerate(evidence):
        is_english = one.language == "en"
        unsure = _UNSURE if is_english else _UNSURE_ABROAD
        is_there = one.event is not None and one.is_reported and one.relation is None
        if one.event is None or not is_there or not one.quantities or unsure.search(one.text):
            continue
        when = one.when if one.when and not one.when.doubt else None
        if when and n_days(when) > MAX_CLAIM_SPAN_DAYS:
            continue
        article = articles.get(one.article_id)
        told: dict[tuple[Sort, str], list[Quantity]] = defaultdict(list)
        for found in locate_quantities(one.text, language=one.language):
            told_sort = _sort_of(found, one.text) if is_english else _sort_abroad(found.quantity, one.language)
            if told_sort:
                told[told_sort].append(found.quantity)
        for (sort, counted), quantities in told.items():
            quantity = quantities[0]
            if len(quantities) > 1 or quantity not in one.quantities:
                continue  # two in one sentence may be of two events, or a correction
            claim = Claim(index=index, text=quantity.text, value=quantity.value, upper=quantity.upper)
            lowest, highest = _allowed(quantity, is_english=is_english)
            count = _Count(
                claim=claim,
                lowest=lowest,
                highest=highest,
                days=(_ordinal(when.start), _ordinal(when.end)) if when else None,
                day_text=when.text if when else None,
                article_id=one.article_id,
                published=_ordinal(article.day) if article and article.day else None,
                is_attributed=is_english and _ATTRIBUTED.search(one.text) is not None,
            )
            yield (one.event.kind, sort, counted), count


def _sort_of(found: FoundQuantity, text: str) -> tuple[Sort, str] | None:
    """Return the sort of an English count, and who is counted; None where either is unsure or the count is a part."""
    lead = _LEAD.match(text, found.start)
    start = lead.end() if lead else found.start
    before, unit = text[max(0, start - CLAIM_CONTEXT_LENGTH) : start], found.quantity.unit.lower()
    is_part = _PART_BEFORE.search(before) or _PART.search(found.quantity.text) or _PART_AFTER.match(text, found.end)
    if is_part or _OR_BEFORE.search(before):
        return None
    own = _SORT_OF.get(unit)
    if own:
        return None if own == "homes destroyed" or _OR_AFTER.match(text, found.end) else (own, "people")
    after, ahead = _AFTER.match(text, found.end), _BEFORE.search(before)
    if bool(after) == bool(ahead):
        return None
    verb = ahead["verb"] if ahead else after and (after["passive"] or after["active"] or after["bare"])
    if not verb or (after and _OR_AFTER.match(text, after.end())):
        return None
    sort = _SORT_OF[verb]
    if (sort == "homes destroyed") != (unit in _HOMES):
        return None
    return sort, "people" if unit in _PEOPLE else "homes" if unit in _HOMES else unit


def _sort_abroad(quantity: Quantity, language: str) -> tuple[Sort, str] | None:
    sort = _ABROAD.get((language, quantity.unit.lower()))
    return (sort, "people") if sort else None


def _allowed(quantity: Quantity, *, is_english: bool) -> tuple[float, float]:
    """Return the least and the greatest count that the words allow; every count for an inexact one in another language."""
    if quantity.upper is not None:
        return quantity.value, quantity.upper
    if not quantity.is_approximate:
        return quantity.value, quantity.value
    words = quantity.text.lower()
    if not is_english:
        return 0.0, math.inf
    if _LEAST.search(words):
        return quantity.value, math.inf
    if _MOST.search(words):
        return 0.0, quantity.value
    return quantity.value * (1 - APPROXIMATE_SHARE), quantity.value * (1 + APPROXIMATE_SHARE)


def _events(counts: Sequence[_Count]) -> list[list[_Count]]:
    """Return the counts by event; one without a day belongs to the only event of its article's days, to none where there are several."""
    events: list[list[_Count]] = []
    for count in sorted((c for c in counts if c.days), key=lambda c: c.days or (0, 0)):
        if events and all(_is_one_event(count, other) for other in events[-1]):
            events[-1].append(count)
        else:
            events.append([count])
    dated = list(events)
    undated: list[list[_Count]] = []
    for count in (c for c in counts if not c.days):
        own = [event for event in dated if any(_is_one_event(count, other) for other in event)]
        if own:
            if len(own) == 1:
                own[0].append(count)
            continue
        for event in undated:
            if all(_is_one_event(count, other) for other in event):
                event.append(count)
                break
        else:
            undated.append([count])
    return dated + undated


def _is_one_event(count: _Count, other: _Count) -> bool:
    """Return whether two counts of one kind may be of one event: their days overlap, and their articles are of a few days."""
    if count.article_id == other.article_id and not (count.days and other.days):
        return count.is_attributed or other.is_attributed
    if count.article_id != other.article_id and not _is_near(count.published, other.published):
        return False
    days, others = _days_of(count), _days_of(other)
    return days is not None and others is not None and days[0] <= others[1] and others[0] <= days[1]


def _is_near(day: int | None, other: int | None) -> bool:
    return day is not None and other is not None and abs(day - other) <= MAX_ACCOUNT_DAYS


def _days_of(count: _Count) -> tuple[int, int] | None:
    """Return the days that are told, else those before publication that a news text without a day may mean."""
    if count.days or count.published is None:
        return count.days
    return count.published - MAX_ACCOUNT_DAYS, count.published


def _differing_days(counts: Sequence[_Count]) -> DifferingClaims | None:
    """Return the days of one count, told by articles that each know only one of them; None where they agree."""
    by_article: dict[str, list[_Count]] = defaultdict(list)
    for count in counts:
        if count.days:
            by_article[count.article_id].append(count)
    single = [found[0] for found in by_article.values() if len({count.days for count in found}) == 1]
    exact = [count for count in single if count.lowest == count.highest >= MIN_DAY_COUNT]
    differing = [count for count in exact if any(_tell_other_days(count, other) for other in exact)]
    claims = [
        replace(
            c, claim=Claim(index=c.claim.index, text=c.day_text or "", value=date.fromordinal(c.days[0]).isoformat())
        )
        for c in differing
        if c.days
    ]
    return DifferingClaims(sort="day", claims=_claims(claims)) if claims else None


def _tell_other_days(count: _Count, other: _Count) -> bool:
    if (
        not count.days
        or not other.days
        or count.lowest != other.lowest
        or not _is_near(count.published, other.published)
    ):
        return False
    gap = max(count.days[0] - other.days[1], other.days[0] - count.days[1])
    return 0 < gap <= MAX_ACCOUNT_DAYS


def _claims(counts: Sequence[_Count]) -> tuple[Claim, ...]:
    """Return the claims in the order of publication, one of each value in an article."""
    kept: dict[tuple[str, float | str, float, float], Claim] = {}
    for count in sorted(counts, key=lambda count: (count.published or 0, count.claim.index)):
        kept.setdefault((count.article_id, count.claim.value, count.lowest, count.highest), count.claim)
    return tuple(kept.values())


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
