"""Read seas, lakes, rivers, natural regions and corridors."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from boundaries_regions import language_names, read_geojson
from boundaries_shapes import valid

NE = "Natural Earth"
MACROREGIONS = Path(__file__).with_name("tables") / "macroregions.toml"
KINDS = {
    "Island": "island", "Island group": "island", "Continent": "continent", "Geoarea": "macroregion", "Coast": "macroregion",
    "Pen/cape": "physical", "Peninsula": "physical", "Lake": "water",
}  # fmt: skip


def read_physical(raw: Path, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row a feature; ``level`` holds the place kind, ``rank`` the source's scale rank.

    ``units`` are the countries, provinces and disputed areas that macro-regions are put together from.
    """
    layers = [
        _layer(raw / "ne_10m_geography_marine_polys.geojson.gz", "sea", 0.02),
        _layer(raw / "ne_10m_lakes.geojson.gz", "lake", 0.002),
        _layer(raw / "ne_10m_rivers_lake_centerlines.geojson.gz", "river", 0.004),
        _layer(raw / "ne_10m_rivers_north_america.geojson.gz", "river", 0.01),
        _layer(raw / "ne_10m_geography_regions_polys.geojson.gz", None, 0.01),
    ]
    features = pd.concat(layers, ignore_index=True)
    counts: dict[str, int] = {}
    ids = []
    for key in features["id"]:
        counts[key] = counts.get(key, 0) + 1
        ids.append(key if counts[key] == 1 else f"{key}-{counts[key]}")
    features = features.assign(id=ids)
    parts = [features, _macroregions(pd.concat([units, features], ignore_index=True)), _corridors(raw)]
    return pd.concat(parts, ignore_index=True)


def slug(text: str) -> str:
    """Return a name as lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _title(text: str) -> str:
    """Return SHOUTED names in title case, single-spaced."""
    text = " ".join(text.split())
    return text.title().replace("’S", "’s") if text.isupper() else text


def _layer(path: Path, kind: str | None, tolerance: float) -> gpd.GeoDataFrame:
    frame = read_geojson(path)
    frame = frame[~frame["featurecla"].isin(["Dragons-be-here", "Lake Centerline"])]
    named = frame["name"].fillna("").map(lambda t: _title(str(t)))
    if kind == "river":
        merged = frame.assign(name=named)[named != ""].dissolve(["name", "rivernum"], aggfunc="first").reset_index()
        frame, named = merged, merged["name"]
    elif kind != "lake":
        frame, named = frame[named != ""], named[named != ""]
    kinds = [kind or KINDS.get(f, "physical") for f in frame["featurecla"]]
    names = [language_names({k.lower(): v for k, v in row.items()}, "name_{}") for row in frame.to_dict("records")]
    geometry = [s if s.is_valid and not s.is_empty else g for g in frame.geometry for s in [g.simplify(tolerance)]]
    made = gpd.GeoDataFrame(
        {
            "id": [f"ne:{k}-{slug(n) or 'unnamed'}" for k, n in zip(kinds, named, strict=True)],
            "name": list(named),
            "level": kinds,
            "group": list(frame["featurecla"]),
            "source": NE,
            "as_of": "2018",
            "names": names,
            "rank": pd.to_numeric(frame["scalerank"]).fillna(9).astype(int).to_list(),
        },
        geometry=geometry,
        crs=4326,
    )
    return made.sort_values(["id"], kind="stable")


def _macroregions(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put regions of no fixed boundary together from the countries and provinces that accounts put in them."""
    table = tomllib.loads(MACROREGIONS.read_text(encoding="utf-8"))["region"]
    rows = []
    for region in table:
        codes = set(region["members"].split())
        members = units[units["iso"].isin(codes) | units["id"].isin(codes)]
        if missing := codes - set(members["iso"]) - set(members["id"]):
            raise SystemExit(f"{MACROREGIONS.name}: {region['name']}: no polygon has the code {sorted(missing)}")
        row = {
            "id": f"gm:{slug(region['name'])}",
            "places": region["id"],
            "name": region["name"],
            "level": "macroregion",
        }
        note = f"approximate, no fixed boundary: {region['basis']}"
        whole = valid(shapely.union_all(members.geometry.values).simplify(0.03))
        rows.append(row | {"note": note, "rank": 3, "geometry": whole})
    frame = gpd.GeoDataFrame(rows, crs=4326)
    return frame.assign(group="macroregion", source="Natural Earth 5.1.1, put together by geomap", as_of="2022")


def _corridors(raw: Path) -> gpd.GeoDataFrame:
    feature = json.loads((raw / "lachin_corridor_schematic.geojson").read_text(encoding="utf-8"))
    row = {
        "id": "gm:lachin-corridor", "places": "gm:lachin-corridor", "name": "Lachin corridor", "level": "line",
        "group": "corridor", "source": "GeoNames and Who's On First village points", "rank": 5, "valid_from": "1992-05-18",
        "note": "schematic: straight segments Tegh–Kornidzor–Zabukh–Lachin–Lisagor–Shusha–Stepanakert, not a surveyed road",
        "names": {"az": "Laçın dəhlizi", "de": "Latschin-Korridor", "en": "Lachin corridor", "fr": "corridor de Latchin",
                  "hy": "Լաչինի միջանցք", "ru": "Лачинский коридор", "tr": "Laçin koridoru"},
        "geometry": shapely.geometry.shape(feature["geometry"]),
    }  # fmt: skip
    return gpd.GeoDataFrame([row], crs=4326)
