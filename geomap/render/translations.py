"""The languages of the page: English in the scripts, every other language as a JSON table in assets/translations/."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache

INTERFACE_LANGUAGES = tuple("en ar az de es fa fr he hy it ja ka pl pt ru tr uk zh".split())
"""English and, in alphabetical order, the language of each file in assets/translations/."""


def interface_language(lang: str) -> str:
    """Return the language of the page's interface: the primary subtag of ``lang`` where it is translated, else English."""
    base = _primary_subtag(lang)
    return base if base in INTERFACE_LANGUAGES else "en"


def page_language(languages: Iterable[str]) -> str:
    """Return the language of the page for articles in ``languages``: the commonest that the page has, the first of equal ones."""
    counts = Counter(language for language in languages if language in INTERFACE_LANGUAGES)
    return counts.most_common(1)[0][0] if counts else "en"


@cache
def translation_table(lang: str) -> dict[str, str]:
    """Return the English strings of the interface with their translations; empty for English and untranslated languages."""
    import json
    from importlib import resources

    base = _primary_subtag(lang)
    if base == "en" or base not in INTERFACE_LANGUAGES:
        return {}
    file = resources.files("geomap.render").joinpath("assets", "translations", f"{base}.json")
    table: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return table


def _primary_subtag(lang: str) -> str:
    return lang.partition("-")[0].lower()
