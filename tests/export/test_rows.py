from __future__ import annotations

from dataclasses import replace

import pytest

from geomap.export.rows import is_disputed, is_international, joined, row, shape_of, shortened
from geomap.types import Article, Event, Evidence, Mention, Place, Quantity, Region, Report, When
from tests.support.toy_reports import COUNTRY, SQUARE, SYUNIK, TEGH, ZONE

ADMIN2 = Region(id="r:goris", name="Goris", level="admin2", country="AM", source="toy")
OTHER_ZONE = replace(ZONE, id="r:other", name="Other Zone")


def _said(article: str, text: str, *, kind: str = "literal", is_near: bool = False, **more: object) -> Evidence:
    mention = Mention(start=0, end=4, text="Tegh", kind=kind)
    return Evidence(article_id=article, start=0, end=len(text), text=text, mention=mention, is_near=is_near, **more)


def _report(kind: str = "settlement", *evidence: Evidence, **more: object) -> Report:
    place = Place(id="x:1", name="X", kind=kind, lon=46.123456789, lat=39.987654321, country=more.pop("country", "AM"))
    given = {"kind": "literal", "score": 0.5, "reason": "", "regions": (), "names": ()} | more
    return Report(place=place, evidence=evidence, **given)


@pytest.mark.parametrize(
    ("kind", "precision", "acled", "ucdp", "is_pinned"),
    [
        ("site", "site", 1, 1, True),
        ("settlement", "settlement", 1, 1, True),
        ("suburb", "settlement", 1, 1, True),
        ("line", "line", 2, 5, True),
        ("admin3", "admin2", 2, 3, True),
        ("admin2", "admin2", 2, 3, True),
        ("admin1", "admin1", 3, 4, True),
        ("disputed", "disputed", 3, 5, True),
        ("physical", "area", 3, 5, False),
        ("macroregion", "area", 3, 5, False),
        ("continent", "area", 3, 5, False),
        ("country", "country", 3, 6, False),
    ],
)
def test_how_exactly_a_place_is_known_is_told_in_the_codebooks_numbers(
    kind: str, precision: str, acled: int, ucdp: int, *, is_pinned: bool
) -> None:
    made = row(_report(kind), {})
    assert (made.precision, made.acled_precision, made.ucdp_precision) == (precision, acled, ucdp)
    assert (made.lon, made.lat) == ((46.1234568, 39.9876543) if is_pinned else (None, None))


def test_near_a_town_is_two_in_both_codebooks() -> None:
    made = row(_report("settlement", _said("a", "Near Tegh", is_near=True)), {})
    assert (made.precision, made.acled_precision, made.ucdp_precision) == ("near", 2, 2)


@pytest.mark.parametrize(
    ("kind", "country", "regions", "expected"),
    [
        ("water", None, (), True),
        ("water", "AM", (), False),
        ("water", None, (COUNTRY,), False),
        ("physical", None, (), False),
    ],
)
def test_only_a_water_that_nobody_holds_is_international(
    kind: str, country: str | None, regions: tuple[Region, ...], *, expected: bool
) -> None:
    report = _report(kind, country=country, regions=regions)
    assert (is_international(report), row(report, {}).ucdp_precision == 7) == (expected, expected)


def test_a_place_is_disputed_where_it_is_or_lies_in_a_disputed_area() -> None:
    assert [
        is_disputed(r)
        for r in (
            _report("disputed"),
            _report(regions=(COUNTRY, ZONE)),
            _report(regions=(COUNTRY, SYUNIK)),
            _report(),
        )
    ] == [True, True, False, False]


ARTICLES = {
    "a": Article(id="a", text="", source="Wire", url="https://example.org/a", published="2023-09-23T10:00:00+04:00"),
    "b": Article(id="b", text="", source="Wire", url="https://example.org/b", published="2023-09-25"),
    "c": Article(id="c", text="", source="Gazette", url="javascript:alert(1)"),
}


def test_a_row_of_several_sentences_gathers_what_each_of_them_says() -> None:
    guns = (Quantity(text="800 guns", value=800.0, unit="guns"), Quantity(text="two tanks", value=2.0, unit="tanks"))
    evidence = (
        _said("a", "Tegh's mayor wept.", kind="associative", when=When(start="2023-09-20", end="2023-09-21", text="")),
        _said("b", "Guns came to  Tegh.", when=When(start="2023-09-18", end="2023-09-24", text=""), quantities=guns),
        _said("c", "More came.", when=When(start="2023-09-19", end="2023-09-19", text=""), quantities=guns[1:]),
        _said("a", "Nobody knew why."),
        _said("gone", "An article that is no more."),
    )
    report = Report(
        place=TEGH,
        kind="literal",
        score=0.91251,
        reason="the only one",
        regions=(COUNTRY, SYUNIK, ADMIN2, ZONE, OTHER_ZONE),
        names=(),
        evidence=evidence,
        event=Event(kind="disarmament", label="Disarmament", cue="guns", icon="disarmament"),
        geometry_note="schematic",
    )
    made = row(report, ARTICLES)
    assert (made.country_name, made.admin1_name, made.admin2_name, made.disputed) == (
        "Armenia",
        "Syunik",
        "Goris",
        "Zone | Other Zone",
    )
    assert (made.when_start, made.when_end, made.published) == ("2023-09-18", "2023-09-24", "2023-09-25")
    assert (made.quantities, made.n_mentions, made.n_articles) == ("800 guns | two tanks", 5, 4)
    assert (made.sources, made.urls) == ("Wire | Gazette", "https://example.org/a | https://example.org/b")
    assert (made.evidence, made.note, made.event, made.score) == (
        "Guns came to Tegh.",
        "schematic",
        "disarmament",
        0.913,
    )
    assert row(replace(report, n_articles=9), ARTICLES).n_articles == 9


def test_history_does_not_stretch_the_days_of_a_row() -> None:
    founded = _said("a", "Tegh was founded in 1644.", when=When(start="1644-01-01", end="1644-12-31", text="in 1644"))
    shelled = _said("b", "Tegh was shelled.", when=When(start="2023-09-20", end="2023-09-20", text="on Wednesday"))
    both = replace(_report("settlement"), evidence=(founded, shelled))
    assert (row(both, ARTICLES).when_start, row(both, ARTICLES).when_end) == ("2023-09-20", "2023-09-20")
    assert row(replace(both, evidence=(founded,)), ARTICLES).when_start == "1644-01-01"


def test_a_row_of_which_nothing_is_known_holds_empty_text() -> None:
    made = row(replace(_report("country", country=None), kind="associative"), {})
    assert (made.reported, made.mention_kind, made.country, made.event, made.when_start, made.when_end) == (
        False,
        "associative",
        "",
        "",
        "",
        "",
    )
    assert (made.quantities, made.published, made.sources, made.urls, made.evidence, made.note) == ("",) * 6
    assert (made.reported_as, made.geonameid, made.n_mentions, made.n_articles) == ("", None, 0, 0)


def test_the_shape_is_the_outline_else_the_point_but_no_point_for_what_is_wide() -> None:
    assert shape_of(replace(_report("country"), geometry=SQUARE)) is SQUARE
    assert shape_of(replace(_report(), geometry=SQUARE.intersection(SQUARE.centroid.buffer(-1)))).wkt == (
        "POINT (46.123456789 39.987654321)"
    )
    assert (shape_of(_report("country")), shape_of(_report("macroregion"))) == (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 240, "a" * 240),
        ("a" * 241, "a" * 240 + "…"),
        ("b " + "a" * 239, "b…"),
        ("a" * 200 + " " + "b" * 30 + " " + "c" * 9, "a" * 200 + " " + "b" * 30 + "…"),
        ("\n one\t two \n", "one two"),
        (" " * 959 + "ab", "a"),
        ("", ""),
    ],
)
def test_a_cell_of_evidence_is_one_line_cut_at_a_word(text: str, expected: str) -> None:
    assert shortened(text) == expected


def test_a_limit_is_the_longest_line() -> None:
    assert [shortened("one two three", n) for n in (13, 12, 7, 6, 3)] == [
        "one two three",
        "one two…",
        "one…",
        "one…",
        "one…",
    ]


def test_values_are_told_once_in_order() -> None:
    assert joined(["b", None, "a", "", "b"]) == "b | a"
