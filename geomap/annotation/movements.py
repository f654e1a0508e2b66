"""Movements: the route mentions of one sentence as a path from its start over the points on its way to its end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from geomap.annotation.parameters import MAX_PATHS, PATH_STEP_KM
from geomap.geodesy import sphere_km
from geomap.types import Evidence, Movement, Place, Resolution, Stop

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
_ONWARD = re.compile(r"\b(?:then|before|later|onwards?|next|finally)\b")
"""Words between two ends that make the second follow the first: "to Goris and then to Yerevan"."""


def find_movements(
    found: Iterable[tuple[Resolution, Evidence]], *, line_of: Callable[[Place], BaseGeometry | None]
) -> list[Movement]:
    """Return the movements of one article in text order; ``line_of`` returns the line of a road or corridor, EPSG:4326, or None.

    A sentence with a start and an end has a movement from each start, over the points on the way, to each end, at most ``MAX_PATHS``; ends
    that follow each other ("and then to") are one movement. A sentence with only one of the two has none: the other is not told.
    """
    sentences: dict[tuple[str, int, int], list[tuple[Resolution, Evidence]]] = defaultdict(list)
    for resolution, evidence in found:
        if resolution.place and resolution.mention.role == "route" and resolution.mention.route:
            sentences[resolution.mention.part, evidence.start, evidence.end].append((resolution, evidence))
    return [movement for on_route in sentences.values() for movement in _of_sentence(on_route, line_of)]


def _of_sentence(
    on_route: Sequence[tuple[Resolution, Evidence]], line_of: Callable[[Place], BaseGeometry | None]
) -> Iterator[Movement]:
    on_route = sorted(on_route, key=lambda pair: pair[0].mention.start)
    starts, vias, ends = ([r for r, _ in on_route if r.mention.route == end] for end in ("from", "via", "to"))
    evidence = on_route[0][1]
    text, shift = evidence.text, evidence.start
    follow = [
        bool(_ONWARD.search(text[before.mention.end - shift : after.mention.start - shift]))
        for before, after in pairwise(ends)
    ]
    one_after_another = bool(follow) and all(follow)
    last = [ends] if one_after_another else [[end] for end in ends]
    for path in [[start, *vias, *to] for start in starts for to in last][:MAX_PATHS]:
        if len({r.place.id for r in path if r.place}) < 2:
            continue
        yield _movement(path, [e for _, e in on_route], line_of)


def _movement(
    path: Sequence[Resolution], told: Sequence[Evidence], line_of: Callable[[Place], BaseGeometry | None]
) -> Movement:
    """Return a movement; ``told`` is the sentence as the evidence of each of its stops, of which one has its count and some its day."""
    evidence = told[0]
    places = [r.place for r in path if r.place]
    return Movement(
        article_id=evidence.article_id,
        part=evidence.mention.part,
        start=evidence.start,
        end=evidence.end,
        text=evidence.text,
        stops=tuple(
            Stop(
                place_id=place.id,
                name=r.mention.antecedent or r.mention.text,
                lon=place.lon,
                lat=place.lat,
                end=r.mention.route or "via",
            )
            for r, place in zip(path, places, strict=True)
        ),
        path=tuple(_path(places, line_of)),
        probability=round(min(r.mention.role_probability or 0.0 for r in path), 3),
        when=next((e.when for e in told if e.when), None),
        quantities=tuple(quantity for e in told for quantity in e.quantities),
    )


def _path(places: Sequence[Place], line_of: Callable[[Place], BaseGeometry | None]) -> list[Point]:
    """Return the points of a path over the places: a road or corridor among them is followed, from its nearer end."""
    legs: list[list[Point]] = []
    for place in places:
        line = line_of(place) if place.kind == "line" else None
        ring = (
            [(float(x), float(y)) for x, y, *_ in line.coords]
            if line is not None and line.geom_type == "LineString"
            else []
        )
        if ring and legs and _km(legs[-1][-1], ring[-1]) < _km(legs[-1][-1], ring[0]):
            ring.reverse()
        legs.append(ring or [(place.lon, place.lat)])
    points = list(legs[0])
    for leg in legs[1:]:
        points += _geodesic(points[-1], leg[0])
        points += leg[1:]
    return _unwrapped(points)


def _geodesic(start: Point, end: Point) -> list[Point]:
    """Return the points of the geodesic after its start, ``PATH_STEP_KM`` apart or nearer, with its end."""
    from pyproj import Geod

    n = int(_km(start, end) / PATH_STEP_KM)
    between = Geod(ellps="WGS84").npts(*start, *end, n) if n else []
    return [(round(lon, 5), round(lat, 5)) for lon, lat in between] + [end]


def _km(start: Point, end: Point) -> float:
    return sphere_km(*start, *end)


def _unwrapped(points: Sequence[Point]) -> list[Point]:
    """Return the points with longitudes that do not jump at the antimeridian."""
    out: list[Point] = []
    for lon, lat in points:
        turns = round((out[-1][0] - lon) / 360) if out else 0
        out.append((lon + 360 * turns, lat))
    return out
