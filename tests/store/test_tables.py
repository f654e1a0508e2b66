from __future__ import annotations

from dataclasses import replace

import pytest
from shapely import Point

from geomap.store.articles import ArticleRow, StoredFile, text_digest
from geomap.store.clusters import Cluster, FirstArticle
from geomap.store.database import Library
from geomap.store.locations import Location
from geomap.store.near_duplicates import StoredSketch
from geomap.store.outputs import OutputFile, PublishedPlace
from geomap.store.readings import Reading, UnreadText
from geomap.store.reports import StoredReport
from geomap.store.sources import Source
from geomap.types import Article, Correction, GeoparsedArticle, Mention, Place, Report, Resolution

GORIS = Place(id="gn:1", name="Goris", kind="settlement", lon=46.34, lat=39.51)
SISIAN = Place(id="gn:2", name="Sisian", kind="settlement", lon=46.03, lat=39.52)
SAID = Resolution(mention=Mention(start=0, end=5, text="Goris"), place=GORIS, score=0.5, reason="why", runners_up=())
FILE = StoredFile(path="a.jsonl", size=1, mtime_ns=2, key="k", seen="2023-09-23T12:00:00Z")
CLAIMED = "https://x.example/1"


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "library.sqlite") as opened:
        yield opened


def stored(library: Library, *articles: Article, path: str = "a.jsonl") -> None:
    library.articles.put_file(replace(FILE, path=path), articles)


def cluster(number: int, **changes: object) -> Cluster:
    shown = GeoparsedArticle(
        article=Article(
            id=f"shown-{number}", text="Goris", published=f"2023-09-2{number}T10:00:00Z", page=f"p{number}"
        ),
        resolutions=(SAID,),
    )
    made = Cluster(
        id=str(number), key="k", date=f"2023-09-2{number}", listed="{}", entry=f"e{number}", fitted=(), shown=shown
    )
    return replace(made, **changes)


def report(place: Place, *, n: int) -> StoredReport:
    return StoredReport(
        report=Report(
            place=place,
            kind="literal",
            score=0.5,
            reason="why",
            regions=(),
            names=(),
            evidence=(),
            geometry=Point(place.lon, place.lat),
        ),
        n=n,
        first="1 000000000",
        articles=("1", "2"),
        joined_by="era",
        feature=b"{}",
        line=f"{place.name},{n}",
        entry=place.name.upper(),
    )


def test_an_article_is_known_by_its_row_and_its_file(library):
    one, two = Article(id="1", text="Goris"), Article(id="2", text="Sisian", url=CLAIMED)
    stored(library, one, two)
    row = ArticleRow(
        id="2",
        address=None,
        published=None,
        retrieved=None,
        digest=text_digest(two),
        file_key="k",
        seen=FILE.seen,
        claimed=CLAIMED,
        path="a.jsonl",
    )
    assert {found.id: found for found in library.articles.rows()}["2"] == row
    assert library.articles.digests() == {"1": text_digest(one), "2": text_digest(two)}
    assert (library.articles.path_of("1"), library.articles.path_of("3")) == ("a.jsonl", None)
    assert (library.articles.count(), library.articles.count_files()) == (2, 1)


def test_a_fresh_file_and_a_file_with_an_error_are_found(library):
    library.articles.put_file(FILE, [])
    assert (library.articles.has_fresh_file(), library.articles.file_errors()) == (False, [])
    library.articles.put_file(replace(FILE, path="b.txt", mtime_ns=0, error="b.txt: torn"), [])
    assert (library.articles.has_fresh_file(), library.articles.file_errors()) == (True, ["b.txt: torn"])


def test_copies_name_the_same_address_in_the_same_words(library):
    stored(library, *(Article(id=name, text="Goris", url=CLAIMED) for name in "12"))
    stored(library, Article(id="3", text="Goris"), Article(id="4", text="Sisian", url=CLAIMED), path="b.jsonl")
    assert [library.articles.copies(name) for name in "1234"] == [["2"], ["1"], [], []]
    assert [library.articles.claimed_address(name) for name in "13"] == [CLAIMED, None]


def test_a_text_is_unread_until_its_reading_is_of_the_key(library):
    article = Article(id="1", text="Goris")
    stored(library, article, Article(id="2", text="Goris"))
    digest = text_digest(article)
    assert library.readings.unread("new") == [UnreadText(article_id="1", digest=digest)]
    library.readings.put([Reading(digest=digest, key="new", places=("gn:1", "gn:2"), resolutions=(SAID,))])
    assert (library.readings.unread("new"), library.readings.places("new")) == ([], {digest: "gn:1 gn:2"})
    assert library.readings.unread("newer") == [UnreadText(article_id="1", digest=digest)]
    assert library.readings.resolutions(digest) == library.readings.resolutions_of_article("2") == (SAID,)
    assert library.readings.resolutions("unknown") == ()
    library.clusters.put(cluster(1))
    assert [library.readings.has_other_key(key) for key in ("new", "newer")] == [False, True]


def test_sketches_are_found_by_an_indexed_hash_and_places_or_address(library):
    stored(library, *(Article(id=name, text=name, url=CLAIMED if name == "1" else None) for name in "123"))
    one = StoredSketch(article_id="1", key="k", hashes=(1, 2, 9))
    two = StoredSketch(article_id="2", key="k", hashes=(2, 3, 9))
    library.near_duplicates.put(one, near=[], places="gn:1", n_indexed=2)
    library.near_duplicates.put(two, near=["1"], places="gn:2", n_indexed=2)
    assert [*library.near_duplicates.with_places((2,), places="gn:2")] == [two]
    assert [*library.near_duplicates.with_places((9,), places="gn:2")] == []
    assert [*library.near_duplicates.with_claim((2, 7), claimed=CLAIMED)] == [one]
    assert [*library.near_duplicates.with_claim((), claimed=CLAIMED)] == []
    assert (library.near_duplicates.pairs(), library.near_duplicates.keys()) == ([("2", "1")], {"1": "k", "2": "k"})
    library.near_duplicates.drop("1")
    assert (library.near_duplicates.pairs(), library.near_duplicates.keys()) == ([], {"2": "k"})


def test_clusters_come_back_in_the_order_of_dates(library):
    correction = Correction(name="Goris", place="gn:1", line=3)
    late, early = cluster(1, date="2023-09-30", fitted=(correction,)), cluster(2, listed='{"read_to":5}')
    library.clusters.put(late)
    library.clusters.put(early)
    assert [*library.clusters.shown()] == [early.shown, late.shown]
    assert (library.clusters.entries(), library.clusters.listed()) == (["e2", "e1"], ['{"read_to":5}', "{}"])
    assert library.clusters.listed_with("read_to") == ['{"read_to":5}']
    assert [(one.id, one.date, one.page) for one in library.clusters.stamps()] == [
        ("1", "2023-09-30", "p1"),
        ("2", "2023-09-22", "p2"),
    ]
    assert (library.clusters.last_day(), library.clusters.shown_ids()) == ("2023-09-22", {"shown-1", "shown-2"})
    assert library.clusters.fitted() == {correction}
    assert dict(library.clusters.fitted_by_id()) == {"1": (correction,), "2": ()}
    library.clusters.drop("1")
    assert (library.clusters.keys(), library.clusters.count()) == ({"2": "k"}, 1)


def test_a_library_without_clusters_has_no_size_and_no_day(library):
    assert (library.clusters.size(), library.clusters.last_day(), library.clusters.count()) == (0, None, 0)


def test_a_cluster_is_found_by_the_text_of_its_first_article(library):
    article = Article(id="1", text="The road to Goris")
    stored(library, article, Article(id="2", text="The road to Sisian"))
    library.clusters.put(cluster(1))
    assert (library.clusters.with_text("Goris"), library.clusters.with_text("Sisian")) == (["1"], [])
    assert [*library.clusters.first_articles()] == [FirstArticle(cluster_id="1", article=article)]


def test_a_place_is_stale_when_a_cluster_begins_or_ends_to_name_it(library):
    library.clusters.put(cluster(1))
    library.locations.put("1", [Location(place="gn:2", kind=0, score=0.5)], date="2023-09-21")
    assert library.locations.stale() == ["gn:2"]
    library.reports.replace(["gn:2"], [report(SISIAN, n=1)])
    assert library.locations.stale() == []
    library.locations.mark_all_stale()
    assert library.locations.stale() == ["gn:2"]
    library.reports.replace(["gn:2"], [])
    library.locations.drop("1")
    assert (library.locations.stale(), library.locations.count("gn:2")) == (["gn:2"], 0)


def test_the_best_mention_comes_first_and_then_the_latest(library):
    for number, (kind, score) in enumerate([(0, 0.4), (0, 0.9), (0, 0.5), (1, 1.0)], start=1):
        library.clusters.put(cluster(number))
        library.locations.put(
            str(number), [Location(place="gn:1", kind=kind, score=score)], date=f"2023-09-{30 - number}"
        )
    assert library.locations.best_clusters("gn:1", 2) == ["2", "1"]
    assert library.locations.best_clusters("gn:1", 3) == ["2", "1", "3"]
    assert sorted(library.locations.clusters("gn:1")) == ["1", "2", "3", "4"]
    assert library.locations.latest_shown_ids("gn:1", 2) == ["shown-1", "shown-2"]
    assert library.locations.first_dates() == {"gn:1": "2023-09-26"}


def test_hidden_places_are_kept_once_until_they_are_cleared(library):
    library.locations.hide(["gn:1", "gn:1"])
    assert library.locations.hidden() == {"gn:1"}
    library.locations.clear_hidden()
    assert library.locations.hidden() == set()


def test_reports_come_back_the_most_named_place_first(library):
    goris, sisian = report(GORIS, n=1), report(SISIAN, n=2)
    library.reports.replace(["gn:1", "gn:2"], [goris, sisian])
    assert library.reports.in_order() == [sisian.report, goris.report]
    assert sorted(one.place.id for one in library.reports.unordered()) == ["gn:1", "gn:2"]
    assert (library.reports.lines(), library.reports.entries()) == (["Sisian,2", "Goris,1"], ["SISIAN", "GORIS"])
    assert library.reports.features() == [b"{}", b"{}"]
    assert library.reports.articles() == {"gn:1": ["1", "2"], "gn:2": ["1", "2"]}
    assert library.reports.joined_by("era", ["gn:1", "gn:3"]) == [goris.report]
    assert library.reports.joined_by("another", ["gn:1"]) == []


def test_what_was_published_is_replaced(library):
    goris = PublishedPlace(place=GORIS, articles=("1",))
    library.outputs.put_places([goris, PublishedPlace(place=SISIAN, articles=())])
    moved = replace(goris, place=replace(GORIS, lon=46.4))
    library.outputs.put_places([moved])
    assert library.outputs.places() == {"gn:1": moved}
    files = {"index.html": OutputFile(key="k", size=1), "pages/a.html": OutputFile(key="k", size=2)}
    library.outputs.put_files(files)
    files = {"index.html": OutputFile(key="l", size=1)}
    library.outputs.put_files(files)
    assert library.outputs.files() == files


def test_cached_values_are_dropped_by_key_kind_or_prefix(library):
    library.cache.put({"page 1": b"", "shape v1 a": b"a", "shape v1 b": b"b", "shape v2 a": b"c"})
    assert (library.cache.get("page 1"), library.cache.get("page 2")) == (b"", None)
    library.cache.drop_other_prefixes("shape", "shape v1 ")
    assert library.cache.with_prefix("shape ") == {"shape v1 a": b"a", "shape v1 b": b"b"}
    library.cache.drop(["shape v1 a"])
    library.cache.drop_kind("page")
    assert library.cache.with_prefix("") == {"shape v1 b": b"b"}


def test_only_the_feeds_that_failed_have_an_error(library):
    library.sources.put(Source(url="https://x.example/b", error="gone"))
    library.sources.put(Source(url="https://x.example/a"))
    assert library.sources.errors() == ["gone"]
