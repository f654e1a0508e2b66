from __future__ import annotations

import gzip
import hashlib
import socket
import struct
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from geomap.errors import ArticleError, FetchError
from geomap.ingest.readers import load_articles
from geomap.web.fetch import Fetched, Fetcher, Limits, _seconds, _validator
from geomap.web.public_network import may_connect
from tests.support.server import Answer, NewsServer, news_server

pytestmark = pytest.mark.enable_socket

ONE = "Wed, 20 Sep 2023 12:00:00 GMT"
NOW = datetime(2023, 9, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def server():
    with news_server() as running:
        yield running


class Time:
    """A clock that sleeping moves on."""

    def __init__(self) -> None:
        self.t = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.t

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.t += seconds


def fetcher(**limits) -> Fetcher:
    time = Time()
    limits = {"allowed": ("127.0.0.1",)} | limits
    return Fetcher(limits=Limits(**limits), clock=time.clock, sleep=time.sleep, now=lambda: NOW)


def error_of(call) -> str:
    with pytest.raises(FetchError) as caught:
        call()
    return str(caught.value)


def test_a_page_comes_with_its_charset_and_the_time_and_we_say_who_we_are(server: NewsServer):
    url = server.story("/a", "A title", "Text.")
    body = server.answers["/a"]
    assert fetcher().fetch(url) == Fetched(
        url=url,
        data=body.body,
        retrieved="2023-09-23T12:00:00Z",
        content_type="text/html",
        charset="utf-8",
        etag=body.etag,
        last_modified=None,
    )
    assert server.seen_headers[0]["user-agent"].startswith("geomap/")


def test_what_has_not_changed_is_not_sent_again(server: NewsServer):
    url = server.story("/a", "A title", "Text.")
    again = fetcher().fetch(url, etag=server.answers["/a"].etag)
    assert (again.data, server.asked) == (None, [("/a", 304)])


def test_redirects_are_followed_and_the_last_address_is_told(server: NewsServer):
    server.story("/c", "A title", "Text.")
    server.redirect("/b", "/c", 301)
    assert fetcher().fetch(server.redirect("/a", f"{server.url}/b")).url == f"{server.url}/c"


def test_a_circle_of_redirects_ends(server: NewsServer):
    url = server.redirect("/a", "/a")
    assert error_of(lambda: fetcher().fetch(url)) == f"{url}: redirects more than 5 times; give the last address"
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
    ],
)
def test_a_redirect_into_a_private_network_is_refused(server: NewsServer, target: str):
    assert "which is not public" in error_of(lambda: fetcher().fetch(server.redirect("/a", target)))


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/x", "gopher://example.org", "javascript:alert(1)"]
)
def test_a_redirect_to_another_scheme_is_refused(server: NewsServer, target: str):
    assert "only http and https" in error_of(lambda: fetcher().fetch(server.redirect("/a", target)))


def test_a_name_that_leads_home_is_refused_unless_the_user_allows_it(server: NewsServer):
    port = server.http.server_port
    server.story("/a", "A title", "Text.")
    closed = Fetcher(resolve=lambda _host, _port: ["127.0.0.1"])
    assert error_of(lambda: closed.fetch(f"http://news.example:{port}/a")).startswith(
        "news.example: has the address 127.0.0.1, which is not public, and is not fetched;"
    )
    opened = Fetcher(limits=Limits(allowed=("127.0.0.0/8",)), resolve=lambda _host, _port: ["127.0.0.1"])
    assert opened.fetch(f"http://news.example:{port}/a").data
    assert server.asked == [("/a", 200)]


def test_the_checked_address_is_the_connected_one_though_the_name_changes_its_mind(server: NewsServer):
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    rebinding = Fetcher(limits=Limits(allowed=("127.0.0.1",)), resolve=lambda _host, _port: next(answers))
    server.story("/a", "A title", "Text.")
    assert rebinding.fetch(f"http://news.example:{server.http.server_port}/a").data


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    mixed = Fetcher(resolve=lambda _host, _port: ["93.184.216.34", "192.168.0.1"])
    assert "has the address 192.168.0.1" in error_of(lambda: mixed.fetch("http://news.example/"))


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("240.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("::7f00:1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("2001:0:a00:1::", False),
    ],
)
def test_only_public_addresses_are_connected_to(address: str, may: bool):
    assert may_connect(address) is may


def test_a_missing_page_is_told_with_its_status(server: NewsServer):
    with pytest.raises(FetchError) as caught:
        fetcher().fetch(f"{server.url}/gone")
    assert (str(caught.value), caught.value.status) == (
        f"{server.url}/gone: the server answers HTTP 404; check the URL",
        404,
    )


def test_a_short_retry_after_is_waited_for_once(server: NewsServer):
    server.answers["/a"] = Answer(status=429, headers={"Retry-After": "7"})
    polite = fetcher()
    assert "retry after 7 s" in error_of(lambda: polite.fetch(f"{server.url}/a"))
    assert polite.sleep.__self__.slept == [7.0]
    assert server.asked == [("/a", 429), ("/a", 429)]


def test_a_long_retry_after_is_handed_on(server: NewsServer):
    server.answers["/a"] = Answer(status=503, headers={"Retry-After": "Sat, 23 Sep 2023 12:10:00 GMT"})
    with pytest.raises(FetchError) as caught:
        fetcher().fetch(f"{server.url}/a")
    assert (caught.value.status, caught.value.retry_after, len(server.asked)) == (503, 600.0, 1)


def test_two_requests_to_one_host_keep_their_distance(server: NewsServer):
    url = server.story("/a", "A title", "Text.")
    polite = fetcher(seconds_between=2.0)
    polite.fetch(url)
    polite.fetch(url)
    assert polite.sleep.__self__.slept == [2.0]


@pytest.mark.parametrize(("what", "seconds", "told"), [("headers", 0.5, "0.5 s"), ("body", 1.0, "1 s")])
def test_a_trickle_ends_at_the_deadline(what: str, seconds: float, told: str):
    """A byte every 50 ms renews any time-out of a single read; only a deadline ends it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        client, _ = listener.accept()
        if what == "body":
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        try:
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Wait: on\r\n" * 1000:
                client.sendall(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            client.close()

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    began = time.monotonic()
    said = error_of(lambda: Fetcher(limits=Limits(seconds=seconds, allowed=("127.0.0.1",))).fetch(url))
    assert said == f"{url}: timed out after {told}; try again later"
    assert time.monotonic() - began < seconds + 1.5
    listener.close()
    thread.join(5)


def test_gzip_is_unpacked(server: NewsServer):
    assert fetcher().fetch(server.zipped("/a", b"news " * 1000)).data == b"news " * 1000


def test_gzip_of_words_that_come_again_after_thirty_thousand_bytes_is_unpacked(server: NewsServer):
    words = b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(1000))
    assert fetcher().fetch(server.zipped("/a", words * 2)).data == words * 2


def test_a_gzip_bomb_is_not_unpacked(server: NewsServer):
    url = server.zipped("/a", bytes(50_000_000))
    assert (
        error_of(lambda: fetcher(n_bytes=1_000_000).fetch(url))
        == f"{url}: decompresses to more than 1 MB; it is not read"
    )


@pytest.mark.parametrize("spoil", [lambda z: z[:-20], lambda z: z[:20] + b"spoilt" + z[26:]])
def test_a_broken_gzip_is_an_error(server: NewsServer, spoil):
    url = server.zipped("/a", bytes(range(256)) * 100)
    server.answers["/a"].body = spoil(server.answers["/a"].body)
    assert "its gzip br" in error_of(lambda: fetcher().fetch(url)) or "its gzip is" in error_of(
        lambda: fetcher().fetch(url)
    )


@pytest.mark.parametrize(("n_bytes", "mb"), [(100_000, "0.1"), (1_000_000, "1")])
def test_a_body_that_is_too_long_is_not_read(server: NewsServer, n_bytes: int, mb: str):
    server.answers["/a"] = Answer(body=bytes(n_bytes + 100_000))
    url = f"{server.url}/a"
    assert error_of(lambda: fetcher(n_bytes=n_bytes).fetch(url)) == f"{url}: is larger than {mb} MB; it is not read"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://user:secret@example.org/x", "example.org/x: a URL with a user name or password is not fetched"),
        ("http://", "only http and https"),
        ("http://[::1", "is not a URL"),
        ("http://example.org:99999/", "is not a URL"),
        ("feed.xml", "only http and https"),
    ],
)
def test_a_bad_address_is_one_clear_line_without_the_password(url: str, says: str):
    said = error_of(lambda: Fetcher().fetch(url))
    assert says in said
    assert "secret" not in said


def test_a_name_without_an_address_is_told():
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    assert error_of(lambda: Fetcher(resolve=nowhere).fetch("http://nowhere.example/")) == (
        "nowhere.example: has no address in the DNS; check the spelling"
    )


def test_what_is_no_http_is_told():
    listener = socket.create_server(("127.0.0.1", 0))

    def shout() -> None:
        client, _ = listener.accept()
        client.sendall(b"\x00\xff not http \r\n\r\n")
        client.close()

    thread = threading.Thread(target=shout, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    assert "the response is incomplete or not HTTP" in error_of(
        lambda: Fetcher(limits=Limits(allowed=("127.0.0.1",))).fetch(url)
    )
    thread.join(5)
    listener.close()


PARAGRAPHS = (
    "Families from Khankendi crossed the bridge near Goris on Sunday and were met with bread and tea. " * 3,
) * 2


def test_an_address_is_read_as_the_article_of_its_page(server: NewsServer):
    url = server.story("/2023/goris.html", "Families reach Goris", *PARAGRAPHS)
    [article] = load_articles([url], fetcher=fetcher())
    assert (article.id, article.url, article.title, article.published, article.source, article.retrieved) == (
        url,
        url,
        "Families reach Goris",
        "2023-09-23",
        "The Daily Square",
        "2023-09-23T12:00:00Z",
    )
    assert article.sha256 == hashlib.sha256(server.answers["/2023/goris.html"].body).hexdigest()
    assert article.text.count("Goris") == 4
    assert "newsletter" not in article.text


def test_an_address_tells_where_it_led_and_no_page_takes_the_name_of_another_host_s(server: NewsServer):
    there = server.story("/a", "Families reach Goris", *PARAGRAPHS, canonical="https://bank.example/login")
    [article] = load_articles([server.redirect("/short", "/a")], fetcher=fetcher())
    assert (article.id, article.url) == (f"{server.url}/short", there)


def test_a_text_behind_an_address_is_of_its_host(server: NewsServer):
    server.answers["/2023-09-24.txt"] = Answer(
        body="Goris, séance: the council met in Goris.".encode("latin-1"),
        headers={"Content-Type": "text/plain; charset=iso-8859-1"},
    )
    [article] = load_articles([f"{server.url}/2023-09-24.txt"], fetcher=fetcher())
    assert (article.text, article.source, article.published) == (
        "Goris, séance: the council met in Goris.",
        "127.0.0.1",
        "2023-09-24",
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{}/none", "{}/none: the server answers HTTP 404; check the URL"),
        ("{}/feed.xml", "{}/feed.xml: is a feed or a sitemap, not an article; add it to a map project (`geomap init`)"),
        (
            "file:///etc/passwd",
            "file:///etc/passwd: only http and https URLs are fetched; save the page and add the file",
        ),
    ],
)
def test_an_address_that_gives_no_article_is_one_line_in_its_place(server: NewsServer, source: str, said: str):
    server.feed(("/a", "A title", "Sat, 23 Sep 2023 10:00:00 GMT"))
    whole = server.story("/b", "Families reach Goris", *PARAGRAPHS)
    error, article = load_articles([source.format(server.url), whole], fetcher=fetcher())
    assert (type(error), str(error), article.id) == (ArticleError, said.format(server.url), whole)


def test_an_address_is_not_fetched_where_nobody_is_given_to_fetch_it(server: NewsServer):
    url = server.story("/a", "Families reach Goris", *PARAGRAPHS)
    [error] = load_articles([url])
    assert str(error) == f"{url}: is a URL, which is not fetched here; save the page and give the file"
    assert server.asked == []


@contextmanager
def raw(*said: bytes, is_reset: bool = False):
    """Answer one connection with these bytes and hang up, and give the address; a reset is no end but an error."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        client, _ = listener.accept()
        client.recv(65536)
        for part in said:
            client.sendall(part)
        if is_reset:
            time.sleep(0.2)  # a reset throws away what the other side has not read
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    thread.join(5)
    listener.close()


@pytest.mark.parametrize(
    ("is_reset", "why"),
    [
        (True, "[Errno 104] Connection reset by peer"),
        (False, "peer closed connection without sending complete message body (received 4 bytes, expected 100)"),
    ],
)
def test_a_connection_that_breaks_in_the_body_is_one_line(why: str, *, is_reset: bool):
    with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", b"half", is_reset=is_reset) as url:
        assert error_of(lambda: fetcher().fetch(url)) == (
            f"{url}: the response is incomplete or not HTTP ({why}); try again later"
        )


def test_no_connection_is_told_as_such():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    said = error_of(lambda: fetcher().fetch(url))
    assert said == f"{url}: no connection ([Errno 111] Connection refused); check the URL and the network"


def test_more_headers_than_an_answer_needs_are_not_read():
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: <" + b"a" * 50_000 + b">\r\n\r\n"
    with raw(*[interim] * 7) as url:
        said = error_of(lambda: fetcher().fetch(url))
        assert said == f"{url}: sends more than 0.3 MB of headers; it is not read"


@pytest.mark.parametrize(("n_bytes", "mb"), [(1000, "0.001"), (1_000_000, "1")])
def test_frames_beyond_a_megabyte_are_not_read(n_bytes: int, mb: str):
    chunk = b"1;" + b"a" * 10_000 + b"\r\nx\r\n"
    with raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[chunk] * 250, b"0\r\n\r\n") as url:
        said = error_of(lambda: fetcher(n_bytes=n_bytes).fetch(url))
        assert said == f"{url}: is larger than {mb} MB; it is not read"


def test_frames_of_less_than_a_megabyte_are_read_whatever_the_body_may_have():
    chunk = b"1;" + b"a" * 10_000 + b"\r\nx\r\n"
    with raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[chunk] * 80, b"0\r\n\r\n") as url:
        assert fetcher(n_bytes=100).fetch(url).data == b"x" * 80


@pytest.mark.parametrize("size", [100, 101])
@pytest.mark.parametrize("is_zipped", [False, True])
def test_a_body_may_be_as_long_as_the_limit(server: NewsServer, size: int, *, is_zipped: bool):
    server.answers["/a"] = Answer(body=b"a" * size)
    url = server.zipped("/a", b"a" * size) if is_zipped else f"{server.url}/a"
    if size == 100:
        assert fetcher(n_bytes=100).fetch(url).data == b"a" * size
    else:
        assert error_of(lambda: fetcher(n_bytes=100).fetch(url)) == f"{url}: is larger than 0.0001 MB; it is not read"


@pytest.mark.parametrize(
    ("encoding", "data"),
    [("x-gzip", b"news"), (" GZIP ", b"news"), ("identity", None), ("", None), (" Identity ", None)],
)
def test_a_body_is_unpacked_as_the_server_says(server: NewsServer, encoding: str, data: bytes | None):
    packed = gzip.compress(b"news")
    server.answers["/a"] = Answer(body=packed, headers={"Content-Encoding": encoding})
    assert fetcher().fetch(f"{server.url}/a").data == (data or packed)


def test_a_packing_that_was_not_asked_for_is_not_read(server: NewsServer):
    server.answers["/a"] = Answer(body=b"x", headers={"Content-Encoding": "br"})
    url = f"{server.url}/a"
    assert error_of(lambda: fetcher().fetch(url)) == f"{url}: is encoded as br, which was not requested; it is not read"
    sent = server.seen_headers[0]
    assert (sent["accept-encoding"], sent["accept"], "if-none-match" in sent) == ("gzip", "*/*", False)


def test_a_gzip_of_several_members_is_read_whole_and_what_follows_is_not(server: NewsServer):
    body = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two") + b"\x00 trailing"
    server.answers["/a"] = Answer(body=body, headers={"Content-Encoding": "gzip"})
    assert fetcher().fetch(f"{server.url}/a").data == b"one two"
    server.answers["/a"].body = gzip.compress(b"one ") + gzip.compress(b"two")[:-3]
    assert "its gzip is incomplete" in error_of(lambda: fetcher().fetch(f"{server.url}/a"))
    server.answers["/a"].body = b""
    assert "its gzip is incomplete" in error_of(lambda: fetcher().fetch(f"{server.url}/a"))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("a" * 1000, "a" * 1000), ("a" * 1001, None), ("é", None), ("a\x07", None), ("", None), (" ", None), (" a ", "a")],
)
def test_a_validator_is_kept_where_it_may_be_sent_back(sent: str, kept: str | None):
    assert _validator(sent) == kept
    assert _validator(None) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("10000000", 10_000_000.0),
        ("10000001", 10_000_000.0),
        ("9" * 10, 10_000_000.0),
        ("0" * 11, 10_000_000.0),
        ("0000000007", 7.0),
        ("٣", None),
        ("-1", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("Sat, 23 Sep 2023 12:10:00 GMT", 600.0),
        ("Sat, 23 Sep 2023 11:10:00 GMT", 0.0),
        ("Sat, 23 Sep 2026 12:10:00 GMT", 10_000_000.0),
        ("Sat, 23 Sep 2023 12:10:00", None),
    ],
)
def test_how_long_a_server_asks_to_be_left_alone(header: str | None, seconds: float | None):
    assert _seconds(header, NOW) == seconds


def test_a_server_that_names_no_time_is_not_asked_again(server: NewsServer):
    server.answers["/a"] = Answer(status=503)
    url = f"{server.url}/a"
    said = error_of(lambda: fetcher().fetch(url))
    assert said == f"{url}: rate limited by the server (HTTP 503); retry later"
    assert server.asked == [("/a", 503)]


def test_a_wait_as_long_as_the_limit_is_waited(server: NewsServer):
    for seconds, n_asked in (("10", 2), ("11", 1)):
        server.answers["/a"] = Answer(status=429, headers={"Retry-After": seconds})
        server.asked.clear()
        error_of(lambda: fetcher().fetch(f"{server.url}/a"))
        assert len(server.asked) == n_asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_redirect_is_one_and_without_an_address_it_is_none(server: NewsServer, status: int):
    there = server.story("/b", "T", "Text.")
    assert fetcher().fetch(server.redirect("/a", "/b", status)).url == there
    server.answers["/a"] = Answer(status=status)
    assert f"the server answers HTTP {status}" in error_of(lambda: fetcher().fetch(f"{server.url}/a"))


def test_as_many_redirects_as_allowed_are_followed(server: NewsServer):
    there = server.story("/2", "T", "Text.")
    server.redirect("/1", "/2")
    url = server.redirect("/0", "/1")
    assert fetcher(n_redirects=2).fetch(url).url == there
    assert "redirects more than 1 times" in error_of(lambda: fetcher(n_redirects=1).fetch(url))
    polite = fetcher(n_redirects=2, seconds_between=2.0)
    polite.fetch(url)
    assert polite.sleep.__self__.slept == [2.0, 2.0]


def test_the_host_is_one_by_any_port_and_with_www():
    polite = fetcher(seconds_between=2.0)
    for url in ("http://www.a.example/", "http://a.example.:8080/x", "http://b.example/"):
        polite._wait_for(url)
    assert polite.sleep.__self__.slept == [2.0]


@pytest.mark.parametrize(("later", "slept"), [(1.5, [0.5]), (2.0, []), (2.5, [])])
def test_a_host_that_was_left_alone_long_enough_is_asked_at_once(server: NewsServer, later: float, slept: list[float]):
    polite = fetcher(seconds_between=2.0)
    url = server.story("/a", "A title", "Text.")
    polite.fetch(url)
    polite.sleep.__self__.t += later
    polite.fetch(url)
    assert polite.sleep.__self__.slept == slept


def test_another_status_that_holds_a_page_is_read_and_others_are_not(server: NewsServer):
    url = f"{server.url}/a"
    server.answers["/a"] = Answer(
        status=203, body=b"x", headers={"Last-Modified": ONE, "Content-Type": "Text/HTML ; a"}
    )
    got = fetcher().fetch(url)
    assert (got.data, got.last_modified, got.content_type, got.charset, got.etag) == (
        b"x",
        ONE,
        "text/html",
        None,
        None,
    )
    for status in (201, 202, 206):
        server.answers["/a"] = Answer(status=status, body=b"x")
        assert f"answers HTTP {status}" in error_of(lambda: fetcher().fetch(url))
    server.answers["/a"] = Answer(status=304)
    assert "answers HTTP 304" in error_of(lambda: fetcher().fetch(url))
    assert fetcher().fetch(url, last_modified=ONE).data is None
    assert server.seen_headers[-1]["if-modified-since"] == ONE


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html; charset=UTF-8", "utf-8"),
        ('text/html;CHARSET = "koi8-r"', "koi8-r"),
        ("text/html; charset='x'", "x"),
        ("text/html; charset=" + "a" * 41, "a" * 40),
        ("text/html; charset=", None),
    ],
)
def test_the_charset_is_what_the_server_declares(server: NewsServer, content_type: str, charset: str | None):
    server.answers["/a"] = Answer(body=b"x", headers={"Content-Type": content_type})
    assert fetcher().fetch(f"{server.url}/a").charset == charset


def test_what_a_fetcher_asks_of_a_server_unless_told_otherwise():
    assert Limits() == Limits(
        n_bytes=10_000_000, seconds=30.0, n_redirects=5, longest_wait=10.0, seconds_between=1.0, allowed=()
    )
