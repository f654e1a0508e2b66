"""Files are written as a whole or not at all, where files may be; links, modes and devices stay what they are."""

from __future__ import annotations

import os
import resource
import stat
from pathlib import Path

import pytest

from geomap.errors import OutputError
from geomap.files import check_writable, write_all, write_atomic


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path):
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "new" / "map.html", b"map")
    finally:
        os.umask(before)
    assert mode(tmp_path / "new" / "map.html") == 0o640


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path):
    path = tmp_path / "map.html"
    path.write_bytes(b"old")
    path.chmod(0o604)
    write_atomic(path, b"new")
    assert (path.read_bytes(), mode(path)) == (b"new", 0o604)


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path):
    (tmp_path / "there").mkdir()
    for target in ("there/old.html", "there/new.html"):
        link = tmp_path / Path(target).name
        link.symlink_to(target)
    (tmp_path / "there" / "old.html").write_bytes(b"old")
    for name in ("old.html", "new.html"):
        write_atomic(tmp_path / name, b"map")
        assert (tmp_path / name).is_symlink()
    assert sorted(p.name for p in (tmp_path / "there").iterdir()) == ["new.html", "old.html"]
    assert {p.read_bytes() for p in (tmp_path / "there").iterdir()} == {b"map"}


def strange(folder: Path) -> dict[str, str]:
    """Make everything that is no file to write to; return it with what is said of it."""
    os.mkfifo(folder / "pipe")
    (folder / "to-pipe").symlink_to("pipe")
    (folder / "to-device").symlink_to("/dev/full")
    (folder / "loop").symlink_to("loop")
    (folder / "to-nowhere").symlink_to("none/at/all")
    (folder / "folder").mkdir()
    (folder / "to-folder").symlink_to("folder")
    (folder / "file").write_bytes(b"file")
    neither = "it is neither a file nor a folder"
    return {
        "pipe": neither,
        "to-pipe": neither,
        "to-device": neither,
        "/dev/full": neither,
        "/dev/null": neither,
        "loop": "Too many levels of symbolic links",
        "folder": "Is a directory",
        "to-folder": "Is a directory",
        "file/map.html": "Not a directory",
        "folder/" + "x" * 256: "File name too long",
    }


def test_what_is_no_file_is_refused_and_stays(tmp_path: Path):
    special_files = strange(tmp_path)
    before = sorted((p.name, p.lstat().st_mode) for p in tmp_path.iterdir())
    for check in (check_writable, lambda path: write_atomic(path, b"map")):
        for name, why in special_files.items():
            path = tmp_path / name
            with pytest.raises(OutputError) as error:
                check(path)
            assert str(error.value) == f"{path}: cannot be written ({why}); choose another place with -o"
    assert sorted((p.name, p.lstat().st_mode) for p in tmp_path.iterdir()) == before
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_a_link_into_a_folder_that_is_missing_makes_none(tmp_path: Path):
    strange(tmp_path)
    with pytest.raises(OutputError, match="No such file or directory"):
        write_atomic(tmp_path / "to-nowhere", b"map")
    assert not (tmp_path / "none").exists()


def test_the_longest_name_of_the_file_system_can_be_written(tmp_path: Path):
    for name in ("x" * 250 + ".html", "Ж" * 125 + ".html"):
        check_writable(tmp_path / name)
        write_atomic(tmp_path / name, b"map")
        assert (tmp_path / name).read_bytes() == b"map"
    assert len(list(tmp_path.iterdir())) == 2


def test_where_one_of_several_cannot_be_written_none_is(tmp_path: Path):
    (tmp_path / "map.html").write_bytes(b"old")
    (tmp_path / "map.csv").mkdir()
    files = {tmp_path / f"map.{end}": b"new" for end in ("html", "geojson", "csv")}
    with pytest.raises(OutputError, match=r"map\.csv: cannot be written \(Is a directory\)"):
        write_all(files)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["map.csv", "map.html"]
    assert (tmp_path / "map.html").read_bytes() == b"old"


def test_a_file_that_grows_too_large_leaves_nothing(tmp_path: Path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OutputError) as error:
            write_all({tmp_path / "a": b"a", tmp_path / "b": bytes(2000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(error.value) == f"{tmp_path / 'b'}: cannot be written (File too large); choose another place with -o"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_somebody_put_where_it_is_written_aside_is_not_followed(tmp_path: Path):
    other = tmp_path / "other"
    other.write_bytes(b"theirs")
    (tmp_path / f".map.html.{os.getpid()}.part").symlink_to("other")
    write_atomic(tmp_path / "map.html", b"map")
    assert other.read_bytes() == b"theirs"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["map.html", "other"]
