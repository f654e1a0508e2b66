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
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

from geomap import __version__
from geomap.articles import MAX_URL
from geomap.errors import FetchError

if TYPE_CHECKING:
    import httpcore

    from geomap.network import PublicNetwork

USER_AGENT = f"geomap/{__version__} (maps of news articles; reads feeds a newsroom chose)"
REDIRECTS = {301, 302, 303, 307, 308}
_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?+([\w.:-]{1,40})", re.IGNORECASE)
_MAX_HEADER = 1_000
"""Characters of a validator (ETag, Last-Modified) that is kept and sent back; longer ones are taken for none."""
_LONGEST_WAIT = 10_000_000
"""Seconds of a Retry-After; what a server asks beyond is no longer."""
_MAX_SHOWN = 200
"""Characters of what a server sent that a message quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a server may ask of us."""

    n_bytes: int = 10_000_000
    """Longest body, unpacked; on the wire a whole fetch, with headers and redirects, takes at most 1 MB more."""
    seconds: float = 30.0
    """For the whole fetch, redirects included, however slowly the bytes come."""
    n_redirects: int = 5
    longest_wait: float = 10.0
    """A server that asks (429, 503) for no more seconds than this is asked once more; others raise."""
    seconds_between: float = 1.0
    """Between two requests to one host, redirects included."""
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
        here = _checked_url(url)
        self._wait_for(here)
        deadline = self.clock() + self.limits.seconds
        network = self._network(deadline)
        for n_redirects in range(self.limits.n_redirects + 1):
            if n_redirects:
                self._wait_for(here)
            found = self._ask(here, headers, deadline, network)
            if isinstance(found, Fetched):
                return found
            here = _checked_url(_joined(here, found))
        raise FetchError(f"{_shown(url)}: redirects more than {self.limits.n_redirects} times; give the last address")

    def _network(self, deadline: float) -> PublicNetwork:
        from geomap.network import PublicNetwork

        return PublicNetwork(
            resolve=self.resolve,
            allowed=self.limits.allowed,
            clock=self.clock,
            deadline=deadline,
            n_bytes=self.limits.n_bytes + 1_000_000,
        )

    def _wait_for(self, url: str) -> None:
        """Wait until the host of ``url`` may be asked again."""
        host = urlsplit(url).hostname or ""
        wait = self._last.get(host, float("-inf")) + self.limits.seconds_between - self.clock()
        if wait > 0:
            self.sleep(wait)
        self._last[host] = self.clock()

    def _ask(
        self, url: str, headers: dict[bytes | str, bytes | str], deadline: float, network: PublicNetwork
    ) -> Fetched | str:
        """Return what was fetched, or the address to ask next."""
        import httpcore

        from geomap.network import TooManyBytes

        left = max(0.1, deadline - self.clock())
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), left)
        try:
            with (
                httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=network) as pool,
                pool.stream("GET", url, headers=headers, extensions={"timeout": timeouts}) as answer,
            ):
                return self._take(url, answer, deadline)
        except FetchError:
            raise
        except TooManyBytes as error:
            raise FetchError(
                f"{_shown(url)}: is larger than {self.limits.n_bytes / 1e6:g} MB; it is not read"
            ) from error
        except httpcore.TimeoutException as error:
            raise FetchError(
                f"{_shown(url)}: was not there within {self.limits.seconds:g} s; try again later"
            ) from error
        except httpcore.ConnectError as error:
            raise FetchError(
                f"{_shown(url)}: no connection ({_shown(error)}); check the address and the network"
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
                f"{_shown(url)}: the answer broke off or is no HTTP ({_shown(error)}); try again later"
            ) from error

    def _take(self, url: str, answer: httpcore.Response, deadline: float) -> Fetched | str:
        sent = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in answer.headers}
        status = answer.status
        if status in REDIRECTS and "location" in sent:
            return sent["location"]
        if status in (429, 503):
            wait = _seconds(sent.get("retry-after"), self.now())
            asked = f"asks to be left alone for {wait:.0f} s" if wait is not None else "asks to be left alone"
            raise FetchError(
                f"{_shown(url)}: the server {asked} (HTTP {status}); poll it less often",
                status=status,
                retry_after=wait,
            )
        if status not in (200, 203, 304):
            raise FetchError(f"{_shown(url)}: the server answers HTTP {status}; check the address", status=status)
        charset = _CHARSET.search(sent.get("content-type", ""))
        body = (
            None if status == 304 else self._body(url, answer.iter_stream(), sent.get("content-encoding", ""), deadline)
        )
        return Fetched(
            url=url,
            data=body,
            retrieved=self.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            content_type=sent.get("content-type", "").partition(";")[0].strip().lower()[:100],
            charset=charset[1].lower() if charset else None,
            etag=_validator(sent.get("etag")),
            last_modified=_validator(sent.get("last-modified")),
        )

    def _body(self, url: str, chunks: Iterable[bytes], encoding: str, deadline: float) -> bytes:
        if encoding.strip().lower() in ("gzip", "x-gzip"):
            chunks = _unzipped(chunks, url, self.limits.n_bytes)
        elif encoding.strip().lower() not in ("", "identity"):
            raise FetchError(f"{_shown(url)}: is packed as {_shown(encoding)}, which was not asked for; it is not read")
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > self.limits.n_bytes:
                raise FetchError(f"{_shown(url)}: is larger than {self.limits.n_bytes / 1e6:g} MB; it is not read")
            if self.clock() > deadline:
                raise FetchError(f"{_shown(url)}: was not there within {self.limits.seconds:g} s; try again later")
        return bytes(body)


def _joined(here: str, location: str) -> str:
    """Return where a redirect leads; FetchError where that is no address."""
    try:
        return urljoin(here, location)
    except ValueError as error:
        raise FetchError(
            f"{_shown(here)}: redirects to {_shown(location)}, which is no address; give the last one"
        ) from error


def _checked_url(url: str) -> str:
    """Return ``url`` as it goes over the wire: http or https, no user name, IDNA host, escaped path, no fragment."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
        if host and not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError as error:
        raise FetchError(
            f"{_shown(url)}: is no address ({_shown(error)}); give one like https://example.org/feed.xml"
        ) from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise FetchError(f"{_shown(url)}: only http and https addresses are fetched; save the page and add the file")
    if parts.username or parts.password:
        raise FetchError(
            f"{_shown(url.rpartition('@')[2])}: an address with a user name or password is not fetched; leave it out"
        )
    if len(url) > MAX_URL:
        raise FetchError(f"{_shown(url)}: is longer than any address; check where it comes from")
    from urllib.parse import quote

    safe = "/%:@!$&'()*+,;=~-._?"
    at = f"[{host}]" if ":" in host else host
    at += f":{port}" if port else ""
    try:
        return urlunsplit((parts.scheme.lower(), at, quote(parts.path or "/", safe), quote(parts.query, safe), ""))
    except UnicodeEncodeError as error:  # half a surrogate pair
        raise FetchError(f"{_shown(url)}: is no address; give one like https://example.org/feed.xml") from error


def _shown(said: object) -> str:
    """Return what a server sent as a message may quote it: on one line, printable, not longer than a line or two."""
    text = "".join(c if c.isprintable() else " " for c in str(said)[: _MAX_SHOWN + 1])
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"


def _validator(sent: str | None) -> str | None:
    """Return an ETag or a date as it may be sent back; None for what is no header's value."""
    is_value = sent is not None and 0 < len(sent) <= _MAX_HEADER and sent.isascii() and sent.isprintable()
    return sent.strip() or None if sent and is_value else None


def _unzipped(chunks: Iterable[bytes], url: str, n_bytes: int) -> Iterator[bytes]:
    """Yield gzip chunks unpacked, each at most ``n_bytes`` + 1, so that a bomb is noticed before it bursts."""
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for chunk in chunks:
            unpacked = unpack.decompress(chunk, n_bytes + 1)
            if unpack.unconsumed_tail:
                raise FetchError(f"{_shown(url)}: unpacks to more than {n_bytes / 1e6:g} MB; it is not read")
            yield unpacked
    except zlib.error as error:
        raise FetchError(f"{_shown(url)}: its gzip is broken ({error}); try again later") from error
    if not unpack.eof:
        raise FetchError(f"{_shown(url)}: its gzip breaks off; try again later")


def _seconds(retry_after: str | None, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date; None where it says nothing."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:10]), _LONGEST_WAIT)) if len(text) <= 10 else float(_LONGEST_WAIT)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
