"""A small world of squares, and stories told in it: what the map's tests draw."""

from __future__ import annotations

from dataclasses import replace

from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon, box

from geomap.map_types import Attribution, Basemap, BasemapLabel, Border, RegionShape
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

WEST = Region(id="ne:WW", name="Westland", level="country", country="WW", iso="WW")
EAST = Region(id="ne:EE", name="Eastland", level="country", country="EE", iso="EE")
HILLS = Region(
    id="ne:hills", name="The Hills", level="disputed", claimed_by=("WW", "EE"), as_of="2023-09-23", source="toy"
)
WEST_SHAPE, EAST_SHAPE, HILLS_SHAPE = box(44, 38, 47, 42), box(47, 38, 50, 42), box(46, 39.5, 48, 40.5)
SHAPES = (
    RegionShape(region=WEST, geometry=WEST_SHAPE),
    RegionShape(region=EAST, geometry=EAST_SHAPE),
    RegionShape(region=HILLS, geometry=HILLS_SHAPE),
)
ATTRIBUTIONS = (
    Attribution(title="Toy atlas", text="Drawn by hand for the tests.", licence="CC0-1.0", url="https://example.org/"),
)

TOWN = Place(
    id="gn:1", name="Aldwick", kind="settlement", lon=45.5, lat=40.0, country="WW", population=90_000, geonameid=1
)
VILLAGE = Place(id="gn:2", name="Beckton", kind="settlement", lon=47.25, lat=40.25, country="EE", geonameid=2)
ROAD = Place(id="gm:road", name="Hill Road", kind="line", lon=46.5, lat=40.0)
AREA = Place(id="ne:hills", name="The Hills", kind="disputed", lon=47.0, lat=40.0)
COUNTRY = Place(id="gn:10", name="Westland", kind="country", lon=45.5, lat=40.0, country="WW")
CAPITAL = Place(id="gn:11", name="Castleton", kind="settlement", lon=48.9, lat=41.0, country="EE", population=900_000)
OTHER = Place(id="gn:3", name="Aldwick", kind="settlement", lon=-1.5, lat=52.0, country="GB", population=700)

EVIL_OUTLET = "Wire <b>& Co.</b>"
TEXT = (
    "Shells fell on Aldwick on Tuesday, and 120 people left.\n\n"
    "They took the Hill Road through The Hills to Beckton 🚚 in the east. Westland closed its side.\n\n"
    "Castleton demanded an end to it. Nobody in Nowhere knew."
)
_WHERE = {
    "Aldwick": (TOWN, "literal", (WEST,), None, None),
    "Beckton": (VILLAGE, "literal", (EAST, HILLS), None, None),
    "Hill Road": (ROAD, "literal", (WEST,), LineString([(45.5, 40.0), (46.5, 40.0), (47.25, 40.25)]), "schematic: not surveyed"),
    "The Hills": (AREA, "literal", (EAST, HILLS), HILLS_SHAPE, None),
    "Westland": (COUNTRY, "literal", (WEST,), WEST_SHAPE, None),
    "Castleton": (CAPITAL, "associative", (EAST,), None, None),
}  # fmt: skip


def basemap(bounds: tuple[float, float, float, float] = (40.0, 36.0, 54.0, 44.0)) -> Basemap:
    return Basemap(
        bounds=bounds,
        land=MultiPolygon([box(44, 38, 50, 42)]),
        lakes=box(44.5, 41, 45, 41.5),
        rivers=MultiLineString([[(44, 39), (46, 39.2)]]),
        borders=(
            Border(status="settled", geometry=LineString([(47, 38), (47, 39.5)])),
            Border(status="disputed", geometry=HILLS_SHAPE.exterior),
            Border(status="undetermined", geometry=LineString([(47, 40.5), (47, 42)])),
        ),
        labels=(BasemapLabel(text="Westland", kind="country", lon=45.2, lat=41.2, rank=1),),
        world=MultiPolygon([box(-20, -30, 60, 60), box(-120, -50, -40, 60)]),
        as_of="2022-05-01",
    )


def story(
    text: str = TEXT, *, article_id: str = "a.txt", published: str | None = "2023-09-24", source: str = "Toy Gazette"
) -> tuple[GeoparsedArticle, tuple[Report, ...]]:
    """Return the article read, and a report for each toy place that it names."""
    resolutions, reports = [], []
    for name, (place, kind, regions, geometry, note) in _WHERE.items():
        start = text.find(name)
        if start < 0:
            continue
        mention = Mention(start=start, end=start + len(name), text=name, kind=kind)
        reason = f"the only {name} near the other places; the runner-up lies 4,000 km away"
        resolutions.append(Resolution(mention=mention, place=place, score=0.9, reason=reason, match="name"))
        reports.append(
            Report(
                place=place,
                kind=kind,
                score=0.2 if place is VILLAGE and "doubt" in article_id else 0.9,
                reason=reason,
                regions=regions,
                names=(Name(text="Ալդվիկ", language="hy"),) if place is TOWN else (),
                evidence=(_evidence(text, mention, article_id),),
                runners_up=(Candidate(place=OTHER, name="Aldwick"),) if place is TOWN else (),
                geometry=geometry,
                geometry_note=note,
            )
        )
    start = text.find("Nowhere")
    if start >= 0:
        mention = Mention(start=start, end=start + 7, text="Nowhere")
        resolutions.append(
            Resolution(mention=mention, place=None, score=0.8, reason="the gazetteer holds no place of this name")
        )
    resolutions.sort(key=lambda resolution: resolution.mention.start)
    article = Article(
        id=article_id, text=text, title=f"Aldwick under fire ({article_id})", published=published, source=source
    )
    return GeoparsedArticle(article=article, resolutions=tuple(resolutions)), tuple(reports)


def _evidence(text: str, mention: Mention, article_id: str) -> Evidence:
    start = max(text.rfind("\n", 0, mention.start), text.rfind(". ", 0, mention.start) + 1 or -1) + 1
    stop = text.find(".", mention.end)
    end = len(text) if stop < 0 else stop + 1
    text_of = text[start:end]
    return Evidence(
        article_id=article_id,
        start=start,
        end=end,
        text=text_of,
        mention=mention,
        when=When(start="2023-09-19", end="2023-09-19", text="on Tuesday") if "on Tuesday" in text_of else None,
        quantities=(Quantity(text="120 people", value=120.0, unit="people"),) if "120 people" in text_of else (),
        event=Event(kind="fighting", label="Fighting", cue="Shells") if "Shells" in text_of else None,
    )


def accounts() -> tuple[tuple[GeoparsedArticle, ...], tuple[Report, ...]]:
    """Return two articles that give different counts of the killed in Aldwick, and its report."""
    killed = (
        ("a.txt", "Toy Gazette", "2023-09-20", "four people", 4.0, "Shells killed four people in Aldwick on Tuesday."),
        ("b.txt", EVIL_OUTLET, "2023-09-21", "At least six people", 6.0, "At least six people were killed in Aldwick on Tuesday by Shells."),
    )  # fmt: skip
    articles, evidence = [], []
    for article_id, source, published, words, value, text in killed:
        read, (report,) = story(text, article_id=article_id, published=published, source=source)
        quantity = Quantity(text=words, value=value, unit="people", is_approximate=words.startswith("At least"))
        articles.append(read)
        evidence.append(replace(report.evidence[0], quantities=(quantity,)))
    return tuple(articles), (replace(report, evidence=tuple(evidence)),)


def crowd(n: int, *, articles: int = 1) -> tuple[tuple[GeoparsedArticle, ...], tuple[Report, ...]]:
    """Return n places spread over the squares, told by some articles on as many days."""
    names = [f"Place {number}" for number in range(n)]
    reads, reports = [], []
    for a in range(articles):
        mine = names[a::articles]
        lines, at, resolutions = [], 0, []
        for name in mine:
            number = int(name.split()[1])
            line = f"Something was reported in {name} on that day."
            start = at + line.index(name)
            mention = Mention(start=start, end=start + len(name), text=name)
            place = Place(
                id=f"gn:{1000 + number}",
                name=name,
                kind="settlement",
                lon=round(44.05 + (number * 0.6180339) % 1 * 5.9, 4),
                lat=round(38.05 + (number * 0.7548776) % 1 * 3.9, 4),
                country="WW",
                geonameid=1000 + number,
            )
            resolutions.append(Resolution(mention=mention, place=place, score=0.9, reason="the only one of its name"))
            evidence = Evidence(article_id=f"a{a}", start=at, end=at + len(line), text=line, mention=mention)
            region = WEST if place.lon < 47 else EAST
            reports.append(
                Report(
                    place=place,
                    kind="literal",
                    score=0.9,
                    reason="the only one of its name",
                    regions=(region,),
                    names=(),
                    evidence=(evidence,),
                )
            )
            lines.append(line)
            at += len(line) + 1
        reads.append(
            GeoparsedArticle(
                article=Article(
                    id=f"a{a}",
                    text="\n".join(lines),
                    title=f"Report {a}",
                    published=f"2023-09-{1 + a % 28:02d}",
                    source="Toy",
                ),
                resolutions=tuple(resolutions),
            )
        )
    return tuple(reads), tuple(reports)


def across_the_date_line() -> tuple[GeoparsedArticle, tuple[Report, ...]]:
    """Return a story of Fiji: a town on either side of 180°, and islands whose outline is cut there."""
    text = "The storm passed Suvatown and Tavetown in the Twin Isles."
    isles = MultiPolygon([Polygon([(178, -18), (180, -18), (180, -16), (178, -16)]), box(-180, -18, -178.5, -16)])
    found = [
        ("Suvatown", Place(id="gn:21", name="Suvatown", kind="settlement", lon=178.4, lat=-18.1), None),
        ("Tavetown", Place(id="gn:22", name="Tavetown", kind="settlement", lon=-179.9, lat=-16.8), None),
        ("Twin Isles", Place(id="gn:23", name="Twin Isles", kind="island", lon=180.0, lat=-17.0), isles),
    ]
    resolutions, reports = [], []
    for name, place, geometry in found:
        start = text.index(name)
        mention = Mention(start=start, end=start + len(name), text=name)
        resolutions.append(Resolution(mention=mention, place=place, score=0.9, reason="the only one"))
        evidence = Evidence(article_id="fiji", start=0, end=len(text), text=text, mention=mention)
        reports.append(
            Report(place=place, kind="literal", score=0.9, reason="the only one", regions=(), names=(), evidence=(evidence,), geometry=geometry)
        )  # fmt: skip
    return GeoparsedArticle(
        article=Article(id="fiji", text=text, title="Storm"), resolutions=tuple(resolutions)
    ), tuple(reports)
