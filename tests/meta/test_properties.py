"""What holds for any text: offsets, folding, round trips, and that parts add up to the whole."""

import json
import tempfile
from dataclasses import astuple
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomap.batch.dataset import Dataset
from geomap.batch.partitions import Part, plan
from geomap.batch.schema import MentionRow, mentions_frame, to_list
from geomap.batch.worker_process import outcomes
from geomap.editorial.corrections import parse_corrections, write_correction
from geomap.text.normalize import fold_name
from geomap.text.sentences import sentence_spans
from geomap.types import Correction
from tests.batch.toy import TOY
from tests.fuzz import targets

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
words = st.sampled_from(
    ["Springfield", "Georgia", "Saint-Élan", "the enclave", "Orr Corridor", "Belandic", "said", "St.", "’s", ",", ".", "\n\n", "in", "\U0001f600", "\u202e", "A.B."]
)  # fmt: skip
prose = st.one_of(st.text(max_size=300), st.lists(words, max_size=40).map(" ".join))


@quick
@given(prose)
def test_every_offset_of_a_reading_cuts_out_what_it_says(text):
    targets.text(text.encode("utf-8", "surrogatepass"))


@quick
@given(st.text(max_size=60))
def test_a_folded_name_stays_as_it_is(name):
    assert fold_name(fold_name(name)) == fold_name(name)
    assert fold_name(name) == fold_name(name.upper().lower()) or not name.isascii()


@quick
@given(prose)
def test_sentences_are_in_order_apart_and_lose_only_white_space(text):
    spans = sentence_spans(text)
    covered = [False] * len(text)
    for start, end in spans:
        assert not any(covered[start:end])
        covered[start:end] = [True] * (end - start)
    assert list(spans) == sorted(spans)
    assert all(c.isspace() for c, is_covered in zip(text, covered, strict=True) if not is_covered)


plain = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30).filter(lambda s: s.strip() == s)


@quick
@given(name=plain, reason=plain, lon=st.floats(-180, 180), lat=st.floats(-90, 90), source=plain)
def test_a_correction_that_is_written_is_read_back_the_same(name, reason, lon, lat, source):
    correction = Correction(name=name, reason=reason, lon=lon, lat=lat, source=source, author=name, date="2026-11-23")
    assert parse_corrections(write_correction(correction), where="where") == (correction,)


@quick
@given(
    urls=st.lists(st.text(), min_size=1, max_size=3),
    first=st.integers(1),
    n=st.integers(0),
    fault=st.none() | st.text(),
)
def test_a_part_survives_the_wire(urls, first, n, fault):
    part = Part(urls=tuple(urls), form="jsonl", first=first, n=n, digest="d", fault=fault)
    assert Part.from_json(part.to_json()) == part


lines = st.one_of(
    st.builds(lambda text: json.dumps({"text": text}), prose),
    st.sampled_from(["", "  ", "{", '{"title": 1}', "null", '{"text": ""}', '{"text": "Goris. Tegh."}', '{"text": "Shushi", "id": 3}']),
)  # fmt: skip


@quick
@given(st.lists(lines, min_size=1, max_size=12), st.integers(1, 5), st.booleans())
def test_the_parts_of_a_file_become_the_rows_of_the_whole(written, per_part, is_ended):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.jsonl"
        path.write_text("\n".join(written) + "\n" * is_ended, encoding="utf-8")
        whole = [o for p in plan([str(path)], per_part=10**6) for o in outcomes(p, reading=TOY.open())]
        parted = [o for p in plan([str(path)], per_part=per_part) for o in outcomes(p, reading=TOY.open())]
        assert parted == whole
        rows = [m for o in whole for m in o.mentions]
        assert [
            MentionRow(**dict(zip(MentionRow.__dataclass_fields__, json.loads(json.dumps(to_list(m))), strict=True)))
            for m in rows
        ] == rows


@settings(quick, max_examples=12)
@given(st.lists(prose, min_size=1, max_size=5))
def test_rows_come_back_from_the_dataset_as_they_went_in(texts):
    import geopandas as gpd

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news.jsonl"
        path.write_text("".join(json.dumps({"text": f"Goris {t}"}) + "\n" for t in texts), encoding="utf-8")
        [part] = plan([str(path)])
        found = list(outcomes(part, reading=TOY.open()))
        Dataset(folder).write_part("one", part, found)
        rows = [m for o in found for m in o.mentions]
        frame = gpd.read_parquet(Path(folder) / "mentions" / "one.parquet")
        assert list(frame["text"]) == [m.text for m in rows]
        assert [None if g is None else (g.x, g.y) for g in frame.geometry] == [
            None if m.lon is None else (m.lon, m.lat) for m in rows
        ]
        assert len(mentions_frame(rows)) == len(rows)
        assert [astuple(m)[1] for m in rows] == list(frame["input"])
