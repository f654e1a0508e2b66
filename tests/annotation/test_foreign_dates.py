from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.annotation.dates import find_times, when_of
from geomap.annotation.foreign.phrases import LANGUAGES, fold, tables
from geomap.types import When
from tests.support.foreign_dates import DATES

SATURDAY = "2023-09-23"
EVERY = sorted(LANGUAGES)


def _when(sentence: str, language: str, published: str | None = SATURDAY) -> tuple[str | None, str | None]:
    found = when_of(sentence, published=published, at=0, language=language)
    if found is None:
        return None, None
    return found.text, "/".join(dict.fromkeys((found.start, found.end)))


def test_every_language_has_at_least_ten_dates() -> None:
    assert set(DATES) == LANGUAGES
    assert {language: len(rows) for language, rows in DATES.items() if len(rows) < 10} == {}


@pytest.mark.parametrize(
    ("language", "sentence", "words", "days"),
    [(language, *row) for language, rows in DATES.items() for row in rows],
)
def test_a_date(language: str, sentence: str, words: str | None, days: str | None) -> None:
    assert _when(sentence, language) == (words, days)


AHEAD = "which {} is not said; “{}” looks ahead, so taken as the coming one"
NEAREST = "the year is not said; taken as the nearest"
LATEST = "the year is not said; taken as the latest such month"
COMING = "the year is not said; taken as the coming such month"


@pytest.mark.parametrize(
    ("language", "sentence", "doubt"),
    [
        ("ru", "Выборы состоятся в четверг", AHEAD.format("Thursday", "состоятся")),
        ("ru", "до пятницы", AHEAD.format("Friday", "до пятницы")),
        ("ru", "3 марта", NEAREST),
        ("ru", "5 сентября", None),
        ("ru", "в октябре", LATEST),
        ("ru", "в октябре пройдут выборы", COMING),
        ("uk", "Зустріч відбудеться у четвер", AHEAD.format("Thursday", "відбудеться")),
        ("hy", "Հանդիպումը կկայանա հինգշաբթի", AHEAD.format("Thursday", "կկայանա")),
        ("az", "Görüş cümə axşamı keçiriləcək", AHEAD.format("Thursday", "keçiriləcək")),
        ("tr", "Toplantı perşembe günü yapılacak", AHEAD.format("Thursday", "yapılacak")),
        ("ar", "من المقرر أن يعقد الاجتماع يوم الخميس", AHEAD.format("Thursday", "من المقرر")),
        ("fa", "جلسه پنجشنبه برگزار خواهد شد", AHEAD.format("Thursday", "خواهد")),
        ("fr", "Le sommet se tiendra jeudi", AHEAD.format("Thursday", "tiendra")),
        ("es", "La cumbre se celebrará el jueves", AHEAD.format("Thursday", "celebrará")),
        ("de", "Die Wahl soll am Donnerstag stattfinden", AHEAD.format("Thursday", "soll")),
        ("de", "am kommenden Montag", "desks differ on next Monday: taken as the first after publication"),
        ("de", "vor zwei Wochen", "counted in weeks; three days either way"),
    ],
)
def test_a_guess_carries_its_doubt(language: str, sentence: str, doubt: str | None) -> None:
    found = when_of(sentence, published=SATURDAY, at=0, language=language)
    assert found is not None
    assert found.doubt == doubt


def test_looking_ahead_counts_within_the_clause() -> None:
    sentence = "Rettungskräfte verließen die brennende Stadt am Freitag, und die Schule wird öffnen"
    assert _when(sentence, "de") == ("am Freitag", "2023-09-22")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ru", "Власти сообщили в пятницу, что во вторник погибли люди"),
        ("uk", "Влада повідомила у п'ятницю, що у вівторок загинули люди"),
        ("tr", "Bakanlık cuma günü açıkladı: salı günü dört kişi öldü"),
        ("ar", "قالت الوزارة يوم الجمعة إن أربعة قتلوا يوم الثلاثاء"),
        ("fr", "Le ministère a déclaré vendredi que quatre personnes sont mortes mardi"),
        ("es", "El ministerio informó el viernes que cuatro personas murieron el martes"),
        ("de", "Die Polizei sagte am Freitag, dass vier Menschen am Dienstag starben"),
    ],
)
def test_the_day_of_the_statement_is_used_only_without_another(language: str, sentence: str) -> None:
    assert _when(sentence, language)[1] == "2023-09-19"
    times = list(find_times(sentence, published=SATURDAY, language=language))
    assert [t.is_of_statement for t in sorted(times, key=lambda t: t.when.start)] == [False, True]


def test_a_date_beside_a_weekday_says_more() -> None:
    (found,) = find_times("Во вторник, 19 сентября 2023 года, шёл дождь", published=SATURDAY, language="ru")
    assert (found.when, found.start, found.end) == (
        When(start="2023-09-19", end="2023-09-19", text="19 сентября 2023 года"),
        12,
        33,
    )


def test_without_a_day_of_publication_only_whole_dates_are_read() -> None:
    assert _when("Во вторник, вчера, на прошлой неделе и 5 мая", "ru", None) == (None, None)
    assert _when("5 мая 2021 года", "ru", None) == ("5 мая 2021 года", "2021-05-05")
    assert _when("seit 2020", "de", None) == ("seit 2020", "2020-01-01/2020-12-31")
    assert _when("۲۸ شهریور ۱۴۰۲", "fa", None) == ("۲۸ شهریور ۱۴۰۲", "2023-09-19")


@pytest.mark.parametrize("language", [*EVERY, "und", "nl"])
def test_numeric_dates_are_read_in_every_language(language: str) -> None:
    assert _when("2023-09-19", language) == ("2023-09-19", "2023-09-19")
    assert _when("19.9.2023", language) == ("19.9.2023", "2023-09-19")


def test_without_tables_no_words_are_dates() -> None:
    assert _when("op dinsdag 3 maart 2023, on Tuesday, 3 March 2023", "nl") == (None, None)


def test_words_of_one_language_are_no_dates_in_another() -> None:
    assert _when("am Dienstag", "fr") == (None, None)
    assert _when("on Tuesday, yesterday", "de") == (None, None)
    assert _when("am Dienstag, gestern", "en") == (None, None)


@pytest.mark.parametrize("language", EVERY)
def test_months_and_weekdays_are_complete(language: str) -> None:
    table = tables(language)["dates"]
    assert [len(table["months"]), len(table["numbers"])] == [12, 12]
    assert "" not in table["months"]
    names = zip(*(table.get(key, [""] * 7) for key in ("weekdays", "weak_weekdays")), strict=True)
    assert [bool(certain or weak) for certain, weak in names] == [True] * 7
    assert set(table["near"]) == {"0", "-1", "-2", "1", "2"}


@given(st.text(max_size=200), st.text(max_size=12) | st.none(), st.sampled_from(EVERY))
def test_any_text_is_read_without_a_crash_and_spans_stand_in_it(
    sentence: str, published: str | None, language: str
) -> None:
    found = list(find_times(sentence, published=published, language=language))
    assert [t for t in found if not (0 <= t.start < t.end <= len(sentence) and t.when.start <= t.when.end)] == []


@given(st.text(), st.sampled_from(EVERY))
def test_a_folded_text_has_the_same_length(text: str, language: str) -> None:
    assert len(fold(text, language)) == len(text)


@given(
    st.lists(st.sampled_from([row[0] for rows in DATES.values() for row in rows]), max_size=6), st.sampled_from(EVERY)
)
def test_dates_beside_each_other_do_not_overlap(sentences: list[str], language: str) -> None:
    found = list(find_times(" ".join(sentences), published=SATURDAY, language=language))
    assert [(a, b) for a, b in pairwise(found) if b.start < a.end] == []
