import io
import json
import os
from pathlib import Path

import pytest

from geomap.errors import ArticleError, ArticleNotFound
from geomap.ingest.readers import MAX_BYTES, load_articles
from geomap.types import Article


def only(sources, **kwargs):
    [one] = load_articles(sources, **kwargs)
    return one


def message(sources, **kwargs):
    error = only(sources, **kwargs)
    assert isinstance(error, ArticleError)
    assert "\n" not in str(error)
    return str(error)


def test_a_text_file_is_read_to_the_code_point_and_dated_by_its_name(tmp_path):
    path = tmp_path / "2023-09-24-goris.txt"
    path.write_bytes("News / World\r\n\r\nFamilies reach Goris tonight\r\n\r\nThey came by road 🚗.\r\n".encode())
    assert only([path]) == Article(
        id="2023-09-24-goris.txt",
        text="News / World\r\n\r\nFamilies reach Goris tonight\r\n\r\nThey came by road 🚗.\r\n",
        title="Families reach Goris tonight",
        published="2023-09-24",
        sha256="6ff9917b9473d3babaf57928510933e76635e484c24f50ffa5de221aec90b7fc",
    )


def test_an_html_page_gives_its_article_and_metadata_without_navigation(tmp_path):
    path = tmp_path / "page.html"
    story = "Families crossed the border near Goris on Sunday and were met by volunteers with bread and tea. " * 5
    path.write_text(
        "<!doctype html><html><head><title>Goris | The Example</title>"
        '<meta property="og:title" content="Families reach Goris"><meta property="og:site_name" content="The Example">'
        '<meta property="article:published_time" content="2023-09-24T10:00:00Z"><meta name="author" content="A Example">'
        '<link rel="canonical" href="https://example.org/goris"></head><body><nav><a href="/">Home</a><a href="/w">World</a></nav>'
        f"<article><h1>Families reach Goris</h1><p>{story}</p><p>{story}</p></article><footer>Subscribe now</footer></body></html>",
        encoding="utf-8",
    )
    article = only([path])
    assert (article.title, article.published, article.source) == ("Families reach Goris", "2023-09-24", "The Example")
    assert (article.url, article.author) == ("https://example.org/goris", "A Example")
    assert "met by volunteers" in article.text
    assert "Subscribe" not in article.text
    assert "World" not in article.text


def test_a_broken_json_line_is_reported_by_number_and_the_rest_is_read(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text(
        '{"text":"One"}\n{"text": oops}\n\n{"id":7,"text":"Two","published":"2023-09-24","title":null}\n{"title":"x"}\n'
    )
    one, broken, two, textless = load_articles([path])
    assert (one.id, one.text) == ("news.jsonl:1", "One")
    assert str(broken) == f"{path}, line 2: is not JSON (Expecting value); fix or remove the line"
    assert (two.id, two.text, two.title, two.published) == ("7", "Two", None, "2023-09-24")
    assert str(textless) == f'{path}, line 5: has no "text"; each line is an object like {{"text": "…"}}'


def test_ids_that_occur_again_stay_apart(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id":"x","text":"1"}\n{"id":"x","text":"2"}\n')
    assert [a.id for a in load_articles([path])] == ["x", "x#2"]


def test_a_folder_is_read_in_order_without_hidden_files(tmp_path):
    (tmp_path / "b.txt").write_text("second text")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "a.txt").write_text("first text")
    (tmp_path / ".hidden.txt").write_text("no")
    (tmp_path / "c.xlsx").write_bytes(b"PK")
    first, second, sheet = load_articles([tmp_path])
    assert (first.id, second.id) == ("a/a.txt", "b.txt")
    assert (
        str(sheet)
        == f"{tmp_path / 'c.xlsx'}: .xlsx files are not supported; give .txt, .md, .html, .pdf, .eml or .jsonl"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_in_a_folder_is_reported_and_the_rest_is_read(tmp_path):
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "b.txt").write_text("text")
    (tmp_path / "a.txt").chmod(0)
    error, article = load_articles([tmp_path])
    assert str(error) == f"{tmp_path / 'a.txt'}: cannot be read (Permission denied); check its permissions"
    assert article.id == "b.txt"


def test_a_dangling_link_in_a_folder_is_reported(tmp_path):
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    assert message([tmp_path]) == f"{tmp_path / 'a.txt'}: there is no such file; check the path"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "is empty; give a file with the article's text"),
        ("blank.txt", b" \n\t\n", "is empty; give a file with the article's text"),
        ("bom.txt", b"\xef\xbb\xbf\n", "is empty; give a file with the article's text"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a binary file, not text; convert it to text or HTML"),
        ("big.txt", b"word " * (MAX_BYTES // 5 + 1), "is larger than 10 MB; split it, or give articles as JSONL"),
        ("empty.jsonl", b"\n\n", "is empty; give one JSON object per line, each with a text"),
        ("nothing.html", b"<html><body></body></html>", "no article text was found in the page; save its text instead"),
    ],
)
def test_what_is_no_article_is_reported_in_one_line(tmp_path, name, data, said):
    path = tmp_path / name
    path.write_bytes(data)
    assert message([path]) == f"{path}: {said}"


def test_a_missing_file_is_not_found(tmp_path):
    error = only([tmp_path / "gone.txt"])
    assert isinstance(error, ArticleNotFound)
    assert isinstance(error, FileNotFoundError)
    assert str(error) == f"{tmp_path / 'gone.txt'}: there is no such file; check the path"


def test_an_empty_folder_is_reported(tmp_path):
    assert (
        message([tmp_path])
        == f"{tmp_path}: the folder has no files; put .txt, .html, .pdf, .eml or .jsonl articles into it"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1251"])
def test_other_encodings_are_detected(tmp_path, encoding):
    text = "В Степанакерт прибыла колонна с гуманитарной помощью, сообщили в городе. Дорога через Лачин открыта."
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    assert only([path]).text == text


def test_standard_input_may_be_text_html_or_json_lines():
    assert only(["-"], stdin=io.BytesIO(b"A text from Goris.")).text == "A text from Goris."
    lines = io.BytesIO(b'{"id":"a","text":"One"}\n{"id":"b","text":"Two"}\n')
    assert [a.id for a in load_articles(["-"], stdin=lines)] == ["a", "b"]


def test_an_oversized_json_line_costs_only_itself(tmp_path):
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(b'{"text":"' + b"x" * (2 * MAX_BYTES) + b'"}\n')
        file.write(json.dumps({"id": "after", "text": "small"}).encode() + b"\n")
    error, after = load_articles([path])
    assert str(error) == f"{path}, line 1: is larger than 10 MB; split the article"
    assert after.id == "after"


def test_half_a_surrogate_pair_and_odd_metadata_are_handled(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text":"a\\ud800"}\n{"text":"b","title":["no"],"source":3,"url":true}\n')
    error, article = load_articles([Path(path)])
    assert str(error) == f'{path}, line 1: its "text" has a lone surrogate; fix the escape sequence'
    assert (article.title, article.source, article.url) == (None, "3", None)
