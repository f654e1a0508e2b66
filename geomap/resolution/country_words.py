"""Words that are used in one country only: a text with them is probably written there. Pure."""

from __future__ import annotations

import re

from geomap.resolution.parameters import FULL_COUNTRY_WORDS, MAX_COUNTRY_WORDS_TEXT

_WORDS = {
    "US": r"count(?:y|ies) (?:sheriff|commission|jail|road)|sheriff|township|high school|highway|interstate|state trooper|"
    r"state rep|congress(?:man|woman)|[RD]-[A-Z]|school district|freshman|sophomore|police department|city council|"
    r"U\.S\. \d+|acres?|county|downtown",
    "GB": r"councillors?|constabulary|county council|borough council|£\d|MPs?|pensioners?|A&E|crown court|the M\d+|lorry|NHS|"
    r"parish council|postcode|ward member",
    "CA": r"MPPs?|premier|RCMP|loonie|Toonie|OPP|riding|hydro bill|regional municipality",
    "AU": r"NSW|councillors?|AFL|A\$\d|ute|Liberal National",
    "IN": r"crores?|lakhs?|Rs\.? ?\d|Lok Sabha|BJP|panchayat|tehsil|Vidhan Sabha",
    "NG": r"naira|senatorial|local government area|LGA|EFCC",
    "ZA": r"ANC|rands?|SAPS|township|municipality|R\d+ ?(?:million|billion|m|bn)",
    "IE": r"garda[ií]?|taoiseach|TDs?|co\. council|Dáil|€\d+",
    "PK": r"rupees|Rs\.? ?\d|PTI|PML-N|tehsil|crores?",
    "PH": r"barangay|pesos?|PNP",
    "NZ": r"iwi|Māori|NZ\$",
}
"""Names of offices, currencies, roads and schools that are used in one country only, or nearly so."""
_OF_COUNTRY = {
    code: re.compile(rf"\b(?:{words})\b" if code != "GB" else rf"(?:\b|(?=£))(?:{words})")
    for code, words in _WORDS.items()
}


def country_word_shares(text: str) -> dict[str, float]:
    """Return by country (ISO 3166-1 alpha-2) how many of its own words a text has, from 0 to 1 for ``FULL_COUNTRY_WORDS``.

    Countries without any are left out.
    """
    beginning = text[:MAX_COUNTRY_WORDS_TEXT]
    counts = {code: len(pattern.findall(beginning)) for code, pattern in _OF_COUNTRY.items()}
    return {code: min(1.0, n / FULL_COUNTRY_WORDS) for code, n in counts.items() if n}
