"""Vocabulary values as bytes and back, for what a library keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any, get_type_hints

import msgspec

from geomap.types import Report


def encode(value: object) -> bytes:
    """Return a vocabulary value as bytes; the same value gives the same bytes."""
    return msgspec.msgpack.encode(value)


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:  # noqa: ANN401 - any vocabulary type
    return msgspec.msgpack.Decoder(kind)


def decode(data: bytes, kind: Any) -> Any:  # noqa: ANN401 - any vocabulary type
    """Return the value of type ``kind`` that ``encode`` wrote."""
    return _decoder(kind).decode(data)


@cache
def _stored_report() -> Any:  # noqa: ANN401 - a class made at run time
    """Return Report's twin whose geometry is well-known binary, field for field."""
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
    shapes = shapely.from_wkb([one.geometry for one in stored])
    names = [f.name for f in fields(Report) if f.name != "geometry"]
    return [
        Report(**{name: getattr(one, name) for name in names}, geometry=shape)
        for one, shape in zip(stored, shapes, strict=True)
    ]
