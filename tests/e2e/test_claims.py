"""Claims that differ as a reader meets them: Chromium, from disk, with the network cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from geomap.map_types import MapOptions
from tests.support import toy_story as toy
from tests.support.opened import draw

pytestmark = pytest.mark.browser


def opened(open_page, **options):
    articles, reports = toy.accounts()
    page = open_page(draw(articles, reports, **options))
    page.locator(".leaflet-places-pane .hit").first.press("Enter")
    return page


def test_the_card_lists_both_counts_with_their_outlets(open_page):
    note = opened(open_page).locator("#card .claims")
    assert [line for line in note.inner_text().split("\n") if line] == [
        "Accounts differ",
        "Killed",
        "“four people” · Toy Gazette · 20 September 2023",
        "“At least six people” · Wire <b>& Co.</b> · 21 September 2023",
    ]


def test_an_outlet_leads_to_its_sentence(open_page):
    page = opened(open_page)
    page.locator("#card .claims button", has_text="Wire").click()
    page.wait_for_timeout(120)
    assert "At least six people were killed" in page.locator("#view-article .text").inner_text()
    assert page.locator("#view-article .mark[aria-current]").inner_text() == "Aldwick"


def test_the_note_is_in_the_language_of_the_page(open_page):
    note = opened(open_page, options=MapOptions(lang="de")).locator("#card .claims")
    assert [line for line in note.inner_text().split("\n") if line][:3] == [
        "Die Angaben weichen voneinander ab",
        "Getötet",
        "“four people” · Toy Gazette · 20. September 2023",
    ]


def test_counts_that_agree_have_no_note(open_page):
    articles, (report,) = toy.accounts()
    page = open_page(draw(articles, [replace(report, evidence=report.evidence[:1])]))
    page.locator(".leaflet-places-pane .hit").first.press("Enter")
    assert page.locator("#card").is_visible()
    assert page.locator("#card .claims").count() == 0
