"""GeoNames' postal places of the United States: names that letters are addressed to, and people live by."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from drafts import Draft

_MC = re.compile(r"\bMc (?=[A-Z])")
"""The source writes "Mc Gill" where the place writes "McGill"."""


def read_postal(raw: Path) -> Iterator[Draft]:
    """Yield each name of a state once, with the point of its lowest code."""
    rows: dict[tuple[str, str], tuple[str, float, float]] = {}
    with zipfile.ZipFile(raw / "postal_US.zip") as packed, packed.open("zipcodes.us.csv") as stream:
        for row in csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8")):
            if row["country_code"] == "US" and row["state_code"] and row["latitude"] and row["longitude"]:
                key = (row["state_code"], _MC.sub("Mc", row["place"]))
                known = (row["zipcode"], float(row["longitude"]), float(row["latitude"]))
                rows[key] = min(rows.get(key, known), known)
    for (state, name), (code, lon, lat) in sorted(rows.items()):
        draft = Draft(id=f"us:zip-{code}", name=name, kind="settlement", lon=lon, lat=lat, feature_code="PPL")
        draft.country, draft.admin1 = "US", state
        yield draft
