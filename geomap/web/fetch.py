"""Fetch untrusted addresses with limits on size, time, redirects and rate; private networks are blocked (SSRF).

A name is resolved once; every address it gives is checked, and the connection goes to the checked address itself, so
that a second answer of the DNS cannot lead elsewhere. Each redirect starts again from there.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geomap._version import __version__
from geomap.errors import FetchError, quoted
from geomap.web.urls import checked_url, joined_url

if TYPE_CHECKING:
    import httpcore

    from geomap.web.public_network import PublicNetwork

USER_AGENT = f"geomap/{__version__} (maps of news articles; reads feeds a newsroom chose)"
REDIRECTS = {301, 302, 303, 307, 308}
_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?+([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_MAX_HEADERS = 300_000
"""Bytes of an answer before its body, interim answers (100, 103) included; h11 takes 100 kB for one of them."""
_FRAMES = 1_000_000
"""Bytes that a body may take on the wire beyond its own length: the frames of its chunks, the headers of its members."""
_MAX_VALIDATOR = 1_000
"""Characters of an ETag or Last-Modified that is kept and sent back; longer ones are taken for none."""
_GZIP = 16 + zlib.MAX_WBITS
"""What zlib calls the format."""
_LONGEST_WAIT = 10_000_000
"""Seconds of a Retry-After; what a server asks beyond is no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a server may ask of us."""

    n_bytes: int = 10_000_000
    """Longest body, unpacked and packed; with 1 MB for the frames of chunks, and 0.3 MB for the headers of each answer."""
    seconds: float = 30.0
    """For the whole fetch, redirects and the DNS included, however slowly the bytes come; for the second try again."""
    n_redirects: int = 5
    longest_wait: float = 10.0
    """A server that asks (429, 503) for no more seconds than this is asked once more; others raise."""
    seconds_between: float = 1.0
    """Between two requests to one host, redirects and second tries included; its ports and its ``www.`` are one host."""
    allowed: tuple[str, ...] = ()
    """Private networks the user opened: "10.0.0.0/8", "192.168.1.7"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server sent; ``data`` is None where nothing changed since (HTTP 304)."""

    url: str
    """The address that answered, after redirects."""
    data: bytes | None
    retrieved: str
    """ISO 8601, UTC."""
    content_type: str = ""
    charset: str | None = None
    """As the server declares it, which need not be true."""
    etag: str | None = None
    last_modified: str | None = None


def resolve_name(host: str, port: int) -> list[str]:
    """Return the addresses of ``host`` as the system knows them, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


@dataclass(kw_only=True)
class Fetcher:
    """Fetches addresses one at a time, politely; clock, sleep and resolver are arguments so that tests can own them."""

    limits: Limits = field(default_factory=Limits)
    resolve: Callable[[str, int], list[str]] = resolve_name
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _last: dict[str, float] = field(default_factory=dict)

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Return what ``url`` holds; FetchError where it cannot or may not be had.

        ``etag`` and ``last_modified`` of an earlier fetch let the server answer that nothing changed.
        """
        try:
            return self._fetch(url, etag, last_modified)
        except FetchError as error:
            wait = error.retry_after
            if wait is None or wait > self.limits.longest_wait:
                raise
            self.sleep(wait)
            return self._fetch(url, etag, last_modified)

    def _fetch(self, url: str, etag: str | None, last_modified: str | None) -> Fetched:
        headers: dict[bytes | str, bytes | str] = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", "Accept": "*/*"}
        if etag := _validator(etag):
            headers["If-None-Match"] = etag
        if last_modified := _validator(last_modified):
            headers["If-Modified-Since"] = last_modified
        here = checked_url(url)
        self._wait_for(here)
        network = self._network(self.clock() + self.limits.seconds)
        for n_redirects in range(self.limits.n_redirects + 1):
            if n_redirects:
                self._wait_for(here)
            found = self._ask(here, headers, network)
            if isinstance(found, Fetched):
                return found
            here = checked_url(joined_url(here, found))
        raise FetchError(f"{quoted(url)}: redirects more than {self.limits.n_redirects} times; give the last address")

    def _network(self, deadline: float) -> PublicNetwork:
        from geomap.web.public_network import PublicNetwork

        return PublicNetwork(resolve=self.resolve, allowed=self.limits.allowed, clock=self.clock, deadline=deadline)

    def _wait_for(self, url: str) -> None:
        """Wait until the host of ``url`` may be asked again."""
        host = (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
        wait = self._last.get(host, float("-inf")) + self.limits.seconds_between - self.clock()
        if wait > 0:
            self.sleep(wait)
        self._last[host] = self.clock()

    def _ask(self, url: str, headers: dict[bytes | str, bytes | str], network: PublicNetwork) -> Fetched | str:
        """Return what was fetched, or the address to ask next."""
        import httpcore

        from geomap.web.public_network import TooManyBytes

        n_bytes = self.limits.n_bytes
        try:
            network.take(_MAX_HEADERS, what=f"sends more than {_MAX_HEADERS / 1e6:g} MB of headers")
            with (
                httpcore.ConnectionPool(ssl_context=_certificates(), network_backend=network) as pool,
                pool.stream("GET", url, headers=headers) as answer,
            ):
                network.take(n_bytes + _FRAMES, what=f"is larger than {n_bytes / 1e6:g} MB")
                is_known = "If-None-Match" in headers or "If-Modified-Since" in headers
                return self._take(url, answer, is_known=is_known)
        except FetchError:
            raise
        except TooManyBytes as error:
            raise FetchError(f"{quoted(url)}: {error}; it is not read") from error
        except httpcore.TimeoutException as error:
            raise FetchError(
                f"{quoted(url)}: was not there within {self.limits.seconds:g} s; try again later"
            ) from error
        except httpcore.ConnectError as error:
            raise FetchError(
                f"{quoted(url)}: no connection ({quoted(error)}); check the address and the network"
            ) from error
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
            httpcore.UnsupportedProtocol,
            OSError,  # of TLS, where httpcore lets it through
            ValueError,  # of what h11 and the standard library make of odd bytes
        ) as error:
            raise FetchError(
                f"{quoted(url)}: the answer broke off or is no HTTP ({quoted(error)}); try again later"
            ) from error

    def _take(self, url: str, answer: httpcore.Response, *, is_known: bool) -> Fetched | str:
        sent = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in answer.headers}
        status = answer.status
        if status in REDIRECTS and "location" in sent:
            return sent["location"]
        if status in (429, 503):
            wait = _seconds(sent.get("retry-after"), self.now())
            asked = f"asks to be left alone for {wait:.0f} s" if wait is not None else "asks to be left alone"
            raise FetchError(
                f"{quoted(url)}: the server {asked} (HTTP {status}); poll it less often",
                status=status,
                retry_after=wait,
            )
        if status not in (200, 203) and not (status == 304 and is_known):
            raise FetchError(f"{quoted(url)}: the server answers HTTP {status}; check the address", status=status)
        charset = _CHARSET.search(sent.get("content-type", ""))
        body = None if status == 304 else self._body(url, answer.iter_stream(), sent.get("content-encoding", ""))
        return Fetched(
            url=url,
            data=body,
            retrieved=self.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            content_type=sent.get("content-type", "").partition(";")[0].strip().lower()[:100],
            charset=charset[1].lower() if charset else None,
            etag=_validator(sent.get("etag")),
            last_modified=_validator(sent.get("last-modified")),
        )

    def _body(self, url: str, chunks: Iterable[bytes], encoding: str) -> bytes:
        if encoding.strip().lower() in ("gzip", "x-gzip"):
            chunks = _unzipped(chunks, url, self.limits.n_bytes)
        elif encoding.strip().lower() not in ("", "identity"):
            raise FetchError(f"{quoted(url)}: is packed as {quoted(encoding)}, which was not asked for; it is not read")
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > self.limits.n_bytes:
                raise FetchError(f"{quoted(url)}: is larger than {self.limits.n_bytes / 1e6:g} MB; it is not read")
        return bytes(body)


@cache
def _certificates() -> ssl.SSLContext:
    """Return the system's certificates; reading them takes 20 ms."""
    return ssl.create_default_context()


def _validator(sent: str | None) -> str | None:
    """Return an ETag or a date as it may be sent back; None for what is no header's value."""
    is_value = sent is not None and 0 < len(sent) <= _MAX_VALIDATOR and sent.isascii() and sent.isprintable()
    return sent.strip() or None if sent and is_value else None


def _unzipped(chunks: Iterable[bytes], url: str, n_bytes: int) -> Iterator[bytes]:
    """Yield gzip chunks unpacked, each at most ``n_bytes`` + 1, so that a bomb is noticed before it bursts.

    A file may have several members (RFC 1952); what follows them and is none is not read, as gunzip has it.
    """
    unpack, is_whole = zlib.decompressobj(_GZIP), False
    for chunk in chunks:
        rest = chunk
        while rest:
            try:
                unpacked = unpack.decompress(rest, n_bytes + 1)
            except zlib.error as error:
                if is_whole:
                    return
                raise FetchError(f"{quoted(url)}: its gzip is broken ({error}); try again later") from error
            if unpack.unconsumed_tail:
                raise FetchError(f"{quoted(url)}: unpacks to more than {n_bytes / 1e6:g} MB; it is not read")
            is_whole = is_whole and not unpacked
            yield unpacked
            rest = unpack.unused_data
            if unpack.eof:
                unpack, is_whole = zlib.decompressobj(_GZIP), True
    if not is_whole:
        raise FetchError(f"{quoted(url)}: its gzip breaks off; try again later")


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date; None where it says nothing."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text), _LONGEST_WAIT)) if len(text) <= 10 else float(_LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(text[:100]) - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):  # IndexError: of odd dates, in some versions of Python
        return None
    return min(max(0.0, seconds), float(_LONGEST_WAIT))
