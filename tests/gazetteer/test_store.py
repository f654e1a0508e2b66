from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from statistics import median

import pytest

from geomap.errors import GeodataError, PlaceNotFound
from geomap.gazetteer.store import FileGazetteer
from geomap.gazetteer.writer import Entry, build_gazetteer
from geomap.geodesy import sphere_km
from geomap.manifest import open_geodata
from geomap.types import Name, Place
from tests.support.toy import toy_entries


def ids(found):
    return [(c.place.id, c.match) for c in found]


def test_every_place_comes_back_as_it_went_in(toy_gazetteer):
    assert [toy_gazetteer.place(e.place.id) for e in toy_entries()] == [e.place for e in toy_entries()]
    assert len(toy_gazetteer) == len(toy_entries())


def test_lookup_gives_the_most_prominent_first(toy_gazetteer):
    assert ids(toy_gazetteer.lookup("springfield")) == [("gn:22", "name"), ("gn:21", "name")]
    assert ids(toy_gazetteer.lookup("GEORGIA")) == [("gn:11", "name"), ("gn:24", "name")]
    assert ids(toy_gazetteer.lookup("Springfield", limit=1)) == [("gn:22", "name")]
    assert ids(toy_gazetteer.lookup("Springfield", country="aa")) == [("gn:21", "name")]


def test_a_town_of_the_very_name_comes_before_one_that_others_call_so(tmp_path):
    towns = [
        ("gn:1", "Gori", 42_000, "Goris"),
        ("gn:2", "Goris", 18_000, "Gorus"),
        ("gn:3", "Gorizia", 500_000, "Goris"),
    ]
    build_gazetteer(
        tmp_path / "towns.bin",
        [
            Entry(
                place=Place(
                    id=id_, name=name, kind="settlement", lon=0.0, lat=0.0, population=people, geonameid=int(id_[3:])
                ),
                names=(Name(text=other),),
            )
            for id_, name, people, other in towns
        ],
    )
    with FileGazetteer(tmp_path / "towns.bin") as gazetteer:
        assert ids(gazetteer.lookup("Goris")) == [("gn:3", "alternate"), ("gn:2", "name"), ("gn:1", "alternate")]


def test_lookup_meets_accents_alternates_and_demonyms(toy_gazetteer):
    assert ids(toy_gazetteer.lookup("Saint Elan")) == [("gn:23", "name")]
    found = toy_gazetteer.lookup("шентелан")
    assert [(c.place.id, c.name, c.match) for c in found] == [("gn:23", "Шентелан", "alternate")]
    assert [(c.name, c.match) for c in toy_gazetteer.lookup("Alandic")] == [("Alandic", "demonym")]
    assert toy_gazetteer.lookup("Atlantis") == ()
    assert toy_gazetteer.lookup("") == ()


@pytest.mark.parametrize(
    ("written", "place_id"),
    [
        ("the Southern Sea", "ne:sea-southern"),
        ("Aland’s", "gn:1"),
        ("St. Élan's", "gn:23"),
        ("Orr County", "gn:25"),
        ("County of Orr", "gn:25"),
        ("northern Beland", "gn:2"),
        ("Aland State", "gn:1"),
    ],
)
def test_lookup_tries_variants_of_an_unknown_name(toy_gazetteer, written, place_id):
    assert ids(toy_gazetteer.lookup(written)) == [(place_id, "variant")]


def test_a_generic_word_keeps_to_its_kind(toy_gazetteer):
    assert toy_gazetteer.lookup("Springfield River") == ()


def test_fuzzy_finds_one_typo_and_only_when_asked(toy_gazetteer):
    for typo in ("Sprngfield", "Springfeild", "Springfielt", "Springgfield"):
        assert toy_gazetteer.lookup(typo) == ()
        assert ids(toy_gazetteer.lookup(typo, fuzzy=True)) == [("gn:22", "fuzzy"), ("gn:21", "fuzzy")]
    assert toy_gazetteer.lookup("Springfxxld", fuzzy=True) == ()
    assert toy_gazetteer.lookup("Orb", fuzzy=True) == ()


def test_knows_matches_names_and_no_variants(toy_gazetteer):
    known = [
        n for n in ("Orr", "orr corridor", "Stepanakert", "Alandic", "the Orr", "Or", "") if toy_gazetteer.knows(n)
    ]
    assert known == ["Orr", "orr corridor", "Stepanakert", "Alandic"]


def test_names_come_with_notes_languages_and_scripts(toy_gazetteer):
    assert toy_gazetteer.names("wof:31") == (Name(text="Xankəndi"), Name(text="Stepanakert", note="former"))
    assert toy_gazetteer.names("gn:23") == (Name(text="Saint-Élan"), Name(text="Шентелан", language="und-Cyrl"))


def test_near_gives_the_nearest_first(toy_gazetteer):
    assert [p.id for p in toy_gazetteer.near(12.05, 2.0, km=20)] == ["gn:22", "gn:23"]
    assert [p.id for p in toy_gazetteer.near(12.05, 2.0, km=20, limit=1)] == ["gn:22"]
    assert toy_gazetteer.near(-170.0, 60.0, km=100) == ()


def test_near_crosses_the_date_line_and_the_pole(tmp_path):
    entries = toy_entries()
    for entry, lon, lat in zip(entries, (179.95, -179.95, 10.0), (0.0, 0.0, 89.99), strict=False):
        object.__setattr__(entry.place, "lon", lon)
        object.__setattr__(entry.place, "lat", lat)
    build_gazetteer(tmp_path / "g.bin", entries)
    with FileGazetteer(tmp_path / "g.bin") as gazetteer:
        assert {p.id for p in gazetteer.near(180.0, 0.0, km=10)} == {"gn:1", "gn:2"}
        assert [p.id for p in gazetteer.near(-100.0, 90.0, km=10)] == ["gn:3"]


@pytest.mark.parametrize("place_id", ["gn:999", "gn:abc", "gn:", "ne:nowhere", "zz:1", "", "gn:-1"])
def test_an_unknown_id_raises(toy_gazetteer, place_id):
    with pytest.raises(PlaceNotFound, match="no place has this id"):
        toy_gazetteer.place(place_id)


def test_the_same_entries_give_the_same_bytes_in_any_order_and_memory(tmp_path):
    entries = toy_entries()
    build_gazetteer(tmp_path / "one.bin", entries)
    random.Random(3).shuffle(entries)  # noqa: S311
    build_gazetteer(tmp_path / "two.bin", entries, rows_in_memory=2)
    assert (tmp_path / "one.bin").read_bytes() == (tmp_path / "two.bin").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.bin", "two.bin"]


def test_two_places_of_one_id_are_refused_and_the_old_file_stays(tmp_path):
    path = tmp_path / "g.bin"
    build_gazetteer(path, toy_entries())
    before = path.read_bytes()
    with pytest.raises(ValueError, match="two places have the id gn:1"):
        build_gazetteer(path, [*toy_entries(), toy_entries()[0]])
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"nothing", b"geomap gazetteer 1\n\xff\xff\xff\x7f{}"])
def test_a_file_that_is_no_gazetteer_is_refused(tmp_path, content):
    path = tmp_path / "g.bin"
    path.write_bytes(content)
    with pytest.raises(GeodataError, match=r"g\.bin"):
        FileGazetteer(path)
    with pytest.raises(GeodataError, match=r"missing\.bin"):
        FileGazetteer(tmp_path / "missing.bin")


def test_a_truncated_gazetteer_is_refused(tmp_path, toy_path):
    path = tmp_path / "g.bin"
    path.write_bytes(toy_path.read_bytes()[:-10])
    with pytest.raises(GeodataError, match="reinstall"):
        FileGazetteer(path)


def test_threads_may_share_it(toy_path):
    with FileGazetteer(toy_path) as gazetteer, ThreadPoolExecutor(8) as pool:
        names = ["Springfield", "Georgia", "Шентелан", "Alandic", "Xankendi"] * 200
        found = list(pool.map(lambda n: ids(gazetteer.lookup(n)), names))
        assert found == [ids(gazetteer.lookup(n)) for n in names]


@pytest.fixture(scope="module")
def world():
    with FileGazetteer(open_geodata().path("gazetteer.bin")) as gazetteer:
        yield gazetteer


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("written", "country", "kind", "place_id", "lon", "lat"),
    [
        ("Tegh", "AM", "settlement", "gn:174743", 46.48054, 39.55826),
        ("Stepanakert", None, "settlement", "gn:146970", 46.7528, 39.8177),
        ("Khankendi", None, "settlement", "gn:146970", 46.7528, 39.8177),
        ("Yevlakh", None, "settlement", "gn:584649", 47.15014, 40.61832),
        ("Berdzor", None, "settlement", "gn:147625", 46.54977, 39.63742),
        ("Lachin", "AZ", "settlement", "gn:147625", 46.54977, 39.63742),
        ("Lachin Corridor", None, "line", "gm:lachin-corridor", 46.5498, 39.6374),
        ("Nagorno-Karabakh", None, "disputed", "gn:409410", 46.58333, 40.0),
        ("Karabakh", None, "disputed", "gn:409410", 46.58333, 40.0),
        ("Armenia", None, "country", "gn:174982", 45.0, 40.25),
        ("the Black Sea", None, "water", "ne:sea-black-sea", 34.15893, 43.25184),
        ("New York City", "US", "settlement", "gn:5128581", -74.00597, 40.71427),
        ("Paris", "FR", "settlement", "gn:2988507", 2.3488, 48.85341),
        ("Gaza", "PS", "settlement", "gn:281133", 34.46672, 31.50161),
    ],
)
def test_the_world_holds_each_place_once(world, written, country, kind, place_id, lon, lat):
    found = [c.place for c in world.lookup(written, country=country) if c.place.kind == kind]
    near = [p for p in found if abs(p.lon - lon) < 0.25 and abs(p.lat - lat) < 0.25]
    assert [(p.id, p.lon, p.lat) for p in near] == [(place_id, lon, lat)]


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("written", "place_id"),
    [
        ("Lachin District", "gn:147626"),
        ("Lachin rayon", "gn:147626"),
        ("Kashatagh", "gn:147626"),
        ("Shusha District", "gn:147163"),
        ("Lankaran District", "gn:147613"),
        ("Aghdam rayon", "gn:148617"),
        ("Donetsk Oblast", "gn:709716"),
        ("Kherson region", "gn:706442"),
        ("Idlib Governorate", "gn:169387"),
        ("Aleppo province", "gn:170062"),
        ("Hasakah Governorate", "gn:173813"),
        ("Raqqa province", "gn:172957"),
        ("Suwayda Governorate", "gn:172410"),
        ("Syunik Province", "gn:409314"),
        ("North Kivu", "gn:206938"),
        ("Tigray region", "gn:444187"),
        ("Cook County", "gn:4888671"),
        ("Goris", "gn:174895"),
    ],
)
def test_the_first_place_of_a_name_is_the_one_that_is_meant(world, written, place_id):
    assert world.lookup(written, limit=1)[0].place.id == place_id


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("written", "country", "place_id", "kind", "admin1"),
    [
        ("Decatur County", "US", "gn:4191127", "admin2", "GA"),
        ("Dravograd", "SI", "gn:3201252", "admin1", "25"),
        ("Pembroke Parish", "BM", "gn:3573095", "admin1", "05"),
        ("Fort McCoy", "US", "us:zip-32134", "settlement", "FL"),
    ],
)
def test_small_units_and_postal_places_are_there(world, written, country, place_id, kind, admin1):
    place = world.lookup(written, country=country, limit=1)[0].place
    assert (place.id, place.kind, place.admin1) == (place_id, kind, admin1)


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("written", "country", "kind", "lon", "lat"),
    [
        ("Harehills", "GB", "suburb", -1.511, 53.811),  # quarters
        ("Gomti Nagar", "IN", "suburb", 81.0, 26.852),
        ("Hanover Park", "ZA", "suburb", 18.53, -33.99),
        ("Bab al-Azizia", "LY", "suburb", 13.17, 32.88),
        ("Tajoura", "LY", "settlement", 13.35, 32.88),  # villages, and a spelling of reports
        ("Minova", "CD", "settlement", 29.02, -1.71),
        ("Hart Island", "US", "island", -73.77, 40.854),  # natural features
        ("Lake Wallenpaupack", "US", "water", -75.23, 41.41),
        ("Teesta", None, "water", 89.7, 25.43),
        ("Yosemite", "US", "site", -119.5, 37.83),
        ("Stade de France", "FR", "site", 2.36, 48.924),  # facilities
        ("Zamzam", "SD", "site", 25.308, 13.494),
        ("Palais des Nations", "CH", "site", 6.14, 46.227),
        ("Karl Bremer Hospital", "ZA", "site", 18.61, -33.89),
        ("Florida Atlantic University", "US", "site", -80.1, 26.37),
        ("Grand Coulee Dam", "US", "site", -118.98, 47.96),
        ("Zaporizhzhia Nuclear Power Plant", "UA", "site", 34.585, 47.512),
        ("Manhattan Regional Airport", "US", "site", -96.67, 39.14),
    ],
)
def test_quarters_villages_facilities_and_features_are_there(world, written, country, kind, lon, lat):
    found = [c.place for c in world.lookup(written, country=country) if c.place.kind == kind]
    near = [p for p in found if sphere_km(p.lon, p.lat, lon, lat) < 5]
    assert len(near) == 1, found


@pytest.mark.geodata
@pytest.mark.parametrize("town", ["Mellit", "Kosti"])
def test_no_other_district_has_a_town_s_name(world, town):
    """Who's On First gives districts of Sudan the names of their neighbours' seats."""
    found = [c.place for c in world.lookup(town) if c.place.country == "SD"]
    seat = next(p for p in found if p.kind == "settlement")
    assert [p.name for p in found if sphere_km(p.lon, p.lat, seat.lon, seat.lat) > 60] == []


@pytest.mark.geodata
@pytest.mark.parametrize(
    "word", ["The", "Friday", "That", "Hospital", "Federal Medical Centre", "General Hospital", "Wijk 05", "1. Mayıs"]
)
def test_words_blocks_and_common_names_are_no_places(world, word):
    assert [c.place.id for c in world.lookup(word) if c.match == "name" and not c.place.population] == []


@pytest.mark.geodata
def test_an_airport_has_no_state_s_name(world):
    assert {c.place.kind for c in world.lookup("Cornwall")} & {"site"} == set()
    assert world.lookup("Heathrow", limit=1)[0].place.name == "London Heathrow Airport"


@pytest.mark.geodata
def test_a_name_has_few_candidates(world):
    """Every name of the test's own places: the median is what ranking costs."""
    names = [place.name for place in islice(world.places(), 0, 40_000, 40)]
    assert median(len(world.lookup(name)) for name in names) <= 7


@pytest.mark.geodata
@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [
        ("Ohio River", -89.13, 36.98),  # into the Mississippi at Cairo, Illinois
        ("Neches River", -93.87, 29.97),  # into Sabine Lake
        ("Kura River", 49.37, 39.35),  # into the Caspian
        ("Cauvery River", 79.85, 10.95),  # into the Bay of Bengal: the easternmost arm drawn
        ("Volga River", 48.0, 46.1),  # into its delta
    ],
)
def test_the_point_of_a_river_is_its_mouth(gazetteer, name, lon, lat):
    place = gazetteer.lookup(name)[0].place
    assert place.feature_code == "STM"
    assert sphere_km(place.lon, place.lat, lon, lat) < 60


@pytest.mark.parametrize(
    ("source", "people", "known"), [("wof", 100_000, 0), ("wof", 99_999, 99_999), ("gn", 100_000, 100_000)]
)
def test_a_town_that_is_in_whos_on_first_alone_has_no_great_population(tmp_path, source, people, known):
    number = 7 if source == "gn" else None
    place = Place(
        id=f"{source}:7", name="Tripoli", kind="settlement", lon=0.0, lat=0.0, population=people, geonameid=number
    )
    build_gazetteer(tmp_path / "a.bin", [Entry(place=place)])
    with FileGazetteer(tmp_path / "a.bin") as gazetteer:
        assert [p.population for p in gazetteer.places()] == [known]
