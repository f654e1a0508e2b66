"""The plane is exact from its centre, at the poles and across the antimeridian."""

from __future__ import annotations

import pytest
import shapely
from pyproj import Geod

from geomap.geodesy import EARTH_RADIUS_KM, sphere_km
from geomap.spatial import primitives
from geomap.spatial.plane import Plane

SPHERE = Geod(a=EARTH_RADIUS_KM * 1000, b=EARTH_RADIUS_KM * 1000)
CENTRES = [(46.34, 39.51), (179.9, -17.0), (-179.99, 66.0), (0.0, 89.5), (30.0, -89.9), (0.0, 0.0), (-120.0, 90.0)]


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize(("bearing", "km"), [(0, 1), (45, 12), (200, 350), (271, 4_000), (135, 0.2)])
def test_distance_and_bearing_from_the_centre_are_exact(centre, bearing, km):
    plane = Plane(*centre)
    lon, lat = plane.point(*primitives.offset(0, 0, bearing, km))
    expected_lon, expected_lat, _ = SPHERE.fwd(*centre, bearing, km * 1000)
    assert sphere_km(lon, lat, expected_lon, expected_lat) < 0.001
    assert plane.xy(lon, lat) == pytest.approx(primitives.offset(0, 0, bearing, km), abs=1e-3)


@pytest.mark.parametrize("centre", CENTRES)
def test_a_disc_comes_back_valid_within_the_map_and_of_its_area(centre):
    plane = Plane(*centre)
    disc = plane.to_degrees(primitives.disc(0, 0, 150))
    west, south, east, north = disc.bounds
    assert (disc.is_valid, west >= -180, east <= 180, south >= -90, north <= 90) == (True,) * 5
    area = sum(abs(SPHERE.geometry_area_perimeter(part)[0]) for part in shapely.get_parts(disc)) / 1e6
    assert area == pytest.approx(70_685, rel=0.02)


def test_a_polygon_that_was_cut_at_the_antimeridian_is_one_in_the_plane():
    halves = shapely.MultiPolygon([shapely.box(179, -18, 180, -16), shapely.box(-180, -18, -179, -16)])
    whole = Plane(180, -17).to_km(halves)
    assert whole.geom_type in ("Polygon", "MultiPolygon")
    assert len(shapely.get_parts(whole)) == 1
    assert whole.area == pytest.approx(2 * 106.3 * 222.4, rel=0.01)


@pytest.mark.parametrize(
    ("bearing", "inside", "outside"), [(0, (0, 9), (0, -9)), (90, (9, 0), (-9, 0)), (225, (-8, -8), (8, 8))]
)
def test_a_part_is_the_share_that_lies_farthest_on_a_bearing(bearing, inside, outside):
    area = shapely.box(-10, -10, 10, 10)
    part = primitives.part(area, bearing, 1 / 3)
    assert part.area == pytest.approx(400 / 3, rel=0.02)
    assert part.contains(shapely.Point(inside))
    assert not part.contains(shapely.Point(outside))


def test_the_middle_is_around_the_centre():
    middle = primitives.middle(shapely.box(-10, -10, 10, 10), 1 / 4)
    assert middle.bounds == pytest.approx((-5, -5, 5, 5))


def test_a_sector_lies_on_its_bearing_between_its_radii():
    sector = primitives.sector(0, 0, 90, 22.5, 10, 20)
    assert sector.contains(shapely.Point(15, 0))
    assert [sector.contains(shapely.Point(p)) for p in ((9, 0), (21, 0), (15, 8), (-15, 0))] == [False] * 4


def test_the_mainland_is_without_small_far_islands():
    near, far, large = (shapely.box(11, 0, 12, 1), shapely.box(40, 0, 41, 1), shapely.box(40, 0, 48, 8))
    land = shapely.box(0, 0, 10, 10)
    assert primitives.mainland(shapely.MultiPolygon([land, near, far])).bounds == (0, 0, 12, 10)
    assert primitives.mainland(shapely.MultiPolygon([land, large])).bounds == (0, 0, 48, 10)
