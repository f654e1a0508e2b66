import json
import re

import pytest

from geomap.batch.dataset import is_dataset
from geomap.batch.inputs import plan
from geomap.batch.mapping import dataset_map
from geomap.batch.run import run_batch
from geomap.batch.totals import add_up
from geomap.errors import OutputError
from geomap.pipeline import open_world
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
        world = open_world()
        self.geodata, self.atlas, self.gazetteer = world.geodata, world.atlas, self

    def names(self, _place_id):
        return ()


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch")
    source = folder / "news.jsonl"
    source.write_text("".join(json.dumps(a) + "\n" for a in ARTICLES))
    assert len(list(plan([str(source)], per_part=3))) == 2
    batch = run_batch([str(source)], out=str(folder / "out"), settings=TOY, workers=1, per_part=3)
    add_up(batch, world=open_world())
    return folder / "out"


@pytest.fixture(scope="module")
def page(out):
    html = dataset_map(out, world=Real())
    return json.loads(re.search(r'<script type="application/json" id="geomap-data">(.*?)</script>', html, re.DOTALL)[1])


def test_the_strongest_places_are_told_with_their_sentences(page):
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
        dataset_map(tmp_path, world=Real())
