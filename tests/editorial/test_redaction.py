from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.editorial.redaction import Names, redacted
from geomap.files import slug
from geomap.text.normalize import fold_letters
from geomap.types import Article, Correction, Publication
from tests.support.toy_reports import NORTH, moving

GYONGYOS = Names(["Gyöngyös"], ["Gengeš", "Дьёндьёш"], shortest=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fire in Gyöngyös today", "Fire in ████████ today"),
        ("GYÖNGYÖS burns", "████████ burns"),
        ("Gyo\u0308ngyo\u0308s!", "██████████!"),
        ("In Gyöngyo\u0308s\u0301.", "In ██████████."),
        ("Gy\u00adöngyös", "█████████"),
        ("Gyön\u200bgyös", "█████████"),
        ("Gyön-\ngyös", "██████████"),
        ("G y ö n g y ö s", "███████████████"),
        ("Gyoengyoes or gyongyos", "██████████ or ████████"),
        ("ДЬЁНДЬЁШ and Дьёндьёш", "████████ and ████████"),
        ("GYONGYOS_fire", "█████████████"),
        ("see https://x.hu/gy%C3%B6ngy%C3%B6s-fire now", f"see {'█' * 36} now"),
        ("visitgyongyos.hu #PrayForGyongyos @gyongyosi", "████████████████ ████████████████ ██████████"),
        ("Gy&ouml;ngy&ouml;s", "██████████████████"),
        ("Rain.\nGYÖNGYÖS\n\nGyöngyös\tburns", "Rain.\n████████\n\n████████\tburns"),
        ("Gyöngyös-Nord, Gyöngyös's", "████████-Nord, ████████'s"),
        ("Gyöngyösi wine", "Gyöngyösi wine"),  # a case ending: another word
        ("Gyula gyors", "Gyula gyors"),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, expected: str) -> None:
    assert GYONGYOS.blacked(text) == expected
    assert len(expected) == len(text)


@pytest.mark.parametrize(
    "key",
    [
        "2023-gyongyos-fire.txt",
        "GYONGYOS_2023.html",
        "https://example.org/news/gy%C3%B6ngy%C3%B6s",
        "visitgyongyosnow.hu",
        "gyongyos.jsonl:3",
        "gyo-ngyo-s.txt",
        f"www.{'gyöngyös'.encode('idna').decode()}.hu",
        "дьёндьёш.txt",
        f"{'the-long-title-of-a-report-on-a-fire-in-a-warehouse-near-'}gyon.html",
    ],
)
def test_a_name_is_found_in_ids_addresses_and_file_names(key: str) -> None:
    assert GYONGYOS.is_in(key)


def test_what_a_file_name_leaves_of_a_name_is_found_in_it() -> None:
    names = {"Łódź": "odz", "Straße am See": "strae-am-see", "Tromsø": "troms"}
    assert {name: slug(name) for name in names} == names
    for name, left in names.items():
        assert Names([name]).is_in(f"2023-{left}-fire.txt")
        assert not Names([name]).is_in("2023-budapest-fire.txt")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Տեղ", "Տեղ: ՏԵՂ", "[place withheld]: [place withheld]"),
        ("Степанакерт", "в СТЕПАНАКЕРТ, степанакерт", "в [place withheld], [place withheld]"),
        ("東京", "在東京的人", "在[place withheld]的人"),
        ("غزة", "في غـــزة", "في [place withheld]"),
        ("Saint-Élan", "saint elan, SaintElan, Saint\nÉlan", "[place withheld], [place withheld], [place withheld]"),
        ("Iran", "I ran to Iran.", "I ran to [place withheld]."),
        ("Ur", "Our ur, Ur and UR", "Our ur, [place withheld] and [place withheld]"),
    ],
)
def test_names_of_other_scripts_and_of_few_letters(name: str, text: str, expected: str) -> None:
    assert Names([name]).out_of(text) == expected


def test_other_names_of_a_place_are_no_common_words() -> None:
    names = Names(["Tegh"], ["Nice", "Of", "Armenia"], kept=["ARMENIA"])
    said = "A nice day of TEGH: Nice, NICE; Of Armenia."
    assert names.out_of(said) == (
        "A nice day of [place withheld]: [place withheld], [place withheld]; [place withheld] Armenia."
    )


def test_names_from_elsewhere_count_in_ids_as_whole_words_only() -> None:
    names = Names([], elsewhere=["Most", "Orr"])
    assert [names.is_in(key) for key in ("almost.txt", "2023-most-fire.txt", "orr.txt", "torrent.txt")] == [
        False,
        True,
        True,
        False,
    ]
    assert names.spans("Most and most, Orr", kept=frozenset({"orr"})) == [(0, 4)]


def test_an_article_keeps_nothing_by_which_the_name_is_found() -> None:
    article = Article(
        id="gyongyos.txt",
        text="",
        title="In Gyöngyös",
        source="gyongyos.hu",
        author="Gyöngyös Daily",
        url="https://example.org/1",
        sha256="00ff",
        republished=(Publication(id="b", url="https://example.org/gyongyos"),),
        page="pages/gyongyos.html",
        published="2023-09-19",
    )
    assert redacted(article, GYONGYOS, text="…", title="In █", instead="article-1") == Article(
        id="article-1", text="…", title="In █", published="2023-09-19"
    )
    assert GYONGYOS.is_in_metadata(Article(id="1", text="Gyöngyös", republished=article.republished))


def test_a_correction_states_what_it_decides_without_the_name() -> None:
    one = Correction(name="Eger", place="gn:1", author="A", reason="not Gyöngyös", source="gyongyos.hu", date="2023")
    assert GYONGYOS.out_of_correction(one) == Correction(
        name="Eger", place="gn:1", author="A", reason="not [place withheld]", date="2023"
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_spans_are_in_order_and_the_name_between_spaces_is_always_among_them(before: str, after: str) -> None:
    text = f"{before} Gyöngyös {after}"
    spans = GYONGYOS.spans(text)
    assert spans == sorted(spans)
    assert all(a < b <= c for (a, b), (c, _) in pairwise(spans))
    at = len(before) + 1
    assert any(start <= at and at + 8 <= end for start, end in spans)
    assert not GYONGYOS.spans(GYONGYOS.blacked(text))


def test_letters_fold_case_marks_and_separators() -> None:
    assert fold_letters("Ĺódź-Straße (İzmir) ø_Æ ¹²") == "lodzstrasseizmiroae12"


def test_time_grows_with_the_text_and_not_with_its_square() -> None:
    names = Names(["Gyöngyös"], [f"Place{n} Xyz" for n in range(3000)])
    for piece in ("a" * 400_000, "gyong-" * 60_000, "g y o n " * 50_000, "a.b" * 130_000, "xn--" * 100_000):
        start = time.process_time()
        names.spans(piece)
        names.is_in(piece)
        assert time.process_time() - start < 20


def test_what_is_stated_around_a_hidden_name_is_not_in_a_report():
    _, (tegh, _, _, goris, *_) = moving()
    assert Names(["Tegh"]).out_of_report(tegh).movements == ()
    assert Names(["Yerevan"]).out_of_report(tegh).movements == ()
    assert Names(["Kapan"]).out_of_report(tegh).movements == tegh.movements
    blackened = replace(tegh, movements=(replace(tegh.movements[0], text="They left █████."),))
    assert Names(["Kapan"]).out_of_report(blackened).movements == ()
    assert [e.relation for e in Names(["Goris"]).out_of_report(goris).evidence] == [None, None]
    assert [e.relation for e in Names(["Kapan"]).out_of_report(goris).evidence] == [NORTH, None]
    noted = replace(goris, evidence=(replace(goris.evidence[0], relation=replace(NORTH, note="ring around Kapan")),))
    assert [e.relation for e in Names(["Kapan"]).out_of_report(noted).evidence] == [None]
