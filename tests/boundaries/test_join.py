from dataclasses import replace

import pytest
from shapely import box

from geomap.boundaries.atlas import Atlas
from geomap.boundaries.join import is_valid_on, regions
from geomap.errors import CRSError, GeodataError
from geomap.types import Place
from tests.support.toy_atlas import toy_layers, write_toy_atlas


def town(name, lon, lat, country, **more):
    return Place(id=f"my:{name}", name=name, kind="settlement", lon=lon, lat=lat, country=country, **more)


def names(place, atlas, on=None):
    return [region.name for region in regions([place], atlas=atlas, on=on)[0]]


def test_a_town_is_told_country_state_and_district(toy_atlas):
    found = regions([town("Springfield", 2.5, 2.5, "AA")], atlas=toy_atlas)
    assert [[(r.level, r.id, r.name) for r in one] for one in found] == [
        [("country", "gn:1", "Aland"), ("admin1", "gn:11", "Georgia"), ("admin2", "gn:25", "Orr")]
    ]


def test_order_of_places_is_kept(toy_atlas):
    places = [town("c", 25, 5, "CC"), town("a", 7, 1, "AA"), town("b", 15, 5, "BB")]
    assert [[r.name for r in one] for one in regions(places, atlas=toy_atlas)] == [
        ["Celand"],
        ["Aland", "East Aland"],
        ["Beland", "Beland Proper"],
    ]


def test_no_places_have_no_regions(toy_atlas):
    assert regions([], atlas=toy_atlas) == []


def test_a_disputed_area_counts_only_within_its_dates(toy_atlas):
    place = town("Mid", 9.5, 5, "AA")
    assert names(place, toy_atlas, "1999-12-31") == ["Aland", "East Aland"]
    assert names(place, toy_atlas, "2000-01-01") == ["Aland", "East Aland", "Marches"]
    assert names(place, toy_atlas, "2019-12-31T23:59:59Z") == ["Aland", "East Aland", "Marches"]
    assert names(place, toy_atlas, "2020-01-01") == ["Aland", "East Aland"]


def test_without_a_date_a_past_dispute_counts_and_carries_its_dates(toy_atlas):
    found = regions([town("Mid", 9.5, 5, "AA")], atlas=toy_atlas)[0][-1]
    assert (found.name, found.claimed_by, found.valid_from, found.valid_to) == (
        "Marches", ("AA", "BB"), "2000-01-01", "2020-01-01",
    )  # fmt: skip


def test_of_one_dispute_only_the_first_area_is_told(toy_atlas):
    assert names(town("Edge", 8.5, 5, "AA"), toy_atlas, "2010-01-01") == ["Aland", "East Aland", "Greater Marches"]


def test_an_abolished_district_is_told_only_for_its_time(toy_atlas):
    place = town("Ford", 1, 1, "AA")
    assert names(place, toy_atlas) == ["Aland", "Georgia"]
    assert names(place, toy_atlas, "2009-12-31") == ["Aland", "Georgia", "Old Orr"]


def test_a_town_beside_an_abolished_district_is_told_it_only_for_its_time(tmp_path):
    orr, old = toy_layers()["admin2"]
    atlas = Atlas(write_toy_atlas(tmp_path, admin2=[orr, old | {"admin2": "008"}]))
    place = town("Bank", 2.02, 1, "AA", admin1="01", admin2="008")
    assert names(place, atlas) == ["Aland", "Georgia"]
    assert names(place, atlas, "2009-12-31") == ["Aland", "Georgia", "Old Orr"]
    assert names(place, atlas, "2010-01-01") == ["Aland", "Georgia"]


def test_a_town_without_a_code_is_told_no_district_that_has_none_either(toy_atlas):
    assert names(town("Bank", 2.02, 1, "AA", admin1="01"), toy_atlas, "2009-12-31") == ["Aland", "Georgia"]


def test_near_a_border_a_district_is_known_by_its_code_and_its_state(tmp_path):
    orr = toy_layers()["admin2"][0] | {"places": None}
    west = orr | {"id": "x:west", "name": "West", "geometry": box(4, 4, 5, 5), "admin2": "1"}
    east = orr | {"id": "x:east", "name": "East", "geometry": box(5, 4, 6, 5), "admin1": "02", "admin2": "1"}
    south = orr | {"id": "x:south", "name": "South", "geometry": box(4, 3, 5, 4), "admin2": "2"}
    atlas = Atlas(write_toy_atlas(tmp_path, admin2=[west, east, south]))
    codes = [("01", "1"), ("02", "1"), ("01", "2"), ("01", "3")]
    found = [names(town("X", 4.99, 4.01, "AA", admin1=one, admin2=two), atlas) for one, two in codes]
    assert found == [
        ["Aland", "Georgia", "West"],
        ["Aland", "East Aland", "East"],
        ["Aland", "Georgia", "South"],
        ["Aland", "Georgia", "West"],
    ]


def test_of_two_states_or_districts_that_hold_a_town_the_first_is_told(tmp_path):
    orr = toy_layers()["admin2"][0] | {"places": None, "admin2": "1"}
    twins = [orr | {"id": f"x:{name}", "name": name, "rank": rank} for name, rank in (("Low", 2), ("High", 1))]
    atlas = Atlas(write_toy_atlas(tmp_path, admin2=twins))
    assert names(town("X", 2.5, 2.5, "AA", admin1="01", admin2="1"), atlas) == ["Aland", "Georgia", "High"]
    assert names(town("X", 2.5, 2.5, "AA"), atlas) == ["Aland", "Georgia", "High"]
    assert names(town("X", 5, 5, "AA"), atlas) == ["Aland", "Georgia"]


def test_a_district_or_a_state_is_told_itself_whatever_its_codes_say(tmp_path):
    orr = toy_layers()["admin2"][0]
    over = orr | {"id": "x:over", "places": "gn:26", "name": "Overorr", "admin2": "009", "rank": 1}
    atlas = Atlas(write_toy_atlas(tmp_path, admin2=[orr, over]))
    district = replace(town("Orr", 2.5, 2.5, "AA", admin1="01", admin2="009"), id="gn:25", kind="admin2")
    assert names(district, atlas) == ["Aland", "Georgia", "Orr"]
    assert names(replace(district, id="gn:27"), atlas) == ["Aland", "Georgia", "Overorr"]
    state = replace(town("Georgia", 5, 5, "AA", admin1="02"), id="gn:11", kind="admin1")
    assert names(state, atlas) == ["Aland", "Georgia"]
    assert names(replace(state, id="gn:12"), atlas) == ["Aland", "East Aland"]


def test_a_country_is_told_the_disputes_that_bear_the_name_of_the_one_that_holds_it(tmp_path):
    rows = [
        toy_layers()["disputed"][2] | {"id": f"x:{name}", "name": f"{name} (claimed)", "geometry": box(14, 4, 16, 6)}
        for name in ("Aland", "Beland", "Celand")
    ]
    atlas = Atlas(write_toy_atlas(tmp_path, disputed=rows))
    odd = Place(id="my:odd", name="Celand", kind="country", lon=15, lat=5, country="AA")
    assert names(odd, atlas) == ["Beland", "Aland", "Beland (claimed)"]


def test_of_two_countries_that_hold_a_town_of_none_the_first_by_rank_is_told(tmp_path):
    aland = toy_layers()["countries"][0]
    over = aland | {"id": "x:over", "name": "Overland", "country": "OO", "iso": "OO", "rank": 1}
    atlas = Atlas(write_toy_atlas(tmp_path, countries=[aland, over]))
    assert names(town("X", 5.5, 5, None), atlas)[0] == "Overland"


@pytest.mark.parametrize("kind", ["settlement", "suburb", "site", "admin3", "island", "physical", "water"])
def test_an_area_of_the_user_is_told_to_what_is_small_enough(tmp_path, kind):
    ward = toy_layers()["admin2"][0] | {"id": "my:ward", "places": None, "name": "Ward", "level": "own"}
    atlas = Atlas(write_toy_atlas(tmp_path, own=[ward]), own=tmp_path / "own.parquet")
    found = regions([replace(town("X", 2.5, 2.5, "AA"), kind=kind)], atlas=atlas)[0]
    expected = ["Ward"] if kind in ("settlement", "suburb", "site") else []
    assert [region.name for region in found if region.level == "own"] == expected


def test_a_town_of_no_country_on_a_border_is_told_the_first(toy_atlas):
    assert names(town("Line", 10, 2, None), toy_atlas) == ["Aland", "East Aland"]
    assert names(town("Line", 20, 2, None), toy_atlas) == ["Beland", "Beland Proper"]


def test_a_sea_has_no_regions(toy_atlas):
    sea = Place(id="ne:sea", name="Southern Sea", kind="water", lon=15, lat=-5)
    assert regions([sea], atlas=toy_atlas) == [()]


def test_a_water_filed_under_a_country_far_away_is_told_it_only_on_land(toy_atlas):
    water = Place(id="my:w", name="Mirror", kind="water", lon=15, lat=5, country="AA")
    assert names(water, toy_atlas) == ["Beland", "Aland"]
    assert names(replace(water, lat=-3), toy_atlas) == []
    assert names(replace(water, kind="physical", lat=-3), toy_atlas) == ["Aland"]


def test_a_town_just_off_the_coast_belongs_to_the_country_it_is_filed_under(toy_atlas):
    assert names(town("Quay", 9.99, -0.05, "BB"), toy_atlas) == ["Beland", "Beland Proper"]
    assert names(town("Pier", 4.9, -0.02, "AA"), toy_atlas) == ["Aland", "Georgia"]
    assert names(town("Buoy", 25, -0.02, None), toy_atlas) == ["Celand"]


def test_a_town_just_off_the_coast_of_a_disputed_area_is_told_of_it(tmp_path):
    shore = toy_layers()["disputed"][2] | {"geometry": box(28, 0, 29, 2), "name": "Shore"}
    atlas = Atlas(write_toy_atlas(tmp_path, disputed=[shore]))
    assert names(town("Quay", 28.5, -0.01, "CC"), atlas) == ["Celand", "Shore"]
    assert names(town("Rock", 28.5, -0.05, "CC"), atlas) == ["Celand"]
    assert names(town("Road", 27.995, 1, "CC"), atlas) == ["Celand"]


def test_a_town_far_out_at_sea_says_where_it_is_filed(toy_atlas):
    found = regions([town("Rig", 5, -3, "AA")], atlas=toy_atlas)[0]
    assert [(r.name, r.note) for r in found] == [
        ("Aland", "as the gazetteer files Rig; its point lies outside all boundaries")
    ]


def test_where_gazetteer_and_boundaries_disagree_both_countries_are_told(toy_atlas):
    found = regions([town("Odd", 15, 5, "AA")], atlas=toy_atlas)[0]
    assert [(r.level, r.name, r.note) for r in found] == [
        ("country", "Beland", None),
        ("country", "Aland", "as the gazetteer files Odd; the boundaries have its point in Beland"),
        ("admin1", "Beland Proper", None),
    ]


def test_near_a_border_the_gazetteers_own_codes_decide(toy_atlas):
    assert names(town("Gate", 10.03, 2, "AA", admin1="02"), toy_atlas) == ["Aland", "East Aland"]
    assert names(town("Mill", 5.02, 9, "AA", admin1="01"), toy_atlas) == ["Aland", "Georgia"]
    assert names(town("Far", 5.2, 9, "AA", admin1="01"), toy_atlas) == ["Aland", "East Aland"]


def test_a_country_is_told_itself_alone(toy_atlas):
    country = Place(id="gn:1", name="Aland", kind="country", lon=9.5, lat=5, country="AA")
    assert names(country, toy_atlas, "2010-01-01") == ["Aland"]


def test_a_corridor_is_told_all_it_crosses(toy_atlas):
    corridor = Place(id="gm:orr-corridor", name="Orr Corridor", kind="line", lon=10, lat=5, country="AA")
    assert names(corridor, toy_atlas, "2010-01-01") == ["Aland", "Beland", "East Aland", "Beland Proper", "Marches"]


def test_polygons_of_another_crs_raise(tmp_path):
    atlas = Atlas(write_toy_atlas(tmp_path, crs="EPSG:3857"))
    with pytest.raises(CRSError, match=r"countries\.parquet: polygons are in EPSG:3857, places in EPSG:4326"):
        regions([town("Springfield", 2.5, 2.5, "AA")], atlas=atlas)


def test_polygons_without_crs_raise(tmp_path):
    atlas = Atlas(write_toy_atlas(tmp_path, crs=None))
    with pytest.raises(CRSError, match="declares no coordinate reference system"):
        regions([town("Springfield", 2.5, 2.5, "AA")], atlas=atlas)


def test_a_missing_file_says_which(tmp_path):
    (write_toy_atlas(tmp_path) / "admin2.parquet").unlink()
    with pytest.raises(GeodataError, match=r"admin2\.parquet: boundary file is missing"):
        regions([town("Springfield", 2.5, 2.5, "AA")], atlas=Atlas(tmp_path))


def test_a_damaged_file_says_which(tmp_path):
    (write_toy_atlas(tmp_path) / "admin1.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(GeodataError, match=r"admin1\.parquet: boundary file is damaged"):
        regions([town("Springfield", 2.5, 2.5, "AA")], atlas=Atlas(tmp_path))


@pytest.mark.parametrize(
    ("day", "is_held"),
    [("1999", False), ("2000", True), ("2000-01", True), ("2019-12-31", True), ("2020", False), ("2020-01-01", False)],
)
def test_partial_dates_are_compared_as_far_as_they_go(day, is_held):
    assert is_valid_on(day, since="2000-01-01", until="2020-01-01") is is_held


@pytest.mark.parametrize(
    ("day", "is_held"),
    [
        ("2020-01-02", False),
        ("2020-01-02T23:59:59Z", False),
        ("2020-01-03", True),
        ("2020-01-03T00:00:00Z", True),
        ("2020-01-07T23:59:59Z", True),
        ("2020-01-08", False),
        ("2020-01-08T00:00:00Z", False),
    ],
)
def test_days_of_one_month_are_told_apart(day, is_held):
    assert is_valid_on(day, since="2020-01-03", until="2020-01-08") is is_held


REAL = [
    (
        town("Stepanakert", 46.7528, 39.8177, "AZ", admin1="61"),
        ["gn:587116", "gn:409421", "gm:nagorno-karabakh-oblast"],
    ),
    (town("Tegh", 46.48054, 39.55826, "AM", admin1="08"), ["gn:174982", "gn:409314"]),
    (town("Lachin", 46.54977, 39.63742, "AZ", admin1="28"), ["gn:587116", "gn:147626"]),
    (town("Yevlakh", 47.15, 40.6172, "AZ", admin1="68"), ["gn:587116", "gn:828307"]),
    (town("Simferopol", 34.1, 44.957, "UA"), ["gn:690791", "gn:703883", "ne:B89"]),
    (town("Mariupol", 37.55, 47.1, "UA"), ["gn:690791", "gn:709716", "gm:annexed-donetsk-oblast"]),
    (town("Gaza", 34.4668, 31.5017, "PS"), ["gn:6254930", "gn:281132", "wof:1091913297", "ne:B53"]),
    (town("Khartoum", 32.53, 15.55, "SD"), ["gn:366755", "gn:379253", "wof:1091707383"]),
    (town("Suva", 178.44, -18.14, "FJ"), ["gn:2205218", "gn:2205272"]),
    (town("Taveuni", -179.98, -16.8, "FJ"), ["gn:2205218", "gn:2199295"]),
    (town("New York", -74.006, 40.714, "US", admin1="NY"), ["gn:6252001", "gn:5128638", "gn:5128594"]),
    (town("London", -0.12, 51.5, "GB"), ["gn:2635167", "gn:6269131", "ne:1159312981"]),
    (town("Tromsø", 18.955, 69.649, "NO"), ["gn:3144096", "gn:3133897"]),
    (town("Bergen", 5.33, 60.39, "NO"), ["gn:3144096", "gn:12110600"]),
    (town("Banja Luka", 17.19, 44.78, "BA"), ["gn:3277605", "gn:3230000", "ne:1159315819"]),
    (town("Manila", 120.98, 14.6, "PH"), ["gn:1694008", "gn:7521311", "gn:1701667"]),
    (town("Kyrenia", 33.32, 35.34, "CY"), ["gn:146669", "ne:1159315789", "ne:B20"]),
    (town("Cayenne", -52.33, 4.92, "GF"), ["gn:3381670", "gn:6690605", "gn:6690606"]),
    (town("Pristina", 21.166, 42.67, "XK"), ["gn:831053", "gn:10097360", "gn:786713", "gm:dispute-xk"]),
]


@pytest.mark.geodata
@pytest.mark.parametrize(("place", "ids"), REAL, ids=[place.name for place, _ in REAL])
def test_towns_of_the_news_are_told_their_regions(atlas, place, ids):
    assert [region.id for region in regions([place], atlas=atlas, on="2023-09-23")[0]] == ids


@pytest.mark.geodata
def test_the_corridor_is_told_the_districts_it_crosses_in_order(atlas):
    corridor = Place(id="gm:lachin-corridor", name="Lachin corridor", kind="line", lon=46.6, lat=39.65, country="AZ")
    found = regions([corridor], atlas=atlas, on="2023-09-23")[0]
    assert [r.name for r in found] == [
        "Armenia", "Azerbaijan", "Syunik", "Laçın", "Şuşa", "Şuşa", "Xocalı", "Stepanakert / Xankəndi", "Nagorno-Karabakh",
    ]  # fmt: skip


@pytest.mark.geodata
def test_karabakh_changes_with_the_date_of_the_article(atlas):
    place = replace(REAL[2][0], admin1="28")
    told = {
        on: [r.id for r in regions([place], atlas=atlas, on=on)[0]][2:] for on in ("1990", "2019-05-01", "2021-05-01")
    }
    assert told == {"1990": [], "2019-05-01": ["ne:B38"], "2021-05-01": []}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("settlement", ["Aland", "Georgia", "Orr"]),
        ("admin2", ["Aland", "Georgia", "Orr"]),
        ("admin1", ["Aland", "Georgia"]),
        ("country", ["Aland"]),
        ("disputed", ["Aland"]),
        ("water", ["Aland"]),
    ],
)
def test_a_place_is_told_no_level_below_its_own(toy_atlas, kind, expected):
    assert names(replace(town("X", 2.5, 2.5, "AA"), kind=kind), toy_atlas) == expected
