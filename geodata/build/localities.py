"""Who's On First, tables of November 2026: villages of countries in crisis, notable villages elsewhere, quarters of towns."""

from __future__ import annotations

import csv
import io
import lzma
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from drafts import Draft
from names_kept import in_latin_letters

from geomap.gazetteer.name_frequency import common_words
from geomap.text.normalize import fold_name
from geomap.types import PlaceKind

TABLES: dict[str, tuple[PlaceKind, str]] = {
    "wof_villages_crisis.tsv.xz": ("settlement", "PPL"),
    "wof_villages_other_notable.tsv.xz": ("settlement", "PPL"),
    "wof_quarters.tsv.xz": ("suburb", "PPLX"),
}
PROMINENT_ONLY = frozenset("pk np bd ph co ve ug".split())
"""Countries of so many hamlets that only those are taken of which more is known than a name and a point."""
_MIN_LETTERS = 4
"""Letters of the shortest name of a hamlet that is taken: shorter ones are words of some language more often than hamlets."""
_SPELLING = 0.6
"""Share of letters that an alternate has in common with the name, in order. The source copies to a hamlet the world's
translations of what its name means ("Use" in Nigeria is "Usage") and the names of its namesakes."""
_MAX_SPELLINGS = 4
_NO_NAME = re.compile(
    r".*[\d/(),;:_].*|.*\b(?:Wijk|Ward|Block|Zone|Sector|Verspreide|Bedrijventerrein|Industrieterrein|Overig)\b.*"
)
"""Statistical blocks: "Banakkers 2", "Dinxperlo Centrum/Oost", "Wijk 05"."""


def read_localities(raw: Path, table: str) -> Iterator[tuple[Draft, int | None]]:
    """Yield each named place of one of ``TABLES`` with the GeoNames id it is said to have."""
    kind, code = TABLES[table]
    with lzma.open(raw / table) as packed:
        for row in csv.DictReader(io.TextIOWrapper(packed, encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE):
            people = int(float(row["population"] or 0))
            is_known = bool(people or row["wikidata"])
            if not _is_taken(row, is_known=is_known):
                continue
            draft = Draft(
                id=f"wof:{row['wof']}",
                name=row["name"],
                kind=kind,
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                feature_code=code,
                country=row["country"].upper(),
                population=people,
                is_hamlet=not is_known,
            )
            for name in _spellings(row["name"], row["alternates"].split("|")):
                draft.add(name)
            yield draft, int(row["geonames"]) if row["geonames"] else None


def _is_taken(row: dict[str, str], *, is_known: bool) -> bool:
    """Tell whether a row is a place worth its room; a quarter that no other gazetteer lists is mostly a statistical block."""
    name = row["name"]
    if not in_latin_letters(name) or _NO_NAME.fullmatch(name) or fold_name(name) in _common():
        return False
    if row["placetype"] != "locality":
        return is_known or row["geonames"] != "" or row["placetype"] in ("borough", "macrohood")
    return is_known or (len(name) >= _MIN_LETTERS and row["country"] not in PROMINENT_ONLY)


def _spellings(name: str, alternates: list[str]) -> list[str]:
    """Return the alternates that spell the name otherwise, the most alike first."""
    key = fold_name(name)
    ratio = {
        other: SequenceMatcher(None, key, fold_name(other), autojunk=False).ratio()
        for other in alternates
        if in_latin_letters(other) and not _NO_NAME.fullmatch(other) and fold_name(other) not in _common()
    }
    alike = sorted((other for other in ratio if ratio[other] >= _SPELLING), key=lambda other: (-ratio[other], other))
    return alike[:_MAX_SPELLINGS]


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(fold_name(word) for word in common_words())
