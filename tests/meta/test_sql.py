"""SQL stands in ``geomap/store`` alone: everywhere else the library is read and written through its methods."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from geomap import fingerprint

OWNER = "store"
EXCEPTIONS = {"geomap/gazetteer/online.py": "the geocoder's answers are a file of their own, shared by all projects"}
CALLS = frozenset({"execute", "executemany", "executescript"})
STATEMENT = re.compile(
    r"\b(?:SELECT\s|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|REPLACE\s+INTO\s|DELETE\s+FROM\s|UPDATE\s+\w+\s+SET\s"
    r"|(?:CREATE|DROP|ALTER)\s+(?:\w+\s+)?(?:TABLE|INDEX|VIEW|TRIGGER)\s|PRAGMA\s|WHERE\s)"
)
"""In capital letters, as all SQL here is written."""


def sql_in(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line of each SQL string and of each call that executes SQL, with what it is."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
            yield node.lineno, f"calls .{node.func.attr}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.search(node.value):
            yield node.lineno, "SQL string"


def sql_outside_store(package: Path) -> dict[str, list[str]]:
    """Return for each file outside the store that has SQL, by its path from the package's parent, ``file:line: what``."""
    found: dict[str, list[str]] = {}
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).parts[0] != OWNER:
            name = path.relative_to(package.parent).as_posix()
            if lines := [f"{name}:{line}: {what}" for line, what in sorted(sql_in(path))]:
                found[name] = lines
    return found


def test_sql_stands_in_the_store_alone():
    found = sql_outside_store(fingerprint.PACKAGE)
    assert [line for name, lines in found.items() if name not in EXCEPTIONS for line in lines] == []
    assert found.keys() == EXCEPTIONS.keys(), "an exception without SQL is no exception any more"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("library.cache._db.execute(statement)", "calls .execute"),
        ("db.cursor().executemany(statement, rows)", "calls .executemany"),
        ("db.executescript(script)", "calls .executescript"),
        ("LATEST = 'SELECT id FROM located WHERE place = ?'", "SQL string"),
        ("column = f'SELECT {name} FROM reports'", "SQL string"),
        ("NEW = 'INSERT OR REPLACE INTO pages VALUES (?, ?, ?)'", "SQL string"),
        ("OLD = '''\\n    DELETE FROM pages'''", "SQL string"),
        ("TIMES = 'UPDATE files SET size = ?'", "SQL string"),
        ("TABLE = 'CREATE TABLE pages (path TEXT)'", "SQL string"),
        ("CONDITION = ' WHERE path = ?'", "SQL string"),
    ],
)
def test_sql_outside_the_store_is_found(tmp_path, line, what):
    package = tmp_path / "geomap"
    for room in ("store", "project"):
        (package / room).mkdir(parents=True)
        (package / room / "pages.py").write_text(f'"""Select what is to be updated where."""\n{line}\n')
    assert sql_outside_store(package) == {"geomap/project/pages.py": [f"geomap/project/pages.py:2: {what}"]}
