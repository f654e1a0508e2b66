"""The base of the frozen records that users get back and may store: how they are pickled, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any, Self

MAX_SHOWN = 40
"""Characters that the ``repr`` of a record shows of a text."""


def shortened(text: str | None) -> str | None:
    """Return the beginning of a text, for a ``repr``."""
    return text if text is None or len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


class Record:
    """A dataclass that is pickled by the names of its fields.

    Dataclasses with slots are pickled by position, so a pickle of a geomap with other fields would be read into the wrong
    ones. By name, a new field has its default, and a field that is gone, or new without a default, is a TypeError.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[type[Self], dict[str, Any]]]:
        """Return how ``pickle`` and ``copy`` make the record again."""
        return _restored, (type(self), {field.name: getattr(self, field.name) for field in fields(self)})  # type: ignore[arg-type, return-value]


def _restored(kind: type[Record], values: dict[str, Any]) -> Record:
    try:
        return kind(**values)
    except TypeError as error:
        raise TypeError(
            f"{kind.__name__}: was pickled by another version of geomap ({error}); geoparse again"
        ) from error


def iso_day(text: str | None) -> str | None:
    """Return the calendar day of an ISO 8601 date, or date and time; None for anything else."""
    try:
        return date.fromisoformat((text or "")[:10]).isoformat()
    except ValueError:
        return None
