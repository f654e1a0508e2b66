"""Reading takes time in proportion to the text, whatever stands in it: four times the text, no more than six times the time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from geomap.annotation.event_lexicon import load_lexicon
from geomap.annotation.evidence import EvidenceReader
from geomap.api import geoparse
from geomap.batch.schema import mention_rows
from geomap.editorial.corrections import correct
from geomap.editorial.generalise import generalise
from geomap.geoparser import as_read
from geomap.project.near_duplicates import sketch
from geomap.recognition.features import window_boundaries
from geomap.recognition.name_spans import name_spans
from geomap.recognition.recognizer import recognise
from geomap.resolution.cues import dateline, goes_on, links, tails
from geomap.resolution.enclosing_town import place_within
from geomap.resolution.senses import group_senses
from geomap.text.sentences import beginning_of, sentence_spans
from geomap.text.tokens import tokenize
from geomap.types import Article, Candidate, Correction, GeoparsedArticle, Mention, Place, Resolution

MOST = 6.0
"""Linear work grows four times, work that grows with the square sixteen."""
TRIES = 4
"""Other processes on the machine may slow a run down, hardly all of them."""

LIMA = Place(id="gn:1", name="Lima", kind="settlement", lon=-77.0, lat=-12.0, country="PE", population=9_000_000)
PERU = Place(id="gn:2", name="Peru", kind="country", lon=-76.0, lat=-10.0, country="PE")


def growth(make: Callable[[int], object], work: Callable[[object], object], n: int) -> float:
    """Return how many times longer ``work`` takes on ``make(4 * n)`` than on ``make(n)``: CPU, the best of three runs."""
    small, large = make(n), make(4 * n)
    work(small)  # what is opened and cached by the first
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(3):
        for taken, value in zip(seconds, (small, large), strict=True):
            start = time.process_time()
            work(value)
            taken.append(time.process_time() - start)
    return min(seconds[1]) / max(min(seconds[0]), 0.001)


def is_linear(make: Callable[[int], object], work: Callable[[object], object], n: int) -> bool:
    return any(growth(make, work, n) < MOST for _ in range(TRIES))


def test_work_that_grows_with_the_square_is_noticed():
    assert not is_linear(lambda n: "a" * n, lambda text: [text.count("b", i) for i in range(0, len(text), 4)], 10_000)


def mentions(text: str, *names: str, kind: str = "literal") -> list[Mention]:
    """Return a mention for each word of ``text`` that is one of ``names``."""
    words = tokenize(text)
    return [Mention(start=w.start, end=w.end, text=w.text, kind=kind) for w in words if w.text in names]


def placed(text: str, *names: str) -> list[Resolution]:
    """Return the mentions, the first name in Lima and the others nowhere."""
    return [
        Resolution(mention=m, place=LIMA if m.text == names[0] else None, score=0.9, reason="")
        for m in mentions(text, *names)
    ]


@pytest.mark.parametrize(
    ("unit", "n"),
    [(" ", 40_000), ("\n", 20_000), (" \t\n", 20_000), (".", 40_000), ('."', 20_000), (". ", 20_000), ("。", 40_000), ("Goris. ", 20_000), ("U.S. The ", 20_000), ("5 p.m. ", 20_000)],
)  # fmt: skip
def test_sentences(unit, n):
    def split(text):
        return sentence_spans(text), window_boundaries(text), beginning_of(text, limit=len(text) - 1), sketch(text)

    assert is_linear(lambda n: f"x{unit * (n // len(unit))}x", split, n)


@pytest.mark.parametrize("behind", [" ", "\n", " (", ", ", "A", "Aa ", ", Aa"])
def test_what_stands_behind_a_mention(behind):
    lima = Mention(start=0, end=4, text="Lima")

    def look(text):
        return dateline(text, [lima]), goes_on(text, 4), tails(text, [lima]), links(text, [lima, lima])

    for start in ("Lima", "Lima, "):
        assert is_linear(lambda n, start=start: start + behind * (n // len(behind)), look, 40_000)


def test_names_that_no_gazetteer_knows(toy_gazetteer):
    def read_within(text):
        return place_within(Article(id="1", text=text), placed(text, "Lima", "Qxza"), gazetteer=toy_gazetteer)

    for unit in ("Lima Qxza ", "Lima Qxza. ", "Lima\nQxza\n"):
        assert is_linear(lambda n, unit=unit: unit * (n // len(unit)), read_within, 5_000)


def test_senses_of_names_that_hold_each_other():
    def told_apart(text):
        found = mentions(text, "Lima", "Peru")
        known = {
            "Lima": (Candidate(place=LIMA, name="Lima"),) * 100,
            "Peru": (Candidate(place=PERU, name="Peru"),) * 100,
        }
        return group_senses(text, found, [known[m.text] for m in found], links(text, found))

    assert is_linear(lambda n: "Lima, Peru, " * (n // 12), told_apart, 8_000)


def test_spans_of_many_words_are_no_names(toy_gazetteer):
    def named(text):
        words = tokenize(text)
        return (
            name_spans(text, words, [(0, len(words))], gazetteer=toy_gazetteer),
            name_spans(text, words, [(i, i + 1) for i in range(len(words))], gazetteer=toy_gazetteer),
        )

    for unit in ("North ", "Lake ", "City School ", "New "):
        assert is_linear(lambda n, unit=unit: unit * (n // len(unit)), named, 2_000)
    text = "Lake " * 41
    words = tokenize(text)
    assert [(s.start, s.end) for s in name_spans(text, words, [(0, 40)], gazetteer=toy_gazetteer)] == [(0, 40)]
    assert name_spans(text, words, [(0, 41)], gazetteer=toy_gazetteer) == []


@pytest.mark.geodata
def test_a_line_of_headlines(models, gazetteer):
    def found(text):
        return recognise(Article(id="1", text=text), models=models, gazetteer=gazetteer).mentions

    assert is_linear(lambda n: "Russia: " * (n // 8), found, 2_000)


def test_the_sentence_of_every_mention():
    lexicon = load_lexicon()

    def told(text):
        found = mentions(text, "Lima")
        resolutions = tuple(Resolution(mention=m, place=LIMA, score=1.0, reason="") for m in found)
        article = Article(id="1", text=text, published="2024-05-03")
        reader = EvidenceReader(GeoparsedArticle(article=article, resolutions=resolutions), lexicon)
        return [reader.evidence(m) for m in found]

    for unit in ("Lima 3 May ", "Lima 9 men ", "Lima said to the "):
        assert is_linear(lambda n, unit=unit: unit * (n // len(unit)), told, 2_000)


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("unit", "n"),
    [
        ("London, Paris, ", 1_500), ("Springfield, Illinois, San Jose, Georgetown, ", 1_500), ("Zorbek Bridge in Lima. ", 1_500),
        ("LONDON AND PARIS ", 1_500), ("GORIS, Armenia (AP) — ", 1_500), ("the city of the ", 2_000), ("Paris (London ", 1_500), (",", 1_000), ("A.b ", 1_000),
        ("\u0301", 1_000), ("😀", 1_000), ("1,111 ", 1_500), ("A" * 500_000, 100_000), ("London" + 500 * " ", 20_000),
        ("в Москве, Саратове и Казани ", 3_000), ("Новыми Камами ", 1_000), ("في القاهرة ", 4_000), ("北京在中国。", 20_000), ("Երևանում ", 8_000), ("กรุงเทพมหานคร ", 20_000),
    ],
)  # fmt: skip
def test_reading_an_article(unit, n):
    def decided(text):
        return mention_rows(geoparse(Article(id="1", text=text, published="2024-05-03")), source="x", row=1)

    assert is_linear(lambda n: (unit * (n // len(unit) + 1))[:n], decided, n)


def test_what_is_read_already_costs_no_more_than_its_text():
    assert is_linear(lambda n: "London " * n, lambda text: as_read(Article(id="1", text=text), ()), 100_000)


def twice(n: int) -> GeoparsedArticle:
    """Return an article that names a village and a country again and again."""
    pairs = n // 12
    found = [
        Resolution(mention=Mention(start=at, end=at + 4, text=name), place=place, score=0.9, reason="")
        for pair in range(pairs)
        for at, name, place in ((12 * pair, "Lima", LIMA), (12 * pair + 6, "Peru", PERU))
    ]
    return GeoparsedArticle(article=Article(id="1", text="Lima, Peru. " * pairs), resolutions=tuple(found))


def test_making_coarser():
    def coarse(read):
        return generalise([read], finest="country", coarser={LIMA.id: None}, names=lambda place: [place.name])

    assert is_linear(twice, coarse, 12_000)


def test_correcting():
    said = [Correction(name="Peru", place="gn:2", is_added=True), Correction(name="Lima", is_hidden=True)]
    assert is_linear(twice, lambda read: correct(read, said, find=lambda _: PERU), 12_000)
