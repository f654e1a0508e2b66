from __future__ import annotations

import hashlib
import shutil
import tomllib

import pytest

from geomap.errors import GeodataError
from geomap.gazetteer.store import FileGazetteer
from geomap.manifest import open_geodata

MANIFEST = """
[[file]]
name = "a.bin"
sha256 = "{digest}"
[[source]]
id = "s"
title = "T"
licence = "CC-BY-4.0"
attribution = "A"
url = "https://example.org"
retrieved = "2024"
"""


def write(folder, content=b"data"):
    (folder / "a.bin").write_bytes(content)
    (folder / "manifest.toml").write_text(MANIFEST.format(digest=hashlib.sha256(b"data").hexdigest()))


def test_a_whole_file_is_given_and_attributed(tmp_path):
    write(tmp_path)
    geodata = open_geodata(tmp_path)
    assert geodata.path("a.bin") == tmp_path / "a.bin"
    assert [(a.title, a.licence, a.text, a.version) for a in geodata.attributions()] == [
        ("T", "CC-BY-4.0", "A", "2024")
    ]
    assert len(geodata.version) == 16


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: (f / "a.bin").write_bytes(b"dat"), r"a\.bin: is altered"),
        (lambda f: (f / "a.bin").unlink(), r"a\.bin: cannot be read"),
    ],
)
def test_a_missing_or_altered_file_is_refused_in_one_line(tmp_path, spoil, says):
    write(tmp_path)
    spoil(tmp_path)
    with pytest.raises(GeodataError, match=says) as caught:
        open_geodata(tmp_path).path("a.bin")
    assert "\n" not in str(caught.value)
    assert "reinstall geomap" in str(caught.value)


@pytest.mark.parametrize("manifest", [None, b"no toml [", b"\xff\xfe", b"[[file]]\nname = 1"])
def test_a_missing_or_broken_manifest_is_refused(tmp_path, manifest):
    if manifest is not None:
        (tmp_path / "manifest.toml").write_bytes(manifest)
    with pytest.raises(GeodataError, match=r"manifest\.toml"):
        open_geodata(tmp_path)


def test_a_file_the_manifest_does_not_list_is_refused(tmp_path):
    write(tmp_path)
    with pytest.raises(GeodataError, match="does not list the file b"):
        open_geodata(tmp_path).path("b.bin")


def test_the_environment_names_another_folder(tmp_path, monkeypatch):
    write(tmp_path)
    monkeypatch.setenv("GEOMAP_GEODATA", str(tmp_path))
    assert open_geodata().folder == tmp_path


@pytest.mark.geodata
def test_the_manifest_states_what_the_files_are():
    geodata = open_geodata()
    entries = tomllib.loads((geodata.folder / "manifest.toml").read_text("utf-8"))
    known = {source["id"]: source for source in entries["source"]}
    for file in entries["file"]:
        path = geodata.path(file["name"])
        assert file["bytes"] == path.stat().st_size < 55_000_000
        assert file["crs"] == (
            "" if "/" in file["name"] and not file["name"].startswith("boundaries/") else "EPSG:4326"
        )
        assert file["licence"] == " AND ".join(dict.fromkeys(known[s]["licence"] for s in file["sources"]))
        assert file["attribution"] == "; ".join(known[s]["attribution"] for s in file["sources"])
        assert (geodata.folder.parent / file["script"]).exists() or geodata.folder.parent.name == "geomap"
    with FileGazetteer(geodata.path("gazetteer.bin")) as gazetteer:
        rows = next(f["rows"] for f in entries["file"] if f["name"] == "gazetteer.bin")
        assert len(gazetteer) == rows


@pytest.mark.geodata
def test_geodata_has_no_orphan_file_and_stays_small():
    geodata = open_geodata()
    shipped = [
        p for p in geodata.folder.rglob("*") if p.is_file() and "build" not in p.relative_to(geodata.folder).parts
    ]
    names = {p.relative_to(geodata.folder).as_posix() for p in shipped}
    cards = {f"{model}/MODEL_CARD.md" for model in ("resolver", "recogniser", "multilingual", "roles")}
    assert names - {name for name, _ in geodata.digests} == {"manifest.toml", "LICENSES.md", "BOUNDARIES.md", *cards}
    network = [p for p in shipped if p.parent.name in ("recogniser", "multilingual", "roles")]
    assert sum(p.stat().st_size for p in network if p.parent.name == "roles") < 1_000_000
    assert sum(p.stat().st_size for p in network if p.parent.name == "recogniser") < 30_000_000
    assert sum(p.stat().st_size for p in network if p.parent.name == "multilingual") < 25_000_000
    assert sum(p.stat().st_size for p in shipped if p not in network) < 66_000_000


@pytest.mark.geodata
def test_an_altered_gazetteer_is_noticed(tmp_path):
    folder = tmp_path / "geodata"
    shutil.copytree(open_geodata().folder, folder, ignore=shutil.ignore_patterns("build"))
    with (folder / "gazetteer.bin").open("r+b") as stream:
        stream.seek(1_000_000)
        stream.write(b"x")
    with pytest.raises(GeodataError, match="is altered"):
        open_geodata(folder).path("gazetteer.bin")
