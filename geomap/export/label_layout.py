"""Placement of labels on the picture: in order of importance, without overlaps; labels without room are dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geomap.text.sanitize import width as columns

Box = tuple[float, float, float, float]
"""left, top, right, bottom in pixels."""
_COLUMN = 0.58
"""Width of a letter relative to the font size, in the fonts in use: measured 0.50 to 0.57, rounded up."""
_DIRECTIONS = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label to place next to x, y, at a distance of ``gap`` pixels.

    Without a gap it is centred on the point, or moved by ``room`` pixels where that place is taken.
    """

    text: str
    x: float
    y: float
    size: float
    style: str
    gap: float = 0.0
    room: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLabel:
    """A label with the centre of its box."""

    label: Label
    x: float
    y: float


def place_labels(labels: Iterable[Label], *, within: Box, taken: Iterable[Box] = ()) -> list[PlacedLabel]:
    """Return the labels that fit inside ``within``; ``labels`` are in order of importance, ``taken`` boxes are avoided."""
    boxes = list(taken)
    placed = []
    for label in labels:
        wide, high = columns(label.text) * _COLUMN * label.size, label.size * 1.25
        for dx, dy in _DIRECTIONS if label.gap else ((0, 0), *_DIRECTIONS) if label.room else ((0, 0),):
            diagonal = 0.75 if dx and dy else 1.0
            x = label.x + dx * (label.gap * diagonal + wide / 2 if label.gap else label.room)
            y = label.y + dy * (label.gap * diagonal + high / 2 if label.gap else label.room)
            box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            if _is_inside(box, within) and not any(_overlap(box, other) for other in boxes):
                boxes.append(box)
                placed.append(PlacedLabel(label=label, x=x, y=y))
                break
    return placed


def _is_inside(box: Box, within: Box) -> bool:
    return box[0] >= within[0] and box[1] >= within[1] and box[2] <= within[2] and box[3] <= within[3]


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
