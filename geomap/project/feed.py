"""The feed of new places: Atom (RFC 4287) with GeoRSS points."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape  # not xml.sax.saxutils, which imports http.client and ssl
from typing import TYPE_CHECKING
from urllib.parse import quote

from geomap.map_types import NO_NAMES
from geomap.text.sanitize import clean, web_link
from geomap.types import Report

if TYPE_CHECKING:
    from geomap.project.config import Settings

LENGTH = 100
"""The feed lists this many places, the latest."""


def feed(
    reports: Iterable[Report],
    first: Mapping[str, str],
    *,
    settings: Settings,
    local_names: Mapping[str, str] = NO_NAMES,
) -> str:
    """Return an Atom feed of the places in the order in which they were first reported, the latest first.

    ``first`` gives the ISO 8601 date of each place's first article, by place id; ``local_names`` are the names
    of regions in the language of the page, by region id.
    """
    latest = sorted(
        (r for r in reports if r.is_reported and r.score >= settings.min_confidence),
        key=lambda r: (_instant(first[r.place.id]), r.place.id),
        reverse=True,
    )[:LENGTH]
    updated = max((_instant(first[r.place.id]) for r in latest), default="1970-01-01T00:00:00Z")
    site = web_link(settings.site)
    site = site.rstrip("/") + "/" if site else ""
    entries = "".join(_entry(r, _instant(first[r.place.id]), site, local_names) for r in latest)
    own = hashlib.sha256(f"{settings.site}{settings.title}".encode("utf-8", "replace")).hexdigest()[:32]
    title, author = (
        escape(clean(settings.title), quote=False),
        escape(clean(settings.publisher or settings.title), quote=False),
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss">\n'
        f"<title>{title}: new places</title>\n<id>urn:geomap:{own}</id>\n<updated>{updated}</updated>\n"
        f'<author><name>{author}</name></author>\n<link href="{escape(site)}index.html"/>\n{entries}</feed>\n'
    )


def _entry(report: Report, when: str, site: str, local_names: Mapping[str, str]) -> str:
    place = report.place
    others = [region for region in reversed(report.regions) if region.name != place.name]
    # Beside regions in the language of the page the place has its name in the articles.
    name = (report.reported_as if local_names else None) or place.name
    title = ", ".join(dict.fromkeys([name, *(local_names.get(region.id, region.name) for region in others)]))
    summary = report.evidence[0].text if report.evidence else report.reason
    link = escape(f"{site}index.html#place={quote(place.id, safe=':,', errors='replace')}")
    return (
        f"<entry><title>{escape(clean(title), quote=False)}</title><id>urn:geomap:place:{quote(place.id, safe=':,/', errors='replace')}</id>"
        f'<updated>{when}</updated><link href="{link}"/><summary>{escape(clean(summary), quote=False)}</summary>'
        f"<georss:point>{place.lat:.5f} {place.lon:.5f}</georss:point></entry>\n"
    )


def _instant(date: str) -> str:
    """Return an ISO 8601 date or time in the format of Atom; UTC where it has no time zone."""
    try:
        found = datetime.fromisoformat(date)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # not a date, or outside the years that datetime supports
        return "1970-01-01T00:00:00Z"
    return found.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
