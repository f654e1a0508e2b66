"""The page as someone who means harm, or no plan at all, meets it."""

from __future__ import annotations

import pytest

from tests.attack.articles import OUTSIDE, RUN, attack_on_page
from tests.attack.monkey import anything, maps
from tests.attack.pages import attack, attack_by_sources, watched

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_nothing_a_reader_does_is_an_error(open_page):
    kinds = maps()
    quick = [kind for kind in kinds if not kind.startswith("in ")] + ["in ar", "in zh"]
    for seed, kind in enumerate(quick):
        anything(open_page(kinds[kind]), seed=seed, steps=60, by_hand=8)


@pytest.mark.slow
def test_nothing_of_a_hostile_article_runs(chromium, tmp_path):
    assert attack(0, 20, browser=chromium, folder=tmp_path) == []


@pytest.mark.slow
@pytest.mark.geodata
def test_nothing_of_hostile_files_settings_and_options_runs(chromium, tmp_path):
    assert attack_by_sources(0, browser=chromium, folder=tmp_path) == []


@pytest.mark.parametrize(
    ("hole", "fault"),
    [
        (f"<script>{RUN}</script>", "script-src-elem inline"),
        (f"<img src={OUTSIDE}>", "element <img"),
        (f"<p onclick={RUN}>", "attribute onclick"),
        (f"<a href=javascript:{RUN}>", "link javascript:"),
        ("<a href=//attack.invalid/>", "link //attack.invalid/"),
    ],
)
def test_what_a_hole_in_the_page_would_let_through_is_seen(chromium, tmp_path, hole, fault):
    page = attack_on_page(0).html.replace("<noscript>", f"{hole}<noscript>", 1)
    assert [one for one in watched(chromium, tmp_path).faults("map.html", page) if one.startswith(fault)] != []


def test_what_runs_without_a_policy_is_seen(chromium, tmp_path):
    page = f"<!doctype html><html data-ready><body><script>{RUN}; Object.prototype.a = 1; fetch('{OUTSIDE}').catch(() => 0)</script>"
    faults = watched(chromium, tmp_path).faults("map.html", page)
    assert {"ran", f"request: {OUTSIDE}"} <= set(faults)
