"""The documents: every link, path, heading and name in them exists."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "training/README.md")
FOLDERS = ("geomap", "tests", "docs", "geodata", "training", "benchmarks", ".github")
"""Folders of the repository; a path in backticks that begins with one of them must exist."""
LINK = re.compile(r"\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
PATH = re.compile(rf"(?<![\w./<-])(?:{'|'.join(map(re.escape, FOLDERS))})/[^\s`'\"(),;:|]*")
DOTTED = re.compile(r"(?<![\w./@-])geomap(?:\.\w+)+")
NOT_MODULES = {"geomap.toml"}
OLD = "pip install"
OLD_NAME = re.compile(rf"{OLD} +(?:-\S+ +)*['\"]?geomap(?!-news)\b")


def documents(root: Path) -> list[Path]:
    """Return the documents of a repository."""
    return [root / name for name in NAMES if (root / name).is_file()] + sorted((root / "docs").rglob("*.md"))


def faults(document: Path, root: Path) -> Iterator[str]:
    """Yield what a document names that does not exist."""
    text = document.read_text(encoding="utf-8")
    yield from broken_links(document, text)
    paths = (path.rstrip(".") for code in CODE.findall(text) for path in PATH.findall(code))
    yield from (f"path {path}" for path in paths if not exists(root, path))
    yield from (f"name {name}" for name in DOTTED.findall(text) if name not in NOT_MODULES and not resolves(name))
    yield from (f"command {command}" for command in OLD_NAME.findall(text))


def broken_links(document: Path, text: str) -> Iterator[str]:
    """Yield the relative links that lead to no file, or to no heading of it."""
    for target in LINK.findall(text):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, heading = target.partition("#")
        linked = (document.parent / path).resolve() if path else document
        if not linked.exists():
            yield f"link {target}"
        elif heading and heading not in headings(linked):
            yield f"heading {target}"


def headings(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    titles = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def exists(root: Path, path: str) -> bool:
    """Return whether a path is in the repository; ``*`` stands for any name, ``<language>`` too."""
    return any(root.glob(re.sub(r"<\w+>", "*", path).rstrip("/")))


def resolves(name: str) -> bool:
    """Return whether a dotted name is a module of geomap or something in one."""
    parts = name.split(".")
    for n in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:n]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[n:]:
            if not hasattr(found, attribute):
                return False
            found = getattr(found, attribute)
        return True
    return False


@pytest.mark.parametrize("document", documents(ROOT), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_document_names_exists(document: Path):
    assert list(faults(document, ROOT)) == []


@pytest.mark.parametrize("folder", ["geomap", "tests", ".github"])
def test_no_message_advises_to_install_the_package_of_another(folder):
    texts = {path: path.read_text("utf-8") for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".yml"}}
    assert [str(path) for path, text in texts.items() if OLD_NAME.search(text)] == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("[a](docs/none.md)", "link docs/none.md"),
        ("[a](docs/some.md#none)", "heading docs/some.md#none"),
        ("[a](#none)", "heading #none"),
        ("`geomap/none.py`", "path geomap/none.py"),
        ("```sh\npython benchmarks/none.py DIR\n```", "path benchmarks/none.py"),
        ("`geomap/text/<language>.json`", "path geomap/text/<language>.json"),
        ("`geomap.none.read`", "name geomap.none.read"),
        ("`geomap.ingest.readers.NONE`", "name geomap.ingest.readers.NONE"),
        (f"`{OLD} 'geomap[batch]'`", f"command {OLD} 'geomap"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_found(tmp_path, line, fault):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "some.md").write_text(
        "# Some `geomap.toml`\n\n[above](#some-geomaptoml) [out](https://a.example/)\n"
    )
    (tmp_path / "README.md").write_text(f"`docs/some.md` `docs/*.md` `geomap.ingest.readers.MAX_BYTES`\n{line}\n")
    found = [one for document in documents(tmp_path) for one in faults(document, tmp_path)]
    assert found == [fault]
