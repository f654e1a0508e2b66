import pytest

from geomap.regions import regions
from geomap.vocabulary import Place


def town(name, lon, lat, country):
    return Place(id=f"my:{name}", name=name, kind="settlement", lon=lon, lat=lat, country=country)


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("place", "names"),
    [
        (town("Stepanakert", 46.753, 39.818, "AZ"), ["Azerbaijan", "Stepanakert", "Nagorno-Karabakh"]),
        (town("Tegh", 46.4805, 39.5583, "AM"), ["Armenia", "Syunik"]),
        (town("Simferopol", 34.1, 44.957, "UA"), ["Ukraine", "Crimea", "Crimea"]),
        (town("Gaza", 34.4668, 31.5017, "PS"), ["Palestinian Territory", "Gaza Strip", "Gaza", "Gaza Strip"]),
        (town("New York", -74.006, 40.714, "US"), ["United States", "New York", "New York County"]),
        (town("Suva", 178.44, -18.14, "FJ"), ["Fiji", "Central"]),
    ],
)
def test_a_town_is_told_its_country_province_district_and_disputed_area(atlas, place, names):
    assert [region.name for region in regions([place], atlas=atlas, on="2023-09-23")[0]] == names
