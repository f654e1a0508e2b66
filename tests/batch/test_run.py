import json
import os
import re
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest

from geomap.batch.partitions import plan
from geomap.batch.run import run_batch
from geomap.batch.schema import mentions_frame
from geomap.batch.settings import Reader, Settings
from geomap.batch.supervisor import ReadingProcess
from geomap.batch.worker_process import outcomes
from geomap.errors import ArticleError, GeomapError, OutputError
from tests.batch import toy
from tests.batch.toy import TOY, ToyReader

pytestmark = pytest.mark.enable_socket  # Dask looks at the machine's network, and the scheduler's tests use it
BUG = Path(toy.__file__).read_text().split("raise IndexError")[0].count("\n") + 1


def write(path, texts):
    lines = [
        json.dumps({"id": f"a{n}", "text": t, "published": f"2023-09-{n % 28 + 1:02}"}) for n, t in enumerate(texts)
    ]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def mentions(out):
    files = sorted(Path(out, "mentions").glob("*.parquet"))
    return pd.concat([gpd.read_parquet(f) for f in files], ignore_index=True)


def failures(out):
    return [
        tuple(r.values()) for f in sorted(Path(out, "failures").glob("*.parquet")) for r in pq.read_table(f).to_pylist()
    ]


def serial(source, per_part=1000, settings=TOY):
    rows = [o for part in plan([source], per_part=per_part) for o in outcomes(part, reading=settings.open())]
    return mentions_frame([m for o in rows for m in o.mentions])


def same(found, expected):
    pd.testing.assert_frame_equal(
        pd.DataFrame(found.drop(columns="geometry")), pd.DataFrame(expected.drop(columns="geometry"))
    )
    assert list(found.geometry.to_wkt()) == list(expected.geometry.to_wkt())


def test_two_workers_give_the_rows_of_one_loop_in_its_order(tmp_path):
    source = write(tmp_path / "news.jsonl", [f"Goris and Tegh, number {n}. Then Nowhere." for n in range(25)])
    out = str(tmp_path / "out")
    batch = run_batch([source], out=out, settings=TOY, workers=2, per_part=4)
    assert (len(batch.done), batch.n_failures, batch.n_resumed, batch.undone) == (7, 0, 0, ())
    assert sum(p.n_mentions for p in batch.done) == 25 * 4
    assert sum(p.n_placed for p in batch.done) == 25 * 2
    same(mentions(out), serial(source))
    first = mentions(out).iloc[0]
    assert (first.article_id, first.row, first.text, first.place_id, first.lon, first.lat) == (
        "a0",
        1,
        "Goris",
        "gn:1",
        46.34,
        39.51,
    )
    assert (first.sentence, first.geometry.wkt, first.runner_up) == (
        "Goris and Tegh, number 0.",
        "POINT (46.34 39.51)",
        "gn:2",
    )
    assert mentions(out).crs == "EPSG:4326"


def test_a_poisoned_article_costs_itself_alone(tmp_path):
    texts = [
        "Goris one.",
        "CRASH in Goris.",
        "Tegh two.",
        "BUG in Goris.",
        "LOOP in Goris.",
        "Goris three.",
        "MEMORY",
        "Tegh.",
    ]
    source = write(tmp_path / "news.jsonl", texts)
    with Path(source).open("a") as file:
        file.write('{"text": oops}\n')
    out = str(tmp_path / "out")
    settings = Settings(reader=ToyReader(), seconds=1)
    batch = run_batch([source], out=out, settings=settings, workers=1)
    assert [(part.n_articles, part.n_failures) for part in batch.done] == [(4, 5)]
    assert list(mentions(out).groupby("row").size().items()) == [(1, 1), (3, 1), (6, 1), (8, 1)]
    assert failures(out) == [
        (source, 2, "crash", f"{source}, 2: ended the process that reads it 2 times; it is left out"),
        (source, 4, "bug", f"{source}, 4: geomap fails on it (IndexError in toy.py, line {BUG}); please report it"),
        (source, 5, "too slow", f"{source}, 5: takes longer than 1 s; split it, or allow more with --seconds"),
        (source, 7, "too large", f"{source}, 7: needs more memory than is allowed"),
        (source, 9, "unreadable", f"{source}, line 9: is not JSON (Expecting value); fix or remove the line"),
    ]


def test_a_second_run_reads_only_what_is_not_done_and_what_has_changed(tmp_path):
    source = write(tmp_path / "news.jsonl", [f"Goris {n}." for n in range(8)])
    out = str(tmp_path / "out")
    run_batch([source], out=out, settings=TOY, workers=1, per_part=2)
    marks = sorted(Path(out, "parts").glob("*.json"))
    marks[1].unlink()  # as if it had ended before the mark was written
    marks[2].write_text("{")
    before = {f: f.stat().st_mtime_ns for f in Path(out, "mentions").glob("*")}
    batch = run_batch([source], out=out, settings=TOY, workers=1, per_part=2)
    after = {f: f.stat().st_mtime_ns for f in Path(out, "mentions").glob("*")}
    assert batch.n_resumed == 2
    assert sorted(f.name for f in before if before[f] != after[f]) == [f"{marks[n].stem}.parquet" for n in (1, 2)]
    same(mentions(out), serial(source))
    write(tmp_path / "news.jsonl", [f"Tegh {n}." if n == 7 else f"Goris {n}." for n in range(8)])
    assert run_batch([source], out=out, settings=TOY, workers=1, per_part=2).n_resumed == 3
    same(mentions(out), serial(source))


def test_the_result_of_other_inputs_is_not_overwritten(tmp_path):
    one, two = write(tmp_path / "one.jsonl", ["Goris."]), write(tmp_path / "two.jsonl", ["Tegh."])
    out = str(tmp_path / "out")
    run_batch([one], out=out, settings=TOY, workers=1)
    with pytest.raises(OutputError, match=r"has the result of .*one\.jsonl, which is not among these inputs"):
        run_batch([two], out=out, settings=TOY, workers=1)
    assert run_batch([one, two], out=out, settings=TOY, workers=1).n_resumed == 1
    assert list(mentions(out)["text"]) == ["Goris", "Tegh"]


def test_an_input_that_is_not_there_stops_the_run_before_anything_is_written(tmp_path):
    with pytest.raises(ArticleError, match="there is no such file"):
        run_batch([str(tmp_path / "none.jsonl")], out=str(tmp_path / "out"), settings=TOY)
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_reading_process_that_is_killed_from_outside_costs_nothing(tmp_path):
    source = write(tmp_path / "news.jsonl", [f"SLOW Goris {n}." for n in range(40)])
    out = str(tmp_path / "out")
    killer = threading.Thread(target=_kill_a_child_later, daemon=True)
    killer.start()
    batch = run_batch([source], out=out, settings=TOY, workers=1)
    killer.join(5)
    assert batch.n_failures == 0
    same(mentions(out), serial(source))


def _kill_a_child_later():
    import psutil

    while True:
        for child in psutil.Process().children():
            if "geomap.batch.worker_process" in " ".join(child.cmdline()):
                time.sleep(1)
                os.kill(child.pid, signal.SIGKILL)
                return
        time.sleep(0.05)


def test_a_process_that_cannot_start_stops_the_run_and_blames_no_article(tmp_path):
    source = write(tmp_path / "news.jsonl", ["Goris."])
    out = str(tmp_path / "out")
    with pytest.raises(GeomapError, match="a reading process cannot start"):
        run_batch([source], out=out, settings=Settings(reader=ToyReader("broken")), workers=1)
    assert not Path(out, "parts").exists()


def test_geodata_that_are_missing_stop_the_run_in_one_line(tmp_path):
    source = write(tmp_path / "news.jsonl", ["Goris."])
    with pytest.raises(GeomapError, match=r"manifest\.toml: no geodata here"):
        run_batch([source], out=str(tmp_path / "out"), settings=Settings(reader=Reader(str(tmp_path))), workers=1)


CORRECTIONS = """\
[[correction]]
name = "Goris"
place = "gn:2"
article = "a1"
author = "A. Editor"
reason = "the other Goris"

[[correction]]
name = "the depot"
lon = 46.75
lat = 39.82
add = true

[[correction]]
name = "Shushi"
hidden = true

[[correction]]
name = "Yerevan"
none = true

[[correction]]
name = "Tegh"
place = "gn:404"
"""
CORRECTED = replace(TOY, corrections=CORRECTIONS)
TEXTS = ["Goris and Tegh.", "Goris near the depot.", "The depot of Shushi.", "Families from Shushi came to Goris."]


def test_an_editors_word_holds_in_a_batch_as_in_a_project(tmp_path):
    source = write(tmp_path / "news.jsonl", TEXTS * 3)
    out = str(tmp_path / "out")
    batch = run_batch([source], out=out, settings=CORRECTED, workers=2, per_part=5)
    found = mentions(out)
    same(found, serial(source, settings=CORRECTED))
    assert found.loc[found.row <= 4, ["row", "text", "place_id", "score"]].fillna("").to_numpy().tolist() == [
        [1, "Goris", "gn:1", 0.75],
        [1, "Tegh", "gn:2", 0.75],
        [2, "Goris", "gn:2", 1.0],
        [2, "the depot", "my:the depot@46.75000,39.82000", 1.0],
        [3, "The", "", 0.9],
        [4, "Families", "", 0.9],
        [4, "Goris", "gn:1", 0.75],
    ]
    assert list(found.loc[found.row == 2, "reason"]) == [
        "corrected by A. Editor: the other Goris",
        "corrected by an editor",
    ]
    assert list(found.loc[found.row == 4, "sentence"].unique()) == ["Families from ██████ came to Goris."]
    [table] = found.loc[(found.row == 2) & (found.text == "Goris"), "correction"]
    assert table == CORRECTIONS.split("\n\n", maxsplit=1)[0] + "\n"
    assert batch.fitted == {1, 8, 14}  # Yerevan stands nowhere, and nobody knows gn:404


def test_other_corrections_are_another_reading(tmp_path):
    source = write(tmp_path / "news.jsonl", TEXTS)
    out = str(tmp_path / "out")
    run_batch([source], out=out, settings=CORRECTED, workers=1)
    assert run_batch([source], out=out, settings=CORRECTED, workers=1).fitted == {1, 8, 14}
    assert run_batch([source], out=out, settings=TOY, workers=1).n_resumed == 0
    same(mentions(out), serial(source))


def test_a_worker_with_other_data_than_the_batch_was_planned_with_reads_nothing(tmp_path):
    source = write(tmp_path / "news.jsonl", ["Goris."])
    [part] = plan([source])
    with pytest.raises(
        GeomapError, match=r"a worker has geomap .*, toy None, the batch was planned with geomap 0, toy"
    ):
        list(ReadingProcess(replace(TOY, expected="geomap 0, toy")).outcomes(part))


def test_no_file_of_a_dataset_states_what_a_correction_hides(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "tegh-calm.txt").write_text("Tegh is calm\n\nTEGH, Tegh and Goris are calm; Տեղ too.\n")
    (folder / "TEGH_2.txt").write_text("Shushi burns\n\nShushi burns; T e g h does not.\n")
    (folder / "tegh.pdf").write_bytes(b"no PDF")
    (folder / "other.txt").write_text("Goris rains\n\nGoris is wet, says tegh.example/news.\n")
    known = '[[correction]]\nname = "Tegh"\nhidden = true\n[[correction]]\nname = "Goris"\nplace = "gm:3"\nreason = "not Tegh"\n'
    settings = replace(TOY, corrections=known)
    out = tmp_path / "out"
    for _ in range(2):  # the second takes all over from the first
        batch = run_batch([str(folder)], out=str(out), settings=settings, workers=1)
    assert (batch.n_resumed, batch.n_failures, sorted(batch.fitted)) == (1, 1, [1, 4])
    files = [path for path in out.rglob("*") if path.is_file()]
    said = [path.read_text() for path in files if path.suffix == ".json"]
    said += [str(pq.read_table(path).to_pydict()) for path in files if path.suffix == ".parquet"]
    assert len(said) == 3
    assert [text for text in said if re.search("tegh|տեղ", text, re.IGNORECASE)] == []
    found = mentions(out)
    assert list(dict.fromkeys(found["input"].str.replace(str(folder), "in"))) == [
        "withheld-1",
        "in/other.txt",
        "withheld-2",
    ]
    assert sorted(set(found["correction"].dropna())) == [
        '[[correction]]\nname = "Goris"\nplace = "gm:3"\nreason = "not ████"\n'
    ]
    [[source, row, kind, reason]] = failures(out)
    assert (source, row, kind, reason.startswith("withheld-3: ")) == ("withheld-3", 4, "unreadable", True)
