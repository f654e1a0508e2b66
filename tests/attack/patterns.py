"""Every regular expression of the package, and what is done with it."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import geomap

PACKAGE = Path(geomap.__file__).parent
SEARCHING = frozenset(("search", "sub", "subn", "split", "findall", "finditer"))
OPERATIONS = SEARCHING | {"match", "fullmatch"}
SAMPLES: dict[str, Any] = {
    "key": "title",
    "name": "Nagorno-Karabakh",
    "parts": [r"(?i:Nagorno\-Karabakh)", "Tegh|TEGH"],
    "r": SimpleNamespace(mention=SimpleNamespace(text="Nagorno-Karabakh")),
    "some": ["armed clash", "air raid*"],
    "words": [r"республик\w{0,3}", "город"],
}
"""What stands for the local names of which a function makes a pattern."""
ONLY_MATCHED = frozenset(("geomap.resolution.cues._KINDS_WITHIN", "geomap.annotation.event_lexicon.load_lexicon"))
"""Collections whose patterns are tried at one place of a text; those of the others are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A pattern, where it stands, and the method of ``re.Pattern`` that costs most among those called on it."""

    where: str
    pattern: re.Pattern[Any]
    operation: str

    @property
    def searches(self) -> bool:
        return self.operation in SEARCHING


def all_patterns() -> list[Used]:
    """Return every pattern of the package, Python's and the page's; LookupError where one cannot be made out."""
    from geomap.annotation.event_lexicon import load_lexicon

    names = [m.name for m in pkgutil.walk_packages(geomap.__path__, "geomap.") if not m.name.endswith("__main__")]
    modules = [importlib.import_module(name) for name in names]
    trees = {module: ast.parse(Path(str(module.__file__)).read_text("utf-8")) for module in modules}
    used = {m: [n for n in ast.walk(tree) if isinstance(n, ast.Attribute)] for m, tree in trees.items()}
    found = {}
    for module, tree in trees.items():
        held = _held(module, used)
        named = {one.where for one in held}
        for one in (*held, *_called(module, tree, named)):
            found.setdefault((one.pattern.pattern, one.pattern.flags, one.operation), one)
    for where, pattern in _inside("geomap.annotation.event_lexicon.load_lexicon", load_lexicon()):
        one = Used(where=where, pattern=pattern, operation="match")
        found.setdefault((pattern.pattern, pattern.flags, "match"), one)
    return [*found.values(), *page_patterns()]


def _held(module: ModuleType, used: dict[ModuleType, list[ast.Attribute]]) -> list[Used]:
    """Return the patterns that the global names of a module hold."""
    found = []
    for name, value in vars(module).items():
        where = f"{module.__name__}.{name}"
        if isinstance(value, re.Pattern):
            places = used[module] if name.startswith("_") else [n for nodes in used.values() for n in nodes]
            found.append(Used(where=where, pattern=value, operation=_dearest(name, places)))
        elif not isinstance(value, ModuleType):
            operation = "match" if where in ONLY_MATCHED else "search"
            found += [Used(where=at, pattern=one, operation=operation) for at, one in _inside(where, value)]
    return found


def _dearest(name: str, attributes: list[ast.Attribute]) -> str:
    """Return the dearest of the operations that are asked of the pattern of this name."""
    asked = {
        node.attr
        for node in attributes
        if node.attr in OPERATIONS and isinstance(node.value, ast.Name) and node.value.id == name
    }
    if not asked:
        return "search"
    return min(asked, key=lambda operation: (operation not in SEARCHING, operation != "match", operation))


def _inside(where: str, value: object, depth: int = 4) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield the patterns in tuples, lists, sets, dicts, dataclasses and the attributes of classes."""
    if isinstance(value, re.Pattern):
        yield where, value
    elif depth and isinstance(value, dict):
        for key, item in value.items():
            yield from _inside(f"{where}[{key!r}]", item, depth - 1)
    elif depth and isinstance(value, (tuple, list, set, frozenset)):
        for n, item in enumerate(value):
            yield from _inside(f"{where}[{n}]", item, depth - 1)
    elif depth and isinstance(value, type):
        for key, item in vars(value).items():
            yield from _inside(f"{where}.{key}", item, 0)
    elif depth and is_dataclass(value):
        for field in fields(value):
            yield from _inside(f"{where}.{field.name}", getattr(value, field.name), depth - 1)


def _called(module: ModuleType, tree: ast.Module, held: set[str]) -> Iterator[Used]:
    """Yield the patterns that a module gives to the functions of ``re``; what its globals hold already is left out."""
    for statement in tree.body:
        names = [n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        is_global = isinstance(statement, (ast.Assign, ast.AnnAssign))
        for call in ast.walk(statement):
            if not (isinstance(call, ast.Call) and _is_of_re(call.func)) or call.func.attr == "escape":
                continue
            where = f"{module.__name__}, line {call.lineno}"
            if is_global and call.func.attr == "compile":
                if not any(at.startswith(f"{module.__name__}.{name}") for at in held for name in names):
                    raise LookupError(f"{where}: no global name holds this pattern")
                continue
            operation = "search" if call.func.attr == "compile" else call.func.attr
            yield Used(where=where, pattern=_evaluated(call, module, where), operation=operation)


def _is_of_re(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "re"


def _evaluated(call: ast.Call, module: ModuleType, where: str) -> re.Pattern[Any]:
    """Return the pattern of a call, with ``SAMPLES`` for local names."""
    flags = [arg for arg in call.args[1:] if any(_is_of_re(node) for node in ast.walk(arg))]
    flags += [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    names = {**SAMPLES, **vars(module)}
    try:
        source, *given = (eval(compile(ast.Expression(n), where, "eval"), names) for n in (call.args[0], *flags))  # noqa: S307
    except NameError as error:
        raise LookupError(f"{where}: {error.name!r} is no global name; give a sample of it in SAMPLES") from error
    return re.compile(source, *given)


_LITERAL = re.compile(
    r"(?:(?<=[(,=:\[!&|?;])|(?<=[^$]\{)|(?<=return))\s*+/(?![/*])((?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++)/([dgimsuy]*+)"
)
"""A regular expression in JavaScript, behind what no division can stand behind."""
_MADE = re.compile(r"new RegExp\(`([^`]*+)`, '([a-z]*+)'\)")
_CONSTANT = re.compile(r"const (\w++) = ('(?:[^'\\\n]|\\.)*+');")


def page_patterns() -> list[Used]:
    """Return the patterns of the page's own scripts, as Python writes them; the page looks for all of them."""
    paths = sorted((PACKAGE / "render" / "assets" / "js").glob("*.js"))
    return [used for path in paths for used in script_patterns(path.name, path.read_text("utf-8"))]


def script_patterns(name: str, text: str) -> Iterator[Used]:
    """Yield the patterns of a script: literals, and what ``RegExp`` makes of a template of constants."""
    constants = {held: ast.literal_eval(value) for held, value in _CONSTANT.findall(text)}
    for found in (*_LITERAL.finditer(text), *_MADE.finditer(text)):
        source = re.sub(r"\$\{(\w++)\}", lambda hole: constants[hole[1]], found[1])
        flags = re.IGNORECASE if "i" in found[2] else 0
        where = f"{name}, line {text.count(chr(10), 0, found.start(1)) + 1}"
        yield Used(where=where, pattern=re.compile(_in_python(source), flags), operation="search")


def _in_python(source: str) -> str:
    for script, python in ((r"[^\p{L}\p{N}]", r"[\W_]"), (r"\p{M}", r"[\u0300-\u036f]"), (r"\p{L}", r"[^\W\d_]")):
        source = source.replace(script, python)
    return source
