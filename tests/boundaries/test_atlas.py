import pytest
from pyproj import Geod
from shapely import box

from geomap.boundaries.atlas import Atlas
from geomap.types import Place


def place(key, name, kind, *at, **more):
    lon, lat, *country = at
    return Place(id=key, name=name, kind=kind, lon=lon, lat=lat, country=country[0] if country else None, **more)


def square_km(shape):
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6


def test_a_country_is_outlined(toy_atlas):
    outline = toy_atlas.outline(place("gn:2", "Beland", "country", 15, 5, "BB"))
    assert (outline.geometry, outline.region.id, outline.note) == (box(10, 0, 20, 10), "gn:2", None)


def test_a_town_is_a_point_even_where_a_district_shares_its_id(toy_atlas):
    assert toy_atlas.outline(place("gn:25", "Orr", "settlement", 2.5, 2.5, "AA")) is None


def test_a_schematic_line_states_it(toy_atlas):
    outline = toy_atlas.outline(place("gm:orr-corridor", "Orr Corridor", "line", 10, 5, "AA"))
    assert (list(outline.geometry.coords), outline.note, outline.region) == ([(9, 5), (11, 5)], "schematic", None)


def test_a_natural_feature_is_found_by_name_and_nearness(toy_atlas):
    sea = place("gn:99", "The Southern Sea", "water", 15, -5)
    assert toy_atlas.outline(sea).geometry.equals(box(0, -20, 30, 0))
    assert toy_atlas.outline(place("gn:99", "Mirror Lake", "water", 14.5, 4.5)).geometry.equals(box(14, 4, 15, 5))
    assert toy_atlas.outline(place("gn:99", "Mirror Lake", "water", 100, 4.5)) is None
    assert toy_atlas.outline(place("gn:99", "Mirror", "physical", 14.5, 4.5)) is None


def test_regions_have_their_polygons_once_in_order(toy_atlas):
    regions = [toy_atlas.layer("disputed").region(0), toy_atlas.layer("countries").region(2)]
    shapes = toy_atlas.shapes([*regions, regions[0]])
    assert [(s.region.id, s.geometry) for s in shapes] == [("gm:inner", box(9, 4, 11, 6)), ("gn:3", box(20, 0, 30, 10))]


def test_opening_reads_nothing(tmp_path):
    assert Atlas(tmp_path / "nowhere").layer("countries").path == tmp_path / "nowhere" / "countries.parquet"


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("asked", "region"),
    [
        (place("gn:174982", "Armenia", "country", 45, 40.25, "AM"), "gn:174982"),
        (place("gn:409314", "Syunik", "admin1", 46.25, 39.25, "AM", admin1="08"), "gn:409314"),
        (place("gn:409410", "Nagorno-Karabakh", "disputed", 46.58, 40, "AZ"), "gm:nagorno-karabakh-oblast"),
        (place("gn:6269131", "England", "admin1", -0.7, 52.16, "GB", admin1="ENG"), "gn:6269131"),
        (place("gn:2653940", "Cambridgeshire", "admin2", 0.08, 52.33, "GB"), "gn:2653940"),
        (place("gn:703883", "Crimea", "disputed", 34, 45, "UA"), "ne:B89"),
        (place("gn:858889", "Stînga Nistrului", "admin1", 29.5, 47, "MD", admin1="58"), "ne:B36"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_gazetteer_places_have_their_outline(atlas, asked, region):
    assert atlas.outline(asked).region.id == region


@pytest.mark.geodata
def test_karabakh_is_drawn_as_the_4400_square_kilometres_that_reports_mean(atlas):
    outline = atlas.outline(place("gn:409410", "Nagorno-Karabakh", "disputed", 46.58, 40, "AZ"))
    assert square_km(outline.geometry) == pytest.approx(4400, rel=0.05)
    assert "not a line of control" in outline.note


@pytest.mark.geodata
def test_the_lachin_corridor_runs_from_tegh_to_stepanakert(atlas):
    outline = atlas.outline(place("gm:lachin-corridor", "Lachin corridor", "line", 46.6, 39.65, "AZ"))
    ends = [outline.geometry.coords[0], outline.geometry.coords[-1]]
    assert ends == [pytest.approx((46.48054, 39.55826), abs=0.01), pytest.approx((46.7528, 39.8177), abs=0.01)]
    assert outline.note.startswith("schematic")


@pytest.mark.geodata
@pytest.mark.parametrize(
    "asked",
    [
        place("gn:709718", "Donbas", "macroregion", 38, 48, "UA"),
        place("gn:6269133", "Middle East", "macroregion", 45, 27),
        place("gn:2425938", "Sahel", "macroregion", 2, 17),
        place("gm:darfur", "Darfur", "macroregion", 24.5, 13.5, "SD"),
        place("gm:pacific-ocean", "Pacific Ocean", "water", -150, 0),
    ],
    ids=lambda value: value.name,
)
def test_a_region_without_fixed_boundary_is_outlined_and_marked_as_approximate(atlas, asked):
    outline = atlas.outline(asked)
    assert outline.note.startswith("approximate, no fixed boundary: ")
    assert outline.region is None


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [
        ("Black Sea", 34, 43),
        ("Caspian Sea", 50.5, 42),
        ("Lake Sevan", 45.3, 40.3),
        ("Sea of Azov", 36.5, 46),
        ("Dnieper", 33, 49),
        ("Neches River", -95.1, 31.6),
    ],
)
def test_waters_have_an_outline(atlas, name, lon, lat):
    outline = atlas.outline(place("gn:1", name, "water", lon, lat))
    assert outline is not None
    assert outline.region is None
