"""The mutants are drawn by their seed, change one place each, and are told apart by the tests that notice them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.meta.mutants import EXTRA, ROOT, files_for, main, mutants, sites, tried

TOY = '''"""A docstring."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    MORE = 5

LIMIT = 3
"""Another docstring."""


def is_more(n: int, text: str = "abc") -> bool:
    """A third."""
    if not text:
        raise ValueError("a message" + str(1))
    return n > LIMIT and text[n:] != max("a", "b")
'''


def whats(source: str) -> list[tuple[int, str]]:
    return [(site.line, site.what) for site in sites(ast.parse(source))]


def test_every_place_but_docstrings_types_and_messages_is_changed():
    assert whats(TOY) == [
        (8, "3 → 4"),
        (8, "3 → 2"),
        (12, "emptied: 'abc'"),
        (14, "deleted: if not text: raise ValueError('a message' + str(1))"),
        (14, "not removed: not text"),
        (15, "deleted: raise ValueError('a message' + str(1))"),
        (15, "Add → Sub: 'a message' + str(1)"),
        (15, "1 → 2"),
        (15, "1 → 0"),
        (16, "returns None: return n > LIMIT and text[n:] != max('a', 'b')"),
        (16, "And → Or: n > LIMIT and text[n:] != max('a', 'b')"),
        (16, "Gt → GtE: n > LIMIT"),
        (16, "Gt → LtE: n > LIMIT"),
        (16, "NotEq → Eq: text[n:] != max('a', 'b')"),
        (16, "lower bound + 1: n:"),
        (16, "max → min: max('a', 'b')"),
        (16, "emptied: 'a'"),
        (16, "emptied: 'b'"),
    ]


def test_a_seed_draws_the_same_mutants_each_time_and_another_seed_others():
    drawn = mutants(TOY, "toy.py", seed=1, n=8)
    assert drawn == mutants(TOY, "toy.py", seed=1, n=8)
    assert drawn != mutants(TOY, "toy.py", seed=2, n=8)
    everything = mutants(TOY, "toy.py", seed=1, n=1000)
    assert [(m.line, m.what) for m in everything] == whats(TOY)
    assert len({m.source for m in everything} | {ast.unparse(ast.parse(TOY))}) == len(everything) + 1
    for mutant in everything:
        compile(mutant.source, "toy.py", "exec")


def test_not_removed_is_the_truth_of_what_it_denied():
    (mutant,) = mutants("x = not y\n", "toy.py", seed=1, n=1)
    assert mutant.source == "x = y or False"


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one module, whose test knows nothing of its last line."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # which takes most of a toy's time
    for folder in ("geomap", "tests"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "geomap" / "toy.py").write_text("ONE = True\nEVER = 'x'\n")
    (tmp_path / "tests" / "test_toy.py").write_text("from geomap.toy import ONE\n\n\ndef test_one():\n    assert ONE\n")
    return tmp_path


def test_a_test_kills_the_mutant_it_notices_and_leaves_the_other(toy: Path):
    source = (toy / "geomap" / "toy.py").read_text()
    drawn = mutants(source, "geomap/toy.py", seed=1, n=10)
    fates = [(m.line, m.what, end) for m, end in tried(drawn, ["tests/test_toy.py"], root=toy)]
    assert fates == [
        (1, "True → False", "killed by tests/test_toy.py::test_one"),
        (2, "emptied: 'x'", "survived"),
    ]
    assert (toy / "geomap" / "toy.py").read_text() == source


def test_a_mutant_that_never_ends_is_reported_as_such(toy: Path, monkeypatch: pytest.MonkeyPatch):
    (toy / "geomap" / "toy.py").write_text("ONE = 1\nwhile ONE > 1:\n    pass\n")
    monkeypatch.setattr("tests.meta.mutants.SHORTEST_WAIT", 0.0)
    drawn = mutants((toy / "geomap" / "toy.py").read_text(), "geomap/toy.py", seed=1, n=10)
    (endless,) = (m for m in drawn if m.what == "Gt → GtE: ONE > 1")
    assert [end for _, end in tried([endless], ["tests/test_toy.py"], root=toy)] == ["timeout"]


def test_tests_that_fail_without_a_mutant_prove_nothing(toy: Path):
    drawn = mutants("ONE = 1\n", "geomap/toy.py", seed=1, n=1)
    (toy / "geomap" / "toy.py").write_text("ONE = 0\n")
    with pytest.raises(RuntimeError, match="the tests fail on the unchanged code"):
        list(tried(drawn, ["tests/test_toy.py"], root=toy))


def test_every_module_is_there_and_has_tests():
    assert [m for m in EXTRA if not (ROOT / m).is_file() or not files_for(m)] == []
    assert [name for names in EXTRA.values() for name in names if not (ROOT / name).is_file()] == []


def test_what_is_reported_is_saved_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "out.txt"
    main(["--n", "0", "--only", "geomap/annotation/dates.py", "--out", str(out)])
    output = "geomap/annotation/dates.py\t0 of 0 drawn were tried: 0 killed, 0 timeout, 0 survived\n"
    assert (capsys.readouterr().out, out.read_text(encoding="utf-8")) == (output, output)
