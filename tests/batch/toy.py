"""Three places and some poison: what the tests of the batch read articles with."""

import io
import os
import re
import time

from fsspec import AbstractFileSystem, register_implementation

from geomap.batch.settings import Reader, Settings
from geomap.errors import PlaceNotFound
from geomap.types import Article, Candidate, GeoparsedArticle, Mention, Place, Resolution

GORIS = Place(
    id="gn:1",
    name="Goris",
    kind="settlement",
    lon=46.34,
    lat=39.51,
    country="AM",
    admin1="08",
    population=20591,
    geonameid=1,
)
TEGH = Place(id="gn:2", name="Tegh", kind="settlement", lon=46.48, lat=39.56, country="AM", admin1="08", geonameid=2)
SHUSHI = Place(id="gm:3", name="Shushi", kind="settlement", lon=46.75, lat=39.76, population=4000)
OTHER_NAMES = {"gn:2": ("Տեղ", "Tekh")}
PLACES = {p.name: p for p in (GORIS, TEGH, SHUSHI)}


class _StuckFile(io.BytesIO):
    def readline(self, size=-1):
        if self.tell() == len(self.getvalue()):
            time.sleep(1000)
        return super().readline(size)


class _Stuck(AbstractFileSystem):
    """A storage that gives one article and never answers again."""

    def _open(self, *_, **__):
        return _StuckFile(b'{"text": "Goris."}\n')


def find(place_id):
    for place in PLACES.values():
        if place.id == place_id:
            return place
    raise PlaceNotFound(f"{place_id}: no place has this id")


def read(article: Article) -> GeoparsedArticle:
    if "LOOP" in article.text:
        time.sleep(1000)
    if "CRASH" in article.text:
        os.abort()
    if "BUG" in article.text:
        raise IndexError("a bug of ours")
    if "MEMORY" in article.text:
        _ = bytearray(1 << 40)
    if "SLOW" in article.text:
        time.sleep(0.05)
    found = [_resolution(m, PLACES.get(m[0])) for m in re.finditer(r"\b[A-Z][a-zé]+\b", article.text)]
    return GeoparsedArticle(article=article, resolutions=tuple(found))


def _resolution(match, place):
    mention = Mention(start=match.start(), end=match.end(), text=match[0], score=0.8)
    if place is None:
        return Resolution(mention=mention, place=None, score=0.9, reason="no such place")
    others = tuple(Candidate(place=p, name=p.name) for p in PLACES.values() if p != place)
    return Resolution(mention=mention, place=place, score=0.75, reason="the only one", match="name", runners_up=others)


class ToyReader(Reader):
    """Reads articles with ``read``, opens no geodata, and cannot be opened where these are "broken"."""

    def open_geoparse(self):
        register_implementation("stuck", _Stuck, clobber=True)
        if self.geodata == "broken":
            raise RuntimeError("cannot be opened")
        return read

    def open_places(self):
        return find

    def open_names(self):
        return lambda place: [place.name, *OTHER_NAMES.get(place.id, ())]

    def version(self):
        return f"toy {self.geodata}"


TOY = Settings(reader=ToyReader(), seconds=30)
