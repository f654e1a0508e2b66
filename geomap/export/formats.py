"""The export formats, and the input of their writers."""

from __future__ import annotations

from dataclasses import dataclass

from geomap.map_types import Attribution, Basemap, BoundaryView, MapOptions
from geomap.types import Article, GeoparsedArticle, Report

DISCLAIMER = (
    "The boundaries and names shown and the designations used do not imply official endorsement or acceptance by {who}."
)
"""Short form of the United Nations' map disclaimer, with the publisher in place of the United Nations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A file format that reports can be exported to."""

    name: str
    suffix: str
    media_type: str
    is_text: bool = True
    is_drawn: bool = False
    """True for pictures, which are drawn over a basemap."""
    is_terminal_only: bool = False
    """True for the table, which `geomap places` prints and no command writes to a file."""


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format(name="geojson", suffix=".geojson", media_type="application/geo+json"),
        Format(name="csv", suffix=".csv", media_type="text/csv; charset=utf-8; header=present"),
        Format(name="kml", suffix=".kml", media_type="application/vnd.google-earth.kml+xml"),
        Format(name="gpkg", suffix=".gpkg", media_type="application/geopackage+sqlite3", is_text=False),
        Format(name="parquet", suffix=".parquet", media_type="application/vnd.apache.parquet", is_text=False),
        Format(name="jsonl", suffix=".jsonl", media_type="application/x-ndjson"),
        Format(name="svg", suffix=".svg", media_type="image/svg+xml", is_drawn=True),
        Format(name="png", suffix=".png", media_type="image/png", is_text=False, is_drawn=True),
        Format(name="linkedplaces", suffix=".lpf.json", media_type="application/ld+json"),
        Format(name="webannotations", suffix=".annotations.json", media_type="application/ld+json"),
        Format(name="table", suffix=".txt", media_type="text/plain; charset=utf-8", is_terminal_only=True),
    )
}
"""In the order in which the commands list them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportInput:
    """The reports, their articles, and the notices that every export carries."""

    reports: tuple[Report, ...]
    articles: tuple[GeoparsedArticle, ...] = ()
    title: str = ""
    attributions: tuple[Attribution, ...] = ()
    boundary_view: BoundaryView = "neutral"
    publisher: str | None = None
    basemap: Basemap | None = None
    min_confidence: float = MapOptions().min_confidence
    """Pictures omit places with a lower score; the other formats have the score of each place."""

    @property
    def disclaimer(self) -> str:
        """The sentence that boundaries are no endorsement, with the publisher's name."""
        return DISCLAIMER.format(who=self.publisher or "its publisher")

    @property
    def unread(self) -> str:
        """What is said of the articles that no model reads, on one line; empty where every language is read."""
        return " ".join(f"{read.unread}." for read in self.articles if read.unread)

    def sources(self) -> dict[str, Article]:
        """Return the articles by id."""
        return {read.article.id: read.article for read in self.articles}
