"""Correct the network's spans: extend them to a complete name, remove institutions around it, drop spans without a place name.

Pure except for gazetteer look-ups. Spans are half-open token indices.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from geomap.gazetteer.variants import MAX_NAME
from geomap.recognition.parameters import MAX_EXTENSION_TOKENS, MAX_NAME_TOKENS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer.protocol import Gazetteer
    from geomap.text.tokens import Token

_COMPASS_ADJECTIVES = frozenset({"northern", "southern", "eastern", "western", "central"})
DIRECTIONS = frozenset({"north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest"})
_LINKS = frozenset("of the and on upon de del della di da do dos du des la le les el al an s".split()) | frozenset(
    "-–'’&"
)
_SEATS = frozenset({"city", "town", "county", "state", "village", "township", "province", "municipality", "borough"})
"""Words between a town and its institution: "Dublin City Council", "Mississippi State"."""
_LOOSE = frozenset({"new", "old", "metro"})
"""Words that are not joined to the name after them: "New U.S. Airline" in a headline."""
_ROADS = frozenset(
    {"road", "highway", "hwy", "route", "rte", "rt", "interstate", "freeway", "autobahn", "cr", "sr", "fm"}
)
_SHORT = frozenset({"st", "ave", "av", "blvd", "rd", "ln", "hwy", "pkwy", "ct", "twp", "co", "ft", "mt"})
_STATES = frozenset(
    "Ala Ariz Ark Calif Cal Colo Conn Del Fla Ga Ill Ind Kan Kans Ky La Md Mass Mich Minn Miss Mo Mont Neb Nebr Nev Okla"
    " Ore Pa Penn Tenn Tex Vt Va Wash Wis Wyo Alta Sask Man Ont Que".split()
)
"""Abbreviations of North American states in American newspapers, written with a full stop."""
_PLURALS = frozenset(
    {"counties", "townships", "districts", "provinces", "regions", "states", "streets", "avenues", "roads"}
)
_RANKS_OF_COURTS = frozenset({"circuit", "superior", "supreme", "district", "municipal", "magistrate", "magistrates"})
_OFFICIAL = frozenset(
    (what, "of") for what in ("city", "town", "county", "state", "village", "township", "commonwealth")
)
PARTIES = frozenset({"D", "R", "I", "DFL"})
"""Party letters before the constituency of an American legislator: "D-N.J."."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSpan:
    """Tokens ``start`` to ``end`` of a name, of which the network labelled ``read_start`` to ``read_end``."""

    start: int
    end: int
    read_start: int
    read_end: int
    is_cut: bool
    """Whether the name of an institution was removed from the end of the network's span."""


def name_spans(
    text: str, words: Sequence[Token], spans: Sequence[tuple[int, int]], *, gazetteer: Gazetteer
) -> list[NameSpan]:
    """Return the corrected names of the network's spans, in order, none overlapping."""
    found: list[NameSpan] = []
    for read_start, read_end in _joined(text, words, spans):
        if _is_too_long(words, read_start, read_end):
            continue
        start, end = _trimmed(text, words, read_start, read_end)
        start, end = _complete_name(text, words, start, end, gazetteer)
        stop = _without_institution(text, words, start, end, gazetteer)
        if _names_no_place(text, words, start, stop, gazetteer):
            continue
        if found and found[-1].end > start:
            if found[-1].end >= stop:
                continue
            found.pop()
        found.append(
            NameSpan(
                start=start,
                end=stop,
                read_start=max(start, read_start),
                read_end=min(stop, read_end),
                is_cut=stop < end and words[end - 1].text[0].isalnum(),
            )
        )
    return found


def _is_too_long(words: Sequence[Token], start: int, end: int) -> bool:
    """Return whether a span is longer than any name; the number of sub-spans tried is quadratic in its tokens."""
    return end - start > MAX_NAME_TOKENS or words[end - 1].end - words[start].start > MAX_NAME


def _trimmed(text: str, words: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """Return the span without tokens that are not part of a name, and with the full stop or road number that is."""
    while end - start > 1 and not words[end - 1].text[0].isalnum() and words[end - 1].text != ".":
        end -= 1
    while end - start > 1 and (not words[start].text[0].isalnum() or words[start].text in _COMPASS_ADJECTIVES):
        start += 1  # the network's "-western Bavaria" in "north-western Bavaria"
    while end - start > 1 and (
        words[end - 1].text in _PLURALS
        or (words[end - 1].text.lower() in _RANKS_OF_COURTS and _goes_on(text, words, end))
    ):
        end -= 1  # "Eastland and Callahan counties", "Cass County Circuit Court"
    if end - start > 2 and (words[start].text.lower(), words[start + 1].text) in _OFFICIAL:
        start += 2  # "State of Ohio"
    if end - start > 2 and words[start].text in PARTIES and words[start + 1].text == "-":
        start += 2  # "Sen. Frank Lautenberg, D-N.J."
    if end == len(words):
        return start, end
    last, behind = words[end - 1], words[end]
    if behind.text == "." and behind.start == last.end:
        is_short = last.text in _STATES or (end - start > 1 and last.text.lower() in _SHORT)
        return start, end + 1 if is_short else end  # "Hungerford St.", "Conn."
    is_number = behind.text[0].isdigit() and is_adjacent(text, words, end - 1) and last.text.lower() in _ROADS
    return start, end + 1 if is_number else end  # "County Road 43"


def _complete_name(text: str, words: Sequence[Token], start: int, end: int, gazetteer: Gazetteer) -> tuple[int, int]:
    """Return the longest gazetteer name in the text that contains the span: "Niger Delta" for "Niger"."""
    first, last = start, end
    while (
        first > max(0, start - MAX_EXTENSION_TOKENS)
        and is_adjacent(text, words, first - 1)
        and may_join(words, first - 1)
    ):
        first -= 1
    while (
        last < min(len(words), end + MAX_EXTENSION_TOKENS)
        and is_adjacent(text, words, last - 1)
        and may_join(words, last)
    ):
        last += 1
    for size in range(last - first, end - start, -1):
        for begin in range(max(first, end - size), min(start, last - size) + 1):
            stop = begin + size
            if _is_name(text, words, (begin, stop), (start, end), gazetteer):
                return begin, stop
    return start, end


def is_adjacent(text: str, words: Sequence[Token], i: int) -> bool:
    """Return whether at most one space separates a token from the next."""
    return text[words[i].end : words[i + 1].start] in ("", " ")


def may_join(words: Sequence[Token], i: int) -> bool:
    """Return whether a token may be part of a longer name: a capitalized word, "of", a hyphen, the full stop of "St."."""
    word = words[i].text
    return word[0].isupper() or word in _LINKS or (word == "." and i > 0 and words[i - 1].text.lower() in _SHORT)


def _is_name(
    text: str, words: Sequence[Token], longer: tuple[int, int], span: tuple[int, int], gazetteer: Gazetteer
) -> bool:
    """Return whether the longer span is a gazetteer name and not a title, a person or a council around ``span``."""
    (begin, stop), (start, end) = longer, span
    if not words[begin].text[0].isupper() or not words[stop - 1].text[0].isupper():
        return False
    before = [word.text.lower() for word in words[begin:start]]
    behind = [word.text.lower() for word in words[end:stop]]
    if before[:1] == ["the"] or (words[begin].text.lower(), words[begin + 1].text.lower()) in _OFFICIAL:
        return False  # "City of Norfolk" is Norfolk
    needs_end = (behind and behind[-1] in _SEATS) or is_generic(words[start:end])
    if needs_end and _goes_on(text, words, stop):
        return False  # "Dublin City Council", "St. James United Methodist Church"
    name = _name(text, words, begin, stop)
    if not gazetteer.knows(name):
        return False
    kind = gazetteer.lookup(name, limit=1)[0].place.kind
    if behind and behind[-1] == "state":
        return kind == "admin1"  # "Enugu State"; "Mississippi State" is a university
    is_of_a_place = all(word in _LINKS or _is_generic(word) for word in before)
    is_linked = kind == "site" and any(word in _LINKS for word in before)  # "Stade de France"
    is_of_a_person = kind in ("settlement", "suburb", "site")  # "Irving Berlin", "George Washington"
    return is_of_a_place or is_linked or not is_of_a_person


def _goes_on(text: str, words: Sequence[Token], end: int, *, with_possessive: bool = True) -> bool:
    """Return whether a capitalized word or a possessive directly follows the span."""
    if end >= len(words) or not is_adjacent(text, words, end - 1):
        return False
    return words[end].text[0].isupper() or (with_possessive and words[end].text in "'’")


def _without_institution(text: str, words: Sequence[Token], start: int, end: int, gazetteer: Gazetteer) -> int:
    """Return the end of the town in the name of an institution that is not in the gazetteer, else ``end``."""
    if end - start == 1 or words[end - 1].text.lower() not in institutions():
        return end
    for stop in range(end, start, -1):
        name = _name(text, words, start, stop)
        if words[stop - 1].text.lower() in _SEATS and not gazetteer.knows(name):
            continue  # "Whitestown Town Hall"
        if gazetteer.lookup(name, limit=1) and not _names_no_place(text, words, start, stop, gazetteer):
            return stop
    return end


def _names_no_place(text: str, words: Sequence[Token], start: int, end: int, gazetteer: Gazetteer) -> bool:
    """Return whether the span is listed in ``data/no_names.txt`` or has generic words only: "County", "Northern state"; not "the South"."""
    name, span = _name(text, words, start, end), words[start:end]
    if " ".join(name.casefold().split()) in no_names():
        return True
    if not is_generic(span):
        return False
    parts = [word.text.lower().rstrip(".") for word in span if word.text[0].isalnum()]
    if len(parts) > 1:
        is_own = any(part in generic_words()["features"] for part in parts) and not all(
            part in generic_words()["lands"] for part in parts[:-1]
        )
        return span[-1].text.islower() or not (is_own or gazetteer.knows(name))
    is_region = parts[0] in DIRECTIONS and start > 0 and words[start - 1].text.lower() == "the"
    return not is_region or _goes_on(text, words, end, with_possessive=False)


def _joined(text: str, words: Sequence[Token], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans with a generic word joined to an adjacent following name: "North", "Nokomis Street"."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        is_next = found and found[-1][1] == start and not _is_too_long(words, *found[-1])
        before = words[slice(*found[-1])] if is_next else ()
        if (
            before
            and is_generic(before)
            and is_adjacent(text, words, start - 1)
            and before[0].text.lower() not in _LOOSE
        ):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def is_generic(words: Sequence[Token]) -> bool:
    """Return whether every word is generic: it occurs in names but does not name a place alone."""
    return all(not word.text[0].isalnum() or _is_generic(word.text.lower().rstrip(".")) for word in words)


def _is_generic(word: str) -> bool:
    return any(word in listed for listed in generic_words().values())


def _name(text: str, words: Sequence[Token], start: int, end: int) -> str:
    return text[words[start].start : words[end - 1].end]


@lru_cache(maxsize=1)
def no_names() -> frozenset[str]:
    """Return expressions that resemble toponyms but name no place: the first word of an institution's name, a charity's emblem."""
    return frozenset(word.replace("_", " ") for word in _words_of("no_names.txt"))


@lru_cache(maxsize=1)
def institutions() -> frozenset[str]:
    """Return the nouns that end the name of an institution: "school", "court", "hospital"."""
    return frozenset(_words_of("institutions.txt"))


@lru_cache(maxsize=1)
def generic_words() -> Mapping[str, frozenset[str]]:
    """Return the generic words of names by category: "directions", "lands", …."""
    listed = tomllib.loads((files("geomap.recognition") / "data" / "generic.toml").read_text(encoding="utf-8"))
    return {sort: frozenset(words.split()) for sort, words in listed.items()}


def _words_of(file: str) -> list[str]:
    lines = (files("geomap.recognition") / "data" / file).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
