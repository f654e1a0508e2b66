"""A server on loopback that answers with whatever bytes an attacker likes, and a generator of such answers."""

from __future__ import annotations

import gzip
import random
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from geomap.errors import FetchError
from geomap.fetch import Fetcher, Limits

Answer = bytes | Callable[[socket.socket], None]
PAGE = b"<html><body><article><p>Families left Goris.</p></article></body></html>"
OK = b"HTTP/1.1 200 OK\r\n"
LIMIT = 200_000
"""Bytes that a fetch may take in these tests."""


def headed(*headers: bytes, status: bytes = OK, body: bytes = PAGE) -> bytes:
    """Return an answer with its length."""
    lines = [*headers, b"Content-Length: %d" % len(body)]
    return status + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def redirect(location: bytes) -> bytes:
    return headed(b"Location: " + location, status=b"HTTP/1.1 302 Found\r\n", body=b"")


def wait(value: bytes) -> bytes:
    return headed(b"Retry-After: " + value, status=b"HTTP/1.1 503 Busy\r\n", body=b"")


def for_ever(block: bytes, *, start: bytes = b"", most: int = 50_000_000) -> Callable[[socket.socket], None]:
    """Return what sends ``block`` until the client hangs up; ``most`` bounds it, lest a test run away."""

    def send(client: socket.socket) -> None:
        client.sendall(start)
        for _ in range(most // len(block)):
            client.sendall(block)

    return send


def slowly(data: bytes, *, seconds: float = 0.05) -> Callable[[socket.socket], None]:
    """Return what sends a byte at a time, and never ends by itself."""

    def send(client: socket.socket) -> None:
        stop = threading.Event()
        for byte in data + b"x" * 10_000:
            client.sendall(bytes([byte]))
            stop.wait(seconds)

    return send


def reset(client: socket.socket) -> None:
    """End the connection by force."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _empty_blocks() -> bytes:
    """Return packed bytes that unpack to nothing: an empty stored block of deflate, again and again."""
    return b"\x00\x00\x00\xff\xff" * 20_000


_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
PACKED = OK + b"Content-Encoding: gzip\r\n\r\n"

REFUSED: dict[str, Answer] = {
    "nothing": b"",
    "reset": reset,
    "no http": b"220 mail.example ESMTP\r\n",
    "http 0.9": PAGE,
    "http 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "half a status line": b"HTTP/1.1 2",
    "status 999": headed(status=b"HTTP/1.1 999 Odd\r\n"),
    "status 099": headed(status=b"HTTP/1.1 099 Odd\r\n"),
    "status of twenty digits": headed(status=b"HTTP/1.1 20000000000000000000 OK\r\n"),
    "reason with escapes": headed(status=b"HTTP/1.1 404 \x1b[2Jgone\r\n"),
    "informational for ever": for_ever(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "early hints for ever": for_ever(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "header for ever": for_ever(b"a" * 1000, start=OK + b"X: "),
    "headers for ever": for_ever(b"X-A: b\r\n" * 100, start=OK),
    "headers that trickle": slowly(OK + b"X: "),
    "body that trickles": slowly(OK + b"\r\n"),
    "body for ever": for_ever(b"<p>Goris</p>" * 100, start=OK + b"\r\n"),
    "chunks for ever": for_ever(b"1\r\na\r\n" * 100, start=OK + b"Transfer-Encoding: chunked\r\n\r\n"),
    "chunk of absurd size": OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nabc",
    "chunk of negative size": OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc",
    "trailers for ever": for_ever(b"X-A: b\r\n" * 100, start=OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"),
    "length too long": OK + b"Content-Length: 9999\r\n\r\n" + PAGE,
    "length negative": OK + b"Content-Length: -1\r\n\r\n" + PAGE,
    "lengths that differ": OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n" + PAGE,
    "empty blocks of gzip": for_ever(_empty_blocks(), start=PACKED + _GZIP_HEAD),
    "gzip bomb": headed(b"Content-Encoding: gzip", body=gzip.compress(bytes(30_000_000))),
    "gzip that is none": headed(b"Content-Encoding: gzip"),
    "gzip cut off": headed(b"Content-Encoding: gzip", body=gzip.compress(PAGE * 50)[:-9]),
    "deflate": headed(b"Content-Encoding: deflate", body=zlib.compress(PAGE)),
    "packed twice": headed(b"Content-Encoding: gzip, gzip", body=gzip.compress(gzip.compress(PAGE))),
    "packing with escapes": headed(b"Content-Encoding: \x1b[31m" + b"x" * 5000),
    "location [": redirect(b"http://["),
    "location [ relative": redirect(b"//["),
    "location with port": redirect(b"http://example.org:99999999/"),
    "location empty": redirect(b""),
    "location file": redirect(b"file:///etc/passwd"),
    "location javascript": redirect(b"javascript:alert(1)"),
    "location data": redirect(b"data:text/html,<p>Goris"),
    "location password": redirect(b"http://user:secret@example.org/"),
    "location 20 kB": redirect(b"http://example.org/" + b"a" * 20_000),
    "location latin": redirect(b"http://ex\xe4mple.invalid/\xff"),
    "location percent host": redirect(b"http://%31%32%37.0.0.1:1/"),
    "location with tab": redirect(b"http://127.0.0.2\t/"),
    "location site-local": redirect(b"http://[fec0::1]/"),
    "location mapped": redirect(b"http://[::ffff:10.0.0.1]/"),
    "location decimal": redirect(b"http://167772161/"),
    "location dots": redirect(b"http://10.0.0.1./"),
    "retry ²": wait("²".encode("latin-1")),
    "retry year": wait(b"Mon, 01 Jan 99999999999999999999 00:00:00 GMT"),
    "retry inf": wait(b"inf"),
    "retry nan": wait(b"nan"),
    "retry 1e400": wait(b"1e400"),
    "retry 400 digits": wait(b"9" * 400),
    "retry negative": wait(b"-1"),
    "retry zone": wait(b"Mon, 01 Jan 2024 00:00:00 +99999999"),
}
"""What is one line and the next source."""

READ: dict[str, Answer] = {
    "plain": headed(),
    "no length": OK + b"\r\n" + PAGE,
    "gzip": headed(b"Content-Encoding: gzip", body=gzip.compress(PAGE)),
    "etag of a megabyte": headed(b"ETag: " + b"x" * 50_000),
    "etag with escapes": headed(b"ETag: \xff\x1b"),
    "charset punycode": headed(b"Content-Type: text/html; charset=punycode"),
    "charset of escapes": headed(b"Content-Type: text/html; charset=unicode_escape"),
    "charset endless": headed(b"Content-Type: text/html; charset=" + b"a" * 5000),
    "cookie": headed(b"Set-Cookie: a=b", b"Set-Cookie: c=d"),
}
"""What is read all the same."""


class HostileServer:
    """Gives every connection the same answer; ``asked`` lists the beginnings of requests."""

    def __init__(self) -> None:
        self.answer: Answer = b""
        self.asked: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/a.html"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._reply, args=(client, self.answer), daemon=True).start()

    def _reply(self, client: socket.socket, answer: Answer) -> None:
        with client, suppress(OSError):
            client.settimeout(10)
            self.asked.append(client.recv(65_536))
            if isinstance(answer, bytes):
                client.sendall(answer)
                client.shutdown(socket.SHUT_WR)
                client.recv(1)
            else:
                answer(client)


@contextmanager
def hostile_server() -> Iterator[HostileServer]:
    server = HostileServer()
    try:
        yield server
    finally:
        server.close()


def fetcher(*, seconds: float = 2.0) -> Fetcher:
    """Return a fetcher of small limits that may ask this server."""
    limits = Limits(n_bytes=LIMIT, seconds=seconds, allowed=("127.0.0.1/32",), seconds_between=0, longest_wait=0.1)
    return Fetcher(limits=limits)


def attack(seed: int, n: int) -> list[str]:
    """Fetch ``n`` mutated answers; return what came out of any that is neither a page nor an error of one short line."""
    drawn = random.Random(seed)  # noqa: S311
    known = [one for one in (*REFUSED.values(), *READ.values()) if isinstance(one, bytes) and len(one) < 30_000]
    faults = []
    with hostile_server() as server:
        for number in range(n):
            server.answer = mutated(drawn, known)
            try:
                fetcher(seconds=1.0).fetch(server.url)
            except FetchError as error:
                if not str(error).isprintable() or len(str(error)) > 600:
                    faults.append(f"{seed} {number}: {str(error)[:300]!r}")
            except Exception as error:  # noqa: BLE001 - whatever comes out is a fault to report
                faults.append(f"{seed} {number}: {type(error).__name__}: {error}; {server.answer[:300]!r}")
    return faults


def mutated(drawn: random.Random, known: list[bytes]) -> bytes:
    """Return an answer spliced of two known ones, some of its bytes changed."""
    one, other = drawn.choice(known), drawn.choice(known)
    data = bytearray(one[: drawn.randint(0, len(one))] + other[drawn.randint(0, len(other)) :])
    for _ in range(drawn.choice((0, 1, 3, 20))):
        if data:
            data[drawn.randrange(len(data))] = drawn.choice(
                (0, 9, 10, 13, 27, 32, 58, 91, 128, 178, 255, drawn.randrange(256))
            )
    return bytes(data)
