"""The fuzzers' seeds and finds, each run once: what was fixed stays fixed."""

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
KEPT = sorted(p for p in CORPUS.rglob("*") if p.is_file())


@pytest.mark.parametrize("path", KEPT, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_an_input_that_is_kept_is_read_or_refused(path):
    TARGETS[path.parent.name](path.read_bytes())


def test_every_target_has_seeds_and_no_seed_is_large():
    assert {p.parent.name for p in KEPT} == set(TARGETS)
    assert [p.name for p in KEPT if p.stat().st_size > 20_000] == []
