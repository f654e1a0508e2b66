"""Movements of a sentence, by hand-made mentions."""

import pytest
from shapely import LineString

from geomap.annotation.movements import find_movements
from geomap.types import Evidence, Mention, Place, Quantity, Resolution, When

GORIS = Place(id="g", name="Goris", kind="settlement", lon=46.34, lat=39.51)
LACHIN = Place(id="l", name="Lachin Corridor", kind="line", lon=46.5, lat=39.6)
STEPANAKERT = Place(id="s", name="Stepanakert", kind="settlement", lon=46.75, lat=39.82)
YEREVAN = Place(id="y", name="Yerevan", kind="settlement", lon=44.51, lat=40.18)
PLACES = {"Goris": GORIS, "Lachin": LACHIN, "Stepanakert": STEPANAKERT, "Yerevan": YEREVAN}
TRUCKS = Quantity(text="ten trucks", value=10.0, unit="trucks")
MONDAY = When(start="2026-11-09", end="2026-11-09", text="on Monday")


def _found(text, *routes, quantities_at=None):
    """Return the mentions (name, end of the route) of one sentence, the quantity and the day told at one of them."""
    pairs = []
    for name, end in routes:
        start = text.index(name)
        mention = Mention(start=start, end=start + len(name), text=name, role="route", role_probability=0.8, route=end)
        told = {"quantities": (TRUCKS,), "when": MONDAY} if name == quantities_at else {}
        evidence = Evidence(article_id="a", start=0, end=len(text), text=text, mention=mention, **told)
        pairs.append((Resolution(mention=mention, place=PLACES[name], score=0.9, reason=""), evidence))
    return pairs


def _routes(found, line=None):
    movements = find_movements(found, line_of=lambda place: line if place.kind == "line" else None)
    return [[stop.name for stop in movement.stops] for movement in movements]


def test_a_movement_goes_from_its_start_over_its_way_to_its_end_whatever_the_order_of_the_words():
    text = "A convoy reached Stepanakert through Lachin after it had left Goris."
    found = _found(text, ("Stepanakert", "to"), ("Lachin", "via"), ("Goris", "from"))
    assert _routes(found) == [["Goris", "Lachin", "Stepanakert"]]


def test_two_starts_are_two_movements_and_ends_that_follow_each_other_are_one():
    both = _found("They fled Goris and Lachin for Yerevan.", ("Goris", "from"), ("Lachin", "from"), ("Yerevan", "to"))
    assert _routes(both) == [["Goris", "Yerevan"], ["Lachin", "Yerevan"]]
    on = _found("From Stepanakert he was taken to Goris and then to Yerevan.", ("Stepanakert", "from"), ("Goris", "to"), ("Yerevan", "to"))  # fmt: skip
    assert _routes(on) == [["Stepanakert", "Goris", "Yerevan"]]
    apart = _found("Buses go from Stepanakert to Goris and Yerevan.", ("Stepanakert", "from"), ("Goris", "to"), ("Yerevan", "to"))  # fmt: skip
    assert _routes(apart) == [["Stepanakert", "Goris"], ["Stepanakert", "Yerevan"]]


def test_one_end_alone_is_no_movement():
    assert _routes(_found("A convoy left Goris.", ("Goris", "from"))) == []
    assert _routes(_found("They reached Yerevan through Lachin.", ("Yerevan", "to"), ("Lachin", "via"))) == []


@pytest.mark.parametrize("told_at", ["Goris", "Stepanakert"])
def test_the_day_and_the_count_are_those_of_the_sentence_wherever_they_are_told(told_at):
    text = "Ten trucks left Goris for Stepanakert on Monday."
    found = _found(text, ("Goris", "from"), ("Stepanakert", "to"), quantities_at=told_at)
    (movement,) = find_movements(found, line_of=lambda _: None)
    assert (movement.when, movement.quantities, movement.probability) == (MONDAY, (TRUCKS,), 0.8)


def test_a_corridor_is_followed_from_its_nearer_end():
    found = _found("From Goris over Lachin to Stepanakert.", ("Goris", "from"), ("Lachin", "via"), ("Stepanakert", "to"))  # fmt: skip
    line = LineString([(46.7, 39.8), (46.5, 39.6), (46.4, 39.5)])
    (movement,) = find_movements(found, line_of=lambda place: line if place.kind == "line" else None)
    assert movement.path == ((46.34, 39.51), (46.4, 39.5), (46.5, 39.6), (46.7, 39.8), (46.75, 39.82))


def test_a_long_way_is_a_geodesic_that_does_not_jump_at_the_antimeridian():
    suva = Place(id="f", name="Goris", kind="settlement", lon=178.44, lat=-18.14)
    apia = Place(id="w", name="Yerevan", kind="settlement", lon=-171.77, lat=-13.83)
    found = [
        (Resolution(mention=r.mention, place=place, score=0.9, reason=""), e)
        for (r, e), place in zip(_found("From Goris to Yerevan.", ("Goris", "from"), ("Yerevan", "to")), (suva, apia), strict=True)
    ]  # fmt: skip
    (movement,) = find_movements(found, line_of=lambda _: None)
    lons = [lon for lon, _ in movement.path]
    assert (lons[0], round(lons[-1], 2), len(lons)) == (178.44, 188.23, 6)
    assert lons == sorted(lons)
