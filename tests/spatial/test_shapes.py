"""Shapes from anchors alone: two square countries on a coast, towns, a river. Distances are on the sphere."""

from __future__ import annotations

import pytest
import shapely

from geomap.geodesy import sphere_km
from geomap.spatial.scene import Anchor, Shape
from geomap.spatial.shapes import construct
from tests.spatial.marked import only

TOWN = Anchor(name="Goris", lon=46.34, lat=39.51)
OTHER = Anchor(name="Tegh", lon=46.34, lat=39.91)
WEST = Anchor(name="Westland", lon=1.0, lat=1.0, outline=shapely.box(0, 0, 2, 2))
EAST = Anchor(name="Eastland", lon=3.0, lat=1.0, outline=shapely.box(2, 0, 4, 2))
BORDER_TOWN = Anchor(name="Customs", lon=1.9, lat=1.5)
PORT = Anchor(name="Port", lon=1.0, lat=0.02)
INLAND = Anchor(name="Inland", lon=2.0, lat=1.9)
RIVER = Anchor(name="River", lon=1.0, lat=1.0, outline=shapely.LineString([(0.5, 1), (3.5, 1)]))
TRIBUTARY = Anchor(name="Brook", lon=2.0, lat=1.5, outline=shapely.LineString([(2, 1.9), (2, 1.01)]))
LAND = shapely.box(0, 0, 4, 2)


def land(_lon: float, _lat: float, _km: float) -> shapely.Polygon:
    return LAND


def shape(words: str, *anchors: Anchor, near: tuple[Anchor, ...] = ()) -> Shape:
    found = construct(only(words), anchors, near=near, land=land)
    assert found is not None
    assert found.geometry.is_valid
    assert not found.geometry.is_empty
    return found


def away(one: Shape, anchor: Anchor) -> float:
    return sphere_km(one.lon, one.lat, anchor.lon, anchor.lat)


def covers(one: Shape, lon: float, lat: float) -> bool:
    return bool(one.geometry.covers(shapely.Point(lon, lat)))


def test_distance_and_direction_are_a_point_with_its_uncertainty():
    found = shape("It fell 12 km north of [A].", TOWN)
    assert away(found, TOWN) == pytest.approx(12, abs=0.01)
    assert (round(found.lon, 3), found.lat > TOWN.lat) == (46.34, True)
    assert 4 < found.uncertainty_km < 6
    assert covers(found, found.lon, found.lat)
    assert not covers(found, TOWN.lon, TOWN.lat)
    assert found.note == "sector 10 km to 14 km from Goris"


@pytest.mark.parametrize("km", [0.4, 3, 100, 5_000, 15_000])
def test_tiny_and_huge_distances_are_exact(km):
    found = shape(f"It fell {km} km east of [A].", TOWN)
    assert away(found, TOWN) == pytest.approx(km, rel=0.001)


@pytest.mark.parametrize("lon_lat", [(179.95, -17.0), (-179.95, 51.0), (10.0, 89.9), (10.0, -89.9)])
def test_the_antimeridian_and_the_poles_are_no_exception(lon_lat):
    anchor = Anchor(name="Edge", lon=lon_lat[0], lat=lon_lat[1])
    found = shape("It fell 60 km west of [A].", anchor)
    assert away(found, anchor) == pytest.approx(60, abs=0.05)
    west, _, east, _ = found.geometry.bounds
    assert -180 <= west <= east <= 180


def test_what_is_farther_than_half_the_earth_is_nothing():
    assert construct(only("It fell 30000 km north of [A]."), [TOWN]) is None
    assert construct(only("It is 9999 hours' drive from [A]."), [TOWN]) is None


def test_a_distance_from_an_area_is_from_its_edge():
    found = shape("It fell 100 km west of [A].", WEST)
    assert found.lon == pytest.approx(-0.9, abs=0.02)


def test_a_distance_alone_is_a_ring():
    found = shape("It fell 12 km from [A].", TOWN)
    assert (away(found, TOWN), found.uncertainty_km) == (pytest.approx(0, abs=0.01), pytest.approx(13.8, abs=0.1))
    assert not covers(found, TOWN.lon, TOWN.lat)
    assert covers(found, TOWN.lon, TOWN.lat + 12 / 111.2)


def test_a_radius_is_a_disc():
    found = shape("All within 30 km of [A] left.", TOWN)
    assert found.uncertainty_km == pytest.approx(30, abs=0.1)
    assert covers(found, TOWN.lon, TOWN.lat)


def test_a_direction_alone_is_a_sector_whose_reach_is_stated():
    found = shape("It fell south of [A].", TOWN)
    assert 2 < away(found, TOWN) < 40
    assert (found.lat < TOWN.lat, round(found.lon, 2)) == (True, 46.34)
    assert found.note == "schematic sector, a reach of 25 km from the edge of Goris is assumed"


def test_a_direction_from_an_area_is_outside_of_it():
    found = shape("It formed west of [A].", WEST)
    assert found.geometry.bounds[2] <= 0.01


def test_parts_are_cut_from_the_polygon():
    found = shape("It rained in northern [A].", WEST)
    assert found.geometry.bounds == pytest.approx((0, 1.33, 2, 2), abs=0.03)
    middle = shape("It rained in central [A].", WEST)
    assert covers(middle, 1, 1)
    assert not covers(middle, 0.1, 0.1)


def test_a_part_of_a_town_is_cut_from_an_assumed_disc():
    found = shape("It rained in the east of [A].", Anchor(name="Big", lon=10, lat=50, radius_km=10))
    assert found.lon > 10.05
    assert found.note == "cut from a disc around Big, whose radius of 10 km is assumed"


def test_outskirts_lie_at_the_edge():
    found = shape("It burned on the northern outskirts of [A].", Anchor(name="Big", lon=10, lat=50, radius_km=10))
    assert 6 < sphere_km(found.lon, found.lat, 10, 50) < 14
    assert found.lat > 50


def test_between_two_towns_is_a_strip_and_halfway_its_middle():
    strip = shape("A bus crashed between [A] and [B].", TOWN, OTHER)
    middle = shape("It lies halfway between [A] and [B].", TOWN, OTHER)
    assert [(round(one.lon, 2), round(one.lat, 2)) for one in (strip, middle)] == [(46.34, 39.71)] * 2
    assert strip.geometry.area > 3 * middle.geometry.area
    share = shape("It lies a quarter of the way from [A] to [B].", TOWN, OTHER)
    assert share.lat == pytest.approx(39.61, abs=0.001)


def test_a_road_is_said_to_be_schematic():
    found = shape("Mud closed the road from [A] to [B].", TOWN, OTHER)
    assert found.note.startswith("schematic corridor of the road")
    near = shape("A bus burned on the M6 near [N].", near=(TOWN,))
    assert away(near, TOWN) == pytest.approx(0, abs=0.01)


def test_a_border_is_the_line_of_two_polygons_near_a_town():
    found = shape("Shots fell on the border between [A] and [B].", WEST, EAST)
    assert (found.lon, found.lat) == (pytest.approx(2, abs=0.01), pytest.approx(1, abs=0.02))
    near = shape("Shots fell on the border between [A] and [B] near [N].", WEST, EAST, near=(BORDER_TOWN,))
    assert (near.lon, near.lat) == (pytest.approx(2, abs=0.02), pytest.approx(1.5, abs=0.02))
    assert near.uncertainty_km < 20


def test_a_border_all_around_one_country_is_nothing():
    assert construct(only("Shots fell on the {A} border."), [WEST]) is None


def test_inside_is_in_the_country_at_the_distance_from_the_border():
    found = shape("It fell 30 km inside [A] from the {B} border.", WEST, EAST)
    assert found.lon == pytest.approx(2 - 30 / 111.2, abs=0.02)
    assert found.geometry.bounds[2] < 2


def test_a_side_of_a_border_is_in_that_country():
    found = shape("Guns stood on the {A} side of the {B} border.", EAST, WEST)
    assert found.geometry.bounds[0] >= 1.99
    assert found.lon > 2


def test_off_a_coast_is_sea():
    found = shape("A ship sank off the coast of [A].", WEST)
    assert found.geometry.intersection(LAND).area < 2e-3  # the straight edges of the toy are curved in a plane
    port = shape("A ship sank off [A].", PORT)
    assert port.geometry.intersection(LAND).area < 1e-4
    assert port.lat < 0


def test_off_a_coast_with_a_distance_is_that_far_out():
    found = shape("A ship sank 40 km off [A].", PORT)
    assert found.geometry.distance(LAND) * 111.2 == pytest.approx(27, abs=4)
    assert found.lat == pytest.approx(-0.3, abs=0.1)


def test_off_a_coast_in_a_direction_is_on_that_side():
    found = shape("A ship sank off the west coast of [A].", WEST)
    assert found.lon < 0.1


def test_there_is_no_sea_off_a_town_far_inland():
    inland = Anchor(name="Inland", lon=50.0, lat=50.0)
    assert construct(only("A ship sank off [A]."), [inland], land=lambda *_: shapely.box(40, 40, 60, 60)) is None


def test_rivers_meet_where_one_ends_at_the_other():
    found = shape("It stands where the [A] meets the [B].", TRIBUTARY, RIVER)
    assert (found.lon, found.lat) == (pytest.approx(2, abs=0.01), pytest.approx(1, abs=0.02))


def test_along_a_river_is_its_stretch_near_a_town():
    found = shape("They live along the [A] near [N].", RIVER, near=(BORDER_TOWN,))
    assert construct(only("They live along the [A]."), [RIVER]) is not None
    assert found.geometry.bounds[2] - found.geometry.bounds[0] < 0.5


def test_opposite_is_across_the_water():
    south = Anchor(name="South", lon=2.0, lat=0.98)
    found = shape("A mill opposite [A] burned.", south, RIVER)
    assert found.lat > 1
    assert found.lon == pytest.approx(2, abs=0.01)
    alone = shape("A mill opposite [A] burned.", south)
    assert alone.note == "around South: the water between is not in the data"


def test_a_travel_time_is_a_wide_ring():
    found = shape("It is two hours' drive from [A].", TOWN)
    assert found.note.startswith("wide ring 51 km to 172 km from Goris")
    walk = shape("It is a 20-minute walk from [A].", TOWN)
    assert walk.uncertainty_km < 3
    north = shape("It is two hours' drive north of [A].", TOWN)
    assert north.lat > 40.2


def test_the_same_words_give_the_same_shape():
    one, two = (shape("It fell 12 km north of [A].", TOWN) for _ in range(2))
    assert one.geometry.wkb == two.geometry.wkb
