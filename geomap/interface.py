"""The languages the page speaks: English in the scripts, the others as tables beside them."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources


def interface_language(lang: str) -> str:
    """Return the language of the page's own words: the base of ``lang`` where there is a translation, else English."""
    base = lang.partition("-")[0].lower()
    return base if words_of(base) else "en"


@cache
def interface_languages() -> tuple[str, ...]:
    """Return the languages the page speaks, English first."""
    tables = resources.files("geomap").joinpath("assets", "words").iterdir()
    return ("en", *sorted(table.name.removesuffix(".json") for table in tables if table.name.endswith(".json")))


@cache
def words_of(lang: str) -> dict[str, str]:
    """Return English words → words of the language; empty for English and where there is no translation."""
    base = lang.partition("-")[0].lower()
    file = resources.files("geomap").joinpath("assets", "words", f"{base}.json")
    if not base.isalpha() or not file.is_file():
        return {}
    words: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return words
