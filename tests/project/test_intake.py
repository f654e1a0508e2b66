from __future__ import annotations

import hashlib
import resource
import signal
from datetime import UTC, datetime

import pytest

from geomap.project.config import Project, Settings, init_project
from geomap.project.intake import Intake, IntakeResult, Receipt, read_receipts
from geomap.store.database import Library
from geomap.web.fetch import Fetcher, Limits
from tests.support.server import Answer, NewsServer, news_server

pytestmark = pytest.mark.enable_socket

NOON = "2023-09-23T12:00:00Z"
ONE = "20 Sep 2023 12:00:00 GMT"
TWO = "21 Sep 2023 12:00:00 GMT"
THREE = "22 Sep 2023 12:00:00 GMT"


@pytest.fixture
def server():
    with news_server() as running:
        yield running


@pytest.fixture
def project(tmp_path) -> Project:
    return init_project(tmp_path / "p")


def fetcher() -> Fetcher:
    return Fetcher(
        limits=Limits(allowed=("127.0.0.1",), seconds_between=0, longest_wait=0),
        now=lambda: datetime(2023, 9, 23, 12, 0, tzinfo=UTC),
    )


def add(project: Project, *sources) -> IntakeResult:
    return Intake(project, now=NOON, fetcher=fetcher()).add(sources)


def poll(project: Project, *sources: str, now: str = NOON) -> IntakeResult:
    settings = Settings(title="T", sources=sources)
    with Library(project.library) as library:
        return Intake(Project(folder=project.folder, settings=settings), now=now, fetcher=fetcher()).poll(library)


def counts(done: IntakeResult) -> tuple[int, int, int, list[str]]:
    return done.n_new, done.n_changed, done.n_withdrawn, [str(error) for error in done.errors]


def files(project: Project) -> list[str]:
    return sorted(p.name for p in project.articles.iterdir() if not p.name.startswith("."))


def test_a_file_is_copied_once_with_a_receipt(project: Project, tmp_path):
    (tmp_path / "story.txt").write_bytes(b"Families reach Goris.\n")
    assert counts(add(project, tmp_path / "story.txt")) == (1, 0, 0, [])
    assert counts(add(project, tmp_path / "story.txt")) == (0, 0, 0, [])
    assert (project.articles / "story.txt").read_bytes() == b"Families reach Goris.\n"
    [receipt] = read_receipts(project.receipts_path).receipts
    assert (receipt.file, receipt.sha256, receipt.retrieved, receipt.origin) == (
        "story.txt",
        hashlib.sha256(b"Families reach Goris.\n").hexdigest(),
        NOON,
        "../story.txt",
    )


def test_the_same_bytes_are_kept_once_and_another_file_of_the_name_beside_it(project: Project, tmp_path):
    for folder, text in (("a", "one"), ("b", "one"), ("c", "two")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "story.txt").write_text(text)
    assert counts(add(project, tmp_path / "a", tmp_path / "b", tmp_path / "c")) == (3, 0, 0, [])
    assert files(project) == ["story-3fc4ccfe.txt", "story.txt"]


def test_a_missing_file_stops_nothing_else(project: Project, tmp_path):
    (tmp_path / "story.txt").write_text("text")
    assert counts(add(project, tmp_path / "no.txt", tmp_path / "story.txt")) == (
        1, 0, 0, [f"{tmp_path / 'no.txt'}: there is no such file or folder; check the path"],
    )  # fmt: skip


def test_a_page_is_kept_as_it_came_with_where_and_when(project: Project, server: NewsServer):
    url = server.story("/news/families-reach-goris.html", "Families reach Goris", "Text.")
    server.redirect("/old", "/news/families-reach-goris.html")
    assert counts(add(project, url)) == (1, 0, 0, [])
    page = server.answers["/news/families-reach-goris.html"]
    assert (project.articles / "families-reach-goris.html").read_bytes() == page.body
    assert list(read_receipts(project.receipts_path).receipts) == [
        Receipt(
            file="families-reach-goris.html",
            sha256=hashlib.sha256(page.body).hexdigest(),
            retrieved=NOON,
            url=url,
            charset="utf-8",
            etag=page.etag,
        )
    ]


def test_new_and_changed_items_of_a_feed_are_fetched_once(project: Project, server: NewsServer):
    server.story("/a", "Fire in Goris", "Text.")
    server.story("/b", "Rain in Goris", "Text.")
    url = server.feed(("/b", "Rain in Goris", TWO), ("/a", "Fire in Goris", ONE))
    assert counts(poll(project, url)) == (2, 0, 0, [])
    assert files(project) == ["fire-in-goris.html", "rain-in-goris.html"]
    server.asked.clear()
    assert counts(poll(project, url, now="2023-09-23T12:05:00Z")) == (0, 0, 0, [])
    assert server.asked == []  # not due yet
    assert counts(poll(project, url, now="2023-09-23T13:00:00Z")) == (0, 0, 0, [])
    assert server.asked == [("/feed.xml", 304)]
    server.story("/a", "Fire in Goris is out", "Text.")
    url = server.feed(("/c", "Snow in Goris", THREE), ("/b", "Rain in Goris", TWO), ("/a", "Fire in Goris is out", ONE))
    server.story("/c", "Snow in Goris", "Text.")
    assert counts(poll(project, url, now="2023-09-23T14:00:00Z")) == (1, 1, 0, [])
    assert files(project) == [
        "fire-in-goris-is-out.html",
        "fire-in-goris.html",
        "rain-in-goris.html",
        "snow-in-goris.html",
    ]


def test_an_item_that_vanished_with_its_page_is_withdrawn_and_one_that_scrolled_off_is_not(
    project: Project, server: NewsServer
):
    for path, title in (("/a", "One"), ("/b", "Two"), ("/c", "Three")):
        server.story(path, title, "Text.")
    url = server.feed(("/c", "Three", THREE), ("/b", "Two", TWO), ("/a", "One", ONE))
    poll(project, url)
    server.feed(("/c", "Three", THREE), ("/b", "Two", TWO))
    del server.answers["/a"]
    assert counts(poll(project, url, now="2023-09-23T13:00:00Z")) == (0, 0, 0, [])
    server.feed(("/c", "Three", THREE), ("/d", "Four", ONE))
    server.story("/d", "Four", "Text.")
    del server.answers["/b"]
    assert counts(poll(project, url, now="2023-09-23T14:00:00Z")) == (1, 0, 2, [])
    withdrawn = [r.url for r in read_receipts(project.receipts_path).receipts if r.is_withdrawn]
    assert sorted(withdrawn) == [f"{server.url}/a", f"{server.url}/b"]
    assert "two.html" in files(project)  # the bytes stay


def test_an_article_that_fails_is_reported_and_tried_again(project: Project, server: NewsServer):
    server.story("/a", "One", "Text.")
    url = server.feed(("/b", "Two", TWO), ("/a", "One", ONE))
    assert counts(poll(project, url)) == (1, 0, 0, [f"{server.url}/b: the server answers HTTP 404; check the URL"])
    server.story("/b", "Two", "Text.")
    assert counts(poll(project, url, now="2023-09-23T13:00:00Z")) == (1, 0, 0, [])


def test_a_rate_limit_of_the_server_is_reported(project: Project, server: NewsServer):
    server.answers["/feed.xml"] = Answer(status=429, headers={"Retry-After": "600"})
    url = f"{server.url}/feed.xml"
    message = f"{url}: rate limited by the server (HTTP 429); retry after 600 s"
    assert counts(poll(project, url)) == (0, 0, 0, [message])
    with Library(project.library) as library:
        assert library.sources.get(url).error == message


def test_the_articles_of_a_sitemap_index_are_fetched(project: Project, server: NewsServer):
    server.story("/a", "One", "Text.")
    inner = f"<urlset><url><loc>{server.url}/a</loc><lastmod>2023-09-23</lastmod></url></urlset>"
    server.answers["/news.xml"] = Answer(body=inner.encode())
    server.answers["/sitemap.xml"] = Answer(
        body=b"<sitemapindex><sitemap><loc>/news.xml</loc></sitemap></sitemapindex>"
    )
    assert counts(poll(project, f"{server.url}/sitemap.xml")) == (1, 0, 0, [])


def test_a_feed_that_lists_private_addresses_gets_none_of_them(project: Project, server: NewsServer):
    body = "<rss><channel><item><link>http://169.254.169.254/latest</link><title>x</title></item></channel></rss>"
    server.answers["/feed.xml"] = Answer(body=body.encode())
    done = poll(project, f"{server.url}/feed.xml")
    assert (done.n_new, len(done.errors)) == (0, 1)
    assert "which is not public" in str(done.errors[0])


def test_a_folder_is_followed_with_its_changes(project: Project, tmp_path):
    wire = tmp_path / "wire"
    wire.mkdir()
    (wire / "a.txt").write_text("one")
    assert counts(poll(project, "../wire")) == (1, 0, 0, [])
    (wire / "a.txt").write_text("two now")
    (wire / ".hidden.txt").write_text("no")
    assert counts(poll(project, "../wire")) == (0, 1, 0, [])
    assert files(project) == ["a-54f83418.txt", "a.txt"]


def test_without_a_fetcher_nothing_is_fetched(project: Project):
    done = Intake(project, now=NOON).add(["https://news.example/feed.xml"])
    assert counts(done) == (
        0,
        0,
        0,
        ["https://news.example/feed.xml: fetching is switched off; build without --offline"],
    )


def test_a_receipt_that_a_crash_cut_short_is_left_out_and_taken_away(project: Project, tmp_path):
    (tmp_path / "a.txt").write_text("one")
    add(project, tmp_path / "a.txt")
    whole = project.receipts_path.read_bytes()
    project.receipts_path.write_bytes(whole + whole[:20])
    assert len(read_receipts(project.receipts_path).receipts) == 1
    (tmp_path / "b.txt").write_text("two")
    assert counts(add(project, tmp_path / "b.txt")) == (1, 0, 0, [])
    assert [r.origin for r in read_receipts(project.receipts_path).receipts] == ["../a.txt", "../b.txt"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"nonsense", "is not a receipt (JSON is malformed: invalid character (byte 4)); remove the line"),
        (b'{"url": "http://["}', "url is not a URL; remove the line"),
        (b'{"file": "caf\xe9.txt"}', "is not a receipt (not UTF-8); remove the line"),
        (b"", "is not a receipt (Input data was truncated); remove the line"),
        (b'{"url": 5}', "is not a receipt (Expected `str | null`, got `int` - at `$.url`); remove the line"),
        (b"[" * 50_000, "is not a receipt (Expected `object`, got `array`); remove the line"),
    ],
)
def test_a_line_that_is_no_receipt_costs_itself(project: Project, line: bytes, message: str):
    project.receipts_path.write_bytes(b'{"file": "a.txt"}\n' + line + b'\n{"file": "b.txt"}\n')
    read = read_receipts(project.receipts_path)
    assert [one.file for one in read.receipts] == ["a.txt", "b.txt"]
    assert [str(error) for error in read.errors] == [f"{project.receipts_path}, line 2: {message}"]


def test_a_clock_that_was_put_back_polls_at_once(project: Project, server: NewsServer):
    server.story("/a", "One", "Text.")
    url = server.feed(("/a", "One", ONE))
    assert counts(poll(project, url, now="2033-09-23T12:00:00Z")) == (1, 0, 0, [])
    server.story("/b", "Two", "Text.")
    server.feed(("/b", "Two", TWO), ("/a", "One", ONE))
    assert counts(poll(project, url, now=NOON)) == (1, 0, 0, [])


def test_a_receipt_whose_end_an_editor_took_away_counts_and_stays(project: Project, tmp_path):
    (tmp_path / "a.txt").write_text("one")
    add(project, tmp_path / "a.txt")
    project.receipts_path.write_bytes(project.receipts_path.read_bytes().removesuffix(b"\n"))
    assert [r.origin for r in read_receipts(project.receipts_path).receipts] == ["../a.txt"]
    (tmp_path / "b.txt").write_text("two")
    assert counts(add(project, tmp_path / "b.txt")) == (1, 0, 0, [])
    assert [r.origin for r in read_receipts(project.receipts_path).receipts] == ["../a.txt", "../b.txt"]


def test_a_long_line_without_an_end_is_not_cut(project: Project, tmp_path):
    torn = b'{"title": "' + b"x" * 100_000
    project.receipts_path.write_bytes(torn)
    (tmp_path / "b.txt").write_text("two")
    assert counts(add(project, tmp_path / "b.txt")) == (1, 0, 0, [])
    assert project.receipts_path.read_bytes().startswith(torn + b"\n")
    assert [r.origin for r in read_receipts(project.receipts_path).receipts] == ["../b.txt"]


def test_a_full_disk_is_reported_and_no_receipt_is_torn(project: Project, tmp_path):
    (tmp_path / "a.txt").write_text("one")
    add(project, tmp_path / "a.txt")
    kept = project.receipts_path.read_bytes()
    (tmp_path / "b.txt").write_text("two")
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(kept) + 9, limits[1]))
        [error] = add(project, tmp_path / "b.txt").errors
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert (
        str(error)
        == f"{project.receipts_path}: cannot be written (File too large); free some disk space, then repeat the command"
    )
    assert [r.origin for r in read_receipts(project.receipts_path).receipts] == ["../a.txt"]
    assert counts(add(project, tmp_path / "b.txt")) == (1, 0, 0, [])
    assert [r.origin for r in read_receipts(project.receipts_path).receipts] == ["../a.txt", "../b.txt"]


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_costs_itself(project: Project, tmp_path, name: str):
    (tmp_path / "b.txt").write_text("two")
    done = Intake(project, now=NOON).add([tmp_path / name, tmp_path / "b.txt"])
    assert (done.n_new, len(done.errors)) == (1, 1)


def test_what_a_killed_run_left_half_written_is_removed(project: Project):
    left = project.articles / ".a.txt.123.part"
    left.write_bytes(b"half of it")
    Intake(project, now=NOON)
    assert not left.exists()
