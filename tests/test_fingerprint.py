"""Cache keys change with what a result is computed from, and with nothing else."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from geomap import fingerprint
from geomap.batch.settings import Settings


@pytest.fixture
def package(tmp_path):
    """A package of five modules and a data file: a imports b, and b lazily c; d imports a; e stands alone."""
    root = tmp_path / "geomap"
    for folder in ("low", "low/data", "high"):
        (root / folder).mkdir(parents=True)
    for name, text in {
        "low/__init__.py": '"""Low."""\n',
        "low/b.py": "def f():\n    from geomap.low import c\n    return c\n",
        "low/c.py": "X = 1\n",
        "low/data/words.txt": "one\n",
        "high/__init__.py": '"""High."""\n',
        "high/a.py": "from geomap.low.b import (\n    f,  # a comment, with a comma\n    g as h,\n)\n",
        "high/d.py": "import geomap.high.a\n",
        "high/e.py": "X = 2\n",
    }.items():
        (root / name).write_text(text)
    return root


def names(package, *modules):
    return sorted(str(path.relative_to(package)) for path in fingerprint.files_behind(modules, package))


def test_the_files_behind_a_module_are_those_it_imports_and_the_data_beside_them(package):
    behind_a = ["high/a.py", "low/__init__.py", "low/b.py", "low/c.py", "low/data/words.txt"]
    assert names(package, "geomap.high.a") == behind_a
    assert names(package, "geomap.high.d") == ["high/a.py", "high/d.py", *behind_a[1:]]
    assert names(package, "geomap.high.e") == ["high/e.py"]
    assert names(package, "geomap.low.c") == ["low/c.py", "low/data/words.txt"]


def test_a_module_that_is_not_there_and_the_package_s_face_are_no_files(package):
    assert names(package, "geomap.high.nowhere", "geomap") == []


def test_imported_modules_are_found_however_they_are_written():
    source = "import geomap.x.y\nif True:\n    from geomap.a import b, c as d\nfrom os import path\n"
    assert list(fingerprint.imported_modules(source)) == ["geomap.x.y", "geomap.a", "geomap.a.b", "geomap.a.c"]


def test_what_only_draws_or_stores_does_not_decide_mentions():
    behind = {path.relative_to(fingerprint.PACKAGE).parts[0] for path in fingerprint.files_behind(fingerprint.GEOPARSE)}
    assert behind == {
        "boundaries", "errors.py", "gazetteer", "geodesy.py", "geoparser.py", "manifest.py", "map_types.py",
        "recognition", "records.py", "resolution", "roles", "spatial", "text", "types",
    }  # fmt: skip


def test_keys_depend_on_code_and_geodata():
    assert fingerprint.geoparse_key("1") != fingerprint.geoparse_key("2")
    assert fingerprint.output_key("1") not in (fingerprint.geoparse_key("1"), fingerprint.output_key("2"))
    assert fingerprint.code_key("geomap.geodesy") != fingerprint.code_key("geomap.errors")
    assert len(fingerprint.ingest_key()) == 32


@pytest.mark.geodata
@pytest.mark.parametrize("module", ["geomap.geoparser", "geomap.ingest.readers", "geomap.batch.worker_process"])
def test_a_batch_has_another_version_when_code_behind_its_rows_changes(monkeypatch, module):
    """The names of finished parts depend on it: rows of older code are not taken for those of this one."""
    changed = fingerprint.module_file(module)
    digest = fingerprint._digest

    def version(other):
        for cached in (fingerprint.code_key, fingerprint.ingest_key):
            cached.cache_clear()
        monkeypatch.setattr(fingerprint, "_digest", other)
        return Settings().version()

    before = version(digest)
    assert version(lambda path: "changed" if path == changed else digest(path)) != before
    drawing = fingerprint.module_file("geomap.render.html")
    assert version(lambda path: "changed" if path == drawing else digest(path)) == before
    assert version(digest) == before  # and the cached keys are those of the code again


def test_the_versions_of_the_extractors_are_those_that_are_installed():
    assert {name: fingerprint._version(name) for name in fingerprint.EXTRACTORS} == {
        name: version(name) for name in fingerprint.EXTRACTORS
    }
    assert fingerprint._version("not-installed") == "none"
