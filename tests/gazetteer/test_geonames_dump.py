from __future__ import annotations

import http.server
import random
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from geomap.errors import GeodataError
from geomap.gazetteer.geonames_dump import install_geonames
from geomap.gazetteer.store import FileGazetteer
from geomap.types import Name
from geomap.web.download import download


def row(number, name, lat, lon, group, code, country, admin1="", admin2="", population=0, alternates=""):
    columns = [number, name, name, alternates, lat, lon, group, code, country, "", admin1, admin2, "", "", population]
    return "\t".join(map(str, [*columns, "", 10, "Etc/UTC", "2024-01-01"]))


PLACES = [
    row(30, "Tegh", 39.55826, 46.48054, "P", "PPL", "AM", "08", "", 2330, "Tekh,tegh,Տեղ"),
    row(10, "Armenia", 40.25, 45.0, "A", "PCLI", "AM", "00", "", 2951776),
    row(20, "Aras", 39.0, 46.0, "H", "STM", "AM"),
    row(7, "Zangezur", 39.2, 46.1, "T", "MTS", "AM"),
]
NAMES = [
    "1\t30\thy\tՏեղ\t1\t\t\t\t\t",
    "2\t30\tru\tТех\t\t\t\t1\t\t",
    "3\t30\tlink\thttps://example.org/Tegh\t\t\t\t\t\t",
    "4\t10\tfr\tArménie\t\t\t\t\t\t",
    "5\t999\ten\tA place that is gone\t\t\t\t\t\t",
]


def pack(folder: Path, places=PLACES, names=NAMES) -> Path:
    folder.mkdir(exist_ok=True)
    for name, lines in (("allCountries", places), ("alternateNamesV2", names)):
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(f"{name}.txt", "\n".join(lines) + "\n")
    return folder


class Handler(http.server.SimpleHTTPRequestHandler):
    """A file server that knows ranges, and hangs up after ``stop_after`` bytes of a file where told to."""

    stop_after: int | None = None
    answer: bytes | None = None
    asked: list[str]

    def do_GET(self):
        if self.answer is not None:
            self.asked.append(self.path)
            self.wfile.write(self.answer)
            return
        data = (Path(self.directory) / self.path.lstrip("/")).read_bytes()
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        self.asked.append(f"{self.path} from {start}")
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.wfile.write(data[start:][: type(self).stop_after])

    def log_message(self, *args):
        pass


@pytest.fixture
def server(tmp_path, socket_enabled) -> Iterator[tuple[str, type[Handler]]]:
    class Here(Handler):
        asked: list[str] = []  # noqa: RUF012

    pack(tmp_path / "served")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Here, directory=str(tmp_path / "served"))) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}", Here
        httpd.shutdown()


def check(folder: Path):
    with FileGazetteer(folder / "geonames.bin") as gazetteer:
        tegh = gazetteer.lookup("Tegh")[0].place
        assert (tegh.id, tegh.kind, tegh.lon, tegh.lat, tegh.country, tegh.admin1, tegh.population) == (
            "gn:30",
            "settlement",
            46.48054,
            39.55826,
            "AM",
            "08",
            2330,
        )
        assert gazetteer.names("gn:30") == (
            Name(text="Tegh"),
            Name(text="Տեղ", language="hy"),
            Name(text="Тех", language="ru", note="historical"),
            Name(text="Tekh"),
        )
        found = {n: [(c.place.id, c.place.kind) for c in gazetteer.lookup(n)] for n in ("Armenie", "Aras", "Zangezur")}
        assert found == {
            "Armenie": [("gn:10", "country")],
            "Aras": [("gn:20", "water")],
            "Zangezur": [("gn:7", "physical")],
        }
        assert len(gazetteer) == 4


def test_a_local_folder_is_built(tmp_path):
    assert install_geonames(pack(tmp_path / "raw"), target=tmp_path / "data" / "geonames.bin") == 4
    check(tmp_path / "data")
    assert [p.name for p in (tmp_path / "data").iterdir()] == ["geonames.bin"]


def test_an_address_is_fetched_and_built(tmp_path, server):
    url, handler = server
    told = []
    install_geonames(url, target=tmp_path / "data" / "geonames.bin", progress=lambda *stage: told.append(stage[0]))
    check(tmp_path / "data")
    assert handler.asked == ["/allCountries.zip from 0", "/alternateNamesV2.zip from 0"]
    assert {"fetch allCountries.zip", "read places and names"} <= set(told)


def test_a_broken_off_fetch_is_resumed_and_never_half_visible(tmp_path, server):
    url, handler = server
    handler.stop_after = 100
    with pytest.raises(GeodataError, match=r"disconnected after 100 .*run it again"):
        install_geonames(url, target=tmp_path / "data" / "geonames.bin")
    assert not (tmp_path / "data" / "geonames.bin").exists()
    handler.stop_after = None
    install_geonames(url, target=tmp_path / "data" / "geonames.bin")
    assert handler.asked[:2] == ["/allCountries.zip from 0", "/allCountries.zip from 100"]
    check(tmp_path / "data")


def spoil(folder: Path, how: str) -> None:
    path = folder / "allCountries.zip"
    if how == "truncated":
        path.write_bytes(path.read_bytes()[:-30])
    elif how == "other columns":
        pack(folder, places=["1\tTegh"])
    elif how == "missing":
        path.unlink()
    elif how == "flipped":
        data = bytearray(path.read_bytes())
        data[60] ^= 0xFF
        path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("truncated", "is truncated or broken"),
        ("flipped", "is truncated or broken"),
        ("other columns", "line 1: has 2 columns"),
        ("missing", "holds neither allCountries.zip nor allCountries.txt"),
    ],
)
def test_bad_sources_are_reported_and_what_was_there_stays(tmp_path, how, says):
    raw = pack(tmp_path / "raw")
    install_geonames(raw, target=tmp_path / "data" / "geonames.bin")
    before = (tmp_path / "data" / "geonames.bin").read_bytes()
    spoil(raw, how)
    with pytest.raises(GeodataError, match=says) as caught:
        install_geonames(raw, target=tmp_path / "data" / "geonames.bin")
    assert "\n" not in str(caught.value)
    assert (tmp_path / "data" / "geonames.bin").read_bytes() == before
    assert [p.name for p in (tmp_path / "data").iterdir()] == ["geonames.bin"]


ODD = {
    "no http": b"220 ready\r\n",
    "nothing": b"",
    "not there": b"HTTP/1.1 404 \x1b[31mgone\r\n\r\n",
    "elsewhere": b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\n\r\n",
    "elsewhere by ftp": b"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/\r\n\r\n",
    "to a file": b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n",
    "to no address": b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n",
    "in a circle": b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
    "headers without end": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200,
    "header too long": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000,
    "absurd chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-f\r\n",
    "chunk cut off": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nPK",
    "absurd length": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 15 + b"\r\n\r\nPK",
    "odd length": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\nPK",
    "no zip": b"HTTP/1.1 200 OK\r\n\r\n<html>",
    "empty": b"HTTP/1.1 200 OK\r\n\r\n",
}


@pytest.mark.parametrize("odd", ODD)
def test_whatever_the_server_sends_is_one_line(tmp_path, server, odd):
    url, handler = server
    handler.answer = ODD[odd]
    with pytest.raises(GeodataError) as caught:
        install_geonames(url, target=tmp_path / "data" / "geonames.bin")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600
    assert "; " in str(caught.value)
    assert "free some room" not in str(caught.value)


def test_no_other_host_is_asked(tmp_path, server):
    url, handler = server
    handler.answer = ODD["elsewhere"]
    with pytest.raises(GeodataError) as caught:
        install_geonames(url, target=tmp_path / "data" / "geonames.bin")
    message = "redirects to http://10.0.0.1/; give that URL if it is correct"
    assert str(caught.value) == f"{url}/allCountries.zip: {message}"


def test_a_server_that_sends_without_end_is_given_up(tmp_path, server):
    url, handler = server
    handler.answer = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(200_000)
    with pytest.raises(GeodataError, match=r"has more than 100,000 bytes; check the URL$"):
        download(f"{url}/x", tmp_path / "x", n_bytes=100_000, check_room=lambda _: None, progress=lambda *_: None)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (row("²", "Tegh", 39, 46, "P", "PPL", "AM"), "line 1: is no place (id, latitude, longitude)"),
        (row(5_000_000_000, "Tegh", 39, 46, "P", "PPL", "AM"), "line 1: is no place (id, latitude, longitude)"),
        (row(1, "Tegh", "nan", 46, "P", "PPL", "AM"), "line 1: is no place (id, latitude, longitude)"),
        (row(1, "Tegh", 39, "1e999", "P", "PPL", "AM"), "line 1: is no place (id, latitude, longitude)"),
        (row(1, "Tegh", "north", 46, "P", "PPL", "AM"), "line 1: is no place (id, latitude, longitude)"),
        ("x" * 1_100_000, "a line has more than a million bytes"),
        ("x" * 40_000_000, "it decompresses to more than 50 times its size"),
        ("", "is empty"),
    ],
)
def test_a_row_that_is_no_place_is_reported(tmp_path, line, says):
    raw = pack(tmp_path / "raw", places=[line])
    if line == "x" * 1_100_000:
        (raw / "allCountries.zip").unlink()
        (raw / "allCountries.txt").write_text(line)
    with pytest.raises(GeodataError) as caught:
        install_geonames(raw, target=tmp_path / "data" / "geonames.bin")
    assert says in str(caught.value)
    assert list((tmp_path / "data").iterdir()) == []


def test_the_earth_has_more_people_than_a_place_can_hold_and_names_hold_no_control_characters(tmp_path):
    places = [
        row(1, "Ear\x00th\x1b", 0, 0, "L", "AREA", "", population=6_814_400_000),
        row(2, "Tegh", 39, 46, "P", "PPL", "AM", population=-5),
        row(3, "Goris", 39, 46, "P", "PPL", "AM", population="²"),
    ]
    raw = pack(tmp_path / "raw", places, ["²\t1\ten\tWo\x00rld\t\t\t\t\t\t"])
    assert install_geonames(raw, target=tmp_path / "data" / "geonames.bin") == 3
    with FileGazetteer(tmp_path / "data" / "geonames.bin") as gazetteer:
        assert [gazetteer.place(f"gn:{i}").population for i in (1, 2, 3)] == [0xFFFFFFFF, 0, 0]
        assert [n.text for n in gazetteer.names("gn:1")] == ["Earth", "World"]


def test_damaged_zips_are_one_line(tmp_path):
    """Bytes flipped anywhere: a zip has many ways to be wrong."""
    drawn = random.Random(3)  # noqa: S311
    message = []
    for number in range(100):
        raw = pack(tmp_path / f"raw{number}")
        path = raw / drawn.choice(["allCountries.zip", "alternateNamesV2.zip"])
        data = bytearray(path.read_bytes())
        for _ in range(drawn.choice((1, 3))):
            data[drawn.randrange(len(data))] = drawn.randrange(256)
        path.write_bytes(data[: drawn.choice((None, None, drawn.randrange(len(data))))])
        try:
            install_geonames(raw, target=tmp_path / "data" / "geonames.bin")
        except GeodataError as error:
            message.append(str(error))
    assert [line for line in message if not line.isprintable()] == []
    assert len(message) > 50


def test_a_full_disk_is_reported_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with pytest.raises(GeodataError, match=r"needs .* GB and has 0\.0 GB free"):
        install_geonames(pack(tmp_path / "raw"), target=tmp_path / "data" / "geonames.bin")
    assert list((tmp_path / "data").iterdir()) == []


def test_an_address_that_is_none_is_refused(tmp_path):
    with pytest.raises(GeodataError, match="is not an http URL"):
        install_geonames("ftp://example.org/", target=tmp_path / "data" / "geonames.bin")
