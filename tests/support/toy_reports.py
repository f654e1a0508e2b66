"""A toy story: a town, a disputed area with an outline, a country without one, and an article that means harm."""

from __future__ import annotations

from shapely import Polygon

from geomap.types import (
    Article,
    Candidate,
    Event,
    Evidence,
    GeoparsedArticle,
    Mention,
    Name,
    Place,
    Quantity,
    Region,
    Report,
    Resolution,
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
