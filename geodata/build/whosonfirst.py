"""Who's On First: villages and districts of eighteen countries, names tagged by language."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import zstandard
from babel.core import get_global
from drafts import Draft

from geomap.types import PlaceKind

KINDS: dict[str, tuple[PlaceKind, str]] = {
    "locality": ("settlement", "PPL"),
    "localadmin": ("admin3", "ADM3"),
    "county": ("admin2", "ADM2"),
    "region": ("admin1", "ADM1"),
    "macroregion": ("macroregion", "RGN"),
    "neighbourhood": ("suburb", "PPLX"),
    "microhood": ("suburb", "PPLX"),
    "macrohood": ("suburb", "PPLX"),
    "borough": ("suburb", "PPLX"),
    "campus": ("site", "CMPS"),
    "marinearea": ("water", "SEA"),
    "disputed": ("disputed", "RGN"),
}
_TWO_LETTERS = get_global("language_aliases")


def read_whosonfirst(raw: Path, country: str) -> Iterator[tuple[Draft, int | None]]:
    """Yield each place with the GeoNames id it is said to have."""
    with (raw / f"wof_{country}.jsonl.zst").open("rb") as packed:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(packed), encoding="utf-8"):
            place = json.loads(line)
            if place["pt"] not in KINDS or not place["name"]:
                continue
            kind, code = KINDS[place["pt"]]
            number = place["con"].get("gn:id")
            draft = Draft(
                id=f"wof:{place['id']}",
                name=place["name"],
                kind=kind,
                lon=round(place["lon"], 6),
                lat=round(place["lat"], 6),
                feature_code=code,
                country=None if place["cc"] in (None, "XX", "") else place["cc"],
                population=int(place["pop"] or 0),
            )
            for tag, names in sorted(place["names"].items()):
                language = _language(tag)
                for name in names:
                    draft.add(name, language=language)
            yield draft, int(number) if number and str(number).isdigit() and int(number) > 0 else None


def _language(tag: str) -> str | None:
    code = tag.split("_", maxsplit=1)[0]
    if code in ("und", "unk"):
        return None
    return _TWO_LETTERS.get(code, code)
