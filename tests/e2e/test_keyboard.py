"""The whole page by keyboard alone: no mouse, and no focus that the keys did not bring."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.support import toy_story as toy
from tests.support.opened import draw, one

pytestmark = pytest.mark.browser

FAR = 90


def tab_to(page, selector, *, back=False):
    """Press Tab until what has the focus matches; fail where it cannot be reached."""
    for _ in range(FAR):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"{selector} is not reached by Tab")


def focused(page, what="id"):
    return page.evaluate(f"document.activeElement.{what}")


def test_a_place_is_found_read_and_corrected(open_page):
    page = open_page(one())
    tab_to(page, "#tab-article")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "tab-places"
    tab_to(page, "#search")
    page.keyboard.type("beck")
    tab_to(page, "#places-rows .row")
    page.keyboard.press("Enter")
    assert page.locator("#card h2").inner_text().strip() == "Beckton"
    assert focused(page) == "card"
    tab_to(page, "#wrong")
    page.keyboard.press("Enter")
    tab_to(page, "#correction input[type=radio]")
    page.keyboard.press("Space")
    tab_to(page, "#fix-reason")
    page.keyboard.type("no such town")
    written = tomllib.loads(page.locator("#fix-line").input_value())["correction"][0]
    assert (written["none"], written["reason"]) == (True, "no such town")
    page.keyboard.press("Escape")
    assert page.locator("#card").is_hidden()
    assert page.evaluate("document.activeElement.matches('#places-rows .row')")


def test_a_mention_leads_to_its_card_and_the_card_back_to_the_text(open_page):
    page = open_page(one())
    tab_to(page, ".mark")
    assert focused(page, "textContent") == "Aldwick"
    page.keyboard.press("Enter")
    tab_to(page, "#card .evidence .link")
    page.keyboard.press("Enter")
    assert page.locator(".mark[aria-current]").inner_text() == "Aldwick"


def test_the_map_is_moved_read_and_left(open_page):
    page = open_page(one())
    tab_to(page, ".folium-map")
    before = page.evaluate("location.hash")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    page.wait_for_timeout(500)
    assert page.evaluate("location.hash") != before
    tab_to(page, ".hit")
    page.keyboard.press("Enter")
    assert (focused(page), page.locator("#card h2").inner_text().strip()) == ("card", "Aldwick")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.classList.contains('hit')")


def test_layers_shading_table_downloads_and_theme(open_page):
    page = open_page(one())
    tab_to(page, "#tool-table")
    page.keyboard.press("Enter")
    tab_to(page, "#tablebox thead button")
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=ascending]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("#tablebox").is_hidden()
    tab_to(page, "#mentioned", back=focused(page) == "tool-table")
    page.keyboard.press("Space")
    assert page.locator(".leaflet-places-pane .dot.quiet").count() == 1
    assert focused(page) == "mentioned"
    tab_to(page, "#shading")
    page.keyboard.press("ArrowDown")
    assert page.locator(".leaflet-shade-pane path").count() > 0
    tab_to(page, "#tool-save", back=True)
    page.keyboard.press("Enter")
    assert focused(page) == "save-which"
    tab_to(page, "#downloads button")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert json.loads(Path(waiting.value.path()).read_text("utf-8"))["type"] == "FeatureCollection"
    page.keyboard.press("Escape")
    assert (page.locator("#downloads").count(), focused(page)) == (0, "tool-save")
    tab_to(page, "#tool-theme")
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_days_articles_and_clusters(open_page):
    articles, reports = toy.crowd(300, articles=20)
    page = open_page(draw(articles, reports))
    tab_to(page, "#article-search")
    page.keyboard.type("7")
    tab_to(page, "#view-article li:not([hidden]) .row")
    page.keyboard.press("Enter")
    tab_to(page, "#view-article .actions button[aria-pressed]")
    page.keyboard.press("Enter")
    assert "only=" in page.evaluate("(new Promise((r) => setTimeout(() => r(location.hash), 150)))")
    tab_to(page, "#view-article .actions button", back=True)
    page.keyboard.press("Enter")
    tab_to(page, ".cluster")
    zoom = page.evaluate("location.hash")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    assert page.evaluate("location.hash") != zoom
