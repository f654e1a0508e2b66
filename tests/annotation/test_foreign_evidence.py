from __future__ import annotations

from geomap.annotation.events import load_lexicon
from geomap.annotation.reports import evidence_of, told_days
from geomap.types import Article, Event, Evidence, Mention, Quantity, When


def test_evidence_is_read_in_the_language_of_the_article() -> None:
    text = "В Гори во вторник начались обстрелы, погибли пять человек."
    article = Article(id="a", text=text, published="2023-09-23")
    mention = Mention(start=2, end=6, text="Гори")
    assert evidence_of(mention, told_days(article, language="ru"), load_lexicon()) == Evidence(
        article_id="a",
        start=0,
        end=len(text),
        text=text,
        mention=mention,
        when=When(start="2023-09-19", end="2023-09-19", text="во вторник"),
        quantities=(Quantity(text="пять человек", value=5.0, unit="человек"),),
        event=Event(kind="fighting", label="Fighting", cue="обстрелы", icon="fighting"),
    )
    english = evidence_of(mention, told_days(article), load_lexicon())
    assert (english.when, english.quantities, english.event) == (None, (), None)


def test_a_toponym_is_no_event_word() -> None:
    text = "In Brand begann der Tag."
    article, mention = Article(id="a", text=text), Mention(start=3, end=8, text="Brand")
    assert evidence_of(mention, told_days(article, language="de"), load_lexicon()).event is None
