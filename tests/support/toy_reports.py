"""A toy story: a town, a disputed area with an outline, a country without one, and an article that means harm."""

from __future__ import annotations

import re

from shapely import Polygon, box
from shapely.geometry.base import BaseGeometry

from geomap.types import (
    Article,
    Candidate,
    Event,
    Evidence,
    GeoparsedArticle,
    Mention,
    Movement,
    Name,
    Place,
    Quantity,
    Region,
    Relation,
    Report,
    Resolution,
    Stop,
    When,
)

EVIL = "=cmd|'/C calc'!A0 <script>alert(`${1}`)</script> \"quoted\", \u202eright\u202c\nsecond line\x00end"

TEXT = "Some 800 guns were handed over in Tegh on Tuesday, Armenia said."
ARTICLE = Article(
    id="a1",
    text=TEXT,
    title="Guns",
    published="2023-09-23T10:00:00+04:00",
    source="Example Wire",
    url="https://example.org/a1",
    sha256="00ff",
)
TEGH = Place(
    id="gn:616000",
    name="Tegh",
    kind="settlement",
    lon=46.481,
    lat=39.558,
    country="AM",
    admin1="08",
    population=2500,
    geonameid=616000,
)
ARMENIA = Place(id="gn:174982", name="Armenia", kind="country", lon=45.0, lat=40.0, country="AM", geonameid=174982)
AREA = Place(id="gm:nk", name=EVIL, kind="disputed", lon=46.7, lat=39.8)
OTHER = Place(id="gn:1", name="Tegh Aylur", kind="settlement", lon=44.0, lat=40.0, country="AM", geonameid=1)

IN_TEGH = Mention(start=34, end=38, text="Tegh")
BY_ARMENIA = Mention(start=51, end=58, text="Armenia", kind="associative")
COUNTRY = Region(id="r:am", name="Armenia", level="country", country="AM", iso="AM", source="Natural Earth")
SYUNIK = Region(id="r:am8", name="Syunik", level="admin1", country="AM", iso="AM-SU", source="Natural Earth")
ZONE = Region(id="r:nk", name="Zone", level="disputed", claimed_by=("AM", "AZ"), as_of="2023-09-19", source="toy")
SENTENCE = Evidence(
    article_id="a1",
    start=0,
    end=len(TEXT),
    text=TEXT,
    mention=IN_TEGH,
    when=When(start="2023-09-19", end="2023-09-19", text="on Tuesday"),
    quantities=(Quantity(text="Some 800 guns", value=800.0, unit="guns", is_approximate=True),),
    event=Event(kind="disarmament", label="Disarmament", cue="handed over", icon="disarmament"),
)
# Clockwise, which RFC 7946 does not want.
SQUARE = Polygon([(46.0, 39.0), (46.0, 40.0), (47.0, 40.0), (47.0, 39.0), (46.0, 39.0)])


def reports() -> tuple[Report, ...]:
    return (
        Report(
            place=TEGH,
            kind="literal",
            score=0.91234,
            reason="the only Tegh in Armenia",
            regions=(COUNTRY, SYUNIK),
            names=(Name(text="Տեղ", language="hy"),),
            evidence=(SENTENCE,),
            runners_up=(Candidate(place=OTHER, name="Tegh"),),
            event=SENTENCE.event,
        ),
        Report(
            place=AREA,
            kind="literal",
            score=0.5,
            reason="-1+1",
            regions=(ZONE,),
            names=(),
            evidence=(
                Evidence(article_id="a2", start=0, end=4, text=EVIL, mention=Mention(start=0, end=4, text="=cmd")),
            ),
            geometry=SQUARE,
            geometry_note="approximate",
        ),
        Report(
            place=ARMENIA,
            kind="associative",
            score=1.0,
            reason="a country",
            regions=(COUNTRY,),
            names=(),
            evidence=(Evidence(article_id="a1", start=0, end=len(TEXT), text=TEXT, mention=BY_ARMENIA),),
        ),
    )


def geoparsed_articles() -> tuple[GeoparsedArticle, ...]:
    first = GeoparsedArticle(
        article=ARTICLE,
        resolutions=(
            Resolution(mention=IN_TEGH, place=TEGH, score=0.91234, reason="the only Tegh in Armenia"),
            Resolution(mention=BY_ARMENIA, place=ARMENIA, score=1.0, reason="a country"),
        ),
    )
    second = GeoparsedArticle(
        article=Article(id="a2", text=EVIL, source="@evil", url="https://example.org/?q=<&>"),
        resolutions=(
            Resolution(mention=Mention(start=0, end=4, text="=cmd"), place=None, score=0.7, reason="no \ud800 place"),
        ),
    )
    return first, second


MOVING_TEXT = (
    "On Tuesday 120 people moved from Tegh through Sisian to Yerevan. A shell hit a farm 12 km north of Goris in Syunik province. "
    "Shots were heard between Sisian and Goris. Anna was born in Moscow."
)
SISIAN = Place(id="gn:2", name="Sisian", kind="settlement", lon=46.03, lat=39.52, country="AM", population=14_000)
YEREVAN = Place(id="gn:3", name="Yerevan", kind="settlement", lon=44.51, lat=40.18, country="AM", population=1_100_000)
GORIS = Place(id="gn:616062", name="Goris", kind="settlement", lon=46.34, lat=39.51, country="AM", geonameid=616062)
SYUNIK_PLACE = Place(id="gn:4", name="Syunik", kind="admin1", lon=46.2, lat=39.4, country="AM")
MOSCOW = Place(id="gn:5", name="Moscow", kind="settlement", lon=37.62, lat=55.75, country="RU", population=10_000_000)


def _relation(kind: str, words: str, anchors: tuple[Place, ...], shape: BaseGeometry, note: str) -> Relation:
    start = MOVING_TEXT.index(words)
    return Relation(
        kind=kind,
        start=start,
        end=start + len(words),
        text=words,
        anchors=tuple(place.id for place in anchors),
        wkb=shape.wkb,
        lon=round(shape.centroid.x, 5),
        lat=round(shape.centroid.y, 5),
        uncertainty_km=4.2,
        note=note,
    )


NORTH = _relation("distance_direction", "12 km north of Goris", (GORIS,), box(46.3, 39.59, 46.38, 39.65), "sector")
BETWEEN = _relation(
    "between", "between Sisian and Goris", (SISIAN, GORIS), box(46.03, 39.48, 46.34, 39.55), "schematic"
)


def _said(name: str, role: str, *, nth: int = 0, relation: Relation | None = None, **more: object) -> Evidence:
    """Return the sentence of the nth "name" in ``MOVING_TEXT`` with its mention of this role."""
    start = [m.start() for m in re.finditer(name, MOVING_TEXT)][nth]
    first = MOVING_TEXT.rfind(". ", 0, start)
    first, last = (first + 2 if first >= 0 else 0), MOVING_TEXT.index(".", start) + 1
    given = {"role_probability": 0.9} | more
    mention = Mention(start=start, end=start + len(name), text=name, role=role, **given)
    is_moving = first == 0
    return Evidence(
        article_id="m1",
        start=first,
        end=last,
        text=MOVING_TEXT[first:last],
        mention=mention,
        relation=relation,
        when=When(start="2023-09-19", end="2023-09-19", text="On Tuesday") if is_moving else None,
        quantities=(Quantity(text="120 people", value=120.0, unit="people"),) if is_moving else (),
    )


def moving() -> tuple[GeoparsedArticle, tuple[Report, ...]]:
    """Return a story with a movement over three places, two relative places, a larger area and background."""
    found = [
        (TEGH, [_said("Tegh", "route", route="from")], None),
        (SISIAN, [_said("Sisian", "route", route="via"), _said("Sisian", "reference", nth=1, relation=BETWEEN)], None),
        (YEREVAN, [_said("Yerevan", "route", route="to", role_probability=0.62)], None),
        (GORIS, [_said("Goris", "reference", relation=NORTH), _said("Goris", "reference", nth=1)], None),
        (SYUNIK_PLACE, [_said("Syunik", "container")], box(45.7, 38.9, 46.6, 39.8)),
        (MOSCOW, [_said("Moscow", "background", role_probability=0.55)], None),
    ]
    stops = [
        Stop(place_id=place.id, name=place.name, lon=place.lon, lat=place.lat, end=end)
        for place, end in ((TEGH, "from"), (SISIAN, "via"), (YEREVAN, "to"))
    ]
    sentence = found[0][1][0]
    movement = Movement(
        article_id="m1",
        part="text",
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        stops=tuple(stops),
        path=tuple((stop.lon, stop.lat) for stop in stops),
        probability=0.62,
        when=sentence.when,
        quantities=sentence.quantities,
    )
    reports = tuple(
        Report(
            place=place,
            kind="literal",
            score=0.9,
            reason="the only one near the others",
            regions=(COUNTRY,) if place.country == "AM" else (),
            names=(),
            evidence=tuple(evidence),
            geometry=shape,
            movements=(movement,) if place is TEGH else (),
        )
        for place, evidence, shape in found
    )
    resolutions = [
        Resolution(mention=e.mention, place=r.place, score=r.score, reason=r.reason, relation=e.relation)
        for r in reports
        for e in r.evidence
    ]
    article = Article(id="m1", text=MOVING_TEXT, title="On the move", published="2023-09-24", source="Toy Gazette")
    read = GeoparsedArticle(article=article, resolutions=tuple(sorted(resolutions, key=lambda r: r.mention.start)))
    return read, reports
