"""The toy gazetteer, built once a process."""

import tempfile
from functools import cache
from pathlib import Path

from geomap.gazetteer.store import FileGazetteer
from geomap.gazetteer.writer import build_gazetteer
from tests.support.toy import toy_entries


@cache
def gazetteer_bytes():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gazetteer.bin"
        build_gazetteer(path, toy_entries())
        return path.read_bytes()


@cache
def toy_gazetteer():
    path = Path(tempfile.mkdtemp()) / "gazetteer.bin"
    path.write_bytes(gazetteer_bytes())
    return FileGazetteer(path)
