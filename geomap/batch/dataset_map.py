"""Draw the map of a dataset: its strongest places with evidence, and the totals by region, cell and day."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from geomap.batch.aggregate import place_columns, place_of
from geomap.batch.dataset import IN_THIS_THREAD, Dataset
from geomap.batch.generalise import coarse_map_of, cut
from geomap.batch.schema import mention_of, read_relation
from geomap.editorial.corrections import parse_corrections
from geomap.editorial.generalise import REGIONS_FOR
from geomap.errors import NothingLocated
from geomap.gazetteer.protocol import names_of
from geomap.map_types import CellTotal, DayTotal, MapOptions, RegionShape, RegionTotal, Totals
from geomap.types import Article, Correction, Event, Evidence, GeoparsedArticle, Region, Report, Resolution

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from geomap.resources import Resources

MAX_PLACES = 600
"""Places with evidence, those that most articles report from: with their sentences about half of a map's maximum size."""
MAX_SHAPES = 1200
"""Shaded regions, those that most articles report from; the others are only in the dataset."""
MAX_LINK = 2000
"""Maximum characters of a linked URL; browsers cut longer ones."""
CELL_DEGREES = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
CELLS_ACROSS = 200
"""Maximum number of density cells from west to east: smaller cells would not be visible."""


def dataset_map(
    folder: str | Path, *, resources: Resources, title: str | None = None, options: MapOptions | None = None
) -> str:
    """Return the map of a dataset as one HTML page of less than 5 MB, for any number of articles.

    Raise NothingLocated where it has no place that may be shown, OutputError where it is not a finished batch.
    """
    from geomap.annotation.extent import extent
    from geomap.pipeline import draw

    dataset = Dataset(str(folder))
    summary = dataset.summary()
    rows = _counts(dataset)
    if rows.empty:
        raise NothingLocated(f"{folder}: the dataset has no place; do its articles name places?")
    regions = _frame(dataset, "regions.parquet")
    by_id = {row["region_id"]: _region(row) for row in _records(regions)}
    options = options or MapOptions()
    finest, last_day = options.max_precision, summary["last_day"]
    if finest:
        made = coarse_map_of(
            dataset,
            rows,
            resources=resources,
            finest=finest,
            on=last_day,
            limit=MAX_PLACES,
            whole=lambda ids: _whole(dataset, ids),
        )
        articles, reports, summary = made.articles, made.reports, summary | {"n_places": made.n_places}
        regions = regions[regions["level"].isin(REGIONS_FOR[finest])]
    else:
        chosen = rows.sort_values(["n_reporting", "n_articles"], ascending=False, kind="stable").head(MAX_PLACES)
        articles, reports = _reports(_whole(dataset, list(chosen["place_id"])), by_id, resources)
    if not reports:
        raise NothingLocated(f"{folder}: the dataset has no place that may be shown no finer than {finest}")
    shapes = _shapes(regions, by_id)
    if finest == "country":
        shapes += _disputed(shapes, resources, last_day)
    bounds = extent(reports, min_confidence=options.min_confidence)
    return draw(
        articles,
        reports,
        resources=resources,
        title=title or f"{summary['n_articles']:,} articles",
        options=options,
        shapes=shapes,
        # A cell of the grid is finer than a district: its count may reveal the village.
        totals=_totals(summary, rows.head(0) if finest else rows, regions, _days(dataset), bounds),
        on=last_day,
    )


def _frame(dataset: Dataset, name: str) -> gpd.GeoDataFrame:
    import geopandas as gpd

    return gpd.read_parquet(io.BytesIO(dataset.read(name)), **IN_THIS_THREAD)


def _counts(dataset: Dataset) -> pd.DataFrame:
    """Return the counts of every place, without the sentences: those of a million articles are a gigabyte."""
    import pandas as pd

    columns = [*place_columns(), "n_articles", "n_reporting"]
    return pd.read_parquet(io.BytesIO(dataset.read("places.parquet")), columns=columns, **IN_THIS_THREAD)


def _whole(dataset: Dataset, ids: Sequence[str]) -> pd.DataFrame:
    """Return the complete rows of these places, in this order."""
    import pandas as pd
    import pyarrow.parquet as pq

    file = pq.ParquetFile(io.BytesIO(dataset.read("places.parquet")))
    found = []
    for group in range(file.num_row_groups):
        names = file.read_row_group(group, columns=["place_id"], use_threads=False).column("place_id").to_pandas()
        wanted = names.isin(ids).to_numpy()
        if wanted.any():
            found.append(
                file.read_row_group(group, use_threads=False)
                .filter(wanted)
                .drop(["geometry"])
                .to_pandas(ignore_metadata=True)
            )
    return cast("pd.DataFrame", pd.concat(found).set_index("place_id").loc[list(ids)].reset_index())


def _records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the rows without their geometry, missing values as None."""
    plain = frame.drop(columns="geometry", errors="ignore").astype(object)
    return list(plain.where(plain.notna(), None).to_dict("records"))


def _days(dataset: Dataset) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(io.BytesIO(dataset.read("days.parquet")), **IN_THIS_THREAD)


def _reports(
    rows: pd.DataFrame, regions: Mapping[str, Region], resources: Resources
) -> tuple[tuple[GeoparsedArticle, ...], tuple[Report, ...]]:
    """Return a report of each place, and the articles its evidence is from, without their texts."""
    articles: dict[tuple[str, int], Article] = {}
    found: dict[tuple[str, int], list[Resolution]] = defaultdict(list)
    reports = []
    for row in _records(rows):
        evidence = []
        for record in json.loads(row["evidence"]):
            key = record["input"], record["row"]
            if key not in articles:
                articles[key] = _article(record, number=len(articles))
            evidence.append(_evidence(record, articles[key].id))
            found[key].append(
                Resolution(
                    mention=evidence[-1].mention, place=place_of(row), score=record["score"], reason=row["reason"]
                )
            )
        reports.append(_report(row, evidence, regions, resources))
    read = (GeoparsedArticle(article=article, resolutions=tuple(found[key])) for key, article in articles.items())
    return tuple(read), tuple(reports)


def _article(record: Mapping[str, Any], *, number: int) -> Article:
    # An id of the input may occur twice; with the number it is unique.
    return Article(
        id=f"{cut(record['article_id'])}#{number}",
        text="",
        title=cut(record["title"]),
        published=cut(record["published"]),
        source=cut(record["source"]),
        url=record["url"] if len(record["url"] or "") <= MAX_LINK else None,
    )


def _evidence(record: Mapping[str, Any], article_id: str) -> Evidence:
    mention = mention_of(record)
    relation = record.get("relation")
    return Evidence(
        article_id=article_id,
        start=record["sentence_start"],
        end=record["sentence_end"],
        text=record["sentence"],
        mention=mention,
        event=_event(record["event"]),
        relation=read_relation(relation) if relation else None,
    )


def _event(kind: str | None) -> Event | None:
    from geomap.annotation.event_lexicon import load_lexicon

    known = next((k for k in load_lexicon().kinds if k.key == kind), None) if kind else None
    return Event(kind=known.key, label=known.label, cue="", icon=known.icon) if known else None


def _report(
    row: Mapping[str, Any], evidence: Sequence[Evidence], regions: Mapping[str, Region], resources: Resources
) -> Report:
    place = place_of(row)
    outline = resources.atlas.outline(place)
    held_by = " ".join(row[f"in_{level}"] or "" for level in ("country", "admin1", "admin2", "disputed")).split()
    return Report(
        place=place,
        kind=row["kind"],
        score=row["score"],
        reason=row["reason"],
        regions=tuple(regions[key] for key in held_by),
        names=names_of(place, resources.gazetteer),
        evidence=tuple(evidence),
        geometry=outline.geometry if outline else None,
        geometry_note=outline.note if outline else None,
        correction=_correction(row["correction"]),
        n_articles=row["n_articles"],
    )


def _correction(table: str | None) -> Correction | None:
    return parse_corrections(table, where="places.parquet")[0] if table else None


def _region(row: Mapping[str, Any]) -> Region:
    return Region(
        id=row["region_id"],
        name=row["name"],
        level=row["level"],
        country=row["country"],
        iso=row["iso"],
        claimed_by=tuple((row["claimed_by"] or "").split()),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        as_of=row["as_of"],
        source=row["source"] or "",
        note=row["note"],
    )


def _shapes(rows: gpd.GeoDataFrame, regions: Mapping[str, Region]) -> tuple[RegionShape, ...]:
    """Return the polygons of the regions that most articles report from, countries and disputed areas first."""
    drawn = rows[rows.geometry.notna() & ((rows["n_reporting"] > 0) | (rows["level"] == "disputed"))]
    first = drawn["level"].isin(["country", "disputed"])
    ordered = drawn.assign(first=first).sort_values(["first", "n_reporting"], ascending=False, kind="stable")
    return tuple(
        RegionShape(region=regions[key], geometry=shape)
        for key, shape in zip(ordered["region_id"].head(MAX_SHAPES), ordered.geometry.head(MAX_SHAPES), strict=True)
    )


def _disputed(shapes: Sequence[RegionShape], resources: Resources, on: str | None) -> tuple[RegionShape, ...]:
    """Return the disputed areas that intersect the shapes, also without reports: they are not shaded as part of a country."""
    from geomap.boundaries.join import is_valid_on

    layer = resources.atlas.layer("disputed")
    areas = [layer.region(position) for position in layer.by_id.values()]
    held = [area for area in areas if on is None or is_valid_on(on, since=area.valid_from, until=area.valid_to)]
    return tuple(
        area
        for area in resources.atlas.shapes(held)
        if any(area.geometry.intersects(shape.geometry) for shape in shapes)
    )


def _totals(
    summary: Mapping[str, Any],
    places: pd.DataFrame,
    regions: pd.DataFrame,
    days: pd.DataFrame,
    bounds: tuple[float, float, float, float],
) -> Totals:
    counted = regions[regions["n_reporting"] > 0]
    dated = days[days["day"].notna()]
    degrees, cells = _cells(places, width=(bounds[2] - bounds[0]) % 360 or 360)
    return Totals(
        n_articles=summary["n_articles"],
        n_places=summary["n_places"],
        regions=tuple(
            RegionTotal(id=key, n_articles=int(n))
            for key, n in zip(counted["region_id"], counted["n_reporting"], strict=True)
        ),
        days=tuple(
            DayTotal(day=day, n_articles=int(n)) for day, n in zip(dated["day"], dated["n_articles"], strict=True)
        ),
        cell_degrees=degrees,
        cells=cells,
    )


def _cells(places: pd.DataFrame, *, width: float) -> tuple[float, tuple[CellTotal, ...]]:
    """Return the side in degrees and the report counts of the cells of a grid; only places smaller than a state count."""
    exact = places[
        places["place_kind"].isin(["settlement", "suburb", "site", "admin3", "admin2", "island"])
        & (places["n_reporting"] > 0)
    ]
    degrees = next((side for side in CELL_DEGREES if side * CELLS_ACROSS >= width), CELL_DEGREES[-1])
    west, south = (exact["lon"] // degrees * degrees), (exact["lat"] // degrees * degrees)
    found = exact.groupby([west, south])["n_reporting"].sum().reset_index()
    cells = [CellTotal(west=float(w), south=float(s), n_articles=int(n)) for w, s, n in found.itertuples(index=False)]
    return degrees, tuple(cells)
