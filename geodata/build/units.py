"""States and districts that the atlas outlines: their English names, and those too small for GeoNames' extract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pandas as pd
from boundaries_districts import read_districts
from boundaries_regions import read_codes, read_provinces
from drafts import Draft
from merge import Places
from names_kept import bare_name

from geomap.text.normalize import fold_name
from geomap.types import PlaceKind

ALIKE = 0.8
"""Share of letters that two spellings of one name have in common, in order: "Lacin" and "Lachin" have 0.91. The source
also ties units to the region around them ("Genova", "Liguria": 0.31), so that a name unlike all others is not taken."""
FEATURES: dict[PlaceKind, str] = {"admin1": "ADM1", "admin2": "ADM2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A state or a district as its outline's source has it, under its GeoNames id."""

    id: str
    kind: PlaceKind
    name: str
    """As GeoNames' codes have it."""
    english: str | None
    country: str
    admin1: str
    admin2: str | None
    lon: float
    lat: float


def read_units(raw: Path) -> Iterator[Unit]:
    """Yield each unit that has an outline and one of GeoNames' codes, with a point on the outline."""
    codes: dict[PlaceKind, dict[str, tuple[str, str]]] = {
        "admin1": read_codes(raw / "admin1CodesASCII.txt"),
        "admin2": read_codes(raw / "admin2Codes.txt"),
    }
    admin1, parts = read_provinces(raw)
    frame = pd.concat([admin1, read_districts(raw, parts)], ignore_index=True)
    frame = frame[frame["places"].notna()].drop_duplicates("places").sort_values("places")
    for row, point in zip(frame.to_dict("records"), frame.geometry.representative_point(), strict=True):
        kind: PlaceKind = row["level"]
        code, name = codes[kind].get(row["places"], ("", ""))
        if not code or code.partition(".")[0] != row["country"]:
            continue
        names = row["names"] if isinstance(row["names"], dict) else {}
        country, first, *second = code.split(".")
        yield Unit(
            id=row["places"],
            kind=kind,
            name=name,
            english=names.get("en"),
            country=country,
            admin1=first,
            admin2=second[0] if second else None,
            lon=round(point.x, 5),
            lat=round(point.y, 5),
        )


def add_units(places: Places, units: Iterator[Unit]) -> None:
    """Add the English spelling to the units that are there, and the units that are not."""
    for unit in units:
        known = places.by_id.get(unit.id)
        if known is None:
            draft = _draft(unit)
            same = places.same(draft)
            if same is None or same.id.startswith("gn:"):
                places.add(draft)
        elif unit.english and known.kind == unit.kind and is_spelling(unit.english, known.name):
            known.add(unit.english, language="en")
            places.index(known)


def is_spelling(name: str, other: str) -> bool:
    """Tell whether two names, without the word for what they name, are spellings of one."""
    one, two = (fold_name(bare_name(n) or n) for n in (name, other))
    return one[:1] == two[:1] and SequenceMatcher(None, one, two, autojunk=False).ratio() >= ALIKE


def _draft(unit: Unit) -> Draft:
    draft = Draft(
        id=unit.id,
        name=unit.name,
        kind=unit.kind,
        lon=unit.lon,
        lat=unit.lat,
        feature_code=FEATURES[unit.kind],
        country=unit.country,
        admin1=unit.admin1,
        admin2=unit.admin2,
    )
    draft.add(unit.english or "", language="en")
    return draft
