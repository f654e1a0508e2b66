"""Files that are damaged, of another version, not readable or not sealed, and what is read and written all the same."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from geomap.errors import ArticleError, GeomapError, LibraryDamaged, ProjectError, quoted
from geomap.store.checksums import Seal, begin_check, log_size, new_seal, read_seal
from geomap.store.database import Library, reading, writing
from geomap.store.migrations import MIGRATIONS

VALUE = "the value that was written"
CHANGED = "is damaged (its checksums do not match); "
NEXT = "the next `geomap build` replaces it"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A sealed library with one value."""
    path = tmp_path / "library.sqlite"
    with writing(path) as library:
        library.set_meta("built", VALUE)
    return path


def beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def change_value(path: Path) -> None:
    """Change a letter of the value: SQLite notices nothing."""
    data = path.read_bytes()
    assert data.count(VALUE.encode()) == 1
    path.write_bytes(data.replace(VALUE.encode(), VALUE.replace("v", "w").encode()))


def clear_page(path: Path) -> None:
    """Overwrite the second page, which every integrity check looks at."""
    data = bytearray(path.read_bytes())
    data[4096:8192] = bytes(4096)
    path.write_bytes(data)


def change_version(path: Path, version: int) -> None:
    """Write the version into the header, and take the seal off."""
    data = bytearray(path.read_bytes())
    data[60:64] = version.to_bytes(4, signed=True)
    path.write_bytes(data)
    beside(path, ".sum").unlink()


def copied_while_written(path: Path, folder: Path, *, value: str) -> Path:
    """Return a copy of a library and its log, made while a value is in the log alone."""
    folder.mkdir()
    with Library(path) as library:
        with library.transaction():
            library.set_meta("built", value)
        for end in ("", "-wal", ".sum"):
            with suppress(FileNotFoundError):
                shutil.copy(beside(path, end), folder)
    return folder / path.name


# The seal.


def test_a_changed_value_is_found_when_the_library_is_read(path):
    change_value(path)
    with pytest.raises(LibraryDamaged) as caught, reading(path):
        pass
    assert (str(caught.value), caught.value.why) == (f"{path}: {CHANGED}{NEXT}", "its checksums do not match")


def test_a_changed_value_is_found_before_a_transaction_begins(path):
    change_value(path)
    damaged = path.read_bytes()
    with pytest.raises(LibraryDamaged) as caught, writing(path) as library, library.transaction():
        library.set_meta("built", "another")
    assert (
        str(caught.value) == f"{path}: {CHANGED}it was renamed to library.sqlite.damaged-1, and articles/ is read again"
    )
    assert (path.exists(), beside(path, ".damaged-1").read_bytes()) == (False, damaged)
    with writing(path) as library:
        assert library.get_meta("built") is None


def test_a_changed_value_is_not_sealed_with_what_is_written_beside_it(path):
    change_value(path)
    with Library(path) as library:
        library.set_meta("other", "another")
    assert read_seal(path) is None


def test_an_error_of_the_program_is_raised_as_it_is_unless_the_file_is_damaged(path):
    with pytest.raises(ValueError, match=r"^of the program$"), Library(path):
        raise ValueError("of the program")
    change_value(path)
    with pytest.raises(LibraryDamaged) as caught, Library(path):
        raise ValueError("of the program")
    assert caught.value.why == "its checksums do not match"


def test_an_error_in_a_new_library_is_raised_as_it_is(tmp_path):
    with pytest.raises(ValueError, match=r"^of the program$"), Library(tmp_path / "library.sqlite"):
        raise ValueError("of the program")


def test_a_library_that_is_only_opened_keeps_its_seal_and_one_that_is_written_gets_another(path):
    sealed = [beside(path, end).read_bytes() for end in ("", ".sum")]
    with Library(path) as library:
        assert library.get_meta("built") == VALUE
    assert [beside(path, end).read_bytes() for end in ("", ".sum")] == sealed
    with Library(path) as library:
        library.set_meta("built", "another")
    with path.open("rb") as file:
        seal = new_seal(file, number=int.from_bytes(path.read_bytes()[68:72]), before=None, changed=())
    assert (read_seal(path), log_size(path)) == (seal, 0)


def test_a_library_without_a_seal_is_sealed_though_nothing_is_written(path):
    beside(path, ".sum").unlink()
    with Library(path) as library:
        assert library.get_meta("built") == VALUE
    assert isinstance(read_seal(path), Seal)


def test_a_library_that_is_read_without_a_seal_gets_none(path):
    beside(path, ".sum").unlink()
    with reading(path) as library:
        assert library.get_meta("built") == VALUE
    assert read_seal(path) is None


def test_a_library_that_somebody_reads_is_not_sealed_until_the_next_time(path):
    with Library(path) as library:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN")
        other.execute("SELECT * FROM about").fetchall()
        library.set_meta("built", "second")
        library._db.execute("PRAGMA busy_timeout = 0")
    assert read_seal(path) is None
    other.close()
    with Library(path) as library:
        assert library.get_meta("built") == "second"
    assert isinstance(read_seal(path), Seal)


def test_the_seal_of_a_deleted_library_is_removed(path):
    path.unlink()
    with Library(path) as library:
        assert (library.get_meta("built"), read_seal(path)) == (None, None)
    with reading(path) as library:
        assert library.get_meta("built") is None


def test_an_empty_file_with_a_seal_is_a_damaged_library(path):
    os.truncate(path, 0)
    with pytest.raises(LibraryDamaged) as caught, writing(path):
        pass
    assert caught.value.why == "its checksums do not match"


@pytest.mark.parametrize("opened", [reading, writing])
def test_the_seal_says_nothing_while_the_log_is_brought_into_the_file(path, tmp_path, opened):
    copy = copied_while_written(path, tmp_path / "copy", value="in the log")
    data = bytearray(copy.read_bytes())
    data[68:72] = bytes(4)
    copy.write_bytes(data)
    with opened(copy) as library:
        assert library.get_meta("built") == "in the log"


@pytest.mark.parametrize("opened", [reading, writing])
def test_a_log_that_a_killed_writer_left_is_read_and_the_file_is_compared(path, tmp_path, opened):
    copy = copied_while_written(path, tmp_path / "copy", value="in the log")
    damaged = Path(shutil.copytree(copy.parent, tmp_path / "damaged"), copy.name)
    with opened(copy) as library:
        assert library.get_meta("built") == "in the log"
    change_value(damaged)
    with pytest.raises(LibraryDamaged), opened(damaged) as library, library.transaction():
        pass


def test_a_log_larger_than_the_limit_is_brought_into_the_file(path, monkeypatch):
    with Library(path) as library:
        with library.transaction():
            library.set_meta("built", "x")
        size = log_size(path)
    sizes = []
    for limit in (size, size - 1):
        monkeypatch.setattr("geomap.store.database.LOG_BYTES", limit)
        with Library(path) as library:
            with library.transaction():
                library.set_meta("built", "x")
            sizes.append((log_size(path), read_seal(path) is not None))
    assert sizes == [(size, True), (0, True)]


def test_the_file_changes_only_when_it_is_sealed(path):
    before = path.read_bytes()
    with Library(path) as library:
        with library.transaction():
            for number in range(50):
                library.set_meta(f"{number}", "x" * 200_000)
        assert (path.read_bytes() == before, log_size(path) > 10_000_000) == (True, True)
    assert (path.stat().st_size > 10_000_000, log_size(path)) == (True, 0)


def test_what_another_writes_while_the_file_is_compared_is_no_damage(path, monkeypatch):
    def begin_after_a_write(file, seal):
        monkeypatch.undo()
        with writing(path) as other:
            other.set_meta("built", "another")
        return begin_check(file, seal)

    monkeypatch.setattr("geomap.store.database.begin_check", begin_after_a_write)
    with reading(path) as library:
        assert library.get_meta("built") == "another"


# No seal: SQLite compares the pages, and what fails may be the file's fault.


@pytest.mark.parametrize("opened", [reading, writing])
def test_pages_that_disagree_are_found_without_a_seal(path, opened):
    beside(path, ".sum").unlink()
    clear_page(path)
    with pytest.raises(LibraryDamaged) as caught, opened(path) as library, library.transaction():
        pass
    assert caught.value.why in {"its pages are inconsistent", "database disk image is malformed"}


def test_an_error_in_a_library_without_a_seal_is_its_damage(path):
    beside(path, ".sum").unlink()
    with pytest.raises(LibraryDamaged) as caught, Library(path):
        raise ValueError("an odd value")
    assert (caught.value.why, type(caught.value.__cause__)) == ("an odd value", ValueError)


def test_why_a_library_is_damaged_is_told_on_one_line(path):
    beside(path, ".sum").unlink()
    with pytest.raises(LibraryDamaged) as caught, Library(path):
        raise ValueError("an odd\nvalue")
    assert caught.value.why == quoted("an odd\nvalue")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "error", [ArticleError("of an article"), OSError("of the disk"), MemoryError("none left"), KeyboardInterrupt("^C")]
)
def test_an_error_that_tells_nothing_of_the_library_is_raised_as_it_is(path, error):
    beside(path, ".sum").unlink()
    with pytest.raises(type(error)) as caught, Library(path):
        raise error
    assert caught.value is error


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_value_that_cannot_be_decoded_is_damage(path, is_sealed):
    if not is_sealed:
        beside(path, ".sum").unlink()
    with pytest.raises(LibraryDamaged) as caught, Library(path):
        msgspec.json.decode(b"[")
    assert caught.value.why == "Input data was truncated"


# Versions.


@pytest.mark.parametrize("version", [-1, -1000, 1000, 1001])
def test_a_version_that_no_library_has_is_damage(path, version):
    change_version(path, version)
    with pytest.raises(LibraryDamaged) as caught, Library(path):
        pass
    assert str(caught.value) == f"{path}: is damaged (its version is {version}); {NEXT}"


@pytest.mark.parametrize("version", [len(MIGRATIONS) + 1, 999])
@pytest.mark.parametrize("opened", [reading, writing])
def test_the_library_of_a_later_geomap_is_neither_read_nor_set_aside(path, version, opened):
    change_version(path, version)
    with pytest.raises(ProjectError) as caught, opened(path):
        pass
    assert (
        str(caught.value)
        == f"{path}: was made by a later version of geomap; update geomap, or delete the file to build it again"
    )
    assert (type(caught.value), path.exists()) == (ProjectError, True)


def test_a_library_is_migrated_from_the_version_that_it_has(tmp_path):
    path, versions = tmp_path / "library.sqlite", []
    for n in range(len(MIGRATIONS) + 1):
        for end in ("", ".sum"):
            beside(path, end).unlink(missing_ok=True)
        with sqlite3.connect(path) as db:
            db.executescript("".join(MIGRATIONS[:n]) + f"PRAGMA user_version = {n};")
        db.close()
        with Library(path) as library:
            versions.append((library.version, library._db.execute("PRAGMA user_version").fetchone()[0]))
            assert library.articles.count() == 0
    assert versions == [(len(MIGRATIONS), len(MIGRATIONS))] * (len(MIGRATIONS) + 1)


def test_a_migration_that_fails_changes_nothing(tmp_path, monkeypatch):
    path = tmp_path / "library.sqlite"
    scripts = ["CREATE TABLE one (a);", "CREATE TABLE two (a); CREATE TABLE one (a);"]
    monkeypatch.setattr("geomap.store.database.MIGRATIONS", scripts)
    with pytest.raises(sqlite3.OperationalError, match="table one already exists"), Library(path):
        pass
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("one",)]
        assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()


# What SQLite and the system say.


def fill(library: Library) -> None:
    library._db.execute("PRAGMA max_page_count = 1")
    library.set_meta("built", "x" * 100_000)


def change_what_is_only_read(library: Library) -> None:
    library._db.execute("PRAGMA query_only = 1")
    library.set_meta("built", "x")


@pytest.mark.parametrize(
    ("work", "said"),
    [(fill, "database or disk is full"), (change_what_is_only_read, "attempt to write a readonly database")],
)
@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_disk_that_is_full_or_not_written_to_is_no_damage(
    path, work: Callable[[Library], None], said: str, is_sealed: bool
):
    if not is_sealed:
        beside(path, ".sum").unlink()
    with pytest.raises(ProjectError) as caught, Library(path) as library:
        work(library)
    assert str(caught.value) == (
        f"{path}: cannot be used ({said}); check its permissions and the free disk space, then repeat the command"
    )
    assert not isinstance(caught.value, LibraryDamaged)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_IOERR, ProjectError),
        (sqlite3.SQLITE_IOERR_READ, ProjectError),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, ProjectError),
        (sqlite3.SQLITE_CORRUPT, LibraryDamaged),
        (sqlite3.SQLITE_CORRUPT_VTAB, LibraryDamaged),
        (sqlite3.SQLITE_ERROR, sqlite3.DatabaseError),
        (sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.DatabaseError),
        (None, sqlite3.DatabaseError),
    ],
)
def test_the_code_of_an_error_tells_whether_the_disk_the_file_or_the_program_is_at_fault(path, code, kind):
    error = sqlite3.DatabaseError("said")
    if code is not None:
        error.sqlite_errorcode = code
    with pytest.raises((GeomapError, sqlite3.Error)) as caught, Library(path):
        raise error
    assert type(caught.value) is kind


def test_a_file_that_cannot_be_read_is_told_and_stays_where_it_is(path, monkeypatch):
    def fail(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("geomap.store.checksums.is_unchanged", fail)
    for opened in (reading, writing):
        with pytest.raises(ProjectError) as caught, opened(path) as library, library.transaction():
            pass
        assert str(caught.value) == f"{path}: cannot be read (Input/output error); check the disk"
    assert path.exists()


def test_a_library_in_a_folder_that_is_not_there_is_told(tmp_path):
    path = tmp_path / "none" / "library.sqlite"
    with pytest.raises(ProjectError) as caught:
        Library(path)
    assert str(caught.value) == f"{path}: cannot be opened (No such file or directory); check its permissions"


@pytest.mark.parametrize("end", ["", "-wal", ".sum"])
@pytest.mark.parametrize("is_read_only", [True, False])
def test_a_folder_in_place_of_a_file_is_told(path, end, is_read_only):
    beside(path, end).unlink(missing_ok=True)
    beside(path, end).mkdir()
    with pytest.raises(LibraryDamaged) as caught:
        Library(path, is_read_only=is_read_only)
    assert caught.value.why == f"library.sqlite{end} is not a regular file"


def test_what_is_no_library_is_told_though_it_has_a_log(tmp_path):
    path = tmp_path / "library.sqlite"
    path.write_bytes(b"no database" * 1000)
    beside(path, "-wal").write_bytes(b"no log" * 1000)
    with pytest.raises(LibraryDamaged) as caught, reading(path):
        pass
    assert caught.value.why == "file is not a database"


# Reading, and the connection.


def test_where_the_log_cannot_be_read_the_library_is_as_it_was_sealed(path, tmp_path):
    copy = copied_while_written(path, tmp_path / "copy", value="in the log")
    beside(copy, "-shm").symlink_to(tmp_path / "none" / "shm")  # SQLite needs it to read the log
    with reading(copy) as library:
        assert library.get_meta("built") == VALUE


def test_a_library_that_another_program_has_locked_is_not_read_without_its_log(path, monkeypatch):
    connect = sqlite3.connect
    other = connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("DELETE FROM about")
    assert log_size(path) > 0
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: connect(*args, **more | {"timeout": 0}))
    with pytest.raises(ProjectError, match=r"library\.sqlite: cannot be used \(database is locked\)"), reading(path):
        pass
    other.close()


def test_a_reader_of_a_library_that_is_written_waits_ten_seconds_for_it(path):
    with Library(path) as library:
        library.set_meta("built", "x")
        with reading(path) as other:
            assert other._db.execute("PRAGMA busy_timeout").fetchone() == (10_000,)


def test_a_library_is_read_where_its_name_means_something_in_an_address(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("a #1?mode=rw&b%20.sqlite")
    with writing(path) as library:
        library.set_meta("built", VALUE)
    copy = copied_while_written(path, tmp_path / "copy", value="in the log")
    with reading(path) as library, reading(copy) as other:
        assert (library.get_meta("built"), other.get_meta("built")) == ("in the log", "in the log")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            other._db.execute("DELETE FROM about")


def test_a_closed_library_holds_no_file(path):
    for is_read_only in (True, False):
        library = Library(path, is_read_only=is_read_only)
        library.close()
        assert library._file.closed
        with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
            library.get_meta("built")


def test_a_library_is_closed_after_the_comparison_has_ended(path, monkeypatch):
    is_closed = []

    def compare_slowly(file, _):
        time.sleep(0.1)
        is_closed.append(file.closed)
        return True

    monkeypatch.setattr("geomap.store.checksums.is_unchanged", compare_slowly)
    Library(path).close()
    assert is_closed == [False]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the system does not list what is open")
def test_a_library_that_cannot_be_opened_holds_no_file(path):
    change_version(path, 1000)
    with pytest.raises(LibraryDamaged) as caught:  # noqa: F841 - the error, which is kept, holds the library
        Library(path)
    assert [file for file in Path("/proc/self/fd").iterdir() if str(path) in os.path.realpath(file)] == []


def test_a_writer_waits_ten_seconds_for_another_program_and_keeps_its_settings(path):
    with Library(path) as library:
        names = ("busy_timeout", "journal_mode", "wal_autocheckpoint", "synchronous", "cache_size")
        values = {name: library._db.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
    assert values == {
        "busy_timeout": 10_000,
        "journal_mode": "wal",
        "wal_autocheckpoint": 0,
        "synchronous": 1,
        "cache_size": -32_000,
    }


def test_a_transaction_locks_other_writers_out_from_its_start(path):
    with Library(path) as library:
        other = sqlite3.connect(path, isolation_level=None, timeout=0)
        with library.transaction(), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")
        other.close()
