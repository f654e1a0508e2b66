"""Regions have their names in the language of the page, and a hidden name does not come back with them."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from geomap.editorial.generalise import may_name_finer
from geomap.editorial.redaction import Names
from geomap.map_types import MapOptions
from geomap.pipeline import assemble, draw, local_names, report
from geomap.project.config import Settings
from geomap.project.feed import feed
from geomap.resources import open_resources
from geomap.types import Article, GeoparsedArticle, Mention, Resolution
from tests.render.pages import data

pytestmark = pytest.mark.geodata

TEXT = "В селе Тех горел склад. В Степанакерте ждали автобусов. Ереван ждал дождя."
PLACES = {"Тех": "gn:174743", "Степанакерте": "gn:146970", "Ереван": "gn:616052"}
OWN_NAMES = ["Armenia", "Syunik", "Azerbaijan", "Stepanakert / Xankəndi", "Nagorno-Karabakh", "Erevan"]


@pytest.fixture(scope="module")
def resources():
    return open_resources()


@pytest.fixture(scope="module")
def story(resources):
    """A Russian article with its places given."""
    found = tuple(
        Resolution(
            mention=Mention(start=TEXT.index(name), end=TEXT.index(name) + len(name), text=name),
            place=resources.gazetteer.place(place_id),
            score=0.9,
            reason="given",
        )
        for name, place_id in PLACES.items()
    )
    article = Article(id="a", text=TEXT, title="Склад", published="2023-09-24")
    return [GeoparsedArticle(article=article, language="ru", resolutions=found)]


def drawn(story, resources, *, lang=None, without=None):
    reports = report(story, resources=resources)
    return draw(story, reports, title="T", resources=resources, options=MapOptions(lang=lang), without=without)


def regions(html):
    """Return the regions of a page: name and name in the language of the page."""
    return {region["name"]: region.get("local") for region in data(html)["regions"]}


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("en", [None, None, None, None, None, None]),
        ("ru", ["Армения", "Сюникская область", "Азербайджан", None, "Нагорный Карабах", "Ереван"]),
        ("ar", ["أرمينيا", "محافظة سيونيك", "أذربيجان", None, "ناغورني قره باغ", "يريفان"]),
        ("he", ["ארמניה", "סיוניק", "אזרבייג'ן", None, "נגורנו קרבאך", "ירוואן"]),
        ("zh", ["亚美尼亚", "休尼克省", "阿塞拜疆", None, "纳戈尔诺-卡拉巴赫", "埃里温"]),
        ("hy", ["Հայաստան", "Սյունիք", "Ադրբեջան", None, "Լեռնային Ղարաբաղ", None]),
    ],
)
def test_regions_are_named_in_the_language_of_the_page(story, resources, lang, names):
    assert regions(drawn(story, resources, lang=lang)) == dict(zip(OWN_NAMES, names, strict=True))


def test_the_language_of_the_article_is_that_of_the_names(story, resources):
    assert regions(drawn(story, resources))["Syunik"] == "Сюникская область"


@pytest.mark.parametrize(
    ("hidden", "name"), [("Сюник", "Syunik"), ("АРМЕНИЯ", "Armenia"), ("Карабах", "Nagorno-Karabakh")]
)
def test_a_hidden_name_does_not_come_back_in_the_name_of_a_region(story, resources, hidden, name):
    html = drawn(story, resources, lang="ru", without=Names([hidden], shortest=1))
    assert regions(html)[name] == name  # given, so that the page does not take the browser's name of a country
    labels = [label[0] for label in data(html)["base"]["labels"]]
    shown = [*regions(html).values(), *labels]
    assert [text for text in shown if text and hidden.casefold() in text.casefold()] == []
    assert hidden.casefold() in " ".join(filter(None, regions(drawn(story, resources, lang="ru")).values())).casefold()


def test_no_region_has_the_name_of_a_place_that_is_finer_than_the_map(story, resources):
    options = MapOptions(max_precision="admin1", lang="ru")
    made = assemble(story, resources=resources, finest="admin1")
    html = draw(made.articles, made.reports, title="T", resources=resources, options=options)
    shown = {name: local for name, local in regions(html).items() if name in ("Armenia", "Erevan")}
    assert shown == {"Armenia": "Армения", "Erevan": "Erevan"}
    texts = (data(html)["articles"][0]["text"], *(place["name"] for place in data(html)["places"]))
    assert [text for text in texts if re.search("Ереван|Тех|Степанакерт", text)] == []


@pytest.mark.parametrize(
    ("name", "is_finer"),
    [("Ереван", True), ("埃里温", True), ("Ереванская область", True), ("Армения", False), ("亚美尼亚", False)],
)
def test_a_name_is_compared_with_those_of_finer_places(resources, name, is_finer):
    found = may_name_finer(name, country="AM", finest="admin1", gazetteer=resources.gazetteer)
    assert found is is_finer


def test_the_feed_names_regions_in_the_language_of_the_page(story, resources):
    reports = report(story, resources=resources)
    first = {r.place.id: "2023-09-24" for r in reports}
    shown = [region for r in reports for region in r.regions]
    names = local_names(shown, resources=resources, options=MapOptions(lang="ru"))
    titles = {}
    for lang, local in (("en", {}), ("ru", names)):
        root = ET.fromstring(feed(reports, first, settings=Settings(title="T"), local_names=local))  # noqa: S314
        titles[lang] = [node.text for node in root.iter("{http://www.w3.org/2005/Atom}title")][1:]
    assert titles["en"][1] == "Tegh, Syunik, Armenia"
    assert titles["ru"][1] == "Тех, Сюникская область, Армения"
    assert "Ереван, Армения" in titles["ru"]


@pytest.mark.browser
def test_the_card_has_the_russian_name_of_the_province_and_its_own_beside_it_once(open_page, story, resources):
    page = open_page(drawn(story, resources), hash_="#place=gn:174743")
    chain = page.locator("#card .chain")
    assert chain.inner_text() == "город или село · Сюникская область Syunik · Армения Armenia"
    assert chain.locator(".also").all_inner_texts() == [" Syunik", " Armenia"]
    assert page.locator("#card").inner_text().count("Syunik") == 1
    assert page.locator("#view-places .row-note").first.text_content().endswith("Сюникская область, Армения")
    page.locator("#tab-places").click()
    page.locator("#search").fill("Syunik")
    assert page.locator("#view-places .row-name").all_text_contents() == ["Тех"]


@pytest.mark.browser
def test_the_card_and_the_focus_name_a_disputed_area_in_the_language_of_the_page(open_page, story, resources):
    page = open_page(drawn(story, resources), hash_="#place=gn:146970")
    inside = page.locator("#card .inside-disputed").inner_text()
    assert inside.startswith(
        "на спорной территории: Нагорный Карабах Nagorno-Karabakh, претендуют: Азербайджан, Армения, по состоянию на 1991"
    )
    assert page.locator("#focus").inner_text() == "Главным образом: Армения"
    page.locator("#tool-table").click()
    where = page.locator("#tablebox td.region").all_text_contents()
    assert where == [
        "Сюникская область, Армения",
        "Нагорный Карабах, Stepanakert / Xankəndi, Азербайджан",
        "Армения",
    ]
