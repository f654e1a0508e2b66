from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.boundaries.atlas import Atlas
from geomap.editorial.generalise import (
    check_precision,
    coarser,
    coarser_places,
    generalise,
    names_too_fine,
    too_fine,
)
from geomap.errors import PrecisionError
from geomap.gazetteer.store import FileGazetteer
from geomap.map_types import CellTotal, Change, Totals
from geomap.types import Article, Candidate, Correction, GeoparsedArticle, Mention, Place, Region, Report, Resolution
from tests.support.toy_reports import NORTH, moving

TEGH = Place(id="gn:174743", name="Tegh", kind="settlement", lon=46.48054, lat=39.55826, country="AM")
SYUNIK = Place(id="gn:409314", name="Syunik", kind="admin1", lon=46.2, lat=39.3, country="AM")
CORRIDOR = Place(id="gm:lachin-corridor", name="Lachin Corridor", kind="line", lon=46.5498, lat=39.6374)
ARMENIA = Place(id="gn:174982", name="Armenia", kind="country", lon=45.0, lat=40.0, country="AM")
KHANKENDI = Place(id="gn:409417", name="Khankendi", kind="settlement", lon=46.7528, lat=39.8177, country="AZ")
TEXT = "In Tegh, a village in Armenia, TEGH's mayor wept. Nobody in Տեղ or Foo slept; Armenia watched."


def _at(text: str, place: Place | None, start: int = 0, **more: object) -> Resolution:
    at = TEXT.index(text, start)
    return Resolution(
        mention=Mention(start=at, end=at + len(text), text=text),
        place=place,
        score=0.9,
        reason=more.pop("reason", "near Tegh"),
        **more,
    )


READ = GeoparsedArticle(
    article=Article(
        id="tegh-report.txt",
        text=TEXT,
        title="Tegh weeps",
        source="TEGH_report.txt",
        url="https://example.org/tegh",
        sha256="00ff",
        published="2023-09-23",
    ),
    resolutions=(
        _at("Tegh", TEGH, runners_up=(Candidate(place=TEGH, name="Tegh"),)),
        _at("Armenia", ARMENIA, runners_up=(Candidate(place=TEGH, name="Tegh"),)),
        _at("Foo", None),
        _at("Armenia", ARMENIA, TEXT.index("slept")),
    ),
)


def test_nothing_finer_is_left_anywhere() -> None:
    (done,) = generalise([READ], finest="admin1", coarser={TEGH.id: SYUNIK}, names=lambda _: ("Տեղ", "Tekh"))
    text = (
        "In [place in Syunik], a village in Armenia, [place withheld]'s mayor wept. "
        "Nobody in [place withheld] or [place withheld] slept; Armenia watched."
    )
    assert done.article == Article(id="article-1", text=text, title="[place withheld] weeps", published="2023-09-23")
    assert [(r.mention.text, r.place, r.reason) for r in done.resolutions] == [
        ("[place in Syunik]", SYUNIK, "shown no finer than admin1, to protect people"),
        ("Armenia", ARMENIA, "near [place withheld]"),
        ("[place withheld]", None, "shown no finer than admin1, to protect people"),
        ("Armenia", ARMENIA, "near [place withheld]"),
    ]
    assert [text[r.mention.start : r.mention.end] for r in done.resolutions] == [
        r.mention.text for r in done.resolutions
    ]
    assert [r.mention.antecedent for r in done.resolutions] == ["Syunik", None, None, None]
    assert [r.runners_up for r in done.resolutions] == [()] * 4
    assert not [word for word in ("tegh", "Տեղ", "46.48", "00ff", "example.org") if word in repr(done).lower()]


def test_an_article_with_nothing_too_fine_stays_as_it_is_but_for_the_runners_up() -> None:
    rival = replace(READ.resolutions[1], reason="rather than the town or village Tegh (AM)")
    coarse = GeoparsedArticle(article=READ.article, resolutions=(rival,))
    plain = replace(rival, reason="rather than the town or village [place withheld] (AM)", runners_up=())
    (done,) = generalise([coarse], finest="country", coarser={}, names=lambda _: ())
    assert done == replace(coarse, resolutions=(plain,))


def test_a_mention_inside_a_hidden_one_goes_with_it() -> None:
    inner = Resolution(mention=Mention(start=4, end=7, text="egh"), place=ARMENIA, score=1.0, reason="")
    read = GeoparsedArticle(article=READ.article, resolutions=(READ.resolutions[0], inner))
    (done,) = generalise([read], finest="admin1", coarser={TEGH.id: SYUNIK}, names=lambda _: ())
    assert [r.mention.text for r in done.resolutions] == ["[place in Syunik]"]


def test_a_mention_around_a_hidden_one_shows_only_the_rest() -> None:
    outer = Resolution(mention=Mention(start=3, end=29, text=TEXT[3:29]), place=ARMENIA, score=1.0, reason="")
    read = GeoparsedArticle(article=READ.article, resolutions=(outer, READ.resolutions[0]))
    (done,) = generalise([read], finest="admin1", coarser={TEGH.id: SYUNIK}, names=lambda _: ())
    assert done.resolutions[0].mention.text == "[place in Syunik], a village in Armenia"


def test_two_articles_never_get_one_id() -> None:
    twin = GeoparsedArticle(article=Article(id="article-1", text="Rain."), resolutions=())
    done = generalise([READ, twin], finest="admin1", coarser={TEGH.id: SYUNIK}, names=lambda _: ())
    assert [one.article.id for one in done] == ["article-1", "article-1+"]


@pytest.mark.parametrize(
    ("kind", "code", "finest", "expected"),
    [
        ("settlement", "PPL", "admin2", True),
        ("admin2", "ADM2", "admin2", False),
        ("admin2", "ADM2", "admin1", True),
        ("disputed", "RGN", "admin1", False),
        ("disputed", "RGN", "country", True),
        ("country", "PCLI", "country", False),
        ("island", "ISL", "admin1", True),
        ("water", "SEA", "country", False),
        ("water", "LK", "admin1", True),
        ("continent", "CONT", "country", False),
        ("macroregion", "RGN", "country", False),
        ("water", "OCN", "country", False),
        ("water", "GULF", "country", False),
        ("physical", "MT", "country", True),
        ("line", "RD", "admin2", True),
        ("admin3", "ADM3", "admin2", False),
        ("admin1", "ADM1", "admin1", False),
        ("admin1", "ADM1", "country", True),
        ("disputed", "RGN", "admin2", False),
        ("site", "", "admin2", True),
    ],
)
def test_what_is_too_fine(kind: str, code: str, finest: str, expected: bool) -> None:
    assert too_fine(Place(id="x", name="X", kind=kind, lon=0, lat=0, feature_code=code), finest) is expected


def test_a_users_own_area_may_be_as_small_as_a_village() -> None:
    ward = Place(id="my:ward", name="Ward", kind="admin3", lon=0, lat=0)
    assert too_fine(ward, "admin2")
    assert not too_fine(replace(ward, id="gn:1"), "admin2")


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[FileGazetteer]:
    with FileGazetteer(Path(__file__).parents[2] / "geodata" / "gazetteer.bin") as opened:
        yield opened


@pytest.mark.geodata
def test_the_region_that_holds_it_stands_for_a_place(atlas: Atlas, gazetteer: FileGazetteer) -> None:
    held = {
        finest: {
            key: place and (place.name, place.kind, place.country)
            for key, place in coarser_places(
                [
                    GeoparsedArticle(
                        article=Article(id="a", text=""),
                        resolutions=tuple(
                            Resolution(mention=Mention(start=0, end=0, text=""), place=p, score=1, reason="")
                            for p in (TEGH, KHANKENDI, ARMENIA, CORRIDOR)
                        ),
                    )
                ],
                finest=finest,
                atlas=atlas,
                gazetteer=gazetteer,
                on="2023-09-23",
            ).items()
        }
        for finest in ("admin1", "country")
    }
    assert held == {
        "admin1": {
            TEGH.id: ("Syunik", "admin1", "AM"),
            KHANKENDI.id: ("Nagorno-Karabakh", "disputed", "AZ"),
            CORRIDOR.id: None,
        },
        "country": {TEGH.id: ("Armenia", "country", "AM"), KHANKENDI.id: None, CORRIDOR.id: None},
    }


@given(st.lists(st.sampled_from(["Tegh", "TEGH", "Armenia", "Foo", "rain", "—", "\n", "😀", "Teghut"]), max_size=30))
def test_offsets_stay_true_and_the_hidden_name_is_nowhere(words: list[str]) -> None:
    text, found = "", []
    for word in words:
        place = {"Tegh": TEGH, "TEGH": TEGH, "Armenia": ARMENIA}.get(word)
        if place or word == "Foo":
            mention = Mention(start=len(text), end=len(text) + len(word), text=word)
            found.append(Resolution(mention=mention, place=place, score=1.0, reason="beside Tegh"))
        text += f"{word} "
    read = GeoparsedArticle(article=Article(id="a", text=text), resolutions=tuple(found))
    (done,) = generalise([read], finest="admin1", coarser={TEGH.id: SYUNIK}, names=lambda _: ())
    assert [done.article.text[r.mention.start : r.mention.end] for r in done.resolutions] == [
        r.mention.text for r in done.resolutions
    ]
    assert len(done.resolutions) == len(found)
    if TEGH in [r.place for r in found]:
        assert "tegh" not in done.article.text.lower().split()
        assert "Tegh" not in repr(done.resolutions)


def _town(key: str, lon: float, lat: float, country: str | None = "AA", kind: str = "settlement") -> Place:
    return Place(id=key, name=key, kind=kind, lon=lon, lat=lat, country=country)


@pytest.mark.parametrize(
    ("finest", "on", "expected"),
    [
        (
            "admin2",
            "2010-01-01",
            {"orr": ("gn:25", "Orr", "admin2"), "east": ("ne:12", "East Aland", "admin1"), "marches": ("gm:inner", "Marches", "disputed"), "outer": ("gm:outer", "Greater Marches", "disputed"), "celand": ("gn:3", "Celand", "country"), "road": None, "sea": None},
        ),
        (
            "admin1",
            "2010-01-01",
            {"orr": ("gn:11", "Georgia", "admin1"), "east": ("ne:12", "East Aland", "admin1"), "marches": ("gm:inner", "Marches", "disputed"), "outer": ("gm:outer", "Greater Marches", "disputed"), "celand": ("gn:3", "Celand", "country"), "road": None, "sea": None},
        ),
        (
            "country",
            "2010-01-01",
            {"orr": ("gn:1", "Aland", "country"), "east": ("gn:1", "Aland", "country"), "marches": None, "outer": None, "celand": ("gn:3", "Celand", "country"), "road": None, "sea": None},
        ),
        (
            "country",
            "2021-01-01",
            {"orr": ("gn:1", "Aland", "country"), "east": ("gn:1", "Aland", "country"), "marches": ("gn:1", "Aland", "country"), "outer": ("gn:1", "Aland", "country"), "celand": ("gn:3", "Celand", "country"), "road": None, "sea": None},
        ),
    ],
)  # fmt: skip
def test_a_disputed_area_stands_for_a_place_before_the_side_that_holds_it(
    toy_atlas: Atlas,
    toy_gazetteer: FileGazetteer,
    finest: str,
    on: str,
    expected: dict[str, tuple[str, str, str] | None],
) -> None:
    places = [
        _town("orr", 2.5, 2.5),
        _town("east", 7, 2),
        _town("marches", 9.5, 5),
        _town("outer", 8.5, 5),
        _town("celand", 25, 5, "CC"),
        _town("road", 2.5, 2.5, kind="line"),
        _town("sea", 15, -9, None),
        _town("aland", 5, 5, kind="country"),
    ]
    made = coarser(places, finest=finest, atlas=toy_atlas, gazetteer=toy_gazetteer, on=on)
    assert {key: one and (one.id, one.name, one.kind) for key, one in made.items()} == expected


def test_a_region_that_the_gazetteer_does_not_know_is_a_place_of_its_own(
    toy_atlas: Atlas, toy_gazetteer: FileGazetteer
) -> None:
    places = [_town("a", 7, 2), _town("b", 2.5, 2.5)]
    made = coarser(places, finest="admin2", atlas=toy_atlas, gazetteer=toy_gazetteer)
    assert made == {
        "a": Place(id="ne:12", name="East Aland", kind="admin1", lon=7.5, lat=5.0, country="AA"),
        "b": toy_gazetteer.place("gn:25"),
    }


def _report(place: Place, **more: object) -> Report:
    return Report(place=place, kind="literal", score=1.0, reason="", names=(), evidence=(), **({"regions": ()} | more))


def _region(level: str) -> Region:
    return Region(id="r", name="R", level=level, source="toy")


RIVAL = Candidate(place=TEGH, name="Tegh")
COARSE = Resolution(mention=Mention(start=0, end=7, text="Armenia"), place=ARMENIA, score=1.0, reason="")
NO_PLACE = replace(COARSE, place=None)


def _article(*resolutions: Resolution) -> GeoparsedArticle:
    return GeoparsedArticle(article=Article(id="a", text="Armenia"), resolutions=resolutions)


@pytest.mark.parametrize(
    ("finest", "told"),
    [
        ("admin1", {"reports": [_report(TEGH)]}),
        ("admin1", {"reports": [_report(ARMENIA, runners_up=(RIVAL,))]}),
        ("admin1", {"reports": [_report(ARMENIA, regions=(_region("admin2"),))]}),
        ("admin2", {"reports": [_report(ARMENIA, regions=(_region("own"),))]}),
        ("country", {"reports": [_report(ARMENIA, regions=(_region("country"), _region("admin1")))]}),
        ("admin1", {"articles": [_article(COARSE, replace(COARSE, place=TEGH))]}),
        ("admin1", {"articles": [_article(), _article(replace(COARSE, runners_up=(RIVAL,)))]}),
        ("admin1", {"changes": [Change(kind="new", place=TEGH)]}),
        ("admin1", {"changes": [Change(kind="moved", place=ARMENIA, was=TEGH)]}),
        ("country", {"reports": [_report(SYUNIK)]}),
    ],
)
def test_the_last_check_refuses_what_is_finer_wherever_it_stands(finest: str, told: dict[str, list]) -> None:
    message = rf"a place is finer than {finest}; generalise the articles first \(geomap\.pipeline\.assemble\)"
    with pytest.raises(PrecisionError, match=f"^{message}$"):
        check_precision(finest, **told)
    check_precision(None, **told)


def test_the_last_check_refuses_a_relative_place() -> None:
    read, reports = moving()
    (province,) = (report for report in reports if report.place.kind == "admin1")
    check_precision("admin1", reports=[province])
    stated = replace(province, evidence=(replace(province.evidence[0], relation=NORTH),))
    with pytest.raises(PrecisionError, match="a relative place is finer than admin1"):
        check_precision("admin1", reports=[stated])
    with pytest.raises(PrecisionError, match="a relative place is finer than admin1"):
        check_precision("admin1", articles=[read])


def test_the_last_check_lets_pass_what_is_coarse_and_what_has_no_place() -> None:
    check_precision(
        "admin1",
        reports=[
            _report(SYUNIK, regions=(_region("country"), _region("admin1"), _region("disputed"))),
            _report(ARMENIA),
        ],
        articles=[_article(COARSE, NO_PLACE)],
        changes=[Change(kind="removed", place=ARMENIA)],
    )
    check_precision("country", reports=[_report(ARMENIA, regions=(_region("disputed"), _region("country")))])
    check_precision("admin2", reports=[_report(SYUNIK, regions=(_region("admin2"),))])


def test_cells_are_finer_than_any_limit() -> None:
    totals = Totals(n_articles=1, n_places=1, cells=(CellTotal(west=1.0, south=2.0, n_articles=1),), cell_degrees=0.1)
    with pytest.raises(PrecisionError, match=r"^cells of 0\.1 degrees are finer than country; leave them out$"):
        check_precision("country", totals=totals)
    check_precision("country", totals=replace(totals, cells=()))
    check_precision(None, totals=totals)


def _written(text: str, *found: tuple[str, Place | None], **about: object) -> GeoparsedArticle:
    """Return an article with a resolution for each of these names, where it stands first."""
    resolutions = tuple(
        Resolution(
            mention=Mention(start=text.index(name), end=text.index(name) + len(name), text=name),
            place=place,
            score=1.0,
            reason="",
        )
        for name, place in found
    )
    return GeoparsedArticle(article=Article(id="a", text=text, **about), resolutions=resolutions)


def _shown(read: GeoparsedArticle, **more: object) -> tuple[str, list[tuple[str, str | None]]]:
    given = {"finest": "admin1", "coarser": {TEGH.id: SYUNIK, KHANKENDI.id: None}, "names": lambda _: ()} | more
    (done,) = generalise([read], **given)
    found = [(done.article.text[r.mention.start : r.mention.end], r.place and r.place.name) for r in done.resolutions]
    assert [text for text, _ in found] == [r.mention.text for r in done.resolutions]
    return done.article.text, found


def test_hidden_names_that_overlap_are_hidden_once() -> None:
    text = "It rained in Upper Tegh Hill; Armenia watched."
    read = _written(text, ("Upper Tegh", TEGH), ("Tegh Hill", KHANKENDI), ("Armenia", ARMENIA))
    assert _shown(read) == (
        "It rained in [place in Syunik]; Armenia watched.",
        [("[place in Syunik]", "Syunik"), ("Armenia", "Armenia")],
    )


def test_a_hidden_name_inside_another_goes_with_it_and_side_by_side_they_are_two() -> None:
    inside = _written("Upper Tegh slept.", ("Upper Tegh", None), ("Tegh", TEGH))
    assert _shown(inside) == ("[place withheld] slept.", [("[place withheld]", None)])
    beside = _written("TeghFoo slept.", ("Tegh", TEGH), ("Foo", None))
    assert _shown(beside) == (
        "[place in Syunik][place withheld] slept.",
        [("[place in Syunik]", "Syunik"), ("[place withheld]", None)],
    )


def test_a_shown_name_right_behind_a_hidden_one_stays() -> None:
    read = _written("Tegh-Armenia slept.", ("Tegh-", None), ("Armenia", ARMENIA))
    assert _shown(read) == (
        "[place withheld]Armenia slept.",
        [("[place withheld]", None), ("Armenia", "Armenia")],
    )


def test_an_id_that_states_a_name_of_elsewhere_becomes_a_number() -> None:
    read = replace(READ, article=Article(id="tegh-1", text="Rain."), resolutions=())
    done = generalise([read, read], finest="admin1", coarser={}, names=lambda _: (), elsewhere=["Tegh"])
    assert [one.article for one in done] == [Article(id=f"article-{n}", text="Rain.") for n in (1, 2)]


def test_a_hidden_name_that_is_placed_nowhere_is_withheld_wherever_it_stands() -> None:
    read = _written("Foo slept. FOO woke in Armenia.", ("Foo", None), ("Armenia", ARMENIA), title="Foo sleeps")
    assert _shown(read) == (
        "[place withheld] slept. [place withheld] woke in Armenia.",
        [("[place withheld]", None), ("Armenia", "Armenia")],
    )


def test_a_place_without_a_region_to_show_is_withheld() -> None:
    read = _written("Khankendi slept.", ("Khankendi", KHANKENDI))
    assert _shown(read) == ("[place withheld] slept.", [("[place withheld]", None)])


def test_a_name_that_matches_nothing_changes_nothing() -> None:
    read = _written("Rain fell on Armenia.", ("Armenia", ARMENIA), url="https://example.org/a", sha256="00ff")
    assert generalise([read], finest="admin1", coarser={}, names=lambda _: (), elsewhere=["Roku", ""]) == (read,)


def test_a_name_of_elsewhere_is_taken_out_of_text_title_and_metadata_but_not_out_of_a_shown_name() -> None:
    read = _written("Tegh slept in New Tegh.", ("New Tegh", ARMENIA), title="Tegh", url="https://example.org/a")
    (done,) = generalise([read], finest="admin1", coarser={}, names=lambda _: (), elsewhere=["Tegh"])
    assert (done.article.text, done.article.title, done.article.url) == (
        "[place withheld] slept in New Tegh.",
        "[place withheld]",
        None,
    )
    message = _written("Rain.", author="Tegh")
    (done,) = generalise([message], finest="admin1", coarser={}, names=lambda _: (), elsewhere=["Tegh"])
    assert done.article == Article(id="a", text="Rain.")


def test_a_name_of_one_article_is_taken_out_of_the_others() -> None:
    one = _written("Tegh slept.", ("Tegh", TEGH))
    other = _written("Nobody went to Tegh or Foo or Tekh.")
    third = _written("Foo woke.", ("Foo", None))
    done = generalise([one, other, third], finest="admin1", coarser={TEGH.id: None}, names=lambda _: ("Tekh",))
    assert [d.article.text for d in done] == [
        "[place withheld] slept.",
        "Nobody went to [place withheld] or [place withheld] or [place withheld].",
        "[place withheld] woke.",
    ]


def test_a_description_or_a_word_in_small_letters_is_no_name_for_other_articles() -> None:
    mentions = [
        Mention(start=0, end=11, text="the village", is_description=True),
        Mention(start=0, end=3, text="foo"),
        Mention(start=0, end=3, text="Foo"),
        Mention(start=0, end=4, text="Tegh"),
        Mention(start=0, end=7, text="Armenia"),
    ]
    places = [None, None, None, TEGH, ARMENIA]
    found = [Resolution(mention=m, place=p, score=1.0, reason="") for m, p in zip(mentions, places, strict=True)]
    assert names_too_fine(found, "admin1") == {"Foo", "Tegh"}


def test_a_correction_of_a_shown_place_names_no_hidden_one() -> None:
    correction = Correction(
        name="Armenia", place=ARMENIA.id, author="Tegh Desk", reason="not Foo, not Rival", article="tegh-1"
    )
    rival = Candidate(place=replace(TEGH, id="gn:9", name="Rival"), name="Rival")
    armenia = replace(
        COARSE, mention=Mention(start=14, end=21, text="Armenia"), correction=correction, runners_up=(rival,)
    )
    read = _written("Tegh and Foo, Armenia.", ("Tegh", TEGH), ("Foo", None))
    read = replace(read, resolutions=(*read.resolutions, armenia))
    (done,) = generalise([read], finest="admin1", coarser={TEGH.id: None}, names=lambda _: ())
    assert done.resolutions[2].correction == Correction(
        name="Armenia",
        place=ARMENIA.id,
        author="[place withheld] Desk",
        reason="not [place withheld], not [place withheld]",
    )


def test_the_articles_after_the_first_are_numbered_and_a_taken_id_gets_another_mark() -> None:
    one = replace(READ, article=replace(READ.article, id="tegh-1"))
    two = replace(READ, article=replace(READ.article, id="tegh-2"))
    twin = GeoparsedArticle(article=Article(id="article-2", text="Rain."), resolutions=())
    done = generalise([one, two, twin, twin], finest="admin1", coarser={TEGH.id: SYUNIK}, names=lambda _: ())
    assert [d.article.id for d in done] == ["article-1", "article-2", "article-2+", "article-2++"]
