"""A server on loopback that answers with whatever bytes an attacker likes, and a generator of such answers."""

from __future__ import annotations

import gzip
import ipaddress
import random
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from geomap.errors import FetchError
from geomap.web.fetch import Fetched, Fetcher, Limits
from geomap.web.public_network import may_connect

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
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
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
    "informational of 99 kB each": for_ever(OK.replace(b"200 OK", b"103 Hints") + b"X: " + b"a" * 99_000 + b"\r\n\r\n"),
    "switching protocols": headed(b"Upgrade: h2c", status=b"HTTP/1.1 101 Switching\r\n"),
    "no content": headed(status=b"HTTP/1.1 204 None\r\n", body=b""),
    "part": headed(b"Content-Range: bytes 0-9/99", status=b"HTTP/1.1 206 Part\r\n"),
    "not modified, unasked": headed(status=b"HTTP/1.1 304 Same\r\n", body=b""),
    "redirect without a location": headed(status=b"HTTP/1.1 302 Found\r\n", body=b""),
    "header of an odd name": headed(b"X\x00Y: 1"),
    "header with a NUL": headed(b"X: a\x00b"),
    "header without a colon": headed(b"Goris"),
    "header before any": OK + b" folded: 1\r\n\r\n" + PAGE,
    "status line of 1 MB": b"HTTP/1.1 200 " + b"O" * 1_000_000 + b"\r\n\r\n",
    "header for ever": for_ever(b"a" * 1000, start=OK + b"X: "),
    "headers for ever": for_ever(b"X-A: b\r\n" * 100, start=OK),
    "headers that trickle": slowly(OK + b"X: "),
    "body that trickles": slowly(OK + b"\r\n"),
    "body for ever": for_ever(b"<p>Goris</p>" * 100, start=OK + b"\r\n"),
    "chunks for ever": for_ever(b"1\r\na\r\n" * 100, start=CHUNKED),
    "chunk of absurd size": CHUNKED + b"f" * 40 + b"\r\nabc",
    "chunk whose size never ends": for_ever(b"0" * 1000, start=CHUNKED),
    "chunk extension for ever": for_ever(b"a" * 1000, start=CHUNKED + b"1;"),
    "chunk cut off": CHUNKED + b"ff\r\nabc",
    "chunked twice": OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "other transfer encoding": OK + b"Transfer-Encoding: gzip\r\n\r\n" + PAGE,
    "chunk of negative size": CHUNKED + b"-1\r\nabc",
    "trailers for ever": for_ever(b"X-A: b\r\n" * 100, start=CHUNKED + b"1\r\na\r\n0\r\n"),
    "length too long": OK + b"Content-Length: 9999\r\n\r\n" + PAGE,
    "length negative": OK + b"Content-Length: -1\r\n\r\n" + PAGE,
    "lengths that differ": OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n" + PAGE,
    "empty blocks of gzip": for_ever(_empty_blocks(), start=PACKED + _GZIP_HEAD),
    "gzip bomb": headed(b"Content-Encoding: gzip", body=gzip.compress(bytes(30_000_000))),
    "gzip bomb of many members": for_ever(gzip.compress(bytes(90_000)), start=PACKED),
    "gzip of empty members": for_ever(gzip.compress(b"") * 50, start=PACKED),
    "gzip whose name never ends": for_ever(b"a" * 1000, start=PACKED + b"\x1f\x8b\x08\x08" + bytes(6)),
    "gzip of nothing": headed(b"Content-Encoding: gzip", body=b""),
    "gzip cut off in its second member": headed(
        b"Content-Encoding: gzip", body=gzip.compress(PAGE) + gzip.compress(PAGE * 50)[:-9]
    ),
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
    "location of full width": redirect("http://１２７.０.０.２/".encode()),
    "location with escape": redirect(b"http://ex\x1b[31mample.org/"),
    "location with escape in its host": redirect(b"http://ex\x1bample.org/"),
    "location with a space": redirect(b"http://exam ple.org/"),
    "location with a star": redirect(b"http://*/"),
    "location of a long name": redirect(b"http://" + b"a" * 7000 + b"/"),
    "location of long labels": redirect(b"http://" + b"a" * 80 + b".org/"),
    "location of wide characters": redirect(b"http://" + "é".encode() * 3000 + b"/"),
    "location of a bad password": redirect(b"http://user:secret@["),
    "location of another scheme and a password": redirect(b"ftp://user:secret@example.org/"),
    "location ftp": redirect(b"ftp://127.0.0.1/"),
    "location without a host": redirect(b"http:///etc/passwd"),
    "location with a backslash": redirect(b"http:\\\\127.0.0.2\\"),
    "location with port ²": redirect("http://127.0.0.2:²/".encode("latin-1")),
    "location with port 0": redirect(b"http://127.0.0.1:0/"),
    "location with a scope": redirect(b"http://[fe80::1%25lo]/"),
    "location octal": redirect(b"http://0177.0.0.02/"),
    "location hex": redirect(b"http://0x7f000002/"),
    "location short": redirect(b"http://127.2/"),
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
    "retry of the last year": wait(b"Fri, 31 Dec 9999 23:59:59 GMT"),
    "retry of 50 kB": wait(b"Mon, " * 10_000),
    "retry of dashes": wait(b"--- 1 2 3"),
    "retry with escape": wait(b"\x1b[31m"),
    "retry zone": wait(b"Mon, 01 Jan 2024 00:00:00 +99999999"),
}
"""What is one line and the next source."""

READ: dict[str, Answer] = {
    "plain": headed(),
    "no length": OK + b"\r\n" + PAGE,
    "gzip": headed(b"Content-Encoding: gzip", body=gzip.compress(PAGE)),
    "gzip of two members": headed(b"Content-Encoding: gzip", body=gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:])),
    "gzip and then other bytes": headed(
        b"Content-Encoding: gzip", body=gzip.compress(PAGE) + b"\x1f" + b"other" * 9_000
    ),
    "gzip and then other bytes, one by one": PACKED.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    + b"".join(b"1\r\n%c\r\n" % byte for byte in gzip.compress(PAGE) + bytes(5000))
    + b"0\r\n\r\n",
    "more than its length": headed() + b"more" * 1000,
    "some interim answers": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 9 + headed(),
    "headers by the thousand": headed(*[b"X: y"] * 9_000),
    "chunks": CHUNKED + b"".join(b"1;x=y\r\n%c\r\n" % byte for byte in PAGE) + b"0\r\nX: y\r\n\r\n",
    "charset that is no ASCII": headed("Content-Type: text/html; charset=²í".encode("latin-1")),
    "type with escapes": headed(b"Content-Type: text/html\x1b; charset=\x1b"),
    "etag of a megabyte": headed(b"ETag: " + b"x" * 50_000),
    "etag with escapes": headed(b"ETag: \xff\x1b"),
    "charset punycode": headed(b"Content-Type: text/html; charset=punycode"),
    "charset of escapes": headed(b"Content-Type: text/html; charset=unicode_escape"),
    "charset endless": headed(b"Content-Type: text/html; charset=" + b"a" * 5000),
    "cookie": headed(b"Set-Cookie: a=b", b"Set-Cookie: c=d"),
}
"""What is read all the same."""


class HostileServer:
    """Gives every connection the same answer; ``asked`` lists the requests, ``n_sent`` counts the bytes handed to the system."""

    def __init__(self) -> None:
        self.answer: Answer = b""
        self.asked: list[bytes] = []
        self.n_sent = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/a.html"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._reply, args=(_Counted(client, self), self.answer), daemon=True).start()

    def _reply(self, client: _Counted, answer: Answer) -> None:
        with client, suppress(OSError):
            client.settimeout(10)
            self.asked.append(client.recv(65_536))
            if isinstance(answer, bytes):
                client.sendall(answer)
                client.shutdown(socket.SHUT_WR)
                client.recv(1)
            else:
                answer(client)


class _Counted(socket.socket):
    """A connection whose bytes its server counts."""

    def __init__(self, client: socket.socket, server: HostileServer) -> None:
        super().__init__(fileno=client.detach())
        self._server = server

    def sendall(self, data: bytes, flags: int = 0) -> None:
        super().sendall(data, flags)
        self._server.n_sent += len(data)


@contextmanager
def hostile_server() -> Iterator[HostileServer]:
    server = HostileServer()
    try:
        yield server
    finally:
        server.close()


def resolve_here(host: str, port: int) -> list[str]:
    """Return the address that a number is, in any of its spellings; no name is looked up, no public address is given."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    addresses = [str(info[4][0]) for info in found]
    if any(map(may_connect, addresses)):
        raise socket.gaierror(socket.EAI_NONAME, "no test leaves this machine")
    return addresses


def fetcher(*, seconds: float = 2.0) -> Fetcher:
    """Return a fetcher of small limits that may ask this server, and nobody else."""
    limits = Limits(n_bytes=LIMIT, seconds=seconds, allowed=("127.0.0.1/32",), seconds_between=0, longest_wait=0.1)
    return Fetcher(limits=limits, resolve=resolve_here)


def attack(seed: int, n: int) -> list[str]:
    """Fetch ``n`` drawn answers; return what came out of any that is neither a sound page nor an error of one short line."""
    drawn = random.Random(seed)  # noqa: S311
    faults = []
    with hostile_server() as server:
        for number in range(n):
            server.answer = drawn_answer(drawn, f"http://127.0.0.1:{server.port}/")
            began = time.monotonic()
            try:
                fault = _fault(fetcher(seconds=1.0).fetch(server.url, etag=drawn.choice((None, '"a"', "\n"))))
            except FetchError as error:
                line = str(error)
                fault = "" if line.isprintable() and len(line) <= 600 and "; " in line else f"says {line[:900]!r}"
            except Exception as error:  # noqa: BLE001 - whatever comes out is a fault to report
                fault = f"raises {type(error).__name__}: {error}"
            if time.monotonic() - began > 5:
                fault += f" takes {time.monotonic() - began:.1f} s"
            if fault:
                faults.append(f"{seed} {number}: {fault}; of {server.answer[:300]!r}")
    return faults


def _fault(fetched: Fetched) -> str:
    """Return what is wrong with a page, "" where nothing is."""
    said = (fetched.url, fetched.charset or "", fetched.etag or "", fetched.last_modified or "")
    if not all(one.isascii() and one.isprintable() and len(one) <= 8_100 for one in said):
        return f"gives {said!r:.900}"
    ipaddress.ip_address(fetched.url.removeprefix("http://").partition("/")[0].partition(":")[0])
    return f"gives {len(fetched.data):,} bytes" if fetched.data and len(fetched.data) > LIMIT else ""


def drawn_answer(drawn: random.Random, url: str) -> bytes:
    """Return an answer: two known ones spliced, or parts drawn anew; some of its bytes changed."""
    if drawn.random() < 0.3:
        known = [one for one in (*REFUSED.values(), *READ.values()) if isinstance(one, bytes) and len(one) < 30_000]
        one, other = drawn.choice(known), drawn.choice(known)
        data = bytearray(one[: drawn.randint(0, len(one))] + other[drawn.randint(0, len(other)) :])
    else:
        data = bytearray(_composed(drawn, url.encode()))
    for _ in range(drawn.choice((0, 0, 0, 0, 1, 3, 20))):
        if data:
            data[drawn.randrange(len(data))] = drawn.choice((0, 9, 10, 13, 27, 32, 58, 91, 128, 178, 255))
    return bytes(data)


VALUES = """0 1 9 -1 1e400 inf nan ² ٣ 99999999999999999999 0x10 gzip x-gzip identity br chunked gzip,gzip close keep-alive * / // ?
../ : :// [ ] [::1] [::ffff:7f00:1] http:// https:// ftp:// file:///etc/passwd javascript:1 127.0.0.1 127.1 2130706433 0177.1
localhost xn--a xn--99999 ｌ é \ud7ff %00 %0a %2e %zz @ user:pw@ # ; , = " ' \\ < > charset=utf-8 charset=utf-16 charset=idna
charset=punycode charset="" text/html application/pdf GMT Mon, 01 Jan 2024 31 Feb 00:00:00 24:61:61 +0000 -9999 W/"a" "a" """.split()
NAMES = (
    """Location Retry-After Content-Type Content-Encoding ETag Last-Modified Set-Cookie Refresh Link X
Content-Range Date Connection""".split()
    * 4
    + ["Content-Length", "Transfer-Encoding", "Upgrade", "Trailer", "Host"]
)
STATUSES = (200, 301, 302, 303, 307, 308, 429, 503) * 4 + (
    203,
    204,
    206,
    304,
    404,
    410,
    500,
    100,
    101,
    103,
    199,
    600,
    0,
)


def _composed(drawn: random.Random, url: bytes) -> bytes:
    """Return an answer made of a status line, headers and a body that mostly fit each other."""
    body = drawn.choice((PAGE, b"", PAGE * drawn.randint(1, 3_000), drawn.randbytes(drawn.randint(0, 3_000))))
    headers = [f"{drawn.choice(NAMES)}: ".encode() + _value(drawn, url) for _ in range(drawn.choice((0, 1, 2, 4, 9)))]
    status = drawn.choice(STATUSES)
    if status // 100 == 3:
        headers.append(b"Location: " + _value(drawn, url))
    is_framed = drawn.random() < 0.1 or not any(h.startswith((b"Content-L", b"Transfer")) for h in headers)
    if drawn.random() < 0.3:
        body = gzip.compress(body) * drawn.choice((1, 1, 2)) + drawn.choice((b"", b"", b"x", bytes(9)))
        headers.append(b"Content-Encoding: gzip")
    if is_framed and drawn.random() < 0.3:
        size = drawn.randint(1, 900)
        parts = [body[i : i + size] for i in range(0, len(body), size)]
        body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        headers.append(b"Transfer-Encoding: chunked")
    elif is_framed and drawn.random() < 0.7:
        headers.append(b"Content-Length: %d" % (len(body) + drawn.choice((0,) * 9 + (-1, 1, 99))))
    drawn.shuffle(headers)
    interim = b"HTTP/1.1 103 Hints\r\n\r\n" * drawn.choice((0, 0, 0, 1, 50))
    line = b"HTTP/%s %d %s" % (drawn.choice((b"1.1",) * 20 + (b"1.0", b"0.9", b"2")), status, b"Odd")
    return interim + b"\r\n".join([line, *headers, b"", b""]) + body


def _value(drawn: random.Random, url: bytes) -> bytes:
    words = [drawn.choice(VALUES).encode("utf-8", "surrogatepass") for _ in range(drawn.randint(0, 5))]
    value = drawn.choice((b"", b" ")).join(words) * drawn.choice((1, 1, 1, 40))
    return url + value if drawn.random() < 0.2 else value
