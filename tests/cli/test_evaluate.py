"""``geomap evaluate`` and ``geomap explain`` on a corpus of two lines."""

import json

import pytest
from click.testing import CliRunner

from geomap.cli.main import cli
from geomap.errors import NothingLocated, OutputError

pytestmark = pytest.mark.geodata

TEXT = "Fighting was reported near Goris in Armenia."
ROW = {
    "id": "1",
    "text": TEXT,
    "toponyms": [
        {"start": 27, "end": 32, "text": "Goris", "lat": 39.51, "lon": 46.34, "geonameid": 174895, "group": "literal"},
        {"start": 36, "end": 43, "text": "Armenia", "lat": 40.25, "lon": 45.0, "geonameid": 174982, "fcode": "PCLI"},
    ],
}


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(ROW))
    return path


def run(*arguments):
    return CliRunner().invoke(cli, [str(a) for a in arguments])


def test_gold_mentions_are_resolved_and_scored(corpus, tmp_path):
    out = tmp_path / "predicted.jsonl"
    result = run("evaluate", corpus, "--gold-mentions", "--boot", 0, "--predictions", out)
    assert result.exit_code == 0, result.output
    lines = dict(line.strip().rsplit(maxsplit=1) for line in result.output.splitlines()[1:17])
    assert lines["resolution acc@161"] == "1.000"
    assert lines["end to end F1@20"] == "1.000"
    predicted = json.loads(out.read_text())
    assert [(t["start"], t["end"], t["geonameid"]) for t in predicted["toponyms"]] == [
        (27, 32, 174895),
        (36, 43, 174982),
    ]


def test_errors_are_written_to_be_read(corpus, tmp_path):
    wrong = ROW | {"toponyms": [ROW["toponyms"][0] | {"lat": 0.0, "lon": 0.0}]}
    corpus.write_text(json.dumps(wrong))
    out = tmp_path / "errors.md"
    assert run("evaluate", corpus, "--gold-mentions", "--boot", 0, "--errors", out).exit_code == 0
    assert out.read_text().startswith("# Errors\n\n- wrong place: 1\n\n## wrong place, 6,4")


def test_candidate_recall_is_by_class(corpus, tmp_path):
    out = tmp_path / "missing.tsv"
    result = run("evaluate", "ceiling", corpus, "--missing", out)
    rows = [line.split()[:3] for line in result.output.splitlines()[2:]]
    assert rows == [["all", "2", "1.000"], ["towns", "1", "1.000"], ["countries", "1", "1.000"]]
    assert out.read_text() == ""


def test_explain_shows_candidates_chances_and_what_decided(tmp_path):
    article = tmp_path / "article.txt"
    article.write_text(TEXT)
    result = run("explain", article, "Armenia")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0].startswith("Armenia, 1 mention in ")
    assert "Armenia (gn:174982), score 0." in lines[0]
    assert lines[-1].endswith("none of these")


def test_explain_reports_what_the_map_shows_of_a_name_that_no_gazetteer_holds(tmp_path):
    article = tmp_path / "article.txt"
    article.write_text(
        "A man was shot on Kwame Street in Accra on Sunday night. Residents said they heard three shots."
    )
    lines = run("explain", article, "Kwame Street").output.splitlines()
    assert lines[0].startswith("Kwame Street, 1 mention in 'article.txt': Accra (gn:2306104), score 0.")
    assert lines[1] == "  the gazetteer knows no place of this name; located in Accra: the text puts it there"


def test_explaining_a_name_that_is_not_there_states_it(tmp_path):
    article = tmp_path / "article.txt"
    article.write_text(TEXT)
    result = run("explain", article, "Paris")
    assert isinstance(result.exception, NothingLocated)
    assert "Paris was not recognised as a toponym" in str(result.exception)


def test_a_file_that_cannot_be_written_is_reported(corpus, tmp_path):
    result = run("evaluate", "ceiling", corpus, "--missing", corpus / "missing.tsv")
    assert isinstance(result.exception, OutputError)
