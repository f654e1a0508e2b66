"""Files made to hurt: each costs itself, is told in a line, and takes no memory with it."""

import gzip
import json
import os
import resource

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geomap.batch.inputs import plan
from geomap.batch.reader import outcomes
from geomap.errors import ArticleError
from tests.batch.toy import TOY

GOOD = json.dumps({"text": "Goris."}).encode() + b"\n"


def told(path, per_part=1000):
    """Return (row, places or reason) of every article of a file."""
    found = []
    for part in plan([str(path)], per_part=per_part):
        for one in outcomes(part, reading=TOY.open()):
            said = one.failure.reason if one.failure else [m.place_id for m in one.mentions]
            found.append((one.row, said))
    return found


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": ' + b"[" * 100_000 + b"}", "is not JSON (nested too deep); mend or remove the line"),
        (b'{"text": "x", "id": ' + b"1" * 5000 + b"}", "is not JSON (a number is too long); mend or remove the line"),
        (b'{"text": "\\ud800"}', 'its "text" holds half a surrogate pair; mend the escape sequence'),
        (b"\xff\xfe\x00", "is not UTF-8; JSON lines must be"),
        (b"\0\0\0\0", "is not JSON (Expecting value); mend or remove the line"),
        (b'{"text": 7}', 'has no "text"; each line is an object like {"text": "…"}'),
        (b'[{"text": "x"}]', 'has no "text"; each line is an object like {"text": "…"}'),
    ],
    ids=["deep", "digits", "surrogate", "not-utf8", "nul", "number", "list"],
)
def test_a_hostile_line_costs_itself(tmp_path, line, reason):
    path = tmp_path / "news.jsonl"
    path.write_bytes(GOOD + line + b"\n" + GOOD)
    assert told(path) == [(1, ["gn:1"]), (2, f"{path}, line 2: {reason}"), (3, ["gn:1"])]


def test_a_line_that_unpacks_to_a_hundred_megabytes_is_refused_in_little_memory(tmp_path):
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.write(GOOD + b'{"text": "')
        for _ in range(100):
            out.write(b"a" * 1_000_000)
        out.write(b'"}\n' + GOOD)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = told(path)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    assert found == [
        (1, ["gn:1"]),
        (2, f"{path}, line 2: is larger than 10 MB; split the article"),
        (3, ["gn:1"]),
    ]
    assert grown < 60


def test_a_column_of_numbers_is_no_text(tmp_path):
    path = tmp_path / "news.parquet"
    pq.write_table(pa.table({"text": pa.array([1, 2]), "id": pa.array([b"\xff", None])}), path)
    reason = 'has no "text"; each line is an object like {"text": "…"}'
    assert told(path) == [(1, f"{path}, line 1: {reason}"), (2, f"{path}, line 2: {reason}")]


def test_a_parquet_file_that_is_damaged_inside_is_told_for_the_part(tmp_path):
    path = tmp_path / "news.parquet"
    pq.write_table(pa.table({"text": [f"Goris {n} " * 50 for n in range(200)]}), path, compression="zstd")
    data = bytearray(path.read_bytes())
    data[40:400] = os.urandom(360)
    path.write_bytes(data)
    found = told(path)
    assert len(found) == 1
    assert found[0][1].startswith(f"{path}: cannot be read as Parquet (")


@pytest.mark.parametrize("length", [b"99999999999999", b"-1", b"x"], ids=["huge", "negative", "no-number"])
def test_a_warc_record_that_lies_of_its_length_is_told(tmp_path, length):
    path = tmp_path / "crawl.warc"
    path.write_bytes(
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://e.org/\r\nContent-Type: application/http\r\n"
        b"Content-Length: " + length + b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<html></html>\r\n\r\n"
    )
    found = told(path)
    assert 1 <= len(found) <= 2  # the page, and where the archive cannot be read beyond it
    assert all(isinstance(said, str) and said.startswith(str(path)) for _, said in found)


def test_a_pipe_and_a_link_to_itself_are_told_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ArticleError) as error:
        list(plan([str(tmp_path)]))
    assert str(error.value) == f"{tmp_path}/pipe.txt: is neither a file nor a folder; write what it gives into a file"
    (tmp_path / "pipe.txt").unlink()
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    with pytest.raises(ArticleError, match=r"loop\.txt: (cannot be opened|there is no such file)"):
        list(plan([str(tmp_path)]))


def test_a_parquet_row_whose_text_is_no_text_costs_itself(tmp_path):
    path = tmp_path / "news.parquet"
    texts = pa.array([b"Goris.", b"Goris \xff.", b"Tegh."], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": texts}), path)
    assert told(path) == [
        (1, ["gn:1"]),
        (2, f"{path}, row 2: is not UTF-8; mend or remove the row"),
        (3, ["gn:2"]),
    ]
