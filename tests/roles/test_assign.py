"""Roles of mentions in invented articles, by the shipped model."""

import json
from pathlib import Path

import pytest

from geomap.geoparser import geoparse
from geomap.resources import open_resources
from geomap.types import Article
from training.role_corpora import unmarked

pytestmark = pytest.mark.geodata
HELD_OUT = Path(__file__).parents[1] / "data" / "roles.jsonl"
"""64 invented articles, labelled before the model was trained and never trained or tuned on."""
CLASSES = {
    "S": "scene",
    "F": "route",
    "T": "route",
    "V": "route",
    "B": "background",
    "R": "reference",
    "C": "container",
}


@pytest.fixture(scope="module")
def resources():
    return open_resources()


@pytest.fixture(scope="module")
def measured(resources):
    """Pairs of labelled and found role of every literal mention; "missed" where it is not found."""
    pairs = []
    for raw in map(json.loads, HELD_OUT.read_text(encoding="utf-8").splitlines()):
        text, labels = unmarked(raw["marked"])
        article = Article(id=raw["id"], text=text, title=raw["title"], published=raw["published"], source=raw["source"])
        found = geoparse(article, resources=resources).of_part("text")
        for label in labels:
            if label.letter == "N":
                continue
            at = max(
                found,
                key=lambda r, label=label: min(r.mention.end, label.end) - max(r.mention.start, label.start),
                default=None,
            )
            is_found = at is not None and min(at.mention.end, label.end) > max(at.mention.start, label.start)
            pairs.append((CLASSES[label.letter], (at.mention.role or "none") if is_found else "missed"))
    return pairs


def f1(pairs, role):
    right = sum(gold == found == role for gold, found in pairs)
    return 2 * right / (sum(gold == role for gold, _ in pairs) + sum(found == role for _, found in pairs))


def test_roles_in_the_held_out_articles(measured):
    assert len(measured) == 920
    macro = sum(f1(measured, role) for role in sorted({gold for gold, _ in measured})) / 5
    assert macro >= FLOORS["macro-F1"]
    scenes = [gold for gold, found in measured if found == "scene"]
    assert scenes.count("scene") / len(scenes) >= FLOORS["scene precision"]


FLOORS = {"macro-F1": 0.74, "scene precision": 0.78}
"""Below what was measured (docs/accuracy.md) by less than one point."""


@pytest.fixture
def roles(resources):
    def of(text, title=None):
        read = geoparse(Article(id="a", text=text, title=title, published="2026-11-09"), resources=resources)
        return {r.mention.text: (r.mention.role, r.mention.route) for r in read.resolutions}

    return of


def test_where_it_burned_is_a_scene_and_where_they_moved_from_is_not(roles):
    found = roles(
        "A barn fire near Elyria killed a farm hand on Monday, the sheriff said.\n\nThe owners, who grew up in Macon, bought the farm in 2011."
    )
    assert found["Elyria"] == ("scene", None)
    assert found["Macon"] == ("background", None)


def test_a_convoy_has_a_start_a_way_and_an_end(roles):
    found = roles(
        "A convoy of ten trucks with flour left Goris at dawn on Monday and reached Stepanakert through Lachin."
    )
    assert found == {"Goris": ("route", "from"), "Stepanakert": ("route", "to"), "Lachin": ("route", "via")}


def test_other_languages_have_no_roles(roles):
    assert roles("In Gori wurden bei einem Brand am Dienstag drei Menschen verletzt, teilte die Polizei mit.") == {
        "Gori": (None, None)
    }


def test_governments_have_no_role(roles):
    assert roles("France said on Monday that it would recall its ambassador after the vote.")["France"] == (None, None)
