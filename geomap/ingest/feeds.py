"""Parse feeds and sitemaps; their bytes are untrusted input."""

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
from geomap.text.publication_dates import iso_date

MAX_ITEMS = 5_000
"""Maximum items of one feed or sitemap; the sitemap standard allows 50,000, of which the first are the latest."""

# Possessive quantifiers throughout: no backtracking over runs of instructions.
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
    """Changes when the entry of the article does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The content of a feed or sitemap."""

    title: str | None = None
    items: tuple[FeedItem, ...] = ()
    sitemaps: tuple[str, ...] = ()
    """The sitemaps that a sitemap index lists."""


def kind_of(data: bytes) -> str:
    """Return the kind of ``data`` by its root element: "feed", "sitemap" or "page"."""
    found = _ROOT.match(data[:20_000].replace(b"\0", b""))
    root = found[1].lower() if found else b""
    if root in (b"urlset", b"sitemapindex"):
        return "sitemap"
    return "feed" if root in (b"rss", b"feed", b"rdf") else "page"


def read_listing(data: bytes, *, url: str) -> Listing:
    """Return the result of ``parse_listing`` in a separate process; FetchError also where it takes too much time or memory."""
    try:
        return confined("listing", data, result=Listing, url=url)
    except LimitReached as error:
        raise FetchError(f"{url}: {error} to parse; report it to its publisher") from error


def parse_listing(data: bytes, *, url: str) -> Listing:
    """Return the content of the feed or sitemap at ``url``; FetchError where it is neither, or an XML bomb."""
    # XML bombs need entities, and no feed needs to declare one; in UTF-16 there are NULs between the letters.
    if b"<!ENTITY" in data.replace(b"\0", b"").upper():
        raise FetchError(f"{url}: declares XML entities, which may be an XML bomb; it is not read")
    kind = kind_of(data)
    if kind == "page":
        raise FetchError(f"{url}: is neither a feed nor a sitemap; give the URL of the feed itself")
    return _parse_sitemap(data, url) if kind == "sitemap" else _parse_feed(data, url)


def _parse_feed(data: bytes, url: str) -> Listing:
    import feedparser

    try:
        parsed: Any = feedparser.parse(
            data, response_headers={"content-location": url}, sanitize_html=True, resolve_relative_uris=True
        )
    except Exception as error:  # for malformed tags feedparser raises any exception
        raise FetchError(
            f"{url}: the feed cannot be parsed ({type(error).__name__}); report it to its publisher"
        ) from error
    items: dict[str, FeedItem] = {}
    for entry in parsed.entries[:MAX_ITEMS]:
        link = _link(url, str(entry.get("link") or ""))
        if link is None or link in items or link == url:
            continue
        content = "\n".join(str(entry.get(key) or "") for key in ("title", "updated", "published", "summary"))
        items[link] = FeedItem(
            url=link,
            title=_text(entry.get("title")),
            published=_iso(entry.get("published_parsed" if "published_parsed" in entry else "updated_parsed")),
            version=hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:16],
        )
    if not items and parsed.bozo:
        raise FetchError(
            f"{url}: the feed cannot be parsed ({quoted(parsed.bozo_exception)}); report it to its publisher"
        )
    return Listing(title=_text(parsed.feed.get("title")), items=tuple(items.values()))


def _parse_sitemap(data: bytes, url: str) -> Listing:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise FetchError(
            f"{url}: the sitemap cannot be parsed ({quoted(error)}); report it to its publisher"
        ) from error
    rows = [{_local(leaf.tag): (leaf.text or "").strip() for leaf in row.iter()} for row in root]
    linked = ((_link(url, row["loc"]), row) for row in rows if row.get("loc"))
    links = [(link, row) for link, row in linked if link is not None][:MAX_ITEMS]
    if _local(root.tag) == "sitemapindex":
        return Listing(sitemaps=tuple(link for link, _ in links))
    items = (
        FeedItem(
            url=link,
            title=_text(row.get("title")),
            published=iso_date(row.get("publication_date", "")),
            version=row.get("lastmod") or row.get("publication_date", ""),
        )
        for link, row in links
    )
    return Listing(items=tuple({item.url: item for item in items}.values()))


def _link(base: str, address: str) -> str | None:
    """Return ``address``, resolved against ``base``, as an http or https URL; None for others, as "http:a" or "http://["."""
    try:
        link = urljoin(base, address)
        parts = urlsplit(link)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts.scheme + link[len(parts.scheme) :]  # "Http://" is the same as "http://"


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


def _text(value: object) -> str | None:
    return " ".join(str(value).split())[:500] or None if value else None


def _iso(parsed: time.struct_time | None) -> str | None:
    """Return feedparser's time, which is UTC, as ISO 8601; None where it is missing or invalid."""
    try:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(calendar.timegm(parsed))) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None
