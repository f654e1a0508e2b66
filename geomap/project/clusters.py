"""Geoparse and cluster the articles of the library; only new, changed and affected clusters are computed again."""

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
from geomap.project.near_duplicates import ArticleKey, cluster_articles
from geomap.project.protection import (
    HIDDEN,
    clusters_naming,
    clusters_of_hidden,
    hidden_elsewhere,
    names_of_all,
    record_hidden,
)
from geomap.records import Cut, Unread, UnreadDate
from geomap.store.articles import ArticleRow
from geomap.store.clusters import Cluster
from geomap.store.database import Library, batches
from geomap.store.locations import Location
from geomap.store.readings import Reading
from geomap.store.serialization import decode, encode
from geomap.text.languages import READ
from geomap.types import Article, Correction, GeoparsedArticle, MentionKind, Precision, Publication, Resolution

if TYPE_CHECKING:
    from geomap.resources import Resources

KINDS: tuple[MentionKind, ...] = get_args(MentionKind)
"""Kinds of mention, in the order of how much they state about a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The cache keys of a build (see ``geomap.fingerprint``)."""

    ingest: str
    geoparse: str
    output: str


def geoparse_articles(library: Library, resources: Resources, *, key: str) -> int:
    """Geoparse every text that has no reading with this key; return how many."""
    from geomap.geoparser import close_recogniser, geoparse

    waiting = library.readings.unread(key)
    for batch in batches(waiting):
        readings = []
        for text in batch:
            resolutions = geoparse(library.articles.get(text.article_id), resources=resources).resolutions
            literal = {r.place.id for r in resolutions if r.place and r.mention.kind == "literal"}
            readings.append(
                Reading(digest=text.digest, key=key, places=tuple(sorted(literal)), resolutions=resolutions)
            )
        with library.transaction():
            library.readings.put(readings)
    close_recogniser()  # the next steps load the boundaries; both together take too much memory
    return len(waiting)


def update_clusters(
    library: Library,
    resources: Resources,
    corrections: Sequence[Correction],
    *,
    keys: Keys,
    order: Mapping[str, int],
    finest: Precision | None = None,
) -> int:
    """Update the clusters for the articles and corrections, and mark their places stale; return how many changed.

    ``order`` gives the number of the last receipt of each file that has one. The clusters name nothing finer than ``finest``.
    """
    made_from = {row.id: row for row in library.articles.rows()}
    articles = [_article_key(row, nth=order.get(row.path, -1)) for row in made_from.values()]
    now = {group[0].id: group for group in cluster_articles(articles, library.near_duplicates.pairs())}
    fine = _fine_names(library, resources, corrections, now, finest=finest, key=keys.geoparse)
    fixed = [keys.output, keys.geoparse, str(finest)]
    keyed = {
        lead: key_of([*fixed, *fine.get(lead, ()), *(str(made_from[article.id]) for article in group)])
        for lead, group in now.items()
    }
    before = library.clusters.keys()
    affected = _affected_by(library, corrections)
    changed = [lead for lead, key in keyed.items() if before.get(lead) != key or lead in affected]
    gone = before.keys() - keyed.keys()
    with library.transaction():
        for lead in gone:
            _delete_cluster(library, lead)
        if _hidden_changed(library, corrections):
            library.locations.clear_hidden()
            library.set_meta(HIDDEN, None)

    def store(leads: Sequence[str]) -> None:
        hidden = hidden_elsewhere(library, resources)
        for batch in batches(leads):
            with library.transaction():
                for lead in batch:
                    _delete_cluster(library, lead)
                    _store_cluster(
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
    store(changed)
    if new := hidden_elsewhere(library, resources) - known:  # a place that was not known to be hidden has other names
        again = clusters_naming(library, new)
        store(sorted(again))
        changed = list({*changed, *again})
    # Last: a build that is killed before this computes the same clusters again.
    library.set_meta("corrections", encode(tuple(corrections)).hex())
    return len(changed) + len(gone)


def _article_key(row: ArticleRow, *, nth: int) -> ArticleKey:
    """Return the metadata by which an article is clustered; ``nth`` is the number of its last receipt."""
    return ArticleKey(
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
    now: Mapping[str, Sequence[ArticleKey]],
    *,
    finest: Precision | None,
    key: str,
) -> dict[str, list[str]]:
    """Return by cluster the names finer than ``finest``, of any article, that its articles may contain; empty without a limit."""
    if finest is None:
        return {}
    known = names_of_all(library, resources, corrections, finest=finest, key=key)
    return {
        lead: sorted({name for article in group for name in known.possibly_in(library.articles.get(article.id))})
        for lead, group in now.items()
    }


def uncorrected(library: Library, names: Sequence[str], *, key: str) -> Iterator[GeoparsedArticle]:
    """Yield each cluster whose first article contains one of ``names``, as geoparsed, before any correction.

    ProjectError where an article was geoparsed by other code or data than those of ``key``.
    """
    from geomap.geoparser import as_read

    if library.readings.has_other_key(key):
        raise ProjectError(
            f"{library.path}: was geoparsed by another version of geomap or its data; call `geomap build` first"
        )
    for cluster_id in sorted({cluster_id for name in names for cluster_id in library.clusters.with_text(name)}):
        republished = library.clusters.shown_of(cluster_id).article.republished
        article = replace(library.articles.get(cluster_id), republished=republished)
        yield as_read(article, library.readings.resolutions_of_article(cluster_id))


def _affected_by(library: Library, corrections: Sequence[Correction]) -> set[str]:
    """Return the clusters that contain a name of a correction that is new, changed or removed since the last build."""
    before = _last_corrections(library)
    changed = {*before} ^ {*corrections}
    names = {correction.name for correction in changed}
    if before != tuple(corrections):  # of corrections of one name the order matters
        names |= {
            correction.name
            for correction in corrections
            if sum(same.name == correction.name for same in corrections) > 1
        }
    hidden: list[Correction] = []
    if any(correction.is_hidden for correction in changed):
        hidden = [correction for correction in {*before} | {*corrections} if correction.is_hidden]
        names |= {
            correction.name for correction in corrections
        }  # the fields of other corrections may contain the hidden name
    return clusters_of_hidden(library, hidden) | {
        cluster_id for name in names for cluster_id in library.clusters.with_text(name)
    }


def _last_corrections(library: Library) -> tuple[Correction, ...]:
    known = library.get_meta("corrections")
    return decode(bytes.fromhex(known), tuple[Correction, ...]) if known else ()


def _hidden_changed(library: Library, corrections: Sequence[Correction]) -> bool:
    return any(correction.is_hidden for correction in {*_last_corrections(library)} ^ {*corrections})


def _delete_cluster(library: Library, lead: str) -> None:
    library.locations.drop(lead)
    library.clusters.drop(lead)


def _store_cluster(
    library: Library,
    resources: Resources,
    group: Sequence[ArticleKey],
    corrections: Sequence[Correction],
    *,
    key: str,
    seen: str,
    finest: Precision | None,
    elsewhere: Iterable[str],
    hidden: Iterable[str],
) -> None:
    """Store a cluster: its first article with the corrections applied, and the places it names.

    ``elsewhere`` are the names that are too fine in other articles, ``hidden`` those of places hidden in any article.
    """
    from geomap.gazetteer.protocol import known_names
    from geomap.geoparser import as_read

    first, *copies = (library.articles.get(article.id) for article in group)
    article = replace(
        first,
        republished=tuple(
            Publication(
                id=copy.id,
                source=copy.source,
                url=copy.url,
                published=copy.published,
                sha256=copy.sha256,
                retrieved=copy.retrieved,
            )
            for copy in copies
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
    record_hidden(library, corrected.everywhere)
    shown = _as_shown(library, resources, corrected.read, known_as=first.id, finest=finest, elsewhere=elsewhere)
    library.locations.hide(corrected.hidden)
    date = first.published or first.retrieved or seen
    library.clusters.put(
        Cluster(
            id=first.id,
            key=key,
            date=date,
            listed=listed(shown.article, language=shown.language, read_to=shown.read_to),
            entry=_entry(shown),
            fitted=corrected.fitted,
            shown=shown,
        )
    )
    library.locations.put(first.id, _locations(shown), date=date)


def rank_of(resolution: Resolution) -> int:
    """Return how much a mention says of its place, 0 for the most: whether something is reported there, then the kind."""
    return 0 if resolution.is_reported else 1 + KINDS.index(resolution.mention.kind)


def _locations(shown: GeoparsedArticle) -> list[Location]:
    """Return the places that an article names, each with the kind and score of its best mention."""
    best: dict[str, tuple[int, float]] = {}
    for r in shown.resolutions:
        if r.place:
            rank = (rank_of(r), -r.score)
            best[r.place.id] = min(rank, best.get(r.place.id, rank))
    return [Location(place=place, kind=kind, score=-score) for place, (kind, score) in best.items()]


def _entry(shown: GeoparsedArticle) -> str:
    """Return an article's record on a light map; its text is on its own page."""
    from geomap.render.payload_records import article_json

    located = {r.place.id for r in shown.resolutions if r.place and r.is_reported}
    kept = replace(shown.article, sha256=None, retrieved=None, republished=())
    is_unread = shown.unread is not None or None
    return article_json(kept, nPlaces=len(located), readTo=shown.read_to, language=shown.language, isUnread=is_unread)


def cuts(library: Library) -> tuple[Cut, ...]:
    """Return the shown articles of which only the beginning was geoparsed, in the manifest's order."""
    entries = [msgspec.json.decode(line) for line in library.clusters.listed_with("read_to")]
    return tuple(Cut(article_id=entry["id"], read_to=entry["read_to"], length=entry["characters"]) for entry in entries)


def unread_languages(library: Library) -> tuple[Unread, ...]:
    """Return the shown articles in a language that no network reads, in the manifest's order."""
    entries = library.clusters.listed_languages()
    return tuple(Unread(article_id=name, language=language) for name, language in entries if language not in READ)


def unread_dates(library: Library) -> tuple[UnreadDate, ...]:
    """Return the shown articles whose date could not be read, in the manifest's order."""
    entries = [msgspec.json.decode(line) for line in library.clusters.listed_with("unread_date")]
    return tuple(
        UnreadDate(article_id=entry["id"], said=entry["unread_date"], day=(entry.get("published") or "")[:10] or None)
        for entry in entries
    )


def page_language_of(library: Library) -> str:
    """Return the language that the page has if none is set: that of most articles."""
    from geomap.render.translations import page_language

    return page_language(language for _, language in library.clusters.listed_languages())


def listed(article: Article, *, language: str = "en", read_to: int | None = None) -> str:
    """Return an article's line in the manifest."""
    from geomap.text.sanitize import web_link

    cut = {"characters": len(article.text), "read_to": read_to} if read_to is not None else {}
    keys = ("id", "title", "source", "url", "author", "published", "retrieved", "sha256", "page", "unread_date")
    linked = replace(article, url=web_link(article.url))
    entry = {key: value for key in keys if (value := getattr(linked, key)) is not None}
    published = (asdict(replace(publication, url=web_link(publication.url))) for publication in article.republished)
    republished = [{k: v for k, v in publication.items() if v is not None} for publication in published]
    return msgspec.json.encode(
        entry | {"language": language} | cut | ({"republished": republished} if republished else {})
    ).decode()


def _as_shown(
    library: Library,
    resources: Resources,
    read: GeoparsedArticle,
    *,
    known_as: str,
    finest: Precision | None,
    elsewhere: Iterable[str],
) -> GeoparsedArticle:
    """Return the article as it may be shown, with the path of its page.

    An id that would reveal a hidden or too fine name is replaced by a serial number: a digest of the id could be reversed by
    trying names.
    """
    if finest:
        from geomap.pipeline import coarsen

        [read] = coarsen([read], finest=finest, resources=resources, elsewhere=elsewhere)
    if read.article.id != known_as:
        number = int(library.get_meta("numbered") or "0") + 1
        library.set_meta("numbered", str(number))
        read = replace(read, article=replace(read.article, id=f"article-{number}"))
    return replace(read, article=replace(read.article, page=page_of(read.article)))


def page_of(article: Article) -> str:
    """Return the path of an article's page below the output folder."""
    return f"pages/{slug(article.title or article.id)}-{hashlib.sha256(article.id.encode()).hexdigest()[:8]}.html"
