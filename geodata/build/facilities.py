"""Airports, hospitals, universities and power stations: sites that the news names, of four registers."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from drafts import Draft
from merge import Places, absorb, distance_km
from names_kept import in_latin_letters, is_code

from geomap.text.normalize import fold_name

MAX_NAMESAKES = 4
"""Hospitals of one name in the register: of more it is a common noun ("General Hospital", "Hospital Regional")."""
_AIRPORT_KM = 8.0
_ATLAS_KM = 1_500.0
_HOSPITAL = re.compile(
    r"\b(?:hospitals?|infirmary|medical cent(?:er|re)|h[ôo]pital|hospitalier|ospedale|policlinico|krankenhaus|klinikum|"
    r"universit[äa]tsklinik|ziekenhuis|sjukhus|sykehus|sygehus|szpital|nemocnice|charit[ée])\b",
    re.IGNORECASE,
)
_CLINIC = re.compile(
    r"\b(?:health cent(?:er|re)|primary|clinic|dispensary|health post|maternity home|veterinary|animal|polyclinic|former)\b|"
    r".*[\d(,/].*",
    re.IGNORECASE,
)
_COMMON = frozenset(
    "hospital hospitals medical centre center general federal regional national university teaching college district county city "
    "memorial central community provincial children s childrens health state government infirmary the of and for women maternity "
    "military army police civil municipal main specialist private public hospital klinikum krankenhaus kreiskrankenhaus ziekenhuis "
    "hopital civil militaire ospedale civile policlinico szpital miejski wojewodzki psychiatric mental eye cancer heart royal saint st".split()
)
"""Words of hospitals' names; a name of these alone is many hospitals' ("Federal Medical Centre")."""
_UNIVERSITY = re.compile(r"\b(?:University|College|Institute of Technology|Polytechnic)\b")
_CAMPUS = re.compile(r".*[-/&,].*|.*\b(?:Beauty|Cosmetology|Career|Barber|Massage|Online|Global|Seminary|Nursing)\b.*")
_PLANT = re.compile(
    r" (?:nuclear|nuclaer|hydroelectric|hydro|atomic|pumped storage)? ?(?:hydroelectric |hydro )?"
    r"(?:power (?:plant|station|project)|power|generating station|generation station|station|project)\b.*$",
    re.IGNORECASE,
)
_ODD = re.compile(r".*[\d(),;:/?�Ã].*|.* [A-Z]{2} .*")


def read_airports(raw: Path) -> Iterator[Draft]:
    """Yield the airports of scheduled traffic and the air bases, with the town each serves as part of a name."""
    for row in _rows(raw / "airports_ourairports.tsv.gz"):
        names = row["alternates"].split("|")
        is_served = row["kind"] in ("large_airport", "medium_airport")
        if not (is_served and in_latin_letters(row["name"])) or _ODD.fullmatch(row["name"]):
            continue
        draft = _site(row, "oa", "AIRB" if re.search(r"\bAir (?:Force )?Base\b", row["name"]) else "AIRP")
        for name in names:
            is_airport = re.search(r"\b(?:airport|airfield|air base)\b", name, re.IGNORECASE)
            if in_latin_letters(name) and is_airport and not is_code(name):
                draft.add(name)
            elif name.endswith(" (municipality)") and "," not in name and "/" not in name:
                draft.add(f"{name.removesuffix(' (municipality)')} Airport")
        yield draft


def read_hospitals(raw: Path) -> Iterator[Draft]:
    """Yield the hospitals with a name of their own."""
    rows = [
        r
        for r in _rows(raw / "hospitals_wikidata.tsv.gz")
        if _HOSPITAL.search(r["name"]) and not _CLINIC.search(r["name"])
    ]
    seen = Counter(fold_name(row["name"]) for row in rows)
    codes = {fold_name(c["name"]): c["iso"] for c in _countries(raw)} | {"people s republic of china": "CN"}
    for row in rows:
        country = codes.get(fold_name(row["country"]))
        is_own = not _COMMON.issuperset(fold_name(row["name"]).split())
        if country and is_own and seen[fold_name(row["name"])] <= MAX_NAMESAKES:
            yield _site(row | {"country": country}, "wd", "HSP")


def read_universities(raw: Path) -> Iterator[Draft]:
    """Yield the universities and colleges of the United States, their branches and trade schools left out."""
    rows = [r for r in _rows(raw / "colleges_us_ipeds.tsv.gz") if r["kind"] == "university"]
    seen = Counter(fold_name(row["name"]) for row in rows)
    for row in rows:
        name = row["name"]
        if _UNIVERSITY.search(name) and not _CAMPUS.fullmatch(name) and seen[fold_name(name)] == 1:
            country, _, state = row["country"].partition("-")
            draft = _site(row | {"country": country}, "ipeds", "UNIV")
            draft.admin1 = state or None
            yield draft


def read_power_stations(raw: Path) -> Iterator[Draft]:
    """Yield nuclear power stations and the dams of hydroelectric ones, by the name alone and with what each is."""
    codes = {c["iso3"]: c["iso"] for c in _countries(raw)}
    taken: set[tuple[str, str]] = set()
    for row in _rows(raw / "powerplants_wri_50mw.tsv.gz"):
        what = row["kind"].removeprefix("power ")
        base = _PLANT.sub("", row["name"]).strip()
        country = codes.get(row["country"])
        if what not in ("Nuclear", "Hydro") or country is None or not base or _ODD.fullmatch(base):
            continue
        base = re.sub(r" (?:Dam|Nuclear|Hydro|Atomic)$", "", base)
        name = f"{base} Nuclear Power Plant" if what == "Nuclear" else f"{base} Dam"
        if (country, name) in taken or len(base) < 4:
            continue
        taken.add((country, name))
        draft = _site(row | {"name": name, "country": country}, "wri", "PSN" if what == "Nuclear" else "DAM")
        others = (
            ("nuclear plant", "nuclear power station")
            if what == "Nuclear"
            else ("hydroelectric power station", "hydropower plant")
        )
        for other in others:
            draft.add(f"{base} {other}", language="en")
        yield draft


def add_sites(places: Places, drafts: Iterator[Draft]) -> None:
    """Add sites and natural features; one that is there, an airport by its neighbourhood and others by name, has the new names."""
    airports = [d for d in places.by_id.values() if d.feature_code in ("AIRP", "AIRB")]
    for draft in drafts:
        known = _same_airport(draft, airports) if draft.feature_code in ("AIRP", "AIRB") else places.same(draft)
        known = known or places.by_id.get(draft.id)
        if known is None and not _is_of_atlas(draft, places):
            places.add(draft)
        elif known is not None:
            absorb(known, draft)
            places.index(known)


def _is_of_atlas(draft: Draft, places: Places) -> bool:
    """Tell whether a natural feature is one of the atlas, which has none of a single country: the Appalachians, Lake Erie."""
    return draft.kind != "site" and any(
        other.kind == draft.kind and other.country is None and distance_km(draft, other) <= _ATLAS_KM
        for key in (fold_name(draft.name), fold_name(f"the {draft.name}"))
        for other in places.bearing(key)
    )


def _same_airport(draft: Draft, airports: list[Draft]) -> Draft | None:
    near = [
        (distance_km(draft, a), a.id, a)
        for a in airports
        if abs(draft.lat - a.lat) < 0.1 and abs(draft.lon - a.lon) < 0.3
    ]
    return min(near)[2] if near and min(near)[0] <= _AIRPORT_KM else None


def _site(row: dict[str, str], source: str, code: str) -> Draft:
    return Draft(
        id=f"{source}:{row['id']}",
        name=" ".join(row["name"].split()),
        kind="site",
        lon=round(float(row["lon"]), 4),
        lat=round(float(row["lat"]), 4),
        feature_code=code,
        country=row["country"] or None,
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        yield from csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)


def _countries(raw: Path) -> list[dict[str, str]]:
    return list(json.loads((raw / "countries.json").read_text("utf-8")).values())
