"""Map a dataset of a million articles: ``python benchmarks/million.py DIR``, then ``geomap map DIR``.

The rows are made up, in the schema that a batch writes: four mentions an article of places drawn from the whole gazetteer,
the n-th of them with weight 1/n as in news, over three years. What is timed is what a batch does with them: adding up,
and the map. Prints seconds, the most memory so far, and the size of the map; MB of 10^6 bytes.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import time
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geomap.batch.aggregate import aggregate
from geomap.batch.dataset import Dataset, DonePart
from geomap.batch.dataset_map import dataset_map
from geomap.batch.run import Batch
from geomap.batch.schema import MentionRow, mentions_frame
from geomap.resources import Resources, open_resources
from geomap.types import Place

A_PART = 10_000
MENTIONS = 4
N_DAYS = 1_096
SAID = (
    "Families who had left {name} after the night of heavy shelling were taken to a school on the hill, officials said.",
    "In {name}, councillors voted by a narrow margin to reopen the hospital that closed eleven years ago.",
    "The road to {name} stays closed to lorries until the bridge has been looked at by engineers from the capital.",
    "A fire in a warehouse on the edge of {name} burned for nine hours before it was brought under control.",
)
EVENTS = ("fighting", None, None, "disaster")


def main() -> None:
    """Write the dataset, add it up, draw it, and print what that took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--articles", type=int, default=1_000_000)
    asked.add_argument("--places", type=int, default=200_000)
    given = asked.parse_args()
    resources = open_resources()
    began = time.process_time()
    batch = write_rows(given.folder, resources, n_articles=given.articles, n_places=given.places)
    _tell("rows written", began)
    began = time.process_time()
    summary = aggregate(batch, resources=resources)
    _tell("added up", began)
    began = time.process_time()
    html = dataset_map(given.folder, resources=resources)
    _tell("map", began)
    keys = ("n_articles", "n_mentions", "n_places", "n_regions")
    print({key: summary[key] for key in keys}, f"map {len(html.encode()) / 1e6:.2f} MB")


def _tell(what: str, began: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{what:<14} cpu {time.process_time() - began:.1f} s  peak {peak / 1e6:.0f} MB", flush=True)


def write_rows(folder: Path, resources: Resources, *, n_articles: int, n_places: int) -> Batch:
    """Write the mentions of made-up articles as the parts of a batch that is done."""
    dice = np.random.default_rng(7)
    gazetteer = resources.gazetteer
    every = [gazetteer._place(record) for record in range(len(gazetteer))]  # noqa: SLF001 - every place there is
    places = [every[i] for i in dice.permutation(len(every))[:n_places]]
    columns = _columns(places)
    typed = _typed()
    weights = 1 / (np.arange(len(places)) + 10)
    weights /= weights.sum()
    dataset = Dataset(str(folder))
    done = []
    for number, first in enumerate(range(0, n_articles, A_PART)):
        n = min(A_PART, n_articles - first)
        drawn = dice.choice(len(places), size=n * MENTIONS, p=weights)
        frame = _rows(drawn, columns, first=first, n=n, dice=dice)
        frame = frame[list(typed.columns.drop("geometry"))].astype(typed.drop(columns="geometry").dtypes)
        name = f"{number:04d}-{first + 1:09d}-made"
        buffer = io.BytesIO()
        points = gpd.points_from_xy(frame["lon"], frame["lat"], crs="EPSG:4326")
        gpd.GeoDataFrame(frame, geometry=points).to_parquet(buffer, index=False, compression="zstd")
        dataset.write(f"mentions/{name}.parquet", buffer.getvalue())
        counts = {"n_articles": n, "n_failures": 0, "n_mentions": len(frame), "n_placed": len(frame)}
        done.append(DonePart(name=name, urls=("made.jsonl",), **counts))
        dataset.write(f"parts/{name}.json", json.dumps(asdict(done[-1])).encode())
    return Batch(folder=str(folder), done=tuple(done), n_resumed=0)


def _columns(places: list[Place]) -> dict[str, np.ndarray]:
    """Return the columns of a mention that its place decides."""
    return {
        "place_id": np.array([p.id for p in places], dtype=object),
        "place_kind": np.array([p.kind for p in places], dtype=object),
        **{
            key: np.array([getattr(p, key) for p in places], dtype=object)
            for key in ("name", "feature_code", "country", "admin1", "admin2", "population", "geonameid", "lon", "lat")
        },
    }


def _typed() -> pd.DataFrame:
    """Return no mention, in the types of a batch's."""
    return mentions_frame([])


def _rows(drawn: np.ndarray, columns: dict[str, np.ndarray], *, first: int, n: int, dice: np.random.Generator) -> Any:  # noqa: ANN401
    """Return the mentions of ``n`` articles that name the drawn places, one row each, in the batch's columns."""
    row = np.repeat(np.arange(first + 1, first + n + 1), MENTIONS)
    patterns = dice.integers(len(SAID), size=len(drawn))
    names = columns["name"][drawn]
    at = [SAID[p].index("{") for p in patterns]
    days = [(date(2021, 1, 1) + timedelta(days=int(d))).isoformat() for d in dice.integers(N_DAYS, size=n)]
    missing = dict.fromkeys(MentionRow.__dataclass_fields__)
    return pd.DataFrame(
        missing
        | {key: values[drawn] for key, values in columns.items()}
        | {
            "article_id": [f"made-{r}" for r in row],
            "input": "made.jsonl",
            "row": row,
            "title": [f"Report {r}: what is known so far, and what is not" for r in row],
            "published": np.repeat(np.array(days, dtype=object), MENTIONS),
            "source": [f"Gazette {r % 97}" for r in row],
            "url": [f"https://news.example/{r}" for r in row],
            "start": at,
            "end": [a + len(name) for a, name in zip(at, names, strict=True)],
            "text": names,
            "kind": dice.choice(np.array(["literal", "literal", "associative"], dtype=object), size=len(drawn)),
            "nested": False,
            "mention_score": 0.9,
            "score": dice.uniform(0.3, 1.0, size=len(drawn)).round(3),
            "match": "name",
            "reason": "the most prominent of its name, and near the other places that the article names",
            "sentence_start": 0,
            "sentence": [SAID[p].format(name=name) for p, name in zip(patterns, names, strict=True)],
            "sentence_end": [len(SAID[p]) - 6 + len(name) for p, name in zip(patterns, names, strict=True)],
            "event": [EVENTS[p] for p in patterns],
        }
    )


if __name__ == "__main__":
    main()
