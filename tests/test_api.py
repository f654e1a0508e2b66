"""The functions of ``geomap``: what they take, what they refuse, and the map that they return."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from pathlib import Path

import folium
import geopandas as gpd
import pandas as pd
import pytest

import geomap
from geomap import Article, ArticleError, ArticleNotFound, GeoparsedArticle, NothingLocated
from geomap.types import Mention, Resolution

pytestmark = pytest.mark.geodata

TEXT = "Families from Stepanakert reached Goris on Sunday."
OTHER = "Shells fell on Aleppo."
STEPANAKERT, GORIS, ALEPPO = "gn:146970", "gn:174895", "gn:170063"
MISSING = "there is no such file; check the path"
AS_TEXT = f"{MISSING}, or give an article's text as text="


def ids(story: geomap.StoryMap) -> list[str]:
    return [one.article.id for one in story.articles]


def places(story: geomap.StoryMap) -> list[str]:
    return [place.id for place in story.places]


@pytest.fixture(scope="module")
def story():
    return geomap.map(text=TEXT, title="The road")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "two words.txt").write_text(OTHER)
    return tmp_path


def test_a_text_is_geoparsed_as_an_article_called_text():
    done = geomap.geoparse(TEXT)
    assert done.article == Article(id="text", text=TEXT)
    assert [(r.mention.text, r.place.id) for r in done.resolutions] == [("Stepanakert", STEPANAKERT), ("Goris", GORIS)]
    assert geomap.geoparse(Article(id="text", text=TEXT)) == done
    assert geomap.geoparse(TEXT, resources=geomap.open_resources()) == done


def test_a_text_whose_first_line_is_a_headline_has_a_title():
    done = geomap.geoparse(f"Families reach Goris tonight\n\n{TEXT}")
    assert done.article.title == "Families reach Goris tonight"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (Path("a.txt"), "a.txt: is a path, not a text; load its articles with geomap.load_articles"),
        ("", "the text: is empty; give the article's text"),
        (" \n", "the text: is empty; give the article's text"),
        (None, "geoparse takes an Article or its text, not an object of type NoneType"),
        (b"Goris", "geoparse takes an Article or its text, not an object of type bytes"),
        ([TEXT], "geoparse takes an Article or its text, not an object of type list"),
        ("Goris \ud800", 'the text: its "text" has a lone surrogate; fix the escape sequence'),
        ("a" * 10_000_001, "the text: is longer than 10 million characters; split the article"),
    ],
)
def test_what_is_no_text_is_not_geoparsed(given, error):
    with pytest.raises(ArticleError) as told:
        geomap.geoparse(given)
    assert str(told.value) == error


def test_a_map_is_made_of_one_text_or_of_several(story):
    assert (ids(story), places(story)) == (["text"], [STEPANAKERT, GORIS])
    several = geomap.map(text=[TEXT, OTHER])
    assert (ids(several), places(several)) == (["text:1", "text:2"], [STEPANAKERT, GORIS, ALEPPO])
    assert ids(geomap.map(text=iter([OTHER]))) == ["text:1"]


def test_a_map_is_made_of_paths(folder):
    assert ids(geomap.map("a.txt")) == ["a.txt"]
    assert ids(geomap.map(Path("two words.txt"))) == ["two words.txt"]
    assert ids(geomap.map("two words.txt")) == ["two words.txt"]
    assert ids(geomap.map(str(folder))) == ["a.txt", "two words.txt"]
    assert ids(geomap.map(["a.txt", Path("two words.txt")])) == ["a.txt", "two words.txt"]


def test_a_map_is_made_of_articles_of_every_kind_and_none_shares_an_id(folder):
    article = Article(id="a.txt", text=OTHER)
    mixed = geomap.map(iter(["a.txt", article, geomap.geoparse(article)]))
    assert ids(mixed) == ["a.txt", "a.txt#2", "a.txt#3"]
    assert [[e.article_id for e in report.evidence] for report in mixed.reports] == [
        ["a.txt"],
        ["a.txt"],
        ["a.txt#2", "a.txt#3"],
    ]
    assert ids(geomap.map(article)) == ids(geomap.map(geomap.geoparse(article))) == ["a.txt"]
    assert ids(geomap.map(geomap.load_articles("a.txt"))) == ["a.txt"]


def test_a_map_is_made_of_a_data_frame():
    frame = pd.DataFrame({"text": [TEXT, OTHER], "title": [None, "Shelling"]}, index=[7, 7])
    story = geomap.map(frame)
    assert (story.title, ids(story), places(story)) == ("Shelling", ["row:1", "row:2"], [STEPANAKERT, GORIS, ALEPPO])


@pytest.mark.parametrize(
    ("given", "kind", "error"),
    [
        ({}, ArticleError, "geomap.map takes either articles or text=; give exactly one of the two"),
        ({"articles": None}, ArticleError, "geomap.map takes either articles or text=; give exactly one of the two"),
        (
            {"articles": "a.txt", "text": TEXT},
            ArticleError,
            "geomap.map takes either articles or text=; give exactly one of the two",
        ),
        ({"articles": []}, ArticleError, "there are no articles; give at least one"),
        ({"text": []}, ArticleError, "there are no articles; give at least one"),
        ({"articles": pd.DataFrame({"text": []})}, ArticleError, "there are no articles; give at least one"),
        (
            {"articles": ""},
            ArticleError,
            "the path of the article is empty; give the path of a file, or the article itself as text=",
        ),
        ({"text": ""}, ArticleError, "the text: is empty; give the article's text"),
        ({"text": b"Goris"}, ArticleError, "the text: is of type bytes; give a string"),
        ({"text": 3}, ArticleError, "the text: is of type int; give a string"),
        ({"text": [TEXT, None]}, ArticleError, "text 2: is of type NoneType; give a string"),
        *(
            (
                {"articles": given},
                ArticleError,
                f"an object of type {name} is not an article; give paths, Articles or a DataFrame, or use text=",
            )
            for given, name in [
                (b"a.txt", "bytes"),
                ([b"a.txt"], "bytes"),
                ([None], "NoneType"),
                (3, "int"),
                ({"text": TEXT}, "dict"),
                ([["a.txt"]], "list"),
            ]
        ),
        ({"articles": TEXT}, ArticleNotFound, f"{TEXT}: {AS_TEXT}"),
        ({"articles": [TEXT]}, ArticleNotFound, f"{TEXT}: {AS_TEXT}"),
        ({"articles": "Goris\nTegh\n" * 20}, ArticleNotFound, f"{('Goris Tegh ' * 20)[:79]}…: {AS_TEXT}"),
        ({"articles": "x" * 5_000}, ArticleNotFound, f"{'x' * 79}…: {AS_TEXT}"),
        ({"articles": "See https://example.org/ now"}, ArticleNotFound, f"See https://example.org/ now: {AS_TEXT}"),
        ({"articles": "no.txt"}, ArticleNotFound, f"no.txt: {MISSING}"),
        ({"articles": geomap.load_articles("no.txt")}, ArticleNotFound, f"no.txt: {MISSING}"),
        (
            {"articles": "https://example.org/a"},
            ArticleError,
            "https://example.org/a: is a URL, which is not fetched here; save the page and give the file",
        ),
        ({"articles": "a\0b"}, ArticleError, "a b: no file can have this name; check the path"),
        ({"articles": "\ud800"}, ArticleError, " : no file can have this name; check the path"),
        (
            {"articles": "x" * 500},
            ArticleError,
            f"{'x' * 500}: cannot be read (File name too long); check its permissions",
        ),
        ({"text": "Nothing happened."}, NothingLocated, "no place was located in the articles; do they name places?"),
    ],
)
def test_what_no_map_can_be_made_of_is_reported_in_one_line(folder, given, kind, error):
    with pytest.raises(geomap.GeomapError) as told:
        geomap.map(**given)
    assert (type(told.value), str(told.value)) == (kind, error)


def test_a_map_is_shown_in_one_line(story):
    assert repr(story) == "StoryMap(title='The road', n_places=2, n_articles=1)"
    long = replace(story, title="\n" + "a" * 100)
    assert repr(long) == rf"StoryMap(title='\n{'a' * 38}…', n_places=2, n_articles=1)"


def test_an_article_is_shown_in_one_line(story):
    text = "Shells\u2028fell on Goris. " * 20_000
    article = Article(id="i" * 100, text=text, title="t" * 100)
    assert repr(article) == (
        f"Article(id='{'i' * 39}…', title='{'t' * 39}…', "
        r"text='Shells\u2028fell on Goris. Shells\u2028fell on Go…', n_characters=440000)"
    )
    assert repr(Article(id="a", text="")) == "Article(id='a', title=None, text='', n_characters=0)"
    unplaced = Resolution(mention=Mention(start=0, end=6, text="Shells"), place=None, score=1.0, reason="")
    placed = replace(unplaced, place=story.places[0])
    done = GeoparsedArticle(article=replace(article, id="a"), resolutions=(placed, unplaced, placed))
    assert repr(done) == "GeoparsedArticle(id='a', n_mentions=3, n_placed=2)"


def test_other_libraries_take_the_map_as_features(story):
    collection = story.__geo_interface__
    assert collection == json.loads(story.export("geojson"))
    assert (collection["type"], collection["bbox"]) == ("FeatureCollection", [46.34168, 39.51111, 46.7528, 39.8177])
    assert [(one["id"], one["geometry"]) for one in collection["features"]] == [
        (STEPANAKERT, {"type": "Point", "coordinates": [46.7528, 39.8177]}),
        (
            f"{STEPANAKERT}/movement/1",
            {"type": "LineString", "coordinates": [[46.7528, 39.8177], [46.34168, 39.51111]]},
        ),
        (GORIS, {"type": "Point", "coordinates": [46.34168, 39.51111]}),
    ]
    assert gpd.GeoDataFrame.from_features(story)["place_id"].tolist() == [STEPANAKERT, STEPANAKERT, GORIS]
    assert folium.GeoJson(story).data == collection


def test_explore_is_an_ordinary_folium_map(story):
    assert type(story.explore()) is folium.Map
    without_ids = [
        re.sub(r"[0-9a-f]{32}", "", page.get_root().render()) for page in (story.explore(), story.to_folium())
    ]
    assert without_ids[0] == without_ids[1]


@pytest.mark.parametrize(
    ("old", "new"), [("open_world", "open_resources"), ("read", "geoparse"), ("read_articles", "load_articles")]
)
def test_an_old_name_is_the_new_function_and_warns(old, new):
    with pytest.warns(DeprecationWarning, match=rf"^geomap\.{old} is called geomap\.{new} now$") as told:
        assert getattr(geomap, old) is getattr(geomap, new)
    assert [one.filename for one in told] == [__file__]


def test_world_is_taken_for_resources_and_warns():
    resources = geomap.open_resources()
    with pytest.warns(DeprecationWarning, match=r"^world= is called resources= now$") as told:
        story = geomap.map(text=TEXT, world=resources)
    assert story.resources is resources
    assert [one.filename for one in told] == [__file__]
    with pytest.warns(DeprecationWarning, match=r"^world= is called resources= now$"):
        done = geomap.geoparse(TEXT, world=resources)
    assert done == geomap.geoparse(TEXT)
    with pytest.raises(TypeError, match="unexpected keyword argument 'world'"):
        geomap.map(text=TEXT, world=resources, resources=resources)


def test_the_new_names_do_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        geomap.map(text=TEXT, resources=geomap.open_resources())
