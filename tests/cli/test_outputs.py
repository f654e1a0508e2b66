"""No command overwrites what it reads or writes two results into one file; all is checked before anything is read."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geomap.cli.main import cli
from geomap.cli.outputs import check_dataset, check_outputs
from geomap.errors import OutputError

TEXT = "Families left Goris for Sisian, in Armenia, on Monday.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder of a test: an article by several names, a folder of articles, an old map."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEOMAP_GEODATA", str(tmp_path / "none"))  # what gets as far as reading fails
    Path("a.txt").write_text(TEXT)
    Path("link.txt").symlink_to("a.txt")
    Path("news").mkdir()
    Path("news/b.html").write_text(f"<html><body><p>{TEXT}</p></body></html>")
    Path("news/c.txt").symlink_to("../elsewhere.txt")
    Path("elsewhere.txt").write_text(TEXT)
    Path("events.toml").write_text("")
    Path("output").mkdir()
    Path("output/old.html").write_text("old")
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, list(arguments))
    return done.exit_code, done.output.splitlines()[-1] if done.output else str(done.exception)


TWICE = "would be written twice; give another name with -o, or leave a format out"
SOURCE = "is one of the sources and would be overwritten; choose another place with -o"
WRONG = {
    ("map", "a.txt", "-o", "s.geojson", "--also", "geojson"): f"s.geojson {TWICE}",
    ("map", "a.txt", "-o", "s.csv", "--also", "geojson,csv"): f"s.csv {TWICE}",
    ("map", "a.txt", "-o", "a.txt"): f"a.txt {SOURCE}",
    ("map", "a.txt", "-o", "./news/../a.txt"): f"news/../a.txt {SOURCE}",
    ("map", "link.txt", "-o", "a.txt"): f"a.txt {SOURCE}",
    ("map", "a.txt", "-o", "link.txt"): f"link.txt {SOURCE}",
    ("map", "news", "-o", "news/b.html"): f"news/b.html {SOURCE}",
    ("map", "news", "-o", "elsewhere.txt"): f"elsewhere.txt {SOURCE}",
    ("map", "a.txt", "--events", "events.toml", "-o", "events.toml"): f"events.toml {SOURCE}",
    ("export", "a.txt", "--format", "csv", "-o", "a.txt"): f"a.txt {SOURCE}",
    ("map", "a.txt", "-o", "-", "--also", "csv"): "--also needs the name of the map's file: give -o FILE",
    ("evaluate", "a.txt", "--errors", "x", "--predictions", "./x"): f"x {TWICE}",
    ("evaluate", "a.txt", "--errors", "a.txt"): f"a.txt {SOURCE}",
    ("evaluate", "ceiling", "a.txt", "--missing", "link.txt"): f"link.txt {SOURCE}",
}


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_what_would_be_lost_is_refused_as_wrong_usage(folder: Path, arguments: tuple[str, ...]):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert run(*arguments) == (2, f"Error: {WRONG[arguments]}")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_file_beside_the_map_that_is_a_source_is_refused(folder: Path):
    Path("news/places.geojson").write_text("theirs")
    assert run("map", "news", "-o", "news/places.html", "--also", "geojson") == (
        2,
        f"Error: news/places.geojson {SOURCE}",
    )


def test_where_nothing_can_be_written_nothing_is_read(folder: Path):
    Path("map.csv").mkdir()
    for arguments, path in {
        ("map", "a.txt", "-o", "map.html", "--also", "csv"): "map.csv",
        ("export", "a.txt", "--format", "csv", "-o", "a.txt/places.csv"): "a.txt/places.csv",
        ("map", "a.txt", "-o", "/dev/full"): "/dev/full",
    }.items():
        done = CliRunner().invoke(cli, list(arguments))
        assert isinstance(done.exception, OutputError)
        assert str(done.exception).startswith(f"{path}: cannot be written (")
    assert sorted(path.name for path in folder.iterdir()) == [
        "a.txt", "elsewhere.txt", "events.toml", "link.txt", "map.csv", "news", "output",
    ]  # fmt: skip


def test_other_outputs_are_allowed(folder: Path):
    for outputs, sources in (
        (["output/old.html"], ["a.txt", "-", "https://example.org/a.txt"]),
        (["news/new.html", "news/new.csv"], ["news"]),
        (["b.txt"], ["a.txt", "gone.txt"]),
    ):
        check_outputs([Path(path) for path in outputs], sources=sources)


@pytest.mark.parametrize(
    ("out", "given"),
    [
        ("news/out", "news"),
        ("news", "news"),
        ("./news/", "news"),
        ("news/out", "."),
        ("news/out", "news/**/*.parquet"),
        ("news/out", "news/*/*.parquet"),
        ("out", "out/places.parquet"),
        ("out", "out/mentions/0.parquet"),
        ("file:///news/out", "/news"),
    ],
)
def test_a_batch_that_would_read_what_it_writes_is_refused(folder: Path, out: str, given: str):
    with pytest.raises(click.UsageError) as error:
        check_dataset(out, inputs=["a.txt", given])
    assert error.value.message == f"--out {out} and the input {given} overlap; choose another folder with --out"


@pytest.mark.parametrize(
    ("out", "given"),
    [
        ("out", "news"),
        ("news/out", "news/*.jsonl"),
        ("news/out", "news/b.html"),
        ("news", "news/b.html"),
        ("s3://bucket/news/out", "s3://bucket/news"),
        ("newsroom", "news"),
    ],
)
def test_a_batch_that_writes_elsewhere_is_allowed(folder: Path, out: str, given: str):
    check_dataset(out, inputs=[given])


def test_a_batch_that_cannot_write_reads_nothing(folder: Path):
    with pytest.raises(OutputError) as error:
        check_dataset("a.txt", inputs=["news"])
    assert (
        str(error.value)
        == f"{folder}/a.txt/summary.json: cannot be written (Not a directory); choose another place with -o"
    )
