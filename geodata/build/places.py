"""Build ``gazetteer.bin``: every source read, merged to one record a place, tables applied, written."""

from __future__ import annotations

from pathlib import Path

from admin_codes import add_states
from census import read_census
from exonyms import add_exonyms
from facilities import add_sites, read_airports, read_hospitals, read_power_stations, read_universities
from geonames import read_admin_features, read_cities
from localities import TABLES, read_localities
from merge import Places
from names_made import give_names_back, make_names
from natural_features import read_natural_features
from naturalearth import read_disputed, read_layers, read_small_countries
from own_places import add_own, read_own
from postal import read_postal
from tables import apply_tables
from units import add_units, read_units
from whosonfirst import read_whosonfirst

from geomap.gazetteer.writer import build_gazetteer

COUNTRIES = "am az ge ua sy il ps iq ir tr eg sd af lb lk it ca nz".split()

POSTAL_KM = 30.0
"""A postal place of the same name as any other this near is that place: its point is that of what it delivers to."""


def collect(raw: Path) -> Places:
    """Return the places of every source, those of one id or of one name and neighbourhood made one."""
    places = Places()
    for draft in read_admin_features(raw):
        places.add(draft)
    known = {d.country for d in places.by_id.values() if d.kind == "country" and d.country}
    for draft in read_small_countries(raw, known):
        places.add(draft)
    for draft in read_cities(raw):
        if draft.id not in places.by_id:
            places.add(draft)
    for draft in [*read_layers(raw), *read_disputed(raw)]:
        places.merge([(draft, None)])
    for country in COUNTRIES:
        places.merge(read_whosonfirst(raw, country))
    places.merge(read_census(raw))
    for draft in read_postal(raw):
        if not places.has_namesake(draft, km=POSTAL_KM):
            places.add(draft)
    add_units(places, read_units(raw))
    _add_registers(places, raw)
    return places


def _add_registers(places: Places, raw: Path) -> None:
    """Add villages and quarters, and the sites and natural features of registers."""
    for table in TABLES:
        places.merge(read_localities(raw, table))
    for read in (read_airports, read_hospitals, read_universities, read_power_stations, read_natural_features):
        add_sites(places, read(raw))


def build_places(raw: Path, out: Path) -> int:
    """Write ``gazetteer.bin`` into ``out`` and return how many places it has."""
    places = collect(raw)
    apply_tables(places)
    for table in ("facilities", "quarters"):
        add_own(places, read_own(table))
    add_exonyms(places)
    add_states(places, raw)
    make_names(places)
    places.merge_cities()
    give_names_back(places)
    return build_gazetteer(out / "gazetteer.bin", (d.entry() for d in places.by_id.values()))


if __name__ == "__main__":
    import sys

    print(build_places(Path(sys.argv[1]), Path(sys.argv[2])))
