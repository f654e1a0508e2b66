"""What an export is written from, and which exports there are."""

from __future__ import annotations

from dataclasses import dataclass

from geomap.map_types import Attribution, Basemap, BoundaryView, MapOptions
from geomap.types import Article, ReadArticle, Report

DISCLAIMER = (
    "The boundaries and names shown and the designations used do not imply official endorsement or acceptance by {who}."
)
"""Short form of the United Nations' map disclaimer, with the publisher in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way to take the places along."""

    name: str
    suffix: str
    media_type: str
    is_text: bool = True
    is_drawn: bool = False
    """True for a picture, which wants a basemap."""


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(name="table", suffix=".txt", media_type="text/plain; charset=utf-8"),
        Format(name="jsonl", suffix=".jsonl", media_type="application/x-ndjson"),
        Format(name="csv", suffix=".csv", media_type="text/csv; charset=utf-8; header=present"),
        Format(name="geojson", suffix=".geojson", media_type="application/geo+json"),
        Format(name="kml", suffix=".kml", media_type="application/vnd.google-earth.kml+xml"),
        Format(name="gpkg", suffix=".gpkg", media_type="application/geopackage+sqlite3", is_text=False),
        Format(name="linkedplaces", suffix=".lpf.json", media_type="application/ld+json"),
        Format(name="webannotations", suffix=".annotations.json", media_type="application/ld+json"),
        Format(name="svg", suffix=".svg", media_type="image/svg+xml", is_drawn=True),
        Format(name="png", suffix=".png", media_type="image/png", is_text=False, is_drawn=True),
        Format(name="parquet", suffix=".parquet", media_type="application/vnd.apache.parquet", is_text=False),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportInput:
    """The places, the articles they were found in, and what must be said wherever they are shown."""

    reports: tuple[Report, ...]
    articles: tuple[ReadArticle, ...] = ()
    title: str = ""
    attributions: tuple[Attribution, ...] = ()
    boundary_view: BoundaryView = "neutral"
    publisher: str | None = None
    basemap: Basemap | None = None
    min_confidence: float = MapOptions().min_confidence
    """A picture draws no place less sure than this; the other formats tell the score of each."""

    @property
    def disclaimer(self) -> str:
        """The sentence that keeps a boundary from being read as an endorsement."""
        return DISCLAIMER.format(who=self.publisher or "its publisher")

    def sources(self) -> dict[str, Article]:
        """Return the articles by id."""
        return {read.article.id: read.article for read in self.articles}
