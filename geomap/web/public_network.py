"""The network that `fetch` connects through: public addresses only, an overall deadline, a bound on received bytes."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterable
from functools import partial
from queue import Empty, Queue

import httpcore

from geomap.errors import FetchError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]
_SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in """fec0::/10 64:ff9b:1::/48 100::/64 2001::/23 3fff::/20 5f00::/16 192.88.99.0/24 192.0.0.0/24
    168.63.129.16""".split()
)
"""Networks that are not public although some version of Python counts them as global: site-local, local-use NAT64,
discard-only, protocol assignments, documentation, segment routing, 6to4 relays. Source: IANA's special-purpose registries.
The last is the host of a virtual machine of Azure."""
_ISATAP = (0x00005EFE, 0x02005EFE)
"""The third quarter of an IPv6 address that carries an IPv4 one (RFC 5214)."""


class TooManyBytes(Exception):
    """A server has sent more bytes than allowed; the message names what was too large."""


class PublicNetwork(httpcore.SyncBackend):
    """Resolves a host name once, checks every IP address it has, and connects to a checked IP address."""

    def __init__(
        self, *, resolve: Resolver, allowed: tuple[str, ...], clock: Callable[[], float], deadline: float
    ) -> None:
        self._resolve = resolve
        self._allowed = allowed
        self._clock = clock
        self._deadline = deadline
        self._n_left, self._what = 0, ""

    def left(self) -> float:
        """Return the seconds until the deadline; raise httpcore's ReadTimeout after it."""
        seconds = self._deadline - self._clock()
        if seconds <= 0:
            raise httpcore.ReadTimeout("no time left")
        return seconds

    def allow_bytes(self, n_bytes: int, *, what: str) -> None:
        """Allow ``n_bytes`` more bytes from now on; beyond them TooManyBytes is raised with the message ``what``."""
        self._n_left, self._what = n_bytes, what

    def count_bytes(self, n_bytes: int) -> None:
        """Count what came over the wire, packed as it was; TooManyBytes where it is more than may come."""
        self._n_left -= n_bytes
        if self._n_left < 0:
            raise TooManyBytes(self._what)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  (the deadline is nearer)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of ``host`` that answers; FetchError where one of them is private."""
        last: Exception | None = None
        resolve = partial(_in_time, self._resolve, left=self.left)
        for address in checked_addresses(host, port, resolve=resolve, allowed=self._allowed):
            try:
                inner = super().connect_tcp(address, port, self.left(), local_address, socket_options)
            except httpcore.ConnectError as error:
                last = error
            else:
                return _BoundedStream(inner, left=self.left, count_bytes=self.count_bytes)
        raise last or httpcore.ConnectError(f"{host} has no address")


def _in_time(resolve: Resolver, host: str, port: int, *, left: Callable[[], float]) -> list[str]:
    """Return the IP addresses of ``host``; raise httpcore's ReadTimeout where they are not resolved in time.

    The system's resolver has no timeout, so it runs in a thread that is abandoned when it is late.
    """
    answer: Queue[list[str] | Exception] = Queue()

    def run() -> None:
        try:
            answer.put(resolve(host, port))
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that waits
            answer.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        found = answer.get(timeout=left())
    except Empty as error:
        raise httpcore.ReadTimeout("the DNS does not answer") from error
    if isinstance(found, Exception):
        raise found
    return found


class _BoundedStream(httpcore.NetworkStream):
    """A stream with one deadline for all its operations, whose received bytes are counted."""

    def __init__(
        self, inner: httpcore.NetworkStream, *, left: Callable[[], float], count_bytes: Callable[[int], None]
    ) -> None:
        self._inner = inner
        self._left = left
        self._count_bytes = count_bytes

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        data = self._inner.read(max_bytes, self._left())
        self._count_bytes(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._inner.write(buffer, self._left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._left())
        return _BoundedStream(inner, left=self._left, count_bytes=self._count_bytes)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def checked_addresses(host: str, port: int, *, resolve: Resolver, allowed: tuple[str, ...]) -> list[str]:
    """Return the IP addresses of ``host``; FetchError where any of them is private and not allowed."""
    host = host.strip("[]")[:255]  # the longest valid name
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host}: has no address in the DNS; check the spelling") from error
    for address in addresses:
        if not may_connect(address, allowed):
            raise FetchError(
                f"{host}: has the address {address}, which is not public, and is not fetched;"
                ' if it is yours, allow it with --allow, in a project with allow = ["…"] in geomap.toml'
            )
    return addresses


def may_connect(address: str, allowed: Iterable[str] = ()) -> bool:
    """Return whether an IP address is public or in a network that the user allows; an embedded IPv4 address is checked."""
    ip = _plain(ipaddress.ip_address(address.partition("%")[0]))
    if any(ip.version == net.version and ip in net for net in map(_network, allowed)):
        return True
    if any(ip.version == net.version and ip in net for net in _SPECIAL):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise FetchError(f"{text}: is not an IP network; write it as 10.0.0.0/8 or 192.168.1.7") from error


def _plain(ip: Address) -> Address:
    """Return the IPv4 address embedded in an IPv6 address (mapped, 6to4, NAT64, Teredo, ISATAP), or ``ip`` itself."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in ipaddress.ip_network("64:ff9b::/96") or ip in ipaddress.ip_network("::/96"):
        low = int(ip) & 0xFFFFFFFF
        return ipaddress.IPv4Address(low) if low > 1 else ip  # ::1 is loopback, :: unspecified
    if int(ip) >> 32 & 0xFFFFFFFF in _ISATAP:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)
