"""GeoNames: towns of 500 people and more, and the points of countries, states, districts, regions, continents."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from drafts import Draft, is_name

from geomap.text.normalize import fold_name
from geomap.types import PlaceKind

KINDS: dict[str, PlaceKind] = {
    "continent": "continent",
    "country": "country",
    "admin1": "admin1",
    "admin2": "admin2",
    "admin3": "admin3",
    "admin4": "admin3",
    "admin5": "admin3",
    "admin_other": "admin3",
    "region": "macroregion",
}
CODES = {"continent": "CONT", "country": "PCLI", "admin1": "ADM1", "admin2": "ADM2", "admin3": "ADM3"}
CODES |= {"admin4": "ADM4", "admin5": "ADM5", "admin_other": "ADMD", "region": "RGN"}


def read_cities(raw: Path) -> Iterator[Draft]:
    """Yield the towns, with feature and district codes where the older extract has them."""
    codes = {}
    with (raw / "cities500.txt").open(encoding="utf-8") as stream:
        for line in stream:
            columns = line.rstrip("\n").split("\t")
            codes[int(columns[0])] = (columns[7], columns[10], columns[11])
    cities = json.loads((raw / "cities500.json").read_text(encoding="utf-8"))
    for city in cities.values():
        feature, admin1, admin2 = codes.get(city["geonameid"], ("PPL", "", ""))
        draft = Draft(
            id=f"gn:{city['geonameid']}",
            name=city["name"],
            kind="suburb" if feature == "PPLX" else "settlement",
            lon=city["longitude"],
            lat=city["latitude"],
            feature_code=feature,
            country=city["countrycode"] or None,
            admin1=city["admin1code"] or None,
            admin2=admin2 if admin1 == city["admin1code"] and admin2 else None,
            population=city["population"],
        )
        for name in city["alternatenames"]:
            if is_name(name):
                draft.add(name)
        yield draft


def read_admin_features(raw: Path) -> Iterator[Draft]:
    """Yield countries, states, districts, regions and continents; a country goes by its short name."""
    admin1 = code_ids(raw / "admin1CodesASCII.txt")
    admin2 = code_ids(raw / "admin2Codes.txt")
    short = {c["geonameid"]: c["name"] for c in json.loads((raw / "countries.json").read_text("utf-8")).values()}
    with gzip.open(raw / "admin_features.tsv.gz", "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["kind"] not in KINDS:
                continue
            number = int(row["geonameid"])
            code1 = admin1.get(number) or admin2.get(number) or ["", "", ""]
            draft = Draft(
                id=f"gn:{number}",
                name=short.get(number, row["name"]),
                kind=KINDS[row["kind"]],
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                feature_code=CODES[row["kind"]],
                country=_country(row["iso2"], float(row["lat"])),
                admin1=code1[1] or None,
                admin2=code1[2] or None if len(code1) > 2 else None,
                population=int(row["population"] or 0),
            )
            draft.add(row["name"])
            for name in row["alternatenames"].split("|"):
                # The short forms of countries are in a table: here stand other languages' too ("ABŞ" for the USA).
                if is_name(name) and not (row["kind"] == "country" and len(name) < 4 and fold_name(name).isascii()):
                    draft.add(name)
            yield draft


def _country(iso: str, lat: float) -> str | None:
    """Return the country code; the extract writes NA both for Namibia and for no country at all."""
    return None if not iso or (iso == "NA" and not -29 < lat < -16) else iso


def code_ids(path: Path) -> dict[int, list[str]]:
    """Return the codes by geonameid, from ``CC.A1[.A2]<tab>name<tab>ascii<tab>id``."""
    found = {}
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            code, _, _, number = line.rstrip("\n").split("\t")
            found[int(number)] = code.split(".")
    return found
