"""Tell what kind of event a sentence reports, by a lexicon that a newsroom can extend; unsure is no label."""

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

from geomap.errors import LexiconError
from geomap.files import read_regular
from geomap.types import Event

_WORD = re.compile(r"\w+")
_PREFIX = 2
_KNOWN = frozenset(("label", "icon", "words", "no", "silent"))
_TAKEN_BACK = re.compile(
    r"\b(?:no|not|never|nor|without|avoid(?:ing)?|avert(?:ing|ed)?|prevent(?:ing|ed)?|fear(?:s|ed|ing)?(?: of)?|threats? of|risks? of|possible"
    r"|potential|hypothetical|imaginary|might|could|would|may|if|unless|warn(?:s|ed|ing)? (?:of|about|against)|den(?:y|ies|ied)"
    r"|call(?:s|ed|ing)? for|urg(?:e|es|ed|ing)|in case of|against)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
"""Words that say the thing did not happen, or only may, up to two words before it."""

_COMPOUND_BEFORE = re.compile(r"\b(?:anti|non|pre|post|counter|ex)[-‑]$", re.IGNORECASE)
_COMPOUND_AFTER = re.compile(r"[-‑](?!hit\b|stricken|ravaged|affected|damaged|related|torn|ridden|swept)[^\W\d_]")
"""An "anti-missile" shield, a "drought-free" county: the thing is not there."""
_OPENING = re.compile(r"(?:^|[.:!?;…—–\"“”‘'(\[-])\s*$")
_NAMED = re.compile(
    r"(?i:(?:hurricane|typhoon|cyclone|storm)(?-i:\s+[A-Z])|ebola|covid|coronavirus|world food programme)"
)
"""What is written with a capital inside a sentence is mostly a name, a "Fire Station"; these are names of the thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of event and the words that show it, lower case, a final ``*`` for any ending."""

    key: str
    label: str
    icon: str | None
    words: tuple[str, ...]
    no: tuple[str, ...] = ()
    is_silent: bool = False
    """Never a label: its words only speak against the other kinds, as a match's do against a battle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The words that begin with the same two letters, as one pattern: most words of a text are none of them."""

    pattern: re.Pattern[str]
    """A group for each, the longest first."""
    kinds: tuple[str | None, ...]
    """The key of the kind that each shows; None for words that only take others back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Kinds of event, and their words in the order they are tried."""

    kinds: tuple[Kind, ...]
    cues: dict[str, Cues] = field(repr=False)
    """By the first two letters."""


def event_of(sentence: str, *, lexicon: Lexicon) -> Event | None:
    """Return the kind whose words the sentence has most of, or None where none is there or two tie."""
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
            if kind and _is_said(match, sentence):
                found.setdefault(kind, []).append(" ".join(match[0].split()))
    leader = _leader(Counter({key: len({cue.lower() for cue in cues}) for key, cues in found.items()}))
    if leader is None:
        return None
    leading = next(one for one in lexicon.kinds if one.key == leader)
    if leading.is_silent:
        return None
    return Event(kind=leading.key, label=leading.label, cue=found[leader][0], icon=leading.icon)


def _is_said(match: re.Match[str], sentence: str) -> bool:
    """Tell whether a cue reports its thing: it is not taken back, no part of a compound and no part of a name."""
    before = sentence[max(0, match.start() - 60) : match.start()]
    if _TAKEN_BACK.search(before) or _COMPOUND_BEFORE.search(before) or _COMPOUND_AFTER.match(sentence, match.end()):
        return False
    is_capital = match[0][0].isupper() and not match[0].isupper()
    return not is_capital or bool(_OPENING.search(before)) or bool(_NAMED.match(sentence, match.start()))


def leading_event(events: Iterable[Event]) -> Event | None:
    """Return the first event of the kind that is most frequent, or None where two kinds tie."""
    found = list(events)
    leader = _leader(Counter(one.kind for one in found))
    return next((one for one in found if one.kind == leader), None)


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
    """Return the lexicon of these kinds; at one place the longest words count, and what takes back before the rest."""
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
