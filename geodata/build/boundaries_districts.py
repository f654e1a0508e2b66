"""Read districts: US counties, the districts of Who's On First, and the small units of Natural Earth."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
import zstandard
from boundaries_regions import read_codes, with_ids
from boundaries_shapes import valid

WOF_LANGUAGES = {
    "ara": "ar", "aze": "az", "eng": "en", "fas": "fa", "fra": "fr", "heb": "he", "hye": "hy", "kat": "ka", "kur": "ku",
    "pus": "ps", "rus": "ru", "tur": "tr", "ukr": "uk",
}  # fmt: skip

UKRAINE_REFORM = "2020-07-19"
"""Day on which resolution 807-IX of the Verkhovna Rada replaced the 490 districts by 136; the polygons are the old."""

TERRITORIES = {"60": "AS", "66": "GU", "69": "MP", "72": "PR", "78": "VI"}
US_FIPS = dict(
    pair.split(":")
    for pair in (
        "01:AL 02:AK 04:AZ 05:AR 06:CA 08:CO 09:CT 10:DE 11:DC 12:FL 13:GA 15:HI 16:ID 17:IL 18:IN 19:IA 20:KS 21:KY 22:LA "
        "23:ME 24:MD 25:MA 26:MI 27:MN 28:MS 29:MO 30:MT 31:NE 32:NV 33:NH 34:NJ 35:NM 36:NY 37:NC 38:ND 39:OH 40:OK 41:OR "
        "42:PA 44:RI 45:SC 46:SD 47:TN 48:TX 49:UT 50:VT 51:VA 53:WA 54:WV 55:WI 56:WY"
    ).split()
)


def read_districts(raw: Path, parts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return every second-rank polygon with GeoNames' code and id, where it has one."""
    codes = read_codes(raw / "admin2Codes.txt")
    frame = pd.concat([parts, _us_counties(raw, codes), _whosonfirst(raw, codes)], ignore_index=True)
    return with_ids(frame).assign(level="admin2")


def _us_counties(raw: Path, codes: dict[str, tuple[str, str]]) -> gpd.GeoDataFrame:
    topology = json.loads((raw / "counties-10m.json").read_text(encoding="utf-8"))
    by_code = {code: (place, name) for place, (code, name) in codes.items()}
    arcs = _arcs(topology)
    rows = []
    for item in topology["objects"]["counties"]["geometries"]:
        fips = item["id"]
        state = US_FIPS.get(fips[:2])
        country = TERRITORIES.get(fips[:2], "US")
        code = f"US.{state}.{fips[2:]}" if state else f"{country}.{fips[2:]}"
        place, name = by_code.get(code, (None, item["properties"]["name"]))
        rows.append(
            {
                "id": f"us:{fips}", "places": place, "name": name, "country": country, "admin1": state,
                "admin2": fips[2:] if place else None, "geometry": _shape(item, arcs),
            }
        )  # fmt: skip
    return gpd.GeoDataFrame(rows, crs=4326).assign(as_of="2017", source="US Census Bureau 2017")


def _arcs(topology: dict) -> list[list[tuple[float, float]]]:
    """Return the topology's arcs in degrees: each stored point is a step from the one before."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        decoded.append(line)
    return decoded


def _shape(item: dict, arcs: list[list[tuple[float, float]]]) -> shapely.Geometry:
    def ring(indices: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for index in indices:
            line = arcs[index] if index >= 0 else arcs[~index][::-1]  # ~i is arc i backwards
            points.extend(line[1:] if points else line)
        return points

    groups = item["arcs"] if item["type"] == "MultiPolygon" else [item["arcs"]]
    rings = [[r for r in map(ring, group) if len(r) > 3] for group in groups]
    if not any(rings):  # Falls Church, two kilometres across, is a needle in this topology: keep a small square
        return shapely.MultiPoint(ring(groups[0][0])).centroid.buffer(0.012, cap_style="square")
    polygons = [shapely.Polygon(r[0], r[1:]) for r in rings if r]
    return valid(polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons))


def _whosonfirst(raw: Path, codes: dict[str, tuple[str, str]]) -> gpd.GeoDataFrame:
    rows = []
    for path in sorted(raw.glob("polygons_*.geojsonl.zst")):
        text = zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read().decode("utf-8")
        for line in text.splitlines():
            feature = json.loads(line)
            if feature["properties"]["placetype"] == "county":
                rows.append(_district(feature, codes))
    return gpd.GeoDataFrame(rows, crs=4326).sort_values("id", ignore_index=True)


def _district(feature: dict, codes: dict[str, tuple[str, str]]) -> dict[str, object]:
    p = feature["properties"]
    names = {
        WOF_LANGUAGES[k[:3]]: v[0] for k, v in p["names"].items() if k[3:] == "_x_preferred" and k[:3] in WOF_LANGUAGES
    }
    place = f"gn:{p['gn']}" if p["gn"] else None
    code = codes[place][0].split(".") if place in codes else [p["iso"], None, None]
    old = p["iso"] == "UA"
    return {
        "id": f"wof:{p['id']}",
        "places": place,
        "name": p["name"] if old else names.get("en") or p["name"],
        "country": p["iso"],
        "admin1": code[1],
        "admin2": code[2],
        "valid_to": UKRAINE_REFORM if old else None,
        "as_of": "2020-07-18" if old else None,
        "note": f"district as it was before the reform of {UKRAINE_REFORM}" if old else None,
        "names": names,
        "source": f"Who's On First ({p['src']})",
        "geometry": valid(shapely.geometry.shape(feature["geometry"])),
    }
