"""Read countries and provinces from Natural Earth, tied to GeoNames ids and brought to one rank a country."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from boundaries_shapes import valid

NE = "Natural Earth 5.1.1"
LANGUAGES = tuple("ar bn de en es fa fr el he hi hu id it ja ko nl pl pt ru sv tr uk ur vi zh zht".split())

SOVEREIGN_OF_BASE = {"ESB": "CY", "WSB": "CY", "USG": "CU"}
"""Military bases without a code of their own: the country they stand on, as GeoNames files their places."""
MAIN = {"BR": "BRA", "AU": "AUS", "FR": "FRA", "CY": "CYP", "CU": "CUB"}
"""Codes that several polygons share, and the polygon that is the country."""

MENDS: dict[int, dict[str, object]] = {
    1159309399: {  # Lachin district, with the name, ISO code and Wikidata id of Lankaran on the other side of the country
        "name": "Laçın", "iso_3166_2": "AZ-LAC", "gn_id": 147626,
        "names": {"az": "Laçın rayonu", "en": "Lachin District", "fr": "Latchin", "hy": "Լաչինի շրջան", "ru": "Лачинский район", "tr": "Laçın"},
    },
    1159315903: {"name": "Stepanakert / Xankəndi", "gn_id": 409421},  # with the id of Khojaly, and Khojaly with this one's
    1159312147: {"name": "Xocalı", "gn_id": 148449},
}  # fmt: skip
"""By Natural Earth id: what the source has wrong of a unit."""

FAR_DEGREES = 0.25
"""A GeoNames id whose own point lies farther than this from the unit is another place's."""

REPLACED = {
    "KE": "2013-03-04", "CD": "2015-07-15", "MA": "2015-09-20", "NP": "2015-09-20", "CI": "2011-09-28", "NO": "2020-01-01",
}  # fmt: skip
"""Countries whose provinces in the source are those before a reform, and the day the reform took effect."""


OVERSEAS = {
    "FR-GF": "GF", "FR-GP": "GP", "FR-MQ": "MQ", "FR-RE": "RE", "FR-YT": "YT", "NO-21": "SJ", "NL-BQ1": "BQ", "NL-BQ2": "BQ",
    "NL-BQ3": "BQ",
}  # fmt: skip
"""Parts of a country that ISO 3166-1 and GeoNames give a code of their own, by their ISO 3166-2 code."""


PARENT = {"GF": "FR", "GP": "FR", "MQ": "FR", "RE": "FR", "YT": "FR", "SJ": "NO", "BQ": "NL"}


BY_SOURCE_REGION = {("PH", "National Capital Region"): "NCR", ("BA", "Repuplika Srpska"): "02"}
"""GeoNames' first-rank code of a source's region none of whose units has a second-rank code to learn it from."""

MERGED = {
    "NO-16": ("21", "2018-01-01"), "NO-17": ("21", "2018-01-01"), "NO-09": ("42", "2020-01-01"), "NO-10": ("42", "2020-01-01"),
    "NO-04": ("34", "2020-01-01"), "NO-05": ("34", "2020-01-01"), "NO-12": ("46", "2020-01-01"), "NO-14": ("46", "2020-01-01"),
}  # fmt: skip
"""Provinces that were joined, by ISO 3166-2 code: GeoNames' first-rank code of the new one, and its first day."""
RESTORED = ("NO-01", "NO-02", "NO-06", "NO-07", "NO-08", "NO-19", "NO-20")
"""Norwegian counties of before 2020 that are counties again since 1 January 2024."""


def read_countries(raw: Path) -> gpd.GeoDataFrame:
    """Return the 250 admin-0 polygons; a territory without a code of its own carries its sovereign's."""
    frame = gpd.read_file(raw / "ne_10m_admin_0_countries_deu.zip", encoding="utf-8")
    known = json.loads((raw / "countries.json").read_text(encoding="utf-8"))
    rows = []
    for row in frame.to_dict("records"):
        code = row["ISO_A2_EH"] if row["ISO_A2_EH"] != "-99" else SOVEREIGN_OF_BASE.get(row["ADM0_A3"])
        own = code is not None and code in known and MAIN.get(code, row["ADM0_A3"]) == row["ADM0_A3"]
        place = f"gn:{known[code]['geonameid']}" if own else None
        rows.append(
            {
                "id": place or f"ne:{row['NE_ID']}",
                "places": place,
                "name": known[code]["name"] if own else row["ADMIN"],
                "country": code,
                "iso": code if own else None,
                "names": language_names(row, "NAME_{}"),
                "rank": int(row["LABELRANK"]),
                "lon": row["LABEL_X"],
                "lat": row["LABEL_Y"],
                "geometry": valid(row["geometry"]),
            }
        )
    rows = _with_overseas(rows, read_units(raw), known)
    return gpd.GeoDataFrame(rows, crs=4326).assign(level="country", as_of="2022", source=NE)


def _with_overseas(rows: list[dict], units: gpd.GeoDataFrame, known: Mapping[str, dict]) -> list[dict]:
    """Return the rows with overseas parts standing for themselves: each is islands, or a shore, of its own."""
    units = units[units["country"].isin(set(OVERSEAS.values()))].dissolve("country")
    for code, unit in units.iterrows():
        parent = next(r for r in rows if r["iso"] == PARENT[code])
        parts = shapely.get_parts(parent["geometry"])
        away = shapely.dwithin(parts, unit["geometry"], 0.05)
        parent["geometry"] = shapely.multipolygons(list(parts[~away]))
        place = f"gn:{known[code]['geonameid']}"
        own = {
            "id": place,
            "places": place,
            "name": known[code]["name"].strip(),
            "country": code,
            "iso": code,
            "rank": 5,
        }
        rows.append(own | {"names": unit["names"], "geometry": shapely.multipolygons(list(parts[away]))})
    return rows


def language_names(row: Mapping[str, object], pattern: str) -> dict[str, str]:
    """Return language → name of a Natural Earth row; its zht is Chinese in traditional script."""
    case = str.upper if pattern.isupper() else str.lower
    found = {x: row.get(pattern.replace("{}", case(x))) for x in LANGUAGES}
    named = {x: text.strip() for x, text in found.items() if isinstance(text, str) and text.strip()}
    return {"zh-Hant" if x == "zht" else x: text for x, text in named.items()}


def read_codes(path: Path) -> dict[str, tuple[str, str]]:
    """Return GeoNames id → (code, name) of an admin codes file: ``gn:147626`` → (``AZ.28``, ``Laçın``)."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return {f"gn:{row[3]}": (row[0], row[1]) for row in rows}


def _points(path: Path) -> dict[str, shapely.Point]:
    """Return GeoNames id → point of the larger administrative units."""
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return {f"gn:{row[0]}": shapely.Point(float(row[5]), float(row[4])) for row in rows if len(row) > 5}


def read_provinces(raw: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return states and provinces of GeoNames' first rank, and the smaller units some countries are cut into.

    Natural Earth mixes the ranks: England's boroughs and Italy's provinces stand beside Germany's states. A country of
    second-rank units is put together again from them, after GeoNames' codes.
    """
    units = read_units(raw)
    first = read_codes(raw / "admin1CodesASCII.txt")
    second = read_codes(raw / "admin2Codes.txt")
    units["admin1"] = [first[p][0].partition(".")[2] if p in first else None for p in units["places"]]
    still = units["places"].isin(first) | units["iso"].isin(RESTORED)
    units.loc[still, ["valid_to", "note"]] = None  # the reforms left some as they were
    known = [second[p][0].split(".") if p in second else None for p in units["places"]]
    parts = [
        code if code and code[0] == country else None for code, country in zip(known, units["country"], strict=True)
    ]
    share = pd.Series([code is not None for code in parts]).groupby(units["country"]).mean()
    mixed = set(share.index[share > 0.5])
    small = units[units["country"].isin(mixed)].copy()
    small["admin1"] = [parts[i][1] if parts[i] else small.loc[i, "admin1"] for i in small.index]
    small["admin2"] = [parts[i][2] if parts[i] else None for i in small.index]
    small["admin1"] = _from_source_region(small)
    small["admin1"] = _from_neighbours(small)
    codes = {code: (place, name) for place, (code, name) in first.items()}
    large = _put_together(small, codes)
    units.loc[units["iso"].isin(MERGED), "valid_to"] = [MERGED[i][1] for i in units["iso"] if i in MERGED]
    units["as_of"] = [_last_day(day) or "2022" for day in units["valid_to"]]
    whole = pd.concat([units[~units["country"].isin(mixed)], large], ignore_index=True)
    small = small[[p not in first for p in small["places"]]]
    return with_ids(whole).assign(level="admin1"), small.assign(level="admin2")


def _last_day(until: object) -> str | None:
    """Return the last day before an ISO date, None where there is none."""
    return (date.fromisoformat(until) - timedelta(days=1)).isoformat() if isinstance(until, str) else None


def with_merged(admin1: gpd.GeoDataFrame, raw: Path) -> gpd.GeoDataFrame:
    """Return provinces, simplified already, and those put together of them since: so old and new share their lines."""
    codes = {code: (place, name) for place, (code, name) in read_codes(raw / "admin1CodesASCII.txt").items()}
    parts = admin1[admin1["iso"].isin(MERGED)]
    large = _put_together(parts.assign(admin1=[MERGED[iso][0] for iso in parts["iso"]]), codes)
    since = dict(MERGED.values())
    large = large.assign(level="admin1", valid_from=[since[code] for code in large["admin1"]])
    return pd.concat([admin1, large], ignore_index=True)


def with_ids(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows under their GeoNames id; of several with one id, the largest has it."""
    frame = frame.assign(area=frame.geometry.area).sort_values(["area", "id"], ascending=[False, True])
    places = frame["places"].where(~frame["places"].duplicated(), None)
    return frame.assign(places=places, id=places.where(places.notna(), frame["id"])).drop(columns="area").sort_index()


def read_units(raw: Path) -> gpd.GeoDataFrame:
    """Return Natural Earth's 4,596 states, provinces and smaller units as they are, the known faults mended."""
    points = _points(raw / "admin_features.tsv.gz")
    features = json.loads((raw / "build.json").read_text(encoding="utf-8"))["features"]
    rows = []
    for feature in features:
        p = feature["properties"]
        p.update(MENDS.get(p["ne_id"], {}))
        iso = p["iso_3166_2"]
        # The source files Crimea under Russia with Ukraine's code; the country polygon here is Ukraine's.
        country = "UA" if iso in ("UA-43", "UA-40") else OVERSEAS.get(iso, p["iso_a2"])
        shape = valid(shapely.geometry.shape(feature["geometry"]))
        place = f"gn:{p['gn_id']}" if (p["gn_id"] or 0) > 0 else None
        if place in points and shape.distance(points[place]) > FAR_DEGREES:
            place = None
        # "Donets'k" is a transliteration, "Donetsk Oblast" a name.
        plain = p["name"] if "'" not in (p["name"] or "") else p["name_en"]
        name = plain or p["name_en"] or p["gn_name"] or p["name_local"]
        if not name:
            continue
        rows.append(
            {
                "id": f"ne:{p['ne_id']}",
                "places": place,
                "name": name,
                "country": country if len(country) == 2 and country.isalpha() else OWN_CODES.get(p["adm0_a3"]),
                "iso": iso if "~" not in iso and iso[:2].isalpha() else None,
                "names": p.get("names") or language_names(p, "name_{}"),
                "region": p["region"] or "",
                "rank": p["scalerank"],
                "valid_to": REPLACED.get(country),
                "note": f"province as it was before the reform of {REPLACED[country]}" if country in REPLACED else None,
                "lon": p["longitude"],
                "lat": p["latitude"],
                "geometry": shape,
            }
        )
    frame = gpd.GeoDataFrame(rows, crs=4326).assign(as_of="2022", source=NE)
    return frame.sort_values("id", ignore_index=True)


REACH_DEGREES = 1.0
"""How far the nearest unit of an island that GeoNames has no code for may lie."""

OWN_CODES = {"CYN": "CY", "SOL": "SO"}
"""Natural Earth codes of self-declared states, and the country whose polygon holds them here."""


def _from_source_region(units: gpd.GeoDataFrame) -> list[str | None]:
    """Return each unit's first-rank code; one without takes what most units of the same source region have."""
    keys = list(zip(units["country"], units["region"], strict=True))
    votes = units[units["admin1"].notna() & (units["region"] != "")].groupby(["country", "region"])["admin1"]
    learned = votes.agg(lambda codes: codes.value_counts().index[0]).to_dict() | BY_SOURCE_REGION
    known = [code if isinstance(code, str) else None for code in units["admin1"]]
    return [code or learned.get(key) for code, key in zip(known, keys, strict=True)]


def _from_neighbours(units: gpd.GeoDataFrame) -> list[str | None]:
    """Return each unit's first-rank code; one that GeoNames does not know takes that of its longest border."""
    codes = [code if isinstance(code, str) else None for code in units["admin1"]]
    shapes, countries = units.geometry.to_numpy(), units["country"].to_list()
    tree = shapely.STRtree(shapes)
    while True:  # a unit amid others without a code learns it in a later round
        known = list(codes)
        for number in (i for i, code in enumerate(known) if code is None):
            beside = tree.query(shapes[number], predicate="dwithin", distance=REACH_DEGREES).tolist()
            beside = [i for i in beside if known[i] is not None and countries[i] == countries[number]]
            if beside:
                shared = {i: shapely.intersection(shapes[number], shapes[i]).length for i in beside}
                apart = {i: shapely.distance(shapes[number], shapes[i]) for i in beside}
                codes[number] = known[min(beside, key=lambda i: (-shared[i], apart[i], i))]
        if codes == known:
            return codes


def _put_together(units: gpd.GeoDataFrame, codes: Mapping[str, tuple[str, str]]) -> gpd.GeoDataFrame:
    rows = []
    for (country, code), group in units[units["admin1"].notna()].groupby(["country", "admin1"], sort=True):
        place, name = codes[f"{country}.{code}"]
        row = {"id": place, "places": place, "name": name, "country": country, "admin1": code, "rank": 3}
        rows.append(row | {"geometry": valid(shapely.union_all(group.geometry.values))})
    frame = gpd.GeoDataFrame(rows, crs=4326)
    return frame.assign(as_of="2022", source=f"{NE}, units put together after GeoNames codes", names=None)


def read_geojson(path: Path) -> gpd.GeoDataFrame:
    """Read a gzipped GeoJSON, dropping rows without a geometry."""
    data = json.loads(gzip.decompress(path.read_bytes()))
    frame = gpd.GeoDataFrame.from_features([f for f in data["features"] if f["geometry"]], crs=4326)
    return frame.assign(geometry=[valid(g) for g in frame.geometry])
