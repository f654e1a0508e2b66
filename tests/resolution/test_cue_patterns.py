"""What the words around a mention say, pattern by pattern; mentions stand in [brackets]."""

from __future__ import annotations

import re

import pytest

from geomap.gazetteer.variants import MAX_NAME
from geomap.resolution.cues import (
    Link,
    Tail,
    dateline,
    goes_on,
    has_article,
    is_abbreviation,
    is_of_kind,
    is_sea_name,
    links,
    neighbours,
    stated_kinds,
    tails,
)
from geomap.types import Mention, Place


def marked(text: str, *, demonyms: tuple[str, ...] = ()) -> tuple[str, list[Mention]]:
    """Return a text without its brackets, and what stood in them as mentions."""
    plain, found = "", []
    for part in re.split(r"(\[[^\]]+\])", text):
        name = part[1:-1] if part.startswith("[") else ""
        if name:
            kind = "demonym" if name in demonyms else "literal"
            found.append(Mention(start=len(plain), end=len(plain) + len(name), text=name, kind=kind))
        plain += name or part
    return plain, found


def linked(text: str, *, demonyms: tuple[str, ...] = ()) -> list[tuple[int, int, str]]:
    return [(one.inner, one.outer, one.kind) for one in links(*marked(text, demonyms=demonyms))]


COMMA, IN, OF = (0, 1, "comma"), (0, 1, "in"), (1, 0, "of")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Paris], [Texas]", [COMMA]),
        ("[Paris] ([Texas])", [COMMA]),
        ("[Paris] - [Texas]", [COMMA]),
        ("[Paris],[Texas]", []),
        ("[Paris] [Texas]", []),
        ("[Goris] in [Armenia]", [IN]),
        ("[Goris], in [Armenia]", [IN]),
        ("[Goris] council in [Armenia]", [IN]),
        ("[Goris] today, in [Armenia]", [IN]),
        ("[Goris] within the [Syunik]", [IN]),
        ("[Goris] in southern [Armenia]", [IN]),
        ("[Goris] in the U.S. [Midwest]", [IN]),
        ("[Goris] in the far southern [Armenia]", [IN]),
        ("[Goris] in the very far southern [Armenia]", []),
        ("[Goris] across [Syunik]", [IN]),
        ("[Goris] and [Syunik]", []),
        ("[Tegh], north of [Goris]", [IN]),
        ("[Tegh], a village near [Goris]", [IN]),
        ("[Tegh], just outside [Goris]", [IN]),
        ("[Tegh] southeast of [Goris]", [IN]),
        ("[Syria]'s [Afrin]", [OF]),
        ("[Syria]’s [Afrin]", [OF]),
        ("[Syria]'s old northern town of [Afrin]", [OF]),
        ("[Syria]'s one two three four five [Afrin]", []),
        ("the [Idlib] town of [Binnish]", [OF]),
        ("the [Idlib] rebel enclave [Binnish]", [OF]),
        ("[Kyiv]-based [Antonov]", [OF]),
        ("[Russian] [Kursk]", [OF]),
        ("[Russian] city [Kursk]", [OF]),
        ("[Russian] border villages of [Kursk]", [OF]),
        ("[Russian] one two three four [Kursk]", []),
        ("[Russian]. [Kursk]", []),
        ("[Kursk] border villages of [Russian]", []),
    ],
)
def test_what_the_text_puts_inside_another(text: str, expected: list[tuple[int, int, str]]) -> None:
    assert linked(text, demonyms=("Russian",)) == expected


def test_links_carry_the_numbers_of_their_mentions_and_go_on_after_a_gap() -> None:
    text = "[Tegh] wept. [Rome], [Georgia] in [America]"
    assert links(*marked(text)) == (Link(inner=1, outer=2, kind="comma"), Link(inner=2, outer=3, kind="in"))
    nested = [Mention(start=0, end=13, text="Paris, Texas"), Mention(start=7, end=12, text="Texas")]
    assert links("Paris, Texas, Rome", [*nested, Mention(start=14, end=18, text="Rome")]) == (
        Link(inner=1, outer=2, kind="comma"),
    )


@pytest.mark.parametrize(("n", "expected"), [(53, [IN]), (54, [])])
def test_what_stands_sixty_characters_apart_is_not_linked(n: int, expected: list[tuple[int, int, str]]) -> None:
    assert linked(f"[Goris] in {'a' * n} [Syunik]"[: 12 + n] + " [Syunik]") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Tegh], [Kornidzor] and [Goris]", ((0, 1), (1, 2))),
        ("[Tegh], and [Goris]", ((0, 1),)),
        ("[Tegh] to the [Goris]", ((0, 1),)),
        ("[Tegh]/[Goris]", ((0, 1),)),
        ("[Tegh] & [Goris]", ((0, 1),)),
        ("[Tegh] in [Goris]", ()),
        ("[Tegh] and  the [Goris]", ((0, 1),)),
        ("[Tegh] and   the [Goris]", ((0, 1),)),
        ("[Tegh] and    the [Goris]", ()),
        ("[Tegh][Goris]", ()),
    ],
)
def test_neighbours_stand_in_one_list(text: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert neighbours(*marked(text)) == expected


def test_a_tail_is_a_capitalised_name_behind_a_comma_that_is_no_mention() -> None:
    assert tails(*marked("In [Alexandria], La., it rained; [Rome], [Georgia], New South Wales Colony Town.")) == (
        Tail(inner=0, text="La.", end=18),
        Tail(inner=2, text="New South Wales", end=61),
    )
    assert tails(*marked("[Rome], where")) == ()
    assert tails(*marked("[Rome] Georgia")) == ()
    assert [len(tails(*marked(f"[Rome], {'A' * n}"))) for n in (MAX_NAME, MAX_NAME + 1)] == [1, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" and Boston", True),
        (", and Boston", True),
        (" or Boston", True),
        (", New York and Boston", True),
        (", New York City, and Boston", True),
        (", New York", False),
        (", rain and Boston", False),
        (" in Boston and", False),
        (", and in Cambridge", False),
        (" and was closed", False),
        (" and Wasco", True),
    ],
)
def test_a_list_goes_on(text: str, *, expected: bool) -> None:
    assert goes_on(f"Washington{text}", 10) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[TBILISI], Sept 20 (Reuters) — Rain.", 0),
        ("[NAIROBI], 9 November 2026 - Rain.", 0),
        ("[BRADFORD], England, 20 Nov 2026 - Rain.", 0),
        ("[NAIROBI], 9 of them - Rain.", None),
        ("[TBILISI] (AP) - Rain.", 0),
        ("[GORIS], Armenia — Rain.", 0),
        ("[GORIS] -- Rain.", 0),
        ("[GORIS], Sept. 20, 2023 – Rain.", 0),
        ("Rain falls.\n[GORIS] — More.", 0),
        ("Rain falls. [GORIS] — More.", 0),
        ("Rain falls | [GORIS] — More.", 0),
        ("By [Anna]\n\n [GORIS] — More.", 1),
        ("Rain in [GORIS] — More.", None),
        ("[GORIS] was wet.", None),
        ("", None),
    ],
)
def test_the_mention_that_an_article_is_datelined_from(text: str, expected: int | None) -> None:
    assert dateline(*marked(text)) == expected


def test_a_dateline_is_looked_for_among_eight_mentions_and_six_hundred_characters() -> None:
    assert dateline(*marked("[A] b " * 7 + "\n[GORIS] — More.")) == 7
    assert dateline(*marked("[A] b " * 8 + "\n[GORIS] — More.")) is None
    assert dateline(*marked("a" * 599 + "\n[GORIS] — More.")) == 0
    assert dateline(*marked("a" * 600 + "\n[GORIS] — More.")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the city of [X]", "settlement suburb"),
        ("the village [X]", "settlement suburb"),
        ("The Republic of [X]", "admin1 country"),
        ("the republic [X]", ""),
        ("the district of [X]", "admin2 admin3"),
        ("Gulf of [X]", "water"),
        ("Lake [X]", "water"),
        ("the Isle of [X]", "island country"),
        ("Mount [X]", "physical"),
        ("the mayor of [X]", "settlement"),
        ("the governor of [X]", "admin1"),
        ("prime minister of the [X]", "country"),
        ("embassy in [X]", "country"),
        ("[X] County", "admin1 admin2 admin3"),
        ("[X] province", "admin1 admin2 macroregion"),
        ("[X] township", "admin3 settlement"),
        ("[X] airport", "site"),
        ("[X] air base", "site"),
        ("[X] police", "settlement"),
        ("[X] River", "water"),
        ("[X] islands", "admin1 country island"),
        ("[X] valley", "physical"),
        ("[X], River", ""),
        ("[X] rain", ""),
        ("the city of [X] River", "water"),
        ("[Orange County]", "admin1 admin2 admin3"),
        ("[Lake Sevan]", "water"),
        ("[Sevan Lake] valley", "water"),
        ("[County]", ""),
        ("[Mount Ararat]", "admin2 physical settlement"),
        ("[Mt. Ararat]", "admin2 physical settlement"),
        ("[Ararat Mountains]", "physical"),
        ("[River] valley", "physical"),
        ("city of a long and winding way of [X]", ""),
        ("aaaaaaaaaaaaaaaaaaaaaaaaa cityx [X]", ""),
        ("[X]" + " " * 12 + "town", "settlement"),
        ("[X]" + " " * 13 + "town", ""),
        ("city" + " " * 26 + "[X]", "settlement suburb"),
        ("city" + " " * 27 + "[X]", ""),
        ("[X], Otoe and Washington counties", "admin1 admin2 admin3"),
        ("[X] and Ternopil regions", "admin1 admin2 macroregion"),
        ("Lviv and [X] regions", "admin1 admin2 macroregion"),
        ("[X] & Ternopil oblasts", "admin1 admin2 macroregion"),
        ("[X], New York, or Boston were the cities", ""),
        ("[X] and rain regions", ""),
        ("[X] and Ternopil farms", ""),
        ("the provinces of [X] and Kidal", "admin1 admin2 macroregion"),
        ("the provinces of Gao, Mopti and [X]", "admin1 admin2 macroregion"),
        ("the cities of Gao and [X]", "settlement suburb"),
        ("lakes of Gao, [X] and Kidal", "water"),
        ("people of Gao and [X]", ""),
    ],
)
def test_the_kinds_of_place_that_the_words_around_allow(text: str, expected: str) -> None:
    plain, [mention] = marked(text)
    assert stated_kinds(plain, mention) == frozenset(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in the [Gulf]", True),
        ("The [Gulf].", True),
        ("the [Gulf] is calm", True),
        ("the [Gulf]'s shore", True),
        ("the [Dublin] council", False),
        ("breathe [Gulf]", False),
        ("the old [Gulf]", False),
        ("[Gulf]", False),
        ("the [Gulf] throughout", False),
        ("the [Gulf]   through  ", True),
        ("the [Gulf]     through it", True),
        ("the [Gulf]      through it", False),
    ],
)
def test_a_mention_has_the_article_itself(text: str, *, expected: bool) -> None:
    plain, [mention] = marked(text)
    assert has_article(plain, mention) is expected


def test_a_name_that_says_it_is_a_sea_and_one_that_is_short_for_another() -> None:
    said = [
        "Red Sea",
        "Gulf of Aden",
        "sea of Azov",
        "Indian Ocean",
        "Persian gulf",
        "Seaside",
        "Chelsea",
        "Gulf Shores",
    ]
    assert [is_sea_name(name) for name in said] == [True] * 5 + [False] * 3
    names = ["EU", "N.Y.", "Ill.", "U S A", "NATO", "ABCDE", "Rome", "A.B.C.D.E", "A.B.C"]
    assert [is_abbreviation(name) for name in names] == [True] * 5 + [False] * 3 + [True]


@pytest.mark.parametrize(("country", "expected"), [("US", False), ("KE", True)])
def test_a_county_is_a_state_only_where_states_are_called_so(country: str, *, expected: bool) -> None:
    place = Place(id="gn:1", name="X", kind="admin1", lon=0.0, lat=0.0, country=country)
    assert is_of_kind(place, frozenset({"admin1", "admin2", "admin3"})) is expected
    assert is_of_kind(place, frozenset({"admin1", "macroregion"})) is True
    assert is_of_kind(place, frozenset({"admin2"})) is False
