"""Names on paper: each where it covers no other, the most important first, none at all where there is no room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geomap.text.sanitize import width as columns

Box = tuple[float, float, float, float]
"""left, top, right, bottom in pixels."""
_COLUMN = 0.58
"""Width of a letter for a size of one, in the sans-serif faces in use: measured 0.50 to 0.57, rounded up."""
_PLACES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A name that wants a place beside x, y, ``gap`` pixels away from it.

    Without a gap it stands on the point, or up to ``room`` pixels off it where another name is there already.
    """

    text: str
    x: float
    y: float
    size: float
    style: str
    gap: float = 0.0
    room: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettered:
    """A name and the middle of its base line's box."""

    wanted: Wanted
    x: float
    y: float


def letter(names: Iterable[Wanted], *, within: Box, taken: Iterable[Box] = ()) -> list[Lettered]:
    """Return the names that found a place, in the order given, which is that of importance."""
    boxes = list(taken)
    found = []
    for one in names:
        wide, high = columns(one.text) * _COLUMN * one.size, one.size * 1.25
        for dx, dy in _PLACES if one.gap else ((0, 0), *_PLACES) if one.room else ((0, 0),):
            diagonal = 0.75 if dx and dy else 1.0
            x = one.x + dx * (one.gap * diagonal + wide / 2 if one.gap else one.room)
            y = one.y + dy * (one.gap * diagonal + high / 2 if one.gap else one.room)
            box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            if _is_inside(box, within) and not any(_meet(box, other) for other in boxes):
                boxes.append(box)
                found.append(Lettered(wanted=one, x=x, y=y))
                break
    return found


def _is_inside(box: Box, within: Box) -> bool:
    return box[0] >= within[0] and box[1] >= within[1] and box[2] <= within[2] and box[3] <= within[3]


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
