"""From articles to stories to reports, inside the library: only what is new, changed or touched by a change."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import msgspec

from geomap.corrections import correct
from geomap.errors import ProjectError
from geomap.files import slug
from geomap.library import Library, decode, decode_reports, encode, encode_report
from geomap.protect import HIDDEN, hidden_elsewhere, holding, names, names_of_all, note_hidden, saying
from geomap.republished import INDEXED, THRESHOLD, VERSION_THRESHOLD, Told, similarity, sketch, stories
from geomap.vocabulary import Article, Correction, Cut, Place, Precision, Publication, ReadArticle, Region, Resolution

if TYPE_CHECKING:
    from geomap.pipeline import World
    from geomap.redaction import Names

T = TypeVar("T")
KINDS = ("literal", "associative", "demonym")
BATCH = 50
"""Articles between two commits: a killed build loses no more than these."""
EXCERPTS = 3
"""Articles whose sentences a light map shows of each place: the surest and the latest."""
OF_ONE = 1
"""Sentences of one article that a light map shows of each place."""
_LATEST = (
    "SELECT s.name FROM (SELECT id, date FROM located WHERE place = ? ORDER BY date DESC, id LIMIT 20) l"
    " JOIN stories s ON s.id = l.id ORDER BY l.date DESC, l.id"
)
NAMES = 8
"""Names that a light map holds of each place, the first of the gazetteer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What results are made by."""

    extraction: str
    reading: str
    showing: str


def read_articles(library: Library, world: World, *, key: str) -> int:
    """Decide the mentions of every article that has no reading by this program and data; return how many."""
    from geomap.pipeline import close_recogniser, read

    waiting = library.db.execute(
        "SELECT min(id) FROM articles WHERE digest NOT IN (SELECT digest FROM readings WHERE key = ?) GROUP BY digest",
        (key,),
    ).fetchall()
    for batch in _batches(waiting):
        rows = []
        for (one,) in batch:
            (digest,) = library.db.execute("SELECT digest FROM articles WHERE id = ?", (one,)).fetchone()
            resolutions = read(library.article(one), world=world).resolutions
            literal = {r.place.id for r in resolutions if r.place and r.mention.kind == "literal"}
            rows.append((digest, key, " ".join(sorted(literal)), encode(resolutions)))
        with library.transaction():
            library.db.executemany("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?)", rows)
    close_recogniser()  # what comes now needs the boundaries, and both at once more memory than either
    return len(waiting)


def find_twins(library: Library, *, key: str) -> None:
    """Find near-identical texts among the articles that are new: they tell of the same places in the same words."""
    # Joined here, not in SQL: each of the three is read from an index alone, without the texts that lie beside.
    places_of = dict(library.db.execute("SELECT digest, places FROM readings WHERE key = ?", (key,)))
    drawn_of = dict(library.db.execute("SELECT id, digest FROM sketches"))
    waiting = [
        (one, digest, places_of[digest])
        for one, digest in library.db.execute("SELECT id, digest FROM articles ORDER BY id").fetchall()
        if digest in places_of and drawn_of.get(one) != digest + key
    ]
    for batch in _batches(waiting):
        with library.transaction():
            for one, digest, places in batch:
                library.drop_sketch(one)
                drawn = sketch(library.article(one).text)
                library.db.execute("INSERT INTO sketches VALUES (?, ?, ?)", (one, digest + key, encode(drawn)))
                twins = {*_twins(library, drawn, places), *_versions(library, one, drawn)}
                library.db.executemany("INSERT INTO twins VALUES (?, ?)", [(one, twin) for twin in sorted(twins)])
                rows = [(h, places, one) for h in drawn[:INDEXED]]
                library.db.executemany("INSERT INTO shingles VALUES (?, ?, ?)", rows)


def _twins(library: Library, drawn: tuple[int, ...], places: str) -> list[str]:
    marks = ", ".join("?" * len(drawn[:INDEXED]))
    near = library.db.execute(
        f"SELECT id, sketch FROM sketches WHERE id IN (SELECT id FROM shingles WHERE hash IN ({marks}) AND places = ?)",  # noqa: S608
        (*drawn[:INDEXED], places),
    )
    return [other for other, theirs in near if similarity(drawn, decode(theirs, tuple[int, ...])) >= THRESHOLD]


def _versions(library: Library, one: str, drawn: tuple[int, ...]) -> list[str]:
    """Return the articles of a like text that claim the address that article ``one`` claims, or were fetched from it."""
    (claimed, digest) = library.db.execute("SELECT claimed, digest FROM articles WHERE id = ?", (one,)).fetchone()
    if claimed is None:
        return []
    same = library.db.execute(
        "SELECT id FROM articles WHERE claimed = ? AND digest = ? AND id != ?", (claimed, digest, one)
    )
    found = [row[0] for row in same]
    marks = ", ".join("?" * len(drawn[:INDEXED]))
    near = library.db.execute(
        f"SELECT id, sketch FROM sketches WHERE id IN (SELECT id FROM shingles WHERE hash IN ({marks}))"  # noqa: S608
        " AND id IN (SELECT id FROM articles WHERE claimed = ?)",
        (*drawn[:INDEXED], claimed),
    )
    return found + [
        other for other, theirs in near if similarity(drawn, decode(theirs, tuple[int, ...])) >= VERSION_THRESHOLD
    ]


def gather(
    library: Library,
    world: World,
    corrections: Sequence[Correction],
    *,
    keys: Keys,
    order: Mapping[str, int],
    finest: Precision | None = None,
) -> int:
    """Bring the stories up to the articles and the corrections; mark the places they touch stale; return how many changed.

    ``order`` gives the number of the last receipt of each file that has one. Nothing finer than ``finest`` is in any of them.
    """
    rows = library.db.execute(
        "SELECT a.id, a.address, a.published, a.retrieved, a.digest, f.key, f.seen, a.claimed, a.path"
        " FROM articles a JOIN files f ON f.path = a.path"
    ).fetchall()
    told = {
        row[0]: Told(
            id=row[0], address=row[1], claimed=row[7], published=row[2], retrieved=row[3], nth=order.get(row[8], -1)
        )
        for row in rows
    }
    made_from = {row[0]: row for row in rows}
    now = {group[0].id: group for group in stories(told.values(), library.db.execute("SELECT id, twin FROM twins"))}
    fine = _fine_names(library, world, corrections, now, finest=finest, key=keys.reading)
    keyed = {
        lead: _hash(
            [keys.showing, keys.reading, str(finest), *fine.get(lead, ()), *(str(made_from[one.id]) for one in group)]
        )
        for lead, group in now.items()
    }
    before = dict(library.db.execute("SELECT id, key FROM stories"))
    touched = _touched_by(library, corrections)
    changed = [lead for lead, key in keyed.items() if before.get(lead) != key or lead in touched]
    gone = before.keys() - keyed.keys()
    with library.transaction():
        for lead in gone:
            _forget(library, lead)
        if _hidden_changed(library, corrections):
            library.db.execute("DELETE FROM hidden")
            library.note(HIDDEN, None)

    def tell(leads: Sequence[str]) -> None:
        hidden = hidden_elsewhere(library, world)
        for batch in _batches(leads):
            with library.transaction():
                for lead in batch:
                    _forget(library, lead)
                    _tell(
                        library,
                        world,
                        now[lead],
                        corrections,
                        key=keyed[lead],
                        seen=made_from[lead][6],
                        finest=finest,
                        elsewhere=fine.get(lead, ()),
                        hidden=hidden,
                    )

    known = hidden_elsewhere(library, world)
    tell(changed)
    if new := hidden_elsewhere(library, world) - known:  # a place that was not known to be hidden has other names
        again = saying(library, new)
        tell(sorted(again))
        changed = list({*changed, *again})
    # Only now: a build that is killed before this finds the same stories touched again.
    library.note("corrections", encode(tuple(corrections)).hex())
    return len(changed) + len(gone)


def _fine_names(
    library: Library,
    world: World,
    corrections: Sequence[Correction],
    now: Mapping[str, Sequence[Told]],
    *,
    finest: Precision | None,
    key: str,
) -> dict[str, list[str]]:
    """Return for each story the names that are too fine in any, as far as they may stand in it; none without a limit."""
    if finest is None:
        return {}
    known = names_of_all(library, world, corrections, finest=finest, key=key)
    return {
        lead: sorted({name for one in group for name in known.possibly_in(library.article(one.id))})
        for lead, group in now.items()
    }


def uncorrected(library: Library, names: Sequence[str], *, key: str) -> Iterator[ReadArticle]:
    """Yield each story that holds one of ``names`` as the program read it, before any correction.

    ProjectError where a story was read by another program or other data than those of ``key``.
    """
    from geomap.pipeline import as_read

    stale = "SELECT 1 FROM stories s JOIN articles a ON a.id = s.id JOIN readings r ON r.digest = a.digest WHERE r.key != ? LIMIT 1"
    if library.db.execute(stale, (key,)).fetchone():
        raise ProjectError(f"{library.path}: was read by another geomap or other data; call `geomap build` first")
    for one in sorted({one for name in names for one in _holding(library, name)}):
        shown, resolutions = library.db.execute(
            "SELECT s.shown, r.resolutions FROM stories s JOIN articles a ON a.id = s.id JOIN readings r ON r.digest = a.digest"
            " WHERE s.id = ?",
            (one,),
        ).fetchone()
        republished = decode(shown, ReadArticle).article.republished
        article = replace(library.article(one), republished=republished)
        yield as_read(article, decode(resolutions, tuple[Resolution, ...]))


def _holding(library: Library, name: str) -> list[str]:
    """Return the ids of the stories whose article says ``name``."""
    rows = library.db.execute(
        "SELECT s.id FROM stories s JOIN articles a ON a.id = s.id WHERE instr(a.article, CAST(? AS BLOB))", (name,)
    )
    return [row[0] for row in rows]


def _touched_by(library: Library, corrections: Sequence[Correction]) -> set[str]:
    """Return the stories that hold a name of a correction that is new, changed or gone since the last build."""
    before = _last_corrections(library)
    changed = {*before} ^ {*corrections}
    said = {one.name for one in changed}
    if before != tuple(corrections):  # the order decides between equals
        said |= {one.name for one in corrections if sum(other.name == one.name for other in corrections) > 1}
    hidden: list[Correction] = []
    if any(one.is_hidden for one in changed):
        hidden = [one for one in {*before} | {*corrections} if one.is_hidden]
        said |= {one.name for one in corrections}  # what an editor writes of other names may say the hidden one
    return holding(library, hidden) | {one for name in said for one in _holding(library, name)}


def _last_corrections(library: Library) -> tuple[Correction, ...]:
    known = library.about("corrections")
    return decode(bytes.fromhex(known), tuple[Correction, ...]) if known else ()


def _hidden_changed(library: Library, corrections: Sequence[Correction]) -> bool:
    return any(one.is_hidden for one in {*_last_corrections(library)} ^ {*corrections})


def _forget(library: Library, lead: str) -> None:
    library.db.execute("INSERT OR IGNORE INTO stale SELECT place FROM located WHERE id = ?", (lead,))
    library.db.execute("DELETE FROM located WHERE id = ?", (lead,))
    library.db.execute("DELETE FROM stories WHERE id = ?", (lead,))


def _tell(
    library: Library,
    world: World,
    group: Sequence[Told],
    corrections: Sequence[Correction],
    *,
    key: str,
    seen: str,
    finest: Precision | None,
    elsewhere: Iterable[str],
    hidden: Iterable[str],
) -> None:
    """Write a story: its article with the editor's word applied, and where it is located.

    ``elsewhere`` are the names that are too fine in other articles, ``hidden`` those of the places hidden in any.
    """
    from geomap.pipeline import as_read, known_names

    first, *others = (library.article(one.id) for one in group)
    article = replace(
        first,
        republished=tuple(
            Publication(
                id=one.id,
                source=one.source,
                url=one.url,
                published=one.published,
                sha256=one.sha256,
                retrieved=one.retrieved,
            )
            for one in others
        ),
    )
    row = library.db.execute(
        "SELECT r.resolutions FROM articles a JOIN readings r ON r.digest = a.digest WHERE a.id = ?", (first.id,)
    ).fetchone()
    read = as_read(article, decode(row[0], tuple[Resolution, ...]))
    corrected = correct(
        read,
        corrections,
        find=world.gazetteer.place,
        names=lambda place: known_names(place, world=world),
        elsewhere=hidden,
    )
    note_hidden(library, corrected.everywhere)
    shown = _as_shown(library, world, corrected.read, known_as=first.id, finest=finest, elsewhere=elsewhere)
    library.db.executemany("INSERT OR IGNORE INTO hidden VALUES (?)", [(place,) for place in corrected.hidden])
    whole = encode(shown)
    stamp = hashlib.sha256(whole).hexdigest()[:16]
    date = first.published or first.retrieved or seen
    library.db.execute(
        "INSERT INTO stories VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            first.id,
            key,
            stamp,
            date,
            shown.article.published,
            shown.article.id,
            shown.article.page,
            listed(shown.article, read_to=shown.read_to),
            _entry(shown),
            encode(corrected.fitted),
            whole,
        ),
    )
    best: dict[str, tuple[int, float]] = {}
    for r in shown.resolutions:
        if r.place:
            rank = (KINDS.index(r.mention.kind), -r.score)
            best[r.place.id] = min(rank, best.get(r.place.id, rank))
    library.db.executemany(
        "INSERT INTO located VALUES (?, ?, ?, ?, ?)", [(place, first.id, k, -s, date) for place, (k, s) in best.items()]
    )
    library.db.executemany("INSERT OR IGNORE INTO stale VALUES (?)", [(place,) for place in best])


def _entry(shown: ReadArticle) -> str:
    """Return what a light map holds of an article: the rest is on its page."""
    from geomap.entries import article_text

    located = {r.place.id for r in shown.resolutions if r.place and r.mention.kind == "literal"}
    kept = replace(shown.article, sha256=None, retrieved=None, republished=())
    return article_text(kept, nPlaces=len(located), readTo=shown.read_to)


def cuts(library: Library) -> tuple[Cut, ...]:
    """Return the stories of which only the beginning was read, as they are shown, in the manifest's order."""
    # In a JSON text these letters are a key: a quotation mark inside a string is escaped.
    rows = library.db.execute("SELECT listed FROM stories WHERE instr(listed, '\"read_to\":') ORDER BY date, id")
    told = [msgspec.json.decode(row[0]) for row in rows]
    return tuple(Cut(article_id=one["id"], read_to=one["read_to"], length=one["characters"]) for one in told)


def listed(article: Article, *, read_to: int | None = None) -> str:
    """Return an article's line in the manifest."""
    from geomap.exports.written import web_link

    cut = {"characters": len(article.text), "read_to": read_to} if read_to is not None else {}
    keys = ("id", "title", "source", "url", "author", "published", "retrieved", "sha256", "page")
    linked = replace(article, url=web_link(article.url))
    told = {key: value for key in keys if (value := getattr(linked, key)) is not None}
    published = (asdict(replace(one, url=web_link(one.url))) for one in article.republished)
    others = [{k: v for k, v in one.items() if v is not None} for one in published]
    return msgspec.json.encode(told | cut | ({"republished": others} if others else {})).decode()


def _as_shown(
    library: Library,
    world: World,
    read: ReadArticle,
    *,
    known_as: str,
    finest: Precision | None,
    elsewhere: Iterable[str],
) -> ReadArticle:
    """Return the article as it may be shown, with the address of its page.

    One whose id would tell what is hidden or too fine is numbered instead, in the order in which they were met: a digest of the
    id could be found by trying names.
    """
    if finest:
        from geomap.pipeline import coarsen

        [read] = coarsen([read], finest=finest, world=world, elsewhere=elsewhere)
    if read.article.id != known_as:
        number = int(library.about("numbered") or "0") + 1
        library.note("numbered", str(number))
        read = replace(read, article=replace(read.article, id=f"article-{number}"))
    return replace(read, article=replace(read.article, page=page_of(read.article)))


def page_of(article: Article) -> str:
    """Return where an article's own page is, below the output folder."""
    return f"pages/{slug(article.title or article.id)}-{hashlib.sha256(article.id.encode()).hexdigest()[:8]}.html"


def report_stale(library: Library, world: World, *, key: str, is_light: bool, hidden: Sequence[str] = ()) -> int:
    """Make the reports of the stale places anew; return how many. A light map's hold only some of their sentences.

    ``key`` is that of everything that shapes what is written; ``hidden`` are the names that no place may bear.
    """
    mode = " ".join(["light" if is_light else "full", *([_hash(hidden)] if hidden else [])])
    if library.about("mode") != mode:
        with library.transaction():
            library.db.execute("INSERT OR IGNORE INTO stale SELECT DISTINCT place FROM located")
            library.note("mode", mode)
    stale = [row[0] for row in library.db.execute("SELECT place FROM stale ORDER BY place")]
    for batch in _batches(stale, 200):
        _report(library, world, batch, key=" ".join([key, *hidden]), is_light=is_light, without=names(hidden))
    return len(stale)


def _report(
    library: Library, world: World, places: Sequence[str], *, key: str, is_light: bool, without: Names | None
) -> None:
    from geomap.entries import place_text
    from geomap.exports.features import feature
    from geomap.exports.plain import csv_line
    from geomap.exports.rows import row
    from geomap.ground import era, simplified
    from geomap.pipeline import report

    chosen = {place: _chosen(library, place, is_light=is_light) for place in places}
    needed = sorted({one for ids in chosen.values() for one in ids})
    shown = dict(zip(needed, _shown(library, needed), strict=True))
    # A place is joined to its regions as on the day of the last article that names it; days of one era give the same.
    by_era: dict[int, list[str]] = defaultdict(list)
    for place, ids in chosen.items():
        if ids:
            day = max((shown[one].article.published or "" for one in ids), default="")[:10]
            by_era[era(world.atlas, day or None)].append(place)
    rows = []
    for day_of, group in by_era.items():
        joined_by = f"{key} {day_of}"
        wanted: dict[str, set[str]] = defaultdict(set)
        for place in group:
            for one in chosen[place]:
                wanted[one].add(place)
        about = [_only(shown[one], ids, is_light=is_light) for one, ids in sorted(wanted.items())]
        cited = {one.article.id: one.article for one in about}
        for made in report(about, world=world, held=_held(library, group, joined_by), without=without):
            n = library.db.execute("SELECT count(*) FROM located WHERE place = ?", (made.place.id,)).fetchone()[0]
            first = made.evidence[0] if made.evidence else None
            order = f"{first.article_id} {first.mention.start:09}" if first else ""
            kept = replace(made, geometry=simplified(made.geometry, is_light=is_light))
            if is_light:
                kept = replace(kept, n_articles=n, names=made.names[:NAMES])
            latest = library.db.execute(_LATEST, (made.place.id,)).fetchall()
            rows.append(
                (
                    made.place.id,
                    n,
                    order,
                    encode([name for (name,) in latest]),
                    joined_by,
                    encode_report(kept),
                    encode(feature(kept, cited)),
                    csv_line(row(kept, cited)),
                    place_text(kept) if is_light else "",
                )
            )
    with library.transaction():
        library.db.executemany("DELETE FROM reports WHERE place = ?", [(place,) for place in places])
        library.db.executemany("INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        library.db.executemany("DELETE FROM stale WHERE place = ?", [(place,) for place in places])


def _held(library: Library, places: Sequence[str], joined_by: str) -> dict[Place, tuple[Region, ...]]:
    """Return the regions of those places that were joined to them by the same program, on a day of the same era."""
    marks = ", ".join("?" * len(places))
    rows = library.db.execute(
        f"SELECT report FROM reports WHERE joined_by = ? AND place IN ({marks})",  # noqa: S608
        (joined_by, *places),
    )
    return {one.place: one.regions for one in decode_reports([row[0] for row in rows])}


def _chosen(library: Library, place: str, *, is_light: bool) -> list[str]:
    if not is_light:
        return [row[0] for row in library.db.execute("SELECT id FROM located WHERE place = ?", (place,))]
    best = "SELECT id FROM located WHERE place = ? ORDER BY kind, score DESC, date DESC, id LIMIT 1"
    latest = "SELECT id FROM located WHERE place = ? ORDER BY kind, date DESC, id LIMIT ?"
    ids = [row[0] for row in library.db.execute(best, (place,))]
    ids += [row[0] for row in library.db.execute(latest, (place, EXCERPTS))]
    return list(dict.fromkeys(ids))[:EXCERPTS]


def _shown(library: Library, ids: Iterable[str]) -> Iterator[ReadArticle]:
    for one in ids:
        (blob,) = library.db.execute("SELECT shown FROM stories WHERE id = ?", (one,)).fetchone()
        yield decode(blob, ReadArticle)


def _only(read: ReadArticle, places: set[str], *, is_light: bool) -> ReadArticle:
    """Return the article with its mentions of these places alone."""
    kept: list[Resolution] = []
    n_of: dict[str, int] = defaultdict(int)
    for r in sorted(read.resolutions, key=lambda r: (KINDS.index(r.mention.kind), -r.score)):
        if r.place and r.place.id in places and (not is_light or n_of[r.place.id] < OF_ONE):
            n_of[r.place.id] += 1
            kept.append(r)
    kept.sort(key=lambda r: r.mention.start)
    return replace(read, resolutions=tuple(kept))


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    todo = iter(items)
    while batch := list(islice(todo, size)):
        yield batch
