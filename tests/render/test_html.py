from __future__ import annotations

import re
import time

import pytest

from geomap.annotation.extent import WORLD, basemap_bounds, extent
from geomap.annotation.precision import precision_of, uncertainty_km
from geomap.map_types import Attribution, MapOptions
from geomap.render.html import render
from geomap.render.icons import icon_path
from tests.render.pages import HOSTILE, data, page
from tests.support import toy_story as toy


def test_the_same_values_give_the_same_bytes():
    assert page() == page()


@pytest.mark.parametrize("title", ["A title", HOSTILE])
def test_hostile_text_can_neither_end_the_data_nor_be_evaluated(title):
    read, reports = toy.story(HOSTILE + toy.TEXT, article_id=HOSTILE, source=HOSTILE)
    html = page(
        read,
        reports,
        title=title,
        attributions=(Attribution(title=HOSTILE, text=HOSTILE),),
        options=MapOptions(publisher=HOSTILE),
    )
    clean = page()
    assert len(re.findall(r"<script", html)) == len(re.findall(r"<script", clean))
    assert len(re.findall(r"</script", html)) == len(re.findall(r"</script", clean))
    assert data(html)["articles"][0]["text"] == HOSTILE + toy.TEXT
    assert "<img src=x" not in html
    assert "\u2028" not in re.search(r'id="geomap-data">(.*?)</script>', html, re.DOTALL)[1]
    assert "alert(1)" in data(html)["articles"][0]["text"]


def test_a_tile_address_that_would_widen_the_policy_is_refused():
    for bad in (
        "https://a.example; script-src *//{z}/{x}/{y}.png",
        "https://a.example/{z}/{x}/{y}/{key}.png",
        "https://a.example/{z}/{x}/{constructor}.png",
        "https://a.example/{z}{",
        "https://a.example/{z}/{x}/{y}.png\n",
        "javascript://a.example/{z}",
    ):
        with pytest.raises(ValueError, match="not a URL of tiles"):
            page(options=MapOptions(tiles=bad))


def test_the_extent_is_that_of_what_is_reported_and_no_country_widens_it():
    _, reports = toy.story()
    assert extent(reports) == (45.5, 39.5, 48.0, 40.5)
    assert extent([r for r in reports if r.place is toy.COUNTRY]) == (44.0, 38.0, 47.0, 42.0)
    assert extent([r for r in reports if r.place is toy.CAPITAL]) == (48.9, 41.0, 48.9, 41.0)
    assert extent([]) == WORLD


def test_the_extent_crosses_the_antimeridian_the_short_way():
    _, reports = toy.across_the_date_line()
    west, south, east, north = extent(reports)
    assert (west, south, east, north) == (178.0, -18.1, -178.5, -16.0)
    assert basemap_bounds((west, south, east, north)) == pytest.approx(
        (173.75 + 0, -21.65, -172.25 + -2.0, -12.45), abs=3
    )


def test_precision_and_uncertainty_follow_the_kind_of_place():
    _, reports = toy.story()
    shown = {r.place.id: (precision_of(r.place), uncertainty_km(r)) for r in reports}
    assert shown == {
        "gn:1": ("settlement", 3.1),
        "gn:2": ("settlement", 1.0),
        "gm:road": ("line", 77.5),
        "ne:hills": ("disputed", 77.7),
        "gn:10": ("country", 190.3),
        "gn:11": ("settlement", 9.8),
    }


def test_two_thousand_places_are_drawn_within_a_second_and_three_megabytes():
    articles, reports = toy.crowd(2000, articles=20)
    start = time.process_time()
    html = render(reports, articles=articles, basemap=toy.basemap(), title="Many")
    assert time.process_time() - start < 1.0
    assert len(html.encode()) < 3_000_000


def test_icons_are_paths_and_only_of_our_own_folder():
    assert icon_path("talks").startswith("M")
    assert icon_path("../../map") is None
    assert icon_path("no-such-icon") is None
