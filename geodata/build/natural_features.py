"""USGS GNIS: islands, capes, bays, lakes, rivers, summits of the United States, those with a name of their own."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from drafts import Draft

from geomap.types import PlaceKind

TAKEN: dict[str, tuple[PlaceKind, str, int]] = {
    "island": ("island", "ISL", 4),
    "range": ("physical", "MTS", 4),
    "cape": ("physical", "CAPE", 2),
    "bay": ("water", "BAY", 2),
    "falls": ("water", "FLLS", 2),
    "beach": ("physical", "BCH", 2),
    "stream": ("water", "STM", 2),
    "lake": ("water", "LK", 1),
    "reservoir": ("water", "RSV", 1),
    "summit": ("physical", "MT", 1),
}
"""By the register's kind: kind, GeoNames feature code, and how many of one name and kind it may list. The register says nothing of
prominence, and a name that many ponds have ("Mud Lake", 900 of them) cannot be resolved."""
_LARGE = re.compile(r"(?:Lake|Mount) .+|.+ (?:Reservoir|Lake|Mountain|Peak|Dome|Butte)")
"""Lakes and summits by the words for the large ones: not "Smith Pond", "Fox Tank", "Potato Hill"."""
_ODD = re.compile(r".*[\d(),;:/].*|.*\b(?:Number|Dam|Pond|Tank|Site|Upper|Lower|North|South|East|West|Little|Big)\b.*")


def read_natural_features(raw: Path) -> Iterator[Draft]:
    """Yield the features worth their room, with the state of each."""
    with gzip.open(raw / "usnatural_gnis.tsv.gz", "rt", encoding="utf-8") as stream:
        rows = [r for r in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE) if r["kind"] in TAKEN]
    namesakes = Counter((row["name"], row["kind"]) for row in rows)
    for row in rows:
        kind, code, most = TAKEN[row["kind"]]
        if namesakes[row["name"], row["kind"]] > most or _ODD.fullmatch(row["name"]) or " " not in row["name"]:
            continue
        if row["kind"] in ("lake", "reservoir", "summit") and not _LARGE.fullmatch(row["name"]):
            continue
        yield Draft(
            id=f"gnis:{row['id']}",
            name=row["name"],
            kind=kind,
            lon=round(float(row["lon"]), 4),
            lat=round(float(row["lat"]), 4),
            feature_code=code,
            country="US",
            admin1=row["country"].removeprefix("US-").split()[0],
        )
