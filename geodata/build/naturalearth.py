"""Natural Earth: seas, lakes, rivers, islands, ranges, regions, airports and disputed areas, a point for each."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from drafts import Draft
from shapely import (
    MultiLineString,
    from_geojson,
    get_parts,
    line_merge,
    make_valid,
    maximum_inscribed_circle,
    unary_union,
)
from shapely.geometry.base import BaseGeometry

from geomap.geodesy import sphere_km
from geomap.text.normalize import fold_name
from geomap.types import PlaceKind

KINDS: dict[str, tuple[PlaceKind, str]] = {
    "sea": ("water", "SEA"),
    "ocean": ("water", "OCN"),
    "gulf": ("water", "GULF"),
    "bay": ("water", "BAY"),
    "strait": ("water", "STRT"),
    "sound": ("water", "SD"),
    "channel": ("water", "CHN"),
    "generic": ("water", "SEA"),
    "lagoon": ("water", "LGN"),
    "fjord": ("water", "FJD"),
    "reef": ("water", "RF"),
    "inlet": ("water", "INLT"),
    "river": ("water", "STM"),
    "lake centerline": ("water", "LK"),
    "lake": ("water", "LK"),
    "reservoir": ("water", "RSV"),
    "alkaline lake": ("water", "LKN"),
    "canal": ("water", "CNL"),
    "island": ("island", "ISL"),
    "island group": ("island", "ISLS"),
    "range/mtn": ("physical", "MTS"),
    "plateau": ("physical", "PLAT"),
    "desert": ("physical", "DSRT"),
    "pen/cape": ("physical", "PEN"),
    "peninsula": ("physical", "PEN"),
    "cape": ("physical", "CAPE"),
    "geoarea": ("macroregion", "RGN"),
    "coast": ("physical", "COAST"),
    "plain": ("physical", "PLN"),
    "delta": ("physical", "DLTA"),
    "basin": ("physical", "DPR"),
    "valley": ("physical", "VAL"),
    "lowland": ("physical", "PLN"),
    "tundra": ("physical", "TUND"),
    "isthmus": ("physical", "ISTH"),
    "wetlands": ("physical", "WTLD"),
    "gorge": ("physical", "GRGE"),
    "foothills": ("physical", "HLLS"),
    "depression": ("physical", "DPR"),
    "mountain": ("physical", "MT"),
    "pole": ("physical", "RGN"),
    "pass": ("physical", "PASS"),
    "plateau ": ("physical", "PLAT"),
    "airport": ("site", "AIRP"),
    "volcano": ("physical", "VLC"),
}
_SHORT = {"Int'l": "International", "Mts.": "Mountains", "Ra.": "Range", "Cord.": "Cordillera"}
LAYERS = {
    "geography_marine_polys": "sea",
    "geography_regions_polys": "region",
    "lakes": "lake",
    "rivers_lake_centerlines": "river",
    "rivers_north_america": "river",
    "geography_regions_points": "region",
    "geography_regions_elevation_points": "mountain",
    "airports": "airport",
}


def read_layers(raw: Path) -> Iterator[Draft]:
    """Yield a draft for each named feature; the segments of a river are one."""
    taken: set[str] = set()
    for layer, word in LAYERS.items():
        for name, features in sorted(_by_name(raw / f"ne_10m_{layer}.geojson.gz").items()):
            for properties, shape in _together(features):
                kind, code = KINDS.get(str(properties["featurecla"]).lower(), ("physical", ""))
                if not code:
                    continue
                point = mouth(shape) if code == "STM" and shape.geom_type.endswith("LineString") else _point(shape)
                slug = _free(f"ne:{word}-{re.sub(r'[^a-z0-9]+', '-', fold_name(name)).strip('-')}", taken)
                title = name.title() if name.isupper() and len(name) > 3 else name
                rank = float(properties.get("scalerank") or 0)
                draft = Draft(
                    id=slug, name=_named(title, code), kind=kind, lon=point[0], lat=point[1], feature_code=code
                )
                draft.weight = round(30_000_000 / 3**rank)
                if draft.name != title:
                    draft.add(title)
                for key in ("namealt", "name_alt"):
                    draft.add((properties.get(key) or "").strip())
                draft.add(properties.get("name_fr") or "", language="fr")
                yield draft


def _named(name: str, code: str) -> str:
    """Return the name with the word that Natural Earth leaves to the symbol: "Sevan" the lake is "Lake Sevan"."""
    for short, long in _SHORT.items():
        name = name.replace(short, long)
    words = {"AIRP": "Airport", "STM": "River"}
    word = words.get(code)
    if code in {"LK", "RSV", "LKN"} and not re.search(
        r"\b(lake|lago|lac|reservoir|see|sea|lagoon|loch|lough)\b", name, re.IGNORECASE
    ):
        return f"Lake {name}" if code != "RSV" else f"{name} Reservoir"
    if word and not re.search(
        r"\b(airport|airfield|air base|river|rio|río|rivière|creek|delta|canal|afb)\b", name, re.IGNORECASE
    ):
        return f"{name} {word}"
    return name


def _by_name(path: Path) -> dict[str, list[tuple[dict[str, object], BaseGeometry]]]:
    found = defaultdict(list)
    for feature in json.loads(gzip.decompress(path.read_bytes()))["features"]:
        name = (feature["properties"].get("name") or "").strip()
        if name and feature["geometry"]:
            found[name].append((feature["properties"], from_geojson(json.dumps(feature["geometry"]))))
    return found


def _together(features: list) -> list:
    """Return the features with those of the same class within a degree of each other made one; lines keep their direction."""
    groups: list[list] = []
    for properties, shape in features:
        near = [g for g in groups if g[0]["featurecla"] == properties["featurecla"] and g[1].distance(shape) < 1]
        merged = [properties, shape]
        for group in near:
            groups.remove(group)
            merged = [group[0], _one([merged[1], group[1]])]
        groups.append(merged)
    return groups


def _one(shapes: list[BaseGeometry]) -> BaseGeometry:
    if all(shape.geom_type.endswith("LineString") for shape in shapes):
        return MultiLineString(get_parts(shapes).tolist())
    return unary_union(shapes)


def mouth(river: BaseGeometry) -> tuple[float, float]:
    """Return where a river ends, as GeoNames puts its point: Natural Earth draws downstream.

    Of the ends where nothing of it begins, the one farthest from a source: others are arms, and breaks at lakes.
    """
    parts = get_parts(river)
    begins, ends = {part.coords[0] for part in parts}, {part.coords[-1] for part in parts}
    sources, mouths = sorted(begins - ends) or sorted(begins), sorted(ends - begins) or sorted(ends)
    x, y = max(mouths, key=lambda end: max(sphere_km(*end, *source) for source in sources))
    return round(x, 5), round(y, 5)


def _point(shape: BaseGeometry) -> tuple[float, float]:
    """Return a point on the feature: an area's centroid where it lies inside, else the middle of its widest part;
    half way along the longest stretch of a line.
    """
    if shape.geom_type == "MultiLineString":
        shape = line_merge(shape)
    if shape.geom_type == "MultiLineString":
        shape = max(shape.geoms, key=lambda part: part.length)
    if shape.geom_type == "LineString":
        point = shape.interpolate(0.5, normalized=True)
    elif shape.contains(shape.centroid):
        point = shape.centroid
    elif shape.area:
        widest = max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)
        point = maximum_inscribed_circle(make_valid(widest), tolerance=0.05).interpolate(0)
    else:
        point = shape.representative_point()
    return round(point.x, 5), round(point.y, 5)


def _free(slug: str, taken: set[str]) -> str:
    number, free = 1, slug
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    taken.add(free)
    return free


def read_disputed(raw: Path) -> Iterator[Draft]:
    """Yield the disputed areas, by Natural Earth's own code; of parts with one name, the first stands for all."""
    features = json.loads(gzip.decompress((raw / "ne_10m_admin_0_disputed_areas.geojson.gz").read_bytes()))["features"]
    seen = {"Nagorno-Karabakh"}  # mends.toml has it, under its GeoNames id
    for feature in sorted(features, key=lambda f: f["properties"]["BRK_A3"]):
        properties = feature["properties"]
        name = properties["BRK_NAME"]
        if not name or name in seen:
            continue
        seen.add(name)
        x, y = _point(from_geojson(json.dumps(feature["geometry"])))
        draft = Draft(id=f"ne:{properties['BRK_A3']}", name=name, kind="disputed", lon=x, lat=y, feature_code="RGN")
        draft.weight = 2_000_000 if properties["TYPE"] in ("Breakaway", "Indeterminate") else 100_000
        draft.add(properties.get("NAME_LONG") or "" if properties.get("NAME_LONG") != properties["ADMIN"] else "")
        for key, text in sorted(properties.items()):
            if key.startswith("NAME_") and len(key) == 7 and text:
                draft.add(text, language=key[5:].lower())
        yield draft


def read_small_countries(raw: Path, known: set[str]) -> Iterator[Draft]:
    """Yield the countries and territories that GeoNames' extract leaves out for their size, by its ids."""
    countries = json.loads((raw / "countries.json").read_text("utf-8"))
    features = json.loads(gzip.decompress((raw / "ne_50m_admin_0_countries.geojson.gz").read_bytes()))["features"]
    features += json.loads(gzip.decompress((raw / "ne_50m_admin_0_map_units.geojson.gz").read_bytes()))["features"]
    shapes = {f["properties"]["ISO_A2"]: f["geometry"] for f in reversed(features)}
    for iso, country in sorted(countries.items()):
        if iso in known or iso not in shapes:
            continue
        x, y = _point(from_geojson(json.dumps(shapes[iso])))
        draft = Draft(id=f"gn:{country['geonameid']}", name=country["name"], kind="country", lon=x, lat=y)
        draft.feature_code, draft.country, draft.population = "PCL", iso, country["population"]
        yield draft
