from __future__ import annotations

import hashlib
from itertools import permutations

import pytest

from geomap.project.near_duplicates import (
    INDEXED,
    MIN_WORDS,
    SHINGLE,
    SKETCH,
    THRESHOLD,
    VERSION_THRESHOLD,
    ArticleKey,
    cluster_articles,
    find_near_duplicates,
    similarity,
    sketch,
)
from geomap.store.articles import StoredFile, text_digest
from geomap.store.database import Library
from geomap.store.near_duplicates import StoredSketch
from geomap.store.readings import Reading
from geomap.types import Article

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
    old = ArticleKey(id="a", address="https://x.example/1", published="2023-09-23", retrieved="2023-09-23T10:00:00Z")
    new = ArticleKey(id="b", address="https://x.example/1", published="2023-09-23", retrieved="2023-09-23T12:00:00Z")
    assert cluster_articles([old, new], []) == ((new, old),)


def test_the_last_fetch_counts_though_the_clock_was_put_back():
    old = ArticleKey(id="a", address="https://x.example/1", retrieved="2033-09-23T12:00:00Z", nth=4)
    new = ArticleKey(id="b", address="https://x.example/1", retrieved="2023-09-23T12:00:00Z", nth=7)
    assert cluster_articles([old, new], []) == ((new, old),)


def test_a_claimed_address_makes_versions_of_twins_alone():
    old = ArticleKey(id="a", address="../a.html", claimed="https://x.example/1", retrieved="2023-09-23T10:00:00Z")
    new = ArticleKey(id="b", address="../b.html", claimed="https://x.example/1", retrieved="2023-09-23T12:00:00Z")
    assert cluster_articles([old, new], []) == ((old,), (new,))
    assert cluster_articles([old, new], [("a", "b")]) == ((new, old),)


def test_of_the_same_text_elsewhere_the_first_published_is_shown():
    first = ArticleKey(id="b", address="https://x.example/1", published="2023-09-22")
    later = ArticleKey(id="a", address="https://y.example/1", published="2023-09-23")
    undated = ArticleKey(id="0")
    assert cluster_articles([later, undated, first], [("a", "b"), ("0", "a")]) == ((first, later, undated),)


def test_the_order_of_what_is_given_does_not_matter():
    told = [
        ArticleKey(id=c, address="https://x.example/1" if c in "ad" else None, retrieved=f"2023-09-2{n}")
        for n, c in enumerate("abcde")
    ]
    ways = {cluster_articles(order, [("b", "c")]) for order in permutations(told)}
    assert len(ways) == 1
    assert [[t.id for t in story] for story in ways.pop()] == [["d", "a"], ["b", "c"], ["e"]]


def test_a_sketch_is_the_smallest_hashes_of_five_words_in_a_row_ascending():
    shingles = [" ".join(f"w{n}" for n in range(i, i + 5)) for i in range(36)]
    hashes = sorted(int.from_bytes(hashlib.blake2b(one.encode(), digest_size=7).digest()) for one in shingles)
    assert sketch(", ".join(f"W{n}" for n in range(40))) == tuple(hashes)
    assert len(sketch(" ".join(f"w{n}" for n in range(131)))) == 127
    assert len(sketch(" ".join(f"w{n}" for n in range(133)))) == 128


def test_a_text_of_forty_words_is_compared_and_one_of_thirty_nine_is_not():
    assert [len(sketch(" ".join(f"w{n}" for n in range(size)))) for size in (39, 40)] == [0, 36]


def test_similarity_is_the_share_of_the_smallest_of_both_that_is_in_both():
    assert similarity((1, 2, 3, 4), (1, 2, 3, 5)) == 0.75
    assert similarity((1, 2, 3, 4), (3, 4, 5, 6)) == 0.5
    assert similarity((1, 2, 3, 4, 5, 6), (1, 9)) == 0.5
    assert similarity((1, 3), (2, 3)) == 0.0
    assert similarity((1, 2), ()) == 0.0


def test_the_thresholds_tell_one_story_from_two():
    assert (THRESHOLD, VERSION_THRESHOLD, SKETCH, INDEXED, SHINGLE, MIN_WORDS) == (0.8, 0.5, 128, 8, 5, 40)


def test_the_age_of_an_article_is_its_day_then_its_fetch_then_its_id_unknown_last():
    assert ArticleKey(id="a").age == ("9", "9", "a")
    assert ArticleKey(id="a", published="2023", retrieved="2024").age == ("2023", "2024", "a")
    late = ArticleKey(id="a", published="2023-09-22", retrieved="2023-09-24")
    early = ArticleKey(id="b", published="2023-09-22", retrieved="2023-09-23")
    assert cluster_articles([late, early], [("a", "b")]) == ((early, late),)


def test_stories_come_by_the_least_id_and_twins_that_are_not_there_join_nothing():
    c, b, a = (ArticleKey(id=one) for one in "cba")
    assert cluster_articles([c, b, a], [("a", "gone"), ("gone", "b"), ("c", "a")]) == ((a, c), (b,))


def test_a_chain_of_twins_is_one_story():
    told = [ArticleKey(id=one) for one in "edcba"]
    (story,) = cluster_articles(told, [("d", "e"), ("c", "d"), ("b", "c"), ("a", "b")])
    assert [one.id for one in story] == ["a", "b", "c", "d", "e"]


def test_older_versions_come_after_those_that_count_by_age():
    old = [ArticleKey(id=f"o{n}", address="x", published=f"2023-09-0{n}", nth=9 - n) for n in (3, 1, 2)]
    other = ArticleKey(id="z", address="y", published="2023-09-09", nth=20)
    (story,) = cluster_articles([*old, other], [("o1", "z")])
    assert [one.id for one in story] == ["o1", "z", "o2", "o3"]


def test_of_two_fetches_in_one_order_the_later_and_then_the_greater_id_counts():
    one, two, three = (ArticleKey(id=i, address="x", retrieved=r) for i, r in (("b", "1"), ("a", "2"), ("c", "2")))
    assert cluster_articles([one, two, three], []) == ((three, one, two),)
    undated = ArticleKey(id="z", address="x")
    assert cluster_articles([one, undated], []) == ((one, undated),)


def test_an_article_without_an_address_is_a_version_of_itself_alone():
    a, b = ArticleKey(id="a", nth=2), ArticleKey(id="b", nth=1)
    assert cluster_articles([a, b], [("a", "b")]) == ((a, b),)


URL = "https://x.example/1"


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "library.sqlite") as opened:
        yield opened


def put_reading(
    library: Library, *articles: Article, places: tuple[str, ...] = ("gn:1", "gn:2"), key: str = "key"
) -> None:
    """Store a reading of each text that has these places."""
    digests = map(text_digest, articles)
    library.readings.put([Reading(digest=one, key=key, places=places, resolutions=()) for one in digests])


def put(library: Library, *articles: Article, places: tuple[str, ...] = ("gn:1", "gn:2")) -> None:
    """Store articles, a file each, and a reading of each text that has these places."""
    for one in articles:
        file = StoredFile(path=f"{one.id}.txt", size=1, mtime_ns=2, key="k", seen="2023-09-23T12:00:00Z")
        library.articles.put_file(file, [one])
    put_reading(library, *articles, places=places)


def put_sketch(library: Library, article: Article, hashes: tuple[int, ...], *, places: str) -> None:
    """Store an article that has been compared already, with this sketch."""
    put(library, article)
    stored = StoredSketch(article_id=article.id, key=text_digest(article) + "key", hashes=hashes)
    library.near_duplicates.put(stored, near=[], places=places, n_indexed=INDEXED)


def test_texts_that_share_their_words_and_their_places_are_twins(library):
    elsewhere = "GORIS (Agency) - " + BODY.rsplit(". ", 1)[0] + "."
    first = Article(id="a", text=BODY)
    put(library, first, Article(id="b", text=elsewhere), Article(id="c", text=BODY[::-1]))
    put(library, Article(id="d", text=BODY + " So it was said."), places=("gn:1",))
    find_near_duplicates(library, key="key")
    assert library.near_duplicates.pairs() == [("b", "a")]
    stored = StoredSketch(article_id="a", key=text_digest(first) + "key", hashes=sketch(BODY))
    assert stored in library.near_duplicates.with_places(sketch(BODY)[7:8], places="gn:1 gn:2")
    put(library, Article(id="0", text="The end. " + BODY))
    find_near_duplicates(library, key="key")
    assert sorted(library.near_duplicates.pairs()) == [("0", "a"), ("0", "b"), ("b", "a")]


def test_an_article_is_compared_again_where_its_reading_is_another(library):
    articles = [Article(id="a", text=BODY), Article(id="b", text=BODY.upper())]
    put(library, *articles)
    find_near_duplicates(library, key="another")
    assert library.near_duplicates.keys() == {}
    for key in ("key", "key", "another"):
        put_reading(library, *articles, key=key)
        find_near_duplicates(library, key=key)
        assert library.near_duplicates.keys() == {one.id: text_digest(one) + key for one in articles}
        assert library.near_duplicates.pairs() == [("b", "a")]


@pytest.mark.parametrize(
    ("url", "places", "n_shared", "is_near"),
    [
        (None, "gn:1 gn:2", 8, True),
        (None, "gn:1 gn:2", 7, False),
        (None, "gn:1", 8, False),
        (URL, "gn:1", 5, True),
        (URL, "gn:1", 4, False),
    ],
)
def test_twins_share_eight_of_ten_hashes_and_versions_of_an_address_half(library, url, places, n_shared, is_near):
    hashes = (*sketch(BODY)[:n_shared], *range(2**56, 2**56 + 10 - n_shared))
    put_sketch(library, Article(id="a", text="Goris", url=url), hashes, places=places)
    put(library, Article(id="b", text=BODY, url=url))
    find_near_duplicates(library, key="key")
    assert library.near_duplicates.pairs() == ([("b", "a")] if is_near else [])


@pytest.mark.parametrize(("url", "places"), [(None, "gn:1 gn:2"), (URL, "gn:1")])
@pytest.mark.parametrize(("n_missing", "is_near"), [(7, True), (8, False)])
def test_only_the_eight_smallest_hashes_are_looked_up(library, url, places, n_missing, is_near):
    put_sketch(library, Article(id="a", text="Goris", url=url), sketch(BODY)[n_missing:], places=places)
    put(library, Article(id="b", text=BODY, url=url))
    find_near_duplicates(library, key="key")
    assert library.near_duplicates.pairs() == ([("b", "a")] if is_near else [])


def test_short_texts_are_twins_where_they_are_the_same_and_claim_one_address(library):
    put(library, *(Article(id=one, text="Rain fell in Goris.", url=URL) for one in "ab"))
    put(library, Article(id="c", text="Rain fell in Goris."), Article(id="d", text="Snow fell in Goris.", url=URL))
    find_near_duplicates(library, key="key")
    assert library.near_duplicates.pairs() == [("b", "a")]
