from __future__ import annotations

import time

import pytest

from geomap.errors import FetchError
from geomap.ingest.feeds import FeedItem, Listing, kind_of, parse_listing

URL = "https://news.example/feed.xml"


def listing(text: str | bytes) -> Listing:
    return parse_listing(text if isinstance(text, bytes) else text.encode(), url=URL)


def items(found: Listing) -> list[tuple[str, str | None, str | None]]:
    return [(i.url, i.title, i.published) for i in found.items]


def test_rss_gives_title_links_and_dates():
    found = listing(
        '<?xml version="1.0"?><rss version="2.0"><channel><title>The Daily Square</title>'
        "<item><title>Fire &amp; rain</title><link>/a</link><pubDate>Sat, 23 Sep 2023 14:00:00 +0200</pubDate></item>"
        "<item><title>No date</title><link>https://news.example/b</link></item>"
        "<item><title>Again</title><link>https://news.example/b</link></item>"
        "<item><title>No link</title></item><item><link>javascript:alert(1)</link></item></channel></rss>"
    )
    assert found.title == "The Daily Square"
    assert items(found) == [
        ("https://news.example/a", "Fire & rain", "2023-09-23T12:00:00Z"),
        ("https://news.example/b", "No date", None),
    ]


def test_atom_gives_the_same():
    found = listing(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Squares</title><entry><title>Fire</title>'
        '<link href="https://news.example/a"/><updated>2023-09-23T12:00:00Z</updated></entry></feed>'
    )
    assert items(found) == [("https://news.example/a", "Fire", "2023-09-23T12:00:00Z")]


def test_an_item_whose_entry_changes_has_another_version():
    one = "<rss><channel><item><link>https://news.example/a</link><title>{}</title></item></channel></rss>"
    first, same, other = (listing(one.format(t)).items[0].version for t in ("Fire", "Fire", "Fire out"))
    assert first == same
    assert first != other


def test_a_sitemap_gives_its_articles_and_an_index_its_sitemaps():
    news = listing(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        "<url><loc>https://news.example/a</loc><lastmod>2023-09-24</lastmod><news:news>"
        "<news:publication_date>2023-09-23</news:publication_date><news:title>Fire</news:title></news:news></url>"
        "<url><loc>ftp://news.example/b</loc></url></urlset>"
    )
    assert news == Listing(
        items=(FeedItem(url="https://news.example/a", title="Fire", published="2023-09-23", version="2023-09-24"),)
    )
    index = listing("<sitemapindex><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>")
    assert index == Listing(sitemaps=("https://news.example/news.xml",))


LAUGHS = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(97 + i)} "{f"&{chr(96 + i)};" * 10}">' for i in range(1, 10)
)


@pytest.mark.parametrize("root", ["rss", "urlset", "feed"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_xml_bomb_is_refused_at_once(root: str, encoding: str):
    began = time.monotonic()
    with pytest.raises(FetchError, match="declares XML entities, which may be an XML bomb; it is not read"):
        listing(f"{LAUGHS}]><{root}><title>&j;</title></{root}>".encode(encoding))
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel><item>" + "<a>" * 100_000,
        "<rss",
        "<feed>\x00\xff",
        "<urlset><url>",
        '<!DOCTYPE urlset SYSTEM "file:///etc/passwd"><urlset/>',
    ],
)
def test_what_is_broken_is_one_line(text: str):
    with pytest.raises(FetchError) as caught:
        listing(text)
    assert str(caught.value).startswith(f"{URL}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><rss>", "feed"),
        (b"<rdf:RDF xmlns='x'>", "feed"),
        ("<feed>".encode("utf-16"), "feed"),
        (b"<urlset>", "sitemap"),
        (b"<!doctype html><html>", "page"),
        (b"rss in plain text", "page"),
        (b"", "page"),
    ],
)
def test_a_listing_is_known_by_its_root(data: bytes, kind: str):
    assert kind_of(data.replace(b"\xff\xfe", b"")) == kind


@pytest.mark.parametrize("address", ["http:a", "http://[", "mailto:a@e.org"])
def test_what_is_no_address_of_the_web_is_left_out(address: str):
    good = "https://news.example/b"
    rss = "".join(f"<item><link>{one}</link></item>" for one in (address, good))
    assert [i.url for i in listing(f'<rss version="2.0"><channel>{rss}</channel></rss>').items] == [good]
    urls = "".join(f"<url><loc>{one}</loc></url>" for one in (address, good))
    assert [i.url for i in listing(f"<urlset>{urls}</urlset>").items] == [good]


def test_an_address_whose_scheme_is_in_capitals_is_an_address_of_the_web():
    urls = "<url><loc>HTTP://example.org/A</loc></url><url><loc>http://example.org/A</loc></url>"
    assert [item.url for item in listing(f"<urlset>{urls}</urlset>").items] == ["http://example.org/A"]
