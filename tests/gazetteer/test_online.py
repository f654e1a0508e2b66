from __future__ import annotations

import http.server
import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from urllib.parse import parse_qs, urlparse

import pytest

from geomap.errors import GeodataError
from geomap.gazetteer.online import MOST_BYTES, Geocoder, OnlineGazetteer, open_geocoder
from geomap.types import Name, Place
from geomap.web.fetch import USER_AGENT

NOMINATIM = {
    "osm_type": "node",
    "osm_id": 42,
    "lat": "39.5",
    "lon": "46.25",
    "name": "Karahunj",
    "display_name": "Karahunj, Goris, Armenia",
    "addresstype": "village",
    "address": {"country_code": "am"},
}
PHOTON = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [46.25, 39.5]},
    "properties": {"osm_type": "N", "osm_id": 42, "name": "Karahunj", "osm_value": "village", "countrycode": "AM"},
}
PLACE = Place(id="osm:n42", name="Karahunj", kind="settlement", lon=46.25, lat=39.5, country="AM")


class Service:
    def __init__(self):
        self.asked, self.agents, self.status = [], [], 200
        self.body: bytes | None = None
        self.headers: dict[str, str] = {}
        self.times: list[float] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                url = urlparse(self.path)
                name = parse_qs(url.query)["q"][0]
                outer.asked.append(name)
                outer.times.append(time.monotonic())
                outer.agents.append(self.headers["User-Agent"])
                photon = url.path.startswith("/api")
                hits = [PHOTON if photon else NOMINATIM] if name == "Karahunj" else []
                body = json.dumps({"type": "FeatureCollection", "features": hits} if photon else hits).encode()
                body = body if outer.body is None else outer.body
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(body)))
                for key, value in outer.headers.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.reached = {
            "domain": f"127.0.0.1:{self.http.server_port}",
            "scheme": "http",
            "allowed": ("127.0.0.1/32",),
        }


@pytest.fixture
def service(socket_enabled) -> Iterator[Service]:
    service = Service()
    yield service
    service.http.shutdown()
    service.http.server_close()


@pytest.mark.parametrize("name", ["nominatim", "photon"])
def test_a_name_is_asked_once_under_our_own_name_and_kept_on_disk(tmp_path, service, name):
    for _ in range(2):
        geocoder = open_geocoder(name, cache=tmp_path / "cache.sqlite", **service.reached)
        assert geocoder.find("Karahunj") == PLACE
        assert geocoder.find("KARAHUNJ") == PLACE
    assert service.asked == ["Karahunj"]
    assert service.agents == [USER_AGENT]


def test_no_such_place_is_kept_too(tmp_path, service):
    geocoder = open_geocoder("nominatim", cache=tmp_path / "cache.sqlite", **service.reached)
    assert [geocoder.find("Atlantis"), geocoder.find("Atlantis")] == [None, None]
    assert service.asked == ["Atlantis"]


def test_a_failing_service_is_left_alone_and_its_failure_forgotten(tmp_path, service):
    service.status = 503
    geocoder = open_geocoder("nominatim", cache=tmp_path / "cache.sqlite", **service.reached)
    assert [geocoder.find("Karahunj"), geocoder.find("Goris")] == [None, None]
    assert service.asked == ["Karahunj"]
    service.status = 200
    again = open_geocoder("nominatim", cache=tmp_path / "cache.sqlite", **service.reached)
    assert again.find("Karahunj") == PLACE


def test_requests_keep_their_distance(tmp_path):
    now, waited = [0.0], []

    def sleep(seconds):
        waited.append(round(seconds, 3))
        now[0] += seconds

    geocoder = Geocoder(
        lambda _: None, service="photon", cache=tmp_path / "c.sqlite", clock=lambda: now[0], sleep=sleep
    )
    for name in ("One", "Two", "Three"):
        geocoder.find(name)
        now[0] += 0.4
    assert waited == [0.7, 0.7]


def test_only_names_unknown_here_are_asked_and_the_place_states_where_it_is_from(tmp_path, service, toy_gazetteer):
    geocoder = open_geocoder("nominatim", cache=tmp_path / "cache.sqlite", **service.reached)
    gazetteer = OnlineGazetteer(toy_gazetteer, geocoder)
    assert [c.place.id for c in gazetteer.lookup("Springfield")] == ["gn:22", "gn:21"]
    assert gazetteer.lookup("Springfield", country="CC") == ()
    assert service.asked == []
    assert [c.place for c in gazetteer.lookup("Karahunj")] == [PLACE]
    assert gazetteer.place("osm:n42") == PLACE
    assert gazetteer.names("osm:n42") == (
        Name(text="Karahunj", note="found online, © OpenStreetMap contributors, ODbL"),
    )
    assert not gazetteer.knows("Karahunj")
    assert gazetteer.names("gn:1")[0].text == "Aland"


BAD = {
    "no json": b"<html>",
    "nested": b"[" * 100_000,
    "number": b"5",
    "null": b"null",
    "list of numbers": b"[1]",
    "not a number": json.dumps([NOMINATIM | {"lat": "nan", "lon": "1e999"}]).encode(),
    "no point": json.dumps([{k: v for k, v in NOMINATIM.items() if k != "lat"}]).encode(),
    "a point of objects": json.dumps([NOMINATIM | {"lat": {}, "lon": []}]).encode(),
    "no id": json.dumps([NOMINATIM | {"osm_id": "²"}]).encode(),
    "endless": b"[" + b" " * (MOST_BYTES * 3),
}


@pytest.mark.parametrize("name", ["nominatim", "photon"])
@pytest.mark.parametrize("bad", BAD)
def test_an_answer_of_another_form_is_no_place(tmp_path, service, name, bad):
    service.body = BAD[bad]
    geocoder = open_geocoder(name, cache=tmp_path / "cache.sqlite", **service.reached)
    assert geocoder.find("Karahunj") is None


def test_a_service_that_leads_into_a_private_network_is_not_asked(tmp_path, service):
    geocoder = open_geocoder("nominatim", cache=tmp_path / "c.sqlite", **(service.reached | {"allowed": ()}))
    assert geocoder.find("Karahunj") is None
    assert service.asked == []


def test_a_damaged_cache_is_one_line(tmp_path, service):
    cache = tmp_path / "cache.sqlite"
    cache.write_bytes(b"no database at all, and long enough to be looked at" * 99)
    with pytest.raises(GeodataError, match=r"the answers kept of nominatim cannot be used \(.*\); delete the file"):
        open_geocoder("nominatim", cache=cache, **service.reached)


def test_a_damaged_answer_is_asked_for_again(tmp_path, service):
    cache = tmp_path / "cache.sqlite"
    open_geocoder("nominatim", cache=cache, **service.reached)
    odd = {"id": "osm:n1", "name": "Karahunj", "kind": "settlement", "lon": 46.25, "lat": 39.5}
    damaged = (odd | {"lat": "39.5"}, odd | {"name": 5}, odd | {"kind": "x"}, odd | {"lat": 1000})
    texts = ("{", "[]", '{"id": "x"}', "5", 5, b"{}", "[" * 100_000, *map(json.dumps, damaged))
    for text in texts:
        with closing(sqlite3.connect(cache)) as store, store:
            store.execute("INSERT OR REPLACE INTO answers VALUES ('nominatim', 'karahunj', ?)", (text,))
        assert open_geocoder("nominatim", cache=cache, **service.reached).find("Karahunj") == PLACE
    assert service.asked == ["Karahunj"] * len(texts)


def test_a_cache_that_is_no_text_is_one_line(tmp_path, service):
    cache = tmp_path / "cache.sqlite"
    geocoder = open_geocoder("nominatim", cache=cache, **service.reached)
    with closing(sqlite3.connect(cache)) as store, store:
        store.execute("INSERT INTO answers VALUES ('nominatim', 'karahunj', CAST(? AS TEXT))", (b"\xff\x1b\n",))
    with pytest.raises(GeodataError) as caught:
        geocoder.find("Karahunj")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("where", ["folder", "pipe", "file"])
def test_a_cache_that_cannot_be_opened_is_one_line(tmp_path, where):
    cache = tmp_path / "cache.sqlite"
    if where == "folder":
        cache.mkdir()
    elif where == "pipe":
        os.mkfifo(cache)
    else:
        (tmp_path / "file").touch()
        cache = tmp_path / "file" / "cache.sqlite"
    with pytest.raises(GeodataError, match=r"the answers kept of nominatim cannot be used \(.*\); delete the file$"):
        open_geocoder("nominatim", cache=cache)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": "Kara\x1b[31m\u202ehunj\n"}, replace(PLACE, name="Kara [31m hunj")),
        ({"name": ["Karahunj"]}, PLACE),
        ({"name": "K" * 300_000}, replace(PLACE, name="K" * 120)),
        ({"osm_type": "\x1b[31m"}, None),
        ({"osm_type": ["node"]}, None),
        ({"osm_id": "9" * 21}, None),
        ({"osm_id": "٤٢"}, None),
        ({"address": {"country_code": "<a"}}, replace(PLACE, country=None)),
        ({"address": {"country_code": {}}}, replace(PLACE, country=None)),
        ({"address": "am"}, replace(PLACE, country=None)),
        ({"addresstype": []}, replace(PLACE, kind="site")),
    ],
)
def test_the_values_of_an_answer_are_bounded(tmp_path, service, change, place):
    service.body = json.dumps([NOMINATIM | change]).encode()
    geocoder = open_geocoder("nominatim", cache=tmp_path / "cache.sqlite", **service.reached)
    assert geocoder.find("Karahunj") == place


def test_what_is_too_long_for_a_name_is_not_asked_for(tmp_path, service):
    geocoder = open_geocoder("nominatim", cache=tmp_path / "cache.sqlite", **service.reached)
    assert geocoder.find("Kara" * 3000) is None
    assert geocoder.find("Karahunj") == PLACE
    assert service.asked == ["Karahunj"]


def test_a_second_try_keeps_its_distance_too(tmp_path, service):
    service.status, service.headers = 429, {"Retry-After": "0"}
    geocoder = open_geocoder("nominatim", cache=tmp_path / "cache.sqlite", **service.reached)
    assert geocoder.find("Karahunj") is None
    assert len(service.times) == 2
    assert service.times[1] - service.times[0] > 1
