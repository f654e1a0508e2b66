"""Sixty invented local stories from eight countries, written and annotated without a look at the program."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from geomap.geodesy import sphere_km
from geomap.geoparser import geoparse
from geomap.resources import open_resources
from geomap.types import Article

pytestmark = pytest.mark.geodata

STORIES = Path(__file__).parents[1] / "data" / "local_stories.jsonl"
"""A story a line; ``places``: name as in the text, latitude, longitude, and the kilometres within which an answer is right."""
APPROXIMATE_KM = 50.0
"""An approximate place is right this near: it says that it is the town's, not the village's."""
MIN_DRAWN_RIGHT, MIN_FOUND = 0.92, 0.785


def places_at(story, mention):
    """Return the longest annotated names that a mention overlaps."""
    text = story["title"] if mention.part == "title" else story["text"]
    held = [
        place
        for place in story["places"]
        for at in re.finditer(re.escape(place["name"]), text)
        if at.start() < mention.end and mention.start < at.end()
    ]
    longest = max((len(place["name"]) for place in held), default=0)
    return [place for place in held if len(place["name"]) == longest]


def is_right(resolution, place):
    least = APPROXIMATE_KM if resolution.match == "within" else 10.0
    km = sphere_km(resolution.place.lon, resolution.place.lat, place["lon"], place["lat"])
    return km <= max(place["km"], least)


def test_pins_are_right_and_places_found():
    resources = open_resources()
    drawn: dict[tuple, bool] = {}
    n_found = n_places = 0
    for story in map(json.loads, STORIES.read_text(encoding="utf-8").splitlines()):
        article = Article(id=story["id"], title=story["title"], text=story["text"], source=story["source"] or None)
        found = set()
        for resolution in geoparse(article, resources=resources).resolutions:
            mention = resolution.mention
            if resolution.place is None or mention.kind == "demonym":
                continue
            right = [p["name"] for p in places_at(story, mention) if is_right(resolution, p)]
            found.update(right)
            if mention.kind == "literal":
                drawn.setdefault((story["id"], mention.text, resolution.place.id), bool(right))
        n_found += len(found)
        n_places += len(story["places"])
    share_right, share_found = sum(drawn.values()) / len(drawn), n_found / n_places
    wrong = [key for key, right in drawn.items() if not right]
    assert share_right >= MIN_DRAWN_RIGHT, (share_right, wrong)
    assert share_found >= MIN_FOUND, share_found
