"""What of a title is read: the headline, not the outlet, and nothing that the text repeats."""

import pytest

from geomap.text.headlines import headline_span

TEXT = "Two people died on Thursday night. The mayor came at once."


def headline(title, text=TEXT, **known):
    start, end = headline_span(title, text, **known)
    return title[start:end]


@pytest.mark.parametrize(
    "title",
    [
        "Fire in Gyumri kills two",
        "Fire in Gyumri – two dead",
        "Russia: talks begin in Istanbul",
        "Lima, Peru: the floods, one year on",
        "Gyumri | two dead",
        "Talks in Doha - minister",
        "Sunday in the park",
    ],
)
def test_a_headline_is_read_whole(title):
    assert headline(title) == title


@pytest.mark.parametrize(
    ("title", "known"),
    [
        ("Fire in Gyumri kills two | The Example", {}),
        ("Fire in Gyumri kills two | Armenia | The Example", {}),
        ("Fire in Gyumri kills two - CNN.com", {}),
        ("Fire in Gyumri kills two - BBC News", {}),
        ("Fire in Gyumri kills two — Yorkshire Evening Courier", {}),
        ("Fire in Gyumri kills two :: Example", {}),
        ("Fire in Gyumri kills two: 뉴스", {}),
        ("Fire in Gyumri kills two: Новости", {}),
        ("Fire in Gyumri kills two - The Sentence", {"source": "The Sentence"}),
        ("Fire in Gyumri kills two - Sentence", {"url": "https://www.sentence.example/a/1"}),
        ("The Sentence - Fire in Gyumri kills two", {"source": "The Sentence"}),
        ("CNN.com - Fire in Gyumri kills two", {}),
        ("  Fire in Gyumri kills two  ", {}),
    ],
)
def test_the_name_of_the_outlet_is_left_out(title, known):
    assert headline(title, **known) == "Fire in Gyumri kills two"


def test_the_name_of_a_town_in_a_host_name_is_no_outlet():
    assert headline("Two die in blaze - Leeds", url="https://www.leeds-live.example/") == "Two die in blaze - Leeds"


def test_scripts_without_spaces_have_headlines_too():
    assert headline("甘肃省积石山县发生地震 | 新闻网") == "甘肃省积石山县发生地震"


@pytest.mark.parametrize(
    "text",
    [
        "Fire in Gyumri kills two\n\nTwo people died.",
        "FIRE IN GYUMRI KILLS TWO.\nTwo people died.",
        "20 November 2026\n\nFire in Gyumri kills two\n\nTwo people died.",
        "Fire in Gyumri\nkills two\n\nTwo people died.",
        "Fire in Gyumri kills two, a spokesman said on Friday.",
    ],
)
def test_a_title_that_the_text_repeats_is_not_read_again(text):
    assert headline("Fire in Gyumri kills two | The Example", text) == ""


def test_a_title_that_was_cut_is_repeated_by_the_whole_line():
    assert headline("Fire in Gyumri ki…", "Fire in Gyumri kills two\n\nTwo people died.") == ""
    assert headline("Fire in Goris ki…", "Fire in Gyumri kills two\n\nTwo people died.") == "Fire in Goris ki…"


@pytest.mark.parametrize("title", [None, "", "   ", "| |", "…"])
def test_where_there_is_no_title_nothing_is_read(title):
    start, end = headline_span(title, TEXT)
    assert not (title or "")[start:end].strip(" |…")


def test_of_an_endless_title_the_beginning_is_read():
    assert headline_span("Gyumri " * 1_000, TEXT) == (0, 1_000)
