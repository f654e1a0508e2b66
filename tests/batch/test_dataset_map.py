import json
import re
import shutil
from dataclasses import replace

import pytest

from geomap.batch.aggregate import aggregate
from geomap.batch.dataset import Dataset, is_dataset
from geomap.batch.dataset_map import MAX_PLACES, MAX_SHAPES, dataset_map
from geomap.batch.partitions import Part, plan
from geomap.batch.run import Batch, run_batch
from geomap.batch.schema import Outcome, mention_rows
from geomap.errors import NothingLocated, OutputError
from geomap.map_types import MapOptions
from geomap.resources import open_resources
from geomap.text.normalize import fold_letters
from geomap.types import Article, GeoparsedArticle, Mention, Resolution
from tests.batch.toy import TOY

pytestmark = [pytest.mark.enable_socket, pytest.mark.geodata]
ARTICLES = [
    {"id": "one", "title": "To Goris", "text": "Families reach Goris. Goris is full.", "published": "2023-09-24"},
    {"id": "two", "text": "Shushi and Goris.", "published": "2023-09-25T10:00:00Z"},
    {"id": "two", "text": "Tegh </script><script>alert(1)</script> is quiet.", "published": "2023-09-25", "url": "https://e.org/"},
    {"text": "Nowhere again."},
]  # fmt: skip


class Real:
    """The real world, but for the names of places that only the toy reading knows."""

    def __init__(self):
        resources = open_resources()
        self.geodata, self.atlas, self.gazetteer = resources.geodata, resources.atlas, self

    def names(self, _place_id):
        return ()


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch")
    source = folder / "news.jsonl"
    source.write_text("".join(json.dumps(a) + "\n" for a in ARTICLES))
    assert len(list(plan([str(source)], per_part=3))) == 2
    batch = run_batch([str(source)], out=str(folder / "out"), settings=TOY, workers=1, per_part=3)
    aggregate(batch, resources=open_resources())
    return folder / "out"


@pytest.fixture(scope="module")
def page(out):
    html = dataset_map(out, resources=Real())
    return json.loads(re.search(r'<script type="application/json" id="geomap-data">(.*?)</script>', html, re.DOTALL)[1])


def test_the_strongest_places_are_shown_with_their_sentences(page):
    assert page["title"] == "4 articles"
    told = [(p["id"], p["nArticles"], [e["t"] for e in p["evidence"]]) for p in page["places"]]
    assert told == [
        ("gn:1", 2, ["Shushi and Goris.", "Families reach Goris."]),
        ("gm:3", 1, ["Shushi and Goris."]),
        ("gn:2", 1, ["Tegh </script><script>alert(1)</script> is quiet."]),
    ]
    assert [(a["id"], a.get("title"), a.get("url")) for a in page["articles"]] == [
        ("two#0", None, None),
        ("one#1", "To Goris", None),
        ("two#2", None, "https://e.org/"),
    ]


def test_totals_count_all_articles_by_region_day_and_cell(page):
    totals = page["totals"]
    assert (totals["articles"], totals["places"]) == (4, 3)
    assert totals["days"] == [["2023-09-24", 1], ["2023-09-25", 2]]
    names = {r["id"]: (r["name"], r["level"]) for r in page["regions"]}
    counts = {names[key]: n for key, n in totals["regions"].items()}
    assert counts["Armenia", "country"] == 3
    assert ("Azerbaijan", "country") not in counts
    assert [n for (_, level), n in counts.items() if level == "disputed"] == [1]
    assert totals["cell"] == 0.05
    assert sorted(n for *_, n in totals["cells"]) == [1, 1, 2]
    assert {s["region"]["level"] for s in page["shapes"]} - {"admin2"} == {"country", "admin1", "disputed"}


def test_a_folder_without_a_summary_is_no_dataset(out, tmp_path):
    assert is_dataset(out)
    assert not is_dataset(tmp_path)
    with pytest.raises(OutputError, match="is it the folder of a finished batch"):
        dataset_map(tmp_path, resources=Real())


@pytest.mark.slow
def test_the_map_of_many_places_stays_small_with_many_sentences(tmp_path):
    resources = open_resources()
    places = [p for lon in range(-170, 180, 10) for p in resources.gazetteer.near(lon, 48, km=350, limit=90)]
    assert len(places) > 1500
    article = Article(
        id="a" * 9000, text="", title="t" * 9000, published="2023-09-24", source="s" * 9000, url="u" * 9000
    )
    found = []
    for row, place in enumerate([p for p in places for _ in range(3)], 1):
        sentence = f"{place.name} {'said ' * 110}"
        mention = Mention(start=0, end=len(place.name), text=place.name)
        resolution = Resolution(mention=mention, place=place, score=0.9, reason="r" * 200)
        read = GeoparsedArticle(article=replace(article, text=sentence), resolutions=(resolution,))
        found.append(Outcome(row=row, mentions=tuple(mention_rows(read, source="news.jsonl", row=row))))
    part = Part(urls=("news.jsonl",), form="jsonl", first=1, n=len(found), digest="")
    done = Dataset(str(tmp_path)).write_part("one", part, found)
    summary = aggregate(Batch(folder=str(tmp_path), done=(done,), n_resumed=0), resources=resources)
    assert summary["n_places"] == len({p.id for p in places})
    html = dataset_map(tmp_path, resources=resources)
    assert len(html.encode()) < 5_000_000
    data = json.loads(re.search(r'id="geomap-data">(.*?)</script>', html, re.DOTALL)[1])
    assert (len(data["places"]), len(data["shapes"])) == (MAX_PLACES, min(MAX_SHAPES, len(data["shapes"])))
    assert {(len(a["title"]), len(a["source"]), a.get("url")) for a in data["articles"]} == {(300, 300, None)}


def test_a_batch_that_finds_no_place_is_a_dataset_and_no_map(tmp_path):
    source = tmp_path / "news.jsonl"
    source.write_text('{"text": "Nowhere again."}\n')
    batch = run_batch([str(source)], out=str(tmp_path / "out"), settings=TOY, workers=1)
    summary = aggregate(batch, resources=open_resources())
    assert (summary["n_articles"], summary["n_places"], summary["n_regions"]) == (1, 0, 0)
    with pytest.raises(NothingLocated, match="the dataset has no place; do its articles name places"):
        dataset_map(tmp_path / "out", resources=Real())


def test_a_batch_whose_every_article_failed_is_a_dataset_and_no_map(tmp_path):
    source = tmp_path / "news.jsonl"
    source.write_text("oops\n")
    batch = run_batch([str(source)], out=str(tmp_path / "out"), settings=TOY, workers=1)
    summary = aggregate(batch, resources=open_resources())
    assert (summary["n_articles"], summary["n_failures"], summary["n_places"]) == (0, 1, 0)
    with pytest.raises(NothingLocated):
        dataset_map(tmp_path / "out", resources=Real())


VILLAGES = [
    {"id": "tegh-1", "title": "Tegh: calm", "text": "Goris and Tegh are calm, tegh most. SHUSHI, Goris: Nowhere fell.", "published": "2023-09-24", "source": "tegh.example", "url": "https://e.org/tegh"},
    {"id": "two", "title": "Gori\u0300s", "text": "A road leads to Goris past GORIS and TEGH.", "published": "2023-09-25"},
    {"id": "three", "title": "TEGH", "text": "Shushi waits; https://e.org/shushi-1 says so.", "published": "2023-09-25", "url": "https://e.org/shu"},
]  # fmt: skip


@pytest.fixture(scope="module")
def villages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("villages")
    source = folder / "news.jsonl"
    source.write_text("".join(json.dumps(a) + "\n" for a in VILLAGES))
    batch = run_batch([str(source)], out=str(folder / "out"), settings=TOY, workers=1, per_part=2)
    aggregate(batch, resources=open_resources())
    return folder / "out"


def data_of(html):
    return json.loads(re.search(r'id="geomap-data">(.*?)</script>', html, re.DOTALL)[1])


@pytest.mark.parametrize("finest", ["admin2", "admin1", "country"])
def test_a_map_that_may_show_only_regions_names_no_village(villages, finest):
    html = dataset_map(villages, resources=open_resources(), options=MapOptions(max_precision=finest))
    base = re.compile(
        r'"labels":\[\[.*?\]\]|"(lakes|rivers|regions|shape)":\{.*?\}|"(land|world|worldBorders|admin1|line)":\{.*?\}'
    )
    said = fold_letters(base.sub("", re.search(r'id="geomap-data">(.*?)</script>', html, re.DOTALL)[1]))
    named = {fold_letters(region["name"]) for region in data_of(html)["regions"]}
    for name in {"goris", "tegh", "shushi", "nowhere"} - named:
        assert name not in said, name
    for point in ("46.34", "39.51", "46.48", "39.56", "46.75", "39.76"):
        assert f":{point}" not in html
    assert [word for word in ("e.org", "tegh-1", "news.jsonl", 'gn:1"', "gm:3") if word in html] == []


def test_a_map_of_states_counts_articles_and_withholds_what_is_finer(villages):
    page = data_of(dataset_map(villages, resources=open_resources(), options=MapOptions(max_precision="admin1")))
    told = [(p["name"], p["kind"], p["nArticles"], [e["t"] for e in p["evidence"]]) for p in page["places"]]
    assert told == [
        ("Syunik", "admin1", 2, [
            "[place in Syunik] and [place in Syunik] are calm, [place withheld] most.",
            "A road leads to [place in Syunik] past [place withheld] and [place withheld].",
        ]),
        ("Nagorno-Karabakh", "disputed", 1, ["[place in Nagorno-Karabakh] waits; [place withheld] says so."]),
    ]  # fmt: skip
    assert sorted((a["id"], a.get("title"), a.get("source"), a.get("url")) for a in page["articles"]) == [
        ("article-1", "[place withheld]: calm", None, None),
        ("three#2", "[place withheld]", None, None),
        ("two#1", "[place withheld]", None, None),
    ]
    totals = page["totals"]
    assert ("cells" in totals, totals["places"], totals["articles"]) == (False, 2, 3)
    assert {s["region"]["level"] for s in page["shapes"]} == {"disputed", "admin1", "country"}


def test_a_map_of_countries_gives_a_disputed_area_to_no_side_and_counts_nothing_in_it(villages):
    page = data_of(dataset_map(villages, resources=open_resources(), options=MapOptions(max_precision="country")))
    assert [(p["name"], p["nArticles"]) for p in page["places"]] == [("Armenia", 2)]
    names = {s["region"]["id"]: s["region"]["name"] for s in page["shapes"]}
    assert {names[key]: n for key, n in page["totals"]["regions"].items()} == {"Armenia": 2}


def test_without_the_mentions_of_a_dataset_its_map_cannot_be_protected(villages, tmp_path):
    shutil.copytree(villages, tmp_path / "out")
    next((tmp_path / "out" / "parts").iterdir()).unlink()
    with pytest.raises(OutputError, match="parts of the dataset are missing"):
        dataset_map(tmp_path / "out", resources=open_resources(), options=MapOptions(max_precision="admin1"))
