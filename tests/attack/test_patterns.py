"""Every regular expression of the package takes time linear in the text: by its form, and on texts made to delay it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
from types import ModuleType

import pytest

from tests.attack import pumps
from tests.attack.automaton import UnsupportedPatternError
from tests.attack.backtracking import finding
from tests.attack.patterns import Used, _called, _held, all_patterns, page_patterns, script_patterns
from tests.attack.pumps import pattern_of, slowness

SLOW = (
    (r"(a+)+$", "match", "exponential"),
    (r"(a|a)*b", "match", "exponential"),
    (r"(?:\s*a?)*b", "match", "exponential"),
    (r"^(\w+\s?)*$", "match", "exponential"),
    (r"\s*(?:<!--.*?-->\s*)*<html", "match", "exponential"),
    (r"(?:<\?.*?\?>\s*)*<x", "match", "exponential"),
    (r"(?>(?:a+)+b)", "match", "exponential"),
    (r"a*a*b", "match", "polynomial"),
    (r"(?>a*a*b)", "match", "polynomial"),
    (r".*?-->.*?-->", "match", "polynomial"),
    (r"(?:[A-Z]\w+\s?){1,3},", "match", "polynomial"),
    (r"(?:a(?=a*b))*c", "match", "polynomial"),
    (r"\S*\{z\}\S*", "fullmatch", "polynomial"),
    (r"\s*X", "search", "polynomial"),
    (r"\s*+X", "search", "polynomial"),
    (r"\s+$", "sub", "polynomial"),
    (r"[\w.]+@", "search", "polynomial"),
    (r"a(?:[^c]*c)?", "finditer", "polynomial"),
    (r"<!--.*?-->", "findall", "polynomial"),
    (r"[,;]+(?='*=)", "sub", "polynomial"),
    (r"\w+(?<=ab)", "search", "polynomial"),
)
LINEAR = (
    (r"\s*(?:<!--)?\s", "match"),
    (r"\s*+(?:(?><!--.*?-->)\s*+)*+<html", "match"),
    (r"(?:(?>a+))*b", "match"),
    (r"(?:ab)*c", "match"),
    (r"(?:a|b)*c", "match"),
    (r"a*b?a*", "match"),
    (r"\S*\{z\}\S*", "match"),
    (r"(?:(?!\{z\})\S)*+\{z\}\S*+", "fullmatch"),
    (r"^\s+x", "search"),
    (r"\s+", "split"),
    (r"\b\w+\b", "findall"),
    (r"(?<!\w)\w+@", "search"),
    (r"(?<!\s)\s*\n\s*", "finditer"),
    (r"(?:(?<!\s)\s++)?+([;,])\s*+", "sub"),
    (r"\bfoo\s+bar", "search"),
    (r"\bsaid\s+(?:(?:in|to)\s+){0,6}$", "search"),
    (r"<[^<>]*>", "finditer"),
    (r"\w+(?!\s+foo)", "finditer"),
    (r"(?<![,;])[,;]+(?='*=)", "sub"),
    (r"(?<=://)([^/:]*):[^/]*@", "sub"),
)


@pytest.fixture(scope="module")
def patterns() -> list[Used]:
    return all_patterns()


@pytest.mark.slow
def test_no_pattern_of_the_package_backtracks(patterns: list[Used]) -> None:
    found = {one.where: finding(one.pattern, operation=one.operation) for one in patterns}
    assert {where: str(how) for where, how in found.items() if how} == {}


@pytest.mark.slow
def test_no_pattern_of_the_package_is_slow_on_texts_made_to_delay_it(patterns: list[Used]) -> None:
    found = {one.where: slowness(one) for one in patterns}
    assert {where: how for where, how in found.items() if how} == {}


@pytest.mark.parametrize(("source", "operation", "degree"), SLOW)
def test_the_scanner_finds_what_backtracks(source: str, operation: str, degree: str) -> None:
    found = finding(re.compile(source, re.DOTALL), operation=operation)
    assert found is not None
    assert found.degree == degree


@pytest.mark.parametrize(("source", "operation"), LINEAR)
def test_the_scanner_passes_what_is_linear(source: str, operation: str) -> None:
    assert finding(re.compile(source, re.DOTALL), operation=operation) is None


def test_what_the_scanner_finds_delays_a_match() -> None:
    found = finding(re.compile(r"(?:<!--.*?-->\s*)*<html", re.DOTALL), operation="match")
    assert found is not None
    text = found.prefix + found.pump * 9
    begun = time.process_time()
    re.match(r"(?:<!--.*?-->\s*)*<html", text, re.DOTALL)
    nine = time.process_time() - begun
    re.match(r"(?:<!--.*?-->\s*)*<html", text + found.pump * 2, re.DOTALL)
    assert time.process_time() - begun - nine > 4 * nine


def test_the_scanner_refuses_a_pattern_that_it_cannot_judge() -> None:
    with pytest.raises(UnsupportedPatternError):
        finding(re.compile(r"(a)\1"), operation="match")


@pytest.mark.parametrize(
    ("source", "operation"),
    [(r"(a+)+$", "match"), (rb"\s*(?:<!--.*?-->\s*)*<html", "match"), (r"\s*X", "search"), (r"[\w.]+@", "finditer")],
)
def test_the_timing_finds_what_is_slow(source: str | bytes, operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pumps, "LIMIT", 0.5)
    assert slowness(pattern_of(source, re.DOTALL, operation=operation)) is not None


def test_patterns_are_collected_with_what_is_done_with_them(patterns: list[Used]) -> None:
    operation = {one.where: one.operation for one in patterns}
    assert {where: operation.get(where) for where in COLLECTED} == COLLECTED


COLLECTED = {
    "geomap.ingest.readers._HTML_START": "match",
    "geomap.ingest.readers._ISO_DATE": "search",
    "geomap.ingest.feeds._ROOT": "match",
    "geomap.ingest.documents._FRONT_LINE": "findall",
    "geomap.text.newsrooms._HOST": "match",
    "geomap.resolution.cues._OF_COUNTRY['GB']": "search",
    "geomap.resolution.cues._COMMA": "fullmatch",
    "geomap.resolution.cues._KINDS_BEFORE[0][0]": "search",
    "geomap.resolution.cues._KINDS_WITHIN[0][0]": "match",
    "geomap.annotation.event_lexicon.load_lexicon.cues['ea'].pattern": "match",
    "geomap.annotation.event_lexicon.load_lexicon.foreign['ru']['об'].pattern": "match",
    "geomap.annotation.foreign.dates._PATTERNS[0][1]": "search",
}
"""Of each sort that is collected, some."""


def _module(source: str) -> tuple[ModuleType, ast.Module]:
    module = ModuleType("toy")
    exec(source, vars(module))  # noqa: S102
    return module, ast.parse(source)


def test_patterns_are_found_in_globals_collections_and_calls() -> None:
    module, tree = _module(
        "import re\nWORDS = 'a|b'\n_ONE = re.compile('x', re.I)\n_SOME = {'k': [(re.compile('y'), 1)]}\n"
        "class Held:\n    pattern = re.compile('z')\n"
        "def f(name):\n    _ONE.match(name)\n    return re.sub(rf'(?:{WORDS}){re.escape(name)}', '', name, flags=re.S)\n"
    )
    held = _held(module, {module: [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]})
    found = [*held, *_called(module, tree, {one.where for one in held})]
    assert {(one.where, one.pattern.pattern, one.pattern.flags, one.operation) for one in found} == {
        ("toy._ONE", "x", re.IGNORECASE | re.UNICODE, "match"),
        ("toy._SOME['k'][0][0]", "y", re.UNICODE, "search"),
        ("toy.Held.pattern", "z", re.UNICODE, "search"),
        ("toy, line 6", "z", re.UNICODE, "search"),
        ("toy, line 9", r"(?:a|b)Nagorno\-Karabakh", re.DOTALL | re.UNICODE, "sub"),
    }


def test_a_pattern_that_cannot_be_made_out_is_an_error() -> None:
    module, tree = _module("import re\ndef f(unheard):\n    return re.search(unheard, 'a')\n")
    with pytest.raises(LookupError, match="'unheard' is no global name"):
        list(_called(module, tree, set()))


def test_the_patterns_of_a_script_are_found() -> None:
    script = (
        "const PARTS = ',\\t';\nconst PART = new RegExp(`[${PARTS}]+`, 'gu');\n"
        'const f = (a, b) => { if (/^https?:\\/\\//i.test(a)) return /[/"]/.test(b); return `${a / 2}/${b / a}`; };\n'
        "g(a.replace(/[^\\p{L}\\p{N}]+/gu, ''), 1 / 2 / 3);\n"
    )
    found = [
        (one.where, one.pattern.pattern, one.pattern.flags & re.IGNORECASE) for one in script_patterns("a", script)
    ]
    assert found == [
        ("a, line 3", r"^https?:\/\/", re.IGNORECASE),
        ("a, line 3", '[/"]', 0),
        ("a, line 4", r"[\W_]+", 0),
        ("a, line 2", "[,\t]+", 0),
    ]


def test_the_patterns_of_the_page_are_read() -> None:
    found = {(one.where.split(",")[0], one.pattern.pattern) for one in page_patterns()}
    assert {("formats.js", r'url\("([^"]*)"\)'), ("takeaway.js", r"[\W_]+"), ("scene.js", r"\s+")} <= found


CHILDREN = {
    "comments before a page": "from geomap.ingest.readers import _HTML_START\nassert not _HTML_START.match(b'<!-- a -->' * n)",
    "instructions before a feed": "from geomap.ingest.feeds import kind_of\nassert kind_of(b'<?a b?>' * n) == 'page'",
    "comments before a feed": "from geomap.ingest.feeds import kind_of\nassert kind_of(b'<!-- a -->' * n) == 'page'",
    "spaces in a front matter": (
        "from geomap.ingest.documents import _FRONT_MATTER, markdown_article\n"
        "data = b'---\\ntitle: a' + b' ' * 100 * n + b'b\\n---\\n\\nText.'\n"
        "assert markdown_article(data, name='a', where='a').title.endswith(' b')"
    ),
    "hyphens in a column": "from geomap.ingest.documents import unwrapped\nassert len(unwrapped('ab-\\n' * 1000 * n)) > n",
    "spaces in a text": "from geomap.text.sentences import sentence_spans\nassert sentence_spans('A' + ' ' * 1000 * n + 'b')",
    "signs of capitals in a list": "from geomap.resolution.cues import goes_on\nassert not goes_on(', ' + 'A.' * 10 * n, 0)",
}


@pytest.mark.slow
@pytest.mark.parametrize("code", CHILDREN.values(), ids=CHILDREN.keys())
def test_what_took_for_ever_is_read_at_once(code: str) -> None:
    subprocess.run([sys.executable, "-c", f"n = 1000\n{code}"], check=True, timeout=20)
