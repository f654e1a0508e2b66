from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomap.boundaries.atlas import Atlas
from geomap.editorial.generalise import coarser_places, generalise, too_fine
from geomap.gazetteer.store import Gazetteer
from geomap.types import Article, Candidate, GeoparsedArticle, Mention, Place, Resolution

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


def test_a_mention_around_a_hidden_one_tells_only_the_rest() -> None:
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
    ],
)
def test_what_is_too_fine(kind: str, code: str, finest: str, expected: bool) -> None:
    assert too_fine(Place(id="x", name="X", kind=kind, lon=0, lat=0, feature_code=code), finest) is expected


def test_a_users_own_area_may_be_as_small_as_a_village() -> None:
    ward = Place(id="my:ward", name="Ward", kind="admin3", lon=0, lat=0)
    assert too_fine(ward, "admin2")
    assert not too_fine(replace(ward, id="gn:1"), "admin2")


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with Gazetteer(Path(__file__).parents[2] / "geodata" / "gazetteer.bin") as opened:
        yield opened


@pytest.mark.geodata
def test_the_region_that_holds_it_stands_for_a_place(atlas: Atlas, gazetteer: Gazetteer) -> None:
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
