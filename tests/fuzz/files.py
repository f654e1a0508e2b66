"""Fuzzers of the files that an owner keeps: gazetteer, manifest, corrections, settings, lexicon, places of one's own."""

import struct
import tempfile
import zlib
from pathlib import Path

from geomap.annotation.event_lexicon import load_lexicon
from geomap.editorial.corrections import parse_corrections, write_correction
from geomap.errors import GeodataError, GeomapError
from geomap.gazetteer.store import FileGazetteer
from geomap.manifest import open_geodata
from geomap.project.config import parse_settings
from geomap.user_data.paths import OWN
from geomap.user_data.places import add_places
from tests.fuzz.told import in_one_line
from tests.fuzz.toys import gazetteer_bytes


def gazetteer(data):
    """A gazetteer file that is not one is refused; one that was altered under its digest may fail, but ends."""
    whole = bytearray(gazetteer_bytes())
    if data[:1] == b"!":
        whole = bytearray(data[1:])
    else:
        for at in range(0, len(data) - 2, 3):
            whole[int.from_bytes(data[at : at + 2], "big") % len(whole)] ^= data[at + 2]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gazetteer.bin"
        path.write_bytes(whole)
        try:
            opened = FileGazetteer(path)
        except GeodataError:
            return
        for ask in (
            lambda: opened.lookup("Springfield"),
            lambda: opened.names("gn:21"),
            lambda: opened.near(2, 2, km=50),
        ):
            try:
                ask()
            except (GeomapError, ValueError, IndexError, KeyError, TypeError, zlib.error, struct.error):
                continue  # its digest is checked before it is opened: who gets here has altered it in memory
        opened.close()


def manifest(data):
    """A manifest opens or is refused in one line."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "manifest.toml").write_bytes(data)
        try:
            open_geodata(Path(folder)).attributions()
        except GeodataError as error:
            in_one_line(error)


def corrections(data):
    """A corrections file is read or refused in one line, and what is read is written back the same."""
    try:
        found = parse_corrections(data.decode("utf-8", "replace"), where="where")
    except GeomapError as error:
        in_one_line(error)
        return
    for one in found:
        assert parse_corrections(write_correction(one), where="where") == (one,)


def settings(data):
    """A project's settings are read or refused in one line."""
    try:
        parse_settings(data.decode("utf-8", "replace"), where="where")
    except GeomapError as error:
        in_one_line(error)


def lexicon(data):
    """A lexicon of events is read or refused in one line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.toml"
        path.write_bytes(data)
        try:
            load_lexicon(path)
        except GeomapError as error:
            in_one_line(error)


def own_table(data):
    """A table of places of one's own becomes a gazetteer of as many, or is refused in one line, and nothing is written."""
    _own(data, "places.csv")


def own_shapes(data):
    """The same of a file of shapes."""
    _own(data, "places.geojson")


def _own(data, name):
    with tempfile.TemporaryDirectory() as folder:
        path, kept = Path(folder) / name, Path(folder) / "data"
        path.write_bytes(data)
        try:
            n_places = add_places(path, folder=kept)
        except GeodataError as error:
            in_one_line(error)
            assert not (kept / OWN).exists()
            return
        with FileGazetteer(kept / OWN) as opened:
            assert len(opened) == n_places
        assert add_places(path, folder=kept) == n_places
