"""The project's own tables of facilities, quarters and small towns, which no free register lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from drafts import Draft
from merge import Places, absorb, distance_km

from geomap.gazetteer.variants import twin
from geomap.text.normalize import fold_name
from geomap.types import PlaceKind

TABLES = Path(__file__).with_name("tables")
KINDS: dict[str, PlaceKind] = {
    "PPL": "settlement",
    "PPLX": "suburb",
    "ISL": "island",
    "RGN": "macroregion",
    **dict.fromkeys(("MT", "MTS", "VLC", "PASS", "VAL", "HLLS", "CAPE", "PEN", "DSRT"), "physical"),
    **dict.fromkeys(("STM", "LK", "RSV", "BAY"), "water"),
}
"""By feature code; every other is a site."""
_TOWNS = frozenset({"settlement", "suburb"})
WEIGHT = 20_000
"""What a facility of the table counts as in the order of prominence: as a town that the news knows."""
_TOWN_KM = 50.0
_TOWN = 5_000
"""People of a town whose name is no short form of a facility: "San Quentin" may be, "Columbia" is not."""
_SAME_KM, _FEATURE_KM, _RIVER_KM = 5.0, 80.0, 800.0


def read_own(table: str) -> Iterator[Draft]:
    """Yield the places of ``tables/{table}.tsv``; ValueError where two rows have one id."""
    ids: set[str] = set()
    for line in (TABLES / f"{table}.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        country, name, code, city, lat, lon, others = line.split("\t")
        kind = KINDS.get(code, "site")
        place = Draft(
            id="gm:" + "-".join(filter(None, (_slug(name), _slug(city), "" if kind in _TOWNS else code.lower()))),
            name=name,
            kind=kind,
            lon=float(lon),
            lat=float(lat),
            feature_code=code,
            country=country or None,
            weight=0 if kind in _TOWNS else WEIGHT,
        )
        if place.id in ids:
            raise ValueError(f"{table}.tsv: {place.id} twice")
        ids.add(place.id)
        for other in others.split("|"):
            place.add(other)
        yield place


def add_own(places: Places, drafts: Iterator[Draft]) -> None:
    """Add places by every name they have: into the site, or the quarter, that is there, without the names of towns."""
    for draft in drafts:
        draft.names = [n for n in draft.names if not _is_town(n.text, draft, places)]
        known = _known(draft, places)
        if known is not None:
            known.weight = max(known.weight, draft.weight)
            absorb(known, draft)
            places.index(known)
        elif draft.kind in _TOWNS or not _is_town(draft.name, draft, places):
            places.add(draft)


def _known(draft: Draft, places: Places) -> Draft | None:
    """Return the place that is there: a town or a quarter by its name, another of the same kind by any of its names.

    A camp, and the quarter that it is, are one place; a river's points are its mouth and its middle.
    """
    known = places.same(draft) if draft.kind in _TOWNS else None
    if known is not None:
        return known
    kind = "site" if draft.kind in _TOWNS else draft.kind
    limit = _SAME_KM if kind == "site" else _RIVER_KM if draft.feature_code == "STM" else _FEATURE_KM
    same = [
        (distance_km(draft, other), other.id, other)
        for key in sorted(draft.folded())
        for other in (*places.bearing(key), *places.bearing(twin(key) or key))
        if other.kind == kind
        and (kind != "water" or (other.feature_code == "STM") == (draft.feature_code == "STM"))
        and other.country in (draft.country, None)
        and distance_km(draft, other) <= limit
    ]
    return min(same)[2] if same else None


def _is_town(name: str, draft: Draft, places: Places) -> bool:
    """Tell whether a name is that of a town, near the place or large, which it then means; a park's post office is none."""
    return any(
        not other.id.startswith("us:zip")
        and other.kind in ("settlement", "admin1", "country")
        and fold_name(other.name) == fold_name(name)
        and (other.population >= _TOWN or distance_km(draft, other) <= _TOWN_KM)
        for other in places.bearing(fold_name(name))
    )


def _slug(text: str) -> str:
    return fold_name(text).replace(" ", "-")
