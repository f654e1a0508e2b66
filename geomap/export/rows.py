"""One row per place: the columns that all tabular exports share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.annotation.precision import precision_of, reported_precision, uncertainty_km
from geomap.annotation.roles import role_of
from geomap.annotation.time_spans import is_history
from geomap.text.sanitize import web_link

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.export.formats import ExportInput
    from geomap.types import Article, Evidence, Precision, RegionLevel, Report

ACLED: Mapping[Precision, int] = {
    "site": 1,
    "settlement": 1,
    "near": 2,
    "line": 2,
    "admin2": 2,
    "admin1": 3,
    "disputed": 3,
    "area": 3,
    "country": 3,
}
"""ACLED codebook, geo-precision: 1 a named town, 2 a part of a region or near a town, 3 a larger region."""
UCDP: Mapping[Precision, int] = {
    "site": 1,
    "settlement": 1,
    "near": 2,
    "admin2": 3,
    "admin1": 4,
    "line": 5,
    "disputed": 5,
    "area": 5,
    "country": 6,
}
"""UCDP GED codebook, where_prec: 1 exact, 2 near, 3 second-order division, 4 first-order division, 5 a line or an
area without administrative borders, 6 country, 7 international waters or airspace."""
UCDP_INTERNATIONAL = 7
WITHOUT_POINT: frozenset[Precision] = frozenset(("country", "area"))
"""Precisions that are too coarse for a point: these places have no coordinates unless their outline is known."""
MAX_EVIDENCE = 240
"""Maximum length of the evidence in a table cell, in code points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A place as a table row; unknown values are "" or None."""

    id: str
    name: str
    reported_as: str
    """The name that the articles use most."""
    kind: str
    mention_kind: str
    reported: bool
    role: str
    """The strongest role of its mentions; empty where unknown."""
    role_probability: float | None
    precision: Precision
    uncertainty_km: float
    acled_precision: int
    ucdp_precision: int
    lon: float | None
    """None for countries and larger areas, for which a point would be misleading."""
    lat: float | None
    country: str
    country_name: str
    admin1_name: str
    admin2_name: str
    disputed: str
    """Names of the disputed areas that contain the place."""
    geonameid: int | None
    score: float
    reason: str
    event: str
    when_start: str
    when_end: str
    quantities: str
    n_mentions: int
    n_articles: int
    published: str
    """ISO date of the latest article."""
    sources: str
    languages: str
    """ISO 639-1 of the articles."""
    urls: str
    evidence: str
    note: str


def rows(export_input: ExportInput) -> list[Row]:
    """Return one row per report, in the same order."""
    articles = export_input.sources()
    return [row(report, articles) for report in export_input.reports]


def row(report: Report, articles: Mapping[str, Article]) -> Row:
    """Return the row of a report; ``articles`` by id."""
    place, precision = report.place, reported_precision(report)
    cited = [articles[key] for key in dict.fromkeys(e.article_id for e in report.evidence) if key in articles]
    times = [(e.when, articles.get(e.article_id)) for e in report.evidence if e.when]
    news = [when for when, article in times if not (article and is_history(when.end, published=article.published))]
    days = news or [when for when, _ in times]
    role, probability = role_of(report)
    has_point = precision not in WITHOUT_POINT
    return Row(
        id=place.id,
        name=place.name,
        reported_as=report.reported_as or "",
        kind=place.kind,
        mention_kind=report.kind,
        reported=report.is_reported,
        role=role or "",
        role_probability=None if probability is None else round(probability, 3),
        precision=precision,
        uncertainty_km=uncertainty_km(report),
        acled_precision=ACLED[precision],
        ucdp_precision=UCDP_INTERNATIONAL if is_international(report) else UCDP[precision],
        lon=round(place.lon, 7) if has_point else None,
        lat=round(place.lat, 7) if has_point else None,
        country=place.country or "",
        country_name=_region_names(report, "country"),
        admin1_name=_region_names(report, "admin1"),
        admin2_name=_region_names(report, "admin2"),
        disputed=_region_names(report, "disputed"),
        geonameid=place.geonameid,
        score=round(report.score, 3),
        reason=report.reason,
        event=report.event.kind if report.event else "",
        when_start=min((d.start for d in days), default=""),
        when_end=max((d.end for d in days), default=""),
        quantities=joined(q.text for e in report.evidence for q in e.quantities),
        n_mentions=len(report.evidence),
        n_articles=report.n_articles or len({e.article_id for e in report.evidence}),
        published=max((a.day for a in cited if a.day), default=""),
        sources=joined(a.source for a in cited),
        languages=joined(e.language for e in report.evidence),
        urls=joined(web_link(a.url) for a in cited),
        evidence=shortened(first_evidence(report)),
        note=report.geometry_note or "",
    )


def shape_of(report: Report) -> BaseGeometry | None:
    """Return the geometry of a report, EPSG:4326: its outline or line, else its point.

    None for a country or a larger area without an outline, for which a point would be misleading.
    """
    if report.geometry is not None and not report.geometry.is_empty:
        return report.geometry
    if precision_of(report.place) in WITHOUT_POINT:
        return None
    from shapely import Point

    return Point(report.place.lon, report.place.lat)


def is_international(report: Report) -> bool:
    """Return whether the place is international waters."""
    return report.place.kind == "water" and not report.place.country and not report.regions


def is_disputed(report: Report) -> bool:
    """Return whether the place is a disputed area or in one."""
    return report.place.kind == "disputed" or any(region.level == "disputed" for region in report.regions)


def first_evidence(report: Report) -> str:
    """Return the first sentence that reports from the place, else the first that names it."""
    ordered: Sequence[Evidence] = sorted(report.evidence, key=lambda e: not e.is_reported)
    return ordered[0].text if ordered else ""


def shortened(text: str, limit: int = MAX_EVIDENCE) -> str:
    """Return ``text`` on one line, truncated at a word with an ellipsis where it is longer than ``limit``."""
    line = re.sub(r"\s+", " ", text[: 4 * limit]).strip()
    if len(line) <= limit:
        return line
    cut = line[:limit]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"


def joined(values: Iterable[str | None]) -> str:
    """Return the distinct non-empty values, in order, separated by " | "."""
    return " | ".join(dict.fromkeys(v for v in values if v))


def _region_names(report: Report, level: RegionLevel) -> str:
    return joined(region.name for region in report.regions if region.level == level)
