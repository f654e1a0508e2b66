"""Aggregate a dataset by place, region and day, part by part, so that memory does not grow with its size."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from geomap.batch.dataset import IN_THIS_THREAD, Dataset
from geomap.types import Place, Region

if TYPE_CHECKING:
    import geopandas as gpd

    from geomap.batch.run import Batch
    from geomap.resources import Resources

SENTENCES_PER_PLACE = 3
"""Sentences that are stored for a place: the strongest, from different articles."""
PARTS_AT_ONCE = 16
"""Parts whose counts are concatenated before they are summed."""
ROWS_AT_ONCE = 10_000
"""Rows per Parquet row group, and sentences that are converted to JSON at once: one place at a time costs milliseconds each,
all at once a gigabyte."""

_PLACE = [
    "place_id", "name", "place_kind", "feature_code", "country", "admin1", "admin2", "population", "geonameid", "lon", "lat",
]  # fmt: skip
_REGION = [field.name for field in fields(Region)]
_ARTICLE = ["input", "row"]
ROLE = ("role", "role_probability", "route", "relation")
"""Columns of what a mention does in the news; with its kind they say whether something is reported there."""
_EVIDENCE = [
    "place_id", "reported", "score", "published", *_ARTICLE, "article_id", "title", "source", "url", "article_part", "start", "end", "text",
    "kind", *ROLE, "reason", "correction", "sentence_start", "sentence_end", "sentence", "event",
]  # fmt: skip


def aggregate(batch: Batch, *, resources: Resources) -> dict[str, object]:
    """Write the places, regions, days and summary of a finished batch; return the summary.

    Places are joined to the regions that contain them on the day of the last article.
    """
    dataset = Dataset(batch.folder)
    names = [part.name for part in batch.done]
    counts, days, evidence = _sums(dataset, names)
    last = max((day for day in days["day"] if day), default=None)
    held_by = _held_by(counts, resources, last)
    _write(dataset, "places.parquet", _places(counts, evidence, held_by))
    regions = _regions(dataset, names, held_by, resources)
    _write(dataset, "regions.parquet", regions)
    buffer = io.BytesIO()
    days.to_parquet(buffer, index=False)
    dataset.write("days.parquet", buffer.getvalue())
    summary = _summary(batch, len(counts), len(regions), days, resources)
    dataset.write("summary.json", (json.dumps(summary, indent=1, ensure_ascii=False) + "\n").encode())
    return summary


def frames_of(dataset: Dataset, names: Sequence[str], columns: list[str]) -> Iterator[pd.DataFrame]:
    """Yield the mentions of each part, with the number of the part in the column ``part``."""
    for number, name in enumerate(names):
        frame = pd.read_parquet(io.BytesIO(dataset.read(f"mentions/{name}.parquet")), columns=columns, **IN_THIS_THREAD)
        yield frame.assign(part=number)


def is_reported(mentions: pd.DataFrame) -> pd.Series[bool]:
    """Return for each mention whether something is reported there, as ``Evidence.is_reported``."""
    role = mentions["role"]
    is_scene = role.isna() | role.isin(["scene", "route"])
    is_beside = (role == "reference") & mentions["relation"].notna()
    return (mentions["kind"] == "literal") & (is_scene | is_beside)


def _sums(dataset: Dataset, names: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the counts of each place, the articles of each day, and the strongest sentences of each place."""
    columns = sorted({*_PLACE, *_EVIDENCE} - {"reported"})
    counts: list[pd.DataFrame] = []
    days: list[pd.DataFrame] = []
    evidence: list[pd.DataFrame] = []
    for frame in frames_of(dataset, names, columns):
        frame["reported"] = is_reported(frame)
        days.append(_days(frame))
        placed = frame[frame["place_id"].notna()]
        counts.append(_counts(placed))
        evidence.append(_strongest(placed[_EVIDENCE]))
        if len(counts) >= PARTS_AT_ONCE:
            counts, days, evidence = [_added(counts)], [_added_days(days)], [_strongest(pd.concat(evidence))]
    return _added(counts), _added_days(days), _strongest(pd.concat(evidence))


def _counts(placed: pd.DataFrame) -> pd.DataFrame:
    """Return one row per place: its record, the numbers of mentions and articles, the first and the last day."""
    by_place = placed.groupby("place_id", sort=False)
    articles = placed.drop_duplicates(["place_id", *_ARTICLE]).groupby("place_id").size()
    reported = placed[placed["reported"]].drop_duplicates(["place_id", *_ARTICLE]).groupby("place_id").size()
    found = placed.drop_duplicates("place_id")[_PLACE].set_index("place_id")
    found["n_mentions"] = by_place.size()
    found["n_articles"] = articles
    found["n_reporting"] = reported.reindex(found.index, fill_value=0)
    found["first_published"] = by_place["published"].min().str[:10]
    found["last_published"] = by_place["published"].max().str[:10]
    return found.reset_index()


def _added(counts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the summed counts of places, the most named first; no article is in two parts, so the counts can be added."""
    every = pd.concat(list(counts), ignore_index=True)
    by_place = every.groupby("place_id", sort=False)
    found = every.drop_duplicates("place_id")[_PLACE].set_index("place_id")
    for column in ("n_mentions", "n_articles", "n_reporting"):
        found[column] = by_place[column].sum()
    found["first_published"] = by_place["first_published"].min()
    found["last_published"] = by_place["last_published"].max()
    return found.reset_index().sort_values(["n_articles", "n_mentions", "place_id"], ascending=[False, False, True])


def _days(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row per day of publication: the number of articles with a mention; None for undated articles."""
    articles = frame.drop_duplicates(_ARTICLE)
    day = articles["published"].str[:10]
    return day.groupby(day, dropna=False).size().rename_axis("day").reset_index(name="n_articles")


def _added_days(days: Iterable[pd.DataFrame]) -> pd.DataFrame:
    every = pd.concat(list(days), ignore_index=True)
    found = every.groupby("day", dropna=False)["n_articles"].sum().reset_index()
    found["day"] = found["day"].astype(object).where(found["day"].notna(), None)
    return found


def _strongest(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the strongest sentences of each place: those that report from it first, then by score, then the latest."""
    ordered = evidence.sort_values(
        ["place_id", "reported", "score", "published", "input", "row", "start"],
        ascending=[True, False, False, False, True, True, True],
        na_position="last",
        kind="stable",
    )
    return ordered.drop_duplicates(["place_id", *_ARTICLE]).groupby("place_id", sort=False).head(SENTENCES_PER_PLACE)


def _held_by(counts: pd.DataFrame, resources: Resources, day: str | None) -> dict[str, tuple[Region, ...]]:
    from geomap.boundaries.join import regions

    places = [place_of(row) for row in counts.to_dict("records")]
    return dict(zip((p.id for p in places), regions(places, atlas=resources.atlas, on=day), strict=True))


def place_columns() -> tuple[str, ...]:
    """Return the columns that ``place_of`` reads."""
    return tuple(_PLACE)


def place_of(row: Mapping[Any, Any]) -> Place:
    """Return the place of a row of the dataset."""
    known: dict[str, Any] = {key: None if pd.isna(row[key]) else row[key] for key in _PLACE}
    number = known["geonameid"]
    return Place(
        id=known["place_id"],
        name=known["name"],
        kind=known["place_kind"],
        lon=known["lon"],
        lat=known["lat"],
        feature_code=known["feature_code"] or "",
        country=known["country"],
        admin1=known["admin1"],
        admin2=known["admin2"],
        population=int(known["population"] or 0),
        geonameid=None if number is None else int(number),
    )


def _places(counts: pd.DataFrame, evidence: pd.DataFrame, held_by: dict[str, tuple[Region, ...]]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    found = counts.copy()
    for level in ("country", "admin1", "admin2"):
        found[f"in_{level}"] = [_ids(held_by[key], level) or None for key in found["place_id"]]
    found["in_disputed"] = [_ids(held_by[key], "disputed") or None for key in found["place_id"]]
    best = evidence.drop_duplicates("place_id").set_index("place_id")
    for column in ("score", "kind", "reason", "correction"):
        found[column] = best[column].reindex(found["place_id"]).to_numpy()
    sentences = _sentences(evidence)
    found["evidence"] = [f"[{', '.join(sentences[key])}]" for key in found["place_id"]]
    return gpd.GeoDataFrame(found, geometry=gpd.points_from_xy(found["lon"], found["lat"], crs="EPSG:4326"))


def _sentences(evidence: pd.DataFrame) -> dict[str, list[str]]:
    """Return the sentences of each place as JSON."""
    sentences = defaultdict(list)
    for start in range(0, len(evidence), ROWS_AT_ONCE):
        some = evidence.iloc[start : start + ROWS_AT_ONCE].drop(columns=["reported", "reason", "correction"])
        # Missing values are null in JSON: browsers cannot parse the NaN of pandas.
        for row in some.astype(object).where(some.notna(), None).to_dict("records"):
            sentences[row.pop("place_id")].append(json.dumps(row, ensure_ascii=False, allow_nan=False))
    return sentences


def _ids(held_by: Sequence[Region], level: str) -> str:
    return " ".join(region.id for region in held_by if region.level == level)


def _regions(
    dataset: Dataset, names: Sequence[str], held_by: dict[str, tuple[Region, ...]], resources: Resources
) -> gpd.GeoDataFrame:
    """Return one row per region: in how many articles it is reported from and named; disputed areas have their own rows."""
    import geopandas as gpd

    by_id = {region.id: region for held in held_by.values() for region in held}
    of_place = pd.DataFrame(
        [(key, region.id) for key, held in held_by.items() for region in _counted(held)],
        columns=["place_id", "region_id"],
    )
    sums = []
    for frame in frames_of(dataset, names, ["place_id", "kind", *ROLE, *_ARTICLE]):
        joined = frame.merge(of_place, on="place_id")
        named = joined.drop_duplicates(["region_id", *_ARTICLE]).groupby("region_id").size()
        reporting = joined[is_reported(joined)].drop_duplicates(["region_id", *_ARTICLE]).groupby("region_id").size()
        mentions = joined.groupby("region_id").size()
        sums.append(pd.DataFrame({"n_mentions": mentions, "n_articles": named, "n_reporting": reporting}))
        if len(sums) >= PARTS_AT_ONCE:
            sums = [pd.concat(sums).groupby(level=0).sum()]
    counted = pd.concat(sums).groupby(level=0).sum().reindex(list(by_id), fill_value=0).astype("int64")
    counted["n_places"] = of_place.groupby("region_id").size().reindex(list(by_id), fill_value=0)
    rows = pd.DataFrame([asdict(by_id[key]) for key in counted.index], columns=_REGION)
    rows["claimed_by"] = [" ".join(codes) for codes in rows["claimed_by"]]
    frame = pd.concat([rows.rename(columns={"id": "region_id"}), counted.reset_index(drop=True)], axis=1)
    drawn = {shape.region.id: shape.geometry for shape in resources.atlas.shapes(by_id.values())}
    shapes = gpd.GeoSeries([drawn.get(key) for key in counted.index], crs="EPSG:4326")
    order = frame.sort_values(["level", "n_articles", "region_id"], ascending=[True, False, True]).index
    return gpd.GeoDataFrame(frame, geometry=shapes).loc[order].reset_index(drop=True)


def _counted(held: Sequence[Region]) -> Sequence[Region]:
    """Return the regions a place counts for: a place in a disputed area counts for that area only, not for a side."""
    return [region for region in held if region.level == "disputed"] or held


def _write(dataset: Dataset, name: str, frame: gpd.GeoDataFrame) -> None:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd", row_group_size=ROWS_AT_ONCE)
    dataset.write(name, buffer.getvalue())


def _summary(
    batch: Batch, n_places: int, n_regions: int, days: pd.DataFrame, resources: Resources
) -> dict[str, object]:
    from geomap._version import __version__

    dated = [day for day in days["day"] if day]
    return {
        "n_articles": sum(p.n_articles for p in batch.done),
        "n_failures": batch.n_failures,
        "n_mentions": sum(p.n_mentions for p in batch.done),
        "n_placed": sum(p.n_placed for p in batch.done),
        "n_places": n_places,
        "n_regions": n_regions,
        "first_day": min(dated, default=None),
        "last_day": max(dated, default=None),
        "n_parts": len(batch.done),
        "inputs": sorted({url for part in batch.done for url in part.urls}),
        "geomap": __version__,
        "geodata": resources.geodata.version,
    }
