"""Clauses of an English sentence: their tense, and how far a time or an event is from a place. Pure.

Without a parser a sentence is cut at commas, conjunctions, relative pronouns and stronger signs; a segment without a finite
verb belongs to the clause of its neighbour. A time belongs to the places of its own clause, then to those of the clauses
beside it, and never to a place that it does not tell of: "the hall in Leeds, which was built in 1644, burned down".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from geomap.annotation.parameters import MAX_CLAUSE_COST

Joint = Literal["start", "comma", "and", "sub", "that", "relative", "hard"]

_BOUNDARY = re.compile(
    r"(?P<hard>[;:](?=\s)|\s[–-]\s|—|[“”\"()])"
    r"|,?\s(?P<relative>which|who|whom|whose|where)\b"
    r"|\b(?P<that>that)\b(?=\s)"
    r"|,?\s(?P<sub>while|when|whereas|because|although|though|unless|if|as|after|before|until|since|once)\s"
    r"|,?\s(?P<and>and|but|or|then)\s"
    r"|(?P<comma>,)(?=[\s”\"])"
)
_IRREGULAR = (
    "was were had did went came took made left hit fell fled began broke brought built burned burnt caught chose cut drew drove ate felt fought found flew "
    "forgot froze gave grew held hurt kept knew laid led lent lost lay met paid ran rang rode rose sank saw sent set shook shot showed shut sang slid "
    "slept spent spoke spread stood stole struck swept swam taught tore threw told thought understood woke wore won wrote became bore beat blew bought "
    "dealt dug fed got hid knelt leapt lit said sold sought swore swung withdrew overran overturned underwent"
)
_PAST = re.compile(rf"\b(?:{'|'.join(_IRREGULAR.split())}|[a-z]{{2,}}[a-df-z]ed|d?ied|agreed|freed|flee?d)\b")
_NO_VERB = frozenset("hundred red bed shed sacred united wicked naked aged sled".split())
_FINITE = re.compile(
    r"\b(?:is|are|am|has|have|does|do|will|would|can|could|may|might|must|shall|should|'ll|’ll|isn't|isn’t|says?|expects?|plans?|hopes?|remains?|lives?"
    r"|works?|houses|employs?|lies|sits|runs|serves|makes|produces|sells|owns|teaches|includes?|contains?|covers|opens|starts|begins|closes|ends|plays?|hosts?|faces?|begin|resume"
    r"|visits?|travels?|returns?|meets?|takes?|comes?|goes|leads?|stands)\b"
)
_STRONG = re.compile(
    r"\b(?:[Tt]here\s+(?:is|are)|(?:is|are)\s+in\s+(?:force|effect)|on\s+sale|(?:will|shall|won['’]t|['’]ll)(?!\s+have\b)|(?:is|are)\s+(?:\w+ly\s+)?(?:scheduled|due|set|expected|planned|planning|slated|likely|going|preparing|about|hoping|supposed|bound|to)"
    r"|scheduled|slated|booked\s+for|due\s+(?:on|in|to|at|back|before|by|for)|set\s+(?:for|to)|must(?!\s+have)|can(?!\s+have)|(?:may|might|could|should)(?!\s+have)\s"
    r"|plans?\s+to|planned\s+for|hopes?\s+to|hoping\s+to|aims?\s+to|intends?\s+to|expects?|vows?\s+to|upcoming|forthcoming|ahead\s+of|later\s+this\s+(?:week|month|year)"
    r"|(?:postponed|adjourned|delayed|deferred)\s+(?:to|until|till)|rescheduled|remanded\b|kicks?\s+off|gets?\s+(?:under\s?way|started)|deadline|forecast"
    r"|(?:until|till|by)\s+(?:next\s+)?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z.]*|takes?\s+place"
    r"|(?:is|are)\s+(?:playing|hosting|visiting|meeting|travelling|traveling|returning|opening|reopening|closing|holding|launching|flying|facing|welcoming|leaving|arriving))\b"
)
_WEAK = re.compile(
    r"\b(?:would(?!\s+have\b)|(?:was|were|had\s+been)\s+(?:scheduled|due|set|expected|planned|slated|to)|planned\s+to|planned|agreed\s+to|pledged\s+to|vowed\s+to|called\s+for)\b"
)
_SCHEDULE = re.compile(
    r"\b(?:plays?|hosts?|visits?|faces?|meets?|travels?|welcomes?|takes?\s+on|returns?|comes?\s+back|goes|heads?|opens?|reopens?|starts?|begins?|resumes?|leaves?"
    r"|arrives?|flies|fly|sails?|departs?|closes?|ends?|expires?|votes?|tours?|launch(?:es)?|kick\s+off|continues?|convenes?|airs?|goes\s+on\s+(?:sale|trial|show)"
    r"|goes\s+to\s+(?:the\s+polls|trial)|go\s+to\s+the\s+polls|appears?\s+(?:in\s+court|before))\b"
)
_INFINITIVE = re.compile(
    r"\bto\s+(?:play|host|open|reopen|visit|meet|face|return|resume|start|begin|close|hold|vote|launch|travel|tour|appear|be)\b"
)
_NO_SCHEDULE_BEFORE = frozenset(
    "the a an his her its their our my of in at on for this that these those first last second two three four five and or first-ever no any each every "
    "opening closing state official brief recent home early late new high low bus film train night day to who's".split()
) - {"to", "and"}
_HABIT = re.compile(
    r"\b(?:daily|nightly|weekly|monthly|annually|yearly|(?:every|each|most)\s+(?:other\s+)?(?:day|morning|afternoon|evening|night|week|weekend|month|year|summer|winter|spring|autumn"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?|usually|normally|regularly|nowadays|these\s+days|(?:once|twice)\s+a\s+(?:day|week|month|year))\b"
)
_ALWAYS = re.compile(
    r"\b(?:employs?|lives?|houses|belongs?|produces?|sells|teaches|is\s+(?:home|based|known|located|situated|famous)|are\s+(?:based|known|located)|has\s+(?:about|some|over|a\s+population))\b"
)
_STATIVE = re.compile(
    r"\b(?:lives?|live|resides?|is\s+(?:home|based|known|located|situated|famous|named|part)|are\s+(?:based|known|located)|has\s+(?:about|some|a\s+population)|employs?|houses|lies|sits"
    r"|produces?|serves|grew\s+up|was\s+(?:born|raised|built|founded|educated|named)|were\s+(?:born|built|founded)|works\s+(?:as|for|in|at)|belongs?|remains|used\s+to|had\s+(?:been|lived|worked|moved|served|"
    r"opened|spent|won|played|[a-z]+ed))\b"
)
_SHARED = re.compile(r",?\s(?:and|or)\s(?:\w+ly\s)?\w+e[dn]\b")
_EARLIER = re.compile(
    r"\b(?:had\s+(?:also\s+)?(?:been|[a-z]+ed|gone|come|taken|left|fallen)|used\s+to|once|formerly|previously|in\s+the\s+past|years?\s+(?:ago|earlier|before))\b"
)
_PEOPLE = (
    r"(?:man|woman|men|women|boy|girl|boys|girls|teenager|teenagers|couple|family|families|native|resident|residents|student|students|nurse|teacher|doctor|driver|farmer|pensioner|"
    r"mother|father|brother|sister|son|daughter|grandmother|grandfather|engineer|lawyer|builder|fisherman|fishermen|officer|soldier|priest|singer|player|mechanic|plumber|electrician|clerk|"
    r"tourist|tourists|worker|workers|businessman|businesswoman|retiree|migrant|trader|carpenter|baker|cyclist|motorcyclist|pilot|sailor|skater|runner|swimmer|one|those|people)"
)
_BEFORE_NAME = r"\s(?:the\s)?(?:[A-Z][\w.'’-]+\s|(?:near|town|city|village|suburb|nearby|southern|northern|eastern|western|central|neighbouring)\s|of\s){0,3}$"
_ORIGIN = re.compile(
    rf"(?:,\s\(?(?:aged\s)?\d{{1,3}}\)?,?\s(?:both\s|all\s)?(?:of|from)|\b(?:\d{{1,3}}-year-olds?|{_PEOPLE})\s(?:of|from)|\((?:\d{{1,3}},?\s)?(?:of|from)"
    rf"|\b(?:comes?|came|hails?|hailed)\sfrom){_BEFORE_NAME}"
)
"""Words before a place that make it someone's origin."""
_HOME = re.compile(
    rf"\b(?:(?:born|raised|grew\sup|based|headquartered|educated|lives?|lived|living|resides|residing|works?|worked)\s(?:and\s\w+\s)?(?:in|near|at)|native\sof){_BEFORE_NAME}"
)
"""Words before a place that make it someone's home or seat, which has the time of its own clause at most."""
_ORIGIN_LENGTH = 80
"""Code points before a place in which such words are searched. Not tuned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a sentence between two boundaries, and the boundary at its start."""

    start: int
    end: int
    joint: Joint
    has_verb: bool
    inside: int
    """The number of the relative clause that it is part of, 0 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tense:
    """What the verbs of a clause say of its time."""

    ahead: str | None = None
    """The words that refer to the future."""
    is_sure: bool = False
    """Whether they refer to a time after publication, and not only after that of the sentence ("would", "was due")."""
    is_past: bool = False


@lru_cache(maxsize=256)  # each time and each place of a sentence needs the same
def segments(sentence: str) -> tuple[Segment, ...]:
    """Return the segments of a sentence in order; together they are the sentence."""
    starts: list[tuple[int, Joint]] = [(0, "start")]
    for match in _BOUNDARY.finditer(sentence):
        if match.lastgroup == "comma" and _is_in_number(sentence, match.start()):
            continue
        starts.append((match.start(), match.lastgroup))  # type: ignore[arg-type] # the groups are the joints
    ends = [start for start, _ in starts[1:]] + [len(sentence)]
    # "after the flood" is no clause, "after the flood came" is one.
    kept = [
        pair for pair, end in zip(starts, ends, strict=True) if pair[1] != "sub" or has_verb(sentence[pair[0] : end])
    ]
    starts, ends = kept, [start for start, _ in kept[1:]] + [len(sentence)]
    found: list[Segment] = []
    inside = n_relative = 0
    for (start, joint), end in zip(starts, ends, strict=True):
        text = sentence[start:end]
        if joint == "relative":
            n_relative += 1
            inside = n_relative
        elif inside and (joint == "hard" or (joint == "comma" and _begins_with_verb(text))):
            inside = 0
        found.append(Segment(start=start, end=end, joint=joint, has_verb=has_verb(text), inside=inside))
    return tuple(found)


def _is_in_number(sentence: str, comma: int) -> bool:
    """Return whether a comma is inside a date: "March 3, 2020", "Tuesday, 19 September"."""
    before, after = sentence[max(0, comma - 12) : comma], sentence[comma + 1 : comma + 14].lstrip()
    return (before[-1:].isdigit() and after[:4].isdigit()) or (before.endswith("day") and after[:1].isdigit())


def _begins_with_verb(text: str) -> bool:
    words = text.lstrip(", ").split(maxsplit=1)
    return bool(words) and (has_verb(words[0]) or words[0] in ("has", "have"))


def has_verb(text: str) -> bool:
    """Return whether a text has a finite verb."""
    return bool(_FINITE.search(text)) or is_past(text)


def is_past(text: str) -> bool:
    """Return whether a text has a verb in the past."""
    return any(match[0] not in _NO_VERB for match in _PAST.finditer(text))


def index_at(parts: tuple[Segment, ...], at: int) -> int:
    """Return the index of the segment at an offset."""
    return next((n for n, part in enumerate(parts) if at < part.end), len(parts) - 1)


def verb_clause(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the clause around ``start`` to ``end``: its segment with the segments that it needs for a verb."""
    parts = segments(sentence)
    first, last = index_at(parts, start), index_at(parts, max(start, end - 1))
    if any(part.has_verb for part in parts[first : last + 1]):
        # "will be driven to Neiva and melted at Yumbo": one auxiliary for two verbs
        shares = first > 0 and parts[first].joint == "and" and _SHARED.match(sentence, parts[first].start)
        return parts[first - 1 if shares else first].start, parts[last].end
    leads = not sentence[parts[first].start : start].strip(" ,") or parts[first].joint == "start"
    for is_right in (True, False) if leads and first == 0 else (False, True):
        steps = range(last + 1, len(parts)) if is_right else range(first - 1, -1, -1)
        for n in steps:
            joint = parts[n if is_right else n + 1].joint
            if joint == "hard":
                break
            if parts[n].has_verb:
                return (parts[first].start, parts[n].end) if is_right else (parts[n].start, parts[last].end)
    return parts[first].start, parts[last].end


@lru_cache(maxsize=256)
def tense_at(sentence: str, start: int, end: int) -> Tense:
    """Return the tense of the clause around a time expression."""
    left, right = verb_clause(sentence, start, end)
    return tense_of(sentence[left:right], before=sentence[left:start])


def tense_of(clause: str, *, before: str = "") -> Tense:
    """Return the tense of a clause; ``before`` are its words before the time."""
    strong = _STRONG.search(clause)
    if strong:
        return Tense(ahead=strong[0].strip(), is_sure=True)
    weak = _WEAK.search(clause)
    if weak:
        return Tense(ahead=weak[0], is_past=False)
    past = is_past(clause)
    planned = None if past else _scheduled(clause) or _INFINITIVE.search(before or clause)
    if planned:
        return Tense(ahead=planned[0].strip(), is_sure=True)
    return Tense(is_past=past)


def _scheduled(clause: str) -> re.Match[str] | None:
    """Return a verb in the present for which a time is in the future: "travel to Preston on Friday"."""
    for match in _SCHEDULE.finditer(clause):
        words = clause[: match.start()].split()
        if not words or words[-1].lower().strip(",'’") not in _NO_SCHEDULE_BEFORE:
            return match
    return None


def is_home(sentence: str, at: int) -> bool:
    """Return whether the place at an offset is a home or a seat: "who lives in Bari"."""
    return bool(_HOME.search(sentence[max(0, at - _ORIGIN_LENGTH) : at]))


def is_habit(sentence: str, start: int, end: int) -> bool:
    """Return whether the clause of a time tells what is always so: "Today she skates daily", "today it employs 40"."""
    left, right = verb_clause(sentence, start, end)
    is_always = _HABIT.search(sentence, left, right) or _ALWAYS.search(sentence, left, right)
    return bool(is_always) and not is_past(sentence[left:right])


def is_origin(sentence: str, at: int) -> bool:
    """Return whether the place at an offset is someone's origin: ", 45, of Park Ridge"."""
    return bool(_ORIGIN.search(sentence[max(0, at - _ORIGIN_LENGTH) : at]))


def cost(
    sentence: str, *, place: tuple[int, int], told: tuple[int, int], is_long: bool = False, limit: int = MAX_CLAUSE_COST
) -> int | None:
    """Return how far a time is from a place, in boundaries; None where it does not belong to it.

    ``is_long`` is true of months and years, which belong to their own clause only; ``limit`` is the highest cost.
    """
    parts = segments(sentence)
    j, i = index_at(parts, place[0]), index_at(parts, told[0])
    if i == j:
        return 0
    here, there = parts[j], parts[i]
    if there.inside and there.inside != here.inside and not _is_defined(parts, j, i, place):
        return None
    is_own_verb = here.has_verb and there.has_verb
    if is_home(sentence, place[0]):
        return None
    is_run_up = here.joint == "sub"  # "on Monday after they had stopped at a lay-by"
    if (
        (is_own_verb or here.inside != there.inside)
        and not is_run_up
        and _STATIVE.search(sentence[here.start : here.end])
    ):
        return None
    if is_own_verb and _differ(sentence, here, there):
        return None
    total = sum(_weight(parts[n]) for n in range(min(i, j) + 1, max(i, j) + 1))
    leads = not re.sub(
        r"^\W*(?:(?:and|but|or|then|on|in|at|by|early|late|the|of|since|from|during|later|earlier)\b\W*)*",
        "",
        sentence[there.start : told[0]],
    )
    is_only = not sentence[told[1] : there.end].strip(" ,.") and leads
    if not is_only:
        total += (0 if leads else 1) if i < j else (2 if leads else 0)
    limit = limit if not is_long else int(i < j)
    return total if total <= limit else None


def _is_defined(parts: tuple[Segment, ...], j: int, i: int, place: tuple[int, int]) -> bool:
    """Return whether the relative clause of a time directly follows the place: "Goris, where shells fell on Monday"."""
    opening = next((n for n in range(j + 1, i + 1) if parts[n].joint == "relative"), None)
    return opening is not None and opening > 0 and parts[opening].start - place[1] <= 1


def _differ(sentence: str, here: Segment, there: Segment) -> bool:
    one, other = (tense_of(sentence[part.start : part.end]) for part in (here, there))
    return (one.is_sure and other.is_past) or (other.is_sure and one.is_past)


def _weight(part: Segment) -> int:
    if part.joint in ("relative", "hard"):
        return 3
    if part.joint in ("sub", "and"):
        return 2 if part.has_verb else 1
    return 1


def is_aside(sentence: str, start: int, end: int) -> bool:
    """Return whether a time stands in a relative clause, or tells what had been before."""
    left, right = verb_clause(sentence, start, end)
    inside = segments(sentence)[index_at(segments(sentence), start)].inside
    return bool(inside) or bool(_EARLIER.search(sentence, left, right))


def is_earlier(sentence: str) -> bool:
    """Return whether a sentence tells what was before the news: "had been", "used to", "years ago"."""
    return bool(_EARLIER.search(sentence))


def is_background(sentence: str) -> bool:
    """Return whether a sentence tells what was before or is always so, or what will be: it takes up no day told before."""
    tense = tense_of(sentence)
    return bool(tense.ahead) or not tense.is_past or bool(_HABIT.search(sentence) or is_earlier(sentence))
