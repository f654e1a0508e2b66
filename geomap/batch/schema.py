"""The rows that a batch writes for each mention and each failure, and their tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from geomap.annotation.event_lexicon import Lexicon, load_lexicon
from geomap.annotation.evidence import EvidenceReader
from geomap.editorial.corrections import write_correction
from geomap.text.sanitize import to_json
from geomap.types import Evidence, GeoparsedArticle, Mention, Relation, Resolution

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

FailureKind = Literal["unreadable", "too slow", "too large", "crash", "bug"]
"""``unreadable``: it cannot be read as an article; ``too slow`` and ``too large``: a limit was reached; ``crash``: the
process that read it died; ``bug``: an error of geomap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionRow:
    """A mention with its resolution and its article; a mention without a place has a row as well."""

    article_id: str
    input: str
    row: int
    """Line, row, record or file in ``input``, from 1; unique for the article together with ``input``."""
    title: str | None
    published: str | None
    source: str | None
    url: str | None
    sha256: str | None
    article_part: str
    """"title" or "text": what the offsets of the mention and of the sentence belong to."""
    start: int
    end: int
    text: str
    kind: str
    nested: bool
    mention_score: float
    antecedent: str | None
    role: str | None
    role_probability: float | None
    route: str | None
    """The end of a movement that it is: "from", "to", "via"."""
    relation: str | None
    """The relative place that the words around it state, as a GeoJSON feature."""
    relation_note: str | None
    place_id: str | None
    name: str | None
    place_kind: str | None
    feature_code: str | None
    country: str | None
    admin1: str | None
    admin2: str | None
    population: int | None
    geonameid: int | None
    lon: float | None
    lat: float | None
    score: float
    match: str | None
    reason: str
    runner_up: str | None
    """Id of the first runner-up."""
    correction: str | None
    """The applied correction, as a table of corrections.toml."""
    sentence_start: int
    sentence_end: int
    sentence: str
    event: str | None
    when_start: str | None
    when_end: str | None
    quantities: str | None
    """The quantities of the sentence as written, separated by semicolons."""
    read_to: int | None
    """Number of code points of the article that were geoparsed, None if all were."""
    language: str
    """Of the article, ISO 639-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRow:
    """An article that could not be read, and why."""

    input: str
    row: int
    kind: FailureKind
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of one article: its rows, or its failure."""

    row: int
    mentions: tuple[MentionRow, ...] = ()
    fitted: tuple[int, ...] = ()
    """Lines in ``Settings.corrections`` of the corrections applied to it."""
    failure: FailureRow | None = None


def mention_rows(read: GeoparsedArticle, *, source: str, row: int) -> list[MentionRow]:
    """Return a row for each mention of an article, in text order; ``source`` is the input it came from."""
    reader = EvidenceReader(read, _lexicon())
    evidence = (reader.evidence(r.mention, r.relation) for r in read.resolutions)
    return [_mention_row(read, r, e, source, row) for r, e in zip(read.resolutions, evidence, strict=True)]


@cache
def _lexicon() -> Lexicon:
    return load_lexicon()


def _mention_row(
    read: GeoparsedArticle, resolution: Resolution, evidence: Evidence, source: str, row: int
) -> MentionRow:
    article, mention, place = read.article, resolution.mention, resolution.place
    return MentionRow(
        article_id=article.id,
        input=source,
        row=row,
        title=article.title,
        published=article.published,
        source=article.source,
        url=article.url,
        sha256=article.sha256,
        article_part=mention.part,
        start=mention.start,
        end=mention.end,
        text=mention.text,
        kind=mention.kind,
        nested=mention.nested,
        mention_score=mention.score,
        antecedent=mention.antecedent,
        role=mention.role,
        role_probability=mention.role_probability,
        route=mention.route,
        relation=write_relation(resolution.relation) if resolution.relation else None,
        relation_note=resolution.relation.note if resolution.relation else None,
        place_id=place.id if place else None,
        name=place.name if place else None,
        place_kind=place.kind if place else None,
        feature_code=place.feature_code if place else None,
        country=place.country if place else None,
        admin1=place.admin1 if place else None,
        admin2=place.admin2 if place else None,
        population=place.population if place else None,
        geonameid=place.geonameid if place else None,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        score=resolution.score,
        match=resolution.match,
        reason=resolution.reason,
        runner_up=resolution.runners_up[0].place.id if resolution.runners_up else None,
        correction=write_correction(resolution.correction) if resolution.correction else None,
        sentence_start=evidence.start,
        sentence_end=evidence.end,
        sentence=evidence.text,
        event=evidence.event.kind if evidence.event else None,
        when_start=evidence.when.start if evidence.when else None,
        when_end=evidence.when.end if evidence.when else None,
        quantities="; ".join(q.text for q in evidence.quantities) or None,
        read_to=read.read_to,
        language=read.language,
    )


def mention_of(row: Mapping[str, Any]) -> Mention:
    """Return the mention of a row or of a stored sentence, without its part and its antecedent.

    Sentences that were stored before mentions had roles have none.
    """
    return Mention(
        start=row["start"],
        end=row["end"],
        text=row["text"],
        kind=row["kind"],
        role=row.get("role"),
        role_probability=row.get("role_probability"),
        route=row.get("route"),
    )


def write_relation(relation: Relation) -> str:
    """Return a relative place as the text of a GeoJSON feature (RFC 7946)."""
    from geomap.export.geometry import to_geojson

    properties = {name: getattr(relation, name) for name in _RELATION}
    return to_json({"type": "Feature", "geometry": to_geojson(relation.geometry), "properties": properties})


def read_relation(feature: str) -> Relation:
    """Return the relative place that ``write_relation`` wrote."""
    import shapely
    from shapely.geometry import shape

    record = json.loads(feature)
    values = {name: record["properties"][name] for name in _RELATION}
    return Relation(**values | {"anchors": tuple(values["anchors"])}, wkb=shapely.to_wkb(shape(record["geometry"])))


_RELATION = [f.name for f in fields(Relation) if f.name != "wkb"]
_VALUES = {kind: attrgetter(*(f.name for f in fields(kind))) for kind in (MentionRow, FailureRow)}


def to_list(row: MentionRow | FailureRow) -> list[Any]:
    """Return the values of a row in the order of its fields."""
    return list(_VALUES[type(row)](row))


def mentions_frame(rows: Iterable[MentionRow]) -> gpd.GeoDataFrame:
    """Return the rows as a GeoDataFrame of points (EPSG:4326), None where there is no place; typed even when empty."""
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import shapely

    # Nullable integers: by default pandas would convert integers with missing values to floats.
    frame = _table(rows, MentionRow).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    points = np.full(len(frame), None, dtype=object)
    is_placed = frame["lon"].notna().to_numpy()
    points[is_placed] = shapely.points(frame["lon"][is_placed], frame["lat"][is_placed])
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(points, crs="EPSG:4326", index=frame.index))


def failures_table(rows: Iterable[FailureRow]) -> pa.Table:
    """Return the failures as a table, typed even when empty."""
    return _table(rows, FailureRow)


def _table(rows: Iterable[MentionRow] | Iterable[FailureRow], kind: type[MentionRow | FailureRow]) -> pa.Table:
    import pyarrow as pa

    schema = pa.schema([(f.name, _arrow_type(str(f.type))) for f in fields(kind)])
    columns = list(zip(*(to_list(row) for row in rows), strict=True)) or [()] * len(schema)
    return pa.table([pa.array(c, type=t.type) for c, t in zip(columns, schema, strict=True)], schema=schema)


def _arrow_type(annotation: str) -> pa.DataType:
    import pyarrow as pa

    return {"int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}.get(
        annotation.partition(" |")[0], pa.string()
    )
