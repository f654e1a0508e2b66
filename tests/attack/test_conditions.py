"""Every command under bad conditions: one line, a documented exit code, no traceback, nothing half written.

``attack`` runs commands and conditions that chance chooses, ``matrix`` every command under every condition; the tests
run a small part of them, and what has an exact answer.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.geodata

ROOT = Path(__file__).parents[2]
PYTHON = [sys.executable, "-m", "geomap"]
TEXT = "Families reach Goris\n\nFamilies left Goris for Sisian, in Armenia, on Monday. In Tegh the road was closed.\n"
PAGE = f"<html><head><title>The road</title></head><body><article>{f'<p>{TEXT}</p>' * 6}</article></body></html>"
GOLD = {"id": "a", "text": "Cars left Goris.", "toponyms": [{"start": 10, "end": 15, "lat": 39.5, "lon": 46.3}]}
SHAPE = '{"type":"Feature","properties":{"name":"Dorf"},"geometry":{"type":"Point","coordinates":[46.3,39.5]}}'

COMMANDS: dict[str, list[str]] = {
    "help": ["--help"],
    "map": ["map", "a.txt", "-o", "new/map.html"],
    "map-also": ["map", "a.txt", "b.html", "--also", "geojson,gpkg,png"],
    "map-stdout": ["map", "a.txt", "-o", "-"],
    "map-dataset": ["map", "dataset", "-o", "map.html"],
    "places": ["places", "a.txt", "b.html"],
    "places-jsonl": ["places", "articles", "--format", "jsonl"],
    "places-stdin": ["places", "-", "--format", "csv"],
    "export": ["export", "a.txt", "--format", "gpkg", "-o", "places.gpkg"],
    "export-stdout": ["export", "a.txt", "--format", "geojson", "-o", "-"],
    "lookup": ["lookup", "Ереван"],
    "lookup-jsonl": ["lookup", "San", "-n", "2000", "--format", "jsonl"],
    "explain": ["explain", "a.txt", "Tegh"],
    "focus": ["focus", "a.txt", "-"],
    "gazetteer-info": ["gazetteer", "info"],
    "gazetteer-verify": ["gazetteer", "verify"],
    "gazetteer-add": ["gazetteer", "add", "mine.csv"],
    "gazetteer-shapes": ["gazetteer", "add", "mine.geojson"],
    "gazetteer-install": ["gazetteer", "install", "geonames", "--from", "geonames"],
    "evaluate": ["evaluate", "gold.jsonl", "--boot", "10", "--errors", "errors.txt", "--predictions", "answers.jsonl"],
    "evaluate-ceiling": ["evaluate", "ceiling", "gold.jsonl", "--missing", "missing.tsv"],
    "evaluate-corrections": ["evaluate", "corrections", "project"],
    "init": ["init", "story"],
    "add": ["add", "-C", "project", "b.html"],
    "build": ["build", "-C", "project"],
    "status": ["status", "-C", "project"],
    "status-json": ["status", "-C", "project", "--format", "json"],
    "correct": ["correct", "Tegh", "-C", "project", "--place", "gn:616062"],
    "batch": ["batch", "news.jsonl", "--out", "out", "--workers", "1"],
}
WITHOUT_PRIVILEGE = '[ $(id -u) != 0 ] || set -- setpriv --bounding-set=-all --inh-caps=-all "$@"'
"""Root may write where nobody may; without capabilities it may not."""
CONDITIONS: dict[str, tuple[str, str]] = {
    "stdin closed": ("", "<&-"),
    "stdout closed": ("", ">&-"),
    "stderr closed": ("", "2>&-"),
    "stdin and stdout closed": ("", "<&- >&-"),
    "all closed": ("", "<&- >&- 2>&-"),
    "stdin is written only": ("", "0>/dev/null"),
    "stdout is read only": ("", "1</dev/null"),
    "stdout full": ("", ">/dev/full"),
    "stderr full": ("", "2>/dev/full"),
    "both full": ("", ">/dev/full 2>/dev/full"),
    "no HOME": ("unset HOME", ""),
    "HOME empty": ("export HOME=", ""),
    "HOME relative": ("export HOME=home", ""),
    "HOME a file": ("export HOME=$PWD/a.txt", ""),
    "HOME missing": ("export HOME=/nowhere/at/all", ""),
    "no environment": ("for name in $(compgen -e); do unset $name; done", ""),
    "XDG relative": ("export XDG_DATA_HOME=data", ""),
    "XDG long": ("export XDG_DATA_HOME=/$(printf %0300d 1)", ""),
    "GEOMAP_DATA a file": ("export GEOMAP_DATA=$PWD/a.txt", ""),
    "TMPDIR missing": ("export TMPDIR=/nowhere/at/all", ""),
    "little memory": ("ulimit -v 60000", ""),
    "300 MB": ("ulimit -v 300000", ""),
    "1 GB": ("ulimit -v 1000000", ""),
    "8 files": ("ulimit -n 8", ""),
    "16 files": ("ulimit -n 16", ""),
    "32 files": ("ulimit -n 32", ""),
    "no file may grow": ("ulimit -f 0", ""),
    "files of 1 kB": ("ulimit -f 1", ""),
    "files of 100 kB": ("ulimit -f 100", ""),
    "2 seconds": ("ulimit -t 2", ""),
    "C": ("export LC_ALL=C", ""),
    "C without coercion": ("export LC_ALL=C PYTHONCOERCECLOCALE=0 PYTHONUTF8=0", ""),
    "no such locale": ('set -- env LC_ALL=xx_YY.KOI9 LANG=x "$@"', ""),
    "ascii": ("export PYTHONIOENCODING=ascii", ""),
    "latin-1": ("export PYTHONIOENCODING=latin-1", ""),
    "HOME closed": (f"mkdir home; chmod 0 home; export HOME=$PWD/home; {WITHOUT_PRIVILEGE}", ""),
    "folders read-only": (f"chmod 555 . project project/articles project/output; {WITHOUT_PRIVILEGE}", ""),
    "folder removed": ("mkdir gone; cd gone; rmdir ../gone", ""),
}
HOMELESS = {"no HOME", "HOME empty", "HOME relative", "no environment"}
"""Conditions under which geomap finds the home of whoever runs the tests, where these must write nothing."""
MUTE = {"stderr closed", "all closed", "stderr full", "both full"}
LEFTOVERS = (".part", ".tmp")
FOLDERS = (".own-", ".gazetteer-", ".geonames-")


def workplace(folder: Path) -> Path:
    """Make what every command reads: articles, a built project, a dataset, places of one's own, a corpus."""
    work = folder / "work"
    (work / "articles").mkdir(parents=True)
    for name in ("a.txt", "articles/a.txt"):
        (work / name).write_text(TEXT)
    for name in ("b.html", "articles/b.html"):
        (work / name).write_text(PAGE)
    (work / "articles" / "c.eml").write_text(f"Subject: The road\r\nFrom: desk@e.org\r\n\r\n{TEXT}")
    shutil.copy(ROOT / "tests" / "fuzz" / "corpus" / "pdf" / "plain", work / "articles" / "f.pdf")
    (work / "news.jsonl").write_text("".join(json.dumps({"text": f"{TEXT} {n}"}) + "\n" for n in range(3)))
    (work / "gold.jsonl").write_text(json.dumps(GOLD) + "\n")
    (work / "mine.csv").write_text("name,lat,lon\nDorf,39.5,46.3\n")
    (work / "mine.geojson").write_text(f'{{"type":"FeatureCollection","features":[{SHAPE}]}}')
    (work / "geonames").mkdir()
    line = ["1", "Dorf", "Dorf", "", "39.5", "46.3", "P", "PPL", "AM", "", "", "", "", "", "10", "", "", "", ""]
    (work / "geonames" / "allCountries.txt").write_text("\t".join(line) + "\n")
    (work / "geonames" / "alternateNamesV2.txt").write_text("")
    for command in (
        ["init", "project"],
        ["add", "-C", "project", "a.txt"],
        ["build", "-C", "project"],
        ["correct", "Sisian", "-C", "project", "--none"],
        ["batch", "news.jsonl", "--out", "dataset", "--workers", "1"],
    ):
        subprocess.run([*PYTHON, *command], cwd=work, env=environment(work), check=True, capture_output=True)
    (work / "project" / "articles" / "new.txt").write_text(TEXT.replace("Monday", "Sunday"))
    return work


def environment(work: Path) -> dict[str, str]:
    kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "LANG") if key in os.environ}
    return kept | {"HOME": str(work.parent / "home"), "PYTHONDONTWRITEBYTECODE": "1"}


def fresh(work: Path, folder: Path) -> Path:
    """Return a copy of the workplace below ``folder``."""
    target = Path(tempfile.mkdtemp(dir=folder)) / "work"
    shutil.copytree(work, target)
    return target


def remove(work: Path) -> None:
    """Remove a copy, of whose folders some may be closed."""
    for folder in (work, *work.glob("*/"), *work.glob("project/*/")):
        folder.chmod(0o700)
    shutil.rmtree(work.parent)


def start(command: list[str], condition: str, *, work: Path) -> subprocess.Popen[bytes]:
    """Start a command under a condition; its streams are pipes where the condition says nothing else."""
    setup, streams = CONDITIONS[condition] if condition else ("", "")
    shell = f'{setup or ":"}; exec "$@" {streams}'
    return subprocess.Popen(
        ["bash", "-c", shell, "bash", *PYTHON, *command],
        cwd=work,
        env=environment(work),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=hear_signals,  # noqa: PLW1509 - no thread is running here
    )


def faults(name: str, condition: str, code: int, out: bytes, err: bytes, work: Path) -> list[str]:
    """Return what is wrong with how a command ended."""
    lines = err.decode("utf-8", "backslashreplace").splitlines()
    is_heard = condition not in MUTE
    found = [f"leaves {path}" for path in leftovers(work)]
    if code not in (0, 1, 2, 3, 130):
        found.append(f"exit code {code}")
    if any(word in err for word in (b"Traceback", b"Exception ignored", b"Error in")):
        found.append(f"traceback: {lines[-1]}")
    elif code == 0:
        found += [f"succeeds, and says {lines[:3]}"] if lines else []
        found += ["succeeds, and prints nothing"] if not out else []
    elif is_heard and code == 2:
        found += [f"says {lines}"] if not lines or not lines[-1].startswith("Error: ") else []
    elif is_heard:
        found += [f"says {lines}"] if not lines or not all(line.startswith("geomap: ") for line in lines) else []
    return found


def leftovers(work: Path) -> Iterator[str]:
    for path in sorted(work.parent.rglob("*")):
        if path.name.endswith(LEFTOVERS) or path.name.startswith(FOLDERS):
            yield str(path.relative_to(work.parent))
        elif path.suffix == ".html" and path.name != "b.html" and b"</html>" not in path.read_bytes()[-20:]:
            yield f"half of {path.relative_to(work.parent)}"
        elif path.suffix in (".geojson", ".json") and path.name != "mine.geojson":
            try:
                json.loads(path.read_bytes())
            except ValueError:
                yield f"half of {path.relative_to(work.parent)}"


def tried(name: str, condition: str, *, work: Path, folder: Path) -> list[str]:
    """Run one command under one condition; return what is wrong with how it ended."""
    if condition in HOMELESS and name in ("gazetteer-add", "gazetteer-shapes", "gazetteer-install"):
        return []
    own = fresh(work, folder)
    process = start(COMMANDS[name], condition, work=own)
    try:
        out, err = process.communicate(input=TEXT.encode(), timeout=120)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return ["hangs"]
    found = faults(name, condition, process.returncode, out, err, own)
    remove(own)
    return [f"{name}, {condition}: {one}" for one in found]


def stopped(name: str, number: signal.Signals, delay: float, *, work: Path, folder: Path) -> list[str]:
    """Send a command a signal after ``delay`` seconds; return what is wrong with how it ended.

    Before geomap is loaded Python answers, and when all is done the system does, as each would for any program.
    """
    own = fresh(work, folder)
    process = start(COMMANDS[name], "", work=own)
    if process.stdin:
        process.stdin.close()
        process.stdin = None
    time.sleep(delay)
    os.kill(process.pid, number)
    try:
        out, err = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return [f"{name}, {number.name} after {delay:.2f} s: hangs"]
    code = process.returncode
    is_early = code == -number or (b'File "<frozen' in err and b"geomap/cli/process.py" not in err)
    found = leftovers(own) if is_early else faults(name, "", code, out or b"-", err, own)
    remove(own)
    return [f"{name}, {number.name} after {delay:.2f} s: {one}" for one in found]


def matrix(folder: Path) -> list[str]:
    """Run every command under every condition; return the faults found."""
    work = workplace(folder)
    return [
        fault
        for name in COMMANDS
        for condition in CONDITIONS
        for fault in tried(name, condition, work=work, folder=folder)
    ]


def attack(seed: int, n: int) -> list[str]:
    """Try ``n`` commands that chance chooses, under a condition or with a signal; return the faults found."""
    chance = random.Random(seed)  # noqa: S311 - the same faults for the same seed
    found: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work = workplace(folder)
        for _ in range(n):
            command = chance.choice(list(COMMANDS))
            if chance.random() < 0.5:
                found += tried(command, chance.choice(list(CONDITIONS)), work=work, folder=folder)
            else:
                number = chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
                found += stopped(command, number, chance.uniform(0.05, 2.5), work=work, folder=folder)
    return found


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workplace(tmp_path_factory.mktemp("conditions"))


LOST = "geomap: standard output: cannot be written ({}); write to a file, or free disk space"
CLOSED = LOST.format("Bad file descriptor")
NO_ROOM = LOST.format("No space left on device")
READ_ONLY = "geomap: {}: cannot be written (its folder is read-only); choose another place with -o"
MEMORY = "geomap: the limit on memory is 307 MB, and geomap needs 1,000 MB of address space; raise it (ulimit -v)"
FILES = "geomap: the limit on open files is 8, and geomap needs 32; raise it (ulimit -n)"
TOLD = {
    ("places", "stdout closed"): (1, CLOSED),
    ("map-stdout", "stdout closed"): (1, CLOSED),
    ("help", "stdin and stdout closed"): (1, CLOSED),
    ("status", "stdout is read only"): (1, CLOSED),
    ("lookup-jsonl", "stdout full"): (1, NO_ROOM),
    ("export-stdout", "stdout full"): (1, NO_ROOM),
    ("help", "stdout full"): (1, NO_ROOM),
    ("lookup", "all closed"): (1, ""),
    ("focus", "both full"): (1, ""),
    ("places-stdin", "stdin closed"): (
        1,
        "geomap: -: standard input is not open; give a file instead",
    ),
    ("places-stdin", "stdin is written only"): (
        1,
        "geomap: standard input: cannot be read (Bad file descriptor); give a file instead",
    ),
    ("map", "300 MB"): (1, MEMORY),
    ("map-dataset", "300 MB"): (1, MEMORY),
    ("build", "300 MB"): (1, MEMORY),
    ("batch", "300 MB"): (1, MEMORY),
    ("places", "8 files"): (1, FILES),
    ("map", "no file may grow"): (
        1,
        "geomap: new/map.html: cannot be written (File too large); choose another place with -o",
    ),
    ("export", "folders read-only"): (1, READ_ONLY.format("places.gpkg")),
    ("batch", "folders read-only"): (1, READ_ONLY.format("{work}/out/summary.json")),
    ("gazetteer-add", "HOME missing"): (0, ""),
    ("gazetteer-add", "HOME a file"): (
        1,
        "geomap: {work}/a.txt/.local/share/geomap: cannot be written (Not a directory); name another folder with GEOMAP_DATA",
    ),
    ("lookup", "HOME closed"): (0, ""),
    ("gazetteer-info", "no environment"): (0, ""),
    ("lookup", "latin-1"): (0, ""),
    ("lookup-jsonl", "C without coercion"): (0, ""),
    ("explain", "1 GB"): (0, ""),
}


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full and the limits of Linux")
@pytest.mark.parametrize(("name", "condition"), TOLD, ids=[", ".join(key) for key in TOLD])
def test_a_condition_costs_a_line_and_an_exit_code(work: Path, tmp_path: Path, name: str, condition: str):
    own = fresh(work, tmp_path)
    process = start(COMMANDS[name], condition, work=own)
    _, err = process.communicate(input=TEXT.encode(), timeout=60)
    code, line = TOLD[name, condition]
    assert (process.returncode, err.decode()) == (code, line.replace("{work}", str(own)) + "\n" if line else "")
    assert list(leftovers(own)) == []
    remove(own)


def hear_signals() -> None:
    """Undo what a shell does to the processes that it starts in the background: they ignore SIGINT."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def waiting(work: Path, setup: str = ":") -> subprocess.Popen[bytes]:
    """Start a command that waits for an article, and return it when it does."""
    process = subprocess.Popen(
        ["bash", "-c", f'{setup}; exec "$@"', "bash", *PYTHON, "places", "-"],
        cwd=work,
        env=environment(work),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_signals,  # noqa: PLW1509 - no thread is running here
    )
    waits = Path(f"/proc/{process.pid}/wchan")
    while "pipe" not in waits.read_text() or b"geomap" not in Path(f"/proc/{process.pid}/cmdline").read_bytes():
        time.sleep(0.05)
    return process


SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", SIGNALS, ids=lambda one: one.name)
def test_a_signal_ends_a_command_in_one_line(work: Path, number: signal.Signals):
    process = waiting(work)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"geomap: stopped\n")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_what_nohup_ignores_stays_ignored(work: Path):
    process = waiting(work, "trap '' HUP INT")
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(input=TEXT.encode(), timeout=60)
    assert (process.returncode, b"Goris" in out, err) == (0, True, b"")


def test_a_library_that_is_stopped_while_it_is_loaded_prints_nothing(work: Path, tmp_path: Path):
    """NumPy's C code prints the exception that stops, and raises another: several moments are tried."""
    found = [
        fault
        for delay in (0.15, 0.25, 0.35, 0.45)
        for fault in stopped("gazetteer-add", signal.SIGTERM, delay, work=work, folder=tmp_path)
    ]
    assert found == []


NOT_UTF8 = {
    (
        "map",
        "a.txt",
        "-o",
        "x.html",
        "--title",
        b"\xff",
    ): "Invalid value for '--title': is not UTF-8; give text in UTF-8",
    ("lookup", b"\xff"): "Invalid value for 'NAME': is not UTF-8; give text in UTF-8",
    ("init", "story", "--title", b"\xff"): "Invalid value for '--title': is not UTF-8; give text in UTF-8",
    ("correct", b"\xff", "-C", "project", "--none"): "Invalid value for 'NAME': is not UTF-8; give text in UTF-8",
}


@pytest.mark.parametrize("arguments", NOT_UTF8, ids=lambda given: given[0])
def test_a_text_that_is_not_utf8_is_wrong_usage(work: Path, arguments: tuple[str | bytes, ...]):
    done = subprocess.run([*PYTHON, *arguments], cwd=work, env=environment(work), capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode().splitlines()[-1]) == (2, f"Error: {NOT_UTF8[arguments]}")


def test_a_path_that_is_not_utf8_is_printed_as_it_is(work: Path):
    path = b"\xff\n\x1b[31m.csv"
    command = [*PYTHON, "export", "a.txt", "--format", "csv", "-o", path]
    done = subprocess.run(command, cwd=work, env=environment(work), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, path + b"\n", b"")
    (work / os.fsdecode(path)).unlink()
    done = subprocess.run([*PYTHON, "focus", path], cwd=work, env=environment(work), capture_output=True, check=False)
    assert (done.returncode, done.stderr.count(b"\n"), b"\x1b" in done.stderr) == (1, 1, False)


@pytest.mark.parametrize("output", ["-", "/dev/stdout", "/proc/self/fd/1"])
def test_a_map_goes_to_standard_output(work: Path, output: str):
    command = [*PYTHON, "map", "a.txt", "-o", output]
    done = subprocess.run(command, cwd=work, env=environment(work), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (done.stdout[:15], done.stdout.rstrip()[-7:]) == (b"<!DOCTYPE html>", b"</html>")


@pytest.mark.slow
def test_chance_finds_no_fault():
    assert attack(seed=1, n=6) == []
