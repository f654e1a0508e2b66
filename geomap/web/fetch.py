"""Fetch untrusted URLs with limits on size, time, redirects and rate; private networks are blocked (SSRF).

A host name is resolved once, every IP address it has is checked, and the connection is made to the checked IP address, so
that a second answer of the DNS has no effect. The same holds for each redirect.
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
"""Maximum bytes of a response before its body, interim responses (100, 103) included; h11 allows 100 kB for each."""
_FRAMES = 1_000_000
"""Bytes that a body may have on the wire in addition to its length: chunk headers and gzip member headers."""
_MAX_VALIDATOR = 1_000
"""Characters of an ETag or Last-Modified that is stored and sent back; a longer one is ignored."""
_GZIP = 16 + zlib.MAX_WBITS
"""zlib's ``wbits`` for gzip."""
_LONGEST_WAIT = 10_000_000
"""Seconds; a longer Retry-After is cut to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a fetch."""

    n_bytes: int = 10_000_000
    """Longest body, compressed and decompressed; in addition 1 MB of chunk headers and 0.3 MB of headers per response."""
    seconds: float = 30.0
    """Deadline of a fetch, with redirects and DNS; a retry has the same deadline again."""
    n_redirects: int = 5
    longest_wait: float = 10.0
    """Seconds; after a 429 or 503 whose Retry-After is at most this, the request is retried once; otherwise it fails."""
    seconds_between: float = 1.0
    """Seconds between two requests to one host, redirects and retries included; its ports and its ``www.`` are one host."""
    allowed: tuple[str, ...] = ()
    """Private networks that the user allows: "10.0.0.0/8", "192.168.1.7"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The response of a server; ``data`` is None if it has not changed (HTTP 304)."""

    url: str
    """The URL after redirects."""
    data: bytes | None
    retrieved: str
    """ISO 8601, UTC."""
    content_type: str = ""
    charset: str | None = None
    """As the server declares it; it may be wrong."""
    etag: str | None = None
    last_modified: str | None = None


def resolve_name(host: str, port: int) -> list[str]:
    """Return the IP addresses of ``host`` from the system's resolver, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


@dataclass(kw_only=True)
class Fetcher:
    """Fetches URLs one at a time, with a rate limit per host; clock, sleep and resolver are arguments for tests."""

    limits: Limits = field(default_factory=Limits)
    resolve: Callable[[str, int], list[str]] = resolve_name
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _last: dict[str, float] = field(default_factory=dict)

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Return the response to a request for ``url``; FetchError where it fails or is not allowed.

        With ``etag`` and ``last_modified`` of an earlier fetch the server may answer HTTP 304.
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
            found = self._request(here, headers, network)
            if isinstance(found, Fetched):
                return found
            here = checked_url(joined_url(here, found))
        raise FetchError(f"{quoted(url)}: redirects more than {self.limits.n_redirects} times; give the last address")

    def _network(self, deadline: float) -> PublicNetwork:
        from geomap.web.public_network import PublicNetwork

        return PublicNetwork(resolve=self.resolve, allowed=self.limits.allowed, clock=self.clock, deadline=deadline)

    def _wait_for(self, url: str) -> None:
        """Wait until the rate limit allows a request to the host of ``url``."""
        host = (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
        wait = self._last.get(host, float("-inf")) + self.limits.seconds_between - self.clock()
        if wait > 0:
            self.sleep(wait)
        self._last[host] = self.clock()

    def _request(self, url: str, headers: dict[bytes | str, bytes | str], network: PublicNetwork) -> Fetched | str:
        """Return the response, or the target of a redirect."""
        import httpcore

        from geomap.web.public_network import TooManyBytes

        n_bytes = self.limits.n_bytes
        try:
            network.allow_bytes(_MAX_HEADERS, what=f"sends more than {_MAX_HEADERS / 1e6:g} MB of headers")
            with (
                httpcore.ConnectionPool(ssl_context=_certificates(), network_backend=network) as pool,
                pool.stream("GET", url, headers=headers) as answer,
            ):
                network.allow_bytes(n_bytes + _FRAMES, what=f"is larger than {n_bytes / 1e6:g} MB")
                is_known = "If-None-Match" in headers or "If-Modified-Since" in headers
                return self._read_response(url, answer, is_known=is_known)
        except FetchError:
            raise
        except TooManyBytes as error:
            raise FetchError(f"{quoted(url)}: {error}; it is not read") from error
        except httpcore.TimeoutException as error:
            raise FetchError(f"{quoted(url)}: timed out after {self.limits.seconds:g} s; try again later") from error
        except httpcore.ConnectError as error:
            raise FetchError(
                f"{quoted(url)}: no connection ({quoted(error)}); check the URL and the network"
            ) from error
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
            httpcore.UnsupportedProtocol,
            OSError,  # of TLS, which httpcore does not translate
            ValueError,  # of h11 and the standard library for malformed bytes
        ) as error:
            raise FetchError(
                f"{quoted(url)}: the response is incomplete or not HTTP ({quoted(error)}); try again later"
            ) from error

    def _read_response(self, url: str, answer: httpcore.Response, *, is_known: bool) -> Fetched | str:
        sent = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in answer.headers}
        status = answer.status
        if status in REDIRECTS and "location" in sent:
            return sent["location"]
        if status in (429, 503):
            wait = _seconds(sent.get("retry-after"), self.now())
            retry = f"retry after {wait:.0f} s" if wait is not None else "retry later"
            raise FetchError(
                f"{quoted(url)}: rate limited by the server (HTTP {status}); {retry}",
                status=status,
                retry_after=wait,
            )
        if status not in (200, 203) and not (status == 304 and is_known):
            raise FetchError(f"{quoted(url)}: the server answers HTTP {status}; check the URL", status=status)
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
            raise FetchError(
                f"{quoted(url)}: is encoded as {quoted(encoding)}, which was not requested; it is not read"
            )
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
    """Return an ETag or a date as it may be sent back; None for an invalid header value."""
    is_value = sent is not None and 0 < len(sent) <= _MAX_VALIDATOR and sent.isascii() and sent.isprintable()
    return sent.strip() or None if sent and is_value else None


def _unzipped(chunks: Iterable[bytes], url: str, n_bytes: int) -> Iterator[bytes]:
    """Yield gzip chunks decompressed, each at most ``n_bytes`` + 1, so that a decompression bomb stops early.

    A file may have several members (RFC 1952); trailing bytes that are not a member are ignored, as by gunzip.
    """
    unpack, is_complete = zlib.decompressobj(_GZIP), False
    for chunk in chunks:
        rest = chunk
        while rest:
            try:
                unpacked = unpack.decompress(rest, n_bytes + 1)
            except zlib.error as error:
                if is_complete:
                    return
                raise FetchError(f"{quoted(url)}: its gzip is invalid ({error}); try again later") from error
            if unpack.unconsumed_tail:
                raise FetchError(f"{quoted(url)}: decompresses to more than {n_bytes / 1e6:g} MB; it is not read")
            is_complete = is_complete and not unpacked
            yield unpacked
            rest = unpack.unused_data
            if unpack.eof:
                unpack, is_complete = zlib.decompressobj(_GZIP), True
    if not is_complete:
        raise FetchError(f"{quoted(url)}: its gzip is incomplete; try again later")


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date; None where it is missing or invalid."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text), _LONGEST_WAIT)) if len(text) <= 10 else float(_LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(text[:100]) - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):  # IndexError: malformed dates, some versions of Python
        return None
    return min(max(0.0, seconds), float(_LONGEST_WAIT))
