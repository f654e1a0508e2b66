"""Where the story is, on reports of a made-up country."""

from geomap.annotation.focus import focus
from geomap.types import Evidence, Mention, Place, Region, Report

LAND = Region(id="c", name="Aland", level="country", country="AA")
STATE = Region(id="s", name="North", level="admin1", country="AA")
ORR = Region(id="d1", name="Orr", level="admin2", country="AA")
ELM = Region(id="d2", name="Elm", level="admin2", country="AA")
ABROAD = Region(id="b", name="Beland", level="country", country="BB")


def report(name, *regions, n=1, kind="literal", place_kind="settlement", score=1.0):
    mention = Mention(start=0, end=len(name), text=name, kind=kind)
    said = Evidence(article_id="1", start=0, end=len(name), text=name, mention=mention)
    return Report(
        place=Place(id=name, name=name, kind=place_kind, lon=0, lat=0),
        kind=kind,
        score=score,
        reason="",
        regions=regions,
        names=(),
        evidence=(said,) * n,
    )


def summary(*reports):
    found = focus(reports)
    return found and (found.place.name, found.region and found.region.name, found.score)


def test_the_smallest_region_that_holds_most_is_the_focus():
    assert summary(
        report("Springfield", LAND, STATE, ORR, n=3),
        report("Elmton", LAND, STATE, ELM, n=1),
        report("Bel", ABROAD, n=1),
    ) == ("Springfield", "Orr", 0.6)


def test_a_story_spread_over_districts_is_in_their_state():
    assert summary(report("A", LAND, STATE, ORR, n=2), report("B", LAND, STATE, ELM, n=2), report("Bel", ABROAD)) == (
        "A",
        "North",
        0.8,
    )


def test_a_government_abroad_weighs_less_than_where_it_happened():
    assert summary(report("Bel", ABROAD, n=4, kind="associative"), report("A", LAND, STATE, ORR)) == ("A", "Orr", 0.556)


def test_a_country_lies_in_no_district_and_yields_to_a_town():
    assert summary(report("Aland", LAND, STATE, ORR, n=5, place_kind="country"), report("A", LAND, STATE, ELM)) == (
        "A",
        "Aland",
        1.0,
    )


def test_two_countries_alike_leave_no_region():
    assert summary(report("A", LAND, n=1), report("Bel", ABROAD, n=1)) == ("A", None, 0.5)


def test_nothing_located_has_no_focus():
    assert summary() is None
