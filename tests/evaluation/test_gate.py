"""The floors under the figures: held where the corpora are, and never lowered silently."""

import json
import os
from pathlib import Path

import pytest

from training import gate

SHARED = Path(os.environ.get("GEOMAP_SHARED", Path(__file__).parents[3] / "shared"))


def test_a_fall_is_reported_and_noise_is_not():
    floors = {"a": 0.9, "b": 0.8, "c": 0.7}
    assert [str(f) for f in gate.fallen(floors, {"a": 0.85, "b": 0.799})] == ["a: 0.8500 is below its floor 0.9000"]


def test_a_floor_falls_only_with_a_reason_that_is_kept():
    pinned = {"floors": {"a": 0.9}, "lowered": []}
    with pytest.raises(SystemExit, match=r"refused: a: 0\.8000 is below its floor 0\.9000"):
        gate.updated(pinned, {"a": 0.8}, {}, why=None)
    assert gate.updated(pinned, {"a": 0.8}, {"geodata": "x"}, why="a better corpus") == {
        "made_of": {"geodata": "x"},
        "floors": {"a": 0.8},
        "lowered": [{"figure": "a", "from": 0.9, "why": "a better corpus"}],
    }


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.geodata
def test_resolution_holds_its_floors():
    corpora = SHARED / "bench/corpora"
    if not corpora.exists():
        pytest.skip(f"needs {corpora}")
    floors = json.loads(gate.FLOORS.read_text("utf-8"))["floors"]
    figures = gate.measure(corpora, settings=("gold mentions",))
    assert set(figures) <= set(floors)
    assert gate.fallen(floors, figures) == []
