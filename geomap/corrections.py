"""What an editor knows of a name, kept in corrections.toml, applied over what the program thinks (docs/corrections.md)."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from geomap.errors import PlaceNotFound, ProjectError
from geomap.vocabulary import Article, Candidate, Correction, Mention, Place, ReadArticle, Resolution

_TEXTS = ("name", "place", "article", "source", "author", "reason")
_FLAGS = {"none": "is_none", "hidden": "is_hidden", "add": "is_added"}
_KEYS = (*_TEXTS, *_FLAGS, "lon", "lat", "date")
_BLACK = "█"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """An article after the editor's word, and which corrections had something to say in it."""

    read: ReadArticle
    fitted: tuple[Correction, ...]
    hidden: tuple[str, ...] = ()
    """Ids of the places that are hidden now: nothing may tell that they were ever shown."""


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Return the corrections of a file, in its order; none where there is no file. ProjectError names the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path}: is not UTF-8 ({error.reason}); save it as UTF-8") from error
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    return parse_corrections(text, where=str(path))


def parse_corrections(text: str, *, where: str) -> tuple[Correction, ...]:
    """Return the corrections that ``text`` holds; ``where`` names it in errors."""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: not TOML, or a number of too many digits
        said = str(error) if isinstance(error, ValueError) else "nested too deep"
        raise ProjectError(f"{where}: is not TOML: {said}; mend it, the last map stays as it is") from error
    for key in tables:
        if key != "correction":
            raise ProjectError(
                f"{where}, line {_line_of(text, key)}: {key!r} is not known; write [[correction]] tables"
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
            if re.match(rf"\s*\[*\s*[\"']?{re.escape(key)}\b", line)
        ),
        1,
    )


def _correction(row: dict[str, object], line: int | None, where: str) -> Correction:
    at = f"{where}, line {line}" if line else where

    def wrong(what: str) -> ProjectError:
        return ProjectError(f"{at}: {what}; docs/corrections.md shows how")

    if said := _contradiction(row):
        raise wrong(said)
    texts: dict[str, str | None] = {key: str(row[key]) if key in row else None for key in _TEXTS}
    return Correction(
        name=str(row["name"]),
        place=texts["place"],
        is_none="none" in row,
        lon=_degrees(row, "lon", 180, wrong),
        lat=_degrees(row, "lat", 90, wrong),
        is_hidden="hidden" in row,
        is_added="add" in row,
        article=texts["article"],
        source=texts["source"],
        author=texts["author"],
        date=_date(row.get("date"), wrong),
        reason=texts["reason"],
        line=line,
    )


def _contradiction(row: dict[str, object]) -> str | None:
    """Return what is wrong with a table's keys, None where nothing is."""
    for key, value in row.items():
        if key not in _KEYS:
            return f"{key!r} is not known, only {', '.join(_KEYS)}"
        if key in _TEXTS and not (isinstance(value, str) and value.strip()):
            return f"{key} must be text in quotes"
        if key in _FLAGS and value is not True:
            return f"{key} must be true, or be left out"
    rules = {
        "the name is missing, as the article writes it": "name" not in row,
        "lon and lat go together": ("lon" in row) != ("lat" in row),
        "say exactly one of place, lon and lat, none, hidden": sum(
            ["place" in row or "lon" in row, "none" in row, "hidden" in row]
        )
        != 1,
        "add goes with a place or with lon and lat": "add" in row and ("none" in row or "hidden" in row),
        "article and source exclude each other": "article" in row and "source" in row,
    }
    return next((what for what, is_broken in rules.items() if is_broken), None)


def _degrees(row: dict[str, object], key: str, limit: float, wrong: Callable[[str], ProjectError]) -> float | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or abs(value) > limit:
        raise wrong(f"{key} must be degrees from -{limit:g} to {limit:g}")
    return float(value)


def _date(value: object, wrong: Callable[[str], ProjectError]) -> str | None:
    """Return a TOML date, or text in ISO 8601, as text."""
    if value is None or isinstance(value, dt.date):
        return value.isoformat() if value else None
    try:
        dt.datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise wrong("date must be a date like 2026-11-23") from None
    return str(value)


def write_correction(correction: Correction) -> str:
    """Return the table that says this in corrections.toml; reading it gives the correction back."""
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
    """Add a correction to the file, whole or not at all; ProjectError where it or the file is not as it must be.

    ``find`` raises PlaceNotFound where there is no place of its id.
    """
    from geomap.files import write_whole

    if correction.place:
        find(correction.place)
    before = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    parse_corrections(before, where=str(path))
    added = write_correction(correction)
    parse_corrections(added, where="the correction")
    write_whole(path, (before.rstrip("\n") + "\n\n" + added).lstrip("\n").encode())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() or c == " " else f"\\U{ord(c):08x}" for c in escaped) + '"'


def unplaceable(corrections: Sequence[Correction], find: Callable[[str], Place]) -> tuple[Correction, ...]:
    """Return the corrections whose place the gazetteer does not, or no longer, know."""
    missing = []
    for one in corrections:
        try:
            if one.place:
                find(one.place)
        except PlaceNotFound:
            missing.append(one)
    return tuple(missing)


def correct(read: ReadArticle, corrections: Sequence[Correction], *, find: Callable[[str], Place]) -> Corrected:
    """Return ``read`` with every correction applied that reaches it, the nearest scope first, then the later in the file.

    ``find`` gives the place of an id; a correction whose place it does not know (PlaceNotFound) changes nothing.
    """
    told = f"{read.article.title or ''}\n{read.article.text}"
    reaching = [one for one in corrections if one.name in told and _reaches(one, read.article)]
    lost = set(unplaceable(reaching, find))
    reaching = [one for one in reaching if one not in lost]
    nearest: dict[str, Correction] = {}
    for one in sorted(reaching, key=lambda c: ("everywhere", "source", "article").index(c.scope)):
        nearest[one.name] = one
    hidden = [one for one in nearest.values() if one.is_hidden]
    hidden_ids = {r.place.id for r in read.resolutions if r.place and nearest.get(r.mention.text) in hidden}
    spans = [span for one in hidden for span in _found(one.name, read.article.text)]
    met = {one.name for one in hidden if _found(one.name, f"{read.article.title or ''}\n{read.article.text}")}
    decided: list[Resolution] = []
    for resolution in [*read.resolutions, *_added(read, nearest.values())]:
        found = nearest.get(resolution.mention.text)
        if found:
            met.add(found.name)
        if found in hidden or (resolution.place and resolution.place.id in hidden_ids):
            spans.append((resolution.mention.start, resolution.mention.end))
        else:
            decided.append(_decided(resolution, found, find) if found else resolution)
    article = read.article
    if spans or any(one.name in met for one in hidden):
        places = [r.place for r in read.resolutions if r.place and r.place.id in hidden_ids]
        names = {one.name for one in hidden} | {article.text[a:b] for a, b in spans} | {one.name for one in places}
        article = _blacked_out(article, spans, sorted(names, key=len, reverse=True))
        decided = [_silent(r, hidden_ids, names) for r in decided]
    decided = [replace(r, mention=_of(r.mention, article)) for r in decided]
    decided.sort(key=lambda r: (r.mention.start, r.mention.end))
    return Corrected(
        read=ReadArticle(article=article, resolutions=tuple(decided)),
        fitted=tuple(one for one in reaching if one.name in met),
        hidden=tuple(sorted(hidden_ids)),
    )


def _reaches(correction: Correction, article: Article) -> bool:
    if correction.article:
        known_as = {article.id, article.url, article.sha256}
        known_as |= {name for p in article.republished for name in (p.id, p.url, p.sha256)}
        return correction.article in known_as
    return correction.source is None or correction.source in {article.source, *(p.source for p in article.republished)}


def _added(read: ReadArticle, corrections: Iterable[Correction]) -> list[Resolution]:
    taken = [(r.mention.start, r.mention.end) for r in read.resolutions]
    added = []
    for one in corrections:
        for start, end in _spans(one.name, read.article.text) if one.is_added else ():
            if not any(a < end and start < b for a, b in taken):
                mention = Mention(start=start, end=end, text=one.name)
                added.append(Resolution(mention=mention, place=None, score=1.0, reason="added by an editor"))
    return added


def _spans(name: str, text: str) -> list[tuple[int, int]]:
    """Return where ``name`` stands in ``text`` as whole words."""
    return [m.span() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)]


def _decided(resolution: Resolution, correction: Correction, find: Callable[[str], Place]) -> Resolution:
    place = None if correction.is_none else _place(resolution, correction, find)
    before = resolution.place
    others = resolution.runners_up
    if before and (place is None or before.id != place.id):
        others = (Candidate(place=before, name=resolution.mention.text, match=resolution.match or "name"), *others)
    others = tuple(c for c in others if place is None or c.place.id != place.id)[:5]
    return replace(
        resolution,
        place=place,
        score=1.0,
        reason=_says(correction),
        match=resolution.match or "name" if place else None,
        runners_up=others,
        correction=correction,
    )


def _place(resolution: Resolution, correction: Correction, find: Callable[[str], Place]) -> Place:
    known = find(correction.place) if correction.place else None
    if correction.lon is None or correction.lat is None:
        if known is None:
            raise ValueError(f"a correction that says nothing: {correction}")
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


def _says(correction: Correction) -> str:
    by = " ".join(
        filter(None, ["corrected by", correction.author or "an editor", correction.date and f"on {correction.date}"])
    )
    return f"{by}: {correction.reason}" if correction.reason else by


def _blacked_out(article: Article, spans: Sequence[tuple[int, int]], names: Sequence[str]) -> Article:
    """Return ``article`` with what is hidden blacked out, letter for letter, so that no offset moves.

    Its address and its digest go, for the one may say the name and the other could be found by trying names; so does
    what else is known of it, where the name is in it. An id that says it gets a mark, for who keeps ids to number.
    """
    text = article.text
    for start, end in spans:
        text = text[:start] + _BLACK * (end - start) + text[end:]

    def unsaid(told: str | None) -> str | None:
        return None if told and any(_said_in(name, told) for name in names) else told

    return replace(
        article,
        text=text,
        title=_struck(article.title, names) if article.title else None,
        id=article.id if unsaid(article.id) else f"{_BLACK}{hashlib.sha256(article.id.encode()).hexdigest()[:8]}",
        source=unsaid(article.source),
        author=unsaid(article.author),
        url=None,
        sha256=None,
        republished=(),
    )


def _struck(text: str, names: Iterable[str]) -> str:
    for name in names:
        for start, end in _found(name, text):
            text = text[:start] + _BLACK * (end - start) + text[end:]
    return text


def _silent(resolution: Resolution, hidden_ids: set[str], names: Iterable[str]) -> Resolution:
    """Return a resolution whose reason and other candidates say nothing of what is hidden."""
    others = tuple(c for c in resolution.runners_up if c.place.id not in hidden_ids)
    return replace(resolution, reason=_struck(resolution.reason, names), runners_up=others)


def _found(name: str, text: str) -> list[tuple[int, int]]:
    """Return where ``name`` stands in ``text`` as whole words, in small letters or capitals."""
    return [m.span() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)]


def _said_in(name: str, told: str) -> bool:
    """Tell whether a file's name, an address or a person's name says ``name``, whatever stands between its words."""
    return re.sub(r"[\W_]+", "", name).casefold() in re.sub(r"[\W_]+", "", told).casefold()


def _of(mention: Mention, article: Article) -> Mention:
    """Return ``mention`` as it stands in ``article``: a longer name may hold a hidden one."""
    return replace(mention, text=article.text[mention.start : mention.end])
