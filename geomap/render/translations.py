"""The languages the page speaks, English in the scripts, the others as tables beside them; and the names it tells."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geomap.types import Name, Report

MOST_NAMES = 4
_ARAB_STATES = "AE BH DZ EG EH IQ JO KM KW LB LY MA MR OM PS QA SA SD SY TN YE".split()
LOCAL_LANGUAGES = dict.fromkeys(_ARAB_STATES, "ar") | {
    "AF": "fa", "AM": "hy", "AZ": "az", "BD": "bn", "BG": "bg", "BT": "dz", "BY": "be", "CN": "zh", "CY": "el", "ER": "ti",
    "ET": "am", "GE": "ka", "GR": "el", "HK": "zh", "MO": "zh", "RU": "ru", "TR": "tr", "TW": "zh", "UA": "uk",
    "IL": "he", "IN": "hi", "IR": "fa", "JP": "ja", "KG": "ky", "KH": "km", "KP": "ko", "KR": "ko", "KZ": "kk", "LA": "lo",
    "LK": "si", "MK": "mk", "MM": "my", "MN": "mn", "MV": "dv", "NP": "ne", "PK": "ur", "RS": "sr", "TH": "th", "TJ": "tg",
}  # fmt: skip
"""Countries that write in other letters than English does: ISO 3166-1 alpha-2 to the language of CLDR's likely subtags."""
# A name in two scripts at once is a slip of a transcription.
_LATIN = re.compile("[A-Za-z]")
_NOT_LATIN = re.compile("[^\\W\\d_A-Za-z\u00aa-\u024f\u1e00-\u1eff]")


def interface_language(lang: str) -> str:
    """Return the language of the page's own words: the base of ``lang`` where there is a translation, else English."""
    base = lang.partition("-")[0].lower()
    return base if words_of(base) else "en"


@cache
def interface_languages() -> tuple[str, ...]:
    """Return the languages the page speaks, English first."""
    tables = resources.files("geomap.render").joinpath("assets", "translations").iterdir()
    return ("en", *sorted(table.name.removesuffix(".json") for table in tables if table.name.endswith(".json")))


@cache
def words_of(lang: str) -> dict[str, str]:
    """Return English words → words of the language; empty for English and where there is no translation."""
    base = lang.partition("-")[0].lower()
    file = resources.files("geomap.render").joinpath("assets", "translations", f"{base}.json")
    if not base.isalpha() or not file.is_file():
        return {}
    words: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return words


def told_names(report: Report) -> list[Name]:
    """Return the further names that the page tells of a place, at most MOST_NAMES, each sort in the order given.

    A side's or an old name goes first, then the country's own, then one for each language of the page. Names in other
    languages are told where there are none of these; demonyms are no names.
    """
    known = (report.place.name, report.reported_as)
    names = [name for name in report.names if name.text not in known and name.note != "demonym"]
    noted = [name for name in names if name.note]
    plain = [
        name for name in names if not name.note and not (_LATIN.search(name.text) and _NOT_LATIN.search(name.text))
    ]
    spoken = (*interface_languages(), LOCAL_LANGUAGES.get(report.place.country or ""))
    first = {name.language: name for name in reversed(plain) if name.language and name.language in spoken}
    chosen = noted + sorted(first.values(), key=lambda name: (name.language != spoken[-1], plain.index(name)))
    return (chosen or [name for name in plain if name.language] or plain)[:MOST_NAMES]
