from __future__ import annotations

import pytest

from geomap.annotate import annotate
from geomap.atlas import Atlas
from geomap.gazetteer import Gazetteer
from geomap.vocabulary import Article, Event, Evidence, Mention, Quantity, ReadArticle, Resolution, When

TEXT = (
    "Shells fell on Springfield on Tuesday and 20 houses burned. Aland denied it.\n"
    "Springfield was home to 9,000 people."
)


def _read(gazetteer: Gazetteer, text: str = TEXT, article_id: str = "a") -> ReadArticle:
    springfield, aland = gazetteer.place("gn:21"), gazetteer.place("gn:1")
    found = []
    for name, place, kind in (("Springfield", springfield, "literal"), ("Aland", aland, "associative")):
        start = text.find(name)
        while start >= 0:
            mention = Mention(start=start, end=start + len(name), text=name, kind=kind)
            found.append(Resolution(mention=mention, place=place, score=0.8, reason="toy"))
            start = text.find(name, start + 1)
    found.sort(key=lambda r: r.mention.start)
    return ReadArticle(article=Article(id=article_id, text=text, published="2023-09-23"), resolutions=tuple(found))


@pytest.mark.geodata
def test_a_report_says_what_its_sentences_say(toy_gazetteer: Gazetteer, atlas: Atlas) -> None:
    springfield, aland = annotate([_read(toy_gazetteer)], [(), ()], gazetteer=toy_gazetteer, atlas=atlas)
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
    toy_gazetteer: Gazetteer, atlas: Atlas
) -> None:
    text = "word " * 1000 + "Springfield" + " word" * 1000
    (report,) = annotate([_read(toy_gazetteer, text)], [()], gazetteer=toy_gazetteer, atlas=atlas)
    (evidence,) = report.evidence
    assert (evidence.start, evidence.end) == (4700, 5311)
    assert evidence.text == text[4700:5311]
