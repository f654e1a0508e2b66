"""Build a map project: intake → sync → geoparse → cluster → report → publish; each step handles only what changed."""

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
from geomap.project.clusters import (
    Keys,
    cuts,
    geoparse_articles,
    page_language_of,
    unread_dates,
    unread_languages,
    update_clusters,
)
from geomap.project.config import Project
from geomap.project.intake import Intake, IntakeResult, read_receipts
from geomap.project.near_duplicates import find_near_duplicates
from geomap.project.place_reports import report_stale
from geomap.project.protection import hidden_everywhere
from geomap.project.publish import (
    Written,
    build_output,
    build_output_key,
    is_complete,
    is_light,
    publish,
    save_published,
    unmatched_corrections,
)
from geomap.project.sync import Found, listing, sync_articles, unreadable
from geomap.records import Cut, Unread, UnreadDate
from geomap.store.database import Library, writing
from geomap.types import Correction

if TYPE_CHECKING:
    from geomap.web.fetch import Fetcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The result of a build."""

    n_articles: int
    n_places: int
    n_read: int = 0
    """Articles that were geoparsed in this build."""
    intake: IntakeResult | None = None
    changes: tuple[Change, ...] = ()
    errors: tuple[GeomapError, ...] = ()
    """Errors of what could not be fetched or read; everything else is on the map."""
    unmatched_corrections: tuple[Correction, ...] = ()
    cut: tuple[Cut, ...] = ()
    unread: tuple[Unread, ...] = ()
    unread_dates: tuple[UnreadDate, ...] = ()
    """The articles of which only the beginning was geoparsed."""
    written: Written | None = None
    """None where nothing had changed and no file was written."""
    damage: str | None = None
    """Why this build replaced a damaged library, and where the damaged file is now."""


def build(
    project: Project,
    *,
    now: datetime | None = None,
    fetcher: Fetcher | None = None,
    wait: float = 0.0,
    geodata: Path | None = None,
) -> Built:
    """Update the output for the current articles, corrections, settings and code.

    ``now`` is the time of the receipts, by default the clock's; ``fetcher`` fetches the sources that are due, without it
    nothing is fetched; ``wait`` is how many seconds to wait for another build; ``geodata`` is another geodata folder.
    """
    now = now or datetime.now(UTC)
    timestamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    corrections = read_corrections(project.corrections)
    at = int(now.timestamp() * 1e9)
    damage: str | None = None
    while True:
        try:
            with writing(project.library, wait=wait, now=timestamp) as library:
                done = _build(project, library, corrections, now=timestamp, now_ns=at, fetcher=fetcher, geodata=geodata)
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
    keys = _keys(geodata)
    intake = IntakeResult()
    if project.settings.sources:
        library.verify()
        intake = Intake(project, now=now, fetcher=fetcher).poll(library)
    receipts = read_receipts(project.receipts_path)
    found = listing(project.articles)
    made_from = _made_from(project, found, corrections, keys)
    if library.get_meta("built") == made_from and is_complete(project, library):
        return _unchanged(library, corrections, intake=intake, errors=(*intake.errors, *receipts.errors))

    from geomap.resources import open_resources

    resources = open_resources(geodata)
    library.verify()  # as late as possible: the checksums are compared in a thread while the geodata are opened
    unread = sync_articles(
        project, library, found=found, receipts=receipts.receipts, now=now, now_ns=now_ns, code=keys.ingest
    )
    n_read = geoparse_articles(library, resources, key=keys.geoparse)
    find_near_duplicates(library, key=keys.geoparse)
    order = {receipt.file: number for number, receipt in enumerate(receipts.receipts) if not receipt.is_withdrawn}
    finest = project.settings.max_precision
    update_clusters(library, resources, corrections, keys=keys, order=order, finest=finest)
    project, light = _with_language(project, library), is_light(library)
    report_stale(library, resources, key=keys.output, is_light=light, hidden=hidden_everywhere(corrections))
    all_errors: tuple[GeomapError, ...] = (*intake.errors, *receipts.errors, *unread)
    key = build_output_key(library, made_from=(keys, project.settings, corrections, light, [*map(str, all_errors)]))
    new = build_output(library, light=light, errors=all_errors, corrections=corrections, finest=finest, key=key)
    is_same = key == library.get_meta("edition") and is_complete(project, library)
    written = None if is_same else publish(project, library, resources, new, key=keys.output)
    with library.transaction():
        if not is_same:
            save_published(library, new)
        library.set_meta("built", None if library.articles.has_fresh_file() else made_from)
    return Built(
        n_articles=new.n_articles,
        n_places=len(new.reports),
        n_read=n_read,
        intake=intake,
        changes=new.changes,
        errors=new.errors,
        unmatched_corrections=new.unmatched_corrections,
        cut=cuts(library),
        unread=unread_languages(library),
        unread_dates=unread_dates(library),
        written=written,
    )


def _keys(geodata: Path | None) -> Keys:
    from geomap.manifest import open_geodata
    from geomap.user_data.paths import data_version

    version = data_version(open_geodata(geodata))
    return Keys(ingest=ingest_key(), geoparse=geoparse_key(version), output=output_key(version))


def _with_language(project: Project, library: Library) -> Project:
    """Return the project with the language of its page: that of most articles, where none is set."""
    language = project.settings.language or page_language_of(library)
    return replace(project, settings=replace(project.settings, language=language))


def _unchanged(
    library: Library, corrections: Sequence[Correction], *, intake: IntakeResult, errors: Sequence[GeomapError]
) -> Built:
    """Return the result of a build in which nothing has changed since the last one."""
    library.verify()
    return Built(
        n_articles=library.clusters.count(),
        n_places=library.reports.count(),
        intake=intake,
        errors=(*errors, *(ArticleError(line) for line in unreadable(library))),
        unmatched_corrections=unmatched_corrections(library, corrections),
        cut=cuts(library),
        unread=unread_languages(library),
        unread_dates=unread_dates(library),
    )


def _made_from(project: Project, found: Sequence[Found], corrections: Sequence[Correction], keys: Keys) -> str:
    """Return the key of all inputs of a build."""
    stat = project.receipts_path.stat() if project.receipts_path.exists() else None
    parts = [
        repr(project.settings),
        repr(corrections),
        repr(keys),
        f"{stat.st_size} {stat.st_mtime_ns}" if stat else "",
        *(f"{file.path}\0{file.size} {file.mtime_ns}" for file in found),
    ]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
