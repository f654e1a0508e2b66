"""Choice of the further names that the page shows for a place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geomap.types import Name, Report

MAX_NAMES = 4
_UNITED_NATIONS = ("ar", "en", "es", "fr", "ru", "zh")
"""The official languages of the United Nations: a choice that is not ours."""
_ARAB_STATES = "AE BH DZ EG EH IQ JO KM KW LB LY MA MR OM PS QA SA SD SY TN YE".split()
LOCAL_LANGUAGES = dict.fromkeys(_ARAB_STATES, "ar") | {
    "AF": "fa", "AM": "hy", "AZ": "az", "BD": "bn", "BG": "bg", "BT": "dz", "BY": "be", "CN": "zh", "CY": "el", "ER": "ti",
    "ET": "am", "GE": "ka", "GR": "el", "HK": "zh", "MO": "zh", "RU": "ru", "TR": "tr", "TW": "zh", "UA": "uk",
    "IL": "he", "IN": "hi", "IR": "fa", "JP": "ja", "KG": "ky", "KH": "km", "KP": "ko", "KR": "ko", "KZ": "kk", "LA": "lo",
    "LK": "si", "MK": "mk", "MM": "my", "MN": "mn", "MV": "dv", "NP": "ne", "PK": "ur", "RS": "sr", "TH": "th", "TJ": "tg",
}  # fmt: skip
"""Countries that do not write in the Latin alphabet: ISO 3166-1 alpha-2 code to language (CLDR, likely subtags)."""
_LATIN = re.compile("[A-Za-z]")
_NOT_LATIN = re.compile("[^\\W\\d_A-Za-z\u00aa-\u024f\u1e00-\u1eff]")


def names_to_show(report: Report) -> list[Name]:
    """Return at most MAX_NAMES further names of the report's place, without demonyms.

    The order: names with a note (a party's name, a historical one), the name in the country's own language, one name
    for each language of the United Nations. The name in the language of the articles is the heading. Only where there is none of these, names in other languages.
    """
    known = (report.place.name, report.reported_as)
    names = [name for name in report.names if name.text not in known and name.note != "demonym"]
    noted = [name for name in names if name.note]
    # A name that mixes two scripts is a transcription error.
    plain = [
        name for name in names if not name.note and not (_LATIN.search(name.text) and _NOT_LATIN.search(name.text))
    ]
    local = LOCAL_LANGUAGES.get(report.place.country or "")
    first = {
        name.language: name for name in reversed(plain) if name.language and name.language in (*_UNITED_NATIONS, local)
    }
    chosen = noted + sorted(first.values(), key=lambda name: (name.language != local, plain.index(name)))
    return (chosen or [name for name in plain if name.language] or plain)[:MAX_NAMES]
