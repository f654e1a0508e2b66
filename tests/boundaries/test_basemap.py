import pytest
from shapely import LineString, box

from geomap.boundaries.basemap import VIEWS, frame_of
from geomap.boundaries.basemap import basemap as draw


def lines(basemap):
    return {border.status: border.geometry for border in basemap.borders}


def test_a_basemap_is_cut_to_its_extent(toy_atlas):
    basemap = draw(toy_atlas, (13.0, 3.0, 17.0, 6.0))
    assert basemap.land.equals(box(13, 3, 17, 6))
    assert basemap.lakes.equals(box(14, 4, 15, 5))
    assert basemap.borders == ()


def test_a_border_is_disputed_while_the_area_beside_it_is(toy_atlas):
    during = lines(draw(toy_atlas, (7.0, 1.0, 12.0, 6.0), on="2010-01-01"))
    after = lines(draw(toy_atlas, (7.0, 1.0, 12.0, 6.0), on="2021-01-01"))
    assert during["settled"].equals(LineString([(10, 1), (10, 4)]))
    assert during["disputed"].length == pytest.approx(2 + 2)
    assert after["settled"].equals(LineString([(10, 1), (10, 6)]))
    assert "disputed" not in after


def test_the_de_facto_view_draws_no_mere_claim(toy_atlas):
    marches = lines(draw(toy_atlas, (7.0, 1.0, 12.0, 6.0), on="2010-01-01", view="de-facto"))
    isle = lines(draw(toy_atlas, (27.0, 7.0, 30.0, 10.0), view="de-facto"))
    assert marches["disputed"].equals(LineString([(10, 4), (10, 6)]))
    assert isle["disputed"].equals(LineString([(28, 8), (28, 9)]))


def test_the_view_and_the_date_are_named(toy_atlas):
    basemap = draw(toy_atlas, (1.0, 1.0, 2.0, 2.0), view="de-facto", on="2010-01-01")
    assert (basemap.view, basemap.as_of) == ("de-facto", "2010-01-01")
    assert set(VIEWS) == {"neutral", "de-facto"}


def test_lines_between_states_are_those_inside_a_country(toy_atlas):
    assert draw(toy_atlas, (3.0, 1.0, 12.0, 9.0)).admin1.equals(LineString([(5, 1), (5, 9)]))


def test_labels_are_plain_numbers_and_texts(toy_atlas):
    label = draw(toy_atlas, (11.0, 7.0, 14.0, 9.0)).labels[0]
    assert [type(value) for value in (label.text, label.lon, label.lat, label.rank)] == [str, float, float, int]


def test_a_country_is_labelled_on_the_part_in_view(toy_atlas):
    labels = draw(toy_atlas, (11.0, 7.0, 14.0, 9.0)).labels
    countries = [(label.text, label.lon, label.lat) for label in labels if label.kind == "country"]
    assert countries == [("Beland", 12.5, 8.0)]


@pytest.mark.parametrize(
    ("bounds", "frame"),
    [
        ((170, -20, -170, -10), (170, -20, 190, -10)),
        ((175, -20, 185, -10), (175, -20, 185, -10)),
        ((-185, -20, -175, -10), (175, -20, 185, -10)),
        ((-200, -90, 200, 90), (-180, -85.05, 180, 85.05)),
        ((44, 38, 48, 41), (44, 38, 48, 41)),
    ],
)
def test_an_extent_is_framed_without_a_break(bounds, frame):
    assert frame_of(bounds) == frame


@pytest.mark.geodata
def test_fiji_is_drawn_whole_across_the_antimeridian(atlas):
    land = draw(atlas, (176.0, -20.0, -178.0, -15.0)).land
    west, _, east, _ = land.bounds
    assert (west < 178, 180.5 < east < 182, land.is_valid) == (True, True, True)


@pytest.mark.geodata
def test_the_poles_are_cut_where_web_maps_end(atlas):
    assert draw(atlas, (-180.0, -90.0, 180.0, -60.0)).land.bounds[1] == -85.05
    assert draw(atlas, (-60.0, 70.0, 0.0, 90.0)).land.bounds[3] < 85


@pytest.mark.geodata
def test_the_caucasus_shows_karabakh_dashed_and_settled_borders_solid(atlas):
    basemap = draw(atlas, (44.5, 38.5, 48.5, 41.5), on="2023-09-23")
    drawn = lines(basemap)
    assert set(drawn) == {"settled", "disputed"}
    assert drawn["disputed"].bounds == pytest.approx((46.31, 39.39, 47.32, 40.41), abs=0.03)
    assert drawn["settled"].length == pytest.approx(19.5, abs=0.5)
    assert {"Armenia", "Azerbaijan", "Georgia", "Iran"} <= {x.text for x in basemap.labels if x.kind == "country"}


@pytest.mark.geodata
def test_settled_borders_join_without_gaps_at_every_scale(atlas):
    between = LineString([(-95.2, 49.2), (-122.7, 49.0)])
    for bounds in ((-100.0, 45.0, -96.0, 50.0), (-110.0, 40.0, -90.0, 55.0), (-170.0, 20.0, -60.0, 70.0)):
        settled = lines(draw(atlas, bounds))["settled"]
        assert settled.distance(between) < 0.3


@pytest.mark.geodata
def test_palestine_is_not_called_land_of_israel_in_hebrew(atlas):
    labels = [label.text for label in draw(atlas, (34.0, 31.0, 36.0, 33.0), lang="he").labels]
    assert "ארץ ישראל" not in labels
    assert "פלסטין" in labels
