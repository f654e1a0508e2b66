"""Which of a place's many names are worth the room: those that an English text, or the place's own people, may use."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from babel.core import get_global

from geomap.text.normalize import fold_name
from geomap.types import Name

HAMLETS = frozenset({"AF", "EG", "IQ", "IR", "LK", "SD", "TR"})
"""Countries of which a source gives tens of thousands of hamlets, no more said of them than a name and a point."""
WELL_KNOWN = 100_000
"""People from which a place keeps its names in every script."""
TOWN = 15_000
"""People from which a place keeps its names in every language written in Latin letters."""
_PRESS = frozenset({None, "en", "fr", "de", "es", "pt", "it", "ru", "ar", "tr"})
_SCRIPTS = {
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "ARABIC": "Arab",
    "ARMENIAN": "Armn",
    "GEORGIAN": "Geor",
    "HEBREW": "Hebr",
    "GREEK": "Grek",
    "CJK": "Hani",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "HANGUL": "Kore",
    "DEVANAGARI": "Deva",
    "THAI": "Thai",
    "ETHIOPIC": "Ethi",
    "BENGALI": "Beng",
    "TAMIL": "Taml",
    "SINHALA": "Sinh",
    "MYANMAR": "Mymr",
    "KHMER": "Khmr",
    "LAO": "Laoo",
}
_HAN = frozenset({"Hans", "Hant", "Jpan", "Hani"})
# Where a second script is on the maps and in the news of a region, beyond what CLDR counts as spoken there.
_ALSO = {"AZ": {"Cyrl", "Armn"}, "AM": {"Cyrl"}, "GE": {"Cyrl", "Armn"}, "UA": {"Cyrl"}, "MD": {"Cyrl"}, "XK": {"Cyrl"}}
_CODE = re.compile(r"[A-Z.]{3}|[A-Za-z.]{1,2}|[A-Z]\.[A-Z]\.|[A-Z]{5}|.*\d.*")
"""Airport and trade codes, numbered parts: GeoNames keeps them among the names."""


_OF = r"(?:of |de la |de las |de los |del |de l['’]|d['’]|de |do |da |dos |das |du |des |di |della |delle |-e )?"
_UNIT = re.compile(
    r"^(?:estado|provincia|província|province|provinsi|departamento|département|department|región|région|regione|regional|"
    r"region|municipio|município|landkreis|kreis|kabupaten|wojew[oó]dztwo|powiat|gobolka|wilayat|wilaya|muhafazat|ostan|"
    r"ostān|shahrestan|shahrestān|t[iỉ]nh|changwat|amphoe|jude[tţț]ul|raionul|okres|arrondissement|distrito|district|county|"
    r"state|canton|kanton|emirate|commonwealth|governorate|republic|republika|autonomous community|comunidad|territoire) "
    + _OF
    + r"(?P<rest>.+)$|^(?P<head>.+?)[ -](?:county|province|oblast['’]?|district|region|governorate|prefecture|parish|borough|state|"
    r"department|municipality|rayon|raion|rayonu|kray|krai|okrug|division|shi|sheng|voivodeship|megye|län|fylke|canton|i̇li|"
    r"ili|viloyati|kommune|kommun|sahari|şəhəri|apskritis|novads|ken|fu|do|regency|city)$",
    re.IGNORECASE,
)


def bare_name(name: str) -> str | None:
    """Return the name of a state or a district without the word for what it is: "Estado de Oaxaca" is "Oaxaca"."""
    found = _UNIT.match(name)
    rest = (found["rest"] or found["head"]).strip() if found else ""
    is_unit_itself = _UNIT.match(f"Any {rest}") is not None  # "Republic County" does not go by "County"
    return rest if len(rest) > 2 and rest[0].isupper() and not is_unit_itself else None


def is_code(name: str) -> bool:
    """Tell whether an untagged alternate is a code and no name."""
    return _CODE.fullmatch(name) is not None


def in_latin_letters(name: str) -> bool:
    """Tell whether a name is written in Latin letters."""
    return _script(name) == "Latn" and any(letter.isalpha() for letter in name)


def keep_names(names: list[Name], *, primary: str, country: str | None, importance: int) -> list[Name]:
    """Return the names to keep, one for each key and script, the most telling of those that fold alike."""
    best: dict[str, Name] = {}
    for name in names:
        if name.note is None and not _is_worth(name, country, importance):
            continue
        key = fold_name(name.text)
        if not key or (name.note is None and key == fold_name(primary) and name.text != primary):
            continue
        known = best.get(key)
        if known is None or _telling(name) > _telling(known):
            best[key] = name
    return list(best.values())


def _is_worth(name: Name, country: str | None, importance: int) -> bool:
    script = _script(name.text)
    if script == "Latn":
        return importance >= TOWN or name.language in _PRESS or name.language in _languages(country)
    if importance == 0 and country in HAMLETS:
        return False
    return importance >= WELL_KNOWN or script in _scripts(country)


def _telling(name: Name) -> tuple[bool, bool, bool, int, str]:
    plain = sum(c.isascii() for c in name.text) - len(name.text)
    return (name.note is not None, name.language == "en", name.language is not None, plain, name.text)


@lru_cache(maxsize=200_000)
def _script(text: str) -> str:
    for letter in text:
        if letter.isascii() and letter.isalpha():
            return "Latn"
        if letter.isalpha():
            return _SCRIPTS.get(
                unicodedata.name(letter, "").split()[0].split("-")[0], "Latn" if ord(letter) < 0x370 else ""
            )
    return "Latn"


@lru_cache(maxsize=512)
def _languages(country: str | None) -> frozenset[str]:
    """Return the languages that CLDR says a twentieth of a country speaks, or that are official there."""
    spoken = get_global("territory_languages").get(country or "", {})
    return frozenset(
        language.split("_")[0]
        for language, facts in spoken.items()
        if facts["official_status"] or facts["population_percent"] >= 5
    )


@lru_cache(maxsize=512)
def _scripts(country: str | None) -> frozenset[str]:
    likely = get_global("likely_subtags")
    found = {likely.get(language, "x_Latn_x").split("_")[1] for language in _languages(country)}
    if found & _HAN:
        found |= {"Hani"}
    return frozenset(found | _ALSO.get(country or "", set()))
