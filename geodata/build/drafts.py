"""What every source is read into before places are merged: a place being put together."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # the build runs from a clone, with nothing installed

from names_kept import is_code, keep_names

from geomap.gazetteer.writer import Entry
from geomap.text.normalize import fold_name
from geomap.types import Name, Place, PlaceKind

WHOLE_WORLD = 1_000_000
"""What a state or a country counts as, when its names are weighed."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """A place as its sources give it so far."""

    id: str
    name: str
    kind: PlaceKind
    lon: float
    lat: float
    feature_code: str = ""
    country: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    population: int = 0
    weight: int = 0
    is_hamlet: bool = False
    """Of a source that says no more of it than a name and a point."""
    names: list[Name] = field(default_factory=list)

    def add(self, text: str, *, language: str | None = None, note: str | None = None) -> None:
        """Add a name, unless it is empty or no more than the primary one."""
        text = " ".join(text.split())
        if text:
            self.names.append(Name(text=text, language=language, note=note))

    def folded(self) -> set[str]:
        """Return the folded names."""
        return {fold_name(self.name), *(fold_name(n.text) for n in self.names)}

    def entry(self) -> Entry:
        """Return the finished entry: the names worth keeping, in a fixed order."""
        importance = max(
            self.population, self.weight, WHOLE_WORLD if self.kind in ("continent", "country", "admin1") else 0
        )
        kept = keep_names(self.names, primary=self.name, country=self.country, importance=importance)
        kept = [n for n in kept if n.text != self.name or n.language or n.note]
        place = Place(
            id=self.id,
            name=self.name,
            kind=self.kind,
            lon=self.lon,
            lat=self.lat,
            feature_code=self.feature_code,
            country=self.country,
            admin1=self.admin1,
            admin2=self.admin2,
            population=self.population,
        )
        order = sorted(
            kept,
            key=lambda n: (n.language != "en", n.language is not None, n.note is not None, n.language or "", n.text),
        )
        return Entry(place=place, names=tuple(order), weight=self.weight)


def is_name(alternate: str) -> bool:
    """Tell whether a GeoNames alternate is a name: no machine's romanisation (all lower-case ASCII), no code."""
    return not (alternate.isascii() and alternate == alternate.lower()) and not is_code(alternate)
