"""From articles to stories, inside the library: only what is new, changed or touched by a change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, get_args

import msgspec

from geomap.editorial.corrections import correct
from geomap.errors import ProjectError
from geomap.files import slug
from geomap.fingerprint import key_of
from geomap.project.near_duplicates import Told, stories
from geomap.project.protection import HIDDEN, hidden_elsewhere, holding, names_of_all, note_hidden, saying
from geomap.store.database import Library, batches
from geomap.store.serialization import decode, encode
from geomap.types import Article, Correction, Cut, MentionKind, Precision, Publication, ReadArticle, Resolution

if TYPE_CHECKING:
    from geomap.resources import World

KINDS: tuple[MentionKind, ...] = get_args(MentionKind)
"""Kinds of mention, the one that says most of a place first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What results are made by."""

    extraction: str
    reading: str
    showing: str


def read_articles(library: Library, world: World, *, key: str) -> int:
    """Decide the mentions of every article that has no reading by this program and data; return how many."""
    from geomap.geoparser import close_recogniser, read

    waiting = library.db.execute(
        "SELECT min(id) FROM articles WHERE digest NOT IN (SELECT digest FROM readings WHERE key = ?) GROUP BY digest",
        (key,),
    ).fetchall()
    for batch in batches(waiting):
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
        lead: key_of(
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
        for batch in batches(leads):
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
    from geomap.geoparser import as_read

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
    from geomap.geoparser import as_read
    from geomap.pipeline import known_names

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
    from geomap.render.payload_records import article_json

    located = {r.place.id for r in shown.resolutions if r.place and r.mention.kind == "literal"}
    kept = replace(shown.article, sha256=None, retrieved=None, republished=())
    return article_json(kept, nPlaces=len(located), readTo=shown.read_to)


def cuts(library: Library) -> tuple[Cut, ...]:
    """Return the stories of which only the beginning was read, as they are shown, in the manifest's order."""
    # In a JSON text these letters are a key: a quotation mark inside a string is escaped.
    rows = library.db.execute("SELECT listed FROM stories WHERE instr(listed, '\"read_to\":') ORDER BY date, id")
    told = [msgspec.json.decode(row[0]) for row in rows]
    return tuple(Cut(article_id=one["id"], read_to=one["read_to"], length=one["characters"]) for one in told)


def listed(article: Article, *, read_to: int | None = None) -> str:
    """Return an article's line in the manifest."""
    from geomap.text.sanitize import web_link

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
