from __future__ import annotations

from geomap.annotation.event_lexicon import load_lexicon
from geomap.annotation.evidence import EvidenceReader
from geomap.types import Article, Event, Evidence, GeoparsedArticle, Mention, Quantity, Resolution, When


def _evidence(article: Article, mention: Mention, language: str = "en") -> Evidence:
    resolution = Resolution(mention=mention, place=None, score=1.0, reason="toy")
    read = GeoparsedArticle(article=article, resolutions=(resolution,), language=language)
    return EvidenceReader(read, load_lexicon()).evidence(mention)


def test_evidence_is_read_in_the_language_of_the_article() -> None:
    text = "В Гори во вторник начались обстрелы, погибли пять человек."
    article = Article(id="a", text=text, published="2023-09-23")
    mention = Mention(start=2, end=6, text="Гори")
    assert _evidence(article, mention, "ru") == Evidence(
        article_id="a",
        start=0,
        end=len(text),
        text=text,
        mention=mention,
        language="ru",
        when=When(start="2023-09-19", end="2023-09-19", text="во вторник"),
        quantities=(Quantity(text="пять человек", value=5.0, unit="человек"),),
        event=Event(kind="fighting", label="Fighting", cue="обстрелы", icon="fighting"),
    )
    english = _evidence(article, mention)
    assert (english.when, english.quantities, english.event) == (None, (), None)


def test_a_toponym_is_no_event_word() -> None:
    text = "In Brand begann der Tag."
    article, mention = Article(id="a", text=text), Mention(start=3, end=8, text="Brand")
    assert _evidence(article, mention, "de").event is None
