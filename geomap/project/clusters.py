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
from geomap.store.articles import ArticleRow
from geomap.store.clusters import Cluster
from geomap.store.database import Library, batches
from geomap.store.locations import Location
from geomap.store.readings import Reading
from geomap.store.serialization import decode, encode
from geomap.types import Article, Correction, Cut, GeoparsedArticle, MentionKind, Precision, Publication

if TYPE_CHECKING:
    from geomap.resources import Resources

KINDS: tuple[MentionKind, ...] = get_args(MentionKind)
"""Kinds of mention, the one that says most of a place first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What results are made by."""

    extraction: str
    reading: str
    showing: str


def geoparse_articles(library: Library, resources: Resources, *, key: str) -> int:
    """Decide the mentions of every article that has no reading by this program and data; return how many."""
    from geomap.geoparser import close_recogniser, geoparse

    waiting = library.readings.unread(key)
    for batch in batches(waiting):
        readings = []
        for one in batch:
            resolutions = geoparse(library.articles.get(one.article_id), resources=resources).resolutions
            literal = {r.place.id for r in resolutions if r.place and r.mention.kind == "literal"}
            readings.append(Reading(digest=one.digest, key=key, places=tuple(sorted(literal)), resolutions=resolutions))
        with library.transaction():
            library.readings.put(readings)
    close_recogniser()  # what comes now needs the boundaries, and both at once more memory than either
    return len(waiting)


def gather(
    library: Library,
    resources: Resources,
    corrections: Sequence[Correction],
    *,
    keys: Keys,
    order: Mapping[str, int],
    finest: Precision | None = None,
) -> int:
    """Bring the stories up to the articles and the corrections; mark the places they touch stale; return how many changed.

    ``order`` gives the number of the last receipt of each file that has one. Nothing finer than ``finest`` is in any of them.
    """
    made_from = {row.id: row for row in library.articles.rows()}
    told = [_told(row, nth=order.get(row.path, -1)) for row in made_from.values()]
    now = {group[0].id: group for group in stories(told, library.near_duplicates.pairs())}
    fine = _fine_names(library, resources, corrections, now, finest=finest, key=keys.reading)
    fixed = [keys.showing, keys.reading, str(finest)]
    keyed = {
        lead: key_of([*fixed, *fine.get(lead, ()), *(str(made_from[one.id]) for one in group)])
        for lead, group in now.items()
    }
    before = library.clusters.keys()
    touched = _touched_by(library, corrections)
    changed = [lead for lead, key in keyed.items() if before.get(lead) != key or lead in touched]
    gone = before.keys() - keyed.keys()
    with library.transaction():
        for lead in gone:
            _forget(library, lead)
        if _hidden_changed(library, corrections):
            library.locations.clear_hidden()
            library.note(HIDDEN, None)

    def tell(leads: Sequence[str]) -> None:
        hidden = hidden_elsewhere(library, resources)
        for batch in batches(leads):
            with library.transaction():
                for lead in batch:
                    _forget(library, lead)
                    _tell(
                        library,
                        resources,
                        now[lead],
                        corrections,
                        key=keyed[lead],
                        seen=made_from[lead].seen,
                        finest=finest,
                        elsewhere=fine.get(lead, ()),
                        hidden=hidden,
                    )

    known = hidden_elsewhere(library, resources)
    tell(changed)
    if new := hidden_elsewhere(library, resources) - known:  # a place that was not known to be hidden has other names
        again = saying(library, new)
        tell(sorted(again))
        changed = list({*changed, *again})
    # Only now: a build that is killed before this finds the same stories touched again.
    library.note("corrections", encode(tuple(corrections)).hex())
    return len(changed) + len(gone)


def _told(row: ArticleRow, *, nth: int) -> Told:
    """Return what decides whether an article is a near-duplicate of another; ``nth`` is the number of its last receipt."""
    return Told(
        id=row.id,
        address=row.address,
        claimed=row.claimed,
        published=row.published,
        retrieved=row.retrieved,
        nth=nth,
    )


def _fine_names(
    library: Library,
    resources: Resources,
    corrections: Sequence[Correction],
    now: Mapping[str, Sequence[Told]],
    *,
    finest: Precision | None,
    key: str,
) -> dict[str, list[str]]:
    """Return for each story the names that are too fine in any, as far as they may stand in it; none without a limit."""
    if finest is None:
        return {}
    known = names_of_all(library, resources, corrections, finest=finest, key=key)
    return {
        lead: sorted({name for one in group for name in known.possibly_in(library.articles.get(one.id))})
        for lead, group in now.items()
    }


def uncorrected(library: Library, names: Sequence[str], *, key: str) -> Iterator[GeoparsedArticle]:
    """Yield each story that holds one of ``names`` as the program read it, before any correction.

    ProjectError where a story was read by another program or other data than those of ``key``.
    """
    from geomap.geoparser import as_read

    if library.readings.has_other_key(key):
        raise ProjectError(f"{library.path}: was read by another geomap or other data; call `geomap build` first")
    for one in sorted({one for name in names for one in library.clusters.with_text(name)}):
        republished = library.clusters.shown_of(one).article.republished
        article = replace(library.articles.get(one), republished=republished)
        yield as_read(article, library.readings.resolutions_of_article(one))


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
    return holding(library, hidden) | {one for name in said for one in library.clusters.with_text(name)}


def _last_corrections(library: Library) -> tuple[Correction, ...]:
    known = library.about("corrections")
    return decode(bytes.fromhex(known), tuple[Correction, ...]) if known else ()


def _hidden_changed(library: Library, corrections: Sequence[Correction]) -> bool:
    return any(one.is_hidden for one in {*_last_corrections(library)} ^ {*corrections})


def _forget(library: Library, lead: str) -> None:
    library.locations.drop(lead)
    library.clusters.drop(lead)


def _tell(
    library: Library,
    resources: Resources,
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
    from geomap.gazetteer.protocol import known_names
    from geomap.geoparser import as_read

    first, *others = (library.articles.get(one.id) for one in group)
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
    read = as_read(article, library.readings.resolutions_of_article(first.id))
    corrected = correct(
        read,
        corrections,
        find=resources.gazetteer.place,
        names=lambda place: known_names(place, resources.gazetteer),
        elsewhere=hidden,
    )
    note_hidden(library, corrected.everywhere)
    shown = _as_shown(library, resources, corrected.read, known_as=first.id, finest=finest, elsewhere=elsewhere)
    library.locations.hide(corrected.hidden)
    date = first.published or first.retrieved or seen
    library.clusters.put(
        Cluster(
            id=first.id,
            key=key,
            date=date,
            listed=listed(shown.article, read_to=shown.read_to),
            entry=_entry(shown),
            fitted=corrected.fitted,
            shown=shown,
        )
    )
    library.locations.put(first.id, _locations(shown), date=date)


def _locations(shown: GeoparsedArticle) -> list[Location]:
    """Return the places that an article names, each by its best mention."""
    best: dict[str, tuple[int, float]] = {}
    for r in shown.resolutions:
        if r.place:
            rank = (KINDS.index(r.mention.kind), -r.score)
            best[r.place.id] = min(rank, best.get(r.place.id, rank))
    return [Location(place=place, kind=kind, score=-score) for place, (kind, score) in best.items()]


def _entry(shown: GeoparsedArticle) -> str:
    """Return what a light map holds of an article: the rest is on its page."""
    from geomap.render.payload_records import article_json

    located = {r.place.id for r in shown.resolutions if r.place and r.mention.kind == "literal"}
    kept = replace(shown.article, sha256=None, retrieved=None, republished=())
    return article_json(kept, nPlaces=len(located), readTo=shown.read_to)


def cuts(library: Library) -> tuple[Cut, ...]:
    """Return the stories of which only the beginning was read, as they are shown, in the manifest's order."""
    told = [msgspec.json.decode(line) for line in library.clusters.listed_cut()]
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
    resources: Resources,
    read: GeoparsedArticle,
    *,
    known_as: str,
    finest: Precision | None,
    elsewhere: Iterable[str],
) -> GeoparsedArticle:
    """Return the article as it may be shown, with the address of its page.

    One whose id would tell what is hidden or too fine is numbered instead, in the order in which they were met: a digest of the
    id could be found by trying names.
    """
    if finest:
        from geomap.pipeline import coarsen

        [read] = coarsen([read], finest=finest, resources=resources, elsewhere=elsewhere)
    if read.article.id != known_as:
        number = int(library.about("numbered") or "0") + 1
        library.note("numbered", str(number))
        read = replace(read, article=replace(read.article, id=f"article-{number}"))
    return replace(read, article=replace(read.article, page=page_of(read.article)))


def page_of(article: Article) -> str:
    """Return where an article's own page is, below the output folder."""
    return f"pages/{slug(article.title or article.id)}-{hashlib.sha256(article.id.encode()).hexdigest()[:8]}.html"
