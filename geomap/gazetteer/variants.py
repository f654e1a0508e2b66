"""How a written name becomes a key, and which other spellings it may stand for. Pure; standard library only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.types import PlaceKind

_APOSTROPHES = "'’‘ʻʼ`´′ʹʾʿ"
_DASHES = "-‐‑‒–—―−_"
_ASCII = {ord(c): None for c in "'`."} | {ord("-"): " ", ord("_"): " ", ord("&"): " and "}
_OTHER: dict[int, str | None] = (
    dict.fromkeys(map(ord, _APOSTROPHES + ".·"))
    | dict.fromkeys(map(ord, _DASHES), " ")
    | {ord("&"): " and "}
    # Letters that NFKD does not take apart.
    | {
        ord(a): b
        for a, b in zip("łøđıəæœþðħŋ", ["l", "o", "d", "i", "e", "ae", "oe", "th", "d", "h", "n"], strict=True)
    }
    # Combining marks of Latin, Greek and Cyrillic; vowel points of Hebrew and Arabic. Vowel signs of other
    # scripts are letters in all but name, and stay.
    | dict.fromkeys(range(0x300, 0x370))
    | dict.fromkeys(range(0x591, 0x5C8))
    | dict.fromkeys(range(0x64B, 0x653))
    | dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0xFEFF, 0xAD))
)

MAX_NAME = 400
"""Code points of a name that is looked up: GeoNames allows no alternate name more, and the longest of the embedded gazetteer has 193."""


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """Return the key under which the gazetteer keeps a name; folding a key gives the key again.

    Case, accents, apostrophes and the dots of abbreviations go; dashes and runs of space become one space.
    """
    if name.isascii():
        return " ".join(name.lower().translate(_ASCII).split())
    # Casefold before and after: NFKD may bring capitals out ("™"), casefold may bring marks out ("İ").
    decomposed = unicodedata.normalize("NFKD", name.casefold()).casefold()
    return " ".join(decomposed.translate(_OTHER).split())


_TWINS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_TWINS |= {full: short for short, full in _TWINS.items()}
_SHORT = {"n": "north", "s": "south", "e": "east", "w": "west", "pt": "point", "mts": "mountains", "co": "county"}
_ADMIN: frozenset[PlaceKind] = frozenset({"country", "admin1", "admin2", "admin3", "disputed", "macroregion"})
_DISTRICT: frozenset[PlaceKind] = frozenset({"admin1", "admin2", "admin3"})
_TOWN: frozenset[PlaceKind] = frozenset({"settlement", "suburb", "admin2", "admin3"})
_WATER: frozenset[PlaceKind] = frozenset({"water"})
_LAND: frozenset[PlaceKind] = frozenset({"physical", "macroregion", "site"})
_ISLE: frozenset[PlaceKind] = frozenset({"island", "country", "admin1", "admin2"})
_GENERIC: dict[str, frozenset[PlaceKind]] = {
    **dict.fromkeys(("county", "parish", "borough", "district", "rayon", "raion", "municipality"), _DISTRICT),
    **dict.fromkeys(("province", "state", "region", "governorate", "oblast", "prefecture", "territory"), _ADMIN),
    **dict.fromkeys(("republic", "kingdom", "emirate", "canton", "department", "regency", "krai"), _ADMIN),
    **dict.fromkeys(("city", "town", "township", "village", "metropolitan area", "metro area", "area"), _TOWN),
    **dict.fromkeys(("river", "lake", "sea", "ocean", "bay", "strait", "gulf", "creek", "reservoir"), _WATER),
    **dict.fromkeys(("mountains", "mountain", "desert", "valley", "peninsula", "hills", "range"), _LAND),
    **dict.fromkeys(("island", "islands", "isle", "archipelago"), _ISLE),
}
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_COMPASS = re.compile(
    r"^(?:northern|southern|eastern|western|central|greater|downtown|upstate|mainland|inner|north|south|east|west|"
    r"north ?east(?:ern)?|north ?west(?:ern)?|south ?east(?:ern)?|south ?west(?:ern)?|mid|metro(?:politan)?) (.+)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Another key a written name may stand for, and the kinds of place it may then mean (None: any)."""

    key: str
    kinds: frozenset[PlaceKind] | None = None
    is_people: bool = False
    """A plural, which only a people has: "Russians"."""


def twin(key: str) -> str | None:
    """Return the same name with "St." for "Saint", "Mt." for "Mount", "Ft." for "Fort", or the reverse; else None."""
    first, _, rest = key.partition(" ")
    return f"{_TWINS[first]} {rest}" if rest and first in _TWINS else None


def variants(name: str) -> Iterator[Variant]:
    """Yield the keys to try when the name itself is unknown, the closest first; the name's own key is not among them.

    "the X" = "X"; "X's" = "X"; "St." = "Saint"; "X County", "County X" and "County of X" = the district "X";
    "X" = "the X"; "northern X" = "X" last of all.
    """
    own = fold(name)
    seen = {own}
    base = fold(_POSSESSIVE.sub("", name.strip()))
    forms = [Variant(key=base), Variant(key=base.removeprefix("the "))]
    words = base.removeprefix("the ").split()
    forms += [Variant(key=f"the {base}")] if words and not base.startswith("the ") else []
    forms += [
        Variant(key=" ".join([*words[:i], _SHORT[w], *words[i + 1 :]])) for i, w in enumerate(words) if w in _SHORT
    ]
    forms += _generic_forms(words)
    if base.endswith("s") and len(base) > 4:
        forms.append(Variant(key=base[:-1], is_people=True))
    compass = _COMPASS.match(" ".join(words))
    if compass:
        forms.append(Variant(key=compass[1]))
    for form in forms:
        if len(form.key) > 1 and form.key not in seen:
            seen.add(form.key)
            yield form


def _generic_forms(words: list[str]) -> list[Variant]:
    """Return the forms without, or with the other order of, a generic word: "Lake X" = "X Lake" = the water "X"."""
    forms: list[Variant] = []
    if len(words) < 2:
        return forms
    first, last = words[0], words[-1]
    if last in _GENERIC:
        rest = " ".join(words[:-1])
        forms += [
            Variant(key=f"{last} {rest}"),
            Variant(key=f"{last} of {rest}"),
            Variant(key=rest, kinds=_GENERIC[last]),
        ]
    if first in _GENERIC:
        rest = " ".join(words[2:] if words[1] == "of" and len(words) > 2 else words[1:])
        forms += [Variant(key=f"{rest} {first}"), Variant(key=rest, kinds=_GENERIC[first])]
    return forms


_SURE = 1.0
_PRIOR = 0.5
"""What a name counts for before it was ever seen: half a sighting as a place."""


def word_worth(name: str) -> float:
    """Return how likely a name in an English text is a place, 0 to 1, as annotated texts had it; 1 where they are silent.

    Case counts: "US" is a country more often than "Us" is.
    """
    counts = _sightings().get(" ".join(name.split()))
    return _SURE if counts is None else (counts[0] + _PRIOR) / (counts[1] + 1)


@lru_cache(maxsize=1)
def _sightings() -> dict[str, tuple[int, int]]:
    """Return how often names were a place and were seen at all: ``training/name_worth.py`` counted them."""
    text = files("geomap.gazetteer").joinpath("data/name_worth.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {name: (int(places), int(seen)) for name, places, seen in rows}


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def one_typo(key: str) -> Iterator[str]:
    """Yield every key one deletion, swap, replacement or insertion of a letter away; the first letter stays.

    Misspellings rarely touch the first letter, and leaving it out halves the wrong answers.
    """
    for i in range(1, len(key)):
        yield key[:i] + key[i + 1 :]
        if i + 1 < len(key):
            yield key[:i] + key[i + 1] + key[i] + key[i + 2 :]
    for i in range(1, len(key) + 1):
        head, rest, after = key[:i], key[i:], key[i + 1 :]
        for letter in _LETTERS:
            yield head + letter + rest
            if rest:
                yield head + letter + after
