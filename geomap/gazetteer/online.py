"""Query an online geocoding service through geopy for names in no local gazetteer; only with ``--geocoder``."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal, Protocol, Self

import msgspec

from geomap.errors import FetchError, GeodataError, quoted
from geomap.gazetteer.protocol import Gazetteer
from geomap.map_types import Attribution
from geomap.text.normalize import fold_name
from geomap.types import Candidate, Name, Place, PlaceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from geomap.web.fetch import Fetcher

Service = Literal["nominatim", "photon"]
SECONDS_BETWEEN = 1.1
"""Nominatim's usage policy asks for at most one request a second; Photon's for fair use."""
MOST_BYTES = 1_000_000
"""Of an answer; Nominatim's have a few thousand."""
MOST_NAMES = 200
"""Maximum queries in one run; further unknown names stay unknown."""
MOST_OF_A_NAME = 200
"""Code points; longer names are not queried."""
OPENSTREETMAP = Attribution(
    title="OpenStreetMap, asked online for names that the gazetteer does not hold",
    text="© OpenStreetMap contributors, ODbL",
    licence="ODbL-1.0",
    url="https://www.openstreetmap.org/copyright",
)
_KINDS: dict[str, PlaceKind] = {
    "country": "country",
    "state": "admin1",
    "county": "admin2",
    "district": "admin3",
    "water": "water",
    "river": "water",
    "island": "island",
    "suburb": "suburb",
    "neighbourhood": "suburb",
    "peak": "physical",
}
_OSM_TYPES = ("n", "w", "r")
_OSM_ID = re.compile(r"[0-9]{1,20}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_TOWNS = frozenset({"city", "town", "village", "hamlet", "municipality", "locality", "isolated_dwelling"})


class Found(Protocol):
    """What geopy gives for a place."""

    raw: dict[str, object]
    latitude: float
    longitude: float


class Geocoder:
    """One online service, its answers kept on disk: found and not found alike."""

    def __init__(
        self,
        ask: Callable[[str], Found | None],
        *,
        service: Service,
        cache: Path,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        """``ask`` raises geopy's errors; ``clock`` gives seconds, ``sleep`` waits them."""
        self._ask, self._service, self._cache = ask, service, cache
        self._clock, self._sleep = clock, sleep
        self._last: float | None = None
        self._n_asked = 0
        self._lock = Lock()
        with self._opened() as store:
            store.execute(
                "CREATE TABLE IF NOT EXISTS answers (service TEXT, name TEXT, place TEXT, PRIMARY KEY (service, name))"
            )

    def find(self, name: str) -> Place | None:
        """Return the service's best place for a name, from the cache if it was queried before; None where it has none.

        A service that fails is not queried again in this run, and the failure is not cached. GeodataError where the cache
        cannot be used.
        """
        key = fold_name(name)
        with self._lock, self._opened() as store:
            row = store.execute(
                "SELECT place FROM answers WHERE service = ? AND name = ?", (self._service, key)
            ).fetchone()
            if row == ("",):
                return None
            known = _kept(row[0]) if row else None
            if known:
                return known
            if self._n_asked >= MOST_NAMES or not key or len(name) > MOST_OF_A_NAME:
                return None
            self._n_asked += 1
            self._be_slow()
            try:
                found = self._ask(name)
                place = _place(found) if found is not None else None
            except Exception:  # noqa: BLE001 - of an answer that has another form, geopy raises what it will
                self._n_asked = MOST_NAMES
                return None
            text = json.dumps(_told(place)) if place is not None else ""
            store.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (self._service, key, text))
            return place

    def _be_slow(self) -> None:
        now = self._clock()
        if self._last is not None and now - self._last < SECONDS_BETWEEN:
            self._sleep(SECONDS_BETWEEN - (now - self._last))
        self._last = self._clock()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the cache for one transaction; GeodataError where it is damaged or cannot be written."""
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._cache, timeout=30)) as store, store:
                yield store
        except (sqlite3.Error, OSError) as error:
            raise GeodataError(
                f"{self._cache}: the answers kept of {self._service} cannot be used ({quoted(error)}); delete the file"
            ) from error


def adapter_factory(fetcher: Fetcher) -> Callable[..., object]:
    """Return what geopy makes its adapter with: one that fetches by ``fetcher``, within its limits."""
    from geopy.adapters import BaseSyncAdapter
    from geopy.exc import GeocoderParseError, GeocoderServiceError

    class FetchingAdapter(BaseSyncAdapter):  # type: ignore[misc]
        def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:  # noqa: ARG002 - geopy's signature
            try:
                return (fetcher.fetch(url).data or b"").decode("utf-8", "replace")
            except FetchError as error:
                raise GeocoderServiceError(str(error)) from error

        def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> object:
            try:
                return json.loads(self.get_text(url, timeout=timeout, headers=headers))
            except (ValueError, RecursionError) as error:
                raise GeocoderParseError(str(error)) from error

    return FetchingAdapter


def open_geocoder(
    service: Service,
    *,
    cache: Path,
    domain: str | None = None,
    scheme: str = "https",
    allowed: tuple[str, ...] = (),
) -> Geocoder:
    """Return the geocoder of a service, ``domain`` another host of it (a newsroom's own, in the networks ``allowed``)."""
    import time

    from geopy.geocoders import Nominatim, Photon

    from geomap.web.fetch import USER_AGENT, Fetcher, Limits

    limits = Limits(n_bytes=MOST_BYTES, seconds=10, seconds_between=SECONDS_BETWEEN, allowed=allowed)
    common = {"user_agent": USER_AGENT, "scheme": scheme, "adapter_factory": adapter_factory(Fetcher(limits=limits))}
    common |= {"domain": domain} if domain else {}
    if service == "nominatim":
        nominatim = Nominatim(**common)

        def ask(name: str) -> Found | None:
            found: Found | None = nominatim.geocode(name, language="en", exactly_one=True, addressdetails=True)
            return found
    else:
        photon = Photon(**common)

        def ask(name: str) -> Found | None:
            found: Found | None = photon.geocode(name, language="en", exactly_one=True)
            return found

    return Geocoder(ask, service=service, cache=cache, clock=time.monotonic, sleep=time.sleep)


class OnlineGazetteer:
    """A gazetteer that queries a geocoder for names it does not have; such places are marked by their id and names."""

    def __init__(self, local: Gazetteer, geocoder: Geocoder) -> None:
        """Take over the local gazetteer; closing this closes it."""
        self._local, self._geocoder = local, geocoder
        self._found: dict[str, Place] = {}
        self.version = f"{local.version}+online"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._local)

    def close(self) -> None:
        """Close the local gazetteer."""
        self._local.close()

    def lookup(
        self, name: str, *, country: str | None = None, limit: int | None = None, fuzzy: bool = False
    ) -> tuple[Candidate, ...]:
        """Return the local candidates; only where there are none at all, the one that the service gives."""
        found = self._local.lookup(name, country=country, limit=limit, fuzzy=fuzzy)
        if found or self._local.lookup(name, limit=1):
            return found
        place = self._geocoder.find(name)
        if place is None or (country is not None and place.country != country.upper()):
            return ()
        self._found[place.id] = place
        return (Candidate(place=place, name=place.name, match="alternate"),)

    def knows(self, name: str) -> bool:
        """Return whether the local gazetteer has the name; the service is not queried."""
        return self._local.knows(name)

    def may_be_people(self, name: str) -> bool:
        """Return whether a people may be among the local candidates of ``name``; the service is not queried."""
        return self._local.may_be_people(name)

    def place(self, place_id: str) -> Place:
        """Return the place of this id, local or found online in this run; PlaceNotFound where there is none."""
        return self._found.get(place_id) or self._local.place(place_id)

    def names(self, place_id: str) -> tuple[Name, ...]:
        """Return the names of a place; one found online has only its own name, with a note."""
        place = self._found.get(place_id)
        if place is None:
            return self._local.names(place_id)
        return (Name(text=place.name, note=f"found online, {OPENSTREETMAP.text}"),)

    def near(self, lon: float, lat: float, *, km: float, limit: int | None = None) -> tuple[Place, ...]:
        """Return the local places within ``km`` (geodesic) of a point, nearest first."""
        return self._local.near(lon, lat, km=km, limit=limit)


def _place(found: Found) -> Place | None:
    """Return the place of a response of either service; None where it has no id or no valid point."""
    raw = found.raw
    properties = raw.get("properties")
    fields: dict[str, object] = properties if isinstance(properties, dict) else raw
    address = fields.get("address")
    country = address.get("country_code") if isinstance(address, dict) else fields.get("countrycode")
    osm_type, osm_id = _text(fields.get("osm_type"))[:1].lower(), _text(fields.get("osm_id"))
    name = (_text(fields.get("name")) or _text(fields.get("display_name")).split(",")[0]).strip()
    # geopy takes 0 for a degree that the answer lacks
    has_point = isinstance(properties, dict) or (raw.get("lat") is not None and raw.get("lon") is not None)
    if not (osm_type in _OSM_TYPES and _OSM_ID.fullmatch(osm_id) and name and has_point):
        return None
    sort = _text(fields.get("addresstype") or fields.get("osm_value") or fields.get("type"))
    place = Place(
        id=f"osm:{osm_type}{osm_id}",
        name=name[:120],
        kind=_KINDS.get(sort, "settlement" if sort in _TOWNS else "site"),
        lon=round(found.longitude, 6),
        lat=round(found.latitude, 6),
        country=_text(country).upper() if _COUNTRY.fullmatch(_text(country)) else None,
    )
    return place if _is_on_earth(place) else None


def _text(value: object) -> str:
    """Return a text or a number of an answer on one line, without characters that steer a terminal; "" for all else."""
    return " ".join(_CONTROL.sub(" ", str(value)).split()) if isinstance(value, (str, int)) else ""


def _is_on_earth(place: Place) -> bool:
    return -90 <= place.lat <= 90 and -180 <= place.lon <= 180


def _kept(text: object) -> Place | None:
    """Return the place of a line of the cache, None where it is damaged."""
    try:
        place = msgspec.json.decode(text, type=Place) if isinstance(text, str) else None
    except (msgspec.MsgspecError, RecursionError):
        return None
    return place if place and _is_on_earth(place) else None


def _told(place: Place) -> dict[str, object]:
    return {key: getattr(place, key) for key in ("id", "name", "kind", "lon", "lat", "country")}
