"""Build a map project: receive → collect → read → gather → report → publish, each only as far as something changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.editorial.corrections import read_corrections
from geomap.errors import ArticleError, GeomapError, LibraryDamaged
from geomap.fingerprint import geoparse_key, ingest_key, output_key
from geomap.map_types import Change
from geomap.project.clusters import Keys, cuts, gather, geoparse_articles
from geomap.project.config import Project
from geomap.project.intake import Received, Receiver, read_receipts
from geomap.project.near_duplicates import find_twins
from geomap.project.place_reports import report_stale
from geomap.project.protection import hidden_everywhere
from geomap.project.publish import Written, edition, edition_key, is_light, is_whole, publish, remember, unfitting
from geomap.project.sync import Found, collect, listing, unreadable
from geomap.store.database import Library, writing
from geomap.types import Correction, Cut

if TYPE_CHECKING:
    from geomap.web.fetch import Fetcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did."""

    n_articles: int
    n_places: int
    n_read: int = 0
    """Articles whose mentions were decided in this build."""
    received: Received | None = None
    changes: tuple[Change, ...] = ()
    errors: tuple[GeomapError, ...] = ()
    """What could not be fetched or read; everything else is on the map."""
    unfitting: tuple[Correction, ...] = ()
    cut: tuple[Cut, ...] = ()
    """The articles of which only the beginning was read."""
    written: Written | None = None
    """None where nothing had changed and no file was touched."""
    damage: str | None = None
    """What was wrong with the library that this build set aside, and where it is now."""


def build(
    project: Project,
    *,
    now: datetime | None = None,
    fetcher: Fetcher | None = None,
    wait: float = 0.0,
    geodata: Path | None = None,
) -> Built:
    """Bring the output up to the articles, the corrections, the settings and the program.

    ``now`` is the time to write on what is received, the clock's unless given; ``fetcher`` fetches the sources that
    are due, none does no fetching; ``wait`` is how many seconds to wait for another build; ``geodata`` another folder.
    """
    now = now or datetime.now(UTC)
    said = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    corrections = read_corrections(project.corrections)
    at = int(now.timestamp() * 1e9)
    damage: str | None = None
    while True:
        try:
            with writing(project.library, wait=wait, now=said) as library:
                done = _build(project, library, corrections, now=said, now_ns=at, fetcher=fetcher, geodata=geodata)
            return replace(done, damage=damage)
        except LibraryDamaged as error:
            if damage:
                raise
            damage = str(error)


def _build(
    project: Project,
    library: Library,
    corrections: Sequence[Correction],
    *,
    now: str,
    now_ns: int,
    fetcher: Fetcher | None,
    geodata: Path | None,
) -> Built:
    from geomap.manifest import open_geodata
    from geomap.user_data.paths import data_version

    version = data_version(open_geodata(geodata))
    keys = Keys(extraction=ingest_key(), reading=geoparse_key(version), showing=output_key(version))
    received = Received()
    if project.settings.sources:
        library.verify()
        received = Receiver(project, now=now, fetcher=fetcher).poll(library)
    receipts = read_receipts(project.received)
    found = listing(project.articles)
    made_from = _made_from(project, found, corrections, keys)
    errors = (*received.errors, *receipts.errors)
    if library.about("built") == made_from and is_whole(project, library):
        return _unchanged(library, corrections, received=received, errors=errors)

    from geomap.resources import open_resources

    resources = open_resources(geodata)
    library.verify()  # as late as may be: it is compared while the geodata are opened
    unread = collect(
        project, library, found=found, receipts=receipts.receipts, now=now, now_ns=now_ns, code=keys.extraction
    )
    n_read = geoparse_articles(library, resources, key=keys.reading)
    find_twins(library, key=keys.reading)
    order = {one.file: number for number, one in enumerate(receipts.receipts) if not one.is_withdrawn}
    finest = project.settings.max_precision
    gather(library, resources, corrections, keys=keys, order=order, finest=finest)
    light = is_light(library)
    report_stale(library, resources, key=keys.showing, is_light=light, hidden=hidden_everywhere(corrections))
    told: tuple[GeomapError, ...] = (*errors, *unread)
    key = edition_key(library, made_from=(keys, project.settings, corrections, light, [str(error) for error in told]))
    new = edition(library, light=light, errors=told, corrections=corrections, finest=finest, key=key)
    is_same = key == library.about("edition") and is_whole(project, library)
    written = None if is_same else publish(project, library, resources, new, key=keys.showing)
    with library.transaction():
        if not is_same:
            remember(library, new)
        library.note("built", None if library.articles.has_fresh_file() else made_from)
    return Built(
        n_articles=new.n_articles,
        n_places=len(new.reports),
        n_read=n_read,
        received=received,
        changes=new.changes,
        errors=new.errors,
        unfitting=new.unfitting,
        cut=cuts(library),
        written=written,
    )


def _unchanged(
    library: Library, corrections: Sequence[Correction], *, received: Received, errors: Sequence[GeomapError]
) -> Built:
    """Return the result of a build in which nothing has changed since the last one."""
    library.verify()
    return Built(
        n_articles=library.clusters.count(),
        n_places=library.reports.count(),
        received=received,
        errors=(*errors, *(ArticleError(line) for line in unreadable(library))),
        unfitting=unfitting(library, corrections),
        cut=cuts(library),
    )


def _made_from(project: Project, found: Sequence[Found], corrections: Sequence[Correction], keys: Keys) -> str:
    """Return the key of everything an edition is made from."""
    about = project.received.stat() if project.received.exists() else None
    parts = [
        repr(project.settings),
        repr(corrections),
        repr(keys),
        f"{about.st_size} {about.st_mtime_ns}" if about else "",
        *(f"{one.path}\0{one.size} {one.mtime_ns}" for one in found),
    ]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
