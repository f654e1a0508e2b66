"""Geometry written small: rings and lines as integer steps from vertex to vertex, no finer than a screen can show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

# A window is about 1,000 pixels wide and a reader zooms in some eight times.
STEPS_ACROSS = 4500
TOLERANCE_ACROSS = 2500
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """How finely geometry is written."""

    steps: int
    """Integer steps in a degree."""
    tolerance: float
    """Detail smaller than this many degrees is left out (Douglas-Peucker)."""

    smallest: float = 0.0
    """Polygons smaller than this share of all polygons' area are left out."""

    @classmethod
    def for_width(cls, degrees: float) -> Ink:
        """Return the ink for a map this many degrees wide."""
        degrees = max(degrees, 1.0)
        return cls(steps=ceil(STEPS_ACROSS / degrees), tolerance=degrees / TOLERANCE_ACROSS)

    def coarser(self, times: float, *, smallest: float = 0.0) -> Ink:
        """Return an ink that leaves out detail so many times as large, and polygons smaller than a share of the whole."""
        return replace(self, tolerance=self.tolerance * times, smallest=smallest)

    def geometry(self, geometry: BaseGeometry | None) -> dict[str, Any] | None:
        """Return ``{"q": steps, "polygons": [[ring, …], …]}`` and/or ``"lines"``, None where there is nothing.

        A ring or line is x, y, dx, dy, dx, dy, … in steps of 1/q degree, each number written as `encoded` says; a
        ring ends on its first vertex.
        """
        if geometry is None or geometry.is_empty:
            return None
        polygons: list[list[str]] = []
        lines: list[str] = []
        floor = self.smallest * geometry.area
        for part in _leaves(geometry.simplify(self.tolerance, preserve_topology=True)):
            if part.geom_type == "Polygon":
                if part.area < floor:
                    continue
                rings = [self._steps(ring) for ring in (part.exterior, *part.interiors)]
                if len(rings[0]) >= 8:
                    polygons.append([encoded(ring) for ring in rings if len(ring) >= 8])
            elif part.geom_type in ("LineString", "LinearRing"):
                line = self._steps(part)
                if len(line) >= 4:
                    lines.append(encoded(line))
        written: dict[str, Any] = {"q": self.steps}
        if polygons:
            written["polygons"] = polygons
        if lines:
            written["lines"] = lines
        return written if polygons or lines else None

    def _steps(self, line: BaseGeometry) -> list[int]:
        """Return the vertices as steps, those that fall on the one before left out."""
        out: list[int] = []
        x = y = 0
        for lon, lat, *_ in line.coords:
            nx, ny = round(lon * self.steps), round(lat * self.steps)
            if out and nx == x and ny == y:
                continue
            out += (nx - x, ny - y)
            x, y = nx, ny
        return out


def encoded(numbers: Sequence[int]) -> str:
    """Return integers as text, small ones in one character.

    The sign goes to the last bit, then five bits a character, the lowest first, a sixth bit saying that more follow: the
    scheme of Google's encoded polylines with the letters of URL-safe base64, none of which JSON escapes.
    """
    out = []
    for number in numbers:
        rest = number << 1 if number >= 0 else ~(number << 1)
        while rest >= 32:
            out.append(LETTERS[rest & 31 | 32])
            rest >>= 5
        out.append(LETTERS[rest])
    return "".join(out)


def _leaves(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Return the simple geometries inside, however deeply collected."""
    if hasattr(geometry, "geoms"):
        return [leaf for part in geometry.geoms for leaf in _leaves(part)]
    return [] if geometry.is_empty else [geometry]
