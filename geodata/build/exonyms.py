"""The project's own tables of exonyms: how the press of a language names places that no source names in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from merge import Places

TABLES = Path(__file__).with_name("tables") / "exonyms"
"""A file a language (ISO 639-1): id of the place, name."""


def read_exonyms() -> Iterator[tuple[str, str, str]]:
    """Yield id, name and language of each row."""
    for path in sorted(TABLES.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            if not line.startswith("#"):
                place_id, name = line.split("\t")
                yield place_id, name, path.stem


def add_exonyms(places: Places) -> None:
    """Add the names to their places; rows of a place that is no longer there are left out."""
    for place_id, name, language in read_exonyms():
        draft = places.by_id.get(place_id)
        if draft is not None:
            draft.add(name, language=language)
            places.index(draft)
