from __future__ import annotations

from shapely.geometry import LineString, Polygon, box

from geomap.render.geometry_encoding import GeometryEncoder, encode_integers


def test_detail_that_no_screen_shows_is_left_out():
    encoder = GeometryEncoder(steps_per_degree=100, tolerance=0.01)
    assert encoder.encode(LineString([(1, 1), (1.5, 1.001), (2, 1)])) == {"q": 100, "lines": ["oGoGoGA"]}
    assert encoder.encode(box(0, 0, 1, 1)) == {"q": 100, "polygons": [["oGAAoGnGAAnGoGA"]]}
    assert encoder.encode(None) is None
    assert encoder.encode(Polygon()) is None
    assert (GeometryEncoder.for_width(5.0).steps_per_degree, GeometryEncoder.for_width(360.0).steps_per_degree) == (
        900,
        13,
    )


def test_small_polygons_are_omitted_by_their_share_of_the_area():
    islands = box(0, 0, 10, 10).union(box(20, 0, 21, 1))
    assert len(GeometryEncoder(steps_per_degree=1, tolerance=0.0).encode(islands)["polygons"]) == 2
    coarse = GeometryEncoder(steps_per_degree=1, tolerance=0.0).scale_tolerance(1.0, min_area_share=0.02)
    assert len(coarse.encode(islands)["polygons"]) == 1


def test_integers_from_minus_16_to_15_take_one_character():
    assert [len(encode_integers([n])) for n in (-17, -16, 0, 15, 16)] == [2, 1, 1, 1, 2]
    assert encode_integers([0, -1, 1, -16, 15, 16, 1000]) == "ABCfegBw-B"
