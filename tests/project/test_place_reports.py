"""The reports of some places alone equal those of all: a movement needs its other stops."""

from __future__ import annotations

from dataclasses import replace

from geomap.project.clusters import rank_of
from geomap.project.place_reports import _key, _of_kept, _only, _with_ways
from tests.support.toy_reports import GORIS, TEGH, YEREVAN, moving


def _texts(read):
    return [r.mention.text for r in read.resolutions]


def test_the_other_stops_of_a_movement_are_read_with_its_first():
    read, _ = moving()
    only = _only(read, {TEGH.id}, is_light=False)
    assert _texts(only) == ["Tegh"]
    assert _texts(_with_ways(only, read)) == ["Tegh", "Sisian", "Yerevan"]
    other = _only(read, {YEREVAN.id, GORIS.id}, is_light=False)
    assert _with_ways(other, read) is other


def test_reports_of_other_stops_and_movements_that_start_elsewhere_are_dropped():
    read, (tegh, sisian, *_) = moving()
    only = _only(read, {TEGH.id}, is_light=False)
    kept = {_key(read.article.id, r.mention) for r in only.resolutions}
    assert _of_kept(tegh, kept) == tegh
    assert _of_kept(sisian, kept).evidence == ()
    later = replace(tegh.movements[0], start=70)
    assert _of_kept(replace(tegh, movements=(later, *tegh.movements)), kept).movements == tegh.movements


def test_an_excerpt_has_the_sentence_that_reports_from_the_place():
    read, _ = moving()
    (one,) = _only(read, {GORIS.id}, is_light=True).resolutions
    assert (one.mention.text, one.relation.text, rank_of(one)) == ("Goris", "12 km north of Goris", 0)
    assert [rank_of(r) for r in read.resolutions] == [0, 0, 0, 0, 1, 0, 1, 1]
