"""From the form of a name in a text to the name that the gazetteer lists: case endings, prefixes, romanization.

The endings are those of ``data/endings.toml``; romanization follows the national systems, as the gazetteer's English names do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING

from geomap.recognition.parameters import (
    MAX_INFLECTED_FORMS,
    MIN_BASE_POPULATION,
    MIN_BASE_RATIO,
)

if TYPE_CHECKING:
    from geomap.gazetteer.protocol import Gazetteer
    from geomap.types import Candidate

_ARABIC = ("وال", "بال", "فال", "كال", "وبال", "وب", "ول", "فب", "ال", "و", "ف", "ب", "ك", "ل")
_HEBREW = ("שב", "וב", "מה", "וה", "של", "ומ", "ול", "שמ", "כש", "ב", "ל", "מ", "ה", "ו", "ש", "כ")
_PREFIXES: Mapping[str, Sequence[str]] = {"ar": _ARABIC, "he": _HEBREW}
"""What is written together with the name after it."""
_SHORTEST = 2
"""Letters of a name without its ending or prefix."""
_AREAS = frozenset(("country", "continent", "macroregion", "disputed", "admin1"))
_JOINED_LANGUAGES = frozenset({"zh", "ja"})
_ALL_DECLINED = frozenset({"ru", "uk", "pl", "cs", "hr", "sr", "el"})
"""Languages in which every word of a name has a case ending."""


def listed_name(words: Sequence[str], written: str, language: str, gazetteer: Gazetteer) -> str | None:
    """Return the name by which ``gazetteer`` lists the toponym ``written``, of the tokens ``words``; None where it lists none.

    The written form itself comes first, unless a base form is that of a place far more prominent.
    """
    best: tuple[tuple[float, bool], str] | None = None
    own: Candidate | None = None
    for number, form in enumerate(_unique((written, *base_forms(words, language)))):
        if not gazetteer.knows(form):
            continue
        found = gazetteer.lookup(form, limit=1)
        if not found:
            continue
        if number == 0:
            own = found[0]
            continue
        weight = _weight(found[0])
        if best is None or (weight, len(form)) > (best[0], len(best[1])):
            best = weight, form
    if own is not None:
        is_less = (
            best is not None and best[0][0] >= MIN_BASE_POPULATION and best[0][0] >= MIN_BASE_RATIO * _weight(own)[0]
        )
        return best[1] if best is not None and is_less else written
    if best is not None:
        return best[1]
    roman = (form for form in _unique(_romanized(words, written, language)) if gazetteer.knows(form))
    return next((form for form in roman if _is_likely(form, language, gazetteer)), None)


def _is_likely(roman: str, language: str, gazetteer: Gazetteer) -> bool:
    """Return whether a romanized name is that of a city, or of a place where the language is written: many a hamlet has any short name."""
    found = gazetteer.lookup(roman, limit=1)
    place = found[0].place if found else None
    return place is not None and (
        place.population >= MIN_BASE_POPULATION or place.kind in _AREAS or place.country in _HOMES[language]
    )


def _weight(candidate: Candidate) -> tuple[float, bool]:
    """Return the prominence of a place, its people, more for countries and states; and whether the name is its own."""
    return candidate.place.population + (1_000_000 if candidate.place.kind in _AREAS else 1), candidate.match == "name"


def base_forms(words: Sequence[str], language: str) -> Iterator[str]:
    """Yield the forms of a name without prefix, without the case ending of its last word, then of every word."""
    for prefix in _PREFIXES.get(language, ()):
        bare = words[0].removeprefix(prefix)
        if len(bare) > (_SHORTEST if len(words) == 1 else 1) and bare != words[0]:
            # the Arabic prefix "li-" assimilates the first letter of the article: "للقاهرة" for "القاهرة"
            first = "ا" + bare if prefix.endswith("ل") and bare.startswith("ل") else bare
            yield _joined((first, *words[1:]))
            if language == "ar" and not first.startswith("ال"):
                yield _joined(("ال" + first, *words[1:]))
    if language in _JOINED_LANGUAGES:
        name = "".join(words)
        yield from without_ending(name, language)
        if language == "zh":
            yield from (name + generic for generic in ("市", "县", "省"))
        return
    for form in without_ending(words[-1], language):
        yield _joined((*words[:-1], form))
    if len(words) > 1 and language in _ALL_DECLINED:
        options = [(word, *without_ending(word, language)) for word in words]
        for number, chosen in enumerate(product(*options)):
            if number > MAX_INFLECTED_FORMS:
                return
            yield _joined(chosen)


def without_ending(word: str, language: str) -> Iterator[str]:
    """Yield the base forms of which ``word`` may be a case, by the endings of ``language``, the longest ending first."""
    for ending, bases in _endings().get(language, ()):
        is_upper = word.isupper() and word.endswith(ending.upper())
        if is_upper or word.endswith(ending):
            rest = word[: -len(ending)]
            for base in bases:
                if rest and len(rest) + len(base) >= _SHORTEST:
                    yield rest + (base.upper() if is_upper else base)


def _joined(words: Sequence[str]) -> str:
    """Return tokens as a name: a space apart, but for hyphens."""
    name = " ".join(words)
    if any(sign in name for sign in "-‑–־"):
        name = re.sub(r" ?([-‑–־]) ?", r"\1", name)
    return name


def _romanized(words: Sequence[str], written: str, language: str) -> Iterator[str]:
    """Yield the romanized forms of a name in Cyrillic, Georgian, Armenian or Greek letters, the base forms last."""
    if language not in _ROMAN:
        return
    for form in (written, *base_forms(words, language)):
        roman = romanize(form, language)
        if roman.isascii():
            yield roman
            if language in ("ka", "el") and roman[-1:] in ("i", "s"):
                yield roman[:-1]  # the nominative ending of a foreign name: "ხარკოვი", "Kharkov"


def romanize(name: str, language: str) -> str:
    """Return ``name`` in Latin letters by the national system of ``language``; letters that it does not have stay."""
    table = _ROMAN[language]
    lowered = name.lower().replace("ու", "u")  # two letters for one vowel
    out = []
    for i, letter in enumerate(lowered):
        is_first = i == 0 or not lowered[i - 1].isalpha()
        roman = (_AT_START.get(language, {}).get(letter) if is_first else None) or table.get(letter, letter)
        out.append(roman.capitalize() if is_first else roman)
    return "".join(out)


def _table(letters: str, roman: str) -> dict[str, str]:
    return dict(zip(letters, (r.replace("-", "") for r in roman.split()), strict=True))


_RUSSIAN = _table(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"
)
_UKRAINIAN = _table(
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch - iu ia"
)
_BULGARIAN = _table(
    "абвгдежзийклмнопрстуфхцчшщъьюя", "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya"
)
_SERBIAN = _table("абвгдђежзијклљмнњопрстћуфхцчџш", "a b v g d dj e z z i j k l lj m n nj o p r s t c u f h c c dz s")
_GEORGIAN = _table(
    "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h"
)
_ARMENIAN = _table(
    "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
    "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f ev",
)
_GREEK = _table(
    "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ", "a v g d e z i th i k l m n x o p r s s t y f ch ps o a e i i o y o i y"
)
_ROMAN: Mapping[str, Mapping[str, str]] = {
    "ru": _RUSSIAN, "uk": _UKRAINIAN, "bg": _BULGARIAN, "sr": _SERBIAN, "ka": _GEORGIAN, "hy": _ARMENIAN, "el": _GREEK,
}  # fmt: skip
_HOMES: Mapping[str, frozenset[str]] = {
    "ru": frozenset("RU BY KZ KG UZ TJ TM UA MD GE AM AZ LV LT EE".split()), "uk": frozenset({"UA"}), "bg": frozenset({"BG", "MK"}),
    "sr": frozenset("RS BA ME XK MK HR".split()), "ka": frozenset({"GE"}), "hy": frozenset({"AM", "AZ", "GE"}), "el": frozenset({"GR", "CY"}),
}  # fmt: skip
"""Countries of whose places the gazetteer has many in Latin letters alone."""
_AT_START: Mapping[str, Mapping[str, str]] = {
    "hy": {"ե": "ye", "ո": "vo", "և": "yev"},
    "uk": {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"},
    "ru": {"е": "ye"},
}


@lru_cache(maxsize=1)
def _endings() -> Mapping[str, Sequence[tuple[str, Sequence[str]]]]:
    """Return the endings by language, the longest first, each with what replaces it."""
    raw = tomllib.loads((files("geomap.recognition") / "data" / "endings.toml").read_text(encoding="utf-8"))
    found: dict[str, Sequence[tuple[str, Sequence[str]]]] = {}
    for language, listed in raw.items():
        rows = [row.partition(":") for row in listed.split()]
        endings = ((end, tuple(bases.replace("_", " ").split(","))) for end, _, bases in rows)
        found[language] = sorted(endings, key=lambda r: -len(r[0]))
    return found


def _unique(forms: Sequence[str] | Iterator[str]) -> Iterator[str]:
    return iter(dict.fromkeys(forms))
