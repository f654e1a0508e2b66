from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from shapely import GeometryCollection, LinearRing, LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry import shape

from geomap.export.geometry import bbox, cut, joint_bbox, to_geojson

FIJI = Polygon([(177, -19), (-179, -19), (-179, -16), (177, -16), (177, -19)])
CHUKOTKA = MultiPolygon([box(160, 60, 180, 70), box(-180, 62, -170, 68)])
ANTARCTICA = Polygon(
    [(-180, -90), (180, -90), (180, -84), (90, -66), (0, -70), (-90, -72), (-180, -84), (-180, -90)],
)


def test_a_polygon_drawn_across_the_antimeridian_is_cut_there() -> None:
    assert cut(FIJI).equals(MultiPolygon([box(177, -19, 180, -16), box(-180, -19, -179, -16)]))
    assert bbox(FIJI) == [177, -19, -179, -16]


def test_a_clockwise_polygon_across_the_antimeridian_holds_no_pole() -> None:
    assert cut(FIJI.reverse()).equals(cut(FIJI))
    assert cut(FIJI).area == 12


def test_a_line_beyond_180_is_cut_where_it_crosses() -> None:
    there_and_back = LineString([(170, 0), (190, 2), (170, 4)])
    assert to_geojson(there_and_back)["coordinates"] == [
        [[170, 0], [180, 1]],
        [[-180, 1], [-170, 2], [-180, 3]],
        [[180, 3], [170, 4]],
    ]
    assert to_geojson(LineString([(-170, 0), (-200, 3)]))["coordinates"] == [
        [[-170, 0], [-180, 1]],
        [[180, 1], [160, 3]],
    ]
    assert to_geojson(LineString([(185, 0), (190, 1)])) == {"type": "LineString", "coordinates": [[-175, 0], [-170, 1]]}
    assert to_geojson(LineString([(180, 0), (190, 1)]))["coordinates"] == [[-180, 0], [-170, 1]]


def test_longitudes_beyond_180_come_back() -> None:
    assert cut(box(177, -19, 181, -16)).equals(MultiPolygon([box(177, -19, 180, -16), box(-180, -19, -179, -16)]))


def test_a_line_across_the_antimeridian_is_cut_there() -> None:
    line = to_geojson(LineString([(179, 0), (-179, 2)]))
    assert line == {"type": "MultiLineString", "coordinates": [[[179, 0], [180, 1]], [[-180, 1], [-179, 2]]]}


def test_what_is_already_cut_stays_as_it_is() -> None:
    assert cut(CHUKOTKA).equals(CHUKOTKA)
    assert bbox(CHUKOTKA) == [160, 60, -170, 70]


def test_a_polygon_round_a_pole_stays_whole() -> None:
    assert cut(ANTARCTICA).equals(ANTARCTICA)
    assert bbox(ANTARCTICA) == [-180, -90, 180, -66]


@pytest.mark.parametrize(
    "geometry",
    [
        box(0, 0, 2, 2, ccw=False),
        FIJI,
        CHUKOTKA,
        Polygon(box(0, 0, 9, 9, ccw=False).exterior, [box(3, 3, 6, 6).exterior]),
    ],
)
def test_exterior_rings_run_counter_clockwise_and_holes_clockwise(geometry: Polygon | MultiPolygon) -> None:
    written = shape(to_geojson(geometry))
    for polygon in getattr(written, "geoms", [written]):
        assert LinearRing(polygon.exterior.coords).is_ccw
        assert not any(LinearRing(hole.coords).is_ccw for hole in polygon.interiors)


def test_coordinates_have_seven_decimals_and_two_axes() -> None:
    assert to_geojson(Point(46.123456789, 39.987654321, 12)) == {
        "type": "Point",
        "coordinates": [46.1234568, 39.9876543],
    }


def test_a_box_leaves_out_the_widest_empty_stretch() -> None:
    assert joint_bbox([[-10, 0, 0, 5], [20, 1, 30, 9]]) == [-10, 0, 30, 9]
    assert joint_bbox([[178, -5, 179, 0], [-178, 1, -177, 9]]) == [178, -5, -177, 9]
    assert joint_bbox([[-180, -9, 180, 9], [0, 0, 1, 10]]) == [-180, -9, 180, 10]
    assert joint_bbox([[139, 35, 140, 36], [-77, -12, -76, -11]]) == [139, -12, -76, 36]
    assert joint_bbox([[139, 35, 140, 36], [-77, -12, -76, -11], [2, 48, 3, 49]]) == [-77, -12, 140, 49]
    assert joint_bbox([[177, -19, -179, -16], [178, -20, 179, -18]]) == [177, -20, -179, -16]
    assert joint_bbox([[177, -19, -179, -16], [-178, -20, -177, -18]]) == [177, -20, -177, -16]
    assert joint_bbox([[7, 7, 7, 7]]) == [7, 7, 7, 7]


def test_collections_are_cut_too() -> None:
    assert bbox(GeometryCollection([Point(179, 0), LineString([(179, 0), (-179, 0)])])) == [179, 0, -179, 0]


@pytest.mark.geodata
def test_every_country_of_the_world_is_written_valid_wound_right_and_whole() -> None:
    frame = gpd.read_parquet(Path(__file__).parents[2] / "geodata" / "boundaries" / "countries.parquet")
    written = [shape(to_geojson(outline)) for outline in frame.geometry]
    faulty = [
        name
        for name, before, after in zip(frame["name"], frame.geometry, written, strict=True)
        if not after.is_valid
        or abs(after.area - before.area) > 1e-4 * before.area
        or not all(LinearRing(part.exterior.coords).is_ccw for part in getattr(after, "geoms", [after]))
    ]
    assert faulty == []
    boxes = {name: bbox(outline) for name, outline in zip(frame["name"], frame.geometry, strict=True)}
    assert {name for name, (west, _, east, _) in boxes.items() if west > east} == {
        "Fiji",
        "Kiribati",
        "New Zealand",
        "Russia",
        "United States",
        "United States Minor Outlying Islands",
    }
