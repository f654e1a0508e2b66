"""Whether an English event word reports its event, and which kinds of event may be two sides of one. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geomap.annotation.parameters import EVENT_CONTEXT_LENGTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """An event word in a sentence, with its half-open span."""

    kind: str
    text: str
    start: int
    end: int


_NEGATION = re.compile(
    r"\b(?:no|not|never|stop(?:s|ped|ping)?|halt(?:s|ed|ing)?|nor|without|avoid(?:ing)?|avert(?:ing|ed)?|prevent(?:ing|ed)?|fear(?:s|ed|ing)?(?: of)?|threats? of|risks? of|possible"
    r"|potential|hypothetical|imaginary|might|could|would|may|if|unless|warn(?:s|ed|ing)? (?:of|about|against)|den(?:y|ies|ied)"
    r"|call(?:s|ed|ing)? for|urg(?:e|es|ed|ing)|in case of|against)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
"""Negation or modality up to two words before an event word: the event did not happen, or may happen."""

COMPOUND_BEFORE = re.compile(r"\b(?:anti|non|pre|post|counter|ex)[-‑]$", re.IGNORECASE)
COMPOUND_AFTER = re.compile(r"[-‑](?!hit\b|stricken|ravaged|affected|damaged|related|torn|ridden|swept)[^\W\d_]")
"""Compounds that do not report the event: "anti-missile", "drought-free"."""
_OPENING = re.compile(r"(?:^|[.:!?;…—–\"“”‘'(\[-])\s*$")
_NAMED = re.compile(
    r"(?i:(?:hurricane|typhoon|cyclone|storm)(?-i:\s+[A-Z])|ebola|covid|coronavirus|world food programme)"
)
"""Capitalized event words inside a sentence are mostly parts of names ("Fire Station"); these are exceptions."""
SIDES = frozenset(
    frozenset(pair.split())
    for pair in (
        "fighting attack", "attack crime", "attack fire", "attack accident", "fire accident", "fire crime", "accident crime", "weather disaster", "weather accident", "disaster accident", "fire weather",
        "fire disaster", "weather displacement", "disaster displacement", "fire displacement", "fighting displacement", "attack displacement", "accident displacement", "fighting fire", "aid displacement",
        "aid shortage", "aid health", "shortage health", "shortage fighting", "shortage weather", "aid weather", "aid disaster", "protest politics", "protest crime", "protest shortage", "talks disarmament",
        "talks politics", "politics crime", "fighting shortage", "health accident", "disarmament politics", "economy politics", "economy protest", "economy shortage", "attack protest", "health displacement",
        "protest fire", "protest talks", "protest accident",  "shortage disaster", "health disaster", "health weather",
    )
)  # fmt: skip
"""Kinds that may be two sides of one event. "Fighting went on while the talks began" has two events and no kind."""
FORCES = frozenset(("accident", "disaster", "fire", "weather"))
"""Kinds whose words are shared: in a report of a tornado a chicken house is overturned."""


def is_reported(match: re.Match[str], sentence: str) -> bool:
    """Return whether a cue reports its event: not negated, not part of a compound, not part of a name."""
    before = sentence[max(0, match.start() - EVENT_CONTEXT_LENGTH) : match.start()]
    if _NEGATION.search(before) or COMPOUND_BEFORE.search(before) or COMPOUND_AFTER.match(sentence, match.end()):
        return False
    is_capital = match[0][0].isupper() and not match[0].isupper()
    return not is_capital or bool(_OPENING.search(before)) or bool(_NAMED.match(sentence, match.start()))


_EFFECT = re.compile(
    r"\b(?:killed|injured|wounded|hurt|died|dead|deaths?|dying|casualties|victims|survivors|survived|rescued|rescuers|missing|damaged|destroyed|wrecked|flattened|levelled|ruined|lost"
    r"|closed|shut|blocked|impassable|cancelled|canceled|suspended|diverted|cut\s+off|isolated|stranded|trapped|evacuated|hospitali[sz]ed|in\s+hospital|treated|felt|hit|worst[- ]hit"
    r"|affected|reported|houses|homes|roofs|bridges?|crews|search|measured|lifted|moved|gathered|fell|reached|cleared|flown|taken|brought|warning|police|officers|doctors|soldiers)\b"
)
"""Words of what an event does to people and places."""


def effect_in(sentence: str) -> str | None:
    """Return the first word of a sentence that tells what an event did to people or places, or None."""
    found = _EFFECT.search(sentence)
    return found[0] if found else None
