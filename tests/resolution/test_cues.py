"""Cues in the text: links, lists, tails, datelines, stated kinds, articles and abbreviations."""

import pytest

from geomap.resolution.cues import (
    dateline,
    goes_on,
    has_article,
    is_abbreviation,
    is_sea_name,
    links,
    neighbours,
    stated_kinds,
    tails,
)
from geomap.types import Mention
from tests.resolution.toy_features import mentions_of


def linked(text, *names):
    mentions = mentions_of(text, *names)
    return [(mentions[link.inner].text, link.kind, mentions[link.outer].text) for link in links(text, mentions)]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Paris, Texas", ("Paris", "Texas"), [("Paris", "comma", "Texas")]),
        ("Paris (Texas)", ("Paris", "Texas"), [("Paris", "comma", "Texas")]),
        ("Paris - Texas", ("Paris", "Texas"), [("Paris", "comma", "Texas")]),
        ("Tegh, a village in Syunik", ("Tegh", "Syunik"), []),
        ("Tegh in Syunik", ("Tegh", "Syunik"), [("Tegh", "in", "Syunik")]),
        ("Tegh in the southern province of Syunik", ("Tegh", "Syunik"), [("Tegh", "in", "Syunik")]),
        ("Tegh, north of Goris", ("Tegh", "Goris"), [("Tegh", "in", "Goris")]),
        ("Tegh, just outside Goris", ("Tegh", "Goris"), [("Tegh", "in", "Goris")]),
        ("Syria's Afrin", ("Syria", "Afrin"), [("Afrin", "of", "Syria")]),
        ("Syria’s north-western city of Afrin", ("Syria", "Afrin"), [("Afrin", "of", "Syria")]),
        ("Syria's. Afrin", ("Syria", "Afrin"), []),
        ("Moscow-based Izvestia", ("Moscow", "Izvestia"), [("Izvestia", "of", "Moscow")]),
        ("Syunik village of Tegh", ("Syunik", "Tegh"), [("Tegh", "of", "Syunik")]),
        ("Syrian Afrin", ("Syrian/demonym", "Afrin"), [("Afrin", "of", "Syrian")]),
        ("Syrian Afrin", ("Syrian/associative", "Afrin"), []),
        ("Tegh and Goris", ("Tegh", "Goris"), []),
        ("Tegh is large. Goris", ("Tegh", "Goris"), []),
    ],
)
def test_links_state_the_inner_and_the_outer_mention(text, names, expected):
    assert linked(text, *names) == expected


def test_mentions_that_touch_or_overlap_are_neither_linked_nor_listed():
    text = "Tegh, Goris"
    spans = [[(0, 4), (4, 11)], [(0, 11), (6, 11)]]
    pairs = [[Mention(start=a, end=b, text=text[a:b], kind="demonym") for a, b in pair] for pair in spans]
    assert [(links(text, pair), neighbours(text, pair)) for pair in pairs] == [((), ())] * 2


@pytest.mark.parametrize(("n_spaces", "expected"), [(55, [("Tegh", "in", "Goris")]), (56, [])])
def test_mentions_sixty_code_points_apart_are_not_linked(n_spaces, expected):
    assert linked(f"Tegh{' ' * n_spaces} in Goris", "Tegh", "Goris") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tegh, Kornidzor and Goris", ((0, 1), (1, 2))),
        ("Tegh/Kornidzor or the Goris", ((0, 1), (1, 2))),
        ("from Tegh to Kornidzor & Goris", ((0, 1), (1, 2))),
        ("Tegh, or Kornidzor. Goris", ((0, 1),)),
        ("Tegh in Kornidzor with Goris", ()),
        ("Tegh and          Kornidzor; Goris", ()),
    ],
)
def test_neighbours_of_a_list_are_pairs(text, expected):
    assert neighbours(text, mentions_of(text, "Tegh", "Kornidzor", "Goris")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in Alexandria, La. on Monday", ["La."]),
        ("in Alexandria, New South Wales State today", ["New South Wales"]),
        ("in Alexandria, N.Y.", ["N.Y."]),
        ("in Alexandria, he said", []),
        ("in Alexandria La.", []),
    ],
)
def test_a_tail_is_a_capitalized_name_after_a_comma(text, expected):
    mentions = mentions_of(text, "Alexandria")
    found = tails(text, mentions)
    assert [tail.text for tail in found] == expected
    assert all(text[tail.end - len(tail.text) : tail.end] == tail.text and tail.inner == 0 for tail in found)


def test_a_mention_after_the_comma_is_no_tail():
    text = "in Alexandria, Louisiana"
    assert tails(text, mentions_of(text, "Alexandria", "Louisiana")) == ()


@pytest.mark.parametrize(
    ("after", "expected"),
    [(" and Boston", True), (", and Boston", True), (", Boston or Rome", True), (", Boston", False), (" fell", False)],
)
def test_a_list_goes_on_before_and_or_or(after, expected):
    assert goes_on("Washington" + after, len("Washington")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TBILISI, Sept 20 (Reuters) — Rain fell.", 0),
        ("TBILISI (AP) -- Rain fell.", 0),
        ("TBILISI, Georgia, Sept. 20 – Rain fell.", 0),
        ("By A. Writer\nTBILISI - Rain fell.", 0),
        ("Rain fell in TBILISI — and stayed.", None),
        ("TBILISI had rain.", None),
        ("  TBILISI — Rain fell.", 0),
        ("Rain\n  TBILISI — Sun.", 0),
        ("Rain\n   TBILISI — Sun.", None),
        ("Rain   TBILISI — Sun.", None),
        *((f"Rain{mark}   TBILISI — Sun.", 0) for mark in ".!?:|”\"')"),
        ("x" * 598 + ".\nTBILISI — Rain fell.", 0),
        ("x" * 599 + ".\nTBILISI — Rain fell.", None),
    ],
)
def test_the_dateline_is_a_place_at_the_start_before_a_dash(text, expected):
    assert dateline(text, mentions_of(text, "TBILISI")) == expected


def test_the_ninth_mention_is_no_dateline():
    text = "Rain in Orr and Orr, Orr or Orr, Orr and Orr and Orr.\nTBILISI — Sun."
    assert dateline(text, mentions_of(text, "Orr", "TBILISI")) == 7
    assert dateline("Orr " + text, mentions_of("Orr " + text, "Orr", "TBILISI")) is None


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("the town of Orr", "Orr", {"settlement", "suburb"}),
        ("the state of Orr", "Orr", {"admin1", "country"}),
        ("the county of Orr", "Orr", {"admin2", "admin3"}),
        ("the Gulf of Orr", "Orr", {"water"}),
        ("the island of Orr", "Orr", {"island", "country"}),
        ("Mount Orr", "Orr", {"physical"}),
        ("the governor of Orr", "Orr", {"admin1"}),
        ("the president of the Orr", "Orr", {"country"}),
        ("the mayor of Orr", "Orr", {"settlement"}),
        ("in Orr County", "Orr", {"admin2", "admin3", "admin1"}),
        ("in Orr province", "Orr", {"admin1", "admin2", "macroregion"}),
        ("in Orr Township", "Orr", {"admin3", "settlement"}),
        ("at Orr airport", "Orr", {"site"}),
        ("Orr police", "Orr", {"settlement"}),
        ("the Orr River", "Orr River", {"water"}),
        ("in Mount Orr today", "Mount Orr", {"physical", "settlement", "admin2"}),
        ("the Orr, river and all", "Orr", set()),
        ("off Bay on Monday", "Bay", set()),
        ("off “Bay on Monday", "“Bay", {"water"}),
        ("off Bay” on Monday", "Bay”", {"water"}),
        ("in Orr on Monday", "Orr", set()),
    ],
)
def test_words_around_a_name_state_its_kind(text, name, expected):
    (mention,) = mentions_of(text, name)
    assert stated_kinds(text, mention) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in the Gulf", True),
        ("The Gulf is warm", True),
        ("the Gulf's coast", True),
        ("the Gulf states", False),
        ("in Gulf", False),
        ("a Gulf", False),
    ],
)
def test_the_article_belongs_to_the_name_without_a_noun_after_it(text, expected):
    (mention,) = mentions_of(text, "Gulf")
    assert has_article(text, mention) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("EU", True), ("N.Y.", True), ("Ill.", True), ("U S A", True), ("NATO", True), ("PARIS", False), ("Eu", False)],
)
def test_an_abbreviation_has_at_most_four_capitals_or_ends_in_a_full_stop(name, expected):
    assert is_abbreviation(name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Red Sea", True), ("Gulf of Aden", True), ("sea of Azov", True), ("Seaside", False), ("Swansea", False)],
)
def test_a_sea_s_name_has_the_word(name, expected):
    assert is_sea_name(name) is expected


def test_links_and_lists_of_no_mentions_are_empty():
    only = Mention(start=0, end=3, text="Orr", kind="literal")
    assert (links("Orr", [only]), neighbours("Orr", []), tails("", []), dateline("", [])) == ((), (), (), None)
