from __future__ import annotations

from collections import defaultdict

import pytest

from geomap.annotation.precision import reported_precision, uncertainty_km
from geomap.annotation.reports import annotate
from geomap.boundaries.atlas import Atlas
from geomap.gazetteer.store import FileGazetteer
from geomap.types import (
    Article,
    Event,
    Evidence,
    GeoparsedArticle,
    Mention,
    Place,
    PlaceKind,
    Quantity,
    Region,
    Report,
    Resolution,
    When,
)

TEXT = (
    "Shells fell on Springfield on Tuesday and 20 houses burned. Aland denied it.\n"
    "Springfield was home to 9,000 people."
)


def _read(gazetteer: FileGazetteer, text: str = TEXT, article_id: str = "a") -> GeoparsedArticle:
    springfield, aland = gazetteer.place("gn:21"), gazetteer.place("gn:1")
    found = []
    for name, place, kind in (("Springfield", springfield, "literal"), ("Aland", aland, "associative")):
        start = text.find(name)
        while start >= 0:
            mention = Mention(start=start, end=start + len(name), text=name, kind=kind)
            found.append(Resolution(mention=mention, place=place, score=0.8, reason="toy"))
            start = text.find(name, start + 1)
    found.sort(key=lambda r: r.mention.start)
    return GeoparsedArticle(article=Article(id=article_id, text=text, published="2023-09-23"), resolutions=tuple(found))


@pytest.mark.geodata
def test_a_report_has_the_content_of_its_sentences(toy_gazetteer: FileGazetteer, atlas: Atlas) -> None:
    springfield, aland = annotate([_read(toy_gazetteer)], defaultdict(tuple), gazetteer=toy_gazetteer, atlas=atlas)
    fighting = Event(kind="fighting", label="Fighting", cue="Shells fell", icon="fighting")
    assert springfield.place.id == "gn:21"
    assert springfield.event == fighting
    assert springfield.evidence == (
        Evidence(
            article_id="a",
            start=0,
            end=59,
            text="Shells fell on Springfield on Tuesday and 20 houses burned.",
            mention=Mention(start=15, end=26, text="Springfield"),
            when=When(start="2023-09-19", end="2023-09-19", text="Tuesday"),
            quantities=(Quantity(text="20 houses", value=20.0, unit="houses"),),
            event=fighting,
        ),
        Evidence(
            article_id="a",
            start=77,
            end=114,
            text="Springfield was home to 9,000 people.",
            mention=Mention(start=77, end=88, text="Springfield"),
            quantities=(Quantity(text="9,000 people", value=9000.0, unit="people"),),
        ),
    )
    assert aland.event is None
    assert aland.evidence == (
        Evidence(
            article_id="a",
            start=60,
            end=76,
            text="Aland denied it.",
            mention=Mention(start=60, end=65, text="Aland", kind="associative"),
        ),
    )


@pytest.mark.geodata
def test_evidence_of_a_text_without_full_stops_is_cut_around_the_mention(
    toy_gazetteer: FileGazetteer, atlas: Atlas
) -> None:
    text = "word " * 1000 + "Springfield" + " word" * 1000
    (report,) = annotate([_read(toy_gazetteer, text)], defaultdict(tuple), gazetteer=toy_gazetteer, atlas=atlas)
    (evidence,) = report.evidence
    assert (evidence.start, evidence.end) == (4700, 5311)
    assert evidence.text == text[4700:5311]


def _report(*mentions: tuple[Mention, bool], kind: PlaceKind = "settlement") -> Report:
    place = Place(id="gn:1", name="Khankendi", kind=kind, lon=46.75, lat=39.82, population=55_000)
    evidence = tuple(
        Evidence(article_id="a", start=0, end=9, text="", mention=mention, is_near=near) for mention, near in mentions
    )
    return Report(place=place, kind="literal", score=0.9, reason="", regions=(), names=(), evidence=evidence)


def test_a_report_is_near_a_town_only_where_no_sentence_puts_it_inside() -> None:
    here, quiet = Mention(start=0, end=1, text="X"), Mention(start=0, end=1, text="X", kind="associative")
    near, both, district = (
        _report((here, True), (quiet, False)),
        _report((here, True), (here, False)),
        _report((here, True), kind="admin2"),
    )
    assert [(reported_precision(r), uncertainty_km(r)) for r in (near, both, district)] == [
        ("near", 25.0),
        ("settlement", 2.4),
        ("admin2", 25.0),
    ]  # fmt: skip


def test_a_place_is_called_as_the_article_calls_it_without_the_case_ending() -> None:
    inflected = Mention(start=0, end=13, text="Степанакерте", antecedent="Степанакерт")
    described = Mention(start=0, end=8, text="the city", antecedent="Stepanakert", is_description=True)
    people = Mention(start=0, end=8, text="Karabakhi", kind="demonym")
    assert _report((inflected, False), (described, False), (described, False)).reported_as == "Степанакерт"
    assert _report((described, False), (people, False)).reported_as is None


def test_a_name_in_capitals_is_written_as_the_gazetteer_writes_it() -> None:
    assert _report((Mention(start=0, end=9, text="KHANKENDI"), False)).reported_as == "Khankendi"
    assert _report((Mention(start=0, end=11, text="STEPANAKERT"), False)).reported_as == "STEPANAKERT"


def test_regions_are_joined_by_place_id_whatever_their_order(toy_gazetteer: FileGazetteer, toy_atlas: Atlas) -> None:
    aland, alaska = (Region(id=name, name=name, level="country") for name in ("in Aland", "in Springfield"))
    by_id = {"gn:1": (aland,), "gn:21": (alaska,)}
    made = annotate([_read(toy_gazetteer)], by_id, gazetteer=toy_gazetteer, atlas=toy_atlas)
    assert [(r.place.id, r.regions) for r in made] == [("gn:21", (alaska,)), ("gn:1", (aland,))]
    with pytest.raises(KeyError, match="gn:1"):
        annotate([_read(toy_gazetteer)], {"gn:21": (alaska,)}, gazetteer=toy_gazetteer, atlas=toy_atlas)
