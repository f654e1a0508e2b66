from __future__ import annotations

from itertools import permutations

from geomap.project.near_duplicates import Told, similarity, sketch, stories

BODY = (
    "Families reached the town of Goris on Sunday after a night on the only road out of the mountains, the council said. "
    "They were given bread, blankets and a place in the school, whose gymnasium holds two hundred beds. More are expected "
    "before dawn, and the hospital has called back its nurses. The road beyond the bridge stays closed to lorries, and the "
    "bus company sends every vehicle that it has left. Nobody could say how many would come, or how long they would stay."
)


def test_an_agency_line_and_a_cut_ending_leave_a_text_the_same_story():
    elsewhere = "GORIS (Agency) - " + BODY.rsplit(". ", 1)[0] + "."
    assert similarity(sketch(BODY), sketch(elsewhere)) >= 0.8
    assert similarity(sketch(BODY), sketch(BODY.upper())) == 1.0


def test_another_text_of_the_same_subject_is_another_story():
    other = " ".join(reversed(BODY.split()))
    assert similarity(sketch(BODY), sketch(other)) == 0.0


def test_a_short_text_is_like_nothing():
    assert sketch("A tremor was felt in Goris.") == ()
    assert similarity((), sketch(BODY)) == 0.0


def test_versions_of_one_address_are_one_story_and_the_last_is_shown():
    old = Told(id="a", address="https://x.example/1", published="2023-09-23", retrieved="2023-09-23T10:00:00Z")
    new = Told(id="b", address="https://x.example/1", published="2023-09-23", retrieved="2023-09-23T12:00:00Z")
    assert stories([old, new], []) == ((new, old),)


def test_the_last_fetch_counts_though_the_clock_was_put_back():
    old = Told(id="a", address="https://x.example/1", retrieved="2033-09-23T12:00:00Z", nth=4)
    new = Told(id="b", address="https://x.example/1", retrieved="2023-09-23T12:00:00Z", nth=7)
    assert stories([old, new], []) == ((new, old),)


def test_a_claimed_address_makes_versions_of_twins_alone():
    old = Told(id="a", address="../a.html", claimed="https://x.example/1", retrieved="2023-09-23T10:00:00Z")
    new = Told(id="b", address="../b.html", claimed="https://x.example/1", retrieved="2023-09-23T12:00:00Z")
    assert stories([old, new], []) == ((old,), (new,))
    assert stories([old, new], [("a", "b")]) == ((new, old),)


def test_of_the_same_text_elsewhere_the_first_published_is_shown():
    first = Told(id="b", address="https://x.example/1", published="2023-09-22")
    later = Told(id="a", address="https://y.example/1", published="2023-09-23")
    undated = Told(id="0")
    assert stories([later, undated, first], [("a", "b"), ("0", "a")]) == ((first, later, undated),)


def test_the_order_of_what_is_given_does_not_matter():
    told = [
        Told(id=c, address="https://x.example/1" if c in "ad" else None, retrieved=f"2023-09-2{n}")
        for n, c in enumerate("abcde")
    ]
    ways = {stories(order, [("b", "c")]) for order in permutations(told)}
    assert len(ways) == 1
    assert [[t.id for t in story] for story in ways.pop()] == [["d", "a"], ["b", "c"], ["e"]]
