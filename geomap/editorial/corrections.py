"""Manual corrections of the resolver's output, from corrections.toml (docs/corrections.md)."""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from geomap.editorial.hidden_names import hidden_names, hide
from geomap.editorial.redaction import Names, blacked, mention_spans
from geomap.errors import PlaceNotFound, ProjectError
from geomap.files import read_own_text
from geomap.relation import Relation
from geomap.text.headlines import headline_span
from geomap.text.spans import Spans
from geomap.types import (
    PARTS,
    Article,
    ArticlePart,
    Candidate,
    Correction,
    GeoparsedArticle,
    Mention,
    Place,
    Resolution,
)

_TEXTS = ("name", "place", "article", "source", "author", "reason")
_FLAGS = {"none": "is_none", "hidden": "is_hidden", "add": "is_added"}
_KEYS = (*_TEXTS, *_FLAGS, "lon", "lat", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """An article after the corrections, and which of them were applied."""

    read: GeoparsedArticle
    fitted: tuple[Correction, ...]
    hidden: tuple[str, ...] = ()
    """Ids of the places that are hidden: no output may reveal that they were ever shown."""
    everywhere: tuple[str, ...] = ()
    """Those of them that are hidden by a correction for every article."""


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Return the corrections of a file, in its order; empty if the file does not exist. ProjectError names the line."""
    return parse_corrections(_text(path), where=str(path))


def _text(path: Path) -> str:
    try:
        return read_own_text(path)
    except FileNotFoundError:
        return ""


def parse_corrections(text: str, *, where: str) -> tuple[Correction, ...]:
    """Return the corrections in ``text``; ``where`` names the file in errors."""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: not TOML, or a number of too many digits
        reason = str(error) if isinstance(error, ValueError) else "nested too deep"
        raise ProjectError(f"{where}: is not TOML: {reason}; fix it, until then the last map is kept") from error
    for key in tables:
        if key != "correction":
            raise ProjectError(
                f"{where}, line {_line_of(text, key)}: {key!r} is not a known key; write [[correction]] tables"
            )
    rows = tables.get("correction", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ProjectError(f"{where}: correction must be tables; write [[correction]], with two brackets")
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if re.match(r"\s*\[\[\s*correction\s*\]\]", line)]
    numbered = lines if len(lines) == len(rows) else [None] * len(rows)
    return tuple(_correction(row, line, where) for row, line in zip(rows, numbered, strict=True))


def _line_of(text: str, key: str) -> int:
    return next(
        (
            n
            for n, line in enumerate(text.splitlines(), start=1)
            if re.match(rf"\s*+\[*+\s*+[\"']?+{re.escape(key)}\b", line)
        ),
        1,
    )


def _correction(row: dict[str, object], line: int | None, where: str) -> Correction:
    at = f"{where}, line {line}" if line else where

    def invalid(what: str) -> ProjectError:
        return ProjectError(f"{at}: {what}; see docs/corrections.md")

    if problem := _contradiction(row):
        raise invalid(problem)
    texts: dict[str, str | None] = {key: str(row[key]) if key in row else None for key in _TEXTS}
    return Correction(
        name=str(row["name"]),
        place=texts["place"],
        is_none="none" in row,
        lon=_degrees(row, "lon", 180, invalid),
        lat=_degrees(row, "lat", 90, invalid),
        is_hidden="hidden" in row,
        is_added="add" in row,
        article=texts["article"],
        source=texts["source"],
        author=texts["author"],
        date=_date(row.get("date"), invalid),
        reason=texts["reason"],
        line=line,
    )


def _contradiction(row: dict[str, object]) -> str | None:
    """Return what is wrong with a table's keys; None if it is valid."""
    for key, value in row.items():
        if key not in _KEYS:
            return f"{key!r} is not a known key ({', '.join(_KEYS)})"
        if key in _TEXTS and not (isinstance(value, str) and value.strip()):
            return f"{key} must be text in quotes"
        if key in _FLAGS and value is not True:
            return f"{key} must be true or be left out"
    rules = {
        "the name is missing, as the article writes it": "name" not in row,
        "lon and lat go together": ("lon" in row) != ("lat" in row),
        "give exactly one of place, lon and lat, none, hidden": sum(
            ["place" in row or "lon" in row, "none" in row, "hidden" in row]
        )
        != 1,
        "add goes with a place or with lon and lat": "add" in row and ("none" in row or "hidden" in row),
        "article and source exclude each other": "article" in row and "source" in row,
    }
    return next((what for what, is_broken in rules.items() if is_broken), None)


def _degrees(row: dict[str, object], key: str, limit: float, invalid: Callable[[str], ProjectError]) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or abs(value) > limit:
        raise invalid(f"{key} must be degrees from -{limit:g} to {limit:g}")
    return float(value)


def _date(value: object, invalid: Callable[[str], ProjectError]) -> str | None:
    """Return a TOML date, or text in ISO 8601, as text."""
    if value is None or isinstance(value, dt.date):
        return value.isoformat() if value else None
    try:
        dt.datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise invalid("date must be a date like 2026-11-23") from None
    return str(value)


def write_correction(correction: Correction) -> str:
    """Return a correction as a table of corrections.toml; parsing it gives an equal correction."""
    lines = ["[[correction]]", f"name = {_quoted(correction.name)}"]
    lines += [
        f"{key} = {_quoted(value)}" for key in ("place", "article", "source") if (value := getattr(correction, key))
    ]
    if correction.lon is not None and correction.lat is not None:
        lines += [f"lon = {float(correction.lon)!r}", f"lat = {float(correction.lat)!r}"]
    lines += [f"{key} = true" for key, field in _FLAGS.items() if getattr(correction, field)]
    lines += [
        f"{key} = {_quoted(value)}" for key in ("author", "date", "reason") if (value := getattr(correction, key))
    ]
    return "\n".join(lines) + "\n"


def add_correction(path: Path, correction: Correction, *, find: Callable[[str], object]) -> None:
    """Add a correction to the file atomically; ProjectError where it or the file is not valid.

    ``find`` raises PlaceNotFound for an unknown place id.
    """
    from geomap.files import write_atomic

    if correction.place:
        find(correction.place)
    before = _text(path)
    parse_corrections(before, where=str(path))
    added = write_correction(correction)
    parse_corrections(added, where="the correction")
    write_atomic(path, (before.rstrip("\n") + "\n\n" + added).lstrip("\n").encode())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() or c == " " else f"\\U{ord(c):08x}" for c in escaped) + '"'


def unplaceable(corrections: Sequence[Correction], find: Callable[[str], Place]) -> tuple[Correction, ...]:
    """Return the corrections whose place is not in the gazetteer."""
    missing = []
    for correction in corrections:
        try:
            if correction.place:
                find(correction.place)
        except PlaceNotFound:
            missing.append(correction)
    return tuple(missing)


def correct(
    read: GeoparsedArticle,
    corrections: Sequence[Correction],
    *,
    find: Callable[[str], Place],
    names: Callable[[Place], Iterable[str]] = lambda _: (),
    elsewhere: Iterable[str] = (),
) -> Corrected:
    """Return ``read`` with the corrections in whose scope it is; of one name the narrowest scope wins, then the last in the file.

    ``find`` gives the place of an id; a correction whose place it does not know (PlaceNotFound) is not applied.
    ``names`` gives the other names of a place: no name of a hidden place is shown. ``elsewhere`` are the names of places
    that are hidden in other articles.
    """
    content = f"{read.article.title or ''}\n{read.article.text}"
    reaching = [
        correction
        for correction in corrections
        if (correction.is_hidden or correction.name in content) and _reaches(correction, read.article)
    ]
    lost = set(unplaceable(reaching, find))
    reaching = [correction for correction in reaching if correction not in lost]
    nearest: dict[str, Correction] = {}
    for correction in sorted(reaching, key=lambda c: ("everywhere", "source", "article").index(c.scope)):
        nearest[correction.name] = correction
    not_hidden = {name: correction for name, correction in nearest.items() if not correction.is_hidden}
    secret = hidden_names(corrections)
    decided: list[Resolution] = []
    for resolution in [*read.resolutions, *_added(read, not_hidden.values())]:
        found = not_hidden.get(resolution.mention.text)
        decided.append(_decided(resolution, found, find, secret) if found else resolution)
    hidden = [correction for correction in nearest.values() if correction.is_hidden]
    done = hide(
        replace(read, resolutions=_with_valid_relations(decided, read.resolutions)),
        hidden,
        names=names,
        elsewhere=elsewhere,
    )
    met = done.met | {r.mention.text for r in read.resolutions} | {r.mention.text for r in decided if r.correction}
    resolutions = sorted(
        done.read.resolutions, key=lambda r: (r.mention.part == "text", r.mention.start, r.mention.end)
    )
    return Corrected(
        read=replace(done.read, resolutions=tuple(resolutions)),
        fitted=tuple(correction for correction in reaching if correction.name in met),
        hidden=tuple(sorted(done.places)),
        everywhere=tuple(sorted(done.everywhere)),
    )


def _with_valid_relations(decided: Sequence[Resolution], before: Iterable[Resolution]) -> tuple[Resolution, ...]:
    """Return the resolutions without the relative places to which a corrected mention belongs: its anchor has another place now."""
    places = {_span(r): r.place for r in before}
    moved = [_span(r) for r in decided if r.correction and (r.place is None or places.get(_span(r)) != r.place)]

    def is_valid(relation: Relation, part: ArticlePart) -> bool:
        return not any(p == part and start < relation.end and end > relation.start for p, start, end in moved)

    return tuple(
        r if r.relation is None or is_valid(r.relation, r.mention.part) else replace(r, relation=None) for r in decided
    )


def _span(resolution: Resolution) -> tuple[ArticlePart, int, int]:
    mention = resolution.mention
    return mention.part, mention.start, mention.end


def _reaches(correction: Correction, article: Article) -> bool:
    if correction.article:
        known_as = {article.id, article.url, article.sha256}
        known_as |= {name for p in article.republished for name in (p.id, p.url, p.sha256)}
        return correction.article in known_as
    return correction.source is None or correction.source in {article.source, *(p.source for p in article.republished)}


def _added(read: GeoparsedArticle, corrections: Iterable[Correction]) -> list[Resolution]:
    """Return the names that the corrections add, before these are applied."""
    added = []
    start, end = headline_span(read.article.title, read.article.text, source=read.article.source, url=read.article.url)
    for part in PARTS if start < end else ("text",):
        taken = Spans(mention_spans(read.resolutions, part))
        for correction in corrections:
            for start, end in _spans(correction.name, read.article.part(part)) if correction.is_added else ():
                if not taken.meet(start, end):
                    mention = Mention(start=start, end=end, text=correction.name, part=part)
                    added.append(Resolution(mention=mention, place=None, score=1.0, reason=""))
    return added


def _spans(name: str, text: str) -> list[tuple[int, int]]:
    """Return the spans of ``name`` in ``text`` as whole words."""
    return [m.span() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]


def _decided(resolution: Resolution, correction: Correction, find: Callable[[str], Place], secret: Names) -> Resolution:
    """Return a resolution after a correction; hidden names are removed from the correction's own fields."""
    place = None if correction.is_none else _place(resolution, correction, find)
    before = resolution.place
    others = resolution.runners_up
    if before and (place is None or before.id != place.id):
        others = (Candidate(place=before, name=resolution.mention.text, match=resolution.match or "name"), *others)
    others = tuple(c for c in others if place is None or c.place.id != place.id)[:5]
    redacted = secret.out_of_correction(correction, put=blacked) if secret else correction
    return replace(
        resolution,
        place=place,
        score=1.0,
        reason=_reason(redacted),
        match=resolution.match or "name" if place else None,
        runners_up=others,
        correction=redacted,
    )


def _place(resolution: Resolution, correction: Correction, find: Callable[[str], Place]) -> Place:
    known = find(correction.place) if correction.place else None
    if correction.lon is None or correction.lat is None:
        if known is None:
            raise ValueError(f"a correction without a place: {correction}")
        return known
    like = known or resolution.place
    return Place(
        id=f"my:{correction.place or correction.name}@{correction.lon:.5f},{correction.lat:.5f}",
        name=known.name if known else correction.name,
        kind=known.kind if known else "site",
        lon=correction.lon,
        lat=correction.lat,
        feature_code=known.feature_code if known else "",
        country=like.country if like and known else None,
        admin1=like.admin1 if like and known else None,
        population=known.population if known else 0,
    )


def _reason(correction: Correction) -> str:
    by = " ".join(
        filter(None, ["corrected by", correction.author or "an editor", correction.date and f"on {correction.date}"])
    )
    return f"{by}: {correction.reason}" if correction.reason else by
