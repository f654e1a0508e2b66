"""Download a large file that the user named, resumable; every error is one line."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geomap.errors import FetchError, GeodataError, quoted
from geomap.web.urls import checked_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from http.client import HTTPMessage
    from pathlib import Path
    from typing import IO

_CHUNK = 1 << 20
_TIMEOUT = 60.0
"""Seconds without a byte."""
_SLOWEST = 1_000
"""Bytes per second; below this over ``_TIMEOUT`` the download fails, and the received part is kept."""


def download(
    url: str,
    part: Path,
    *,
    n_bytes: int,
    check_room: Callable[[int], None],
    progress: Callable[[int, int], None],
) -> None:
    """Download ``url`` into ``part``, continuing an earlier partial download; at most ``n_bytes``.

    GeodataError where the server does not have it, redirects to another host or disconnects; the received part is kept.
    ``check_room`` gets the number of bytes to come, ``progress`` (done, total) with total 0 where it is unknown.
    """
    have = part.stat().st_size if part.exists() else 0
    answer = _open(_checked(url), have)
    if answer is None:
        return
    with answer:
        resumed = answer.status == 206
        have = have if resumed else 0
        length = _length(answer)
        total = have + length if length else 0
        if total > n_bytes:
            raise GeodataError(f"{url}: has {quoted(total)} bytes, more than GeoNames; check the URL")
        check_room(length)
        with part.open("ab" if resumed else "wb") as out:
            for data in _chunks(answer, url, have):
                have += out.write(data)
                if have > n_bytes:
                    raise GeodataError(f"{url}: has more than {n_bytes:,} bytes; check the URL")
                progress(have, total)
    if have < total:
        raise GeodataError(f"{url}: disconnected after {have:,} of {total:,} bytes; run it again to continue")


def _checked(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise GeodataError(f"{quoted(url)}: is not an http URL; give https://… or a folder")
    try:
        return checked_url(url)
    except FetchError as error:
        raise GeodataError(str(error)) from error


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirects within the host that the user named, and from http to https."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        here, there = urlsplit(req.full_url), urlsplit(newurl)
        if there.hostname != here.hostname or there.scheme not in ("https", here.scheme):
            fp.close()
            raise GeodataError(f"{req.full_url}: redirects to {quoted(newurl)}; give that URL if it is correct")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _open(url: str, have: int) -> HTTPResponse | None:
    """Request ``url`` from byte ``have`` on; None where there are no more bytes."""
    request = urllib.request.Request(url, headers={"User-Agent": "geomap (gazetteer install)"})  # noqa: S310  (checked)
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        answer: HTTPResponse = urllib.request.build_opener(_SameHost).open(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 416 and have:
                return None
            status = quoted(f"{error.code} {error.reason}")
        raise GeodataError(f"{url}: the server answers {status}; try later, or give a local folder") from error
    except (OSError, ValueError, HTTPException) as error:
        raise GeodataError(
            f"{url}: disconnected after {have:,} bytes ({quoted(error)}); run it again to continue"
        ) from error
    return answer


def _length(answer: HTTPResponse) -> int:
    """Return the Content-Length of the response, 0 where it is missing or invalid."""
    length = answer.headers.get("Content-Length") or ""
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


def _chunks(answer: HTTPResponse, url: str, have: int) -> Iterator[bytes]:
    since, n_since = time.monotonic(), 0
    while True:
        try:
            data = answer.read1(_CHUNK)
            if time.monotonic() - since > _TIMEOUT:
                if n_since < _SLOWEST * _TIMEOUT:
                    raise TimeoutError("the server sends too slowly")
                since, n_since = time.monotonic(), 0
        except (OSError, ValueError, HTTPException) as error:
            raise GeodataError(
                f"{url}: disconnected after {have:,} bytes ({quoted(error)}); run it again to continue"
            ) from error
        if not data:
            return
        have += len(data)
        n_since += len(data)
        yield data
