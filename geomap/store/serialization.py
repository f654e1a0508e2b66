"""Serialize the types of ``geomap.types`` for the library (MessagePack)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any, get_type_hints

import msgspec

from geomap.types import Report


def encode(value: object) -> bytes:
    """Return a value as bytes; equal values give equal bytes."""
    return msgspec.msgpack.encode(value)


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:  # noqa: ANN401 - any vocabulary type
    return msgspec.msgpack.Decoder(kind)


def decode(data: bytes, kind: Any) -> Any:  # noqa: ANN401 - any vocabulary type
    """Return the value of type ``kind`` that ``encode`` wrote."""
    return _decoder(kind).decode(data)


@cache
def _stored_report() -> Any:  # noqa: ANN401 - a class made at run time
    """Return a struct with the fields of Report whose geometry is well-known binary."""
    hints = get_type_hints(Report, localns={"BaseGeometry": bytes})
    return msgspec.defstruct("StoredReport", [(f.name, hints[f.name]) for f in fields(Report)], array_like=True)


def encode_report(report: Report) -> bytes:
    """Return a report as bytes."""
    import shapely

    row = {f.name: getattr(report, f.name) for f in fields(Report)}
    row["geometry"] = None if report.geometry is None else shapely.to_wkb(report.geometry)
    return encode(_stored_report()(**row))


def decode_reports(rows: Sequence[bytes]) -> list[Report]:
    """Return the reports that ``encode_report`` wrote."""
    import shapely

    stored = [decode(row, _stored_report()) for row in rows]
    shapes = shapely.from_wkb([report.geometry for report in stored])
    names = [f.name for f in fields(Report) if f.name != "geometry"]
    return [
        Report(**{name: getattr(report, name) for name in names}, geometry=shape)
        for report, shape in zip(stored, shapes, strict=True)
    ]
