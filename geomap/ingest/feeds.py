"""What feeds and sitemaps list: parsing only, of bytes nobody vouches for."""

from __future__ import annotations

import calendar
import hashlib
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from geomap.errors import FetchError, quoted
from geomap.ingest.sandbox import LimitReached, confined

MAX_ITEMS = 5_000
"""Items read of one feed or sitemap; the sitemaps standard allows 50,000, of which the first are the news."""

# Possessive throughout: what was taken is never given back, so that no run of instructions is tried in two ways.
_ROOT = re.compile(
    rb"^(?:\xef\xbb\xbf)?+\s*+(?:(?><\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+>)\s*+)*+<\s*+(?:[\w.-]++:)?+([\w.-]++)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An article that a feed or a sitemap lists."""

    url: str
    title: str | None = None
    published: str | None = None
    """ISO 8601, UTC."""
    version: str = ""
    """Changes when what the list says of the article does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What an address lists."""

    title: str | None = None
    items: tuple[FeedItem, ...] = ()
    sitemaps: tuple[str, ...] = ()
    """Further sitemaps to read, of a sitemap index."""


def kind_of(data: bytes) -> str:
    """Return what ``data`` is by its root element: "feed", "sitemap" or "page"."""
    found = _ROOT.match(data[:20_000].replace(b"\0", b""))
    root = found[1].lower() if found else b""
    if root in (b"urlset", b"sitemapindex"):
        return "sitemap"
    return "feed" if root in (b"rss", b"feed", b"rdf") else "page"


def read_listing(data: bytes, *, url: str) -> Listing:
    """Return what ``parse_listing`` does, from a process of its own; FetchError too where it takes too much to parse."""
    try:
        return confined("listing", data, result=Listing, url=url)
    except LimitReached as error:
        raise FetchError(f"{url}: {error} to parse; tell its publisher") from error


def parse_listing(data: bytes, *, url: str) -> Listing:
    """Return what the feed or sitemap at ``url`` lists; FetchError where it is neither, or a bomb."""
    # Entities are what XML bombs are made of, and no feed needs to declare one; NULs hide them in UTF-16.
    if b"<!ENTITY" in data.replace(b"\0", b"").upper():
        raise FetchError(f"{url}: declares XML entities, as bombs do; it is not read")
    kind = kind_of(data)
    if kind == "page":
        raise FetchError(f"{url}: is neither a feed nor a sitemap; give the feed's own address")
    return _parse_sitemap(data, url) if kind == "sitemap" else _parse_feed(data, url)


def _parse_feed(data: bytes, url: str) -> Listing:
    import feedparser

    try:
        parsed: Any = feedparser.parse(
            data, response_headers={"content-location": url}, sanitize_html=True, resolve_relative_uris=True
        )
    except Exception as error:  # on tags that close what was never opened, feedparser raises what it will
        raise FetchError(f"{url}: is no feed that can be read ({type(error).__name__}); tell its publisher") from error
    items: dict[str, FeedItem] = {}
    for entry in parsed.entries[:MAX_ITEMS]:
        link = _link(url, str(entry.get("link") or ""))
        if link is None or link in items or link == url:
            continue
        said = "\n".join(str(entry.get(key) or "") for key in ("title", "updated", "published", "summary"))
        items[link] = FeedItem(
            url=link,
            title=_text(entry.get("title")),
            published=_iso(entry.get("published_parsed" if "published_parsed" in entry else "updated_parsed")),
            version=hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16],
        )
    if not items and parsed.bozo:
        raise FetchError(f"{url}: is no feed that can be read ({quoted(parsed.bozo_exception)}); tell its publisher")
    return Listing(title=_text(parsed.feed.get("title")), items=tuple(items.values()))


def _parse_sitemap(data: bytes, url: str) -> Listing:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise FetchError(f"{url}: is no sitemap that can be read ({quoted(error)}); tell its publisher") from error
    rows = [{_local(leaf.tag): (leaf.text or "").strip() for leaf in row.iter()} for row in root]
    told = ((_link(url, row["loc"]), row) for row in rows if row.get("loc"))
    links = [(link, row) for link, row in told if link is not None][:MAX_ITEMS]
    if _local(root.tag) == "sitemapindex":
        return Listing(sitemaps=tuple(link for link, _ in links))
    items = (
        FeedItem(
            url=link,
            title=_text(row.get("title")),
            published=row.get("publication_date") or None,
            version=row.get("lastmod") or row.get("publication_date", ""),
        )
        for link, row in links
    )
    return Listing(items=tuple({item.url: item for item in items}.values()))


def _link(base: str, said: str) -> str | None:
    """Return the web address that ``said`` is, seen from ``base``; None where it is none, as "http:a" or "http://["."""
    try:
        link = urljoin(base, said)
        parts = urlsplit(link)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts.scheme + link[len(parts.scheme) :]  # "Http://" is one address with "http://"


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


def _text(value: object) -> str | None:
    return " ".join(str(value).split())[:500] or None if value else None


def _iso(parsed: time.struct_time | None) -> str | None:
    """Return feedparser's time, which is UTC, as ISO 8601; None where it has none or an impossible one."""
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(calendar.timegm(parsed))) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None
