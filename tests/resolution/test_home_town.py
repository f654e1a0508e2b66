"""The town that an article is about, and the names that are settled near it."""

import pytest

from geomap.gazetteer.store import FileGazetteer
from geomap.gazetteer.writer import Entry, build_gazetteer
from geomap.resolution.home_town import home_of, settle_near
from geomap.resolution.parameters import NEAR_HOME_ACCURACY
from geomap.types import Mention, Place, Resolution

KM = 1 / 111.195
"""Degrees along the equator."""


def place(place_id, name, km, *, kind="settlement", country="AA", admin1="01", population=0):
    return Place(
        id=f"gn:{place_id}",
        name=name,
        kind=kind,
        lon=round(km * KM, 6),
        lat=0.0,
        country=country,
        admin1=admin1,
        population=population,
        geonameid=place_id,
    )


HOME = place(1, "Orr", 0, population=60_000)
SUBURB = place(2, "Tarn", 59)
OUTSIDE = place(3, "Ulm", 61)
OTHER = place(4, "Vane", 900, population=60_000)
FAR_HILL = place(5, "Hill", 4_000, country="BB", population=99_999)
NEAR_HILL = place(6, "Hill", 99)
FAR_CITY = place(7, "Mole", 4_000, country="BB", population=100_000)
NEAR_MOLE = place(8, "Mole", 101)
FAR_STATE = place(9, "Paul", 4_000, kind="admin1", country="BB", population=900_000)
OWN_STATE = place(10, "Pell", 900, kind="admin1", admin1="02")
NEAR_PAUL, NEAR_PELL = place(11, "Paul", 30), place(12, "Pell", 30)
SEA = place(13, "Gulf", 4_000, kind="water", country=None, admin1=None)
FAR_FELL = place(14, "Fell", 4_000, country="BB")
SAME_COUNTRY = place(15, "Stow", 900, admin1="02")
ONLY = place(17, "Grindal", 4_000, country="BB")
FAR_FELLS = place(18, "Fell", 5_000, country="CC"), place(19, "Stow", 5_000, country="CC")
FAR_SITE = place(16, "Hall", 4_000, kind="site", country="BB")
FAMOUS = Place(id="gm:hill", name="Hill", kind="site", lon=40.0, lat=0.0, country="BB")
EVERY = (
    HOME,
    SUBURB,
    OUTSIDE,
    OTHER,
    FAR_HILL,
    NEAR_HILL,
    FAR_CITY,
    NEAR_MOLE,
    FAR_STATE,
    OWN_STATE,
    NEAR_PAUL,
    NEAR_PELL,
)
EVERY += (SEA, FAR_FELL, SAME_COUNTRY, ONLY, *FAR_FELLS)


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    path = tmp_path_factory.mktemp("home") / "gazetteer.bin"
    build_gazetteer(path, [Entry(place=each) for each in EVERY])
    with FileGazetteer(path) as opened:
        yield opened


def found(name, where, *, kind="literal", score=0.9, start=0):
    mention = Mention(start=start, end=start + len(name), text=name, kind=kind, score=score)
    match = "name" if where else None
    return Resolution(mention=mention, place=where, score=0.9, reason="known" if where else "unknown", match=match)


@pytest.mark.parametrize(
    ("named", "home", "n"),
    [
        ([HOME], HOME, 1),
        ([HOME, HOME, OTHER], HOME, 2),
        ([HOME, SUBURB, OTHER], HOME, 2),  # the town nearby speaks for it
        ([SUBURB, HOME, HOME, OTHER], HOME, 3),  # the one that is named most
        ([SUBURB, HOME, OUTSIDE], SUBURB, 3),  # the first
        ([HOME, OUTSIDE], None, 0),
        ([HOME, OTHER], None, 0),
        ([HOME, OWN_STATE, FAR_STATE, SEA], HOME, 1),  # only towns count
        ([OWN_STATE], None, 0),
        ([], None, 0),
    ],
)
def test_the_home_is_the_town_around_which_most_mentions_lie(named, home, n):
    chosen = home_of([found(each.name, each, start=i) for i, each in enumerate(named)])
    assert (chosen.place if chosen else None, chosen.n_mentions if chosen else 0) == (home, n)


def test_a_people_is_no_mention_of_a_town():
    assert home_of([found("Orr", HOME, kind="demonym")]) is None


def settled(gazetteer, name, where, *more, **mention):
    """Settle ``name``, resolved to ``where``, in an article about Orr."""
    resolutions = [found("Orr", HOME), found("Orr", HOME, start=9), *more, found(name, where, start=99, **mention)]
    return settle_near(resolutions, home_of(resolutions), gazetteer=gazetteer)[-1]


@pytest.mark.parametrize(
    ("name", "where", "near"),
    [
        ("Hill", None, NEAR_HILL),  # no place so far
        ("Hill", FAR_HILL, NEAR_HILL),  # a namesake in a country that the text does not name
        ("Paul", FAR_STATE, NEAR_PAUL),
    ],
)
def test_a_name_is_settled_at_the_place_by_the_home(gazetteer, name, where, near):
    one = settled(gazetteer, name, where)
    assert (one.place, one.match, one.score) == (near, "name", round(NEAR_HOME_ACCURACY * 0.9, 3))
    assert one.reason == "the place of this name near Orr, which the article is about"


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("Mole", FAR_CITY),  # a city is meant wherever it lies, and the other Mole is not near
        ("Pell", OWN_STATE),  # a state of the home's country
        ("Gulf", SEA),
        ("Vane", OTHER),  # in the home's state
        ("Tarn", SUBURB),
        ("Hall", FAR_SITE),
        ("Grindal", ONLY),  # the only one of its name
        ("Hill", FAMOUS),  # though a Hill is near
    ],
)
def test_what_is_large_or_in_the_home_s_state_stays(gazetteer, name, where):
    assert settled(gazetteer, name, where).place == where


@pytest.mark.parametrize(("name", "where", "country"), [("Fell", FAR_FELL, "BB"), ("Stow", SAME_COUNTRY, "AA")])
def test_a_far_hamlet_that_nothing_else_speaks_for_is_no_place(gazetteer, name, where, country):
    one = settled(gazetteer, name, where)
    assert (one.place, one.match, one.score) == (None, None, 0.1)
    assert one.reason == f"no place of this name lies where the article reports; {name} ({country}) comes closest"


@pytest.mark.parametrize(
    ("quarter_km", "town_km", "people", "beside", "chosen"),
    [
        (15, 40, 99_999, None, "gn:31"),
        (16, 40, 99_999, None, "gn:30"),  # too far for a quarter
        (15, 24, 99_999, None, "gn:30"),  # as near
        (15, 40, 100_000, None, "gn:30"),  # a city
        (15, 40, 99_999, 60, "gn:30"),  # the article names its neighbour
    ],
)
def test_a_quarter_of_the_home_is_meant_before_a_small_town_by_which_nothing_else_lies(
    tmp_path, quarter_km, town_km, people, beside, chosen
):
    town = place(30, "Dale", town_km, population=people)
    quarter = place(31, "Dale", -quarter_km, kind="suburb")
    build_gazetteer(tmp_path / "a.bin", [Entry(place=each) for each in (HOME, town, quarter)])
    more = [found("Wick", place(32, "Wick", beside), start=40)] if beside else []
    resolutions = [found("Orr", HOME), found("Orr", HOME, start=9), *more, found("Dale", town, start=99)]
    with FileGazetteer(tmp_path / "a.bin") as opened:
        one = settle_near(resolutions, home_of(resolutions), gazetteer=opened)[-1]
    assert one.place.id == chosen


def test_another_name_in_its_country_or_state_speaks_for_a_far_place(gazetteer):
    land = place(20, "Beland", 4_000, kind="country", country="BB", admin1=None)
    assert settled(gazetteer, "Fell", FAR_FELL, found("Beland", land, start=50)).place == FAR_FELL
    town = place(21, "Wick", 950, admin1="02")
    assert settled(gazetteer, "Stow", SAME_COUNTRY, found("Wick", town, start=50)).place == SAME_COUNTRY
    twice = found("Orr", HOME, start=40), found("Stow", SAME_COUNTRY, start=50)
    assert settled(gazetteer, "Stow", SAME_COUNTRY, *twice).place is None  # it does not speak for itself


def test_only_literal_names_of_some_certainty_are_settled(gazetteer):
    assert settled(gazetteer, "Hill", FAR_HILL, kind="associative").place == FAR_HILL
    assert settled(gazetteer, "Hill", None, score=0.5).place is None
    assert settled(gazetteer, "Hill", None, score=0.51).place == NEAR_HILL


def test_one_mention_makes_no_certain_home(gazetteer):
    resolutions = [found("Orr", HOME), found("Hill", None, start=9)]
    assert settle_near(resolutions, home_of(resolutions), gazetteer=gazetteer) == resolutions
    assert settle_near(resolutions, None, gazetteer=gazetteer) == resolutions
