"""Classify the event that a sentence reports by a lexicon that users can extend; ambiguous sentences have no label."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from geomap.annotation.parameters import EVENT_CONTEXT_LENGTH
from geomap.errors import LexiconError
from geomap.files import read_regular
from geomap.types import Event

_WORD = re.compile(r"\w+")
_PREFIX = 2
_KNOWN = frozenset(("label", "icon", "words", "no", "silent"))
_NEGATION = re.compile(
    r"\b(?:no|not|never|nor|without|avoid(?:ing)?|avert(?:ing|ed)?|prevent(?:ing|ed)?|fear(?:s|ed|ing)?(?: of)?|threats? of|risks? of|possible"
    r"|potential|hypothetical|imaginary|might|could|would|may|if|unless|warn(?:s|ed|ing)? (?:of|about|against)|den(?:y|ies|ied)"
    r"|call(?:s|ed|ing)? for|urg(?:e|es|ed|ing)|in case of|against)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
"""Negation or modality up to two words before an event word: the event did not happen, or may happen."""

_COMPOUND_BEFORE = re.compile(r"\b(?:anti|non|pre|post|counter|ex)[-‑]$", re.IGNORECASE)
_COMPOUND_AFTER = re.compile(r"[-‑](?!hit\b|stricken|ravaged|affected|damaged|related|torn|ridden|swept)[^\W\d_]")
"""Compounds that do not report the event: "anti-missile", "drought-free"."""
_OPENING = re.compile(r"(?:^|[.:!?;…—–\"“”‘'(\[-])\s*$")
_NAMED = re.compile(
    r"(?i:(?:hurricane|typhoon|cyclone|storm)(?-i:\s+[A-Z])|ebola|covid|coronavirus|world food programme)"
)
"""Capitalized event words inside a sentence are mostly parts of names ("Fire Station"); these are exceptions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of event and its words in lower case; a final ``*`` matches any ending."""

    key: str
    label: str
    icon: str | None
    words: tuple[str, ...]
    no: tuple[str, ...] = ()
    is_silent: bool = False
    """Whether the kind is never a label and only competes with other kinds, as a sports match with a battle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The event words with the same two first letters, as one pattern."""

    pattern: re.Pattern[str]
    """A group for each, the longest first."""
    kinds: tuple[str | None, ...]
    """The key of each word's kind; None for words that only suppress a match of another word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Kinds of event, and their words in the order of matching."""

    kinds: tuple[Kind, ...]
    cues: dict[str, Cues] = field(repr=False)
    """By the first two letters."""


def event_of(sentence: str, *, lexicon: Lexicon) -> Event | None:
    """Return the kind with the most distinct words in the sentence, or None without words or on a tie."""
    found: dict[str, list[str]] = {}
    reached = 0
    for word in _WORD.finditer(sentence):
        if word.start() < reached:
            continue
        cues = lexicon.cues.get(word[0][:_PREFIX].lower())
        match = cues.pattern.match(sentence, word.start()) if cues else None
        if cues and match and match.lastindex:
            reached = match.end()
            kind = cues.kinds[match.lastindex - 1]
            if kind and _is_reported(match, sentence):
                found.setdefault(kind, []).append(" ".join(match[0].split()))
    leader = _leader(Counter({key: len({cue.lower() for cue in cues}) for key, cues in found.items()}))
    if leader is None:
        return None
    leading = next(kind for kind in lexicon.kinds if kind.key == leader)
    if leading.is_silent:
        return None
    return Event(kind=leading.key, label=leading.label, cue=found[leader][0], icon=leading.icon)


def _is_reported(match: re.Match[str], sentence: str) -> bool:
    """Return whether a cue reports its event: not negated, not part of a compound, not part of a name."""
    before = sentence[max(0, match.start() - EVENT_CONTEXT_LENGTH) : match.start()]
    if _NEGATION.search(before) or _COMPOUND_BEFORE.search(before) or _COMPOUND_AFTER.match(sentence, match.end()):
        return False
    is_capital = match[0][0].isupper() and not match[0].isupper()
    return not is_capital or bool(_OPENING.search(before)) or bool(_NAMED.match(sentence, match.start()))


def leading_event(events: Iterable[Event]) -> Event | None:
    """Return the first event of the kind that is most frequent, or None where two kinds tie."""
    found = list(events)
    leader = _leader(Counter(event.kind for event in found))
    return next((event for event in found if event.kind == leader), None)


@cache
def load_lexicon(*paths: Path) -> Lexicon:
    """Return geomap's lexicon with the files of ``paths`` added to it, in order.

    Raise LexiconError where a file cannot be read or has another form.
    """
    embedded = files("geomap.annotation") / "data" / "events.toml"
    kinds: dict[str, Kind] = {}
    for name, text in [("events.toml", embedded.read_text("utf-8")), *((str(p), _text(p)) for p in paths)]:
        for kind in _kinds(text, name):
            kinds[kind.key] = _merged(kinds[kind.key], kind) if kind.key in kinds else kind
    named = (
        kind if kind.label else replace(kind, label=kind.key.replace("_", " ").capitalize()) for kind in kinds.values()
    )
    return lexicon_of(tuple(named))


def lexicon_of(kinds: Sequence[Kind]) -> Lexicon:
    """Return the lexicon of these kinds; at one position the longest word matches, and a suppressing word takes precedence."""
    owners: dict[str, str | None] = {word: kind.key for kind in kinds for word in kind.words}
    owners |= {word: None for kind in kinds for word in kind.no}
    words: dict[str, list[str]] = {}
    for word in sorted(owners, key=lambda w: (-len(w), w)):
        words.setdefault(word[:_PREFIX], []).append(word)
    cues = {
        prefix: Cues(
            pattern=re.compile("|".join(f"({_pattern(word)})" for word in some), re.IGNORECASE),
            kinds=tuple(owners[word] for word in some),
        )
        for prefix, some in words.items()
    }
    return Lexicon(kinds=tuple(kinds), cues=cues)


def _pattern(word: str) -> str:
    stem = r"\s+".join(re.escape(part) for part in word.rstrip("*").split())
    return stem + (r"\w*" if word.endswith("*") else r"(?!\w)")


def _leader(counts: Counter[str]) -> str | None:
    ranked = counts.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _merged(old: Kind, new: Kind) -> Kind:
    return Kind(
        key=old.key,
        label=new.label or old.label,
        icon=new.icon or old.icon,
        words=tuple(dict.fromkeys((*old.words, *new.words))),
        no=tuple(dict.fromkeys((*old.no, *new.no))),
        is_silent=old.is_silent or new.is_silent,
    )


def _text(path: Path) -> str:
    try:
        return read_regular(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise LexiconError(f"{path}: the event lexicon cannot be read ({why}); give a TOML file") from error


def _kinds(text: str, name: str) -> list[Kind]:
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise LexiconError(
            f"{name}: not TOML ({error}); see geomap/annotation/data/events.toml for the form"
        ) from error
    return [_kind(key, table, name) for key, table in tables.items()]


def _kind(key: str, table: Any, name: str) -> Kind:  # noqa: ANN401 - a TOML value
    if not isinstance(table, dict) or not set(table) <= _KNOWN:
        raise LexiconError(f"{name}: [{key}] is not a table of label, icon, words, no and silent; fix or remove it")
    if not isinstance(table.get("silent", False), bool):
        raise LexiconError(f"{name}: [{key}] silent is not true or false; fix it")
    for field_name in ("words", "no"):
        listed = table.get(field_name, [])
        if not isinstance(listed, list) or not all(
            isinstance(w, str) and _WORD.match(w.strip()) and len(w.strip(" *")) >= _PREFIX for w in listed
        ):
            raise LexiconError(f"{name}: [{key}] {field_name} is not a list of words of two letters or more; fix it")
    for field_name in ("label", "icon"):
        if not isinstance(table.get(field_name, ""), str):
            raise LexiconError(f"{name}: [{key}] {field_name} is not text; fix it")
    return Kind(
        key=key,
        label=table.get("label", ""),
        icon=table.get("icon"),
        words=tuple(" ".join(w.lower().split()) for w in table.get("words", [])),
        no=tuple(" ".join(w.lower().split()) for w in table.get("no", [])),
        is_silent=table.get("silent", False),
    )
