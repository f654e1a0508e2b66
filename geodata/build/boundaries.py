"""Build the boundary files: ``python geodata/build/boundaries.py RAW_FOLDER [OUT_FOLDER]``.

RAW_FOLDER holds the registry packages that ``sources.toml`` names, and the folders ``natural-earth``,
``nagorno-karabakh``, ``whosonfirst`` and ``geonames``. The same input gives the same bytes: rows are sorted, nothing
reads the clock or the network.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from boundaries_disputed import read_disputed
from boundaries_districts import read_districts
from boundaries_lines import land_of, read_lines
from boundaries_physical import read_physical
from boundaries_regions import read_countries, read_provinces, with_merged
from boundaries_shapes import finish, simplify, snap, without_islets, write

# Swept so that every layer stays truer than its source (1:10 million, 0.5 to 2 km) and all of them fit in 12 MB.
TOLERANCE = {"countries": 0.004, "admin1": 0.012, "admin2": 0.012, "medium": 0.03, "coarse": 0.15}


def build_boundaries(raw: Path, out: Path) -> None:
    """Build every boundary file of ``raw`` into the folder ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    countries = read_countries(raw)
    admin1, parts = read_provinces(raw)
    scales = {
        "countries": finish(simplify(countries, TOLERANCE["countries"])),
        "countries_medium": finish(without_islets(simplify(countries, TOLERANCE["medium"]), 0.002)),
        "countries_coarse": finish(without_islets(simplify(countries, TOLERANCE["coarse"]), 0.05)),
    }
    disputed = finish(snap(read_disputed(raw, countries=countries, admin1=admin1)))
    units = pd.concat([countries, admin1, disputed], ignore_index=True)
    layers = {
        **scales,
        "admin1": finish(with_merged(simplify(admin1, TOLERANCE["admin1"]), raw)),
        "admin2": finish(simplify(read_districts(raw, parts), TOLERANCE["admin2"])),
        "disputed": disputed,
        "physical": finish(snap(read_physical(raw, units))),
        "borders": finish(read_lines(scales, disputed)),
        "land": finish(land_of(scales["countries_coarse"])),
    }
    for name, frame in layers.items():
        write(frame, out / f"{name}.parquet")


if __name__ == "__main__":
    build_boundaries(
        Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parents[1] / "boundaries"
    )
