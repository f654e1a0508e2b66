"""Whatever a server sends is data: one line and the next source, within the limits."""

from __future__ import annotations

import time

import pytest

from geomap.errors import FetchError
from geomap.fetch import Fetcher, Limits
from geomap.network import may_connect
from tests.attack.server import LIMIT, PAGE, READ, REFUSED, attack, fetcher, headed, hostile_server, redirect

pytestmark = pytest.mark.enable_socket


@pytest.mark.parametrize("name", REFUSED)
def test_an_answer_that_is_none_is_one_line(name):
    with hostile_server() as server:
        server.answer = REFUSED[name]
        began = time.monotonic()
        with pytest.raises(FetchError) as caught:
            fetcher().fetch(server.url)
        assert time.monotonic() - began < 4
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) <= 600
    assert "; " in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("location [", "{url}: redirects to http://[, which is no address; give the last one"),
        ("location password", "example.org/: an address with a user name or password is not fetched; leave it out"),
        ("retry ²", "{url}: the server asks to be left alone (HTTP 503); poll it less often"),
        ("retry year", "{url}: the server asks to be left alone (HTTP 503); poll it less often"),
        ("retry 400 digits", "{url}: the server asks to be left alone for 10000000 s (HTTP 503); poll it less often"),
        ("empty blocks of gzip", "{url}: is larger than 0.2 MB; it is not read"),
        ("informational for ever", "{url}: is larger than 0.2 MB; it is not read"),
        ("headers that trickle", "{url}: was not there within 2 s; try again later"),
    ],
)
def test_the_line_says_what_is_wrong(name, said):
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


def test_a_resolver_that_never_answers_is_given_up():
    began = time.monotonic()
    limits = Limits(seconds=0.5, seconds_between=0)
    with pytest.raises(FetchError, match=r"^https://example\.org/: was not there within 0\.5 s; try again later$"):
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
    198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255""".split(),
)
def test_a_special_network_is_not_public(address):
    assert not may_connect(address)


def test_public_addresses_are_public():
    assert [may_connect(one) for one in ("93.184.216.34", "2606:2800:220:1::1", "64:ff9b::93.184.216.34")] == [True] * 3


def test_mutated_answers_give_no_traceback():
    assert attack(seed=12, n=300) == []
