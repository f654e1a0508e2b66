"""Give the mentions of an article the relative places that the words around them state."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import pairwise
from math import cos, radians
from typing import TYPE_CHECKING

from geomap.geodesy import KM_PER_DEGREE, sphere_km
from geomap.spatial import parameters
from geomap.spatial.expressions import Expression, find_expressions
from geomap.spatial.scene import Anchor, Shape, town_radius
from geomap.spatial.shapes import construct
from geomap.spatial.waters import meeting
from geomap.types import Article, Relation, Resolution

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.boundaries.atlas import Atlas
    from geomap.types import Place

_BORDERS = frozenset(("border", "border.side", "border.distance", "inside"))
_PAIRS = frozenset(("between", "halfway", "along.road"))
_TOWNS = frozenset(("settlement", "suburb", "site"))
_DISTRICTS = frozenset(("admin1", "admin2", "admin3"))
_FROM_TOWN = frozenset(
    ("distance_direction", "distance", "direction", "radius", "travel_time", "part.outskirts", "halfway", "along.road")
)
"""Forms that are measured from a town rather than from the edge of the district of the same name."""
_DISTRICT_WORDS = frozenset(
    "county department district governorate oblast parish prefecture province region state".split()
)
MAX_SHAPES = 100
"""Different relative places of an article that are drawn; one takes up to a tenth of a second, and a long article of news has twenty."""
_AROUND = 600
"""Code points around an expression in which the other country of a border is looked for. Not tuned."""
_NEXT_WORD = 30
"""Code points after a mention in which the word that follows it is looked for."""
_MIN_COSINE = 0.01


def relate(
    article: Article, resolutions: Sequence[Resolution], *, atlas: Atlas, language: str
) -> tuple[Resolution, ...]:
    """Return the resolutions with ``relation`` set on the first placed anchor of each relative place in ``article.text``.

    ``resolutions`` are in text order. Nothing is drawn from boundaries before the text has an expression.
    """
    return _Relating(article.text, resolutions, atlas).related(language)


class _Relating:
    """The resolutions of a text, and the boundaries that their relative places are cut from."""

    def __init__(self, text: str, resolutions: Sequence[Resolution], atlas: Atlas) -> None:
        self._text, self._resolutions, self._atlas = text, resolutions, atlas
        self._shapes: dict[object, Shape | None] = {}

    def related(self, language: str) -> tuple[Resolution, ...]:
        expressions = find_expressions(
            self._text,
            [resolution.mention for resolution in self._resolutions],
            language=language,
            kinds=[resolution.place.kind if resolution.place else None for resolution in self._resolutions],
            is_river=self._is_river,
        )
        done = list(self._resolutions)
        for expression in expressions:
            placed = self._relation(expression)
            if placed and done[placed[0]].relation is None:
                done[placed[0]] = replace(done[placed[0]], relation=placed[1])
        return tuple(done)

    def _relation(self, expression: Expression) -> tuple[int, Relation] | None:
        """Return the index of the resolution that an expression belongs to, and its relation; None without a geometry."""
        indices = (*expression.anchors, *expression.near)
        placed = [index for index in indices if self._resolutions[index].place]
        anchors = self._anchors(expression)
        if anchors is None:
            return None
        shape = self._shape(expression, anchors, self._near(expression))
        if shape is None:
            return None
        places = [place.id for index in placed if (place := self._resolutions[index].place)]
        # A river may have a line in the boundaries and no place in the gazetteer.
        return (placed or indices)[0], Relation(
            kind=expression.kind,
            start=expression.start,
            end=expression.end,
            text=self._text[expression.start : expression.end],
            anchors=tuple(dict.fromkeys(places)),
            wkb=shape.geometry.wkb,
            lon=shape.lon,
            lat=shape.lat,
            uncertainty_km=shape.uncertainty_km,
            note=shape.note,
        )

    def _shape(self, expression: Expression, anchors: list[Anchor], near: list[Anchor]) -> Shape | None:
        """Return the shape of an expression, or None beyond ``MAX_SHAPES`` different ones."""
        stated = replace(expression, start=0, end=0, anchors=(), near=())
        key = (stated, tuple(anchors), tuple(near))
        if key not in self._shapes:
            if len(self._shapes) >= MAX_SHAPES:
                return None
            self._shapes[key] = _constructed(*key, self._atlas)
        return self._shapes[key]

    def _anchors(self, expression: Expression) -> list[Anchor] | None:
        """Return the anchors of an expression; None where one has no place."""
        if expression.form == "confluence":
            return self._meeting_rivers(expression)
        if expression.form == "along.river":
            return self._river(expression)
        if expression.form == "opposite":
            anchors = [self._anchor(expression.anchors[0])]
            anchors += [self._river_at(index, anchors[0]) for index in expression.anchors[1:]]
            anchors += self._lines_by(anchors[0])
        elif expression.form == "border.side" and len(expression.anchors) > 1 and self._rivers(expression.anchors[1]):
            near = [anchor for index in expression.near if (anchor := self._anchor(index))]
            anchors = [self._anchor(expression.anchors[0]), self._river_at(expression.anchors[1], *near[:1])]
        else:
            seat = expression.form in _FROM_TOWN
            anchors = [self._anchor(index, is_town=seat) for index in expression.anchors]
            if expression.form in _PAIRS and len(anchors) == 2:
                anchors = self._closest(expression, anchors)
        if expression.form in _BORDERS and len(anchors) == 1 and anchors[0]:
            anchors += self._neighbour(expression, anchors[0])
        return None if None in anchors else [anchor for anchor in anchors if anchor]

    def _anchor(self, index: int, *, is_town: bool = False) -> Anchor | None:
        """Return a mention's place as an anchor, or None; ``is_town``: of a district the town of the same name, if it was a candidate."""
        resolution = self._resolutions[index]
        place = resolution.place
        if place is None:
            return None
        if is_town and place.kind in _DISTRICTS:
            place = self._seat(index, place)
        return self._at(index, place)

    def _at(self, index: int, place: Place) -> Anchor:
        """Return a place as the anchor that a mention names."""
        resolution = self._resolutions[index]
        outline = self._atlas.coarse_outline(place)
        return Anchor(
            name=place.name if resolution.mention.kind == "demonym" else resolution.mention.text,
            lon=place.lon,
            lat=place.lat,
            outline=outline.geometry if outline else None,
            radius_km=town_radius(place),
        )

    def _closest(self, expression: Expression, anchors: list[Anchor | None]) -> list[Anchor | None]:
        """Return the two ends, or where they are far apart the candidates of their names that are much closer together."""
        one, two = anchors
        if one is None or two is None or one.outline or two.outline:
            return anchors
        apart = sphere_km(one.lon, one.lat, two.lon, two.lat)
        if apart < parameters.FAR_PAIR:
            return anchors
        options = [
            [anchor, *(self._at(index, c.place) for c in self._resolutions[index].runners_up if c.place.kind in _TOWNS)]
            for index, anchor in zip(expression.anchors, (one, two), strict=True)
        ]
        pairs = [(sphere_km(a.lon, a.lat, b.lon, b.lat), [a, b]) for a in options[0] for b in options[1]]
        nearest, pair = min(pairs, key=lambda known: known[0])
        return [*pair] if 0 < nearest <= apart * parameters.NEARER_PAIR else anchors

    def _seat(self, index: int, place: Place) -> Place:
        """Return the town of a district's name in it, unless the words say that the district is meant."""
        resolution = self._resolutions[index]
        after = self._text[resolution.mention.end : resolution.mention.end + _NEXT_WORD].split()
        if after and after[0].strip(".,;").lower() in _DISTRICT_WORDS:
            return place
        towns = (
            c.place for c in resolution.runners_up if c.place.kind == "settlement" and c.place.country == place.country
        )
        return next((town for town in towns if town.admin1 == place.admin1), place)

    def _neighbour(self, expression: Expression, anchor: Anchor) -> list[Anchor | None]:
        """Return the other country of a border of which the words name one: of the place nearby, else of the sentence."""
        import shapely

        own = self._resolutions[expression.anchors[0]].place
        for place in self._places_around(expression):
            if own is None or place.country in (None, own.country) or place.country is None or anchor.outline is None:
                continue
            other = self._atlas.country(place.country)
            if other is None:
                continue
            shapely.prepare(other.geometry)
            if shapely.dwithin(other.geometry, anchor.outline, parameters.TOUCHING_KM / KM_PER_DEGREE):
                name = other.region.name if other.region else place.country
                return [Anchor(name=name, lon=place.lon, lat=place.lat, outline=other.geometry)]
        return []

    def _places_around(self, expression: Expression) -> Iterator[Place]:
        """Yield the places near which an expression is, then the others of its paragraph around it, nearest in the text first."""
        yield from (place for index in expression.near if (place := self._resolutions[index].place))
        around = [self._resolutions[index] for index in self._indices_around(expression)]
        around.sort(key=lambda r: abs(r.mention.start - expression.start))
        yield from (r.place for r in around if r.place)

    def _towns_beside(self, expression: Expression) -> list[int]:
        """Return the town beside the words for a confluence, for rivers that the boundaries do not have: "Passau, at the …"."""
        if expression.form != "confluence":
            return []
        towns = []
        for index in self._indices_around(expression):
            mention, place = self._resolutions[index].mention, self._resolutions[index].place
            if place and place.kind in _TOWNS and index not in expression.anchors:
                gap = min(abs(mention.start - expression.end), abs(mention.end - expression.start))
                towns.append((gap, index))
        return [index for _, index in sorted(towns)[:1]]

    def _indices_around(self, expression: Expression) -> range:
        """Return the indices of the mentions in the paragraph of an expression that are at most ``_AROUND`` code points from it."""
        start = max(
            self._text.rfind("\n", max(0, expression.start - _AROUND), expression.start), expression.start - _AROUND
        )
        end = self._text.find("\n", expression.end, expression.end + _AROUND)
        end = expression.end + _AROUND if end < 0 else end
        first = bisect_left(self._resolutions, start, key=lambda r: r.mention.start)
        return range(first, bisect_left(self._resolutions, end, key=lambda r: r.mention.start))

    def _is_river(self, index: int) -> bool:
        return bool(self._rivers(index))

    def _rivers(self, index: int) -> tuple[BaseGeometry, ...]:
        """Return the lines of the rivers that a mention may name: by its words, else that of its place."""
        mention, place = self._resolutions[index].mention, self._resolutions[index].place
        # The recogniser may take "rivers" into a name; the antecedent has no case ending, but may be another name.
        for written in (mention.text, mention.antecedent or ""):
            lines = self._atlas.rivers(" ".join(word for word in written.split() if not word.islower()))
            if lines:
                return lines
        if place is not None and place.kind == "water":
            outline = self._atlas.outline(place)
            return (outline.geometry,) if outline and "LineString" in outline.geometry.geom_type else ()
        return ()

    def _river(self, expression: Expression) -> list[Anchor] | None:
        river = self._river_at(expression.anchors[0], *self._near(expression)[:1])
        return [river] if river else None

    def _town_on_river(self, index: int, lines: tuple[BaseGeometry, ...]) -> Anchor | None:
        """Return the place by which a river is named, or the candidate of its name that lies on the river: Cologne on the Rhine."""
        import shapely

        anchor = self._anchor(index)
        if anchor is None or not lines:
            return anchor
        river, reach = shapely.union_all(lines), parameters.RIVER_REACH / KM_PER_DEGREE
        if river.distance(shapely.Point(anchor.lon, anchor.lat)) <= 2 * reach:
            return anchor
        towns = (c.place for c in self._resolutions[index].runners_up if c.place.kind in _TOWNS)
        beside = (town for town in towns if river.distance(shapely.Point(town.lon, town.lat)) <= reach)
        return next((self._at(index, town) for town in beside), anchor)

    def _near(self, expression: Expression) -> list[Anchor]:
        """Return the places that narrow an expression."""
        if expression.form == "along.river":
            lines = self._rivers(expression.anchors[0])
            return [anchor for index in expression.near if (anchor := self._town_on_river(index, lines))]
        indices = expression.near or self._towns_beside(expression)
        return [anchor for index in indices if (anchor := self._anchor(index))]

    def _river_at(self, index: int, near: Anchor | None = None) -> Anchor | None:
        """Return a river whose lines lie around a place, else around the gazetteer's point of it."""
        import shapely

        place, lines = self._resolutions[index].place, self._rivers(index)
        if not lines:
            return self._anchor(index)
        at = near or place
        if at is not None:
            point = shapely.Point(at.lon, at.lat)
            reach = parameters.RIVERS_APART_KM / KM_PER_DEGREE
            lines = tuple(line for line in lines if line.distance(point) <= reach)
        if not lines:
            return self._anchor(index)
        line = shapely.line_merge(shapely.union_all(lines))
        return self._on_line(index, line, near)

    def _on_line(self, index: int, line: BaseGeometry, near: Anchor | None) -> Anchor:
        """Return a river as an anchor at its point nearest to a place, else at its middle."""
        import shapely

        point = line.centroid if near is None else shapely.Point(near.lon, near.lat)
        lon, lat = shapely.shortest_line(line, point).coords[0]
        return Anchor(name=self._resolutions[index].mention.text, lon=lon, lat=lat, outline=line)

    def _meeting_rivers(self, expression: Expression) -> list[Anchor] | None:
        """Return the lines of two rivers of which one ends closest to the other, of all that have these names."""
        named = [(self._resolutions[index].mention.text, self._rivers(index)) for index in expression.anchors]
        named += [(name, self._atlas.rivers(name)) for name in expression.names]
        pairs = [
            (meeting(one, two, step=parameters.RIVER_STEP / KM_PER_DEGREE), (name, one), (other, two))
            for (name, lines), (other, others) in pairwise(named)
            for one in lines
            for two in others
        ]
        if not pairs:
            return []
        met, *rivers = min(pairs, key=lambda pair: pair[0])
        lon, lat = met.point
        return [Anchor(name=name, lon=lon, lat=lat, outline=line) for name, line in rivers]

    def _lines_by(self, anchor: Anchor | None) -> list[Anchor | None]:
        """Return the rivers within reach of a place, and the borders, which often follow one, as anchors with lines."""
        if anchor is None:
            return []
        reach = parameters.OPPOSITE_REACH / KM_PER_DEGREE
        wide = reach / max(cos(radians(anchor.lat)), _MIN_COSINE)
        lines = self._atlas.lines_within(anchor.lon - wide, anchor.lat - reach, anchor.lon + wide, anchor.lat + reach)
        return [Anchor(name="", lon=anchor.lon, lat=anchor.lat, outline=line) for line in lines]


@lru_cache(maxsize=256)  # articles of one event state the same again
def _constructed(
    stated: Expression, anchors: tuple[Anchor, ...], near: tuple[Anchor, ...], atlas: Atlas
) -> Shape | None:
    """Return the shape of an expression, whose own offsets and indices are left out."""
    return construct(stated, anchors, near=near, land=partial(_land, atlas))


def _land(atlas: Atlas, lon: float, lat: float, km: float) -> BaseGeometry:
    """Return the land within ``km`` of a point, EPSG:4326, and some more."""
    import shapely

    high = km / KM_PER_DEGREE
    wide = min(high / max(cos(radians(min(abs(lat) + high, 90.0))), _MIN_COSINE), 180.0)
    south, north = max(lat - high, -90.0), min(lat + high, 90.0)
    boxes = [(max(lon - wide, -180.0), min(lon + wide, 180.0))]
    if lon - wide < -180.0:
        boxes.append((lon - wide + 360.0, 180.0))
    elif lon + wide > 180.0:
        boxes.append((-180.0, lon + wide - 360.0))
    return shapely.union_all([atlas.land(west, south, east, north) for west, east in boxes])
