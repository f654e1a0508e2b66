"""A toy world: three square countries side by side on the equator, some places in them, a sea."""

from __future__ import annotations

from geomap.gazetteer.writer import Entry
from geomap.types import Name, Place


def toy_entries() -> list[Entry]:
    """Three countries side by side on the equator, ten degrees each: Aland (AA), Beland (BB), Celand (CC).

    "Springfield" lies in two of them, "Georgia" is a country's state and a town; the sea lies south.
    """
    return [
        _entry(
            "gn:1",
            "Aland",
            "country",
            5.0,
            5.0,
            "AA",
            population=9_000_000,
            code="PCLI",
            names=[("Alandic", "demonym")],
        ),
        _entry(
            "gn:2",
            "Beland",
            "country",
            15.0,
            5.0,
            "BB",
            population=5_000_000,
            code="PCLI",
            names=[("Belandic", "demonym")],
        ),
        _entry("gn:3", "Celand", "country", 25.0, 5.0, "CC", population=1_000_000, code="PCLI"),
        _entry("gn:11", "Georgia", "admin1", 3.0, 7.0, "AA", population=900_000, code="ADM1", admin1="01"),
        _entry("gn:21", "Springfield", "settlement", 2.0, 2.0, "AA", population=50_000, code="PPL", admin1="01"),
        _entry("gn:22", "Springfield", "settlement", 12.0, 2.0, "BB", population=150_000, code="PPLA", admin1="02"),
        _entry(
            "gn:23", "Saint-Élan", "settlement", 12.1, 2.1, "BB", population=700, code="PPL", names=[("Шентелан", None)]
        ),
        _entry("gn:24", "Georgia", "settlement", 22.0, 2.0, "CC", population=2_000, code="PPL"),
        _entry("gn:25", "Orr", "admin2", 2.5, 2.5, "AA", population=80_000, code="ADM2", admin1="01", admin2="007"),
        _entry(
            "wof:31",
            "Xankəndi",
            "settlement",
            25.0,
            5.5,
            "CC",
            population=50_000,
            code="PPLC",
            names=[("Stepanakert", "former")],
        ),
        _entry("ne:sea-southern", "Southern Sea", "water", 15.0, -5.0, None, code="SEA", weight=10_000_000),
        _entry("gm:orr-corridor", "Orr Corridor", "line", 10.0, 5.0, "AA", code="RD"),
    ]


def _entry(
    place_id, name, kind, lon, lat, country, *, population=0, code="", admin1=None, admin2=None, names=(), weight=0
):
    number = int(place_id[3:]) if place_id.startswith("gn:") else None
    place = Place(
        id=place_id,
        name=name,
        kind=kind,
        lon=lon,
        lat=lat,
        feature_code=code,
        country=country,
        admin1=admin1,
        admin2=admin2,
        population=population,
        geonameid=number,
    )
    return Entry(place=place, names=tuple(Name(text=text, note=note) for text, note in names), weight=weight)
