"""A real HTTP server on localhost with a newsroom's feed on it, and every bad habit a server can have."""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title>
<meta property="og:site_name" content="The Daily Square"><meta property="article:published_time" content="{date}">
<link rel="canonical" href="{url}"></head><body><nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>{title}</h1>{body}</article><footer>Subscribe to our newsletter now</footer></body></html>"""


@dataclass
class Answer:
    """What the server says at one path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    trickle: float = 0.0
    """Seconds between two bytes."""


class NewsServer:
    """Paths and what they answer; ``asked`` lists (path, status) in order."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, int]] = []
        self.seen_headers: list[dict[str, str]] = []
        self.items: list[tuple[str, str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *args: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                """A client that hangs up is what some tests want."""

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.seen_headers.append({k.lower(): v for k, v in handler.headers.items()})
        found = self.answers.get(handler.path, Answer(status=404, body=b"not here"))
        status, body, headers = found.status, found.body, dict(found.headers)
        if found.etag:
            headers["ETag"] = found.etag
            if handler.headers.get("If-None-Match") == found.etag:
                status, body = 304, b""
        self.asked.append((handler.path, status))
        try:
            handler.send_response(status)
            for key, value in headers.items():
                handler.send_header(key, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if found.trickle:
                for i in range(len(body)):
                    handler.wfile.write(body[i : i + 1])
                    handler.wfile.flush()
                    time.sleep(found.trickle)
            else:
                handler.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True

    def story(
        self, path: str, title: str, *paragraphs: str, date: str = "2023-09-23", canonical: str | None = None
    ) -> str:
        """Put an article at ``path`` and return its address."""
        body = "".join(f"<p>{p}</p>" for p in paragraphs)
        page = PAGE.format(title=title, date=date, url=canonical or self.url + path, body=body).encode()
        headers = {"Content-Type": "text/html; charset=utf-8"}
        self.answers[path] = Answer(body=page, headers=headers, etag=f'"{zlib.crc32(page):x}"')
        return self.url + path

    def feed(self, *items: tuple[str, str, str], path: str = "/feed.xml") -> str:
        """Put an RSS feed at ``path`` of (article path, title, date), newest first, and return its address."""
        rows = "".join(
            f"<item><guid>{p}</guid><link>{self.url}{p}</link><title>{t}</title><pubDate>{d}</pubDate></item>"
            for p, t, d in items
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Daily Square</title>{rows}</channel></rss>'.encode()
        self.answers[path] = Answer(
            body=body, headers={"Content-Type": "application/rss+xml"}, etag=f'"{zlib.crc32(body):x}"'
        )
        return self.url + path

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        self.answers[path] = Answer(status=status, headers={"Location": to})
        return self.url + path

    def zipped(self, path: str, body: bytes) -> str:
        self.answers[path] = Answer(
            body=gzip.compress(body), headers={"Content-Encoding": "gzip", "Content-Type": "text/html"}
        )
        return self.url + path


@contextmanager
def news_server() -> Iterator[NewsServer]:
    """Serve until the block ends."""
    server = NewsServer()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()
        thread.join()
