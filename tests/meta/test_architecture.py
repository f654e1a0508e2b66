"""The dependency rule: a module imports from lower rows or from its own package only, lazy and type-checking imports included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from geomap import fingerprint

PACKAGE = fingerprint.PACKAGE
ROWS = (
    ("records",),
    ("errors", "types", "geodesy", "_version"),
    ("map_types",),
    ("text", "files", "fingerprint", "manifest"),
    ("web",),
    ("ingest", "gazetteer", "boundaries", "store"),
    ("user_data",),
    ("recognition", "resolution", "spatial", "annotation"),
    ("roles",),
    ("editorial",),
    ("render", "export"),
    ("resources",),
    ("geoparser",),
    ("pipeline",),
    ("api",),
    ("project", "batch", "evaluation"),
    ("cli",),
    ("__init__", "__main__"),
)
"""From the bottom up; packages of one row never import each other. ``text`` and ``manifest`` share theirs, and do not meet."""
ROOM = {name: number for number, row in enumerate(ROWS) for name in row}
MAX_MODULES = 16
MAX_LINES = 400
MAX_FUNCTION_LINES = 60


def modules(package: Path) -> dict[str, Path]:
    """Return the files of a package by the names of their modules, its face as ``geomap.__init__``."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        is_inner_face = parts[-1] == "__init__" and len(parts) > 2
        found[".".join(parts[:-1] if is_inner_face else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> Iterator[tuple[int, str]]:
    """Yield line and module of every import of ours in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            named = [one if one in known else str(node.module) for one in whole]
        else:
            continue
        for name in named:
            if name.split(".")[0] == "geomap":
                yield node.lineno, "geomap.__init__" if name == "geomap" else name


def violations(package: Path) -> list[str]:
    """Return every import that does not point down, as ``file:line: imports module``."""
    known = modules(package)
    found = []
    for name, path in known.items():
        room = name.split(".")[1]
        for line, target in imports(path, known):
            other = target.split(".")[1]
            if other != room and ROOM.get(other, len(ROWS)) >= ROOM[room]:
                found.append(f"{path.relative_to(package.parent)}:{line}: imports {target}")
    return found


def circles(package: Path) -> list[str]:
    """Return the modules that import themselves through others."""
    known = modules(package)
    graph = {name: {target for _, target in imports(path, known) if target in known} for name, path in known.items()}
    behind: dict[str, set[str]] = {}
    for name, direct in graph.items():
        seen: set[str] = set()
        waiting = list(direct)
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += graph[one]
        behind[name] = seen
    return sorted(name for name, seen in behind.items() if name in seen)


def test_imports_point_down():
    assert {name.split(".")[1] for name in modules(PACKAGE)} == set(ROOM)
    assert violations(PACKAGE) == []


def test_no_module_imports_itself_through_others():
    assert circles(PACKAGE) == []


@pytest.mark.parametrize(
    "line",
    [
        "from geomap.cli.main import cli",
        "import geomap.cli.main",
        "from geomap import cli",
        "from geomap.boundaries import atlas",
        "def lazy():\n    from geomap.pipeline import draw",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from geomap.project.build import Built",
        "from geomap import __version__",
    ],
)
def test_an_import_that_points_up_or_beside_is_found(tmp_path, line):
    package = tmp_path / "geomap"
    (package / "gazetteer").mkdir(parents=True)
    (package / "gazetteer" / "store.py").write_text(f"from geomap.types import Place\n{line}\n")
    n_lines = line.count("\n") + 2
    assert [v.rpartition(": imports")[0] for v in violations(package)] == [f"geomap/gazetteer/store.py:{n_lines}"]


def test_a_circle_is_found(tmp_path):
    package = tmp_path / "geomap"
    (package / "text").mkdir(parents=True)
    (package / "text" / "a.py").write_text("from geomap.text.b import f\n")
    (package / "text" / "b.py").write_text("def g():\n    from geomap.text import a\n")
    assert circles(package) == ["geomap.text.a", "geomap.text.b"]


def test_packages_and_modules_are_small_enough_to_read():
    counts: dict[Path, int] = {}
    for path in modules(PACKAGE).values():
        counts[path.parent] = counts.get(path.parent, 0) + 1
    assert {str(folder): n for folder, n in counts.items() if n > MAX_MODULES} == {}
    long = [
        f"{path.name}: {node.name}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION_LINES
    ]
    assert long == []
    lines = {str(path): len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {name: n for name, n in lines.items() if n > MAX_LINES} == {}


def test_the_keys_follow_the_same_imports_as_the_syntax_trees():
    """``fingerprint`` finds imports with a regular expression; it must miss none that the syntax tree has."""
    known = modules(PACKAGE)
    for path in known.values():
        by_tree = {target for _, target in imports(path, known) if target != "geomap.__init__"}
        assert by_tree <= set(fingerprint.imported_modules(path.read_text(encoding="utf-8"))), path
