"""Whatever a server sends is data: one line and the next source, within the limits."""

from __future__ import annotations

import ssl
import time

import httpcore
import pytest

from geomap.errors import FetchError
from geomap.web.fetch import Fetcher, Limits
from geomap.web.public_network import may_connect
from tests.attack.server import (
    LIMIT,
    PAGE,
    READ,
    REFUSED,
    attack,
    fetcher,
    headed,
    hostile_server,
    redirect,
    resolve_here,
    slowly,
    wait,
)

pytestmark = pytest.mark.enable_socket


@pytest.mark.parametrize("name", REFUSED)
def test_an_answer_that_is_none_is_one_line(name):
    with hostile_server() as server:
        server.answer = REFUSED[name]
        began = time.monotonic()
        with pytest.raises(FetchError) as caught:
            fetcher().fetch(server.url)
        assert time.monotonic() - began < 4
        assert server.n_sent < 12_000_000  # what is taken, and what the system's buffers hold
    assert str(caught.value).isprintable()
    assert "secret" not in str(caught.value)
    assert len(str(caught.value)) <= 600
    assert "; " in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("location [", "{url}: redirects to http://[, which is not a URL; give the URL of the page itself"),
        (
            "location password",
            "http://example.org/: a URL with a user name or password is not fetched; remove them",
        ),
        ("retry ²", "{url}: rate limited by the server (HTTP 503); retry later"),
        ("retry year", "{url}: rate limited by the server (HTTP 503); retry later"),
        ("retry 400 digits", "{url}: rate limited by the server (HTTP 503); retry after 10000000 s"),
        ("empty blocks of gzip", "{url}: is larger than 0.2 MB; it is not read"),
        ("informational for ever", "{url}: sends more than 0.3 MB of headers; it is not read"),
        ("gzip of empty members", "{url}: is larger than 0.2 MB; it is not read"),
        ("gzip cut off in its second member", "{url}: its gzip is incomplete; try again later"),
        ("not modified, unasked", "{url}: the server answers HTTP 304; check the URL"),
        (
            "retry of the last year",
            "{url}: rate limited by the server (HTTP 503); retry after 10000000 s",
        ),
        (
            "location with escape in its host",
            "http://ex ample.org/: is not a URL; give one like https://example.org/feed.xml",
        ),
        (
            "location of a bad password",
            "{url}: redirects to http://[, which is not a URL; give the URL of the page itself",
        ),
        (
            "location of another scheme and a password",
            "ftp://example.org/: only http and https URLs are fetched; save the page and add the file",
        ),
        ("headers that trickle", "{url}: timed out after 2 s; try again later"),
    ],
)
def test_the_line_states_what_is_wrong(name, said):
    with hostile_server() as server:
        server.answer = REFUSED[name]
        with pytest.raises(FetchError) as caught:
            fetcher().fetch(server.url)
        assert str(caught.value) == said.format(url=server.url)


@pytest.mark.parametrize("name", READ)
def test_an_odd_answer_is_read(name):
    with hostile_server() as server:
        server.answer = READ[name]
        fetched = fetcher().fetch(server.url)
        assert fetched.data == PAGE
        assert fetched.etag is None
        assert (fetched.charset or "").isascii()
        fetcher().fetch(server.url, etag="\x00bad", last_modified="x" * 5000)
        assert b"If-" not in server.asked[-1]


def test_what_is_packed_counts_as_well():
    """Blocks of gzip that unpack to nothing may not come for ever."""
    with hostile_server() as server:
        server.answer = REFUSED["empty blocks of gzip"]
        with pytest.raises(FetchError, match=rf"is larger than {LIMIT / 1e6:g} MB; it is not read$"):
            fetcher(seconds=20).fetch(server.url)


def test_each_redirect_waits_for_its_host():
    slept = []
    with hostile_server() as server:
        server.answer = redirect(server.url.encode())
        limits = Limits(seconds=5, allowed=("127.0.0.1/32",), n_redirects=3)
        with pytest.raises(FetchError, match="redirects more than 3 times"):
            Fetcher(limits=limits, clock=lambda: 100.0, sleep=slept.append).fetch(server.url)
    assert slept == [1.0, 1.0, 1.0]
    assert len(server.asked) == 4


def test_a_second_try_waits_for_the_host_too():
    slept = []
    with hostile_server() as server:
        server.answer = wait(b"0")
        limits = Limits(seconds=5, allowed=("127.0.0.1/32",))
        with pytest.raises(FetchError, match="retry after 0 s"):
            Fetcher(limits=limits, clock=lambda: 100.0, sleep=slept.append).fetch(server.url)
    assert slept == [0.0, 1.0]


@pytest.mark.parametrize("other", ["www.news.example", "news.example.", "www.news.example."])
def test_one_host_has_one_clock_however_it_is_called(other):
    slept = []
    with hostile_server() as server, hostile_server() as beside:
        server.answer = redirect(f"http://{other}:{beside.port}/".encode())
        beside.answer = headed()
        limits = Limits(seconds=5, allowed=("127.0.0.1/32",))
        asks = Fetcher(limits=limits, clock=lambda: 100.0, sleep=slept.append, resolve=lambda *_: ["127.0.0.1"])
        assert asks.fetch(f"http://news.example:{server.port}/").data == PAGE
    assert slept == [1.0]


@pytest.mark.parametrize("answer", [headed(), b"", slowly(b"\x16\x03\x03")], ids=["http", "nothing", "slow"])
def test_tls_that_is_none_is_one_line(answer):
    began = time.monotonic()
    with hostile_server() as server:
        server.answer = answer
        with pytest.raises(FetchError) as caught:
            fetcher(seconds=1.0).fetch(server.url.replace("http:", "https:"))
    assert time.monotonic() - began < 3
    assert str(caught.value).isprintable()
    assert "; " in str(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        httpcore.ConnectionNotAvailable,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
        httpcore.RemoteProtocolError,
        httpcore.LocalProtocolError,
        httpcore.PoolTimeout,
        httpcore.ConnectTimeout,
        httpcore.ReadTimeout,
        httpcore.WriteTimeout,
        httpcore.ConnectError,
        httpcore.ReadError,
        httpcore.WriteError,
        ssl.SSLCertVerificationError,
        ssl.SSLError,
        UnicodeError,
        OSError,
    ],
)
def test_each_error_of_the_network_is_one_line(error):
    """However it comes out of the connection: here, of the question for the address."""

    def resolve(host: str, port: int) -> list[str]:
        raise error("odd\x1b\n" * 500)

    with pytest.raises(FetchError) as caught:
        Fetcher(limits=Limits(seconds=1), resolve=resolve).fetch("https://example.org/")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 600


@pytest.mark.parametrize(
    "url",
    """http://127.0.0.2/ http://127.1/ http://2130706434/ http://0x7f000002/ http://0177.0.0.2/ http://[::ffff:127.0.0.2]/
    http://[::127.0.0.2]/ http://127.0.0.2:80/ http://１２７.０.０.２/ http://127。0。0。2/ http://⑫7.0.0.2/""".split(),
)
def test_a_number_that_leads_home_is_refused_in_each_spelling(url):
    with pytest.raises(FetchError, match=r"has the address [0-9a-f.:]+, which is not public"):
        Fetcher(limits=Limits(seconds=2), resolve=resolve_here).fetch(url)


@pytest.mark.parametrize(
    "host", ["a\x00b", "a\x1bb", "a b", "a%00b", "*", "", "a" * 254, "[fe80::1%lo]", "a\u202eb", "a]b"]
)
def test_a_host_that_is_no_name_is_not_looked_up(host):
    asked = []
    with pytest.raises(FetchError) as caught:
        Fetcher(resolve=lambda *one: asked.append(one) or []).fetch(f"http://{host}/")
    assert str(caught.value).isprintable()
    assert asked == []


@pytest.mark.parametrize(
    "url",
    ["http://user:secret@[", "ftp://user:secret@example.org/", "http://user:secret@ex℀mple.org/", "//user:secret@x/"],
)
def test_no_message_holds_a_password(url):
    with pytest.raises(FetchError) as caught:
        Fetcher().fetch(url)
    assert "secret" not in str(caught.value)


def test_a_resolver_that_never_answers_is_given_up():
    began = time.monotonic()
    limits = Limits(seconds=0.5, seconds_between=0)
    with pytest.raises(FetchError, match=r"^https://example\.org/: timed out after 0\.5 s; try again later$"):
        Fetcher(limits=limits, resolve=lambda *_: time.sleep(60) or []).fetch("https://example.org/")
    assert time.monotonic() - began < 3


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    with hostile_server() as proxy, hostile_server() as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        server.answer = headed()
        assert fetcher().fetch(server.url).data == PAGE
        assert proxy.asked == []


@pytest.mark.parametrize(
    "address",
    """fec0::1 feff::1 fe80::1 fc00::1 ::1 :: ff02::1 64:ff9b:1::a00:1 64:ff9b::10.0.0.1 2002:a00:1:: 2002:7f00:1::1
    2001:db8::1 3fff::1 100::1 5f00::1 ::ffff:10.0.0.1 ::10.0.0.1 2001:4860::5efe:10.0.0.1 2001:4860::200:5efe:127.0.0.1
    0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.0.0.1 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1
    168.63.129.16 2001:20::1 ::ffff:0:10.0.0.1 4000::1 fe80::1%lo 2001:0:4136:e378:8000:63bf:f5ff:fffe
    198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255""".split(),
)
def test_a_special_network_is_not_public(address):
    assert not may_connect(address)


def test_public_addresses_are_public():
    assert [may_connect(one) for one in ("93.184.216.34", "2606:2800:220:1::1", "64:ff9b::93.184.216.34")] == [True] * 3


def test_mutated_answers_give_no_traceback():
    assert attack(seed=12, n=600) == []
