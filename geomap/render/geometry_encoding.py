"""Compact encoding of geometry: rings and lines as integer deltas, simplified to the resolution of a screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

# A window is about 1,000 pixels wide; a reader zooms in about eight times.
STEPS_ACROSS = 4500
TOLERANCE_ACROSS = 2500
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometryEncoder:
    """Encodes geometry with a resolution and a tolerance."""

    steps_per_degree: int
    """Resolution of the integer grid."""
    tolerance: float
    """Tolerance of the simplification in degrees (Douglas-Peucker)."""

    min_area_share: float = 0.0
    """Polygons with less than this share of the geometry's area are omitted."""

    @classmethod
    def for_width(cls, degrees: float) -> GeometryEncoder:
        """Return the encoder for a map this many degrees wide."""
        degrees = max(degrees, 1.0)
        return cls(steps_per_degree=ceil(STEPS_ACROSS / degrees), tolerance=degrees / TOLERANCE_ACROSS)

    def scale_tolerance(self, times: float, *, min_area_share: float = 0.0) -> GeometryEncoder:
        """Return an encoder with ``times`` the tolerance, which omits polygons below a share of the area."""
        return replace(self, tolerance=self.tolerance * times, min_area_share=min_area_share)

    def encode(self, geometry: BaseGeometry | None) -> dict[str, Any] | None:
        """Return ``{"q": steps per degree, "polygons": [[ring, …], …], "lines": [line, …]}``, None for empty geometry.

        A ring or line is x, y, dx, dy, dx, dy, … in steps of 1/q degree, encoded by `encode_integers`; the last vertex
        of a ring equals its first.
        """
        if geometry is None or geometry.is_empty:
            return None
        polygons: list[list[str]] = []
        lines: list[str] = []
        min_area = self.min_area_share * geometry.area
        for part in _leaves(geometry.simplify(self.tolerance, preserve_topology=True)):
            if part.geom_type == "Polygon":
                if part.area < min_area:
                    continue
                rings = [self._steps(ring) for ring in (part.exterior, *part.interiors)]
                if len(rings[0]) >= 8:
                    polygons.append([encode_integers(ring) for ring in rings if len(ring) >= 8])
            elif part.geom_type in ("LineString", "LinearRing"):
                line = self._steps(part)
                if len(line) >= 4:
                    lines.append(encode_integers(line))
        encoded: dict[str, Any] = {"q": self.steps_per_degree}
        if polygons:
            encoded["polygons"] = polygons
        if lines:
            encoded["lines"] = lines
        return encoded if polygons or lines else None

    def _steps(self, line: BaseGeometry) -> list[int]:
        """Return the deltas between vertices on the grid, without repeated vertices."""
        out: list[int] = []
        x = y = 0
        for lon, lat, *_ in line.coords:
            nx, ny = round(lon * self.steps_per_degree), round(lat * self.steps_per_degree)
            if out and nx == x and ny == y:
                continue
            out += (nx - x, ny - y)
            x, y = nx, ny
        return out


def encode_integers(numbers: Sequence[int]) -> str:
    """Return integers as text, from -16 to 15 in one character.

    The sign becomes the last bit; each character holds five bits, the lowest first, and a continuation bit. This is the
    scheme of Google's encoded polylines with the alphabet of URL-safe base64, which needs no escaping in JSON.
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
    """Return the simple geometries inside nested collections."""
    if hasattr(geometry, "geoms"):
        return [leaf for part in geometry.geoms for leaf in _leaves(part)]
    return [] if geometry.is_empty else [geometry]
