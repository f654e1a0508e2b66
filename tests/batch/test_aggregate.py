import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geomap.batch.aggregate import aggregate
from geomap.batch.run import run_batch
from geomap.resources import open_resources
from tests.batch.toy import TOY

pytestmark = [pytest.mark.enable_socket, pytest.mark.geodata]
ARTICLES = [
    {"text": "Families reach Goris. Goris is full.", "published": "2023-09-24"},
    {"text": "From Shushi to Goris.", "published": "2023-09-25T10:00:00Z"},
    {"text": "Tegh is quiet.", "published": "2023-09-25"},
    {"text": "Nowhere again."},
]


@pytest.fixture(scope="module", params=[1, 100])
def out(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch")
    source = folder / "news.jsonl"
    source.write_text("".join(json.dumps(a) + "\n" for a in ARTICLES))
    batch = run_batch([str(source)], out=str(folder / "out"), settings=TOY, workers=1, per_part=request.param)
    aggregate(batch, resources=open_resources())
    return folder / "out"


def test_places_have_one_row_each_the_most_named_first(out):
    places = gpd.read_parquet(out / "places.parquet")
    columns = ["place_id", "name", "n_mentions", "n_articles", "n_reporting", "first_published", "last_published"]
    assert places[columns].to_numpy().tolist() == [
        ["gn:1", "Goris", 3, 2, 2, "2023-09-24", "2023-09-25"],
        ["gm:3", "Shushi", 1, 1, 1, "2023-09-25", "2023-09-25"],
        ["gn:2", "Tegh", 1, 1, 1, "2023-09-25", "2023-09-25"],
    ]
    assert places.crs == "EPSG:4326"
    assert list(places.geometry.to_wkt()) == ["POINT (46.34 39.51)", "POINT (46.75 39.76)", "POINT (46.48 39.56)"]
    evidence = json.loads(places["evidence"][0])
    assert [(e["article_id"], e["sentence"]) for e in evidence] == [
        ("news.jsonl:2", "From Shushi to Goris."),
        ("news.jsonl:1", "Families reach Goris."),
    ]


def test_regions_count_articles_once_and_disputed_areas_have_rows_of_their_own(out):
    regions = gpd.read_parquet(out / "regions.parquet")
    found = {
        r["name"]: (r["level"], r["n_places"], r["n_articles"], r["n_mentions"]) for r in regions.to_dict("records")
    }
    assert found["Armenia"] == ("country", 2, 3, 4)
    assert found["Syunik"] == ("admin1", 2, 3, 4)
    assert found["Azerbaijan"] == ("country", 0, 0, 0)  # Shushi counts for the disputed area, for neither side
    assert [(r.level, r.n_articles) for r in regions.itertuples() if r.level == "disputed"] == [("disputed", 1)]
    assert set(regions.geom_type) <= {"Polygon", "MultiPolygon"}


def test_days_and_summary_count_what_the_parts_hold(out):
    days = pd.read_parquet(out / "days.parquet")
    assert [(None if pd.isna(d) else d, n) for d, n in days.itertuples(index=False)] == [
        ("2023-09-24", 1),
        ("2023-09-25", 2),
        (None, 1),
    ]
    summary = json.loads(Path(out, "summary.json").read_text())
    assert {k: summary[k] for k in ("n_articles", "n_failures", "n_mentions", "n_placed", "n_places")} == {
        "n_articles": 4,
        "n_failures": 0,
        "n_mentions": 8,
        "n_placed": 5,
        "n_places": 3,
    }


def test_duckdb_and_dask_geopandas_open_the_mentions(out):
    duckdb = pytest.importorskip("duckdb")
    dask_geopandas = pytest.importorskip("dask_geopandas")
    mentions = str(out / "mentions")
    [(n,)] = duckdb.sql(f"select count(*) from '{mentions}/*.parquet' where place_id = 'gn:1'").fetchall()  # noqa: S608
    assert n == 3
    assert len(dask_geopandas.read_parquet(mentions).compute()) == 8
