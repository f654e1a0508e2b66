"""One place, one record: drafts of several sources become one by their ids, else by name, kind, country and distance."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

from drafts import Draft

from geomap.text.normalize import fold_name
from geomap.types import PlaceKind

CLASS: dict[PlaceKind, str] = {"settlement": "town", "suburb": "town", "admin2": "district", "admin3": "district"}
KM = {"town": 8.0, "district": 40.0, "admin1": 150.0, "water": 60.0, "island": 60.0, "site": 5.0, "disputed": 100.0}


class Places:
    """The places so far, by id and by name."""

    def __init__(self) -> None:
        self.by_id: dict[str, Draft] = {}
        self._by_key: dict[str, list[Draft]] = defaultdict(list)

    def add(self, draft: Draft) -> Draft:
        """Take a draft as a place of its own; ValueError where its id is taken."""
        if draft.id in self.by_id:
            raise ValueError(f"{draft.id} twice: {draft.name}")
        self.by_id[draft.id] = draft
        for key in draft.folded():
            self._by_key[key].append(draft)
        return draft

    def index(self, draft: Draft) -> None:
        """Find a place by the names it has now."""
        for key in draft.folded():
            found = self._by_key[key]
            if not any(known is draft for known in found):
                found.append(draft)

    def bearing(self, key: str) -> list[Draft]:
        """Return the places that bore this folded name when they were last indexed."""
        return self._by_key.get(key, [])

    def country(self, iso: str) -> Draft:
        """Return the country or territory of this code; ValueError where there is none."""
        found = [d for d in self.by_id.values() if d.kind == "country" and d.country == iso]
        if len(found) != 1:
            raise ValueError(f"{len(found)} countries have the code {iso}")
        return found[0]

    def state(self, country: str, code: str) -> Draft:
        """Return the state of this code; ValueError where there is none."""
        found = [d for d in self.by_id.values() if d.kind == "admin1" and (d.country, d.admin1) == (country, code)]
        if len(found) != 1:
            raise ValueError(f"{len(found)} states have the code {country}.{code}")
        return found[0]

    def named(self, name: str, *, kind: str, country: str | None = None) -> Draft:
        """Return the most prominent place of a name and a kind; ValueError where there is none."""
        key = fold_name(name)
        found = [
            draft for draft in self._by_key.get(key, ()) if draft.kind == kind and country in (None, draft.country)
        ]
        if not found:
            raise ValueError(f"no {kind} is named {name}")
        return max(found, key=lambda d: (max(d.population, d.weight), fold_name(d.name) == key, d.id))

    def same(self, draft: Draft) -> Draft | None:
        """Return the nearest place of the same name, class and country that is near enough to be the same."""
        kind = _class(draft)
        limit = KM.get(kind, 20.0)
        found = [
            (km, other.id)
            for other in self._by_key.get(fold_name(draft.name), ())
            if other.country == draft.country and _class(other) == kind and (km := distance_km(draft, other)) <= limit
        ]
        return self.by_id[min(found)[1]] if found else None

    def has_namesake(self, draft: Draft, *, km: float) -> bool:
        """Tell whether a place of any kind has the draft's name, in its country and within so many kilometres."""
        found = self._by_key.get(fold_name(draft.name), ())
        return any(other.country == draft.country and distance_km(draft, other) <= km for other in found)

    def merge(self, drafts: Iterable[tuple[Draft, int | None]]) -> None:
        """Take drafts with the GeoNames id each is said to have: into the place they are, or as new ones."""
        for draft, number in drafts:
            known = self.by_id.get(f"gn:{number}") if number else None
            if known is not None:
                if agree(known, draft):
                    absorb(known, draft)
                continue
            known = self.same(draft)
            if known is not None:
                absorb(known, draft)
                continue
            if number:
                draft.id = f"gn:{number}"
            self.add(draft)

    def merge_cities(self) -> None:
        """Make one of a town and the district that is that town and no more: "Paris" the commune and the department.

        They share a name and a country, lie within 12 km, and their populations differ by less than a third.
        """
        for draft in sorted(self.by_id.values(), key=lambda d: d.id):
            if draft.kind not in ("admin1", "admin2", "admin3") or not draft.population:
                continue
            towns = {
                (distance_km(draft, town), town.id)
                for key in draft.folded()
                for town in self._by_key.get(key, ())
                if town.kind == "settlement" and town.country == draft.country
            }
            for km, town_id in sorted(towns)[:1]:
                town = self.by_id[town_id]
                if km <= 12 and 0.75 <= (town.population or 1) / draft.population <= 1.34:
                    absorb(town, draft)
                    del self.by_id[draft.id]


def _class(draft: Draft) -> str:
    return CLASS.get(draft.kind, draft.kind)


def agree(known: Draft, other: Draft) -> bool:
    """Tell whether two records said to be one have a name in common and lie near: a concordance may be wrong."""
    return distance_km(known, other) <= 2 * KM.get(_class(known), 40.0) and fold_name(other.name) in known.folded()


def absorb(known: Draft, other: Draft) -> None:
    """Add to a place what another record of it has: names, and what was unknown."""
    known.add(other.name)
    known.names.extend(other.names)
    known.population = known.population or other.population
    known.admin1 = known.admin1 or other.admin1
    known.admin2 = known.admin2 or other.admin2
    known.weight = max(known.weight, other.weight)


def distance_km(a: Draft, b: Draft) -> float:
    """Return the distance on the sphere, good to 0.6 %."""
    one, two = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((one - two) / 2) ** 2
    half += math.cos(one) * math.cos(two) * math.sin(math.radians(a.lon - b.lon) / 2) ** 2
    return 2 * 6371.009 * math.asin(min(1.0, math.sqrt(half)))
