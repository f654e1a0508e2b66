"""The command line as a user meets it: a process, its streams and its exit code, on the real geodata."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import geomap
from tests.support.server import news_server

pytestmark = pytest.mark.geodata

SAMPLE = Path(geomap.__file__).parent / "samples" / "2023-09-24-karabakh.txt"


def run(*args, cwd=None, stdin=b"", env=None):
    return subprocess.run(
        [sys.executable, "-m", "geomap", *map(str, args)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(Path(geomap.__file__).parents[1])} | (env or {}),
        timeout=120,
        check=False,
    )


def message(done):
    """The one line on stderr; a traceback or a second line fails."""
    text = done.stderr.decode()
    assert text.count("\n") == 1, text
    return text.rstrip("\n")


def test_help_documents_the_exit_codes():
    done = run("--help")
    assert done.returncode == 0
    for line in (b"0  done", b"1  failed", b"2  wrong usage", b"3  nothing located"):
        assert line in done.stdout


@pytest.mark.parametrize("command", [(), ("map",), ("export",), ("batch",)])
def test_examples_in_the_help_keep_their_lines(command):
    lines = run(*command, "--help").stdout.decode().splitlines()
    assert [line for line in lines if "\\b" in line or "\b" in line] == []
    assert [line for line in lines if line.startswith("  geomap ")] != []


def test_map_writes_one_file_and_prints_its_path(tmp_path):
    done = run("map", SAMPLE, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    written = tmp_path / done.stdout.decode().rstrip("\n")
    assert written == tmp_path / "output" / "first-families-reach-armenia-as-weapons-are-handed-over-in-k.html"
    assert list(written.parent.iterdir()) == [written]
    assert written.read_bytes().startswith(b"<!DOCTYPE html>")


def test_two_runs_give_the_same_bytes(tmp_path):
    for name in ("one.html", "two.html"):
        assert run("map", SAMPLE, "-o", tmp_path / name).returncode == 0
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_places_as_jsonl_gives_a_line_an_article_with_exact_offsets():
    text = "Talks were held in Yevlakh 🕊 on Thursday. Baku said little."
    done = run("places", "-", "--format", "jsonl", stdin=json.dumps({"id": "a", "text": text}).encode())
    assert done.returncode == 0, done.stderr
    [line] = done.stdout.decode().splitlines()
    row = json.loads(line)
    assert row["id"] == "a"
    [yevlakh, baku] = row["toponyms"]
    assert text[yevlakh["start"] : yevlakh["end"]] == yevlakh["text"] == "Yevlakh"
    assert (yevlakh["kind"], yevlakh["country"], yevlakh["nested"]) == ("literal", "AZ", False)
    assert (round(yevlakh["lat"], 1), round(yevlakh["lon"], 1)) == (40.6, 47.2)
    assert text[baku["start"] : baku["end"]] == "Baku"
    assert baku["kind"] == "associative"


def test_a_broken_line_is_reported_and_the_rest_is_done():
    lines = b'{"id":"a","text":"Talks were held in Yevlakh."}\n{"id":\n{"id":"b","text":"Cars left Stepanakert."}\n'
    done = run("places", "-", "--format", "jsonl", stdin=lines)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]
    assert re.fullmatch(r"geomap: standard input, line 2: is not JSON \(.*\); fix or remove the line", message(done))


def test_a_text_with_no_places_is_an_answer_of_its_own(tmp_path):
    path = tmp_path / "poem.txt"
    path.write_text("the rain it rains without a stay in the hills above us, in the hills")
    done = run("map", path, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, b"")
    assert message(done) == f"geomap: {path}: no place was located; is it a news text that names places?"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.enable_socket
def test_an_address_is_a_source_and_one_that_leads_home_needs_leave(tmp_path):
    with news_server() as server:
        told = (
            "Families from Khankendi crossed the bridge near Goris in Armenia on Sunday and were met with bread. " * 5
        )
        url = server.story("/goris.html", "Families reach Goris", told)
        refused = run("map", url, cwd=tmp_path)
        assert (refused.returncode, refused.stdout, list(tmp_path.iterdir())) == (1, b"", [])
        assert message(refused) == (
            "geomap: 127.0.0.1: has the address 127.0.0.1, which is not public, and is not fetched;"
            ' if it is yours, allow it with --allow, in a project with allow = ["…"] in geomap.toml'
        )
        assert server.asked == []
        done = run("map", url, "--allow", "127.0.0.0/8", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, b"output/families-reach-goris.html\n")
        for command in (["places", "--format", "csv"], ["export", "--format", "csv", "-o", "-"]):
            listed = run(*command, url, "--allow", "127.0.0.1").stdout.decode("utf-8-sig")
            assert {"Goris", "Armenia"} <= {row["name"] for row in csv.DictReader(listed.splitlines())}
        gone = run("places", url, f"{server.url}/none", "--allow", "127.0.0.1")
        assert (gone.returncode, b"Goris" in gone.stdout) == (1, True)
        assert message(gone) == f"geomap: {server.url}/none: the server answers HTTP 404; check the URL"


@pytest.mark.parametrize("command", ["map", "places"])
def test_a_missing_file_is_one_line(command):
    done = run(command, "gone.txt")
    assert done.returncode == 1
    assert message(done) == "geomap: gone.txt: there is no such file; check the path"


def test_an_output_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    done = run("map", SAMPLE, "-o", tmp_path / "file" / "map.html")
    assert done.returncode == 1
    assert message(done).startswith(f"geomap: {tmp_path}/file/map.html: cannot be written (")
    done = run("map", SAMPLE, "-o", tmp_path)
    assert message(done) == f"geomap: {tmp_path}: cannot be written (Is a directory); choose another place with -o"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_wrong_usage_is_exit_code_2():
    assert run("map").returncode == 2
    assert run("places", SAMPLE, "--format", "xls").returncode == 2
    assert run("lookup", "Tegh", "-n", "0").returncode == 2


def test_lookup_as_jsonl_gives_the_candidates():
    done = run("lookup", "Tegh", "--country", "am", "--format", "jsonl")
    assert done.returncode == 0
    first = json.loads(done.stdout.splitlines()[0])
    assert (first["name"], first["country"], first["kind"]) == ("Tegh", "AM", "settlement")
    assert (round(first["lat"], 2), round(first["lon"], 2)) == (39.56, 46.48)


def test_lookup_of_an_unknown_name_states_it():
    done = run("lookup", "Qwxzyk")
    assert done.returncode == 3
    assert message(done) == "geomap: Qwxzyk: not in the gazetteer; check the spelling"


def test_geodata_missing_or_altered_is_one_line(tmp_path):
    done = run("lookup", "Tegh", env={"GEOMAP_GEODATA": str(tmp_path / "none")})
    assert done.returncode == 1
    assert str(tmp_path / "none") in message(done)
    real = geomap.open_resources().geodata.folder
    shutil.copytree(real, tmp_path / "geodata", ignore=shutil.ignore_patterns("build"))
    with (tmp_path / "geodata" / "gazetteer.bin").open("r+b") as file:
        file.seek(100_000)
        file.write(b"altered")
    done = run("lookup", "Tegh", env={"GEOMAP_GEODATA": str(tmp_path / "geodata")})
    assert done.returncode == 1
    assert "gazetteer.bin" in message(done)
    assert "altered" in message(done)


def test_output_into_a_closed_pipe_is_no_error():
    for arguments in (["lookup", "San", "-n", "1000"], ["--help"]):
        reader, writer = os.pipe()
        os.close(reader)
        command = [sys.executable, "-m", "geomap", *arguments]
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60)
        os.close(writer)
        assert (done.returncode, done.stderr) == (0, b"")


def test_options_of_the_map_are_checked_before_anything_is_read():
    for wrong in (
        ["--layers", "roads"],
        ["--tiles", "tiles.example.org"],
        ["--min-confidence", "2"],
        ["--boundary-view", "mine"],
    ):
        done = run("map", "gone.txt", *wrong)
        assert (done.returncode, done.stdout) == (2, b"")
        assert wrong[0] in done.stderr.decode()


def test_the_publisher_is_named_in_the_disclaimer(tmp_path):
    assert run("map", SAMPLE, "-o", tmp_path / "map.html", "--publisher", "The Example <b>").returncode == 0
    page = (tmp_path / "map.html").read_text()
    assert "The Example \\u003cb\\u003e" in page
    assert "The Example <b>" not in page


def test_export_writes_one_file_of_the_format_and_prints_its_path(tmp_path):
    done = run("export", SAMPLE, "--format", "geojson", "-o", tmp_path / "places.geojson")
    assert (done.returncode, done.stdout.decode()) == (0, f"{tmp_path / 'places.geojson'}\n")
    whole = json.loads((tmp_path / "places.geojson").read_text("utf-8"))
    yevlakh = next(f for f in whole["features"] if f["properties"]["geonameid"] == 584649)
    assert yevlakh["properties"]["evidence"][0]["when"]["start"] == "2023-09-21"


def test_export_to_stdout_equals_the_file(tmp_path):
    assert run("export", SAMPLE, "--format", "csv", "-o", tmp_path / "places.csv").returncode == 0
    assert run("export", SAMPLE, "--format", "csv", "-o", "-").stdout == (tmp_path / "places.csv").read_bytes()


def test_a_format_that_is_not_there_is_wrong_usage():
    done = run("export", SAMPLE, "--format", "docx")
    assert done.returncode == 2
    assert b"'docx' is not a format; choose among geojson, csv" in done.stderr


def test_also_writes_files_beside_the_map(tmp_path):
    done = run("map", SAMPLE, "-o", tmp_path / "story.html", "--also", "geojson,csv,kml")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().split() == [str(tmp_path / f"story.{end}") for end in ("html", "geojson", "csv", "kml")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["story.csv", "story.geojson", "story.html", "story.kml"]


@pytest.mark.slow
def test_max_precision_leaves_no_village_in_any_file(tmp_path):
    options = ("--max-precision", "admin1", "--also", "geojson,csv,kml,jsonl", "-o", tmp_path / "story.html")
    assert run("map", SAMPLE, *options).returncode == 0
    found = {
        path.name: [
            name for name in ("Kornidzor", "Tegh", "Khojaly", "46.48054", "Askeran") if name in path.read_text("utf-8")
        ]
        for path in tmp_path.iterdir()
    }
    assert found == {f"story.{end}": [] for end in ("html", "geojson", "csv", "kml", "jsonl")}


@pytest.mark.slow
def test_a_newsroom_s_own_event_words_are_heard(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[bread]\nlabel = "Bread"\nwords = ["bread", "tea", "volunteers"]\n', "utf-8")
    done = run("export", SAMPLE, "--format", "geojson", "-o", "-", "--events", own)
    events = [
        evidence["event"]
        for feature in json.loads(done.stdout)["features"]
        for evidence in feature["properties"].get("evidence", ())
    ]
    assert {"kind": "bread", "cue": "Volunteers"} in events
    missing = run("export", SAMPLE, "--format", "csv", "--events", tmp_path / "none.toml")
    assert missing.returncode == 1
    assert "none.toml: the event lexicon cannot be read" in message(missing)
