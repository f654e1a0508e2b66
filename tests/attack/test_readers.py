"""What stands where an article should: each costs itself, in one line, and is not waited for."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from geomap.errors import ArticleError, FetchError
from geomap.ingest import sandbox as confined
from geomap.ingest.feeds import read_listing
from geomap.ingest.readers import MAX_METADATA, bytes_articles, load_articles
from geomap.ingest.sandbox import ConfinedProcess, LimitReached
from geomap.text.publication_dates import MAX_DATE
from geomap.types import Article

TEXT = "Families left Goris for Sisian, in Armenia, on Monday. In Tegh the road was closed.\n"
PAGE = f"<html><head>%s<title>The road</title></head><body><article>{f'<p>{TEXT}</p>' * 6}</article></body></html>"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """A folder with one article, among what is none."""
    folder = tmp_path / "zoo"
    (folder / "closed").mkdir(parents=True)
    (folder / "good.txt").write_text(TEXT)
    (folder / "rows.jsonl").write_text(
        "\n".join(json.dumps(row) for row in ({"text": TEXT, "url": "http://["}, {"text": TEXT, "id": "kept"})) + "\n"
    )
    os.mkfifo(folder / "pipe.txt")
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "zero.jsonl").symlink_to("/dev/zero")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "up").symlink_to(folder)
    (tmp_path / "there.sock").unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "sock.txt"))
    os.write(descriptor := os.open(os.fsencode(folder) + b"/caf\xe9.txt", os.O_WRONLY | os.O_CREAT), TEXT.encode())
    os.close(descriptor)
    return folder


def expected_errors(zoo: Path) -> dict[str, str]:
    """What is said of each thing that is no article, by its name."""
    remedy = "write its content to a regular file"
    kind = f"cannot be read (it is neither a file nor a folder); {remedy}"
    return {
        "caf\\xe9.txt": "its name is not UTF-8; rename the file",
        "gone.txt": "there is no such file; check the path",
        "loop.txt": "cannot be read (Too many levels of symbolic links); check its permissions",
        "pipe.jsonl": kind,
        "pipe.txt": kind,
        "rows.jsonl, line 1": 'its "url" is not a URL; fix or remove it',
        "sock.txt": "cannot be read (No such device or address); check its permissions",
        "up": "cannot be listed (it is a link to a folder, which is not followed); give it by itself",
        "zero.jsonl": kind,
        "zero.txt": kind,
    }


def test_what_is_no_article_costs_itself(zoo: Path):
    read = list(load_articles([zoo]))
    assert [one.id for one in read if isinstance(one, Article)] == ["good.txt", "kept"]
    errors = [str(one).removeprefix(f"{zoo}/") for one in read if isinstance(one, ArticleError)]
    assert sorted(errors) == sorted(f"{name}: {message}" for name, message in expected_errors(zoo).items())


@pytest.mark.geodata
@pytest.mark.parametrize(
    "command", [["places", "--format", "jsonl"], ["map", "-o", "map.html"], ["export", "--format", "csv"]]
)
def test_a_command_does_the_others_and_prints_a_line_each(zoo: Path, tmp_path: Path, command: list[str]):
    done = subprocess.run(
        [sys.executable, "-m", "geomap", *command, "zoo"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert sorted(done.stderr.splitlines()) == sorted(
        f"geomap: zoo/{name}: {message}" for name, message in expected_errors(zoo).items()
    )
    assert done.stdout.strip()


@pytest.mark.parametrize("name", ["pipe.txt", "pipe.jsonl", "zero.txt", "zero.jsonl"])
def test_one_that_is_named_by_itself_is_not_waited_for(zoo: Path, name: str):
    (error,) = load_articles([zoo / name])
    assert str(error) == f"{zoo / name}: {expected_errors(zoo)[name]}"


@pytest.mark.parametrize("url", ["http://[", "http://[::1", "http://e.org:99999999/", "https://e.org/" + "a" * 9_000])
def test_a_page_with_an_impossible_address_is_read_without_it(url: str):
    page = PAGE % f'<link rel="canonical" href="{url}"><meta property="og:url" content="{url}">'
    (article,) = bytes_articles(page.encode(), name="a.html", suffix=".html", where="a.html")
    assert (article.title, article.url) == ("The road", None)


def test_metadata_of_any_length_have_a_bound():
    (article,) = bytes_articles(
        json.dumps(
            {"text": TEXT, **dict.fromkeys(("id", "title", "source", "author", "published"), "x" * 100_000)}
        ).encode(),
        name="standard input",
        suffix="",
        where="standard input",
    )
    cut = "x" * (MAX_METADATA - 1) + "…"
    assert (article.id, article.title, article.source, article.author) == (cut,) * 4
    assert (article.published, article.unread_date) == (None, "x" * MAX_DATE)


def test_a_subject_of_many_encoded_words_is_cut():
    words = " ".join(["=?utf-8?b?0JPRjtC80YDQuA==?="] * 11_000)
    (article,) = bytes_articles(f"Subject: {words}\r\n\r\n{TEXT}".encode(), name="a.eml", suffix=".eml", where="a.eml")
    assert len(article.title) <= MAX_METADATA
    assert article.title.startswith("ГюмриГюмри")
    assert memory_of_parser() < 200e6


def memory_of_parser() -> float:
    children = [p for p in psutil.Process().children() if "geomap.ingest.parser_process" in p.cmdline()]
    return float(sum(p.memory_info().rss for p in children))


@pytest.mark.slow
def test_a_page_that_takes_for_ever_is_given_up_and_the_next_is_read():
    began = time.monotonic()
    (error,) = bytes_articles(b"<html>" + b"<a>" * 3_000_000, name="a.html", suffix=".html", where="a.html")
    assert re.fullmatch(r"a\.html: the page takes too much (time or )?memory; save its text instead", str(error))
    assert time.monotonic() - began < confined.WALL_SECONDS + 2
    (article,) = bytes_articles((PAGE % "").encode(), name="b.html", suffix=".html", where="b.html")
    assert article.title == "The road"


def test_a_process_that_dies_fails_its_call_alone():
    process = ConfinedProcess()
    known = {"where": "a", "name": "a"}
    page = (PAGE % "").encode()
    assert process.call("html", page, result=Article, known=known).title == "The road"
    for wait in (0.5, 3.0):  # killed once, it is called again
        threading.Timer(wait, lambda: psutil.Process(process._process.pid).kill()).start()
    with pytest.raises(LimitReached, match="takes too much time or memory"):
        process.call("html", b"<html>" + b"<a>" * 3_000_000, result=Article, known=known)
    assert process.call("html", page, result=Article, known=known).title == "The road"
    process.close()


def test_a_call_whose_process_was_killed_once_is_made_again():
    process = ConfinedProcess()
    page = (PAGE % "").encode()
    process.call("text", "Füße".encode("utf-16"), result=str, known={"where": "a"})
    child = psutil.Process(process._process.pid)
    child.suspend()
    threading.Timer(0.5, child.kill).start()
    assert process.call("html", page, result=Article, known={"where": "a", "name": "a"}).title == "The road"
    process.close()


def test_an_idle_process_that_was_killed_is_started_again():
    process = ConfinedProcess()
    known = {"where": "a", "name": "a"}
    for _ in range(3):
        assert process.call("html", (PAGE % "").encode(), result=Article, known=known).title == "The road"
        process._process.kill()
        process._process.wait()
    process.close()


def test_a_process_that_has_grown_is_replaced():
    process = ConfinedProcess(recycle_memory=1)
    text = "Füße " * 10
    for _ in range(3):
        assert process.call("text", text.encode("utf-16"), result=str, known={"where": "a"}) == text
        assert process._process is None
    process.close()


def test_a_process_is_not_replaced_for_the_memory_of_its_starter():
    code = (
        "from geomap.ingest.sandbox import ConfinedProcess; held = bytearray(b'x') * 400_000_000; one = ConfinedProcess(); "
        "one.call('text', 'Füße'.encode('utf-16'), result=str, known={'where': 'a'}); print(one._process is not None); "
        "one.close()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_nested_feed_is_refused_in_time():
    began = time.monotonic()
    feed = b"<rss><channel>" + b"<item>" * 100_000 + b"<title>x</title>" + b"</item>" * 100_000 + b"</channel></rss>"
    with pytest.raises(FetchError, match=r"^https://e\.org/feed: (the feed cannot be parsed|takes too much)"):
        read_listing(feed, url="https://e.org/feed")
    assert time.monotonic() - began < confined.WALL_SECONDS + 2
