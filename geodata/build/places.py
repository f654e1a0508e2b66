"""Build ``gazetteer.bin``: every source read, merged to one record a place, tables applied, written."""

from __future__ import annotations

import tomllib
from pathlib import Path

from drafts import Draft
from geonames import read_admin_features, read_cities
from merge import Places
from naturalearth import read_disputed, read_layers
from whosonfirst import read_whosonfirst

from geomap.gazetteer_build import build_gazetteer

TABLES = Path(__file__).with_name("tables")
COUNTRIES = ["am", "az", "ge", "ua", "sy", "il", "ps", "lb"]


def collect(raw: Path) -> Places:
    """Return every place of the world, once."""
    places = Places()
    for draft in read_admin_features(raw):
        places.add(draft)
    for draft in read_cities(raw):
        if draft.id not in places.by_id:
            places.add(draft)
    for own in tomllib.loads((TABLES / "places.toml").read_text("utf-8"))["place"]:
        places.add(_own(own))
    for draft in [*read_layers(raw), *read_disputed(raw)]:
        places.merge([(draft, None)])
    for country in COUNTRIES:
        places.merge(read_whosonfirst(raw, country))
    for change in tomllib.loads((TABLES / "mends.toml").read_text("utf-8"))["mend"]:
        _mend(places, change)
    places.merge_cities()
    return places


def _own(own: dict) -> Draft:
    draft = Draft(
        id=own["id"], name=own["name"], kind=own["kind"], lon=own["lon"], lat=own["lat"], country=own.get("country")
    )
    draft.feature_code = own.get("feature_code", "")
    draft.weight = own.get("weight", 0)
    for name in own.get("names", ()):
        draft.add(name["text"], language=name.get("language"), note=name.get("note"))
    return draft


def _mend(places: Places, change: dict) -> None:
    draft = places.by_id[change["id"]]
    for key in ("name", "population", "lon", "lat", "kind", "country", "weight"):
        if key in change:
            if key == "name":
                draft.add(draft.name)
            setattr(draft, key, change[key])
    drop = set(change.get("drop", ()))
    draft.names = [n for n in draft.names if n.text not in drop]
    for name in change.get("names", ()):
        draft.add(name["text"], language=name.get("language"), note=name.get("note"))


def build_places(raw: Path, out: Path) -> int:
    """Write ``gazetteer.bin`` into ``out`` and return how many places it has."""
    places = collect(raw)
    return build_gazetteer(out / "gazetteer.bin", (d.entry() for d in places.by_id.values()))


if __name__ == "__main__":
    import sys

    print(build_places(Path(sys.argv[1]), Path(sys.argv[2])))
