"""The hand-written tables: what names people use, laid over what the sources say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from drafts import Draft
from merge import Places

TABLES = Path(__file__).with_name("tables")


def apply_tables(places: Places) -> None:
    """Add regions, abbreviations and demonyms, and mend what a source has wrong; ValueError where a row finds nothing."""
    for row in _table("places")["place"]:
        _amend(places.add(_made(row)), row)
    for row in _table("regions")["region"]:
        draft = _found(places, row["of"]) if "of" in row else places.add(_made(row))
        _amend(draft, row)
        places.index(draft)
    for change in _table("mends")["mend"]:
        _amend(places.by_id[change["id"]], change)
    _abbreviate(places, _table("abbreviations"))
    _demonyms(places, _table("demonyms"))


def _table(name: str) -> dict:
    return tomllib.loads((TABLES / f"{name}.toml").read_text("utf-8"))


def _made(row: dict) -> Draft:
    return Draft(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        lon=row["lon"],
        lat=row["lat"],
        country=row.get("country"),
        feature_code=row.get("feature_code", "RGN"),
    )


def _amend(draft: Draft, row: dict) -> None:
    """Lay a row over a draft; a name is a string, English, or a table with its language and note."""
    if "name" in row and row["name"] != draft.name:
        draft.add(draft.name)
    for key in ("name", "population", "weight", "lon", "lat", "kind", "country", "feature_code"):
        if key in row:
            setattr(draft, key, row[key])
    drop = set(row.get("drop", ()))
    draft.names = [n for n in draft.names if n.text not in drop]
    for name in row.get("names", ()):
        named = {"text": name, "language": "en"} if isinstance(name, str) else name
        draft.add(named["text"], language=named.get("language"), note=named.get("note", row.get("note")))
    for word in row.get("demonyms", ()):
        draft.add(word, language="en", note="demonym")


def _abbreviate(places: Places, table: dict) -> None:
    for iso, names in table["country"].items():
        _add_all(places.country(iso), names, note=None)
    for country, states in table["state"].items():
        for code, names in states.items():
            draft = places.state(country, code)
            _add_all(draft, names, note="abbreviation")
            if country == "US":
                draft.add(code, language="en", note="postal code")
    for place_id, names in table["place"].items():
        _add_all(places.by_id[place_id], names, note=None)


def _demonyms(places: Places, table: dict) -> None:
    for iso, words in table["country"].items():
        _add_all(places.country(iso), words, note="demonym")
    for of, words in table["region"].items():
        _add_all(_found(places, of), words, note="demonym")


def _add_all(draft: Draft, names: str, *, note: str | None) -> None:
    for name in _split(names):
        draft.add(name, language="en", note=note)


def _split(names: str) -> Iterator[str]:
    return (name.strip() for name in names.split(",") if name.strip())


def _found(places: Places, of: str) -> Draft:
    """Return the most prominent place of "name/kind" or "name/kind/country"."""
    name, kind, *country = of.split("/")
    return places.named(name, kind=kind, country=country[0] if country else None)
