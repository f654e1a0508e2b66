import gzip
import hashlib
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd

from geomap.batch.articles import article_of, raw_articles
from geomap.batch.partitions import Part, plan
from geomap.errors import ArticleError, ArticleNotFound

LINES = [json.dumps({"id": f"a{n}", "text": f"Article {n} of Goris.", "published": "2023-09-24"}) for n in range(1, 8)]
TEXT = "\n".join(LINES) + "\n"


def texts(paths, per_part):
    found = []
    for part in plan([str(p) for p in paths], per_part=per_part):
        for raw in raw_articles(part):
            try:
                found.append((raw.row, article_of(raw).text))
            except ArticleError as error:
                found.append((raw.row, str(error)))
    return found


EXPECTED = [(n, f"Article {n} of Goris.") for n in range(1, 8)]


@pytest.mark.parametrize("per_part", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "jsonl.zst", "parquet"])
def test_the_parts_of_an_input_hold_each_article_once_in_order(tmp_path, form, per_part):
    path = tmp_path / f"news.{form}"
    data = TEXT.encode()
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist([json.loads(line) for line in LINES]), path, row_group_size=2)
    else:
        path.write_bytes({"jsonl": data, "jsonl.gz": gzip.compress(data), "jsonl.zst": zstd.compress(data)}[form])
    assert texts([path], per_part) == EXPECTED


def test_a_part_states_where_it_begins_what_it_holds_and_its_digest(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text(TEXT)
    parts = list(plan([str(path)], per_part=4))
    cut = len("\n".join(LINES[:4])) + 1
    assert parts == [
        Part(urls=(str(path),), form="jsonl", first=1, n=4, digest=hashlib.sha256(TEXT[:cut].encode()).hexdigest()),
        Part(
            urls=(str(path),),
            form="jsonl",
            first=5,
            n=3,
            start=cut,
            digest=hashlib.sha256(TEXT[cut:].encode()).hexdigest(),
        ),
    ]
    assert [Part.from_json(p.to_json()) for p in parts] == parts


def test_a_last_line_without_a_newline_and_blank_lines_are_no_articles_lost(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text('{"text":"One"}\n\n{"text":"Two"}')
    assert texts([path], 1) == [(1, "One"), (3, "Two")]


def test_a_compressed_file_that_is_cut_short_gives_what_it_holds_and_states_where_it_ends(tmp_path):
    path = tmp_path / "news.jsonl.gz"
    whole = b"".join(gzip.compress((line + "\n").encode()) for line in LINES)
    path.write_bytes(whole[: -len(gzip.compress((LINES[-1] + "\n").encode())) + 20])
    found = texts([path], 3)
    assert found[:6] == EXPECTED[:6]
    assert len(found) == 7
    assert "cannot be read" in found[6][1]


def test_every_frame_of_a_zstd_file_is_read_and_a_cut_one_is_reported(tmp_path):
    path = tmp_path / "news.jsonl.zst"
    frames = [zstd.compress((line + "\n").encode()) for line in LINES]
    path.write_bytes(b"".join(frames))
    assert texts([path], 3) == EXPECTED
    path.write_bytes(b"".join(frames)[:-5])
    found = texts([path], 100)
    assert found[:6] == EXPECTED[:6]
    assert "cannot be read" in found[6][1]


def test_an_empty_file_is_a_failure_not_nothing(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_bytes(b"")
    assert texts([path], 3) == [(1, f"{path}: is empty; give one JSON object per line, each with a text")]


def test_a_folder_is_read_in_order_its_small_files_together(tmp_path):
    (tmp_path / "b.txt").write_text("Second of Goris")
    (tmp_path / "a.txt").write_text("First of Goris")
    (tmp_path / ".hidden.txt").write_text("no")
    (tmp_path / "c.jsonl").write_text('{"text":"Third"}\n')
    (tmp_path / "notes.xlsx").write_bytes(b"PK")
    parts = list(plan([str(tmp_path)], per_part=10))
    assert [(p.form, p.n) for p in parts] == [("jsonl", 1), ("files", 2)]
    assert texts([tmp_path], 10) == [(1, "Third"), (1, "First of Goris"), (2, "Second of Goris")]


def test_what_is_missing_or_of_no_known_form_stops_the_batch(tmp_path):
    with pytest.raises(ArticleNotFound, match="there is no such file"):
        list(plan([str(tmp_path / "none.jsonl")]))
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(ArticleError, match=r"a\.docx: is none of"):
        list(plan([str(tmp_path / "a.docx")]))
    with pytest.raises(ArticleError, match="cannot be opened"):
        list(plan(["nonsense://host/a.jsonl"]))
    (tmp_path / "a.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(ArticleError, match="is not Parquet"):
        list(plan([str(tmp_path / "a.parquet")]))


def test_parquet_without_a_text_column_fails_by_name(tmp_path):
    path = tmp_path / "news.parquet"
    pq.write_table(pa.table({"body": ["x"]}), path)
    assert texts([path], 10) == [(1, f'{path}: has no column "text"; rename the one with the articles')]


def warc(path, pages, *, packed):
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        for address, kind, body in pages:
            headers = StatusAndHeaders(
                "200 OK", [("Content-Type", kind), ("Content-Encoding", "gzip")], protocol="HTTP/1.1"
            )
            writer.write_record(
                writer.create_warc_record(
                    address,
                    "response",
                    payload=io.BytesIO(gzip.compress(body)),
                    http_headers=headers,
                    warc_headers_dict={"WARC-Date": "2023-09-24T10:00:00Z"},
                )
            )


STORY = "Families crossed the border near {} on Sunday and were met by volunteers with bread and tea. "


def page(town):
    return f"<html><body><article><p>{STORY.format(town) * 4}</p></article></body></html>".encode()


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("per_part", [1, 2, 10])
def test_the_web_pages_of_a_warc_file_are_articles_and_its_images_are_not(tmp_path, packed, per_part):
    path = tmp_path / ("crawl.warc.gz" if packed else "crawl.warc")
    warc(
        path,
        [
            ("https://e.org/goris", "text/html; charset=utf-8", page("Goris")),
            ("https://e.org/logo.png", "image/png", b"\x89PNG"),
            ("https://e.org/tegh", "text/html", page("Tegh")),
        ],
        packed=packed,
    )
    articles = [article_of(r) for p in plan([str(path)], per_part=per_part) for r in raw_articles(p)]
    assert [(a.id, a.url, a.retrieved) for a in articles] == [
        ("https://e.org/goris", "https://e.org/goris", "2023-09-24T10:00:00Z"),
        ("https://e.org/tegh", "https://e.org/tegh", "2023-09-24T10:00:00Z"),
    ]
    assert [a.text for a in articles] == [(STORY.format(t) * 4).strip() for t in ("Goris", "Tegh")]


def test_a_warc_file_that_ends_inside_a_page_states_it(tmp_path):
    path = tmp_path / "crawl.warc.gz"
    warc(path, [(f"https://e.org/{n}", "text/html", page("Goris")) for n in range(3)], packed=True)
    path.write_bytes(path.read_bytes()[:-60])
    found = texts([path], 10)
    assert [row for row, _ in found] == [1, 2, 3]
    assert found[2][1] == f"{path}, page 3 (https://e.org/2): cannot be read (the file ends within it; it is damaged)"
