"""What a command asks of the system, by strace: where it connects, which files it changes."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

CALLS = (
    "connect,sendto,sendmsg,sendmmsg,listen,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,"
    "symlink,symlinkat,unlink,unlinkat,truncate,mknod,mknodat,chmod,fchmodat,rmdir"
)
_CALL = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= (-?\d+)")
_INTERNET = re.compile(r"sa_family=AF_(?!UNIX|NETLINK)\w+")
_QUOTED = re.compile(r'(?:AT_FDCWD|\d+)?(?:<([^>]*)>)?(?:, )?"((?:[^"\\]|\\.)*)"')
_WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What one command did, its children included."""

    returncode: int
    stdout: str
    stderr: str
    connections: tuple[str, ...]
    """Calls that reach for a network, or wait for one."""
    written: frozenset[str]
    """Absolute paths of files that were made, changed or removed."""

    def outside(self, *folders: Path | str) -> list[str]:
        """Return what was changed that lies below none of ``folders``."""
        inside = tuple(f"{os.path.realpath(folder)}/" for folder in folders)
        return sorted(path for path in self.written if not f"{path}/".startswith(inside))


def traced(command: list[str], *, cwd: Path, env: dict[str, str], stdin: bytes = b"") -> Trace:
    """Run a command to its end and return what it did."""
    log = cwd.parent / f"{cwd.name}.strace"
    done = subprocess.run(
        ["strace", "-f", "-y", "--seccomp-bpf", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(log), *command],
        cwd=cwd,
        env=env,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=300,
    )
    connections, written = [], set()
    for line in joined(log.read_text(errors="replace").splitlines()):
        call = _CALL.match(line)
        if not call:
            continue
        name, arguments, result = call[1], call[2], int(call[3])
        if name in ("connect", "listen") or name.startswith("send"):
            if (name in ("connect", "listen") and "nscd/socket" not in arguments) or _INTERNET.search(arguments):
                connections.append(line)
        elif result >= 0 and (not name.startswith("open") or _WRITES.search(arguments.rpartition('"')[2])):
            written |= paths(arguments, cwd=cwd)
    return Trace(
        returncode=done.returncode,
        stdout=done.stdout.decode(errors="replace"),
        stderr=done.stderr.decode(errors="replace"),
        connections=tuple(connections),
        written=frozenset(written),
    )


def joined(lines: list[str]) -> list[str]:
    """Return the log's lines with calls that another thread interrupted put together again."""
    begun: dict[tuple[str, str], str] = {}
    found = []
    for line in lines:
        pid = line.split(None, 1)[0]
        if line.endswith("<unfinished ...>"):
            name = line.split(None, 1)[1].partition("(")[0]
            begun[pid, name] = line.removesuffix("<unfinished ...>").rstrip()
        elif resumed := re.match(r"\d+\s+<\.\.\. (\w+) resumed>(.*)", line):
            found.append(begun.pop((pid, resumed[1]), "") + resumed[2])
        else:
            found.append(line)
    return found


def paths(arguments: str, *, cwd: Path) -> set[str]:
    """Return the paths among a call's arguments, absolute; those of /dev and /proc are no files."""
    found = set()
    for folder, name in _QUOTED.findall(arguments):
        path = os.path.realpath(os.path.join(folder or cwd, name))  # noqa: PTH118
        if not path.startswith(("/dev/", "/proc/")):
            found.add(path)
    return found
