"""Change the code in one place at a time, and tell which changes no test notices: a program, on the standard library.

`python -m tests.meta.mutants --seed 1 --n 300` draws a sample of such mutants over thirteen modules, writes each into a
copy of the package in a temporary folder, and runs there the tests of the module. A survivor is an equivalent change
or a test that is missing: whoever reads the list decides. The same seed draws the same mutants of the same code.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXTRA: dict[str, tuple[str, ...]] = {
    "geomap/editorial/corrections.py": (),
    "geomap/editorial/generalise.py": ("tests/editorial/test_redaction.py",),
    "geomap/resolution/resolver.py": (),
    "geomap/resolution/features.py": ("tests/resolution/test_resolver.py",),
    "geomap/resolution/penalties.py": ("tests/resolution/test_resolver.py",),
    "geomap/resolution/cues.py": ("tests/resolution/test_cue_patterns.py", "tests/resolution/test_resolver.py"),
    "geomap/boundaries/join.py": ("tests/user_data/test_places.py",),
    "geomap/store/database.py": (
        "tests/store/test_damaged.py",
        "tests/store/test_tables.py",
        "tests/project/test_intake.py",
    ),
    "geomap/web/fetch.py": (),
    "geomap/project/publish.py": ("tests/project/test_build.py", "tests/project/test_protection.py"),
    "geomap/project/near_duplicates.py": ("tests/project/test_intake.py",),
    "geomap/annotation/dates.py": ("tests/annotation/test_reports.py",),
    "geomap/export/rows.py": ("tests/export/test_text.py", "tests/export/test_geojson.py"),
}
"""The modules, and the tests of each beside those of its mirrored file."""
SHORTEST_WAIT = 20.0
"""Seconds that a run may take, or four times what the unchanged code takes, whichever is more."""

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: dict[type[ast.AST], type[ast.AST]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.And: ast.Or, ast.Or: ast.And}
_CALLS = {"min": "max", "max": "min"}
_DELETED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Continue, ast.Break, ast.Delete, ast.If)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A module changed in one place."""

    module: str
    line: int
    what: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place of a tree, and how the tree is changed there."""

    line: int
    what: str
    change: Callable[[], None]


def sites(tree: ast.Module) -> list[Site]:
    """Return every place of ``tree`` that a mutant changes, in the order of the text."""
    return list(_sites_in(tree, in_function=False, in_raise=False))


def _sites_in(node: ast.AST, *, in_function: bool, in_raise: bool) -> Iterator[Site]:
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    in_function = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    in_raise = in_raise or isinstance(node, ast.Raise)
    yield from _sites_at(node, in_raise=in_raise)
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_comment"):
            continue
        children = value if isinstance(value, list) else [value]
        for i, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_text_alone(child):
                continue
            if in_function and isinstance(value, list) and isinstance(child, _DELETED):
                yield Site(line=child.lineno, what=f"deleted: {_short(child)}", change=_deleting(value, i))
            yield from _sites_in(child, in_function=in_function, in_raise=in_raise)


def _sites_at(node: ast.AST, *, in_raise: bool) -> Iterator[Site]:
    """Yield the changes of this node itself."""
    if isinstance(node, ast.Compare):
        for i, old in enumerate(node.ops):
            for new in _COMPARISONS[type(old)]:
                what = f"{_name(old)} → {new.__name__}: {_short(node)}"
                yield Site(line=node.lineno, what=what, change=_setting_item(node.ops, i, new()))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Site(line=node.lineno, what=f"not removed: {_short(node)}", change=_becoming_operand(node))
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _OPERATORS:
        new = _OPERATORS[type(node.op)]
        yield _set(node, "op", new(), f"{_name(node.op)} → {new.__name__}: {_short(node)}")
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
        yield _set(node.func, "id", _CALLS[node.func.id], f"{node.func.id} → {_CALLS[node.func.id]}: {_short(node)}")
    elif isinstance(node, ast.Return) and node.value and _short(node.value) != "None":
        yield _set(node, "value", ast.Constant(value=None), f"returns None: {_short(node)}")
    elif isinstance(node, ast.Slice):
        yield from _bounds(node)
    elif isinstance(node, ast.Constant):
        yield from _constants(node, in_raise=in_raise)


def _bounds(node: ast.Slice) -> Iterator[Site]:
    for bound in ("lower", "upper"):
        old = getattr(node, bound)
        if old is not None and not isinstance(old, ast.Constant):  # a number is changed as a number
            shifted = ast.BinOp(left=old, op=ast.Add(), right=ast.Constant(value=1))
            what = f"{bound} bound + 1: {_short(node)}"
            yield Site(line=old.lineno, what=what, change=_setting(node, bound, shifted))


def _constants(node: ast.Constant, *, in_raise: bool) -> Iterator[Site]:
    value = node.value
    if isinstance(value, bool):
        yield _set(node, "value", not value, f"{value} → {not value}")
    elif isinstance(value, int | float):
        for new in (value + 1, value - 1):
            yield _set(node, "value", new, f"{value} → {new}")
    elif isinstance(value, str) and value and not in_raise:
        yield _set(node, "value", "", f"emptied: {_short(node)}")


def _set(node: ast.expr | ast.stmt, name: str, value: object, what: str) -> Site:
    return Site(line=node.lineno, what=what, change=_setting(node, name, value))


def _setting(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def _setting_item(items: list[ast.cmpop], i: int, value: ast.cmpop) -> Callable[[], None]:
    return lambda: items.__setitem__(i, value)


def _deleting(body: list[ast.stmt], i: int) -> Callable[[], None]:
    return lambda: body.__setitem__(i, ast.copy_location(ast.Pass(), body[i]))


def _becoming_operand(node: ast.UnaryOp) -> Callable[[], None]:
    """Make "not x" into "x or False", of one truth with x: a node can be changed where it is, but not taken away."""

    def change() -> None:
        node.__class__ = ast.BoolOp
        node.op, node.values = ast.Or(), [node.operand, ast.Constant(value=False)]

    return change


def _is_text_alone(node: ast.AST) -> bool:
    """Return whether a statement is a docstring, of a module, a function or the name above it."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _name(node: ast.AST) -> str:
    return type(node).__name__


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def mutants(source: str, module: str, *, seed: int, n: int) -> list[Mutant]:
    """Return ``n`` mutants of a module drawn by ``seed``, or all there are, in the order of the text."""
    n_sites = len(sites(ast.parse(source)))
    drawn = random.Random(f"{seed} {module}").sample(range(n_sites), min(n, n_sites))  # noqa: S311 - guards nothing
    return [_mutant(source, module, i) for i in sorted(drawn)]


def _mutant(source: str, module: str, i: int) -> Mutant:
    tree = ast.parse(source)
    site = sites(tree)[i]
    site.change()
    return Mutant(module=module, line=site.line, what=site.what, source=ast.unparse(ast.fix_missing_locations(tree)))


def files_for(module: str, *, root: Path = ROOT, extra: Mapping[str, Sequence[str]] = EXTRA) -> tuple[str, ...]:
    """Return the test files of a module: the mirrored one first, where there is one, then those named beside it."""
    path = Path(module)
    mirrored = Path("tests", *path.parts[1:-1], f"test_{path.name}").as_posix()
    return tuple(name for name in (mirrored, *extra.get(module, ())) if (root / name).is_file())


@contextmanager
def copied(root: Path = ROOT) -> Iterator[Path]:
    """Give a temporary folder with the package, its tests and settings, and links to the data."""
    with tempfile.TemporaryDirectory(prefix="geomap-mutants-") as name:
        folder = Path(name)
        skipped = shutil.ignore_patterns("__pycache__", ".hypothesis")
        for part in ("geomap", "tests"):
            shutil.copytree(root / part, folder / part, ignore=skipped, symlinks=True)
        if (root / "pyproject.toml").exists():
            shutil.copy(root / "pyproject.toml", folder)
        for part in ("geodata", "training", "benchmarks"):
            if (root / part).exists():
                (folder / part).symlink_to(root / part)
        yield folder


def fate(folder: Path, tests: Sequence[str], *, seconds: float) -> str:
    """Run tests in a folder: "survived", "timeout", or "killed by" with the first test that failed."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider"]
    command += ["-m", "not browser and not slow and not shared", *tests]
    # No bytecode: a mutant written within the second of the last, in its size, would be taken for it.
    env = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as run:
        try:
            said, _ = run.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)  # its own group: what the tests started ends with it
            run.communicate()
            return "timeout"
    if run.returncode == 0:
        return "survived"
    by = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", said, re.MULTILINE)
    return f"killed by {by[1]}" if by else f"killed by exit {run.returncode}"


def tried(
    drawn: Sequence[Mutant], tests: Sequence[str], *, root: Path = ROOT, until: float = float("inf")
) -> Iterator[tuple[Mutant, str]]:
    """Yield the mutants of one module with the fate of each; those that ``until``, a time, leaves no room for are not.

    RuntimeError where the tests fail on the unchanged code, which tells nothing of the mutants.
    """
    if not drawn:
        return
    with copied(root) as folder:
        path = folder / drawn[0].module
        began = time.monotonic()
        unchanged = fate(folder, tests, seconds=600)
        if unchanged != "survived":
            raise RuntimeError(f"{drawn[0].module}: the tests fail on the unchanged code ({unchanged})")
        seconds = max(SHORTEST_WAIT, 4 * (time.monotonic() - began))
        for mutant in drawn:
            if time.monotonic() > until:
                return
            path.write_text(mutant.source, encoding="utf-8")
            yield mutant, fate(folder, tests, seconds=seconds)


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw, try and tell, a line a mutant and a line a module."""
    parser = argparse.ArgumentParser(prog="python -m tests.meta.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--n", type=int, default=300, help="mutants in all, shared evenly among the modules")
    parser.add_argument("--only", action="append", help="a module, as geomap/annotation/dates.py", choices=[*EXTRA])
    parser.add_argument("--seconds", type=float, default=float("inf"), help="start no mutant after so many")
    parser.add_argument("--out", type=Path, help="a file to which the lines are added as they come")
    asked = parser.parse_args(arguments)
    modules = asked.only or [*EXTRA]
    until = time.monotonic() + asked.seconds

    def tell(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        if asked.out:
            with asked.out.open("a", encoding="utf-8") as out:
                out.write(f"{line}\n")

    for i, module in enumerate(modules):
        n = asked.n // len(modules) + (i < asked.n % len(modules))
        drawn = mutants((ROOT / module).read_text(encoding="utf-8"), module, seed=asked.seed, n=n)
        fates: Counter[str] = Counter()
        for mutant, end in tried(drawn, files_for(module), until=until):
            fates[end.partition(" ")[0]] += 1
            tell(f"{module}:{mutant.line}\t{end}\t{mutant.what}")
        summary = ", ".join(f"{fates[end]} {end}" for end in ("killed", "timeout", "survived"))
        tell(f"{module}\t{fates.total()} of {len(drawn)} drawn were tried: {summary}")


if __name__ == "__main__":
    main()
