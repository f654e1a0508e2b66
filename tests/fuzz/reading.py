"""Fuzzers of what reads articles and lists of articles: any bytes become articles, or one line each that says why not."""

import gzip
import io
import signal
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

from geomap.api import geoparse
from geomap.batch.articles import article_of, raw_articles
from geomap.batch.partitions import plan
from geomap.batch.schema import mention_rows
from geomap.errors import GeomapError
from geomap.ingest.documents import email_article, pdf_article
from geomap.ingest.feeds import parse_listing
from geomap.ingest.readers import bytes_articles
from geomap.text.normalize import fold_name
from geomap.text.sentences import sentence_spans
from geomap.types import Article, GeoparsedArticle
from tests.fuzz.told import in_one_line, is_article_or_error
from tests.fuzz.toys import toy_gazetteer


def articles(data):
    """Text, Markdown, HTML, e-mail and JSON lines, told apart by name and by bytes."""
    if not data or data[1:].startswith(b"%PDF-"):
        return
    suffix = (".txt", ".md", ".html", ".eml", ".jsonl", "")[data[0] % 6]
    for one in bytes_articles(data[1:], name="name", suffix=suffix, where="where"):
        is_article_or_error(one)


def email(data):
    """A saved e-mail, with its parts and encodings."""
    try:
        is_article_or_error(email_article(data, name="name", where="where"))
    except GeomapError as error:
        in_one_line(error)


def markdown(data):
    """A Markdown text with its front matter."""
    if data.startswith(b"%PDF-"):
        return
    for one in bytes_articles(data, name="name", suffix=".md", where="where"):
        is_article_or_error(one)


class _Stopped(BaseException):
    """Stands for the limit of the process that reads PDFs."""


def _stop(*_):
    raise _Stopped


@contextmanager
def _stopped_after(seconds):
    """End what runs longer; in earnest a limit of its process does."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except _Stopped:
        return
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def pdf(data):
    """What the process that parses PDFs makes of one: an article, or one line on why there is none."""
    with _stopped_after(10):
        try:
            is_article_or_error(pdf_article(data, name="name", where="where", published=None))
        except GeomapError as error:
            in_one_line(error)


def lines(data):
    """Files of lines, plain and compressed, rows, and web archives, cut into parts: every article or its error, once."""
    if not data:
        return
    suffix = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet", ".warc", ".warc.gz")[data[0] % 6]
    body = data[1:]
    if suffix.endswith(".gz") and data[0] > 127:
        body = gzip.compress(body, mtime=0)
    found = {per_part: _rows(body, suffix, per_part=per_part) for per_part in (1, 3, 1000)}
    if suffix.startswith(".jsonl"):
        assert found[1] == found[3] == found[1000]


def _rows(body, suffix, *, per_part):
    """Return what a batch makes of a file: row and article, or row and reason; the reason alone where it cannot be cut."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"fuzz{suffix}")
        path.write_bytes(body)
        return _rows_of(str(path), per_part=per_part)


def _rows_of(path, *, per_part):
    try:
        parts = list(plan([path], per_part=per_part))
    except GeomapError as error:
        in_one_line(error)
        return str(error).replace(path, "")
    rows = []
    for part in parts:
        for raw in raw_articles(part):
            try:
                rows.append((raw.row, article_of(raw)))
                is_article_or_error(rows[-1][1])
            except GeomapError as error:
                rows.append((raw.row, str(error).replace(path, "")))
    return rows


_GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><article>" + b"<p>Families left Orr.</p>" * 9


def archives(data):
    """Whatever a server answered, the page behind it in the archive is read."""
    if not data:
        return
    records = [_record("https://e.org/fuzzed", data[1:]), _record("https://e.org/good", _GOOD)]
    is_packed = data[0] % 2
    body = b"".join(gzip.compress(one, mtime=0) if is_packed else one for one in records)
    rows = _rows(body, ".warc.gz" if is_packed else ".warc", per_part=1)
    assert [(row, one.url) for row, one in rows if row == 2] == [(2, "https://e.org/good")]


def _record(url, answer):
    head = f"""\
        WARC/1.0
        WARC-Type: response
        WARC-Record-ID: <urn:uuid:{url}>
        WARC-Target-URI: {url}
        WARC-Date: 2023-09-24T10:00:00Z
        Content-Type: application/http;msgtype=response
        Content-Length: {len(answer)}
        """
    return dedent(head).replace("\n", "\r\n").encode() + b"\r\n" + answer + b"\r\n\r\n"


def parquet(data):
    """A Parquet file, some of whose bytes are others."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    rows = {"text": ["One.", None, "Three."], "id": [1, 2, 3], "title": [["a"], [], None]}
    pq.write_table(pa.table(rows), stream, compression="zstd" if data[:1] == b"z" else "none")
    whole = bytearray(stream.getvalue())
    for at in range(0, len(data) - 2, 3):
        whole[int.from_bytes(data[at : at + 2], "big") % len(whole)] ^= data[at + 2]
    _rows(bytes(whole), ".parquet", per_part=2)


def feeds(data):
    """A feed is read or refused in one line."""
    _listing(data)


def sitemaps(data):
    """A sitemap, or an index of them, is read or refused in one line."""
    root = b"sitemapindex" if data[:1] == b"i" else b"urlset"
    _listing(b"<" + root + b">" + data[1:] + b"</" + root + b">")


def _listing(data):
    try:
        listing = parse_listing(data, url="https://e.org/feed")
    except GeomapError as error:
        in_one_line(error)
        return
    for url in (*listing.sitemaps, *(item.url for item in listing.items)):
        assert url.startswith(("http://", "https://"))


def text(data):
    """What an article says, read from end to end: every offset holds, and no two mentions of one length overlap."""
    decoded = data.decode("utf-8", "replace")
    if not decoded.strip():
        return
    article = Article(id="a", text=decoded, published="2023-09-24")
    resolutions = geoparse(article).resolutions
    for mention in (r.mention for r in resolutions):
        assert decoded[mention.start : mention.end] == mention.text
        assert mention.text
    spans = sentence_spans(decoded)
    assert all(a < b for a, b in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    for row in mention_rows(GeoparsedArticle(article=article, resolutions=resolutions), source="s", row=1):
        assert decoded[row.sentence_start : row.sentence_end] == row.sentence
        assert row.text in row.sentence


def names(data):
    """Folding is settled after once; looking up never fails."""
    name = data.decode("utf-8", "replace")
    assert fold_name(fold_name(name)) == fold_name(name)
    toy_gazetteer().lookup(name, fuzzy=len(name) < 40)
