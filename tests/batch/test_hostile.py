"""Files made to hurt: each costs itself, is told in a line, and takes no memory with it."""

import gzip
import json
import os
import resource
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from backports import zstd

from geomap.batch.dataset import Dataset
from geomap.batch.partitions import Part, plan
from geomap.batch.run import run_batch
from geomap.batch.worker_process import outcomes
from geomap.errors import ArticleError, OutputError
from geomap.web.urls import without_secrets
from tests.batch.toy import TOY

GOOD = json.dumps({"text": "Goris."}).encode() + b"\n"


def results(path, per_part=1000):
    """Return (row, places or reason) of every article of a file."""
    found = []
    for part in plan([str(path)], per_part=per_part):
        for one in outcomes(part, reading=TOY.open()):
            message = one.failure.reason if one.failure else [m.place_id for m in one.mentions]
            found.append((one.row, message))
    return found


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": ' + b"[" * 100_000 + b"}", "is not JSON (nested too deep); fix or remove the line"),
        (b'{"text": "x", "id": ' + b"1" * 5000 + b"}", "is not JSON (a number is too long); fix or remove the line"),
        (b'{"text": "\\ud800"}', 'its "text" has a lone surrogate; fix the escape sequence'),
        (b"\xff\xfe\x00", "is not UTF-8; save it as UTF-8"),
        (b"\0\0\0\0", "is not JSON (Expecting value); fix or remove the line"),
        (b'{"text": 7}', 'has no "text"; each line is an object like {"text": "…"}'),
        (b'[{"text": "x"}]', 'has no "text"; each line is an object like {"text": "…"}'),
    ],
    ids=["deep", "digits", "surrogate", "not-utf8", "nul", "number", "list"],
)
def test_a_hostile_line_costs_itself(tmp_path, line, reason):
    path = tmp_path / "news.jsonl"
    path.write_bytes(GOOD + line + b"\n" + GOOD)
    assert results(path) == [(1, ["gn:1"]), (2, f"{path}, line 2: {reason}"), (3, ["gn:1"])]


def test_a_line_that_unpacks_to_a_hundred_megabytes_is_refused_in_little_memory(tmp_path):
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.write(GOOD + b'{"text": "')
        for _ in range(100):
            out.write(b"a" * 1_000_000)
        out.write(b'"}\n' + GOOD)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = results(path)
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
    assert results(path) == [(1, f"{path}, line 1: {reason}"), (2, f"{path}, line 2: {reason}")]


def test_a_parquet_file_that_is_damaged_inside_is_reported_for_the_part(tmp_path):
    path = tmp_path / "news.parquet"
    pq.write_table(pa.table({"text": [f"Goris {n} " * 50 for n in range(200)]}), path, compression="zstd")
    data = bytearray(path.read_bytes())
    data[40:400] = os.urandom(360)
    path.write_bytes(data)
    found = results(path)
    assert len(found) == 1
    assert found[0][1].startswith(f"{path}: cannot be read as Parquet (")


@pytest.mark.parametrize("length", [b"99999999999999", b"-1", b"x"], ids=["huge", "negative", "no-number"])
def test_a_warc_record_that_lies_of_its_length_is_reported(tmp_path, length):
    path = tmp_path / "crawl.warc"
    path.write_bytes(
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://e.org/\r\nContent-Type: application/http\r\n"
        b"Content-Length: " + length + b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<html></html>\r\n\r\n"
    )
    found = results(path)
    assert 1 <= len(found) <= 2  # the page, and where the archive cannot be read beyond it
    assert all(isinstance(message, str) and message.startswith(str(path)) for _, message in found)


NO_FILE = "is neither a file nor a folder; write its content to a regular file"


@pytest.fixture
def zoo(tmp_path):
    """A folder with two articles, among what is none."""
    folder = tmp_path / "zoo"
    folder.mkdir()
    (folder / "good.txt").write_text("Goris.")
    (folder / "good.jsonl").write_bytes(GOOD)
    for form in ("txt", "jsonl", "jsonl.gz", "parquet", "warc"):
        os.mkfifo(folder / f"pipe.{form}")
        (folder / f"zero.{form}").symlink_to("/dev/zero")
        (folder / f"gone.{form}").symlink_to(folder / "nowhere")
        (folder / f"loop.{form}").symlink_to(folder / f"loop.{form}")
        descriptor = os.open(os.fsencode(folder) + b"/caf\xe9." + form.encode(), os.O_WRONLY | os.O_CREAT)
        os.write(descriptor, GOOD)
        os.close(descriptor)
        (folder / f"bad.{form}").write_bytes(b"\x00")
    (folder / "up").symlink_to(folder)
    return folder


def expected_messages(folder):
    """What is said of each thing in the zoo that is no article, by its name."""
    kinds = {
        "pipe": NO_FILE,
        "zero": NO_FILE,
        "gone": "there is no such file; check the path",
        "loop": "cannot be opened (Too many levels of symbolic links); check its permissions",
        "caf\\xe9": "its name is not UTF-8; rename the file",
    }
    message = {
        f"{name}.{form}": what
        for name, what in kinds.items()
        for form in ("txt", "jsonl", "jsonl.gz", "parquet", "warc")
    }
    return message | {
        "up": "cannot be listed (it is a link to a folder, which is not followed); give it by itself",
        "bad.jsonl": "is not JSON (Expecting value); fix or remove the line",
        "bad.jsonl.gz": "cannot be read beyond line 1 (Not a gzipped file (b'\\x00')); the file is damaged",
        "bad.parquet": "is not Parquet (its last bytes are not those of a footer); check the file",
        "bad.txt": "is a binary file, not text; convert it to text or HTML",
        "bad.warc": "cannot be read beyond page 0 (Invalid WARC header); the file is damaged",
    }


def test_what_is_no_article_in_a_folder_costs_itself(zoo):
    found = results(zoo)
    reasons = sorted(message for _, message in found if isinstance(message, str))
    assert [message for _, message in found if not isinstance(message, str)].count(["gn:1"]) == 2
    expected = expected_messages(zoo)
    lines = {"bad.jsonl": f"{zoo}/bad.jsonl, line 1"}
    assert reasons == sorted(f"{lines.get(name, f'{zoo}/{name}')}: {what}" for name, what in expected.items())


def test_what_is_no_article_among_those_of_a_glob_costs_itself(zoo):
    (zoo / "notes.xlsx").write_bytes(b"PK")
    found = results(zoo / "*")
    expected = expected_messages(zoo)
    lines = {"bad.jsonl": f"{zoo}/bad.jsonl, line 1"}
    expected["up"] = "is a folder; give it by itself"
    reasons = {message for _, message in found if isinstance(message, str)}
    unknown = [message for message in reasons if message.startswith(f"{zoo}/notes.xlsx: is none of .jsonl, ")]
    assert len(unknown) == 1
    assert reasons - set(unknown) == {f"{lines.get(name, f'{zoo}/{name}')}: {what}" for name, what in expected.items()}
    assert [message for _, message in found].count(["gn:1"]) == 2


@pytest.mark.parametrize("form", ["txt", "jsonl", "jsonl.gz", "parquet", "warc"])
@pytest.mark.parametrize("kind", ["pipe", "zero", "gone", "loop", "caf\udce9"])
def test_one_that_is_named_by_itself_is_refused_before_anything_is_read(zoo, kind, form):
    for url in (f"{zoo}/{kind}.{form}", f"file://{zoo}/{kind}.{form}"):
        with pytest.raises(ArticleError) as error:
            list(plan([f"{zoo}/good.txt", url]))
        name = f"{kind}.{form}".replace("\udce9", "\\xe9")
        where = url.removesuffix(f"/{kind}.{form}")
        assert str(error.value) == f"{where}/{name}: {expected_messages(zoo)[name]}"


def test_a_chained_address_of_a_pipe_is_not_waited_for(zoo):
    with pytest.raises(ArticleError) as error:
        list(plan([f"zip://a.jsonl::{zoo}/pipe.txt"]))
    assert str(error.value) == f"zip://a.jsonl::{zoo}/pipe.txt: {NO_FILE}"


@pytest.fixture
def nested(tmp_path):
    """Make folders in each other below the test's own, and return a descriptor of the innermost; removed without recursion."""

    def made(name, depth):
        folder = os.open(tmp_path, os.O_RDONLY)
        for _ in range(depth):
            os.mkdir(name, dir_fd=folder)
            outer, folder = folder, os.open(name, os.O_RDONLY, dir_fd=folder)
            os.close(outer)
        return folder

    yield made
    subprocess.run(["rm", "-rf", str(tmp_path)], check=True)


def test_folders_nested_deeper_than_a_path_may_be_long_cost_themselves(nested, tmp_path):
    os.close(nested("d" * 200, 30))
    (tmp_path / "a.txt").write_text("Goris.")
    found = results(tmp_path)
    assert found[0] == (1, ["gn:1"])
    [(_, message)] = found[1:]
    assert message.startswith(f"{tmp_path}/ddd")
    assert message.endswith(": cannot be listed (File name too long); give it by itself")


def test_more_than_a_thousand_folders_in_each_other_are_no_trouble(nested, tmp_path):
    descriptor = nested("d", 1100)
    file = os.open("a.txt", os.O_WRONLY | os.O_CREAT, dir_fd=descriptor)
    os.write(file, b"Goris.")
    os.close(file)
    os.close(descriptor)
    assert results(tmp_path) == [(1, ["gn:1"])]


def test_a_file_with_the_signs_of_a_glob_in_its_name_is_itself(tmp_path):
    (tmp_path / "a[1].jsonl").write_bytes(GOOD)
    (tmp_path / "a1.jsonl").write_bytes(b"none\n")
    assert results(tmp_path / "a[1].jsonl") == [(1, ["gn:1"])]


def test_globs_match_as_a_shell_does(tmp_path):
    for name in ("a/x.jsonl", "a/b/y.jsonl", "a/b/.z.jsonl", "w.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(GOOD)

    def names(pattern):
        return [part.urls[0].removeprefix(f"{tmp_path}/") for part in plan([f"{tmp_path}/{pattern}"])]

    assert names("*.jsonl") == ["w.jsonl"]
    assert names("*/*.jsonl") == ["a/x.jsonl"]
    assert names("**/*.jsonl") == ["a/b/y.jsonl", "a/x.jsonl", "w.jsonl"]
    assert names("a/[b]/*") == ["a/b/y.jsonl"]
    assert names("a/b/.*") == ["a/b/.z.jsonl"]


def test_a_parquet_row_whose_text_is_no_text_costs_itself(tmp_path):
    path = tmp_path / "news.parquet"
    texts = pa.array([b"Goris.", b"Goris \xff.", b"Tegh."], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": texts}), path)
    assert results(path) == [
        (1, ["gn:1"]),
        (2, f"{path}, row 2: is not UTF-8; fix or remove the row"),
        (3, ["gn:2"]),
    ]


def rows_of(path, rows, **more):
    pq.write_table(pa.table(rows), path, **more)
    return results(path)


def test_rows_whose_address_or_text_is_none_cost_themselves(tmp_path):
    path = tmp_path / "news.parquet"
    found = rows_of(path, {"text": ["Goris.", "Goris.", None, " "], "url": ["http://[", None, None, None]})
    assert found == [
        (1, f'{path}, line 1: its "url" is not a URL; fix or remove it'),
        (2, ["gn:1"]),
        (3, f'{path}, line 3: has no "text"; each line is an object like {{"text": "…"}}'),
        (4, f'{path}, line 4: its "text" is empty; give the article\'s text'),
    ]


def test_an_id_of_megabytes_is_cut(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({"text": "Goris.", "id": "x" * 5_000_000, "title": "y" * 3_000_000}) + "\n")
    [part] = plan([str(path)])
    [one] = outcomes(part, reading=TOY.open())
    assert (one.mentions[0].article_id, one.mentions[0].title) == ("x" * 999 + "…", "y" * 999 + "…")


def footer_of(path, change):
    """Change the footer of a Parquet file as ``change`` does."""
    data = path.read_bytes()
    length = int.from_bytes(data[-8:-4], "little")
    footer = change(data[-8 - length : -8])
    path.write_bytes(data[: -8 - length] + footer + len(footer).to_bytes(4, "little") + b"PAR1")


def zigzag(number):
    """Return a number as Thrift's compact protocol writes it."""
    number, out = number << 1, b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def test_a_footer_that_claims_other_rows_than_there_are_is_refused(tmp_path):
    path = tmp_path / "news.parquet"
    pq.write_table(pa.table({"text": ["Goris."] * 55}), path)
    footer_of(path, lambda footer: footer.replace(b"\x16" + zigzag(55), b"\x16" + zigzag(1 << 60)))
    with pytest.raises(ArticleError) as error:
        list(plan([str(path)]))
    assert str(error.value) == f"{path}: is not Parquet (it claims more rows than it has bytes); check the file"
    pq.write_table(pa.table({"text": ["Goris."] * 55}), path)
    footer_of(path, lambda footer: footer.replace(b"\x16" + zigzag(55), b"\x16" + zigzag(56), 1))
    with pytest.raises(ArticleError) as error:
        list(plan([str(path)]))
    assert str(error.value) == f"{path}: is not Parquet (its row groups do not add up); check the file"


@pytest.mark.parametrize(
    "damage",
    [lambda footer: b"\xff" * len(footer), lambda footer: footer[:40], lambda _: b"\x19\xfc" + b"\xff" * 9],
)
def test_a_footer_that_cannot_be_parsed_is_one_line(tmp_path, damage):
    path = tmp_path / "news.parquet"
    pq.write_table(pa.table({"text": ["Goris."] * 55}), path)
    footer_of(path, damage)
    with pytest.raises(ArticleError) as error:
        list(plan([str(path)]))
    assert str(error.value).startswith(f"{path}: is not Parquet (")
    assert "\n" not in str(error.value)


def batch_of(source, out, **settings):
    """Return the places of each article of a batch, and its failures as (row, kind, reason)."""
    batch = run_batch([str(source)], out=str(out), settings=replace(TOY, **settings), workers=1)
    frames = [pq.read_table(f).to_pylist() for f in sorted(Path(out, "mentions").glob("*.parquet"))]
    failed = [pq.read_table(f).to_pylist() for f in sorted(Path(out, "failures").glob("*.parquet"))]
    assert batch.undone == ()
    return (
        [(row["row"], row["place_id"]) for rows in frames for row in rows],
        [(row["row"], row["kind"], row["reason"]) for rows in failed for row in rows],
    )


@pytest.mark.slow
def test_a_row_that_unpacks_to_more_than_the_memory_costs_its_part_and_no_more(tmp_path):
    path = tmp_path / "news.parquet"
    texts = pa.array(["Goris.", "a" * 400_000_000, "Tegh."], pa.large_string())
    pq.write_table(pa.table({"text": texts}), path, compression="zstd", use_dictionary=False, write_statistics=False)
    message = f"{path}, from 1: needs more memory than is allowed; write it in smaller pieces"
    assert path.stat().st_size < 100_000
    assert batch_of(path, tmp_path / "out", memory_mb=256) == ([], [(1, "too large", message)])


@pytest.mark.parametrize("form", ["gz", "zst"])
@pytest.mark.slow
def test_a_file_that_unpacks_without_end_is_read_to_where_it_does(tmp_path, form):
    path = tmp_path / f"bomb.jsonl.{form}"
    with gzip.open(path, "wb", compresslevel=1) if form == "gz" else zstd.open(path, "wb") as out:
        out.write(GOOD + b'{"text": "')
        for _ in range(1_000):
            out.write(b"a" * 1_000_000)
        out.write(b'"}\n' + GOOD)
    began = time.monotonic()
    message = "cannot be read beyond line 2 (it decompresses to more than 200 times its size); the file is damaged"
    assert results(path) == [(1, ["gn:1"]), (2, f"{path}: {message}")]
    assert time.monotonic() - began < 30


def test_blank_lines_without_end_make_no_parts(tmp_path):
    path = tmp_path / "blank.jsonl.zst"
    path.write_bytes(zstd.compress(GOOD + b"\n" * 50_000_000 + GOOD))
    parts = list(plan([str(path)]))
    assert [(p.first, p.n) for p in parts] == [(1, 1000), (50_000_001, 2)]
    assert results(path) == [(1, ["gn:1"]), (50_000_002, ["gn:1"])]
    path.write_bytes(zstd.compress(b"\n" * 1_000_000))
    assert results(path) == []


def test_a_window_of_gigabytes_is_refused(tmp_path):
    path = tmp_path / "news.jsonl.zst"
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 31})
    path.write_bytes(packer.compress(GOOD) + packer.flush())
    [(row, message)] = results(path)
    assert row == 1
    assert message.startswith(
        f"{path}: cannot be read beyond line 1 (Unable to decompress Zstandard data: Frame requires"
    )


PAGE = b"<html><body><article>" + b"<p>Families left Goris on Sunday, and were met by volunteers.</p>" * 6


def warc_of(path, *headers, answer=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE):
    """Write a WARC file of a response for each of ``headers``, lines of its own."""
    path.write_bytes(
        b"".join(
            b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\n"
            + own
            + b"Content-Length: "
            + str(len(answer)).encode()
            + b"\r\n\r\n"
            + answer
            + b"\r\n\r\n"
            for own in headers
        )
    )


def test_pages_whose_address_is_none_are_read_without_it(tmp_path):
    path = tmp_path / "crawl.warc"
    warc_of(
        path,
        b"WARC-Target-URI: http://[\r\n",
        b"",
        b"WARC-Target-URI: https://e.org/" + b"a" * 9_000 + b"\r\n",
        b"WARC-Target-URI: https://e.org/\xff\xfe\r\nWARC-Date: \xff\r\n",
        b"WARC-Target-URI: https://e.org/good\r\n",
    )
    found = []
    for part in plan([str(path)]):
        for one in outcomes(part, reading=TOY.open()):
            goris = next(m for m in one.mentions if m.text == "Goris")
            found.append((one.row, goris.article_id, goris.url))
    assert found[:3] == [(row, f"{path}:{row}", None) for row in (1, 2, 3)]
    assert found[3][0] == 4
    assert found[4:] == [(5, "https://e.org/good", "https://e.org/good")]


@pytest.mark.slow
def test_a_page_that_unpacks_to_a_gigabyte_costs_itself(tmp_path):
    path = tmp_path / "crawl.warc"
    body = gzip.compress(b"<p>Goris" * 125_000_000, 1)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    warc_of(path, b"WARC-Target-URI: https://e.org/\r\n", answer=head + body)
    message = f"{path}, page 1 (https://e.org/): cannot be read (out of memory)"
    assert batch_of(path, tmp_path / "out") == ([], [(1, "too large", message)])


def test_a_file_that_is_gone_between_planning_and_reading_costs_itself(tmp_path):
    for name in ("a.txt", "b.txt", "c.jsonl"):
        (tmp_path / name).write_bytes(GOOD if name == "c.jsonl" else b"Goris.")
    parts = list(plan([str(tmp_path)]))
    (tmp_path / "a.txt").unlink()
    (tmp_path / "c.jsonl").unlink()
    found = [one for part in parts for one in outcomes(part, reading=TOY.open())]
    assert [(one.row, one.failure.reason if one.failure else one.mentions[0].place_id) for one in found] == [
        (1, f"{tmp_path}/c.jsonl: there is no such file; check the path"),
        (1, f"{tmp_path}/a.txt: there is no such file; check the path"),
        (2, "gn:1"),
    ]


def test_what_a_file_system_raises_is_a_failure_for_the_rest_of_the_part(tmp_path):
    """A library's own error, of no class that anybody would expect here."""
    path = tmp_path / "news.jsonl.gz"
    good = gzip.compress(GOOD * 2)
    path.write_bytes(good)
    [part] = plan([str(path)])
    path.write_bytes(good[:10] + b"\xff" * 40)
    assert [(one.row, one.failure.kind, one.failure.reason) for one in outcomes(part, reading=TOY.open())] == [
        (1, "unreadable", f"{path}: cannot be read (Error -3 while decompressing data: invalid block type)")
    ]
    missing = Part(urls=("nonsense://a/b.jsonl",), form="jsonl", first=7, n=3, digest="")
    [one] = outcomes(missing, reading=TOY.open())
    assert (one.row, one.failure.input) == (7, "nonsense://a/b.jsonl")
    assert one.failure.reason.startswith("nonsense://a/b.jsonl: cannot be opened (Protocol not known: nonsense")


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("ftp://me:se:cr@et@h.org/a.jsonl", "ftp://me:***@h.org/a.jsonl"),
        ("simplecache::ftp://me:secret@h.org/a.jsonl", "simplecache::ftp://me:***@h.org/a.jsonl"),
        (
            "https://h.org/a?X-Amz-Signature=secret&n=1&token=secret",
            "https://h.org/a?X-Amz-Signature=***&n=1&token=***",
        ),
        ("s3://bucket/a:b@c.jsonl", "s3://bucket/a:b@c.jsonl"),
        ("Cannot reach 'ftp://me:secret@h.org/a'", "Cannot reach 'ftp://me:***@h.org/a'"),
    ],
)
def test_secrets_of_an_address_are_not_printed(url, printed):
    assert without_secrets(url) == printed


def test_secrets_of_an_address_stand_in_no_message_and_in_no_row():
    url = "ftp://me:secret@127.0.0.1:1/a.jsonl"
    with pytest.raises(ArticleError) as error:
        list(plan([url]))
    assert str(error.value).startswith("ftp://me:***@127.0.0.1:1/a.jsonl: cannot be opened (")
    [one] = outcomes(Part(urls=(url,), form="jsonl", first=1, n=1, digest=""), reading=TOY.open())
    assert "secret" not in str(one)
    [one] = outcomes(Part(urls=(url,), form="files", first=1, n=1, digest=""), reading=TOY.open())
    assert "secret" not in str(one)
    with pytest.raises(OutputError) as refused:
        Dataset("nonsense://me:secret@h.org/out")
    assert "secret" not in str(refused.value)
