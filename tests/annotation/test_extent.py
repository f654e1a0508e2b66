from dataclasses import replace

import pytest

from geomap.annotation.extent import WORLD, basemap_bounds, extent
from geomap.types import Evidence, Mention, Place, Report
from tests.support.toy_reports import moving


def report(lon, lat, *, n_sentences=1, kind="literal", place_kind="settlement", score=1.0):
    mention = Mention(start=0, end=1, text="X", kind=kind)
    evidence = Evidence(article_id="a", start=0, end=1, text="X", mention=mention)
    place = Place(id=f"gm:{lon},{lat}", name="X", kind=place_kind, lon=lon, lat=lat)
    return Report(
        place=place, kind=kind, score=score, reason="", regions=(), names=(), evidence=(evidence,) * n_sentences
    )


def test_near_places_are_framed_together():
    assert extent([report(46, 39), report(47, 41)]) == (46, 39, 47, 41)


def test_a_far_place_does_not_shrink_the_heart_of_the_story():
    assert extent([report(46, 39, n_sentences=3), report(47, 41), report(-74, 40.7)]) == (46, 39, 47, 41)


def test_two_far_places_of_equal_weight_are_both_framed():
    assert extent([report(46, 39), report(-74, 40.7)]) == (-74, 39, 46, 40.7)


def test_a_meeting_far_from_two_theatres_of_the_news_is_left_out():
    sudan, gaza, new_york = report(25, 13, n_sentences=11), report(34, 31, n_sentences=8), report(-74, 40.7)
    assert extent([sudan, gaza, new_york]) == (25, 13, 34, 31)
    assert extent([report(25, 13), report(34, 31), new_york]) == (-74, 13, 34, 40.7)


def test_the_heart_may_lie_across_the_antimeridian():
    assert extent([report(179, -17), report(-179, -16), report(-74, 40.7)]) == (179, -17, -179, -16)


def test_countries_and_quiet_places_count_only_where_nothing_finer_is_reported():
    country = report(100, 60, place_kind="country")
    quiet = report(0, 0, kind="associative")
    assert extent([report(46, 39), country, quiet]) == (46, 39, 46, 39)
    assert extent([country, quiet]) == (100, 60, 100, 60)
    assert extent([quiet]) == (0, 0, 0, 0)
    assert extent([]) == WORLD


def test_the_basemap_leaves_room_to_pan_on_both_sides_of_the_antimeridian():
    west, _, east, _ = basemap_bounds((179, -17, -179, -16))
    assert (west, east) == pytest.approx((176.1, -176.1))


def test_what_awaits_review_is_not_drawn_and_does_not_widen_the_map():
    assert extent([report(46, 39), report(37, 55, score=0.3)], min_confidence=0.35) == (46, 39, 46, 39)
    assert extent([report(37, 55, score=0.3)], min_confidence=0.35) == (37, 55, 37, 55)


def test_relative_places_stand_for_a_place_and_paths_between_framed_places_count():
    _, (tegh, sisian, yerevan, goris, *quiet) = moving()
    assert extent([goris]) == (46.3, 39.59, 46.38, 39.65)
    assert extent([sisian]) == (46.03, 39.48, 46.34, 39.55)
    detour = replace(tegh, movements=(replace(tegh.movements[0], path=((46.48, 39.56), (45.0, 41.0), (44.51, 40.18))),))
    assert extent([detour, sisian, yerevan, *quiet]) == (44.51, 39.48, 46.481, 41.0)
    assert extent([detour, sisian]) == (46.03, 39.48, 46.481, 39.558)


@pytest.mark.parametrize(
    ("path", "west", "east"),
    [
        ([(179.0, 0), (181.0, 1)], 179.0, -179.0),
        ([(-179.0, 0), (-181.0, 1)], 179.0, -179.0),
        ([(170, 0), (185, 1), (190, 2)], 170.0, -170.0),
    ],
)
def test_a_path_over_the_antimeridian_does_not_span_the_world(path, west, east):
    tegh = moving()[1][0]
    lons = [(lon + 180) % 360 - 180 for lon, _ in path]
    move = replace(tegh.movements[0], path=tuple(path), stops=tegh.movements[0].stops[:1] * 2)
    start = replace(tegh, place=replace(tegh.place, lon=lons[0], lat=0.0), movements=(move,))
    assert extent([start])[::2] == (west, east)


def test_a_country_sets_the_extent_where_a_part_of_it_is_told():
    _, (*_, goris, _, _) = moving()
    country = replace(goris, place=replace(goris.place, kind="country"))
    assert extent([country, report(46, 39)]) == (46, 39, 46.38, 39.65)
    wide = replace(goris.evidence[0], relation=replace(goris.evidence[0].relation, uncertainty_km=300.0))
    assert extent([replace(country, evidence=(wide,)), report(46, 39)]) == (46, 39, 46, 39)
