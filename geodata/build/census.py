"""US Census Bureau: counties, county subdivisions and places of 2022, centroids."""

from __future__ import annotations

import configparser
import gzip
import math
import re
from collections.abc import Iterator
from pathlib import Path

from drafts import Draft
from geonames import code_ids

from geomap.types import PlaceKind

_COUNTY = re.compile(
    r" (County|Parish|Borough|Census Area|Municipality|Municipio|city|City and Borough|Planning Region)$"
)
_PLACE = re.compile(
    r" (city and borough|city|town|village|borough|CDP|comunidad|zona urbana|municipality|metropolitan government|"
    r"consolidated government|unified government|urban county|corporation|metro township|metro government)"
    r"( \(balance\))?$"
)
_TOWNSHIP = re.compile(
    r" (township|town|charter township|plantation|gore|grant|location|purchase|city|village|borough)$"
)
_NO_PLACE = re.compile(
    r" (CCD|UT|unorganized|precinct|district|barrio|barrio-pueblo|Reservation)$|^District \d|^Precinct \d"
)


def read_census(raw: Path) -> Iterator[tuple[Draft, int | None]]:
    """Yield counties, towns, and the townships that are no mere statistical divisions; counties with their GeoNames id."""
    numbers = {".".join(code): number for number, code in code_ids(raw / "admin2Codes.txt").items()}
    lines = gzip.decompress((raw / "places.gz").read_bytes()).decode("utf-8")
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(lines)
    for section in parser.sections():
        code = section.removeprefix("fips")
        name, _, state = parser[section]["description"].rpartition(", ")
        lat, lon = (math.degrees(float(x)) for x in parser[section]["centroid"].strip("()").split(","))
        known = _kind(code, name)
        if known is None or state in ("PR", ""):
            continue
        kind, feature, short = known
        draft = Draft(
            id=f"us:{code}", name=short, kind=kind, lon=round(lon, 5), lat=round(lat, 5), feature_code=feature
        )
        draft.country, draft.admin1 = "US", state
        if kind != "settlement":
            draft.add(name)
            draft.admin2 = code[2:5]
        yield draft, numbers.get(f"US.{state}.{code[2:]}") if kind == "admin2" else None


def _kind(code: str, name: str) -> tuple[PlaceKind, str, str] | None:
    """Return the kind, the feature code and the name as it is spoken; None for what nobody lives in by name."""
    if len(code) == 5:
        return "admin2", "ADM2", name
    if len(code) == 7:
        return "settlement", "PPL", _PLACE.sub("", name)
    if _NO_PLACE.search(name) or not _TOWNSHIP.search(name):
        return None
    if name.endswith(" township"):
        return "admin3", "ADM3", name.replace(" charter township", " Township").replace(" township", " Township")
    return "settlement", "PPL", _TOWNSHIP.sub("", name)
