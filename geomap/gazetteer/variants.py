"""Other spellings under which the gazetteer may list a written name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.text.normalize import fold_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.types import PlaceKind

MAX_NAME = 400
"""Code points of a name that is looked up: GeoNames allows no alternate name more, and the longest of the embedded gazetteer has 193."""


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
_STILL, _RUNNING = (
    frozenset({"LK", "LKS", "LKN", "RSV", "LGN"}),
    frozenset({"STM", "STMI", "STMX", "CHN", "FLLS", "CNL"}),
)
_CODES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("lake", "reservoir"), _STILL),
    **dict.fromkeys(("river", "creek"), _RUNNING),
}
"""Feature codes by the words for waters that are never used for another sort."""
_POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$", re.IGNORECASE)
_COMPASS = re.compile(
    r"^(?:northern|southern|eastern|western|central|greater|downtown|upstate|mainland|inner|north|south|east|west|"
    r"north ?east(?:ern)?|north ?west(?:ern)?|south ?east(?:ern)?|south ?west(?:ern)?|mid|metro(?:politan)?) (.+)$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Another key for a written name, and the kinds of place it may then mean (None: any)."""

    key: str
    kinds: frozenset[PlaceKind] | None = None
    codes: frozenset[str] | None = None
    """The GeoNames feature codes that it may then mean (None: any): "Okanagan Lake" is not the river Okanagan."""
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
    own = fold_name(name)
    seen = {own}
    base = fold_name(_POSSESSIVE.sub("", name.strip()))
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
            Variant(key=rest, kinds=_GENERIC[last], codes=_CODES.get(last)),
        ]
    if first in _GENERIC:
        rest = " ".join(words[2:] if words[1] == "of" and len(words) > 2 else words[1:])
        forms += [Variant(key=f"{rest} {first}"), Variant(key=rest, kinds=_GENERIC[first], codes=_CODES.get(first))]
    return forms


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
