"""Roles and relative places in the rows of a batch."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geomap.batch.aggregate import is_reported
from geomap.batch.dataset_map import _evidence
from geomap.batch.schema import mention_of, mention_rows, mentions_frame, read_relation, to_list
from tests.support.toy_reports import NORTH, moving


def _frame() -> pd.DataFrame:
    return mentions_frame(mention_rows(moving()[0], source="news.jsonl", row=1))


def test_a_row_has_the_role_the_end_of_the_movement_and_the_relative_place():
    frame = _frame()
    columns = ["text", "role", "role_probability", "route", "relation_note"]
    assert frame[columns].fillna("").head(4).to_numpy().tolist() == [
        ["Tegh", "route", 0.9, "from", ""],
        ["Sisian", "route", 0.9, "via", ""],
        ["Yerevan", "route", 0.62, "to", ""],
        ["Goris", "reference", 0.9, "", "sector"],
    ]
    assert frame["relation"].notna().tolist() == [False, False, False, True, False, True, False, False]


def test_a_relative_place_is_geojson_and_comes_back_as_it_was():
    back = read_relation(_frame()["relation"].iloc[3])
    assert back.geometry.equals(NORTH.geometry)
    assert replace(back, wkb=NORTH.wkb) == NORTH


def test_what_is_reported_in_rows_is_what_is_reported_in_evidence():
    read, reports = moving()
    of_mention = {(e.mention.start, e.mention.end): e.is_reported for r in reports for e in r.evidence}
    told = [of_mention[r.mention.start, r.mention.end] for r in read.resolutions]
    assert is_reported(_frame()).tolist() == told == [True, True, True, True, False, True, False, False]
    unknown = _frame().assign(role=None)
    assert is_reported(unknown).all()
    assert not is_reported(unknown.assign(kind="associative")).any()


def test_the_evidence_of_a_dataset_has_the_role_and_the_relative_place():
    (row,) = [r for r in mention_rows(moving()[0], source="news.jsonl", row=1) if r.relation_note == "sector"]
    record = {
        name: getattr(row, name)
        for name in ("start", "end", "text", "kind", "role", "role_probability", "route", "relation")
    }
    made = _evidence(record | {"sentence_start": 65, "sentence_end": 130, "sentence": "s", "event": None}, "a")
    assert (made.mention.role, made.relation.text, made.is_reported) == ("reference", "12 km north of Goris", True)
    assert len(to_list(row)) == len(_frame().columns) - 1


def test_a_sentence_that_was_stored_before_there_were_roles_has_none():
    mention = mention_of({"start": 0, "end": 4, "text": "Tegh", "kind": "literal"})
    assert (mention.role, mention.role_probability, mention.route, mention.is_reported) == (None, None, None, True)
