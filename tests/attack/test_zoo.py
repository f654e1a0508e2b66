"""Every reader over the zoo: an article or one line, within the limits of time and memory, from the bytes to the reports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attack.zoo import animals

pytestmark = [pytest.mark.geodata, pytest.mark.slow]

MOST_SECONDS = 30
"""Of CPU, the parser's included: the machine may be busy with other things."""
MOST_KB = 1_000_000

KEEPER = """
import json, resource, sys, time
from pathlib import Path
from geomap.ingest.readers import load_articles
from geomap.api import geoparse
from geomap.pipeline import report
from geomap.resources import open_resources
from geomap.types import Article

def spent():
    return sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

resources = open_resources()
for path in sorted(Path(sys.argv[1]).iterdir()):
    began = spent()
    found = list(load_articles([path]))
    done = [geoparse(one, resources=resources) for one in found if isinstance(one, Article)]
    if done:
        report(done, resources=resources)
    lines = [str(one) for one in found if not isinstance(one, Article)]
    # Its own peak from /proc: what getrusage says of a process includes the one that started it.
    memory = max(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(json.dumps([path.name, spent() - began, memory, len(done), lines]), flush=True)
"""


def test_every_animal_is_an_article_or_a_line_in_time(tmp_path: Path):
    zoo = animals()
    for name, data in zoo.items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", KEEPER, str(tmp_path)], cwd=tmp_path.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows = {row[0]: row[1:] for row in map(json.loads, done.stdout.splitlines())}
    assert sorted(rows) == sorted(zoo)
    assert {name: row[0] for name, row in rows.items() if row[0] > MOST_SECONDS} == {}
    assert {name: row[1] for name, row in rows.items() if row[1] > MOST_KB} == {}
    assert [name for name, (_, _, n_articles, lines) in rows.items() if not n_articles and not lines] == []
    assert [line for row in rows.values() for line in row[3] if not line.isprintable()] == []
